//! Passwords that last: static Git credentials that work, that are refused, and that lie beside dead passwords.
//!
//! Where nothing is broken, a check-up that finds something is: each of these has been taken for dead, or for no set-up at all.
//! Deliberately absent: passwords that die and lie alone (`helpers`).

use std::{fs, io};

use form_urlencoded::byte_serialize;

use super::Fault;
use super::set_up::{HOST, HOSTS, REPOSITORY, SetUp, section};

/// The faults of passwords that last.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new(
        "static-works",
        "Nothing is: static Git credentials are in ~/.git-credentials, and Git has no other helper.",
        "healthy",
        |it| {
            keep(it, "")?;
            only_store(it)
        },
    ),
    Fault::new(
        "static-alone",
        "Nothing is: static Git credentials log Git in, and there are no AWS files at all.",
        "healthy",
        |it| {
            keep(it, "")?;
            fs::remove_dir_all(it.home(".aws"))?;
            only_store(it)
        },
    ),
    Fault::new(
        "static-refused",
        "The password of the static Git credentials was reset in the IAM console, and Git has the old one.",
        "static-refused",
        |it| {
            keep(it, "old")?;
            only_store(it)
        },
    ),
    Fault::new(
        "dead-before-static",
        "`store` is asked before the helper, and holds a dead password before static Git credentials.",
        "helper-replays",
        |it| {
            it.append(".git-credentials", &dead(it)?)?;
            keep(it, "")?;
            store_first(it)
        },
    ),
    Fault::new(
        "dead-behind-static",
        "Static Git credentials are in ~/.git-credentials; behind them is a dead password.",
        "stored-dead",
        |it| {
            keep(it, "")?;
            it.append(".git-credentials", &dead(it)?)?;
            only_store(it)
        },
    ),
    Fault::new(
        "dead-hides-static",
        "Static Git credentials are in ~/.git-credentials, and a dead password stands before them.",
        "stored-dead",
        |it| {
            it.append(".git-credentials", &dead(it)?)?;
            keep(it, "")?;
            only_store(it)
        },
    ),
    Fault::new(
        "keychain-with-both",
        "The keychain of macOS answers with static Git credentials; behind them is a dead password.",
        "stored-dead",
        |it| {
            let (name, password) = it.git_credentials()?;
            let answer = format!("printf 'username=%s\\npassword=%s\\n' '{name}' '{}'", password.expose());
            let script = format!("cat >/dev/null\n[ \"$1\" = get ] || exit 0\n{answer}\n");
            it.stub("git-credential-osxkeychain", &script)?;
            let entries = [name, it.key()?.id].map(|account| entry(&account));
            let script = format!("[ \"$*\" = dump-keychain ] || exit 1\ncat <<'END'\n{}END\n", entries.concat());
            it.stub("security", &script)?;
            it.gitconfig("[credential]\n\thelper = osxkeychain\n")
        },
    ),
    Fault::new(
        "netrc-static",
        "Nothing is: Git's curl takes static Git credentials from ~/.netrc, and Git has no helper.",
        "healthy",
        |it| {
            let (name, password) = it.git_credentials()?;
            it.gitconfig("")?;
            it.append(".netrc", &format!("machine {HOST} login {name} password {}\n", password.expose()))
        },
    ),
    Fault::new(
        "netrc-dead",
        "A dead password is in ~/.netrc, and Git's curl sends it before Git asks the helper.",
        "netrc-login",
        |it| {
            let (key, password) = (it.key()?, it.password(&it.key()?, 60));
            it.append(".netrc", &format!("machine {HOST}\nlogin {}\npassword {}\n", key.id, password.expose()))
        },
    ),
];

/// Keeps the static Git credentials where `git credential-store` has them, with something before their password.
fn keep(it: &SetUp<'_>, before: &str) -> io::Result<()> {
    let (name, password) = it.git_credentials()?;
    let password: String = byte_serialize(format!("{before}{}", password.expose()).as_bytes()).collect();
    it.append(".git-credentials", &format!("https://{name}:{password}@{HOST}\n"))
}

/// A line of `git credential-store` with a password that died an hour ago.
fn dead(it: &SetUp<'_>) -> io::Result<String> {
    let key = it.key()?;
    let password = it.password(&key, 60);
    Ok(format!("https://{}:{}@{HOST}/v1/repos/{REPOSITORY}\n", key.id, password.expose()))
}

fn only_store(it: &SetUp<'_>) -> io::Result<()> {
    it.gitconfig("[credential]\n\thelper = store\n")
}

fn store_first(it: &SetUp<'_>) -> io::Result<()> {
    let ours = format!("helper = {}", it.helper("default"));
    let ours = section(HOSTS, &[&ours, "UseHttpPath = true"]);
    it.gitconfig(&format!("[credential]\n\thelper = store\n{ours}"))
}

/// An entry of the keychain as `security` prints it.
fn entry(account: &str) -> String {
    format!(
        "keychain: \"login.keychain-db\"\nversion: 512\nclass: \"inet\"\nattributes:\n    \"acct\"<blob>=\"{account}\"\n    \
         \"ptcl\"<uint32>=\"htps\"\n    \"srvr\"<blob>=\"{HOST}\"\n"
    )
}
