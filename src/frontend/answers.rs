//! The unattended face: what was decided beforehand is preset in the steps, so Enter on every screen does it.
//!
//! It stops where a screen shows a problem, and where Enter leads nowhere. Deliberately absent: any decision.

#![expect(clippy::wildcard_enum_match_arm, reason = "only problems stop a run")]

use std::io::{self, Write};

use super::signals::{Called, Signals};
use super::{Frontend, Happened, text};
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Fit, Screen};

/// The unattended face.
pub struct Unattended<W> {
    out: W,
    step: usize,
    at_the_end: bool,
    /// The screen shown last.
    shown: Vec<String>,
    /// What was printed last: a screen that only waits is not.
    printed: Vec<String>,
    /// What the screen shown last leads to.
    then: Then,
    /// Whether Enter was pressed on the screen shown last: another event may come in between.
    pressed: bool,
    /// The problem that ended the run; else the first one that it went past.
    pub problem: Option<Problem>,
    signals: Option<Signals>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Wait,
    Enter,
    End(u8),
}

impl<W: Write> Unattended<W> {
    /// A face that reports to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            step: 0,
            at_the_end: false,
            shown: Vec::new(),
            printed: Vec::new(),
            then: Then::Wait,
            pressed: false,
            problem: None,
            signals: None,
        }
    }

    /// Whether a screen is the same as the one on which Enter was pressed.
    fn write(&mut self, screen: &Screen<'_>) -> io::Result<bool> {
        if screen.number != self.step {
            self.step = screen.number;
            self.at_the_end = screen.number == screen.rail.len();
            writeln!(self.out, "Step {} of {}: {}", screen.number, screen.rail.len(), screen.name)?;
        }
        let lines = text::lines(screen);
        let same = lines == self.shown;
        if !screen.busy && lines != self.printed {
            // What was printed a moment ago is not repeated.
            for line in lines.iter().filter(|line| !line.is_empty() && !self.printed.contains(line)) {
                writeln!(self.out, "  {line}")?;
            }
            self.printed.clone_from(&lines);
        }
        self.shown = lines;
        Ok(same)
    }
}

impl<W: Write> Frontend for Unattended<W> {
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<Fit> {
        let pressed = std::mem::take(&mut self.pressed);
        let same = self.write(screen)? && pressed;
        let problem = screen.body.iter().find_map(|block| match block {
            Block::Problem(problem) => Some(*problem),
            _ => None,
        });
        self.then = if screen.busy {
            Then::Wait
        } else if let (Some(problem), false) = (problem, screen.passes) {
            self.problem = Some(problem.clone());
            Then::End(match problem.kind {
                ProblemKind::MissingAnswer | ProblemKind::BadInput => 2,
                _ => 1,
            })
        } else if same {
            writeln!(self.out, "  failed: “{}” cannot go on without an answer.", screen.purpose)?;
            Then::End(1)
        } else {
            self.problem = self.problem.take().or_else(|| problem.cloned());
            Then::Enter
        };
        Ok(Fit::default())
    }

    async fn next(&mut self) -> io::Result<Happened> {
        match self.then {
            Then::Enter => {
                self.pressed = true;
                Ok(Happened::Event(Event::Key(Key::Enter)))
            }
            Then::End(code) => Ok(Happened::Ended(code)),
            Then::Wait => loop {
                let signals = match &mut self.signals {
                    Some(signals) => signals,
                    none => none.insert(Signals::with_stop()?),
                };
                match signals.next().await {
                    Called::Interrupt => return Ok(Happened::Ended(130)),
                    Called::End(code) => return Ok(Happened::Ended(code)),
                    Called::Stop => signals.stop().await?,
                    Called::GoOn => {}
                }
            },
        }
    }

    fn lend(&mut self, _command: &str) -> io::Result<bool> {
        Ok(false)
    }

    async fn take_back(&mut self, _failed: bool) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _ending: Ending, summary: &[String]) -> io::Result<()> {
        // The last step says the same.
        let unread = if self.at_the_end { &[] } else { summary };
        for line in unread {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Problem, Then, Unattended};
    use crate::frontend::{Frontend, Happened};
    use crate::wizard::Wizard;
    use crate::wizard::answers::Answers;
    use crate::wizard::facts::Surroundings;

    #[test]
    fn a_problem_that_was_on_a_screen_that_only_waits_is_printed_all_the_same() {
        let wizard = Wizard::new(Surroundings::default(), Answers::default());
        let problem = Problem::input("The file could not be written.", "Make room.");
        let mut face = Unattended::new(Vec::new());
        for busy in [true, true, false] {
            let mut screen = wizard.screen();
            (screen.busy, screen.body) = (busy, vec![Block::Problem(&problem)]);
            face.show(&screen).unwrap();
        }
        assert!(face.then == Then::End(1) || face.then == Then::End(2));
        let printed = String::from_utf8(face.out).unwrap();
        assert_eq!(printed.matches("could not be written").count(), 1, "{printed}");
        assert!(printed.contains("Make room."), "{printed}");
    }

    #[tokio::test]
    async fn a_screen_that_is_drawn_again_before_enter_was_pressed_does_not_end_the_run() {
        let wizard = Wizard::new(Surroundings::default(), Answers::default());
        let mut screen = wizard.screen();
        screen.busy = false;
        let mut face = Unattended::new(Vec::new());
        for _ in 0..3 {
            face.show(&screen).unwrap();
            assert!(face.then == Then::Enter);
        }
        assert!(matches!(face.next().await.unwrap(), Happened::Event(_)));
        screen.purpose.push('.');
        for _ in 0..2 {
            face.show(&screen).unwrap();
            assert!(face.then == Then::Enter, "it is another screen");
        }
        assert!(matches!(face.next().await.unwrap(), Happened::Event(_)));
        face.show(&screen).unwrap();
        assert!(face.then == Then::End(1), "Enter led nowhere");
    }
}
