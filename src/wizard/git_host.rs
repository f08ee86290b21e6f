//! A host of CodeCommit for git, parsed once: the only place that decides which hosts are, for the helper, clone URLs and remotes.
//!
//! `[vpce-….]git-codecommit[-fips].REGION.[vpce.]amazonaws.com[.cn][:PORT]`, where the ending is that of the region's partition
//! (CodeCommit user guide, Regions and Git connection endpoints, and Using AWS CodeCommit with interface VPC endpoints).
//! Deliberately absent: whether the host is there, and a list of regions; AWS adds some.

use super::names::{Partition, Region};

/// The longest name that DNS has (RFC 1035, 2.3.4).
const LONGEST: usize = 253;

/// A host of CodeCommit for git, with its port where one was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHost {
    region: Region,
    port: Option<u16>,
}

impl GitHost {
    /// Reads a host, in capitals or not; `None` when it is none of CodeCommit's, whatever it looks like.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(number(port)?)),
            None => (text, None),
        };
        if host.len() > LONGEST {
            return None;
        }
        let host = host.to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        let (service, code, rest) = match labels.as_slice() {
            [endpoint, service, code, "vpce", rest @ ..] if is_endpoint(endpoint) => (service, code, rest),
            [service, code, rest @ ..] => (service, code, rest),
            _ => return None,
        };
        let region = Region::parse(code).ok()?;
        let fits = ["git-codecommit", "git-codecommit-fips"].contains(service)
            && is_whole(&region)
            && rest.join(".") == region.partition().dns_suffix();
        fits.then_some(Self { region, port })
    }

    /// The region that the host names.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The port that was named.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether a host that is none of CodeCommit's could be taken for one: it says so, or poses as one of AWS.
    ///
    /// Hosts that are AWS's and do not speak of CodeCommit, such as a machine of somebody's at EC2, are not meant.
    pub fn is_resembled_by(text: &str) -> bool {
        let host = text.to_ascii_lowercase();
        if host.contains("codecommit") {
            return true;
        }
        let name = host.split(':').next().unwrap_or_default();
        let of_dns = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
        let of_aws = ["amazonaws.com", "amazonaws.com.cn", "amazon.com"]
            .iter()
            .any(|suffix| name.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('.')));
        let poses = host.contains("amazonaws") || host.contains("amazon.com");
        poses && !(of_aws && name.bytes().all(of_dns))
    }
}

/// `vpce-` and what AWS put behind it.
fn is_endpoint(label: &str) -> bool {
    let rest = label.strip_prefix("vpce-").unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

/// Whether the code of a region has as many words as those of its partition: others are of partitions that are not known here.
fn is_whole(region: &Region) -> bool {
    let words = region.as_str().split('-').count();
    match region.partition() {
        Partition::Commercial | Partition::China => words == 3,
        Partition::GovCloud => words == 4,
    }
}

fn number(port: &str) -> Option<u16> {
    let digits = port.bytes().all(|c| c.is_ascii_digit());
    port.parse().ok().filter(|number| digits && *number != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::GitHost;
    use crate::wizard::regions;

    #[test]
    fn every_host_that_is_known_and_those_of_vpc_endpoints_are_hosts_of_codecommit() {
        let known = regions::git_hosts();
        let more = [
            "vpce-0a1b-zz.git-codecommit.us-east-2.vpce.amazonaws.com",
            "vpce-0a1b-zz-us-east-2a.git-codecommit-fips.us-east-2.vpce.amazonaws.com",
            "vpce-0a1b.git-codecommit.cn-north-1.vpce.amazonaws.com.cn",
            "git-codecommit.mx-central-1.amazonaws.com",
        ];
        for host in known.iter().map(String::as_str).chain(more) {
            let region = host.split('.').find(|label| crate::wizard::names::Region::parse(label).is_ok()).unwrap();
            for text in [host.to_owned(), format!("{host}:443"), format!("{host}:8443"), host.to_uppercase()] {
                let found = GitHost::parse(&text).unwrap_or_else(|| panic!("{text}"));
                assert_eq!(found.region().as_str(), region, "{text}");
                assert!(GitHost::is_resembled_by(&text));
            }
        }
        assert_eq!(GitHost::parse("git-codecommit.us-east-1.amazonaws.com:8443").unwrap().port(), Some(8443));
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for host in LOOK_ALIKES {
            assert_eq!(GitHost::parse(host), None, "{host}");
            assert!(GitHost::is_resembled_by(host), "{host}");
        }
    }

    #[test]
    fn hosts_of_others_do_not_resemble_one() {
        for host in [
            "",
            "github.com",
            "git.us-west-2.codecatalyst.aws",
            "ec2-203-0-113-1.compute-1.amazonaws.com",
            "ec2-203-0-113-1.compute-1.amazonaws.com:8080",
            "ec2.cn-north-1.compute.amazonaws.com.cn",
            "amazonaws.com",
            "git.amazon.com",
        ] {
            assert!(GitHost::parse(host).is_none() && !GitHost::is_resembled_by(host), "{host}");
        }
    }

    const LOOK_ALIKES: [&str; 40] = [
        "git-codecommit.us-east-1.amazonaws.com.evil.example",
        "evilamazonaws.com",
        "git-codecommit.us-east-1.evilamazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com@evil.example",
        "evil.example@git-codecommit.us-east-1.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com\\@evil.example",
        "evil.example\\.git-codecommit.us-east-1.amazonaws.com",
        "evil.example?.git-codecommit.us-east-1.amazonaws.com",
        "evil.example#.git-codecommit.us-east-1.amazonaws.com",
        "evil.example/.git-codecommit.us-east-1.amazonaws.com",
        "evil.example%2f.git-codecommit.us-east-1.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com:443@evil.example",
        "git-codecommit.us-east-1.amazonaws.com:evil",
        "git-codecommit.us-east-1.amazonaws.com:443evil.example",
        "git-codecommit.us-east-1.amazonaws.com:",
        "git-codecommit.us-east-1.amazonaws.com:+443",
        "git-codecommit.us-east-1.amazonaws.com:0",
        "git-codecommit.us-east-1.amazonaws.com:65536",
        "git-codecommit.us-east-1.amazonaws.com:443:443",
        "git-codecommit.us-east-1.amazonaws.com.",
        ".git-codecommit.us-east-1.amazonaws.com",
        " git-codecommit.us-east-1.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com ",
        "git-codecommit.us-east-1.amazonaws.com\t",
        "git-codecommit.us-east-1.amazonaws.com/",
        "git-codecommit.us-east-1.amazonaws.com/evil.example",
        "git-codecommit.us-east-1.amazonaws.com.cn",
        "git-codecommit.cn-north-1.amazonaws.com",
        "git-codecommit.us-iso-east-1.amazonaws.com",
        "git-codecommit.us-gov-1.amazonaws.com",
        "git-codecommit.evil.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.co",
        "git-codecommit.us-east-1.amazonaws.com.com",
        "git-codecommit.us-east-1.vpce.amazonaws.com",
        "vpce-.git-codecommit.us-east-1.vpce.amazonaws.com",
        "vpce-a.b.git-codecommit.us-east-1.vpce.amazonaws.com",
        "evil.git-codecommit.us-east-1.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws\u{3002}com",
        "git-codecommit.us-east-1.\u{430}mazonaws.com",
        "git-codecommit.us%2deast-1.amazonaws.com",
    ];

    proptest! {
        #[test]
        fn a_host_that_is_taken_ends_as_those_of_aws_do_and_holds_nothing_that_another_reader_could_split(
            host in "(vpce-[a-z0-9-]{0,4}\\.)?git-codecommit(-fips)?\\.(us-east-1|cn-north-1|us-gov-west-1|eu-x-9)\\.(vpce\\.)?amazonaws\\.com(\\.cn)?(:[0-9]{0,6})?",
            place in any::<proptest::sample::Index>(),
            put in "\\PC{0,3}|[@:/?#\\\\%. \\t\\-a-z]{0,4}",
            take in 0..3_usize,
        ) {
            let mut text: Vec<char> = host.chars().collect();
            let start = place.index(text.len());
            let end = (start + take).min(text.len());
            text.splice(start..end, put.chars());
            let text: String = text.into_iter().collect();
            if let Some(found) = GitHost::parse(&text) {
                let low = text.to_ascii_lowercase();
                let (name, port) = low.split_once(':').map_or((low.as_str(), None), |(name, port)| (name, Some(port)));
                prop_assert!(name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.' || c == b'-'));
                prop_assert!(port.is_none_or(|port| port.bytes().all(|c| c.is_ascii_digit())));
                let region = found.region().as_str();
                let ending = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
                let (plain, private) = (format!(".{region}.{ending}"), format!(".{region}.vpce.{ending}"));
                let before = name.strip_suffix(&plain).or_else(|| name.strip_suffix(&private)).unwrap();
                let service = before.strip_suffix("-fips").unwrap_or(before);
                prop_assert!(service == "git-codecommit" || service.starts_with("vpce-") && service.ends_with(".git-codecommit"));
            }
        }
    }
}
