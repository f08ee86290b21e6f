//! What an identity may do with CodeCommit: its policies, what the policy simulator says of them, and what can be tried
//! without changing anything.
//!
//! Deliberately absent: trying what would leave a trace. Pulling proves itself when something is cloned.

use super::clients::{Service, Session};
use super::patiently;
use super::policies::Asking;
use super::problems::Call;
use super::{documents, simulation};
use crate::wizard::facts::{IdentityKind, Profile};
use crate::wizard::names::RepositoryName;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::{Answer, Deed, Denial, Rights};

/// Finds the rights of a profile; `own` is its session where another caller asks IAM.
pub(super) async fn find(
    session: &Session,
    own: Option<&Session>,
    of: &Profile,
    repositories: &[RepositoryName],
) -> Result<Rights, Problem> {
    let asking = Asking::about(session, of.identity.described());
    let policies = async {
        match of.identity.kind() {
            IdentityKind::User(user) => asking.policies(&user).await,
            IdentityKind::AssumedRole { .. }
            | IdentityKind::Federated(_)
            | IdentityKind::Root
            | IdentityKind::Other => Ok(Default::default()),
        }
    };
    let tried = async {
        match (may_list(own.unwrap_or(session)).await, own) {
            (Ok(may), _) => Ok(Some(may)),
            // Whatever is wrong with the profile itself does not hide what the other one sees of it.
            (Err(_), Some(_)) => Ok(None),
            (Err(problem), None) => Err(problem),
        }
    };
    let simulated = async { Ok(simulation::simulate(&asking, of, repositories).await) };
    let ((policies, groups), tried, simulated) = tokio::try_join!(policies, tried, simulated)?;
    let (mut answers, mut key_denials) = match simulated {
        Some(simulated) => (simulated.answers, Some(simulated.key_denials)),
        None => (Vec::new(), None),
    };
    if key_denials.is_none() {
        key_denials = documents::key_denials(&asking, &policies, of).await;
    }
    match tried {
        // What was tried counts more than what was computed: the simulator does not know all that can deny.
        Some(true) if !matches!(find_answer(&answers, Deed::List), Some(Answer::Allowed { .. })) => {
            put(&mut answers, Deed::List, Answer::Allowed { by: Vec::new(), on: Vec::new() });
        }
        Some(false) if !matches!(find_answer(&answers, Deed::List), Some(Answer::Denied(_))) => {
            put(&mut answers, Deed::List, Answer::Denied(Denial::Unmentioned));
        }
        Some(_) | None => {}
    }
    Ok(Rights { policies, groups, unseen: asking.denied(), answers, key_denials })
}

fn find_answer(answers: &[(Deed, Answer)], deed: Deed) -> Option<&Answer> {
    answers.iter().find(|(about, _)| *about == deed).map(|(_, answer)| answer)
}

fn put(answers: &mut Vec<(Deed, Answer)>, deed: Deed, answer: Answer) {
    answers.retain(|(about, _)| *about != deed);
    answers.push((deed, answer));
}

/// Tries to list repositories, one page of them.
pub(super) async fn may_list(session: &Session) -> Result<bool, Problem> {
    let (client, place) = (session.codecommit(), session.place(Service::CodeCommit));
    let subject = format!("the repositories of {}", session.region);
    let call =
        Call { action: "codecommit:ListRepositories", subject: &subject, signer: &session.signer, place: &place };
    match patiently(&call, || client.list_repositories().send()).await {
        Ok(_) => Ok(true),
        Err(problem) if problem.kind == ProblemKind::AccessDenied => Ok(false),
        Err(problem) => Err(problem),
    }
}
