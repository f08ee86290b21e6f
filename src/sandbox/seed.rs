//! What a sandbox begins with: its users and their keys, its repositories with a history, and the home folder.
//!
//! Deliberately absent: fixed secrets. The dates and the histories are fixed, so that lessons and tests look alike.

use std::{fmt::Write as _, fs, io, path::Path, sync::Arc};

use time::{Duration, OffsetDateTime, macros::datetime};
use tokio::task::JoinSet;

use super::{
    SandboxError,
    git_programs::{GitPrograms, MAIN},
    policies, random,
    trouble::Trouble,
    world::{AccessKey, Account, Group, Principal, Repository, User, World},
};
use crate::wizard::{
    names::{Region, RepositoryName},
    secret::Secret,
};

/// The region of the profiles and of most repositories.
const REGION: &str = "us-east-2";
/// When the history of the account begins.
const BEGINNING: OffsetDateTime = datetime!(2026-01-05 09:00 UTC);

/// A repository that a sandbox begins with.
struct Example {
    name: &'static str,
    region: &'static str,
    description: Option<&'static str>,
    /// Files as they are added to the main branch: name, text.
    files: &'static [(&'static str, &'static str)],
    branch: &'static str,
}

static EXAMPLES: &[Example] = &[
    Example {
        name: "MyDemoRepo",
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
        region: REGION,
        description: None,
        files: &[("index.html", "<!doctype html>\n<title>Shop</title>\n"), ("style.css", "body { margin: 2rem }\n")],
        branch: "redesign",
    },
    Example {
        name: "eu-billing",
        region: "eu-west-1",
        description: Some("Invoices of the European shops"),
        files: &[("README.md", "# eu-billing\n"), ("rates.csv", "country,rate\nIE,23\nDE,19\n")],
        branch: "2026-rates",
    },
];

/// Makes the users, groups and keys, and names the repositories.
pub(super) fn account(trouble: &[Trouble]) -> Result<Account, SandboxError> {
    let policy = |name: &str| policies::managed(&format!("arn:aws:iam::aws:policy/{name}")).into_iter().collect();
    let group = |name, attached| -> Result<Group, SandboxError> {
        Ok(Group { name, id: random::entity_id("AGPA")?, created: BEGINNING, attached: policy(attached) })
    };
    let user = |name: &str, groups: &[&'static str]| -> Result<User, SandboxError> {
        Ok(User {
            name: name.to_owned(),
            id: random::entity_id("AIDA")?,
            created: BEGINNING,
            groups: groups.to_vec(),
            attached: Vec::new(),
            inline: Vec::new(),
        })
    };
    let mut account = Account {
        users: vec![
            user(NEW_DEVELOPER, &["Staff"])?,
            User { attached: policy("AdministratorAccess"), ..user(ADMIN, &["Staff", "Developers"])? },
            User { inline: vec![&policies::LOOK_ONLY], ..user(SPARE, &["Staff"])? },
        ],
        groups: vec![group("Staff", "IAMUserChangePassword")?, group("Developers", "AWSCodeCommitPowerUser")?],
        ..Account::default()
    };
    for name in [NEW_DEVELOPER, ADMIN, SPARE] {
        let owner = Principal::User(name.to_owned());
        account.keys.push(AccessKey {
            id: random::key_id("AKIA")?,
            secret: random::secret_key()?,
            session: None,
            owner,
        });
    }
    let expires = OffsetDateTime::now_utc() + Duration::hours(12);
    account.keys.push(AccessKey {
        id: random::key_id("ASIA")?,
        secret: random::secret_key()?,
        session: Some((random::session_token()?, expires)),
        owner: Principal::Session,
    });
    if trouble.contains(&Trouble::NoRepositories) {
        return Ok(account);
    }
    for example in EXAMPLES {
        let repository = Repository {
            id: random::uuid()?,
            description: example.description.map(str::to_owned),
            default_branch: Some(MAIN.to_owned()),
            created: BEGINNING,
            modified: BEGINNING + Duration::days(i64::try_from(example.files.len()).unwrap_or_default()),
        };
        if let Some((region, name)) = example.place() {
            account.repositories.entry(region).or_default().insert(name, repository);
        }
    }
    for trouble in trouble {
        if let Trouble::ManyRepositories(count) = trouble {
            add_many(&mut account, *count);
        }
    }
    Ok(account)
}

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
            description: None,
            default_branch: None,
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
        if world.account().repository(&region, &name).is_none() {
            continue;
        }
        let (git, folder): (GitPrograms, _) = (world.git.clone(), world.git_folder(&region, &name));
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
pub(super) fn home(root: &Path, world: &Arc<World>) -> io::Result<()> {
    let (home, account) = (root.join("home"), world.account());
    for folder in [&home, &home.join(".aws"), &root.join("tmp")] {
        private_folder(folder)?;
    }
    let (mut credentials, mut config) = (String::new(), String::new());
    for key in &account.keys {
        let profile = match &key.owner {
            Principal::User(name) if name == NEW_DEVELOPER => "default",
            Principal::User(name) if name == ADMIN => "admin",
            Principal::User(_) => {
                let text = format!("Access key ID,Secret access key\n{},{}\n", key.id, key.secret.expose());
                private_file(&root.join(format!("{SPARE}.csv")), &text)?;
                continue;
            }
            Principal::Session => "temporary",
        };
        let (id, secret) = (&key.id, key.secret.expose());
        let _ = writeln!(credentials, "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}");
        if let Some((token, _)) = &key.session {
            let _ = writeln!(credentials, "aws_session_token = {}", token.expose());
        }
        let section = if profile == "default" { profile.to_owned() } else { format!("profile {profile}") };
        let _ = writeln!(config, "[{section}]\nregion = {REGION}\noutput = json");
    }
    private_file(&home.join(".aws/credentials"), &credentials)?;
    private_file(&home.join(".aws/config"), &config)?;
    fs::write(home.join(".gitconfig"), "[user]\n\tname = New Developer\n\temail = new-developer@example.com\n")
}

/// The key of the spare user.
pub(super) fn spare_key(world: &World) -> (String, Secret) {
    let owner = Principal::User(SPARE.to_owned());
    let account = world.account();
    account
        .keys
        .iter()
        .find(|key| key.owner == owner)
        .map(|key| (key.id.clone(), key.secret.clone()))
        .unwrap_or_default()
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}
