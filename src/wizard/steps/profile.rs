//! Step 2, Profile: one of the AWS profiles is chosen, or one is made from an access key or with SSO sign-in, and STS says
//! who it is before anything is written.
//!
//! - `list`, `kinds`, `panels`: what is shown; `choosing`, `listing`, `replies`: what comes in; `form`: a new access key;
//! - `candidate`: the profile that is looked at; `replanning`: a write that failed; `signing`: signing in; `known`: who it is, and
//!   what else is worth knowing.
//!
//! Deliberately absent: how the AWS files are read and edited (`profiles`).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod candidate;
mod choosing;
mod form;
mod kinds;
mod known;
mod list;
mod listing;
mod panels;
mod replanning;
mod replies;
mod signing;

use crate::gitconfig;
use crate::profiles;
use crate::wizard::answers::Answers;
use crate::wizard::effect::{Credentials, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Description, Facts, Identity, Outcome, Profile};
use crate::wizard::field::Field;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::regions::RegionField;
use crate::wizard::saved;
use crate::wizard::screen::{Hint, Mark};
use crate::wizard::step::{Back, Context, Flow, Panel, Step, View};
use candidate::{Candidate, Files};
use form::KeyForm;
use list::{Entry, ProfileList};
use listing::Reading;
use signing::SignIn;

/// The second step.
pub struct ProfileStep {
    state: State,
    files: Files,
    profiles: Vec<profiles::Profile>,
    list: ProfileList,
    /// The configuration of git, and the profile that it asks for now.
    of_git: Vec<gitconfig::Entry>,
    git_uses: Option<usize>,
    form: KeyForm,
    region: RegionField,
    /// The name of a new profile with SSO sign-in, and the one that the AWS CLI was told to make.
    sso_name: Field,
    made: Option<ProfileName>,
    candidate: Option<Candidate>,
    /// What else is known of the candidate, or is being asked.
    description: Description,
    describing: Option<RequestId>,
    problem: Option<Problem>,
}

enum State {
    Start,
    /// The files, and the configuration of git.
    Reading(Reading),
    Unreadable,
    Choosing,
    /// The region of a profile that has none.
    AskingRegion,
    /// The form of a new profile.
    Filling,
    /// Getting a key that is kept somewhere else, for the form.
    Fetching(RequestId),
    /// The name of a new profile with SSO sign-in.
    NamingSso,
    /// The sign-in of the candidate has ended.
    SignedOut(SignIn),
    SigningIn(RequestId, SignIn),
    Checking(RequestId),
    /// Asking whose key would be replaced.
    Comparing(RequestId, Identity),
    Reviewing(Identity),
    Writing(RequestId, Identity),
    /// A file changed before it was written.
    Rereading(RequestId),
    /// The written profile is asked once more, as git's helper will read it.
    Confirming(RequestId),
    Proven,
}

impl Step for ProfileStep {
    fn name(&self) -> &'static str {
        "Profile"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if matches!(self.state, State::Start) {
            self.read(context);
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        if let Event::Reply(id, reply) = event {
            self.reply(id, reply, context);
            return Flow::Stay;
        }
        let event = &event;
        match self.state {
            State::Start => {}
            State::Reading(reading) if *event == Event::Key(Key::Esc) => {
                reading.open().for_each(|id| context.cancel(id));
                self.state = State::Start;
                return Flow::Back;
            }
            State::Confirming(id) if *event == Event::Key(Key::Esc) => {
                context.cancel(id);
                self.read(context);
            }
            State::Reading(_) | State::Writing(..) | State::Confirming(_) | State::SigningIn(..) => {}
            State::Unreadable => match event {
                Event::Key(Key::Enter | Key::Char('r')) => self.read(context),
                Event::Key(Key::Esc) => return Flow::Back,
                _ => {}
            },
            State::Choosing => return self.choosing(event, context),
            State::AskingRegion => match event {
                Event::Key(Key::Enter) => self.take_region(context),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                Event::Key(key) => _ = self.region.key(*key),
                Event::Paste(text) | Event::Fill(_, text) => self.region.set(text.expose()),
                Event::Pick(row) => {
                    self.region.cursor = *row;
                    self.region.take();
                }
                Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => {}
            },
            State::Filling => match event {
                Event::Key(Key::Enter) => self.take_form(context),
                Event::Key(Key::Esc) => {
                    self.form.conceal();
                    self.to(State::Choosing);
                }
                other => {
                    if self.form.hear(other) {
                        self.problem = self.taken_name();
                        self.fetch_file(context);
                    }
                }
            },
            State::Fetching(id) => {
                if *event == Event::Key(Key::Esc) {
                    context.cancel(id);
                    self.to(State::Choosing);
                }
            }
            State::NamingSso => match event {
                Event::Key(Key::Enter) => self.make_with_sso(context),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                Event::Key(key) => _ = self.sso_name.key(*key),
                Event::Paste(text) => self.sso_name.insert(text.expose()),
                Event::Fill(_, text) => self.sso_name.set(text.expose()),
                _ => {}
            },
            State::SignedOut(_) => match event {
                Event::Key(Key::Enter) => self.sign_in(context),
                Event::Key(Key::Char('r')) => self.check_again(context),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                _ => {}
            },
            State::Checking(id) | State::Comparing(id, _) | State::Rereading(id) => {
                if *event == Event::Key(Key::Esc) {
                    context.cancel(id);
                    self.return_to_origin();
                }
            }
            State::Reviewing(_) => match event {
                Event::Key(Key::Enter) => self.write(context),
                Event::Key(Key::Esc) => self.return_to_origin(),
                _ => {}
            },
            State::Proven => match event {
                Event::Key(Key::Enter) => {
                    // What comes in while another step is shown is heard by nobody.
                    self.describing.take().into_iter().for_each(|id| context.cancel(id));
                    return Flow::Next;
                }
                // The list and the next change start from what is there then.
                Event::Key(Key::Esc | Key::Char('o')) => self.read(context),
                _ => {}
            },
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match &self.state {
            State::Start | State::Reading(_) => Panel::waiting(WHICH, "Reading the AWS files."),
            State::Unreadable => Panel {
                purpose: "The AWS files of this computer cannot be read.".to_owned(),
                keys: vec![Hint::of(&[Key::Enter, Key::Char('r')], "read again")],
                ..Panel::default()
            },
            State::Choosing => self.choosing_panel(view.facts),
            State::AskingRegion => self.region_panel(),
            State::Filling => self.form_panel(),
            State::Fetching(_) => {
                Panel { back: Back::Within, ..Panel::waiting("Getting the access key.", "Reading it.") }
            }
            State::NamingSso => self.naming_panel(view.facts),
            State::SignedOut(sign_in) => Self::signed_out_panel(sign_in, view.facts),
            State::SigningIn(..) => {
                Panel { back: Back::No, ..Panel::waiting("Signing in.", "The AWS CLI has the terminal.") }
            }
            State::Checking(_) | State::Comparing(..) | State::Confirming(_) => self.checking_panel(),
            State::Reviewing(identity) => self.review_panel(identity, view.facts),
            State::Rereading(_) => {
                Panel { back: Back::Within, ..Panel::waiting("The file changed meanwhile.", "Reading it again.") }
            }
            State::Writing(..) => Panel { back: Back::No, ..Panel::waiting("Writing the profile.", "Writing.") },
            State::Proven => self.proven_panel(view.facts),
        };
        panel.with_problem(self.problem.as_ref())
    }

    fn is_known(&self, facts: &Facts) -> bool {
        facts.profile.is_some()
    }

    fn under_way(&self) -> Option<&'static str> {
        matches!(self.state, State::Writing(..))
            .then_some("The profile is being written. That takes a moment, and is done whole or not at all.")
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/profile.txt")
    }
}

const WHICH: &str = "Which AWS profile should git use? It decides who you are to CodeCommit.";

impl ProfileStep {
    /// The step, with its form filled from what was decided beforehand.
    pub fn new(answers: &Answers) -> Self {
        Self {
            state: State::Start,
            files: Files::default(),
            profiles: Vec::new(),
            list: ProfileList::default(),
            of_git: Vec::new(),
            git_uses: None,
            form: KeyForm::new(answers),
            region: RegionField::default(),
            sso_name: Field::default(),
            made: None,
            candidate: None,
            description: Description::default(),
            describing: None,
            problem: None,
        }
    }

    fn to(&mut self, state: State) {
        self.problem = None;
        self.state = state;
    }

    /// Back to where the candidate came from, with everything typed still there.
    fn return_to_origin(&mut self) {
        let filling = self.candidate.as_ref().is_some_and(|candidate| candidate.from_form);
        self.state = if filling { State::Filling } else { State::Choosing };
    }

    /// The profile under the cursor.
    fn chosen(&self) -> Option<&profiles::Profile> {
        self.profiles.get(self.list.profile()?)
    }

    fn wrote(&self) -> bool {
        self.candidate.as_ref().is_some_and(Candidate::writes)
    }

    /// Reads the file that stands in the place of the access key ID, where one does.
    fn fetch_file(&mut self, context: &mut Context<'_>) {
        if let Some(path) = self.form.take_file() {
            self.to(State::Fetching(context.ask(Request::ReadKeyFile(path))));
        }
    }

    fn take_form(&mut self, context: &mut Context<'_>) {
        self.form.leave_id();
        self.fetch_file(context);
        if matches!(self.state, State::Fetching(_)) {
            return;
        }
        let home = &context.facts.surroundings.home;
        let new = self.form.read(context.answers.unattended);
        let old = |name: &str| self.place(name).and_then(|place| self.profiles.get(place));
        match new.and_then(|new| Candidate::new(&new, old(new.name.as_str()), &self.files, home)) {
            Ok(candidate) => self.check(candidate, context),
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn check(&mut self, candidate: Candidate, context: &mut Context<'_>) {
        let id = context.ask(Request::Identify(candidate.caller()));
        self.candidate = Some(candidate);
        self.to(State::Checking(id));
    }

    /// Shows what would be written; whose key that replaces is asked first.
    fn review(&mut self, identity: Identity, context: &mut Context<'_>) {
        self.state = match self.candidate.as_ref().and_then(Candidate::replaced_caller) {
            Some(caller) => State::Comparing(context.ask(Request::Identify(caller)), identity),
            None => State::Reviewing(identity),
        };
        // The first time the change is simply planned again.
        self.problem = self.candidate.as_ref().and_then(|candidate| candidate.conflicts.get(1..)?.last().cloned());
    }

    fn write(&mut self, context: &mut Context<'_>) {
        let Some(candidate) = &self.candidate else { return };
        let State::Reviewing(identity) = &self.state else { return };
        let identity = identity.clone();
        if context.facts.surroundings.dry_run {
            self.prove(identity, context);
        } else {
            let id = context.ask(Request::WriteFiles(candidate.changes.clone()));
            self.to(State::Writing(id, identity));
        }
    }

    fn prove(&mut self, identity: Identity, context: &mut Context<'_>) {
        let Some(candidate) = &mut self.candidate else { return };
        let who = identity.described();
        let name = &candidate.name;
        let chosen = &mut context.facts.chosen;
        (chosen.key, chosen.output) = (None, None);
        if candidate.from_form {
            (chosen.key, chosen.output) =
                (Some(saved::placeholder(&identity.access_key_id)), Some(self.form.output().to_owned()));
        }
        let text = match (candidate.writes(), context.facts.surroundings.dry_run) {
            (false, _) => format!("{name} is {who}"),
            (true, true) => format!("{name} would be written; its key is {who}"),
            (true, false) => format!("{name} written to the AWS files; it is {who}"),
        };
        context.outcome(Some(Outcome { mark: Mark::Ok, about: "profile", text: printable(&text) }));
        let name = candidate.name.clone();
        let credentials = std::mem::replace(&mut candidate.credentials, Credentials::Profile(name));
        let profile = Profile {
            name: candidate.name.clone(),
            region: candidate.region.clone(),
            credentials,
            access_key: candidate.access_key,
            built_in: candidate.built_in,
            identity,
        };
        self.description = Description::default();
        self.describing = Some(context.ask(Request::Describe(profile.caller())));
        context.facts.profile = Some(profile);
        self.forget();
        self.state = State::Proven;
    }

    /// Lets go of all that holds a secret; the files are read again when another profile is wanted.
    fn forget(&mut self) {
        self.form.forget();
        self.files = Files::default();
        for profile in &mut self.profiles {
            profile.keys = None;
        }
        if let Some(candidate) = &mut self.candidate {
            candidate.changes = Vec::new();
        }
    }
}
