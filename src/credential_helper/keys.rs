//! The keys that sign: those of the environment, of the AWS files, or those that SSO, a role or a program gives.
//!
//! Deliberately absent: an async runtime and TLS for keys that are on this computer; both cost more than all the rest.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use super::Arguments;
use super::cache::Cache;
use crate::adapters::aws::{Aws, TimedKeys};
use crate::adapters::environment::Environment;
use crate::profiles::{Found, Keys, Kind, find};
use crate::wizard::names::{Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secrecy::shown;
use crate::wizard::secret::Secret;

/// No AWS file comes near it, in bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// How long credentials that are not on this computer may take.
const LIMIT: Duration = Duration::from_secs(25);

/// Where the keys are, before anybody is asked for them.
pub(super) enum Source {
    /// Here.
    Keys(TimedKeys),
    /// Where this profile leads.
    Profile(Box<Found>),
}

/// Finds out where the keys are, and the region of the profile.
///
/// As with the AWS CLI, keys of the environment win over everything but a profile on the command line.
pub(super) fn source(arguments: &Arguments, environment: &Environment) -> Result<(Source, Option<String>), Problem> {
    let from_environment = if arguments.profile.is_none() { environment_keys(environment)? } else { None };
    if let Some(keys) = from_environment {
        let region = profile(arguments, environment).ok().and_then(|found| found.profile.region);
        return Ok((Source::Keys(keys), region));
    }
    let mut found = profile(arguments, environment)?;
    let region = found.profile.region.take();
    let shown = printable(found.profile.name.as_str());
    match (&found.profile.kind, found.profile.keys.take()) {
        (Kind::AccessKey | Kind::TemporaryKey, Some(keys)) => {
            Ok((Source::Keys(TimedKeys { keys, ends: None }), region))
        }
        (Kind::HalfAKey | Kind::AccessKey | Kind::TemporaryKey, _) => Err(Problem::input(
            format!("The profile {shown} has half an access key."),
            "The access key ID and the secret must stand in one of the AWS files; `aws configure` writes both.",
        )),
        (Kind::Nothing, _) => Err(Problem::input(
            format!("The profile {shown} holds no access key and no login."),
            "Name another profile with --profile, or give this one a key with `aws configure`.",
        )),
        (Kind::Sso | Kind::Login | Kind::Role { .. } | Kind::Process | Kind::WebIdentity | Kind::InstanceRole, _) => {
            Ok((Source::Profile(Box::new(found)), region))
        }
    }
}

impl Source {
    /// Gets the keys; temporary ones from where they are kept, as long as they last.
    pub(super) fn keys(
        self,
        arguments: &Arguments,
        region: &str,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<TimedKeys, Problem> {
        let found = match self {
            Self::Keys(keys) => return Ok(keys),
            Self::Profile(found) => found,
        };
        let region = Region::parse(region)?;
        let cache = if arguments.no_cache { None } else { Cache::of(&found, &region, environment) };
        let Some(cache) = cache else { return asked(&found, &region, environment) };
        if let Some(kept) = cache.get(now) {
            return Ok(kept);
        }
        // Whoever had the lock may have got them meanwhile.
        let _lock = cache.lock();
        if let Some(kept) = cache.get(now) {
            return Ok(kept);
        }
        let basis = cache.basis();
        let got = asked(&found, &region, environment)?;
        cache.put(&got, basis.as_deref(), now);
        Ok(got)
    }
}

/// Asks whoever gives the credentials of this kind of profile.
fn asked(found: &Found, region: &Region, environment: &Environment) -> Result<TimedKeys, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let what = "The credentials of the profile cannot be got.";
        Problem::new(ProblemKind::Other, what, error.to_string(), "Close other programs, then try again.")
    })?;
    let aws = Aws::new(Arc::new(environment.clone()));
    let name = &found.profile.name;
    let answer = runtime.block_on(async { tokio::time::timeout(LIMIT, aws.keys(name, region)).await });
    // The name of a host that is still being looked up is waited for by nobody.
    runtime.shutdown_background();
    answer.unwrap_or_else(|_| {
        let what = format!("The profile {} took too long to give its credentials.", printable(name.as_str()));
        Err(Problem::new(ProblemKind::TimedOut, what, "", "Check the connection, then try again."))
    })
}

fn environment_keys(environment: &Environment) -> Result<Option<TimedKeys>, Problem> {
    let Some(access_key_id) = environment.get("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let secret = environment.get("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
        Problem::input(
            "The environment has half an access key.",
            "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both, or neither.",
        )
    })?;
    let token = environment.get("AWS_SECURITY_TOKEN").or_else(|| environment.get("AWS_SESSION_TOKEN"));
    let keys = Keys { access_key_id, secret: Secret::new(secret), session_token: token.map(Secret::new) };
    // As `aws configure export-credentials` writes it.
    let ends = environment.get("AWS_CREDENTIAL_EXPIRATION");
    let ends = ends.and_then(|ends| OffsetDateTime::parse(&ends, &Rfc3339).ok()).map(SystemTime::from);
    Ok(Some(TimedKeys { keys, ends }))
}

fn profile(arguments: &Arguments, environment: &Environment) -> Result<Found, Problem> {
    let name = arguments.profile.clone();
    let name = name.or_else(|| environment.get("AWS_PROFILE")).or_else(|| environment.get("AWS_DEFAULT_PROFILE"));
    let name = name.unwrap_or_else(|| "default".to_owned());
    let config = read_file(&environment.aws_config_file())?;
    let credentials = read_file(&environment.aws_credentials_file())?;
    let found = find(&config, &credentials, &name).map_err(|broken| {
        let what = "The AWS files cannot be read.";
        Problem::new(ProblemKind::BrokenFile, what, format!("{broken}."), "Correct that line.")
    })?;
    found.ok_or_else(|| {
        Problem::new(
            ProblemKind::NotFound,
            format!("The profile {} is in neither of the AWS files.", shown(&name)),
            "",
            "Make it with codecommit-setup or `aws configure`, or name another one with --profile.",
        )
    })
}

/// A file that is not there is an empty one.
fn read_file(place: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let refused = |why: String| {
        let what = format!("{} cannot be read.", printable(&place.to_string_lossy()));
        Problem::new(ProblemKind::BrokenFile, what, why, "Check what it is and who may read it.")
    };
    let file = match File::open(place) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Zeroizing::default()),
        Err(error) => return Err(refused(format!("{error}."))),
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len()).min(LARGEST_FILE);
    // As large as the file and a little more: it is not moved, so nothing of it is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 64));
    let length = file.take(LARGEST_FILE).read_to_end(&mut bytes).map_err(|error| refused(format!("{error}.")))?;
    if length as u64 == LARGEST_FILE { Err(refused("It is too large for an AWS file.".to_owned())) } else { Ok(bytes) }
}
