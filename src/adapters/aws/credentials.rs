//! The credentials of a caller, as the SDK signs with them.
//!
//! Deliberately absent: the default chain of credentials, and the environment's keys. A profile that holds keys is read
//! with the rules of the AWS CLI, so that a name with spaces works; the SDK gets those of the other kinds, or the AWS CLI.

use std::io;
use std::path::Path;

use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
#[allow(deprecated, reason = "the newer names are in a crate that is not meant to be used directly")]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials as SdkCredentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::config::SharedHttpClient;

use super::clients::{CALL_LIMIT, timeouts};
use super::{exported, problems};
use crate::adapters::environment::Environment;
use crate::profiles::{self, AwsFile, Kind, Profile};
use crate::wizard::effect::AccessKey;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};

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
        (Kind::Sso | Kind::Login | Kind::Role { .. } | Kind::Process | Kind::WebIdentity | Kind::InstanceRole, _) => {
            // The SDK knows no section whose name holds a space.
            let names = |link: &&Profile| [Some(link.name.to_string()), link.about.sso_session.clone()];
            let names = profile.chain(&profiles).iter().flat_map(names).flatten().collect::<Vec<_>>();
            if names.iter().any(|name| name.contains(char::is_whitespace)) {
                return exported::of_profile(name, environment).await;
            }
            resolved(profile, &profiles, [config, credentials], region, http).await
        }
    }
}

/// Both files, and the profiles in them.
pub(super) async fn read(environment: &Environment) -> Result<([Vec<u8>; 2], Vec<Profile>), Problem> {
    let config = contents(&environment.aws_config_file()).await?;
    let credentials = contents(&environment.aws_credentials_file()).await?;
    let profiles = profiles::read(&config, &credentials).map_err(|broken| {
        let path = match broken.file {
            AwsFile::Config => environment.aws_config_file(),
            AwsFile::Credentials => environment.aws_credentials_file(),
        };
        broken.problem(&printable(&path.to_string_lossy()))
    })?;
    Ok(([config, credentials], profiles))
}

/// Lets the SDK get the credentials of a profile that holds none itself.
#[allow(deprecated, reason = "the newer names are in a crate that is not meant to be used directly")]
async fn resolved(
    profile: &Profile,
    profiles: &[Profile],
    [config, credentials]: [Vec<u8>; 2],
    region: &Region,
    http: &SharedHttpClient,
) -> Result<SdkCredentials, Problem> {
    let name = &profile.name;
    let files = ProfileFiles::builder()
        .with_contents(ProfileFileKind::Config, String::from_utf8_lossy(&config))
        .with_contents(ProfileFileKind::Credentials, String::from_utf8_lossy(&credentials))
        .build();
    let surroundings = ProviderConfig::without_region()
        .with_region(Some(aws_config::Region::new(region.as_str().to_owned())))
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http.clone())
        .with_timeout_config(timeouts());
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&surroundings)
        .profile_files(files)
        .profile_name(name.as_str())
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

async fn contents(path: &Path) -> Result<Vec<u8>, Problem> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Problem::new(
            ProblemKind::BrokenFile,
            format!("{} cannot be read.", printable(&path.to_string_lossy())),
            error.to_string(),
            "Check who owns the file and who may read it.",
        )),
    }
}
