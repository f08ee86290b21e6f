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
mod quote;
mod recognise;
mod splice;
mod take_out;
mod wanted;

pub use chain::{Chain, Entry, Fate, Link, chain, parse_listing, parse_listing_without_scope};
pub use edit::{Placement, Unreadable, apply, apply_at};
pub use future::with_file;
pub use quote::shell_quoted;
pub use recognise::is_codecommit_helper;
pub use take_out::take_out;
pub use wanted::{Families, Helper, Scope, Wanted};
