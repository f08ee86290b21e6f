//! The sandbox as its users meet it: through the real git, the real AWS CLI and the AWS SDK, and side by side with
//! `moto`, which nobody here wrote.
//!
//! Deliberately absent: the wizard. What runs in the sandbox here are other people's programs.

#[path = "support/inside.rs"]
mod support;

use std::{fs, path::Path};

use aws_sdk_iam::{config::Credentials, error::ProvideErrorMetadata};
use codecommit_setup::sandbox::{Options, Sandbox, Trouble, launch};
use support::{Aws, ENOUGH, Inside, code, moto, outside};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const POWER_USER: &str = "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/AWSCodeCommitReadOnly";
const DEMO: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";

// Git, with the helper of the real AWS CLI.

#[tokio::test]
async fn an_administrator_clones_and_pushes() {
    let inside = Inside::start(&[]).await;
    inside.git("admin", &["clone", "--quiet", DEMO]).await.ok();
    let clone = inside.sandbox.home().join("MyDemoRepo");
    let log = inside.run("git", &["-C", "MyDemoRepo", "log", "--format=%s", "origin/main"]).await.ok();
    assert_eq!(log.lines().collect::<Vec<_>>(), ["Add docs/first-steps.md", "Add cat_numbers.csv", "Add README.md"]);
    let refs = inside.run("git", &["-C", "MyDemoRepo", "for-each-ref", "--format=%(refname:short)"]).await.ok();
    assert!(refs.contains("v1.0") && refs.contains("origin/preprod"), "{refs}");

    // Big enough to be sent in pieces, and not to be compressed away.
    let noise: Vec<u8> =
        (0..2_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[(n % 3) as usize]).collect();
    fs::write(clone.join("noise.bin"), &noise).expect("a file");
    inside.run("git", &["-C", "MyDemoRepo", "add", "."]).await.ok();
    inside.run("git", &["-C", "MyDemoRepo", "commit", "--quiet", "-m", "Add noise"]).await.ok();
    inside.git("admin", &["-C", "MyDemoRepo", "push", "--quiet"]).await.ok();
    let pushed = inside.git("admin", &["ls-remote", DEMO, "main"]).await.ok();
    let head = inside.run("git", &["-C", "MyDemoRepo", "rev-parse", "HEAD"]).await.ok();
    assert!(pushed.starts_with(head.trim()), "{pushed} {head}");
}

#[tokio::test]
async fn a_new_developer_clones_once_a_policy_is_attached() {
    let inside = Inside::start(&[]).await;
    inside.git("default", &["clone", "--quiet", DEMO]).await.fails_with("The requested URL returned error: 403");
    inside.attach(READ_ONLY).await;
    inside.git("default", &["clone", "--quiet", DEMO]).await.ok();
    inside.run("git", &["-C", "MyDemoRepo", "commit", "--quiet", "--allow-empty", "-m", "Nothing"]).await.ok();
    inside.git("default", &["-C", "MyDemoRepo", "push", "--quiet"]).await.fails_with("403");
    inside.attach(POWER_USER).await;
    inside.git("default", &["-C", "MyDemoRepo", "push", "--quiet"]).await.ok();
}

#[tokio::test]
async fn a_session_reads_and_another_region_has_other_repositories() {
    let inside = Inside::start(&[]).await;
    inside.git("temporary", &["ls-remote", DEMO]).await.ok();
    let elsewhere = DEMO.replace("us-east-2", "eu-west-1");
    inside.git("temporary", &["ls-remote", &elsewhere]).await.fails_with("not found");
    let there = elsewhere.replace("MyDemoRepo", "eu-billing");
    assert!(inside.git("temporary", &["ls-remote", &there]).await.ok().contains("refs/heads/2026-rates"));
    let china = "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyDemoRepo";
    inside.git("temporary", &["ls-remote", china]).await.fails_with("403");
    inside
        .git("temporary", &["ls-remote", "https://git-codecommit-fips.us-east-2.amazonaws.com/v1/repos/MyDemoRepo"])
        .await
        .ok();
}

#[tokio::test]
async fn git_without_a_password_or_with_a_wrong_one_is_turned_away() {
    let inside = Inside::start(&[]).await;
    inside.run("git", &["ls-remote", DEMO]).await.fails_with("could not read Username");
    let key = inside.credentials("admin");
    let stale = format!("20200101T000000Z{}", "0".repeat(64));
    let url = DEMO.replace("https://", &format!("https://{}:{stale}@", key.access_key_id()));
    inside.run("git", &["ls-remote", &url]).await.fails_with("403");
}

#[tokio::test]
async fn a_repository_that_was_just_created_takes_a_first_push() {
    let inside = Inside::start(&[]).await;
    let codecommit = inside.world("admin").codecommit();
    let created = codecommit.create_repository().repository_name("fresh").repository_description("New").send().await;
    let metadata = created.expect("created").repository_metadata.expect("metadata");
    assert_eq!(metadata.default_branch(), None);
    let url = metadata.clone_url_http().expect("a clone URL").to_owned();
    assert_eq!(url, DEMO.replace("MyDemoRepo", "fresh"));
    inside.git("admin", &["clone", "--quiet", &url]).await.ok();
    inside.run("git", &["-C", "fresh", "checkout", "--quiet", "-b", "trunk"]).await.ok();
    inside.run("git", &["-C", "fresh", "commit", "--quiet", "--allow-empty", "-m", "Begin"]).await.ok();
    inside.git("admin", &["-C", "fresh", "push", "--quiet", "origin", "trunk"]).await.ok();
    let after = codecommit.get_repository().repository_name("fresh").send().await.expect("the repository");
    let metadata = after.repository_metadata.expect("metadata");
    assert_eq!(metadata.default_branch(), Some("trunk"));
    assert!(inside.git("admin", &["ls-remote", "--symref", &url, "HEAD"]).await.ok().contains("refs/heads/trunk"));
}

#[tokio::test]
async fn a_repository_with_many_branches_is_pushed_and_cloned() {
    let inside = Inside::start(&[]).await;
    inside.git("admin", &["clone", "--quiet", DEMO]).await.ok();
    let script = "for n in $(seq 60); do printf 'commit refs/heads/b%s\\ncommitter A <a@b> 1767600000 +0000\\ndata 2\\n%s\\n' \
                  $n $((10 + n)); done | git -C MyDemoRepo fast-import --quiet";
    inside.run("sh", &["-c", script]).await.ok();
    inside.git("admin", &["-C", "MyDemoRepo", "push", "--quiet", "--all"]).await.ok();
    // So many branches are wanted that git compresses its request.
    inside.git("admin", &["clone", "--quiet", DEMO, "again"]).await.ok();
    let count = inside.run("git", &["-C", "again", "branch", "--remotes", "--list", "origin/b*"]).await.ok();
    assert_eq!(count.lines().count(), 60);
}

#[tokio::test]
async fn nothing_but_codecommit_is_reached_through_the_proxy() {
    let inside = Inside::start(&[]).await;
    inside.run("git", &["ls-remote", "https://github.com/git/git"]).await.fails_with("403");
    for request in
        ["CONNECT example.com:443 HTTP/1.1", "GET http://example.com/ HTTP/1.1", "CONNECT 10.0.0.1:22 HTTP/1.1"]
    {
        let mut stream =
            TcpStream::connect(inside.sandbox.proxy().trim_start_matches("http://")).await.expect("the proxy");
        stream.write_all(format!("{request}\r\nHost: x\r\n\r\n").as_bytes()).await.expect("a request");
        let mut answer = String::new();
        timeout(ENOUGH, stream.read_to_string(&mut answer)).await.expect("in time").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("lets nothing leave this machine"), "{answer}");
    }
}

// The real AWS CLI.

#[tokio::test]
async fn the_aws_cli_attaches_a_policy_as_in_the_guide() {
    let inside = Inside::start(&[]).await;
    let identity = inside.aws(&["sts", "get-caller-identity"]).await.json();
    assert_eq!(identity["Arn"], "arn:aws:iam::123456789012:user/new-developer");
    let identity = inside.aws(&["--profile", "temporary", "sts", "get-caller-identity"]).await.json();
    assert_eq!(identity["Arn"], "arn:aws:sts::123456789012:assumed-role/Developers/session");

    let attach = ["iam", "attach-user-policy", "--user-name", "new-developer", "--policy-arn", POWER_USER];
    let denied = inside.aws(&attach).await;
    denied.fails_with(
        "An error occurred (AccessDenied) when calling the AttachUserPolicy operation: User: \
         arn:aws:iam::123456789012:user/new-developer is not authorized to perform: iam:AttachUserPolicy on resource: \
         user new-developer because no identity-based policy allows the iam:AttachUserPolicy action",
    );
    assert!(matches!(denied.code, 254 | 255), "{denied:?}");
    let list = ["iam", "list-attached-user-policies", "--user-name", "new-developer"];
    inside.aws(&list).await.fails_with("not authorized to perform: iam:ListAttachedUserPolicies");
    inside.aws(&["codecommit", "list-repositories"]).await.fails_with(
        "(AccessDeniedException) when calling the ListRepositories operation: User: \
         arn:aws:iam::123456789012:user/new-developer is not authorized to perform: codecommit:ListRepositories on \
         resource: arn:aws:codecommit:us-east-2:123456789012:* because no identity-based policy allows",
    );

    let as_admin = |args: &[&'static str]| [&["--profile", "admin"], args].concat();
    inside.aws(&as_admin(&attach)).await.ok();
    let attached = inside.aws(&as_admin(&list)).await.json();
    assert_eq!(attached["AttachedPolicies"][0]["PolicyArn"], POWER_USER);
    let listed = inside.aws(&["codecommit", "list-repositories"]).await.json();
    let names: Vec<_> =
        listed["repositories"].as_array().expect("a list").iter().map(|it| &it["repositoryName"]).collect();
    assert_eq!(names, ["MyDemoRepo", "payments-api", "web.front_end"]);
    let batch = ["codecommit", "batch-get-repositories", "--repository-names", "MyDemoRepo", "nowhere"];
    let got = inside.aws(&batch).await.json();
    assert_eq!(got["repositories"][0]["repositoryDescription"], "The repository of the AWS guide");
    assert_eq!(got["repositories"][0]["defaultBranch"], "main");
    assert_eq!(got["repositories"][0]["cloneUrlHttp"], DEMO);
    assert_eq!(got["repositoriesNotFound"][0], "nowhere");
    inside
        .aws(&["codecommit", "create-repository", "--repository-name", "MyDemoRepo"])
        .await
        .fails_with("RepositoryNameExistsException");
}

#[tokio::test]
async fn wrong_keys_are_told_apart_as_aws_does() {
    let inside = Inside::start(&[]).await;
    let (id, secret) = inside.sandbox.spare_key();
    let csv = fs::read_to_string(inside.sandbox.spare_key_file()).expect("the key file");
    assert_eq!(csv, format!("Access key ID,Secret access key\n{id},{}\n", secret.expose()));
    let world = |id: &str, secret: &str, token: Option<&str>| Aws {
        endpoint: inside.sandbox.endpoint(),
        region: "us-east-2",
        credentials: Credentials::new(id, secret, token.map(str::to_owned), None, "test"),
    };
    let sts = async |world: Aws| world.sts().get_caller_identity().send().await.map_err(|error| code(&error));
    let codecommit =
        async |world: Aws| world.codecommit().list_repositories().send().await.map_err(|error| code(&error));

    let identity = sts(world(&id, secret.expose(), None)).await.expect("an identity");
    assert_eq!(identity.arn(), Some("arn:aws:iam::123456789012:user/second-developer"));
    assert_eq!(sts(world(&id, "wrong", None)).await.expect_err("wrong"), "SignatureDoesNotMatch");
    assert_eq!(sts(world("AKIAUNKNOWN", "wrong", None)).await.expect_err("wrong"), "InvalidClientTokenId");
    assert_eq!(codecommit(world(&id, "wrong", None)).await.expect_err("wrong"), "InvalidSignatureException");
    assert_eq!(codecommit(world("AKIAX", "wrong", None)).await.expect_err("wrong"), "UnrecognizedClientException");
    let temporary = inside.credentials("temporary");
    let (id, secret) = (temporary.access_key_id(), temporary.secret_access_key());
    assert_eq!(sts(world(id, secret, None)).await.expect_err("no token"), "InvalidClientTokenId");
    assert_eq!(sts(world(id, secret, Some("other"))).await.expect_err("another token"), "InvalidClientTokenId");
    assert!(sts(world(id, secret, temporary.session_token())).await.is_ok());
}

#[tokio::test]
async fn the_second_developer_sees_its_rights_but_cannot_change_them() {
    let inside = Inside::start(&[]).await;
    let (id, secret) = inside.sandbox.spare_key();
    let credentials = Credentials::new(id, secret.expose(), None, None, "test");
    let iam = Aws { endpoint: inside.sandbox.endpoint(), region: "us-east-2", credentials }.iam();
    let attached = iam.list_attached_user_policies().user_name("second-developer").send().await.expect("a list");
    assert!(attached.attached_policies().is_empty());
    let groups = iam.list_groups_for_user().user_name("setup-admin").max_items(1).send().await.expect("groups");
    assert_eq!((groups.groups()[0].group_name(), groups.is_truncated()), ("Staff", true));
    let rest =
        iam.list_groups_for_user().user_name("setup-admin").set_marker(groups.marker).send().await.expect("groups");
    assert_eq!((rest.groups()[0].group_name(), rest.is_truncated()), ("Developers", false));
    let of_group = iam.list_attached_group_policies().group_name("Developers").send().await.expect("a list");
    assert_eq!(of_group.attached_policies()[0].policy_arn(), Some(POWER_USER));
    let inline = iam.list_user_policies().user_name("second-developer").send().await.expect("a list");
    assert_eq!(inline.policy_names(), ["LookButDoNotTouch"]);
    let document = iam.get_user_policy().user_name("second-developer").policy_name("LookButDoNotTouch").send().await;
    assert!(document.expect("a policy").policy_document().contains("iam%3AAttach*%22"));
    assert_eq!(iam.get_user().send().await.expect("a user").user().expect("a user").user_name(), "second-developer");
    let attach = iam.attach_user_policy().user_name("second-developer").policy_arn(POWER_USER).send().await;
    let error = attach.expect_err("denied").into_service_error();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert!(error.message().unwrap_or_default().ends_with("with an explicit deny in an identity-based policy"));
}

// Troubles.

#[tokio::test]
async fn the_sdk_gets_over_throttling() {
    let inside = Inside::start(&[Trouble::Throttle(2)]).await;
    inside.world("default").sts().get_caller_identity().send().await.expect("an identity, the third time");
}

#[tokio::test]
async fn codecommit_says_rate_exceeded_in_xml() {
    let inside = Inside::start(&[Trouble::Throttle(1)]).await;
    inside.aws(&["--profile", "admin", "codecommit", "list-repositories"]).await.fails_with("<ThrottlingException>");
    inside.aws(&["--profile", "admin", "codecommit", "list-repositories"]).await.ok();
}

#[tokio::test]
async fn a_clock_that_is_off_makes_signatures_expire() {
    for (seconds, text) in [(1200, "Signature expired"), (-1200, "Signature not yet current")] {
        let inside = Inside::start(&[Trouble::Skew(seconds)]).await;
        inside.aws(&["--profile", "admin", "sts", "get-caller-identity"]).await.fails_with(text);
        inside.git("admin", &["ls-remote", DEMO]).await.fails_with("403");
        // The SDK reads the time off the refusal and tries again: its success says nothing about git's.
        inside.world("admin").sts().get_caller_identity().send().await.expect("an identity");
    }
}

#[tokio::test]
async fn tokens_expire_and_rights_are_denied_on_request() {
    let inside = Inside::start(&[Trouble::ExpireTokens, Trouble::Deny("codecommit:Git*".to_owned())]).await;
    let error = inside.world("temporary").sts().get_caller_identity().send().await.expect_err("expired");
    assert_eq!(code(&error), "ExpiredToken");
    let error = inside.world("temporary").codecommit().list_repositories().send().await.expect_err("expired");
    assert_eq!(code(&error), "ExpiredTokenException");
    inside.git("admin", &["ls-remote", DEMO]).await.fails_with("403");
    inside.world("admin").codecommit().list_repositories().send().await.expect("a list");
}

#[tokio::test]
async fn there_can_be_no_repositories_or_ten_thousand() {
    let inside = Inside::start(&[Trouble::NoRepositories]).await;
    let list = inside.world("admin").codecommit().list_repositories().send().await.expect("a list");
    assert!(list.repositories().is_empty() && list.next_token().is_none());

    let inside = Inside::start(&[Trouble::ManyRepositories(10_000)]).await;
    let pages = inside.world("admin").codecommit().list_repositories().into_paginator().send();
    let pages: Vec<_> = pages.collect::<Result<_, _>>().await.expect("pages");
    let lengths: Vec<usize> = pages.iter().map(|page| page.repositories().len()).collect();
    assert_eq!(lengths, [vec![1000; 10], vec![3]].concat());
    let names: Vec<String> = (1..=101).map(|number| format!("repository-{number:05}")).collect();
    let batch = inside.world("admin").codecommit().batch_get_repositories().set_repository_names(Some(names)).send();
    assert_eq!(code(&batch.await.expect_err("too many")), "MaximumRepositoryNamesExceededException");
    inside.git("admin", &["clone", "--quiet", &DEMO.replace("MyDemoRepo", "repository-04711")]).await.ok();
}

// The folder, and the launcher.

#[tokio::test]
async fn closing_removes_everything_unless_it_is_to_be_kept() {
    for keep in [false, true] {
        let parent = TempDir::new().expect("a temporary folder");
        let options = Options { keep, parent: Some(parent.path().to_owned()), ..Options::default() };
        let sandbox = Sandbox::start(&options).await.expect("a sandbox");
        let root = sandbox.root().to_owned();
        assert!(
            root.starts_with(parent.path().canonicalize().expect("a path")) && root.join("home/.aws/config").exists()
        );
        let kept = sandbox.close().await.expect("closed");
        assert_eq!((kept.is_some(), root.exists()), (keep, keep));
        let left = fs::read_dir(parent.path()).expect("a folder").count();
        assert_eq!(left, usize::from(keep));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let inside = Inside::start(&[]).await;
    let mode = |path: &str| fs::metadata(inside.sandbox.root().join(path)).expect(path).permissions().mode() & 0o777;
    for (path, expected) in
        [("", 0o700), ("home/.aws", 0o700), ("home/.aws/credentials", 0o600), ("second-developer.csv", 0o600)]
    {
        assert_eq!(mode(path), expected, "{path}");
    }
}

/// Has its parent told to terminate, and waits to be told so too.
#[cfg(unix)]
const GIVES_WAY: &str = "trap 'kill $!; exit 9' TERM; mkfifo pipe; cat pipe & kill -TERM $PPID; wait";

#[cfg(unix)]
#[tokio::test]
async fn a_program_is_launched_inside_and_its_exit_code_comes_back() {
    for (script, expected) in
        [("echo \"$HOME\" > seen; exit 7", 7), ("kill -KILL $$", 137), ("kill -INT $PPID; exit 5", 5), (GIVES_WAY, 9)]
    {
        let parent = TempDir::new().expect("a temporary folder");
        let options = Options { keep: true, parent: Some(parent.path().to_owned()), ..Options::default() };
        let args = ["-c".into(), script.into()];
        let mut out = Vec::new();
        let code = launch::run(&options, Path::new("/bin/sh"), &args, outside().into_iter(), &mut out).await;
        assert_eq!(code.expect("a code"), expected);
        let said = String::from_utf8(out).expect("text");
        let root =
            fs::read_dir(parent.path()).expect("a folder").next().expect("the sandbox").expect("an entry").path();
        assert!(said.contains("was kept in") && said.contains(root.to_str().expect("text")), "{said}");
        if expected == 7 {
            let seen = fs::read_to_string(root.join("home/seen")).expect("a file");
            assert_eq!(Path::new(seen.trim()), root.join("home").canonicalize().expect("a path"));
        }
    }
}

#[tokio::test]
async fn a_program_that_cannot_be_started_leaves_nothing_behind() {
    let parent = TempDir::new().expect("a temporary folder");
    let options = Options { parent: Some(parent.path().to_owned()), ..Options::default() };
    let mut out = Vec::new();
    let result = launch::run(&options, Path::new("/nowhere/program"), &[], outside().into_iter(), &mut out).await;
    assert!(result.expect_err("no such program").to_string().contains("could not be run"));
    assert_eq!(fs::read_dir(parent.path()).expect("a folder").count(), 0);
}

// Side by side with moto.

/// What was seen of one AWS, to be compared with another.
async fn walk(aws: &Aws) -> Vec<String> {
    let (iam, sts, codecommit) = (aws.iam(), aws.sts(), aws.codecommit());
    let mut seen = Vec::new();
    let missing = "arn:aws:iam::aws:policy/NoSuchPolicyAnywhere";
    for (user, policy) in [
        ("nobody", POWER_USER),
        ("new-developer", missing),
        ("new-developer", POWER_USER),
        ("new-developer", POWER_USER),
    ] {
        let result = iam.attach_user_policy().user_name(user).policy_arn(policy).send().await;
        seen.push(format!("attach {user} {policy}: {:?}", result.map(|_| ()).map_err(|error| code(&error))));
    }
    for user in ["new-developer", "nobody"] {
        let result = iam.list_attached_user_policies().user_name(user).send().await;
        let list = result.map(|list| {
            let policy = |policy: &aws_sdk_iam::types::AttachedPolicy| {
                format!("{:?} {:?}", policy.policy_name(), policy.policy_arn())
            };
            (list.attached_policies().iter().map(policy).collect::<Vec<_>>(), list.is_truncated())
        });
        seen.push(format!("list {user}: {:?}", list.map_err(|error| code(&error))));
        let result = iam.list_user_policies().user_name(user).send().await;
        seen.push(format!("inline {user}: {:?}", result.map(|list| list.policy_names).map_err(|error| code(&error))));
        let result = iam.get_user().user_name(user).send().await;
        let arn = result.map(|output| output.user.map(|user| (user.user_name, user.arn, user.path)));
        seen.push(format!("user {user}: {:?}", arn.map_err(|error| code(&error))));
    }
    for policy in [POWER_USER, missing] {
        let result = iam.get_policy().policy_arn(policy).send().await;
        let name =
            result.map(|output| output.policy.map(|policy| (policy.policy_name, policy.arn, policy.is_attachable)));
        seen.push(format!("policy {policy}: {:?}", name.map_err(|error| code(&error))));
    }
    for policy in [POWER_USER, POWER_USER] {
        let result = iam.detach_user_policy().user_name("new-developer").policy_arn(policy).send().await;
        seen.push(format!("detach: {:?}", result.map(|_| ()).map_err(|error| code(&error))));
    }
    let result = iam.list_attached_group_policies().group_name("nobodies").send().await;
    seen.push(format!("group: {:?}", result.map(|_| ()).map_err(|error| code(&error))));
    let identity = sts.get_caller_identity().send().await.expect("an identity");
    let arn = identity.arn().expect("an ARN").rsplit_once(':').expect("parts").0.replace(":sts:", ":iam:");
    seen.push(format!(
        "identity {arn} {:?} {}",
        identity.account(),
        identity.user_id().is_some_and(|id| id.len() >= 20)
    ));
    let result = codecommit.get_repository().repository_name("nowhere").send().await;
    seen.push(format!("repository: {:?}", result.map(|_| ()).map_err(|error| code(&error))));
    for name in ["fresh", "fresh", "not/a/name"] {
        let result = codecommit.create_repository().repository_name(name).send().await;
        // Moto's dates are of a form that the SDK does not read, so only what was refused can be compared.
        let refused =
            result.err().filter(|error| error.as_service_error().and_then(ProvideErrorMetadata::code).is_some());
        seen.push(format!("create {name}: {:?}", refused.map(|error| code(&error))));
    }
    seen
}

#[tokio::test]
async fn iam_sts_and_codecommit_answer_as_moto_does() {
    let (moto, _process) = moto().await;
    let inside = Inside::start(&[]).await;
    moto.iam().create_user().user_name("new-developer").send().await.expect("a user");
    let (theirs, ours) = (walk(&moto).await, walk(&inside.world("admin")).await);
    assert!(ours.contains(&format!("attach new-developer {POWER_USER}: Ok(())")), "{ours:#?}");
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(theirs, ours, "moto on the left, the sandbox on the right");
    }
}
