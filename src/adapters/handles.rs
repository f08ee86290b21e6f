//! File handles: how many a process may have is a limit of its own, and reaching it looks like any other failure.
//!
//! Deliberately absent: counting them; the system says when there are too few.

use std::error::Error;
use std::io;

use crate::wizard::problem::{Problem, ProblemKind};

/// Says so where something failed because too many files are open.
pub(crate) fn too_few(error: &(dyn Error + 'static)) -> Option<Problem> {
    let mut all = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    all.any(is_about_handles).then(|| problem(""))
}

/// An error, and all that it comes from.
pub(crate) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        // What an error of the system was made of is not among its sources.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// What to say when there are too few.
pub(crate) fn problem(why: &str) -> Problem {
    let what = "Too many files are open: this terminal allows a program too few at a time.";
    let hint = "Type `ulimit -n 1024`, or open a new terminal, then try again.";
    Problem::new(ProblemKind::Other, what, why, hint)
}

#[cfg(unix)]
fn is_about_handles(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let number = error.raw_os_error();
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| number == Some(errno.raw_os_error()))
}

#[cfg(not(unix))]
fn is_about_handles(_: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::too_few;

    #[test]
    fn it_is_found_below_other_errors() {
        let full = || io::Error::from_raw_os_error(24);
        assert!(too_few(&full()).is_some());
        assert!(too_few(&io::Error::other(io::Error::other(full()))).is_some());
        assert!(too_few(&io::Error::from_raw_os_error(2)).is_none());
    }
}
