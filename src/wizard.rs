//! The wizard, pure: what the person decided, what the world said, and what to ask next.

pub mod effect;
pub mod event;
pub mod facts;
pub mod names;
pub mod problem;
pub mod screen;
pub mod secret;
