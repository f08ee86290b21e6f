//! The full-screen face in a real pseudo-terminal: how it takes the terminal over and gives it back.
//!
//! Each test starts this program again inside the terminal, where [`the_face`] runs.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use codecommit_setup::frontend::tui::Tui;
use codecommit_setup::frontend::tui::look::Look;
use codecommit_setup::frontend::{Frontend, Happened};
use codecommit_setup::wizard::effect::Ending;
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::screen::{Block, Column, Form, FormField, Hint, List, RailEntry, RailState, Row, Screen};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

const LIMIT: Duration = Duration::from_secs(30);

/// The program inside the terminal: every event is shown; some keys do harm.
#[test]
fn the_face() {
    if std::env::var_os("FACE").is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let code = runtime.block_on(async {
        let mut face = Tui::new(Look::new(std::env::var_os("NO_COLOR").is_none(), true)).unwrap();
        let mut events = vec![format!("process {} ready", std::process::id())];
        let code = loop {
            let rows = vec![Row { cells: vec!["selected".to_owned()], ..Row::default() }];
            face.show(&screen(&events, &rows)).unwrap();
            match face.next().await.unwrap() {
                Happened::Event(Event::Key(Key::Char('p'))) => panic!("a panic of the face"),
                Happened::Event(Event::Key(Key::Char('t'))) => {
                    let task = tokio::spawn(async { panic!("a panic of a task") });
                    events.push(format!("task ended: {}", task.await.is_err()));
                }
                Happened::Event(Event::Key(Key::Char('y'))) => face.copy("copied").unwrap(),
                Happened::Event(Event::Key(Key::Char('q'))) => break 0,
                Happened::Event(event) => events.push(format!("{event:?}")),
                Happened::Again => events.push("again".to_owned()),
                Happened::Ended(code) => break code,
            }
        };
        face.finish(Ending::Done, &["The summary.".to_owned()]).unwrap();
        code
    });
    #[expect(clippy::exit, reason = "the exit code of a test program is its own otherwise")]
    std::process::exit(code.into());
}

fn screen<'a>(events: &[String], rows: &'a Vec<Row>) -> Screen<'a> {
    let field =
        FormField { label: "Name", text: "ab".into(), cursor: 1, note: String::new(), secret: false, unechoed: false };
    let list =
        List { columns: vec![Column::new("", 0)], rows, cursor: 0, marks: false, filter: None, empty: String::new() };
    Screen {
        number: 1,
        name: "Tools",
        rail: vec![RailEntry { name: "Tools", state: RailState::Here }],
        identity: Vec::new(),
        purpose: events.join(" "),
        body: vec![Block::Form(Form { fields: vec![field], focus: 0 }), Block::List(list)],
        status: None,
        keys: vec![Hint::new(Key::Enter, "go on")],
        busy: false,
        typing: true,
        passes: false,
        changes: false,
        scroll: 0,
        commands: Vec::new(),
    }
}

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

impl Terminal {
    /// The face in a terminal, started by `script`, in which `$FACE` is the face.
    fn running(script: &str) -> Self {
        let size = PtySize { rows: 24, cols: 80, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        command.env_clear();
        let program = std::env::current_exe().unwrap();
        command.env("FACE", format!("{} --exact the_face --nocapture -q", program.display()));
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("TERM", "xterm");
        command.env("NO_COLOR", "1");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (send, output) = channel();
        let mut reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if send.send(chunk[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        let mut terminal = Self { child, master: pair.master, keys, output, parser, bytes: Vec::new() };
        terminal.sees("ready");
        terminal
    }

    fn face() -> Self {
        Self::running("$FACE; code=$?; stty -a; exit $code")
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn take_in(&mut self, bytes: Vec<u8>) {
        self.parser.process(&bytes);
        self.bytes.extend(bytes);
    }

    #[track_caller]
    fn sees(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + LIMIT;
        while !holds(self.parser.screen()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take_in(bytes),
                Err(error) => panic!("{error}: “{what}” is not on the screen:\n{}", self.parser.screen().contents()),
            }
        }
    }

    /// The exit code, when everything written has been read.
    fn ends(&mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        while let Ok(bytes) = self.output.recv_timeout(LIMIT) {
            self.take_in(bytes);
        }
        code
    }

    /// What stands on the screen after the end; the terminal is as it was.
    #[track_caller]
    fn is_given_back(&self) -> String {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        let shown = screen.contents();
        assert!(shown.contains(" icanon") && shown.contains(" echo "), "{shown}");
        shown
    }

    /// How often a sequence was sent.
    fn sent(&self, sequence: &str) -> usize {
        String::from_utf8_lossy(&self.bytes).matches(sequence).count()
    }

    fn signal(&self, signal: Signal) {
        let shown = self.parser.screen().contents();
        let id = shown.split("process ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

#[test]
fn keys_pasted_text_and_sizes_come_in_and_the_summary_stays() {
    let mut terminal = Terminal::face();
    terminal.types("ä\u{1b}[A\r\t\u{3}");
    terminal.sees("Key(Char('ä')) Key(Up) Key(Enter) Key(Tab) Key(Ctrl('c'))");
    terminal.types("\u{1b}[200~two\nlines\u{1b}[201~");
    terminal.sees("Paste(");
    terminal.master.resize(PtySize { rows: 24, cols: 120, ..PtySize::default() }).unwrap();
    terminal.sees("again");
    terminal.types("q");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_given_back().contains("The summary."));
    let (begun, ended) = (terminal.sent("\u{1b}[?2026h"), terminal.sent("\u{1b}[?2026l"));
    assert!(begun > 3 && ended >= begun, "every frame is in brackets: {begun} {ended}");
    assert_eq!(terminal.sent("\u{1b}[6n"), 0, "the terminal is asked nothing");
}

#[test]
fn without_colours_the_selection_is_still_inverse_and_the_cursor_at_the_caret() {
    let mut terminal = Terminal::face();
    terminal.until("an inverse row", |screen| {
        (0..24).any(|y| (0..80).any(|x| screen.cell(y, x).is_some_and(vt100::Cell::inverse)))
    });
    terminal.until("the cursor at the caret", |screen| {
        let (y, x) = screen.cursor_position();
        !screen.hide_cursor() && screen.cell(y, x).is_some_and(|cell| cell.contents() == "b")
    });
    terminal.types("q");
    terminal.ends();
}

#[test]
fn sigterm_gives_the_terminal_back() {
    let mut terminal = Terminal::face();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.ends(), 143);
    terminal.is_given_back();
}

#[test]
fn sigint_is_ctrl_c() {
    let mut terminal = Terminal::face();
    terminal.signal(Signal::INT);
    terminal.sees("Key(Ctrl('c'))");
    terminal.types("q");
    terminal.ends();
}

#[test]
fn a_panic_is_told_after_the_terminal_is_given_back() {
    let mut terminal = Terminal::face();
    terminal.types("p");
    assert_ne!(terminal.ends(), 0);
    assert!(terminal.is_given_back().contains("a panic of the face"));
    assert_eq!(terminal.sent("\u{1b}[?1049l"), 1, "it is given back once");
}

#[test]
fn a_panic_of_a_task_leaves_the_screen_as_it_is() {
    let mut terminal = Terminal::face();
    terminal.types("t");
    terminal.sees("task ended: true");
    assert!(terminal.parser.screen().alternate_screen());
    assert!(!terminal.parser.screen().contents().contains("a panic of a task"));
    terminal.types("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_given_back();
}

#[test]
fn ctrl_l_draws_anew_and_asks_the_terminal_nothing() {
    let mut terminal = Terminal::face();
    terminal.types("\u{c}");
    terminal.sees("again");
    terminal.types("a");
    terminal.sees("Key(Char('a'))");
    assert_eq!(terminal.sent("\u{1b}[6n"), 0);
    terminal.types("q");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program_and_is_told_nothing() {
    let mut terminal = Terminal::face();
    terminal.signal(Signal::HUP);
    assert_eq!(terminal.ends(), 129);
    assert!(!terminal.is_given_back().contains("The summary."));
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_draws_anew() {
    let mut terminal = Terminal::running("set -m; $FACE; stty -a; echo stopped; read line; fg; stty -a");
    terminal.types("\u{1a}");
    terminal.sees("stopped");
    terminal.is_given_back();
    terminal.types("\n");
    terminal.sees("ready");
    terminal.sees("again");
    assert!(terminal.parser.screen().alternate_screen());
    terminal.types("a");
    terminal.sees("Key(Char('a'))");
    terminal.types("q");
    terminal.ends();
    terminal.is_given_back();
}

#[test]
fn what_is_copied_goes_through_the_terminal() {
    let mut terminal = Terminal::face();
    terminal.types("y");
    terminal.types("a");
    terminal.sees("Key(Char('a'))");
    assert_eq!(terminal.sent("\u{1b}]52;c;Y29waWVk"), 1);
    terminal.types("q");
    terminal.ends();
}
