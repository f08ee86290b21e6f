//! What is written in policies, where the simulator may not be asked: whether one expressly denies the KMS actions that
//! CodeCommit needs.
//!
//! Deliberately absent: statements with a condition, since nobody here can tell whether it holds, and policies made by
//! AWS, which deny nothing of this.

use serde_json::Value;

use super::policies::Asking;
use super::simulation::KEY_ACTIONS;
use crate::wizard::facts::Profile;
use crate::wizard::rights::{Given, Holder, Origin};

/// The names of the policies that deny the use of keys; none when there is no policy to read, or one cannot be read.
pub(super) async fn key_denials(asking: &Asking<'_>, policies: &[Given], of: &Profile) -> Option<Vec<String>> {
    if policies.is_empty() {
        return None;
    }
    let partition = of.identity.partition().id();
    let key = format!("arn:{partition}:kms:{}:{}:key/x", of.region, of.identity.account);
    let mut denials = Vec::new();
    for policy in policies {
        if policy.arn.starts_with(&format!("arn:{partition}:iam::aws:")) {
            continue;
        }
        if denies_keys(&read(asking, policy).await?, &key) {
            denials.push(policy.name.clone());
        }
    }
    Some(denials)
}

async fn read(asking: &Asking<'_>, policy: &Given) -> Option<Value> {
    let (client, name) = (&asking.client, &policy.name);
    let document = match &policy.origin {
        Origin::Inline(Holder::User(user)) => {
            let ask = || client.get_user_policy().user_name(user).policy_name(name).send();
            asking.ask("iam:GetUserPolicy", ask).await.ok()??.policy_document
        }
        Origin::Inline(Holder::Group(group)) => {
            let ask = || client.get_group_policy().group_name(group).policy_name(name).send();
            asking.ask("iam:GetGroupPolicy", ask).await.ok()??.policy_document
        }
        Origin::Attached(_) | Origin::Boundary => {
            let ask = || client.get_policy().policy_arn(&policy.arn).send();
            let version = asking.ask("iam:GetPolicy", ask).await.ok()??.policy?.default_version_id?;
            let ask = || client.get_policy_version().policy_arn(&policy.arn).version_id(&version).send();
            asking.ask("iam:GetPolicyVersion", ask).await.ok()??.policy_version?.document?
        }
    };
    // IAM encodes documents as in a URL (RFC 3986).
    let encoded = format!("document={document}");
    let (_, document) = form_urlencoded::parse(encoded.as_bytes()).next()?;
    serde_json::from_str(&document).ok()
}

/// Whether a policy document expressly denies an action on a key.
fn denies_keys(document: &Value, key: &str) -> bool {
    let statements = several(&document["Statement"]);
    statements.iter().any(|statement| {
        let fits = |name: &str, wanted: &str| {
            let wanted = wanted.to_ascii_lowercase();
            let mut patterns = several(&statement[name]).iter().filter_map(Value::as_str);
            patterns.any(|pattern| is_like(pattern.to_ascii_lowercase().as_bytes(), wanted.as_bytes()))
        };
        let has = |name: &str| !statement[name].is_null();
        let about_action = |action: &&str| {
            if has("NotAction") { !fits("NotAction", action) } else { fits("Action", action) }
        };
        let about_key = if has("NotResource") { !fits("NotResource", key) } else { fits("Resource", key) };
        statement["Effect"] == "Deny" && !has("Condition") && about_key && KEY_ACTIONS.iter().any(about_action)
    })
}

/// A list, which may be written as the one value in it.
fn several(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

/// Whether a text fits a pattern with `*` and `?`; in a time that a pattern full of stars cannot stretch.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || *wanted == text[seen] => (at, seen) = (at + 1, seen + 1),
            Some(_) | None => {
                // The last star takes one more.
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, seen) = (place + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|left| *left == b'*')
}

#[cfg(test)]
mod tests {
    use super::{denies_keys, is_like};

    fn denies(statement: &str) -> bool {
        let document = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        denies_keys(&serde_json::from_str(&document).expect("JSON"), "arn:aws:kms:us-east-2:123456789012:key/x")
    }

    #[test]
    fn a_denial_of_the_keys_is_found_however_it_is_written() {
        for statement in [
            r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*"}"#,
            r#"[{"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": ["s3:*", "KMS:decrypt"], "Resource": ["arn:aws:kms:*:123456789012:key/*"]}]"#,
            r#"{"Effect": "Deny", "NotAction": "codecommit:*", "Resource": "*"}"#,
        ] {
            assert!(denies(statement), "{statement}");
        }
    }

    #[test]
    fn what_denies_something_else_or_only_under_a_condition_does_not_count() {
        for statement in [
            r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}"#,
            r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}"#,
            r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "arn:aws:kms:us-east-2:123456789012:key/other"}"#,
            r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}"#,
            r#"{"Effect": "Deny", "NotAction": "kms:*", "Resource": "*"}"#,
            "3",
        ] {
            assert!(!denies(statement), "{statement}");
        }
    }

    #[test]
    fn patterns_match_as_in_iam() {
        for (pattern, text) in [("*", ""), ("a*c", "abc"), ("a*c", "ac"), ("a?c", "abc"), ("*b*d", "abbcd")] {
            assert!(is_like(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*c", "ab"), ("a?c", "ac"), ("*b", "abc")] {
            assert!(!is_like(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
    }
}
