//! What an identity may do, in words: a line for each deed, with the policies that decide on it.
//!
//! Deliberately absent: guessing. What nobody would say is not known; what only a name suggests is a “should”.

use super::policy;
use crate::wizard::names::printable;
use crate::wizard::rights::{Answer, Deed, Denial, Given, Holder, Origin, Rights};
use crate::wizard::screen::Block;

/// The table of what may be done; nothing when nothing at all is known.
pub(super) fn deeds(rights: &Rights) -> Option<Block<'static>> {
    if rights.answers.is_empty() && rights.policies.is_empty() {
        return None;
    }
    let rows = Deed::ALL.map(|deed| {
        let (answer, from) = in_words(rights, deed);
        vec![name(deed).to_owned(), answer, from]
    });
    Some(Block::Table { head: vec!["May", "", "Because of"], rows: rows.to_vec() })
}

/// The table of the policies that could be seen.
pub(super) fn policies(rights: &Rights) -> Option<Block<'static>> {
    let row = |policy: &Given| vec![printable(&policy.name), origin(&policy.origin)];
    let rows: Vec<_> = rights.policies.iter().map(row).collect();
    (!rows.is_empty()).then(|| Block::Table { head: vec!["Policy", "Where"], rows })
}

/// One line on the KMS actions that CodeCommit needs (CodeCommit user guide, AWS KMS and encryption), when it is known.
pub(super) fn keys(rights: &Rights) -> Option<String> {
    let denials = rights.key_denials.as_ref()?;
    Some(match denials.as_slice() {
        [] => "KMS: no policy denies the keys that CodeCommit needs.".to_owned(),
        names => format!(
            "KMS: {} expressly denies actions on the key aws/codecommit, without which repositories can neither be made \
             nor read.",
            found(rights, names)
        ),
    })
}

/// One line on what could not be seen, when that is only a part.
pub(super) fn unseen(rights: &Rights) -> Option<String> {
    let is_part = rights.sees_attached() && !rights.unseen.is_empty();
    is_part.then(|| format!("Not seen, because it is denied here: {}.", rights.unseen.join(", ")))
}

/// Whether what is known lets its user work: it may clone, or it may list and nothing speaks against cloning.
pub(super) fn suffices(rights: &Rights) -> bool {
    let may_clone = matches!(rights.answer(Deed::Pull), Answer::Allowed { .. }) || likely(rights, Deed::Pull).is_some();
    let may_list = matches!(rights.answer(Deed::List), Answer::Allowed { .. });
    may_clone || (may_list && *rights.answer(Deed::Pull) == Answer::Unknown)
}

/// Whether no further policy can help with anything.
pub(super) fn is_barred(rights: &Rights) -> bool {
    is_barred_from(rights, Deed::List)
}

/// Whether no further policy can help with pushing.
pub(super) fn is_barred_from_pushing(rights: &Rights) -> bool {
    is_barred_from(rights, Deed::Push)
}

/// Whether something denies a deed to whoever has a policy that allows it.
fn is_barred_from(rights: &Rights, deed: Deed) -> bool {
    match rights.answer(deed) {
        Answer::Denied(Denial::Boundary | Denial::Organization | Denial::Expressly(_)) => true,
        Answer::Denied(Denial::Unmentioned) | Answer::Allowed { .. } | Answer::Unknown => false,
    }
}

/// Names of the policy simulator as a person knows them.
fn found(rights: &Rights, ids: &[String]) -> String {
    let each = ids.iter().map(|id| rights.find(id).map_or_else(|| printable(id), described));
    each.collect::<Vec<_>>().join(", ")
}

fn described(policy: &Given) -> String {
    let name = printable(&policy.name);
    match &policy.origin {
        Origin::Attached(Holder::User(_)) => name,
        Origin::Inline(Holder::User(_)) => format!("{name} (inline)"),
        Origin::Attached(Holder::Group(group)) | Origin::Inline(Holder::Group(group)) => {
            format!("{name} (group {})", printable(group))
        }
        Origin::Boundary => format!("{name} (boundary)"),
    }
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Attached(Holder::User(_)) => "attached to the user".to_owned(),
        Origin::Inline(Holder::User(_)) => "inline, of the user".to_owned(),
        Origin::Attached(Holder::Group(group)) => format!("attached to group {}", printable(group)),
        Origin::Inline(Holder::Group(group)) => format!("inline, of group {}", printable(group)),
        Origin::Boundary => "permissions boundary: the most that is allowed".to_owned(),
    }
}

/// The policy that should allow a deed by what is known of its name, where nobody could be asked.
fn likely(rights: &Rights, deed: Deed) -> Option<&Given> {
    let speaks_against = rights.boundary().is_some() || matches!(rights.answer(Deed::List), Answer::Denied(_));
    if speaks_against || *rights.answer(deed) != Answer::Unknown {
        return None;
    }
    let mut attached = rights.policies.iter().filter(|policy| matches!(policy.origin, Origin::Attached(_)));
    attached.find(|policy| policy::is_known_to_allow(policy, deed))
}

fn in_words(rights: &Rights, deed: Deed) -> (String, String) {
    match rights.answer(deed) {
        Answer::Allowed { by, on } => {
            let names: Vec<&str> = on.iter().map(crate::wizard::names::RepositoryName::as_str).collect();
            let yes = if names.is_empty() { "yes".to_owned() } else { format!("yes, {}", names.join(", ")) };
            let from = if by.is_empty() { "it was tried".to_owned() } else { found(rights, by) };
            (yes, from)
        }
        Answer::Denied(denial) => ("no".to_owned(), denied(rights, deed, denial)),
        Answer::Unknown => match likely(rights, deed) {
            Some(policy) => ("should".to_owned(), described(policy)),
            None => ("not known".to_owned(), String::new()),
        },
    }
}

fn denied(rights: &Rights, deed: Deed, denial: &Denial) -> String {
    let boundary = || rights.boundary().map_or_else(|| "the permissions boundary".to_owned(), described);
    match denial {
        Denial::Unmentioned if matches!(deed, Deed::Pull | Deed::Push) => {
            "no policy allows it for every repository".to_owned()
        }
        Denial::Unmentioned => "no policy allows it".to_owned(),
        Denial::Expressly(ids) if ids.is_empty() => "a policy denies it expressly".to_owned(),
        Denial::Expressly(ids) => format!("{} denies it", found(rights, ids)),
        Denial::Boundary => format!("{} does not allow it", boundary()),
        Denial::Organization => "a policy of the organization denies it".to_owned(),
    }
}

fn name(deed: Deed) -> &'static str {
    match deed {
        Deed::List => "list repositories",
        Deed::Pull => "clone, fetch",
        Deed::Push => "push",
        Deed::Create => "create",
    }
}
