//! Step 3, Permissions: what the identity may do with CodeCommit is looked up, and a managed policy is attached,
//! with this profile or with another one that may; where nobody here may, an administrator's card is shown.
//!
//! Deliberately absent: policies of groups, inline policies and boundaries.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod attachers;
mod panels;
mod policy;
mod replies;

use crate::wizard::answers::PolicyAnswer;
use crate::wizard::effect::{Caller, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{IdentityKind, Outcome, Profile};
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::Problem;
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
    attached: Vec<String>,
    /// Whether the list of attached policies could be seen.
    seen: bool,
    rows: Vec<Row>,
    cursor: usize,
    /// Profiles that can attach: this one first, then others of the same account.
    attachers: Vec<Attacher>,
    with: usize,
    /// Others still to be asked.
    waiting: Vec<ProfileName>,
    /// What this walk attached, and with which profile.
    done: Vec<(&'static str, ProfileName)>,
    /// Whether another policy is wanted although one is there that would do.
    another: bool,
    problem: Option<Problem>,
    remark: Option<Status>,
}

#[derive(Default)]
enum State {
    #[default]
    Start,
    /// Asking with the chosen profile what is attached.
    Looking(RequestId),
    /// Reading which other profiles there are.
    ReadingProfiles(RequestId),
    /// Asking who another profile is.
    Identifying(RequestId, ProfileName),
    /// Asking with another profile what is attached.
    LookingWith(RequestId, ProfileName),
    Choosing,
    Confirming,
    Attaching(RequestId),
    /// Reading back what is attached.
    ReadingBack(RequestId),
    HandOff,
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
            self.look(context);
        }
    }

    fn update(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        if let Event::Reply(id, reply) = event {
            self.reply(*id, reply.clone(), context);
            return Flow::Stay;
        }
        let Event::Key(key) = event else {
            match event {
                Event::Pick(row) if matches!(self.state, State::Choosing) => {
                    self.cursor = (*row).min(policy::OFFERED.len() - 1);
                }
                Event::Turn(_, option) if matches!(self.state, State::Choosing) => {
                    self.with = (*option).min(self.attachers.len().saturating_sub(1));
                }
                _ => {}
            }
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
            (State::ReadingBack(id), Key::Esc) => {
                context.cancel(*id);
                self.take_as_attached(context);
            }
            (State::Choosing, _) => return self.choosing(*key, context),
            (State::Confirming, Key::Enter) => self.attach(context),
            (State::Confirming, Key::Esc) => self.state = State::Choosing,
            (State::HandOff, Key::Enter) => {
                self.leave_undone(context);
                return Flow::Next;
            }
            (State::HandOff, Key::Char('c')) => {
                context.copy(self.card().join("\n"));
                self.remark = Some(Status::plain("Sent to the clipboard of your terminal."));
            }
            (State::HandOff, Key::Char('w')) => {
                let path = "~/codecommit-permissions.txt".into();
                let text = format!("{}\n", self.card().join("\n"));
                self.state = State::Saving(context.ask(Request::SaveText { path, text }));
            }
            (State::HandOff, Key::Char('r')) if self.is_user() => self.check_again(context),
            (State::CheckingAgain(id), Key::Esc) => {
                context.cancel(*id);
                self.state = State::HandOff;
            }
            (State::HandOff, Key::Esc) if self.is_user() => {
                self.problem = None;
                self.remark = None;
                self.state = State::Choosing;
            }
            (State::HandOff | State::Satisfied, Key::Esc) => return Flow::Back,
            (State::Satisfied, Key::Enter) => return Flow::Next,
            (State::Satisfied, Key::Char('m')) if self.is_user() => self.want_another(context),
            _ => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let mut panel = match &self.state {
            State::Start | State::Looking(_) => self.waiting_panel("Looking which policies are attached."),
            State::ReadingProfiles(_) | State::Identifying(..) | State::LookingWith(..) => {
                self.waiting_panel("Asking the other profiles on this computer which may attach a policy.")
            }
            State::Attaching(_) => self.waiting_panel("Attaching the policy."),
            State::ReadingBack(_) => self.waiting_panel("Attached. Reading it back."),
            State::CheckingAgain(_) => self.waiting_panel("Looking whether it is attached now."),
            State::Choosing => self.choosing_panel(),
            State::Confirming => self.confirming_panel(),
            State::HandOff | State::Saving(_) => self.hand_off_panel(),
            State::Satisfied => self.satisfied_panel(view.facts),
        };
        if self.remark.is_some() && !panel.busy {
            panel.status.clone_from(&self.remark);
        }
        panel.with_problem(self.problem.as_ref())
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
    fn look(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        (self.problem, self.remark, self.another) = (None, None, false);
        match subject.identity.kind() {
            IdentityKind::User(user) => {
                self.user = user;
                self.attachers = vec![Attacher { name: subject.name.clone(), sees: false }];
                self.with = 0;
                let id = self.ask_attached(subject.caller(), context);
                self.state = State::Looking(id);
            }
            IdentityKind::Root => {
                let text =
                    "the root user may do everything; an IAM user of your own is safer for daily work".to_owned();
                context.outcome(Some(Outcome { mark: Mark::Skipped, about: "permission", text }));
                self.state = State::Satisfied;
            }
            IdentityKind::AssumedRole { .. } | IdentityKind::Federated(_) | IdentityKind::Other => {
                self.state = State::HandOff;
            }
        }
    }

    fn ask_attached(&self, caller: Caller, context: &mut Context<'_>) -> RequestId {
        context.ask(Request::AttachedPolicies { caller, user: self.user.clone() })
    }

    fn found(&mut self, attached: Vec<String>, context: &mut Context<'_>) {
        self.attached = attached;
        self.seen = true;
        if !self.another && policy::satisfying(&self.attached, context.answers.policy).is_some() {
            self.satisfied(context);
        } else if self.attachers.len() == 1 {
            // Whoever lacks the policy can seldom attach it; another profile on this computer may be an administrator's.
            self.state = State::ReadingProfiles(context.ask(Request::ReadAwsFiles));
        } else {
            self.choose(context);
        }
    }

    fn choose(&mut self, context: &Context<'_>) {
        self.rows = policy::rows(&self.attached);
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

    /// Asks once more what is attached, with a profile that can see it where there is one.
    fn check_again(&mut self, context: &mut Context<'_>) {
        (self.problem, self.remark) = (None, None);
        let seeing = self.attachers.iter().position(|attacher| attacher.sees).unwrap_or_default();
        if let Some(caller) = self.attacher_caller(seeing) {
            self.state = State::CheckingAgain(self.ask_attached(caller, context));
        }
    }

    fn satisfied(&mut self, context: &mut Context<'_>) {
        self.rows = policy::rows(&self.attached);
        if let Some(text) = self.in_words(context) {
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "permission", text: printable(&text) }));
        }
        (self.problem, self.another) = (None, false);
        self.state = State::Satisfied;
    }

    /// What this walk attached, or what was there already, if that is anything.
    fn in_words(&self, context: &Context<'_>) -> Option<String> {
        let each = self.done.iter().map(|(name, by)| format!("{name} attached to {} with profile {by}", self.user));
        if self.done.is_empty() {
            let there = policy::satisfying(&self.attached, context.answers.policy);
            there.map(|name| format!("{name} was attached to {} already", self.user))
        } else {
            Some(each.collect::<Vec<_>>().join("; "))
        }
    }

    /// Attaching is allowed and listing is not, or was not waited for: what AWS said to the attaching must do.
    fn take_as_attached(&mut self, context: &mut Context<'_>) {
        self.attached.push(self.chosen().to_owned());
        self.satisfied(context);
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
            Key::Enter if self.chosen() == "none" => return self.skip(context),
            Key::Char('s') => return self.skip(context),
            Key::Enter => {
                self.problem = None;
                self.state = State::Confirming;
            }
            Key::Char('r') => self.look(context),
            Key::Esc if self.another => self.satisfied(context),
            Key::Esc => return Flow::Back,
            _ => {}
        }
        Flow::Stay
    }

    fn attach(&mut self, context: &mut Context<'_>) {
        let policy_arn = self.policy_arn();
        if context.facts.surroundings.dry_run {
            let text = format!("{} would be attached to {}", self.chosen(), self.user);
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "permission", text: printable(&text) }));
            self.state = State::Satisfied;
        } else if let Some(caller) = self.attacher_caller(self.with) {
            let account = self.subject.as_ref().map(|subject| subject.identity.account.clone()).unwrap_or_default();
            let user = self.user.clone();
            self.state = State::Attaching(context.ask(Request::AttachPolicy { caller, user, policy_arn, account }));
        }
    }

    fn leave_undone(&mut self, context: &mut Context<'_>) {
        let (mark, text) = if self.is_user() {
            let done = self.in_words(context).map(|done| format!("{done}; ")).unwrap_or_default();
            (Mark::Look, format!("{done}{} is not attached; an administrator has to do it", self.chosen()))
        } else {
            (Mark::Skipped, "not an IAM user: an administrator decides what its role may do".to_owned())
        };
        context.outcome(Some(Outcome { mark, about: "permission", text: printable(&text) }));
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

    fn chosen(&self) -> &'static str {
        policy::OFFERED.get(self.cursor).map_or("none", |(_, name, _)| name)
    }
}
