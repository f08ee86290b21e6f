//! Faults of profiles: files that cannot be read, keys that are dead, sessions that ended.
//!
//! Deliberately absent: what the identity may do.

use std::{fs, io};

use super::Fault;
use super::set_up::SetUp;

/// The faults of profiles.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new("credentials-broken", "A section of ~/.aws/credentials lacks its bracket.", "aws-files-broken", |it| {
        it.edit(CREDENTIALS, "[default]", "[default")
    }),
    Fault::new("config-broken", "A line of ~/.aws/config has no = in it.", "aws-files-broken", |it| {
        it.edit(CONFIG, "[default]\n", "[default]\nregion us-east-1\n")
    }),
    Fault::new(
        "credentials-unreadable",
        "~/.aws/credentials cannot be read: a folder is in its place.",
        "aws-files-unreadable",
        |it| {
            fs::remove_file(it.home(CREDENTIALS))?;
            fs::create_dir(it.home(CREDENTIALS))
        },
    ),
    Fault::new("credentials-open", "Everybody may read ~/.aws/credentials.", "aws-files-open", |it| {
        #[cfg(unix)]
        fs::set_permissions(it.home(CREDENTIALS), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        it.home(CREDENTIALS).metadata().map(|_| ())
    }),
    Fault::new("profile-missing", "The helper names a profile that is in neither file.", "profile-missing", |it| {
        it.pin("CodeCommitProfile")
    }),
    Fault::new("half-key", "The profile holds an access key ID without its secret.", "half-a-key", |it| {
        let secret = it.key()?.secret;
        it.edit(CREDENTIALS, &format!("aws_secret_access_key = {}\n", secret.expose()), "")
    }),
    Fault::new(
        "profile-empty",
        "The profile of the helper holds a region and no credentials.",
        "no-credentials",
        |it| {
            profile(it, "work", "output = json")?;
            it.pin("work")
        },
    ),
    Fault::new("key-deleted", "The access key of the profile was deleted.", "key-unknown", delete_key),
    Fault::new("key-mistyped", "The access key ID of the profile has a letter too few.", "key-unknown", |it| {
        let id = it.key()?.id;
        it.edit(CREDENTIALS, &id, &id[..id.len() - 1])
    }),
    Fault::new(
        "guide-key-deleted",
        "As the guide has it, for every host and without a profile; the access key was deleted.",
        "key-unknown",
        |it| {
            it.pin_as_in_the_guide("")?;
            delete_key(it)
        },
    ),
    Fault::new("secret-wrong", "The secret access key belongs to another access key ID.", "secret-wrong", |it| {
        let (own, other) = (it.key()?.secret, it.key_of(super::super::seed::SPARE)?.secret);
        it.edit(CREDENTIALS, own.expose(), other.expose())
    }),
    Fault::new("session-expired", "The temporary credentials of the profile have ended.", "session-ended", |it| {
        it.pin("temporary")
    })
    .with_trouble(&["expire-tokens"]),
    Fault::new("sso-signed-out", "Nobody is signed in with the SSO profile of the helper.", "not-signed-in", |it| {
        fs::remove_dir_all(it.home(".aws/sso/cache"))?;
        it.pin("sso")
    })
    .with_identities(),
    Fault::new("sso-expired", "The SSO sign-in ended a month ago.", "not-signed-in", |it| it.pin("sso-expired"))
        .with_identities(),
    Fault::new("login-ended", "The sign-in of `aws login` has ended.", "not-signed-in", |it| {
        fs::remove_dir_all(it.home(".aws/login/cache"))?;
        it.pin("login")
    })
    .with_identities(),
    Fault::new("role-mfa", "The role of the helper's profile wants the code of a second device.", "mfa-needed", |it| {
        it.pin("role-mfa")
    })
    .with_identities(),
    Fault::new(
        "role-refused",
        "The role of the helper's profile does not trust the developer.",
        "role-refused",
        |it| {
            let role =
                format!("role_arn = arn:aws:iam::{ACCOUNT}:role/CodeCommitContributor\nsource_profile = default");
            profile(it, "release", &role)?;
            it.pin("release")
        },
    )
    .with_identities(),
    Fault::new(
        "role-without-source",
        "The role of the helper's profile rests on a profile that is gone.",
        "profile-missing",
        |it| {
            profile(
                it,
                "release",
                &format!("role_arn = arn:aws:iam::{ACCOUNT}:role/Release\nsource_profile = intern"),
            )?;
            it.pin("release")
        },
    ),
    Fault::new("not-set-up", "Nothing is set up: no AWS files, no helper, no clone.", "not-set-up", |it| {
        fs::remove_dir_all(it.home(".aws"))?;
        it.gitconfig("")?;
        it.without_clone()
    }),
    Fault::new("process-fails", "The program that gives out the credentials says no.", "process-failed", |it| {
        let program = it.folder("vault")?.join("credentials");
        fs::write(&program, "#!/bin/sh\necho 'vault: not signed in, run vault login' >&2\nexit 1\n")?;
        #[cfg(unix)]
        fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        profile(it, "vault", &format!("credential_process = \"{}\"", program.display()))?;
        it.pin("vault")
    }),
    Fault::new("process-missing", "The program that gives out the credentials is gone.", "process-failed", |it| {
        profile(it, "vault", "credential_process = /opt/vault/bin/credentials --for git")?;
        it.pin("vault")
    }),
    Fault::new(
        "region-missing",
        "The profile names no region, and there is no clone to tell one.",
        "no-region",
        |it| {
            it.edit(CONFIG, "[default]\nregion = us-east-2\n", "[default]\n")?;
            it.without_clone()
        },
    ),
];

const ACCOUNT: &str = super::super::seed::ACCOUNT;
const CREDENTIALS: &str = ".aws/credentials";
const CONFIG: &str = ".aws/config";

fn delete_key(it: &mut SetUp<'_>) -> io::Result<()> {
    let id = it.key()?.id;
    it.world.account(ACCOUNT).keys.retain(|key| key.id != id);
    Ok(())
}

/// Adds a profile to the configuration of AWS.
fn profile(it: &SetUp<'_>, name: &str, lines: &str) -> io::Result<()> {
    it.append(CONFIG, &format!("[profile {name}]\n{lines}\nregion = us-east-2\n"))
}
