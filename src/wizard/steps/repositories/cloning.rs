//! What is chosen or typed becomes clones, and how they ended.
//!
//! Deliberately absent: the clones one by one; `wizard::cloning` keeps those, and `record` what came of them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use std::path::PathBuf;

use super::record::Came;
use super::{Repositories, State};
use crate::gitconfig::{Helper, Wanted};
use crate::wizard::answers::repository_url;
use crate::wizard::change;
use crate::wizard::clone_url::{self, CloneUrl};
use crate::wizard::cloning::{Clones, Ended, How, Wish, size, time};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{CloneLine, Facts, Outcome};
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::ProblemKind;
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow};

impl Repositories {
    /// What a key does where the clones have ended.
    pub(super) fn results(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Key(Key::Enter) => {
                self.stop_listing(context);
                return Flow::Next;
            }
            Event::Key(Key::Char('r')) if self.clones.is_to_retry() => {
                self.state = State::Cloning;
                self.clones.retry(context);
                self.finish_if_ended(context);
            }
            Event::Key(Key::Char('f')) if !self.clones.failed().is_empty() => self.to(State::Folder),
            Event::Key(Key::Char('t')) if self.was_typed && !self.clones.failed().is_empty() => {
                self.to(State::Typing);
            }
            Event::Key(Key::Esc | Key::Char('m')) => self.to(State::Choosing),
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn take_typed(&mut self, context: &mut Context<'_>) {
        let (Some(subject), Some(region)) = (&self.subject, self.region()) else { return };
        match clone_url::read(self.typed.text(), region) {
            Ok(found) => {
                let other = found.profile.as_deref().filter(|profile| *profile != subject.name.as_str());
                let remark = other.map(|profile| self.other_profile(profile, &found));
                if self.was_typed {
                    // This is the name that was meant.
                    self.record.forget(&self.clones.failed());
                }
                let url = found.https();
                self.start(vec![(found.name, url)], context);
                (self.was_typed, self.remark) = (true, remark);
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    pub(super) fn clone_chosen(&mut self, context: &mut Context<'_>) {
        let chosen = self.list.chosen().into_iter().map(|repository| self.url_of(repository)).collect();
        self.start(chosen, context);
    }

    /// What the answers file names, listed or not.
    pub(super) fn clone_wanted(&mut self, context: &mut Context<'_>) -> Flow {
        let Some(subject) = &self.subject else { return Flow::Stay };
        let wanted = self.wanted.take().unwrap_or_default();
        if wanted.is_empty() {
            return self.go_on_without(context);
        }
        match wanted.iter().map(|text| repository_url(text, &subject.region)).collect() {
            Ok(found) => self.start(found, context),
            Err(problem) => {
                self.wanted = Some(wanted);
                self.problem = Some(problem);
            }
        }
        Flow::Stay
    }

    pub(super) fn start(&mut self, chosen: Vec<(RepositoryName, String)>, context: &mut Context<'_>) {
        if chosen.is_empty() {
            return;
        }
        (self.was_typed, self.remark) = (false, None);
        let into = PathBuf::from(self.into.text());
        if context.facts.surroundings.dry_run {
            let names: Vec<&str> = chosen.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!("{} would be cloned into {}", names.join(", "), self.into.text());
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "repositories", text: printable(&text) }));
            self.clones = Clones::default();
            self.to(State::Results);
            return;
        }
        let wish = |(name, url): (RepositoryName, String)| {
            let directory = into.join(name.as_str());
            Wish { name, url, directory }
        };
        self.clones = Clones::new(chosen.into_iter().map(wish).collect(), self.how(context));
        self.clones.start(context);
        self.to(State::Cloning);
        self.finish_if_ended(context);
    }

    /// Whether pinning is a choice here: step 4 may have decided it for every clone.
    pub(super) fn may_pin(&self, facts: &Facts) -> bool {
        facts.pin.is_none() && self.subject.is_some()
    }

    /// What to say behind the folder.
    pub(super) fn pin_note(&self) -> String {
        match &self.subject {
            Some(subject) if self.pin => {
                printable(&format!("; each clone is pinned to {}, in its own configuration", subject.name))
            }
            Some(_) | None => String::new(),
        }
    }

    fn how(&self, context: &mut Context<'_>) -> How {
        let how = How { side_by_side: context.answers.jobs.unwrap_or(0), ..How::of(context.facts) };
        context.facts.chosen.pin = self.pin;
        let pin = how.pin.clone().or_else(|| Self::pinned(context).filter(|_| self.pin));
        How { pin, ..how }
    }

    /// The helper that a clone is pinned to, where it is to have one of its own: the AWS CLI's where there is one.
    fn pinned(context: &Context<'_>) -> Option<Wanted> {
        let profile = context.facts.profile.as_ref()?;
        let aws = context.facts.tools.as_ref().is_some_and(|tools| tools.aws.is_some());
        let own = context.facts.surroundings.own_program.clone();
        let helper = if aws { Helper::AwsCli { program: "aws".to_owned() } } else { Helper::BuiltIn { program: own } };
        Some(Wanted::for_clones(helper, profile.name.clone(), profile.region.clone()))
    }

    pub(super) fn finish_if_ended(&mut self, context: &mut Context<'_>) {
        if self.state == State::Cloning && self.clones.ended() {
            self.finish(context);
        }
    }

    /// What to say of a profile that stands in a URL and is not the chosen one.
    fn other_profile(&self, profile: &str, found: &CloneUrl) -> String {
        let chosen = self.subject.as_ref().map_or("", |subject| subject.name.as_str());
        let text = format!(
            "The URL names the profile {profile}; {} was cloned with {chosen}, the one chosen in step 2.",
            found.name
        );
        printable(&text)
    }

    pub(super) fn finish(&mut self, context: &mut Context<'_>) {
        self.state = State::Results;
        let done: Vec<&str> = self.clones.done().into_iter().map(|(name, _)| name.as_str()).collect();
        self.list.unmark(&done);
        let home = context.facts.surroundings.home.clone();
        for (name, cloned) in self.clones.done() {
            let folder = change::tilde(&cloned.directory, &home);
            if !context.facts.clones.contains(&folder) {
                context.facts.clones.push(folder);
            }
            let came = if cloned.was_there { Came::There } else { Came::Cloned(self.into.text().to_owned()) };
            self.record.note(name.as_str(), came);
        }
        for name in self.clones.failed() {
            self.record.note(name, Came::Failed);
        }
        self.note_lines(context);
        if self.was_typed && self.clones.failed().is_empty() {
            self.typed.set("");
        }
        let outcome = self.outcome().map(|outcome| match self.clones.proof() {
            Some(Err(_)) => {
                let text = format!("{}; Git as it is configured could not log in", outcome.text);
                Outcome { mark: Mark::Look, text, ..outcome }
            }
            Some(Ok(_)) | None => outcome,
        });
        context.outcome(outcome);
    }

    /// A line for each, for the printed summary; what came of one last counts.
    fn note_lines(&self, context: &mut Context<'_>) {
        for (wish, ended) in self.clones.all() {
            let place = printable(&wish.directory.to_string_lossy());
            let line = |word, bytes, milliseconds, place: String| CloneLine {
                name: wish.name.to_string(),
                word,
                size: size(bytes),
                time: time(milliseconds),
                place,
            };
            let line = match ended {
                Some(Ended::Cloned(cloned)) => {
                    let word = if cloned.was_there { "there" } else { "cloned" };
                    line(word, cloned.bytes, cloned.milliseconds, place)
                }
                Some(Ended::Failed(problem)) if problem.kind == ProblemKind::Conflict => {
                    line("skipped", 0, 0, printable(&format!("{} {}", problem.what, problem.why)).trim().to_owned())
                }
                Some(Ended::Failed(problem)) => line("failed", 0, 0, printable(&problem.what)),
                None => continue,
            };
            let lines = &mut context.facts.cloned;
            let known = lines
                .iter()
                .position(|known| known.name == line.name && (known.place == line.place || known.word != "cloned"));
            match known {
                // What this walk has cloned stays cloned when it is found there.
                Some(at) if lines[at].word == "cloned" && line.word == "there" => {}
                Some(at) => lines[at] = line,
                None => lines.push(line),
            }
        }
    }
}
