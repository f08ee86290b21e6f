//! Step 1, Tools: git and the AWS CLI are found, and what their versions mean is said.
//!
//! Deliberately absent: installing anything; the command for this computer is shown.

use semver::Version;

use crate::wizard::effect::{Installed, Program, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Facts, InstallHint, Outcome, Tools as FoundTools};
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Block, Check, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Flow, Panel, Step, View};
use crate::wizard::versions::{self, AWS_1_SOUND, AWS_2_SOUND, AWS_MINIMUM, GIT_MINIMUM, GIT_RESET, GIT_WILDCARDS};
use crate::wizard::working;

/// The first step.
#[derive(Default)]
pub struct Tools {
    git: Finding<Vec<Installed>>,
    aws: Finding<Vec<Installed>>,
    commands: Finding<bool>,
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

/// What there is to say of a program.
struct Verdict {
    mark: Mark,
    found: Vec<String>,
    advice: Vec<String>,
    install: Option<String>,
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

    fn update(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
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
            Event::Reply(id, reply) => self.reply(*id, reply.clone(), context),
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
        for text in advice {
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
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/tools.txt")
    }
}

impl Tools {
    fn look(&mut self, context: &mut Context<'_>) {
        self.git = Finding::Asked(context.ask(Request::FindProgram(Program::Git)));
        self.aws = Finding::Asked(context.ask(Request::FindProgram(Program::AwsCli)));
        self.commands = Finding::NotAsked;
        self.copied = false;
        context.facts.tools = None;
        context.outcome(None);
    }

    fn stop(&mut self, context: &mut Context<'_>) {
        let stopped = || Problem::new(crate::wizard::problem::ProblemKind::Cancelled, "Stopped.", "", "");
        for asked in [self.git.asked(), self.aws.asked(), self.commands.asked()].into_iter().flatten() {
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
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match reply {
            Ok(Reply::Programs(found)) if self.git.waits_for(id) => self.git = Finding::Known(found),
            Ok(Reply::Programs(found)) if self.aws.waits_for(id) => {
                if let Some(first) = found.first().filter(|first| first.version.is_ok()) {
                    self.commands = Finding::Asked(context.ask(Request::CheckCodecommitCommands(first.path.clone())));
                }
                self.aws = Finding::Known(found);
            }
            Ok(Reply::CodecommitCommands(there)) if self.commands.waits_for(id) => {
                self.commands = Finding::Known(there);
            }
            Err(problem) if self.git.waits_for(id) => self.git = Finding::Failed(problem),
            Err(problem) if self.aws.waits_for(id) => self.aws = Finding::Failed(problem),
            Err(problem) if self.commands.waits_for(id) => self.commands = Finding::Failed(problem),
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

    fn busy(&self) -> bool {
        self.git.asked().or(self.aws.asked()).or(self.commands.asked()).is_some()
    }

    /// Whether the walk can go on: git is there and not too old. The AWS CLI can be missing.
    fn ready(&self) -> bool {
        !self.busy() && version_of(&self.git).is_some_and(|version| version >= GIT_MINIMUM)
    }

    /// The AWS CLI, when it can serve as git's helper.
    fn usable_aws(&self) -> Option<Version> {
        version_of(&self.aws).filter(|version| *version >= AWS_MINIMUM && matches!(self.commands, Finding::Known(true)))
    }

    fn judge_git(&self, facts: &Facts) -> Verdict {
        let mut verdict = judge(&self.git, "Git", &facts.surroundings.home);
        let Some(version) = version_of(&self.git) else {
            if matches!(self.git, Finding::Known(_)) {
                verdict.install = install_command(facts, Program::Git);
            }
            return verdict;
        };
        if version < GIT_MINIMUM {
            verdict.mark = Mark::Failed;
            verdict.advice.push(format!("Git {version} is too old: CodeCommit needs {GIT_MINIMUM} or later."));
        } else if version < GIT_RESET {
            verdict.mark = Mark::Look;
            verdict.advice.push(format!(
                "Git {version} works, but below {GIT_RESET} it cannot keep other credential helpers away from CodeCommit."
            ));
        } else if version < GIT_WILDCARDS {
            verdict.mark = Mark::Look;
            verdict.advice.push(format!(
                "Git {version} works; below {GIT_WILDCARDS} each region needs a section of its own in the git configuration."
            ));
        }
        if verdict.mark != Mark::Ok {
            verdict.install = install_command(facts, Program::Git);
        }
        verdict
    }

    fn judge_aws(&self, facts: &Facts) -> Verdict {
        let mut verdict = judge(&self.aws, "AWS CLI", &facts.surroundings.home);
        let built_in = "The walk can go on without it: the helper built into this program then answers git.";
        let Some(version) = version_of(&self.aws) else {
            if !matches!(self.aws, Finding::Asked(_) | Finding::NotAsked) {
                verdict.mark = Mark::Look;
                verdict.advice.push(built_in.to_owned());
                verdict.install = install_command(facts, Program::AwsCli);
            }
            return verdict;
        };
        let unsound = (version < AWS_1_SOUND) || (version.major == 2 && version < AWS_2_SOUND);
        if version < AWS_MINIMUM {
            verdict.mark = Mark::Look;
            verdict
                .advice
                .push(format!("AWS CLI {version} is too old: CodeCommit needs {AWS_MINIMUM} or later. {built_in}"));
        } else if unsound {
            verdict.mark = Mark::Look;
            verdict.advice.push(format!(
                "AWS CLI {version} has a helper that git can misread; {AWS_1_SOUND} (or {AWS_2_SOUND}) repaired it."
            ));
        } else if version.major < 2 {
            verdict.advice.push(
                "AWS CLI version 1 works with access keys. It is in maintenance since July 2026; sign-in with SSO sessions and \
                 with `aws login` needs version 2."
                    .to_owned(),
            );
        }
        match &self.commands {
            Finding::Known(false) => {
                verdict.advice.push(format!("This AWS CLI has no CodeCommit commands. {built_in}"));
            }
            Finding::Failed(_) => verdict.advice.push(built_in.to_owned()),
            Finding::Known(true) | Finding::NotAsked | Finding::Asked(_) => {}
        }
        if verdict.mark != Mark::Ok || version.major < 2 {
            verdict.install = install_command(facts, Program::AwsCli);
        }
        verdict
    }

    fn commands_check(&self) -> Option<Check> {
        let name = "CodeCommit commands of the AWS CLI";
        match &self.commands {
            Finding::NotAsked => None,
            Finding::Asked(_) => Some(Check::new(Mark::Working, name, vec![])),
            Finding::Known(true) => Some(Check::new(Mark::Ok, name, vec![])),
            Finding::Known(false) => Some(Check::new(Mark::Look, name, vec!["missing".to_owned()])),
            Finding::Failed(problem) => Some(Check::new(Mark::Look, name, vec![printable(&problem.what)])),
        }
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
            Status::marked(Mark::Failed, "Git is needed to go on. Install it, then look again with r.")
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

fn judge(finding: &Finding<Vec<Installed>>, name: &str, home: &std::path::Path) -> Verdict {
    let mut verdict = Verdict { mark: Mark::Working, found: Vec::new(), advice: Vec::new(), install: None };
    match finding {
        Finding::NotAsked | Finding::Asked(_) => {}
        Finding::Failed(problem) => {
            verdict.mark = Mark::Failed;
            verdict.found.push(printable(&problem.what));
        }
        Finding::Known(found) => {
            let Some(first) = found.first() else {
                verdict.mark = Mark::Failed;
                verdict.found.push("not found".to_owned());
                return verdict;
            };
            let path = crate::wizard::change::tilde(&first.path, home);
            if let Some(version) = version_of(finding) {
                verdict.mark = Mark::Ok;
                verdict.found = vec![version.to_string(), path];
            } else {
                verdict.mark = Mark::Failed;
                verdict.found = vec!["no version".to_owned(), path];
                let said = first.version.as_ref().unwrap_or_else(|failure| failure);
                verdict.advice.push(format!("{name} does not run as it should: {}", printable(said)));
            }
            for other in &found[1..] {
                let path = crate::wizard::change::tilde(&other.path, home);
                let version = other.version.as_ref().ok().and_then(|text| versions::parse(text));
                let version = version.map_or_else(String::new, |version| format!(" ({version})"));
                verdict.advice.push(format!("A second {name} was found and is not used: {path}{version}"));
            }
        }
    }
    verdict
}

/// The command that installs or upgrades a program here; `None` where there is no single one.
fn install_command(facts: &Facts, program: Program) -> Option<String> {
    let aws = program == Program::AwsCli;
    let command = match facts.surroundings.install {
        InstallHint::Apt => format!("sudo apt-get install {}", if aws { "awscli" } else { "git" }),
        InstallHint::Dnf => format!("sudo dnf install {}", if aws { "awscli2" } else { "git" }),
        InstallHint::Zypper => format!("sudo zypper install {}", if aws { "aws-cli" } else { "git" }),
        InstallHint::Pacman => format!("sudo pacman -S {}", if aws { "aws-cli-v2" } else { "git" }),
        InstallHint::Apk => format!("sudo apk add {}", if aws { "aws-cli" } else { "git" }),
        InstallHint::Homebrew => format!("brew install {}", if aws { "awscli" } else { "git" }),
        InstallHint::MacOs if !aws => "xcode-select --install".to_owned(),
        InstallHint::MacOs | InstallHint::Unknown => return None,
    };
    Some(command)
}
