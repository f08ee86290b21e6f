//! The credentials of a caller, as the SDK signs with them.
//!
//! Deliberately absent: the default chain of credentials, and the environment's keys. A profile that holds keys is read
//! with the rules of the AWS CLI; the SDK gets those of the other kinds, under names that it takes.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
#[allow(deprecated, reason = "the newer names are in a crate that is not meant to be used directly")]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials as SdkCredentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::config::SharedHttpClient;
use zeroize::Zeroizing;

use super::clients::{CALL_LIMIT, timeouts};
use super::problems;
use super::process::{self, Asks};
use crate::adapters::environment::Environment;
use crate::adapters::reading;
use crate::profiles::{self, AwsFile, BrokenFile, Keys, Kind, Profile, with_plain_names};
use crate::wizard::effect::AccessKey;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;

/// The most that the file of a sign-in or of a token may hold, in bytes.
const TOKEN: u64 = reading::MEGABYTE;

/// Keys that end at a moment, where they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedKeys {
    /// The keys.
    pub keys: Keys,
    /// When AWS takes them no more; `None` for keys that last, and where it is not known.
    pub ends: Option<SystemTime>,
}

impl TimedKeys {
    pub(super) fn of(credentials: &SdkCredentials) -> Self {
        let keys = Keys {
            access_key_id: credentials.access_key_id().to_owned(),
            secret: Secret::new(credentials.secret_access_key()),
            session_token: credentials.session_token().map(Secret::new),
        };
        Self { keys, ends: credentials.expiry() }
    }
}

/// Credentials that are in no file.
pub(super) fn fixed(keys: &AccessKey) -> SdkCredentials {
    let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
    SdkCredentials::new(keys.id.clone(), keys.secret.expose(), token, None, "codecommit-setup")
}

/// Gets the credentials of a profile: its own keys as they stand in the files, or those that its kind gives.
pub(super) async fn of_profile(
    name: &ProfileName,
    region: &Region,
    environment: &Environment,
    http: &SharedHttpClient,
    asks: Asks,
) -> Result<SdkCredentials, Problem> {
    let ([config, credentials], profiles) = read(environment).await?;
    let shown = printable(name.as_str());
    let profile = profiles.iter().find(|profile| profile.name == *name).ok_or_else(|| {
        let hint = "Choose another profile, or make this one.";
        Problem::new(ProblemKind::NotFound, format!("There is no profile “{shown}” in the AWS files."), "", hint)
    })?;
    let lacks =
        |kind, what: String| Err(Problem::new(kind, what, "", "Give it a new access key, or choose another profile."));
    match (&profile.kind, &profile.keys) {
        (Kind::AccessKey | Kind::TemporaryKey, Some(keys)) => {
            let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
            let id = keys.access_key_id.clone();
            Ok(SdkCredentials::new(id, keys.secret.expose(), token, None, "codecommit-setup"))
        }
        (Kind::HalfAKey, _) | (Kind::AccessKey | Kind::TemporaryKey, None) => {
            lacks(ProblemKind::BadCredentials, format!("The profile “{shown}” holds only half an access key."))
        }
        (Kind::Nothing, _) => lacks(ProblemKind::NotFound, format!("The profile “{shown}” holds no credentials.")),
        (Kind::Process, _) => process::credentials(name, [&config, &credentials], environment, asks).await,
        (Kind::Sso | Kind::Login | Kind::Role { .. } | Kind::WebIdentity | Kind::InstanceRole, _) => {
            // The SDK knows no section whose name holds a space.
            let plain = |file, bytes: &[u8]| with_plain_names(file, bytes).map_err(|error| broken(&error, environment));
            let texts = [plain(AwsFile::Config, &config)?, plain(AwsFile::Credentials, &credentials)?];
            let source = profile.chain(&profiles).last().copied().filter(|source| source.kind == Kind::Process);
            let texts = match source {
                Some(source) => {
                    let files = [&**config, &**credentials];
                    with_keys(texts, &source.name, &process::credentials(&source.name, files, environment, asks).await?)
                }
                None => texts,
            };
            must_be_small(profile, &profiles, environment).await?;
            resolved(profile, &profiles, texts, region, http).await
        }
    }
}

/// Both files, and the profiles in them.
pub(super) async fn read(environment: &Environment) -> Result<([Zeroizing<Vec<u8>>; 2], Vec<Profile>), Problem> {
    let config = contents(&environment.aws_config_file()).await?;
    let credentials = contents(&environment.aws_credentials_file()).await?;
    let profiles = profiles::read(&config, &credentials).map_err(|error| broken(&error, environment))?;
    Ok(([config, credentials], profiles))
}

fn broken(error: &BrokenFile, environment: &Environment) -> Problem {
    let path = match error.file {
        AwsFile::Config => environment.aws_config_file(),
        AwsFile::Credentials => environment.aws_credentials_file(),
    };
    error.problem(&printable(&path.to_string_lossy()))
}

/// The same texts in which a profile has these keys, which the SDK prefers in the source of a role.
fn with_keys(
    [config, mut credentials]: [Zeroizing<String>; 2],
    name: &ProfileName,
    keys: &SdkCredentials,
) -> [Zeroizing<String>; 2] {
    let [id, secret] = [keys.access_key_id(), keys.secret_access_key()];
    let token = keys.session_token().map(|token| format!("aws_session_token = {token}\n"));
    let token = Zeroizing::new(token.unwrap_or_default());
    let section = Zeroizing::new(format!(
        "\n[{}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n{}",
        profiles::plain_name(name.as_str()),
        &*token
    ));
    credentials.push_str(&section);
    [config, credentials]
}

/// Refuses what the SDK would read without a limit: the file of a sign-in, or of a token, that is none or is too large.
async fn must_be_small(profile: &Profile, profiles: &[Profile], environment: &Environment) -> Result<(), Problem> {
    let aws = environment.home().join(".aws");
    let login = environment.path("AWS_LOGIN_CACHE_DIRECTORY").unwrap_or_else(|| aws.join("login").join("cache"));
    let folders = [aws.join("sso").join("cache"), login];
    let tokens = profile.chain(profiles).into_iter().filter_map(|link| link.about.token_file.as_ref());
    let tokens: Vec<PathBuf> = tokens.map(PathBuf::from).collect();
    let looked = tokio::task::spawn_blocking(move || {
        let cached = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let cached = cached.map(|entry| entry.path()).filter(|path| is_cached(path));
        for path in tokens.into_iter().chain(cached) {
            reading::must_be_small(&path, TOKEN).map_err(|error| (path, error))?;
        }
        Ok(())
    });
    looked.await.unwrap_or(Ok(())).map_err(|(path, error): (PathBuf, io::Error)| {
        let what = format!("{} cannot be read.", printable(&path.to_string_lossy()));
        Problem::new(ProblemKind::BrokenFile, what, format!("{error}."), "Delete it, then sign in again.")
    })
}

/// Whether it has the name of a cached sign-in: a hash of what it is for.
fn is_cached(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json"));
    name.is_some_and(|name| matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Lets the SDK get the credentials of a profile that holds none itself.
#[allow(deprecated, reason = "the newer names are in a crate that is not meant to be used directly")]
async fn resolved(
    profile: &Profile,
    profiles: &[Profile],
    [config, credentials]: [Zeroizing<String>; 2],
    region: &Region,
    http: &SharedHttpClient,
) -> Result<SdkCredentials, Problem> {
    let name = &profile.name;
    let files = ProfileFiles::builder()
        .with_contents(ProfileFileKind::Config, config.as_str())
        .with_contents(ProfileFileKind::Credentials, credentials.as_str())
        .build();
    let surroundings = ProviderConfig::without_region()
        .with_region(Some(aws_config::Region::new(region.as_str().to_owned())))
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http.clone())
        .with_timeout_config(timeouts());
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&surroundings)
        .profile_files(files)
        .profile_name(profiles::plain_name(name.as_str()))
        .build();
    match tokio::time::timeout(CALL_LIMIT, provider.provide_credentials()).await {
        Err(_) => Err(problems::slow_profile(name)),
        Ok(Ok(credentials)) => Ok(credentials),
        Ok(Err(error)) => {
            let root = profile.root(profiles);
            Err(problems::of_credentials(name, &root.name, &root.kind, &error))
        }
    }
}

async fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || reading::whole_if_there(&owned, reading::SETTINGS)).await;
    read.map_err(io::Error::other).flatten().map(Option::unwrap_or_default).map_err(|error| {
        let what = format!("{} cannot be read.", printable(&path.to_string_lossy()));
        let hint = "Check what it is, who owns it and who may read it.";
        Problem::new(ProblemKind::BrokenFile, what, format!("{error}."), hint)
    })
}
