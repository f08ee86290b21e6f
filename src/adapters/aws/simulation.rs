//! The policy simulator of IAM, asked about CodeCommit and about the KMS actions that CodeCommit needs.
//!
//! Deliberately absent: taking its answer for the last word. It knows neither every policy of the organization nor what
//! has not taken effect yet.

use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};

use super::flood::all;
use super::policies::Asking;
use crate::wizard::facts::{IdentityKind, Profile};
use crate::wizard::names::RepositoryName;
use crate::wizard::rights::{Answer, Deed, Denial};

/// What must not be denied on the key that repositories are encrypted with (CodeCommit user guide, AWS KMS and
/// encryption).
pub(super) const KEY_ACTIONS: [&str; 7] = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
];
/// How many repositories are asked about one by one.
const MOST_REPOSITORIES: usize = 5;

/// What the simulator said.
#[derive(Default)]
pub(super) struct Simulated {
    pub(super) answers: Vec<(Deed, Answer)>,
    pub(super) key_denials: Vec<String>,
}

/// Asks the simulator; none when it does not answer, for whatever reason: it is a help, not a need.
pub(super) async fn simulate(asking: &Asking<'_>, of: &Profile, repositories: &[RepositoryName]) -> Option<Simulated> {
    let source = source(asking, of).await?;
    let deeds = Deed::ALL.map(Deed::action);
    let actions: Vec<&str> = deeds.into_iter().chain(KEY_ACTIONS).collect();
    let results = ask(asking, &source, &actions, None).await?;
    let mut simulated = Simulated::default();
    for result in &results {
        if let Some(deed) = Deed::ALL.into_iter().find(|deed| deed.action() == result.eval_action_name) {
            simulated.answers.push((deed, answer(result)));
        } else if result.eval_decision == PolicyEvaluationDecisionType::ExplicitDeny {
            simulated.key_denials.extend(named(result));
        }
    }
    simulated.key_denials.sort();
    simulated.key_denials.dedup();
    for deed in [Deed::Pull, Deed::Push] {
        let place = simulated.answers.iter().position(|(about, _)| *about == deed)?;
        if simulated.answers[place].1 == Answer::Denied(Denial::Unmentioned)
            && let Some(answer) = on_each(asking, &source, of, deed, repositories).await
        {
            simulated.answers[place].1 = answer;
        }
    }
    Some(simulated)
}

/// Whether a deed that is not allowed everywhere is allowed on each of these repositories.
async fn on_each(
    asking: &Asking<'_>,
    source: &str,
    of: &Profile,
    deed: Deed,
    repositories: &[RepositoryName],
) -> Option<Answer> {
    let names = repositories.get(..repositories.len().min(MOST_REPOSITORIES)).filter(|names| !names.is_empty())?;
    let mut policies = Vec::new();
    for name in names {
        let (partition, account) = (of.identity.partition().id(), &of.identity.account);
        let resource = format!("arn:{partition}:codecommit:{}:{account}:{name}", of.region);
        let results = ask(asking, source, &[deed.action()], Some(&resource)).await?;
        match answer(results.first()?) {
            Answer::Allowed { by, .. } => policies.extend(by),
            Answer::Denied(_) | Answer::Unknown => return None,
        }
    }
    policies.sort();
    policies.dedup();
    Some(Answer::Allowed { by: policies, on: names.to_vec() })
}

async fn ask(
    asking: &Asking<'_>,
    source: &str,
    actions: &[&str],
    resource: Option<&str>,
) -> Option<Vec<EvaluationResult>> {
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    let resources = resource.map(|resource| vec![resource.to_owned()]);
    let request = || {
        let request = asking.client.simulate_principal_policy().policy_source_arn(source);
        let request = request.set_action_names(Some(actions.clone())).set_resource_arns(resources.clone());
        let mut pages = request.into_paginator().send();
        all(move |context| pages.poll_next(context), |page| page.evaluation_results.unwrap_or_default())
    };
    match asking.ask("iam:SimulatePrincipalPolicy", request).await {
        Ok(answer) => answer,
        Err(problem) => {
            tracing::info!(%problem, "the policy simulator does not answer");
            None
        }
    }
}

/// The ARN that the simulator knows somebody by; that of a role has its path, which STS leaves out.
async fn source(asking: &Asking<'_>, of: &Profile) -> Option<String> {
    match of.identity.kind() {
        IdentityKind::User(_) => Some(of.identity.arn.clone()),
        IdentityKind::AssumedRole { role, .. } => {
            let found = asking.ask("iam:GetRole", || asking.client.get_role().role_name(&role).send()).await;
            let found = found.ok().flatten().and_then(|answer| answer.role).map(|role| role.arn);
            let (partition, account) = (of.identity.partition().id(), &of.identity.account);
            Some(found.unwrap_or_else(|| format!("arn:{partition}:iam::{account}:role/{role}")))
        }
        IdentityKind::Federated(_) | IdentityKind::Root | IdentityKind::Other => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "AWS may add decisions at any time")]
fn answer(result: &EvaluationResult) -> Answer {
    let boundary = result.permissions_boundary_decision_detail.as_ref();
    let organization = result.organizations_decision_detail.as_ref();
    match &result.eval_decision {
        PolicyEvaluationDecisionType::Allowed => Answer::Allowed { by: named(result), on: Vec::new() },
        _ if organization.is_some_and(|detail| !detail.allowed_by_organizations) => {
            Answer::Denied(Denial::Organization)
        }
        PolicyEvaluationDecisionType::ExplicitDeny if !named(result).is_empty() => {
            Answer::Denied(Denial::Expressly(named(result)))
        }
        // Whatever else may be missing, no policy helps as long as the boundary is in the way.
        _ if boundary.is_some_and(|detail| !detail.allowed_by_permissions_boundary) => Answer::Denied(Denial::Boundary),
        PolicyEvaluationDecisionType::ExplicitDeny => Answer::Denied(Denial::Expressly(Vec::new())),
        PolicyEvaluationDecisionType::ImplicitDeny => Answer::Denied(Denial::Unmentioned),
        _ => Answer::Unknown,
    }
}

/// The policies whose statements matched.
fn named(result: &EvaluationResult) -> Vec<String> {
    let statements = result.matched_statements.iter().flatten();
    let mut names: Vec<String> = statements.filter_map(|statement| statement.source_policy_id.clone()).collect();
    names.sort();
    names.dedup();
    names
}
