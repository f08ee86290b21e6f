//! What is in the place where a clone is to go: a clone of the same repository is fine, anything else is named and left alone.
//!
//! Deliberately absent: changing anything of it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Git, cannot_run};
use crate::adapters::child;
use crate::wizard::clone_url;
use crate::wizard::effect::Cloned;
use crate::wizard::names::{Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};

impl Git {
    /// Says what is there: a clone of this repository, or why nothing can be cloned into it.
    pub(super) async fn there(&self, url: &str, directory: PathBuf) -> Result<Cloned, Problem> {
        if let Some(other) = other_spelling(&directory) {
            let (wanted, other) = (name_of(&directory), printable(&other.to_string_lossy()));
            let why = format!("{other} is there, and this disk does not tell {wanted} from {other}.");
            return Err(conflict(&directory, why));
        }
        if !directory.join(".git").exists() {
            return Err(conflict(&directory, kind_of(&directory)));
        }
        let origin = self.ask(&directory, &["config", "--local", "--get", "remote.origin.url"]).await?;
        let Some(origin) = origin else {
            return Err(conflict(&directory, "It is a git repository without a remote named origin.".to_owned()));
        };
        let (same, form) = compare(url, &origin);
        if !same {
            return Err(conflict(&directory, format!("It is a clone of {}.", printable(&without_password(&origin)))));
        }
        let empty = self.ask(&directory, &["rev-parse", "--quiet", "--verify", "HEAD"]).await?.is_none();
        let (branches, empty) = if empty { self.unborn(&directory).await? } else { (Vec::new(), false) };
        Ok(Cloned { directory, was_there: true, empty, branches, other_form: form, ..Cloned::default() })
    }

    /// The branches of a clone in which nothing is checked out, and whether that is for want of any.
    pub(super) async fn unborn(&self, directory: &Path) -> Result<(Vec<String>, bool), Problem> {
        let refs = ["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin"];
        let branches = self.ask(directory, &refs).await?.unwrap_or_default();
        let branches: Vec<String> =
            branches.lines().filter(|name| *name != "HEAD" && !name.is_empty()).map(printable).collect();
        let empty = branches.is_empty();
        Ok((branches, empty))
    }

    /// What a git command in a folder prints, when it succeeds.
    async fn ask(&self, directory: &Path, arguments: &[&str]) -> Result<Option<String>, Problem> {
        let mut command = self.looking_command()?;
        command.arg("-C").arg(directory).args(arguments);
        let output = child::output(command, None).await.map_err(|error| cannot_run(&error))?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim_end().to_owned()))
    }
}

/// Whether a remote is this repository, and in which other form of URL it names it.
fn compare(url: &str, origin: &str) -> (bool, Option<&'static str>) {
    let trimmed = |text: &str| text.trim().trim_end_matches('/').to_owned();
    if trimmed(url) == trimmed(origin) {
        return (true, None);
    }
    let Ok(anywhere) = Region::parse("us-east-1") else { return (false, None) };
    let Ok(wanted) = clone_url::read(url, &anywhere) else { return (false, None) };
    // A URL without a region means the region that is looked for.
    match clone_url::read(origin, &wanted.region) {
        Ok(there) if there.is_same(&wanted) && origin.contains("://") => {
            (true, (there.form != wanted.form).then(|| there.form.label()))
        }
        Ok(_) | Err(_) => (false, None),
    }
}

fn conflict(directory: &Path, why: String) -> Problem {
    let shown = printable(&directory.display().to_string());
    let what = format!("{shown} is there already, and is not a clone of this repository.");
    Problem::new(ProblemKind::Conflict, what, why, "It was left as it is. Choose another folder.")
}

/// What something is that is no clone, in a sentence.
fn kind_of(path: &Path) -> String {
    let Ok(about) = fs::symlink_metadata(path) else { return "It cannot be looked at.".to_owned() };
    if about.is_symlink() {
        let leads = fs::read_link(path).map(|to| printable(&to.display().to_string())).unwrap_or_default();
        let nowhere = if path.exists() { "" } else { ", which is not there" };
        return format!("It is a link to {leads}{nowhere}.");
    }
    if about.is_file() {
        return "It is a file.".to_owned();
    }
    if !about.is_dir() {
        return "It is neither a file nor a folder.".to_owned();
    }
    match fs::read_dir(path).map(Iterator::count) {
        Ok(1) => "It is a folder with something in it that is not Git's.".to_owned(),
        Ok(count) => format!("It is a folder with {count} files and folders in it, none of them Git's."),
        Err(error) => format!("It is a folder that may not be read ({error})."),
    }
}

/// The name of what is really there, where the disk does not tell it from the one that is wanted.
fn other_spelling(directory: &Path) -> Option<OsString> {
    let wanted = directory.file_name()?;
    let names = fs::read_dir(directory.parent()?).ok()?.flatten().map(|entry| entry.file_name());
    spelled(names, &wanted.to_os_string())
}

/// Among the names of a folder, the one that differs from the wanted one by case alone, unless that is there itself.
fn spelled(names: impl Iterator<Item = OsString>, wanted: &OsString) -> Option<OsString> {
    let low = |name: &OsString| name.to_string_lossy().to_lowercase();
    let alike: Vec<OsString> = names.filter(|name| low(name) == low(wanted)).collect();
    if alike.contains(wanted) { None } else { alike.into_iter().next() }
}

fn name_of(path: &Path) -> String {
    printable(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// A URL without the user and the password that may stand in it.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    match host.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => format!("{scheme}://{host}{path}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{compare, spelled, without_password};

    const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site";

    #[test]
    fn the_same_repository_is_known_in_any_form_of_its_url() {
        for (origin, form) in [
            (URL, None),
            ("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site/", None),
            ("https://me@git-codecommit.us-east-2.amazonaws.com/v1/repos/site", None),
            ("https://git-codecommit-fips.us-east-2.amazonaws.com/v1/repos/site", None),
            ("codecommit::us-east-2://work@site", Some("GRC")),
            ("codecommit://site", Some("GRC")),
            ("ssh://K@git-codecommit.us-east-2.amazonaws.com/v1/repos/site", Some("SSH")),
        ] {
            assert_eq!(compare(URL, origin), (true, form), "{origin}");
        }
        for origin in [
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/site",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/Site",
            "codecommit::eu-west-1://site",
            "https://github.com/a/site",
            "site",
            "",
        ] {
            assert!(!compare(URL, origin).0, "{origin}");
        }
        assert!(compare("file:///a/site.git", "file:///a/site.git/").0);
    }

    #[test]
    fn a_name_in_other_capitals_is_found_only_where_the_very_name_is_not() {
        let names = |names: &[&str]| names.iter().map(OsString::from).collect::<Vec<_>>().into_iter();
        assert_eq!(spelled(names(&["api", "Site"]), &"site".into()), Some("Site".into()));
        assert_eq!(spelled(names(&["site", "Site"]), &"site".into()), None);
        assert_eq!(spelled(names(&["sites"]), &"site".into()), None);
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        assert_eq!(without_password("https://a:b@host/x"), "https://host/x");
        assert_eq!(without_password("ssh://K@host/x"), "ssh://K@host/x");
        assert_eq!(without_password("host"), "host");
    }
}
