//! Widths, cutting and wrapping, as a terminal counts cells.
//!
//! Deliberately absent: styles.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Look;

/// The width of a text in cells.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text that fits, with an ellipsis where something was cut off.
pub(super) fn clipped(text: &str, cells: usize, look: &Look) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let ellipsis = look.ellipsis();
    let mut kept = taken(text, cells.saturating_sub(width(ellipsis)));
    kept.push_str(&taken(ellipsis, cells.saturating_sub(width(&kept))));
    kept
}

/// As much of a text as fits.
pub(super) fn taken(text: &str, cells: usize) -> String {
    let mut left = cells;
    text.chars()
        .take_while(|c| {
            let wide = c.width().unwrap_or(0);
            let fits = wide <= left;
            left = left.saturating_sub(wide);
            fits
        })
        .collect()
}

/// A text that takes exactly these cells: cut off or filled up with blanks.
pub(super) fn padded(text: &str, cells: usize, look: &Look) -> String {
    let text = clipped(text, cells, look);
    let blanks = cells.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(blanks))
}

/// A text as lines of at most these cells; never none.
pub(super) fn wrapped(text: &str, cells: usize) -> Vec<String> {
    wrapped_with(text, cells, "")
}

/// The same, with further lines indented.
pub(super) fn wrapped_with(text: &str, cells: usize, indent: &str) -> Vec<String> {
    // A name is not broken at its hyphens: what stands on the screen is what can be copied from it.
    let options = textwrap::Options::new(cells.max(4))
        .subsequent_indent(indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}
