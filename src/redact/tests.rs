//! Tests of the net: what it has to catch, what it has to leave, and how long it may take.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::select;

use super::{address, masked, masked_but_keys, value_of_aws, without_accounts};

#[test]
fn whatever_looks_like_a_secret_is_masked() {
    let token = "IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQ".repeat(6);
    let signature = "a1".repeat(32);
    for (text, planted) in [
        (format!("password=20260102T030405Z{signature} x"), signature.as_str()),
        (format!("said 20260102T030405Z{signature}"), "20260102T"),
        (format!("https://AKIAIOSFODNN7EXAMPLE:20260102T030405Z{signature}@host/x"), signature.as_str()),
        (format!("cut 20260102T030405Z{}", &signature[..12]), "a1a1"),
        ("key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY end".to_owned(), "wJalr"),
        ("aws_secret_access_key = short".to_owned(), "short"),
        ("\"SecretAccessKey\": \"short\"".to_owned(), "short"),
        ("<SecretAccessKey>short</SecretAccessKey>".to_owned(), "short"),
        ("http://me:pass/word@proxy:3128".to_owned(), "word"),
        ("me:planted@proxy.example:3128".to_owned(), "planted"),
        ("https://planted@github.com/a@b".to_owned(), "planted"),
        ("https://planted:x-oauth-basic@github.com/".to_owned(), "planted"),
        ("https%3A%2F%2Fme%3Aplanted%40host%2Fx".to_owned(), "planted"),
        (format!("AWS_SESSION_TOKEN={token}"), "IQoJ"),
        (format!("user ASIAIOSFODNN7EXAMPLE%{token}"), "IQoJ"),
        (format!("only {token}"), "IQoJ"),
        (format!("begins {}…", &token[..20]), "IQoJ"),
        ("AKIAIOSFODNN7EXAMPLE".to_owned(), "IOSFODNN7"),
        ("Authorization: Basic aGlkZGVu".to_owned(), "aGlkZGVu"),
        ("extraheader = authorization: basic aGlkZGVu".to_owned(), "aGlkZGVu"),
        ("-H 'AUTHORIZATION: AWS4-HMAC-SHA256 Credential=x, Signature=planted' https://x".to_owned(), "planted"),
        ("it said bearer aGlk-ZGVu".to_owned(), "aGlk"),
        ("smtppass = two words".to_owned(), "words"),
        ("password = \"two words\" x".to_owned(), "words"),
        ("{\"a\":\"{\\\"passwd\\\":\\\"planted\\\"}\"}".to_owned(), "planted"),
        ("https://x/?a=b&X-Amz-Security-Token=planted&c=d".to_owned(), "planted"),
        ("https://x/?X-Amz-Signature=planted".to_owned(), "planted"),
        ("tool --token planted --pwd=planted --user me:planted x".to_owned(), "planted"),
        ("curl -u me:planted https://x".to_owned(), "planted"),
        ("machine x login me password planted".to_owned(), "planted"),
        ("aws configure set aws_secret_access_key planted+1".to_owned(), "planted"),
        (format!("ghp_{}", "planted9".repeat(5)), "planted9"),
        (format!("xgithub_pat_{}", "planted_9".repeat(8)), "planted_9"),
        ("glpat-planted-9planted9planted".to_owned(), "planted"),
        ("xoxb-1234-planted".to_owned(), "planted"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJl".to_owned(), "sdWIi"),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nplanted\nplanted\n-----END OPENSSH PRIVATE KEY-----".to_owned(),
            "planted",
        ),
        ("-----BEGIN PRIVATE KEY----- planted".to_owned(), "planted"),
        ("password = abc\\\nplanted".to_owned(), "planted"),
        ("«left out»wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(), "wJalr"),
    ] {
        assert!(!masked(&text).contains(planted), "{text} → {}", masked(&text));
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "!aws --profile dev codecommit credential-helper $@ at ~/.gitconfig:6",
        "!'/opt/my tools/codecommit-setup' credential-helper --profile 'my team'",
        "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo",
        "/home/ann/a/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/x",
        "/Users/Ann/Library/Caches/AWSToolkit/MyDemoRepoForTheTeamWithAllItsTools/src/main/java/com/example/App",
        "/nix/store/3n58xw4373jp0ljirf06d8077j15pc4j-git-2.47.3/bin/git",
        "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12\n9fd4e1c67a2d28fced849ee1bb76e7391b93eb1a\n",
        "/Users/Ann/src/MyDemoRepo/.git/objects/MyDemoRepo/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12/AB/x",
        "key/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
        "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_1a2b3c4d5e6f7a8b/ann@example.com",
        "arn:aws:secretsmanager:us-east-2:123456789012:secret:planted",
        "An error occurred (ExpiredToken): The security token included in the request is expired",
        "ExpiredToken: The security token included in the request is expired",
        "2026-01-02T03:04:05Z 20260102T030405Z",
        "a password that was made 20 minutes ago",
        "the line ~/.git-credentials:12 has it",
        "git -c core.askPass= -c x=y credential fill",
        "in ~/.git-credentials:1, and more",
        "basic authentication and bearer tokens",
        "git@github.com:a/b",
        "ssh://git@github.com:22/a/b",
        "codecommit::us-east-2://dev@MyDemoRepo",
        "codecommit://dev@MyDemoRepo",
        "fatal: could not read Password for 'https://github.com': terminal prompts disabled",
        "PWD=/home/ann/src",
        "web_identity_token_file = /var/run/secrets/token",
        "aws_secret_access_key = (left out)",
        "aws_secret_access_key = ••••",
        "the secret access key of dev does not belong to its ID",
        "AWSReservedSSO_PowerUserAccess_0123456789abcdef",
        "us-east-1\neu-west-1\nMyDemoRepo\nBillingService\nTeamWebsite\nAnotherRepository\nOneMoreRepository",
    ] {
        assert_eq!(masked(text), text);
    }
    assert_eq!(masked("key AKIAIOSFODNN7EXAMPLE"), "key AKIA…MPLE");
    assert_eq!(masked_but_keys("key AKIAIOSFODNN7EXAMPLE"), "key AKIAIOSFODNN7EXAMPLE");
    assert_eq!(masked("https://me:x@host/a"), "https://…@host/a");
    assert_eq!(masked("a?token=abc&b=c password=\"x\", y"), "a?token=«left out»&b=c password=\"«left out»\", y");
}

#[test]
fn the_words_of_the_program_itself_stay() {
    for text in [
        include_str!("../../assets/verdicts.toml"),
        include_str!("../../assets/helper-failures.toml"),
        include_str!("../../assets/regions.tsv"),
        include_str!("../../assets/help/profile.txt"),
        include_str!("../../assets/help/git.txt"),
    ] {
        let masked = masked_but_keys(text);
        let changed = text.lines().zip(masked.lines()).filter(|(before, after)| before != after);
        // What git says of an address with a login is an example of one.
        let changed: Vec<_> = changed.filter(|(before, _)| !before.contains("@git-codecommit")).collect();
        assert!(changed.is_empty(), "{changed:#?}");
    }
}

#[test]
fn a_login_is_masked_whatever_its_password_holds() {
    for text in [
        "[url \"https://me:it'splanted@b.example/\"]",
        "[url \"https://me:`planted@b.example/\"]",
        "[url \"https://me:pa<planted@b.example/\"]",
        "[url \"https://me:pa>planted@b.example/\"]",
        "[url \"https://me:pa planted@b.example/\"]",
        "endpoint_url = https://me:it'splanted@host",
        "fatal: unable to access 'https://me:pa'planted@host/': no",
        "fatal: unable to access 'https://me:'planted@host/': no",
        "fatal: unable to access 'https://me:1'planted@host/': no",
        "fatal: unable to access 'https://me:pa planted@host/': no",
        "GIT_SSL_CAINFO=https://me:it'splanted@x",
        "https://me:it's/planted@x",
        "https://it'splanted@x/y",
        "http.proxy = me:planted@proxy.example",
        "https:me:planted@b.example/r",
        "http:/me:planted@b.example/r",
        "pushurl = me:planted@b.example:r",
        "[credential \"me:planted@d.example\"]",
        "endpoint_url = me:planted@host",
        "fatal: proxy me:planted@proxy.example refused",
        "NO_PROXY=me:planted@x",
        "url = https://me:pa planted@host",
        "mé:planted@x",
        "me:it'splanted@x",
        "me:pa=planted@x",
        "me:pa@planted@x",
        "me:pa/planted@x:3128",
        "//me:planted@x",
        "{\"proxy\":\"me:planted@x\"}",
        "DOMAIN\\me:planted@x",
    ] {
        assert!(!masked(text).contains("planted"), "{text} → {}", masked(text));
    }
    for before in ["https://me:", "me:", "https://"] {
        let text = format!("{before}{}planted@host/x", "ab".repeat(400));
        assert!(!masked(&text).contains("planted"), "{text}");
    }
    for whole in ["https://me:pa planted@b.example/", "me:pa planted@b.example", "https://me:\"planted' x@b.example/y"]
    {
        assert!(!address(whole).contains("planted"), "{whole} → {}", address(whole));
        assert!(address(whole).contains("…@b.example"), "{}", address(whole));
    }
}

#[test]
fn what_has_a_colon_or_an_at_sign_is_no_login_yet() {
    for text in [
        "ann@example.com",
        "\"mail\":\"ann@example.com\",\"b\":\"c:d\",\"e\":\"ann@example.com\"",
        "mailto:ann@example.com",
        "arn:aws:sts::123456789012:assumed-role/Dev/ann@example.com",
        "arn:aws:sts::123456789012:federated-user/ann@example.com",
        "git@github.com:team/repo@v1",
        "docker.io/image:tag@sha256:0123",
        "HEAD:assets/icon@2x.png",
        "HEAD:x@{1}",
        "src/a.rs:12:4 at 10:30@noon",
        "codecommit://profile@repo and codecommit::us-east-2://dev@MyDemoRepo",
        "ssh://APKAEXAMPLE@git-codecommit.us-east-2.amazonaws.com/v1/repos/x",
        "'https://x.example/a', 'ann@example.com'",
        "{\"a\":\"https://x.example\",\"b\":\"ann@example.com\"}",
        "{\"a\":\"https://x.example:8080/y\",\"b\":\"ann@example.com\"}",
        "<a>https://x.example</a><b>ann@example.com</b>",
        "see https://x.example:8080 or ask ann@example.com",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn secrets_are_known_by_more_names_and_by_what_is_said_of_them() {
    for text in [
        "MYSQL_PASS=planted",
        "DB_PASS: planted",
        "dbPass=planted",
        "access_key=planted",
        "AccountName=x;AccountKey=planted==;EndpointSuffix=y",
        "otp=planted",
        "mfa-otp: planted",
        "pin: planted",
        "credentials: planted9",
        "invalid password \"planted\"",
        "password 'planted' rejected",
        "the passphrase `planted` is wrong",
        "Password for me is: planted",
        "passphrase for key: planted",
        "Enter passphrase for key '/home/ann/.ssh/id_ed25519': planted",
        "Password for 'https://me@host': planted",
        "passcode=planted",
        "master_key=planted",
        "encryptionKey: planted",
        "DB_PW=planted",
        "{\"name\":\"password\",\"value\":\"planted\"}",
        "{\n  \"Name\": \"DB_PASSWORD\",\n  \"Value\": \"planted\"\n}",
        "<add key=\"Password\" value=\"planted\"/>",
        "ParameterKey=Password,ParameterValue=planted",
        "dckr_pat_plantedplanted9planted",
        "sk-planted9planted9planted",
        "sk-proj-planted9planted9planted",
        "SG.planted9planted.planted9planted",
        "AGE-SECRET-KEY-1plantedPLANTED",
        "npm_planted9planted9planted9",
        "pypi-planted9planted9planted",
        "hf_planted9planted9planted",
        "xapp-1-planted-9-planted",
        "AIzaplanted9planted9planted9planted9pla",
        "hvs.planted9planted9planted",
        "ABSKQmVkcm9jplanted",
    ] {
        assert!(!masked(text).contains("planted"), "{text} → {}", masked(text));
    }
    for text in [
        "access_key_id=x",
        "bypass=x compass: x spin: y",
        "credentials: /home/ann/.aws/credentials",
        "Credentials: none",
        "the password is wrong",
        "a password for git: press Enter",
        "could not read the passphrase for key '/home/ann/id': no such device or address",
        "the password 'for this repository' stays",
        "{\"name\":\"region\",\"value\":\"us-east-2\"}",
        "sk-SK npm_config pypi-publish-action-for-everybody task-12345678901234567890",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_value_of_an_aws_file_is_shown_in_its_shape_only() {
    for (key, text) in [
        ("region", "us-east-1"),
        ("region", "us-iso-b-east-1"),
        ("output", "yaml-stream"),
        ("ca_bundle", "/etc/ssl/ca.pem"),
        ("ca_bundle", "C:\\ca\\ca.pem"),
        ("web_identity_token_file", "/var/run/secrets/token"),
        ("role_arn", "arn:aws:iam::123456789012:role/Dev"),
        ("mfa_serial", "arn:aws:iam::123456789012:mfa/ann@example.com"),
        ("mfa_serial", "GAHT12345678"),
        ("duration_seconds", "3600"),
        ("use_fips_endpoint", "true"),
        ("sso_registration_scopes", "sso:account:access, codewhisperer:completions"),
        ("sso_role_name", "AWSReservedSSO_Dev"),
        ("sso_start_url", "https://x.awsapps.com/start"),
        ("cli_pager", "less -FRX"),
        ("cli_pager", ""),
    ] {
        assert_eq!(value_of_aws(key, text).as_deref(), Some(text), "{key}");
    }
    for (key, text) in [
        ("region", "us-east-1#planted"),
        ("region", "us-east-1 planted"),
        ("region", "Planted"),
        ("output", "json // planted"),
        ("output", "planted"),
        ("ca_bundle", "/x PASS planted"),
        ("web_identity_token_file", "planted"),
        ("web_identity_token_file", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.planted"),
        ("role_arn", "planted"),
        ("role_arn", "arn:aws:iam::123456789012:role/Dev planted"),
        ("mfa_serial", "PLANTEDplanted"),
        ("max_attempts", "planted"),
        ("use_fips_endpoint", "planted"),
        ("sso_account_id", "123456789012 planted"),
        ("sso_role_name", "Dev planted"),
        ("source_profile", "dev planted"),
        ("cli_pager", "less --planted"),
        ("endpoint_url", "me:planted@host"),
        ("endpoint_url", "https://me:it'splanted@host"),
        ("endpoint_url", "https://host planted"),
        ("sso_role_name", "Dev # planted"),
    ] {
        let shown = value_of_aws(key, text).unwrap_or_default();
        assert!(!shown.to_lowercase().contains("planted"), "{key} = {text} → {shown}");
    }
    assert_eq!(value_of_aws("region", "us-east-1 # x").as_deref(), Some("us-east-1 # ••••"));
}

#[test]
fn accounts_are_hidden_and_other_numbers_are_not() {
    assert_eq!(
        without_accounts("arn:aws:iam::123456789012:user/a, 2026, 1234567890123"),
        "arn:aws:iam::************:user/a, 2026, 1234567890123"
    );
}

/// A secret access key as AWS makes them: each of the 64 signs is as likely as any other, which a class of a pattern is not.
fn secret() -> impl Strategy<Value = String> {
    let signs: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    prop::collection::vec(select(signs), 40).prop_map(|signs| signs.into_iter().collect())
}

/// What may stand before and behind a secret.
fn around() -> impl Strategy<Value = (String, String)> {
    let before = select(vec![
        "",
        " ",
        "/",
        "-",
        "_",
        "x",
        "path/to/",
        "key=",
        "a=b;k:",
        "\"",
        "'",
        "(",
        "https://",
        "https://me:",
        "%3A",
        "%25",
        "\\\"",
        "KEY",
        "é",
        "…",
        "«",
        "\\n",
        "9",
        "\n",
        "a/b-c_d",
        "AKIAIOSFODNN7EXAMPLE,",
        "AKIAIOSFODNN7EXAMPLE%25",
        "+",
    ]);
    let behind = select(vec![
        "",
        " ",
        "/",
        "-",
        "_",
        "x",
        "tail",
        "@host/x",
        ":x-oauth-basic@github.com",
        "@github.com",
        "\"",
        "'",
        ")",
        "\n",
        ".",
        "%0A",
        "\\n",
        ", ",
        "&x=y",
        "=",
        "é",
        "«",
        "Tail/of/a/Path",
    ]);
    (before.prop_map(str::to_owned), behind.prop_map(str::to_owned))
}

/// The forms in which a text is written down.
fn written(secret: &str, form: usize) -> String {
    let percent = |text: &str| text.replace('+', "%2B").replace('/', "%2f");
    match form % 11 {
        0 => secret.to_owned(),
        1 => percent(secret),
        2 => percent(secret).replace('%', "%25"),
        3 => written(secret, 2).replace('%', "%25"),
        4 => secret.replace('/', "\\/"),
        5 => secret.replace('/', "\\u002f").replace('+', "\\u002B"),
        6 => secret.replace('/', "&#x2F;").replace('+', "&#43;"),
        7 => format!("{}\n    {}", &secret[..17], &secret[17..]),
        8 => format!("{} \\\r\n\t{}", &secret[..30], &secret[30..]),
        9 => format!("{}\n> {}\n> {}", &secret[..13], &secret[13..26], &secret[26..]),
        _ => format!("{}\u{200b}{}\u{1b}[0m{}", &secret[..13], &secret[13..26], &secret[26..]),
    }
}

/// Whether any piece of a text that somebody could use is in another one.
fn pieces_of(secret: &str, text: &str) -> Option<String> {
    let pieces = secret.split(|c: char| c.is_whitespace() || c.is_control());
    let windows = pieces
        .flat_map(|piece| piece.as_bytes().windows(12).map(|window| String::from_utf8_lossy(window).into_owned()));
    windows.into_iter().find(|window| text.contains(window.as_str()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_stays_however_it_is_written_and_whatever_stands_around_it(
        secret in secret(),
        form in 0..11_usize,
        (before, behind) in around(),
    ) {
        let planted = written(&secret, form);
        let text = format!("said {before}{planted}{behind} end");
        let masked = masked(&text);
        prop_assert_eq!(pieces_of(&planted, &masked), None, "{} → {}", text, masked);
    }

    #[test]
    fn nothing_is_masked_twice(parts in prop::collection::vec(part(), 0..12)) {
        let text = parts.concat();
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once.clone(), "{}", text);
        prop_assert!(!once.contains("«left out»«left out»") || text.contains("«left out»«left out»"), "{}", once);
    }
}

/// Pieces of texts that mean something to the net.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        secret(),
        "[ -~\n]{0,12}",
        "\\PC{0,4}",
        select(vec![
            "password",
            "token",
            "=",
            ":",
            " ",
            "\"",
            "'",
            "\n",
            "https://",
            "@",
            "/",
            "%25",
            "%2F",
            "\\",
            "«left out»",
            "…",
            "••••",
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_",
            "eyJ",
            "-----BEGIN PRIVATE KEY-----",
            "-----END ",
            "20260102T030405Z",
            "a1b2c3d4e5",
            "Authorization: ",
            "bearer ",
            "--",
            "(left out)",
            "<",
            ">",
            "&",
            ",",
            "IQoJb3JpZ2lu",
            "me:",
            "name",
            "value",
            "password for ",
            " is: ",
            "DB_PASS",
            "credentials",
            "sk-",
            "SG.",
        ])
        .prop_map(str::to_owned),
    ]
}

#[test]
fn a_text_eight_times_as_long_takes_about_eight_times_as_long() {
    let fastest = |text: &str| -> Duration {
        let time = |_| {
            let start = Instant::now();
            assert!(!masked(text).is_empty());
            start.elapsed()
        };
        (0..3).map(time).min().unwrap_or_default()
    };
    for piece in [
        "a",
        " ",
        "=",
        "\"",
        "password=",
        "authorization: ",
        "password=\"",
        "token:token ",
        "://",
        "https://a:b",
        "@",
        "x:y@z",
        "x:y@z ",
        "x:",
        "x:@",
        "'https://a:b ",
        "https://a:b'",
        "a@b\",",
        "\"name\":\"password\",\"value\":",
        "password for x: ",
        "password 'x' ",
        "credentials=",
        "SG.",
        "sk-",
        "%25",
        "%",
        "AKIA",
        "AKIAIOSFODNN7EXAMPLE ",
        "eyJ",
        "ghp_",
        "0",
        "a1B2",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        "20260102T030405Z",
        "\n",
        "\\\n",
        "\u{200b}",
        "\u{1b}[",
        "«",
        "«left out»",
        "é",
        "login a password ",
        "-u a:b ",
        "/x",
        "b=c&",
        "key: \"a",
        "&#",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        "     password",
        "Bearer \"",
    ] {
        let text = piece.repeat(3_000 / piece.len() + 1);
        // What is quadratic takes 64 times as long.
        let (short, long) = (fastest(&text), fastest(&text.repeat(8)));
        assert!(long < short * 30 + Duration::from_millis(30), "{piece:?}: {short:?}, then {long:?}");
    }
}
