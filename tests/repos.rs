//! `repos` in the sandbox: the real program, its streams and its exit codes.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/program.rs"]
mod program;

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use program::{Program, stderr, stdout};
use serde_json::Value;

#[test]
fn a_table_holds_a_line_a_repository() {
    let output = Program::new().run(&["--sandbox", "repos", "--profile", "admin"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("Repository     Branch  Changed"), "{text}");
    assert!(
        lines[1].starts_with("MyDemoRepo     main    ") && lines[1].ends_with("The repository of the AWS guide"),
        "{text}"
    );
    assert!(lines.iter().all(|line| line.trim_end() == *line));
}

#[test]
fn json_holds_every_clone_url() {
    let output =
        Program::new().run(&["--sandbox", "repos", "--json", "--profile", "admin", "--filter", "PAYMENTS api"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!([{
        "name": "payments-api",
        "description": "Takes payments and answers for them",
        "default_branch": "main",
        "last_modified": "2026-01-08T09:00:00Z",
        "clone_url_https": "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api",
        "clone_url_grc": "codecommit::us-east-2://admin@payments-api",
        "clone_url_ssh": "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api",
        "arn": "arn:aws:codecommit:us-east-2:123456789012:payments-api",
        "region": "us-east-2",
    }]);
    assert_eq!(all, expected);
}

#[test]
fn another_region_has_other_repositories_and_nothing_is_an_empty_array() {
    let program = Program::new();
    let output = program.run(&["--sandbox", "repos", "--json", "--profile", "admin", "--region", "eu-west-1"], "");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((all[0]["name"].as_str(), all[0]["region"].as_str()), (Some("eu-billing"), Some("eu-west-1")));
    let output = program.run(&["--sandbox", "repos", "--json", "--profile", "admin", "--region", "eu-west-2"], "");
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("[]\n", Some(0)));
    let told = stderr(&output);
    assert!(told.contains("there are no repositories in eu-west-2; --all-regions looks in the others"), "{told}");
    let output = program.run(&["--sandbox", "repos", "--profile", "admin", "--filter", "zzz"], "");
    let told = stderr(&output);
    assert!(told.contains("none of the 3 repositories in us-east-2 fits the filter"), "{told}");
}

#[test]
fn all_regions_are_listed_and_those_that_cannot_be_asked_are_named() {
    let output = Program::new().run(&["--sandbox", "repos", "--json", "--all-regions", "--profile", "admin"], "");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let regions: Vec<&str> = all.as_array().unwrap().iter().map(|it| it["region"].as_str().unwrap()).collect();
    assert_eq!(regions, ["us-east-2", "us-east-2", "us-east-2", "us-west-2", "eu-west-1"]);
    let told = stderr(&output);
    assert!(told.contains("eu-south-1: not switched on for this account"), "{told}");
    assert!(told.contains("sa-east-1: AWS does not allow codecommit:ListRepositories"), "{told}");
    assert_eq!(output.status.code(), Some(1), "{told}");
}

#[test]
fn the_profile_is_the_one_that_git_uses() {
    let program = Program::new();
    let denied = program.run(&["--sandbox", "repos"], "");
    assert_eq!(denied.status.code(), Some(1));
    assert!(
        denied.stdout.is_empty() && stderr(&denied).contains("user/new-developer is not authorized"),
        "{}",
        stderr(&denied)
    );
    // The settings of the sandbox come after these.
    let settings = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "credential.helper"),
        ("GIT_CONFIG_VALUE_0", "!aws --profile admin codecommit credential-helper $@"),
    ];
    let home = program.folder.path().join("home");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), "[default]\nregion = us-east-2\n[profile admin]\nregion = eu-west-1\n")
        .unwrap();
    std::fs::write(home.join(".aws/credentials"), "[default]\n").unwrap();
    let mut program = program.with("HOME", home.to_str().unwrap()).with("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    for (name, value) in settings {
        program = program.with(name, value);
    }
    let output = program.run(&["repos"], "");
    assert!(stderr(&output).contains("“admin”"), "{}", stderr(&output));
}

#[test]
fn a_profile_without_a_region_and_one_that_is_not_there_are_named() {
    let program = Program::new();
    let output = program.run(&["--sandbox", "repos", "--profile", "nobody"], "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(stderr(&output).contains("There is no profile nobody in the AWS files."), "{}", stderr(&output));
    let output = program.run(&["--sandbox", "repos", "--profile", "nobody", "--region", "us-east-2"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("“nobody”"), "{}", stderr(&output));
}

#[test]
fn hostile_texts_are_harmless_in_the_table_and_as_they_are_in_json() {
    use codecommit_setup::sandbox::{Options, Sandbox};
    let description = "\u{1b}[31mred\u{202e}\r\n日本語 \u{5e9}\u{5dc}";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let options = Options { parent: Some(parent.path().to_owned()), ..Options::default() };
    let sandbox = runtime.block_on(Sandbox::start(&options)).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let run = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        let environment = sandbox.environment([("PATH".into(), path.clone())]);
        command.args(arguments).env_clear().envs(environment).current_dir(sandbox.home());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let aws = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/aws");
    let create = ["--profile", "admin", "codecommit", "create-repository", "--repository-name", "hostile"];
    run(&aws, &[&create[..], &["--repository-description", description]].concat());
    let own = Path::new(env!("CARGO_BIN_EXE_codecommit-setup"));
    let table = run(own, &["repos", "--profile", "admin", "--filter", "red"]);
    assert!(table.contains("\u{fffd}[31mred\u{fffd}\u{fffd}\u{fffd}日本語 \u{5e9}\u{5dc}"), "{table:?}");
    assert_eq!(table.lines().count(), 2, "{table:?}");
    let all: Value =
        serde_json::from_str(&run(own, &["repos", "--profile", "admin", "--filter", "red", "--json"])).unwrap();
    assert_eq!(all[0]["description"], description);
}

#[test]
fn whoever_stops_reading_causes_no_noise() {
    let program = Program::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"))
        .args(["--sandbox", "--sandbox-trouble", "repositories=3000", "repos", "--profile", "admin"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", program.folder.path())
        .env("TMPDIR", program.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &first), (Some(0), b"Repository"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked") && !stderr(&output).contains("Broken pipe"));
}
