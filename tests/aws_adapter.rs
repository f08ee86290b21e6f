//! The AWS adapter against the sandbox: who signs, what is refused in which words, and repositories as they come.
//!
//! Deliberately absent: real AWS, and sleeping.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::profiles::{NewProfile, with_access_key};
use codecommit_setup::sandbox::{Options, Sandbox, Trouble};
use codecommit_setup::wizard::effect::{AccessKey, Caller, Catalogue, Credentials, Repository};
use codecommit_setup::wizard::facts::Description;
use codecommit_setup::wizard::names::{ProfileName, Region};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::secret::Secret;
use tempfile::TempDir;

struct Inside {
    sandbox: Sandbox,
    _parent: TempDir,
}

impl Inside {
    async fn start(trouble: &[Trouble]) -> Self {
        let parent = TempDir::new().expect("a temporary folder");
        let options =
            Options { trouble: trouble.to_vec(), parent: Some(parent.path().to_owned()), ..Options::default() };
        Self { sandbox: Sandbox::start(&options).await.expect("a sandbox"), _parent: parent }
    }

    async fn with_identities() -> Self {
        let parent = TempDir::new().expect("a temporary folder");
        let options = Options { identities: true, parent: Some(parent.path().to_owned()), ..Options::default() };
        Self { sandbox: Sandbox::start(&options).await.expect("a sandbox"), _parent: parent }
    }

    /// The adapter in the sandbox, with variables more than those.
    fn aws(&self, more: &[(&str, &str)]) -> Aws {
        let more = more.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Aws::new(Arc::new(Environment::of(self.sandbox.environment([]).into_iter().chain(more))))
    }

    fn spare(&self) -> AccessKey {
        let (id, secret) = self.sandbox.spare_key();
        AccessKey { id, secret, session_token: None }
    }

    /// The value of a key in the credentials file, in the section of a profile.
    fn written(&self, profile: &str, key: &str) -> String {
        let text = fs::read_to_string(self.sandbox.home().join(".aws/credentials")).expect("the file");
        let section = text.split(&format!("[{profile}]\n")).nth(1).expect("the profile");
        let line = section.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
        line.expect("the key").to_owned()
    }

    fn append(&self, file: &str, text: &str) {
        let path = self.sandbox.home().join(".aws").join(file);
        let before = fs::read_to_string(&path).expect("the file");
        fs::write(&path, format!("{before}{text}")).expect("the file written");
    }
}

fn region() -> Region {
    Region::parse("us-east-2").expect("a region")
}

fn profile(name: &str) -> Caller {
    Caller { credentials: Credentials::Profile(ProfileName::parse(name).expect("a name")), region: region() }
}

fn keys(keys: AccessKey) -> Caller {
    Caller { credentials: Credentials::Keys(keys), region: region() }
}

fn quietly(_: Vec<Repository>) {}

async fn refusal(aws: &Aws, caller: &Caller) -> Problem {
    aws.identify(caller).await.expect_err("a refusal")
}

#[tokio::test]
async fn each_profile_is_who_it_says() {
    let inside = Inside::start(&[]).await;
    let aws = inside.aws(&[]);
    for (name, short) in [("default", "new-developer"), ("admin", "setup-admin")] {
        let identity = aws.identify(&profile(name)).await.expect("an identity");
        assert_eq!(identity.short(), short);
        assert_eq!(identity.account.len(), 12);
        assert_eq!(identity.access_key_id, inside.written(name, "aws_access_key_id"));
    }
    let identity = aws.identify(&profile("temporary")).await.expect("an identity");
    assert!(identity.arn.contains(":assumed-role/") && identity.access_key_id.starts_with("ASIA"), "{identity:?}");
}

#[tokio::test]
async fn nothing_in_the_environment_signs_in_place_of_the_caller() {
    let inside = Inside::start(&[]).await;
    let (id, secret) = (inside.written("admin", "aws_access_key_id"), inside.written("admin", "aws_secret_access_key"));
    let aws = inside.aws(&[("AWS_PROFILE", "admin"), ("AWS_ACCESS_KEY_ID", &id), ("AWS_SECRET_ACCESS_KEY", &secret)]);
    assert_eq!(aws.identify(&profile("default")).await.expect("an identity").short(), "new-developer");
    assert_eq!(aws.identify(&keys(inside.spare())).await.expect("an identity").short(), spare_name(&inside));
    let lost = inside.aws(&[("AWS_PROFILE", "missing")]);
    assert_eq!(lost.identify(&profile("default")).await.expect("an identity").short(), "new-developer");
}

fn spare_name(inside: &Inside) -> String {
    inside.sandbox.spare_key_file().file_stem().expect("a name").to_string_lossy().into_owned()
}

#[tokio::test]
async fn a_profile_may_have_a_space_in_its_name_or_be_an_external_process() {
    let inside = Inside::start(&[]).await;
    let (id, secret) = (inside.written("admin", "aws_access_key_id"), inside.written("admin", "aws_secret_access_key"));
    inside.append("credentials", &format!("[my admin]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"));
    let json = format!(r#"{{"Version":1,"AccessKeyId":"{id}","SecretAccessKey":"{secret}"}}"#);
    fs::write(inside.sandbox.home().join("keys.json"), json).expect("a file");
    let file = inside.sandbox.home().join("keys.json");
    inside.append("config", &format!("[profile tool]\ncredential_process = cat {}\n", file.display()));
    inside.append("config", "[profile broken-tool]\ncredential_process = false\n[profile empty]\nregion = us-east-2\n");
    inside.append("config", "[profile half]\naws_access_key_id = AKIA\n");
    let aws = inside.aws(&[]);
    for name in ["my admin", "tool"] {
        assert_eq!(aws.identify(&profile(name)).await.expect(name).short(), "setup-admin");
    }
    for (name, kind) in [
        ("broken-tool", ProblemKind::Other),
        ("empty", ProblemKind::NotFound),
        ("half", ProblemKind::BadCredentials),
        ("nobody", ProblemKind::NotFound),
    ] {
        let problem = refusal(&aws, &profile(name)).await;
        assert_eq!(problem.kind, kind, "{problem}");
        assert!(problem.what.contains(&format!("“{name}”")), "{problem}");
        assert!(!problem.to_string().contains(&secret));
    }
}

#[tokio::test]
async fn the_real_aws_cli_is_who_was_written_whatever_the_file_looks_like() {
    let inside = Inside::start(&[]).await;
    let home = inside.sandbox.home().join(".aws");
    let spare = inside.spare();
    for (name, config, credentials) in [
        ("plain", "", ""),
        ("dev one", "[default]\r\nregion = eu-west-1\r\n", "[other]\r\naws_access_key_id = AKIA\r\n"),
        ("no-newline", "# comment\n[profile x]\ns3 =\n    a = b", "[x]\naws_access_key_id = AKIA"),
        ("it's; #1", "", "[it's; #1]\naws_access_key_id = old\naws_secret_access_key = old\naws_session_token = old\n"),
    ] {
        let new = NewProfile {
            name: ProfileName::parse(name).expect("a name"),
            access_key_id: spare.id.clone(),
            secret: spare.secret.clone(),
            session_token: None,
            region: region(),
            output: "json".to_owned(),
        };
        let after = with_access_key(config.as_bytes(), credentials.as_bytes(), &new).expect("written");
        fs::write(home.join("config"), after.config).expect("a file");
        fs::write(home.join("credentials"), after.credentials).expect("a file");
        let output = tokio::process::Command::new(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/aws"),
        )
        .args(["sts", "get-caller-identity", "--query", "Arn", "--output", "text", "--profile", name])
        .env_clear()
        .envs(inside.sandbox.environment([]))
        .output()
        .await
        .expect("the AWS CLI");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            said.trim().ends_with(":user/second-developer"),
            "{name}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(inside.aws(&[]).identify(&profile(name)).await.expect(name).short(), "second-developer");
    }
}

#[tokio::test]
async fn what_else_is_known_of_a_caller_needs_no_permission() {
    let inside = Inside::with_identities().await;
    let aws = inside.aws(&[]);
    let admin = aws.describe(&profile("admin")).await.expect("a description");
    assert_eq!((admin.alias.as_deref(), admin.ends_in), (Some("example-shop"), None));
    let denied = aws.describe(&profile("clone-only")).await.expect("a description");
    assert_eq!(denied, Description::default());
}

#[tokio::test]
async fn an_sso_profile_without_a_session_is_told_how_to_sign_in() {
    let inside = Inside::start(&[]).await;
    inside.append(
        "config",
        "[profile sso]\nsso_session = none-such\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
         [sso-session none-such]\nsso_region = us-east-2\nsso_start_url = https://none-such.invalid/start\n\
         [profile login]\nlogin_session = arn:aws:iam::123456789012:user/none-such\n",
    );
    let aws = inside.aws(&[]);
    let problem = refusal(&aws, &profile("sso")).await;
    assert_eq!(
        (problem.kind, problem.hint.as_str()),
        (ProblemKind::Expired, "Sign in again with AWS CLI version 2: aws sso login --profile sso")
    );
    let problem = refusal(&aws, &profile("login")).await;
    assert_eq!(
        (problem.kind, problem.hint.as_str()),
        (ProblemKind::Expired, "Sign in again with AWS CLI version 2: aws login --profile login")
    );
}

#[tokio::test]
async fn a_broken_file_matters_only_to_profiles() {
    let inside = Inside::start(&[]).await;
    inside.append("config", "[half a header\nnonsense\n");
    let aws = inside.aws(&[]);
    assert!(aws.identify(&keys(inside.spare())).await.is_ok());
    let problem = refusal(&aws, &profile("default")).await;
    assert_eq!(problem.kind, ProblemKind::BrokenFile);
    assert!(problem.what.starts_with("Line ") && problem.what.contains(".aws/config"), "{problem}");
}

/// The whole list of a caller, put together from what is told.
async fn listed(aws: &Aws, caller: &Caller) -> Result<Catalogue, Problem> {
    let known = Mutex::new(Catalogue::default());
    let tell = |news| _ = known.lock().expect("the list").add(news);
    let rest = aws.list_repositories(caller, &tell).await?;
    let mut known = known.into_inner().expect("the list");
    known.add(rest);
    Ok(known)
}

#[tokio::test]
async fn repositories_come_as_names_first_and_then_with_details() {
    let inside = Inside::start(&[]).await;
    let told = Mutex::new(Vec::new());
    let tell = |news: Vec<Repository>| told.lock().expect("the list").push(news);
    let rest = inside.aws(&[]).list_repositories(&profile("admin"), &tell).await.expect("a list");
    let told = told.into_inner().expect("the list");
    let names: Vec<&str> = told[0].iter().map(|repository| repository.name.as_str()).collect();
    assert_eq!(names, ["MyDemoRepo", "payments-api", "web.front_end"]);
    assert!(told[0].iter().all(|repository| repository.details.is_none()));
    // What was told is not told again.
    assert_eq!(told[1..].iter().map(Vec::len).sum::<usize>() + rest.len(), 3);
    let details = rest.iter().chain(told[1..].iter().flatten()).find(|it| it.name.as_str() == "MyDemoRepo");
    let details = details.and_then(|repository| repository.details.as_ref()).expect("details");
    assert_eq!(details.description, "The repository of the AWS guide");
    assert_eq!(details.default_branch.as_deref(), Some("main"));
    assert_eq!(details.clone_url, "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo");
    assert_eq!(details.clone_url_ssh, "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo");
    assert_eq!(details.arn, "arn:aws:codecommit:us-east-2:123456789012:MyDemoRepo");
    assert!(
        details.encryption_key.as_ref().is_some_and(|key| key.starts_with("arn:aws:kms:us-east-2:")),
        "{details:?}"
    );
    assert_eq!(details.changed_at().as_deref(), Some("2026-01-08T09:00:00Z"));
    assert!(details.last_change.ends_with(" ago") || details.last_change == "just now", "{details:?}");
}

#[tokio::test]
async fn names_are_enough_where_details_are_denied() {
    let inside = Inside::start(&[Trouble::Deny("codecommit:BatchGetRepositories".to_owned())]).await;
    let known = listed(&inside.aws(&[]), &profile("admin")).await.expect("a list");
    assert_eq!((known.all().len(), known.described()), (3, 0));
}

#[tokio::test]
async fn a_list_that_is_denied_names_what_is_missing() {
    let inside = Inside::start(&[Trouble::Deny("codecommit:*".to_owned())]).await;
    let denied = inside.aws(&[]).list_repositories(&profile("admin"), &quietly).await.expect_err("denied");
    assert_eq!(denied.kind, ProblemKind::AccessDenied);
    assert!(denied.what.contains("codecommit:ListRepositories on the repositories of us-east-2"), "{denied}");
}

#[tokio::test]
async fn a_region_without_repositories_is_an_empty_list() {
    let inside = Inside::start(&[Trouble::NoRepositories]).await;
    assert!(listed(&inside.aws(&[]), &profile("admin")).await.expect("a list").all().is_empty());
}

#[tokio::test]
async fn ten_thousand_repositories_are_listed_with_their_details() {
    let inside = Inside::start(&[Trouble::ManyRepositories(10_000)]).await;
    let known = listed(&inside.aws(&[]), &profile("admin")).await.expect("a list");
    assert_eq!((known.all().len(), known.described()), (10_003, 10_003));
}

#[tokio::test]
async fn being_asked_to_slow_down_is_waited_out_whatever_its_form() {
    let inside = Inside::start(&[Trouble::Throttle(3)]).await;
    assert!(inside.aws(&[]).identify(&profile("admin")).await.is_ok());
    let inside = Inside::start(&[Trouble::Throttle(3)]).await;
    assert_eq!(listed(&inside.aws(&[]), &profile("admin")).await.expect("a list").described(), 3);
}

#[tokio::test]
async fn a_key_that_aws_does_not_know_is_named_shortened() {
    let inside = Inside::start(&[]).await;
    let unknown = AccessKey { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..inside.spare() };
    let problem = refusal(&inside.aws(&[]), &keys(unknown.clone())).await;
    assert_eq!(problem.kind, ProblemKind::BadCredentials);
    assert_eq!(problem.what, "AWS does not know the access key AKIA…MPLE.");
    let problem = inside.aws(&[]).list_repositories(&keys(unknown), &quietly).await.expect_err("unknown");
    assert_eq!(problem.what, "AWS does not know the access key AKIA…MPLE.");
}

#[tokio::test]
async fn a_wrong_secret_is_told_apart_and_not_shown() {
    let inside = Inside::start(&[]).await;
    let wrong = AccessKey { secret: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), ..inside.spare() };
    let problem = refusal(&inside.aws(&[]), &keys(wrong)).await;
    assert_eq!(problem.kind, ProblemKind::BadCredentials);
    assert!(problem.what.starts_with("The secret access key does not belong"), "{problem}");
    assert!(!format!("{problem:?}").contains("bPxRfiCY"));
}

#[tokio::test]
async fn a_clock_that_is_off_is_blamed_instead_of_the_secret() {
    for seconds in [1200, -1200] {
        let inside = Inside::start(&[Trouble::Skew(seconds)]).await;
        let problem = refusal(&inside.aws(&[]), &profile("admin")).await;
        assert_eq!(problem.kind, ProblemKind::BadCredentials);
        assert!(problem.what.contains("The clock of this computer is 20 minutes "), "{problem}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_expired() {
    let inside = Inside::start(&[Trouble::ExpireTokens]).await;
    let aws = inside.aws(&[]);
    let problem = refusal(&aws, &profile("temporary")).await;
    assert_eq!(problem.kind, ProblemKind::Expired);
    assert!(problem.what.contains("“temporary”"), "{problem}");
    let problem = aws.list_repositories(&profile("temporary"), &quietly).await.expect_err("expired");
    assert_eq!(problem.kind, ProblemKind::Expired);
}

#[tokio::test]
async fn an_address_where_nobody_answers_is_named_with_its_variable() {
    let inside = Inside::start(&[]).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let aws = inside.aws(&[("AWS_ENDPOINT_URL_STS", &format!("http://{address}"))]);
    let problem = refusal(&aws, &profile("admin")).await;
    assert_eq!(problem.kind, ProblemKind::Unreachable);
    assert!(problem.what.contains(&address.to_string()), "{problem}");
    assert!(problem.hint.contains("AWS_ENDPOINT_URL_STS"), "{problem}");
    assert!(!problem.why.is_empty());
}

#[tokio::test]
async fn a_bundle_of_certificates_is_used_or_named() {
    let inside = Inside::start(&[]).await;
    let good = inside.sandbox.ca_file();
    let good = inside.aws(&[("AWS_CA_BUNDLE", good.to_str().expect("text"))]);
    assert!(good.identify(&profile("admin")).await.is_ok());
    let bad = inside.sandbox.home().join(".gitconfig");
    let bad = bad.to_str().expect("text");
    let problem = refusal(&inside.aws(&[("AWS_CA_BUNDLE", bad)]), &profile("admin")).await;
    assert_eq!(problem.kind, ProblemKind::BrokenFile);
    assert!(problem.what.contains(bad) && problem.hint.contains("AWS_CA_BUNDLE"), "{problem}");
}

#[test]
fn the_environment_of_a_sandbox_is_a_snapshot() {
    let variables = [("HOME".into(), "/home/ann".into()), ("AWS_PROFILE".into(), "x".into())];
    let environment = Environment::of(variables.clone());
    let all: HashMap<_, _> = environment.all().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(all, HashMap::from(variables));
}
