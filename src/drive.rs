//! The one loop: carry out effects, show the screen, wait for a key or a reply, update.
//!
//! Deliberately absent: what is shown, and what anything means.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use crate::frontend::{Frontend, Happened};
use crate::runner::Runner;
use crate::wizard::Wizard;
use crate::wizard::effect::{Effect, Ending, Reply, Request};
use crate::wizard::event::Event;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long the first screen may wait until it is known which one it is.
const OPENING: Duration = Duration::from_millis(100);

/// Drives a walk to its end and returns the exit code.
///
/// # Errors
/// When the terminal or a stream of the process is gone.
pub async fn drive(
    wizard: &mut Wizard,
    mut runner: Runner,
    mut replies: UnboundedReceiver<Event>,
    face: &mut impl Frontend,
) -> io::Result<u8> {
    let ended = walk(wizard, &mut runner, &mut replies, face).await;
    // Also after a failure of the face: what is under way is stopped and cleaned up first.
    runner.close().await;
    let (code, ending) = ended?;
    face.finish(ending, &wizard.summary())?;
    Ok(code)
}

async fn walk(
    wizard: &mut Wizard,
    runner: &mut Runner,
    replies: &mut UnboundedReceiver<Event>,
    face: &mut impl Frontend,
) -> io::Result<(u8, Ending)> {
    let mut effects = VecDeque::from(wizard.start());
    let mut opening = Some(Instant::now() + OPENING);
    loop {
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Ask(id, request @ Request::RunInTerminal { .. }) => {
                    let reply = in_terminal(runner, face, request).await?;
                    effects.extend(wizard.update(Event::Reply(id, reply)));
                }
                Effect::Ask(id, request) => runner.ask(id, request),
                Effect::Refuse(id, problem) => effects.extend(wizard.update(Event::Reply(id, Err(problem)))),
                Effect::Cancel(id) => runner.cancel(id),
                Effect::Copy(text) => face.copy(&text)?,
                Effect::Leave(ending) => return Ok((exit_code(ending), ending)),
            }
        }
        if let Some(until) = opening.filter(|_| wizard.is_opening())
            && let Ok(Some(event)) = tokio::time::timeout_at(until, replies.recv()).await
        {
            effects.extend(wizard.update(event));
            continue;
        }
        opening = None;
        let fit = face.show(&wizard.screen())?;
        if wizard.fits(fit) {
            face.show(&wizard.screen())?;
        }
        tokio::select! {
            happened = face.next() => match happened? {
                Happened::Event(event) => effects.extend(wizard.update(event)),
                Happened::Again => {}
                Happened::Ended(code) => {
                    let ending = if code > 128 { Ending::Cancelled } else { Ending::Failed };
                    return Ok((code, ending));
                }
            },
            Some(event) = replies.recv() => {
                effects.extend(wizard.update(event));
                // Everything that has come in by now is taken in before the screen is drawn again.
                while let Ok(event) = replies.try_recv() {
                    effects.extend(wizard.update(event));
                }
            }
        }
    }
}

/// Runs a program in the terminal, which the face lends it meanwhile.
async fn in_terminal(
    runner: &Runner,
    face: &mut impl Frontend,
    request: Request,
) -> io::Result<Result<Reply, Problem>> {
    let command = request.command().unwrap_or_default();
    if !face.lend(&command)? {
        let what = "This needs somebody at a terminal.";
        return Ok(Err(Problem::new(ProblemKind::MissingAnswer, what, "", format!("Run it beforehand: {command}"))));
    }
    let reply = runner.alone(request).await;
    face.take_back(reply.is_err()).await?;
    Ok(reply)
}

fn exit_code(ending: Ending) -> u8 {
    match ending {
        Ending::Done => 0,
        Ending::Failed => 1,
        Ending::Cancelled => 130,
    }
}
