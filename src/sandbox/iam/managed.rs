//! Managed policies: those of AWS, and those of the account.
//!
//! Deliberately absent: their earlier versions. There is one, `v1`.

use std::sync::Arc;

use super::{Call, attached::document, no_such};
use crate::sandbox::{
    account::Account,
    api::Refusal,
    policies::Policy,
    query::{around, element, invalid},
};

/// When a policy was made and last changed.
const DATE: &str = "2015-07-09T17:06:49Z";

impl Call<'_> {
    pub(super) fn get_policy(&self) -> Result<String, Refusal> {
        let arn = self.allowed_on("policy", "PolicyArn")?;
        let account = self.world.account(self.who.account);
        let policy = self.existing_policy(&account, arn)?;
        let of_users = account.users.iter().map(|user| &user.policies);
        let of_groups = account.groups.iter().map(|group| &group.policies);
        let of_roles = account.roles.iter().map(|role| &role.policies);
        let all = of_users.chain(of_groups).chain(of_roles).flat_map(|policies| &policies.attached);
        let count = all.filter(|it| it.policy.name == policy.name).count();
        let is_boundary = |boundary: &&Arc<Policy>| boundary.name == policy.name;
        let boundaries = account.users.iter().filter_map(|user| user.boundary.as_ref()).filter(is_boundary).count();
        let elements = [
            element("PolicyName", &policy.name),
            element("PolicyId", &format!("ANPA{:A<17.17}", policy.name.to_ascii_uppercase())),
            element("Arn", arn),
            element("Path", "/"),
            element("DefaultVersionId", "v1"),
            element("AttachmentCount", &count.to_string()),
            element("PermissionsBoundaryUsageCount", &boundaries.to_string()),
            element("IsAttachable", "true"),
            element("CreateDate", DATE),
            element("UpdateDate", DATE),
        ];
        Ok(around("Policy", &elements.concat()))
    }

    pub(super) fn get_policy_version(&self) -> Result<String, Refusal> {
        let arn = self.allowed_on("policy", "PolicyArn")?;
        let policy = self.existing_policy(&self.world.account(self.who.account), arn)?;
        let version = self.parameters.required("VersionId")?;
        if version != "v1" {
            return Err(no_such(format!("Policy {arn} version {version} does not exist or is not attachable.")));
        }
        let elements = [
            element("Document", &document(&policy)),
            element("VersionId", version),
            element("IsDefaultVersion", "true"),
            element("CreateDate", DATE),
        ];
        Ok(around("PolicyVersion", &elements.concat()))
    }

    pub(super) fn existing_policy(&self, account: &Account, arn: &str) -> Result<Arc<Policy>, Refusal> {
        if arn.len() < 20 {
            let text = "failed to satisfy constraint: Member must have length greater than or equal to 20";
            return Err(invalid(&format!("Value '{arn}' at 'policyArn' {text}")));
        }
        if !arn.starts_with("arn:") || !arn.contains(":policy/") {
            return Err(Refusal::new(400, "InvalidInput", format!("ARN {arn} is not valid.")));
        }
        account.managed(arn).ok_or_else(|| {
            let listed =
                if self.action == "GetPolicy" { "was not found" } else { "does not exist or is not attachable" };
            no_such(format!("Policy {arn} {listed}."))
        })
    }
}
