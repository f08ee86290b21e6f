//! Step 1, Tools: git and the AWS CLI are found, and what their versions mean is said.
//!
//! Deliberately absent: installing anything; the command for this computer is shown.

mod verdict;

use semver::Version;

use crate::profiles;
use crate::wizard::change::tilde;
use crate::wizard::effect::{Installed, Program, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Facts, Outcome, Tools as FoundTools};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Check, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Flow, Panel, Step, View};
use crate::wizard::versions::{self, AWS_MINIMUM, GIT_MINIMUM};
use crate::wizard::working;

/// The first step.
#[derive(Default)]
pub struct Tools {
    git: Finding<Vec<Installed>>,
    aws: Finding<Vec<Installed>>,
    commands: Finding<bool>,
    /// The AWS files, looked at where the AWS CLI stops at one of them: it does not name the line.
    files: Finding<()>,
    copied: bool,
}

/// Something looked for.
#[derive(Default)]
enum Finding<T> {
    #[default]
    NotAsked,
    Asked(RequestId),
    Known(T),
    Failed(Problem),
}

impl<T> Finding<T> {
    fn waits_for(&self, id: RequestId) -> bool {
        matches!(self, Self::Asked(asked) if *asked == id)
    }

    fn asked(&self) -> Option<RequestId> {
        match self {
            Self::Asked(id) => Some(*id),
            Self::NotAsked | Self::Known(_) | Self::Failed(_) => None,
        }
    }
}

impl Step for Tools {
    fn name(&self) -> &'static str {
        "Tools"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if matches!(self.git, Finding::NotAsked) {
            self.look(context);
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Key(Key::Enter) if self.ready() => return Flow::Next,
            Event::Key(Key::Char('r')) if !self.busy() => self.look(context),
            Event::Key(Key::Char('c')) if !self.busy() => {
                if let Some(command) = self.install(context.facts) {
                    context.copy(command);
                    self.copied = true;
                }
            }
            Event::Key(Key::Esc) if self.busy() => self.stop(context),
            Event::Key(Key::Esc) => return Flow::Back,
            Event::Reply(id, reply) => self.reply(id, reply, context),
            Event::Key(_)
            | Event::Paste(_)
            | Event::Pick(_)
            | Event::Mark(_)
            | Event::Fill(..)
            | Event::Turn(..)
            | Event::Progress(..) => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let (git, aws) = (self.judge_git(view.facts), self.judge_aws(view.facts));
        let mut checks = vec![Check::new(git.mark, "Git", git.found), Check::new(aws.mark, "AWS CLI", aws.found)];
        checks.extend(self.commands_check());
        let mut body = vec![Block::Checks(checks), Block::Gap];
        let mut advice = git.advice;
        if !advice.is_empty() && !aws.advice.is_empty() {
            advice.push(String::new());
        }
        advice.extend(aws.advice);
        // An obstacle is told alone: the rest may follow from it.
        for text in advice.into_iter().filter(|_| self.obstacle().is_none()) {
            body.push(if text.is_empty() { Block::Gap } else { Block::Text(text) });
        }
        if let Some(command) = self.install(view.facts) {
            body.push(Block::Gap);
            body.push(Block::Card { title: "To install or upgrade".to_owned(), lines: vec![command] });
        }
        let mut keys = Vec::new();
        if self.ready() {
            keys.push(Hint::new(Key::Enter, "continue"));
        }
        if !self.busy() {
            keys.push(Hint::new(Key::Char('r'), "look again"));
            if self.install(view.facts).is_some() {
                keys.push(Hint::new(Key::Char('c'), "copy command"));
            }
        }
        Panel {
            purpose:
                "CodeCommit needs two programs on this computer: Git, and the AWS CLI or the helper built in here."
                    .to_owned(),
            body,
            status: Some(self.status()),
            keys,
            busy: self.busy(),
            back: if self.busy() { Back::Within } else { Back::ToStep },
            commands: vec!["git --version".to_owned(), "aws --version".to_owned(), "aws codecommit help".to_owned()],
            ..Panel::default()
        }
        .with_problem(self.obstacle())
    }

    fn is_known(&self, facts: &Facts) -> bool {
        facts.tools.is_some() && self.ready()
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/tools.txt")
    }
}

impl Tools {
    fn look(&mut self, context: &mut Context<'_>) {
        self.git = Finding::Asked(context.ask(Request::FindProgram(Program::Git)));
        self.aws = Finding::Asked(context.ask(Request::FindProgram(Program::AwsCli)));
        (self.commands, self.files) = (Finding::NotAsked, Finding::NotAsked);
        self.copied = false;
        context.facts.tools = None;
        context.outcome(None);
    }

    fn stop(&mut self, context: &mut Context<'_>) {
        let stopped = || Problem::new(ProblemKind::Cancelled, "Stopped.", "", "");
        for asked in
            [self.git.asked(), self.aws.asked(), self.commands.asked(), self.files.asked()].into_iter().flatten()
        {
            context.cancel(asked);
        }
        if self.git.asked().is_some() {
            self.git = Finding::Failed(stopped());
        }
        if self.aws.asked().is_some() {
            self.aws = Finding::Failed(stopped());
        }
        if self.commands.asked().is_some() {
            self.commands = Finding::Failed(stopped());
        }
        if self.files.asked().is_some() {
            self.files = Finding::NotAsked;
        }
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match reply {
            Ok(Reply::Programs(found)) if self.git.waits_for(id) => self.git = Finding::Known(found),
            Ok(Reply::Programs(found)) if self.aws.waits_for(id) => {
                match found.first().map(|first| (&first.path, &first.version)) {
                    Some((path, Ok(_))) => {
                        self.commands = Finding::Asked(context.ask(Request::CheckCodecommitCommands(path.clone())));
                    }
                    Some((_, Err(problem))) => self.look_at_files(problem.kind, context),
                    None => {}
                }
                self.aws = Finding::Known(found);
            }
            Ok(Reply::CodecommitCommands(there)) if self.commands.waits_for(id) => {
                self.commands = Finding::Known(there);
            }
            Ok(Reply::AwsFiles { config, credentials }) if self.files.waits_for(id) => {
                self.files = match profiles::read(config.content(), credentials.content()) {
                    Ok(_) => Finding::Known(()),
                    Err(broken) => {
                        let file = match broken.file {
                            profiles::AwsFile::Config => config,
                            profiles::AwsFile::Credentials => credentials,
                        };
                        Finding::Failed(broken.problem(&tilde(&file.path, &context.facts.surroundings.home)))
                    }
                };
            }
            Err(problem) if self.git.waits_for(id) => self.git = Finding::Failed(problem),
            Err(problem) if self.aws.waits_for(id) => self.aws = Finding::Failed(problem),
            Err(problem) if self.commands.waits_for(id) => {
                self.look_at_files(problem.kind, context);
                self.commands = Finding::Failed(problem);
            }
            Err(problem) if self.files.waits_for(id) => self.files = Finding::Failed(problem),
            Ok(_) | Err(_) => {}
        }
        if !self.busy() {
            let aws = self.usable_aws();
            let aws_path = aws.as_ref().and_then(|_| self.aws.first()).map(|first| first.stable.clone());
            let tools = FoundTools { git: version_of(&self.git), aws, aws_path };
            if self.ready() {
                let text = match (&tools.git, &tools.aws) {
                    (Some(git), Some(aws)) => format!("git {git} and AWS CLI {aws} found"),
                    (Some(git), None) => format!("git {git} found; the built-in helper takes the place of the AWS CLI"),
                    (None, _) => String::new(),
                };
                context.outcome(Some(Outcome { mark: Mark::Ok, about: "tools", text }));
            }
            context.facts.tools = Some(tools);
        }
    }

    fn look_at_files(&mut self, kind: ProblemKind, context: &mut Context<'_>) {
        if kind == ProblemKind::BrokenFile {
            self.files = Finding::Asked(context.ask(Request::ReadAwsFiles));
        }
    }

    fn busy(&self) -> bool {
        self.git.asked().or(self.aws.asked()).or(self.commands.asked()).or(self.files.asked()).is_some()
    }

    /// A file of the person's at which one of the programs stops, and nothing after this step could go on either.
    fn obstacle(&self) -> Option<&Problem> {
        let git = self.git.first().and_then(|first| first.version.as_ref().err());
        let git = git.filter(|problem| problem.kind == ProblemKind::BrokenFile);
        git.or(match &self.files {
            Finding::Failed(problem) => Some(problem),
            Finding::NotAsked | Finding::Asked(_) | Finding::Known(()) => None,
        })
    }

    /// Whether the walk can go on: git is there and not too old. The AWS CLI can be missing.
    fn ready(&self) -> bool {
        !self.busy() && self.obstacle().is_none() && version_of(&self.git).is_some_and(|version| version >= GIT_MINIMUM)
    }

    /// The AWS CLI, when it can serve as git's helper.
    fn usable_aws(&self) -> Option<Version> {
        version_of(&self.aws).filter(|version| *version >= AWS_MINIMUM && matches!(self.commands, Finding::Known(true)))
    }

    fn install(&self, facts: &Facts) -> Option<String> {
        if self.busy() {
            return None;
        }
        let commands: Vec<String> =
            [self.judge_git(facts).install, self.judge_aws(facts).install].into_iter().flatten().collect();
        (!commands.is_empty()).then(|| commands.join(" && "))
    }

    fn status(&self) -> Status {
        if self.busy() {
            working("Looking for them.")
        } else if self.copied {
            Status::plain("Sent to the clipboard of your terminal.")
        } else if self.ready() {
            Status::plain("Nothing has been changed.")
        } else {
            Status::marked(Mark::Failed, self.what_is_missing())
        }
    }
}

impl Tools {
    fn what_is_missing(&self) -> String {
        if self.obstacle().is_some() {
            return "Correct that file, then look again with r.".to_owned();
        }
        match (&self.git, version_of(&self.git)) {
            (_, Some(version)) => format!("Git {version} is too old. Upgrade it, then look again with r."),
            (Finding::Known(found), None) if found.is_empty() => {
                "Git is needed to go on. Install it, then look again with r.".to_owned()
            }
            _ => "Git is needed to go on. When it runs, look again with r.".to_owned(),
        }
    }
}

impl Finding<Vec<Installed>> {
    /// The copy that PATH chooses.
    fn first(&self) -> Option<&Installed> {
        match self {
            Self::Known(found) => found.first(),
            Self::NotAsked | Self::Asked(_) | Self::Failed(_) => None,
        }
    }
}

/// The version of the copy that PATH chooses.
fn version_of(finding: &Finding<Vec<Installed>>) -> Option<Version> {
    finding.first().and_then(|first| first.version.as_ref().ok()).and_then(|text| versions::parse(text))
}
