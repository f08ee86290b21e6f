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

    /// Our answer with all that it prints.
    fn whole_answer(&self, arguments: &Arguments, request: &str) -> (Answer, String, String) {
        let variables = self.environment.iter().map(|(name, value)| (name.into(), value.into()));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let environment = Environment::of(variables);
        let now = SystemTime::UNIX_EPOCH;
        let code = run(arguments, &environment, now, &mut request.as_bytes(), &mut out, &mut err);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        (Answer::of(code == 0, &out), text(&out), text(&err))
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
        "vpce-0a1b-us-gov-west-1a.git-codecommit-fips.us-gov-west-1.vpce.amazonaws.com",
        "vpce-0a1b.git-codecommit.cn-north-1.vpce.amazonaws.com.cn",
        "git-codecommit.us-east-1.amazonaws.com:8443",
    ] {
        assert!(home.ask_both(&get(None), &request(host, "v1/repos/MyDemoRepo")).is_some(), "{host}");
    }
    let anyway = Arguments { ignore_host_check: true, ..get(None) };
    for host in ["git.example", "codecommit.amazonaws.com", "git-codecommit.eu-west-1.amazonaws.com.proxy.example"] {
        assert!(home.ask_both(&anyway, &request(host, "v1/repos/a")).is_some(), "{host}");
        let regional = Arguments { region: Some("sa-east-1".to_owned()), ..anyway.clone() };
        let open = request(host, "v1/repos/a").replace("protocol=https", "protocol=http");
        assert!(home.ask_both(&regional, &open).is_some(), "{host} over http, as the AWS CLI has it");
    }
    assert_eq!(home.ask_both(&get(None), &request("github.com", "a/b")), None);
}

/// Where the AWS CLI answers for every host that has `amazonaws.com` or `amazon.com` somewhere, by any protocol, ours does not.
#[test]
fn hosts_that_only_look_like_one_get_a_password_from_the_aws_cli_alone() {
    let home = Home::new(&[]);
    let path = "v1/repos/MyDemoRepo";
    for (request, quits) in [
        (request("git-codecommit.us-east-1.amazonaws.com.evil.example", path), false),
        (request("git-codecommit.us-east-1.evilamazonaws.com", path), false),
        (request("git-codecommit.us-east-1.amazonaws.com@evil.example", path), false),
        (request("git-codecommit.us-east-1.amazonaws.com:443@evil.example", path), false),
        (request("evilamazonaws.com", path), false),
        (request("git-codecommit.us-east-1.amazonaws.com", path).replace("protocol=https", "protocol=http"), true),
    ] {
        assert!(home.ask_the_aws_cli(&get(None), &request).password.is_some(), "{request}");
        let (answer, out, err) = home.whole_answer(&get(None), &request);
        assert_eq!((answer.succeeded, out.as_str()), (false, if quits { "quit=1\n" } else { "" }), "{request}");
        assert_eq!(err.lines().count(), 1, "{request}: {err}");
    }
    // Machines of somebody's at AWS, and other services.
    for host in
        ["ec2-203-0-113-1.compute-1.amazonaws.com", "git.us-west-2.codecatalyst.aws", "git.amazon.com", "github.com"]
    {
        let (answer, out, err) = home.whole_answer(&get(None), &request(host, path));
        assert_eq!((answer.succeeded, out.as_str(), err.as_str()), (true, "", ""), "{host}");
    }
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
    let anyway = |profile| Arguments { ignore_host_check: true, ..get(Some(profile)) };
    let home = Home::new(&[("AWS_DEFAULT_REGION", "ap-south-1")]);
    assert!(home.ask_both(&anyway("dev one"), &request).is_some());
    assert_eq!(Home::new(&[]).ask_both(&anyway("config"), &request), None, "no region anywhere");
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
        label in "us-(east|west)-[12]|cn-north-1|us-gov-west-1|[a-z]{2}(-gov)?-[a-z]{4,9}-[0-9]",
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
    let text = python(SIGN_WITH_THE_AWS_CLI, &cases);
    let mut answered = 0;
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
        assert_eq!(Answer::of(code == 0, &out).password.as_ref(), Some(&theirs.1), "{case} in {}", theirs.0);
        // For a host of CodeCommit it is the same without being told to ignore the host.
        let arguments = Arguments { ignore_host_check: false, ..arguments };
        let mut out = Vec::new();
        let code = run(&arguments, &environment, now, &mut request.as_bytes(), &mut out, &mut Vec::new());
        let password = Answer::of(code == 0, &out).password;
        answered += usize::from(password.is_some());
        assert!(password.is_none_or(|password| password == theirs.1), "{case} in {}", theirs.0);
    }
    assert!(answered > cases.len() / 4, "{answered} of {} are hosts of CodeCommit", cases.len());
}

/// Which hosts are CodeCommit's, by a regular expression for each partition: lines of JSON in, `true` or `false` out.
const JUDGE: &str = r#"
import json, re, sys
HOST = re.compile(r"""
    (?: (?P<endpoint>vpce-[a-z0-9-]+\.)? git-codecommit (?:-fips)? \. )
    (?: (?P<china>cn-[a-z]+-[0-9]{1,2}) | (?P<gov>us-gov-[a-z]+-[0-9]{1,2}) | (?P<other>(?!cn-|us-gov-)[a-z]+-[a-z]+-[0-9]{1,2}) )
    (?P<vpce>\.vpce)? \. amazonaws\.com (?P<cn>\.cn)? (?: : (?P<port>[0-9]+) )?
""", re.ASCII | re.IGNORECASE | re.VERBOSE)
for line in sys.stdin:
    case = json.loads(line)
    found = HOST.fullmatch(case["host"])
    ours = bool(found) and case["protocol"] == "https"
    ours = ours and bool(found["endpoint"]) == bool(found["vpce"]) and bool(found["cn"]) == bool(found["china"])
    ours = ours and (found["port"] is None or 0 < int(found["port"]) < 65536)
    print(json.dumps(bool(ours)))
"#;

/// A host of CodeCommit with some of it taken out and other things put in.
fn mutated() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    let host = "(vpce-0a1b\\.)?git-codecommit(-fips)?\\.(us-east-1|cn-north-1|us-gov-west-1|us-iso-east-1)\\.(vpce\\.)?amazonaws\\.com(\\.cn)?(:443|:8443)?";
    let put = "|[a-zA-Z0-9.:@/\\\\%?#_ -]{1,3}|\\.evil\\.example|evil|@evil\\.example|\\.cn|\\.vpce|amazonaws\\.com|:[0-9]{1,6}|\\PC|xn--|vpce-1\\.|-fips";
    let edit = (any::<proptest::sample::Index>(), 0..4_usize, put, 0..3_usize);
    let protocol = prop_oneof![6 => Just("https"), 1 => Just("http"), 1 => Just("HTTPS"), 1 => Just("https ")];
    (host, proptest::collection::vec(edit, 0..3), protocol, any::<bool>()).prop_map(|(host, edits, protocol, up)| {
        let mut text: Vec<char> = host.chars().collect();
        for (place, take, put, wish) in edits {
            // At the ends as often as between.
            let start = match wish {
                0 => 0,
                1 => text.len(),
                _ => place.index(text.len() + 1),
            };
            text.splice(start..(start + take).min(text.len()), put.chars());
        }
        let text: String = text.into_iter().collect();
        let host = if up { text.to_ascii_uppercase() } else { text };
        serde_json::json!({"protocol": protocol, "host": host})
    })
}

#[test]
fn only_hosts_of_codecommit_get_a_password_and_all_of_them_do() {
    use proptest::strategy::{Strategy, ValueTree};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cases = (0..4000).map(|_| mutated().new_tree(&mut runner).expect("a case").current());
    let cases: Vec<_> = cases.filter(|case| !case["host"].as_str().unwrap_or_default().is_empty()).collect();
    let judged = python(JUDGE, &cases);
    let home = Home::new(&[]);
    let (mut ours, mut others) = (0, 0);
    for (case, judged) in cases.iter().zip(judged.lines()) {
        let part = |name: &str| case[name].as_str().expect("a text");
        let text = request(part("host"), "v1/repos/MyDemoRepo");
        let text = text.replace("protocol=https\n", &format!("protocol={}\n", part("protocol")));
        let (answer, out, err) = home.whole_answer(&get(None), &text);
        assert_eq!(answer.password.is_some(), judged == "true", "{case}: {out}{err}");
        assert!(answer.password.is_some() || !out.contains("username"), "{case}: {out}");
        *(if answer.password.is_some() { &mut ours } else { &mut others }) += 1;
    }
    assert!(ours > 100 && others > 1000, "{ours} of CodeCommit, {others} not");
}

/// What a program for Python prints for lines of JSON.
fn python(program: &str, cases: &[serde_json::Value]) -> String {
    let lines: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/python");
    let mut command = Command::new(python);
    command.args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python");
    let mut input = child.stdin.take().expect("a pipe");
    let writing = std::thread::spawn(move || input.write_all((lines.join("\n") + "\n").as_bytes()));
    let output = child.wait_with_output().expect("Python ends");
    writing.join().expect("no panic").expect("all was read");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), cases.len());
    text
}
