//! Credentials that the AWS CLI gets where the SDK cannot: `aws configure export-credentials`, in AWS CLI 2.9.0 and later.
//!
//! The SDK's parser knows no profile whose name holds a space. Deliberately absent: asking for the code of an MFA device.

use aws_credential_types::Credentials as SdkCredentials;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::adapters::child;
use crate::adapters::environment::Environment;
use crate::failures;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};

/// What the command prints (the format of `credential_process`).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Lets the AWS CLI get the credentials of a profile.
pub(super) async fn of_profile(name: &ProfileName, environment: &Environment) -> Result<SdkCredentials, Problem> {
    let shown = printable(name.as_str());
    let fails = |kind, why: String, hint: &str| {
        Problem::new(kind, format!("The profile “{shown}” gives no credentials."), why, hint)
    };
    let Some(program) = child::on_path(environment, "aws").into_iter().next() else {
        let why = "It can only be used with the AWS CLI: a name with a space is in the way of everything else.";
        return Err(fails(
            ProblemKind::MissingTool,
            why.to_owned(),
            "Install AWS CLI version 2, or give the profile a name without spaces.",
        ));
    };
    let mut command = child::command(environment, &program);
    // In one word: a name may begin with a hyphen.
    command.args(["configure", "export-credentials", "--format", "process"]).arg(format!("--profile={name}"));
    let output = match child::output(command, None).await {
        Ok(output) => output,
        Err(error) if child::asked_at_terminal(&error) => {
            let why = "The AWS CLI asked for something at the terminal, as for the code of an MFA device.";
            return Err(fails(ProblemKind::Other, why.to_owned(), "Choose a profile that needs no code."));
        }
        Err(error) => return Err(fails(ProblemKind::MissingTool, error.to_string(), "Look at the first step again.")),
    };
    if output.status.success() {
        return serde_json::from_slice(&output.stdout).map(credentials).map_err(|_| {
            let why = "The AWS CLI printed something else than credentials.".to_owned();
            fails(ProblemKind::Other, why, "Run aws configure export-credentials by hand to see it.")
        });
    }
    let said = [child::lines(&output.stderr), child::lines(&output.stdout)].concat();
    let page = said.iter().any(|line| line.to_lowercase().contains("invalid choice") || line.starts_with("usage:"));
    if page {
        let why = "Its name holds a space, and this AWS CLI cannot hand out its credentials.".to_owned();
        let hint = "Install AWS CLI 2.9.0 or later, or give the profile a name without spaces.";
        return Err(fails(ProblemKind::MissingTool, why, hint));
    }
    if let Some(known) = failures::recognise(&said) {
        return Err(fails(known.kind, known.why, &known.hint));
    }
    let why = failures::meaningful(&said).pop().unwrap_or_else(|| output.status.to_string());
    Err(fails(ProblemKind::Other, why, "Run aws configure export-credentials by hand to see more."))
}

fn credentials(exported: Exported) -> SdkCredentials {
    let expires = exported.expiration.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
    SdkCredentials::new(
        exported.access_key_id,
        // Both are handed over, not copied.
        exported.secret_access_key,
        exported.session_token,
        expires.map(Into::into),
        "codecommit-setup",
    )
}
