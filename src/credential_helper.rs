//! The built-in git credential helper: the protocol of `aws codecommit credential-helper`, without Python.
//!
//! Git sends `key=value` lines and reads `username=` and `password=` back (git's `gitcredentials(7)`). On top of the AWS CLI's
//! protocol it says when the password dies, so that other helpers stop keeping dead ones, and it fails in words.
//! Deliberately absent: credentials of SSO, `aws login`, roles and external processes, for which the AWS CLI's helper is there; storing
//! and erasing, because there is nothing to store.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::profiles::{Keys, Kind, Profile, read};
use crate::signature::{LIFETIME_SECONDS, is_aws_host, password, region_of_host};
use crate::wizard::names::printable;
use crate::wizard::secret::Secret;

/// What stands on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `get`, `store` or `erase`, which git appends.
    pub operation: String,
    /// The profile whose keys sign.
    pub profile: Option<String>,
    /// The region for hosts that do not name one.
    pub region: Option<String>,
    /// Whether hosts that are not of AWS are answered, for proxies and names of one's own.
    pub ignore_host_check: bool,
}

/// No request of git's comes near it, in bytes.
const LONGEST_REQUEST: u64 = 64 * 1024;
/// No AWS file comes near it, in bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Answers git once and returns the exit code: 0 answered or not concerned, 1 failed, 2 called wrongly.
pub fn run(
    arguments: &Arguments,
    environment: &dyn Fn(&str) -> Option<String>,
    now: SystemTime,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut fail = |message: &str, code: u8| {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(err, "codecommit-setup: {message}");
        code
    };
    match arguments.operation.as_str() {
        "get" => {}
        "store" | "erase" => return 0,
        _ => return fail("usage: codecommit-setup credential-helper [--profile NAME] get|store|erase", 2),
    }
    let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
    match answer(arguments, &environment, now, input) {
        Ok(None) => 0,
        Ok(Some(answer)) => match out.write_all(answer.expose().as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => 0,
            Err(error) => fail(&format!("The answer could not be written: {error}."), 1),
        },
        Err(message) => fail(&message, 1),
    }
}

fn answer(
    arguments: &Arguments,
    environment: &dyn Fn(&str) -> Option<String>,
    now: SystemTime,
    input: &mut dyn Read,
) -> Result<Option<Secret>, String> {
    let request = Request::read(input)?;
    if !is_aws_host(&request.host) && !arguments.ignore_host_check {
        return Ok(None);
    }
    if request.path.is_empty() {
        return Err(
            "Git sent no path, and the password is made for one. Set credential.UseHttpPath to true for this host."
                .to_owned(),
        );
    }
    let (keys, profile_region) = keys(arguments, environment)?;
    let region = region_of_host(&request.host)
        .map(str::to_owned)
        .or_else(|| arguments.region.clone().filter(|region| !region.is_empty()))
        .or_else(|| environment("AWS_REGION"))
        .or_else(|| environment("AWS_DEFAULT_REGION"))
        .or(profile_region)
        .ok_or_else(|| {
            format!("The host {} names no region. Give one with --region, or to the profile.", printable(&request.host))
        })?;
    let mut username = keys.access_key_id;
    if let Some(token) = &keys.session_token {
        username = format!("{username}%{}", token.expose());
    }
    if username.chars().chain(region.chars()).any(char::is_control) {
        return Err("The access key or the region has a control character in it.".to_owned());
    }
    let moment = OffsetDateTime::from(now);
    let timestamp = moment
        .format(format_description!("[year][month][day]T[hour][minute][second]"))
        .map_err(|_| "The clock shows a time that cannot be written.".to_owned())?;
    let password = password(keys.secret.expose(), &region, &request.host, &request.path, &timestamp);
    let expiry = moment.unix_timestamp().saturating_add_unsigned(LIFETIME_SECONDS);
    Ok(Some(Secret::new(format!("username={username}\npassword={password}\npassword_expiry_utc={expiry}\n"))))
}

/// What git asks for.
#[derive(Debug, Default)]
struct Request {
    host: String,
    path: String,
}

impl Request {
    /// Reads up to the empty line or the end; keys that are not known are passed over.
    fn read(input: &mut dyn Read) -> Result<Self, String> {
        let mut request = Self::default();
        let mut input = BufReader::new(input.take(LONGEST_REQUEST));
        let mut total = 0;
        loop {
            let mut line = Vec::new();
            let length = input
                .read_until(b'\n', &mut line)
                .map_err(|error| format!("Git's request could not be read: {error}."))?;
            total += length as u64;
            if total >= LONGEST_REQUEST {
                return Err("Git's request is too long.".to_owned());
            }
            let line = line.trim_ascii();
            if line.is_empty() {
                break;
            }
            let equals = line.iter().position(|byte| *byte == b'=').ok_or("Git sent a line that is not key=value.")?;
            let (key, value) = (&line[..equals], &line[equals + 1..]);
            let target = match key {
                b"host" => &mut request.host,
                b"path" => &mut request.path,
                _ => continue,
            };
            let value = std::str::from_utf8(value).map_err(|_| "Git sent a host or a path that is not UTF-8.")?;
            if value.chars().any(char::is_control) {
                return Err("Git sent a host or a path with a control character in it.".to_owned());
            }
            value.clone_into(target);
        }
        if request.host.is_empty() { Err("Git sent no host.".to_owned()) } else { Ok(request) }
    }
}

/// The keys that sign, and the region of their profile.
///
/// As with the AWS CLI, keys of the environment win over everything but a profile on the command line.
fn keys(arguments: &Arguments, environment: &dyn Fn(&str) -> Option<String>) -> Result<(Keys, Option<String>), String> {
    let from_environment = if arguments.profile.is_none() { environment_keys(environment)? } else { None };
    if let Some(keys) = from_environment {
        let region = chosen_profile(arguments, environment).ok().and_then(|profile| profile.region);
        return Ok((keys, region));
    }
    let profile = chosen_profile(arguments, environment)?;
    let name = printable(profile.name.as_str());
    match (profile.kind, profile.keys) {
        (Kind::AccessKey | Kind::TemporaryKey, Some(keys)) => Ok((keys, profile.region)),
        (Kind::HalfAKey | Kind::AccessKey | Kind::TemporaryKey, _) => Err(format!(
            "The profile {name} has half an access key: the access key ID and the secret must stand in one file."
        )),
        (Kind::Nothing, _) => Err(format!("The profile {name} holds no access key.")),
        (
            kind @ (Kind::Sso
            | Kind::Login
            | Kind::Role { .. }
            | Kind::Process
            | Kind::WebIdentity
            | Kind::InstanceRole),
            _,
        ) => {
            let label = kind.label();
            Err(format!(
                "The profile {name} is of a kind ({label}) that needs the AWS CLI. Use its credential helper for this profile."
            ))
        }
    }
}

fn environment_keys(environment: &dyn Fn(&str) -> Option<String>) -> Result<Option<Keys>, String> {
    let Some(access_key_id) = environment("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let secret = environment("AWS_SECRET_ACCESS_KEY")
        .ok_or("The environment has half an access key: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not.")?;
    let token = environment("AWS_SECURITY_TOKEN").or_else(|| environment("AWS_SESSION_TOKEN"));
    Ok(Some(Keys { access_key_id, secret: Secret::new(secret), session_token: token.map(Secret::new) }))
}

fn chosen_profile(arguments: &Arguments, environment: &dyn Fn(&str) -> Option<String>) -> Result<Profile, String> {
    let name = arguments
        .profile
        .clone()
        .or_else(|| environment("AWS_PROFILE"))
        .or_else(|| environment("AWS_DEFAULT_PROFILE"))
        .unwrap_or_else(|| "default".to_owned());
    let config = read_file(file_place("AWS_CONFIG_FILE", "config", environment).as_deref())?;
    let credentials = read_file(file_place("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment).as_deref())?;
    let profiles = read(&config, &credentials).map_err(|broken| format!("The profile cannot be read: {broken}."))?;
    let found = profiles.into_iter().find(|profile| profile.name.as_str() == name);
    found.ok_or_else(|| format!("The profile {} is in neither of the AWS files.", printable(&name)))
}

/// Where an AWS file is; `None` without a home folder.
fn file_place(variable: &str, name: &str, environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let home = environment("HOME");
    let Some(place) = environment(variable) else { return home.map(|home| Path::new(&home).join(".aws").join(name)) };
    match (place.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => Some(Path::new(&home).join(rest)),
        _ => Some(PathBuf::from(place)),
    }
}

/// A file that is not there is an empty one.
fn read_file(place: Option<&Path>) -> Result<zeroize::Zeroizing<Vec<u8>>, String> {
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let Some(place) = place else { return Ok(bytes) };
    let name = || printable(&place.to_string_lossy());
    match File::open(place) {
        Ok(file) => {
            let length = file
                .take(LARGEST_FILE)
                .read_to_end(&mut bytes)
                .map_err(|error| format!("{} cannot be read: {error}.", name()))?;
            if length as u64 == LARGEST_FILE {
                Err(format!("{} is too large for an AWS file.", name()))
            } else {
                Ok(bytes)
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(bytes),
        Err(error) => Err(format!("{} cannot be read: {error}.", name())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Arguments, run};

    const REQUEST: &str = "capability[]=authtype\nprotocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyDemoRepo\nwwwauth[]=Basic realm=\"x=y\"\n\n";
    const CREDENTIALS: &str = "[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
        [dev one]\naws_access_key_id=ASIADEV\naws_secret_access_key=SECRET2\naws_session_token=TOKEN/+=\n\
        [half]\naws_access_key_id=AKIAHALF\n[sso]\nsso_session=x\n[none]\nregion=us-east-1\n";

    struct Answer {
        code: u8,
        out: String,
        err: String,
    }

    /// 2026-01-02 03:04:05 UTC, the moment of the known passwords.
    fn moment() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    fn ask(arguments: &Arguments, files: &str, environment: &[(&str, &str)], request: &str) -> Answer {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(home.path().join(".aws")).expect("a folder");
        std::fs::write(home.path().join(".aws/credentials"), files).expect("a file");
        let home = home.path().to_str().expect("UTF-8").to_owned();
        let variable = |name: &str| {
            let set = environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            set.or_else(|| (name == "HOME").then(|| home.clone()))
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(arguments, &variable, moment(), &mut request.as_bytes(), &mut out, &mut err);
        Answer { code, out: String::from_utf8(out).expect("UTF-8"), err: String::from_utf8(err).expect("UTF-8") }
    }

    fn get(profile: Option<&str>) -> Arguments {
        Arguments { operation: "get".to_owned(), profile: profile.map(str::to_owned), ..Arguments::default() }
    }

    #[test]
    fn the_answer_is_a_username_a_password_and_its_end() {
        let answer = ask(&get(None), CREDENTIALS, &[], REQUEST);
        assert_eq!(
            answer.out,
            "username=AKIAIOSFODNN7EXAMPLE\npassword=20260102T030405Za65e1c7316c46466c73a462eb9fd7d4d94742a4d4f77bb5d51ac08f2531191a5\npassword_expiry_utc=1767323945\n"
        );
        assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    }

    #[test]
    fn a_session_token_follows_the_access_key_as_it_is() {
        let answer = ask(&get(Some("dev one")), CREDENTIALS, &[("AWS_ACCESS_KEY_ID", "AKIAENV")], REQUEST);
        assert!(answer.out.starts_with("username=ASIADEV%TOKEN/+=\n"), "{}", answer.out);
        let environment =
            [("AWS_PROFILE", "dev one"), ("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
        assert!(ask(&get(None), CREDENTIALS, &environment, REQUEST).out.starts_with("username=AKIAENV\n"));
        assert!(ask(&get(None), CREDENTIALS, &environment[..1], REQUEST).out.starts_with("username=ASIADEV%"));
    }

    #[test]
    fn what_does_not_concern_it_is_passed_over_in_silence() {
        for (operation, request) in
            [("get", "protocol=https\nhost=github.com\n\n"), ("store", REQUEST), ("erase", "anything")]
        {
            let arguments = Arguments { operation: operation.to_owned(), ..Arguments::default() };
            let answer = ask(&arguments, "not an AWS file", &[], request);
            assert_eq!((answer.code, answer.out.as_str(), answer.err.as_str()), (0, "", ""), "{operation}");
        }
        let anyway = Arguments { ignore_host_check: true, region: Some("eu-west-1".to_owned()), ..get(None) };
        assert!(ask(&anyway, CREDENTIALS, &[], "host=git.example:8443\npath=a").out.contains("password="));
        assert_eq!(ask(&Arguments::default(), "", &[], "").code, 2);
    }

    #[test]
    fn failures_are_one_line_in_words_without_secrets() {
        let no_path = "host=git-codecommit.us-east-1.amazonaws.com\n\n";
        let no_region = "host=codecommit.amazonaws.com\npath=x\n\n";
        let long = format!("host={}\n", "a".repeat(70_000));
        for (profile, files, request, words) in [
            (None, CREDENTIALS, no_path, "UseHttpPath"),
            (None, CREDENTIALS, no_region, "region"),
            (Some("gone\u{1b}[2J"), CREDENTIALS, REQUEST, "neither"),
            (Some("half"), CREDENTIALS, REQUEST, "half"),
            (Some("sso"), CREDENTIALS, REQUEST, "SSO"),
            (Some("none"), CREDENTIALS, REQUEST, "no access key"),
            (None, "[default]\naws_secret_access_key=SECRET2\nSECRET2\n", REQUEST, "line 3"),
            (None, CREDENTIALS, "nonsense\n\n", "key=value"),
            (None, CREDENTIALS, "path=x\n\n", "no host"),
            (None, CREDENTIALS, "host=amazonaws.com\npath=a\u{1b}b\n\n", "control character"),
            (None, CREDENTIALS, long.as_str(), "too long"),
        ] {
            let answer = ask(&get(profile), files, &[], request);
            assert_eq!(
                (answer.code, answer.out.as_str(), answer.err.lines().count()),
                (1, "", 1),
                "{words}: {}",
                answer.err
            );
            assert!(answer.err.contains(words), "{words}: {}", answer.err);
            assert!(!answer.err.contains("SECRET") && !answer.err.contains('\u{1b}'), "{}", answer.err);
        }
    }
}
