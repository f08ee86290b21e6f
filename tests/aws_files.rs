//! The AWS files: over generated ones everything outside our lines is kept, and the real AWS CLI reads what we read and write.
//!
//! The AWS CLI is taken from `target/test-tools/bin`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use codecommit_setup::profiles::{NewProfile, Profile, read, with_access_key};
use codecommit_setup::wizard::names::{ProfileName, Region};
use codecommit_setup::wizard::secret::Secret;
use proptest::prelude::*;

fn new_profile(name: &str, token: Option<&str>) -> NewProfile {
    NewProfile {
        name: ProfileName::parse(name).expect("a name"),
        access_key_id: "AKIANEW".to_owned(),
        secret: Secret::new("NEW/secret+="),
        session_token: token.map(Secret::new),
        region: Region::parse("us-east-2").expect("a region"),
        output: "json".to_owned(),
    }
}

/// Files with the AWS CLI to read them.
struct AwsCli {
    home: tempfile::TempDir,
}

impl AwsCli {
    fn with(config: &[u8], credentials: &[u8]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(home.path().join("config"), config).expect("a file");
        std::fs::write(home.path().join("credentials"), credentials).expect("a file");
        Self { home }
    }

    /// What a command printed, or `None` when it failed.
    fn run(&self, arguments: &[&str]) -> Option<String> {
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/aws");
        let output = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .env("AWS_CONFIG_FILE", self.home.path().join("config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.home.path().join("credentials"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .expect("the AWS CLI in target/test-tools");
        output.status.success().then(|| String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned())
    }

    fn value(&self, profile: &str, key: &str) -> Option<String> {
        // A name of its own for the option, or a hyphen at its beginning would be an option.
        self.run(&["configure", "get", key, &format!("--profile={profile}")])
    }
}

#[test]
fn the_aws_cli_reads_the_same_profiles() {
    let config = b"# first\n[default]\nregion = eu-west-1\n[profile dev]\nregion=us-east-1\noutput : text\n[profile 'a b']\nregion = us-west-2\n\
        [profile \"q r\"]\nregion = us-east-2\ns3 =\n  region = nested\n[profile it's]\nregion = lost\n[sso-session s]\nregion = x\n[other]\nregion = y\n[profile two words]\nregion = z\n\
        [profile gone] # comment\nregion = ca-central-1\n  continued\n";
    let credentials = b"[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = S\nregion = sa-east-1\n[only here]\naws_access_key_id=AKIAONLY\naws_secret_access_key=S\n";
    let aws = AwsCli::with(config, credentials);
    let profiles = read(config, credentials).expect("well-formed");
    let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["default", "dev", "a b", "q r", "gone", "only here"]);
    for profile in &profiles {
        let name = profile.name.as_str();
        assert_eq!(aws.value(name, "region"), profile.region, "{name}");
        let key = profile.keys.as_ref().map(|keys| keys.access_key_id.clone());
        assert_eq!(aws.value(name, "aws_access_key_id"), key, "{name}");
    }
    for name in ["it's", "s", "other", "two", "two words"] {
        assert_eq!(aws.value(name, "region"), None, "{name}");
    }
}

#[test]
fn the_aws_cli_gives_up_on_the_files_that_are_called_broken() {
    for config in [
        "[default]\nnonsense\n",
        "[default\nregion = x\n",
        "region = x\n",
        "[default]\n[default]\n",
        "[a]\ns3 =\n  nonsense\n",
    ] {
        assert!(read(config.as_bytes(), b"").is_err(), "{config}");
        assert_eq!(AwsCli::with(config.as_bytes(), b"").run(&["configure", "list"]), None, "{config}");
    }
}

#[test]
fn the_aws_cli_reads_what_is_written() {
    for (name, config, credentials) in [
        ("default", "", ""),
        ("dev one", "[profile a]\nregion = x", "[a]\naws_access_key_id = AKIA"),
        ("it's \"q\" \\ $x", "[default]\nregion = x\n", ""),
        (
            "dev",
            "[profile dev]\n  Region = old\n  s3 =\n    a = b\n",
            "[dev]\nAWS_ACCESS_KEY_ID = old\naws_secret_access_key = old\naws_session_token = old\n",
        ),
        ("é;#=:", "", "[other]\n  a = b\n"),
    ] {
        let after =
            with_access_key(config.as_bytes(), credentials.as_bytes(), &new_profile(name, None)).expect("written");
        let aws = AwsCli::with(&after.config, &after.credentials);
        for (key, value) in [
            ("region", Some("us-east-2")),
            ("output", Some("json")),
            ("aws_access_key_id", Some("AKIANEW")),
            ("aws_secret_access_key", Some("NEW/secret+=")),
            ("aws_session_token", None),
        ] {
            assert_eq!(
                aws.value(name, key).as_deref(),
                value,
                "{name} {key}\n{}",
                String::from_utf8_lossy(&after.config)
            );
        }
    }
}

#[test]
fn aws_configure_changes_what_we_wrote_in_place() {
    let after = with_access_key(b"", b"", &new_profile("dev one", None)).expect("written");
    let aws = AwsCli::with(&after.config, &after.credentials);
    aws.run(&["configure", "set", "region", "eu-west-3", "--profile", "dev one"]).expect("set");
    let config = std::fs::read_to_string(aws.home.path().join("config")).expect("a file");
    assert_eq!(config, "[profile 'dev one']\nregion = eu-west-3\noutput = json\n");
}

fn ending() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("\n"), Just("\r\n")]
}

fn names() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("default"), Just("dev"), Just("a b"), Just("z"), Just("é'x")]
}

/// Lines of a section, with everything that may stand in one.
fn body() -> impl Strategy<Value = Vec<String>> {
    let key = prop_oneof![
        Just("region"),
        Just("output"),
        Just("aws_access_key_id"),
        Just("AWS_Secret_Access_Key"),
        Just("aws_session_token"),
        Just("s3"),
        Just("x")
    ];
    let line = prop_oneof![
        (key, "[ ]{0,2}[=:][ ]{0,2}", "[a-z0-9;#/]{0,6}")
            .prop_map(|(key, equals, value)| format!("{key}{equals}{value}")),
        "[#;][ -~]{0,8}",
        Just(String::new()),
        "    [a-z]{1,3} = [a-z]{1,3}",
    ];
    prop::collection::vec(line, 0..7)
}

fn file(in_config: bool) -> impl Strategy<Value = Vec<u8>> {
    let sections = prop::collection::btree_map(names(), body(), 0..4);
    (sections, ending(), any::<bool>(), any::<bool>(), "[ ]{0,2}").prop_map(
        move |(sections, ending, mark, last_newline, indent)| {
            let mut lines = vec!["# \u{e9} first".to_owned()];
            for (name, body) in sections {
                lines.push(match (in_config, name) {
                    (true, "default") | (false, _) => format!("[{name}]"),
                    (true, "é'x") => "[profile \"é'x\"]".to_owned(),
                    (true, "a b") => "[profile 'a b']".to_owned(),
                    (true, _) => format!("[profile {name}]"),
                });
                let mut keys = std::collections::HashSet::new();
                let unseen = |line: &String| {
                    let key = line.split(['=', ':']).next().unwrap_or_default().trim().to_lowercase();
                    line.starts_with(['#', ';', ' ']) || line.is_empty() || keys.insert(key)
                };
                lines.extend(
                    body.into_iter()
                        .filter(unseen)
                        .map(|line| if line.is_empty() { line } else { format!("{indent}{line}") }),
                );
            }
            let mut text = lines.join(ending);
            if last_newline {
                text.push_str(ending);
            }
            let mut bytes = if mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
            bytes.extend(text.into_bytes());
            bytes
        },
    )
}

/// The lines of a file that are not ours to change: everything but our keys' in our section.
fn others(profiles: &[Profile], name: &str) -> BTreeMap<String, Profile> {
    profiles
        .iter()
        .filter(|profile| profile.name.as_str() != name)
        .map(|profile| (profile.name.to_string(), profile.clone()))
        .collect()
}

/// The lines that hold none of our keys, and continue none.
fn foreign_lines(bytes: &[u8]) -> Vec<&[u8]> {
    let ours = ["region", "output", "aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
    let is_ours = |line: &&[u8]| {
        let text = String::from_utf8_lossy(line).to_lowercase();
        let key = text.split(['=', ':']).next().unwrap_or_default().trim().to_owned();
        line.starts_with(b"    ") || ours.contains(&key.as_str())
    };
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !is_ours(line));
    let trimmed = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    trimmed.filter(|line| !line.is_empty()).collect()
}

/// Reads pairs of files, one folder a line, as the AWS CLI does, and prints its profiles; `null` where it gives up.
const BOTOCORE: &str = r#"
import json, sys
import botocore.exceptions, botocore.session
for line in sys.stdin:
    folder = line.rstrip("\n")
    session = botocore.session.Session()
    session.set_config_variable("config_file", folder + "/config")
    session.set_config_variable("credentials_file", folder + "/credentials")
    try:
        print(json.dumps(session.full_config["profiles"]))
    except (botocore.exceptions.ConfigParseError, UnicodeDecodeError):
        print("null")
"#;

/// What the AWS CLI's own parser makes of pairs of files.
fn botocore(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<serde_json::Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut input = String::new();
    for (number, (config, credentials)) in pairs.iter().enumerate() {
        let pair = folder.path().join(number.to_string());
        std::fs::create_dir(&pair).expect("a folder");
        std::fs::write(pair.join("config"), config).expect("a file");
        std::fs::write(pair.join("credentials"), credentials).expect("a file");
        input = format!("{input}{}\n", pair.display());
    }
    std::fs::write(folder.path().join("input"), input).expect("a file");
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/python");
    let output = Command::new(python)
        .args(["-c", BOTOCORE])
        .env_clear()
        .env("HOME", folder.path())
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(std::fs::File::open(folder.path().join("input")).expect("a file"))
        .output()
        .expect("Python in target/test-tools");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn botocore_reads_what_we_read_and_write_over_generated_files() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut pairs = Vec::new();
    let mut written = Vec::new();
    for _ in 0..400 {
        let mut one = |strategy: BoxedStrategy<Vec<u8>>| strategy.new_tree(&mut runner).expect("a value").current();
        let (config, credentials) = (one(file(true).boxed()), one(file(false).boxed()));
        let name = ["default", "dev", "a b", "z", "é'x"][pairs.len() % 5];
        if let Ok(after) = with_access_key(&config, &credentials, &new_profile(name, None)) {
            pairs.push((after.config, after.credentials));
            written.push(Some(name));
        }
        pairs.push((config, credentials));
        written.push(None);
    }
    let read_by_botocore = botocore(&pairs);
    assert_eq!(read_by_botocore.len(), pairs.len());
    for ((pair, theirs), name) in pairs.iter().zip(&read_by_botocore).zip(&written) {
        let shown = format!("{}\n---\n{}", String::from_utf8_lossy(&pair.0), String::from_utf8_lossy(&pair.1));
        let Ok(ours) = read(&pair.0, &pair.1) else {
            assert!(theirs.is_null(), "only we refuse:\n{shown}");
            continue;
        };
        assert!(!theirs.is_null(), "only botocore refuses:\n{shown}");
        assert_eq!(ours.len(), theirs.as_object().expect("profiles").len(), "{shown}");
        for profile in &ours {
            let value = |key: &str| theirs[profile.name.as_str()][key].as_str().filter(|value| !value.is_empty());
            for (key, read) in [("region", &profile.region), ("output", &profile.output)] {
                // A value that begins on the next line is a map to botocore, and no region to anybody.
                let map = theirs[profile.name.as_str()][key].is_object();
                assert_eq!(read.as_ref().is_some_and(|value| value.starts_with('\n')), map, "{shown}");
                assert!(map || read.as_deref() == value(key), "{key} is {read:?}:\n{shown}");
            }
            if *name == Some(profile.name.as_str()) {
                assert_eq!(value("aws_access_key_id"), Some("AKIANEW"), "{shown}");
                assert_eq!(value("aws_secret_access_key"), Some("NEW/secret+="), "{shown}");
                assert_eq!(value("aws_session_token"), None, "{shown}");
            }
        }
    }
    let read_whole = read_by_botocore.iter().filter(|theirs| !theirs.is_null()).count();
    assert!(read_whole > 100, "{read_whole} were read");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_outside_our_keys_is_kept(config in file(true), credentials in file(false), name in names(), token in prop::option::of(Just("TOKEN"))) {
        let new = new_profile(name, token);
        let Ok(before) = read(&config, &credentials) else { return Ok(()) };
        let after = with_access_key(&config, &credentials, &new).expect("only access keys are generated");
        let twice = with_access_key(&after.config, &after.credentials, &new).expect("again");
        prop_assert!(after == twice);
        let profiles = read(&after.config, &after.credentials).expect("well-formed");
        prop_assert_eq!(others(&before, name), others(&profiles, name));
        let ours = profiles.iter().find(|profile| profile.name == new.name).expect("ours");
        let keys = ours.keys.as_ref().expect("keys");
        prop_assert_eq!(ours.region.as_deref(), Some("us-east-2"));
        prop_assert_eq!(ours.output.as_deref(), Some("json"));
        prop_assert_eq!((keys.access_key_id.as_str(), keys.secret.expose()), ("AKIANEW", "NEW/secret+="));
        prop_assert_eq!(keys.session_token.as_ref().map(Secret::expose), token);
        for (before, after) in [(&config, &after.config), (&credentials, &after.credentials)] {
            let (before, after) = (foreign_lines(before), foreign_lines(after));
            prop_assert!(after.starts_with(&before));
            prop_assert!(after[before.len()..].iter().all(|line| line.starts_with(b"[")) && after.len() <= before.len() + 1);
        }
        // Where the profile is new, the file is the old one with lines at its end.
        for (before, after, header) in [(&config, &after.config, "profile "), (&credentials, &after.credentials, "")] {
            let known = read(if header.is_empty() { b"" } else { before }, if header.is_empty() { before } else { b"" }).expect("read");
            if known.iter().all(|profile| profile.name != new.name) {
                prop_assert!(after.starts_with(before));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(config in prop::collection::vec(any::<u8>(), 0..80), text in "[\\[\\]a-z= :\n\r#;\t\"']{0,60}") {
        let _ = read(&config, text.as_bytes());
        if let Ok(after) = with_access_key(text.as_bytes(), &config, &new_profile("dev", None)) {
            prop_assert!(with_access_key(&after.config, &after.credentials, &new_profile("dev", None)).is_ok_and(|twice| twice == after));
        }
    }
}
