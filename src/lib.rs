//! codecommit-setup: from a bare machine to a working clone of an AWS CodeCommit repository.

pub mod credential_helper;
pub mod frontend;
pub mod gitconfig;
pub mod profiles;
pub mod sandbox;
pub mod signature;
pub mod wizard;
