//! What a step is: it hears events, asks through its context, and says what it looks like.
//!
//! Deliberately absent: the order of the steps (`steps`), and any way to act; a step can only ask.

use super::answers::Answers;
use super::changes::Changes;
use super::effect::{Effect, Ending, Request, RequestId};
use super::event::Event;
use super::facts::{Facts, Outcome};
use super::problem::{Problem, ProblemKind};
use super::screen::{Block, Hint, Mark, Status};

/// One step of the walk.
pub trait Step: Send {
    /// Its name, as the title shows it.
    fn name(&self) -> &'static str;

    /// Hears that it is shown, coming from the step before; starts anew when what it rests on has changed.
    fn enter(&mut self, context: &mut Context<'_>);

    /// Hears an event and says where to go.
    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow;

    /// What it looks like.
    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a>;

    /// Whether what later steps need of it is known, so that a mission of theirs can begin without it.
    fn is_known(&self, _facts: &Facts) -> bool {
        true
    }

    /// What would be interrupted by leaving now, in a sentence, if anything.
    fn under_way(&self) -> Option<&'static str> {
        None
    }

    /// Its help, shown on `?`.
    fn help(&self) -> &'static str;
}

/// Where an event leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Stays on this step.
    Stay,
    /// Goes on to the next step.
    Next,
    /// Goes back to the step before.
    Back,
    /// Begins the mission that stands in the facts.
    Begin,
}

/// What a step may read while it is drawn.
pub struct View<'a> {
    /// What the world said.
    pub facts: &'a Facts,
}

/// A step's part of a screen.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "they say four things, of which any can be true")]
pub struct Panel<'a> {
    /// One or two sentences: what this screen is for.
    pub purpose: String,
    /// The content.
    pub body: Vec<Block<'a>>,
    /// One line on how things stand.
    pub status: Option<Status>,
    /// The keys of the step's own; `?`, `e`, Ctrl-C and, where it is not among them, Esc are added by
    /// the wizard.
    pub keys: Vec<Hint>,
    /// Whether a request is under way.
    pub busy: bool,
    /// Whether a field has the focus.
    pub typing: bool,
    /// What this screen would do, as commands.
    pub commands: Vec<String>,
    /// What Esc does.
    pub back: Back,
    /// Whether Enter goes on although the body holds a problem.
    pub passes: bool,
    /// Whether Enter changes a file, an account or a keychain: the wizard lets it only when the body was seen to its end.
    pub changes: bool,
}

impl<'a> Panel<'a> {
    /// A panel that waits for the world.
    pub fn waiting(purpose: impl Into<String>, what: impl Into<String>) -> Self {
        let status = Some(Status::marked(Mark::Working, what));
        Self { purpose: purpose.into(), status, busy: true, ..Self::default() }
    }

    /// The panel with a problem below its content, when there is one.
    #[must_use]
    pub fn with_problem(mut self, problem: Option<&'a Problem>) -> Self {
        if let Some(problem) = problem {
            self.body.push(Block::Gap);
            self.body.push(Block::Problem(problem));
        }
        self
    }
}

/// What Esc does on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Back {
    /// Leads to the step before, where there is one.
    #[default]
    ToStep,
    /// Stops or goes back within the step.
    Within,
    /// Nothing: what is under way takes a moment and must not be cut in half.
    No,
}

/// What a step can do: read and write the shared facts, and ask.
pub struct Context<'a> {
    /// What the world said.
    pub facts: &'a mut Facts,
    /// What was decided beforehand, by options or an answers file.
    pub answers: &'a Answers,
    /// The step's place in the table.
    pub place: usize,
    /// The requests made so far.
    pub outbox: &'a mut Outbox,
}

/// Effects on their way out, and the numbers of requests.
#[derive(Debug, Default)]
pub struct Outbox {
    pub(super) effects: Vec<Effect>,
    pub(super) changes: Changes,
    last: u64,
}

impl Context<'_> {
    /// Asks something of the world; the reply will carry this number.
    ///
    /// This is the one gate for whatever changes something: it is noted for the summary, and held back in a dry run.
    pub fn ask(&mut self, request: Request) -> RequestId {
        self.outbox.last += 1;
        let id = RequestId(self.outbox.last);
        self.outbox.effects.push(match request.change() {
            Some(_) if self.facts.surroundings.dry_run => Effect::Refuse(id, dry_run()),
            change => {
                if let Some(change) = change {
                    self.outbox.changes.begin(id, self.place, change);
                }
                Effect::Ask(id, request)
            }
        });
        id
    }

    /// Stops a request.
    pub fn cancel(&mut self, id: RequestId) {
        self.outbox.effects.push(Effect::Cancel(id));
    }

    /// Hands a text to the terminal's clipboard.
    pub fn copy(&mut self, text: String) {
        self.outbox.effects.push(Effect::Copy(text));
    }

    /// Ends the program.
    pub fn leave(&mut self, ending: Ending) {
        self.outbox.effects.push(Effect::Leave(ending));
    }

    /// Notes what this step came to.
    pub fn outcome(&mut self, outcome: Option<Outcome>) {
        if let Some(place) = self.facts.outcomes.get_mut(self.place) {
            *place = outcome;
        }
    }
}

/// Why the gate held a request back.
fn dry_run() -> Problem {
    let what = "This is a dry run, so nothing was changed.";
    Problem::new(ProblemKind::Other, what, "", "Run it without --dry-run to make the change.")
}
