//! Why git failed on a repository, in the words for a clone.
//!
//! Deliberately absent: what is recognised (`failures`).

use crate::failures;
use crate::wizard::problem::{Problem, ProblemKind};

/// Why a clone failed.
pub(super) fn of_clone(name: &str, lines: &[String]) -> Problem {
    failures::recognise_for(name, lines).unwrap_or_else(|| {
        let why = failures::shown(&failures::meaningful(lines));
        let hint = "Run the same `git clone` yourself to see more.";
        Problem::new(ProblemKind::Other, format!("git could not clone {name}."), why, hint)
    })
}

#[cfg(test)]
mod tests {
    use super::of_clone;
    use crate::wizard::problem::ProblemKind;

    #[test]
    fn a_failed_clone_tells_what_sort_of_failure_it_is() {
        let cloned = |text: &str| of_clone("site", &[text.to_owned()]).kind;
        let unable = |why: &str| format!("fatal: unable to access 'https://host/v1/repos/site/': {why}");
        assert_eq!(cloned(&unable("The requested URL returned error: 403")), ProblemKind::AccessDenied);
        assert_eq!(cloned(&unable("The requested URL returned error: 429")), ProblemKind::Throttled);
        assert_eq!(cloned(&unable("Could not resolve host: host")), ProblemKind::Unreachable);
        assert_eq!(cloned("fatal: repository 'https://host/v1/repos/site/' not found"), ProblemKind::NotFound);
        assert_eq!(cloned("aws codecommit credential-helper get: aws: not found"), ProblemKind::MissingTool);
        assert_eq!(cloned("fatal: something new"), ProblemKind::Other);
    }

    #[test]
    fn what_a_helper_said_is_the_reason_when_git_got_no_credentials() {
        let unread = "fatal: could not read Username for 'https://host': terminal prompts disabled";
        let problem = of_clone("site", &["something new".to_owned(), unread.to_owned()]);
        assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::BadCredentials, "something new"));
    }
}
