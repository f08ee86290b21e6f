//! Signing in through the AWS CLI in a real terminal: it is lent for it, and the walk goes on where it was.
//!
//! The AWS CLI is the real one, but for `--version` and for signing in, which takes version 2 and a browser.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

#[path = "support/program.rs"]
mod program;
#[path = "support/terminal.rs"]
mod terminal;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use program::{Program, stderr};
use terminal::Terminal;

/// A folder with an `aws` of version 2 whose sign-in asks for a word at the terminal.
fn with_sign_in() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
    let script = format!(
        "#!/bin/sh\n\
         case \"$*\" in\n\
         --version) echo 'aws-cli/2.36.7 Python/3.13.7 Linux/6.18 exe/x86_64' ;;\n\
         'sso login --profile sso-signed-out'*)\n\
           printf 'the word for %s: ' \"$*\"; read -r word < /dev/tty\n\
           test \"$word\" = open || exit 255\n\
           cd ~/.aws/sso/cache && cp 5042d146667518a1a5017644946b8650aafca44c.json d430191e0000000000.tmp\n\
           mv d430191e0000000000.tmp d191430e46c0aa54b7e69a4efbf4254e422b8814.json ;;\n\
         'configure sso --profile made-here') read -r word < /dev/tty\n\
           printf '\\n[profile made-here]\\nsso_session = shop\\nsso_account_id = 123456789012\\nsso_role_name = DeveloperAccess\\nregion = us-east-2\\n' >> ~/.aws/config ;;\n\
         *) exec {real}/aws \"$@\" ;;\n\
         esac\n",
        real = real.display()
    );
    let program = folder.path().join("aws");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}:{}", folder.path().display(), real.display(), std::env::var("PATH").unwrap());
    (folder, path)
}

fn walk(arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    Terminal::sized(&[&["--sandbox-identities", "--keep"], arguments].concat(), 80, 24, variables)
}

#[test]
fn the_terminal_is_lent_for_a_sign_in_and_the_walk_goes_on() {
    let (_folder, path) = with_sign_in();
    let mut terminal = walk(&["--profile", "sso-signed-out"], &[("PATH", &path)]);
    terminal.sees("Step 1 of 6").sees("Nothing has been changed.").enter().sees("Enter use sso-signed-out").enter();
    terminal.sees("The sign-in of profile sso-signed-out has ended").sees("Enter sign in").enter();
    terminal.sees("Running: aws sso login --profile sso-signed-out");
    terminal.sees("the word for sso login --profile sso-signed-out:");
    assert!(terminal.echoes(), "the terminal is as a program finds it");
    // Ctrl-C is meant for the program, not for the setup.
    terminal.types("\u{3}").sees("That did not work. Enter goes back to the setup.").types("\n");
    terminal
        .sees("Enter sign in")
        .sees("`aws sso login --profile sso-signed-out` failed.")
        .enter()
        .sees("the word for");
    terminal.types("open\n").sees("AWS knows it.").sees("DeveloperAccess").sees("210987654321");
    assert!(!terminal.echoes(), "the setup has the terminal again");
    terminal.enter().sees("Permissions").types("\u{3}");
    let end = terminal.ends();
    assert_eq!((end.code, end.alternate_screen_left, end.cursor_shown), (130, true, true));
}

#[test]
fn over_ssh_the_sign_in_is_for_the_browser_of_the_other_computer() {
    let (_folder, path) = with_sign_in();
    let mut terminal = walk(&["--profile", "sso-signed-out"], &[("PATH", &path), ("SSH_TTY", "/dev/pts/9")]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use sso-signed-out").enter();
    terminal.sees("You are connected over SSH").enter();
    terminal
        .sees("sso login --profile sso-signed-out --no-browser --use-device-code")
        .types("open\n")
        .sees("AWS knows it.");
    terminal.types("\u{3}").ends();
}

#[test]
fn the_plain_face_lends_its_terminal_too() {
    let (_folder, path) = with_sign_in();
    let mut terminal = walk(&["--plain", "--profile", "sso-signed-out"], &[("PATH", &path)]);
    terminal
        .sees("Step 1 of 6")
        .sees("Nothing has been changed.")
        .types("\n")
        .sees("Step 2 of 6")
        .sees("Nothing has been");
    terminal.types("\n").sees("Its SSO session has ended or is missing").types("\n");
    terminal.sees("Running: aws sso login --profile sso-signed-out").sees("the word for").types("open\n");
    terminal.sees("AWS knows it.").types("\u{3}").ends();
}

#[test]
fn a_new_sso_profile_is_made_by_the_aws_cli_and_works() {
    let (_folder, path) = with_sign_in();
    let mut terminal = walk(&[], &[("PATH", &path)]);
    terminal
        .sees("Nothing has been changed.")
        .enter()
        .sees("Enter use default")
        .types("\u{1b}[F")
        .sees("Enter make one");
    terminal.enter().sees("Name of the profile").types("\u{15}made-here").sees("made-here").enter();
    terminal.sees("Running: aws configure sso --profile made-here").types("go\n");
    terminal.sees("Enter use made-here").enter().sees("AWS knows it.").sees("SSO user jane.doe@example.com");
    terminal.types("\u{3}").ends();
}

#[test]
fn a_session_says_how_long_it_lasts() {
    let mut terminal = walk(&["--profile", "role"], &[]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use role").enter();
    terminal.sees("this session ends in ").sees("git gets a new one by itself");
    terminal.types("\u{3}").ends();
}

#[test]
fn unattended_nobody_can_sign_in_and_the_command_is_named() {
    let (_folder, path) = with_sign_in();
    let program = Program::new().with("PATH", &path);
    let answers = program.write("answers.toml", "[profile]\nname = \"sso-signed-out\"\n");
    let output = program.run(&["--sandbox", "--sandbox-identities", "apply", "--answers", &answers], "");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("aws sso login --profile sso-signed-out"), "{}", stderr(&output));
}
