//! The real world behind the ports: AWS, the environment, files, programs and git.
//!
//! Deliberately absent: decisions (`wizard`), limits of time (`runner`), and the process's own environment: it is handed in once.

pub mod aws;
pub(crate) mod child;
pub mod environment;
pub mod files;
pub(crate) mod folders;
pub mod git;
pub(crate) mod handles;
pub mod inspection;
pub mod journal;
pub mod keychain;
pub(crate) mod log;
pub mod programs;
pub(crate) mod reading;
pub mod surroundings;

use std::sync::Arc;

use crate::ports::World;
use environment::Environment;

/// The world of this environment; nothing is read or started before the first request.
pub fn world(environment: &Environment) -> World {
    world_with(environment, journal::Journal::new(environment))
}

/// The same, with the journal of a run that is under way.
pub fn world_with(environment: &Environment, journal: journal::Journal) -> World {
    let aws = Arc::new(aws::Aws::new(Arc::new(environment.clone())));
    let git = Arc::new(git::Git::with(environment.clone(), journal.clone()));
    World {
        inspection: Arc::new(inspection::Inspection::new(environment.clone(), aws.clone(), git.clone())),
        aws,
        git,
        files: Arc::new(files::Files::with(environment.clone(), journal.clone())),
        journal: Arc::new(journal),
        keychain: Arc::new(keychain::Keychain::new(environment.clone())),
        programs: Arc::new(programs::Programs::new(environment.clone())),
    }
}
