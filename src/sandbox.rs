//! An AWS on this machine only: STS, IAM and CodeCommit on a loopback port, git over TLS with CodeCommit's own
//! password check, and a throw-away home folder. What runs in it uses the same addresses, files and programs as in
//! earnest; its environment alone sends it here.
//!
//! - `trouble`: what a sandbox is told when it is started; `launch`: running a program inside it; `keeper`: what ends it when
//!   its process is killed;
//! - `world` with `account` and `sessions`: what exists, `policies`: what may be done, `random`: keys and identifiers;
//! - `seed`: what it begins with; `identities` and `profiles`: one of every kind besides, when wanted;
//! - `api` with `sts`, `iam` and `codecommit` (`query`: their XML), and `rest` with `portal`, `oidc`, `login` and
//!   `machine`: the API; `callers` and `sigv4`: the signatures of requests and of git passwords;
//! - `faults`: known ways in which a set-up breaks;
//! - `proxy` with `certificates` and `git_server`: git's way to the repositories; `git_programs`: the git that serves.
//!
//! Deliberately absent: anything of the product but its names, so that it proves what the product does; and every
//! connection to another machine.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};

mod account;
mod api;
mod callers;
mod certificates;
mod codecommit;
mod faults;
mod git_programs;
mod git_server;
mod iam;
mod identities;
mod keeper;
pub mod launch;
mod login;
mod machine;
mod oidc;
mod policies;
mod portal;
mod profiles;
mod proxy;
mod query;
mod random;
mod rest;
mod seed;
mod sessions;
mod sigv4;
mod sts;
mod terminal;
mod trouble;
mod world;

pub use faults::{Fault, UnknownFault, faults, list_of_faults};
pub use git_programs::git_on_path;
pub use sts::MFA_CODE;
pub use trouble::{Options, Trouble, UnknownTrouble};

use crate::wizard::secret::Secret;
use certificates::Certificates;
use faults::{Changes, SetUp};
use git_programs::GitPrograms;
use keeper::Keeper;
use world::World;

/// How long is waited before something that failed for want of resources is tried again.
const BREATH: Duration = Duration::from_millis(20);

/// Why a sandbox cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// There is no git to serve repositories with.
    #[error("The sandbox needs git, and there is none on PATH. Install git, then try again.")]
    GitMissing,
    /// This git came without its HTTP server.
    #[error(
        "The sandbox needs git-http-backend, which is not in {}. Some systems have it in a package of its own, such as git-daemon.", .0.display()
    )]
    NoHttpBackend(PathBuf),
    /// Git could not make a repository.
    #[error("Git did not make the repositories of the sandbox: {0}")]
    Git(#[source] io::Error),
    /// The throw-away folder could not be made, filled or removed.
    #[error("The folder of the sandbox: {0}")]
    Folder(#[source] io::Error),
    /// There is no loopback port to listen on.
    #[error("The sandbox found no port on this machine to listen on: {0}")]
    Port(#[source] io::Error),
    /// The program to be run inside could not be started or waited for.
    #[error("The program in the sandbox could not be run: {0}")]
    Program(#[source] io::Error),
    /// A certificate could not be made.
    #[error("The sandbox could not make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate could not be used.
    #[error("The sandbox could not set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The system has no random numbers.
    #[error("The system gives no random numbers.")]
    NoRandomness,
}

/// A sandbox that is running: dropped, it stops and, unless it is to be kept, removes its folder.
#[derive(Debug)]
pub struct Sandbox {
    // Stops the servers when dropped, which must come before the folder goes.
    servers: JoinSet<()>,
    folder: TempDir,
    // Dropped after the folder, which it would delete as well.
    keeper: Keeper,
    root: PathBuf,
    keep: bool,
    identities: bool,
    api: SocketAddr,
    proxy: SocketAddr,
    world: Arc<World>,
    fault: Option<&'static Fault>,
    changes: Changes,
}

impl Sandbox {
    /// Starts a sandbox; within a Tokio runtime, which serves it from then on.
    ///
    /// # Errors
    /// Says what is missing on this machine.
    pub async fn start(options: &Options) -> Result<Self, SandboxError> {
        let options = &with_fault(options);
        let git = GitPrograms::find().await?;
        let mut folder = private_folder(options).map_err(SandboxError::Folder)?;
        folder.disable_cleanup(options.keep);
        let root = folder.path().canonicalize().map_err(SandboxError::Folder)?;
        let keeper = Keeper::of(&root, options.keep);
        let accounts = seed::accounts(options)?;
        let world = Arc::new(World::new(root.join("repositories"), git, accounts, &options.trouble));
        seed::repositories(&world).await?;
        seed::home(&root, &world, options)?;
        let certificates = Arc::new(Certificates::new(world.now())?);
        std::fs::write(root.join("ca.pem"), certificates.authority_pem()).map_err(SandboxError::Folder)?;
        let (api, api_address) = listen().await?;
        let (proxy, proxy_address) = listen().await?;
        let changes = match options.fault {
            Some(fault) => {
                let way = format!("http://{proxy_address}");
                let set_up = SetUp::make(&root, &world, way, options).await;
                set_up.and_then(|set_up| set_up.broken(fault)).map_err(SandboxError::Folder)?
            }
            None => Changes::default(),
        };
        let mut servers = JoinSet::new();
        servers.spawn(api::serve(api, Arc::clone(&world)));
        servers.spawn(proxy::serve(proxy, Arc::clone(&world), certificates));
        let (keep, identities, fault) = (options.keep, options.identities, options.fault);
        let (api, proxy) = (api_address, proxy_address);
        Ok(Self { servers, folder, keeper, root, keep, identities, api, proxy, world, fault, changes })
    }

    /// Has a program that runs inside end with the sandbox, also where the sandbox's process is killed; `None` when it ended.
    pub fn end_with(&mut self, program: Option<u32>) {
        self.keeper.watch(program);
    }

    /// The throw-away folder that everything is in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home folder of those who work in the sandbox.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Where a program starts: in the home folder, or in the clone that was made before something broke.
    pub fn start_folder(&self) -> PathBuf {
        self.changes.folder.clone().unwrap_or_else(|| self.home())
    }

    /// The address of the API, for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.api)
    }

    /// The address of the proxy that git goes through, for `http.proxy`.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.proxy)
    }

    /// The certificate authority that git is to trust, a PEM file.
    pub fn ca_file(&self) -> PathBuf {
        self.root.join("ca.pem")
    }

    /// The access key ID and the secret of a user who is in no file of the home folder, to be typed in.
    pub fn spare_key(&self) -> (String, Secret) {
        seed::spare_key(&self.world)
    }

    /// The static Git credentials of a user, which are in no file of the home folder: user name and password.
    pub fn git_credentials(&self) -> Option<(String, Secret)> {
        seed::git_credentials(&self.world)
    }

    /// The file that holds the spare key in the form that the IAM console gives out.
    pub fn spare_key_file(&self) -> PathBuf {
        self.root.join(format!("{}.csv", seed::SPARE))
    }

    /// The whole environment of a program that runs in the sandbox, made from that of its parent.
    pub fn environment(&self, parent: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
        let home = self.home();
        let temporary = self.root.join("tmp");
        let ours: [(&str, OsString); 9] = [
            ("HOME", home.clone().into()),
            ("PWD", home.into()),
            ("TMPDIR", temporary.into()),
            ("AWS_ENDPOINT_URL", self.endpoint().into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_COUNT", "1".into()),
            ("GIT_CONFIG_KEY_0", "http.proxy".into()),
            ("GIT_CONFIG_VALUE_0", self.proxy().into()),
            ("GIT_SSL_CAINFO", self.ca_file().into()),
        ];
        let mut environment: Vec<_> = parent.into_iter().filter(|(name, _)| !is_left_out(name)).collect();
        environment.extend(ours.map(|(name, value)| (OsString::from(name), value)));
        let endpoint = self.endpoint();
        let of_machine = if self.identities {
            let container = format!("{endpoint}{}", machine::CONTAINER_PATH);
            vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", container)]
        } else {
            vec![("AWS_EC2_METADATA_DISABLED", "true".to_owned())]
        };
        environment.extend(of_machine.into_iter().map(|(name, value)| (name.into(), value.into())));
        for (name, value) in &self.changes.variables {
            environment.retain(|(other, _)| other != name);
            environment.extend(value.clone().map(|value| (name.clone(), value)));
        }
        environment
    }

    /// Says where everything is and who can do what.
    pub fn describe(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "A sandbox: an AWS on this machine only. Nothing leaves it, and no account is needed.")?;
        writeln!(out, "  folder    {}", self.root.display())?;
        writeln!(out, "  home      {}", self.home().display())?;
        writeln!(out, "  API       {}", self.endpoint())?;
        writeln!(out, "  git       {} (a proxy for the hosts of CodeCommit)", self.proxy())?;
        let may = if self.fault.is_some() { "may clone and push" } else { "may do nothing yet" };
        writeln!(out, "  profiles  default ({}: {may})", seed::NEW_DEVELOPER)?;
        writeln!(out, "            admin ({}: may do everything)", seed::ADMIN)?;
        writeln!(out, "            temporary (a session that may read)")?;
        if self.identities {
            writeln!(out, "            and one of every kind; the code of their second device is {MFA_CODE}")?;
        }
        writeln!(out, "  new key   {} (of {}, to be typed in)", self.spare_key_file().display(), seed::SPARE)?;
        if self.fault.is_some() {
            writeln!(
                out,
                "  fault     Git was set up here, with a clone in ~/src, and worked. One thing was broken since."
            )?;
            writeln!(out, "            Which one is told at the end.")?;
        }
        Ok(())
    }

    /// Stops the servers and removes the folder, or says where it was kept.
    ///
    /// # Errors
    /// What stood in the way of removing the folder.
    pub async fn close(mut self) -> Result<Option<PathBuf>, SandboxError> {
        self.servers.shutdown().await;
        if self.keep {
            return Ok(Some(self.root));
        }
        // A git that was cut off may need a moment to end, and could write until then.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.root).is_ok() || !self.root.exists() {
                break;
            }
            tokio::time::sleep(BREATH).await;
        }
        if self.root.exists() {
            return self.folder.close().map(|()| None).map_err(SandboxError::Folder);
        }
        self.folder.disable_cleanup(true);
        Ok(None)
    }
}

/// The options with what their fault brings along.
fn with_fault(options: &Options) -> Options {
    let mut options = options.clone();
    if let Some(fault) = options.fault {
        options.identities |= fault.identities;
        // A test holds that each is one.
        options.trouble.extend(fault.trouble.iter().filter_map(|text| text.parse().ok()));
    }
    options
}

/// Makes the throw-away folder, which nobody else on this machine can look into.
fn private_folder(options: &Options) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("codecommit-sandbox-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(options.parent.clone().unwrap_or_else(std::env::temp_dir))
}

async fn listen() -> Result<(TcpListener, SocketAddr), SandboxError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(SandboxError::Port)?;
    let address = listener.local_addr().map_err(SandboxError::Port)?;
    Ok((listener, address))
}

/// Whether a variable of the parent could lead a program out of the sandbox, or is set anew.
fn is_left_out(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    ["AWS_", "GIT_", "XDG_"].iter().any(|prefix| name.starts_with(prefix))
        || name.ends_with("_PROXY")
        || matches!(name.as_str(), "HOME" | "PWD" | "OLDPWD" | "TMPDIR" | "SSH_ASKPASS")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_could_lead_out_of_the_sandbox_is_left_out() {
        for name in ["AWS_PROFILE", "GIT_DIR", "https_proxy", "NO_PROXY", "XDG_STATE_HOME", "HOME"] {
            assert!(super::is_left_out(name.as_ref()), "{name}");
        }
        for name in ["PATH", "TERM", "NO_COLOR", "LANG", "HOMEBREW_PREFIX", "EDITOR"] {
            assert!(!super::is_left_out(name.as_ref()), "{name}");
        }
    }
}
