//! A check-up as lines for a terminal: the verdict first, then every check.
//!
//! Deliberately absent: colours, and drawing: a face may do more.

use super::{Checkup, Status, Verdict, known, questions};

/// The lines of a check-up, no wider than a terminal where words allow it.
pub fn table(checkup: &Checkup, width: usize, marks: [&str; 4]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(verdict) = &checkup.verdict {
        lines.extend(wrapped(&format!("{}  {}", verdict.code, verdict.what), "", "      ", width));
        if !verdict.why.is_empty() {
            lines.extend(wrapped(&verdict.why, "      ", "      ", width));
        }
        lines.extend(to_do(&verdict.fix));
        lines.push(String::new());
    }
    let questions = questions(checkup);
    if !questions.is_empty() {
        lines.push("Why CodeCommit refuses Git, asked in this order:".to_owned());
        for (number, question) in questions.iter().enumerate() {
            let head = format!("  {}. ", number + 1);
            let text = format!("{} {}: {}", question.asks, question.answer(), question.found);
            lines.extend(wrapped(&text, &head, "     ", width));
        }
        lines.push(String::new());
    }
    let about = [("profile", &checkup.profile), ("region", &checkup.region), ("host", &checkup.host)];
    for (name, value) in about {
        lines.extend(value.as_ref().map(|value| format!("{name:<9}{value}")));
    }
    if let Some([account, arn, _]) = &checkup.identity {
        lines.push(format!("identity {arn} (account {account})"));
    }
    lines.push(String::new());
    let wide = checkup.checks.iter().map(|check| check.title.chars().count()).max().unwrap_or_default();
    for check in &checkup.checks {
        let mark = marks[match check.status {
            Status::Pass => 0,
            Status::Warn => 1,
            Status::Fail => 2,
            Status::Skip => 3,
        }];
        let head = format!("{mark} {:<wide$}  ", check.title);
        let indent = " ".repeat(head.chars().count());
        let bad = matches!(check.status, Status::Warn | Status::Fail);
        let text = if bad && !check.why.is_empty() {
            format!("{} {}", stop(&check.found), check.why)
        } else {
            check.found.clone()
        };
        lines.extend(wrapped(&text, &head, &indent, width));
        if bad {
            lines.extend(check.fix.iter().map(|line| format!("{indent}→ {line}")));
        }
    }
    lines
}

/// What a verdict means and what to do, for whoever was told its code.
pub fn explained(verdict: &Verdict, width: usize) -> Vec<String> {
    let mut lines = wrapped(&format!("{}  {}", verdict.code, plain(&verdict.what)), "", "      ", width);
    if !verdict.why.is_empty() {
        lines.extend(wrapped(&plain(&verdict.why), "      ", "      ", width));
    }
    let fix: Vec<String> = verdict.fix.iter().map(|line| plain(line)).collect();
    lines.extend(to_do(&fix));
    if let Some(step) = &verdict.step {
        lines.push(format!("      The step {step} of `codecommit-setup` mends it."));
    }
    lines
}

/// Every code with its sentence.
pub fn codes(width: usize) -> Vec<String> {
    known()
        .iter()
        .flat_map(|verdict| wrapped(&format!("{}  {}", verdict.code, plain(&verdict.what)), "", "      ", width))
        .collect()
}

/// A text of the table with words for what it leaves open.
fn plain(text: &str) -> String {
    text.replace("{profile}", "PROFILE")
        .replace("{region}", "REGION")
        .replace("{host}", "HOST")
        .replace("{repository}", "REPOSITORY")
}

fn to_do(fix: &[String]) -> Vec<String> {
    // Commands are copied: never broken over lines.
    fix.iter().map(|line| format!("      → {line}")).collect()
}

fn stop(text: &str) -> String {
    if text.ends_with(['.', ':', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// A text in lines that are no wider than this.
pub(super) fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(40))
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}
