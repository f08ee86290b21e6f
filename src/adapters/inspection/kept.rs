//! Passwords for CodeCommit in files: those of `git-credential-store`, and the logins that git's curl takes from a netrc file.
//!
//! Deliberately absent: a password or a session token outside of these functions, and asking what can only answer with the
//! passwords themselves (a cache daemon, libsecret, the Git Credential Manager).

mod netrc;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::adapters::environment::Environment;
use crate::adapters::reading;
use crate::gitconfig::{StoreFiles, helper_program, store_files, url_decoded};
use crate::ports::{Reader, StoredPassword, Wondered};
use crate::wizard::change::tilde;
use crate::wizard::git_user::{KeptPassword, is_git_host};

/// The most that a file of passwords may hold, in bytes.
const LIMIT: u64 = 4 * 1024 * 1024;

/// Passwords, each with the line that it begins at.
type Entries = Vec<(usize, KeptPassword)>;

/// The passwords for hosts of CodeCommit, and the places that could not be looked into.
pub(super) fn passwords(environment: &Environment, wondered: &Wondered) -> (Vec<StoredPassword>, Vec<String>) {
    let (mut found, mut unseen) = (Vec::new(), Vec::new());
    let home = environment.home();
    let mut look = |path: &Path, reader: Reader, entries: &dyn Fn(&[u8]) -> Entries| {
        let place = tilde(path, &home);
        match reading::whole(path, LIMIT) {
            Ok(text) => found.extend(entries(&text).into_iter().map(|(line, password)| StoredPassword {
                place: place.clone(),
                line,
                reader: reader.clone(),
                password,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => unseen.push(format!("{place}: {error}")),
        }
    };
    for (path, helpers) in stores(environment, &wondered.helpers) {
        look(&path, Reader::Helpers(helpers), &|text| of_store(text, &wondered.hosts));
    }
    for name in netrc::NAMES {
        look(&home.join(name), Reader::Git, &|text| netrc::entries(text, &wondered.hosts));
    }
    let encrypted = home.join(".netrc.gpg");
    let reads =
        |helper: &String| helper_program(helper).is_some_and(|program| program.ends_with("git-credential-netrc"));
    if encrypted.exists() && wondered.helpers.iter().any(reads) {
        unseen.push(format!("{}: it is encrypted", tilde(&encrypted, &home)));
    }
    (found, unseen)
}

/// The files of `git-credential-store` (git-credential-store(1)), each with the helpers that read it.
fn stores(environment: &Environment, helpers: &[String]) -> Vec<(PathBuf, Vec<String>)> {
    let home = environment.home();
    let folder = environment.path_as_it_is("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let of = |files: &StoreFiles| {
        helpers.iter().filter(|helper| store_files(helper).as_ref() == Some(files)).cloned().collect::<Vec<_>>()
    };
    let usual = of(&StoreFiles::Usual);
    let mut stores =
        vec![(home.join(".git-credentials"), usual.clone()), (folder.join("git").join("credentials"), usual)];
    for helper in helpers {
        let Some(StoreFiles::Named(name)) = store_files(helper) else { continue };
        let path = environment.folder().join(environment.expanded(Path::new(&name)));
        match stores.iter_mut().find(|(known, _)| *known == path) {
            Some((_, readers)) if readers.contains(helper) => {}
            Some((_, readers)) => readers.push(helper.clone()),
            None => stores.push((path, vec![helper.clone()])),
        }
    }
    stores
}

/// Whether passwords for a host matter here.
fn is_ours(host: &str, hosts: &[String]) -> bool {
    is_git_host(host) || hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// A password by its user name, of which a session token is cut off.
fn kept(host: &str, user: &[u8]) -> KeptPassword {
    let user = Zeroizing::new(String::from_utf8_lossy(user).into_owned());
    KeptPassword::of(&host.to_ascii_lowercase(), user.split('%').next().unwrap_or_default())
}

/// The lines `https://USER:PASSWORD@HOST/PATH` for hosts of CodeCommit.
fn of_store(text: &[u8], hosts: &[String]) -> Entries {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    lines.filter_map(|(place, line)| Some((place + 1, entry(line, hosts)?))).collect()
}

/// A line, taken apart as git does (`credential_from_url`).
fn entry(line: &[u8], hosts: &[String]) -> Option<KeptPassword> {
    let rest = line.trim_ascii().strip_prefix(b"https://")?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let login = &rest[..end];
    let at = login.iter().position(|byte| *byte == b'@')?;
    let (login, host) = (&login[..at], &login[at + 1..]);
    // Git passes over a line without a password.
    let colon = login.iter().position(|byte| *byte == b':')?;
    let user = &login[..colon];
    let host = String::from_utf8(url_decoded(host)).ok()?;
    let bare = host.split(':').next().unwrap_or_default();
    is_ours(bare, hosts).then(|| kept(bare, &Zeroizing::new(url_decoded(user))))
}

#[cfg(test)]
mod tests {
    use super::passwords;
    use crate::adapters::environment::Environment;
    use crate::ports::{Reader, Wondered};
    use crate::wizard::git_user::GitUser;

    const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";

    #[test]
    fn passwords_are_told_by_place_and_user_and_are_not_told_themselves() {
        let home = tempfile::tempdir().unwrap();
        let dead = format!("20260102T030405Z{}", "a".repeat(64));
        let text = format!(
            "https://me:secret@github.com\nhttps://ASIAIOSFODNN7EXAMPLE%25TOKEN:{dead}@{HOST}/v1/repos/a\n\
             https://ann-at-123456789012:kept%2f@{HOST}\nhttps://x:token@{HOST}.evil.example\nhttps://token@{HOST}\nhttps://bob:x@{HOST}:443/\n"
        );
        std::fs::write(home.path().join(".git-credentials"), text).unwrap();
        std::fs::write(home.path().join("own"), format!("https://AKIAIOSFODNN7EXAMPLE:{dead}@{HOST}\n")).unwrap();
        std::fs::write(home.path().join(".netrc"), format!("machine {HOST} login ann-at-123456789012 password kept\n"))
            .unwrap();
        let environment = Environment::of([("HOME".into(), home.path().into())]);
        let helpers = ["store", "store --file ~/own", "!git credential-store --file \"$HOME/own\"", "cache"];
        let helpers = helpers.map(str::to_owned).to_vec();
        let (found, unseen) = passwords(&environment, &Wondered { helpers: helpers.clone(), ..Wondered::default() });
        let places: Vec<_> = found.iter().map(|kept| (kept.place.as_str(), kept.line)).collect();
        let store = "~/.git-credentials";
        assert_eq!(places, [(store, 2), (store, 3), (store, 6), ("~/own", 1), ("~/.netrc", 1)]);
        let users: Vec<_> = found.iter().map(|kept| kept.password.user.shown()).collect();
        let ann = "ann-at-123456789012";
        assert_eq!(users, ["ASIA…MPLE", ann, "the user bob", "AKIA…MPLE", ann]);
        let readers: Vec<_> = found.iter().map(|kept| kept.reader.clone()).collect();
        assert_eq!(readers[0], Reader::Helpers(helpers[..1].to_vec()));
        assert_eq!(readers[3..], [Reader::Helpers(helpers[1..3].to_vec()), Reader::Git]);
        assert!(unseen.is_empty() && found.iter().all(|kept| kept.password.host == HOST));
        let told = format!("{found:?}");
        assert!(["aaaa", "kept%", "TOKEN", "token", "secret"].iter().all(|secret| !told.contains(secret)), "{told}");
        assert!(matches!(&found[0].password.user, GitUser::AccessKey(key) if key.session_token().is_none()));
    }

    #[test]
    fn a_place_that_cannot_be_read_is_named() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".netrc.gpg"), "x").unwrap();
        let environment = Environment::of([("HOME".into(), home.path().into())]);
        let wondered = Wondered { helpers: vec!["netrc -f ~/.netrc.gpg".to_owned()], ..Wondered::default() };
        assert_eq!(passwords(&environment, &wondered).1, ["~/.netrc.gpg: it is encrypted"]);
        assert!(passwords(&environment, &Wondered::default()).1.is_empty());
    }
}
