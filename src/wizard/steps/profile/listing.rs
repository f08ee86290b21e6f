//! Reading what is there, and where the cursor starts: on what was decided beforehand, else on the profile that git asks for now.
//!
//! Deliberately absent: what each row looks like (`candidate`).

use std::collections::HashMap;

use super::candidate::{self, Files};
use super::{Entry, ProfileStep, State};
use crate::gitconfig::{self, Fate};
use crate::profiles::{self, Keys, Profile};
use crate::wizard::effect::{AccessKey, GitPlace, Reply, Request, RequestId};
use crate::wizard::names::{ProfileName, Region};
use crate::wizard::problem::Problem;
use crate::wizard::screen::Row;
use crate::wizard::step::Context;

/// What is read side by side, as far as it is not there yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    files: Option<RequestId>,
    git: Option<RequestId>,
}

impl Reading {
    pub(super) fn open(self) -> impl Iterator<Item = RequestId> {
        self.files.into_iter().chain(self.git)
    }
}

impl ProfileStep {
    pub(super) fn read(&mut self, context: &mut Context<'_>) {
        let files = Some(context.ask(Request::ReadAwsFiles));
        let git = Some(context.ask(Request::ReadGitConfig(GitPlace::default())));
        self.to(State::Reading(Reading { files, git }));
    }

    /// Takes in one of the answers, and lists the profiles when all are there.
    pub(super) fn has_read(
        &mut self,
        mut reading: Reading,
        id: RequestId,
        reply: Result<Reply, Problem>,
        context: &mut Context<'_>,
    ) {
        if reading.git == Some(id) {
            reading.git = None;
            // A configuration that git cannot read is told of where it is written; here it only puts the cursor.
            self.of_git = match reply {
                Ok(Reply::GitConfig(sources)) => sources.entries().unwrap_or_default(),
                Ok(_) | Err(_) => Vec::new(),
            };
        } else if reading.files == Some(id) {
            match reply {
                Ok(Reply::AwsFiles { config, credentials }) => self.files = Files { config, credentials },
                Ok(_) => return,
                Err(problem) => {
                    reading.git.into_iter().for_each(|id| context.cancel(id));
                    self.state = State::Unreadable;
                    self.problem = Some(problem);
                    return;
                }
            }
            reading.files = None;
        }
        self.state = State::Reading(reading);
        if reading.open().next().is_none() {
            self.list(context);
            self.open_repair(context);
        }
    }

    /// Where a profile is to be mended, AWS is asked about it at once: what is missing comes of that, a sign-in or a region.
    fn open_repair(&mut self, context: &mut Context<'_>) {
        let Some(verdict) = context.facts.mission.repairs() else { return };
        let asks = !matches!(verdict, "profile-missing" | "other-account" | "other-profile" | "region-unknown");
        if asks && self.candidate.is_none() && matches!(self.state, State::Choosing) {
            self.choose_profile(context);
        }
    }

    fn list(&mut self, context: &Context<'_>) {
        let kept = self.kept();
        let read = profiles::read(self.files.config.content(), self.files.credentials.content());
        self.profiles = match read {
            Ok(found) => found,
            Err(broken) => {
                self.state = State::Unreadable;
                self.problem = Some(self.files.broken(&broken, &context.facts.surroundings.home));
                return;
            }
        };
        self.list.set(self.rows(context));
        self.suggest(context);
        let answers = context.answers;
        let decided = answers.profile.as_ref();
        self.git_uses = self.place_in_git(context);
        let at = |name: &ProfileName| self.place(name.as_str());
        let kept = kept.as_ref().and_then(at);
        let unknown = decided.filter(|name| kept.is_none() && at(name).is_none());
        let decided = decided.map(|name| at(name).map_or(Entry::NewKey, Entry::Profile));
        let of_git = self.place_never_asked(context).or(self.git_uses).map(Entry::Profile);
        let alone = self.profiles.is_empty();
        let first = if alone { Entry::Environment } else { Entry::Profile(0) };
        self.list.select(kept.map(Entry::Profile).or(decided).or(of_git).unwrap_or(first));
        // Where there is nothing to choose from, the form is what is wanted.
        let form = alone && !has_environment_key(context);
        self.state = if form { State::Filling } else { State::Choosing };
        if let Some(key) = &answers.key {
            self.start_from_key(key, answers.replace);
        } else if let (Some(name), State::Choosing) = (unknown, &self.state) {
            self.problem = Some(candidate::no_such_profile(name, answers.unattended));
        }
    }

    /// What a key of the answers file comes to, where its profile is there already.
    fn start_from_key(&mut self, key: &AccessKey, replace: bool) {
        self.state = State::Filling;
        let Some(place) = self.place(self.form.name()) else { return };
        let Some(keys) = self.profiles.get(place).and_then(|profile| profile.keys.as_ref()) else { return };
        if is_same(keys, key) {
            self.list.select(Entry::Profile(place));
            self.state = State::Choosing;
        } else if keys.access_key_id != key.id && !replace {
            self.problem = Some(candidate::holds_another_key(self.form.name(), &keys.access_key_id));
            self.state = State::Choosing;
        }
    }

    /// The profiles, and the ways to have one more.
    fn rows(&self, context: &Context<'_>) -> Vec<(Entry, Row)> {
        let row = |text: &str| Row { cells: vec![text.to_owned()], ..Row::default() };
        let profiles = self.profiles.iter().enumerate();
        let mut rows: Vec<(Entry, Row)> =
            profiles.map(|(place, profile)| (Entry::Profile(place), candidate::row(profile, &self.profiles))).collect();
        if has_environment_key(context) {
            let kind = if is_set(context, "AWS_SESSION_TOKEN") { "temporary key" } else { "access key" };
            let cells = vec!["+ keys of this terminal's environment".to_owned(), kind.to_owned()];
            rows.push((Entry::Environment, Row { cells, ..Row::default() }));
        }
        rows.push((Entry::NewKey, row("+ make a profile from an access key")));
        rows.push((Entry::NewSso, row("+ make a profile with SSO sign-in")));
        rows
    }

    fn suggest(&mut self, context: &Context<'_>) {
        let variable = |name: &str| {
            let set = context.facts.surroundings.aws_variables.iter().find(|(variable, _)| variable == name);
            set.and_then(|(_, value)| value.clone())
        };
        let region = self.profiles.first().and_then(|profile| profile.region.clone());
        let region = region.or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
        let name = if self.profiles.is_empty() { "default" } else { "CodeCommitProfile" };
        self.form.suggest(name, region.as_deref().unwrap_or("us-east-2"));
    }

    /// The profile that was written, or that the cursor stood on, before the files are read again.
    fn kept(&self) -> Option<ProfileName> {
        if let Some(made) = &self.made {
            return Some(made.clone());
        }
        let written = self.candidate.as_ref().filter(|candidate| candidate.writes());
        let written = written.map(|candidate| candidate.name.clone());
        written.or_else(|| self.chosen().map(|profile| profile.name.clone()))
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.profiles.iter().position(|profile| profile.name.as_str() == name)
    }

    /// Where git asks a helper for another profile than the one set up after it: the profile of that one, which is likely meant.
    fn place_never_asked(&self, context: &Context<'_>) -> Option<usize> {
        if context.facts.mission.repairs() != Some("other-profile") {
            return None;
        }
        let region = context.facts.profile.as_ref().map(|profile| profile.region.clone());
        let region = context.answers.region.clone().or(region)?;
        let chain = gitconfig::chain(&self.of_git, &format!("https://{}/v1/repos/-", region.git_host()));
        let live = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
        let named: Vec<String> = live.filter_map(|link| gitconfig::profile_of(&link.helper)).collect();
        let meant = named.iter().rfind(|name| Some(*name) != named.first())?;
        self.place(meant)
    }

    /// The first profile that git would ask for in the profile's own region, or in the one that was decided.
    fn place_in_git(&self, context: &Context<'_>) -> Option<usize> {
        let region = |profile: &Profile| {
            let own = || profile.region.as_deref().and_then(|region| Region::parse(region).ok());
            context.answers.region.clone().or_else(own)
        };
        let asked = |region: &Region| {
            let chain = gitconfig::chain(&self.of_git, &format!("https://{}/v1/repos/-", region.git_host()));
            chain.first().and_then(|link| gitconfig::profile_of(&link.helper))
        };
        // Hundreds of profiles share a few regions.
        let mut by_region: HashMap<Region, Option<String>> = HashMap::new();
        self.profiles.iter().position(|profile| {
            let Some(region) = region(profile) else { return false };
            let named = by_region.entry(region).or_insert_with_key(asked);
            named.as_deref() == Some(profile.name.as_str())
        })
    }
}

fn is_set(context: &Context<'_>, variable: &str) -> bool {
    context.facts.surroundings.aws_variables.iter().any(|(name, _)| name == variable)
}

/// Whether programs of AWS would find a key in the environment.
fn has_environment_key(context: &Context<'_>) -> bool {
    is_set(context, "AWS_ACCESS_KEY_ID")
}

fn is_same(keys: &Keys, key: &AccessKey) -> bool {
    keys.access_key_id == key.id && keys.secret == key.secret && keys.session_token == key.session_token
}
