//! The credential helper with every kind of profile, as git calls it: what is asked for once, what is kept, and what is not.
//!
//! Whoever gives credentials is a script that counts, or a server of this file's own on a loopback port.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::Digest;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const PROGRAM: &str = env!("CARGO_BIN_EXE_codecommit-setup");
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyDemoRepo\n\n";

struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

#[derive(Debug)]
struct Answer {
    out: String,
    err: String,
}

impl Answer {
    fn line(&self, key: &str) -> &str {
        self.out.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("{key} in {self:?}"))
    }

    fn user(&self) -> &str {
        self.line("username=")
    }

    /// A refusal on one line, after which git does not ask either.
    fn refused(&self, words: &[&str]) {
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("quit=1\n", 1), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word} in {}", self.err);
        }
    }
}

impl Home {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".aws")).unwrap();
        let home = Self { folder, variables: Vec::new() };
        home.put(".aws/config", config);
        home
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A profile `dev` of a program that counts and gives keys that last so long; for ever when nothing is said.
    fn of_process(lasting: Option<Duration>) -> Self {
        let home = Self::new("");
        let ends = lasting.map(|lasting| format!(", \"Expiration\": \"{}\"", ending(lasting))).unwrap_or_default();
        let keys = format!(
            "{{\"Version\": 1, \"AccessKeyId\": \"ASIA'$count'\", \"SecretAccessKey\": \"s\", \"SessionToken\": \"t/+=\"{ends}}}"
        );
        let counted = home.path("counted");
        let counted = counted.display();
        home.put("give", &format!("echo >> {counted}\ncount=$(wc -l < {counted})\necho '{keys}'\n"));
        home.put(".aws/config", &format!("[profile dev]\ncredential_process = sh {}\n", home.path("give").display()));
        home
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    fn edit(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(old), "{old} in {text}");
        self.put(file, &text.replace(old, new));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("credential-helper").args(arguments).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.folder.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn get(&self, arguments: &[&str]) -> Answer {
        answer(self.command(&[arguments, &["get"]].concat()))
    }

    fn dev(&self) -> Answer {
        self.get(&["--profile", "dev"])
    }

    fn kept(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.path(".cache/codecommit-setup/credentials")).into_iter().flatten();
        let files = folder.map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_none_or(|extension| extension != "lock")).collect()
    }
}

fn answer(mut command: Command) -> Answer {
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(REQUEST.as_bytes());
    let output = child.wait_with_output().unwrap();
    Answer { out: String::from_utf8(output.stdout).unwrap(), err: String::from_utf8(output.stderr).unwrap() }
}

fn ending(lasting: Duration) -> String {
    (OffsetDateTime::now_utc() + lasting).replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap()
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn credentials_are_kept_for_the_next_time_and_for_their_owner_alone() {
    let (server, home) = role();
    twice(&server, &home, "ASIAAssumeRole", 1);
    let kept = home.kept();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((kept.len(), mode(&kept[0]), mode(&kept[0].parent().unwrap().into())), (1, 0o600, 0o700));
    let elsewhere = home.path("x").display().to_string();
    let elsewhere = home.with("XDG_CACHE_HOME", &elsewhere);
    twice(&server, &elsewhere, "ASIAAssumeRole", 2);
    assert!(elsewhere.path("x/codecommit-setup/credentials").is_dir());
}

#[test]
fn the_password_dies_with_the_session() {
    let server = Server::start();
    let home = server.home(&ROLE.replace("role/dev", "role/lasts-300"));
    let answer = home.dev();
    let dies: i64 = answer.line("password_expiry_utc=").parse().unwrap();
    let left = dies - OffsetDateTime::now_utc().unix_timestamp();
    assert!((200..=300).contains(&left), "{left}");
    assert_eq!(home.dev().line("password_expiry_utc="), dies.to_string(), "kept with the credentials");
    assert_eq!(server.asked(), 1);
}

#[test]
fn what_a_program_gives_is_asked_for_each_time() {
    let home = Home::of_process(Some(HOUR));
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIA1%t/+=", "ASIA2%t/+="]);
    // It may look at anything, such as a variable, and may be another program by now.
    home.put("give", "echo '{\"Version\": 1, \"AccessKeyId\": \"ASIA'$WHO'\", \"SecretAccessKey\": \"s\"}'");
    let home = home.with("WHO", "BOB");
    assert_eq!(home.dev().user(), "ASIABOB");
    assert!(home.kept().is_empty());
    // A role rests on whoever the program says that is.
    let (server, home) = role();
    home.put(
        ".aws/config",
        &format!("{}[profile base]\ncredential_process = sh {}\n", of_role(""), home.path("give").display()),
    );
    home.put("give", "echo '{\"Version\": 1, \"AccessKeyId\": \"AKIAONE\", \"SecretAccessKey\": \"s\"}'");
    for asked in 1..4 {
        assert_eq!((home.dev().user(), server.asked()), ("ASIAAssumeRole%t", asked));
    }
    assert!(home.kept().is_empty());
}

#[test]
fn what_was_kept_of_a_profile_is_gone_once_a_program_gives_its_credentials() {
    let (_server, home) = role();
    home.dev();
    assert_eq!(home.kept().len(), 1);
    home.put(".aws/config", "[profile dev]\ncredential_process = false\n");
    home.dev().refused(&[]);
    assert!(home.kept().is_empty());
}

const SSO: &str = "[profile dev]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
    [sso-session s]\nsso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start\n";
/// The sign-in of it: the name is the SHA-1 of `s`, the session's.
const SIGN_IN: &str = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";

/// A role on an access key.
const ROLE: &str = "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nregion = us-east-1\nsource_profile = base\n\
    [profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n";

/// The profile of it, with more lines.
fn of_role(more: &str) -> String {
    let dev = ROLE.split("[profile base]").next().unwrap();
    format!("{dev}{more}")
}

fn role() -> (Server, Home) {
    let server = Server::start();
    let home = server.home(ROLE);
    (server, home)
}

/// Something that may lead to other credentials for the same profile, and how it is changed.
type Change = (&'static str, fn(&Server, &mut Home));

/// Asks, asks again (the same), changes one thing, asks again (anew), and again (the same).
fn each_asks_anew(start: impl Fn() -> (Server, Home), changes: &[Change]) {
    for (what, change) in changes {
        let (server, mut home) = start();
        let first = home.dev();
        let asked = server.asked();
        assert!(asked > 0 && first.out.starts_with("username=ASIA"), "{what}: {first:?}");
        assert_eq!((home.dev().user(), server.asked()), (first.user(), asked), "{what}: unchanged");
        change(&server, &mut home);
        assert!(home.dev().out.starts_with("username=ASIA"), "{what}");
        let anew = server.asked();
        assert!(anew > asked, "{what}: answered with what was kept");
        assert_eq!((home.dev().user(), server.asked()), (first.user(), anew), "{what}: kept again");
        assert_eq!(home.kept().len(), 1, "{what}: the one before is gone");
    }
}

macro_rules! variables {
    ($($name:literal = $value:literal),* $(,)?) => {
        &[$(($name, |_: &Server, home: &mut Home| home.set($name, $value))),*]
    };
}

#[test]
fn whatever_a_role_rests_on_leads_to_another_question() {
    each_asks_anew(
        role,
        &[
            ("the role", |_, home| home.edit(".aws/config", "role/dev", "role/ops")),
            ("a setting of the profile", |_, home| {
                home.edit(".aws/config", "source_profile", "external_id = x\nsource_profile");
            }),
            ("its region", |_, home| home.edit(".aws/config", "us-east-1", "eu-west-1")),
            ("the key of the source", |_, home| home.edit(".aws/config", "AKIABASE", "AKIANEW")),
            ("the secret of the source", |_, home| home.edit(".aws/config", "access_key = s", "access_key = z")),
            ("the key in the other file", |_, home| {
                home.put(".aws/credentials", "[base]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\n");
            }),
            ("the source", |_, home| {
                let other = "[profile other]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n[profile base]";
                home.edit(".aws/config", "[profile base]", other);
                home.edit(".aws/config", "source_profile = base", "source_profile = other");
            }),
            ("a source between", |_, home| {
                let mid = of_role("").replace("[profile dev]", "[profile mid]");
                home.edit(".aws/config", "source_profile = base\n", &format!("source_profile = mid\n{mid}"));
            }),
            ("the address of a service", |server, home| {
                let address = format!(
                    "services = v\nsource_profile = base\n[services v]\nsts =\n  endpoint_url = {}/x\n",
                    server.address
                );
                home.edit(".aws/config", "source_profile = base\n", &address);
            }),
            ("another file", |_, home| {
                let config = fs::read_to_string(home.path(".aws/config")).unwrap();
                home.put("config", &config);
                home.set("AWS_CONFIG_FILE", "~/config");
                // Another file is another entry.
                fs::remove_file(home.kept().remove(0)).unwrap();
            }),
            ("the address of everything", |server, home| {
                home.set("AWS_ENDPOINT_URL", &format!("{}/y", server.address));
            }),
            ("the address of STS", |server, home| home.set("AWS_ENDPOINT_URL_STS", &format!("{}/y", server.address))),
        ],
    );
    each_asks_anew(
        role,
        variables![
            "AWS_ACCESS_KEY_ID" = "AKIAENV",
            "AWS_SECRET_ACCESS_KEY" = "z",
            "AWS_SESSION_TOKEN" = "z",
            "AWS_PROFILE" = "other",
            "AWS_REGION" = "us-west-2",
            "AWS_DEFAULT_REGION" = "us-west-2",
            "AWS_ROLE_ARN" = "arn:aws:iam::123456789012:role/ops",
            "AWS_ROLE_SESSION_NAME" = "ann",
            "AWS_WEB_IDENTITY_TOKEN_FILE" = "/nowhere",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" = "/a",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI" = "http://127.0.0.1:1/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN" = "z",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" = "/nowhere",
            "AWS_EC2_METADATA_DISABLED" = "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT" = "http://127.0.0.1:1",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE" = "IPv6",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" = "false",
            "AWS_STS_REGIONAL_ENDPOINTS" = "legacy",
            "AWS_USE_FIPS_ENDPOINT" = "false",
            "AWS_USE_DUALSTACK_ENDPOINT" = "false",
            "AWS_DEFAULTS_MODE" = "legacy",
            "AWS_ACCOUNT_ID" = "123456789012",
            "AWS_LOGIN_CACHE_DIRECTORY" = "/nowhere",
            "AWS_SOMETHING_OF_LATER" = "z",
            "NO_PROXY" = "127.0.0.1",
            "no_proxy" = "127.0.0.1",
        ],
    );
}

#[test]
fn a_token_that_was_replaced_leads_to_another_question() {
    let start = || {
        let server = Server::start();
        let home = server.home("");
        let file = home.path("token").display().to_string();
        home.put("token", "the token of ann");
        home.put(
            ".aws/config",
            &of_role("").replace("source_profile = base", &format!("web_identity_token_file = {file}")),
        );
        (server, home)
    };
    each_asks_anew(
        start,
        &[
            ("another token of the same length, and no older", |_, home| {
                let before = fs::metadata(home.path("token")).unwrap().modified().unwrap();
                home.put("token", "the token of bob");
                fs::File::open(home.path("token")).unwrap().set_modified(before).unwrap();
            }),
            ("the name of the session", |_, home| home.edit(".aws/config", "region", "role_session_name = x\nregion")),
            ("a link to another file", |_, home| {
                home.put("other", "the token of eve");
                fs::remove_file(home.path("token")).unwrap();
                std::os::unix::fs::symlink("other", home.path("token")).unwrap();
            }),
        ],
    );
}

#[test]
fn another_container_leads_to_another_question() {
    let start = || {
        let server = Server::start();
        let home = server.home(&of_role("").replace("source_profile = base", "credential_source = EcsContainer"));
        home.put("token", "one");
        let file = home.path("token").display().to_string();
        let home = home.with("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file);
        let address = format!("{}/container", server.address);
        (server, home.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address))
    };
    each_asks_anew(
        start,
        &[
            ("its address", |server, home| {
                home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/container/2", server.address));
            }),
            ("its token", |_, home| home.put("token", "two")),
        ],
    );
}

#[test]
fn another_sign_in_leads_to_another_question() {
    let start = || {
        let server = Server::start();
        let home = server.home(SSO);
        home.put(SIGN_IN, &format!("{{\"accessToken\": \"ann\", \"expiresAt\": \"{}\"}}", ending(HOUR)));
        (server, home)
    };
    each_asks_anew(
        start,
        &[
            ("another person, as fast and with as many letters", |_, home| {
                let before = fs::metadata(home.path(SIGN_IN)).unwrap().modified().unwrap();
                home.edit(SIGN_IN, "ann", "bob");
                fs::File::open(home.path(SIGN_IN)).unwrap().set_modified(before).unwrap();
            }),
            ("another account", |_, home| home.edit(".aws/config", "sso_account_id = 1", "sso_account_id = 2")),
            ("the session", |_, home| home.edit(".aws/config", "awsapps.com/start", "awsapps.com/other")),
        ],
    );
}

#[test]
fn what_has_no_part_in_it_leads_to_no_question() {
    let (server, mut home) = role();
    home.dev();
    for (what, change) in [
        (
            "a comment",
            (|_, home| home.edit(".aws/config", "[profile dev]", "# of no meaning\n[profile dev]"))
                as fn(&Server, &mut Home),
        ),
        ("another profile", |_, home| home.put(".aws/credentials", "[other]\naws_access_key_id = AKIA\n")),
        ("a sign-in that it does not use", |_, home| home.put(SIGN_IN, "{}")),
        ("how the AWS CLI prints", |_, home| home.set("AWS_PAGER", "less")),
        ("a variable of somebody else's", |_, home| home.set("TERM", "xterm")),
        ("the time of a file", |_, home| {
            let text = fs::read_to_string(home.path(".aws/config")).unwrap();
            home.put(".aws/config", &text);
        }),
    ] {
        change(&server, &mut home);
        assert_eq!((home.dev().user(), server.asked()), ("ASIAAssumeRole%t", 1), "{what}");
    }
}

#[test]
fn a_sign_in_of_another_person_meanwhile_is_not_taken_for_the_one_that_was_asked_with() {
    let server = Server::start();
    let home = server.home(SSO);
    home.put(SIGN_IN, &format!("{{\"accessToken\": \"ann\", \"expiresAt\": \"{}\"}}", ending(HOUR)));
    // The portal answers when the next one has signed in.
    *server.meanwhile.lock().unwrap() = Some((home.path(SIGN_IN), "ann", "bob"));
    home.dev();
    assert!(home.kept().is_empty());
    home.dev();
    assert_eq!(server.asked(), 2);
    twice(&server, &home, "ASIASSO", 2);
}

#[test]
fn what_ends_within_a_minute_or_must_not_be_kept_is_not() {
    for (role, arguments) in
        [("role/lasts-50", &["--profile", "dev"][..]), ("role/dev", &["--no-cache", "--profile", "dev"])]
    {
        let server = Server::start();
        let home = server.home(&ROLE.replace("role/dev", role));
        for asked in 1..3 {
            assert_eq!(
                (home.get(arguments).user(), server.asked()),
                ("ASIAAssumeRole%t", asked),
                "{role} {arguments:?}"
            );
        }
        assert!(home.kept().is_empty());
    }
}

#[test]
fn what_somebody_else_could_have_written_is_not_believed() {
    let (server, home) = role();
    home.dev();
    let asks = |count: usize, why: &str| {
        assert_eq!((home.dev().user(), server.asked()), ("ASIAAssumeRole%t", count), "{why}");
    };
    let path = home.kept().remove(0);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    asks(2, "a file that others may read");
    let whole = fs::read_to_string(&path).unwrap();
    let earlier = whole.replace("credentials 2\n", "credentials 1\n");
    for (broken, count) in [("", 3), (&whole[..whole.len() - 1], 4), (&format!("{whole}more\n"), 5), (&earlier, 6)] {
        fs::write(&path, broken).unwrap();
        asks(count, broken);
    }
    fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    asks(7, "a pipe is not waited for");
    asks(7, "and is gone");
    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    asks(8, "a folder of everybody");
    asks(9, "in which nothing is kept");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    let away = home.path("away");
    fs::rename(folder, &away).unwrap();
    std::os::unix::fs::symlink(&away, folder).unwrap();
    asks(10, "a link to a folder");
}

#[test]
fn helpers_that_are_called_at_once_ask_once() {
    let (server, home) = role();
    let children: Vec<_> =
        (0..8).map(|_| home.command(&["--profile", "dev", "get"]).spawn().expect("a process")).collect();
    for mut child in children {
        let _ = child.stdin.take().unwrap().write_all(REQUEST.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("username=ASIAAssumeRole%"));
    }
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_program_that_fails_is_told_in_a_line() {
    let home = Home::new("[profile dev]\ncredential_process = sh -c 'echo no luck >&2; exit 7'\n");
    home.dev().refused(&["The credential_process of the profile “dev” failed.", "no luck", "by hand"]);
    let ended = Home::of_process(Some(Duration::ZERO));
    ended.dev().refused(&["ended"]);
    assert!(ended.kept().is_empty());
}

/// A server for SSO, STS and containers on a loopback port: it counts, and answers by the path.
struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
    /// A file in which a text is replaced before the next answer.
    meanwhile: Arc<Mutex<Option<Edit>>>,
}

/// A file, a text in it, and another one.
type Edit = (PathBuf, &'static str, &'static str);

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let meanwhile = Arc::new(Mutex::new(None::<Edit>));
        let changed = meanwhile.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap() == 0 || line.trim().is_empty() {
                        break;
                    }
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                if head.is_empty() {
                    continue;
                }
                counted.fetch_add(1, Ordering::Relaxed);
                if let Some((file, old, new)) = changed.lock().unwrap().take() {
                    fs::write(&file, fs::read_to_string(&file).unwrap().replace(old, new)).unwrap();
                }
                let body = String::from_utf8_lossy(&body);
                let (status, body) = match refused(&body) {
                    Some(error) => ("403 Forbidden", error),
                    None => ("200 OK", given(&head, &body)),
                };
                let mut text = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
                let _ = write!(text, "content-length: {}\r\n\r\n{body}", body.len());
                let _ = stream.write_all(text.as_bytes());
            }
        });
        Self { address, asked, meanwhile }
    }

    fn home(&self, config: &str) -> Home {
        Home::new(&config.replace("SERVER", &self.address)).with("AWS_ENDPOINT_URL", &self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn refused(body: &str) -> Option<String> {
    let (code, message) = if body.contains("denied") {
        ("AccessDenied", "User: base is not authorized to perform: sts:AssumeRole")
    } else if body.contains("clock") {
        let message =
            "Signature expired: 20260102T030405Z is now earlier than 20260102T030605Z (20260102T032105Z - 15 min.)";
        ("SignatureDoesNotMatch", message)
    } else {
        return None;
    };
    Some(format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    ))
}

fn given(head: &str, body: &str) -> String {
    // A role may be called by how many seconds it lasts.
    let lasts = body.split("lasts-").nth(1).and_then(|rest| rest.split('&').next()?.parse().ok());
    let ends = ending(lasts.map_or(HOUR, Duration::from_secs));
    if head.starts_with("GET /federation/credentials") {
        let milliseconds = (OffsetDateTime::now_utc() + HOUR).unix_timestamp() * 1000;
        format!(
            "{{\"roleCredentials\": {{\"accessKeyId\": \"ASIASSO\", \"secretAccessKey\": \"s\", \"sessionToken\": \"t\", \"expiration\": {milliseconds}}}}}"
        )
    } else if head.starts_with("GET /container") {
        format!(
            "{{\"AccessKeyId\": \"ASIACONTAINER\", \"SecretAccessKey\": \"s\", \"Token\": \"t\", \"Expiration\": \"{ends}\"}}"
        )
    } else {
        let action = if body.contains("WithWebIdentity") { "AssumeRoleWithWebIdentity" } else { "AssumeRole" };
        format!(
            "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials><AccessKeyId>ASIA{action}</AccessKeyId>\
             <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{ends}</Expiration></Credentials>\
             <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/dev/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser></{action}Result></{action}Response>"
        )
    }
}

/// Asks twice: the second time, nobody is asked.
fn twice(server: &Server, home: &Home, user: &str, asked: usize) {
    for time in ["first", "second"] {
        let answer = home.dev();
        assert!(answer.out.starts_with(&format!("username={user}%t\n")), "{time} time: {answer:?}");
        assert_eq!(server.asked(), asked, "{time} time");
    }
}

#[test]
fn roles_are_taken_on_once() {
    let server = Server::start();
    let keys = "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n";
    let role = "role_arn = arn:aws:iam::123456789012:role/dev\nregion = us-east-1\n";
    let home = server.home(&format!("{keys}[profile dev]\n{role}source_profile = base\n"));
    twice(&server, &home, "ASIAAssumeRole", 1);
    let chain =
        format!("{keys}[profile dev]\n{role}source_profile = mid\n[profile mid]\n{role}source_profile = base\n");
    twice(&server, &server.home(&chain), "ASIAAssumeRole", 3);
    let spaced =
        format!("{keys}[profile 'a b']\n{role}source_profile = base\n[profile \"c d\"]\n{role}source_profile = a b\n");
    for name in ["a b", "c d"] {
        let answer = server.home(&spaced).get(&["--profile", name]);
        assert_eq!(answer.user(), "ASIAAssumeRole%t", "{answer:?}");
    }
    for (name, more, words) in [
        ("denied", "mfa_serial = m\n", "nobody can be asked for the code"),
        ("denied", "", "is not authorized"),
        ("clock", "", "The clock of this computer is 17 minutes behind AWS's."),
    ] {
        let role = role.replace("role/dev", &format!("role/{name}"));
        server.home(&format!("{keys}[profile dev]\n{role}source_profile = base\n{more}")).dev().refused(&[words]);
    }
}

#[test]
fn an_sso_session_gives_credentials_once_and_is_named_when_it_has_ended() {
    let server = Server::start();
    let home = server.home(SSO);
    home.dev().refused(&["session", "aws sso login --profile dev"]);
    let token = format!("{{\"accessToken\": \"a\", \"expiresAt\": \"{}\"}}", ending(HOUR));
    home.put(SIGN_IN, &token);
    twice(&server, &home, "ASIASSO", 1);
    fs::remove_file(home.path(SIGN_IN)).unwrap();
    home.dev().refused(&["aws sso login --profile dev"]);
}

#[test]
fn a_login_of_the_aws_cli_is_used_and_named_when_it_is_missing() {
    let home = Home::new("[profile dev]\nlogin_session = arn:aws:iam::123456789012:user/ann\nregion = us-east-1\n");
    home.dev().refused(&["aws login --profile dev"]);
    // The name is the SHA-256 of the session's.
    let name = hex::encode(sha2::Sha256::digest("arn:aws:iam::123456789012:user/ann"));
    let token = format!(
        "{{\"accessToken\": {{\"accessKeyId\": \"ASIALOGIN\", \"secretAccessKey\": \"s\", \"sessionToken\": \"t\", \
         \"accountId\": \"123456789012\", \"expiresAt\": \"{}\"}}, \"tokenType\": \"aws_sigv4\", \"refreshToken\": \"r\", \
         \"idToken\": \"i\", \"clientId\": \"c\", \"dpopKey\": \"k\"}}",
        ending(HOUR)
    );
    home.put(&format!(".aws/login/cache/{name}.json"), &token);
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIALOGIN%t", "ASIALOGIN%t"]);
    assert_eq!(home.kept().len(), 1);
}

#[test]
fn a_token_file_and_a_container_give_a_role_once() {
    let server = Server::start();
    let role = "role_arn = arn:aws:iam::123456789012:role/dev\nregion = us-east-1\n";
    let home = server.home(&format!("[profile dev]\n{role}web_identity_token_file = /dev/null\n"));
    home.put("token", "a token");
    let file = home.path("token").display().to_string();
    home.put(".aws/config", &format!("[profile dev]\n{role}web_identity_token_file = {file}\n"));
    twice(&server, &home, "ASIAAssumeRoleWithWebIdentity", 1);
    let home = server.home(&format!("[profile dev]\n{role}credential_source = EcsContainer\n"));
    let home = home.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/container", server.address));
    twice(&server, &home, "ASIAAssumeRole", 3);
}

#[test]
fn nobody_at_the_address_is_told_in_a_line() {
    let address = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let config = "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n\
                  [profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\nregion = us-east-1\nsource_profile = base\n";
    Home::new(config).with("AWS_ENDPOINT_URL", &address).dev().refused(&["Check the connection"]);
}

#[test]
fn by_its_name_for_git_it_is_the_helper_and_nothing_else() {
    let home = Home::of_process(Some(HOUR));
    let link = home.path("git-credential-codecommit");
    std::os::unix::fs::symlink(PROGRAM, &link).unwrap();
    home.put("gitconfig", "[credential]\n\thelper = codecommit --profile dev\n\tUseHttpPath = true\n");
    let git = || {
        let mut git = Command::new("git");
        git.args(["credential", "fill"]).env_clear().current_dir(home.folder.path());
        git.env("HOME", home.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.path("gitconfig"));
        git.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", home.folder.path().display()));
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        git
    };
    assert_eq!(answer(git()).user(), "ASIA1%t/+=");
    home.put("gitconfig", "[credential]\n\thelper = codecommit --profile gone\n\tUseHttpPath = true\n");
    let refused = answer(git());
    assert!(refused.out.is_empty() && refused.err.contains("The profile gone is in neither"), "{refused:?}");
    assert!(
        refused.err.contains("told us to quit") && !refused.err.contains("Username"),
        "nobody is asked: {refused:?}"
    );
    let mut wrong = Command::new(&link);
    wrong.arg("--nonsense").env_clear();
    let output = wrong.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("credential-helper"));
}
