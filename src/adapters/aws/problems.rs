//! What AWS, the network and the credentials of a profile refuse, told as problems.
//!
//! Deliberately absent: the `Debug` of any error, since secrets may stand in it.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use rustls::CertificateError;

use super::clients::{Place, Signer};
use super::clock;
use super::flood::{self, Endless};
use super::texts::{chain, is_throttling_code, quoted, shown, speaks_of_throttling};
use crate::adapters::handles;
use crate::profiles::Kind;
use crate::wizard::facts::clock_is_off;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::words::shortened;

/// A call, as far as a problem with it has to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    /// The action in the words of policies, such as `iam:AttachUserPolicy`.
    pub(super) action: &'static str,
    /// What it is done to, such as `the IAM user ann`.
    pub(super) subject: &'a str,
    /// Who signs.
    pub(super) signer: &'a Signer,
    /// Who is asked.
    pub(super) place: &'a Place,
}

/// What AWS answered instead of doing it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Refusal {
    status: u16,
    code: String,
    message: String,
    request_id: String,
}

/// Turns what the SDK reports into a problem.
#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK may add kinds of failure at any time")]
pub(super) fn of_call<E>(call: &Call<'_>, error: &SdkError<E, HttpResponse>) -> Problem
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(problem) = handles::too_few(error) {
        return problem;
    }
    match Endless::of(error) {
        Some(Endless::Answer) => return endless_answer(call),
        Some(Endless::List) => return endless_list(call),
        None => {}
    }
    match error {
        SdkError::TimeoutError(_) => slow(call),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => slow(call),
        SdkError::DispatchFailure(failure) => {
            let error = failure.as_connector_error();
            let out_of_date = error.is_some_and(|error| is_out_of_date(error));
            unreachable(call, &error.map(|error| chain(error)).unwrap_or_default(), out_of_date)
        }
        SdkError::ServiceError(_) | SdkError::ResponseError(_) => refused(call, &Refusal::of(error)),
        _ => other(call, chain(error)),
    }
}

/// Whether AWS asks to slow down, in whatever form: CodeCommit says it in XML too, which the SDK does not understand.
pub(super) fn is_throttled<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    if matches!(error, SdkError::ServiceError(_)) && ProvideErrorMetadata::code(error).is_some_and(is_throttling_code) {
        return true;
    }
    error.raw_response().is_some_and(|response| response.status().as_u16() == 429 || speaks_of_throttling(response))
}

/// Tells why a profile gave no credentials; `root` is the profile whose login or key it rests on, `kind` its kind.
pub(super) fn of_credentials(
    profile: &ProfileName,
    root: &ProfileName,
    kind: &Kind,
    error: &CredentialsError,
) -> Problem {
    let what = format!("The profile “{}” gives no credentials.", printable(profile.as_str()));
    let why = chain(error);
    let flag = format!("--profile {}", quoted(root.as_str()));
    if matches!(error, CredentialsError::ProviderTimedOut(_)) {
        return slow_profile(profile);
    }
    if let Some(problem) = handles::too_few(error) {
        return problem;
    }
    if Endless::of(error).is_some() {
        let why = "What gives them sends an answer without an end.";
        return Problem::new(
            ProblemKind::Other,
            what,
            why,
            "Check the proxy (HTTPS_PROXY) and the endpoints of the profile.",
        );
    }
    if is_about_the_clock(&why) {
        return clock_off(&why.clone(), why);
    }
    // The texts of the SDK for requests that got no answer.
    if why.contains("dispatch failure") || why.contains("request has timed out") {
        let hint = "Check the connection, the proxy and the VPN of this computer, then try again.";
        return Problem::new(ProblemKind::Unreachable, what, why, hint);
    }
    match kind {
        // The SDK tells of a setting that is missing in a sentence about its own parts.
        Kind::Sso
            if matches!(error, CredentialsError::InvalidConfiguration(_))
                || ["was missing", "was not defined"].iter().any(|words| why.contains(words)) =>
        {
            let detail = why.rsplit(": ").next().unwrap_or(&why);
            let hint = format!("Complete them with AWS CLI version 2: aws configure sso {flag}");
            Problem::new(ProblemKind::Other, what, format!("Its SSO settings are not complete: {detail}"), hint)
        }
        Kind::Sso => {
            let hint = format!("Sign in again with AWS CLI version 2: aws sso login {flag}");
            let missing = why.contains("os error 2") || why.contains("failed to load the cached");
            let why = if missing { String::new() } else { format!(" ({why})") };
            Problem::new(ProblemKind::Expired, what, format!("Its SSO session has ended or is missing{why}."), hint)
        }
        Kind::Login => {
            let hint = format!("Sign in again with AWS CLI version 2: aws login {flag}");
            Problem::new(ProblemKind::Expired, what, format!("Its login session has ended or is missing: {why}"), hint)
        }
        Kind::Role { mfa: true, .. } => Problem::new(
            ProblemKind::Other,
            what,
            format!(
                "It takes on a role with the code of an MFA device, and nobody can be asked for the code here. {why}"
            ),
            "Choose a profile without MFA, or one that holds temporary keys of the role.",
        ),
        Kind::Role { .. } | Kind::WebIdentity | Kind::InstanceRole => {
            let hint = "Check the role of the profile, and who may take it on.";
            Problem::new(ProblemKind::Other, what, why, hint)
        }
        Kind::Process | Kind::AccessKey | Kind::TemporaryKey | Kind::HalfAKey | Kind::Nothing => {
            Problem::new(ProblemKind::Other, what, why, "Choose another profile.")
        }
    }
}

/// Tells that an answer is larger than any of AWS's.
fn endless_answer(call: &Call<'_>) -> Problem {
    let what = format!("{} sends an answer without an end ({}).", call.place.described(), call.action);
    let why = format!("It is larger than {} MB, which no answer of AWS is.", flood::ANSWER / 1024 / 1024);
    Problem::new(ProblemKind::Other, what, why, not_aws(call))
}

/// Tells that a list has more pages than any of AWS's.
pub(super) fn endless_list(call: &Call<'_>) -> Problem {
    let what = format!("{} sends a list without an end ({}).", call.place.described(), call.action);
    let why = "There is always one more page; no list of AWS is so long.";
    Problem::new(ProblemKind::Other, what, why, not_aws(call))
}

/// What to do where something else answers than AWS.
fn not_aws(call: &Call<'_>) -> String {
    match call.place.suspicion() {
        hint if hint.is_empty() => {
            "Something else than AWS may be answering: check the proxy (HTTPS_PROXY).".to_owned()
        }
        hint => hint,
    }
}

/// Tells that a profile took too long to give its credentials.
pub(super) fn slow_profile(profile: &ProfileName) -> Problem {
    Problem::new(
        ProblemKind::TimedOut,
        format!("The profile “{}” took too long to give its credentials.", printable(profile.as_str())),
        "",
        "Try again, or choose another profile.",
    )
}

impl Refusal {
    fn of<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E, HttpResponse>) -> Self {
        let status = error.raw_response().map(|response| response.status().as_u16()).unwrap_or_default();
        let code =
            if is_throttled(error) { "Throttling" } else { ProvideErrorMetadata::code(error).unwrap_or_default() };
        Self {
            status,
            code: code.to_owned(),
            message: ProvideErrorMetadata::message(error).unwrap_or_default().to_owned(),
            request_id: error.request_id().unwrap_or_default().to_owned(),
        }
    }

    /// The words of AWS, with what its support asks for.
    fn why(&self) -> String {
        let said = match (self.message.is_empty(), self.code.is_empty()) {
            (false, _) => shown(&self.message),
            (true, false) => shown(&self.code),
            (true, true) => format!("The answer was HTTP {} without a reason.", self.status),
        };
        let request =
            if self.request_id.is_empty() { String::new() } else { format!(" (request {})", shown(&self.request_id)) };
        format!("{said}{request}")
    }

    fn is_about_the_clock(&self) -> bool {
        matches!(self.code.as_str(), "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture")
            || is_about_the_clock(&self.message)
    }
}

fn refused(call: &Call<'_>, refusal: &Refusal) -> Problem {
    let why = refusal.why();
    let Call { action, subject, signer, place } = *call;
    let key = shortened(&signer.access_key_id);
    if refusal.is_about_the_clock() {
        return clock_off(&refusal.message, why);
    }
    let whose = match &signer.profile {
        Some(profile) => format!(" of the profile “{}”", printable(profile.as_str())),
        None => String::new(),
    };
    match refusal.code.as_str() {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Problem::new(
            ProblemKind::AccessDenied,
            format!("AWS does not allow {action} on {}.", shown(subject)),
            why,
            format!("Ask an administrator of the account to allow {action}."),
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => Problem::new(
            ProblemKind::BadCredentials,
            format!("AWS does not know the access key {key}{whose}."),
            why,
            if signer.temporary {
                "Check that the session token belongs to the key, and that the region is of the account's partition."
            } else {
                "Check that the whole ID was copied, that the key is active, and that the region is of the account's partition."
            },
        ),
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => Problem::new(
            ProblemKind::BadCredentials,
            format!("The secret access key does not belong to the access key {key}{whose}."),
            why,
            "Copy the secret access key again, or make a new access key: AWS shows a secret only once.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Problem::new(
            ProblemKind::Expired,
            format!("The session of the access key {key}{whose} has ended."),
            why,
            "Get new temporary keys where these came from.",
        ),
        "LimitExceeded" | "LimitExceededException" => Problem::new(
            ProblemKind::LimitReached,
            format!("There is no room for more policies on {}.", shown(subject)),
            why,
            "A user, a group or a role can have 10 managed policies, more if AWS was asked for it. Detach one, or give \
             the policy to a group that the user is in.",
        ),
        "EntityAlreadyExists" | "EntityAlreadyExistsException" | "RepositoryNameExistsException" => Problem::new(
            ProblemKind::Conflict,
            format!("What {action} would make is there already."),
            why,
            "Choose another name, or use what is there.",
        ),
        "RepositoryLimitExceededException" => Problem::new(
            ProblemKind::LimitReached,
            "The account has as many repositories in this region as it can have.".to_owned(),
            why,
            "Ask AWS for more (Service Quotas, CodeCommit), or delete one that is not needed.",
        ),
        code if code.starts_with("EncryptionKey") || code.starts_with("EncryptionIntegrity") => Problem::new(
            ProblemKind::AccessDenied,
            format!("The encryption key of {} cannot be used.", shown(subject)),
            why,
            "Ask an administrator whether a policy denies the AWS KMS actions, or the key is switched off.",
        ),
        "PolicyNotAttachable" | "PolicyNotAttachableException" | "InvalidInput" | "InvalidInputException" => {
            Problem::new(
                ProblemKind::Other,
                format!("AWS does not take this policy for {}.", shown(subject)),
                why,
                "Check that the policy and the account are of the same partition, and that the policy is not kept for roles \
                 of AWS itself.",
            )
        }
        "ServiceFailure" | "ServiceFailureException" | "InternalFailure" | "ServiceUnavailable" => Problem::new(
            ProblemKind::Other,
            format!("{} is in trouble itself ({action}).", place.described()),
            why,
            match place.suspicion() {
                suspicion if suspicion.is_empty() => {
                    "Wait a minute, then try again. Nothing on this computer is wrong.".to_owned()
                }
                suspicion => suspicion,
            },
        ),
        "NoSuchEntity" | "NoSuchEntityException" => Problem::new(
            ProblemKind::NotFound,
            format!("AWS does not know {}, or what was asked of it.", shown(subject)),
            why,
            "Check the name and the account.",
        ),
        code if is_throttling_code(code) => Problem::new(
            ProblemKind::Throttled,
            format!("AWS asks to slow down ({action})."),
            why,
            "Wait a minute, then try again.",
        ),
        _ => Problem::new(
            ProblemKind::Other,
            format!("{} did not do what was asked ({action}).", place.described()),
            why,
            place.suspicion(),
        ),
    }
}

/// Tells that AWS refused because of the clock, and how far it is off where AWS says so.
fn clock_off(message: &str, why: String) -> Problem {
    let off = clock::ahead_in(message).and_then(clock_is_off);
    Problem::new(
        ProblemKind::BadCredentials,
        format!("AWS refused the signature. {}", off.as_deref().unwrap_or("The clock of this computer is off.")),
        why,
        "Set the clock (in WSL: sudo hwclock -s), then try again.",
    )
}

fn is_about_the_clock(message: &str) -> bool {
    ["Signature expired", "not yet current"].iter().any(|words| message.contains(words))
}

fn slow(call: &Call<'_>) -> Problem {
    let hint = match call.place.suspicion() {
        hint if hint.is_empty() => "Check the connection of this computer, then try again.".to_owned(),
        hint => hint,
    };
    let what = format!("{} took too long to answer ({}).", call.place.described(), call.action);
    Problem::new(ProblemKind::TimedOut, what, "", hint)
}

/// Whether a certificate was refused since it is not good at the time that this computer has.
fn is_out_of_date(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
            return matches!(
                why,
                CertificateError::Expired
                    | CertificateError::ExpiredContext { .. }
                    | CertificateError::NotValidYet
                    | CertificateError::NotValidYetContext { .. }
            );
        }
        // What stands in an error of the system is passed over by its own source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    false
}

const OUT_OF_DATE: &str =
    "Check the date and the time of this computer: by its clock, the certificate there is not valid.";
const OPENED: &str =
    "If a proxy of your company opens TLS connections, set AWS_CA_BUNDLE to the file of its certificate authority.";

fn unreachable(call: &Call<'_>, why: &str, out_of_date: bool) -> Problem {
    let lower = why.to_ascii_lowercase();
    let hint = match call.place.suspicion() {
        _ if out_of_date => OUT_OF_DATE.to_owned(),
        hint if !hint.is_empty() => hint,
        _ if lower.contains("certificate") => OPENED.to_owned(),
        _ if lower.contains("proxy") || lower.contains("tunnel") => {
            "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.".into()
        }
        _ => "Check the connection, the proxy (HTTPS_PROXY) and the VPN of this computer, then try again.".to_owned(),
    };
    Problem::new(ProblemKind::Unreachable, format!("{} cannot be reached.", call.place.described()), why, hint)
}

fn other(call: &Call<'_>, why: String) -> Problem {
    Problem::new(ProblemKind::Other, format!("AWS could not be asked ({}).", call.action), why, "")
}

#[cfg(test)]
mod tests;
