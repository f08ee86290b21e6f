//! A sandbox that a test is in, and the programs that run in it: the real AWS CLI, git, the AWS SDK, and `moto` beside
//! it.
//!
//! Deliberately absent: anything of the product but the sandbox.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "the module is a part of several programs")]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use aws_sdk_iam::{
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use codecommit_setup::sandbox::{Options, Sandbox, Trouble};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

pub const ENOUGH: Duration = Duration::from_mins(1);

/// A running sandbox in a folder of the test's own.
pub struct Inside {
    pub sandbox: Sandbox,
    _parent: TempDir,
}

/// What a program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).expect("JSON")
    }

    pub fn fails_with(&self, text: &str) {
        assert!(self.code != 0 && self.err.contains(text), "{text:?} in {self:?}");
    }
}

impl Inside {
    pub async fn start(trouble: &[Trouble]) -> Self {
        Self::with(Options { trouble: trouble.to_vec(), ..Options::default() }).await
    }

    /// A sandbox with an identity of every kind.
    pub async fn with_identities(trouble: &[Trouble]) -> Self {
        Self::with(Options { identities: true, trouble: trouble.to_vec(), ..Options::default() }).await
    }

    async fn with(options: Options) -> Self {
        let parent = TempDir::new().expect("a temporary folder");
        let options = Options { parent: Some(parent.path().to_owned()), ..options };
        Self { sandbox: Sandbox::start(&options).await.expect("a sandbox"), _parent: parent }
    }

    pub async fn run(&self, program: impl AsRef<Path>, args: &[&str]) -> Said {
        let command = Command::new(program.as_ref())
            .args(args)
            .env_clear()
            .envs(self.sandbox.environment(outside()))
            .current_dir(self.sandbox.home())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        Said::of(&timeout(ENOUGH, command).await.expect("an answer in time").expect("a program that runs"))
    }

    pub async fn aws(&self, args: &[&str]) -> Said {
        self.run(aws_cli(), args).await
    }

    /// Runs git with the AWS CLI's credential helper for a profile.
    pub async fn git(&self, profile: &str, args: &[&str]) -> Said {
        let helper =
            format!("credential.helper=!'{}' --profile {profile} codecommit credential-helper $@", aws_cli().display());
        let mut all = vec!["-c", &helper, "-c", "credential.UseHttpPath=true"];
        all.extend(args);
        self.run("git", &all).await
    }

    /// The keys of a profile, as the file of the home folder has them.
    pub fn credentials(&self, profile: &str) -> Credentials {
        let text = fs::read_to_string(self.sandbox.home().join(".aws/credentials")).expect("a credentials file");
        let section =
            text.split('[').find_map(|section| section.strip_prefix(&format!("{profile}]"))).expect("a profile");
        let values: BTreeMap<&str, &str> = section.lines().filter_map(|line| line.split_once(" = ")).collect();
        let token = values.get("aws_session_token").map(|token| (*token).to_owned());
        Credentials::new(values["aws_access_key_id"], values["aws_secret_access_key"], token, None, "test")
    }

    pub fn world(&self, profile: &str) -> Aws {
        Aws { endpoint: self.sandbox.endpoint(), region: "us-east-2", credentials: self.credentials(profile) }
    }

    pub async fn attach(&self, policy: &str) {
        let iam = self.world("admin").iam();
        iam.attach_user_policy().user_name("new-developer").policy_arn(policy).send().await.expect("attached");
    }
}

/// Where SDK clients go, and with which keys.
pub struct Aws {
    pub endpoint: String,
    pub region: &'static str,
    pub credentials: Credentials,
}

macro_rules! client {
    ($name:ident, $crate_name:ident) => {
        pub fn $name(&self) -> $crate_name::Client {
            let config = $crate_name::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.region))
                .http_client(aws_smithy_http_client::Builder::new().build_http())
                .endpoint_url(&self.endpoint)
                .credentials_provider(self.credentials.clone())
                .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
                .build();
            $crate_name::Client::from_conf(config)
        }
    };
}

impl Aws {
    client!(iam, aws_sdk_iam);
    client!(sts, aws_sdk_sts);
    client!(codecommit, aws_sdk_codecommit);
}

/// The environment of a shell that is not hermetic at all.
pub fn outside() -> Vec<(OsString, OsString)> {
    let path = std::env::var_os("PATH").expect("a PATH");
    let traps = [
        ("AWS_PROFILE", "nobody"),
        ("AWS_ACCESS_KEY_ID", "AKIAOUTSIDE"),
        ("GIT_CONFIG_GLOBAL", "/nowhere"),
        ("https_proxy", "http://127.0.0.1:9"),
        ("HOME", "/nowhere"),
        ("LANG", "C.UTF-8"),
    ];
    let mut environment = vec![("PATH".into(), path), ("GIT_TERMINAL_PROMPT".into(), "0".into())];
    environment.extend(traps.map(|(name, value)| (name.into(), value.into())));
    environment
}

pub fn test_tool(name: &str) -> PathBuf {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin").join(name);
    assert!(
        tool.exists(),
        "{} is missing: python3 -m venv target/test-tools, then pip install awscli 'moto[server]'",
        tool.display()
    );
    tool
}

pub fn aws_cli() -> PathBuf {
    test_tool("aws")
}

pub fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or("no code").to_owned()
}

/// A moto of the test's own, and the process that it is.
pub async fn moto() -> (Aws, Child) {
    let port =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).expect("a port").port();
    let home = TempDir::new().expect("a temporary folder");
    let process = Command::new(test_tool("moto_server"))
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .env_clear()
        .envs([
            ("HOME", home.path().as_os_str()),
            ("PATH", "/usr/bin:/bin".as_ref()),
            ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true".as_ref()),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("moto");
    let up = async {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            tick.tick().await;
        }
    };
    timeout(ENOUGH, up).await.expect("moto answers in time");
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test");
    (Aws { endpoint: format!("http://127.0.0.1:{port}"), region: "us-east-2", credentials }, process)
}
