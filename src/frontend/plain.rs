//! The walk line by line: screens as text, numbered choices, questions; nothing is ever drawn over.
//!
//! Deliberately absent: escape codes, spinners, and any guess whether a screen reader is there.

pub(crate) mod hidden;
mod input;
mod line;
mod question;

use std::collections::VecDeque;
use std::io::{self, Write};

use super::signals::{Called, Signals};
use super::{Frontend, Happened, text};
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::names::printable;
use crate::wizard::screen::{Fit, Screen, Status};
use input::Input;
use line::Shown;
use question::{Answer, Question};

/// The plain face.
pub struct Plain<W> {
    out: W,
    input: Input,
    signals: Signals,
    /// What is asked now; `None` while something is under way.
    question: Option<Question>,
    /// Events that one line of input came to.
    queue: VecDeque<Event>,
    /// The number of the step last named, and the text last written.
    step: Option<usize>,
    identity: Vec<String>,
    written: Vec<String>,
    /// The sentence on top that was last written, and what was last said to be under way.
    purpose: String,
    under_way: Option<Status>,
    /// Whether a text was just written out to be copied.
    copied: bool,
    prompted: bool,
}

impl<W: Write> Plain<W> {
    /// A face that writes to `out` and reads standard input.
    ///
    /// # Errors
    /// When the signals of the process cannot be heard.
    pub fn new(out: W) -> io::Result<Self> {
        Ok(Self {
            out,
            input: Input::start(),
            signals: Signals::with_stop()?,
            question: None,
            queue: VecDeque::new(),
            step: None,
            identity: Vec::new(),
            written: Vec::new(),
            purpose: String::new(),
            under_way: None,
            copied: false,
            prompted: false,
        })
    }

    fn write(&mut self, screen: &Screen<'_>) -> io::Result<()> {
        if self.step != Some(screen.number) {
            self.step = Some(screen.number);
            match screen.number {
                0 => writeln!(self.out, "\n{}", screen.name)?,
                number => writeln!(self.out, "\nStep {number} of {}: {}", screen.rail.len(), screen.name)?,
            }
        }
        if screen.identity != self.identity {
            self.identity.clone_from(&screen.identity);
            writeln!(self.out, "You are: {}", screen.identity.join(", "))?;
        }
        // The text was written out; that it went to a clipboard, as the screen says now, is not true here.
        if std::mem::take(&mut self.copied) {
            return self.out.flush();
        }
        let under_way = screen.status.clone().filter(|_| screen.busy);
        let lines = if screen.busy {
            // What comes in little by little is not read out; the finished screen is.
            let news = under_way.iter().filter(|status| self.under_way.as_ref() != Some(status));
            std::iter::once(printable(&screen.purpose)).chain(news.map(text::status)).collect()
        } else {
            text::lines(screen)
        };
        self.under_way = under_way;
        if lines != self.written {
            // A sentence that was just read is not read again.
            let known = usize::from(screen.purpose == self.purpose);
            if known == 0 || !screen.busy {
                writeln!(self.out)?;
            }
            for line in &lines[known..] {
                writeln!(self.out, "{line}")?;
            }
            self.purpose.clone_from(&screen.purpose);
            self.written = lines;
        }
        self.out.flush()
    }

    fn prompt(&mut self) -> io::Result<()> {
        if let Some(question) = &self.question {
            // Before the question is there, so that whoever sees it can answer at once.
            self.input.ask(question.shown());
            self.prompted = true;
            write!(self.out, "{} ", question.prompt())?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Goes on after the program was stopped: whoever stopped it may have changed the terminal.
    fn go_on(&mut self) -> io::Result<()> {
        self.input.again();
        if let Some(question) = self.question.as_ref().filter(|_| self.prompted) {
            write!(self.out, "\n{} ", question.prompt())?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn take(&mut self, line: Option<&str>) -> io::Result<()> {
        self.prompted = false;
        let Some(question) = &mut self.question else { return Ok(()) };
        let Some(line) = line else {
            writeln!(self.out)?;
            self.queue.push_back(Event::Key(Key::Ctrl('c')));
            return Ok(());
        };
        if !self.input.is_typed() && question.shown() != Shown::AsTyped {
            // Where it is typed, the line is ended as it is shown.
            writeln!(self.out)?;
        }
        match question.answer(line) {
            Answer::Events(events) => self.queue.extend(events),
            Answer::More => self.prompt()?,
            Answer::Unknown(valid) => {
                writeln!(self.out, "{valid}")?;
                self.prompt()?;
            }
        }
        Ok(())
    }
}

impl<W: Write> Frontend for Plain<W> {
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<Fit> {
        if !self.queue.is_empty() {
            return Ok(Fit::default());
        }
        self.write(screen)?;
        if screen.busy {
            self.question = None;
        } else if !self.prompted {
            self.question = Some(Question::of(screen));
            self.prompt()?;
        }
        Ok(Fit::default())
    }

    async fn next(&mut self) -> io::Result<Happened> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(Happened::Event(event));
            }
            tokio::select! {
                line = self.input.line(), if self.prompted => self.take(line?.as_ref().map(|line| line.as_str()))?,
                called = self.signals.next() => match called {
                    Called::Interrupt => return Ok(Happened::Event(Event::Key(Key::Ctrl('c')))),
                    Called::Stop => {
                        self.input.stop();
                        self.signals.stop().await?;
                        self.go_on()?;
                    }
                    Called::GoOn => self.go_on()?,
                    Called::End(code) => {
                        // What is under way may take a moment to be cleaned up.
                        self.input.stop();
                        return Ok(Happened::Ended(code));
                    }
                },
            }
        }
    }

    fn lend(&mut self, command: &str) -> io::Result<bool> {
        self.input.stop();
        writeln!(self.out, "\nRunning: {}\n", printable(command))?;
        self.out.flush()?;
        Ok(true)
    }

    async fn take_back(&mut self, _failed: bool) -> io::Result<()> {
        // A Ctrl-C while the program ran was meant for it.
        self.signals.forget_interrupt()?;
        self.input.again();
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        // There is no clipboard without escape codes; the text itself can be copied from here.
        self.copied = true;
        writeln!(self.out, "\n{text}\n")
    }

    fn finish(&mut self, ending: Ending, summary: &[String]) -> io::Result<()> {
        self.input.stop();
        writeln!(self.out)?;
        // Whoever went to the end has just read it.
        let unread = if ending == Ending::Cancelled { summary } else { &[] };
        for line in unread {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }
}
