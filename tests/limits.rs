//! Nothing that is read has no end: pipes in the place of files, floods of output, endless answers, programs that hang, and too
//! few file handles. The real program, in a home folder of its own.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::wizard::effect::{Caller, Credentials};
use codecommit_setup::wizard::names::{ProfileName, Region};

const PROGRAM: &str = env!("CARGO_BIN_EXE_codecommit-setup");
/// No command may take longer, even on a busy machine.
const ENOUGH: Duration = Duration::from_secs(100);
/// The address space that a program may have, in KB: a flood that is kept would not fit.
const SPACE: &str = "3000000";
const KEYS: &str = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n";

struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn tells(&self, words: &[&str]) -> &Self {
        // However wide the lines are.
        let all = format!("{}{}", self.out, self.err).split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(all.contains(word), "“{word}” is not in: {all}");
        }
        self
    }
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        home.put(".aws/credentials", KEYS).put(".aws/config", "[default]\nregion = us-east-2\n");
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
        self
    }

    fn pipe(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    fn program(&self, name: &str, script: &str) -> &Self {
        self.put(&format!("draft-{name}"), &format!("#!/bin/sh\n{script}\n"));
        let to = self.path("bin").join(name);
        fs::create_dir_all(self.path("bin")).unwrap();
        let install =
            Command::new("install").args(["-m", "755"]).args([self.path(&format!("draft-{name}")), to]).status();
        assert!(install.unwrap().success());
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn environment(&self) -> Vec<(String, String)> {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display());
        let fixed = [
            ("HOME", self.folder.path().display().to_string()),
            ("PATH", path),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value));
        // Nothing may leave this machine.
        let nowhere = ("AWS_ENDPOINT_URL".to_owned(), "http://127.0.0.1:9".to_owned());
        fixed.into_iter().chain([nowhere]).chain(self.variables.iter().cloned()).collect()
    }

    /// Runs the program under what a shell sets before it.
    fn under(&self, limits: &str, arguments: &[&str]) -> Said {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), PROGRAM]).args(arguments);
        command.env_clear().envs(self.environment()).current_dir(self.folder.path());
        finished(command)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.under(&format!("ulimit -v {SPACE}"), arguments)
    }
}

#[track_caller]
fn finished(mut command: Command) -> Said {
    let (request, mut asking) = std::io::pipe().unwrap();
    // What git would ask for; who does not listen does not read it.
    asking.write_all(b"protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/x\n\n").unwrap();
    drop(asking);
    let child = command.stdin(request).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let number = child.id().to_string();
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    let Ok(output) = ended.recv_timeout(ENOUGH) else {
        let _ = Command::new("kill").args(["-KILL", &number]).status();
        panic!("it did not end: {command:?}");
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A server of HTTP that answers each request with what it is given.
fn server(answer: impl Fn(&mut dyn Write, usize) -> std::io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                for number in 0.. {
                    let mut length = 0;
                    loop {
                        let mut line = String::new();
                        if reader.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                            length = value.trim().parse().unwrap();
                        }
                        if line == "\r\n" {
                            break;
                        }
                    }
                    let read = reader.read_exact(&mut vec![0; length]);
                    if read.is_err() || answer(&mut stream, number).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_named_and_nobody_waits_for_it() {
    let key = ["credential-helper", "get"];
    for (name, commands) in [
        (".aws/config", [&["repos"][..], &["clone", "x"], &key]),
        (".aws/credentials", [&["repos"], &["clone", "x"], &key]),
        (".gitconfig", [&["doctor"], &["doctor", "--json"], &["doctor", "--report", "-"]]),
        (".config/git/config", [&["doctor"], &["doctor", "--json"], &["doctor", "--report", "-"]]),
        (".local/state/codecommit-setup/journal.jsonl", [&["undo"], &["undo", "--dry-run"], &["undo", "--list"]]),
    ] {
        let home = Home::new();
        home.pipe(name);
        for command in commands {
            let said = home.run(command);
            assert_ne!(said.code, Some(0), "{command:?}");
            said.tells(&[name, "a pipe"]);
        }
    }
}

#[test]
fn no_command_hangs_at_a_pipe_wherever_it_is() {
    // Side by side: what takes long here is waiting.
    std::thread::scope(|all| {
        for name in [
            ".git-credentials",
            ".aws/sso/cache/0123456789012345678901234567890123456789.json",
            ".netrc",
            "ca.pem",
            ".aws/config",
            ".gitconfig",
            ".local/state/codecommit-setup/journal.jsonl",
            "answers.toml",
            "log",
        ] {
            all.spawn(move || {
                let home = Home::new().set("AWS_CA_BUNDLE", "ca.pem");
                home.put("answers.toml", "profile = \"default\"\n");
                home.pipe(name);
                for command in
                    [&["doctor"][..], &["repos"], &["apply", "--answers", "answers.toml"], &["repos", "--log", "log"]]
                {
                    home.run(command);
                }
            });
        }
    });
}

#[test]
fn a_file_of_settings_that_is_far_too_large_is_named_with_its_size() {
    for (name, command) in [
        (".aws/config", &["repos"][..]),
        (".aws/credentials", &["credential-helper", "get"]),
        (".gitconfig", &["doctor"]),
    ] {
        let home = Home::new();
        fs::File::create(home.path(name)).unwrap().set_len(300 * 1024 * 1024).unwrap();
        home.run(command).tells(&[name, "300 MB", "at most 10 MB"]);
    }
    let home = Home::new();
    fs::File::create(home.path("answers")).unwrap().set_len(300 * 1024 * 1024).unwrap();
    let said = home.run(&["apply", "--answers", "answers"]);
    assert_eq!(said.tells(&["answers", "more than 1 MB"]).code, Some(2));
}

#[test]
fn an_answers_file_may_come_through_a_pipe() {
    let home = Home::new();
    let pipe = home.pipe("answers");
    let writing = std::thread::spawn(move || fs::write(pipe, "nonsense = [").unwrap());
    let said = home.run(&["apply", "--answers", "answers"]);
    writing.join().unwrap();
    assert_eq!(said.code, Some(2));
    assert!(!said.err.contains("cannot be read"), "it was read: {}", said.err);
}

#[test]
fn a_flood_of_output_is_stopped_and_told() {
    let home = Home::new();
    home.program("aws", "exec yes");
    home.run(&["doctor"]).tells(&["printed more than 32 MB"]);
    let home = Home::new();
    home.program("git", "exec yes");
    home.run(&["doctor"]).tells(&["printed more than 32 MB"]);
    let home = Home::new();
    home.put(".aws/config", "[profile flood]\nregion = us-east-2\ncredential_process = yes\n");
    home.run(&["repos", "--profile", "flood"])
        .tells(&["The credential_process of the profile “flood” cannot be run.", "printed more than 1 MB"]);
}

#[test]
fn an_answer_without_an_end_is_told_and_not_kept() {
    let address = server(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n{")?;
        loop {
            stream.write_all(&vec![b' '; 64 * 1024])?;
        }
    });
    let home = Home::new().set("AWS_ENDPOINT_URL", &address);
    let said = home.run(&["repos"]);
    assert_eq!(said.code, Some(1));
    said.tells(&[
        "sends an answer without an end (codecommit:ListRepositories).",
        "larger than 8 MB",
        "AWS_ENDPOINT_URL",
    ]);
}

#[test]
fn a_list_whose_pages_never_end_is_told() {
    let counted = std::sync::atomic::AtomicUsize::new(0);
    let address = server(move |stream, _| {
        let number = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let body = format!("{{\"repositories\":[],\"nextToken\":\"{number}\"}}");
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length:";
        write!(stream, "{head} {}\r\n\r\n{body}", body.len())
    });
    let said = Home::new().set("AWS_ENDPOINT_URL", &address).run(&["repos"]);
    assert_eq!(said.code, Some(1));
    said.tells(&["sends a list without an end", "always one more page"]);
}

/// The clock stands still and jumps to the end of the limit as soon as the program has begun.
#[tokio::test(start_paused = true)]
async fn a_program_that_hangs_is_named_and_ends_with_all_that_it_started() {
    let home = Home::new();
    let pipe = home.pipe("begun");
    // Whoever is left over holds the pipe open.
    home.program("give", &format!("exec 3> {}; echo begun >&3; sleep 1000 & exec sleep 1000", pipe.display()));
    let program = home.path("bin/give");
    let config = format!(
        "[profile tool]\nregion = us-east-2\ncredential_process = {}\n[profile role]\nregion = us-east-2\n\
         role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = tool\n",
        program.display()
    );
    home.put(".aws/config", &config);
    let variables = home.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
    let aws = Aws::new(Arc::new(Environment::of(variables)));
    for name in ["tool", "role"] {
        let caller = Caller {
            credentials: Credentials::Profile(ProfileName::parse(name).unwrap()),
            region: Region::parse("us-east-2").unwrap(),
        };
        let opened = pipe.clone();
        let begun = tokio::task::spawn_blocking(move || {
            let mut reader = BufReader::new(fs::File::open(opened).unwrap());
            reader.read_line(&mut String::new()).unwrap();
            reader
        });
        let (problem, reader) = tokio::join!(aws.identify(&caller), begun);
        let problem = problem.unwrap_err();
        let words =
            "The credential_process of the profile “tool” did not answer in time (20 seconds), and was stopped.";
        assert_eq!(problem.what, words, "{name}");
        // That comes to an end when nobody is left.
        let (sender, gone) = channel();
        std::thread::spawn(move || sender.send(reader.unwrap().read_to_end(&mut Vec::new()).unwrap()));
        gone.recv_timeout(ENOUGH).expect("a program was left over");
    }
}

#[test]
fn what_cannot_be_printed_is_no_success() {
    let home = Home::new();
    for arguments in ["--help", "--version", "clone --help", "--sandbox --break list", "undo"] {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec \"$0\" {arguments} >/dev/full"), PROGRAM]);
        let said = finished_with(command, &home);
        assert_eq!(said.code, Some(1), "{arguments}");
        said.tells(&["codecommit-setup: ", "No space left"]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("\"$0\" {arguments} >/dev/null"), PROGRAM]);
        assert_eq!(finished_with(command, &home).code, Some(0), "{arguments}");
    }
}

fn finished_with(mut command: Command, home: &Home) -> Said {
    command.env_clear().envs(home.environment()).current_dir(home.folder.path());
    finished(command)
}

#[test]
fn too_few_file_handles_are_told_as_that() {
    let home = Home::new();
    home.put("answers.toml", "profile = \"default\"\n");
    for arguments in [
        &["repos"][..],
        &["doctor"],
        &["clone", "x"],
        &["apply", "--answers", "answers.toml"],
        &["--plain"],
        &["--sandbox", "--plain"],
    ] {
        let said = home.under("ulimit -n 16", arguments);
        assert_eq!(said.code, Some(1), "{arguments:?}");
        said.tells(&["Too many files are open", "It allows 16", "ulimit -n"]);
    }
    // Where more are to be had they are taken.
    home.under("ulimit -Sn 16", &["repos"]).tells(&["127.0.0.1:9 (from AWS_ENDPOINT_URL) cannot be reached."]);
}

#[test]
fn a_folder_that_is_gone_is_not_exchanged_for_another() {
    let home = Home::new();
    fs::create_dir(home.path("gone")).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "cd gone && rmdir ../gone && exec \"$0\" clone x", PROGRAM]);
    let said = finished_with(command, &home);
    assert_eq!(said.tells(&["The folder that you are in no longer exists.", "--into"]).code, Some(2));
    assert!(!home.path("x").exists());
}

#[test]
fn whoever_sits_at_a_terminal_that_goes_away_is_not_waited_for() {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    let home = Home::new();
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(PROGRAM);
    command.env_clear();
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    command.cwd(home.folder.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains("changed") {
        let count = reader.read(&mut bytes).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&bytes[..count]);
    }
    drop((reader, pair));
    assert_eq!(child.wait().unwrap().exit_code(), 129);
}

/// Waits until a process is gone.
fn wait_for(number: &str) {
    let limit = ENOUGH.as_secs().to_string();
    let wait = Command::new("timeout").args([&limit, "tail", &format!("--pid={number}"), "-f", "/dev/null"]).status();
    assert!(wait.unwrap().success(), "{number} is still there");
}

fn children(of: u32) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{of}/task")).unwrap();
    let lists = threads.map(|thread| fs::read_to_string(thread.unwrap().path().join("children")).unwrap_or_default());
    lists.collect::<String>().split_whitespace().map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_sandbox_whose_process_is_killed_ends_with_its_program_and_its_folder() {
    let home = Home::new();
    let folder = home.path("tmp");
    fs::create_dir(&folder).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["--sandbox", "--plain"]).env_clear().envs(home.environment()).env("TMPDIR", &folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    // The program inside has begun.
    while out.read_line(&mut String::new()).unwrap() == 1 {}
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let inside = children(child.id());
    assert!(inside.len() >= 2, "the program and the keeper: {inside:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    for number in &inside {
        wait_for(number);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
