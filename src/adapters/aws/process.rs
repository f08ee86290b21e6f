//! The credentials that a program prints: the `credential_process` of a profile, run as the AWS CLI runs it, without a shell.
//!
//! It has a limit of time and of output, and all that it started ends with it. Deliberately absent: keeping what it gave, and
//! its words anywhere: a secret may stand among its arguments.

use std::io;
use std::path::Path;
use std::time::Duration;

use aws_sdk_sts::config::Credentials as SdkCredentials;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::clients::CALL_LIMIT;
use super::texts::shown;
use crate::adapters::environment::Environment;
use crate::adapters::{child, handles};
use crate::profiles::{BrokenFile, process_words};
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;

/// The most that it may print, in bytes.
const MOST: usize = 1024 * 1024;
/// How long it may take; somebody who types a code has as long.
const LIMIT: Duration = CALL_LIMIT;

/// Whom a program may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nobody: the terminal is not its own.
    Nobody,
    /// Whoever sits at the terminal.
    AtTerminal,
}

/// What it prints (AWS SDKs and Tools Reference Guide, Process credential provider).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: Option<f64>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Runs the program of a profile, and takes what it gives.
pub(super) async fn credentials(
    name: &ProfileName,
    [config, credentials]: [&[u8]; 2],
    environment: &Environment,
    asks: Asks,
) -> Result<SdkCredentials, Problem> {
    let of_profile = format!("credential_process of the profile “{}”", printable(name.as_str()));
    let failed = |what: &str, why: String| {
        let hint = "Run the command of its credential_process by hand to see what it says.";
        Problem::new(ProblemKind::Other, format!("The {of_profile} {what}"), why, hint)
    };
    let words = process_words(config, credentials, name)
        .map_err(|error: BrokenFile| failed("cannot be read.", error.to_string()))?;
    let Some((program, arguments)) = words.as_deref().and_then(|words| words.split_first()) else {
        return Err(failed("cannot be run.", "It has a quote that does not end.".to_owned()));
    };
    let program = Path::new(program);
    let mut command = child::command(environment, program);
    command.args(arguments);
    let run = async {
        match child::output_of(command, None, MOST).await {
            Err(error) if child::asked_at_terminal(&error) && asks == Asks::AtTerminal => {
                child::output_in_terminal(environment, program, arguments, MOST).await
            }
            output => output,
        }
    };
    let output = match tokio::time::timeout(LIMIT, run).await {
        Err(_) => {
            let what = format!("did not answer in time ({} seconds), and was stopped.", LIMIT.as_secs());
            return Err(failed(&what, String::new()));
        }
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(not_run(&error, &failed)),
    };
    if !output.status.success() {
        let said = shown(&String::from_utf8_lossy(&output.stderr));
        let why = if said.is_empty() { format!("It ended with {}.", output.status) } else { said };
        return Err(failed("failed.", why));
    }
    read(&output.stdout, OffsetDateTime::now_utc()).map_err(|why| failed("gives no credentials.", why))
}

/// Why it did not come to an end.
fn not_run(error: &io::Error, failed: &dyn Fn(&str, String) -> Problem) -> Problem {
    if let Some(problem) = handles::too_few(error) {
        return problem;
    }
    if child::asked_at_terminal(error) {
        return failed("asks at the terminal.", "Nobody can answer there now.".to_owned());
    }
    failed("cannot be run.", format!("{error}."))
}

/// Reads what it printed; the reason says nothing of what stands there.
fn read(printed: &[u8], now: OffsetDateTime) -> Result<SdkCredentials, String> {
    let wrong = |what: &str| format!("{what} in what it prints.");
    let printed: Printed =
        serde_json::from_slice(printed).map_err(|_| "What it prints is no JSON of credentials.".to_owned())?;
    let secret = printed.secret_access_key.map(Secret::new);
    let token = printed.session_token.map(Secret::new);
    if printed.version != Some(1.0) {
        return Err(wrong("There is no Version 1"));
    }
    let id = printed.access_key_id.filter(|id| !id.is_empty()).ok_or_else(|| wrong("There is no AccessKeyId"))?;
    let secret = secret.filter(|secret| !secret.is_empty()).ok_or_else(|| wrong("There is no SecretAccessKey"))?;
    let ends = printed.expiration.map(|ends| OffsetDateTime::parse(&ends, &Rfc3339)).transpose();
    let ends = ends.map_err(|_| wrong("The Expiration is no time"))?;
    if ends.is_some_and(|ends| ends <= now) {
        return Err("The credentials that it prints have ended (Expiration).".to_owned());
    }
    let ends = ends.map(Into::into);
    let token = token.map(|token| token.expose().to_owned());
    Ok(SdkCredentials::new(id, secret.expose(), token, ends, "codecommit-setup"))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use time::macros::datetime;

    use super::read;

    const THEN: OffsetDateTime = datetime!(2026-01-01 00:00:00 UTC);

    #[test]
    fn what_a_program_prints_is_read_as_the_aws_cli_reads_it() {
        let whole = br#"{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "s", "SessionToken": "t",
            "Expiration": "2026-01-02T03:04:05+00:00", "AccountId": "1"}"#;
        let read_whole = read(whole, THEN).unwrap();
        assert_eq!((read_whole.access_key_id(), read_whole.session_token()), ("AKIA", Some("t")));
        assert!(read_whole.expiry().is_some());
        let lasting =
            read(br#"{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s","SessionToken":null}"#, THEN).unwrap();
        assert!(lasting.expiry().is_none() && lasting.session_token().is_none());
    }

    #[test]
    fn what_is_wrong_with_it_is_told_without_showing_it() {
        for (printed, why) in [
            ("hello PLANTED", "no JSON"),
            (r#"{"Version":"PLANTED"}"#, "no JSON"),
            (r#"{"Version":2,"AccessKeyId":"PLANTED","SecretAccessKey":"PLANTED"}"#, "Version 1"),
            (r#"{"Version":1,"SecretAccessKey":"PLANTED"}"#, "AccessKeyId"),
            (r#"{"Version":1,"AccessKeyId":"PLANTED","SecretAccessKey":""}"#, "SecretAccessKey"),
            (r#"{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"PLANTED"}"#, "no time"),
            (
                r#"{"Version":1,"AccessKeyId":"PLANTED","SecretAccessKey":"s","Expiration":"2025-12-31T23:59:59Z"}"#,
                "have ended",
            ),
        ] {
            let told = read(printed.as_bytes(), THEN).unwrap_err();
            assert!(told.contains(why) && !told.contains("PLANTED"), "{told}");
        }
    }
}
