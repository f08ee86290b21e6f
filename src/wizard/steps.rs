//! The steps of the walk, one line each, in their order.
//!
//! Deliberately absent: any knowledge of one step about another; what they share stands in the facts.

pub mod finish;
pub mod git_configuration;
pub mod permissions;
pub mod profile;
pub mod repositories;
pub mod tools;

use super::answers::Answers;
use super::step::Step;

/// Every step in order. A new step is a file and a line here.
pub fn all(answers: &Answers) -> Vec<Box<dyn Step>> {
    vec![
        Box::new(tools::Tools::default()),
        Box::new(profile::ProfileStep::new(answers)),
        Box::new(permissions::Permissions::default()),
        Box::new(git_configuration::GitConfiguration::new(answers)),
        Box::new(repositories::Repositories::new(answers)),
        Box::new(finish::Finish::default()),
    ]
}
