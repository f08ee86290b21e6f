//! The adapter for the macOS keychain against a stub of `security` that keeps its entries in a file, one host a line.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::keychain::Keychain;
use codecommit_setup::ports::Keychain as _;
use codecommit_setup::wizard::effect::Deletion;
use codecommit_setup::wizard::problem::ProblemKind;
use codecommit_setup::wizard::regions;
use tempfile::TempDir;

const OHIO: &str = "git-codecommit.us-east-2.amazonaws.com";
const PARIS: &str = "git-codecommit.eu-west-3.amazonaws.com";

/// What the real one prints of an entry: the account of a temporary key is no better than a password.
const SECURITY: &str = r#"echo "$*" >> "$HOME/asked"
test "$2" = -s && test $# = 3 || exit 2
if ! grep -qxF "$3" "$HOME/entries"; then
    echo "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain." >&2
    exit 44
fi
echo '    "acct"<blob>="ASIAEXAMPLE%token"'
case $1 in
find-internet-password) ;;
delete-internet-password)
    line=$(grep -nxF "$3" "$HOME/entries" | head -n 1 | cut -d : -f 1)
    sed "${line}d" "$HOME/entries" > "$HOME/left" && mv "$HOME/left" "$HOME/entries"
    echo "password has been deleted." >&2 ;;
*) exit 2 ;;
esac"#;

struct Home(TempDir);

impl Home {
    /// A home folder with these entries in its keychain.
    fn new(security: &str, entries: &[&str]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let lines = entries.iter().fold(String::new(), |lines, host| lines + host + "\n");
        fs::write(home.path("entries"), lines).unwrap();
        fs::write(home.path("draft"), format!("#!/bin/sh\n{security}\n")).unwrap();
        fs::create_dir(home.path("bin")).unwrap();
        let installed = [home.path("draft"), home.path("bin/security")];
        assert!(Command::new("install").args(["-m", "755"]).args(installed).status().unwrap().success());
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn keychain(&self) -> Keychain {
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        let variables = [("HOME", self.0.path().display().to_string()), ("PATH", path)];
        Keychain::new(Environment::of(variables.map(|(name, value)| (name.into(), value.into()))))
    }
}

#[tokio::test]
async fn the_hosts_with_a_password_are_found_among_all_and_nothing_is_changed() {
    let home = Home::new(SECURITY, &["github.com", PARIS, OHIO, OHIO]);
    let hosts = regions::git_hosts();
    assert_eq!(home.keychain().stored(&hosts).await.unwrap(), [OHIO, PARIS]);
    assert_eq!(home.text("entries").lines().count(), 4);
    let asked: Vec<String> = hosts.iter().map(|host| format!("find-internet-password -s {host}")).collect();
    assert_eq!(home.text("asked").lines().collect::<Vec<_>>(), asked);
}

#[tokio::test]
async fn deleting_until_none_is_left_removes_every_password_of_a_host_and_no_other() {
    let home = Home::new(SECURITY, &["github.com", OHIO, PARIS, OHIO, OHIO]);
    let keychain = home.keychain();
    let mut deleted = 0;
    while keychain.delete_one(OHIO).await.unwrap() == Deletion::Deleted {
        deleted += 1;
    }
    assert_eq!((deleted, keychain.delete_one(OHIO).await.unwrap()), (3, Deletion::NoneLeft));
    assert_eq!(home.text("entries"), format!("github.com\n{PARIS}\n"));
    let documented = format!("delete-internet-password -s {OHIO}");
    assert!(home.text("asked").lines().all(|line| line == documented));
}

#[tokio::test]
async fn a_keychain_that_refuses_is_quoted() {
    let refusing = "echo 'security: SecKeychainItemDelete: User interaction is not allowed.' >&2; exit 128";
    let home = Home::new(refusing, &[OHIO]);
    let refused = "security: SecKeychainItemDelete: User interaction is not allowed.";
    assert_eq!(home.keychain().delete_one(OHIO).await.unwrap(), Deletion::Refused(refused.to_owned()));
    let problem = home.keychain().stored(&[OHIO.to_owned()]).await.unwrap_err();
    assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::AccessDenied, refused));
}

#[tokio::test]
async fn a_refusal_without_words_is_told_by_its_code() {
    let home = Home::new("exit 36", &[]);
    assert_eq!(home.keychain().delete_one(OHIO).await.unwrap(), Deletion::Refused("exit status: 36".to_owned()));
}

#[tokio::test]
async fn without_the_program_there_is_no_keychain() {
    let home = Home::new(SECURITY, &[]);
    fs::remove_file(home.path("bin/security")).unwrap();
    assert_eq!(home.keychain().delete_one(OHIO).await.unwrap_err().kind, ProblemKind::MissingTool);
}
