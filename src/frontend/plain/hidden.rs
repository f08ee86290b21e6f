//! One hidden line, asked for at the terminal outside a walk: a secret for an unattended run.
//!
//! Deliberately absent: what it is for; the question says that.

use std::io::{self, Write};

use zeroize::Zeroizing;

use super::input::Input;
use super::line::Shown;
use crate::frontend::signals::{Called, Signals};

/// What a question came to.
pub(crate) enum Answer {
    /// The line.
    Line(Zeroizing<String>),
    /// The input ended.
    End,
    /// The program has to end with this exit code.
    Ended(u8),
}

/// Asks for a line that the terminal does not show; it is given back as it was, also when a signal ends or stops the program.
///
/// # Errors
/// The terminal or a stream is gone, or signals cannot be heard.
pub(crate) async fn ask(question: &str, out: &mut impl Write) -> io::Result<Answer> {
    let mut signals = Signals::with_stop()?;
    let mut input = Input::start();
    input.ask(Shown::Never);
    write!(out, "{question} ")?;
    out.flush()?;
    let answer = loop {
        tokio::select! {
            line = input.line() => break line?.map_or(Answer::End, Answer::Line),
            called = signals.next() => match called {
                Called::Interrupt => break Answer::Ended(130),
                Called::End(code) => break Answer::Ended(code),
                Called::Stop => {
                    input.stop();
                    signals.stop().await?;
                    input.again();
                    ask_again(question, out)?;
                }
                Called::GoOn => {
                    input.again();
                    ask_again(question, out)?;
                }
            },
        }
    };
    input.stop();
    if !matches!(answer, Answer::Line(_)) {
        writeln!(out)?;
    }
    Ok(answer)
}

fn ask_again(question: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "\n{question} ")?;
    out.flush()
}
