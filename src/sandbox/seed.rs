//! What a sandbox begins with: its users and their keys, its repositories with a history, and the home folder.
//!
//! Deliberately absent: fixed secrets. The dates and the histories are fixed, so that lessons and tests look alike.

use std::{fmt::Write as _, fs, io, path::Path, sync::Arc};

use time::{Duration, OffsetDateTime, macros::datetime};
use tokio::task::JoinSet;

use super::{
    Options, SandboxError,
    account::{AccessKey, Account, Attached, GitCredentials, Group, Kind, Policies, Repository, Role, Trust, User},
    git_programs::{GitPrograms, MAIN},
    identities, policies, profiles, random,
    trouble::Trouble,
    world::World,
};
use crate::wizard::{
    names::{Partition, Region, RepositoryName},
    secret::Secret,
};

/// The region of the profiles and of most repositories.
pub(super) const REGION: &str = "us-east-2";
/// The region that the organization of the accounts lets nobody use.
pub(super) const CLOSED_REGION: &str = "sa-east-1";
/// Regions that an account has to switch on first, which these have not (AWS account management guide).
pub(super) const NOT_SWITCHED_ON: [&str; 8] = [
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "eu-south-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
];
/// When the history of the account begins.
pub(super) const BEGINNING: OffsetDateTime = datetime!(2026-01-05 09:00 UTC);

/// A repository that a sandbox begins with.
struct Example {
    name: &'static str,
    account: &'static str,
    region: &'static str,
    description: Option<&'static str>,
    /// Files as they are added to the main branch: name, text.
    files: &'static [(&'static str, &'static str)],
    branch: &'static str,
}

static EXAMPLES: &[Example] = &[
    Example {
        name: "MyDemoRepo",
        account: ACCOUNT,
        region: REGION,
        description: Some("The repository of the AWS guide"),
        files: &[
            ("README.md", "# MyDemoRepo\n\nThe repository of the AWS guide.\n"),
            ("cat_numbers.csv", "name,count\nMocha,3\nMinka,5\n"),
            ("docs/first-steps.md", "Clone, change a line, commit, push.\n"),
        ],
        branch: "preprod",
    },
    Example {
        name: "payments-api",
        account: ACCOUNT,
        region: REGION,
        description: Some("Takes payments and answers for them"),
        files: &[
            ("README.md", "# payments-api\n"),
            ("src/main.py", "def pay(amount):\n    return {\"paid\": amount}\n"),
            ("tests/test_pay.py", "from main import pay\n\ndef test_pay():\n    assert pay(3) == {\"paid\": 3}\n"),
        ],
        branch: "feature/refunds",
    },
    Example {
        name: "web.front_end",
        account: ACCOUNT,
        region: REGION,
        description: None,
        files: &[("index.html", "<!doctype html>\n<title>Shop</title>\n"), ("style.css", "body { margin: 2rem }\n")],
        branch: "redesign",
    },
    Example {
        name: "eu-billing",
        account: ACCOUNT,
        region: "eu-west-1",
        description: Some("Invoices of the European shops"),
        files: &[("README.md", "# eu-billing\n"), ("rates.csv", "country,rate\nIE,23\nDE,19\n")],
        branch: "2026-rates",
    },
    Example {
        name: "mobile-app",
        account: ACCOUNT,
        region: "us-west-2",
        description: Some("The shop on the phone"),
        files: &[("README.md", "# mobile-app\n")],
        branch: "beta",
    },
    // Those of the accounts that come with the further identities.
    Example {
        name: "playground",
        account: identities::PLAYGROUND,
        region: REGION,
        description: Some("For trying things out"),
        files: &[("README.md", "# playground\n")],
        branch: "ideas",
    },
    Example {
        name: "cn-catalogue",
        account: identities::CHINA,
        region: "cn-north-1",
        description: Some("The catalogue of the shops in China"),
        files: &[("README.md", "# cn-catalogue\n")],
        branch: "spring",
    },
    Example {
        name: "gov-forms",
        account: identities::GOVCLOUD,
        region: "us-gov-west-1",
        description: Some("Forms for public buyers"),
        files: &[("README.md", "# gov-forms\n")],
        branch: "drafts",
    },
];

/// Makes the accounts: their users, groups and keys, and the names of their repositories.
pub(super) fn accounts(options: &Options) -> Result<Vec<Account>, SandboxError> {
    let mut account = Account::new(ACCOUNT, Partition::Commercial, "example-shop");
    account.groups = vec![group("Staff", "IAMUserChangePassword")?, group("Developers", "AWSCodeCommitPowerUser")?];
    let look_only = Attached { policy: policies::look_only().into(), since: BEGINNING };
    account.users = vec![
        user(NEW_DEVELOPER, &["Staff"], &[])?,
        user(ADMIN, &["Staff", "Developers"], &["AdministratorAccess"])?,
        user(SPARE, &["Staff"], &[])?,
    ];
    account.users[2].policies.inline.push(look_only);
    account.roles.push(Role {
        id: format!("AROASANDBOX{:A<10}", ROLE.to_ascii_uppercase()),
        ..role(ROLE, &["AWSCodeCommitReadOnly"], Trust::Service)?
    });
    for name in [NEW_DEVELOPER, ADMIN, SPARE] {
        add_key(&mut account, Kind::User(name.to_owned()))?;
    }
    let owner = account.principal(Kind::User(NEW_DEVELOPER.to_owned()));
    let (name, password) = (format!("{NEW_DEVELOPER}-at-{ACCOUNT}"), random::git_password()?);
    account.git_credentials.push(GitCredentials { name, password, owner });
    let session = Kind::Session { role: ROLE.to_owned(), name: "session".to_owned() };
    add_session(&mut account, session)?;
    let mut accounts = vec![account];
    if options.identities {
        let others = identities::add(&mut accounts[0])?;
        accounts.extend(others);
    }
    if options.trouble.contains(&Trouble::NoRepositories) {
        return Ok(accounts);
    }
    for example in EXAMPLES {
        let repository = Repository {
            id: random::uuid()?,
            description: example.description.map(str::to_owned),
            default_branch: Some(MAIN.to_owned()),
            created: BEGINNING,
            modified: BEGINNING + Duration::days(i64::try_from(example.files.len()).unwrap_or_default()),
        };
        let account = accounts.iter_mut().find(|account| account.number == example.account);
        if let (Some(account), Some((region, name))) = (account, example.place()) {
            account.repositories.entry(region).or_default().insert(name, repository);
        }
    }
    for trouble in &options.trouble {
        if let Trouble::ManyRepositories(count) = trouble {
            add_many(&mut accounts[0], *count);
        }
    }
    Ok(accounts)
}

/// A user in groups, with managed policies of AWS.
pub(super) fn user(name: &str, groups: &[&'static str], attached: &[&str]) -> Result<User, SandboxError> {
    Ok(User {
        name: name.to_owned(),
        id: random::entity_id("AIDA")?,
        created: BEGINNING,
        groups: groups.to_vec(),
        policies: of_aws(attached),
        boundary: None,
    })
}

fn group(name: &'static str, attached: &str) -> Result<Group, SandboxError> {
    Ok(Group { name, id: random::entity_id("AGPA")?, created: BEGINNING, policies: of_aws(&[attached]) })
}

/// A role with managed policies of AWS.
pub(super) fn role(name: &str, attached: &[&str], trust: Trust) -> Result<Role, SandboxError> {
    let id = random::entity_id("AROA")?;
    Ok(Role { name: name.to_owned(), path: "/", id, created: BEGINNING, policies: of_aws(attached), trust })
}

/// Managed policies of AWS, attached when the account was made.
pub(super) fn of_aws(names: &[&str]) -> Policies {
    let named = |name: &&str| policies::of_aws().iter().find(|policy| policy.name == *name).cloned();
    let attached = names.iter().filter_map(named).map(|policy| Attached { policy, since: BEGINNING });
    Policies { attached: attached.collect(), inline: Vec::new() }
}

/// Gives somebody an access key for good.
pub(super) fn add_key(account: &mut Account, kind: Kind) -> Result<(), SandboxError> {
    let owner = account.principal(kind);
    let key = AccessKey { id: random::key_id("AKIA")?, secret: random::secret_key()?, session: None, owner };
    account.keys.push(key);
    Ok(())
}

/// Gives somebody an access key for half a day.
pub(super) fn add_session(account: &mut Account, kind: Kind) -> Result<(), SandboxError> {
    let owner = account.principal(kind);
    let expires = OffsetDateTime::now_utc() + Duration::hours(12);
    let session = Some((random::session_token()?, expires));
    account.keys.push(AccessKey { id: random::key_id("ASIA")?, secret: random::secret_key()?, session, owner });
    Ok(())
}

/// The static Git credentials of the user of the profile `default`.
pub(super) fn git_credentials(world: &World) -> Option<(String, Secret)> {
    let known = world.git_credentials(&format!("{NEW_DEVELOPER}-at-{ACCOUNT}"))?;
    Some((known.name, known.password))
}

/// The number of the account that there is always.
pub(super) const ACCOUNT: &str = "123456789012";
/// The role whose session the profile `temporary` is.
const ROLE: &str = "Developers";
/// The user of the profile `default`, who may do nothing yet.
pub(super) const NEW_DEVELOPER: &str = "new-developer";
/// The user of the profile `admin`.
pub(super) const ADMIN: &str = "setup-admin";
/// The user of no profile.
pub(super) const SPARE: &str = "second-developer";

/// Repositories by name only: their git data is made when it is asked for.
fn add_many(account: &mut Account, count: u32) {
    let Ok(region) = Region::parse(REGION) else { return };
    let all = account.repositories.entry(region).or_default();
    for number in 1..=count {
        let Ok(name) = RepositoryName::parse(&format!("repository-{number:05}")) else { continue };
        let created = BEGINNING + Duration::minutes(i64::from(number));
        all.entry(name).or_insert_with(|| Repository {
            id: format!("00000000-0000-4000-a000-{number:012x}"),
            description: (number % 3 != 0).then(|| format!("One of many, for trying out long lists: number {number}")),
            default_branch: (number % 2 == 0).then(|| MAIN.to_owned()),
            created,
            modified: created,
        });
    }
}

impl Example {
    fn place(&self) -> Option<(Region, RepositoryName)> {
        Some((Region::parse(self.region).ok()?, RepositoryName::parse(self.name).ok()?))
    }

    /// The history as a stream for `git fast-import`: a commit a file, a tag on the second, a branch off the last.
    fn history(&self) -> String {
        let mut stream = String::new();
        let who = |day: usize| {
            let day = i64::try_from(day).unwrap_or_default();
            let when = (BEGINNING + Duration::days(day)).unix_timestamp();
            format!("Setup Admin <setup-admin@example.com> {when} +0000")
        };
        let data = |text: &str| format!("data {}\n{text}\n", text.len());
        for (day, (file, text)) in self.files.iter().enumerate() {
            let (message, file_data) = (data(&format!("Add {file}\n")), data(text));
            let _ = write!(
                stream,
                "commit refs/heads/{MAIN}\ncommitter {}\n{message}M 100644 inline {file}\n{file_data}",
                who(day)
            );
            if day == 1 {
                let tagger = who(day);
                let _ =
                    write!(stream, "tag v1.0\nfrom refs/heads/{MAIN}\ntagger {tagger}\n{}", data("First release\n"));
            }
        }
        let (branch, day) = (self.branch, self.files.len());
        let (message, text) = (data(&format!("Begin {branch}\n")), data("Not finished.\n"));
        let _ = write!(
            stream,
            "commit refs/heads/{branch}\ncommitter {}\n{message}from refs/heads/{MAIN}\nM 100644 inline NOTES.md\n{text}done\n",
            who(day)
        );
        stream
    }
}

/// Makes the git data of the examples, all at once.
pub(super) async fn repositories(world: &World) -> Result<(), SandboxError> {
    let mut imports = JoinSet::new();
    for example in EXAMPLES {
        let Some((region, name)) = example.place() else { continue };
        let account = world.account(example.account);
        if account.number != example.account || account.repository(&region, &name).is_none() {
            continue;
        }
        let (git, folder): (GitPrograms, _) = (world.git.clone(), world.git_folder(account.number, &region, &name));
        imports.spawn(async move { git.import(&folder, &example.history()).await });
    }
    // All are waited for, even when one fails, so that none writes into a folder that is being removed.
    let mut outcome = Ok(());
    while let Some(result) = imports.join_next().await {
        outcome = outcome.and(result.map_err(io::Error::other).and_then(|result| result));
    }
    outcome.map_err(SandboxError::Git)
}

/// Writes the home folder as `aws configure` and `git config --global` would have, and the key of the spare user as
/// the console gives it.
pub(super) fn home(root: &Path, world: &Arc<World>, options: &Options) -> Result<(), SandboxError> {
    let home = root.join("home");
    for folder in [&home, &home.join(".aws"), &root.join("tmp")] {
        private_folder(folder).map_err(SandboxError::Folder)?;
    }
    let mut files = AwsFiles::default();
    files.add_key(world, ACCOUNT, "default", &Kind::User(NEW_DEVELOPER.to_owned()), REGION);
    files.add_key(world, ACCOUNT, "admin", &Kind::User(ADMIN.to_owned()), REGION);
    let session = Kind::Session { role: ROLE.to_owned(), name: "session".to_owned() };
    files.add_key(world, ACCOUNT, "temporary", &session, REGION);
    if options.identities {
        profiles::add(&home, world, &mut files)?;
    }
    let (id, secret) = spare_key(world);
    let console = format!("Access key ID,Secret access key\n{id},{}\n", secret.expose());
    let gitconfig = "[user]\n\tname = New Developer\n\temail = new-developer@example.com\n";
    private_file(&root.join(format!("{SPARE}.csv")), &console)
        .and_then(|()| private_file(&home.join(".aws/credentials"), &files.credentials))
        .and_then(|()| private_file(&home.join(".aws/config"), &files.config))
        .and_then(|()| fs::write(home.join(".gitconfig"), gitconfig))
        .map_err(SandboxError::Folder)
}

/// The two files that profiles are in, as they grow.
#[derive(Default)]
pub(super) struct AwsFiles {
    pub(super) credentials: String,
    pub(super) config: String,
}

impl AwsFiles {
    /// Adds a profile with the access key of somebody.
    pub(super) fn add_key(&mut self, world: &World, account: &str, profile: &str, owner: &Kind, region: &str) {
        let Some(key) = key_of(world, account, owner) else { return };
        let (id, secret) = (&key.id, key.secret.expose());
        let _ = writeln!(self.credentials, "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}");
        if let Some((token, _)) = &key.session {
            let _ = writeln!(self.credentials, "aws_session_token = {}", token.expose());
        }
        let section = if profile == "default" { profile.to_owned() } else { format!("profile {profile}") };
        let _ = writeln!(self.config, "[{section}]\nregion = {region}\noutput = json");
    }
}

/// The first access key of somebody.
pub(super) fn key_of(world: &World, account: &str, owner: &Kind) -> Option<AccessKey> {
    world.account(account).keys.iter().find(|key| key.owner.kind == *owner).cloned()
}

/// The key of the spare user.
pub(super) fn spare_key(world: &World) -> (String, Secret) {
    key_of(world, ACCOUNT, &Kind::User(SPARE.to_owned())).map(|key| (key.id, key.secret)).unwrap_or_default()
}

pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

pub(super) fn private_file(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}
