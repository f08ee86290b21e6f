//! The adapter for the macOS keychain against a stub of `security` that behaves as the real one: it keeps its entries in a file, a
//! line each (host, account, path), finds the first of them only, and deletes the first that it finds.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::keychain::Keychain;
use codecommit_setup::ports::Keychain as _;
use codecommit_setup::wizard::effect::Deletion;
use codecommit_setup::wizard::git_user::{DyingPassword, KeptPassword};
use codecommit_setup::wizard::problem::ProblemKind;
use codecommit_setup::wizard::regions;
use tempfile::TempDir;

const OHIO: &str = "git-codecommit.us-east-2.amazonaws.com";
const PARIS: &str = "git-codecommit.eu-west-3.amazonaws.com";
const STATIC: &str = "ann-at-123456789012";
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER_KEY: &str = "AKIAI44QH8DHBEXAMPLE";
const SESSION: &str = "ASIAIOSFODNN7EXAMPLE%PLANTED/TOKEN+==";

/// Options and output as in the source of `security`: `-i` reads commands from its input, and ends as the last of them did.
const SECURITY: &str = r#"printf '%s\n' "$*" >> "$HOME/asked"
show() {
    printf 'keychain: "/Users/ann/Library/Keychains/login.keychain-db"\nversion: 512\nclass: "inet"\nattributes:\n'
    printf '    0x00000007 <blob>="%s"\n    "acct"<blob>="%s"\n    "path"<blob>="%s"\n' "$1" "$2" "$3"
    printf '    "ptcl"<uint32>="htps"\n    "srvr"<blob>="%s"\n' "$1"
}
run() {
    what=$1; shift
    server= account=
    while [ $# -gt 0 ]; do
        case $1 in
        -s) server=$2; shift 2 ;;
        -a) account=$2; shift 2 ;;
        -[gwd]) echo "it would show a password" > "$HOME/shown"; return 1 ;;
        *) return 2 ;;
        esac
    done
    if [ "$what" = dump-keychain ]; then
        [ ! -e "$HOME/locked" ] || { echo "security: SecKeychainSearchCopyNext: refused" >&2; return 1; }
        while IFS='|' read -r host user path; do show "$host" "$user" "$path"; done < "$HOME/entries"
        printf 'keychain: "x"\nversion: 512\nclass: "genp"\nattributes:\n    "acct"<blob>="AKIAOTHER"\n    "svce"<blob>="git:https://x"\n'
        return 0
    fi
    number=$(awk -F '|' -v s="$server" -v a="$account" '$1 == s && (a == "" || $2 == a) { print NR; exit }' "$HOME/entries")
    if [ -z "$number" ]; then
        echo "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain." >&2
        return 44
    fi
    IFS='|' read -r host user path <<END
$(sed -n "${number}p" "$HOME/entries")
END
    show "$host" "$user" "$path"
    case $what in
    find-internet-password) ;;
    delete-internet-password)
        sed "${number}d" "$HOME/entries" > "$HOME/left" && mv "$HOME/left" "$HOME/entries"
        echo "password has been deleted." >&2 ;;
    *) return 2 ;;
    esac
}
if [ "$*" = "-q -i" ]; then
    code=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >> "$HOME/read"
        eval "set -- $line"
        run "$@"; code=$?
    done
    exit $code
fi
run "$@""#;

struct Home(TempDir);

impl Home {
    /// A home folder with these entries in its keychain, in their order.
    fn new(security: &str, entries: &[(&str, &str)]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let line = |(number, (host, user)): (usize, &(&str, &str))| format!("{host}|{user}|v1/repos/{number}\n");
        fs::write(home.path("entries"), entries.iter().enumerate().map(line).collect::<String>()).unwrap();
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

    /// Who is left, in the order of the entries.
    fn users(&self) -> Vec<String> {
        self.text("entries").lines().map(|line| line.split('|').nth(1).unwrap().to_owned()).collect()
    }

    fn keychain(&self) -> Keychain {
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        let variables = [("HOME", self.0.path().display().to_string()), ("PATH", path)];
        Keychain::new(Environment::of(variables.map(|(name, value)| (name.into(), value.into()))))
    }
}

fn dying(host: &str, user: &str) -> DyingPassword {
    KeptPassword::of(host, user).dying().unwrap()
}

#[tokio::test]
async fn whose_passwords_there_are_is_found_behind_the_first_one_too_and_nothing_is_changed() {
    let entries =
        [("github.com", KEY), (PARIS, "bob"), (OHIO, STATIC), (OHIO, KEY), (OHIO, SESSION), (OHIO, KEY), (OHIO, "")];
    let home = Home::new(SECURITY, &entries);
    let found = home.keychain().stored(&regions::git_hosts()).await.unwrap();
    let ohio = [STATIC, KEY, SESSION, ""].map(|user| KeptPassword::of(OHIO, user));
    assert_eq!(found, [&ohio[..], &[KeptPassword::of(PARIS, "bob")]].concat());
    assert_eq!((home.users().len(), home.text("asked").as_str()), (7, "dump-keychain\n"));
    assert!(!home.path("shown").exists() && !format!("{found:?}").contains("PLANTED"));
}

#[tokio::test]
async fn where_not_all_may_be_listed_the_first_ones_and_those_of_known_keys_are_found() {
    let home = Home::new(SECURITY, &[(OHIO, STATIC), (OHIO, OTHER_KEY), (PARIS, KEY)]);
    fs::write(home.path("locked"), "").unwrap();
    fs::create_dir(home.path(".aws")).unwrap();
    let keys = format!("[default]\naws_access_key_id = {OTHER_KEY}\naws_secret_access_key = x\n");
    fs::write(home.path(".aws/credentials"), keys).unwrap();
    let found = home.keychain().stored(&[OHIO.to_owned(), PARIS.to_owned()]).await.unwrap();
    let expected = [(OHIO, STATIC), (OHIO, OTHER_KEY), (PARIS, KEY)];
    assert_eq!(found, expected.map(|(host, user)| KeptPassword::of(host, user)));
    assert!(!home.path("shown").exists());
}

#[tokio::test]
async fn deleting_takes_the_passwords_of_one_host_and_one_account_and_leaves_all_others() {
    let entries = [(OHIO, STATIC), (OHIO, KEY), (PARIS, KEY), (OHIO, "bob"), (OHIO, KEY), (OHIO, OTHER_KEY)];
    let home = Home::new(SECURITY, &entries);
    let (keychain, password) = (home.keychain(), dying(OHIO, KEY));
    let mut deleted = 0;
    while keychain.delete_one(&password).await.unwrap() == Deletion::Deleted {
        deleted += 1;
    }
    assert_eq!((deleted, keychain.delete_one(&password).await.unwrap()), (2, Deletion::NoneLeft));
    assert_eq!(home.users(), [STATIC, KEY, "bob", OTHER_KEY]);
    let documented = format!("delete-internet-password -s {OHIO} -a {KEY}");
    assert!(home.text("asked").lines().all(|line| line == documented));
}

#[tokio::test]
async fn what_took_the_place_of_a_dead_password_since_it_was_seen_is_left_alone() {
    let home = Home::new(SECURITY, &[(OHIO, KEY)]);
    let keychain = home.keychain();
    let found = keychain.stored(&[OHIO.to_owned()]).await.unwrap();
    fs::write(home.path("entries"), format!("{OHIO}|{STATIC}|x\n")).unwrap();
    assert_eq!(keychain.delete_one(&found[0].dying().unwrap()).await.unwrap(), Deletion::NoneLeft);
    assert_eq!(home.users(), [STATIC]);
}

#[tokio::test]
async fn a_session_token_is_handed_over_where_nobody_can_look() {
    let home = Home::new(SECURITY, &[(OHIO, STATIC), (OHIO, SESSION), (OHIO, "ASIAIOSFODNN7EXAMPLE%other")]);
    let (keychain, password) = (home.keychain(), dying(OHIO, SESSION));
    assert_eq!(keychain.delete_one(&password).await.unwrap(), Deletion::Deleted);
    assert_eq!(keychain.delete_one(&password).await.unwrap(), Deletion::NoneLeft);
    assert_eq!(home.users(), [STATIC, "ASIAIOSFODNN7EXAMPLE%other"]);
    assert_eq!(home.text("asked"), "-q -i\n-q -i\n");
    let line = format!("delete-internet-password -s {OHIO} -a \"{SESSION}\"");
    assert!(home.text("read").lines().all(|read| read == line));
}

#[tokio::test]
async fn a_token_that_is_longer_than_a_line_is_not_cut_off() {
    let home = Home::new(SECURITY, &[(OHIO, STATIC)]);
    let password = dying(OHIO, &format!("{SESSION}{}", "a".repeat(5000)));
    assert!(matches!(home.keychain().delete_one(&password).await.unwrap(), Deletion::Refused(_)));
    assert!(!home.path("asked").exists());
}

#[tokio::test]
async fn a_keychain_that_refuses_is_quoted() {
    let refusing = "echo 'security: SecKeychainItemDelete: User interaction is not allowed.' >&2; exit 128";
    let home = Home::new(refusing, &[(OHIO, KEY)]);
    let refused = "security: SecKeychainItemDelete: User interaction is not allowed.";
    assert_eq!(home.keychain().delete_one(&dying(OHIO, KEY)).await.unwrap(), Deletion::Refused(refused.to_owned()));
    let problem = home.keychain().stored(&[OHIO.to_owned()]).await.unwrap_err();
    assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::AccessDenied, refused));
}

#[tokio::test]
async fn a_refusal_without_words_is_told_by_its_code() {
    let home = Home::new("exit 36", &[]);
    let refused = Deletion::Refused("exit status: 36".to_owned());
    assert_eq!(home.keychain().delete_one(&dying(OHIO, KEY)).await.unwrap(), refused);
}

#[tokio::test]
async fn without_the_program_there_is_no_keychain() {
    let home = Home::new(SECURITY, &[]);
    fs::remove_file(home.path("bin/security")).unwrap();
    assert_eq!(home.keychain().delete_one(&dying(OHIO, KEY)).await.unwrap_err().kind, ProblemKind::MissingTool);
}
