//! Attaching and detaching a managed policy, and waiting until it counts.
//!
//! Deliberately absent: attaching again while IAM is slow. It is eventually consistent: what is tried again is the use.

use std::future::Future;
use std::time::Duration;

use aws_sdk_sts::error::ProvideErrorMetadata;
use tokio::time::Instant;

use super::clients::{Service, Session};
use super::problems::{self, Call};
use super::{patiently, rights, unthrottled};
use crate::wizard::effect::Progress;
use crate::wizard::problem::Problem;
use crate::wizard::rights::Holder;

/// How long a policy may take until it counts; IAM mostly needs a few seconds.
const LONGEST_EFFECT: Duration = Duration::from_secs(30);
/// How long is waited between two tries.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

pub(super) async fn attach(session: &Session, holder: &Holder, policy_arn: &str) -> Result<(), Problem> {
    let (client, place, subject) = (session.iam(), session.place(Service::Iam), described(holder));
    let call = |action| Call { action, subject: &subject, signer: &session.signer, place: &place };
    match holder {
        Holder::User(user) => {
            let request = client.attach_user_policy().user_name(user).policy_arn(policy_arn);
            patiently(&call("iam:AttachUserPolicy"), || request.clone().send()).await.map(|_| ())
        }
        Holder::Group(group) => {
            let request = client.attach_group_policy().group_name(group).policy_arn(policy_arn);
            patiently(&call("iam:AttachGroupPolicy"), || request.clone().send()).await.map(|_| ())
        }
    }
}

pub(super) async fn detach(session: &Session, holder: &Holder, policy_arn: &str) -> Result<(), Problem> {
    let (client, place, subject) = (session.iam(), session.place(Service::Iam), described(holder));
    let call = |action| Call { action, subject: &subject, signer: &session.signer, place: &place };
    match holder {
        Holder::User(user) => {
            let request = client.detach_user_policy().user_name(user).policy_arn(policy_arn);
            match unthrottled(|| request.clone().send()).await {
                Err(error) if error.code() != Some("NoSuchEntity") => {
                    Err(problems::of_call(&call("iam:DetachUserPolicy"), &error))
                }
                _ => Ok(()),
            }
        }
        Holder::Group(group) => {
            let request = client.detach_group_policy().group_name(group).policy_arn(policy_arn);
            match unthrottled(|| request.clone().send()).await {
                Err(error) if error.code() != Some("NoSuchEntity") => {
                    Err(problems::of_call(&call("iam:DetachGroupPolicy"), &error))
                }
                _ => Ok(()),
            }
        }
    }
}

/// Tries to list repositories, once a second, until that is allowed or has taken too long.
pub(super) async fn await_effect(
    session: &Session,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<bool, Problem> {
    until_allowed(|| rights::may_list(session), progress).await
}

async fn until_allowed<F>(
    is_allowed: impl Fn() -> F,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<bool, Problem>
where
    F: Future<Output = Result<bool, Problem>>,
{
    let start = Instant::now();
    while !is_allowed().await? {
        let waited = start.elapsed();
        if waited >= LONGEST_EFFECT {
            return Ok(false);
        }
        progress(Progress::Waited(waited.as_secs()));
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    Ok(true)
}

fn described(holder: &Holder) -> String {
    format!("the IAM {} {}", holder.kind(), holder.name())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::time::Instant;

    use super::until_allowed;
    use crate::wizard::effect::Progress;
    use crate::wizard::problem::Problem;

    #[tokio::test(start_paused = true)]
    async fn what_never_counts_is_given_up_after_half_a_minute() {
        let told = Mutex::new(Vec::new());
        let progress = |step: Progress| told.lock().expect("the list").push(step);
        let start = Instant::now();
        assert_eq!(until_allowed(|| async { Ok(false) }, &progress).await, Ok(false));
        assert_eq!(start.elapsed().as_secs(), 30);
        let told = told.into_inner().expect("the list");
        assert_eq!((told.len(), &told[29]), (30, &Progress::Waited(29)));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_as_soon_as_it_is_allowed_or_fails() {
        let start = Instant::now();
        let allowed = || async { Ok(start.elapsed().as_secs() >= 3) };
        assert_eq!(until_allowed(allowed, &|_| {}).await, Ok(true));
        assert_eq!(start.elapsed().as_secs(), 3);
        let problem = Problem::input("no", "");
        assert_eq!(until_allowed(|| async { Err(problem.clone()) }, &|_| {}).await, Err(problem.clone()));
    }
}
