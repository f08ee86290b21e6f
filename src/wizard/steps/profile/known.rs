//! Who a profile is once AWS said it, how long that lasts, what stands in its way, and a word of advice.
//!
//! Deliberately absent: what the identity may do (the next step).

use super::ProfileStep;
use crate::profiles::Kind;
use crate::wizard::facts::{Facts, IdentityKind, Profile};
use crate::wizard::names::{Partition, printable};
use crate::wizard::regions;
use crate::wizard::screen::Block;

impl ProfileStep {
    /// The card of a profile that AWS knows, and what else there is to say of it.
    pub(super) fn who<'a>(&self, profile: &Profile, facts: &Facts) -> Vec<Block<'a>> {
        let identity = &profile.identity;
        let alias = self.description.alias.as_ref().map(|alias| format!(" ({alias})")).unwrap_or_default();
        let kind = self.kind_of(profile);
        let mut lines = vec![
            printable(&format!("{} in account {}{alias}", identity.described(), identity.account)),
            printable(&identity.arn),
            format!("region {}", regions::described(&profile.region)),
            format!("credentials: {}", kind.label()),
        ];
        lines.extend(match identity.partition() {
            Partition::Commercial => None,
            Partition::China => Some("AWS in China (aws-cn), apart from the rest of AWS".to_owned()),
            Partition::GovCloud => Some("AWS GovCloud (aws-us-gov), apart from the rest of AWS".to_owned()),
        });
        lines.extend(self.ends(&kind));
        let mut body = vec![Block::Card { title: printable(profile.name.as_str()), lines }];
        for text in advice(&identity.kind(), &kind).into_iter().map(str::to_owned).chain(shadows(facts)) {
            body.push(Block::Gap);
            body.push(Block::Text(text));
        }
        body
    }

    /// The kind that the profile has, or gets when it is written.
    fn kind_of(&self, profile: &Profile) -> Kind {
        let candidate = self.candidate.as_ref().filter(|candidate| candidate.from_form);
        if candidate.is_some() {
            let temporary = profile.identity.access_key_id.starts_with("ASIA");
            return if temporary { Kind::TemporaryKey } else { Kind::AccessKey };
        }
        let place = self.place(profile.name.as_str());
        place.and_then(|place| self.profiles.get(place)).map_or(Kind::Nothing, |profile| profile.kind.clone())
    }

    /// How long it lasts, as far as that is known.
    fn ends(&self, kind: &Kind) -> Vec<String> {
        let sign_in = self.description.sign_in_ends_in.as_ref();
        let mut lines: Vec<String> = sign_in.map(|time| format!("the sign-in ends in {time}")).into_iter().collect();
        lines.extend(self.description.ends_in.as_ref().map(|time| match kind {
            Kind::TemporaryKey => format!("these keys end in {time}"),
            Kind::AccessKey
            | Kind::Sso
            | Kind::Login
            | Kind::Role { .. }
            | Kind::Process
            | Kind::WebIdentity
            | Kind::InstanceRole
            | Kind::HalfAKey
            | Kind::Nothing => format!("this session ends in {time}; git gets a new one by itself"),
        }));
        if lines.is_empty() && *kind == Kind::TemporaryKey {
            lines.push("these keys end after some hours; when, only whoever gave them out knows".to_owned());
        }
        lines
    }
}

/// A word on what would be safer.
fn advice(identity: &IdentityKind, kind: &Kind) -> Option<&'static str> {
    match (identity, kind) {
        (IdentityKind::Root, _) => Some(
            "This is the root user, who may do everything in the account. It works, but AWS advises to delete its keys and to \
             work as an IAM user or with SSO.",
        ),
        (_, Kind::AccessKey) => Some(
            "An access key works until it is deleted, for whoever has a copy of it. Where your company offers SSO, that is safer.",
        ),
        (
            IdentityKind::User(_) | IdentityKind::AssumedRole { .. } | IdentityKind::Federated(_) | IdentityKind::Other,
            Kind::TemporaryKey
            | Kind::Sso
            | Kind::Login
            | Kind::Role { .. }
            | Kind::Process
            | Kind::WebIdentity
            | Kind::InstanceRole
            | Kind::HalfAKey
            | Kind::Nothing,
        ) => None,
    }
}

/// What in the environment would have another say, in sentences.
pub(super) fn shadows(facts: &Facts) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in &facts.surroundings.aws_variables {
        let shown = value.as_deref().map(|value| format!("={}", printable(value))).unwrap_or_default();
        match name.as_str() {
            "AWS_PROFILE" | "AWS_ACCESS_KEY_ID" => lines.push(format!(
                "{name}{shown} is set in this terminal. Git will use the profile chosen here all the same."
            )),
            name if name.starts_with("AWS_ENDPOINT_URL") => {
                lines.push(format!("{name}{shown} is set: calls to AWS go to that address."));
            }
            _ => {}
        }
    }
    lines
}
