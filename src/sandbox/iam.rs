//! IAM: users and groups, what is attached to them and written on them, and what comes of it.
//!
//! - `attached`: policies on users, groups and roles; `managed`: the policies themselves; `simulation`: what they allow.
//!
//! Deliberately absent: making users, groups, roles and managed policies.

use super::{
    account::{AccessKey, Account, Group, Kind, Principal, User},
    api::Refusal,
    query::{Parameters, around, date, element, invalid},
    world::World,
};

mod attached;
mod managed;
mod simulation;

use attached::Holder;

/// Answers an operation with the elements of its result.
pub(super) fn answer(world: &World, who: &Principal, action: &str, parameters: &Parameters) -> Result<String, Refusal> {
    let call = Call { world, who, action, parameters };
    match action {
        "GetUser" => call.get_user(),
        "GetRole" => call.get_role(),
        "ListGroupsForUser" => call.list_groups(),
        "ListAccessKeys" => call.list_access_keys(),
        "ListAccountAliases" => {
            call.allowed("*")?;
            call.page("AccountAliases", &[world.account(who.account).alias], |alias| element("member", alias))
        }
        "ListAttachedUserPolicies" => call.list_attached(Holder::User),
        "ListAttachedGroupPolicies" => call.list_attached(Holder::Group),
        "ListAttachedRolePolicies" => call.list_attached(Holder::Role),
        "ListUserPolicies" => call.list_inline(Holder::User),
        "ListGroupPolicies" => call.list_inline(Holder::Group),
        "ListRolePolicies" => call.list_inline(Holder::Role),
        "GetUserPolicy" => call.get_inline(Holder::User),
        "GetGroupPolicy" => call.get_inline(Holder::Group),
        "GetRolePolicy" => call.get_inline(Holder::Role),
        "AttachUserPolicy" => call.attach(Holder::User),
        "AttachGroupPolicy" => call.attach(Holder::Group),
        "AttachRolePolicy" => call.attach(Holder::Role),
        "DetachUserPolicy" => call.detach(Holder::User),
        "DetachGroupPolicy" => call.detach(Holder::Group),
        "DetachRolePolicy" => call.detach(Holder::Role),
        "PutUserPolicy" => call.put_inline(Holder::User),
        "PutGroupPolicy" => call.put_inline(Holder::Group),
        "DeleteUserPolicy" => call.delete_inline(Holder::User),
        "DeleteGroupPolicy" => call.delete_inline(Holder::Group),
        "PutUserPermissionsBoundary" => call.put_boundary(),
        "DeleteUserPermissionsBoundary" => call.delete_boundary(),
        "GetPolicy" => call.get_policy(),
        "GetPolicyVersion" => call.get_policy_version(),
        "SimulatePrincipalPolicy" => call.simulate(),
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
    /// The name of the user, group or policy that the call is about, if the caller may make it.
    fn allowed_on(&self, kind: &str, parameter: &str) -> Result<&'a str, Refusal> {
        let name = self.parameters.required(parameter)?;
        self.allowed(&format!("{kind} {name}")).map(|()| name)
    }

    fn allowed(&self, resource: &str) -> Result<(), Refusal> {
        let denied = |message| Refusal::new(403, "AccessDenied", message);
        self.world.authorize(self.who, &format!("iam:{}", self.action), resource).map_err(denied)
    }

    /// The user that is named, or the caller.
    fn allowed_on_user(&self) -> Result<&'a str, Refusal> {
        let name = match (self.parameters.text("UserName"), &self.who.kind) {
            (Some(name), _) => name,
            (None, Kind::User(name)) => name,
            (None, Kind::Root | Kind::Session { .. } | Kind::Federated(_)) => {
                let message = "Must specify userName when calling with non-User credentials";
                return Err(Refusal::new(400, "ValidationError", message));
            }
        };
        self.allowed(&format!("user {name}")).map(|()| name)
    }

    fn get_user(&self) -> Result<String, Refusal> {
        if self.who.kind == Kind::Root && self.parameters.text("UserName").is_none() {
            let elements = [element("UserId", self.who.account), element("Arn", &self.who.arn())];
            return Ok(around("User", &elements.concat()));
        }
        let name = self.allowed_on_user()?;
        let account = self.world.account(self.who.account);
        let user = find_user(&account, name)?;
        let boundary = user.boundary.as_ref().map(|policy| {
            let elements = [
                element("PermissionsBoundaryType", "Policy"),
                element("PermissionsBoundaryArn", &account.policy_arn(policy)),
            ];
            around("PermissionsBoundary", &elements.concat())
        });
        let elements = [
            element("Path", "/"),
            element("UserName", &user.name),
            element("UserId", &user.id),
            element("Arn", &account.arn(&format!("user/{}", user.name))),
            element("CreateDate", &date(user.created)),
            boundary.unwrap_or_default(),
        ];
        Ok(around("User", &elements.concat()))
    }

    fn get_role(&self) -> Result<String, Refusal> {
        let name = self.allowed_on("role", "RoleName")?;
        let account = self.world.account(self.who.account);
        let role = account.role(name);
        let role = role.ok_or_else(|| no_such(format!("The role with name {name} cannot be found.")))?;
        let elements = [
            element("Path", role.path),
            element("RoleName", &role.name),
            element("RoleId", &role.id),
            element("Arn", &account.arn(&role.in_arn())),
            element("CreateDate", &date(role.created)),
        ];
        Ok(around("Role", &elements.concat()))
    }

    fn list_groups(&self) -> Result<String, Refusal> {
        let name = self.allowed_on("user", "UserName")?;
        let account = self.world.account(self.who.account);
        let user = find_user(&account, name)?;
        let groups: Vec<&Group> = user.groups.iter().filter_map(|group| account.group(group)).collect();
        self.page("Groups", &groups, |group| {
            let elements = [
                element("Path", "/"),
                element("GroupName", group.name),
                element("GroupId", &group.id),
                element("Arn", &account.arn(&format!("group/{}", group.name))),
                element("CreateDate", &date(group.created)),
            ];
            around("member", &elements.concat())
        })
    }

    fn list_access_keys(&self) -> Result<String, Refusal> {
        let name = self.allowed_on_user()?;
        let account = self.world.account(self.who.account);
        let user = find_user(&account, name)?;
        let owner = Kind::User(name.to_owned());
        let is_of_user = |key: &&AccessKey| key.owner.kind == owner && key.session.is_none();
        let keys: Vec<&AccessKey> = account.keys.iter().filter(is_of_user).collect();
        self.page("AccessKeyMetadata", &keys, |key| {
            let elements = [
                element("UserName", name),
                element("AccessKeyId", &key.id),
                element("Status", "Active"),
                element("CreateDate", &date(user.created)),
            ];
            around("member", &elements.concat())
        })
    }

    fn put_boundary(&self) -> Result<String, Refusal> {
        let (name, arn) = (self.allowed_on("user", "UserName")?, self.parameters.required("PermissionsBoundary")?);
        let mut account = self.world.account(self.who.account);
        find_user(&account, name)?;
        let policy = self.existing_policy(&account, arn)?;
        find_user_mut(&mut account, name)?.boundary = Some(policy);
        Ok(String::new())
    }

    fn delete_boundary(&self) -> Result<String, Refusal> {
        let name = self.allowed_on("user", "UserName")?;
        let mut account = self.world.account(self.who.account);
        find_user_mut(&mut account, name)?.boundary = None;
        Ok(String::new())
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
