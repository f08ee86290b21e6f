//! What a terminal shows of a secret that is typed or pasted, whatever happens meanwhile, and what is printed of one that was
//! given in a wrong place: nothing. The real program in a pseudo-terminal, with a shell in between where jobs are stopped.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

#[path = "support/program.rs"]
mod program;
#[path = "support/terminal.rs"]
mod terminal;

use program::{Program, stderr, stdout};
use terminal::Terminal;

const ID: &str = "AKIASPARESPARE123456";
const SECRET: &str = "q3Zs8/KcT0vXyG1b5NfRjP7uLwE2hA9dMoS4iQ6x";

/// The plain face at the question for the secret of a new profile.
fn at_the_secret() -> Terminal {
    let mut terminal = Terminal::sandbox(&["--plain"]);
    terminal.sees("q leave:").types("\n").sees("n new").types("n\n").sees("Name [").types("\n");
    terminal.sees("Access key ID (shown after Enter)").types(&format!("{ID}\n"));
    terminal.sees("Secret access key (typing is hidden)");
    terminal
}

#[test]
fn what_may_be_seen_of_an_answer_is_shown_as_it_is_typed_and_can_be_deleted() {
    let mut terminal = Terminal::sandbox(&["--plain"]);
    terminal.sees("q leave:").types("\n").sees("n new").types("n").sees("q leave: n").types("\n").sees("Name [");
    terminal.types("mine日").sees("goes back: mine日").types("\u{7f}\u{7f}").sees("goes back: min").types("t\n");
    terminal.sees("goes back: mint Access key ID (shown after Enter)").types(&format!("{ID}\n"));
    terminal.sees(&format!("goes back: {ID} Secret access key (typing is hidden)")).types(&format!("{SECRET}\n"));
    terminal.sees("Region [us-east-2]").types("<\n").sees("q leave:").types("q\n");
    assert_eq!(terminal.ends().code, 130);
    assert!(!terminal.transcript().contains(&SECRET[..4]));
}

#[test]
fn lines_typed_before_they_are_asked_for_are_not_shown() {
    let mut terminal = Terminal::sandbox(&["--plain"]);
    terminal.sees("q leave:").types(&format!("\nn\n\n{ID}\n{SECRET}\n")).sees("Region [us-east-2]");
    terminal.types("<\n").sees("q leave:").types("q\n");
    assert_eq!(terminal.ends().code, 130);
    let text = terminal.transcript();
    assert!(!text.contains(&SECRET[..4]) && text.contains(ID), "{text}");
}

#[test]
fn a_paste_of_both_halves_into_any_field_of_the_form_is_not_shown() {
    for text in [
        format!("{ID},{SECRET}\n"),
        format!("{ID}\n{SECRET}\n"),
        format!("User name,Access key ID,Secret access key\nann,{ID},{SECRET}\n"),
    ] {
        for before in ["", "\n"] {
            let mut terminal = Terminal::sandbox(&["--plain"]);
            terminal.sees("q leave:").types("\n").sees("n new").types("n\n").sees("Name [");
            terminal.types(before).types(&text).types("\n\n\n\n\n").sees("AWS does not know").types("\u{3}");
            terminal.ends();
            assert!(!terminal.transcript().contains(&SECRET[..12]), "{text:?} {}", terminal.transcript());
        }
    }
}

#[test]
fn a_signal_that_ends_the_program_gives_the_terminal_its_echo_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130)] {
        let mut terminal = at_the_secret();
        terminal.signals(signal);
        // The sandbox, which outlives it, has the last word.
        let echoes = terminal.sees("The sandbox is gone").echoes();
        assert!(echoes, "{signal}");
        assert_eq!(terminal.ends().code, code, "{signal}");
        assert!(!terminal.transcript().contains(&SECRET[..12]), "{signal}");
    }
    // Ctrl-\ as it is typed.
    let mut terminal = at_the_secret();
    assert!(terminal.types(&SECRET[..20]).types("\u{1c}").sees("The sandbox is gone").echoes());
    assert_eq!(terminal.ends().code, 131);
    assert!(!terminal.transcript().contains(&SECRET[..12]));
}

#[test]
fn a_job_that_is_stopped_gives_the_echo_back_and_takes_it_again_when_it_goes_on() {
    // A shell without an editor of its own: it leaves the terminal as the job does.
    let mut terminal = Terminal::shell();
    terminal.types("\"$PROGRAM\" --sandbox --plain\n").sees("q leave:").types("\n").sees("n new").types("n\n\n");
    terminal
        .sees("Access key ID (shown after Enter)")
        .types(&format!("{ID}\n"))
        .sees("Secret access key (typing is hidden)");
    terminal.types(&SECRET[..20]).types("\u{1a}");
    assert!(terminal.sees_times("stopped>", 2).echoes());
    terminal.types("echo as\"k\"ed; fg\n").sees("asked").sees_times("Secret access key (typing is hidden)", 2);
    assert!(!terminal.echoes());
    terminal.types(&format!("{SECRET}\n")).sees("Region [us-east-2]").types("\n\n").sees("AWS does not know");
    terminal.types("\u{3}").sees("The sandbox is gone").types("exit\n").ends();
    let text = terminal.transcript();
    assert!(!text.contains(&SECRET[..12]) && !text.contains(&SECRET[20..]), "{text}");
}

#[test]
fn an_answers_file_asks_for_a_secret_at_the_terminal_without_showing_it() {
    let asked =
        "Type or paste the secret access key (profile.secret_access_key in the answers file; typing is hidden):";
    let answers = format!(
        "[profile]\nname = \"New\"\naccess_key_id = \"{ID}\"\nsecret_access_key = {{ stdin = true }}\nregion = \"us-east-2\"\n"
    );
    let mut terminal = Terminal::with_answers(&answers);
    assert!(!terminal.sees(asked).echoes());
    terminal.types(&format!("{ID},{SECRET}\n")).sees("AWS does not know the access key").sees("The sandbox is gone");
    assert!(terminal.echoes());
    assert_eq!(terminal.ends().code, 1);
    assert!(!terminal.transcript().contains(&SECRET[..12]));

    for (signal, code) in [("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130)] {
        let mut terminal = Terminal::with_answers(&answers);
        terminal.sees(asked).signals(signal);
        assert!(terminal.sees("The sandbox is gone").echoes(), "{signal}");
        assert_eq!(terminal.ends().code, code, "{signal}");
        assert!(!terminal.transcript().contains(&SECRET[..12]), "{signal}");
    }
}

#[test]
fn a_paste_from_a_terminal_without_brackets_is_taken_whole_and_drawn_hidden() {
    for text in [
        format!("{ID}\r{SECRET}\r"),
        format!("{SECRET}\r{ID}\r"),
        format!("{ID}\t{SECRET}\r"),
        format!("ann,{ID},{SECRET}\r"),
    ] {
        for tabs in ["", "\t", "\t\t\t"] {
            let mut terminal = Terminal::sandbox(&[]);
            terminal.sees("Enter continue").enter().sees("n new").types("n").sees("Access key ID").types(tabs);
            terminal.types(&text).sees("AWS does not know the access key").types("\u{3}");
            assert_eq!(terminal.ends().code, 130);
            assert!(!terminal.transcript().contains(&SECRET[..6]), "{text:?} {tabs:?}");
        }
    }
}

#[test]
fn a_secret_in_the_place_of_an_argument_is_not_repeated() {
    let program = Program::new();
    for arguments in [
        vec!["--region", SECRET, "--plain"],
        vec!["--profile", SECRET, "--plain"],
        vec!["--jobs", SECRET],
        vec!["--color", SECRET],
        vec![SECRET],
        vec!["--sandbox", "--break", SECRET],
        vec!["--sandbox", "--sandbox-trouble", SECRET],
        vec!["--log", &format!("/{SECRET}/x"), "--plain"],
        vec!["clone", SECRET],
        vec!["clone", "x", SECRET, "--region", "us-east-2"],
        vec!["clone", "x", "--profile", SECRET],
        vec!["clone", "x", &format!("--{SECRET}")],
        vec!["apply", "--answers", SECRET],
        vec!["apply", SECRET],
        vec!["repos", "--region", SECRET],
        vec!["repos", "--profile", SECRET],
        vec!["doctor", "--explain", SECRET],
        vec!["doctor", "--repository", SECRET],
        vec!["doctor", "--profile", SECRET],
        vec!["undo", SECRET],
        vec!["credential-helper", SECRET, "x"],
        vec!["credential-helper", "--profile", SECRET, "get", "--verbose"],
    ] {
        let output = program.run(&arguments, "");
        let said = stdout(&output) + &stderr(&output);
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!said.contains(SECRET) && !said.is_empty(), "{arguments:?}: {said}");
    }
}

#[test]
fn a_secret_in_a_wrong_place_of_the_answers_file_is_not_repeated() {
    let program = Program::new();
    let key = "[profile]\naccess_key_id = \"AKIASPARESPARE123456\"\n";
    for text in [
        format!("[profile]\nname = \"{SECRET}\"\n"),
        format!("[profile]\nregion = \"{SECRET}\"\n"),
        format!("[profile]\noutput = \"{SECRET}\"\n"),
        format!("[profile]\nreplace = \"{SECRET}\"\n"),
        format!("[profile]\nreplace = {SECRET}\n"),
        format!("[profile]\n{SECRET} = 1\n"),
        format!("[profile]\n\"{SECRET}\" = 1\n"),
        format!("[\"{SECRET}\"]\n"),
        format!("[profile]\naccess_key_id = \"{SECRET}\"\nsecret_access_key = {{ env = \"HOME\" }}\n"),
        format!("{key}secret_access_key = \"{SECRET}\"\n"),
        format!("{key}secret_access_key = {SECRET}\n"),
        format!("{key}secret_access_key = {{ env = \"{SECRET}\" }}\n"),
        format!("{key}secret_access_key = {{ file = \"{SECRET}\" }}\n"),
        format!("{key}secret_access_key = {{ stdin = \"{SECRET}\" }}\n"),
        format!("{key}secret_access_key = {{ \"{SECRET}\" = true }}\n"),
        format!("{key}secret_access_key = {{ stdin = false }}\n# {SECRET}\n"),
        format!("[permissions]\npolicy = \"{SECRET}\"\n"),
        format!("[permissions]\nwith_profile = \"{SECRET}\"\n"),
        format!("[git]\nhelper = \"{SECRET}\"\n"),
        format!("[git]\nscope = \"{SECRET}\"\n"),
        format!("[git]\nscope = {{ only = \"{SECRET}\" }}\n"),
        format!("[git]\nscope = {{ repository = \"{SECRET}\" }}\n"),
        format!("[git]\nhosts = [\"{SECRET}\"]\n"),
        format!("[git]\nprogram = \"{SECRET}\"\n"),
        format!("[repositories]\nclone = [\"{SECRET}\"]\n"),
        format!("[repositories]\ninto = \"{SECRET}\"\n"),
        format!("[repositories]\njobs = \"{SECRET}\"\n"),
        SECRET.to_owned(),
    ] {
        let answers = program.write("answers.toml", &text);
        let output = program.run(&["apply", "--answers", &answers, "--json", "--dry-run"], "");
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(!said.contains(SECRET) && !said.contains(&SECRET[..5]), "{text}: {said}");
        assert!(said.contains("answers file"), "{said}");
    }
}
