//! A check-up as one text for a ticket.
//!
//! Deliberately absent: secrets, by what a check-up is made of; the text goes through a net for them all the same.

use super::text::wrapped;
use super::{Checkup, Evidence, questions};
use crate::redact::{masked, without_accounts};

/// How wide the text is.
const WIDTH: usize = 100;

/// The report of a check-up; without the numbers of accounts where they are to be hidden.
pub fn report(checkup: &Checkup, hide_accounts: bool) -> String {
    let mut lines = vec![format!("codecommit-setup doctor, {}", checkup.evidence.when), String::new()];
    verdict(checkup, &mut lines);
    about(checkup, &mut lines);
    heading("Checks", &mut lines);
    for check in &checkup.checks {
        let head = format!("{:<5}{:<26}", check.status.word(), check.title);
        let text = if check.why.is_empty() { check.found.clone() } else { format!("{} | {}", check.found, check.why) };
        lines.extend(wrapped(&format!("{text} [{} ms]", check.milliseconds), &head, &" ".repeat(31), WIDTH));
    }
    grounds(&checkup.evidence, &mut lines);
    // All of it at once: a secret may go over the end of a line.
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    let text = masked(&(lines.join("\n") + "\n"));
    if hide_accounts { without_accounts(&text) } else { text }
}

fn verdict(checkup: &Checkup, lines: &mut Vec<String>) {
    let Some(verdict) = &checkup.verdict else { return };
    lines.extend(wrapped(&format!("{}  {}", verdict.code, verdict.what), "", "      ", WIDTH));
    lines.extend(wrapped(&verdict.why, "      ", "      ", WIDTH));
    lines.extend(verdict.fix.iter().map(|line| format!("      → {line}")));
    let questions = questions(checkup);
    if !questions.is_empty() {
        heading("Why CodeCommit refuses Git", lines);
        for question in questions {
            let text = format!("{} {}: {}", question.asks, question.answer(), question.found);
            lines.extend(wrapped(&text, "", "  ", WIDTH));
        }
    }
}

fn about(checkup: &Checkup, lines: &mut Vec<String>) {
    heading("What was looked at", lines);
    let of = [("profile", &checkup.profile), ("region", &checkup.region), ("host", &checkup.host)];
    lines.extend(of.iter().map(|(name, value)| format!("{name:<9}{}", value.as_deref().unwrap_or("none"))));
    if let Some([account, arn, kind]) = &checkup.identity {
        lines.push(format!("identity {arn} ({kind}, account {account})"));
    }
}

fn grounds(evidence: &Evidence, lines: &mut Vec<String>) {
    heading("Versions", lines);
    lines.extend(evidence.versions.iter().map(|(name, version)| format!("{name:<18}{version}")));
    heading("Git's helpers, in the order in which they are read", lines);
    lines.extend(evidence.helpers.iter().cloned());
    for (name, own) in &evidence.files {
        heading(name, lines);
        lines.extend(own.iter().map(|line| format!("  {line}")));
    }
    heading("Programs that were run", lines);
    for ran in &evidence.commands {
        let code = ran.code.map_or_else(|| "ended".to_owned(), |code| format!("exit {code}"));
        lines.push(format!("{code:<9}{:>6} ms  {}", ran.milliseconds, ran.command));
    }
    heading("Environment", lines);
    for (name, value) in &evidence.environment {
        lines.push(format!("{name} = {}", value.as_deref().unwrap_or("(set, left out)")));
    }
}

fn heading(text: &str, lines: &mut Vec<String>) {
    lines.extend([String::new(), text.to_owned(), "-".repeat(text.chars().count())]);
}

#[cfg(test)]
mod tests {
    use super::report;
    use crate::checkup::{Check, Checkup, Evidence, Names, Ran};

    #[test]
    fn a_report_holds_what_a_ticket_needs() {
        let evidence = Evidence {
            when: "2026-01-02 03:04:05 UTC".to_owned(),
            versions: vec![("git".to_owned(), "2.47.3".to_owned())],
            helpers: vec!["asked first  !aws … at ~/.gitconfig:6".to_owned()],
            files: vec![("~/.aws/config".to_owned(), vec!["region = us-east-2".to_owned()])],
            commands: vec![Ran { command: "git ls-remote".to_owned(), code: Some(128), milliseconds: 12 }],
            environment: vec![("AWS_SECRET_ACCESS_KEY".to_owned(), None)],
        };
        let checks = vec![Check::fail("profile", "profile-missing", "there is no profile dev in 123456789012")];
        let checkup = Checkup { checks, evidence, ..Checkup::default() }.judged(&Names::default());
        let text = report(&checkup, false);
        for part in
            ["P-21", "2.47.3", "~/.gitconfig:6", "region = us-east-2", "exit 128", "(set, left out)", "123456789012"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!report(&checkup, true).contains("123456789012"));
    }
}
