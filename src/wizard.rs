//! The wizard, pure: what the person decided, what the world said, and what to ask next.

pub mod names;
pub mod problem;
pub mod secret;
