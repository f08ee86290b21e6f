//! codecommit-setup: from a bare machine to a working clone of an AWS CodeCommit repository.

pub mod sandbox;
pub mod wizard;
