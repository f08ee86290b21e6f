//! Asking git, and what its answers come to.
//!
//! Deliberately absent: what each answer says; see `proof`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key that the screen does not offer does nothing; a law watches over those offered"
)]

use super::choices::{Pick, Reach};
use super::proof::{Proof, Question};
use super::{GitConfiguration, State};
use crate::wizard::effect::{GitPlace, Hears, Request, SearchPath};
use crate::wizard::event::Key;
use crate::wizard::facts::{Outcome, Profile};
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow};

impl GitConfiguration {
    /// Asks git side by side all that proves it.
    pub(super) fn ask_git(&mut self, context: &mut Context<'_>) {
        let (Some(profile), Some(plan)) = (&self.subject, &self.plan) else { return };
        self.problem = None;
        let (url, exists) = self.url(profile);
        let settings = if self.choices.reach == Reach::EachClone { plan.wanted.pins(&url) } else { Vec::new() };
        // What holds everywhere is proven where no repository has a say.
        let hears = if self.choices.reach == Reach::Here { Hears::Repository } else { Hears::GlobalOnly };
        let place = GitPlace { folder: self.folder.clone(), settings, hears };
        let fill = |path| Request::FillCredential { url: url.clone(), path, place: place.clone() };
        self.proof = Proof {
            fill: Question::Open(context.ask(fill(SearchPath::Own))),
            desktop: Question::Open(context.ask(fill(SearchPath::Desktop))),
            remote: Question::No,
            repository: url.rsplit('/').next().unwrap_or_default().to_owned(),
        };
        if exists {
            self.proof.remote = Question::Open(context.ask(Request::ListRemote { url, place }));
        }
        self.state = State::Asking;
    }

    pub(super) fn answered(&mut self, context: &mut Context<'_>) {
        self.state = State::Answered;
        self.problem = self.proof.problem().cloned();
        let Some(plan) = self.plan.as_ref().filter(|_| self.proof.holds()) else { return };
        let file = plan.target_shown(&context.facts.surroundings.home);
        let text = match (self.choices.reach, &self.choices.repository) {
            (Reach::EachClone, _) => "each new clone is told by itself".to_owned(),
            _ if !self.wrote => format!("{file} was right already"),
            (Reach::CodeCommit | Reach::Here, _) | (Reach::OneRepository, None) => {
                format!("{file}, CodeCommit hosts only")
            }
            (Reach::EveryHost, _) => format!("{file}, every HTTPS host"),
            (Reach::OneRepository, Some(name)) => format!("{file}, the repository {name} only"),
        };
        let (mark, end) = match self.proof.unread() {
            None => (Mark::Ok, "proven with git".to_owned()),
            Some(_) => (Mark::Look, format!("git logs in, but could not read {}", self.proof.repository)),
        };
        let (mark, end) = if self.is_overridden_here() {
            (
                Mark::Look,
                "git logs in, but not in the repository that you are in: it has settings of its own".to_owned(),
            )
        } else {
            (mark, end)
        };
        context.outcome(Some(Outcome { mark, about: "git", text: format!("{text}; {end}") }));
    }

    /// Whether the repository stood in has settings that keep git from the helper: it is proven outside of any, where they are
    /// not heard.
    pub(super) fn is_overridden_here(&self) -> bool {
        let global = !matches!(self.choices.reach, Reach::Here | Reach::EachClone);
        global && self.sources.repository.is_some() && self.plan.as_ref().is_some_and(|plan| !plan.answers())
    }

    pub(super) fn at_answer(&mut self, key: Key, context: &mut Context<'_>) -> Flow {
        let proven = self.proof.holds() || context.facts.surroundings.dry_run;
        match key {
            Key::Enter if proven => return Flow::Next,
            Key::Enter => self.ask_git(context),
            Key::Char('r') if !context.facts.surroundings.dry_run => self.ask_git(context),
            Key::Char('s') if !proven => {
                let text = "git could not log in to CodeCommit when it was asked".to_owned();
                context.outcome(Some(Outcome { mark: Mark::Look, about: "git", text }));
                return Flow::Next;
            }
            Key::Char('p') if self.proof.fails_on_the_desktop() => {
                self.choices.take(Pick::ByPath(true));
                self.read(context);
            }
            Key::Esc | Key::Char('o') => self.read(context),
            _ => {}
        }
        Flow::Stay
    }

    /// The URL that git is asked about, and whether there is such a repository; the helper signs any name.
    pub(super) fn url(&self, profile: &Profile) -> (String, bool) {
        let known = match (self.choices.reach, &self.choices.repository) {
            (Reach::OneRepository, Some(name)) => Some(profile.region.clone_url(name)),
            (Reach::CodeCommit | Reach::EveryHost | Reach::Here | Reach::EachClone | Reach::OneRepository, _) => {
                let of_region =
                    |url: &String| url.starts_with(&format!("https://{}/v1/repos/", profile.region.git_host()));
                self.sources.remotes().into_iter().find(of_region).or_else(|| self.named.clone().filter(of_region))
            }
        };
        match known {
            Some(url) => (url, true),
            None => (format!("https://{}/v1/repos/MyDemoRepo", profile.region.git_host()), false),
        }
    }
}
