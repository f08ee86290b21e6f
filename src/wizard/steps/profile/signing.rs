//! Signing in with a browser through the AWS CLI, which gets the terminal for it: again for a profile, or for a new one.
//!
//! Deliberately absent: passwords and codes; the AWS CLI and the browser ask for those.

use semver::Version;

use super::{ProfileStep, State};
use crate::gitconfig::shell_quoted;
use crate::profiles::{Kind, Profile};
use crate::wizard::effect::Request;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Form, Hint, Status};
use crate::wizard::secrecy::refuse_secret;
use crate::wizard::step::{Back, Context, Panel};
use crate::wizard::versions::{AWS_LOGIN, AWS_SSO, AWS_SSO_DEVICE_CODE};

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignIn {
    way: Way,
    /// The profile that it is for.
    pub(super) profile: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `aws sso login`.
    Sso,
    /// `aws login`.
    Login,
    /// `aws configure sso`.
    NewSso,
}

impl SignIn {
    /// The sign-in that a profile rests on, where it rests on one.
    pub(super) fn of(profile: &Profile, profiles: &[Profile]) -> Option<Self> {
        let root = profile.root(profiles);
        let way = match &root.kind {
            Kind::Sso => Way::Sso,
            Kind::Login => Way::Login,
            Kind::AccessKey
            | Kind::TemporaryKey
            | Kind::Role { .. }
            | Kind::Process
            | Kind::WebIdentity
            | Kind::InstanceRole
            | Kind::HalfAKey
            | Kind::Nothing => return None,
        };
        Some(Self { way, profile: root.name.to_string() })
    }

    /// A new SSO profile.
    pub(super) fn new_sso(name: &str) -> Self {
        Self { way: Way::NewSso, profile: name.to_owned() }
    }

    /// The program to run.
    ///
    /// # Errors
    /// There is no AWS CLI, or it is too old; the command is named.
    pub(super) fn request(&self, facts: &Facts) -> Result<Request, Problem> {
        let tools = facts.tools.as_ref();
        let version = tools.and_then(|tools| tools.aws.clone());
        let program = tools.and_then(|tools| tools.aws_path.clone()).unwrap_or_else(|| "aws".into());
        let (floor, needs) = match self.way {
            Way::Sso | Way::NewSso => (AWS_SSO, "version 2"),
            Way::Login => (AWS_LOGIN, "2.32.0 or later"),
        };
        match version {
            Some(version) if version >= floor => {
                Ok(Request::RunInTerminal { program, arguments: self.arguments(&version, facts.surroundings.remote) })
            }
            other => {
                let there = other.map_or("there is none here".to_owned(), |version| format!("this one is {version}"));
                Err(Problem::new(
                    ProblemKind::MissingTool,
                    format!("Signing in as profile {} needs AWS CLI {needs}.", printable(&self.profile)),
                    format!("Sign-in goes through the AWS CLI, and {there}."),
                    format!("Install it as the first step says, or run it elsewhere: {}", self.command()),
                ))
            }
        }
    }

    /// The command without what only this terminal needs.
    pub(super) fn command(&self) -> String {
        let words = self.words();
        format!("aws {}", words.iter().map(|word| shell_quoted(&printable(word))).collect::<Vec<_>>().join(" "))
    }

    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = match self.way {
            Way::Sso => vec!["sso".into(), "login".into()],
            Way::Login => vec!["login".into()],
            Way::NewSso => vec!["configure".into(), "sso".into()],
        };
        if self.profile.starts_with('-') {
            words.push(format!("--profile={}", self.profile));
        } else {
            words.extend(["--profile".to_owned(), self.profile.clone()]);
        }
        words
    }

    /// Over SSH a browser opened here is seen by nobody: an address and a code are shown instead.
    fn arguments(&self, version: &Version, remote: bool) -> Vec<String> {
        let mut words = self.words();
        if remote {
            match self.way {
                Way::Login => words.push("--remote".into()),
                // Before, the code of a device was the only way.
                Way::Sso | Way::NewSso if *version < AWS_SSO_DEVICE_CODE => words.push("--no-browser".into()),
                Way::Sso | Way::NewSso => words.extend(["--no-browser".into(), "--use-device-code".into()]),
            }
        }
        words
    }
}

impl ProfileStep {
    /// The sign-in that would mend a problem with the candidate.
    pub(super) fn sign_in_for(&self, problem: &Problem) -> Option<SignIn> {
        let candidate = self.candidate.as_ref().filter(|candidate| !candidate.from_form)?;
        let profile = self.profiles.get(self.place(candidate.name.as_str())?)?;
        SignIn::of(profile, &self.profiles).filter(|_| problem.kind == ProblemKind::Expired)
    }

    pub(super) fn sign_in(&mut self, context: &mut Context<'_>) {
        let State::SignedOut(sign_in) = &self.state else { return };
        let sign_in = sign_in.clone();
        self.run(sign_in, context);
    }

    /// Asks AWS once more, without signing in: somebody may have done it in another window.
    pub(super) fn check_again(&mut self, context: &mut Context<'_>) {
        if let Some(candidate) = self.candidate.take() {
            self.check(candidate, context);
        }
    }

    pub(super) fn name_sso(&mut self, context: &Context<'_>) {
        if self.sso_name.is_empty() {
            self.sso_name.set(if self.place("default").is_some() { "CodeCommitProfile" } else { "default" });
        }
        self.to(State::NamingSso);
        self.problem = SignIn::new_sso(self.sso_name.text()).request(context.facts).err();
    }

    /// Lets the AWS CLI make the profile that was named.
    pub(super) fn make_with_sso(&mut self, context: &mut Context<'_>) {
        // Its name would be an argument of a program, which everybody on this computer can see.
        if let Err(problem) = refuse_secret(self.sso_name.text()) {
            self.sso_name.set("");
            self.problem = Some(Problem { hint: "Type a name for the profile, such as work.".to_owned(), ..problem });
            return;
        }
        let name = match ProfileName::parse(self.sso_name.text()) {
            Ok(name) => name,
            Err(problem) => return self.problem = Some(problem),
        };
        let taken = self.place(name.as_str()).and_then(|place| self.profiles.get(place));
        if let Some(taken) = taken.filter(|profile| !matches!(profile.kind, Kind::Sso | Kind::Nothing)) {
            let what =
                format!("Profile {} exists and is of another kind ({}).", printable(name.as_str()), taken.kind.label());
            self.problem = Some(Problem::new(ProblemKind::Conflict, what, "", "Choose another name."));
            return;
        }
        self.run(SignIn::new_sso(name.as_str()), context);
    }

    pub(super) fn has_signed_in(&mut self, sign_in: SignIn, reply: Result<(), Problem>, context: &mut Context<'_>) {
        match (reply, sign_in.way) {
            (Ok(()), Way::Sso | Way::Login) => self.check_again(context),
            (Ok(()), Way::NewSso) => {
                self.made = ProfileName::parse(&sign_in.profile).ok();
                self.read(context);
            }
            (Err(problem), way) => {
                let way_back = if way == Way::NewSso { State::NamingSso } else { State::SignedOut(sign_in) };
                self.to(way_back);
                self.problem = Some(problem);
            }
        }
    }

    fn run(&mut self, sign_in: SignIn, context: &mut Context<'_>) {
        match sign_in.request(context.facts) {
            Ok(request) => {
                let id = context.ask(request);
                self.to(State::SigningIn(id, sign_in));
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    pub(super) fn naming_panel(&self, facts: &Facts) -> Panel<'_> {
        let sign_in = SignIn::new_sso(self.sso_name.text());
        let can = sign_in.request(facts).is_ok();
        Panel {
            purpose: "The AWS CLI asks for the address of your company's portal, opens a browser to sign in, and lets you choose account and role.".to_owned(),
            body: vec![
                Block::Form(Form { fields: vec![self.sso_name.view("Name of the profile", "")], focus: 0 }),
                Block::Gap,
                Block::Text(terminal_text(facts)),
                Block::Text("The AWS CLI writes the profile itself, into ~/.aws/config: undo does not take that back.".to_owned()),
            ],
            status: Some(Status::plain("Nothing has been changed.")),
            keys: if can { vec![Hint::new(Key::Enter, "let the AWS CLI make it")] } else { Vec::new() },
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn signed_out_panel<'a>(sign_in: &SignIn, facts: &Facts) -> Panel<'a> {
        let can = sign_in.request(facts);
        let mut keys = Vec::new();
        let mut body = Vec::new();
        match can {
            Ok(_) => {
                keys.push(Hint::new(Key::Enter, "sign in"));
                body.push(Block::Text(terminal_text(facts)));
            }
            Err(problem) => body.push(Block::Text(format!("{} {} {}", problem.what, problem.why, problem.hint))),
        }
        keys.push(Hint::new(Key::Char('r'), "check again"));
        Panel {
            purpose: format!(
                "The sign-in of profile {} has ended, or there was none yet. Signing in takes a browser and a moment.",
                printable(&sign_in.profile)
            ),
            body,
            keys,
            commands: vec![sign_in.command()],
            back: Back::Within,
            ..Panel::default()
        }
    }
}

/// What happens with the terminal and the browser.
fn terminal_text(facts: &Facts) -> String {
    let browser = if facts.surroundings.remote {
        "You are connected over SSH: it shows an address, to be opened in the browser of your own computer."
    } else {
        "It opens your browser."
    };
    format!("The AWS CLI gets this terminal for it. {browser} When it is done, the setup goes on here.")
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::{SignIn, Way};

    fn arguments(way: Way, version: &Version, remote: bool) -> String {
        SignIn { way, profile: "work".to_owned() }.arguments(version, remote).join(" ")
    }

    #[test]
    fn over_ssh_no_browser_is_opened_here() {
        let new = &Version::new(2, 36, 7);
        assert_eq!(arguments(Way::Sso, new, false), "sso login --profile work");
        assert_eq!(arguments(Way::Sso, new, true), "sso login --profile work --no-browser --use-device-code");
        assert_eq!(arguments(Way::Sso, &Version::new(2, 9, 0), true), "sso login --profile work --no-browser");
        assert_eq!(arguments(Way::Login, new, true), "login --profile work --remote");
        assert_eq!(arguments(Way::NewSso, new, false), "configure sso --profile work");
    }

    #[test]
    fn a_name_that_begins_with_a_hyphen_is_no_option() {
        assert_eq!(SignIn { way: Way::Sso, profile: "-x".to_owned() }.command(), "aws sso login --profile=-x");
    }
}
