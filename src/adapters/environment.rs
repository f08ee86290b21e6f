//! The environment variables, and the folder that the user stood in, as they were when the program began.
//!
//! Deliberately absent: the environment of the process itself, which tests share and which can change underfoot.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroize;

/// A snapshot of environment variables, and of the working folder; a clone shares its variables.
#[derive(Clone, Default)]
pub struct Environment {
    variables: Arc<Variables>,
    folder: Option<PathBuf>,
}

/// Variables whose values are wiped from memory when they are not needed any more.
#[derive(Default)]
struct Variables(HashMap<OsString, OsString>);

impl Drop for Variables {
    fn drop(&mut self) {
        self.0.drain().for_each(|(_, value)| value.into_encoded_bytes().zeroize());
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets.
        write!(formatter, "Environment({} variables)", self.variables.0.len())
    }
}

impl Environment {
    /// Takes a snapshot; of two values of one name the last counts.
    pub fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self { variables: Arc::new(Variables(variables.into_iter().collect())), folder: None }
    }

    /// The same without some variables.
    #[must_use]
    pub fn without(&self, names: &BTreeSet<String>) -> Self {
        let left = self.all().filter(|(name, _)| name.to_str().is_none_or(|name| !names.contains(name)));
        let left = left.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { folder: self.folder.clone(), ..Self::of(left) }
    }

    /// The same with the folder in which programs are run.
    #[must_use]
    pub fn standing_in(self, folder: PathBuf) -> Self {
        Self { folder: Some(folder), ..self }
    }

    /// The folder in which programs are run: the one stood in, else the home folder.
    pub fn folder(&self) -> PathBuf {
        self.folder.clone().filter(|folder| folder.is_dir()).unwrap_or_else(|| self.home())
    }

    /// The value of a variable that is set, not empty and text.
    pub fn get(&self, name: &str) -> Option<String> {
        self.value(name)?.to_str().map(str::to_owned)
    }

    /// The value of a variable that is set and not empty, as a path; `~/` at its start is the home folder.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).map(|value| self.expanded(Path::new(value)))
    }

    /// The value of a variable that is set and not empty, as a path in which `~` means nothing.
    pub fn path_as_it_is(&self, name: &str) -> Option<PathBuf> {
        self.value(name).map(PathBuf::from)
    }

    /// Every variable, to be handed to a program.
    pub fn all(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The home folder; empty when it is not known.
    pub fn home(&self) -> PathBuf {
        let windows = if cfg!(windows) { self.value("USERPROFILE") } else { None };
        self.value("HOME").or(windows).map(PathBuf::from).unwrap_or_default()
    }

    /// The AWS config file: what `AWS_CONFIG_FILE` names, or `~/.aws/config`.
    pub fn aws_config_file(&self) -> PathBuf {
        self.path("AWS_CONFIG_FILE").unwrap_or_else(|| self.home().join(".aws").join("config"))
    }

    /// The AWS credentials file: what `AWS_SHARED_CREDENTIALS_FILE` names, or `~/.aws/credentials`.
    pub fn aws_credentials_file(&self) -> PathBuf {
        self.path("AWS_SHARED_CREDENTIALS_FILE").unwrap_or_else(|| self.home().join(".aws").join("credentials"))
    }

    /// A path with `~` at its start replaced by the home folder.
    pub fn expanded(&self, path: &Path) -> PathBuf {
        path.strip_prefix("~").map_or_else(|_| path.to_owned(), |rest| self.home().join(rest))
    }

    fn value(&self, name: &str) -> Option<&OsStr> {
        self.variables.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Environment;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let environment = environment(&[("A", ""), ("B", "b")]);
        assert_eq!((environment.get("A"), environment.path("A"), environment.get("C")), (None, None, None));
        assert_eq!(environment.get("B").as_deref(), Some("b"));
        assert_eq!(environment.all().count(), 2);
    }

    #[test]
    fn the_aws_files_are_where_the_variables_say() {
        let plain = environment(&[("HOME", "/home/ann")]);
        assert_eq!(plain.aws_config_file(), PathBuf::from("/home/ann/.aws/config"));
        assert_eq!(plain.aws_credentials_file(), PathBuf::from("/home/ann/.aws/credentials"));
        let named = environment(&[
            ("HOME", "/home/ann"),
            ("AWS_CONFIG_FILE", "~/aws/c"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/etc/k"),
        ]);
        assert_eq!(named.aws_config_file(), PathBuf::from("/home/ann/aws/c"));
        assert_eq!(named.aws_credentials_file(), PathBuf::from("/etc/k"));
        assert_eq!(named.expanded(Path::new("a~/b")), PathBuf::from("a~/b"));
    }

    #[test]
    fn values_are_not_seen_in_debug() {
        assert!(!format!("{:?}", environment(&[("AWS_SECRET_ACCESS_KEY", "hidden")])).contains("hidden"));
    }
}
