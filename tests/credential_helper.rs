//! The contract of the credential helper: for the same request the real AWS CLI and ours give the same answer.
//!
//! The AWS CLI is taken from `target/test-tools/bin`. Both sign for the same moment: ours is told the one in the CLI's password.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::credential_helper::{Arguments, run};
use time::PrimitiveDateTime;
use time::macros::format_description;

const CONFIG: &str = "[default]\nregion = eu-west-3\n[profile dev one]\nregion = lost\n[profile 'dev one']\nregion = us-west-2\n[profile config]\n\
    aws_access_key_id = AKIACONFIG\naws_secret_access_key = in/the+config=\n[profile bare]\n[profile shadowed]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\n";
const CREDENTIALS: &str = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
    [dev one]\naws_access_key_id = ASIADEV\naws_secret_access_key = s\naws_session_token = TO/KEN+==%25\n\
    [older]\naws_access_key_id=ASIAOLDER\naws_secret_access_key=t\naws_security_token=OLDER\n[half]\naws_access_key_id = AKIAHALF\n\
    [shadowed]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n";

#[derive(Debug, PartialEq)]
struct Answer {
    succeeded: bool,
    username: Option<String>,
    password: Option<String>,
}

impl Answer {
    fn of(succeeded: bool, out: &[u8]) -> Self {
        let text = String::from_utf8(out.to_vec()).expect("UTF-8");
        let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
        Self { succeeded, username: line("username="), password: line("password=") }
    }
}

struct Home {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Home {
    fn new(environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(".aws")).expect("a folder");
        std::fs::write(folder.path().join(".aws/config"), CONFIG).expect("a file");
        std::fs::write(folder.path().join("keys"), CREDENTIALS).expect("a file");
        let mut all = vec![
            ("HOME".to_owned(), folder.path().to_str().expect("UTF-8").to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE".to_owned(), "~/keys".to_owned()),
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
        ];
        all.extend(environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        Self { folder, environment: all }
    }

    fn ask_the_aws_cli(&self, arguments: &Arguments, request: &str) -> Answer {
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/aws");
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(self.environment.iter().cloned())
            .current_dir(self.folder.path());
        for (option, value) in [("--profile", &arguments.profile), ("--region", &arguments.region)] {
            command.args(value.iter().flat_map(|value| [option, value]));
        }
        command.args(["codecommit", "credential-helper", &arguments.operation]);
        command.args(arguments.ignore_host_check.then_some("--ignore-host-check"));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the AWS CLI");
        // A command that needs no request may have ended before it is written.
        let _ = child.stdin.take().expect("a pipe").write_all(request.as_bytes());
        let output = child.wait_with_output().expect("the AWS CLI ends");
        Answer::of(output.status.success(), &output.stdout)
    }

    fn ask_ours(&self, arguments: &Arguments, request: &str, now: SystemTime) -> Answer {
        let variables = self.environment.iter().map(|(name, value)| (name.into(), value.into()));
        let mut out = Vec::new();
        let code = run(arguments, &Environment::of(variables), now, &mut request.as_bytes(), &mut out, &mut Vec::new());
        Answer::of(code == 0, &out)
    }

    /// Asks both, and returns the username that both gave.
    fn ask_both(&self, arguments: &Arguments, request: &str) -> Option<String> {
        let theirs = self.ask_the_aws_cli(arguments, request);
        let now = theirs.password.as_deref().map_or(SystemTime::UNIX_EPOCH, moment);
        assert_eq!(self.ask_ours(arguments, request, now), theirs, "{arguments:?} {request}");
        theirs.username
    }
}

/// The moment that stands before the `Z` in a password.
fn moment(password: &str) -> SystemTime {
    let (timestamp, _) = password.split_once('Z').expect("a time");
    let format = format_description!("[year][month][day]T[hour][minute][second]");
    let time = PrimitiveDateTime::parse(timestamp, format).expect("a time").assume_utc();
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.unix_timestamp()).expect("after 1970"))
}

fn request(host: &str, path: &str) -> String {
    format!("capability[]=authtype\nprotocol=https\nhost={host}\npath={path}\nwwwauth[]=Basic realm=\"a=b\"\n\n")
}

fn get(profile: Option<&str>) -> Arguments {
    Arguments { operation: "get".to_owned(), profile: profile.map(str::to_owned), ..Arguments::default() }
}

#[test]
fn every_form_of_host_is_signed_as_the_aws_cli_signs_it() {
    let home = Home::new(&[]);
    for host in [
        "git-codecommit.us-east-1.amazonaws.com",
        "git-codecommit-fips.us-gov-west-1.amazonaws.com",
        "git-codecommit.cn-north-1.amazonaws.com.cn",
        "vpce-0a1b.git-codecommit.us-east-2.vpce.amazonaws.com",
        "vpce-0a1b.x.git-codecommit-fips.us-east-2.vpce.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com:8443",
        "codecommit.amazonaws.com",
        "git.amazon.com.example",
    ] {
        assert!(home.ask_both(&get(None), &request(host, "v1/repos/MyDemoRepo")).is_some(), "{host}");
    }
    let regional = Arguments { region: Some("sa-east-1".to_owned()), ..get(None) };
    assert!(home.ask_both(&regional, &request("codecommit.amazonaws.com", "v1/repos/a")).is_some());
    let anyway = Arguments { ignore_host_check: true, ..get(None) };
    assert!(home.ask_both(&anyway, &request("git.example", "v1/repos/a")).is_some());
    assert_eq!(home.ask_both(&get(None), &request("github.com", "a/b")), None);
}

#[test]
fn keys_come_from_the_same_place() {
    let host = "git-codecommit.us-east-1.amazonaws.com";
    let request = request(host, "v1/repos/MyDemoRepo");
    let home = Home::new(&[]);
    for (profile, username) in [
        (None, "AKIAIOSFODNN7EXAMPLE"),
        (Some("dev one"), "ASIADEV%TO/KEN+==%25"),
        (Some("config"), "AKIACONFIG"),
        (Some("older"), "ASIAOLDER%OLDER"),
        (Some("shadowed"), "AKIANEW"),
    ] {
        assert_eq!(home.ask_both(&get(profile), &request).as_deref(), Some(username));
    }
    for profile in ["bare", "half", "gone"] {
        assert_eq!(home.ask_both(&get(Some(profile)), &request), None);
    }
    let named = Home::new(&[("AWS_PROFILE", "dev one")]);
    assert_eq!(named.ask_both(&get(None), &request).as_deref(), Some("ASIADEV%TO/KEN+==%25"));
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAENV"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "T"),
        ("AWS_PROFILE", "config"),
    ];
    let with_keys = Home::new(&keys);
    assert_eq!(with_keys.ask_both(&get(None), &request).as_deref(), Some("AKIAENV%T"));
    assert_eq!(with_keys.ask_both(&get(Some("older")), &request).as_deref(), Some("ASIAOLDER%OLDER"));
}

#[test]
fn the_region_of_a_host_that_names_none_comes_from_the_same_place() {
    let request = request("codecommit.amazonaws.com", "v1/repos/MyDemoRepo");
    let home = Home::new(&[("AWS_DEFAULT_REGION", "ap-south-1")]);
    assert!(home.ask_both(&get(Some("dev one")), &request).is_some());
    assert_eq!(Home::new(&[]).ask_both(&get(Some("config")), &request), None, "no region anywhere");
}

#[test]
fn a_request_without_a_path_is_refused_and_the_other_operations_are_silent() {
    let home = Home::new(&[]);
    assert_eq!(home.ask_both(&get(None), "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n"), None);
    // Where the AWS CLI fails at other operations, git wants silence (gitcredentials(7)).
    for operation in ["store", "erase"] {
        let arguments = Arguments { operation: operation.to_owned(), ..Arguments::default() };
        assert_eq!(home.ask_both(&arguments, &request("git-codecommit.us-east-1.amazonaws.com", "v1/repos/a")), None);
    }
}

/// Signs as the AWS CLI does, with its own code: lines of JSON in, region and password out.
const SIGN_WITH_THE_AWS_CLI: &str = r#"
import json, sys, types
from datetime import datetime, timezone
from awscli.customizations import codecommit
from botocore.credentials import Credentials
for line in sys.stdin:
    case = json.loads(line)
    session = types.SimpleNamespace(get_credentials=lambda: Credentials("AKIA", case["secret"]))
    moment = datetime.fromtimestamp(case["now"], timezone.utc)
    codecommit.get_current_datetime = lambda *_, **__: moment
    command = codecommit.CodeCommitGetCommand(session)
    wished = types.SimpleNamespace(region=case["region"])
    region = command.extract_region(case, wished)
    print(json.dumps([region, command.sign_request(region, command.extract_url(case))]))
"#;

proptest::prop_compose! {
    fn case()(
        label in "[a-z]{2}(-gov)?-[a-z]{4,9}-[0-9]",
        form in 0..8_usize,
        path in "v1/repos/[A-Za-z0-9._-]{1,100}(/[ -\"$->@-~é]{0,20}x)?",
        region in "[a-z]{2}-[a-z]{4,9}-[0-9]",
        secret in "[!-~]{1,60}",
        now in 0..4_000_000_000_u64,
    ) -> serde_json::Value {
        let host = match form {
            0 => format!("git-codecommit.{label}.amazonaws.com"),
            1 => format!("git-codecommit-fips.{label}.amazonaws.com"),
            2 => format!("git-codecommit.{label}.amazonaws.com.cn"),
            3 => format!("vpce-0a1b-{label}.git-codecommit.{label}.vpce.amazonaws.com"),
            4 => format!("vpce-x.y.git-codecommit-fips.{label}.vpce.amazonaws.com:8443"),
            5 => format!("git-codecommit.{label}.amazonaws.com:443"),
            6 => format!("{label}.git.amazonaws.com"),
            _ => format!("proxy.{label}.example:8443"),
        };
        serde_json::json!({"protocol": "https", "host": host, "path": path, "region": region, "secret": secret, "now": now})
    }
}

#[test]
fn any_request_is_signed_as_the_aws_cli_signs_it() {
    use proptest::strategy::{Strategy, ValueTree};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cases: Vec<_> = (0..500).map(|_| case().new_tree(&mut runner).expect("a case").current()).collect();
    let lines: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/python");
    let mut child = Command::new(python)
        .args(["-c", SIGN_WITH_THE_AWS_CLI])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    let mut input = child.stdin.take().expect("a pipe");
    let writing = std::thread::spawn(move || input.write_all((lines.join("\n") + "\n").as_bytes()));
    let output = child.wait_with_output().expect("Python ends");
    writing.join().expect("no panic").expect("all was read");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), cases.len());
    for (case, line) in cases.iter().zip(text.lines()) {
        let theirs: (String, String) = serde_json::from_str(line).expect("JSON");
        let part = |name: &str| case[name].as_str().expect("a text").to_owned();
        let variables = [("AWS_ACCESS_KEY_ID", "AKIA".to_owned()), ("AWS_SECRET_ACCESS_KEY", part("secret"))];
        let environment = Environment::of(variables.map(|(name, value)| (name.into(), value.into())));
        let arguments = Arguments { ignore_host_check: true, region: Some(part("region")), ..get(None) };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(case["now"].as_u64().expect("a number"));
        let mut out = Vec::new();
        let request = request(&part("host"), &part("path"));
        let code = run(&arguments, &environment, now, &mut request.as_bytes(), &mut out, &mut Vec::new());
        assert_eq!(Answer::of(code == 0, &out).password, Some(theirs.1), "{case} in {}", theirs.0);
    }
}
