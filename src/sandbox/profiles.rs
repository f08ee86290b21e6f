//! The profiles of the further identities: sections of the AWS files, and the files beside them that those need.
//!
//! Deliberately absent: the identities.

use std::{fmt::Write as _, fs, io, path::Path};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::KeyPair;
use serde_json::json;
use sha2::{Digest, Sha256};
use time::Duration;

use super::{
    SandboxError,
    account::{AccessKey, Kind, Principal},
    identities::{CHINA, FEDERATED, GOVCLOUD, OF_LOGIN, OF_PROCESS, PLAYGROUND, USERS},
    login, oidc,
    query::date,
    random,
    seed::{ACCOUNT, AwsFiles, REGION, key_of, private_file, private_folder},
    sessions::SignIn,
    world::World,
};

/// A way to sign in at the portal.
struct Portal {
    start_url: &'static str,
    /// The name of the file that the token is kept in: the SHA-1 of the session's name, or of the address for
    /// profiles that name no session.
    file: &'static str,
}

const SHOP: Portal =
    Portal { start_url: "https://example-shop.awsapps.com/start", file: "5042d146667518a1a5017644946b8650aafca44c" };
const SHOP_LEGACY: Portal =
    Portal { start_url: "https://example-shop.awsapps.com/start", file: "c761fd5284a27ae6f60eaa56a08ca13d819f33d9" };
const ARCHIVE: Portal =
    Portal { start_url: "https://example-archive.awsapps.com/start", file: "ebfb55f4432b592119a10592e4f26272cc72359e" };

/// Adds the profiles, and writes the files that they need.
pub(super) fn add(home: &Path, world: &World, files: &mut AwsFiles) -> Result<(), SandboxError> {
    for (profile, user) in USERS {
        files.add_key(world, ACCOUNT, profile, &Kind::User(user.to_owned()), REGION);
    }
    for (account, profile, user, region) in [
        (CHINA, "china", "china-developer", "cn-north-1"),
        (CHINA, "china-admin", "china-admin", "cn-north-1"),
        (GOVCLOUD, "govcloud", "gov-developer", "us-gov-west-1"),
        (GOVCLOUD, "govcloud-admin", "gov-admin", "us-gov-west-1"),
    ] {
        files.add_key(world, account, profile, &Kind::User(user.to_owned()), region);
    }
    files.add_key(world, ACCOUNT, "root", &Kind::Root, REGION);
    files.add_key(world, ACCOUNT, "federated", &Kind::Federated(FEDERATED.to_owned()), REGION);
    let aws = home.join(".aws");
    let role = |name: &str| format!("role_arn = arn:aws:iam::{ACCOUNT}:role/{name}");
    let mfa = format!("mfa_serial = arn:aws:iam::{ACCOUNT}:mfa/team-developer");
    let sso = |account: &str, name: &str| format!("sso_account_id = {account}\nsso_role_name = {name}");
    let start = |portal: &Portal| format!("sso_start_url = {}\nsso_region = {REGION}", portal.start_url);
    let login_session = format!("arn:aws:iam::{ACCOUNT}:user/{OF_LOGIN}");
    let sections: [(&str, &[&str]); 12] = [
        ("role", &["source_profile = grouped", &role("CodeCommitContributor")]),
        ("role-mfa", &["source_profile = grouped", &mfa, &role("CodeCommitMfaContributor")]),
        ("role-chain", &["source_profile = role", &role("ReleaseReader")]),
        ("instance", &["credential_source = Ec2InstanceMetadata", &role("CodeCommitContributor")]),
        ("container", &["credential_source = EcsContainer", &role("CodeCommitContributor")]),
        ("process", &[&format!("credential_process = \"{}\"", aws.join("print-credentials").display())]),
        (
            "web-identity",
            &[
                &role("BuildRunner"),
                &format!("web_identity_token_file = {}", aws.join("web-identity-token").display()),
                "role_session_name = build-42",
            ],
        ),
        ("sso", &["sso_session = shop", &sso(ACCOUNT, "DeveloperAccess")]),
        ("sso-legacy", &[&start(&SHOP_LEGACY), &sso(ACCOUNT, "ViewOnlyAccess")]),
        ("sso-signed-out", &["sso_session = playground", &sso(PLAYGROUND, "DeveloperAccess")]),
        ("sso-expired", &["sso_session = archive", &sso(ACCOUNT, "ViewOnlyAccess")]),
        ("login", &[&format!("login_session = {login_session}")]),
    ];
    for (profile, lines) in sections {
        let _ = writeln!(files.config, "[profile {profile}]\n{}\nregion = {REGION}\noutput = json", lines.join("\n"));
    }
    for (name, start_url) in [
        ("shop", SHOP.start_url),
        ("playground", "https://example-playground.awsapps.com/start"),
        ("archive", ARCHIVE.start_url),
    ] {
        let scopes = "sso_registration_scopes = sso:account:access";
        let _ = writeln!(
            files.config,
            "[sso-session {name}]\nsso_start_url = {start_url}\nsso_region = {REGION}\n{scopes}"
        );
    }
    let folders = ["sso", "sso/cache", "login", "login/cache"].map(|folder| aws.join(folder));
    folders.iter().try_for_each(|folder| private_folder(folder)).map_err(SandboxError::Folder)?;
    sign_in(&aws, world, &SHOP, Duration::ZERO)?;
    sign_in(&aws, world, &SHOP_LEGACY, Duration::ZERO)?;
    sign_in(&aws, world, &ARCHIVE, Duration::days(-30))?;
    log_in(&aws, world, &login_session)?;
    let token = random::session_token()?;
    private_file(&aws.join("web-identity-token"), token.expose()).map_err(SandboxError::Folder)?;
    world.sign_ins().web_token = Some(token);
    let key = key_of(world, ACCOUNT, &Kind::User(OF_PROCESS.to_owned()));
    key.map_or(Ok(()), |key| print_credentials(&aws.join("print-credentials"), &key)).map_err(SandboxError::Folder)
}

/// Signs in at a portal, now or a while ago, and keeps the token where the AWS CLI and the SDKs look for it.
fn sign_in(aws: &Path, world: &World, portal: &Portal, when: Duration) -> Result<(), SandboxError> {
    let (client, secret) = (random::uuid()?, random::session_token()?);
    let made = oidc::new_sign_in(world)?;
    let sign_in = SignIn { expires: made.expires + when, ..made };
    let token = json!({
        "startUrl": portal.start_url,
        "region": REGION,
        "accessToken": sign_in.access.expose(),
        "expiresAt": date(sign_in.expires),
        "clientId": client,
        "clientSecret": secret.expose(),
        "registrationExpiresAt": date(world.now() + Duration::days(90) + when),
        "refreshToken": sign_in.refresh.expose(),
    });
    let mut sign_ins = world.sign_ins();
    sign_ins.clients.insert(client, secret);
    sign_ins.portal.push(sign_in);
    private_file(&aws.join(format!("sso/cache/{}.json", portal.file)), &token.to_string()).map_err(SandboxError::Folder)
}

/// Keeps what `aws login` would have kept.
fn log_in(aws: &Path, world: &World, session: &str) -> Result<(), SandboxError> {
    // Who signs in at the console does so with a second device.
    let owner = world.account(ACCOUNT).principal(Kind::User(OF_LOGIN.to_owned()));
    let owner = Principal { mfa: true, ..owner };
    let key = world.temporary_key(owner.clone(), login::LIFETIME)?;
    let Some((token, expires)) = &key.session else { return Ok(()) };
    let refresh = random::session_token()?;
    let kept = json!({
        "accessToken": {
            "accessKeyId": key.id,
            "secretAccessKey": key.secret.expose(),
            "sessionToken": token.expose(),
            "accountId": ACCOUNT,
            "expiresAt": date(*expires),
        },
        "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
        "refreshToken": refresh.expose(),
        "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": elliptic_key()?,
    });
    world.sign_ins().logins.push((refresh, owner));
    let name = hex::encode(Sha256::digest(session));
    private_file(&aws.join(format!("login/cache/{name}.json")), &kept.to_string()).map_err(SandboxError::Folder)
}

/// A fresh key on P-256 in the older of the two PEM forms (SEC 1), which `aws login` keeps.
fn elliptic_key() -> Result<String, SandboxError> {
    // The newer form (PKCS #8) is an envelope; the older one is what is in it, at the end, 109 bytes long on P-256.
    const LENGTH: usize = 109;
    let envelope = KeyPair::generate()?.serialize_der();
    let inside = STANDARD.encode(&envelope[envelope.len().saturating_sub(LENGTH)..]);
    let mut text = "-----BEGIN EC PRIVATE KEY-----\n".to_owned();
    let mut rest = inside.as_str();
    while !rest.is_empty() {
        let (line, others) = rest.split_at(rest.len().min(64));
        let _ = writeln!(text, "{line}");
        rest = others;
    }
    text.push_str("-----END EC PRIVATE KEY-----\n");
    Ok(text)
}

/// Writes a program that prints an access key as `credential_process` wants it.
fn print_credentials(path: &Path, key: &AccessKey) -> io::Result<()> {
    let output = json!({"Version": 1, "AccessKeyId": key.id, "SecretAccessKey": key.secret.expose()});
    // Neither an access key ID nor a secret has an apostrophe in it.
    private_file(path, &format!("#!/bin/sh\nprintf '%s\\n' '{output}'\n"))?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
