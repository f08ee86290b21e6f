//! IAM: what is attached to users and groups, and attaching and detaching it.
//!
//! Deliberately absent: making users, groups and policies.

use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    api::{Parameters, Refusal, around, element},
    policies::{self, Effect, Policy},
    world::{Account, Group, Principal, User, World},
};

/// The most managed policies that a user can have (IAM user guide, IAM object quotas).
const MOST_POLICIES: usize = 10;

/// Answers an operation with the elements of its result.
pub(super) fn answer(world: &World, who: &Principal, action: &str, parameters: &Parameters) -> Result<String, Refusal> {
    let call = Call { world, who, action, parameters };
    match action {
        "GetUser" => call.get_user(),
        "ListAttachedUserPolicies" => {
            let name = call.allowed_on("user", "UserName")?;
            let attached = find_user(&world.account(), name)?.attached.clone();
            call.page("AttachedPolicies", &attached, |policy| attached_policy(policy))
        }
        "ListUserPolicies" => {
            let name = call.allowed_on("user", "UserName")?;
            let inline = find_user(&world.account(), name)?.inline.clone();
            call.page("PolicyNames", &inline, |policy| element("member", policy.name))
        }
        "ListGroupsForUser" => {
            let name = call.allowed_on("user", "UserName")?;
            let account = world.account();
            let user = find_user(&account, name)?;
            let groups: Vec<&Group> = user.groups.iter().filter_map(|group| account.group(group)).collect();
            call.page("Groups", &groups, |group| {
                let elements = [
                    element("Path", "/"),
                    element("GroupName", group.name),
                    element("GroupId", &group.id),
                    element("Arn", &group.arn()),
                    element("CreateDate", &date(group.created)),
                ];
                around("member", &elements.concat())
            })
        }
        "ListAttachedGroupPolicies" => {
            let name = call.allowed_on("group", "GroupName")?;
            let attached = world.account().group(name).map(|group| group.attached.clone());
            let missing = || no_such(format!("The group with name {name} cannot be found."));
            call.page("AttachedPolicies", &attached.ok_or_else(missing)?, |policy| attached_policy(policy))
        }
        "GetPolicy" => call.get_policy(),
        "GetPolicyVersion" => call.get_policy_version(),
        "GetUserPolicy" => call.get_user_policy(),
        "AttachUserPolicy" => call.attach(),
        "DetachUserPolicy" => call.detach(),
        _ => {
            let message = format!("Could not find operation {action} for version 2010-05-08");
            Err(Refusal::new(400, "InvalidAction", message))
        }
    }
}

/// One call: who makes it, and with what.
struct Call<'a> {
    world: &'a World,
    who: &'a Principal,
    action: &'a str,
    parameters: &'a Parameters,
}

impl<'a> Call<'a> {
    /// A parameter that must be there.
    fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.parameters.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
            let (first, rest) = name.split_at(1);
            let member = first.to_ascii_lowercase() + rest;
            invalid(&format!("Value null at '{member}' failed to satisfy constraint: Member must not be null"))
        })
    }

    /// The name of the user, group or policy that the call is about, if the caller may make it.
    fn allowed_on(&self, kind: &str, parameter: &str) -> Result<&'a str, Refusal> {
        let name = self.required(parameter)?;
        self.allowed(&format!("{kind} {name}")).map(|()| name)
    }

    fn allowed(&self, resource: &str) -> Result<(), Refusal> {
        let denied = |message| Refusal::new(403, "AccessDenied", message);
        self.world.authorize(self.who, &format!("iam:{}", self.action), resource).map_err(denied)
    }

    fn get_user(&self) -> Result<String, Refusal> {
        let name = match (self.parameters.text("UserName"), self.who) {
            (Some(name), _) => name,
            (None, Principal::User(name)) => name,
            (None, Principal::Session) => {
                let message = "Must specify userName when calling with non-User credentials";
                return Err(Refusal::new(400, "ValidationError", message));
            }
        };
        self.allowed(&format!("user {name}"))?;
        let account = self.world.account();
        let user = find_user(&account, name)?;
        let elements = [
            element("Path", "/"),
            element("UserName", &user.name),
            element("UserId", &user.id),
            element("Arn", &user.arn()),
            element("CreateDate", &date(user.created)),
        ];
        Ok(around("User", &elements.concat()))
    }

    fn get_policy(&self) -> Result<String, Refusal> {
        let policy = self.existing_policy(self.allowed_on("policy", "PolicyArn")?)?;
        let account = self.world.account();
        let is_it = |other: &&&Policy| other.name == policy.name;
        let of_users = account.users.iter().flat_map(|user| &user.attached).filter(is_it).count();
        let of_groups = account.groups.iter().flat_map(|group| &group.attached).filter(is_it).count();
        let elements = [
            element("PolicyName", policy.name),
            element("PolicyId", &format!("ANPA{:A<17.17}", policy.name.to_ascii_uppercase())),
            element("Arn", &policy.arn()),
            element("Path", "/"),
            element("DefaultVersionId", "v1"),
            element("AttachmentCount", &(of_users + of_groups).to_string()),
            element("PermissionsBoundaryUsageCount", "0"),
            element("IsAttachable", "true"),
            element("CreateDate", "2015-07-09T17:06:49Z"),
            element("UpdateDate", "2015-07-09T17:06:49Z"),
        ];
        Ok(around("Policy", &elements.concat()))
    }

    fn get_policy_version(&self) -> Result<String, Refusal> {
        let arn = self.allowed_on("policy", "PolicyArn")?;
        let (policy, version) = (self.existing_policy(arn)?, self.required("VersionId")?);
        if version != "v1" {
            return Err(no_such(format!("Policy {arn} version {version} does not exist or is not attachable.")));
        }
        let elements = [
            element("Document", &document(policy)),
            element("VersionId", version),
            element("IsDefaultVersion", "true"),
            element("CreateDate", "2015-07-09T17:06:49Z"),
        ];
        Ok(around("PolicyVersion", &elements.concat()))
    }

    fn get_user_policy(&self) -> Result<String, Refusal> {
        let (name, wanted) = (self.allowed_on("user", "UserName")?, self.required("PolicyName")?);
        let account = self.world.account();
        let policy = find_user(&account, name)?.inline.iter().find(|policy| policy.name == wanted);
        let missing = || no_such(format!("The user policy with name {wanted} cannot be found."));
        let elements = [
            element("UserName", name),
            element("PolicyName", wanted),
            element("PolicyDocument", &document(policy.ok_or_else(missing)?)),
        ];
        Ok(elements.concat())
    }

    fn attach(&self) -> Result<String, Refusal> {
        let (name, arn) = (self.allowed_on("user", "UserName")?, self.required("PolicyArn")?);
        let mut account = self.world.account();
        find_user(&account, name)?;
        let policy = self.existing_policy(arn)?;
        let attached = &mut find_user_mut(&mut account, name)?.attached;
        if attached.iter().any(|other| other.name == policy.name) {
            return Ok(String::new());
        }
        if attached.len() >= MOST_POLICIES {
            let message = format!("Cannot exceed quota for PoliciesPerUser: {MOST_POLICIES}");
            return Err(Refusal::new(409, "LimitExceeded", message));
        }
        attached.push(policy);
        Ok(String::new())
    }

    fn detach(&self) -> Result<String, Refusal> {
        let (name, arn) = (self.allowed_on("user", "UserName")?, self.required("PolicyArn")?);
        let mut account = self.world.account();
        let attached = &mut find_user_mut(&mut account, name)?.attached;
        let at = attached.iter().position(|policy| policy.arn() == arn);
        let at = at.ok_or_else(|| no_such(format!("Policy {arn} was not found.")))?;
        attached.remove(at);
        Ok(String::new())
    }

    fn existing_policy(&self, arn: &str) -> Result<&'static Policy, Refusal> {
        if arn.len() < 20 {
            let text = "failed to satisfy constraint: Member must have length greater than or equal to 20";
            return Err(invalid(&format!("Value '{arn}' at 'policyArn' {text}")));
        }
        if !arn.starts_with("arn:") || !arn.contains(":policy/") {
            return Err(Refusal::new(400, "InvalidInput", format!("ARN {arn} is not valid.")));
        }
        let missing = || {
            let listed =
                if self.action == "GetPolicy" { "was not found" } else { "does not exist or is not attachable" };
            no_such(format!("Policy {arn} {listed}."))
        };
        policies::managed(arn).ok_or_else(missing)
    }

    /// One page of a list, of `MaxItems` items from `Marker` on.
    fn page<T>(&self, name: &str, all: &[T], member: impl Fn(&T) -> String) -> Result<String, Refusal> {
        let count = match self.parameters.text("MaxItems").map(str::parse) {
            None => 100,
            Some(Ok(count @ 1..=1000)) => count,
            Some(_) => return Err(invalid("Value at 'maxItems' failed to satisfy constraint: between 1 and 1000")),
        };
        let start: usize = match self.parameters.text("Marker").map(|marker| marker.trim_start_matches("from-").parse())
        {
            None => 0,
            Some(Ok(start)) if start <= all.len() => start,
            Some(_) => return Err(Refusal::new(400, "ValidationError", "Invalid Marker.")),
        };
        let end = all.len().min(start + count);
        let members: String = all[start..end].iter().map(member).collect();
        let rest = if end < all.len() {
            element("IsTruncated", "true") + &element("Marker", &format!("from-{end}"))
        } else {
            element("IsTruncated", "false")
        };
        Ok(around(name, &members) + &rest)
    }
}

fn attached_policy(policy: &Policy) -> String {
    around("member", &(element("PolicyName", policy.name) + &element("PolicyArn", &policy.arn())))
}

/// A policy as IAM hands it out: JSON, percent-encoded.
fn document(policy: &Policy) -> String {
    let statements = policy.statements.iter().map(|statement| {
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        json!({"Effect": effect, "Action": statement.actions, "Resource": "*"})
    });
    let document = json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()});
    form_urlencoded::byte_serialize(document.to_string().as_bytes()).collect()
}

fn find_user<'a>(account: &'a Account, name: &str) -> Result<&'a User, Refusal> {
    account.user(name).ok_or_else(|| no_such(format!("The user with name {name} cannot be found.")))
}

fn find_user_mut<'a>(account: &'a mut Account, name: &str) -> Result<&'a mut User, Refusal> {
    let user = account.users.iter_mut().find(|user| user.name == name);
    user.ok_or_else(|| no_such(format!("The user with name {name} cannot be found.")))
}

fn no_such(message: String) -> Refusal {
    Refusal::new(404, "NoSuchEntity", message)
}

fn invalid(what: &str) -> Refusal {
    Refusal::new(400, "ValidationError", format!("1 validation error detected: {what}"))
}

fn date(moment: OffsetDateTime) -> String {
    moment.replace_nanosecond(0).unwrap_or(moment).format(&Rfc3339).unwrap_or_default()
}
