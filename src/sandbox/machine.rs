//! What a virtual machine and a container find at their metadata service: the credentials of the role that they have.
//!
//! Deliberately absent: every other fact about a machine.

use serde_json::{Value, json};
use time::Duration;

use super::{
    account::{AccessKey, Kind},
    api::Refusal,
    query::date,
    random,
    rest::Query,
    seed::ACCOUNT,
    world::World,
};

/// Where a container finds its credentials.
pub(super) const CONTAINER_PATH: &str = "/container-credentials";
/// Where a virtual machine begins (EC2 user guide, `IMDSv2`).
pub(super) const TOKEN_PATH: &str = "/latest/api/token";
const ROLES_PATH: &str = "/latest/meta-data/iam/security-credentials/";

/// The role of the virtual machine, and that of the container.
pub(super) const MACHINE_ROLE: &str = "BuildMachine";
pub(super) const CONTAINER_ROLE: &str = "BuildContainer";

/// Answers a request to the metadata service, under `/latest/`.
pub(super) fn metadata(world: &World, query: &Query<'_>, method: &str, path: &str) -> Result<Value, Refusal> {
    let missing = || Refusal::new(404, "NotFound", "Not Found");
    if (method, path) == ("PUT", TOKEN_PATH) {
        let token = random::session_token().map_err(|_| missing())?;
        let answer = json!(token.expose());
        world.sign_ins().machine_tokens.push(token);
        return Ok(answer);
    }
    let token = query.header("x-aws-ec2-metadata-token").unwrap_or_default();
    if !world.sign_ins().machine_tokens.iter().any(|expected| expected.expose() == token) {
        return Err(Refusal::new(401, "Unauthorized", "Unauthorized"));
    }
    match path.strip_prefix(ROLES_PATH) {
        Some("") => Ok(json!(MACHINE_ROLE)),
        Some(MACHINE_ROLE) => {
            let key = key_of(world, MACHINE_ROLE, "i-0a1b2c3d4e5f60718")?;
            let mut answer = credentials(&key);
            answer["Code"] = json!("Success");
            answer["Type"] = json!("AWS-HMAC");
            answer["LastUpdated"] = json!(date(world.now()));
            Ok(answer)
        }
        _ => Err(missing()),
    }
}

/// Answers a container that asks for its credentials.
pub(super) fn container(world: &World) -> Result<Value, Refusal> {
    let key = key_of(world, CONTAINER_ROLE, "0123456789abcdef")?;
    let mut answer = credentials(&key);
    answer["RoleArn"] = json!(world.account(ACCOUNT).arn(&format!("role/{CONTAINER_ROLE}")));
    Ok(answer)
}

fn key_of(world: &World, role: &str, session: &str) -> Result<AccessKey, Refusal> {
    let owner = {
        let account = world.account(ACCOUNT);
        let role = account.role(role).ok_or_else(|| Refusal::new(404, "NotFound", "Not Found"))?;
        account.principal(Kind::Session { role: role.name.clone(), name: session.to_owned() })
    };
    let unable = |_| Refusal::new(500, "InternalError", "The sandbox could not make credentials.");
    world.temporary_key(owner, Duration::hours(6)).map_err(unable)
}

fn credentials(key: &AccessKey) -> Value {
    let (token, expires) = key.session.as_ref().map_or(("", String::new()), |(token, at)| (token.expose(), date(*at)));
    json!({
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret.expose(),
        "Token": token,
        "Expiration": expires,
    })
}
