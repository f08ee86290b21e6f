//! What git and its credential helpers say when they fail, and what it means (`assets/helper-failures.toml`).
//!
//! Deliberately absent: running anything, and lines that could hold a password: they are passed over.

use std::sync::LazyLock;

use serde::Deserialize;

mod layout;

use crate::wizard::problem::{Problem, ProblemKind};

/// How many lines of a tool are shown at most.
const SHOWN: usize = 3;

/// How lines of git itself begin.
const GIT: [&str; 4] = ["fatal:", "remote:", "error:", "warning:"];

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../assets/helper-failures.toml")).unwrap_or_default());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    failure: Vec<Failure>,
    exit: Vec<Exit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    #[serde(default)]
    by: Speaker,
    marks: Vec<Vec<String>>,
    kind: ProblemKind,
    what: String,
    hint: String,
    /// Lines that were really printed, for the test.
    #[cfg_attr(not(test), expect(dead_code, reason = "the file holds its own examples"))]
    seen: Vec<String>,
}

/// Who says a line.
#[derive(Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    #[default]
    Helper,
    Git,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exit {
    codes: Vec<i32>,
    what: String,
}

/// What these lines of standard error mean, where that is known.
pub fn recognise(lines: &[String]) -> Option<Problem> {
    recognise_for("the repository", lines)
}

/// The same about a repository that is known by its name.
pub fn recognise_for(name: &str, lines: &[String]) -> Option<Problem> {
    let lines = layout::plain(lines.iter().filter(|line| !may_hold_secret(line)));
    TABLE.failure.iter().find_map(|failure| {
        let line = lines.iter().find(|line| failure.fits(line))?;
        let why = match failure.by {
            Speaker::Helper => line.clone(),
            Speaker::Git => said_by_git(&lines).unwrap_or_else(|| line.clone()),
        };
        Some(Problem::new(failure.kind, failure.what.replace("{name}", name), why, &failure.hint))
    })
}

/// What the exit code of an AWS CLI that says nothing means, as the end of a sentence (its `constants.py`; the shell's own).
pub fn exit_code(code: i32) -> Option<&'static str> {
    TABLE.exit.iter().find(|exit| exit.codes.contains(&code)).map(|exit| exit.what.as_str())
}

/// The lines that say something, without those that could hold a secret and those that follow from others.
pub fn meaningful(lines: &[String]) -> Vec<String> {
    // What git says when it got no password, and when the helper has said why there is none.
    let follows = |line: &str| line.starts_with("fatal: could not read") || line.ends_with("told us to quit");
    layout::plain(lines.iter().filter(|line| !may_hold_secret(line) && !follows(line)))
}

/// The last lines, for a person to read.
pub fn shown(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(SHOWN)..].join("\n")
}

impl Failure {
    fn fits(&self, line: &str) -> bool {
        let low = match self.by {
            Speaker::Helper if is_git(line) => return false,
            Speaker::Helper => line.to_lowercase(),
            Speaker::Git => without_urls(line).to_lowercase(),
        };
        self.marks.iter().any(|all| all.iter().all(|mark| low.contains(mark)))
    }
}

/// The last lines in which git gives a reason; what others said, where it gives none.
fn said_by_git(lines: &[String]) -> Option<String> {
    let telling = meaningful(lines);
    let (git, others): (Vec<String>, Vec<String>) = telling.into_iter().partition(|line| is_git(line));
    let git: Vec<String> = git.into_iter().filter(|line| !line.to_lowercase().starts_with("warning:")).collect();
    let why = shown(if git.is_empty() { &others } else { &git });
    (!why.is_empty()).then_some(why)
}

fn is_git(line: &str) -> bool {
    let low = line.to_lowercase();
    GIT.iter().any(|start| low.starts_with(start))
}

fn may_hold_secret(line: &str) -> bool {
    let low = line.to_lowercase();
    low.contains("password=") || low.contains("authorization:")
}

/// `unable to access 'https://…/my-proxy/': …`: the name of a repository is no reason.
fn without_urls(line: &str) -> String {
    line.split('\'').filter(|part| !part.contains("://")).collect::<Vec<_>>().join("'")
}

#[cfg(test)]
mod tests {
    use super::{Failure, TABLE, exit_code, meaningful, recognise, recognise_for};
    use crate::wizard::problem::{Problem, ProblemKind};

    fn of(line: &str) -> Option<Problem> {
        recognise(&[line.to_owned()])
    }

    fn is_whole(failure: &Failure) -> bool {
        let lower = |mark: &String| !mark.is_empty() && *mark == mark.to_lowercase();
        let marks = failure.marks.iter().all(|all| !all.is_empty() && all.iter().all(lower));
        let sentence = |text: &str| text.ends_with('.');
        marks && !failure.marks.is_empty() && sentence(&failure.what) && sentence(&failure.hint)
    }

    #[test]
    fn every_entry_recognises_the_lines_that_were_seen() {
        assert!(TABLE.failure.len() > 30, "the file is well-formed");
        for failure in &TABLE.failure {
            assert!(is_whole(failure) && !failure.seen.is_empty(), "{}", failure.what);
            for line in &failure.seen {
                let problem = of(&line.replace("{name}", "proxy-tls-404")).unwrap_or_else(|| panic!("{line}"));
                let what = failure.what.replace("{name}", "the repository");
                assert_eq!((problem.what, problem.kind), (what, failure.kind), "{line}");
                assert!(!problem.why.is_empty() && !problem.why.contains("[ERROR]"), "{line}");
            }
        }
    }

    #[test]
    fn the_repository_is_called_by_its_name() {
        let lines =
            ["fatal: unable to access 'https://h/v1/repos/x/': The requested URL returned error: 403".to_owned()];
        assert_eq!(recognise_for("site", &lines).unwrap().what, "AWS did not let this identity read site.");
    }

    #[test]
    fn an_error_in_json_is_read_as_its_message() {
        let lines = ["{", "\"Code\": \"NoRegion\",", "\"Message\": \"You must specify a region.\"", "}"];
        let problem = recognise(&lines.map(str::to_owned)).unwrap();
        assert_eq!(problem.why, "An error occurred (NoRegion): You must specify a region.");
        assert_eq!(of("\"Message\": \"half").map(|problem| problem.what), None);
    }

    #[test]
    fn a_traceback_and_a_page_of_usage_are_recognised_by_the_line_that_tells() {
        let traceback = "Traceback (most recent call last):\n  File \"/usr/bin/aws\", line 27, in <module>\n    sys.exit(main())\n\
            botocore.exceptions.ConfigParseError: Unable to parse config file: /home/ann/.aws/credentials";
        let lines: Vec<String> = traceback.lines().map(str::to_owned).collect();
        assert_eq!(recognise(&lines).unwrap().kind, ProblemKind::BrokenFile);
        let page = "usage: aws [options] <command>\naws: error: argument command: Invalid choice, valid choices are:\n\ns3api | s3";
        let lines: Vec<String> = page.lines().map(str::to_owned).collect();
        assert_eq!(recognise(&lines).unwrap().kind, ProblemKind::BadInput);
    }

    #[test]
    fn the_name_of_a_repository_is_no_reason() {
        assert_eq!(of("fatal: unable to access 'https://host/v1/repos/my-proxy/': odd"), None);
        assert_eq!(of("something new"), None);
        assert_eq!(recognise(&[]), None);
    }

    #[test]
    fn a_line_that_could_hold_a_secret_is_never_quoted() {
        let lines =
            ["'path' password=hidden", "Authorization: Basic aGlkZGVu", "fatal: could not read Username", "said"];
        let lines = lines.map(str::to_owned);
        assert_eq!(meaningful(&lines), ["said"]);
        assert_eq!(meaningful(&["", "{", "}", "aws: [ERROR]:"].map(str::to_owned)), [""; 0]);
        let problem = recognise(&lines).unwrap();
        assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::BadCredentials, "said"));
    }

    #[test]
    fn an_exit_code_without_words_means_something() {
        for code in [252, 253, 254, 255, 127] {
            assert!(exit_code(code).is_some(), "{code}");
        }
        assert_eq!(exit_code(0), None);
    }
}
