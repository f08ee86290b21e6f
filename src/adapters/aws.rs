//! AWS as the wizard needs it: who a caller is, what it may do, and the repositories of a region.
//!
//! - `clients`: where is asked, with `credentials`: who signs (`sign_in`: for how long); `repositories`: names, and details, as
//!   they come, in the order of `batches`; `regions`: how many there are elsewhere;
//! - `rights`: what an identity may do, with `policies` (which there are), `simulation` (what they allow) and `documents`
//!   (what is written in them); `attachment`: attaching one, and waiting until it counts;
//! - `process`: a program that gives credentials; `flood`: how much anybody may answer;
//! - `problems`: refusals in words, with `texts`; `ages`: how long ago something was; `clock` and `unsure_clock`: how far ours
//!   is off.
//!
//! Deliberately absent: choosing credentials. A caller is pinned: neither the environment nor another profile can
//! sign in its place.

pub mod ages;
mod attachment;
mod batches;
mod clients;
mod clock;
mod credentials;
mod documents;
mod flood;
mod policies;
mod port;
mod problems;
mod process;
mod regions;
mod repositories;
mod rights;
mod sign_in;
mod simulation;
pub(super) mod sounding;
mod texts;
mod unsure_clock;

use std::error::Error;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_sts::config::SharedHttpClient;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use tokio::sync::OnceCell;

use super::environment::Environment;
use crate::wizard::effect::{Caller, Credentials, Progress, Repository};
use crate::wizard::facts::{Description, Identity, Profile};
use crate::wizard::names::{ProfileName, Region, RepositoryName};
use crate::wizard::problem::Problem;
use crate::wizard::rights::{Holder, Rights};
use clients::{Service, Session};
use clock::Clock;
pub use credentials::TimedKeys;
use problems::Call;

/// How often a call is made again when AWS asks to slow down.
const THROTTLED_TRIES: u32 = 6;
/// How long is waited the first time; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// AWS, reached over the network; cheap to make, nothing is loaded before the first call.
#[derive(Debug)]
pub struct Aws {
    environment: Arc<Environment>,
    http: OnceCell<SharedHttpClient>,
    /// The repositories whose details are wanted first.
    preferred: Mutex<Vec<RepositoryName>>,
}

impl Aws {
    /// AWS as the environment leads to it.
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment, http: OnceCell::new(), preferred: Mutex::default() }
    }

    /// Gets the keys of a profile, whatever its kind; the network is asked only where its kind needs it. A program that wants to ask
    /// at the terminal may.
    ///
    /// # Errors
    /// A profile that is not there, that holds none, or whose login has ended, and everything between here and AWS.
    pub async fn keys(&self, profile: &ProfileName, region: &Region) -> Result<TimedKeys, Problem> {
        let http = self.http.get_or_try_init(|| clients::http_client(&self.environment)).await?;
        let asks = process::Asks::AtTerminal;
        let credentials = credentials::of_profile(profile, region, &self.environment, http, asks).await?;
        Ok(TimedKeys::of(&credentials))
    }

    /// Asks STS who a caller is; needs no permission.
    ///
    /// # Errors
    /// Credentials that cannot be had or do not work, and everything between here and AWS.
    pub async fn identify(&self, caller: &Caller) -> Result<Identity, Problem> {
        let session = self.session(caller).await?;
        let place = session.place(Service::Sts);
        let call =
            Call { action: "sts:GetCallerIdentity", subject: "the caller", signer: &session.signer, place: &place };
        let (client, clock) = (session.sts(), Clock::new());
        let asked = || client.get_caller_identity().customize().interceptor(clock.clone()).send();
        let answer = patiently(&call, asked).await?;
        Ok(Identity {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
            access_key_id: session.signer.access_key_id.clone(),
            clock_ahead: clock.ahead(),
        })
    }

    /// What else is known of a caller; nothing of it has to be allowed.
    ///
    /// # Errors
    /// As [`Aws::identify`], but for what AWS refuses to tell.
    pub async fn describe(&self, caller: &Caller) -> Result<Description, Problem> {
        let session = self.session(caller).await?;
        let now = SystemTime::now();
        let until = |end: SystemTime| ages::until(end.duration_since(now).unwrap_or_default().as_secs());
        // Whoever may not see it does without.
        let alias = session.iam().list_account_aliases().send().await.ok();
        let sign_in = match &caller.credentials {
            Credentials::Profile(name) => self.sign_in_of(name).await,
            Credentials::Keys(_) => None,
        };
        Ok(Description {
            alias: alias.and_then(|answer| answer.account_aliases.into_iter().next()),
            ends_in: session.expires.map(until),
            sign_in_ends_in: sign_in.map(until),
        })
    }

    /// When the SSO sign-in behind a profile ends.
    async fn sign_in_of(&self, name: &ProfileName) -> Option<SystemTime> {
        let (_, profiles) = credentials::read(&self.environment).await.ok()?;
        let profile = profiles.iter().find(|profile| profile.name == *name)?;
        let start_url = profile.root(&profiles).about.start_url.clone()?;
        let home = self.environment.home();
        let end = tokio::task::spawn_blocking(move || sign_in::end(&home, &start_url)).await.ok()?;
        end.map(Into::into)
    }

    /// Finds what a profile may do with CodeCommit: the caller asks IAM, the profile tries for itself.
    ///
    /// # Errors
    /// As [`Aws::identify`]. What the caller may not see is named in the answer.
    pub async fn find_rights(
        &self,
        caller: &Caller,
        of: &Profile,
        repositories: &[RepositoryName],
    ) -> Result<Rights, Problem> {
        let session = self.session(caller).await?;
        let own = if *caller == of.caller() { None } else { Some(self.session(&of.caller()).await?) };
        // So many questions side by side are too large for a stack.
        Box::pin(rights::find(&session, own.as_ref(), of, repositories)).await
    }

    /// Attaches a managed policy to an IAM user or a group; one that is attached already stays so.
    ///
    /// # Errors
    /// As [`Aws::identify`], when the caller may not do it, and when there are as many policies as there can be.
    pub async fn attach_policy(&self, caller: &Caller, holder: &Holder, policy_arn: &str) -> Result<(), Problem> {
        attachment::attach(&self.session(caller).await?, holder, policy_arn).await
    }

    /// Detaches a managed policy from an IAM user or a group; one that is not attached is no failure.
    ///
    /// # Errors
    /// As [`Aws::identify`], and when the caller may not do it.
    pub async fn detach_policy(&self, caller: &Caller, holder: &Holder, policy_arn: &str) -> Result<(), Problem> {
        attachment::detach(&self.session(caller).await?, holder, policy_arn).await
    }

    /// Waits until the caller may list repositories; `false` when that takes too long.
    ///
    /// # Errors
    /// As [`Aws::identify`].
    pub async fn await_effect(
        &self,
        caller: &Caller,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<bool, Problem> {
        attachment::await_effect(&self.session(caller).await?, progress).await
    }

    /// Lists the repositories of the caller's region: `tell` hears of what is new as it comes, and the last of it is returned.
    ///
    /// # Errors
    /// As [`Aws::identify`], and when the caller may not list them. Details that cannot be had are left out.
    pub async fn list_repositories(
        &self,
        caller: &Caller,
        tell: &(dyn Fn(Vec<Repository>) + Send + Sync),
    ) -> Result<Vec<Repository>, Problem> {
        self.prefer_repositories(Vec::new());
        let session = self.session(caller).await?;
        repositories::list(&session, &self.preferred, tell).await
    }

    /// Has the list that is under way get the details of these next.
    pub fn prefer_repositories(&self, names: Vec<RepositoryName>) {
        *self.preferred.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    /// Counts the repositories of regions, some side by side, and tells each count as it comes.
    ///
    /// # Errors
    /// As [`Aws::identify`]. What a region refuses is told of that region.
    pub async fn count_repositories(
        &self,
        credentials: &Credentials,
        regions: Vec<Region>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<(), Problem> {
        let Some(first) = regions.first() else { return Ok(()) };
        let session = self.session(&Caller { credentials: credentials.clone(), region: first.clone() }).await?;
        regions::count(&session, regions, progress).await
    }

    /// Makes a repository in the caller's region.
    ///
    /// # Errors
    /// As [`Aws::identify`], when the caller may not do it, and when there is one of that name.
    pub async fn create_repository(
        &self,
        caller: &Caller,
        name: &RepositoryName,
        description: &str,
    ) -> Result<Repository, Problem> {
        repositories::create(&self.session(caller).await?, name, description).await
    }

    async fn session(&self, caller: &Caller) -> Result<Session, Problem> {
        let http = self.http.get_or_try_init(|| clients::http_client(&self.environment)).await?;
        Session::open(caller, &self.environment, http).await
    }
}

/// Makes a call, and makes it again after a while when AWS asks to slow down.
async fn patiently<T, E, F>(call: &Call<'_>, ask: impl Fn() -> F) -> Result<T, Problem>
where
    E: ProvideErrorMetadata + Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    unthrottled(ask).await.map_err(|error| problems::of_call(call, &error))
}

async fn unthrottled<T, E, F>(ask: impl Fn() -> F) -> Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let mut wait = FIRST_WAIT;
    for _ in 1..THROTTLED_TRIES {
        match ask().await {
            Err(error) if problems::is_throttled(&error) => tokio::time::sleep(jittered(wait)).await,
            answer => return answer,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    ask().await
}

/// Between half of a wait and all of it, so that callers who were turned away together do not return together.
fn jittered(wait: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) % 1024).unwrap_or_default();
    wait / 2 + wait / 2 * random / 1024
}

#[cfg(test)]
mod tests {
    use super::{FIRST_WAIT, jittered};

    #[test]
    fn waits_vary_within_their_bounds() {
        let waits: Vec<_> = (0..50).map(|_| jittered(FIRST_WAIT)).collect();
        assert!(waits.iter().all(|wait| (FIRST_WAIT / 2..=FIRST_WAIT).contains(wait)));
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }
}
