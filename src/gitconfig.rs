//! The credential helper in git's configuration: what to write, where it goes among the user's own lines, and which helpers
//! git would then call.
//!
//! `gix-config` reads a file and says where things stand; the new text is spliced into the original bytes, because every byte
//! outside our lines must stay. Deliberately absent: finding and writing the files, includes, and calling git.

mod chain;
mod edit;
mod future;
mod layout;
mod pattern;
mod take_out;
mod wanted;

pub use chain::{Chain, Entry, Fate, Link, chain, parse_listing, parse_listing_without_scope};
pub use edit::{Unreadable, apply};
pub use future::with_file;
pub use take_out::take_out;
pub use wanted::{Helper, Scope, Wanted, is_codecommit_helper, shell_quoted};
