//! STS: who made the request.
//!
//! Deliberately absent: making temporary credentials. The sandbox has one session, made when it starts.

use super::{
    api::{Refusal, element},
    world::{ACCOUNT, Principal, ROLE, SESSION, World},
};

/// Answers an operation with the elements of its result.
pub(super) fn answer(world: &World, who: &Principal, action: &str) -> Result<String, Refusal> {
    if action != "GetCallerIdentity" {
        let message = format!("Could not find operation {action} for version 2011-06-15");
        return Err(Refusal::new(400, "InvalidAction", message));
    }
    let account = world.account();
    let id = match who {
        Principal::User(name) => account.user(name).map(|user| user.id.clone()).unwrap_or_default(),
        // The identifier of a session is that of its role, with the session's name.
        Principal::Session => format!("AROASANDBOX{:A<10}:{SESSION}", ROLE.to_ascii_uppercase()),
    };
    let elements = [element("Arn", &who.arn()), element("UserId", &id), element("Account", ACCOUNT)];
    Ok(elements.concat())
}
