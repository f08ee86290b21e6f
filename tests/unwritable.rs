//! Files that cannot be written, for real: every face says which, why, whose it is and what to type, and nothing is changed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/inside.rs"]
mod inside;

use std::fs;
use std::path::Path;
use std::process::Command;

use inside::{Inside, Said};

const ANSWERS: &str = "[profile]\nname = \"default\"\n[permissions]\npolicy = \"none\"\n[repositories]\nclone = []\n";

/// The bytes of the files that may be written.
fn files(home: &Path) -> Vec<Option<Vec<u8>>> {
    [".gitconfig", ".config/git/config", ".aws/credentials", ".aws/config"]
        .map(|name| fs::read(home.join(name)).ok())
        .into()
}

/// Runs the program in a sandbox, in a name space of its own whose mounts a script prepares; it stands in the home folder.
async fn prepared(inside: &Inside, script: &str, arguments: &str) -> Said {
    let program = env!("CARGO_BIN_EXE_codecommit-setup");
    inside.run("unshare", &["-rm", "sh", "-ec", &format!("{script}\nexec '{program}' {arguments}")]).await
}

/// What `apply` does where a script has prepared the disk, checked in what it says as text and as JSON.
async fn apply(inside: &Inside, answers: &str, script: &str, words: &[&str]) {
    let home = inside.sandbox.home().clone();
    fs::write(home.join("answers.toml"), answers).unwrap();
    let before = files(&home);
    let said = prepared(inside, script, "apply --answers answers.toml --json").await;
    assert_eq!(said.code, 1, "{said:?}");
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    let problem = json["problem"].to_string();
    for word in words {
        assert!(said.err.contains(word), "“{word}” in {}", said.err);
        assert!(problem.contains(&word.replace('"', "\\\"")), "“{word}” in {problem}");
    }
    assert_eq!(said.err.matches("could not be written").count(), 1, "{}", said.err);
    assert_eq!(files(&home), before, "{}", said.err);
}

#[tokio::test]
async fn a_gitconfig_that_can_never_be_written_is_told_with_another_file_that_git_reads() {
    let inside = Inside::start(&[]).await;
    let mounted = "cp ~/.gitconfig ~/mounted 2>/dev/null || : >~/mounted; touch ~/.gitconfig; mount --bind ~/mounted ~/.gitconfig";
    let words = ["~/.gitconfig could not be written", "mounted", "Git reads ~/.config/git/config as well"]
        .map(|word| word.replace("~/.gitconfig could", ".gitconfig could"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    fs::write(inside.sandbox.home().join(".gitconfig"), "[user]\n\tname = Ann\n").unwrap();
    apply(&inside, ANSWERS, mounted, &words).await;

    // A dotfile manager's link into a store that may only be read.
    let home = inside.sandbox.home();
    fs::create_dir_all(home.join("store")).unwrap();
    fs::rename(home.join(".gitconfig"), home.join("store/gitconfig")).unwrap();
    std::os::unix::fs::symlink(home.join("store/gitconfig"), home.join(".gitconfig")).unwrap();
    let store = "mount --bind ~/store ~/store; mount -o remount,ro,bind ~/store";
    apply(&inside, ANSWERS, store, &["It is a link to", "may only be read", "Git reads ~/.config/git/config as well"])
        .await;
}

#[tokio::test]
async fn another_global_file_is_written_when_that_is_accepted_and_git_logs_in() {
    let inside = Inside::start(&[]).await;
    fs::write(inside.sandbox.home().join(".gitconfig"), "[user]\n\tname = Ann\n").unwrap();
    let script =
        "cp ~/.gitconfig ~/mounted; mount --bind ~/mounted ~/.gitconfig; yes '' | head -40 >~/lines; exec <~/lines";
    let said = prepared(&inside, script, "--plain").await;
    let written = fs::read_to_string(inside.sandbox.home().join(".config/git/config")).unwrap_or_default();
    assert!(written.contains("codecommit credential-helper"), "{said:?}");
    assert!(
        said.out.contains("could not be written") && said.out.contains("~/.config/git/config, CodeCommit hosts only"),
        "{}",
        said.out
    );
    assert_eq!(fs::read_to_string(inside.sandbox.home().join(".gitconfig")).unwrap(), "[user]\n\tname = Ann\n");
    let undone = inside.run(env!("CARGO_BIN_EXE_codecommit-setup"), &["undo"]).await;
    assert!(undone.code == 0 && !inside.sandbox.home().join(".config").exists(), "{undone:?}");
}

#[tokio::test]
async fn aws_files_on_a_full_or_closed_disk_or_of_somebody_else_are_told_as_that() {
    let inside = Inside::start(&[]).await;
    let home = inside.sandbox.home().clone();
    let keys = inside.credentials("default");
    let answers = ANSWERS.replace("name = \"default\"", &format!(
        "name = \"fresh\"\naccess_key_id = \"{}\"\nsecret_access_key = {{ file = \"~/secret\" }}\nregion = \"us-east-2\"",
        keys.access_key_id()
    ));
    fs::write(home.join("secret"), keys.secret_access_key()).unwrap();
    let full = "cp -a ~/.aws ~/kept; mount -t tmpfs -o size=64k none ~/.aws; cp -a ~/kept/. ~/.aws; rm -r ~/kept
                dd if=/dev/zero of=\"$HOME/.aws/filler\" bs=1k count=100 2>/dev/null || :";
    apply(&inside, &answers, full, &["no room left", "df -h"]).await;
    apply(&inside, &answers, "mount --bind ~/.aws ~/.aws; mount -o remount,ro,bind ~/.aws", &["may only be read"])
        .await;

    let folder = home.join(".aws");
    if is_root() {
        // Another user runs the program, in a home of its own, but for a folder that root left behind.
        let owned = |who: &str, path: &Path| {
            assert!(Command::new("chown").args(["-R", who]).arg(path).status().unwrap().success());
        };
        let parent = home.parent().unwrap();
        owned("65534:65534", parent);
        fs::set_permissions(parent.parent().unwrap(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        owned("0:65534", &folder);
        let modes =
            |mode: &str| assert!(Command::new("chmod").args(["-R", mode]).arg(&folder).status().unwrap().success());
        modes("g+rX,g-w");
        let before = files(&home);
        let program = env!("CARGO_BIN_EXE_codecommit-setup");
        let line = ["--reuid=65534", "--regid=65534", "--clear-groups", program, "apply", "--answers", "answers.toml"];
        let said = inside.run("setpriv", &line).await;
        assert_eq!(said.code, 1, "{said:?}");
        for word in ["could not be written", "belongs to root", "sudo chown"] {
            assert!(said.err.contains(word), "“{word}” in {}", said.err);
        }
        assert_eq!(files(&home), before);
    } else {
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
        let said = inside.run(env!("CARGO_BIN_EXE_codecommit-setup"), &["apply", "--answers", "answers.toml"]).await;
        assert!(said.code == 1 && said.err.contains("chmod u+rwx"), "{said:?}");
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}
