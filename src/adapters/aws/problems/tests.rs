//! Refusals told: every code in its words, and nothing of others that could drive a terminal.

use aws_credential_types::provider::error::CredentialsError;

use super::{Call, CertificateError, Refusal, is_out_of_date, of_credentials, refused, unreachable};
use crate::adapters::aws::clients::{Place, Signer};
use crate::profiles::Kind;
use crate::wizard::names::ProfileName;
use crate::wizard::problem::{Problem, ProblemKind};

fn with_call<T>(variable: Option<&'static str>, ask: impl FnOnce(&Call<'_>) -> T) -> T {
    let signer = Signer { access_key_id: "AKIAIOSFODNN7EXAMPLE".into(), temporary: false, profile: None };
    let place = Place { host: "iam.amazonaws.com".into(), variable };
    ask(&Call { action: "iam:AttachUserPolicy", subject: "the IAM user ann", signer: &signer, place: &place })
}

fn refusal(code: &str, message: &str) -> Problem {
    let refusal = Refusal { status: 400, code: code.into(), message: message.into(), request_id: "1-2-3".into() };
    with_call(None, |call| refused(call, &refusal))
}

#[test]
fn every_refusal_says_what_it_is_about() {
    for (code, message, kind, words) in [
        ("AccessDenied", "no", ProblemKind::AccessDenied, "does not allow iam:AttachUserPolicy on the IAM user ann"),
        ("InvalidClientTokenId", "no", ProblemKind::BadCredentials, "does not know the access key AKIA…MPLE."),
        ("UnrecognizedClientException", "no", ProblemKind::BadCredentials, "AKIA…MPLE"),
        ("SignatureDoesNotMatch", "no", ProblemKind::BadCredentials, "The secret access key does not belong"),
        ("SignatureDoesNotMatch", "Signature expired: 1 is", ProblemKind::BadCredentials, "The clock of this computer"),
        ("InvalidSignatureException", "Signature not yet current: 1", ProblemKind::BadCredentials, "clock"),
        ("RequestExpired", "no", ProblemKind::BadCredentials, "clock"),
        ("ExpiredToken", "no", ProblemKind::Expired, "has ended"),
        ("LimitExceeded", "no", ProblemKind::LimitReached, "no room for more policies on the IAM user ann"),
        ("EntityAlreadyExists", "no", ProblemKind::Conflict, "there already"),
        ("PolicyNotAttachable", "no", ProblemKind::Other, "does not take this policy"),
        ("NoSuchEntity", "no", ProblemKind::NotFound, "the IAM user ann"),
        ("ThrottlingException", "no", ProblemKind::Throttled, "slow down"),
        ("ServiceFailure", "no", ProblemKind::Other, "iam.amazonaws.com is in trouble itself"),
        ("SomethingNew", "no", ProblemKind::Other, "iam.amazonaws.com"),
    ] {
        let problem = refusal(code, message);
        assert_eq!(problem.kind, kind, "{code}");
        assert!(problem.what.contains(words), "{code}: {}", problem.what);
        assert_eq!(problem.why, format!("{message} (request 1-2-3)"));
    }
}

#[test]
fn words_of_aws_cannot_drive_the_terminal() {
    let problem = refusal("AccessDenied", "a\u{1b}[2Jb\nc");
    assert_eq!(problem.why, "a\u{fffd}[2Jb c (request 1-2-3)");
    assert!(refusal("AccessDenied", &"x".repeat(5000)).why.chars().count() < 450);
}

#[test]
fn an_address_from_a_variable_is_told_with_the_variable() {
    let plain = with_call(None, |call| unreachable(call, "connection refused", false));
    assert!(plain.what.contains("iam.amazonaws.com") && plain.hint.contains("HTTPS_PROXY"), "{plain}");
    let named = with_call(Some("AWS_ENDPOINT_URL_IAM"), |call| unreachable(call, "connection refused", false));
    assert!(named.hint.contains("AWS_ENDPOINT_URL_IAM"), "{named}");
    let tls = with_call(None, |call| unreachable(call, "invalid peer certificate: UnknownIssuer", false));
    assert!(tls.hint.contains("AWS_CA_BUNDLE"), "{tls}");
    let late = with_call(None, |call| unreachable(call, "invalid peer certificate: certificate expired", true));
    assert!(late.hint.contains("the date and the time of this computer"), "{late}");
}

#[test]
fn a_certificate_that_is_out_of_date_is_found_behind_other_errors() {
    let of = |why| std::io::Error::other(std::io::Error::other(rustls::Error::InvalidCertificate(why)));
    assert!(is_out_of_date(&of(CertificateError::NotValidYet)) && is_out_of_date(&of(CertificateError::Expired)));
    assert!(
        !is_out_of_date(&of(CertificateError::UnknownIssuer)) && !is_out_of_date(&std::io::Error::other("expired"))
    );
}

#[test]
fn ended_sessions_come_with_the_command_that_begins_a_new_one() {
    let profile = ProfileName::parse("dev").expect("a name");
    let root = ProfileName::parse("my sso").expect("a name");
    let told = |kind: &Kind| of_credentials(&profile, &root, kind, &CredentialsError::not_loaded("no token"));
    let sso = told(&Kind::Sso);
    assert_eq!(
        (sso.kind, sso.hint.as_str()),
        (ProblemKind::Expired, "Sign in again with AWS CLI version 2: aws sso login --profile 'my sso'")
    );
    assert_eq!(told(&Kind::Login).hint, "Sign in again with AWS CLI version 2: aws login --profile 'my sso'");
    let error = CredentialsError::invalid_configuration("profile `dev` was not defined: `sso_region` was missing");
    let incomplete = of_credentials(&profile, &root, &Kind::Sso, &error);
    assert_eq!(incomplete.why, "Its SSO settings are not complete: `sso_region` was missing");
    assert_eq!(incomplete.hint, "Complete them with AWS CLI version 2: aws configure sso --profile 'my sso'");
    assert!(told(&Kind::Role { mfa: true, source: None }).why.contains("nobody can be asked"));
    assert!(told(&Kind::Process).why.contains("no token"));
}
