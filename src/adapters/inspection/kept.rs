//! Passwords for CodeCommit that git's own helpers keep in files: `git-credential-store`'s, and whether a cache daemon runs.
//!
//! Deliberately absent: telling any of a password but whether it is one that dies, and asking a daemon: it would hand one out.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::adapters::environment::Environment;
use crate::ports::StoredPassword;
use crate::wizard::names::printable;

/// The most that a file of passwords may hold, in bytes.
const LIMIT: u64 = 4 * 1024 * 1024;

/// The passwords for hosts of CodeCommit, and the places that could not be looked into.
pub(super) fn passwords(environment: &Environment, hosts: &[String]) -> (Vec<StoredPassword>, Vec<String>) {
    let (mut found, mut unseen) = (Vec::new(), Vec::new());
    for (path, shown) in files(environment) {
        let mut text = Zeroizing::new(String::new());
        match fs::File::open(&path).and_then(|file| file.take(LIMIT).read_to_string(&mut text)) {
            Ok(_) => found.extend(text.lines().filter_map(|line| entry(line, hosts, &shown))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => unseen.push(format!("{shown}: {error}")),
        }
    }
    (found, unseen)
}

/// Where `git-credential-store` keeps its passwords (git-credential-store(1)).
fn files(environment: &Environment) -> Vec<(PathBuf, String)> {
    let home = environment.home();
    let folder = environment.path_as_it_is("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let xdg = folder.join("git").join("credentials");
    let shown =
        xdg.strip_prefix(&home).map_or_else(|_| xdg.display().to_string(), |rest| format!("~/{}", rest.display()));
    vec![(home.join(".git-credentials"), "~/.git-credentials".to_owned()), (xdg, printable(&shown))]
}

/// `https://USER:PASSWORD@HOST/PATH`, both percent-encoded.
fn entry(line: &str, hosts: &[String], place: &str) -> Option<StoredPassword> {
    let (user, rest) = line.strip_prefix("https://")?.rsplit_once('@')?;
    let host = rest.split('/').next()?.to_ascii_lowercase();
    let bare = host.split(':').next().unwrap_or_default();
    let ours = hosts.iter().any(|known| known == bare) || bare.contains("git-codecommit");
    let password = user.rsplit_once(':')?.1;
    let moment = password.get(..16).is_some_and(|moment| moment.ends_with('Z') && moment.as_bytes()[8] == b'T');
    ours.then(|| StoredPassword {
        place: place.to_owned(),
        helper: "store".to_owned(),
        host: printable(bare),
        dies: Some(moment && password.len() == 80),
    })
}

#[cfg(test)]
mod tests {
    use super::passwords;
    use crate::adapters::environment::Environment;

    #[test]
    fn dead_passwords_are_found_and_not_told() {
        let home = tempfile::tempdir().unwrap();
        let dead = format!("20260102T030405Z{}", "a".repeat(64));
        let text = format!(
            "https://me:secret@github.com\nhttps://AKIAX:{dead}@git-codecommit.us-east-2.amazonaws.com/v1/repos/a\n\
             https://ann-at-1:kept@git-codecommit.us-east-2.amazonaws.com\n"
        );
        std::fs::write(home.path().join(".git-credentials"), text).unwrap();
        let environment = Environment::of([("HOME".into(), home.path().into())]);
        let (found, unseen) = passwords(&environment, &[]);
        assert_eq!(found.iter().map(|entry| entry.dies).collect::<Vec<_>>(), [Some(true), Some(false)]);
        assert!(unseen.is_empty() && found[0].host == "git-codecommit.us-east-2.amazonaws.com");
        assert!(!format!("{found:?}").contains("aaaa"));
    }
}
