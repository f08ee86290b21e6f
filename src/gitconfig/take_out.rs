//! A helper of ours taken out again, and nothing else.
//!
//! What is about to be written is read first, as git would: where anything else changes, it is refused.
//! Deliberately absent: what stood there before; whoever has the former bytes puts those back instead.

use super::Unreadable;
use super::edit::{helpers, is_helper, is_http_path};
use super::layout::{Layout, Section, Variable};
use super::pattern::same;
use super::splice::Splices;

/// Computes the file without a helper in the sections of these URLs (`None` is the plain `[credential]`): the helper, and the reset
/// and `UseHttpPath` with it where no other helper needs them.
///
/// # Errors
/// A file that git could not read either.
pub fn take_out(before: &[u8], sections: &[Option<String>], helper: &str) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(before)?;
    let mut splices = Splices::of(&layout);
    let mut gone: Vec<&Variable> = Vec::new();
    let is_named = |section: &&Section| {
        let named = |url: &Option<String>| match (url, &section.subsection) {
            (None, None) => true,
            (Some(url), Some(subsection)) => same(url, subsection),
            (None, Some(_)) | (Some(_), None) => false,
        };
        section.name == "credential" && sections.iter().any(named)
    };
    for section in layout.sections.iter().filter(is_named) {
        let values = || helpers(section).filter_map(|variable| variable.value.as_deref());
        if values().any(|value| value == helper) {
            let others = values().any(|value| value != helper && !value.is_empty());
            let goes = |variable: &Variable| {
                let ours = is_helper(variable) && variable.value.as_deref() == Some(helper);
                ours || (!others && (is_helper(variable) || is_http_path(variable)))
            };
            splices.remove(section, &goes);
            gone.extend(section.variables.iter().filter(|variable| goes(variable)));
        }
    }
    let after = splices.finish();
    if reads_without(&layout, &after, &gone) { Ok(after) } else { Err(disturbing()) }
}

/// Whether git reads from a file what it did before, but for these variables.
fn reads_without(before: &Layout<'_>, after: &[u8], gone: &[&Variable]) -> bool {
    let kept = before.sections.iter().flat_map(|section| section.variables.iter().map(move |of| (section, of)));
    let kept = kept.filter(|(_, variable)| !gone.iter().any(|gone| std::ptr::eq(*gone, *variable)));
    let kept = kept.map(|(section, variable)| variable.entry(section)).map(|entry| (entry.key, entry.value));
    Layout::read(after).is_ok_and(|read| kept.eq(read.entries().into_iter().map(|entry| (entry.key, entry.value))))
}

fn disturbing() -> Unreadable {
    Unreadable { line: None, reason: "the helper cannot be taken out without disturbing other lines".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::take_out;

    const OURS: &str = "[credential \"https://a.example\"]\n\thelper =\n\thelper = !x\n\tUseHttpPath = true\n";

    fn taken(before: &str) -> String {
        let sections = [None, Some("https://a.example".to_owned())];
        String::from_utf8(take_out(before.as_bytes(), &sections, "!x").expect("readable")).expect("UTF-8")
    }

    #[test]
    fn only_what_is_ours_goes() {
        for (before, after) in [
            (format!("[user]\n\tname = a\n{OURS}[core]\n"), "[user]\n\tname = a\n[core]\n"),
            (OURS.replace("!x", "!y"), &OURS.replace("!x", "!y")),
            (
                "[credential]\nhelper = cache\nhelper = !x\nUseHttpPath = true\n".to_owned(),
                "[credential]\nhelper = cache\nUseHttpPath = true\n",
            ),
            (format!("{OURS}\t# mine\n"), "[credential \"https://a.example\"]\n\t# mine\n"),
            (OURS.replace("a.example", "b.example"), &OURS.replace("a.example", "b.example")),
        ] {
            assert_eq!(taken(&before), after);
            assert_eq!(taken(after), after, "twice is once");
        }
    }
}
