//! Policies on users, groups and roles: the managed ones attached to them, and the inline ones written on them.
//!
//! Deliberately absent: when they begin to count.

use super::{Call, no_such};
use crate::sandbox::{
    account::{Account, Attached, Policies},
    api::Refusal,
    policies::Policy,
    query::{around, element},
};

/// The most managed policies that one can have (IAM user guide, IAM object quotas).
const MOST_POLICIES: usize = 10;

/// What kind of entity has the policies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    User,
    Group,
    Role,
}

impl Holder {
    /// The word in messages, and the one in names of parameters and quotas.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::User => ("user", "User"),
            Self::Group => ("group", "Group"),
            Self::Role => ("role", "Role"),
        }
    }

    fn policies<'a>(self, account: &'a mut Account, name: &str) -> Result<&'a mut Policies, Refusal> {
        let policies = match self {
            Self::User => account.users.iter_mut().find(|user| user.name == name).map(|user| &mut user.policies),
            Self::Group => account.groups.iter_mut().find(|group| group.name == name).map(|group| &mut group.policies),
            Self::Role => account.roles.iter_mut().find(|role| role.name == name).map(|role| &mut role.policies),
        };
        policies.ok_or_else(|| no_such(format!("The {} with name {name} cannot be found.", self.words().0)))
    }
}

impl<'a> Call<'a> {
    fn allowed_on_holder(&self, holder: Holder) -> Result<&'a str, Refusal> {
        let (kind, parameter) = holder.words();
        self.allowed_on(kind, &format!("{parameter}Name"))
    }

    pub(super) fn list_attached(&self, holder: Holder) -> Result<String, Refusal> {
        let name = self.allowed_on_holder(holder)?;
        let mut account = self.world.account(self.who.account);
        let attached = holder.policies(&mut account, name)?.attached.clone();
        self.page("AttachedPolicies", &attached, |it| {
            let arn = account.policy_arn(&it.policy);
            around("member", &(element("PolicyName", &it.policy.name) + &element("PolicyArn", &arn)))
        })
    }

    pub(super) fn list_inline(&self, holder: Holder) -> Result<String, Refusal> {
        let name = self.allowed_on_holder(holder)?;
        let mut account = self.world.account(self.who.account);
        let policies = holder.policies(&mut account, name)?;
        self.page("PolicyNames", &policies.inline, |it| element("member", &it.policy.name))
    }

    pub(super) fn get_inline(&self, holder: Holder) -> Result<String, Refusal> {
        let (name, wanted) = (self.allowed_on_holder(holder)?, self.parameters.required("PolicyName")?);
        let mut account = self.world.account(self.who.account);
        let inline = &holder.policies(&mut account, name)?.inline;
        let (kind, parameter) = holder.words();
        let found = inline.iter().find(|it| it.policy.name == wanted);
        let found = found.ok_or_else(|| no_inline(kind, wanted))?;
        let elements = [
            element(&format!("{parameter}Name"), name),
            element("PolicyName", wanted),
            element("PolicyDocument", &document(&found.policy)),
        ];
        Ok(elements.concat())
    }

    pub(super) fn put_inline(&self, holder: Holder) -> Result<String, Refusal> {
        let (name, wanted) = (self.allowed_on_holder(holder)?, self.parameters.required("PolicyName")?);
        let policy = Policy::parse(wanted, self.parameters.required("PolicyDocument")?).ok_or_else(|| {
            let message = "Syntax errors in policy. (The sandbox knows no conditions and no variables.)";
            Refusal::new(400, "MalformedPolicyDocument", message)
        })?;
        let since = self.world.now();
        let mut account = self.world.account(self.who.account);
        let inline = &mut holder.policies(&mut account, name)?.inline;
        inline.retain(|it| it.policy.name != wanted);
        inline.push(Attached { policy: policy.into(), since });
        Ok(String::new())
    }

    pub(super) fn delete_inline(&self, holder: Holder) -> Result<String, Refusal> {
        let (name, wanted) = (self.allowed_on_holder(holder)?, self.parameters.required("PolicyName")?);
        let mut account = self.world.account(self.who.account);
        let inline = &mut holder.policies(&mut account, name)?.inline;
        let at = inline.iter().position(|it| it.policy.name == wanted);
        inline.remove(at.ok_or_else(|| no_inline(holder.words().0, wanted))?);
        Ok(String::new())
    }

    pub(super) fn attach(&self, holder: Holder) -> Result<String, Refusal> {
        let (name, arn) = (self.allowed_on_holder(holder)?, self.parameters.required("PolicyArn")?);
        let since = self.world.now();
        let mut account = self.world.account(self.who.account);
        holder.policies(&mut account, name)?;
        let policy = self.existing_policy(&account, arn)?;
        let attached = &mut holder.policies(&mut account, name)?.attached;
        if attached.iter().any(|it| it.policy.name == policy.name) {
            return Ok(String::new());
        }
        if attached.len() >= MOST_POLICIES {
            let message = format!("Cannot exceed quota for PoliciesPer{}: {MOST_POLICIES}", holder.words().1);
            return Err(Refusal::new(409, "LimitExceeded", message));
        }
        attached.push(Attached { policy, since });
        Ok(String::new())
    }

    pub(super) fn detach(&self, holder: Holder) -> Result<String, Refusal> {
        let (name, arn) = (self.allowed_on_holder(holder)?, self.parameters.required("PolicyArn")?);
        let mut account = self.world.account(self.who.account);
        let wanted = account.managed(arn).map(|policy| policy.name.clone());
        let attached = &mut holder.policies(&mut account, name)?.attached;
        let at = attached.iter().position(|it| Some(&it.policy.name) == wanted.as_ref());
        attached.remove(at.ok_or_else(|| no_such(format!("Policy {arn} was not found.")))?);
        Ok(String::new())
    }
}

/// A policy as IAM hands it out: JSON, percent-encoded.
pub(super) fn document(policy: &Policy) -> String {
    form_urlencoded::byte_serialize(policy.document().to_string().as_bytes()).collect()
}

fn no_inline(kind: &str, name: &str) -> Refusal {
    no_such(format!("The {kind} policy with name {name} cannot be found."))
}
