//! The policy simulator: what somebody's policies say of an action, and which of them say it.
//!
//! Deliberately absent: policies that are only supposed, resource policies and context keys.

use super::{Call, find_user, no_such};
use crate::sandbox::{
    account::{Account, Kind},
    api::Refusal,
    policies::{Decision, Policy},
    query::{around, element, invalid},
};

impl Call<'_> {
    pub(super) fn simulate(&self) -> Result<String, Refusal> {
        let arn = self.parameters.required("PolicySourceArn")?;
        self.allowed(arn)?;
        if !self.parameters.list("PolicyInputList").is_empty() {
            let message = "The sandbox simulates only the policies that somebody has.";
            return Err(Refusal::new(400, "InvalidInput", message));
        }
        let actions = self.parameters.list("ActionNames");
        if actions.is_empty() {
            return Err(invalid("Value null at 'actionNames' failed to satisfy constraint: Member must not be null"));
        }
        if let Some(action) = actions.iter().find(|action| !action.contains(':')) {
            let message = format!("Invalid Input Action: {action} does not match any known action");
            return Err(Refusal::new(400, "InvalidInput", message));
        }
        let mut resources = self.parameters.list("ResourceArns");
        if resources.is_empty() {
            resources.push("*");
        }
        let account = self.world.account(self.who.account);
        let kind = source(&account, arn)?;
        let pairs: Vec<(&str, &str)> =
            actions.iter().flat_map(|action| resources.iter().map(move |resource| (*action, *resource))).collect();
        self.page("EvaluationResults", &pairs, |(action, resource)| self.evaluated(&account, &kind, action, resource))
    }

    fn evaluated(&self, account: &Account, kind: &Kind, action: &str, resource: &str) -> String {
        let (by_policies, by_boundary) = self.world.decide(account, kind, action, resource);
        let is_forbidden = self.world.is_forbidden(action);
        let decision = match (by_policies, by_boundary) {
            _ if is_forbidden => "explicitDeny",
            (Decision::ExplicitDeny, _) | (_, Decision::ExplicitDeny) => "explicitDeny",
            (Decision::Allowed, Decision::Allowed) => "allowed",
            (Decision::ImplicitDeny, _) | (_, Decision::ImplicitDeny) => "implicitDeny",
        };
        // What is denied by nobody in particular has no statement to show.
        let says_so =
            |policy: &Policy| by_policies != Decision::ImplicitDeny && policy.decide(action, resource) == by_policies;
        let in_effect = self.world.policies_in_effect(account, kind);
        let matched = in_effect.iter().filter(|(_, policy)| says_so(policy));
        let statements: String = matched
            .map(|(id, _)| {
                let elements = [element("SourcePolicyId", id), element("SourcePolicyType", "IAM Policy")];
                around("member", &elements.concat())
            })
            .collect();
        let mut elements = vec![
            element("EvalActionName", action),
            element("EvalResourceName", resource),
            element("EvalDecision", decision),
            around("MatchedStatements", &statements),
            around("MissingContextValues", ""),
        ];
        if account.boundary_of(kind).is_some() {
            let allowed = (by_boundary == Decision::Allowed).to_string();
            let detail = element("AllowedByPermissionsBoundary", &allowed);
            elements.push(around("PermissionsBoundaryDecisionDetail", &detail));
        }
        if is_forbidden {
            elements.push(around("OrganizationsDecisionDetail", &element("AllowedByOrganizations", "false")));
        }
        around("member", &elements.concat())
    }
}

/// The identity whose policies are simulated.
fn source(account: &Account, arn: &str) -> Result<Kind, Refusal> {
    let what = arn.strip_prefix(&account.arn("")).unwrap_or_default();
    match what.split_once('/') {
        Some(("user", name)) => find_user(account, name).map(|user| Kind::User(user.name.clone())),
        Some(("role", _)) => {
            let role = account.roles.iter().find(|role| role.in_arn() == what);
            let role = role.ok_or_else(|| no_such(format!("Could not find entity {arn}")))?;
            Ok(Kind::Session { role: role.name.clone(), name: String::new() })
        }
        _ => Err(Refusal::new(
            400,
            "InvalidInput",
            format!("Invalid Entity Arn: {arn} does not clearly define entity type and name."),
        )),
    }
}
