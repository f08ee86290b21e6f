//! What somebody may do, attaching, and every refusal of AWS: the adapter against the sandbox, against `moto`, which
//! nobody here wrote, and against a server that refuses in every way.
//!
//! Deliberately absent: real AWS.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::sandbox::{Options, Sandbox, Trouble};
use codecommit_setup::wizard::effect::{AccessKey, Caller, Credentials, Progress};
use codecommit_setup::wizard::facts::{Identity, Profile};
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::rights::{ATTACHED, Answer, Deed, Denial, Holder, Origin, Rights};
use codecommit_setup::wizard::secret::Secret;
use tempfile::TempDir;

const POWER_USER: &str = "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

struct Inside {
    _sandbox: Sandbox,
    aws: Aws,
    _parent: TempDir,
}

impl Inside {
    async fn start(trouble: &[Trouble]) -> Self {
        let parent = TempDir::new().expect("a temporary folder");
        let options = Options {
            trouble: trouble.to_vec(),
            parent: Some(parent.path().to_owned()),
            identities: true,
            ..Options::default()
        };
        let sandbox = Sandbox::start(&options).await.expect("a sandbox");
        let aws = Aws::new(Arc::new(Environment::of(sandbox.environment([]))));
        Self { _sandbox: sandbox, aws, _parent: parent }
    }

    async fn profile(&self, name: &str) -> Profile {
        let caller = caller(name);
        Profile {
            name: ProfileName::parse(name).expect("a name"),
            identity: self.aws.identify(&caller).await.expect(name),
            region: caller.region,
            credentials: caller.credentials,
            access_key: true,
            built_in: true,
        }
    }

    /// What a profile sees of its own rights.
    async fn own(&self, name: &str) -> Rights {
        let profile = self.profile(name).await;
        self.aws.find_rights(&profile.caller(), &profile, &[]).await.expect(name)
    }

    /// What the administrator sees of a profile's rights.
    async fn seen(&self, name: &str, repositories: &[RepositoryName]) -> Rights {
        let profile = self.profile(name).await;
        self.aws.find_rights(&caller("admin"), &profile, repositories).await.expect(name)
    }
}

fn region() -> Region {
    Region::parse("us-east-2").expect("a region")
}

fn caller(name: &str) -> Caller {
    Caller { credentials: Credentials::Profile(ProfileName::parse(name).expect("a name")), region: region() }
}

fn user(name: &str) -> Holder {
    Holder::User(name.to_owned())
}

fn by(names: &[&str]) -> Answer {
    Answer::Allowed { by: names.iter().map(|name| (*name).to_owned()).collect(), on: Vec::new() }
}

#[tokio::test]
async fn a_new_developer_sees_nothing_and_may_nothing_until_an_administrator_attaches_a_policy() {
    let inside = Inside::start(&[]).await;
    let rights = inside.own("default").await;
    assert!(!rights.sees_attached() && rights.policies.is_empty(), "{rights:?}");
    assert!(rights.unseen.contains(&ATTACHED) && rights.unseen.contains(&"iam:SimulatePrincipalPolicy"));
    assert_eq!(*rights.answer(Deed::List), Answer::Denied(Denial::Unmentioned), "it was tried");
    assert_eq!((rights.answer(Deed::Pull), &rights.key_denials), (&Answer::Unknown, &None));
    let holder = user("new-developer");
    let denied = inside.aws.attach_policy(&caller("default"), &holder, POWER_USER).await.expect_err("no permission");
    assert_eq!(denied.kind, ProblemKind::AccessDenied);
    assert!(denied.what.contains("iam:AttachUserPolicy on the IAM user new-developer"), "{denied}");
    assert!(denied.why.contains("not authorized") && denied.why.contains("(request "), "{denied}");

    for _ in 0..2 {
        inside.aws.attach_policy(&caller("admin"), &holder, POWER_USER).await.expect("attached, or there already");
    }
    let rights = inside.seen("default", &[]).await;
    assert!(rights.has(&holder, POWER_USER), "{rights:?}");
    for deed in Deed::ALL {
        assert_eq!(*rights.answer(deed), by(&["AWSCodeCommitPowerUser"]), "{deed:?}");
    }
    assert_eq!(rights.key_denials, Some(Vec::new()));
    let own = inside.own("default").await;
    assert_eq!(*own.answer(Deed::List), by(&[]), "it was tried");
    let unknown = inside.aws.attach_policy(&caller("admin"), &user("nobody-here"), POWER_USER).await;
    let unknown = unknown.expect_err("no such user");
    assert!(unknown.kind == ProblemKind::NotFound && unknown.what.contains("nobody-here"), "{unknown}");
}

#[tokio::test]
async fn policies_of_groups_and_inline_ones_and_boundaries_are_seen_and_count() {
    let inside = Inside::start(&[]).await;
    let grouped = inside.own("grouped").await;
    assert!(grouped.groups.contains(&"Developers".to_owned()), "{grouped:?}");
    let of_group =
        grouped.policies.iter().find(|policy| policy.origin == Origin::Attached(Holder::Group("Developers".into())));
    let of_group = of_group.expect("a policy of the group");
    let Answer::Allowed { by, .. } = grouped.answer(Deed::Push) else { panic!("{grouped:?}") };
    assert_eq!(grouped.find(&by[0]), Some(of_group));

    let bounded = inside.own("bounded").await;
    assert_eq!(bounded.boundary().map(|policy| policy.name.as_str()), Some("TeamBoundary"));
    assert!(matches!(bounded.answer(Deed::Pull), Answer::Allowed { .. }), "{bounded:?}");
    assert_eq!(*bounded.answer(Deed::Push), Answer::Denied(Denial::Boundary));

    let contractor = inside.seen("clone-only", &[]).await;
    let inline = contractor.policies.iter().find(|policy| policy.origin == Origin::Inline(user("contractor")));
    assert_eq!(inline.map(|policy| policy.name.as_str()), Some("CloneMyDemoRepo"));
    assert_eq!(*contractor.answer(Deed::Pull), Answer::Denied(Denial::Unmentioned));
    let names = [RepositoryName::parse("MyDemoRepo").expect("a name")];
    let contractor = inside.seen("clone-only", &names).await;
    let Answer::Allowed { by, on } = contractor.answer(Deed::Pull) else { panic!("{contractor:?}") };
    assert_eq!((contractor.find(&by[0]), on.as_slice()), (inline, names.as_slice()));
    assert_eq!(*contractor.answer(Deed::List), Answer::Denied(Denial::Unmentioned));
}

#[tokio::test]
async fn a_denial_of_the_keys_is_named_with_its_policy_by_simulation_and_by_reading() {
    let inside = Inside::start(&[]).await;
    assert_eq!(inside.own("no-kms").await.key_denials, Some(vec!["DenyKeyUse".to_owned()]));
    assert_eq!(inside.own("grouped").await.key_denials, Some(Vec::new()));
    let inside = Inside::start(&[Trouble::Deny("iam:SimulatePrincipalPolicy".to_owned())]).await;
    let rights = inside.own("no-kms").await;
    assert_eq!(rights.key_denials, Some(vec!["DenyKeyUse".to_owned()]));
    assert_eq!((rights.answer(Deed::List), rights.answer(Deed::Push)), (&by(&[]), &Answer::Unknown));
    let inside = Inside::start(&[Trouble::Deny("iam:*".to_owned())]).await;
    assert_eq!(inside.own("no-kms").await.key_denials, None);
}

#[tokio::test]
async fn a_role_is_simulated_by_an_administrator_and_tries_for_itself() {
    let inside = Inside::start(&[]).await;
    let own = inside.own("temporary").await;
    assert_eq!(*own.answer(Deed::List), by(&[]), "{own:?}");
    let seen = inside.seen("temporary", &[]).await;
    assert!(matches!(seen.answer(Deed::Pull), Answer::Allowed { .. }), "{seen:?}");
    assert_eq!(*seen.answer(Deed::Push), Answer::Denied(Denial::Unmentioned), "{seen:?}");
}

#[tokio::test]
async fn what_an_organization_denies_is_told_apart() {
    let inside = Inside::start(&[Trouble::Deny("codecommit:*".to_owned())]).await;
    let rights = inside.own("grouped").await;
    assert_eq!(*rights.answer(Deed::List), Answer::Denied(Denial::Organization), "{rights:?}");
}

#[tokio::test]
async fn the_quota_is_reached_at_ten_and_a_group_takes_one_more() {
    let inside = Inside::start(&[]).await;
    let full = inside.aws.attach_policy(&caller("admin"), &user("senior-developer"), POWER_USER).await;
    let full = full.expect_err("ten are there");
    assert_eq!(full.kind, ProblemKind::LimitReached);
    assert!(full.why.contains("PoliciesPerUser: 10") && full.hint.contains("group"), "{full}");
    let group = Holder::Group("Staff".into());
    inside.aws.attach_policy(&caller("admin"), &group, POWER_USER).await.expect("attached");
    let rights = inside.seen("crowded", &[]).await;
    assert!(rights.has(&group, POWER_USER) && matches!(rights.answer(Deed::Push), Answer::Allowed { .. }));
    for _ in 0..2 {
        inside.aws.detach_policy(&caller("admin"), &group, POWER_USER).await.expect("detached, or gone already");
    }
    assert!(!inside.seen("crowded", &[]).await.has(&group, POWER_USER));
}

#[tokio::test]
async fn a_policy_that_is_late_is_waited_for_until_it_counts() {
    let inside = Inside::start(&[Trouble::LateIam(Duration::from_millis(1500))]).await;
    inside.aws.attach_policy(&caller("admin"), &user("new-developer"), POWER_USER).await.expect("attached");
    let rights = inside.seen("default", &[]).await;
    assert!(rights.has(&user("new-developer"), POWER_USER), "it is listed at once");
    assert_eq!(*rights.answer(Deed::List), Answer::Denied(Denial::Unmentioned));
    let waited = Mutex::new(Vec::new());
    let progress = |step: Progress| waited.lock().expect("the list").push(step);
    let start = Instant::now();
    assert_eq!(inside.aws.await_effect(&caller("default"), &progress).await, Ok(true));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(waited.lock().expect("the list").first(), Some(&Progress::Waited(0)));
    assert!(matches!(inside.own("default").await.answer(Deed::List), Answer::Allowed { .. }));
}

/// A server on loopback that refuses every request in one way; the other value keeps it.
fn refusing(status: u16, code: &'static str, message: &'static str) -> (String, Arc<TcpListener>) {
    let listener = Arc::new(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"));
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let accepting = Arc::clone(&listener);
    std::thread::spawn(move || {
        for stream in accepting.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !is_whole(&request) {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend(&buffer[..count]),
                }
            }
            let is_json = String::from_utf8_lossy(&request).to_lowercase().contains("x-amz-target");
            let (kind, body) = if is_json {
                ("application/x-amz-json-1.1", format!(r#"{{"__type":"{code}","message":"{message}"}}"#))
            } else {
                let error =
                    format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
                ("text/xml", format!("<ErrorResponse>{error}</ErrorResponse>"))
            };
            let head = format!("HTTP/1.1 {status} No\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
            _ = stream
                .write_all(format!("{head}x-amzn-RequestId: 1-2-3\r\nConnection: close\r\n\r\n{body}").as_bytes());
        }
    });
    (endpoint, listener)
}

fn is_whole(request: &[u8]) -> bool {
    if !request.is_empty() && !b"POST ".starts_with(&request[..request.len().min(5)]) {
        // It is no HTTP.
        return true;
    }
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok()).unwrap_or(0);
    body.len() >= length
}

fn against(endpoint: &str) -> Aws {
    let variables = [("HOME", "/nonexistent"), ("AWS_ENDPOINT_URL", endpoint)];
    let variables = variables.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Aws::new(Arc::new(Environment::of(variables)))
}

fn fixed() -> Caller {
    let key = AccessKey { id: "AKIAIOSFODNN7EXAMPLE".into(), secret: Secret::new(SECRET), session_token: None };
    Caller { credentials: Credentials::Keys(key), region: region() }
}

/// What attaching a policy comes to when AWS refuses with this code.
async fn attaching(status: u16, code: &'static str, message: &'static str) -> Problem {
    let (endpoint, _served) = refusing(status, code, message);
    let attached = against(&endpoint).attach_policy(&fixed(), &user("ann"), POWER_USER).await;
    attached.expect_err(code)
}

// Being asked to slow down is waited out for many seconds; its words are tested where they stand.
#[tokio::test]
async fn every_code_of_aws_is_told_with_what_why_and_what_to_do() {
    for (status, code, message, kind, what, hint) in [
        (
            403,
            "AccessDenied",
            "not authorized",
            ProblemKind::AccessDenied,
            "does not allow iam:AttachUserPolicy",
            "administrator",
        ),
        (
            404,
            "NoSuchEntity",
            "no such user",
            ProblemKind::NotFound,
            "does not know the IAM user ann",
            "Check the name",
        ),
        (409, "LimitExceeded", "Cannot exceed quota", ProblemKind::LimitReached, "no room", "10 managed policies"),
        (409, "EntityAlreadyExists", "exists", ProblemKind::Conflict, "there already", "what is there"),
        (
            403,
            "InvalidClientTokenId",
            "invalid",
            ProblemKind::BadCredentials,
            "does not know the access key AKIA…MPLE",
            "active",
        ),
        (
            403,
            "SignatureDoesNotMatch",
            "no match",
            ProblemKind::BadCredentials,
            "The secret access key does not belong",
            "Copy",
        ),
        (
            400,
            "RequestExpired",
            "expired",
            ProblemKind::BadCredentials,
            "The clock of this computer is off",
            "Set the clock",
        ),
        (
            403,
            "SignatureDoesNotMatch",
            "Signature expired: 1 is earlier",
            ProblemKind::BadCredentials,
            "clock",
            "Set the clock",
        ),
        (403, "ExpiredToken", "expired", ProblemKind::Expired, "has ended", "new temporary keys"),
        (
            400,
            "UnrecognizedClientException",
            "invalid",
            ProblemKind::BadCredentials,
            "does not know the access key",
            "active",
        ),
        (400, "InvalidInput", "not valid", ProblemKind::Other, "does not take this policy", "partition"),
        (400, "PolicyNotAttachable", "not attachable", ProblemKind::Other, "does not take this policy", "roles"),
        (500, "ServiceFailure", "failed", ProblemKind::Other, "in trouble itself", "AWS_ENDPOINT_URL"),
    ] {
        let problem = attaching(status, code, message).await;
        assert_eq!(problem.kind, kind, "{code}: {problem}");
        assert!(problem.what.contains(what), "{code}: {problem}");
        assert!(problem.why.contains(message) && problem.why.contains("request 1-2-3"), "{code}: {problem}");
        assert!(problem.hint.contains(hint), "{code}: {problem}");
        assert!(!format!("{problem:?}").contains("bPxRfiCY"), "{code}");
    }
}

#[tokio::test]
async fn what_does_not_reach_aws_or_has_no_credentials_is_told_too() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let nobody = against(&endpoint).attach_policy(&fixed(), &user("ann"), POWER_USER).await.expect_err("nobody");
    assert_eq!(nobody.kind, ProblemKind::Unreachable);
    assert!(nobody.hint.contains("AWS_ENDPOINT_URL") && !nobody.why.is_empty(), "{nobody}");
    let unnamed = against("http://none-such.invalid").attach_policy(&fixed(), &user("ann"), POWER_USER).await;
    let unnamed = unnamed.expect_err("no such host");
    assert!(unnamed.kind == ProblemKind::Unreachable && unnamed.what.contains("none-such.invalid"), "{unnamed}");
    // What answers in plain text is no TLS.
    let (endpoint, _served) = refusing(403, "AccessDenied", "no");
    let plain = against(&endpoint.replace("http:", "https:")).attach_policy(&fixed(), &user("ann"), POWER_USER).await;
    let plain = plain.expect_err("no TLS");
    assert_eq!(plain.kind, ProblemKind::Unreachable, "{plain}");
    let missing = against(&endpoint).attach_policy(&caller("nobody"), &user("ann"), POWER_USER).await;
    assert_eq!(missing.expect_err("no profile").kind, ProblemKind::NotFound);
}

// Side by side with moto.

struct Moto {
    child: Child,
    endpoint: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A moto that knows the policies of AWS; it enforces none.
async fn moto(home: &Path) -> Moto {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/moto_server");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let child = Command::new(program)
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin")
        .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("moto_server: python3 -m venv target/test-tools, then pip install 'moto[server]'");
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        tick.tick().await;
    }
    Moto { child, endpoint: format!("http://127.0.0.1:{port}") }
}

#[tokio::test]
async fn policies_are_found_and_attached_in_moto_as_in_the_sandbox() {
    let home = TempDir::new().expect("a temporary folder");
    let moto = moto(home.path()).await;
    let aws = against(&moto.endpoint);
    let credentials = aws_sdk_iam::config::Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET, None, None, "test");
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-2"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&moto.endpoint)
        .credentials_provider(credentials);
    let iam = aws_sdk_iam::Client::from_conf(config.build());
    let deny = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}}"#;
    let own = iam.create_policy().policy_name("NoKeys").policy_document(deny).send().await.expect("a policy");
    let own = own.policy.and_then(|policy| policy.arn).expect("an ARN");
    iam.create_user().user_name("ann").send().await.expect("a user");
    iam.create_group().group_name("team").send().await.expect("a group");
    iam.add_user_to_group().user_name("ann").group_name("team").send().await.expect("a member");
    iam.put_user_policy().user_name("ann").policy_name("mine").policy_document(deny).send().await.expect("a policy");
    iam.put_group_policy().group_name("team").policy_name("ours").policy_document(deny).send().await.expect("a policy");
    for holder in [user("ann"), Holder::Group("team".into())] {
        for _ in 0..2 {
            aws.attach_policy(&fixed(), &holder, POWER_USER).await.expect("attached, or there already");
        }
    }
    // Moto knows no boundary of a user.
    aws.attach_policy(&fixed(), &user("ann"), &own).await.expect("attached");
    let name = ProfileName::parse("ann").expect("a name");
    let identity = Identity {
        account: "123456789012".into(),
        arn: "arn:aws:iam::123456789012:user/ann".into(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        clock_ahead: None,
    };
    // Its own credentials are others: what moto does not know of CodeCommit is only not tried.
    let Credentials::Keys(key) = fixed().credentials else { panic!("keys") };
    let credentials = Credentials::Keys(AccessKey { id: "AKIAI44QH8DHBEXAMPLE".into(), ..key });
    let ann = Profile { name, region: region(), credentials, access_key: true, built_in: true, identity };
    let rights = aws.find_rights(&fixed(), &ann, &[]).await.expect("rights");
    let seen: Vec<_> = rights.policies.iter().map(|policy| (policy.name.as_str(), &policy.origin)).collect();
    let team = Holder::Group("team".into());
    assert_eq!(
        seen,
        [
            ("AWSCodeCommitPowerUser", &Origin::Attached(user("ann"))),
            ("NoKeys", &Origin::Attached(user("ann"))),
            ("mine", &Origin::Inline(user("ann"))),
            ("AWSCodeCommitPowerUser", &Origin::Attached(team.clone())),
            ("ours", &Origin::Inline(team.clone())),
        ]
    );
    assert_eq!(*rights.answer(Deed::Pull), Answer::Unknown, "moto has no simulator");
    let denials = ["NoKeys", "mine", "ours"].map(str::to_owned);
    assert_eq!(rights.key_denials.as_deref(), Some(denials.as_slice()), "read in their documents");
    for holder in [user("ann"), team] {
        for _ in 0..2 {
            aws.detach_policy(&fixed(), &holder, POWER_USER).await.expect("detached, or gone already");
        }
    }
    assert_eq!(aws.find_rights(&fixed(), &ann, &[]).await.expect("rights").attached().count(), 1);
}
