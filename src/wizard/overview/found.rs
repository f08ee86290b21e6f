//! How git logs in to CodeCommit now, and what became of the clones: told from the files alone.
//!
//! Deliberately absent: asking anybody whether it works (`doctor`).

use std::path::{Path, PathBuf};

use crate::gitconfig::{self, Entry, Families, Fate, Helper, Link, OfClone, Scope, Wanted};
use crate::profiles::{self, Kind};
use crate::wizard::answers::Answers;
use crate::wizard::clone_url;
use crate::wizard::effect::{Caller, Credentials, FileText, KnownClone};
use crate::wizard::facts::Facts;
use crate::wizard::names::{ProfileName, Region};
use crate::wizard::regions;
use crate::wizard::versions::{GIT_RESET, GIT_WILDCARDS};

/// How git logs in.
pub(super) struct Used {
    /// The profile.
    pub(super) profile: String,
    /// Its region, else the one that git was asked about.
    pub(super) region: Option<Region>,
    /// Whether it holds an access key.
    pub(super) access_key: bool,
    /// Whether the built-in helper can serve it.
    pub(super) built_in: bool,
    /// Whether git's own configuration names it; else clones do.
    pub(super) of_git: bool,
    /// The helper that git asks first.
    pub(super) link: Option<Link>,
}

impl Used {
    /// Who asks AWS as this profile.
    pub(super) fn caller(&self) -> Option<Caller> {
        let name = ProfileName::parse(&self.profile).ok()?;
        Some(Caller { credentials: Credentials::Profile(name), region: self.region.clone()? })
    }
}

/// A clone that this program made.
pub(super) struct Clone {
    pub(super) folder: PathBuf,
    pub(super) config: FileText,
    /// What it says of itself; `None` when it is not there, or cannot be read.
    pub(super) says: Option<OfClone>,
    /// The repository and its region; empty where the remote is none of CodeCommit's.
    pub(super) from: String,
}

impl Clone {
    pub(super) fn is_there(&self) -> bool {
        self.config.bytes.is_some()
    }

    /// The profile that its own helper names.
    pub(super) fn profile(&self) -> Option<&str> {
        self.says.as_ref()?.profile.as_deref()
    }
}

/// Looks at the clones as they are now.
pub(super) fn clones(known: &[KnownClone]) -> Vec<Clone> {
    let clone = |clone: &KnownClone| {
        let says = clone.config.bytes.as_deref().and_then(|bytes| gitconfig::of_clone(bytes).ok());
        let remote = says.as_ref().and_then(|says| says.remote.clone()).unwrap_or_else(|| clone.url.clone());
        let from = of_codecommit(&remote).map(|(name, region)| format!("{name}, {region}")).unwrap_or_default();
        Clone { folder: clone.folder.clone(), config: clone.config.clone(), says, from }
    };
    known.iter().map(clone).collect()
}

/// The repository and the region of a clone URL.
pub(super) fn of_codecommit(url: &str) -> Option<(String, String)> {
    let found = clone_url::read(url, &Region::parse("us-east-2").ok()?).ok()?;
    Some((found.name.to_string(), found.region.to_string()))
}

/// Finds how git logs in: by the helper that it would ask first in a profile's own region, else in any, else by the first clone that has
/// a helper of its own.
pub(super) fn used(
    entries: &[Entry],
    profiles: &[profiles::Profile],
    clones: &[Clone],
    answers: &Answers,
) -> Option<Used> {
    let of_profile = |profile: &profiles::Profile| Region::parse(profile.region.as_deref()?).ok();
    let own = |name: &str| profiles.iter().find(|profile| profile.name.as_str() == name);
    let mut candidates: Vec<Region> = answers.region.iter().cloned().collect();
    for region in profiles.iter().filter_map(of_profile).chain(clones.iter().filter_map(region_of)) {
        if !candidates.contains(&region) {
            candidates.push(region);
        }
    }
    let first = |region: &Region| {
        let chain = gitconfig::chain(entries, &format!("https://{}/v1/repos/-", region.git_host()));
        // A store of passwords may be asked before it.
        let mut live = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
        live.find(|link| gitconfig::is_codecommit_helper(&link.helper)).cloned()
    };
    let named = |link: &Link| gitconfig::profile_of(&link.helper).unwrap_or_else(|| "default".to_owned());
    let mut asked: Vec<(Region, Link)> =
        candidates.iter().filter_map(|region| Some((region.clone(), first(region)?))).collect();
    if asked.is_empty() {
        let others = regions::known().filter_map(|(code, _)| Region::parse(code).ok());
        asked.extend(others.filter_map(|region| Some((region.clone(), first(&region)?))).take(1));
    }
    let in_its_own = |(region, link): &&(Region, Link)| own(&named(link)).and_then(of_profile).as_ref() == Some(region);
    let of_git = asked.iter().find(in_its_own).or_else(|| asked.first());
    let (name, region, link) = if let Some((region, link)) = of_git {
        (named(link), Some(region.clone()), Some(link.clone()))
    } else {
        let pinned = clones.iter().find(|clone| clone.profile().is_some());
        let name = pinned.and_then(Clone::profile).map(str::to_owned);
        (name.or_else(|| answers.profile.as_ref().map(ToString::to_string))?, pinned.and_then(region_of), None)
    };
    let profile = own(&name);
    Some(Used {
        region: answers.region.clone().or_else(|| profile.and_then(of_profile)).or(region),
        access_key: profile.is_some_and(|profile| matches!(profile.kind, Kind::AccessKey | Kind::TemporaryKey)),
        built_in: profile.is_none_or(|profile| !profile.needs_code(profiles)),
        of_git: link.is_some(),
        profile: name,
        link,
    })
}

/// The helper that clones have of their own, for one more clone of the same profile.
pub(super) fn pin(used: &Used, clones: &[Clone], facts: &Facts) -> Option<Wanted> {
    let git = facts.tools.as_ref().and_then(|tools| tools.git.as_ref());
    let own = clones.iter().filter(|clone| clone.profile() == Some(used.profile.as_str()));
    let value = own.filter_map(|clone| clone.says.as_ref()?.helper.clone()).next_back()?;
    let program = gitconfig::helper_program(&value)?;
    let of_aws = value.contains("codecommit credential-helper");
    Some(Wanted {
        helper: if of_aws { Helper::AwsCli { program } } else { Helper::BuiltIn { program } },
        scope: Scope::CodeCommit,
        families: Families::default(),
        profile: ProfileName::parse(&used.profile).ok()?,
        region: used.region.clone()?,
        wildcards: git.is_none_or(|git| *git >= GIT_WILDCARDS),
        resets: git.is_none_or(|git| *git >= GIT_RESET),
    })
}

fn region_of(clone: &Clone) -> Option<Region> {
    let remote = clone.says.as_ref()?.remote.as_deref()?;
    Region::parse(&of_codecommit(remote)?.1).ok()
}

/// The file of a helper, where it stands in one.
pub(super) fn file_of(link: &Link) -> Option<&Path> {
    link.origin.strip_prefix("file:").map(Path::new)
}
