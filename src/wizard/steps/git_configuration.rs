//! Step 4, Git configuration: git learns which helper to ask for the password of CodeCommit repositories, and is then
//! asked itself.
//!
//! Deliberately absent: the edit of the file and the order of helpers (`gitconfig`).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod panels;

use std::path::Path;

use crate::gitconfig::{self, Chain, Families, Fate, Helper, Scope, Sources, Wanted};
use crate::wizard::answers::{Answers, HelperAnswer, ScopeAnswer};
use crate::wizard::change;
use crate::wizard::effect::{FileChange, Ours, Reply, Request, RequestId, SearchPath};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Facts, Outcome, Profile};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{FileDiff, Hint, Mark};
use crate::wizard::step::{Back, Context, Flow, Panel, Step, View};
use crate::wizard::versions::GIT_WILDCARDS;

/// The fourth step.
pub struct GitConfiguration {
    state: State,
    subject: Option<Profile>,
    helper: Helper,
    scope: Scope,
    focus: usize,
    sources: Box<Sources>,
    plan: Option<Plan>,
    /// What git answered, and after how many milliseconds.
    proof: Option<Proof>,
    wrote: bool,
    problem: Option<Problem>,
}

enum State {
    Start,
    Reading(RequestId),
    Unreadable,
    Choosing,
    Writing(RequestId),
    Asking(RequestId),
    Answered,
}

/// What the present choices come to.
struct Plan {
    wanted: Wanted,
    change: FileChange,
    diff: FileDiff,
    chain: Chain,
}

struct Proof {
    milliseconds: u64,
    access_key_id: String,
    same_key: bool,
}

impl Step for GitConfiguration {
    fn name(&self) -> &'static str {
        "Git configuration"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if self.subject != context.facts.profile || matches!(self.state, State::Start) {
            self.subject = context.facts.profile.clone();
            self.helper = default_helper(context);
            (self.plan, self.proof, self.wrote) = (None, None, false);
            context.outcome(None);
            self.read(context);
        }
    }

    fn update(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        match (&self.state, event) {
            (_, Event::Reply(id, reply)) => self.reply(*id, reply.clone(), context),
            (State::Reading(id), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                self.state = State::Start;
                return Flow::Back;
            }
            (State::Unreadable, Event::Key(Key::Enter | Key::Char('r'))) => self.read(context),
            (State::Unreadable | State::Choosing, Event::Key(Key::Esc)) => return Flow::Back,
            (State::Choosing, Event::Key(key)) => self.choosing(*key, context),
            (State::Choosing, Event::Turn(choice, option)) => {
                self.focus = (*choice).min(1);
                let (now, count) = self.taken();
                if *option < count && *option != now {
                    self.turn(context.facts);
                }
            }
            (State::Asking(id), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                self.read(context);
            }
            (State::Answered, Event::Key(Key::Enter)) if self.proof.is_some() => return Flow::Next,
            (State::Answered, Event::Key(Key::Enter | Key::Char('r'))) => self.ask_git(context),
            (State::Answered, Event::Key(Key::Char('s'))) if self.proof.is_none() => return skip(context),
            (State::Answered, Event::Key(Key::Esc | Key::Char('o'))) => self.read(context),
            _ => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match &self.state {
            State::Start | State::Reading(_) => Panel::waiting(WHAT, "Reading the configuration of git."),
            State::Unreadable => Panel {
                purpose: "The configuration of git cannot be read, so it is not touched.".to_owned(),
                keys: vec![Hint::of(&[Key::Enter, Key::Char('r')], "read again")],
                ..Panel::default()
            },
            State::Choosing => self.choosing_panel(view.facts),
            State::Writing(_) => Panel { back: Back::No, ..Panel::waiting(ASKING, "Writing.") },
            State::Asking(_) => Panel { back: Back::Within, ..Panel::waiting(ASKING, "Asking git.") },
            State::Answered => self.answered_panel(view.facts),
        };
        panel.with_problem(self.problem.as_ref())
    }

    fn under_way(&self) -> Option<&'static str> {
        matches!(self.state, State::Writing(_)).then_some(
            "The configuration of git is being written. That takes a moment, and is done whole or not at all.",
        )
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/git.txt")
    }
}

const ASKING: &str = "Asking git for the password of a CodeCommit repository, as a clone would.";
const WHAT: &str = "Git will ask this helper for the password of CodeCommit repositories.";

impl GitConfiguration {
    /// The step, with its choices as decided beforehand.
    pub fn new(answers: &Answers) -> Self {
        let scope = match answers.scope {
            Some(ScopeAnswer::EveryHost) => Scope::EveryHost,
            Some(ScopeAnswer::CodeCommit) | None => Scope::CodeCommit,
        };
        Self {
            state: State::Start,
            subject: None,
            helper: aws_cli(),
            scope,
            focus: 0,
            sources: Box::default(),
            plan: None,
            proof: None,
            wrote: false,
            problem: None,
        }
    }

    fn read(&mut self, context: &mut Context<'_>) {
        self.problem = None;
        self.state = State::Reading(context.ask(Request::ReadGitConfig));
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match (&self.state, reply) {
            (State::Reading(asked), Ok(Reply::GitConfig(sources))) if *asked == id => {
                self.sources = sources;
                self.make_plan(context.facts);
            }
            (State::Reading(asked), Err(problem)) if *asked == id => {
                self.state = State::Unreadable;
                self.problem = Some(problem);
            }
            (State::Writing(asked), Ok(Reply::Written)) if *asked == id => {
                self.wrote = true;
                context.facts.changed = true;
                self.ask_git(context);
            }
            (State::Writing(asked), Err(problem)) if *asked == id => {
                self.read(context);
                self.problem = Some(problem);
            }
            (State::Asking(asked), Ok(Reply::Credential { access_key_id, password, milliseconds })) if *asked == id => {
                self.answered(access_key_id, password, milliseconds, context);
            }
            (State::Asking(asked), Err(problem)) if *asked == id => {
                self.problem = Some(problem);
                self.state = State::Answered;
            }
            (
                State::Start
                | State::Reading(_)
                | State::Unreadable
                | State::Choosing
                | State::Writing(_)
                | State::Asking(_)
                | State::Answered,
                _,
            ) => {}
        }
    }

    /// Works out what the file will be and whom git will then ask.
    fn make_plan(&mut self, facts: &Facts) {
        let Some(profile) = &self.subject else { return };
        let wildcards =
            facts.tools.as_ref().and_then(|tools| tools.git.as_ref()).is_none_or(|git| *git >= GIT_WILDCARDS);
        let wanted = Wanted {
            helper: self.helper.clone(),
            scope: self.scope.clone(),
            families: Families::default(),
            profile: profile.name.clone(),
            region: profile.region.clone(),
            wildcards,
            resets: true,
        };
        let home = &facts.surroundings.home;
        match planned(wanted, &self.sources, &url(profile), home) {
            Ok(plan) => {
                self.plan = Some(plan);
                self.state = State::Choosing;
            }
            Err(problem) => {
                self.state = State::Unreadable;
                self.problem = Some(problem);
            }
        }
    }

    fn choosing(&mut self, key: Key, context: &mut Context<'_>) {
        match key {
            Key::Tab | Key::BackTab => self.focus = 1 - self.focus,
            Key::Left | Key::Right => self.turn(context.facts),
            Key::Enter => self.write(context),
            _ => {}
        }
    }

    /// The option taken of the choice with the focus, and how many there are.
    fn taken(&self) -> (usize, usize) {
        let taken = match self.focus {
            0 => usize::from(self.helper != aws_cli()),
            _ => usize::from(self.scope == Scope::EveryHost),
        };
        (taken, 2)
    }

    fn turn(&mut self, facts: &Facts) {
        if self.focus == 0 {
            self.helper = if self.helper == aws_cli() { built_in(facts) } else { aws_cli() };
        } else {
            self.scope = if self.scope == Scope::CodeCommit { Scope::EveryHost } else { Scope::CodeCommit };
        }
        self.make_plan(facts);
    }

    fn write(&mut self, context: &mut Context<'_>) {
        let Some(plan) = &self.plan else { return };
        self.problem = None;
        if context.facts.surroundings.dry_run {
            let text = if plan.changes() { "git would be told" } else { "git knows the helper already" };
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "git", text: text.to_owned() }));
            self.proof = Some(Proof { milliseconds: 0, access_key_id: String::new(), same_key: true });
            self.state = State::Answered;
        } else if plan.changes() {
            self.state = State::Writing(context.ask(Request::WriteFiles(vec![plan.change.clone()])));
        } else {
            self.ask_git(context);
        }
    }

    fn ask_git(&mut self, context: &mut Context<'_>) {
        let Some(profile) = &self.subject else { return };
        self.problem = None;
        self.state = State::Asking(context.ask(Request::FillCredential { url: url(profile), path: SearchPath::Own }));
    }

    fn answered(&mut self, access_key_id: String, password: bool, milliseconds: u64, context: &mut Context<'_>) {
        self.state = State::Answered;
        let Some(profile) = &self.subject else { return };
        let expected = &profile.identity.access_key_id;
        // Temporary credentials are made anew for each caller, so their keys differ.
        let same_key = access_key_id == *expected;
        if !password {
            self.problem = Some(Problem::new(
                ProblemKind::Other,
                "Git got no password for CodeCommit.",
                "No helper answered.",
                "Look at the list of helpers with o; another configuration may stand in the way.",
            ));
        } else if profile.access_key && !same_key {
            self.problem = Some(Problem::new(
                ProblemKind::Conflict,
                format!("Git would log in as somebody else: it got access key {}.", shortened(&access_key_id)),
                format!("Profile {} has access key {}.", profile.name, shortened(expected)),
                "Another helper or a section of another profile answers first; o shows the list.",
            ));
        } else {
            let file = change::tilde(&self.sources.global, &context.facts.surroundings.home);
            let text = match (self.wrote, &self.scope) {
                (true, Scope::CodeCommit | Scope::OneRepository(_)) => {
                    format!("{file}, CodeCommit hosts only; proven with git")
                }
                (true, Scope::EveryHost) => format!("{file}, every HTTPS host; proven with git"),
                (false, _) => format!("{file} was right already; proven with git"),
            };
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "git", text }));
            self.proof = Some(Proof { milliseconds, access_key_id, same_key });
        }
    }
}

impl Plan {
    fn changes(&self) -> bool {
        self.change.before.as_deref() != Some(self.change.after.as_slice())
    }

    /// Whether git would ask the wanted helper first.
    fn answers(&self) -> bool {
        let first = self.chain.links.iter().find(|link| matches!(link.fate, Fate::Answers));
        self.chain.use_http_path && first.is_some_and(|link| link.helper == self.wanted.helper_value())
    }
}

fn default_helper(context: &Context<'_>) -> Helper {
    let aws = context.facts.tools.as_ref().is_some_and(|tools| tools.aws.is_some());
    match context.answers.helper {
        Some(HelperAnswer::AwsCli) => aws_cli(),
        Some(HelperAnswer::BuiltIn) => built_in(context.facts),
        None if aws => aws_cli(),
        None => built_in(context.facts),
    }
}

fn skip(context: &mut Context<'_>) -> Flow {
    let text = "git could not log in to CodeCommit when it was asked".to_owned();
    context.outcome(Some(Outcome { mark: Mark::Look, about: "git", text }));
    Flow::Next
}

fn planned(wanted: Wanted, sources: &Sources, url: &str, home: &Path) -> Result<Plan, Problem> {
    let global = sources.global_file();
    let unreadable = |path: &Path, error: &gitconfig::Unreadable| {
        Problem::new(
            ProblemKind::BrokenFile,
            format!("{} cannot be read as a configuration of git.", change::tilde(path, home)),
            printable(&error.to_string()),
            "Correct it in an editor, then read again. It is not touched as it is.",
        )
    };
    let after = gitconfig::apply(global.content(), &wanted).map_err(|error| unreadable(&global.path, &error))?;
    let future = sources.with(&global.path, &after).entries();
    let future = future.map_err(|error| unreadable(&error.path, &error.cause))?;
    let ours = Ours::GitSections { sections: wanted.sections(), helper: wanted.helper_value() };
    let change = FileChange { path: global.path, before: global.bytes, after, private: false, ours };
    let diff = change::diff(&change, home);
    Ok(Plan { chain: gitconfig::chain(&future, url), wanted, change, diff })
}

/// The URL that git is asked about: the helper signs any name, so none has to exist.
fn url(profile: &Profile) -> String {
    format!("https://{}/v1/repos/MyDemoRepo", profile.region.git_host())
}

fn aws_cli() -> Helper {
    Helper::AwsCli { program: "aws".to_owned() }
}

fn built_in(facts: &Facts) -> Helper {
    Helper::BuiltIn { program: facts.surroundings.own_program.clone() }
}

/// The first four and the last four characters of an access key ID.
fn shortened(access_key_id: &str) -> String {
    let characters: Vec<char> = printable(access_key_id).chars().collect();
    if characters.len() < 12 {
        return characters.into_iter().collect();
    }
    let (head, tail) = (&characters[..4], &characters[characters.len() - 4..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}
