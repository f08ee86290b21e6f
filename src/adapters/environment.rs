//! The environment variables, and the folder that the user stood in, as they were when the program began.
//!
//! Deliberately absent: the environment of the process itself, which tests share and which can change underfoot; and folders of PATH
//! that depend on where somebody stands, so that no program of a repository takes the place of one of the computer.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroize;

/// Variables that tie git to one repository (`git rev-parse --local-env-vars`, without the settings of the person).
const OF_A_REPOSITORY: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Variables whose paths begin in the working folder when they are not absolute.
const PATHS: [&str; 19] = [
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "CURL_CA_BUNDLE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_TEMPLATE_DIR",
    "HOME",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

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
    /// Takes a snapshot; of two values of one name the last counts, and of PATH what is absolute.
    pub fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut variables: HashMap<OsString, OsString> = variables.into_iter().collect();
        if let Some(path) = variables.get_mut(OsStr::new("PATH")) {
            *path = absolute(path);
        }
        Self { variables: Arc::new(Variables(variables)), folder: None }
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

    /// The same for a git that is in no repository, wherever somebody stands.
    #[must_use]
    pub fn outside(&self) -> Self {
        let root = PathBuf::from(std::path::MAIN_SEPARATOR_STR);
        let mut variables: HashMap<OsString, OsString> =
            self.all().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        variables.retain(|name, _| !OF_A_REPOSITORY.map(OsStr::new).contains(&name.as_os_str()));
        for name in PATHS.map(OsStr::new) {
            if let Some(value) = variables.get_mut(name).filter(|value| !value.is_empty() && !has_tilde(value)) {
                *value = self.folder().join(&*value).into_os_string();
            }
        }
        variables.insert("PWD".into(), root.clone().into_os_string());
        // A root that is a repository itself is found from everywhere: git is told that there is none.
        if root.join(".git").exists() || root.join("HEAD").exists() {
            variables.insert("GIT_DIR".into(), "/dev/null".into());
        }
        Self { variables: Arc::new(Variables(variables)), folder: Some(root) }
    }

    /// The folder in which programs are run: the one stood in, else the home folder.
    pub fn folder(&self) -> PathBuf {
        self.stood_in().unwrap_or_else(|| self.home())
    }

    /// The folder stood in, as long as it is there.
    pub fn stood_in(&self) -> Option<PathBuf> {
        self.folder.clone().filter(|folder| folder.is_dir())
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

/// The folders of a PATH that do not depend on where somebody stands.
fn absolute(path: &OsStr) -> OsString {
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    // What was split can be joined.
    std::env::join_paths(folders).unwrap_or_default()
}

fn has_tilde(path: &OsStr) -> bool {
    path.as_encoded_bytes().starts_with(b"~")
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
    fn folders_of_path_that_are_not_absolute_are_left_out() {
        for (path, kept) in [
            (".:/usr/bin::bin:/bin:", Some("/usr/bin:/bin")),
            ("/usr/bin", Some("/usr/bin")),
            (".", None),
            ("~/bin:$HOME/bin", None),
        ] {
            assert_eq!(environment(&[("PATH", path)]).get("PATH").as_deref(), kept, "{path}");
        }
    }

    #[test]
    fn outside_of_repositories_settings_and_files_are_the_same_ones() {
        let variables = [
            ("GIT_DIR", "/repository/.git"),
            ("GIT_WORK_TREE", "/repository"),
            ("GIT_CONFIG_COUNT", "0"),
            ("GIT_CONFIG_GLOBAL", "settings"),
            ("AWS_CONFIG_FILE", "~/config"),
            ("HOME", "/home/ann"),
        ];
        let outside = environment(&variables).standing_in("/usr".into()).outside();
        assert_eq!((outside.get("GIT_WORK_TREE"), outside.folder()), (None, PathBuf::from("/")));
        assert_ne!(outside.get("GIT_DIR").as_deref(), Some("/repository/.git"));
        let same = |name: &str| outside.get(name).unwrap();
        assert_eq!((same("GIT_CONFIG_COUNT"), same("AWS_CONFIG_FILE")), ("0".to_owned(), "~/config".to_owned()));
        assert_eq!((same("GIT_CONFIG_GLOBAL"), same("HOME")), ("/usr/settings".to_owned(), "/home/ann".to_owned()));
    }

    #[test]
    fn values_are_not_seen_in_debug() {
        assert!(!format!("{:?}", environment(&[("AWS_SECRET_ACCESS_KEY", "hidden")])).contains("hidden"));
    }
}
