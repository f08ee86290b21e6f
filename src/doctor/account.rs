//! AWS: whether its API answers, what time it is there, who the caller is, and what that one may do.
//!
//! Deliberately absent: asking; `doctor` does that.

use std::time::Duration;

use super::Seen;
use super::subject::Subject;
use crate::checkup::Check;
use crate::ports::AwsFound;
use crate::profiles::Kind;
use crate::wizard::facts::{Identity, IdentityKind, clock_is_off};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions;
use crate::wizard::rights::{Answer, Deed, Denial, Rights};

/// What is known when AWS could not even be asked.
pub(super) fn silent(problem: &Problem) -> AwsFound {
    let (identity, api) = (Err(problem.clone()), Err(problem.clone()));
    AwsFound { identity, clock_ahead: None, api, repositories: None, milliseconds: [0; 2] }
}

/// Account, ARN and kind of an identity.
pub(super) fn told(identity: &Identity) -> [String; 3] {
    let kind = match identity.kind() {
        IdentityKind::User(_) => "IAM user",
        IdentityKind::AssumedRole { role, .. } if role.starts_with("AWSReservedSSO_") => "SSO user",
        IdentityKind::AssumedRole { .. } => "role",
        IdentityKind::Federated(_) => "federated user",
        IdentityKind::Root => "root user",
        IdentityKind::Other => "other",
    };
    [printable(&identity.account), printable(&identity.arn), kind.to_owned()]
}

/// What AWS said.
pub(super) fn checks(found: &AwsFound, subject: &Subject) -> Vec<Check> {
    let mut checks = vec![api(found, subject), clock(found)];
    if subject.caller.is_none() {
        checks.push(Check::skip("session", "there are no credentials"));
        checks.push(Check::skip("identity", "there are no credentials"));
        return checks;
    }
    let (session, identity) = identity(found, subject);
    checks.push(session);
    checks.push(identity.took(Duration::from_millis(found.milliseconds[0])));
    checks
}

fn api(found: &AwsFound, subject: &Subject) -> Check {
    let place = regions::described(&subject.region);
    let Err(problem) = &found.api else {
        let text = format!("CodeCommit answers in {place}");
        return Check::pass("api-host", text).took(Duration::from_millis(found.milliseconds[1]));
    };
    let why = format!("{} {}", problem.why, problem.what).to_lowercase();
    let sts_answers = found.identity.is_ok();
    let cause = if sts_answers && regions::place(&subject.region).is_none() {
        "region-unknown"
    } else if problem.kind == ProblemKind::BrokenFile || why.contains("certificate") {
        "api-certificate"
    } else if ["proxy", "tunnel", "scheme socks"].iter().any(|word| why.contains(word)) {
        "proxy-fails"
    } else if problem.what.contains("AWS_ENDPOINT_URL") || problem.hint.contains("AWS_ENDPOINT_URL") {
        "endpoint-override"
    } else {
        "api-unreachable"
    };
    let mut check = Check::fail("api-host", cause, &problem.what).why(&problem.why);
    if cause == "endpoint-override" {
        check = check.fix(&problem.hint);
    }
    check
}

fn clock(found: &AwsFound) -> Check {
    let told = found.identity.as_ref().err().filter(|problem| problem.what.contains("The clock of this computer"));
    match found.clock_ahead.and_then(clock_is_off) {
        Some(off) => Check::fail("clock", "clock-off", off).why("AWS takes git's passwords for 15 minutes only."),
        None => match (told, found.clock_ahead) {
            (Some(problem), _) => Check::fail("clock", "clock-off", &problem.what).why(&problem.why),
            (None, Some(_)) => Check::pass("clock", "the same as AWS's, within a minute"),
            (None, None) => Check::skip("clock", "AWS did not tell its time"),
        },
    }
}

/// Whether somebody is signed in, and who.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is all the rest")]
fn identity(found: &AwsFound, subject: &Subject) -> (Check, Check) {
    let shown = subject.shown_profile().unwrap_or_else(|| "the key of the environment".to_owned());
    let problem = match &found.identity {
        Ok(identity) => {
            let session = if identity.access_key_id.starts_with("ASIA") {
                "temporary credentials, good now"
            } else {
                "not needed"
            };
            let text = format!("{}, account {}", printable(&identity.described()), printable(&identity.account));
            return (Check::pass("session", session), Check::pass("identity", text));
        }
        Err(problem) => problem,
    };
    let unknown = |text: &str| Check::skip("identity", text);
    let what = &problem.what;
    match problem.kind {
        ProblemKind::Expired => {
            let signs_in = problem.hint.contains("aws sso login") || problem.hint.contains("aws login");
            let cause = if signs_in { "not-signed-in" } else { "session-ended" };
            let mut check = Check::fail("session", cause, what).why(&problem.why);
            if let Some((_, command)) = problem.hint.split_once(": ").filter(|_| signs_in) {
                check = check.fix(command);
            }
            (check, unknown("nobody is signed in"))
        }
        ProblemKind::Unreachable | ProblemKind::TimedOut => {
            let socks = problem.why.contains("scheme socks");
            let cause = if socks {
                "proxy-fails"
            } else if problem.hint.contains("AWS_ENDPOINT_URL") {
                "endpoint-override"
            } else {
                "api-unreachable"
            };
            (Check::skip("session", "AWS was not reached"), Check::fail("identity", cause, what).why(&problem.why))
        }
        ProblemKind::Throttled => {
            (Check::skip("session", "AWS asks to slow down"), Check::warn("identity", Some("throttled"), what))
        }
        _ if problem.what.contains("The clock") => {
            (Check::skip("session", "the clock is off"), unknown("AWS refused the time of the signature"))
        }
        ProblemKind::BrokenFile | ProblemKind::NotFound => {
            (Check::skip("session", "there are no credentials"), unknown("there are no credentials"))
        }
        ProblemKind::BadCredentials if what.contains("does not know the access key") => (
            Check::pass("session", "not needed"),
            Check::fail("identity", "key-unknown", format!("AWS does not know the access key of {shown}"))
                .why(&problem.why),
        ),
        ProblemKind::BadCredentials if what.contains("half") => {
            (Check::skip("session", "half a key"), unknown("half a key"))
        }
        ProblemKind::BadCredentials => (
            Check::pass("session", "not needed"),
            Check::fail(
                "identity",
                "secret-wrong",
                format!("the secret access key of {shown} does not belong to its ID"),
            )
            .why(&problem.why),
        ),
        _ => {
            let cause = match subject.kind.as_ref() {
                Some(Kind::Role { mfa: true, .. }) => "mfa-needed",
                Some(Kind::Process) => "process-failed",
                Some(Kind::Role { .. } | Kind::WebIdentity | Kind::InstanceRole) => "role-refused",
                _ => "no-credentials",
            };
            (Check::skip("session", "no credentials came"), Check::fail("identity", cause, what).why(&problem.why))
        }
    }
}

/// What the identity may do, weighed against what git could do.
pub(super) fn rights(seen: &Seen, subject: &Subject) -> Vec<Check> {
    let Some(rights) = &seen.rights else {
        let text = "who asks is not known";
        return vec![Check::skip("permissions", text), Check::skip("kms", text)];
    };
    match rights {
        Ok(rights) => vec![permissions(rights, seen, subject), keys(rights, seen)],
        Err(problem) => {
            vec![Check::skip("permissions", &problem.what), Check::skip("kms", "the policies could not be seen")]
        }
    }
}

fn permissions(rights: &Rights, seen: &Seen, subject: &Subject) -> Check {
    let may = |deed| matches!(rights.answer(deed), Answer::Allowed { .. });
    let denial = |deed| match rights.answer(deed) {
        Answer::Denied(denial) => Some(denial),
        Answer::Allowed { .. } | Answer::Unknown => None,
    };
    let deeds = [(Deed::Pull, "clone"), (Deed::Push, "push"), (Deed::List, "list")];
    // What git could do is certain, whatever the simulator says of it.
    let pull = denial(Deed::Pull).filter(|_| !seen.reads());
    if let Some(denial) = pull {
        return denied(denial, Deed::Pull, rights);
    }
    match denial(Deed::Push) {
        Some(Denial::Unmentioned) => {
            return Check::warn("permissions", Some("read-only"), "may clone and pull, but not push")
                .why("No policy allows codecommit:GitPush. Reading works all the same.");
        }
        Some(denial) => return denied(denial, Deed::Push, rights),
        None => {}
    }
    let tried = |deed| deed == Deed::Pull && seen.reads();
    let known: Vec<&str> = deeds.iter().filter(|(deed, _)| may(*deed) || tried(*deed)).map(|(_, word)| *word).collect();
    if denial(Deed::List).is_some() {
        let knows_nothing = matches!(rights.answer(Deed::Pull), Answer::Unknown) && !seen.reads();
        if knows_nothing && seen.refused().is_some_and(|refused| refused.status == Some(403)) {
            return Check::fail("permissions", "not-allowed", "may not list repositories, and git is refused")
                .why("What the policies say may not be seen with this profile.");
        }
        let profile = subject.shown_profile().unwrap_or_default();
        return Check::warn(
            "permissions",
            None,
            format!("{profile} may not list repositories: their names have to be typed"),
        )
        .why("codecommit:ListRepositories is not allowed.");
    }
    match known.as_slice() {
        [] => Check::skip("permissions", "AWS does not say"),
        words => {
            let unknown =
                |deed: &(Deed, &'static str)| matches!(rights.answer(deed.0), Answer::Unknown) && !tried(deed.0);
            let unknown: Vec<&str> = deeds.iter().filter(|deed| unknown(deed)).map(|(_, word)| *word).collect();
            let rest = if unknown.is_empty() { String::new() } else { format!("; not known: {}", unknown.join(", ")) };
            Check::pass("permissions", format!("may {}{rest}", words.join(", ")))
        }
    }
}

fn denied(denial: &Denial, deed: Deed, rights: &Rights) -> Check {
    let action = deed.action();
    match denial {
        Denial::Unmentioned => {
            let attached: Vec<String> = rights.attached().map(printable).collect();
            let why = match attached.as_slice() {
                [] => format!("No policy allows {action}."),
                names => format!("No policy allows {action}. Attached are: {}.", names.join(", ")),
            };
            Check::fail("permissions", "not-allowed", format!("{action} is not allowed")).why(why)
        }
        Denial::Expressly(policies) => {
            let named: Vec<String> =
                policies.iter().map(|name| printable(rights.find(name).map_or(name, |policy| &policy.name))).collect();
            let by = if named.is_empty() { String::new() } else { format!(" by {}", named.join(", ")) };
            Check::fail("permissions", "denied", format!("{action} is expressly denied{by}"))
                .why("No other policy can allow what one denies expressly.")
                .fix(format!(
                    "Ask an administrator to take the deny of {action} away{}.",
                    if named.is_empty() { String::new() } else { format!(" from {}", named.join(", ")) }
                ))
        }
        Denial::Boundary => {
            let boundary = rights.boundary().map(|policy| printable(&policy.name)).unwrap_or_default();
            Check::fail(
                "permissions",
                "boundary",
                format!("the permissions boundary {boundary} does not allow {action}"),
            )
            .why("A boundary allows nothing by itself, and what is not in it counts nowhere.")
            .fix("Ask an administrator to let the boundary allow codecommit actions.")
        }
        Denial::Organization => {
            Check::fail("permissions", "denied", format!("a policy of the organization does not allow {action}"))
                .fix("Ask the administrators of the organization.")
        }
    }
}

fn keys(rights: &Rights, seen: &Seen) -> Check {
    match &rights.key_denials {
        None => Check::skip("kms", "the policies could not be seen"),
        Some(denials) if denials.is_empty() => Check::pass("kms", "no policy denies the use of keys"),
        Some(denials) => {
            let text =
                format!("denied by {}", denials.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", "));
            let why = "CodeCommit encrypts every repository with a key of AWS KMS.";
            if seen.reads() {
                Check::warn("kms", Some("kms-denied"), text).why(why)
            } else {
                Check::fail("kms", "kms-denied", text).why(why)
            }
        }
    }
}
