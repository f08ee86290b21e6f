//! A world in memory: files, an IAM, repositories and a git that answers as the configuration says.
//!
//! Deliberately absent: time, processes and the network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use codecommit_setup::checkup::Checkup;
use codecommit_setup::gitconfig::{self, Entry, Fate, RepositoryPlace, Source, Sources};
use codecommit_setup::profiles;
use codecommit_setup::wizard::effect::{
    AccessKey, Caller, Cloned, Credentials, Deletion, FileChange, FileText, FoundClones, GitPlace, Hears, History,
    Installed, KnownClone, Program, Reply, Repository, RepositoryDetails, Request, SearchPath, TakenBack,
};
use codecommit_setup::wizard::facts::{Description, Identity};
use codecommit_setup::wizard::git_user::KeptPassword;
use codecommit_setup::wizard::names::RepositoryName;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::rights::{ATTACHED, Answer, Deed, Denial, Given, Holder, Origin, Rights};
use codecommit_setup::wizard::secret::Secret;

/// The secret of every key of this world; no screen may show it.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const DEVELOPER_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub const ADMIN_KEY: &str = "AKIAI44QH8DHBEXAMPLE";
pub const SPARE_KEY: &str = "AKIASPARESPARE123456";
pub const TEMPORARY_KEY: &str = "ASIAIOSFODNN7EXAMPLE";
pub const HOME: &str = "/home/ann";

/// Whether names that differ only in their capitals are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    TellsCapitals,
    FoldsCapitals,
}

/// The world.
pub struct World {
    pub git_version: Option<&'static str>,
    pub aws_version: Option<&'static str>,
    /// The copies of `git` and `aws`, where they are others than one of that version.
    pub copies: BTreeMap<&'static str, Vec<Installed>>,
    pub commands: bool,
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    pub attached: BTreeSet<(String, String)>,
    /// The groups that every user is in.
    pub groups: Vec<&'static str>,
    /// What everybody sees of somebody's rights, instead of what comes of the policies.
    pub rights: Option<Rights>,
    /// Whether a policy counts soon after it was attached.
    pub takes_effect: bool,
    pub repositories: Vec<&'static str>,
    /// Repositories of other regions than the profile's; a region that is not here has none.
    pub elsewhere: BTreeMap<&'static str, Result<Vec<&'static str>, Problem>>,
    /// Repositories that were made: name, description.
    pub created: Vec<(RepositoryName, String)>,
    pub folders: BTreeMap<PathBuf, String>,
    /// The settings that clones were made with, by their folders.
    pub pins: BTreeMap<PathBuf, Vec<(String, String)>>,
    /// Whose password git's helpers answer with, where it is not the profile's.
    pub answers_as: Option<&'static str>,
    /// The passwords that the keychain holds, in its order: host, user.
    pub stored: Vec<(String, &'static str)>,
    /// The folder below the home folder that the program stands in, when it is a repository.
    pub stands_in: Option<&'static str>,
    pub disk: Disk,
    /// Settings of git in the environment.
    pub command: Vec<Entry>,
    /// Where the programs of helpers are found.
    pub programs: BTreeMap<String, Option<PathBuf>>,
    /// Whether a program started from the desktop finds `aws` by its name.
    pub aws_on_the_desktop: bool,
    /// The key in the environment.
    pub environment_key: Option<AccessKey>,
    /// The profiles whose sign-in lasts.
    pub signed_in: BTreeSet<String>,
    /// The programs that had the terminal.
    pub in_terminal: Vec<String>,
    /// By how many seconds the clock of this computer is ahead.
    pub clock_ahead: Option<i64>,
    /// Requests refused from now on, by the name of their kind.
    pub refuse: BTreeMap<&'static str, Problem>,
    /// Every request that would change something.
    pub changes: Vec<String>,
    /// What the doctor comes to.
    pub checkup: Checkup,
    /// What the journal says, but for how the clones are now.
    pub history: History,
}

impl World {
    /// A machine whose default profile lacks the policy, with an administrator's profile beside it.
    pub fn ready() -> Self {
        let files = [
            (
                format!("{HOME}/.aws/credentials"),
                format!(
                    "[default]\naws_access_key_id = {DEVELOPER_KEY}\naws_secret_access_key = {SECRET}\n\n\
                     [admin]\naws_access_key_id = {ADMIN_KEY}\naws_secret_access_key = {SECRET}\n"
                ),
            ),
            (
                format!("{HOME}/.aws/config"),
                "[default]\nregion = us-east-2\noutput = json\n[profile admin]\nregion = us-east-2\n".to_owned(),
            ),
            (format!("{HOME}/.gitconfig"), "[user]\n\tname = Ann Developer\n".to_owned()),
        ];
        Self {
            git_version: Some("git version 2.47.3"),
            aws_version: Some("aws-cli/2.36.7 Python/3.13.7 Linux/6.18"),
            copies: BTreeMap::new(),
            commands: true,
            files: files.into_iter().map(|(path, text)| (path.into(), text.into_bytes())).collect(),
            attached: BTreeSet::new(),
            groups: Vec::new(),
            rights: None,
            takes_effect: true,
            repositories: vec!["MyDemoRepo", "payments-api", "web.front_end"],
            elsewhere: BTreeMap::new(),
            created: Vec::new(),
            folders: BTreeMap::new(),
            pins: BTreeMap::new(),
            answers_as: None,
            stored: Vec::new(),
            stands_in: None,
            disk: Disk::TellsCapitals,
            command: Vec::new(),
            programs: BTreeMap::new(),
            aws_on_the_desktop: true,
            environment_key: None,
            signed_in: BTreeSet::new(),
            in_terminal: Vec::new(),
            clock_ahead: None,
            refuse: BTreeMap::new(),
            changes: Vec::new(),
            checkup: Checkup::default(),
            history: History::default(),
        }
    }

    /// A machine without any AWS file.
    pub fn bare() -> Self {
        let mut world = Self::ready();
        world.files.retain(|path, _| path.ends_with(".gitconfig"));
        world
    }

    /// A machine that was set up: git has a helper for the default profile, which may use CodeCommit.
    pub fn set_up() -> Self {
        let mut world = Self::ready();
        world.put(
            ".gitconfig",
            "[user]\n\tname = Ann Developer\n[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\
             \thelper = !aws --profile default codecommit credential-helper $@\n\tUseHttpPath = true\n",
        );
        let policy = "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser".to_owned();
        world.attached.insert(("new-developer".to_owned(), policy));
        world.history.last = Some("2026-01-02 03:04:05 UTC".to_owned());
        world
    }

    /// A clone that the journal knows, pinned to a profile where one is named.
    pub fn put_clone(&mut self, name: &str, profile: Option<&str>) {
        let folder = PathBuf::from(format!("{HOME}/src/{name}"));
        let host = "https://git-codecommit.us-east-2.amazonaws.com";
        let pin = profile.map(|profile| {
            format!(
                "[credential \"{host}\"]\n\thelper =\n\thelper = !aws --profile {profile} codecommit credential-helper $@\n\
                 \tUseHttpPath = true\n"
            )
        });
        let url = format!("{host}/v1/repos/{name}");
        let text = format!("[remote \"origin\"]\n\turl = {url}\n{}", pin.unwrap_or_default());
        self.put(&format!("src/{name}/.git/config"), &text);
        let config = FileText { path: folder.join(".git/config"), bytes: None };
        self.history.clones.push(KnownClone { folder, url, config });
    }

    pub fn text(&self, path: &str) -> String {
        let bytes = self.files.get(&PathBuf::from(format!("{HOME}/{path}"))).cloned().unwrap_or_default();
        String::from_utf8(bytes).unwrap()
    }

    pub fn put(&mut self, path: &str, text: &str) {
        self.files.insert(format!("{HOME}/{path}").into(), text.as_bytes().to_vec());
    }

    /// Carries out a request.
    pub fn answer(&mut self, request: &Request) -> Result<Reply, Problem> {
        let kind = kind(request);
        if let Some(problem) = self.refuse.get(kind) {
            return Err(problem.clone());
        }
        match request {
            Request::FindProgram(program) => {
                let (name, version) = match program {
                    Program::Git => ("git", self.git_version),
                    Program::AwsCli => ("aws", self.aws_version),
                };
                let found = version.map(|version| copy(&format!("/usr/bin/{name}"), Ok(version.to_owned())));
                let copies = self.copies.get(name).cloned();
                Ok(Reply::Programs(copies.unwrap_or_else(|| found.into_iter().collect())))
            }
            Request::CheckCodecommitCommands(_) => Ok(Reply::CodecommitCommands(self.commands)),
            Request::ReadAwsFiles => {
                Ok(Reply::AwsFiles { config: self.file(".aws/config"), credentials: self.file(".aws/credentials") })
            }
            Request::Identify(caller) => self.identify(caller).map(Reply::Identity),
            Request::Describe(_) => Ok(Reply::Described(Description {
                alias: Some("example-shop".to_owned()),
                ends_in: None,
                sign_in_ends_in: None,
            })),
            Request::ReadEnvironmentKey => Ok(Reply::EnvironmentKey(self.environment_key.clone())),
            Request::ReadKeyFile(path) => {
                let path = PathBuf::from(path.to_str().unwrap().replacen('~', HOME, 1));
                let bytes = self.files.get(&path).cloned().ok_or_else(|| broken("There is no such file."))?;
                Ok(Reply::KeyFile(Secret::new(String::from_utf8(bytes).unwrap())))
            }
            Request::RunInTerminal { arguments, .. } => {
                self.in_terminal.push(request.command().unwrap());
                // A name that begins with a hyphen is one word with the option.
                let joined = arguments.iter().find_map(|word| word.strip_prefix("--profile="));
                let apart = arguments.iter().skip_while(|word| *word != "--profile").nth(1);
                let name = joined.or(apart.map(String::as_str)).unwrap().to_owned();
                if arguments[0] == "configure" {
                    let section = format!("[profile {name}]\nsso_session = s\nregion = us-east-2\n");
                    self.put(".aws/config", &(self.text(".aws/config") + &section));
                }
                self.signed_in.insert(name);
                Ok(Reply::Ran)
            }
            Request::WriteFiles(changes) => {
                let as_shown =
                    |change: &&FileChange| self.files.get(&change.path).map(Vec::as_slice) == change.before.as_deref();
                if let Some(other) = changes.iter().find(|change| !as_shown(change)) {
                    let what = format!("{} was changed by something else.", other.path.display());
                    return Err(Problem::new(ProblemKind::Conflict, what, "", "Look at the change again."));
                }
                for FileChange { path, after, .. } in changes {
                    self.files.insert(path.clone(), after.to_vec());
                    self.changes.push(format!("write {}", path.display()));
                }
                Ok(Reply::Written)
            }
            Request::FindRights { caller, of, .. } => {
                let rights = self.rights.clone().unwrap_or_else(|| self.rights(caller, &of.identity));
                Ok(Reply::Rights(Box::new(rights)))
            }
            Request::AttachPolicy { caller, holder, policy_arn, .. } => {
                self.must_be_admin(caller, "iam:AttachUserPolicy")?;
                self.attached.insert((holder.name().to_owned(), policy_arn.clone()));
                self.changes.push(format!("attach {policy_arn} to {}", holder.name()));
                Ok(Reply::Attached)
            }
            Request::AwaitEffect(_) => Ok(Reply::InEffect(self.takes_effect)),
            Request::ReadGitConfig(_) => {
                let sources = self.git_sources();
                sources.entries().map_err(|error| broken(&error.to_string()))?;
                Ok(Reply::GitConfig(Box::new(sources)))
            }
            Request::FillCredential { path: SearchPath::Desktop, .. }
                if !self.aws_on_the_desktop && !self.is_by_path() =>
            {
                Err(Problem::new(ProblemKind::MissingTool, "The helper was not found.", "aws: not found", ""))
            }
            Request::FillCredential { url, place, .. } => self.fill(url, place),
            Request::ListRemote { url, place } => {
                let of_folder = place.folder.as_ref().and_then(|folder| self.pins.get(folder));
                let settings = [of_folder.cloned().unwrap_or_default(), place.settings.clone()].concat();
                self.fill(url, &GitPlace { settings, ..place.clone() })?;
                let name = url.rsplit('/').next().unwrap_or_default();
                let elsewhere = self.elsewhere.values().flatten().flatten().any(|known| *known == name);
                let created = self.created.iter().any(|(known, _)| known.as_str() == name);
                let cloned = self.folders.values().any(|known| known == url);
                if !self.repositories.contains(&name) && !elsewhere && !created && !cloned {
                    let what = format!("There is no repository {name}.");
                    return Err(Problem::new(ProblemKind::NotFound, what, "", "Check its name."));
                }
                Ok(Reply::RemoteListed { branches: 1, milliseconds: 930 })
            }
            Request::FindStoredPasswords(hosts) => {
                let of = |host: &String| self.stored.iter().filter(move |(of, _)| of == host).collect::<Vec<_>>();
                let mut kept: Vec<KeptPassword> = Vec::new();
                for (host, user) in hosts.iter().flat_map(of) {
                    let password = KeptPassword::of(host, user);
                    if !kept.contains(&password) {
                        kept.push(password);
                    }
                }
                Ok(Reply::StoredPasswords(kept))
            }
            Request::DeleteStoredPassword(password) => {
                let is_it = |kept: &KeptPassword| kept.dying().as_ref() == Some(password);
                let place = self.stored.iter().position(|(host, user)| is_it(&KeptPassword::of(host, user)));
                Ok(Reply::Deletion(match place {
                    Some(place) => {
                        let (host, user) = self.stored.remove(place);
                        self.changes.push(format!("delete a password of {user} for {host}"));
                        Deletion::Deleted
                    }
                    None => Deletion::NoneLeft,
                }))
            }
            Request::Examine(_) => Ok(Reply::Examined(Box::new(self.checkup.clone()))),
            Request::ReadHistory => {
                let mut history = self.history.clone();
                for clone in &mut history.clones {
                    clone.config.bytes = self.files.get(&clone.config.path).cloned().map(Into::into);
                }
                Ok(Reply::History(Box::new(history)))
            }
            Request::TakeBack { dry_run } => {
                let lines =
                    vec![format!("Undoing the run (dry run: {dry_run}):"), "  ~/.gitconfig: put back".to_owned()];
                if !dry_run {
                    self.put(".gitconfig", "[user]\n\tname = Ann Developer\n");
                    self.history.last = None;
                    self.changes.push("undo".to_owned());
                }
                Ok(Reply::TakenBack(TakenBack { lines, complete: true }))
            }
            Request::ListRepositories(caller) => {
                let identity = self.identify(caller)?;
                self.may_use(&identity)?;
                let names = self.repositories_in(caller.region.as_str())?;
                Ok(Reply::Repositories(names.into_iter().map(repository).collect()))
            }
            Request::PreferRepositories(_) => Ok(Reply::Preferred),
            Request::CountRepositories { .. } => Ok(Reply::Counted),
            Request::CreateRepository { caller, name, description, .. } => {
                let identity = self.identify(caller)?;
                self.may_use(&identity)?;
                self.changes.push(format!("create {name} in {}", caller.region));
                self.created.push((name.clone(), description.clone()));
                Ok(Reply::Created(Box::new(Repository { name: name.clone(), details: None })))
            }
            Request::FindClones(folder) => {
                let folder = PathBuf::from(folder.to_str().unwrap().replacen('~', HOME, 1));
                let own = |path: &&PathBuf| path.starts_with(&folder) && path.ends_with(".git/config");
                let config = |path: &PathBuf| FileText {
                    path: path.clone(),
                    bytes: self.files.get(path).cloned().map(Into::into),
                };
                let configs = self.files.keys().filter(own).map(config).collect();
                let entries = self.git_sources().entries().map_err(|error| broken(&error.to_string()))?;
                let unread = vec![(folder.join("locked"), "Permission denied".to_owned())];
                Ok(Reply::FoundClones(Box::new(FoundClones { folder, configs, entries, unread, cut: false })))
            }
            Request::FoldsCase(_) => Ok(Reply::FoldsCase(self.disk == Disk::FoldsCapitals)),
            Request::Clone { url, directory, settings } => {
                // What stands on the command line comes after the clone's own configuration.
                let settings_of_its_own = settings.pin.clone();
                let settings = [settings.pin.clone(), settings.now.clone()].concat();
                self.fill(url, &GitPlace { settings, ..GitPlace::default() })?;
                let was_there = match self.folders.get(directory) {
                    Some(there) if there == url => true,
                    Some(_) => return Err(denied("the folder exists and is something else")),
                    None => false,
                };
                self.folders.insert(directory.clone(), url.clone());
                if !was_there {
                    self.changes.push(format!("clone {url}"));
                }
                let directory: PathBuf = directory.to_str().unwrap().replacen('~', HOME, 1).into();
                self.pins.insert(directory.clone(), settings_of_its_own);
                let empty = self.created.iter().any(|(name, _)| url.ends_with(&format!("/{name}")));
                Ok(Reply::Cloned(Cloned {
                    directory,
                    was_there,
                    empty,
                    bytes: if was_there { 0 } else { 12_582_912 },
                    milliseconds: if was_there { 0 } else { 3100 },
                    ..Cloned::default()
                }))
            }
            Request::SaveText { path, text } => {
                let full = PathBuf::from(path.to_str().unwrap().replacen('~', HOME, 1));
                if self.files.contains_key(&full) {
                    return Err(Problem::new(ProblemKind::Conflict, "The file is there already.", "", "Name another."));
                }
                self.changes.push(format!("save {}", path.display()));
                self.files.insert(full.clone(), text.clone().into_bytes());
                Ok(Reply::Saved(full))
            }
        }
    }

    /// The names of a region's repositories.
    pub fn repositories_in(&self, region: &str) -> Result<Vec<&'static str>, Problem> {
        if region == "us-east-2" {
            Ok(self.repositories.clone())
        } else {
            self.elsewhere.get(region).cloned().unwrap_or(Ok(Vec::new()))
        }
    }

    fn file(&self, path: &str) -> FileText {
        let path = PathBuf::from(format!("{HOME}/{path}"));
        let bytes = self.files.get(&path).cloned().map(Into::into);
        FileText { path, bytes }
    }

    /// A git that reads one global file, and whatever that includes.
    fn git_sources(&self) -> Sources {
        let global = self.file(".gitconfig").path;
        let source = |scope: &str, path: PathBuf| Source { scope: scope.to_owned(), path };
        let other = self.file(".config/git/config").path;
        let mut files =
            vec![source("system", "/etc/gitconfig".into()), source("global", other), source("global", global.clone())];
        let repository = self.stands_in.map(|folder| {
            let git_dir = PathBuf::from(format!("{HOME}/{folder}/.git"));
            files.push(source("local", git_dir.join("config")));
            RepositoryPlace {
                named_git_dir: git_dir.clone(),
                common_dir: git_dir.clone(),
                work_tree: git_dir.parent().map(Into::into),
                git_dir,
                branch: Some("main".to_owned()),
            }
        });
        Sources {
            files,
            contents: self.files.iter().map(|(path, bytes)| (path.clone(), Some(bytes.clone()))).collect(),
            command: self.command.clone(),
            global,
            home: HOME.into(),
            repository,
            programs: self.programs.clone(),
            ..Sources::default()
        }
    }

    fn is_by_path(&self) -> bool {
        self.text(".gitconfig").contains("helper = !/")
    }

    fn key(&self, caller: &Caller) -> Option<AccessKey> {
        match &caller.credentials {
            Credentials::Keys(key) => Some(key.clone()),
            Credentials::Profile(name) => {
                let (config, credentials) = (self.file(".aws/config"), self.file(".aws/credentials"));
                let found = profiles::read(config.content(), credentials.content()).ok()?;
                let keys = found.into_iter().find(|profile| profile.name == *name)?.keys?;
                Some(AccessKey { id: keys.access_key_id, secret: keys.secret, session_token: keys.session_token })
            }
        }
    }

    /// The profile whose sign-in a caller rests on.
    fn sign_in_of(&self, caller: &Caller) -> Option<String> {
        let Credentials::Profile(name) = &caller.credentials else { return None };
        let (config, credentials) = (self.file(".aws/config"), self.file(".aws/credentials"));
        let found = profiles::read(config.content(), credentials.content()).ok()?;
        let root = found.iter().find(|profile| profile.name == *name)?.root(&found);
        matches!(root.kind, profiles::Kind::Sso | profiles::Kind::Login).then(|| root.name.to_string())
    }

    fn identify(&self, caller: &Caller) -> Result<Identity, Problem> {
        if let Some(root) = self.sign_in_of(caller) {
            if !self.signed_in.contains(&root) {
                let hint = format!("Sign in again with AWS CLI version 2: aws sso login --profile {root}");
                return Err(Problem::new(ProblemKind::Expired, "The profile gives no credentials.", "It ended.", hint));
            }
            let arn = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_ab/ann";
            let (account, id) = ("123456789012".to_owned(), TEMPORARY_KEY.to_owned());
            return Ok(Identity { account, arn: arn.to_owned(), access_key_id: id, clock_ahead: None });
        }
        let key = self.key(caller).ok_or_else(|| denied("no such profile"))?;
        let arn = match key.id.as_str() {
            DEVELOPER_KEY => "arn:aws:iam::123456789012:user/new-developer",
            ADMIN_KEY => "arn:aws:iam::123456789012:user/setup-admin",
            SPARE_KEY => "arn:aws:iam::123456789012:user/second-developer",
            TEMPORARY_KEY => "arn:aws:sts::123456789012:assumed-role/Developers/ann",
            _ => {
                return Err(Problem::new(
                    ProblemKind::BadCredentials,
                    "AWS does not know this access key.",
                    "InvalidClientTokenId",
                    "Look at it again.",
                ));
            }
        };
        if key.secret != Secret::new(SECRET) {
            return Err(Problem::new(
                ProblemKind::BadCredentials,
                "The secret does not belong to the access key.",
                "SignatureDoesNotMatch",
                "Paste it again.",
            ));
        }
        Ok(Identity {
            account: "123456789012".into(),
            arn: arn.into(),
            access_key_id: key.id,
            clock_ahead: self.clock_ahead,
        })
    }

    fn must_be_admin(&self, caller: &Caller, action: &str) -> Result<(), Problem> {
        let identity = self.identify(caller)?;
        if identity.access_key_id == ADMIN_KEY {
            return Ok(());
        }
        Err(denied(&format!("User: {} is not authorized to perform: {action}", identity.arn)))
    }

    /// An administrator sees everything; everybody else can only try to list repositories.
    fn rights(&self, caller: &Caller, of: &Identity) -> Rights {
        let may_list = if self.may_use(of).is_ok() {
            Answer::Allowed { by: Vec::new(), on: Vec::new() }
        } else {
            Answer::Denied(Denial::Unmentioned)
        };
        let mut rights = Rights { answers: vec![(Deed::List, may_list)], ..Rights::default() };
        if self.must_be_admin(caller, ATTACHED).is_err() {
            rights.unseen = vec![ATTACHED];
            return rights;
        }
        let user = of.short();
        rights.groups = self.groups.iter().map(|group| (*group).to_owned()).collect();
        for (owner, arn) in &self.attached {
            let holder = if *owner == user { Holder::User(user.clone()) } else { Holder::Group(owner.clone()) };
            if *owner == user || self.groups.contains(&owner.as_str()) {
                let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
                rights.policies.push(Given { name, arn: arn.clone(), origin: Origin::Attached(holder) });
            }
        }
        rights.key_denials = Some(Vec::new());
        rights
    }

    fn may_use(&self, identity: &Identity) -> Result<(), Problem> {
        let counts = |user: &str| user == identity.short() || self.groups.contains(&user);
        let attached = self.takes_effect && self.attached.iter().any(|(user, _)| counts(user));
        if attached || [ADMIN_KEY, TEMPORARY_KEY].contains(&identity.access_key_id.as_str()) {
            return Ok(());
        }
        Err(denied("not authorized to perform: codecommit:ListRepositories"))
    }

    /// Answers as the helper that the configuration chooses.
    fn fill(&self, url: &str, place: &GitPlace) -> Result<Reply, Problem> {
        if let Some(user) = self.answers_as {
            return Ok(Reply::Credential { access_key_id: user.to_owned(), password: true, milliseconds: 20 });
        }
        let sources = self.git_sources();
        let mut sources = if place.hears == Hears::GlobalOnly { sources.outside() } else { sources };
        sources.command.extend(place.settings.iter().map(|(key, value)| setting(key, value)));
        let entries = sources.entries().map_err(|error| broken(&error.to_string()))?;
        let chain = gitconfig::chain(&entries, url);
        let first = chain.links.iter().find(|link| link.fate == Fate::Answers);
        let Some(link) = first else { return Err(denied("no helper answered")) };
        let (config, credentials) = (self.file(".aws/config"), self.file(".aws/credentials"));
        let found = profiles::read(config.content(), credentials.content()).unwrap();
        let named = found.iter().find(|profile| link.helper.contains(&format!("--profile {} ", profile.name)));
        let chosen = named.or_else(|| found.iter().find(|profile| link.helper.ends_with(profile.name.as_str())));
        let keys = chosen.or(found.first()).and_then(|profile| profile.keys.clone());
        let keys = keys.ok_or_else(|| denied("the helper has no key"))?;
        Ok(Reply::Credential { access_key_id: keys.access_key_id, password: true, milliseconds: 480 })
    }
}

/// A setting of git's command line.
pub fn setting(key: &str, value: &str) -> Entry {
    let (section, variable) = key.rsplit_once('.').unwrap();
    Entry {
        scope: "command".to_owned(),
        origin: "command line:".to_owned(),
        line: None,
        key: format!("{section}.{}", variable.to_lowercase()).into_bytes(),
        value: Some(value.as_bytes().to_vec()),
    }
}

/// The name of a request's kind.
pub fn kind(request: &Request) -> &'static str {
    match request {
        Request::FindProgram(Program::Git) => "find git",
        Request::FindProgram(Program::AwsCli) => "find aws",
        Request::CheckCodecommitCommands(_) => "commands",
        Request::ReadAwsFiles => "read aws files",
        Request::Identify(_) => "identify",
        Request::Describe(_) => "describe",
        Request::ReadEnvironmentKey => "environment",
        Request::ReadKeyFile(_) => "key file",
        Request::RunInTerminal { .. } => "terminal",
        Request::WriteFiles(_) => "write",
        Request::FindRights { .. } => "rights",
        Request::AttachPolicy { .. } => "attach",
        Request::AwaitEffect(_) => "await",
        Request::ReadGitConfig(_) => "read git",
        Request::FillCredential { .. } => "fill",
        Request::ListRemote { .. } => "ls-remote",
        Request::FindStoredPasswords(_) => "find passwords",
        Request::DeleteStoredPassword(_) => "delete password",
        Request::Examine(_) => "examine",
        Request::ReadHistory => "history",
        Request::TakeBack { dry_run: true } => "undo plan",
        Request::TakeBack { dry_run: false } => "undo",
        Request::ListRepositories(_) => "list",
        Request::PreferRepositories(_) => "prefer",
        Request::CountRepositories { .. } => "count",
        Request::CreateRepository { .. } => "create",
        Request::FindClones(_) => "find clones",
        Request::FoldsCase(_) => "folds case",
        Request::Clone { .. } => "clone",
        Request::SaveText { .. } => "save",
    }
}

/// A copy of a program.
pub fn copy(path: &str, version: Result<String, Problem>) -> Installed {
    Installed { path: path.into(), stable: path.into(), version }
}

pub fn denied(why: &str) -> Problem {
    Problem::new(ProblemKind::AccessDenied, "AWS refused.", why, "Ask an administrator.")
}

fn broken(why: &str) -> Problem {
    Problem::new(ProblemKind::BrokenFile, "The file cannot be read.", why, "Correct it.")
}

/// A repository with details.
pub fn repository(name: &str) -> Repository {
    Repository {
        name: RepositoryName::parse(name).unwrap(),
        details: Some(RepositoryDetails {
            description: format!("About {name} \u{1b}[31m"),
            default_branch: Some("main".into()),
            last_change: "2 days ago".into(),
            changed: Some(1_767_603_600),
            clone_url: format!("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/{name}"),
            clone_url_ssh: format!("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/{name}"),
            arn: format!("arn:aws:codecommit:us-east-2:123456789012:{name}"),
            encryption_key: Some("arn:aws:kms:us-east-2:123456789012:key/1a2b\u{1b}[31m".into()),
        }),
    }
}
