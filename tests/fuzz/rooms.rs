//! The pure rooms, compiled without all that they do not need.

#[path = "../../src"]
mod rooms {
    pub mod gitconfig;
    pub mod profiles;
    pub mod wizard;
}

pub use rooms::{gitconfig, profiles, wizard};
