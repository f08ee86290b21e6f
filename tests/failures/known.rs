//! What helpers, the AWS CLI, and git are known to print when they fail, in every layout, and what is made of it.
//!
//! Deliberately absent: failures without a text of their own (Windows never asks; Git credentials set but not used).

use codecommit_setup::failures::{meaningful, recognise};

/// What the AWS CLI or a helper prints: where it is from, its text without layout, a piece of what is told.
const HELPER: [(&str, &str, &str); 44] = [
    ("no credentials", "'NoneType' object has no attribute 'secret_key'", "found no credentials"),
    (
        "no credentials, API",
        "An error occurred (NoCredentials): Unable to locate credentials. You can configure credentials by running \"aws login\".",
        "found no credentials",
    ),
    ("useHttpPath off", "'path'", "which repository"),
    ("profile missing", "The config profile (work) could not be found", "does not exist"),
    ("profile with a blank", "aws: error: argument command: Invalid choice, valid choices are:", "does not understand"),
    (
        "profile with a blank, v2",
        "An error occurred (ParamValidation): argument command: Found invalid choice 'one'",
        "does not understand",
    ),
    ("no bang", "git: 'credential-aws' is not a git command. See 'git --help'.", "a command of its own"),
    ("no aws, bash", "aws codecommit credential-helper $@ get: aws: command not found", "was not found"),
    ("no aws, dash", "aws codecommit credential-helper $@ get: 1: aws: not found", "was not found"),
    ("no aws, zsh", "zsh:1: command not found: aws", "was not found"),
    ("no aws, cmd", "'aws' is not recognized as an internal or external command,", "was not found"),
    (
        "Python gone",
        "aws codecommit credential-helper get: /usr/local/bin/aws: /usr/bin/python3.8: bad interpreter: No such file or directory",
        "does not start",
    ),
    ("path with a blank", "c:\\program: bad interpreter: No such file or directory", "does not start"),
    ("SSO signed out", "Error loading SSO Token: Token for corp does not exist", "Nobody is signed in"),
    (
        "SSO expired",
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.",
        "SSO session has expired",
    ),
    (
        "SSO refresh failed",
        "Error when retrieving token from sso: Token has expired and refresh failed",
        "SSO session has expired",
    ),
    (
        "SSO role refused",
        "An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access",
        "take its role",
    ),
    (
        "aws login, v1",
        "Missing Dependency: Using the login credential provider requires an additional dependency. You will need to pip install \"botocore[crt]\" before proceeding.",
        "cannot use a profile of `aws login`",
    ),
    ("aws login ended", "Your session has expired. Please reauthenticate using 'aws login'.", "`aws login` has ended"),
    (
        "half a profile",
        "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key",
        "half an access key",
    ),
    ("broken INI", "Unable to parse config file: /home/ann/.aws/credentials", "cannot read one of its files"),
    (
        "MFA without a terminal",
        "/usr/lib/python3.11/getpass.py:91: GetPassWarning: Can not control echo on the terminal.",
        "MFA code",
    ),
    ("MFA prompt", "Enter MFA code for arn:aws:iam::123456789012:mfa/ann: ", "MFA code"),
    (
        "MFA took git's line",
        "An error occurred (ValidationError) when calling the AssumeRole operation: 2 validation errors detected: Value 'protocol=https' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\d]*",
        "MFA code",
    ),
    ("no region", "sequence item 1: expected str instance, NoneType found", "knows no region"),
    (
        "no region, API",
        "An error occurred (NoRegion): You must specify a region. You can also configure your region by running \"aws configure\".",
        "knows no region",
    ),
    ("not a region", "Provided region_name 'Ohio' doesn't match a supported format.", "not a region's code"),
    ("process failed", "Error when retrieving credentials from custom-process: not signed in", "credential_process"),
    (
        "key unknown",
        "An error occurred (InvalidClientTokenId) when calling the AssumeRole operation: The security token included in the request is invalid.",
        "does not know the access key",
    ),
    (
        "key unknown, CodeCommit",
        "An error occurred (UnrecognizedClientException) when calling the ListRepositories operation: The security token included in the request is invalid.",
        "does not know the access key",
    ),
    (
        "secret wrong",
        "An error occurred (SignatureDoesNotMatch) when calling the AssumeRole operation: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        "does not belong",
    ),
    (
        "token expired",
        "An error occurred (ExpiredTokenException) when calling the ListRepositories operation: The security token included in the request is expired",
        "session of the helper's profile has expired",
    ),
    (
        "role refused",
        "An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/Dev",
        "take its role",
    ),
    (
        "clock, STS",
        "An error occurred (SignatureDoesNotMatch) when calling the AssumeRole operation: Signature expired: 20260102T030405Z is now earlier than 20260102T032405Z (20260102T033905Z - 15 min.)",
        "the clock of this computer is off",
    ),
    (
        "clock, CodeCommit",
        "An error occurred (InvalidSignatureException) when calling the ListRepositories operation: Signature expired: 20260102T030405Z is now earlier than 20260102T032405Z (20260102T032905Z - 5 min.)",
        "the clock of this computer is off",
    ),
    (
        "clock fast",
        "An error occurred (InvalidSignatureException) when calling the ListRepositories operation: Signature not yet current: 20260102T040405Z is still later than 20260102T032405Z (20260102T030905Z + 15 min.)",
        "the clock of this computer is off",
    ),
    (
        "KMS denied",
        "An error occurred (EncryptionKeyAccessDeniedException) when calling the CreateRepository operation: User is not authorized for the KMS default master key for CodeCommit 'aws/codecommit' in your account",
        "AWS KMS",
    ),
    (
        "KMS disabled",
        "An error occurred (EncryptionKeyDisabledException) when calling the GetRepository operation: The encryption key is disabled.",
        "cannot be used",
    ),
    (
        "throttled",
        "An error occurred (ThrottlingException) when calling the ListRepositories operation (reached max retries: 4): Rate exceeded",
        "slow down",
    ),
    (
        "throttled in XML",
        "An error occurred (400) when calling the BatchGetRepositories operation: <ThrottlingException>",
        "slow down",
    ),
    (
        "repository missing",
        "An error occurred (RepositoryDoesNotExistException) when calling the GetRepository operation: site does not exist",
        "There is no repository",
    ),
    (
        "no policy",
        "An error occurred (AccessDeniedException) when calling the ListRepositories operation: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: codecommit:ListRepositories on resource: arn:aws:codecommit:us-east-2:123456789012:* because no identity-based policy allows the codecommit:ListRepositories action",
        "No policy",
    ),
    (
        "denied",
        "An error occurred (AccessDeniedException) when calling the GetRepository operation: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: codecommit:GetRepository on resource: arn:aws:codecommit:us-east-2:123456789012:site with an explicit deny in an identity-based policy",
        "expressly denies",
    ),
    (
        "unreachable",
        "Could not connect to the endpoint URL: \"https://sts.us-east-1.amazonaws.com/\"",
        "could not reach AWS",
    ),
];

/// What git prints; {remote} is the address that it is about.
const GIT: [(&str, &str, &str); 32] = [
    ("quotes of the shell", "error: wrong number of arguments, should be from 1 to 2", "quotes"),
    ("quotes of the shell, usage", "usage: git config [<options>]", "quotes"),
    ("asks for a name", "Username for '{host}': ", "no credentials"),
    ("may not ask", "fatal: could not read Username for '{host}': terminal prompts disabled", "no credentials"),
    ("no terminal", "fatal: could not read Username for '{host}': No such device or address", "no credentials"),
    (
        "refused",
        "fatal: unable to access '{remote}/': The requested URL returned error: 403",
        "did not let this identity",
    ),
    (
        "refused, no policy",
        "remote: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: codecommit:GitPull on resource: arn:aws:codecommit:us-east-2:123456789012:site because no identity-based policy allows the codecommit:GitPull action",
        "No policy",
    ),
    (
        "refused, deny",
        "remote: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: codecommit:GitPull on resource: arn:aws:codecommit:us-east-2:123456789012:site with an explicit deny in an identity-based policy",
        "expressly denies",
    ),
    ("unauthorized", "fatal: Authentication failed for '{remote}/'", "no credentials"),
    (
        "credential manager",
        "fatal: Cannot prompt because user interactivity has been disabled.",
        "Git Credential Manager",
    ),
    ("credential manager, store", "fatal: Failed to write item to store. [0x6c6]", "Git Credential Manager"),
    (
        "credential manager, old",
        "fatal: Logon failed, use ctrl+c to cancel basic credential prompt.",
        "Git Credential Manager",
    ),
    ("large push", "error: RPC failed; result=56, HTTP code = 200", "while much was sent"),
    (
        "large push, newer",
        "error: RPC failed; curl 56 OpenSSL SSL_read: Connection was reset, errno 10054",
        "while much was sent",
    ),
    ("hung up", "fatal: the remote end hung up unexpectedly", "could not be reached"),
    ("many references", "remote: Too many reference update commands", "4,000"),
    (
        "SSPI",
        "fatal: unable to access '{remote}/': schannel: next InitializeSecurityContext failed: SEC_E_ILLEGAL_MESSAGE",
        "TLS library",
    ),
    (
        "GnuTLS",
        "fatal: unable to access '{remote}/': gnutls_handshake() failed: A TLS packet with unexpected length was received.",
        "GnuTLS",
    ),
    ("throttled", "fatal: unable to access '{remote}/': The requested URL returned error: 429", "slow down"),
    ("throttled, in words", "remote: Rate Exceeded", "slow down"),
    (
        "KMS",
        "remote: User is not authorized for the KMS default master key for CodeCommit 'aws/codecommit' in your account",
        "AWS KMS",
    ),
    ("missing", "fatal: repository '{remote}/' not found", "There is no repository"),
    ("no remote helper", "fatal: Unable to find remote helper for 'codecommit'", "git-remote-codecommit"),
    (
        "no remote helper, newer",
        "git: 'remote-codecommit' is not a git command. See 'git --help'.",
        "git-remote-codecommit",
    ),
    (
        "@ in the name",
        "fatal: unable to access 'https://ann@example.com@git-codecommit.us-east-2.amazonaws.com/v1/repos/site/': URL using bad/illegal format or missing URL",
        "is not one",
    ),
    ("SSH key", "ann@git-codecommit.us-east-2.amazonaws.com: Permission denied (publickey).", "ssh://"),
    ("SSH methods", "Received disconnect: No supported authentication methods available", "ssh://"),
    ("broken configuration", "fatal: bad config line 2 in file /home/ann/.gitconfig", "no git command works"),
    (
        "no such host",
        "fatal: unable to access '{remote}/': Could not resolve host: git-codecommit.us-east-2.amazonaws.com",
        "could not be reached",
    ),
    (
        "proxy asks",
        "fatal: unable to access '{remote}/': CONNECT tunnel failed, response 407",
        "wants a name and a password",
    ),
    (
        "certificate",
        "fatal: unable to access '{remote}/': SSL certificate problem: unable to get local issuer certificate",
        "does not trust",
    ),
    (
        "profile of git-remote-codecommit",
        "fatal: The following profile does not exist: work. Available profiles are: default",
        "does not know the profile",
    ),
];

/// A layout: its name, and how it prints a text.
type Layout = (&'static str, fn(&str) -> String);

/// The layouts: version 1 and 2 before 2.34; 2.34 and later; the same in JSON and YAML, which errors of AWS alone get.
const LAYOUTS: [Layout; 4] = [
    ("plain", |text| format!("\n{text}\n")),
    ("2.34", |text| format!("\naws: [ERROR]: {text}\n\nAdditional error details:\nType: Sender\n")),
    ("JSON", |text| {
        let Some((code, message)) = of_aws(text) else { return format!("\naws: [ERROR]: {text}\n") };
        format!("{{\n    \"Code\": {},\n    \"Message\": {}\n}}\n", serde_json::json!(code), serde_json::json!(message))
    }),
    ("YAML", |text| {
        let Some((code, message)) = of_aws(text) else { return format!("\naws: [ERROR]: {text}\n") };
        format!("Code: {code}\nMessage: '{}'\n", message.replace('\'', "''").replace(". ", ".\n  "))
    }),
];

/// The code and the message of an error that AWS or the CLI names.
fn of_aws(text: &str) -> Option<(&str, &str)> {
    let (code, rest) = text.strip_prefix("An error occurred (")?.split_once(')')?;
    Some((code, rest.split_once(": ")?.1))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn every_known_failure_is_recognised_in_every_layout() {
    let mut wrong = Vec::new();
    let mut check = |layout: &str, name: &str, lines: &[String], told: &str| {
        // As it comes, and as what is left of it when git's own lines were sorted out.
        for lines in [lines.to_vec(), meaningful(lines)] {
            let problem = recognise(&lines);
            let fine =
                problem.as_ref().is_some_and(|it| it.what.contains(told) && !it.hint.is_empty() && is_clean(&it.why));
            if !fine {
                wrong.push(format!("{layout}, {name}: {lines:?}: {problem:?}"));
            }
        }
    };
    for (layout, print) in LAYOUTS {
        for (name, text, told) in HELPER {
            let unread = "fatal: could not read Username for 'https://git-codecommit.us-east-2.amazonaws.com': terminal prompts disabled";
            check(layout, name, &lines(&print(text)), told);
            check(layout, name, &lines(&format!("{}\n{unread}", print(text))), told);
        }
    }
    for (name, text, told) in GIT {
        let host = "https://git-codecommit.us-east-2.amazonaws.com";
        let text = text.replace("{remote}", &format!("{host}/v1/repos/proxy-tls-404")).replace("{host}", host);
        let says = |lines: &[String]| recognise(lines).is_some_and(|problem| problem.what.contains(told));
        if !says(&lines(&text)) || !says(&lines(&format!("Cloning into 'site'...\r\n{text}\r\n"))) {
            wrong.push(format!("git, {name}: {:?}", recognise(&lines(&text))));
        }
    }
    let rows = HELPER.len() * LAYOUTS.len() + GIT.len();
    println!("{} of {rows} recognised", rows - wrong.len().min(rows));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing of the layout is left in what a person reads.
fn is_clean(why: &str) -> bool {
    !why.is_empty()
        && !["[ERROR]", "\"Code\"", "\"Message\"", "Additional error details"].iter().any(|mark| why.contains(mark))
}
