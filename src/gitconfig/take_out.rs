//! Our helper taken out of a configuration file, with its sections when nothing else is in them.
//!
//! Deliberately absent: what stood there before.

use super::Unreadable;
use super::layout::Layout;

/// Takes a helper out of sections; every other byte is kept.
///
/// # Errors
/// A file that git could not read either.
pub fn take_out(bytes: &[u8], sections: &[Option<String>], helper: &str) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(bytes)?;
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for section in layout.sections.iter().filter(|section| section.name == "credential") {
        let ours = sections.contains(&section.subsection)
            && section.variables.iter().any(|variable| variable.value.as_deref() == Some(helper));
        if ours {
            kept.extend_from_slice(&bytes[at..section.header.start]);
            at = section.end;
        }
    }
    kept.extend_from_slice(&bytes[at..]);
    Ok(kept)
}
