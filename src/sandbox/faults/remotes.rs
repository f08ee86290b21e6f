//! Faults of remotes: addresses that lead to nothing, to somebody else's, or past the helper.
//!
//! Deliberately absent: hosts that a section does not cover, which are faults of the configuration.

use std::io;

use super::super::account::Kind;
use super::super::identities::PLAYGROUND;
use super::super::seed::{add_key, key_of, user};
use super::Fault;
use super::set_up::{HOST, REPOSITORY, SetUp, url};
use crate::wizard::secret::Secret;

/// The faults of remotes.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new("repository-missing", "The remote is a repository that does not exist.", "repository-missing", |it| {
        it.remote(&url(HOST, "MyOldRepo"))
    }),
    Fault::new(
        "name-case",
        "The remote's name is in lower case, the repository's is not.",
        "repository-missing",
        |it| it.remote(&url(HOST, "mydemorepo")),
    ),
    Fault::new("other-region", "The repository of the remote is in another region.", "other-region", |it| {
        it.remote(&url(HOST, "eu-billing"))
    }),
    Fault::new("url-slashes", "The address of the remote has two slashes at its end.", "url-slash", |it| {
        it.remote(&format!("{}//", url(HOST, REPOSITORY)))
    }),
    Fault::new("url-git", "The address of the remote has .git at its end.", "url-slash", |it| {
        it.remote(&format!("{}.git", url(HOST, REPOSITORY)))
    }),
    Fault::new("url-without-path", "The address of the remote lacks /v1/repos.", "url-not-codecommit", |it| {
        it.remote(&format!("https://{HOST}/{REPOSITORY}"))
    }),
    Fault::new(
        "remote-grc",
        "The remote is one for git-remote-codecommit, which is not installed.",
        "remote-not-https",
        |it| it.remote("codecommit::us-east-2://default@MyDemoRepo"),
    ),
    Fault::new("remote-ssh", "The remote is an SSH address.", "remote-not-https", |it| {
        it.stub(
            "ssh",
            "echo \"ann@git-codecommit.us-east-2.amazonaws.com: Permission denied (publickey).\" >&2\nexit 255\n",
        )?;
        it.remote(&format!("ssh://{HOST}/v1/repos/{REPOSITORY}"))
    }),
    Fault::new("user-in-url", "The address of the remote holds an old user name and password.", "user-in-url", |it| {
        let key = it.key()?;
        let password = it.password(&key, 60);
        it.remote(&format!("https://{}:{}@{HOST}/v1/repos/{REPOSITORY}", key.id, password.expose()))
    }),
    Fault::new("other-account", "The repository is in the account of another profile.", "other-account", |it| {
        let (id, secret) = developer_of_playground(it)?;
        let lines = format!("aws_access_key_id = {id}\naws_secret_access_key = {}\n", secret.expose());
        it.edit(".aws/credentials", "[admin]\n", &format!("[playground]\n{lines}[admin]\n"))?;
        let section = "[profile playground]\nregion = us-east-2\noutput = json\n";
        it.edit(".aws/config", "[profile admin]\n", &format!("{section}[profile admin]\n"))?;
        it.remote(&url(HOST, "playground"))
    })
    .with_identities(),
];

/// Makes a developer in the other account, with an access key.
fn developer_of_playground(it: &SetUp<'_>) -> io::Result<(String, Secret)> {
    let kind = Kind::User("playground-developer".to_owned());
    let made = user("playground-developer", &[], &["AWSCodeCommitPowerUser"]).map_err(io::Error::other)?;
    {
        let mut account = it.world.account(PLAYGROUND);
        account.users.push(made);
        add_key(&mut account, kind.clone()).map_err(io::Error::other)?;
    }
    let key = key_of(it.world, PLAYGROUND, &kind).ok_or_else(|| io::Error::other("the other account has no key"))?;
    Ok((key.id, key.secret))
}
