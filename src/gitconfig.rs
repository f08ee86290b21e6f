//! The credential helper in git's configuration: what to write, where it goes among the user's own lines, and which helpers
//! git would then call.
//!
//! A file is read by git's own grammar, and the new text is spliced into the original bytes, because every byte outside our lines
//! must stay. Deliberately absent: finding and writing the files, and calling git.

mod chain;
mod edit;
mod include;
mod layout;
mod pattern;
mod program;
mod sources;
mod wanted;

pub use chain::{Chain, Entry, Fate, Link, chain, parse_listing, parse_listing_without_scope};
pub use edit::{Unreadable, apply};
pub use program::helper_program;
pub use sources::{RepositoryPlace, Source, Sources, UnreadableFile};
pub use wanted::{Helper, Scope, Wanted, is_codecommit_helper, shell_quoted};
