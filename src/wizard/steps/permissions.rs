//! Step 3, Permissions: what the identity may do with CodeCommit is found out, and a managed policy is attached to the
//! user or to one of its groups, with this profile or with another one that may, and waited for until it counts; where
//! nobody here may, an administrator's card is shown.
//!
//! - `table`: the rights in words; `attachers`: who else could attach; `attaching`: doing it; `card` and `hand_off`: the card;
//! - `policy`: the policies on offer; `panels` and `replies`: what is seen, and what is heard.
//!
//! Deliberately absent: writing policies of one's own into the account. The card holds one for whoever may.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod attachers;
mod attaching;
mod card;
mod hand_off;
mod panels;
mod policy;
mod replies;
mod table;

use crate::wizard::answers::PolicyAnswer;
use crate::wizard::effect::{Caller, Progress, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{IdentityKind, Outcome, Profile};
use crate::wizard::field::Field;
use crate::wizard::names::{ProfileName, RepositoryName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::rights::{Holder, Rights};
use crate::wizard::screen::{Mark, Row, Status};
use crate::wizard::step::{Context, Flow, Panel, Step, View};
use attachers::Attacher;

/// The third step.
#[derive(Default)]
pub struct Permissions {
    state: State,
    /// Whom this step is about; another profile starts it anew.
    subject: Option<Profile>,
    /// The IAM user's name.
    user: String,
    /// What is known of its rights.
    rights: Rights,
    rows: Vec<Row>,
    cursor: usize,
    /// Profiles that can attach: this one first, then others of the same account.
    attachers: Vec<Attacher>,
    with: usize,
    /// The group that gets the policy, by its place; the user itself when there is none.
    group: Option<usize>,
    /// Others still to be asked.
    waiting: Vec<ProfileName>,
    /// What this walk attached, to whom, and with which profile.
    done: Vec<(&'static str, Holder, ProfileName)>,
    /// Whether what was attached last was seen to count; none when that was not waited for.
    in_effect: Option<bool>,
    /// The repositories that the card is about.
    repositories: Vec<RepositoryName>,
    typed: Field,
    /// Whether the step was settled before the card was asked for.
    settled: bool,
    /// Whether another policy is wanted although one is there that would do.
    another: bool,
    problem: Option<Problem>,
    remark: Option<Status>,
}

#[derive(Default)]
enum State {
    #[default]
    Start,
    /// Asking with the chosen profile what it may do.
    Looking(RequestId),
    /// Reading which other profiles there are.
    ReadingProfiles(RequestId),
    /// Asking who another profile is.
    Identifying(RequestId, ProfileName),
    /// Asking with another profile what the chosen one may do.
    LookingWith(RequestId, ProfileName),
    Choosing,
    Confirming,
    Attaching(RequestId),
    /// Waiting until it counts, so many seconds by now.
    Awaiting(RequestId, u64),
    /// Reading back what is attached.
    ReadingBack(RequestId),
    HandOff,
    /// The repositories for the card are being typed.
    Naming,
    /// Looking whether the administrator has done it.
    CheckingAgain(RequestId),
    Saving(RequestId),
    Satisfied,
}

impl Step for Permissions {
    fn name(&self) -> &'static str {
        "Permissions"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if self.subject != context.facts.profile || matches!(self.state, State::Start) {
            *self = Self { subject: context.facts.profile.clone(), ..Self::default() };
            context.outcome(None);
            let wanted = context.answers.policy.unwrap_or(PolicyAnswer::PowerUser);
            self.cursor = policy::OFFERED.iter().position(|(answer, ..)| *answer == wanted).unwrap_or(0);
            self.repositories = self.named_beforehand(context.answers);
            self.look(context);
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        if let Event::Reply(id, reply) = event {
            self.reply(id, reply, context);
            return Flow::Stay;
        }
        let event = &event;
        if matches!(self.state, State::Naming) {
            self.naming(event, context);
            return Flow::Stay;
        }
        let Event::Key(key) = event else {
            self.told(event);
            return Flow::Stay;
        };
        match (&self.state, key) {
            (
                State::Looking(id) | State::ReadingProfiles(id) | State::Identifying(id, _) | State::LookingWith(id, _),
                Key::Esc,
            ) => {
                context.cancel(*id);
                self.state = State::Start;
                return Flow::Back;
            }
            (State::Awaiting(id, _), Key::Esc) => {
                context.cancel(*id);
                self.read_back(context);
            }
            (State::ReadingBack(id), Key::Esc) => {
                context.cancel(*id);
                self.take_as_attached(context);
            }
            (State::Choosing, _) => return self.choosing(*key, context),
            (State::Confirming, Key::Enter) => self.attach(context),
            (State::Confirming, Key::Esc) => self.state = State::Choosing,
            (State::HandOff, _) => return self.handing_off(*key, context),
            (State::CheckingAgain(id), Key::Esc) => {
                context.cancel(*id);
                self.state = State::HandOff;
            }
            (State::Satisfied, Key::Esc) => return Flow::Back,
            (State::Satisfied, Key::Enter) => return Flow::Next,
            (State::Satisfied, Key::Char('m')) if self.is_user() => self.want_another(context),
            (State::Satisfied, Key::Char('r')) if !self.is_root() => self.look_again(context),
            (State::Satisfied, Key::Char('h')) => self.hand_off(true),
            _ => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let mut panel = match &self.state {
            State::Start | State::Looking(_) => self.waiting_panel("Finding out what is allowed."),
            State::ReadingProfiles(_) | State::Identifying(..) | State::LookingWith(..) => {
                self.waiting_panel("Asking the other profiles on this computer which may attach a policy.")
            }
            State::Attaching(_) => self.waiting_panel("Attaching the policy."),
            State::Awaiting(_, seconds) => self.awaiting_panel(*seconds),
            State::ReadingBack(_) => self.waiting_panel("Attached. Reading it back."),
            State::CheckingAgain(_) => self.waiting_panel("Looking whether it is allowed now."),
            State::Choosing => self.choosing_panel(),
            State::Confirming => self.confirming_panel(),
            State::HandOff | State::Saving(_) => self.hand_off_panel(),
            State::Naming => self.naming_panel(),
            State::Satisfied => self.satisfied_panel(view.facts),
        };
        if self.remark.is_some() && !panel.busy {
            panel.status.clone_from(&self.remark);
        }
        if matches!(self.state, State::HandOff | State::Saving(_)) {
            panel
        } else {
            panel.with_problem(self.problem.as_ref())
        }
    }

    fn under_way(&self) -> Option<&'static str> {
        matches!(self.state, State::Attaching(_))
            .then_some("The policy is being attached. AWS may have done it already, or do it all the same.")
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/permissions.txt")
    }
}

impl Permissions {
    /// Hears what a face without a cursor chose.
    fn told(&mut self, event: &Event) {
        match event {
            Event::Progress(id, Progress::Waited(seconds)) => {
                if let State::Awaiting(asked, waited) = &mut self.state
                    && asked == id
                {
                    *waited = *seconds;
                }
            }
            Event::Pick(row) if matches!(self.state, State::Choosing) => {
                self.cursor = (*row).min(policy::OFFERED.len() - 1);
            }
            Event::Turn(0, option) if matches!(self.state, State::Choosing) => {
                self.with = (*option).min(self.attachers.len().saturating_sub(1));
            }
            Event::Turn(1, option) if matches!(self.state, State::Choosing) => {
                self.group = option.checked_sub(1).filter(|place| *place < self.rights.groups.len());
            }
            _ => {}
        }
    }

    fn look(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        (self.problem, self.remark, self.another, self.settled) = (None, None, false, false);
        let caller = subject.caller();
        match subject.identity.kind() {
            IdentityKind::Root => {
                let text =
                    "the root user may do everything; an IAM user of your own is safer for daily work".to_owned();
                context.outcome(Some(Outcome { mark: Mark::Skipped, about: "permission", text }));
                self.state = State::Satisfied;
                return;
            }
            IdentityKind::User(user) => self.user = user,
            IdentityKind::AssumedRole { .. } | IdentityKind::Federated(_) | IdentityKind::Other => {}
        }
        self.attachers = vec![Attacher { name: subject.name.clone(), sees: false }];
        self.with = 0;
        if let Some(question) = self.question(caller) {
            self.state = State::Looking(context.ask(question));
        }
    }

    /// The question of what the chosen profile may do, as somebody asks it.
    fn question(&self, caller: Caller) -> Option<Request> {
        let of = Box::new(self.subject.clone()?);
        Some(Request::FindRights { caller, of, repositories: self.repositories.clone() })
    }

    fn found(&mut self, rights: Rights, context: &mut Context<'_>) {
        self.rights = rights;
        if !self.another && !self.is_forbidden(context) && self.is_enough(context) {
            self.satisfied(context);
        } else if !self.is_user() {
            self.hand_off(false);
        } else if self.attachers.len() == 1 {
            // Whoever lacks the policy can seldom attach it; another profile on this computer may be an administrator's.
            self.state = State::ReadingProfiles(context.ask(Request::ReadAwsFiles));
        } else {
            self.choose_or_hand_off(context);
        }
    }

    /// Whether nothing has to be attached: a policy that is wanted by its name is there, or what is allowed will do.
    fn is_enough(&self, context: &Context<'_>) -> bool {
        match context.answers.policy {
            Some(PolicyAnswer::None) | None => table::suffices(&self.rights),
            wanted if self.is_user() => policy::satisfying(&self.attached(), wanted).is_some(),
            Some(_) => table::suffices(&self.rights),
        }
    }

    fn attached(&self) -> Vec<&str> {
        self.rights.attached().collect()
    }

    /// What is left when everybody was asked: to choose, unless what could be tried is allowed.
    fn settle(&mut self, context: &mut Context<'_>) {
        if !self.another && !self.is_forbidden(context) && self.problem.is_none() && self.is_enough(context) {
            self.satisfied(context);
        } else {
            self.choose_or_hand_off(context);
        }
    }

    fn choose(&mut self, context: &Context<'_>) {
        self.rows = policy::rows(&self.attached());
        self.group = self.group.filter(|place| *place < self.rights.groups.len());
        if let Some(name) = &context.answers.with_profile
            && let Some(place) = self.attachers.iter().position(|attacher| attacher.name == *name)
        {
            self.with = place;
        }
        self.state = State::Choosing;
    }

    /// Offers the list although a policy is there; whoever else may attach one is looked for, once.
    fn want_another(&mut self, context: &mut Context<'_>) {
        self.another = true;
        self.remark = None;
        if self.attachers.len() == 1 {
            self.state = State::ReadingProfiles(context.ask(Request::ReadAwsFiles));
        } else {
            self.choose(context);
        }
    }

    /// Asks once more what is allowed, with a profile that can see it where there is one.
    fn look_again(&mut self, context: &mut Context<'_>) {
        (self.problem, self.remark) = (None, None);
        let seeing = self.attachers.iter().position(|attacher| attacher.sees).unwrap_or_default();
        if let Some(question) = self.attacher_caller(seeing).and_then(|caller| self.question(caller)) {
            self.state = State::CheckingAgain(context.ask(question));
        }
    }

    fn satisfied(&mut self, context: &mut Context<'_>) {
        self.rows = policy::rows(&self.attached());
        let is_well = self.in_effect != Some(false)
            && !table::is_barred_from_pushing(&self.rights)
            && self.rights.key_denials.as_ref().is_none_or(Vec::is_empty);
        let mark = if is_well { Mark::Ok } else { Mark::Look };
        let text = self.in_words(context);
        context.outcome(Some(Outcome { mark, about: "permission", text: printable(&text) }));
        (self.problem, self.another) = (None, false);
        self.state = State::Satisfied;
    }

    /// What this walk attached, or what was there already.
    fn in_words(&self, context: &Context<'_>) -> String {
        if self.done.is_empty() {
            let there = policy::satisfying(&self.attached(), context.answers.policy);
            return there.map_or_else(
                || format!("{} may use CodeCommit already", self.who()),
                |name| format!("{name} was attached to {} already", self.user),
            );
        }
        let each = self
            .done
            .iter()
            .map(|(name, holder, by)| format!("{name} attached to {} with profile {by}", policy::named(holder)));
        let late = if self.in_effect == Some(false) { "; it does not count yet" } else { "" };
        format!("{}{late}", each.collect::<Vec<_>>().join("; "))
    }

    fn choosing(&mut self, key: Key, context: &mut Context<'_>) -> Flow {
        let (count, attachers) = (policy::OFFERED.len(), self.attachers.len());
        match key {
            Key::Up => self.cursor = self.cursor.checked_sub(1).unwrap_or(count - 1),
            Key::Down => self.cursor = (self.cursor + 1) % count,
            Key::Home | Key::PageUp => self.cursor = 0,
            Key::End | Key::PageDown => self.cursor = count - 1,
            Key::Tab | Key::Right if attachers > 1 => self.with = (self.with + 1) % attachers,
            Key::BackTab | Key::Left if attachers > 1 => self.with = (self.with + attachers - 1) % attachers,
            Key::Char('g') if !self.rights.groups.is_empty() => {
                let next = self.group.map_or(0, |place| place + 1);
                self.group = (next < self.rights.groups.len()).then_some(next);
            }
            Key::Char('h') => self.hand_off(false),
            Key::Enter if self.chosen() == "none" => return self.skip(context),
            Key::Char('s') => return self.skip(context),
            Key::Enter => {
                self.problem = None;
                if self.rights.has(&self.holder(), &self.policy_arn()) {
                    // Nothing to do.
                    self.satisfied(context);
                } else {
                    self.state = State::Confirming;
                }
            }
            Key::Char('r') => self.look(context),
            Key::Esc if self.another => self.satisfied(context),
            Key::Esc => return Flow::Back,
            _ => {}
        }
        Flow::Stay
    }

    fn skip(&mut self, context: &mut Context<'_>) -> Flow {
        if self.another {
            // What is attached stays so.
            self.satisfied(context);
        } else {
            let text = "no policy attached; passed over".to_owned();
            context.outcome(Some(Outcome { mark: Mark::Skipped, about: "permission", text }));
        }
        Flow::Next
    }

    fn is_user(&self) -> bool {
        self.subject.as_ref().is_some_and(|subject| matches!(subject.identity.kind(), IdentityKind::User(_)))
    }

    fn is_root(&self) -> bool {
        self.subject.as_ref().is_some_and(|subject| subject.identity.kind() == IdentityKind::Root)
    }
}
