//! Faults of credential helpers: those that answer too early, wrongly, or not at all.
//!
//! Deliberately absent: the configuration that leads past them.

use std::{fs, io, path::PathBuf};

use super::super::account::AccessKey;
use super::super::seed::SPARE;
use super::Fault;
use super::set_up::{HOST, HOSTS, REPOSITORY, SetUp, section};

/// The faults of credential helpers.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new(
        "helper-moved",
        "The helper is an AWS CLI by a path at which it no longer is.",
        "helper-missing",
        |it| {
            let helper = "helper = !'/opt/homebrew/Cellar/awscli/2.9.0/bin/aws' --profile default codecommit credential-helper $@";
            it.gitconfig(&section(HOSTS, &["helper =", helper, "UseHttpPath = true"]))
        },
    ),
    Fault::new(
        "helper-poor-path",
        "The helper is a program that only the PATH of this terminal leads to.",
        "helper-poor-path",
        |it| {
            let script =
                format!("exec {} \"$@\"\n", it.helper("default").trim_start_matches('!').trim_end_matches(" $@"));
            it.stub("git-login", &script)?;
            it.gitconfig(&section(HOSTS, &["helper =", "helper = !git-login", "UseHttpPath = true"]))
        },
    ),
    Fault::new(
        "earlier-user",
        "The helper of an earlier user, in a file that is included first, answers before ours.",
        "other-profile",
        |it| {
            let key = it.key_of(SPARE)?;
            let secret = key.secret.expose();
            it.append(
                ".aws/credentials",
                &format!("[earlier]\naws_access_key_id = {}\naws_secret_access_key = {secret}\n", key.id),
            )?;
            it.append(".aws/config", "[profile earlier]\nregion = us-east-2\n")?;
            let of = format!("https://{HOST}");
            let earlier = format!("helper = {}", it.helper("earlier"));
            it.append(".gitconfig-earlier", &section(&of, &[&earlier, "UseHttpPath = true"]))?;
            let ours = format!("helper = {}", it.helper("default"));
            let ours = section(HOSTS, &[&ours, "UseHttpPath = true"]);
            it.gitconfig(&format!("[include]\n\tpath = ~/.gitconfig-earlier\n{ours}"))
        },
    ),
    Fault::new(
        "store-replays",
        "A dead password is in ~/.git-credentials, and `store` is asked before the helper.",
        "helper-replays",
        |it| {
            keep_in_store(it)?;
            before_ours(it, "store")
        },
    ),
    Fault::new(
        "keychain-replays",
        "The keychain of macOS is asked first, and holds a dead password.",
        "helper-replays",
        |it| {
            dead_helper(it, "osxkeychain")?;
            before_ours(it, "osxkeychain")
        },
    ),
    Fault::new(
        "cache-replays",
        "Git's cache of passwords is asked first, and holds a dead one.",
        "helper-replays",
        |it| {
            // Git would take its own for the bare name.
            let program = dead_helper(it, "cache")?;
            before_ours(it, &program.to_string_lossy())
        },
    ),
    Fault::new(
        "dead-password-kept",
        "A dead password is in ~/.git-credentials, which no helper reads now.",
        "stored-dead",
        |it| keep_in_store(it),
    ),
    Fault::new(
        "store-after",
        "`store` comes after the helper, and keeps every password that dies.",
        "asked-before",
        |it| it.append(".gitconfig", "[credential]\n\thelper = store\n"),
    ),
    Fault::new(
        "manager-replays",
        "Git Credential Manager is in the system's configuration, and answers with a dead password.",
        "helper-replays",
        |it| {
            dead_helper(it, "manager")?;
            let file = it.folder("etc")?.join("gitconfig");
            fs::write(&file, "[credential]\n\thelper = manager\n")?;
            it.unset("GIT_CONFIG_NOSYSTEM");
            it.set("GIT_CONFIG_SYSTEM", file);
            it.pin_as_in_the_guide("default")
        },
    ),
    Fault::new("store-first", "`store` is asked before the helper; it holds nothing yet.", "asked-before", |it| {
        before_ours(it, "store")
    }),
    Fault::new("helper-crashes", "The helper is a script of the company's, which fails.", "helper-fails", |it| {
        let script = it.stub("office-login", "echo 'office-login: cannot reach the directory server' >&2\nexit 3\n")?;
        let helper = format!("helper = !'{}'", script.display());
        it.gitconfig(&section(HOSTS, &["helper =", &helper, "UseHttpPath = true"]))
    }),
    Fault::new(
        "helper-silent",
        "The helper is a script of the company's, which says nothing at all.",
        "helper-fails",
        |it| {
            let script = it.stub("office-login", "cat >/dev/null\n")?;
            let helper = format!("helper = !'{}'", script.display());
            it.gitconfig(&section(HOSTS, &["helper =", &helper, "UseHttpPath = true"]))
        },
    ),
    Fault::new("helper-hangs", "The helper is a script of the company's, which never ends.", "helper-hangs", |it| {
        let script = it.stub("office-login", NEVER_ENDS)?;
        let helper = format!("helper = !'{}'", script.display());
        it.gitconfig(&section(HOSTS, &["helper =", &helper, "UseHttpPath = true"]))
    }),
    Fault::new(
        "helper-without-profile",
        "The helper names no profile, and there is none that is called default.",
        "helper-without-profile",
        |it| {
            it.edit(".aws/credentials", "[default]", "[work]")?;
            it.edit(".aws/config", "[default]", "[profile work]")?;
            it.pin("")
        },
    ),
];

/// Ends with the sandbox, so that nothing is left of it when whoever waited was killed.
const NEVER_ENDS: &str = "left=3600\nwhile [ -e \"$0\" ] && [ $left -gt 0 ]; do sleep 1; left=$((left - 1)); done\n";

/// The password of an hour ago for the clone's repository.
fn dead(it: &SetUp<'_>) -> io::Result<(AccessKey, String)> {
    let key = it.key()?;
    let password = it.password(&key, 60).expose().to_owned();
    Ok((key, password))
}

/// Keeps a dead password where `git credential-store` has it.
fn keep_in_store(it: &SetUp<'_>) -> io::Result<()> {
    let (key, password) = dead(it)?;
    it.append(".git-credentials", &format!("https://{}:{password}@{HOST}/v1/repos/{REPOSITORY}\n", key.id))
}

/// A credential helper by its name for git, which answers every `get` with a dead password.
fn dead_helper(it: &mut SetUp<'_>, name: &str) -> io::Result<PathBuf> {
    let (key, password) = dead(it)?;
    let answer = format!("printf 'username=%s\\npassword=%s\\n' '{}' '{password}'", key.id);
    it.stub(&format!("git-credential-{name}"), &format!("cat >/dev/null\n[ \"$1\" = get ] || exit 0\n{answer}\n"))
}

/// Puts a helper before ours, as a section without a reset leaves it.
fn before_ours(it: &SetUp<'_>, name: &str) -> io::Result<()> {
    let ours = format!("helper = {}", it.helper("default"));
    let ours = section(HOSTS, &[&ours, "UseHttpPath = true"]);
    it.gitconfig(&format!("[credential]\n\thelper = {name}\n{ours}"))
}
