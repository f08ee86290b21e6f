//! The built-in git credential helper: the protocol of `aws codecommit credential-helper`, without Python.
//!
//! Git sends `key=value` lines and reads `username=` and `password=` back (git's `gitcredentials(7)`). On top of the AWS CLI's
//! protocol it says when the password dies, so that other helpers stop keeping dead ones, it fails in words, and it stops git
//! from asking for a user name that would not help.
//!
//! - `arguments`: what stands on the command line, `request`: what git asks for, `concern`: whether it is for this helper;
//! - `keys`: who signs, and `cache`: where temporary credentials are kept, as long as their `basis` stays.
//!
//! Deliberately absent: storing and erasing, because there is nothing to store; capabilities of git's protocol, because a user
//! name and a password need none; a question to anybody.

mod arguments;
mod basis;
mod cache;
pub mod concern;
mod keys;
pub mod request;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;
use zeroize::Zeroizing;

use crate::adapters::environment::Environment;
use crate::signature::{LIFETIME_SECONDS, password, region_of_host};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use arguments::COMMAND;
pub use arguments::{Arguments, with_command};
use concern::Concern;
use request::{Request, pass_over};

/// Answers git once and returns the exit code: 0 answered or not concerned, 1 failed.
pub fn run(
    arguments: &Arguments,
    environment: &Environment,
    now: SystemTime,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let answer = match arguments.operation.as_str() {
        "get" => answer(arguments, environment, now, input),
        // None of git's capabilities is used (git-credential(1), "Capability input/output format").
        "capability" => Ok(Zeroizing::new("version 0\n".to_owned())),
        operation => {
            if matches!(operation, "store" | "erase") {
                pass_over(input);
            }
            // Operations of later gits are to be passed over in silence (gitcredentials(7)).
            return 0;
        }
    };
    let (text, told) = match answer {
        Ok(answer) => (answer, None),
        Err(Refusal { problem, quit }) => {
            (Zeroizing::new(if quit { "quit=1\n".to_owned() } else { String::new() }), Some(problem))
        }
    };
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    let told = told.map(|problem| one_line(&problem));
    match told.or_else(|| written.err().map(|error| format!("The answer could not be written: {error}."))) {
        None => 0,
        Some(line) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(err, "codecommit-setup: {line}");
            1
        }
    }
}

/// Why there is no answer.
struct Refusal {
    problem: Problem,
    /// Whether git must not go on and ask for a user name: nobody has one for CodeCommit.
    quit: bool,
}

fn answer(
    arguments: &Arguments,
    environment: &Environment,
    now: SystemTime,
    input: &mut dyn Read,
) -> Result<Zeroizing<String>, Refusal> {
    let request = Request::read(input).map_err(|what| Refusal { problem: Problem::input(what, ""), quit: false })?;
    let region = if arguments.ignore_host_check {
        region_of_host(&request.host).map(str::to_owned)
    } else {
        match Concern::of(&request) {
            Concern::Ours(region) => Some(region.as_str().to_owned()),
            Concern::NotOurs => return Ok(Zeroizing::default()),
            // A helper behind this one, or a person, must not send a password on an open line either.
            Concern::Open(problem) => return Err(Refusal { problem, quit: true }),
            // Another helper may be there for just this host.
            Concern::LookAlike(problem) => return Err(Refusal { problem, quit: false }),
        }
    };
    let signed = signed(arguments, environment, now, &request, region.as_deref());
    signed.map_err(|problem| Refusal { problem, quit: true })
}

/// Passes over what git sends to a command line that nobody understands, such as one with a profile that lacks its quotes.
///
/// Git appends the operation to it; without one, nobody writes anything.
pub fn pass_over_for(line: &[OsString], input: &mut dyn Read) {
    let is = |word: Option<&OsString>, texts: &[&str]| word.is_some_and(|word| texts.iter().any(|text| word == text));
    let ours = line.iter().any(|word| is(Some(word), &[COMMAND]));
    if ours && is(line.last(), &["get", "store", "erase"]) {
        pass_over(input);
    }
}

fn signed(
    arguments: &Arguments,
    environment: &Environment,
    now: SystemTime,
    request: &Request,
    of_host: Option<&str>,
) -> Result<Zeroizing<String>, Problem> {
    if request.path.is_empty() {
        return Err(Problem::input(
            "Git did not send the path of the repository, and the password is made for one.",
            "Set credential.UseHttpPath to true for this host.",
        ));
    }
    let (source, of_profile) = keys::source(arguments, environment)?;
    let wished = arguments.region.clone().filter(|region| !region.is_empty());
    let wished = wished.or_else(|| environment.get("AWS_REGION")).or_else(|| environment.get("AWS_DEFAULT_REGION"));
    let wished = wished.or(of_profile);
    let region = of_host.or(wished.as_deref()).ok_or_else(|| {
        let host = printable(&request.host);
        Problem::input(format!("The host {host} names no region."), "Give one with --region, or to the profile.")
    })?;
    let signer = source.keys(arguments, wished.as_deref().unwrap_or(region), environment, now)?;
    let token = signer.keys.session_token.as_ref().map_or("", |token| token.expose());
    if [&signer.keys.access_key_id, token, region].iter().any(|text| text.contains(char::is_control)) {
        return Err(Problem::input(
            "The access key or the region has a control character in it.",
            "Write it anew with `aws configure`.",
        ));
    }
    let mut dies = now + Duration::from_secs(LIFETIME_SECONDS);
    if let Some(ends) = signer.ends {
        if ends <= now {
            return Err(Problem::new(
                ProblemKind::Expired,
                "The temporary credentials have ended.",
                "",
                "Get new ones where these came from.",
            ));
        }
        dies = dies.min(ends);
    }
    let timestamp = OffsetDateTime::from(now).format(format_description!("[year][month][day]T[hour][minute][second]"));
    let timestamp =
        timestamp.map_err(|_| Problem::input("The clock shows a time that cannot be written.", "Set the clock."))?;
    let password =
        Zeroizing::new(password(signer.keys.secret.expose(), region, &request.host, &request.path, &timestamp));
    let dies = OffsetDateTime::from(dies).unix_timestamp();
    // Large enough, so that nothing is left behind where it grew.
    let mut answer = Zeroizing::new(String::with_capacity(token.len() + 512));
    answer.push_str("username=");
    answer.push_str(&signer.keys.access_key_id);
    if !token.is_empty() {
        answer.push('%');
        answer.push_str(token);
    }
    // Writing into a string cannot fail.
    let _ = writeln!(answer, "\npassword={}\npassword_expiry_utc={dies}", *password);
    Ok(answer)
}

/// A problem on one line, since git shows it between its own.
fn one_line(problem: &Problem) -> String {
    let parts = [&problem.what, &problem.why, &problem.hint].into_iter().filter(|part| !part.is_empty());
    let line = parts.map(String::as_str).collect::<Vec<_>>().join(" ");
    printable(&line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Arguments, pass_over_for, run, with_command};
    use crate::adapters::environment::Environment;

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
        let variables = [("HOME", home.as_str())].into_iter().chain(environment.iter().copied());
        let environment = Environment::of(variables.map(|(name, value)| (name.into(), value.into())));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(arguments, &environment, moment(), &mut request.as_bytes(), &mut out, &mut err);
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
        for (operation, request) in [
            ("get", "protocol=https\nhost=github.com\n\n"),
            ("get", "protocol=http\nhost=ec2-203-0-113-1.compute-1.amazonaws.com:8080\npath=a\n\n"),
            ("store", REQUEST),
            ("erase", "anything"),
            ("of a later git", REQUEST),
        ] {
            let arguments = Arguments { operation: operation.to_owned(), ..Arguments::default() };
            let answer = ask(&arguments, "not an AWS file", &[], request);
            assert_eq!((answer.code, answer.out.as_str(), answer.err.as_str()), (0, "", ""), "{operation}");
        }
        let anyway = Arguments { ignore_host_check: true, region: Some("eu-west-1".to_owned()), ..get(None) };
        assert!(ask(&anyway, CREDENTIALS, &[], "host=git.example:8443\npath=a").out.contains("password="));
    }

    #[test]
    fn failures_are_one_line_in_words_without_secrets() {
        let no_path = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";
        let open = "protocol=http\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/a\n\n";
        let unknown = "host=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/a\n\n";
        let alike = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com.evil.example\npath=v1/repos/a\n\n";
        let long = format!("host={}\n", "a".repeat(70_000));
        let token = "[default]\naws_access_key_id=ASIA\naws_secret_access_key=s\naws_session_token=a\tb\n";
        let quit = "quit=1\n";
        for (profile, files, request, words, out) in [
            (None, CREDENTIALS, no_path, "UseHttpPath", quit),
            (Some("gone\u{1b}[2J"), CREDENTIALS, REQUEST, "neither", quit),
            (Some("half"), CREDENTIALS, REQUEST, "half", quit),
            (Some("none"), CREDENTIALS, REQUEST, "no access key", quit),
            (None, "[default]\naws_secret_access_key=SECRET2\nSECRET2\n", REQUEST, "line 3", quit),
            (None, token, REQUEST, "control character", quit),
            (None, CREDENTIALS, "nonsense\n\n", "key=value", ""),
            (None, CREDENTIALS, "path=x\n\n", "no host", ""),
            (None, CREDENTIALS, "host=amazonaws.com\npath=a\u{1b}b\n\n", "control character", ""),
            (None, CREDENTIALS, open, "over http: passwords of CodeCommit go over https only", quit),
            (None, CREDENTIALS, unknown, "over no protocol", quit),
            (None, CREDENTIALS, alike, "amazonaws.com.evil.example is not a host of CodeCommit", ""),
            (None, CREDENTIALS, "protocol=https\nhost=evilamazonaws.com\npath=x\n\n", "--ignore-host-check", ""),
            (None, CREDENTIALS, long.as_str(), "too long", ""),
        ] {
            let answer = ask(&get(profile), files, &[], request);
            assert_eq!(
                (answer.code, answer.out.as_str(), answer.err.lines().count()),
                (1, out, 1),
                "{words}: {}",
                answer.err
            );
            assert!(answer.err.contains(words), "{words}: {}", answer.err);
            assert!(!answer.err.contains("SECRET") && !answer.err.contains('\u{1b}'), "{}", answer.err);
        }
    }

    #[test]
    fn the_password_does_not_outlive_the_session() {
        let ending = |ends| {
            let keys = [("AWS_ACCESS_KEY_ID", "ASIAENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")];
            let environment = [&keys[..], &[("AWS_CREDENTIAL_EXPIRATION", ends)]].concat();
            ask(&get(None), CREDENTIALS, &environment, REQUEST)
        };
        for (ends, dies) in [
            ("2026-01-02T03:14:05Z", "1767323645\n"),
            ("2026-01-02T08:00:00+01:00", "1767323945\n"),
            ("nonsense", "1767323945\n"),
        ] {
            assert!(ending(ends).out.ends_with(&format!("password_expiry_utc={dies}")), "{ends}");
        }
        let ended = ending("2026-01-02T03:04:05Z");
        assert!(ended.code == 1 && ended.out == "quit=1\n" && ended.err.contains("have ended"), "{}", ended.err);
    }

    #[test]
    fn what_git_sends_to_a_command_line_that_nobody_understands_is_read_all_the_same() {
        for (line, left) in [
            ("x credential-helper --profile my team get", 0),
            ("git-credential-codecommit --nonsense store", 0),
            ("x credential-helper --help", REQUEST.len()),
            ("x clone get", REQUEST.len()),
        ] {
            let line = with_command(line.split(' ').map(Into::into).collect());
            let mut input = REQUEST.as_bytes();
            pass_over_for(&line, &mut input);
            assert_eq!(input.len(), left, "{line:?}");
        }
    }

    #[test]
    fn no_capability_of_git_is_needed() {
        let arguments = Arguments { operation: "capability".to_owned(), ..Arguments::default() };
        assert_eq!(ask(&arguments, "", &[], "").out, "version 0\n");
    }
}
