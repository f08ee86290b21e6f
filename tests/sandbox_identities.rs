//! The identities of the sandbox, one of every kind, as the AWS SDK, the real AWS CLI and git meet them; and IAM and STS
//! side by side with `moto`.
//!
//! Deliberately absent: the wizard, and sleeping. What expires has expired already when it is given out.

#[path = "support/inside.rs"]
mod support;

use std::{fs, io::Write, path::Path, process::Stdio, time::Duration};

use aws_config::{profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig};
use aws_sdk_iam::{
    config::{BehaviorVersion, Credentials, Region},
    error::ProvideErrorMetadata,
    types::{EvaluationResult, PermissionsBoundaryDecisionDetail, PolicyEvaluationDecisionType},
};
use aws_sdk_sts::config::ProvideCredentials;
use codecommit_setup::sandbox::{MFA_CODE, Trouble};
use serde_json::{Value, json};
use support::{Aws, ENOUGH, Inside, Said, code, moto, outside};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    time::timeout,
};

const POWER_USER: &str = "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/AWSCodeCommitReadOnly";
const DEMO: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";
const PAYMENTS: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api";

/// Each profile that works without a person, and who it is.
const WHO: [(&str, &str); 23] = [
    ("default", "arn:aws:iam::123456789012:user/new-developer"),
    ("admin", "arn:aws:iam::123456789012:user/setup-admin"),
    ("temporary", "arn:aws:sts::123456789012:assumed-role/Developers/session"),
    ("grouped", "arn:aws:iam::123456789012:user/team-developer"),
    ("bounded", "arn:aws:iam::123456789012:user/bounded-developer"),
    ("no-kms", "arn:aws:iam::123456789012:user/audited-developer"),
    ("clone-only", "arn:aws:iam::123456789012:user/contractor"),
    ("crowded", "arn:aws:iam::123456789012:user/senior-developer"),
    ("china", "arn:aws-cn:iam::345678901234:user/china-developer"),
    ("china-admin", "arn:aws-cn:iam::345678901234:user/china-admin"),
    ("govcloud", "arn:aws-us-gov:iam::456789012345:user/gov-developer"),
    ("govcloud-admin", "arn:aws-us-gov:iam::456789012345:user/gov-admin"),
    ("root", "arn:aws:iam::123456789012:root"),
    ("federated", "arn:aws:sts::123456789012:federated-user/jane"),
    ("role", "arn:aws:sts::123456789012:assumed-role/CodeCommitContributor/"),
    ("role-chain", "arn:aws:sts::123456789012:assumed-role/ReleaseReader/"),
    ("instance", "arn:aws:sts::123456789012:assumed-role/CodeCommitContributor/"),
    ("container", "arn:aws:sts::123456789012:assumed-role/CodeCommitContributor/"),
    ("process", "arn:aws:iam::123456789012:user/vault-developer"),
    ("web-identity", "arn:aws:sts::123456789012:assumed-role/BuildRunner/build-42"),
    (
        "sso",
        "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_DeveloperAccess_0123456789abcdef/jane.doe@example.com",
    ),
    (
        "sso-legacy",
        "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_ViewOnlyAccess_0123456789abcdef/jane.doe@example.com",
    ),
    ("login", "arn:aws:iam::123456789012:user/console-developer"),
];

impl Inside {
    /// What the AWS SDK for Rust says of a profile, in a process of its own, whose environment is the sandbox's.
    async fn sdk(&self, profile: &str) -> Said {
        let region = self.region(profile);
        let command = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "the_sdk_in_a_process_of_its_own", "--nocapture"])
            .env_clear()
            .envs(self.sandbox.environment(outside()))
            .env("SDK_PROFILE", profile)
            .env("AWS_REGION", region)
            .current_dir(self.sandbox.home())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let mut said = Said::of(&timeout(ENOUGH, command).await.expect("in time").expect("a program that runs"));
        let arn = said.out.lines().find_map(|line| line.split_once("SDK: ")).map(|(_, arn)| arn.to_owned());
        said.out = arn.unwrap_or(said.out);
        said
    }

    fn region(&self, profile: &str) -> String {
        let config = fs::read_to_string(self.aws_file("config")).expect("the config file");
        let section = config.split('[').find(|section| section.starts_with(&format!("profile {profile}]")));
        let region = section.and_then(|section| section.lines().find_map(|line| line.strip_prefix("region = ")));
        region.unwrap_or("us-east-2").to_owned()
    }

    fn aws_file(&self, name: &str) -> std::path::PathBuf {
        self.sandbox.home().join(".aws").join(name)
    }

    async fn as_profile(&self, profile: &str, args: &[&str]) -> Said {
        self.aws(&[&["--profile", profile], args].concat()).await
    }

    /// The AWS CLI with an access key in its environment.
    async fn with_key(&self, key: &Value, program: &str, args: &[&str]) -> Said {
        let text = |name: &str| key[name].as_str().expect("text").to_owned();
        let set = format!(
            "export AWS_ACCESS_KEY_ID='{}' AWS_SECRET_ACCESS_KEY='{}' AWS_SESSION_TOKEN='{}' AWS_DEFAULT_REGION=us-east-2; exec \"$@\"",
            text("AccessKeyId"),
            text("SecretAccessKey"),
            text("SessionToken")
        );
        self.run("sh", &[&["-c", &set, "sh", program], args].concat()).await
    }

    async fn aws_with_key(&self, key: &Value, args: &[&str]) -> Said {
        self.with_key(key, support::aws_cli().to_str().expect("a path"), args).await
    }

    async fn git_with_key(&self, key: &Value, args: &[&str]) -> Said {
        let helper = format!("credential.helper=!'{}' codecommit credential-helper $@", support::aws_cli().display());
        self.with_key(key, "git", &[&["-c", &helper, "-c", "credential.UseHttpPath=true"], args].concat()).await
    }

    fn in_region(&self, profile: &str, region: &'static str) -> Aws {
        Aws { region, ..self.world(profile) }
    }

    /// Sends a request as a browser would, and gives back the whole answer.
    async fn browse(&self, path: &str) -> String {
        let host = self.sandbox.endpoint().trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&host).await.expect("the API");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        timeout(ENOUGH, stream.read_to_string(&mut answer)).await.expect("in time").expect("an answer");
        answer
    }
}

/// Gets the credentials of a profile as a program with the SDK would, and says who they are of: a process that the other tests
/// start in the environment of a sandbox. Without one there is nothing to ask.
#[tokio::test]
async fn the_sdk_in_a_process_of_its_own() {
    let Ok(profile) = std::env::var("SDK_PROFILE") else { return };
    let region = Region::new(std::env::var("AWS_REGION").expect("a region"));
    let http = aws_smithy_http_client::Builder::new().build_http();
    let surroundings = ProviderConfig::without_region()
        .with_region(Some(region.clone()))
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http.clone());
    let provider = ProfileFileCredentialsProvider::builder().configure(&surroundings).profile_name(profile).build();
    let credentials = provider.provide_credentials().await.expect("credentials");
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .http_client(http)
        .endpoint_url(std::env::var("AWS_ENDPOINT_URL").expect("an endpoint"))
        .credentials_provider(credentials)
        .build();
    let identity = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.expect("an identity");
    let arn = identity.arn().expect("an ARN");
    writeln!(std::io::stdout(), "SDK: {arn}").expect("somebody listens");
}

// Who one is.

#[tokio::test]
async fn the_sdk_finds_out_who_each_profile_is() {
    let inside = Inside::with_identities(&[]).await;
    // This build of the SDK runs no programs for credentials: this program does that itself.
    for (profile, arn) in WHO.into_iter().filter(|(profile, _)| *profile != "process") {
        let said = inside.sdk(profile).await.ok();
        assert!(said.trim().starts_with(arn), "{profile}: {said}");
    }
}

#[tokio::test]
async fn the_aws_cli_finds_out_who_each_profile_is() {
    let inside = Inside::with_identities(&[]).await;
    let further_users = ["grouped", "bounded", "no-kms", "clone-only", "crowded", "china-admin", "govcloud-admin"];
    for (profile, arn) in WHO.into_iter().filter(|(profile, _)| !further_users.contains(profile)) {
        let identity = inside.as_profile(profile, &["sts", "get-caller-identity"]).await;
        if profile == "login" {
            // The first version of the CLI needs a library more for it, which it names.
            identity.fails_with("botocore[crt]");
            continue;
        }
        let identity = identity.json();
        assert!(identity["Arn"].as_str().expect("text").starts_with(arn), "{profile}: {identity}");
        assert_eq!(identity["Account"].as_str(), arn.split(':').nth(4), "{profile}");
    }
    let root = inside.as_profile("root", &["sts", "get-caller-identity"]).await.json();
    assert_eq!(root["UserId"], "123456789012");
    let federated = inside.as_profile("federated", &["sts", "get-caller-identity"]).await.json();
    assert_eq!(federated["UserId"], "123456789012:jane");
}

#[tokio::test]
async fn without_being_asked_for_there_are_three_profiles_only() {
    let inside = Inside::start(&[]).await;
    let config = fs::read_to_string(inside.aws_file("config")).expect("the config file");
    let sections: Vec<_> = config.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(sections, ["[default]", "[profile admin]", "[profile temporary]"]);
    let roles = inside.world("admin").iam().get_role().role_name("CodeCommitContributor").send().await;
    assert_eq!(code(&roles.expect_err("none")), "NoSuchEntity");
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_profiles_need_is_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let inside = Inside::with_identities(&[]).await;
    let mut folders = vec![inside.aws_file("")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let metadata = entry.metadata().expect("metadata");
            assert_eq!(metadata.permissions().mode() & 0o077, 0, "{}", entry.path().display());
            if metadata.is_dir() { folders.push(entry.path()) } else { files += 1 }
        }
    }
    assert_eq!(files, 8);
}

// Signing in.

#[tokio::test]
async fn a_session_that_is_over_or_never_began_says_so() {
    let inside = Inside::with_identities(&[]).await;
    let expired = inside.as_profile("sso-expired", &["sts", "get-caller-identity"]).await;
    expired.fails_with("Token has expired and refresh failed");
    let missing = inside.as_profile("sso-signed-out", &["sts", "get-caller-identity"]).await;
    missing.fails_with("Error loading SSO Token: Token for playground does not exist");
    for profile in ["sso-expired", "sso-signed-out"] {
        let said = inside.sdk(profile).await;
        assert_ne!(said.code, 0, "{profile}: {said:?}");
    }
    // A session that the file believes in and the portal does not.
    let inside = Inside::with_identities(&[Trouble::ExpireTokens]).await;
    let dead = inside.as_profile("sso", &["sts", "get-caller-identity"]).await;
    dead.fails_with("The SSO session associated with this profile has expired or is otherwise invalid.");
    assert_ne!(inside.sdk("sso").await.code, 0);
}

#[tokio::test]
async fn a_device_is_let_in_when_it_asks_again() {
    let inside = Inside::with_identities(&[]).await;
    let register = ["sso-oidc", "register-client", "--client-name", "test", "--client-type", "public"];
    let client = inside.aws(&register).await.json();
    let text = |value: &Value, name: &str| value[name].as_str().expect("text").to_owned();
    let (id, secret) = (text(&client, "clientId"), text(&client, "clientSecret"));
    let known = ["--client-id", &id, "--client-secret", &secret];
    let url = "https://example-playground.awsapps.com/start";
    // As JSON, since the CLI would fetch an address that is an argument.
    let input = json!({"clientId": id, "clientSecret": secret, "startUrl": url}).to_string();
    let start = ["sso-oidc", "start-device-authorization", "--cli-input-json", &input];
    let device = inside.aws(&start).await.json();
    let page = device["verificationUriComplete"].as_str().and_then(|url| url.split_once("/device")).expect("a page").1;
    assert!(inside.browse(&format!("/device{page}")).await.starts_with("HTTP/1.1 200"), "{page}");

    let code = text(&device, "deviceCode");
    let grant = ["--grant-type", "urn:ietf:params:oauth:grant-type:device_code", "--device-code", &code];
    let create = [&["sso-oidc", "create-token"], &known[..], &grant].concat();
    inside.aws(&create).await.fails_with("(AuthorizationPendingException)");
    let token = inside.aws(&create).await.json();
    inside.aws(&create).await.fails_with("(InvalidGrantException)");
    let stranger = ["--client-id", "x", "--client-secret", "y"];
    inside
        .aws(&[&["sso-oidc", "create-token"], &stranger[..], &grant].concat())
        .await
        .fails_with("(InvalidClientException)");

    let kept = json!({
        "startUrl": url,
        "region": "us-east-2",
        "accessToken": token["accessToken"],
        "expiresAt": "2099-01-01T00:00:00Z",
    });
    // The SHA-1 of the name of the session.
    let file = "sso/cache/d191430e46c0aa54b7e69a4efbf4254e422b8814.json";
    fs::write(inside.aws_file(file), kept.to_string()).expect("the token kept");
    let role =
        "arn:aws:sts::210987654321:assumed-role/AWSReservedSSO_DeveloperAccess_0123456789abcdef/jane.doe@example.com";
    let identity = inside.as_profile("sso-signed-out", &["sts", "get-caller-identity"]).await.json();
    assert_eq!(identity["Arn"], role);
    assert_eq!(inside.sdk("sso-signed-out").await.ok().trim(), role);

    let refresh = text(&token, "refreshToken");
    let grant = ["--grant-type", "refresh_token", "--refresh-token", &refresh];
    let next = inside.aws(&[&["sso-oidc", "create-token"], &known[..], &grant].concat()).await.json();
    assert_ne!(next["accessToken"], token["accessToken"]);
}

#[tokio::test]
async fn a_browser_brings_back_a_code_that_is_good_for_whoever_sent_it() {
    let inside = Inside::with_identities(&[]).await;
    let register = ["sso-oidc", "register-client", "--client-name", "test", "--client-type", "public"];
    let client = inside.aws(&register).await.json();
    let (id, secret) = (client["clientId"].as_str().expect("text"), client["clientSecret"].as_str().expect("text"));
    // The worked example of RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let ask = |back: &str| {
        format!(
            "/authorize?response_type=code&client_id={id}&redirect_uri={back}&state=s1&code_challenge_method=S256&code_challenge={challenge}"
        )
    };
    let token = async |code: &str, verifier: &str| {
        let known = ["sso-oidc", "create-token", "--client-id", id, "--client-secret", secret];
        let grant = ["--grant-type", "authorization_code", "--code", code, "--code-verifier", verifier];
        inside.aws(&[&known[..], &grant].concat()).await
    };
    let brought = async || {
        let answer = inside.browse(&ask("http%3A%2F%2F127.0.0.1%3A9%2Foauth%2Fcallback")).await;
        let line = answer.lines().find_map(|line| line.strip_prefix("location: ")).expect("sent back").to_owned();
        assert!(line.starts_with("http://127.0.0.1:9/oauth/callback?code=") && line.ends_with("&state=s1"), "{line}");
        line.split(['=', '&']).nth(1).expect("a code").to_owned()
    };
    token(&brought().await, "another").await.fails_with("(InvalidGrantException)");
    let code = brought().await;
    assert!(token(&code, verifier).await.json()["accessToken"].is_string());
    token(&code, verifier).await.fails_with("(InvalidGrantException)");
    assert!(!inside.browse(&ask("https%3A%2F%2Fevil.example")).await.contains("evil.example"));
}

#[tokio::test]
async fn the_portal_lists_accounts_and_roles_until_one_signs_out() {
    let inside = Inside::with_identities(&[]).await;
    let kept = fs::read_dir(inside.aws_file("sso/cache")).expect("a folder").map(|entry| {
        serde_json::from_slice::<Value>(&fs::read(entry.expect("an entry").path()).expect("a file")).expect("JSON")
    });
    let mut tokens: Vec<Value> =
        kept.filter(|kept| kept["startUrl"] == "https://example-shop.awsapps.com/start").collect();
    let token = tokens.pop().expect("a token")["accessToken"].as_str().expect("text").to_owned();
    let ask = async |args: &[&str]| inside.aws(&[&["sso"], args, &["--access-token", &token]].concat()).await;
    let accounts = ask(&["list-accounts"]).await.json();
    let names: Vec<_> =
        accounts["accountList"].as_array().expect("a list").iter().map(|it| &it["accountName"]).collect();
    assert_eq!(names, ["example-shop", "example-playground"]);
    let paged = ask(&["list-accounts", "--page-size", "1"]).await.json();
    assert_eq!(paged["accountList"], accounts["accountList"]);
    let roles = ask(&["list-account-roles", "--account-id", "123456789012"]).await.json();
    let names: Vec<_> = roles["roleList"].as_array().expect("a list").iter().map(|it| &it["roleName"]).collect();
    assert_eq!(names, ["DeveloperAccess", "ViewOnlyAccess"]);
    let get = ["get-role-credentials", "--account-id", "210987654321", "--role-name"];
    ask(&[&get[..], &["ViewOnlyAccess"]].concat()).await.fails_with("(ForbiddenException)");
    let key = ask(&[&get[..], &["DeveloperAccess"]].concat()).await.json();
    assert!(key["roleCredentials"]["expiration"].as_i64().is_some_and(|at| at > 1_700_000_000_000), "{key}");
    ask(&["logout"]).await.ok();
    ask(&["list-accounts"]).await.fails_with("(UnauthorizedException)");
}

#[tokio::test]
async fn aws_login_is_refreshed_by_the_sdk() {
    let inside = Inside::with_identities(&[]).await;
    let file =
        fs::read_dir(inside.aws_file("login/cache")).expect("a folder").next().expect("a file").expect("it").path();
    let mut kept: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    kept["accessToken"]["expiresAt"] = json!("2026-01-01T00:00:00Z");
    fs::write(&file, kept.to_string()).expect("the file written");
    assert_eq!(inside.sdk("login").await.ok().trim(), "arn:aws:iam::123456789012:user/console-developer");
    let after: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    assert_ne!(after["accessToken"]["accessKeyId"], kept["accessToken"]["accessKeyId"]);
    // The token that was used up is good for nothing any more.
    fs::write(&file, kept.to_string()).expect("the file written");
    inside.sdk("login").await.fails_with("Your session has expired. Please reauthenticate.");
}

// Temporary credentials.

#[tokio::test]
async fn a_role_that_wants_a_code_is_taken_on_with_it_alone() {
    let inside = Inside::with_identities(&[]).await;
    let arn = "arn:aws:iam::123456789012:role/CodeCommitMfaContributor";
    let serial = "arn:aws:iam::123456789012:mfa/team-developer";
    let assume = ["sts", "assume-role", "--role-arn", arn, "--role-session-name", "me"];
    let with = async |more: &[&str]| inside.as_profile("grouped", &[&assume[..], more].concat()).await;
    with(&[]).await.fails_with(&format!(
        "(AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::123456789012:user/team-developer is not \
         authorized to perform: sts:AssumeRole on resource: {arn}"
    ));
    with(&["--serial-number", serial, "--token-code", "000000"]).await.fails_with(
        "(AccessDenied) when calling the AssumeRole operation: MultiFactorAuthentication failed with invalid MFA",
    );
    let wrong = "arn:aws:iam::123456789012:mfa/somebody";
    with(&["--serial-number", wrong, "--token-code", MFA_CODE]).await.fails_with("unable to validate MFA code");
    let taken = with(&["--serial-number", serial, "--token-code", MFA_CODE]).await.json();
    assert_eq!(taken["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/CodeCommitMfaContributor/me");
    inside.git_with_key(&taken["Credentials"], &["ls-remote", DEMO]).await.ok();
    // The CLI asks for the code; without a terminal it reads it from where it reads everything else.
    let ask =
        format!("echo {MFA_CODE} | '{}' --profile role-mfa sts get-caller-identity", support::aws_cli().display());
    let asked = inside.run("sh", &["-c", &ask]).await;
    assert!(asked.out.contains("assumed-role/CodeCommitMfaContributor/") && asked.err.contains(serial), "{asked:?}");
    assert_ne!(inside.sdk("role-mfa").await.code, 0);

    // A session that began with a code opens the role, and IAM; one without does neither.
    let token = ["sts", "get-session-token"];
    let plain = inside.as_profile("grouped", &token).await.json();
    inside.aws_with_key(&plain["Credentials"], &assume).await.fails_with("(AccessDenied)");
    inside.aws_with_key(&plain["Credentials"], &["iam", "get-user"]).await.fails_with("(InvalidClientTokenId)");
    let code = ["--serial-number", serial, "--token-code", MFA_CODE];
    let proven = inside.as_profile("grouped", &[&token[..], &code].concat()).await.json();
    inside.aws_with_key(&proven["Credentials"], &assume).await.ok();
    inside.aws_with_key(&proven["Credentials"], &["iam", "get-user"]).await.ok();
    inside.as_profile("role", &token).await.fails_with("Cannot call GetSessionToken with session credentials");
}

#[tokio::test]
async fn a_role_is_for_those_whom_it_trusts() {
    let inside = Inside::with_identities(&[]).await;
    let sts = |profile: &str| inside.world(profile).sts();
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    for (profile, name, expected) in [
        ("default", "CodeCommitContributor", "AccessDenied"),
        ("admin", "ReleaseReader", "AccessDenied"),
        ("grouped", "NoSuchRole", "AccessDenied"),
        ("root", "CodeCommitContributor", "AccessDenied"),
        ("grouped", "BuildRunner", "AccessDenied"),
    ] {
        let refused = sts(profile).assume_role().role_arn(role(name)).role_session_name("me").send().await;
        assert_eq!(code(&refused.expect_err(name)), expected, "{profile} {name}");
    }
    let assume = || sts("grouped").assume_role().role_arn(role("CodeCommitContributor"));
    for (name, seconds) in [("a/b", 900), ("me", 60), ("me", 50_000)] {
        let refused = assume().role_session_name(name).duration_seconds(seconds).send().await;
        assert_eq!(code(&refused.expect_err("not valid")), "ValidationError");
    }
    let token = sts("default").assume_role_with_web_identity().role_arn(role("BuildRunner")).role_session_name("me");
    let refused = token.web_identity_token("made.up.token").send().await;
    assert_eq!(code(&refused.expect_err("made up")), "InvalidIdentityToken");
}

#[tokio::test]
async fn git_takes_temporary_credentials_of_every_kind() {
    let inside = Inside::with_identities(&[]).await;
    for profile in ["federated", "role", "role-chain", "process", "web-identity", "sso", "sso-legacy"] {
        inside.git(profile, &["ls-remote", DEMO]).await.ok();
    }
    inside.git("role", &["clone", "--quiet", DEMO]).await.ok();
    inside.run("git", &["-C", "MyDemoRepo", "commit", "--quiet", "--allow-empty", "-m", "Nothing"]).await.ok();
    inside.git("role-chain", &["-C", "MyDemoRepo", "push", "--quiet"]).await.fails_with("403");
    inside.git("role", &["-C", "MyDemoRepo", "push", "--quiet"]).await.ok();
}

#[tokio::test]
async fn credentials_die_when_their_time_is_up() {
    let inside = Inside::with_identities(&[Trouble::Lifetime(Duration::ZERO)]).await;
    let arn = "arn:aws:iam::123456789012:role/CodeCommitContributor";
    let assume = ["sts", "assume-role", "--role-arn", arn, "--role-session-name", "me"];
    let key = inside.as_profile("grouped", &assume).await.json();
    let key = &key["Credentials"];
    inside.aws_with_key(key, &["sts", "get-caller-identity"]).await.fails_with("(ExpiredToken)");
    inside.aws_with_key(key, &["codecommit", "list-repositories"]).await.fails_with("(ExpiredTokenException)");
    inside.git_with_key(key, &["ls-remote", DEMO]).await.fails_with("403");
    inside.as_profile("sso", &["sts", "get-caller-identity"]).await.fails_with("Token has expired");
    // Long-term keys, and a session that began before, live on.
    inside.git("admin", &["ls-remote", DEMO]).await.ok();
    inside.git("temporary", &["ls-remote", DEMO]).await.ok();
}

// Permissions.

async fn decisions(aws: &Aws, arn: &str, actions: &[&str], resource: Option<&str>) -> Vec<EvaluationResult> {
    let actions = actions.iter().map(|action| (*action).to_owned()).collect();
    let simulate = aws.iam().simulate_principal_policy().policy_source_arn(arn).set_action_names(Some(actions));
    let simulate = simulate.set_resource_arns(resource.map(|resource| vec![resource.to_owned()]));
    simulate.send().await.expect("a simulation").evaluation_results.unwrap_or_default()
}

fn decided(results: &[EvaluationResult]) -> Vec<&str> {
    results.iter().map(|result| result.eval_decision().as_str()).collect()
}

fn sources(result: &EvaluationResult) -> Vec<&str> {
    result.matched_statements().iter().filter_map(|statement| statement.source_policy_id()).collect()
}

#[tokio::test]
async fn a_group_gives_its_members_what_is_attached_to_it() {
    let inside = Inside::with_identities(&[]).await;
    inside.git("grouped", &["ls-remote", DEMO]).await.ok();
    let arn = "arn:aws:iam::123456789012:user/team-developer";
    let results =
        decisions(&inside.world("grouped"), arn, &["codecommit:GitPush", "codecommit:DeleteRepository"], None).await;
    assert_eq!(decided(&results), ["allowed", "implicitDeny"]);
    assert_eq!(sources(&results[0]), ["AWSCodeCommitPowerUser"]);
    let iam = inside.world("admin").iam();
    for _ in 0..2 {
        iam.attach_group_policy().group_name("Staff").policy_arn(READ_ONLY).send().await.expect("attached, or there");
    }
    inside.git("default", &["ls-remote", DEMO]).await.ok();
    iam.detach_group_policy().group_name("Staff").policy_arn(READ_ONLY).send().await.expect("detached");
    inside.git("default", &["ls-remote", DEMO]).await.fails_with("403");
    let denied = inside.world("grouped").iam().attach_group_policy().group_name("Staff").policy_arn(READ_ONLY).send();
    let error = denied.await.expect_err("denied").into_service_error();
    let message = "User: arn:aws:iam::123456789012:user/team-developer is not authorized to perform: iam:AttachGroupPolicy \
                   on resource: group Staff because no identity-based policy allows the iam:AttachGroupPolicy action";
    assert_eq!(error.message(), Some(message));
}

#[tokio::test]
async fn a_boundary_is_shown_and_holds() {
    let inside = Inside::with_identities(&[]).await;
    let user = inside.as_profile("bounded", &["iam", "get-user"]).await.json();
    let boundary = "arn:aws:iam::123456789012:policy/TeamBoundary";
    assert_eq!(user["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary);
    inside.git("bounded", &["clone", "--quiet", DEMO]).await.ok();
    inside.run("git", &["-C", "MyDemoRepo", "commit", "--quiet", "--allow-empty", "-m", "Nothing"]).await.ok();
    inside.git("bounded", &["-C", "MyDemoRepo", "push", "--quiet"]).await.fails_with("403");
    let create = ["codecommit", "create-repository", "--repository-name", "fresh"];
    inside
        .as_profile("bounded", &create)
        .await
        .fails_with("because no permissions boundary allows the codecommit:CreateRepository action");
    let arn = "arn:aws:iam::123456789012:user/bounded-developer";
    let results = decisions(&inside.world("bounded"), arn, &["codecommit:GitPull", "codecommit:GitPush"], None).await;
    assert_eq!(decided(&results), ["allowed", "implicitDeny"]);
    let within = |result: &EvaluationResult| {
        result
            .permissions_boundary_decision_detail()
            .map(PermissionsBoundaryDecisionDetail::allowed_by_permissions_boundary)
    };
    assert_eq!((within(&results[0]), within(&results[1])), (Some(true), Some(false)));
    let document = ["iam", "get-policy-version", "--policy-arn", boundary, "--version-id", "v1"];
    let document = inside.as_profile("bounded", &document).await.json();
    assert_eq!(document["PolicyVersion"]["Document"]["Statement"][0]["Effect"], "Allow");
    inside
        .world("admin")
        .iam()
        .delete_user_permissions_boundary()
        .user_name("bounded-developer")
        .send()
        .await
        .expect("gone");
    inside.git("bounded", &["-C", "MyDemoRepo", "push", "--quiet"]).await.ok();
}

#[tokio::test]
async fn a_denial_of_the_key_keeps_one_out_and_is_found_by_name() {
    let inside = Inside::with_identities(&[]).await;
    inside.git("no-kms", &["ls-remote", DEMO]).await.fails_with("403");
    let create = ["codecommit", "create-repository", "--repository-name", "fresh"];
    inside.as_profile("no-kms", &create).await.fails_with("(EncryptionKeyAccessDeniedException)");
    let actions = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:DescribeKey"];
    let arn = "arn:aws:iam::123456789012:user/audited-developer";
    let results = decisions(&inside.world("no-kms"), arn, &actions, None).await;
    assert_eq!(decided(&results), ["explicitDeny"; 5]);
    assert_eq!(sources(&results[0]), ["DenyKeyUse"]);
    let attached =
        inside.as_profile("no-kms", &["iam", "list-attached-user-policies", "--user-name", "audited-developer"]);
    assert_eq!(
        attached.await.json()["AttachedPolicies"][2]["PolicyArn"],
        "arn:aws:iam::123456789012:policy/DenyKeyUse"
    );
}

#[tokio::test]
async fn least_privilege_clones_and_cannot_list() {
    let inside = Inside::with_identities(&[]).await;
    inside.git("clone-only", &["clone", "--quiet", DEMO]).await.ok();
    inside.run("git", &["-C", "MyDemoRepo", "commit", "--quiet", "--allow-empty", "-m", "Nothing"]).await.ok();
    inside.git("clone-only", &["-C", "MyDemoRepo", "push", "--quiet"]).await.ok();
    inside.git("clone-only", &["ls-remote", PAYMENTS]).await.fails_with("403");
    for args in [
        &["codecommit", "list-repositories"][..],
        &["iam", "get-user"],
        &["codecommit", "get-repository", "--repository-name", "MyDemoRepo"],
    ] {
        inside.as_profile("clone-only", args).await.fails_with("is not authorized to perform");
    }
    // A policy of one's own takes effect as it is written.
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["codecommit:GitPull"], "Resource": "arn:aws:codecommit:us-east-2:123456789012:payments-api"},
    ]});
    let policy = policy.to_string();
    let put = ["iam", "put-user-policy", "--user-name", "contractor", "--policy-name", "More", "--policy-document"];
    inside.as_profile("admin", &[&put[..], &[&policy]].concat()).await.ok();
    inside.git("clone-only", &["ls-remote", PAYMENTS]).await.ok();
    let demo = "arn:aws:codecommit:us-east-2:123456789012:payments-api";
    let arn = "arn:aws:iam::123456789012:user/contractor";
    let admin = inside.world("admin");
    let results = decisions(&admin, arn, &["codecommit:GitPull", "codecommit:GitPush"], Some(demo)).await;
    assert_eq!(decided(&results), ["allowed", "implicitDeny"]);
    assert_eq!(sources(&results[0]), ["user_contractor_More"]);
    assert_eq!(decided(&decisions(&admin, arn, &["codecommit:GitPull"], None).await), ["implicitDeny"]);
    for (document, expected) in [("{}", "MalformedPolicyDocument"), ("[", "MalformedPolicyDocument")] {
        let put = admin.iam().put_user_policy().user_name("contractor").policy_name("x").policy_document(document);
        assert_eq!(code(&put.send().await.expect_err("malformed")), expected);
    }
}

#[tokio::test]
async fn an_eleventh_policy_is_one_too_many() {
    let inside = Inside::with_identities(&[]).await;
    let attach = |policy| {
        let iam = inside.world("admin").iam();
        async move { iam.attach_user_policy().user_name("senior-developer").policy_arn(policy).send().await }
    };
    let error = attach(READ_ONLY).await.expect_err("too many").into_service_error();
    assert_eq!(
        (error.code(), error.message()),
        (Some("LimitExceeded"), Some("Cannot exceed quota for PoliciesPerUser: 10"))
    );
    attach("arn:aws:iam::aws:policy/IAMUserChangePassword").await.expect("there already");
    let iam = inside.world("admin").iam();
    let detach = iam.detach_user_policy().user_name("senior-developer");
    detach.policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").send().await.expect("detached");
    attach(READ_ONLY).await.expect("attached");
}

#[tokio::test]
async fn a_policy_counts_only_after_a_while() {
    let inside = Inside::start(&[Trouble::LateIam(Duration::from_hours(1))]).await;
    inside.attach(POWER_USER).await;
    let listed = inside.world("admin").iam().list_attached_user_policies().user_name("new-developer").send().await;
    assert_eq!(listed.expect("a list").attached_policies().len(), 1);
    inside.git("default", &["ls-remote", DEMO]).await.fails_with("403");
    let arn = "arn:aws:iam::123456789012:user/new-developer";
    let results = decisions(&inside.world("admin"), arn, &["codecommit:GitPull"], None).await;
    assert_eq!(*results[0].eval_decision(), PolicyEvaluationDecisionType::ImplicitDeny);

    let inside = Inside::start(&[Trouble::LateIam(Duration::from_millis(300))]).await;
    inside.attach(POWER_USER).await;
    let codecommit = inside.world("default").codecommit();
    let counts = async {
        while let Err(error) = codecommit.list_repositories().send().await {
            assert_eq!(code(&error), "AccessDeniedException");
        }
    };
    timeout(ENOUGH, counts).await.expect("in the end it counts");
}

#[tokio::test]
async fn the_account_has_an_alias_and_users_have_keys() {
    let inside = Inside::with_identities(&[]).await;
    let aliases = inside.as_profile("grouped", &["iam", "list-account-aliases"]).await.json();
    assert_eq!(aliases["AccountAliases"], json!(["example-shop"]));
    inside.aws(&["iam", "list-account-aliases"]).await.fails_with("iam:ListAccountAliases on resource: *");
    let keys = inside.as_profile("grouped", &["iam", "list-access-keys"]).await.json();
    let id = inside.credentials("grouped").access_key_id().to_owned();
    assert_eq!(keys["AccessKeyMetadata"][0]["AccessKeyId"], id);
    let role = inside
        .as_profile("admin", &["iam", "get-role", "--role-name", "AWSReservedSSO_DeveloperAccess_0123456789abcdef"]);
    let arn = role.await.json()["Role"]["Arn"].as_str().expect("text").to_owned();
    assert!(
        arn.ends_with(":role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_DeveloperAccess_0123456789abcdef"),
        "{arn}"
    );
    let results = decisions(&inside.world("admin"), &arn, &["codecommit:GitPush"], None).await;
    assert_eq!((decided(&results), sources(&results[0])), (vec!["allowed"], vec!["AWSCodeCommitPowerUser"]));
    let session = "arn:aws:sts::123456789012:assumed-role/BuildRunner/build-42";
    let simulate = inside.world("admin").iam().simulate_principal_policy().policy_source_arn(session);
    let error = simulate.action_names("codecommit:GitPull").send().await.expect_err("a session");
    assert_eq!(code(&error), "InvalidInput");
    let user = inside.as_profile("root", &["iam", "get-user"]).await.json();
    assert_eq!(user["User"]["Arn"], "arn:aws:iam::123456789012:root");
}

// Partitions.

#[tokio::test]
async fn each_partition_has_its_own_arns_hosts_and_keys() {
    let inside = Inside::with_identities(&[]).await;
    let hosts = [
        ("china", "china-admin", "aws-cn", "cn-north-1", "amazonaws.com.cn", "cn-catalogue"),
        ("govcloud", "govcloud-admin", "aws-us-gov", "us-gov-west-1", "amazonaws.com", "gov-forms"),
    ];
    for (profile, admin, partition, region, suffix, repository) in hosts {
        let listed = inside.as_profile(profile, &["codecommit", "list-repositories"]).await.json();
        assert_eq!(listed["repositories"][0]["repositoryName"], repository);
        let get = ["codecommit", "get-repository", "--repository-name", repository];
        let metadata = inside.as_profile(profile, &get).await.json()["repositoryMetadata"].clone();
        let url = format!("https://git-codecommit.{region}.{suffix}/v1/repos/{repository}");
        assert_eq!(metadata["cloneUrlHttp"], url);
        assert!(metadata["Arn"].as_str().expect("text").starts_with(&format!("arn:{partition}:codecommit:{region}:")));
        inside.git(profile, &["clone", "--quiet", &url]).await.ok();
        inside.git(profile, &["ls-remote", &url.replace("git-codecommit.", "git-codecommit-fips.")]).await.ok();
        inside.git("admin", &["ls-remote", &url]).await.fails_with("403");
        inside.git(profile, &["ls-remote", DEMO]).await.fails_with("403");

        let user = if profile == "china" { "china-developer" } else { "gov-developer" };
        let attach = |arn: String| {
            let iam = inside.in_region(admin, region).iam();
            async move { iam.attach_user_policy().user_name(user).policy_arn(arn).send().await }
        };
        let foreign = attach(POWER_USER.to_owned()).await;
        assert_eq!(code(&foreign.expect_err("foreign")), "NoSuchEntity");
        attach(format!("arn:{partition}:iam::aws:policy/AWSCodeCommitPowerUser")).await.expect("attached");
        let list = inside.in_region(profile, region).iam().list_attached_user_policies().user_name(user).send().await;
        let arns = list.expect("a list").attached_policies.unwrap_or_default();
        assert!(arns.iter().all(|it| it.policy_arn().is_some_and(|arn| arn.starts_with(&format!("arn:{partition}:")))));
        inside.run("git", &["-C", repository, "commit", "--quiet", "--allow-empty", "-m", "Nothing"]).await.ok();
        inside.git(profile, &["-C", repository, "push", "--quiet"]).await.ok();
        let elsewhere = inside.in_region(profile, "us-east-2").sts().get_caller_identity().send().await;
        assert_eq!(code(&elsewhere.expect_err("another partition")), "InvalidClientTokenId");
    }
    let endpoint = "https://vpce-0a1b2c-xyz.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/MyDemoRepo";
    inside.git("admin", &["ls-remote", endpoint]).await.ok();
}

// Side by side with moto.

/// What was seen of one AWS, to be compared with another.
async fn walk(aws: &Aws) -> Vec<String> {
    let (iam, sts) = (aws.iam(), aws.sts());
    let mut seen = Vec::new();
    macro_rules! see {
        ($name:expr, $request:expr, $of:expr) => {
            let outcome = $request.send().await.map($of).map_err(|error| code(&error));
            seen.push(format!("{}: {outcome:?}", $name));
        };
    }
    let document = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["codecommit:GitPull"], "Resource": "*"}]}"#;
    see!("aliases", iam.list_account_aliases(), |it| it.account_aliases);
    for user in ["team-developer", "nobody"] {
        see!(format!("groups of {user}"), iam.list_groups_for_user().user_name(user), |it| {
            it.groups.into_iter().map(|group| (group.group_name, group.arn, group.path)).collect::<Vec<_>>()
        });
        see!(format!("keys of {user}"), iam.list_access_keys().user_name(user), |it| it.access_key_metadata.len());
        see!(format!("boundary of {user}"), iam.get_user().user_name(user), |it| it
            .user
            .map(|it| it.permissions_boundary));
        see!("put", iam.put_user_policy().user_name(user).policy_name("Own").policy_document(document), |_| ());
        see!("list", iam.list_user_policies().user_name(user), |it| (it.policy_names, it.is_truncated));
        see!("get", iam.get_user_policy().user_name(user).policy_name("Own"), |it| (it.user_name, it.policy_name));
        see!("get other", iam.get_user_policy().user_name(user).policy_name("Other"), |_| ());
        see!("delete", iam.delete_user_policy().user_name(user).policy_name("Own"), |_| ());
        see!("delete again", iam.delete_user_policy().user_name(user).policy_name("Own"), |_| ());
    }
    for group in ["Developers", "Nobodies"] {
        see!("attach", iam.attach_group_policy().group_name(group).policy_arn(READ_ONLY), |_| ());
        see!("attach again", iam.attach_group_policy().group_name(group).policy_arn(READ_ONLY), |_| ());
        see!("attached", iam.list_attached_group_policies().group_name(group), |it| {
            let policies = it.attached_policies.unwrap_or_default();
            policies.into_iter().map(|policy| (policy.policy_name, policy.policy_arn)).collect::<Vec<_>>()
        });
        see!("put", iam.put_group_policy().group_name(group).policy_name("Own").policy_document(document), |_| ());
        see!("list", iam.list_group_policies().group_name(group), |it| it.policy_names);
        see!("get", iam.get_group_policy().group_name(group).policy_name("Own"), |it| (it.group_name, it.policy_name));
        see!("detach", iam.detach_group_policy().group_name(group).policy_arn(READ_ONLY), |_| ());
        see!("detach again", iam.detach_group_policy().group_name(group).policy_arn(READ_ONLY), |_| ());
    }
    let missing = "arn:aws:iam::aws:policy/NoSuchPolicyAnywhere";
    see!("attach missing", iam.attach_group_policy().group_name("Developers").policy_arn(missing), |_| ());
    see!("malformed", iam.put_user_policy().user_name("team-developer").policy_name("x").policy_document("{"), |_| ());

    let role = "arn:aws:iam::123456789012:role/CodeCommitContributor";
    let taken = sts.assume_role().role_arn(role).role_session_name("me").send().await.expect("taken on");
    let (who, key) = (taken.assumed_role_user.expect("a user"), taken.credentials.expect("credentials"));
    seen.push(format!("{} {}", who.arn, who.assumed_role_id.ends_with(":me")));
    seen.push(format!("{} {}", &key.access_key_id[..4], key.access_key_id.len()));
    let credentials = Credentials::new(key.access_key_id, key.secret_access_key, Some(key.session_token), None, "test");
    let session = Aws { endpoint: aws.endpoint.clone(), region: aws.region, credentials };
    see!("session", session.sts().get_caller_identity(), |it| (it.arn, it.account));
    see!("session token", sts.get_session_token(), |it| it
        .credentials
        .is_some_and(|key| key.access_key_id.len() == 20));
    seen
}

#[tokio::test]
async fn groups_inline_policies_and_roles_are_as_in_moto() {
    let (moto, _process) = moto().await;
    let iam = moto.iam();
    iam.create_account_alias().account_alias("example-shop").send().await.expect("an alias");
    let user = iam.create_user().user_name("team-developer").send().await;
    user.expect("a user");
    for group in ["Staff", "Developers"] {
        iam.create_group().group_name(group).send().await.expect("a group");
        iam.add_user_to_group().user_name("team-developer").group_name(group).send().await.expect("a member");
    }
    iam.attach_group_policy().group_name("Developers").policy_arn(POWER_USER).send().await.expect("attached");
    iam.create_access_key().user_name("team-developer").send().await.expect("a key");
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}"#;
    let role = iam.create_role().role_name("CodeCommitContributor").assume_role_policy_document(trust);
    role.send().await.expect("a role");

    let inside = Inside::with_identities(&[]).await;
    // IAM is for an administrator to change, and the role for the developer to take on.
    let iam = inside.world("admin").iam();
    let all = iam.attach_user_policy().user_name("team-developer");
    all.policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").send().await.expect("attached");
    let (theirs, ours) = (walk(&moto).await, walk(&inside.world("grouped")).await);
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(theirs, ours, "moto on the left, the sandbox on the right");
    }
    assert_eq!(theirs.len(), ours.len());
}

#[tokio::test]
async fn the_real_program_shows_the_sandbox_with_all_identities() {
    let inside = Inside::start(&[]).await;
    let program = Path::new(env!("CARGO_BIN_EXE_codecommit-setup"));
    let said = inside.run(program, &["--sandbox", "--sandbox-identities", "undo", "--list"]).await;
    assert!(said.err.contains("one of every kind") && said.err.contains(MFA_CODE), "{said:?}");
}
