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
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    let home = Home::of_process(Some(HOUR));
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIA1%t/+=", "ASIA1%t/+="]);
    let kept = home.kept();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((kept.len(), mode(&kept[0]), mode(&kept[0].parent().unwrap().into())), (1, 0o600, 0o700));
    let elsewhere = Home { variables: vec![("XDG_CACHE_HOME".into(), home.path("x").display().to_string())], ..home };
    assert_eq!(elsewhere.dev().user(), "ASIA2%t/+=");
    assert!(elsewhere.path("x/codecommit-setup/credentials").is_dir());
}

#[test]
fn the_password_dies_with_the_session() {
    let home = Home::of_process(Some(Duration::from_mins(5)));
    let answer = home.dev();
    let dies: i64 = answer.line("password_expiry_utc=").parse().unwrap();
    let left = dies - OffsetDateTime::now_utc().unix_timestamp();
    assert!((200..=300).contains(&left), "{left}");
    assert_eq!(home.dev().line("password_expiry_utc="), dies.to_string(), "kept with the credentials");
}

#[test]
fn what_was_changed_is_asked_for_again() {
    let home = Home::of_process(Some(HOUR));
    assert_eq!(home.dev().user(), "ASIA1%t/+=");
    let config = fs::read_to_string(home.path(".aws/config")).unwrap();
    home.put(".aws/config", &format!("# of no meaning\n{config}[profile other]\nregion = us-east-1\n"));
    assert_eq!(home.dev().user(), "ASIA1%t/+=");
    home.put(".aws/config", &format!("{config}region = eu-west-1\n"));
    assert_eq!(home.dev().user(), "ASIA2%t/+=");
    home.put(".aws/credentials", "[dev]\nregion = eu-west-1\n");
    assert_eq!(home.dev().user(), "ASIA3%t/+=");
    home.put(".aws/sso/cache/0123.json", "a login");
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIA4%t/+=", "ASIA4%t/+="]);
    fs::remove_file(home.path(".aws/sso/cache/0123.json")).unwrap();
    assert_eq!(home.dev().user(), "ASIA5%t/+=", "signed out");
    assert_eq!(home.kept().len(), 1);
}

#[test]
fn what_ends_within_a_minute_or_never_or_must_not_be_kept_is_not() {
    for (lasting, arguments) in [
        (Some(Duration::from_secs(50)), &["--profile", "dev"][..]),
        (None, &["--profile", "dev"]),
        (Some(HOUR), &["--no-cache", "--profile", "dev"]),
    ] {
        let home = Home::of_process(lasting);
        assert_eq!(home.get(arguments).user(), "ASIA1%t/+=");
        assert_eq!(home.get(arguments).user(), "ASIA2%t/+=", "{lasting:?} {arguments:?}");
    }
    assert_eq!(Home::of_process(None).kept().len(), 0);
}

#[test]
fn what_somebody_else_could_have_written_is_not_believed() {
    let home = Home::of_process(Some(HOUR));
    home.dev();
    let path = home.kept().remove(0);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(home.dev().user(), "ASIA2%t/+=");
    let whole = fs::read_to_string(&path).unwrap();
    for (broken, count) in [("", 3), (&whole[..whole.len() - 1], 4), (&format!("{whole}more\n"), 5)] {
        fs::write(&path, broken).unwrap();
        assert_eq!(home.dev().user(), format!("ASIA{count}%t/+="));
    }
    fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIA6%t/+=", "ASIA6%t/+="], "a pipe is not waited for");
    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    fs::write(&path, "").unwrap();
    assert_eq!([home.dev().user(), home.dev().user()], ["ASIA7%t/+=", "ASIA8%t/+="], "a folder of everybody");
}

#[test]
fn helpers_that_are_called_at_once_ask_once() {
    let home = Home::of_process(Some(HOUR));
    let children: Vec<_> =
        (0..8).map(|_| home.command(&["--profile", "dev", "get"]).spawn().expect("a process")).collect();
    for mut child in children {
        let _ = child.stdin.take().unwrap().write_all(REQUEST.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("username=ASIA1%"));
    }
}

#[test]
fn a_program_that_fails_is_told_in_a_line() {
    let home = Home::new("[profile dev]\ncredential_process = sh -c 'echo no luck >&2; exit 7'\n");
    home.dev().refused(&["The profile “dev” gives no credentials.", "no luck", "by hand"]);
    let ended = Home::of_process(Some(Duration::ZERO));
    ended.dev().refused(&["ended"]);
    assert!(ended.kept().is_empty());
}

/// A server for SSO, STS and containers on a loopback port: it counts, and answers by the path.
struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
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
        Self { address, asked }
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
    let ends = ending(HOUR);
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
    let config = "[profile dev]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
                  [sso-session s]\nsso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start\n";
    let home = server.home(config);
    home.dev().refused(&["session", "aws sso login --profile dev"]);
    // The name is the SHA-1 of `s`, the session's.
    let token = format!("{{\"accessToken\": \"a\", \"expiresAt\": \"{}\"}}", ending(HOUR));
    home.put(".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json", &token);
    twice(&server, &home, "ASIASSO", 1);
    fs::remove_file(home.path(".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json")).unwrap();
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
