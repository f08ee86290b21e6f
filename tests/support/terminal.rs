//! The real program in a pseudo-terminal: keys in, the screen as a terminal would show it out.
//!
//! Deliberately absent: sleeps; every wait is for a text, with a limit.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test program uses a part of it")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// No screen takes longer than this, even on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    transcript: Vec<u8>,
    folder: tempfile::TempDir,
    root: PathBuf,
    columns: u16,
    rows: u16,
}

/// What was left when the program had ended.
pub struct End {
    pub code: u32,
    /// What stands on the normal screen.
    pub after: String,
    pub home: PathBuf,
    pub alternate_screen_left: bool,
    pub cursor_shown: bool,
    folder: tempfile::TempDir,
}

impl Terminal {
    pub fn sandbox(arguments: &[&str]) -> Self {
        Self::sized(arguments, 80, 24, &[])
    }

    pub fn sized(arguments: &[&str], columns: u16, rows: u16, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.arg("--sandbox");
        command.args(arguments);
        command.env_clear();
        command.env("PATH", path());
        command.env("TMPDIR", folder.path());
        command.env("HOME", folder.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(folder.path());
        Self::spawn(command, folder, columns, rows)
    }

    /// The program with an answers file, which it reads at the terminal.
    pub fn with_answers(answers: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("answers.toml"), answers).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.args(["--sandbox", "apply", "--answers", "answers.toml"]);
        command.env_clear();
        for (name, value) in [("PATH", path().as_str()), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        for name in ["HOME", "TMPDIR"] {
            command.env(name, folder.path());
        }
        command.cwd(folder.path());
        Self::spawn(command, folder, 80, 24)
    }

    /// A shell with jobs, which does not touch the settings of the terminal itself; `$PROGRAM` is the program.
    pub fn shell() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new("sh");
        command.arg("-im");
        command.env_clear();
        for (name, value) in [("PATH", path().as_str()), ("TERM", "dumb"), ("LANG", "C.UTF-8"), ("PS1", "stopped> ")] {
            command.env(name, value);
        }
        for name in ["HOME", "TMPDIR"] {
            command.env(name, folder.path());
        }
        command.env("PROGRAM", env!("CARGO_BIN_EXE_codecommit-setup"));
        command.cwd(folder.path());
        let mut terminal = Self::spawn(command, folder, 100, 200);
        terminal.sees("stopped>");
        terminal
    }

    /// Sends a signal, by its name, to the program in the sandbox.
    pub fn signals(&self, name: &str) {
        assert!(
            std::process::Command::new("kill").args([&format!("-{name}"), &self.inner()]).status().unwrap().success()
        );
    }

    /// Waits until a text is on the screen so many times.
    #[track_caller]
    pub fn sees_times(&mut self, expected: &str, times: usize) -> &mut Self {
        let until = Instant::now() + LIMIT;
        while self.screen().split_whitespace().collect::<Vec<_>>().join(" ").matches(expected).count() < times {
            let Ok(bytes) = self.output.recv_timeout(until.saturating_duration_since(Instant::now())) else {
                panic!("“{expected}” did not come {times} times:\n{}", self.screen());
            };
            self.take(&bytes);
        }
        self
    }

    fn spawn(command: CommandBuilder, folder: tempfile::TempDir, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(count) = reader.read(&mut bytes) {
                if count == 0 || sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let size = |cells| NonZeroU16::new(cells).unwrap();
        Self {
            child,
            master: pair.master,
            keys,
            output,
            parser: vt100::Parser::new(size(rows), size(columns), 2000),
            transcript: Vec::new(),
            root: PathBuf::new(),
            folder,
            columns,
            rows,
        }
    }

    /// The number of the process that was started.
    pub fn process(&self) -> String {
        self.child.process_id().unwrap().to_string()
    }

    /// The number of the process in the sandbox.
    pub fn inner(&self) -> String {
        let pid = self.child.process_id().unwrap();
        // The child may belong to any thread of the launcher; the keeper of the sandbox is another one.
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let children = threads.map(|thread| std::fs::read_to_string(thread.unwrap().path().join("children")).unwrap());
        let children: Vec<String> =
            children.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
        let program = std::fs::canonicalize(env!("CARGO_BIN_EXE_codecommit-setup")).unwrap();
        let is_program = |pid: &String| std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
        children.into_iter().find(is_program).expect("the program in the sandbox")
    }

    /// Kills the program in the sandbox, which has no chance to clean up.
    pub fn kill_inner(&self) {
        assert!(std::process::Command::new("kill").args(["-KILL", &self.inner()]).status().unwrap().success());
    }

    /// The same program once more in the sandbox that this one runs in.
    pub fn again(&self) -> Self {
        let environment = std::fs::read(format!("/proc/{}/environ", self.inner())).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.env_clear();
        for variable in environment.split(|byte| *byte == 0) {
            if let Some((name, value)) = String::from_utf8_lossy(variable).split_once('=') {
                command.env(name, value);
            }
        }
        command.cwd(self.home());
        Self::spawn(command, tempfile::tempdir().unwrap(), self.columns, self.rows)
    }

    /// What the program does without a terminal in the sandbox that this one runs in.
    pub fn runs(&self, arguments: &[&str]) -> std::process::Output {
        let environment = std::fs::read(format!("/proc/{}/environ", self.inner())).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.args(arguments).env_clear().current_dir(self.home());
        for variable in environment.split(|byte| *byte == 0) {
            if let Some((name, value)) = String::from_utf8_lossy(variable).split_once('=') {
                command.env(name, value);
            }
        }
        command.output().unwrap()
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub fn sees(&mut self, expected: &str) -> &mut Self {
        let until = Instant::now() + LIMIT;
        while !self.has(expected) {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("“{expected}” did not come:\n{}", self.screen()),
                Err(RecvTimeoutError::Disconnected) => panic!("ended before “{expected}” came:\n{}", self.screen()),
            }
        }
        self
    }

    /// Whether a text is on the screen now.
    pub fn shows(&self, expected: &str) -> bool {
        self.has(expected)
    }

    /// Waits until the screen is another one.
    pub fn sees_other(&mut self) -> &mut Self {
        let before = self.screen();
        while self.screen() == before {
            let bytes = self.output.recv_timeout(LIMIT).expect("another screen");
            self.take(&bytes);
        }
        self
    }

    /// Whether the terminal shows what is typed, line by line.
    pub fn echoes(&self) -> bool {
        use rustix::termios::LocalModes;
        let settings = self.master.get_termios().unwrap();
        let modes = LocalModes::from_bits_retain(settings.local_flags.bits());
        modes.contains(LocalModes::ECHO | LocalModes::ICANON)
    }

    /// Whether a text is on the screen, wherever its lines are broken.
    fn has(&self, expected: &str) -> bool {
        // In the middle of a frame the rest of the screen is still the one before.
        if self.is_drawing() {
            return false;
        }
        let screen = self.screen().replace('│', " ");
        screen.split_whitespace().collect::<Vec<_>>().join(" ").contains(expected)
    }

    /// Whether a frame has begun that has not ended (synchronized updates).
    fn is_drawing(&self) -> bool {
        let last = |mark: &[u8]| self.transcript.windows(mark.len()).rposition(|part| part == mark);
        last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }

    pub fn types(&mut self, text: &str) -> &mut Self {
        self.keys.write_all(text.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub fn enter(&mut self) -> &mut Self {
        self.types("\r")
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.types(&format!("\u{1b}[200~{text}\u{1b}[201~"))
    }

    /// The folder of the sandbox.
    pub fn root(&mut self) -> PathBuf {
        let found = std::fs::read_dir(self.folder.path()).unwrap();
        found.map(|entry| entry.unwrap().path()).find(|path| path.join("home").is_dir()).expect("a sandbox")
    }

    pub fn home(&self) -> PathBuf {
        let found = std::fs::read_dir(self.folder.path()).unwrap();
        found.map(|entry| entry.unwrap().path().join("home")).find(|path| path.is_dir()).expect("a sandbox")
    }

    /// The key that stands in the file of the further user.
    pub fn spare_key(&mut self) -> (String, String) {
        let text = std::fs::read_to_string(self.root().join("second-developer.csv")).unwrap();
        let line = text.lines().nth(1).unwrap();
        let (id, secret) = line.split_once(',').unwrap();
        (id.to_owned(), secret.to_owned())
    }

    /// Everything that was written to the terminal.
    pub fn transcript(&self) -> String {
        String::from_utf8_lossy(&self.transcript).into_owned()
    }

    pub fn terminate(&mut self) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    pub fn coloured(&self) -> bool {
        self.cells().any(|cell| cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default)
    }

    pub fn has_inverse(&self) -> bool {
        self.cells().any(vt100::Cell::inverse)
    }

    fn cells(&self) -> impl Iterator<Item = &vt100::Cell> {
        let screen = self.parser.screen();
        (0..self.rows).flat_map(move |row| (0..self.columns).filter_map(move |column| screen.cell(row, column)))
    }

    /// Waits for the end.
    pub fn ends(&mut self) -> End {
        let until = Instant::now() + LIMIT;
        loop {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it did not end:\n{}", self.screen()),
            }
        }
        let code = self.child.wait().unwrap().exit_code();
        let home = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path().join("home"))
            .find(|path| path.is_dir())
            .unwrap_or_default();
        let screen = self.parser.screen();
        End {
            code,
            after: screen.contents(),
            home,
            alternate_screen_left: !screen.alternate_screen(),
            cursor_shown: !screen.hide_cursor(),
            folder: std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.transcript.extend_from_slice(bytes);
        self.parser.process(bytes);
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves nobody behind; one that ended has nobody left.
        _ = self.child.kill();
    }
}

/// PATH with the AWS CLI that the tests install first.
pub fn path() -> String {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
    assert!(tools.join("aws").exists(), "tests/run installs the AWS CLI");
    format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default())
}
