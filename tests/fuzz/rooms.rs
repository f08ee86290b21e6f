//! The pure rooms, compiled without all that they do not need.

#[path = "../../src"]
mod rooms {
    pub mod checkup;
    pub mod credential_helper {
        pub mod concern;
        pub mod request;
    }
    pub mod gitconfig;
    pub mod journal;
    pub mod profiles;
    pub mod redact;
    pub mod signature;
    pub mod wizard;
}

pub use rooms::{checkup, credential_helper, gitconfig, journal, profiles, redact, signature, wizard};
