//! What is looked at: a profile, a region, a host and a repository; what nobody says is taken from the remote of the repository
//! that the program stands in, then from git's configuration, then from the environment.
//!
//! Deliberately absent: asking anything over the network.

use std::path::PathBuf;

use super::Config;
use super::files::AwsFiles;
use crate::checkup::{Address, Examination, Names, Protocol};
use crate::gitconfig::{Chain, Entry, Present, chain, is_of_repository, present, profile_of, shell_quoted};
use crate::ports::{Computer, Wondered};
use crate::profiles::{self, Kind};
use crate::wizard::effect::{AccessKey, Caller, Credentials};
use crate::wizard::facts::{Identity, Profile};
use crate::wizard::names::{ProfileName, Region, RepositoryName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::secrecy::{refuse_secret, shown};
use crate::wizard::secret::Secret;

/// The region of last resort: it has STS and CodeCommit.
const SOMEWHERE: &str = "us-east-1";
/// How many other profiles are asked for a repository that this one does not see.
const MOST_OTHERS: usize = 20;
/// A repository that need not be there.
const ANY: &str = "any";

/// What is looked at.
#[derive(Debug)]
pub(super) struct Subject {
    /// The profile that counts; `None` for the keys of the environment alone.
    pub(super) profile: Option<ProfileName>,
    /// Where the name of the profile comes from.
    pub(super) profile_from: From,
    /// What kind of profile it is, where there is one.
    pub(super) kind: Option<Kind>,
    /// Who asks AWS; `None` where nobody can.
    pub(super) caller: Option<Caller>,
    /// The key of the environment.
    pub(super) environment_key: Option<AccessKey>,
    /// The region.
    pub(super) region: Region,
    /// Whether somebody named the region.
    pub(super) region_is_known: bool,
    /// The host of git.
    pub(super) host: String,
    /// The URL that git is tried with.
    pub(super) url: String,
    /// The repository, where one is meant.
    pub(super) repository: Option<RepositoryName>,
    /// The address that was given or stands in the remote.
    pub(super) address: Option<Address>,
    /// The name of the remote that it stands in, where the program stands in that repository.
    pub(super) remote: Option<String>,
    /// Every remote of that repository that leads to CodeCommit, by name.
    pub(super) remotes: Vec<(String, Address)>,
    /// Other profiles, which may see what this one does not.
    pub(super) others: Vec<ProfileName>,
    /// The helper for CodeCommit that git comes to.
    pub(super) present: Option<Present>,
    /// Whether git reads its configuration.
    pub(super) has_git: bool,
}

/// Where the name of a profile comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Asked,
    Helper,
    Variable,
    Environment,
    Default,
}

/// Refuses what cannot be a name.
pub(super) fn validated(of: &Examination) -> Result<(), Problem> {
    for text in [&of.profile, &of.repository].into_iter().flatten() {
        refuse_secret(text)?;
    }
    of.profile.as_deref().map(ProfileName::parse).transpose()?;
    of.region.as_deref().map(Region::parse).transpose()?;
    if let Some(text) = of.repository.as_deref().filter(|text| Address::parse(text).is_none()) {
        RepositoryName::parse(text)?;
    }
    Ok(())
}

impl Subject {
    pub(super) fn find(
        of: &Examination,
        files: &AwsFiles,
        standing: Config<'_>,
        config: Config<'_>,
        computer: &Computer,
        key: Option<AccessKey>,
    ) -> Result<Self, Problem> {
        let variable = |name: &str| {
            let set = computer.variables.iter().find(|variable| variable.name == name && !variable.empty);
            set.and_then(|variable| variable.value.clone())
        };
        let remotes = remotes(&self::entries(standing));
        let entries = self::entries(config);
        let given = of.repository.as_deref().and_then(Address::parse);
        let first = remotes.first().filter(|_| of.repository.is_none());
        let remote = first.map(|(name, _)| name.clone());
        let address = given.or_else(|| first.map(|(_, address)| address.clone()));
        let named = of.repository.as_deref().and_then(|text| RepositoryName::parse(text).ok());
        let repository = named.or_else(|| address.as_ref().and_then(|address| address.repository.clone()));
        let own = of.region.as_deref().and_then(|code| Region::parse(code).ok());
        let of_address = address.as_ref().and_then(|address| address.region.clone());
        let region = own.clone().or(of_address).or_else(|| remotes.first()?.1.region.clone());
        // The helper first, as it decides on the profile, and that on the region.
        let in_environment = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let in_environment = in_environment.and_then(|code| Region::parse(&code).ok());
        let guess = match region.clone().or_else(|| in_environment.clone()) {
            Some(region) => region,
            None => Region::parse(SOMEWHERE)?,
        };
        let host = |region: &Region| {
            let of_address = address.as_ref().filter(|_| own.is_none()).and_then(|address| address.host.clone());
            of_address.filter(|_| is_https(address.as_ref())).unwrap_or_else(|| region.git_host())
        };
        let url = |region: &Region| {
            let name = repository.as_ref().map_or(ANY, RepositoryName::as_str);
            format!("https://{}/v1/repos/{name}", host(region))
        };
        let present = present(&entries, &url(&guess));
        let grc = address.as_ref().and_then(|address| address.profile.clone());
        // A helper that is for other hosts tells at least whose it is.
        let elsewhere =
            || entries.iter().rev().find_map(|entry| profile_of(&entry.text())).filter(|_| present.is_none());
        let (profile, profile_from) = if let Some(name) = &of.profile {
            (Some(name.clone()), From::Asked)
        } else if let Some(name) =
            present.as_ref().and_then(|present| present.profile.clone()).or(grc).or_else(elsewhere)
        {
            (Some(name), From::Helper)
        } else if let (Some(_), None) = (&key, variable("AWS_PROFILE").filter(|name| files.has(name))) {
            // Git's helper takes them before any profile.
            let default = files.profile("default").filter(|profile| profile.keys.is_some());
            (default.map(|_| "default".to_owned()), From::Environment)
        } else if let Some(name) = variable("AWS_PROFILE").or_else(|| variable("AWS_DEFAULT_PROFILE")) {
            (Some(name), From::Variable)
        } else {
            (Some("default".to_owned()), From::Default)
        };
        let profile = profile.and_then(|name| ProfileName::parse(&name).ok());
        let of_profile = profile.as_ref().and_then(|name| files.profile(name.as_str())?.region.clone());
        let region = region.or_else(|| of_profile.and_then(|code| Region::parse(&code).ok())).or(in_environment);
        let region_is_known = region.is_some();
        let region = region.unwrap_or(guess);
        let credentials = match (&profile, &key) {
            (Some(name), _) => Some(Credentials::Profile(name.clone())),
            (None, Some(key)) => Some(Credentials::Keys(key.clone())),
            (None, None) => None,
        };
        Ok(Self {
            caller: credentials.map(|credentials| Caller { credentials, region: region.clone() }),
            kind: profile.as_ref().and_then(|name| Some(files.profile(name.as_str())?.kind.clone())),
            others: others(files.all(), profile.as_ref()),
            profile,
            profile_from,
            environment_key: key,
            host: host(&region),
            url: url(&region),
            region,
            region_is_known,
            repository,
            address,
            remote,
            remotes,
            present,
            has_git: config.is_some(),
        })
    }

    /// The names for the words of a verdict.
    pub(super) fn names(&self) -> Names {
        Names {
            profile: self.shown_profile(),
            region: Some(self.region.to_string()),
            host: Some(printable(&self.host)),
            repository: self.repository.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn shown_profile(&self) -> Option<String> {
        self.profile.as_ref().map(|name| shown(name.as_str()))
    }

    /// Whether the repository is reached by HTTPS, so that git asks its helpers.
    pub(super) fn is_https(&self) -> bool {
        is_https(self.address.as_ref())
    }

    /// How somebody comes to use another URL.
    pub(super) fn use_of(&self, url: &str) -> String {
        match &self.remote {
            Some(name) => format!("git remote set-url {} {url}", shell_quoted(name)),
            None => format!("git clone {url}"),
        }
    }

    /// The URL of a repository at the same host.
    pub(super) fn url_of(&self, name: &RepositoryName) -> String {
        format!("https://{}/v1/repos/{name}", self.host)
    }

    /// The helpers that git would call.
    pub(super) fn chain(&self, config: Config<'_>) -> Chain {
        chain(&entries(config), &self.url)
    }

    /// Somebody who can only be refused, to find out whether AWS answers.
    pub(super) fn nobody(&self) -> Caller {
        let keys =
            AccessKey { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), secret: Secret::new("nobody"), session_token: None };
        Caller { credentials: Credentials::Keys(keys), region: self.region.clone() }
    }

    /// The profile as AWS is asked about it.
    pub(super) fn profile_of(&self, identity: &Identity) -> Option<Profile> {
        let caller = self.caller.clone()?;
        let name = self.profile.clone().or_else(|| ProfileName::parse("environment").ok())?;
        Some(Profile {
            name,
            region: self.region.clone(),
            credentials: caller.credentials,
            access_key: !identity.access_key_id.starts_with("ASIA"),
            built_in: true,
            identity: identity.clone(),
        })
    }

    /// What is to be looked at on this computer.
    pub(super) fn wondered(&self, config: Config<'_>) -> Wondered {
        let helpers = self.chain(config).links.into_iter().map(|link| link.helper).collect();
        let files = entries(config).into_iter().filter(|entry| entry.key.ends_with(b".sslcainfo"));
        let files =
            files.map(|entry| PathBuf::from(entry.text().into_owned())).filter(|path| !path.as_os_str().is_empty());
        let named = ["AWS_CA_BUNDLE", "GIT_SSL_CAINFO", "SSL_CERT_FILE"];
        Wondered {
            helpers,
            hosts: vec![self.host.clone()],
            files: files.collect(),
            variables: named.map(str::to_owned).to_vec(),
        }
    }
}

/// The entries of git's configuration.
pub(super) fn entries(config: Config<'_>) -> Vec<Entry> {
    config.and_then(|sources| sources.entries().ok()).unwrap_or_default()
}

/// The remotes that lead to CodeCommit, `origin` first.
pub(super) fn remotes(entries: &[Entry]) -> Vec<(String, Address)> {
    let own = entries.iter().filter(|entry| is_of_repository(entry));
    let urls = own.filter_map(|entry| {
        let name = entry.key.strip_prefix(b"remote.")?.strip_suffix(b".url")?;
        Some((String::from_utf8_lossy(name).into_owned(), Address::parse(&entry.text())?))
    });
    let mut found: Vec<_> = urls.collect();
    found.sort_by_key(|(name, _)| name != "origin");
    found
}

/// The profiles besides this one whose credentials come without a person or a program.
fn others(profiles: &[profiles::Profile], own: Option<&ProfileName>) -> Vec<ProfileName> {
    let silent = |profile: &&profiles::Profile| match profile.kind {
        Kind::AccessKey | Kind::TemporaryKey | Kind::Sso | Kind::Role { mfa: false, .. } => true,
        Kind::Login
        | Kind::Role { .. }
        | Kind::Process
        | Kind::WebIdentity
        | Kind::InstanceRole
        | Kind::HalfAKey
        | Kind::Nothing => false,
    };
    let mut others: Vec<_> = profiles.iter().filter(silent).filter(|profile| Some(&profile.name) != own).collect();
    // Keys that stand in the files answer at once.
    others.sort_by_key(|profile| profile.keys.is_none());
    others.into_iter().take(MOST_OTHERS).map(|profile| profile.name.clone()).collect()
}

/// The profile of a name among those that the files hold.
pub(super) fn find<'a>(profiles: &'a [profiles::Profile], name: &str) -> Option<&'a profiles::Profile> {
    profiles.iter().find(|profile| profile.name.as_str() == name)
}

fn is_https(address: Option<&Address>) -> bool {
    address.is_none_or(|address| address.protocol == Protocol::Https)
}
