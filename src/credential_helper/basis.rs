//! What the temporary credentials of a profile rest on, as one hash: with another hash, they may be somebody else's.
//!
//! That is its part of the AWS files, the region, the environment, the sign-ins of the AWS CLI and the tokens, by what is in them, and
//! for the role of a machine the machine. Deliberately absent: what a program gives, since nobody knows on what that rests.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::adapters::environment::Environment;
use crate::profiles::{Found, RestsOn};
use crate::wizard::names::Region;

/// What every variable begins with that the AWS SDK and the AWS CLI read.
const OF_AWS: &str = "AWS_";
/// Variables of another name that lead to another folder, another server or another key, in capitals.
const VARIABLES: [&str; 11] = [
    "HOME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SECRET_ACCESS_KEY",
];
/// Variables of AWS that are about what the AWS CLI prints; editors and terminals differ in them.
const OF_NO_MEANING: [&str; 3] = ["AWS_PAGER", "AWS_DEFAULT_OUTPUT", "AWS_CLI_"];
/// Variables that name a file with a token in it.
const TOKEN_FILES: [&str; 2] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
/// No token and no sign-in comes near it, in bytes.
const LARGEST: u64 = 256 * 1024;
/// Nobody has so many sign-ins.
const MOST: usize = 500;

/// What credentials rest on.
pub(super) struct Basis {
    /// A hash over all that cannot change while this process runs.
    fixed: Sha256,
    /// Files with a token in them.
    tokens: Vec<PathBuf>,
    /// Folders in which the AWS CLI keeps its sign-ins.
    sign_ins: Vec<PathBuf>,
}

impl Basis {
    /// What the credentials of a profile rest on; `None` where a program gives them.
    pub(super) fn of(found: &Found, region: &Region, environment: &Environment) -> Option<Self> {
        let rests_on = &found.rests_on;
        if rests_on.contains(&RestsOn::Program) {
            return None;
        }
        let mut fixed = Sha256::new_with_prefix(found.mark);
        add(&mut fixed, region.as_str().as_bytes());
        let counts = |name: &OsStr| name.to_str().is_some_and(counts);
        let mut variables: Vec<_> = environment.all().filter(|(name, _)| counts(name)).collect();
        variables.sort_unstable();
        for (name, value) in variables {
            add(&mut fixed, name.as_encoded_bytes());
            add(&mut fixed, value.as_encoded_bytes());
        }
        let named = TOKEN_FILES.iter().filter_map(|name| environment.path_as_it_is(name));
        let (mut tokens, mut sign_ins) = (named.collect::<Vec<_>>(), Vec::new());
        let aws = environment.home().join(".aws");
        for it in rests_on {
            match it {
                RestsOn::Program => {}
                RestsOn::Machine => add_machine(&mut fixed),
                RestsOn::Sso => sign_ins.push(aws.join("sso").join("cache")),
                RestsOn::Login => {
                    let named = environment.path("AWS_LOGIN_CACHE_DIRECTORY");
                    sign_ins.push(named.unwrap_or_else(|| aws.join("login").join("cache")));
                }
                // As the SDK takes it: from the folder stood in, and without a meaning for `~`.
                RestsOn::TokenFile(path) => tokens.push(path.into()),
            }
        }
        Some(Self { fixed, tokens, sign_ins })
    }

    /// The hash as all of it is now; `None` where it cannot be had, so that nothing is to be kept.
    pub(super) fn now(&self) -> Option<String> {
        let mut hash = self.fixed.clone();
        for token in &self.tokens {
            add_file(&mut hash, token)?;
        }
        for folder in &self.sign_ins {
            add_folder(&mut hash, folder)?;
        }
        Some(hex::encode(hash.finalize()))
    }
}

/// Whether another value of a variable may lead to other credentials.
fn counts(name: &str) -> bool {
    // Proxies are also written in small letters, and Windows does not tell one from the other.
    let name = name.to_ascii_uppercase();
    let of_aws = name.starts_with(OF_AWS) && !OF_NO_MEANING.iter().any(|start| name.starts_with(start));
    of_aws || VARIABLES.contains(&name.as_str())
}

/// Each text with its length, so that no two lists of them give the same bytes.
fn add(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

/// Which machine or container this is: several may have one home folder, and a role each.
fn add_machine(hash: &mut Sha256) {
    #[cfg(unix)]
    add(hash, rustix::system::uname().nodename().to_bytes());
    #[cfg(target_os = "linux")]
    {
        add(hash, &fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default());
        // Another one in each container.
        add(hash, fs::read_link("/proc/self/ns/net").unwrap_or_default().as_os_str().as_encoded_bytes());
    }
}

/// All sign-ins of a folder; `None` where there is something that is none.
fn add_folder(hash: &mut Sha256, folder: &Path) -> Option<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return missing(hash, &error),
    };
    let mut files =
        entries.take(MOST + 1).map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>().ok()?;
    if files.len() > MOST {
        return None;
    }
    files.sort_unstable();
    for file in files.iter().filter(|file| !file.is_dir()) {
        add(hash, file.file_name()?.as_encoded_bytes());
        add_file(hash, file)?;
    }
    Some(())
}

/// A file by what is in it; `None` for what can be read only once, and for what is too large.
fn add_file(hash: &mut Sha256, path: &Path) -> Option<()> {
    // Before it is opened, since a pipe would be waited for.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() < LARGEST => {}
        Ok(_) => return None,
        Err(error) => return missing(hash, &error),
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    add(hash, &bytes);
    Some(())
}

/// That something is not there is a state as any other.
fn missing(hash: &mut Sha256, error: &io::Error) -> Option<()> {
    hash.update([0xff; 8]);
    (error.kind() == ErrorKind::NotFound).then_some(())
}

#[cfg(test)]
mod tests {
    use super::{Basis, counts};
    use crate::adapters::environment::Environment;
    use crate::profiles::find;
    use crate::wizard::names::Region;

    #[test]
    fn every_variable_of_aws_counts_but_those_about_what_is_printed() {
        for name in [
            "AWS_PROFILE",
            "AWS_SOMETHING_NEW",
            "HOME",
            "https_proxy",
            "NO_PROXY",
            "SSL_CERT_FILE",
            "SECRET_ACCESS_KEY",
        ] {
            assert!(counts(name), "{name}");
        }
        for name in ["AWS_PAGER", "AWS_CLI_AUTO_PROMPT", "PATH", "HOMER", "", "AWS", "MY_AWS_PROFILE"] {
            assert!(!counts(name), "{name}");
        }
    }

    #[test]
    fn what_can_be_read_only_once_or_not_at_all_is_no_basis() {
        let now = |file: &str| {
            let config = format!("[profile a]\nrole_arn=r\nweb_identity_token_file={file}\n");
            let found = find(config.as_bytes(), b"", "a").expect("well-formed").expect("a profile");
            let region = Region::parse("us-east-1").expect("a region");
            Basis::of(&found, &region, &Environment::default()).expect("no program").now()
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
        std::fs::write(path("token"), "a").expect("a file");
        std::fs::write(path("large"), vec![b'a'; 300_000]).expect("a file");
        assert!(now(&path("token")).is_some() && now(&path("gone")).is_some());
        assert_ne!(now(&path("token")), now(&path("gone")));
        for file in [path("large"), path(""), path("token/token"), "/dev/null".to_owned()] {
            assert_eq!(now(&file), None, "{file}");
        }
    }
}
