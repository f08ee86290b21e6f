//! What the real AWS CLI prints when its credential helper fails is recognised, without any network.
//!
//! The AWS CLI is taken from `target/test-tools/bin`. What it and git are known to print besides is in `known.rs`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]
#![cfg(unix)]

#[path = "failures/known.rs"]
mod known;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use codecommit_setup::failures::recognise;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use tempfile::TempDir;

const SITE: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/site\n\n";

const CREDENTIALS: &str = "[full]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
    aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n[half]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";

const CONFIG: &str = "[profile none]\nregion = us-east-1\n\
    [profile sso]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
    [profile lost]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
    [profile mfa]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = full\nmfa_serial = arn:aws:iam::123456789012:mfa/ann\n\
    [profile orphan]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = nothere\n\
    [profile poor]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = none\n\
    [profile loop]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = loop2\n\
    [profile loop2]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = loop\n\
    [profile process]\ncredential_process = false\n\
    [profile no-process]\ncredential_process = /no/such/program\n\
    [profile chatty]\ncredential_process = echo hello\n\
    [profile offline]\nrole_arn = arn:aws:iam::123456789012:role/Dev\nsource_profile = full\n\
    endpoint_url = http://127.0.0.1:1\nregion = us-east-1\n";

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.path(".aws")).unwrap();
        fs::write(home.path(".aws/config"), CONFIG).unwrap();
        fs::write(home.path(".aws/credentials"), CREDENTIALS).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a command line prints on standard error when git's request is on its standard input; it must fail.
    fn run(&self, line: &str, request: &str) -> Vec<String> {
        let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
        let mut command = Command::new("sh");
        command.args(["-c", line]).env_clear().current_dir(self.0.path());
        command.env("HOME", self.0.path()).env("PATH", format!("{}:/usr/bin:/bin", tools.display()));
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_MAX_ATTEMPTS", "1");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A command that refuses its arguments may have ended before it reads.
        let _ = child.stdin.take().unwrap().write_all(request.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert!(!output.status.success(), "{line}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    fn problem(&self, line: &str, request: &str) -> Problem {
        let lines = self.run(line, request);
        recognise(&lines).unwrap_or_else(|| panic!("{line} is not recognised: {lines:?}"))
    }

    fn with_profile(&self, profile: &str) -> Problem {
        self.problem(&format!("aws --profile {profile} codecommit credential-helper get"), SITE)
    }
}

#[test]
fn a_profile_that_is_missing_half_or_empty() {
    let home = Home::new();
    assert_eq!(home.with_profile("missing").kind, ProblemKind::NotFound);
    assert_eq!(home.with_profile("half").what, "The profile of the helper holds half an access key.");
    assert_eq!(home.with_profile("none").what, "The helper found no credentials.");
    let without = home.problem("aws codecommit credential-helper get", SITE);
    assert_eq!(without.what, "The helper found no credentials.");
}

#[test]
fn a_request_without_a_path_or_a_region() {
    let home = Home::new();
    let full = "aws --profile full codecommit credential-helper get";
    let problem = home.problem(full, "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n");
    assert!(problem.hint.contains("useHttpPath"), "{problem}");
    let problem = home.problem(full, "protocol=https\nhost=proxy.amazonaws.com\npath=x\n\n");
    assert_eq!(problem.what, "The helper knows no region for this host.");
}

#[test]
fn a_helper_that_is_called_wrongly() {
    let home = Home::new();
    for line in [
        "aws --profile dev one codecommit credential-helper get",
        "aws codecommit credential-help get",
        "aws",
        "aws codecommit credential-helper get --no-such-option",
    ] {
        assert_eq!(home.problem(line, SITE).kind, ProblemKind::BadInput, "{line}");
    }
}

#[test]
fn a_program_that_is_not_there_or_does_not_start() {
    let home = Home::new();
    let missing = home.problem("no-such-aws codecommit credential-helper get", SITE);
    assert_eq!(missing.kind, ProblemKind::MissingTool);
    let missing = home.problem("/no/such/aws codecommit credential-helper get", SITE);
    assert_eq!(missing.kind, ProblemKind::MissingTool);
}

#[test]
fn a_file_of_aws_that_is_broken() {
    let home = Home::new();
    for broken in ["[full\naws", "[full]\naws_access_key_id = a\n[full]\naws_access_key_id = b\n", "[full]\nnothing\n"]
    {
        fs::write(home.path(".aws/credentials"), broken).unwrap();
        let problem = home.with_profile("full");
        assert_eq!(problem.kind, ProblemKind::BrokenFile, "{broken}");
        assert!(problem.why.contains(".aws/credentials"), "{problem}");
    }
}

#[test]
fn an_sso_profile_whose_session_or_settings_are_missing() {
    let home = Home::new();
    assert_eq!(home.with_profile("sso").what, "Nobody is signed in to AWS SSO.");
    assert_eq!(home.with_profile("lost").what, "The SSO settings of the helper's profile are incomplete.");
}

#[test]
fn a_role_that_leans_on_what_is_not_there() {
    let home = Home::new();
    for profile in ["orphan", "poor", "loop"] {
        let problem = home.with_profile(profile);
        assert!(problem.what.contains("leans on other credentials"), "{profile}: {problem}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_mfa_code_that_nobody_can_type() {
    let home = Home::new();
    // In a session of its own, without a terminal, as where an editor runs git.
    let line = "exec setsid aws --profile mfa codecommit credential-helper get";
    assert!(home.problem(line, SITE).what.contains("MFA code"));
}

#[test]
fn a_program_for_credentials_that_fails() {
    let home = Home::new();
    for profile in ["process", "chatty"] {
        assert!(home.with_profile(profile).what.contains("credential_process"), "{profile}");
    }
    assert_eq!(home.with_profile("no-process").kind, ProblemKind::NotFound);
}

#[test]
fn an_aws_that_cannot_be_reached() {
    assert_eq!(Home::new().with_profile("offline").kind, ProblemKind::Unreachable);
}
