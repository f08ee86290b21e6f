//! Whether a request is one for this helper: only a host of CodeCommit gets a password, and only over HTTPS.
//!
//! Deliberately absent: `--ignore-host-check`, with which somebody decides that for himself.

use super::request::Request;
use crate::wizard::git_host::GitHost;
use crate::wizard::names::{Region, printable};
use crate::wizard::problem::Problem;

/// Whether a request concerns this helper.
#[derive(Debug, PartialEq, Eq)]
pub enum Concern {
    /// It is for a host of CodeCommit in this region, over HTTPS.
    Ours(Region),
    /// It is for another host, of which other helpers may know.
    NotOurs,
    /// Nobody may answer: whoever is on the way to CodeCommit could read the password.
    Open(Problem),
    /// It is for a host that could be taken for one of CodeCommit's, and may be one of the user's own for which another helper is set up.
    LookAlike(Problem),
}

impl Concern {
    /// Finds out whether a request is for this helper.
    pub fn of(request: &Request) -> Self {
        let host = printable(&request.host);
        match GitHost::parse(&request.host) {
            Some(found) if request.protocol == "https" => Self::Ours(found.region().clone()),
            Some(_) => {
                let how = match request.protocol.as_str() {
                    "" => "no protocol".to_owned(),
                    protocol => printable(protocol),
                };
                Self::Open(Problem::input(
                    format!(
                        "Git asks for a password for {host} over {how}: passwords of CodeCommit go over https only."
                    ),
                    "Let the URL of the remote begin with https://.",
                ))
            }
            None if GitHost::is_resembled_by(&request.host) => Self::LookAlike(Problem::input(
                format!("{host} is not a host of CodeCommit, so it gets no password."),
                "Check the URL of the remote. For a proxy of your own, add --ignore-host-check to the helper.",
            )),
            None => Self::NotOurs,
        }
    }
}
