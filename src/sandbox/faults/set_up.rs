//! The set-up that works, which faults start from: a profile that may clone and push, Git configured for it, a clone.
//!
//! Deliberately absent: what breaks it.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::super::{
    Options,
    account::{AccessKey, Attached, Kind, Policies, User},
    policies::{Effect, Policy},
    seed::{ACCOUNT, BEGINNING, NEW_DEVELOPER, REGION, git_credentials, key_of, of_aws},
    sigv4,
    world::World,
};
use super::Fault;
use crate::wizard::{
    change::shell_path,
    names::{Region, RepositoryName},
    secret::Secret,
};

/// The repository that is cloned.
pub(super) const REPOSITORY: &str = "MyDemoRepo";
/// The host that it is at.
pub(super) const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";
/// The hosts that the section of the credential helper is for.
pub(super) const HOSTS: &str = "https://git-codecommit.*.amazonaws.com";

/// What a fault changes for the program that is run.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Changes {
    /// Variables that are set, and those that are taken away.
    pub(in super::super) variables: Vec<(OsString, Option<OsString>)>,
    /// Where it starts; the home folder when absent.
    pub(in super::super) folder: Option<PathBuf>,
}

/// A set-up, about to be broken.
pub(in super::super) struct SetUp<'a> {
    pub(super) world: &'a World,
    /// The address of the proxy that leads to the repositories.
    pub(super) proxy: String,
    root: &'a Path,
    /// Where programs are looked for.
    path: OsString,
    /// The command that answers git, without its options.
    program: Program,
    changes: Changes,
    /// Programs that are not to be found on PATH.
    hidden: Vec<&'static str>,
    stubs: bool,
}

/// The program that answers git.
enum Program {
    AwsCli,
    BuiltIn(String),
}

impl<'a> SetUp<'a> {
    /// Makes the set-up that works: the rights of the profile `default`, Git's configuration as the wizard would write
    /// it, and a clone.
    pub(in super::super) async fn make(
        root: &'a Path,
        world: &'a World,
        proxy: String,
        options: &Options,
    ) -> io::Result<Self> {
        let path = options.path.clone().or_else(|| std::env::var_os("PATH")).unwrap_or_default();
        let own = options.program.as_deref().filter(|_| which::which_in("aws", Some(&path), root).is_err());
        let program = own.map_or(Program::AwsCli, |path| Program::BuiltIn(shell_path(&path.to_string_lossy())));
        let mut set_up =
            Self { world, proxy, root, path, program, changes: Changes::default(), hidden: Vec::new(), stubs: false };
        set_up.attach("AWSCodeCommitPowerUser");
        set_up.pin("default")?;
        let (source, clone) = (set_up.bare(ACCOUNT, REGION, REPOSITORY)?, set_up.clone_folder());
        fs::create_dir(set_up.home("src"))?;
        world.git.clone_into(&source, &clone).await?;
        set_up.edit("src/MyDemoRepo/.git/config", &source.to_string_lossy(), &url(HOST, REPOSITORY))?;
        set_up.changes.folder = Some(clone);
        Ok(set_up)
    }

    /// Breaks it, and tells what that changes for the program that is run.
    pub(in super::super) fn broken(mut self, fault: &Fault) -> io::Result<Changes> {
        (fault.breaks)(&mut self)?;
        if self.stubs || !self.hidden.is_empty() {
            let path = self.changed_path()?;
            self.set("PATH", path);
        }
        if let Some(folder) = self.changes.folder.clone() {
            self.set("PWD", folder);
        }
        Ok(self.changes)
    }

    pub(super) fn home(&self, name: &str) -> PathBuf {
        self.root.join("home").join(name)
    }

    /// The file with the authority behind the sandbox's certificates.
    pub(super) fn authority(&self) -> PathBuf {
        self.root.join("ca.pem")
    }

    pub(super) fn clone_folder(&self) -> PathBuf {
        self.home("src").join(REPOSITORY)
    }

    /// Replaces a text in a file of the home folder, everywhere; the text must be there.
    pub(super) fn edit(&self, file: &str, from: &str, to: &str) -> io::Result<()> {
        let text = fs::read_to_string(self.home(file))?;
        if !text.contains(from) {
            return Err(io::Error::other(format!("{file} holds no {from}, so nothing can be broken there")));
        }
        fs::write(self.home(file), text.replace(from, to))
    }

    /// Adds lines at the end of a file of the home folder.
    pub(super) fn append(&self, file: &str, lines: &str) -> io::Result<()> {
        let text = fs::read_to_string(self.home(file)).unwrap_or_default();
        fs::write(self.home(file), text + lines)
    }

    /// Writes the configuration of git anew: who commits, then these lines.
    pub(super) fn gitconfig(&self, lines: &str) -> io::Result<()> {
        let user = "[user]\n\tname = New Developer\n\temail = new-developer@example.com\n";
        fs::write(self.home(".gitconfig"), format!("{user}{lines}"))
    }

    /// The value of `helper` for a profile; an empty one names none.
    pub(super) fn helper(&self, profile: &str) -> String {
        let option = if profile.is_empty() { String::new() } else { format!(" --profile {profile}") };
        match &self.program {
            Program::AwsCli => format!("!aws{option} codecommit credential-helper $@"),
            Program::BuiltIn(program) => config_value(&format!("!{program} credential-helper{option}")),
        }
    }

    /// The section as the wizard writes it, for a profile.
    pub(super) fn section(&self, profile: &str) -> String {
        section(HOSTS, &["helper =", &format!("helper = {}", self.helper(profile)), "UseHttpPath = true"])
    }

    /// Configures git for a profile as the wizard does.
    pub(super) fn pin(&self, profile: &str) -> io::Result<()> {
        self.gitconfig(&self.section(profile))
    }

    /// Configures git as the guide has it: one helper for every host.
    pub(super) fn pin_as_in_the_guide(&self, profile: &str) -> io::Result<()> {
        let helper = format!("helper = {}", self.helper(profile));
        self.gitconfig(&format!("[credential]\n\t{helper}\n\tUseHttpPath = true\n"))
    }

    /// Has the AWS CLI answer git, whether it is there or not.
    pub(super) fn with_aws_cli(&mut self) -> io::Result<()> {
        self.program = Program::AwsCli;
        self.pin("default")
    }

    /// Has an AWS CLI answer git that is there: a stand-in before our own helper where there is no other.
    pub(super) fn with_some_aws_cli(&mut self) -> io::Result<()> {
        if let Program::BuiltIn(program) = &self.program {
            self.stub("aws", &AWS.replace("PROGRAM", program))?;
        }
        self.with_aws_cli()
    }

    /// Moves the remote of the clone.
    pub(super) fn remote(&self, url_now: &str) -> io::Result<()> {
        self.edit("src/MyDemoRepo/.git/config", &url(HOST, REPOSITORY), url_now)
    }

    /// Takes the clone away; the program starts in the home folder then.
    pub(super) fn without_clone(&mut self) -> io::Result<()> {
        self.changes.folder = None;
        fs::remove_dir_all(self.home("src"))
    }

    /// Sets a variable of the environment.
    pub(super) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.changes.variables.push((name.into(), Some(value.into())));
    }

    /// Takes a variable out of the environment.
    pub(super) fn unset(&mut self, name: &str) {
        self.changes.variables.push((name.into(), None));
    }

    /// Puts a program, a shell script, before all others on PATH.
    pub(super) fn stub(&mut self, name: &str, script: &str) -> io::Result<PathBuf> {
        self.stubs = true;
        let path = self.folder("bin")?.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}"))?;
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        Ok(path)
    }

    /// Takes a program off PATH, wherever it is.
    pub(super) fn hide(&mut self, name: &'static str) {
        self.hidden.push(name);
    }

    /// Where a program really is.
    pub(super) fn real(&self, name: &str) -> io::Result<String> {
        let found = which::which_in(name, Some(&self.path), self.root);
        let path = found.map_err(|_| io::Error::other(format!("there is no {name} on PATH")))?;
        Ok(shell_path(&path.to_string_lossy()))
    }

    /// A folder beside the home folder, made when it is not there yet.
    pub(super) fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.root.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// PATH with the stubs first and without what is hidden: a folder that holds such a program is replaced by one with
    /// links to all the others in it.
    fn changed_path(&self) -> io::Result<OsString> {
        let mut folders = Vec::new();
        if self.stubs {
            folders.push(self.root.join("bin"));
        }
        for (number, folder) in std::env::split_paths(&self.path).enumerate() {
            if !self.hidden.iter().any(|name| folder.join(name).exists()) {
                folders.push(folder);
                continue;
            }
            let links = self.folder(&format!("path-{number}"))?;
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                if !self.hidden.iter().any(|name| entry.file_name() == *name) {
                    link(&entry.path(), &links.join(entry.file_name()))?;
                }
            }
            folders.push(links);
        }
        std::env::join_paths(folders).map_err(io::Error::other)
    }

    /// The access key of the developer.
    pub(super) fn key(&self) -> io::Result<AccessKey> {
        self.key_of(NEW_DEVELOPER)
    }

    /// The access key of a user.
    pub(super) fn key_of(&self, user: &str) -> io::Result<AccessKey> {
        let key = key_of(self.world, ACCOUNT, &Kind::User(user.to_owned()));
        key.ok_or_else(|| io::Error::other(format!("{user} has no access key")))
    }

    /// The static Git credentials of the developer: user name and password.
    pub(super) fn git_credentials(&self) -> io::Result<(String, Secret)> {
        let known = git_credentials(self.world);
        known.ok_or_else(|| io::Error::other(format!("{NEW_DEVELOPER} has no Git credentials")))
    }

    /// A password for git that was made from a key so many minutes ago.
    pub(super) fn password(&self, key: &AccessKey, minutes_ago: i64) -> Secret {
        let path = format!("/v1/repos/{REPOSITORY}");
        let when = self.world.now() - time::Duration::minutes(minutes_ago);
        Secret::new(sigv4::password(key.secret.expose(), [REGION, HOST, &path], when))
    }

    /// Attaches a managed policy of AWS to the developer.
    pub(super) fn attach(&self, policy: &str) {
        self.of_developer(|user| user.policies.attached.extend(of_aws(&[policy]).attached));
    }

    /// Takes all policies from the developer that it does not have as a member of a group.
    pub(super) fn detach_all(&self) {
        self.of_developer(|user| user.policies = Policies::default());
    }

    /// Gives the developer an inline policy with one statement on everything.
    pub(super) fn inline(&self, name: &str, effect: Effect, actions: &[&str]) {
        let policy = Policy::simple(name, effect, actions).into();
        self.of_developer(|user| user.policies.inline.push(Attached { policy, since: BEGINNING }));
    }

    /// Changes the developer.
    pub(super) fn of_developer(&self, change: impl FnOnce(&mut User)) {
        let mut account = self.world.account(ACCOUNT);
        if let Some(user) = account.users.iter_mut().find(|user| user.name == NEW_DEVELOPER) {
            change(user);
        }
    }

    fn bare(&self, account: &str, region: &str, name: &str) -> io::Result<PathBuf> {
        let region = Region::parse(region).map_err(|problem| io::Error::other(problem.what))?;
        let name = RepositoryName::parse(name).map_err(|problem| io::Error::other(problem.what))?;
        Ok(self.world.git_folder(account, &region, &name))
    }
}

/// As much of an AWS CLI as Git needs.
const AWS: &str = r#"case "$*" in
--version) echo 'aws-cli/2.31.0 Python/3.13.7 Linux/6.1 exe/x86_64'; exit 0 ;;
esac
if [ "$1" = --profile ]; then profile=$2; shift 2; fi
if [ "$1 $2" != 'codecommit credential-helper' ]; then
    echo "aws: [ERROR]: An error occurred (ParamValidation): argument command: Found invalid choice '$1'" >&2
    exit 252
fi
if [ "$3" != get ]; then exit 0; fi
exec PROGRAM credential-helper ${profile:+--profile "$profile"} get
"#;

/// The clone URL of a repository at a host.
pub(super) fn url(host: &str, repository: &str) -> String {
    format!("https://{host}/v1/repos/{repository}")
}

/// A credential section for a URL.
pub(super) fn section(of: &str, lines: &[&str]) -> String {
    format!("[credential \"{of}\"]\n\t{}\n", lines.join("\n\t"))
}

/// A value as git reads it, quoted where it must be.
fn config_value(text: &str) -> String {
    if text.contains(['"', '\\', ';', '#']) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(|_| ())
}
