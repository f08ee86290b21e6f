//! What is known of this computer before anything is asked.
//!
//! Deliberately absent: running a program, and values of variables that may be secrets.

use std::path::{Path, PathBuf};

use super::child;
use super::environment::Environment;
use super::journal::Journal;
use super::{git, keychain};
use crate::gitconfig::Helper;
use crate::wizard::facts::{InstallHint, Surroundings, Tidied};

/// The name under which this program is installed.
const OWN_NAME: &str = "codecommit-setup";

/// Variables of AWS whose values may be shown.
const OPEN_VARIABLES: [&str; 10] = [
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_CODECOMMIT",
];

/// Variables of AWS of which only it is told that they are set.
const SECRET_VARIABLES: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"];

/// Looks at the surroundings of the program at this path.
pub fn surroundings(environment: &Environment, own_path: &Path, dry_run: bool) -> Surroundings {
    let open = OPEN_VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), Some(environment.get(name)?))));
    let secret = SECRET_VARIABLES.iter().filter(|name| environment.get(name).is_some());
    let own = own_program(environment, own_path);
    let journal = Journal::new(environment);
    Surroundings {
        home: environment.home(),
        install: install_hint(environment),
        aws_variables: open.chain(secret.map(|name| ((*name).to_owned(), None))).collect(),
        own_program: own.0,
        own_path: own.1,
        keychain: cfg!(target_os = "macos") && has_keychain(environment),
        remote: ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| environment.get(name).is_some()),
        dry_run,
        seems_set_up: journal.is_there() || git::speaks_of_codecommit(environment),
        kept: journal.kept_folder(),
        tidied: Tidied::default(),
    }
}

/// Whether there is a keychain of this home folder: a borrowed one has none, and must not reach that of the account.
fn has_keychain(environment: &Environment) -> bool {
    let there = environment.home().join("Library").join("Keychains").is_dir();
    there && !child::on_path(environment, keychain::PROGRAM).is_empty()
}

fn install_hint(environment: &Environment) -> InstallHint {
    let known = [
        ("apt-get", InstallHint::Apt),
        ("dnf", InstallHint::Dnf),
        ("zypper", InstallHint::Zypper),
        ("pacman", InstallHint::Pacman),
        ("apk", InstallHint::Apk),
        ("brew", InstallHint::Homebrew),
    ];
    let there = |name: &str| !child::on_path(environment, name).is_empty();
    if cfg!(target_os = "macos") {
        return if there("brew") { InstallHint::Homebrew } else { InstallHint::MacOs };
    }
    known.into_iter().find(|(name, _)| there(name)).map_or(InstallHint::Unknown, |(_, hint)| hint)
}

/// The name where PATH leads to this very file, since a name survives updates, else the path; and the path by which PATH leads there.
///
/// The name for git comes first: it needs no shell command in git's configuration.
fn own_program(environment: &Environment, own_path: &Path) -> (String, PathBuf) {
    let real = own_path.canonicalize().ok();
    let leads_here = |name: &str| {
        let first = child::on_path(environment, name).into_iter().next()?;
        (real.is_some() && first.canonicalize().ok() == real).then_some(first)
    };
    let found = leads_here(OWN_NAME);
    let name = if leads_here(Helper::NAME_FOR_GIT).is_some() {
        Helper::NAME_FOR_GIT.to_owned()
    } else if found.is_some() {
        OWN_NAME.to_owned()
    } else {
        own_path.display().to_string()
    };
    (name, found.unwrap_or_else(|| own_path.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::environment::Environment;
    use super::{has_keychain, surroundings};

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn variables_are_told_but_not_the_secret_ones() {
        let environment = environment(&[
            ("HOME", "/home/ann"),
            ("PATH", "/nowhere"),
            ("AWS_PROFILE", "work"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "sssh"),
        ]);
        let around = surroundings(&environment, Path::new("/opt/codecommit-setup"), false);
        let expected = [("AWS_PROFILE".to_owned(), Some("work".to_owned())), ("AWS_ACCESS_KEY_ID".to_owned(), None)];
        assert_eq!(around.aws_variables, expected);
        assert_eq!(around.home, Path::new("/home/ann"));
        assert_eq!(around.own_program, "/opt/codecommit-setup");
    }

    #[cfg(unix)]
    #[test]
    fn the_program_is_called_by_name_when_path_leads_to_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("codecommit-setup");
        std::fs::write(&program, "").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let environment = environment(&[("HOME", "/"), ("PATH", &folder.path().display().to_string())]);
        assert_eq!(surroundings(&environment, &program, true).own_program, "codecommit-setup");
        assert_ne!(surroundings(&environment, Path::new("/bin/sh"), true).own_program, "codecommit-setup");
        std::os::unix::fs::symlink(&program, folder.path().join("git-credential-codecommit")).unwrap();
        let around = surroundings(&environment, &program, true);
        assert_eq!((around.own_program.as_str(), around.own_path), ("git-credential-codecommit", program));
    }

    #[cfg(unix)]
    #[test]
    fn a_home_folder_without_a_keychain_has_none_though_the_program_is_there() {
        let home = tempfile::tempdir().unwrap();
        let bin = home.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink("/bin/sh", bin.join("security")).unwrap();
        let folder = home.path().display().to_string();
        let with = environment(&[("HOME", &folder), ("PATH", &bin.display().to_string())]);
        assert!(!has_keychain(&with));
        std::fs::create_dir_all(home.path().join("Library/Keychains")).unwrap();
        assert!(has_keychain(&with));
        assert!(!has_keychain(&environment(&[("HOME", &folder), ("PATH", "/nowhere")])));
    }
}
