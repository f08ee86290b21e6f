//! What is left of a secret in the memory of the real program, two steps after it was typed, pasted, read or fetched.
//!
//! Whoever holds a copy then is named here; none of them is this program. Deliberately absent: the process of the sandbox, which
//! makes its secrets up, and the buffers of the kernel, which no program can see.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/terminal.rs"]
mod terminal;

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use terminal::Terminal;

/// No run takes longer than this, even on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// Who has a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// crossterm: what it read last from the terminal, and the sequence that it took apart last. A paste stands in both as the terminal
    /// sent it, until a longer one comes; they are private to that crate and never freed.
    TerminalParser,
    /// crossterm: the ring of its last 128 events, one character each; keys that are pressed later take their places.
    KeyQueue,
    /// The kernel: the environment as the person who started the program gave it, which a program cannot take back.
    ProcessEnvironment,
    /// Nobody who may.
    Unknown,
}

/// A place in the memory of a process that holds a part of a secret long enough to be told.
#[derive(Debug)]
struct Copied {
    owner: Owner,
    /// The kind of memory, and what stands around it: a secret that was made up for this test.
    #[expect(dead_code, reason = "shown when a test fails")]
    around: String,
}

/// Finds every copy; the process stands still meanwhile.
fn copies(process: &str, secret: &str) -> Vec<Copied> {
    // Whoever frees memory writes over its first bytes: the middle is looked for.
    let wanted = &secret.as_bytes()[12..36];
    signal(process, "-STOP");
    let stopped = || fs::read_to_string(format!("/proc/{process}/stat")).unwrap().contains(") T ");
    let until = Instant::now() + LIMIT;
    while !stopped() {
        assert!(Instant::now() < until, "the program does not stop");
        std::thread::yield_now();
    }
    let unreadable = |error: std::io::Error| -> ! { panic!("the memory of the program cannot be read: {error}") };
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_else(|error| unreadable(error));
    let memory = File::open(format!("/proc/{process}/mem")).unwrap_or_else(|error| unreadable(error));
    let (mut found, mut heap) = (Vec::new(), false);
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let name = words.nth(3).unwrap_or("");
        if !rights.starts_with("rw") {
            continue;
        }
        heap |= name == "[heap]";
        let (from, to) = range.split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.read_exact_at(&mut bytes, from).unwrap_or_else(|error| unreadable(error));
        for at in (0..bytes.len()).filter(|at| bytes[*at] == wanted[0]) {
            let around = || {
                let around = &bytes[at.saturating_sub(120)..(at + 80).min(bytes.len())];
                format!("{name} {}", String::from_utf8_lossy(around).replace('\0', " "))
            };
            if bytes[at..].starts_with(wanted) {
                let around = around();
                let owner = match name {
                    "[stack]" if around.contains("THE_SECRET=") => Owner::ProcessEnvironment,
                    _ if around.contains("[200~") => Owner::TerminalParser,
                    _ => Owner::Unknown,
                };
                found.push(Copied { owner, around });
            }
            // Characters that stand apart: wider ones, or each in a value of its own.
            for stride in (2..=64).step_by(2) {
                if (0..wanted.len()).all(|n| bytes.get(at + n * stride) == Some(&wanted[n])) {
                    let owner = if stride == 24 { Owner::KeyQueue } else { Owner::Unknown };
                    found.push(Copied { owner, around: around() });
                }
            }
        }
    }
    signal(process, "-CONT");
    assert!(heap, "the memory of the program was not seen");
    found
}

fn signal(process: &str, signal: &str) {
    assert!(Command::new("kill").args([signal, process]).status().unwrap().success());
}

/// Holds that these have a copy and nobody else has; who had one may have lost it by now.
#[track_caller]
fn only(found: &[Copied], owners: &[Owner]) {
    let mut left = owners.to_vec();
    for copied in found {
        let place = left.iter().position(|owner| *owner == copied.owner);
        left.remove(
            place.unwrap_or_else(|| panic!("{} copies where {owners:?} may have one: {found:#?}", found.len())),
        );
    }
}

#[track_caller]
fn two_steps_on(terminal: &mut Terminal) {
    terminal.sees("IAM user second-developer").sees("[CodeCommitProfile]").enter();
    terminal.sees("Written, and AWS knows it.").enter();
    terminal.sees("no CodeCommit policy is attached").types("s").sees("Step 4 of 6").sees("UseHttpPath = true");
}

fn at_the_form() -> Terminal {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.");
    terminal.enter().sees("Enter use default").types("n").sees("An access key belongs to an IAM user.");
    terminal
}

/// The secret of a profile in the files of a sandbox.
fn secret_of(terminal: &Terminal, profile: &str) -> String {
    let text = fs::read_to_string(terminal.home().join(".aws/credentials")).unwrap();
    let section = text.split('[').find_map(|section| section.strip_prefix(&format!("{profile}]"))).unwrap();
    section.lines().find_map(|line| line.strip_prefix("aws_secret_access_key = ")).unwrap().to_owned()
}

#[test]
fn a_secret_is_found_while_it_is_typed() {
    let mut terminal = at_the_form();
    let (id, secret) = terminal.spare_key();
    terminal.paste(&format!("{id},{secret}")).sees(&secret[36..]);
    let found = copies(&terminal.inner(), &secret);
    assert!(found.iter().any(|copied| copied.owner == Owner::Unknown), "the field has it: {found:#?}");
}

#[test]
fn a_crash_leaves_no_file_of_the_memory_behind() {
    let mut terminal = at_the_form();
    let limits = fs::read_to_string(format!("/proc/{}/limits", terminal.inner())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().next(), Some("0"), "{limits}");
    terminal.types("\u{3}");
    assert_eq!(terminal.ends().code, 130);
}

#[test]
fn a_typed_secret_is_gone_two_steps_later() {
    let mut terminal = at_the_form();
    let (id, secret) = terminal.spare_key();
    terminal.paste(&id).types("\t");
    for letter in secret.chars() {
        terminal.types(&letter.to_string()).sees_other();
    }
    terminal.sees(&secret[36..]).enter();
    two_steps_on(&mut terminal);
    only(&copies(&terminal.inner(), &secret), &[Owner::KeyQueue]);
}

#[test]
fn a_pasted_line_of_a_csv_file_is_gone_two_steps_later() {
    let mut terminal = at_the_form();
    let (id, secret) = terminal.spare_key();
    terminal.paste(&format!("Access key ID,Secret access key\n{id},{secret}\n")).sees(&secret[36..]).enter();
    two_steps_on(&mut terminal);
    only(&copies(&terminal.inner(), &secret), &[Owner::TerminalParser, Owner::TerminalParser]);
}

#[test]
fn a_secret_from_a_file_is_gone_two_steps_later() {
    let mut terminal = at_the_form();
    let (_, secret) = terminal.spare_key();
    let path = terminal.root().join("second-developer.csv");
    terminal.paste(path.to_str().unwrap()).types("\t").sees(&secret[36..]).enter();
    two_steps_on(&mut terminal);
    only(&copies(&terminal.inner(), &secret), &[]);
}

#[test]
fn a_secret_typed_line_by_line_is_gone_two_steps_later() {
    let mut terminal = Terminal::sized(&["--keep", "--plain"], 80, 60, &[]);
    terminal.sees("Step 1 of 6: Tools").sees("Enter to").enter();
    let (id, secret) = terminal.spare_key();
    terminal.sees("Step 2 of 6: Profile").sees("Enter to").types("n\r").sees("Name");
    terminal.enter().sees("Access key ID").types(&format!("{id}\r"));
    terminal.sees("typing is hidden").types(&format!("{secret}\r"));
    terminal.sees("Region").enter().sees("Output").enter();
    terminal.sees("IAM user second-developer").sees("[CodeCommitProfile]").sees("Enter to write").enter();
    terminal.sees("Written, and AWS knows it.").sees("Enter to continue").enter();
    terminal.sees("no CodeCommit policy is attached").sees("s ").types("s\r");
    terminal.sees("Step 4 of 6").sees("UseHttpPath = true");
    only(&copies(&terminal.inner(), &secret), &[]);
}

#[test]
fn secrets_of_profiles_that_were_there_are_gone_two_steps_later_and_on_the_overview() {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.").enter().sees("Enter use default").enter();
    terminal.sees("Git will use profile default.").enter().sees("no CodeCommit policy is attached").enter();
    terminal.sees("This changes the AWS account.").enter().sees("Attached with profile admin").enter();
    terminal.sees("Step 4 of 6").sees("UseHttpPath = true");
    let secrets = ["default", "admin"].map(|profile| secret_of(&terminal, profile));
    for secret in &secrets {
        only(&copies(&terminal.inner(), secret), &[]);
    }
    terminal.enter().sees("Git can log in to CodeCommit.");
    let mut again = terminal.again();
    again.sees("Overview").sees("r check again");
    for secret in &secrets {
        only(&copies(&again.process(), secret), &[]);
    }
    again.types("q");
    assert_eq!(again.ends().code, 0);
}

/// A git that waits, before its first clone, until somebody opens the pipe beside it.
fn waiting_git(folder: &Path) -> (String, PathBuf) {
    let tools = folder.join("waiting");
    fs::create_dir(&tools).unwrap();
    let pipe = tools.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let git = Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout;
    let git = String::from_utf8(git).unwrap();
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *' clone '*) read -r _ < '{}' ;; esac\nexec {} \"$@\"\n",
        pipe.display(),
        git.trim()
    );
    fs::write(tools.join("git"), script).unwrap();
    fs::set_permissions(tools.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    (format!("{}:{}", tools.display(), terminal::path()), pipe)
}

/// Runs `apply` until it clones, three steps after it had the secret, and looks then.
fn applied(source: &str, variable: Option<&str>, input: bool) -> Vec<Copied> {
    let mut terminal = Terminal::sandbox(&["--keep"]);
    terminal.sees("Nothing has been changed.");
    let (id, secret) = terminal.spare_key();
    let root = terminal.root();
    fs::write(root.join("secret.txt"), format!("{secret}\n")).unwrap();
    let answers = format!(
        "[profile]\nname = \"New\"\naccess_key_id = \"{id}\"\nsecret_access_key = {source}\nregion = \"us-east-2\"\n\
         [permissions]\npolicy = \"AWSCodeCommitPowerUser\"\nwith_profile = \"admin\"\n[repositories]\nclone = [\"MyDemoRepo\"]\n"
    );
    fs::write(root.join("answers.toml"), answers).unwrap();
    let (path, pipe) = waiting_git(&root);
    let said = root.join("said");
    let mut command = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"));
    command.args(["apply", "--answers"]).arg(root.join("answers.toml")).current_dir(terminal.home()).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(File::create(&said).unwrap());
    let environment = fs::read(format!("/proc/{}/environ", terminal.inner())).unwrap();
    for variable in environment.split(|byte| *byte == 0) {
        if let Some((name, value)) = String::from_utf8_lossy(variable).split_once('=') {
            command.env(name, value);
        }
    }
    command.env("PATH", path).envs(variable.map(|name| (name, &secret)));
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    if input {
        stdin.write_all(secret.as_bytes()).unwrap();
    }
    drop(stdin);
    let (sender, opened) = channel();
    std::thread::spawn(move || sender.send(File::options().write(true).open(pipe)));
    let opened = opened.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{}", fs::read_to_string(&said).unwrap()));
    let found = copies(&child.id().to_string(), &secret);
    writeln!(opened.unwrap()).unwrap();
    let code = child.wait().unwrap();
    assert!(code.success(), "{}", fs::read_to_string(&said).unwrap());
    found
}

#[test]
fn a_secret_that_apply_reads_from_a_file_is_gone_when_it_clones() {
    only(&applied("{ file = \"../secret.txt\" }", None, false), &[]);
}

#[test]
fn a_secret_that_apply_reads_from_standard_input_is_gone_when_it_clones() {
    only(&applied("{ stdin = true }", None, true), &[]);
}

#[test]
fn a_secret_that_apply_takes_from_the_environment_stays_only_there() {
    only(&applied("{ env = \"THE_SECRET\" }", Some("THE_SECRET"), false), &[Owner::ProcessEnvironment]);
}
