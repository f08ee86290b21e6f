//! The credential helper in git's configuration: what to write, where it goes among the user's own lines, and which helpers
//! git would then call.
//!
//! A file is read by git's own grammar, and the new text is spliced into the original bytes, because every byte outside our lines
//! must stay; `gix-config` then reads it back. Deliberately absent: finding and writing the files, and calling git.

mod chain;
mod conflict;
mod edit;
mod harmless;
mod include;
mod known;
mod layout;
mod lines;
mod own_programs;
mod pattern;
mod present;
mod program;
mod quote;
mod read_back;
mod recognise;
mod remotes;
mod repair;
mod shown;
mod sources;
mod splice;
mod take_out;
mod wanted;

pub use chain::{Chain, Entry, Fate, Link, chain, parse_listing, parse_listing_without_scope};
pub use conflict::{Conflict, ConflictKind, Repair, conflicts, misspelt_path};
pub use edit::{Placement, Unreadable, apply, apply_at};
pub use harmless::are_harmless;
pub use known::{OfClone, has_helper, of_clone, repinned};
pub use lines::{shown_lines, shown_value};
pub use own_programs::{Transport, is_of_repository, named, own_programs};
pub use pattern::decoded as url_decoded;
pub use present::{Place, Present, present};
pub use program::helper_program;
pub use quote::shell_quoted;
pub use recognise::{Store, StoreFiles, is_codecommit_helper, mistake, profile_of, store_files, store_of};
pub use remotes::{RemoteUrl, Rewrite, remote_urls, rewrites, rewrites_of_file, rewritten, with_urls};
pub use repair::future;
pub use shown::shown_helper;
pub use sources::{RefusedRepository, RepositoryPlace, Source, Sources, UnreadableFile};
pub use take_out::take_out;
pub use wanted::{Families, Helper, Scope, Wanted};
