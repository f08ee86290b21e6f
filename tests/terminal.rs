//! Walks of the real program in a pseudo-terminal, through the sandbox, with the real git, ending in a real clone.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;

use terminal::Terminal;

fn log_of(clone: &Path) -> String {
    let output = std::process::Command::new("git").arg("-C").arg(clone).args(["log", "--oneline"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn enter_alone_ends_in_a_real_clone() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Step 1 of 6 · Tools").sees("Nothing has been changed.").enter();
    terminal.sees("Which AWS profile should git use?").sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter();
    terminal.sees("no CodeCommit policy is attached").enter();
    terminal.sees("This changes the AWS account.").sees("new-developer").sees("123456789012").enter();
    terminal.sees("Attached with profile admin, read back, and in effect.").enter();
    terminal.sees("Step 4 of 6").sees("Nothing has been changed.").sees("UseHttpPath = true").enter();
    terminal.sees("Git can log in to CodeCommit.").enter();
    terminal.sees("Step 5 of 6").sees("MyDemoRepo").sees("clone 1").enter();
    terminal.sees("Done. The clones are in ~/src.").enter();
    terminal.sees("Step 6 of 6").sees("This computer can use CodeCommit as new-developer.").enter();
    let end = terminal.ends();
    assert_eq!(end.code, 0);
    assert!(end.after.contains("Done. This computer can use CodeCommit as new-developer."), "{}", end.after);
    assert!(!log_of(&end.home.join("src/MyDemoRepo")).is_empty());
    let gitconfig = std::fs::read_to_string(end.home.join(".gitconfig")).unwrap();
    assert!(gitconfig.contains("[credential \"https://git-codecommit.*.amazonaws.com\"]"), "{gitconfig}");
}

#[test]
fn a_new_profile_is_typed_proven_written_and_used() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.");
    let (id, secret) = terminal.spare_key();
    terminal.enter().sees("Enter use default").types("n").sees("An access key belongs to an IAM user.");
    terminal.paste(&id).types("\t").types(&secret).sees(&secret[36..]);
    terminal.enter().sees("IAM user second-developer").sees("[CodeCommitProfile]");
    assert!(!terminal.transcript().contains(&secret), "the secret was drawn");
    terminal.enter().sees("Written, and AWS knows it.").enter();
    terminal.sees("no CodeCommit policy is attached").enter().sees("This changes the AWS account.");
    terminal.types("\u{1b}").sees("Lets you");
    // The user may look but not attach; the administrator's profile is the other choice.
    terminal.types("s").sees("Step 4 of 6").sees("UseHttpPath = true").enter();
    terminal.sees("Git can log in to CodeCommit.");
    terminal.types("\u{3}");
    let end = terminal.ends();
    assert_eq!(end.code, 130);
    let credentials = std::fs::read_to_string(end.home.join(".aws/credentials")).unwrap();
    assert!(credentials.contains(&format!("[CodeCommitProfile]\naws_access_key_id = {id}")), "{id}");
    assert!(!end.after.contains(&secret));
}

#[test]
fn a_policy_denied_is_then_attached_with_the_administrator() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter().sees("no CodeCommit policy is attached");
    // Tab takes the profile that may not.
    terminal.types("\t").sees("▸ default").enter().sees("This changes the AWS account.").enter();
    terminal.sees("Only an administrator can do this.").sees("not authorized to perform");
    terminal.types("\u{1b}").sees("Lets you").types("\t").sees("▸ admin").enter();
    terminal.sees("This changes the AWS account.").enter().sees("Attached with profile admin").enter();
    terminal.sees("Step 4 of 6").sees("Nothing has been changed.").enter().sees("Git can log in").enter();
    terminal.sees("clone 1").enter().sees("Done. The clones are in ~/src.").enter();
    terminal.sees("Step 6 of 6").enter();
    let end = terminal.ends();
    assert_eq!(end.code, 0);
    assert!(!log_of(&end.home.join("src/MyDemoRepo")).is_empty());
}

#[test]
fn back_and_forth_loses_nothing_that_was_typed() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").types("n");
    terminal.sees("An access key belongs").types("AKIATYPEDTYPEDTYPED1");
    terminal.sees("AKIATYPEDTYPEDTYPED1").types("\u{1b}").sees("Enter use default").types("\u{1b}");
    terminal.sees("Step 1 of 6").enter().sees("Enter use default").types("n").sees("AKIATYPEDTYPEDTYPED1");
    terminal.types("\u{1b}").sees("Enter use default").enter().sees("Git will use profile default.").enter();
    terminal
        .sees("no CodeCommit policy is attached")
        .enter()
        .sees("This changes")
        .enter()
        .sees("Attached with")
        .enter();
    terminal.sees("Step 4 of 6").sees("Nothing has been changed.");
    // All the way back and forth again: every step is as it was left.
    terminal.types("\u{1b}").sees("Attached with profile admin").enter().sees("Step 4 of 6").sees("Nothing has been");
    terminal.enter().sees("Git can log in").enter().sees("clone 1").types("  ").enter();
    terminal.sees("Done. The clones are in ~/src.").enter().sees("Step 6 of 6").enter();
    let end = terminal.ends();
    assert_eq!(end.code, 0);
    assert!(!log_of(&end.home.join("src/MyDemoRepo")).is_empty());
}

#[test]
fn a_secret_that_a_terminal_types_onto_a_list_opens_nothing_and_is_not_shown() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default");
    terminal.types("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").types("\u{1b}").sees("Step 1 of 6");
    let transcript = terminal.transcript();
    assert!(["K7MDENG", "bPxRfi", "EXAMPLEKEY"].iter().all(|part| !transcript.contains(part)), "{transcript}");
    terminal.types("\u{3}");
    terminal.ends();
}

#[test]
fn ctrl_c_in_the_middle_of_a_clone_leaves_nothing_half_done() {
    let mut terminal = Terminal::sandbox(&["--keep", "--sandbox-trouble", "delay=700ms"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter().sees("no CodeCommit policy is attached").enter();
    terminal.sees("This changes").enter().sees("Attached with").enter().sees("Nothing has been changed.").enter();
    terminal.sees("Git can log in").enter().sees("clone 1").enter().sees("Cloning 1 repository").types("\u{3}");
    terminal.sees("Leave all the same?").types("y");
    let end = terminal.ends();
    assert_eq!(end.code, 130);
    assert!(!end.home.join("src/MyDemoRepo").exists());
    assert!(end.alternate_screen_left && end.cursor_shown);
}

#[test]
fn a_policy_that_is_late_is_waited_for_and_the_walk_goes_on_by_itself() {
    let mut terminal = Terminal::sandbox(&["--keep", "--sandbox-trouble", "late-iam=3s"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter().sees("no CodeCommit policy is attached").enter();
    terminal.sees("This changes the AWS account.").enter().sees("Trying whether it counts");
    terminal.sees("It was tried for 2 s so far").sees("Attached with profile admin, read back, and in effect.");
    terminal.types("\u{3}");
    assert_eq!(terminal.ends().code, 130);
}

#[test]
fn the_policy_goes_to_a_group_and_undo_names_the_command() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter().sees("no CodeCommit policy is attached");
    terminal.types("g").sees("▸ group Staff").enter().sees("Everybody in the group gets it").enter();
    terminal.sees("AWSCodeCommitPowerUser is attached to group Staff.").sees("AWSCodeCommitPowerUser (group Staff)");
    terminal.types("\u{3}");
    let end = terminal.ends();
    assert!(end.after.contains("group Staff"), "{}", end.after);
}

#[test]
fn ctrl_c_at_once_changes_nothing() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Step 1 of 6").types("\u{3}");
    let end = terminal.ends();
    assert_eq!(end.code, 130);
    assert!(!std::fs::read_to_string(end.home.join(".gitconfig")).unwrap().contains("credential"));
}

#[test]
fn sigterm_gives_the_terminal_back() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.");
    terminal.terminate();
    let end = terminal.ends();
    assert_eq!(end.code, 143);
    assert!(end.alternate_screen_left && end.cursor_shown);
}

#[test]
fn a_program_that_is_killed_in_the_sandbox_leaves_a_terminal_that_can_be_typed_in() {
    let mut terminal = Terminal::sandbox(&[]);
    terminal.sees("Nothing has been changed.");
    assert!(!terminal.echoes());
    terminal.kill_inner();
    let echoes = terminal.sees("The sandbox is gone").echoes();
    let end = terminal.ends();
    assert_eq!(end.code, 128 + 9);
    assert!(end.alternate_screen_left && end.cursor_shown && echoes);
}

#[test]
fn a_low_window_shows_a_change_to_its_end_before_enter_makes_it() {
    let mut terminal = Terminal::sized(&["--keep"], 40, 12, &[]);
    terminal.sees("Enter continue").enter().sees("Enter use default").enter().sees("Git will use profile");
    terminal.enter().sees("Enter review").types("s").sees("Enter read on");
    let mut pages = 0;
    while !terminal.sees("Esc back").shows("Enter write") {
        pages += 1;
        terminal.enter().sees_other();
    }
    assert!(pages > 1, "{pages}");
    assert!(!std::fs::read_to_string(terminal.home().join(".gitconfig")).unwrap().contains("credential"));
    terminal.enter().sees("Git can log in");
    assert!(std::fs::read_to_string(terminal.home().join(".gitconfig")).unwrap().contains("UseHttpPath = true"));
    terminal.types("\u{3}");
    assert_eq!(terminal.ends().code, 130);
}

#[test]
fn a_second_walk_changes_nothing() {
    let mut first = Terminal::sandbox(&["--keep"]);
    first.sees("Nothing has been changed.").types("\u{3}");
    first.ends();
    let mut terminal = Terminal::sandbox(&["--keep"]);
    let walk = |terminal: &mut Terminal, attach: bool| {
        terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
        terminal.sees("Git will use profile default.").enter();
        if attach {
            terminal.sees("no CodeCommit policy is attached").enter().sees("This changes").enter();
            terminal.sees("Attached with").enter().sees("Nothing has been changed.").enter();
        } else {
            terminal.sees("may use CodeCommit").enter().sees("is as it should be").enter();
        }
        terminal.sees("Git can log in").enter().sees("clone 1").enter().sees("Done. The clones").enter();
        terminal.sees("Step 6 of 6");
    };
    walk(&mut terminal, true);
    let files = |home: &Path| {
        [".gitconfig", ".aws/config", ".aws/credentials"].map(|name| std::fs::read(home.join(name)).unwrap())
    };
    let before = files(&terminal.home());
    let mut again = terminal.again();
    again.sees("Overview").types("c");
    walk(&mut again, false);
    again.sees("there already").enter();
    assert_eq!(again.ends().code, 0);
    assert_eq!(files(&terminal.home()), before);
    terminal.enter();
    assert_eq!(terminal.ends().code, 0);
}

#[test]
fn who_comes_back_sees_what_is_there_switches_the_region_and_leaves() {
    let mut first = Terminal::sandbox(&["--keep"]);
    first.sees("Nothing has been changed.");
    let answers = "[git]\nprogram = \"path\"\n[repositories]\nclone = [\"MyDemoRepo\"]\n";
    std::fs::write(first.home().join("answers.toml"), answers).unwrap();
    let applied = first.runs(&["apply", "--answers", "answers.toml", "--json"]);
    assert_eq!(applied.status.code(), Some(0), "{}", String::from_utf8_lossy(&applied.stderr));
    let result: serde_json::Value = serde_json::from_slice(&applied.stdout).unwrap();
    let changes: Vec<_> =
        result["steps"].as_array().unwrap().iter().flat_map(|step| step["changes"].as_array().unwrap()).collect();
    assert_eq!(
        changes.iter().map(|change| change["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["policy", "file", "clone"]
    );
    assert_eq!(changes[2]["folder"], first.home().join("src/MyDemoRepo").to_str().unwrap());

    let plain = String::from_utf8(first.runs(&["--plain"]).stdout).unwrap();
    for expected in
        ["\nOverview\n", "ok: Git helper, ~/.gitconfig:", "there: ~/src/MyDemoRepo, MyDemoRepo, us-east-2", "q end"]
    {
        assert!(plain.contains(expected), "{expected}\n{plain}");
    }
    assert!(!plain.contains("q leave") && !plain.contains("Step 1"), "{plain}");

    let mut terminal = first.again();
    terminal.sees("Overview").sees("there ~/src/MyDemoRepo").sees("r check again");
    terminal.types("g").sees("Another region for profile default?").types("ireland\r").sees("us-east-2 → eu-west-1");
    let config = std::fs::read_to_string(first.home().join(".aws/config")).unwrap();
    terminal.enter().sees("eu-west-1 (Ireland) is written").sees("r check again");
    let after = std::fs::read_to_string(first.home().join(".aws/config")).unwrap();
    assert_eq!(after, config.replacen("us-east-2", "eu-west-1", 1));
    terminal.types("u").sees("would be put back as it was").enter().sees("The last run is undone.").enter();
    terminal.sees("us-east-2 (Ohio)").sees("r check again").types("q");
    let end = terminal.ends();
    assert_eq!(end.code, 0, "{}", end.after);
    assert!(end.alternate_screen_left && end.cursor_shown);
    assert_eq!(std::fs::read_to_string(first.home().join(".aws/config")).unwrap(), config);
    first.types("\u{3}");
    first.ends();
}

#[test]
fn it_works_small_large_and_without_colour() {
    for (columns, rows) in [(40, 12), (132, 50)] {
        let mut terminal = Terminal::sized(&[], columns, rows, &[("NO_COLOR", "1")]);
        terminal.sees("Tools").sees("Enter continue").enter().sees("Enter use default").sees("default");
        assert!(!terminal.coloured(), "colours at {columns}×{rows}");
        assert!(terminal.has_inverse(), "the chosen row is inverse at {columns}×{rows}");
        terminal.types("\u{3}");
        assert_eq!(terminal.ends().code, 130);
    }
}

#[test]
fn another_region_is_cloned_from_and_a_repository_is_made_there() {
    let mut terminal = Terminal::sandbox(&["--keep", "--profile", "admin"]);
    terminal.sees("Nothing has been changed.").enter();
    terminal.sees("Enter use admin").enter();
    terminal.sees("Git will use profile admin.").enter();
    terminal.sees("Step 3 of 6").sees("setup-admin may use CodeCommit").enter();
    terminal.sees("UseHttpPath = true").enter();
    terminal.sees("Git can log in to CodeCommit.").enter();
    terminal.sees("3 repositories in us-east-2 (Ohio).").types("ga");
    terminal.sees("5 repositories in 3 regions; 9 regions could not be asked.").types("/irel\r\r");
    terminal.sees("1 repository in eu-west-1 (Ireland).").enter();
    terminal.sees("Done. The clones are in ~/src.").types("mnshop\r");
    terminal.sees("--repository-name shop").enter();
    terminal.sees("shop is there, and empty.").enter();
    terminal.sees("it has no commit yet").sees("Enter continue").enter();
    terminal.sees("shop created in AWS (undo leaves it there)").enter();
    let end = terminal.ends();
    assert_eq!(end.code, 0);
    assert!(!log_of(&end.home.join("src/eu-billing")).is_empty());
    let config = std::fs::read_to_string(end.home.join("src/shop/.git/config")).unwrap();
    assert!(config.contains("url = https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"), "{config}");
}
