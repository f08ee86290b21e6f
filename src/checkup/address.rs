//! The address of a repository as somebody wrote it: what it leads to, and what is wrong with it.
//!
//! Deliberately absent: whether the repository exists, and the user name or password that may stand in the address: they are cut off.

use crate::wizard::git_host::GitHost;
use crate::wizard::names::{Region, RepositoryName, printable};

/// What git itself puts at the end of a folder, and CodeCommit does not.
const GIT: &str = ".git";

/// How a remote is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `https://`, for which git asks its helpers.
    Https,
    /// `http://`, over which no password of CodeCommit goes.
    Http,
    /// `codecommit://` or `codecommit::`, for which there has to be git-remote-codecommit.
    Grc,
    /// `ssh://`.
    Ssh,
}

/// What stands in an address before the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Nothing.
    No,
    /// A user name; the helper's takes its place.
    Name,
    /// A password as well, which git takes before it asks a helper.
    Password,
}

/// An address that leads to CodeCommit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address without a user name or a password, fit to be shown.
    pub shown: String,
    /// How it is reached.
    pub protocol: Protocol,
    /// The host, where the address names one.
    pub host: Option<String>,
    /// The region, where the address names one.
    pub region: Option<Region>,
    /// The name of the repository, as far as it can be one.
    pub repository: Option<RepositoryName>,
    /// Whether the path begins as those of CodeCommit do, with `/v1/repos/`.
    pub whole_path: bool,
    /// What stands at its end and does not belong there.
    pub ending: Option<&'static str>,
    /// What stands in it before the host.
    pub login: Login,
    /// The profile that a `codecommit://` address names.
    pub profile: Option<String>,
}

impl Address {
    /// Reads an address; `None` when it does not lead to CodeCommit.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("codecommit:") {
            return Some(Self::of_grc(text, rest));
        }
        let (scheme, rest) = text.split_once("://")?;
        let protocol = match scheme.to_ascii_lowercase().as_str() {
            "https" => Protocol::Https,
            "http" => Protocol::Http,
            "ssh" => Protocol::Ssh,
            _ => return None,
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let user = user.filter(|_| matches!(protocol, Protocol::Https | Protocol::Http));
        let host = host.to_ascii_lowercase();
        let region = GitHost::parse(&host)?.region().clone();
        let own = path.strip_prefix("v1/repos/");
        let name = own.unwrap_or(path);
        let ending = if name.ends_with('/') { Some("/") } else { name.ends_with(GIT).then_some(GIT) };
        let name = name.trim_end_matches('/').trim_end_matches(GIT);
        let login = match user {
            None => Login::No,
            Some(user) if user.contains(':') => Login::Password,
            Some(_) => Login::Name,
        };
        Some(Self {
            shown: printable(&format!("{scheme}://{host}/{path}")),
            protocol,
            host: Some(host.clone()),
            region: Some(region),
            repository: RepositoryName::parse(name).ok(),
            whole_path: own.is_some(),
            ending,
            login,
            profile: None,
        })
    }

    /// `codecommit://[PROFILE@]NAME` or `codecommit::REGION://[PROFILE@]NAME`.
    fn of_grc(text: &str, rest: &str) -> Self {
        let (region, name) = match rest.strip_prefix(':').and_then(|rest| rest.split_once("://")) {
            Some((region, name)) => (Region::parse(region).ok(), name),
            None => (None, rest.trim_start_matches('/')),
        };
        let (profile, name) = name.rsplit_once('@').map_or((None, name), |(profile, name)| (Some(profile), name));
        Self {
            shown: printable(text),
            protocol: Protocol::Grc,
            host: None,
            region,
            repository: RepositoryName::parse(name.trim_end_matches('/')).ok(),
            whole_path: true,
            ending: None,
            login: Login::No,
            profile: profile.map(str::to_owned),
        }
    }

    /// The address that git can use with a helper, for this region where none is named.
    pub fn clean(&self, otherwise: &Region) -> Option<String> {
        let name = self.repository.as_ref()?;
        let region = self.region.as_ref().unwrap_or(otherwise);
        let host = self.host.clone().filter(|_| self.protocol == Protocol::Https).unwrap_or_else(|| region.git_host());
        Some(format!("https://{host}/v1/repos/{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Login, Protocol};
    use crate::wizard::names::Region;

    #[test]
    fn an_address_is_taken_apart_and_its_password_is_nowhere() {
        let address =
            Address::parse("https://AKIA%25tok:hidden@git-codecommit.us-east-2.amazonaws.com/v1/repos/Demo/").unwrap();
        assert_eq!((address.login, address.ending), (Login::Password, Some("/")));
        assert_eq!(address.shown, "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/Demo/");
        assert_eq!(address.repository.as_ref().unwrap().as_str(), "Demo");
        assert!(!format!("{address:?}").contains("hidden"));
        let region = Region::parse("eu-west-1").unwrap();
        assert_eq!(address.clean(&region).unwrap(), "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/Demo");
    }

    #[test]
    fn other_protocols_and_hosts_are_told_apart() {
        let protocol = |text: &str| Address::parse(text).map(|address| address.protocol);
        assert_eq!(protocol("ssh://KEY@git-codecommit.us-east-2.amazonaws.com/v1/repos/a"), Some(Protocol::Ssh));
        assert_eq!(protocol("http://git-codecommit.us-east-2.amazonaws.com/v1/repos/a"), Some(Protocol::Http));
        assert_eq!(protocol("codecommit://dev@a"), Some(Protocol::Grc));
        assert_eq!(protocol("https://github.com/a/b.git"), None);
        for host in [
            "git-codecommit.us-east-2.amazonaws.com.evil.example",
            "evil.example?.git-codecommit.us-east-2.amazonaws.com",
        ] {
            assert_eq!(protocol(&format!("https://{host}/v1/repos/a")), None, "{host}");
        }
        assert_eq!(protocol("git@github.com:a/b"), None);
        let grc = Address::parse("codecommit::eu-west-1://dev@a").unwrap();
        assert_eq!((grc.profile.as_deref(), grc.region.unwrap().as_str()), (Some("dev"), "eu-west-1"));
        let vpc = Address::parse("https://vpce-1.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/a.git").unwrap();
        assert!(vpc.ending == Some(".git") && vpc.host.unwrap().starts_with("vpce-1."));
    }
}
