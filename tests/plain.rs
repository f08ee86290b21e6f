//! The walk line by line, through the real program and the sandbox.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/program.rs"]
mod program;

use program::{Program, stderr, stdout};

#[test]
fn empty_lines_alone_end_in_a_clone() {
    let program = Program::new();
    let output = program.run(&["--sandbox", "--keep", "--plain"], &"\n".repeat(20));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    for expected in [
        "Step 1 of 6: Tools",
        "1. default, access key, us-east-2",
        "IAM user, new-developer",
        "  + [credential \"https://git-codecommit.*.amazonaws.com\"]",
        "Git can log in to CodeCommit.",
        "cloned: MyDemoRepo",
        "Done. This computer can use CodeCommit as new-developer.",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(program.sandbox_home().join("src/MyDemoRepo/.git").is_dir());
}

#[test]
fn what_was_just_read_is_not_read_again() {
    let output = Program::new().run(&["--sandbox", "--plain"], &"\n".repeat(20));
    let text = stdout(&output);
    for once in [
        "CodeCommit needs two programs on this computer",
        "Which AWS profile should git use?",
        "working: Asking AWS for the list.",
        "Git will ask this helper for the password of CodeCommit repositories.",
        "Asking git for the password of a CodeCommit repository",
    ] {
        assert_eq!(text.matches(once).count(), 1, "{once}\n{text}");
    }
    assert!(text.contains("a number from 1 to 4 to take that one at once [1]"), "{text}");
    assert!(text.contains("numbers from 1 to 3, parted by commas, to take those at once"), "{text}");
    assert!(!text.contains("Esc"), "{text}");
    assert!(stderr(&output).contains("The sandbox is gone, and with it all that was made in it"), "{text}");
}

#[test]
fn what_is_to_be_copied_is_written_out_and_no_clipboard_is_named() {
    let output = Program::new().run(&["--sandbox", "--plain"], "\n\n\n\n\n\n\n\nc\nq\n");
    let text = stdout(&output);
    assert!(text.contains("\nhttps://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo\n\nType"), "{text}");
    assert!(!text.contains("clipboard"), "{text}");
}

#[test]
fn something_left_to_do_ends_with_exit_code_1() {
    let program = Program::new();
    // Tools; the profile; passed over the permission; git; a name that does not exist is typed; on to the end.
    let output = program.run(&["--sandbox", "--plain"], "\n\n\ns\n\n\nt\nNoSuchRepo\n\n\n");
    let text = stdout(&output);
    assert!(text.contains("NoSuchRepo not cloned") && text.contains("with something left to do"), "{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
}

#[test]
fn no_escape_code_and_no_frame_is_written() {
    let program = Program::new();
    let output = program.run(&["--sandbox", "--plain"], &"\n".repeat(20));
    for byte in [0x1b, b'\r', 0x07] {
        assert!(!output.stdout.contains(&byte), "byte {byte}");
    }
    assert!(
        !stdout(&output)
            .chars()
            .any(|c| ('\u{2500}'..='\u{257f}').contains(&c) || ('\u{2800}'..='\u{28ff}').contains(&c))
    );
}

#[test]
fn numbers_choose_letters_act_and_the_end_of_input_leaves() {
    let program = Program::new();
    // Tools; profile 2 (admin); its permissions are there already; then the input ends.
    let output = program.run(&["--sandbox", "--plain"], "\n2\n\n\n");
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("IAM user setup-admin in account 123456789012"), "{text}");
    assert!(text.contains("Nothing had to be changed."), "{text}");
}

#[test]
fn a_new_profile_is_asked_field_by_field_and_goes_back() {
    let program = Program::new();
    let output = program.run(
        &["--sandbox", "--plain"],
        "\nn\nMine\nAKIAWRONGWRONGWRONG1\nsecretsecretsecretsecretsecretsecretsecr\n\n\nMine\n<\nq\n",
    );
    let text = stdout(&output);
    assert!(text.contains("Access key ID (shown after Enter), < goes back:"), "{text}");
    assert!(text.contains("AWS does not know the access key"), "{text}");
    assert!(!text.contains("secretsecret"), "{text}");
    assert_eq!(output.status.code(), Some(130));
}

#[test]
fn what_cannot_be_typed_is_said() {
    let output = Program::new().run(&["--sandbox", "--plain"], "\n99\nzzz\nq\n");
    assert_eq!(stdout(&output).matches("That cannot be typed here.").count(), 2, "{}", stdout(&output));
}

#[test]
fn without_a_terminal_the_other_ways_are_named() {
    let output = Program::new().run(&[], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--plain") && stderr(&output).contains("apply"), "{}", stderr(&output));
}

#[test]
fn a_dumb_terminal_gets_lines_without_asking() {
    let output = Program::new().with("TERM", "dumb").run(&["--sandbox"], "q\n");
    assert!(stdout(&output).contains("Step 1 of 6: Tools"), "{}", stdout(&output));
}
