//! Reading what is there, and where the cursor starts: on what was decided beforehand, else on the profile that git asks for now.
//!
//! Deliberately absent: what each row looks like (`candidate`).

use super::candidate::{self, Files};
use super::{ProfileStep, State};
use crate::gitconfig;
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
        self.rows = self.profiles.iter().map(candidate::row).collect();
        self.rows.push(Row { cells: vec!["+ make a profile from an access key".to_owned()], ..Row::default() });
        self.suggest(context);
        let answers = context.answers;
        let decided = answers.profile.as_ref();
        self.git_uses = self.place_in_git(context);
        let at = |name: &ProfileName| self.place(name.as_str());
        let kept = kept.as_ref().and_then(at);
        let unknown = decided.filter(|name| kept.is_none() && at(name).is_none());
        let decided = decided.map(|name| at(name).unwrap_or(self.profiles.len()));
        self.cursor = kept.or(decided).or(self.git_uses).unwrap_or_default();
        self.state = if self.profiles.is_empty() { State::Filling } else { State::Choosing };
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
            self.cursor = place;
            self.state = State::Choosing;
        } else if keys.access_key_id != key.id && !replace {
            self.problem = Some(candidate::holds_another_key(self.form.name(), &keys.access_key_id));
            self.state = State::Choosing;
        }
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
        let written = self.candidate.as_ref().filter(|candidate| !candidate.changes.is_empty());
        let written = written.map(|candidate| candidate.name.clone());
        written.or_else(|| self.profiles.get(self.cursor).map(|profile| profile.name.clone()))
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.profiles.iter().position(|profile| profile.name.as_str() == name)
    }

    /// The first profile that git would ask for in the profile's own region, or in the one that was decided.
    fn place_in_git(&self, context: &Context<'_>) -> Option<usize> {
        let region = |profile: &Profile| {
            let own = || profile.region.as_deref().and_then(|region| Region::parse(region).ok());
            context.answers.region.clone().or_else(own)
        };
        self.profiles.iter().position(|profile| {
            let url = region(profile).map(|region| format!("https://{}/v1/repos/-", region.git_host()));
            let chain = url.map(|url| gitconfig::chain(&self.of_git, &url));
            let helper = chain.as_ref().and_then(|chain| chain.first());
            let named = helper.and_then(|link| gitconfig::profile_of(&link.helper));
            named.is_some_and(|named| named == profile.name.as_str())
        })
    }
}

fn is_same(keys: &Keys, key: &AccessKey) -> bool {
    keys.access_key_id == key.id && keys.secret == key.secret && keys.session_token == key.session_token
}
