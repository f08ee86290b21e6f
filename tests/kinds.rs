//! Every kind of profile through the real program: what is said of it, whether git gets in with it by the real AWS CLI, and
//! what is said where it cannot.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use program::{Program, stderr};

/// An unattended run in a sandbox with every identity.
struct Run {
    program: Program,
    code: Option<i32>,
    text: String,
}

impl Run {
    fn of(profile: &str, clone: &str) -> Self {
        let program = Program::new();
        let clones = if clone.is_empty() { String::new() } else { format!("clone = [\"{clone}\"]\n") };
        let answers = program.write(
            "answers.toml",
            &format!(
                "[profile]\nname = \"{profile}\"\n[permissions]\npolicy = \"none\"\n[repositories]\ninto = \"~/src\"\n{clones}"
            ),
        );
        let arguments = ["--sandbox", "--sandbox-identities", "--keep", "--log", "log", "apply", "--answers", &answers];
        let output = program.run(&arguments, "");
        Self { code: output.status.code(), text: stderr(&output), program }
    }

    fn has_clone(&self) -> bool {
        let mut clones = std::fs::read_dir(self.program.sandbox_home().join("src")).into_iter().flatten().flatten();
        clones.any(|clone| clone.path().join(".git").is_dir())
    }

    #[track_caller]
    fn sees(&self, expected: &str) -> &Self {
        assert!(self.text.contains(expected), "“{expected}” was not said:\n{}", self.text);
        self
    }

    #[track_caller]
    fn ends_in_a_clone(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{}", self.text);
        assert!(self.has_clone(), "{}", self.text);
        self.sees("proven with git").gives_nothing_away(&[])
    }

    /// No secret and no token of this run's files is in what was printed, in the log, or among these texts.
    #[track_caller]
    fn gives_nothing_away(&self, texts: &[String]) -> &Self {
        let aws = self.program.sandbox_home().join(".aws");
        let secrets = secrets(&aws);
        assert!(secrets.len() > 20, "the secrets were found");
        let log = std::fs::read_to_string(self.program.folder.path().join("log")).unwrap();
        assert!(log.contains("identify") || self.code != Some(0), "{log}");
        let state = walk(&self.program.sandbox_home().join(".local"));
        for secret in &secrets {
            let shown =
                [&self.text, &log].into_iter().chain(texts).chain(&state).any(|text| text.contains(secret.as_str()));
            assert!(!shown, "a secret of {} characters was given away", secret.len());
        }
        self
    }
}

/// The texts of every file below a folder.
fn walk(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let texts = |path: std::path::PathBuf| {
        let text = || String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
        if path.is_dir() { walk(&path) } else { vec![text()] }
    };
    entries.flat_map(texts).collect()
}

/// Every long word of the AWS files that is a secret or a token.
fn secrets(aws: &Path) -> BTreeSet<String> {
    let of_file = std::fs::read_to_string(aws.join("credentials")).unwrap();
    let of_file = of_file.lines().filter_map(|line| {
        let (name, value) = line.split_once(" = ")?;
        (name != "aws_access_key_id").then(|| value.to_owned())
    });
    let cached = walk(&aws.join("sso/cache")).into_iter().chain(walk(&aws.join("login/cache")));
    let cached = cached.flat_map(|text| {
        let names = ["accessToken", "refreshToken", "clientSecret", "secretAccessKey", "sessionToken"];
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let inner = value["accessToken"].clone();
        names.map(|name| [&value, &inner].into_iter().find_map(|value| value[name].as_str()).map(str::to_owned))
    });
    of_file.chain(cached.flatten()).filter(|secret| secret.len() >= 30).collect()
}

#[test]
fn access_keys_of_a_user_the_root_user_and_a_federated_user_work_with_git() {
    Run::of("grouped", "MyDemoRepo").ends_in_a_clone().sees("An access key works until it is deleted");
    Run::of("root", "MyDemoRepo").ends_in_a_clone().sees("This is the root user, who may do everything");
    Run::of("federated", "MyDemoRepo").ends_in_a_clone().sees("federated user jane").sees("credentials: temporary key");
}

#[test]
fn roles_and_chains_of_roles_work_with_git() {
    Run::of("role", "MyDemoRepo").ends_in_a_clone().sees("role CodeCommitContributor");
    Run::of("instance", "MyDemoRepo").ends_in_a_clone().sees("role CodeCommitContributor");
    Run::of("container", "MyDemoRepo").ends_in_a_clone().sees("role CodeCommitContributor");
    Run::of("role-chain", "MyDemoRepo").ends_in_a_clone().sees("role ReleaseReader");
    Run::of("web-identity", "MyDemoRepo").ends_in_a_clone().sees("role BuildRunner, session build-42");
}

#[test]
fn sso_profiles_and_external_programs_work_with_git() {
    Run::of("sso", "MyDemoRepo").ends_in_a_clone().sees("SSO user jane.doe@example.com");
    Run::of("sso-legacy", "MyDemoRepo").ends_in_a_clone().sees("AWSReservedSSO_ViewOnlyAccess");
    Run::of("process", "MyDemoRepo").ends_in_a_clone().sees("IAM user vault-developer");
}

#[test]
fn profiles_of_china_and_govcloud_work_with_git_in_their_own_regions() {
    Run::of("china", "").ends_in_a_clone().sees("region cn-north-1 (Beijing)").sees("AWS in China (aws-cn)");
    Run::of("govcloud", "").ends_in_a_clone().sees("AWS GovCloud (aws-us-gov)");
}

#[test]
fn what_has_ended_or_takes_a_code_is_said_with_the_way_out() {
    for profile in ["sso-signed-out", "sso-expired"] {
        let run = Run::of(profile, "MyDemoRepo");
        assert_eq!(run.code, Some(1), "{}", run.text);
        run.sees("Its SSO session has ended or is missing").gives_nothing_away(&[]);
        run.sees(&format!("Sign in again with AWS CLI version 2: aws sso login --profile {profile}"));
    }
    let run = Run::of("role-mfa", "MyDemoRepo");
    assert_eq!(run.code, Some(1), "{}", run.text);
    run.sees("it takes the code of an MFA device").sees("aws sts get-session-token --profile grouped");
}

#[test]
fn aws_login_is_known_here_and_what_the_first_aws_cli_lacks_for_it_is_said() {
    let run = Run::of("login", "MyDemoRepo");
    run.sees("IAM user console-developer").gives_nothing_away(&[]);
    assert_eq!(run.code, Some(1), "{}", run.text);
    run.sees("AWS CLI");
}

/// No process of this machine had a secret of the sandbox among its arguments while everything ran.
#[cfg(target_os = "linux")]
#[test]
fn no_process_has_a_secret_among_its_arguments() {
    let done = AtomicBool::new(false);
    let (run, seen) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            while !done.load(Ordering::Relaxed) {
                for process in std::fs::read_dir("/proc").unwrap().flatten() {
                    let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
                    seen.insert(String::from_utf8_lossy(&arguments).into_owned());
                }
                std::thread::yield_now();
            }
            seen
        });
        let run = Run::of("role", "MyDemoRepo");
        done.store(true, Ordering::Relaxed);
        (run, watch.join().unwrap())
    });
    let seen: Vec<String> = seen.into_iter().collect();
    assert!(seen.iter().any(|arguments| arguments.contains("credential-helper")), "the helper was seen at work");
    run.ends_in_a_clone().gives_nothing_away(&seen);
}
