//! The password of CodeCommit over HTTPS: an AWS Signature Version 4 over the repository's path, made for one moment.
//!
//! The source is the AWS CLI (`awscli/customizations/codecommit.py`), which is the only description there is.
//! Deliberately absent: credentials, the clock and git's protocol; those are the credential helper's.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How long CodeCommit takes a password after the moment in it, in seconds (CodeCommit user guide, Troubleshooting).
pub const LIFETIME_SECONDS: u64 = 15 * 60;

/// Computes the password for one repository at one moment.
///
/// `timestamp` is `YYYYMMDDTHHMMSS` in UTC; a port at the end of `host` does not count; `path` gets one leading slash.
pub fn password(secret: &str, region: &str, host: &str, path: &str, timestamp: &str) -> String {
    let host = host.split(':').next().unwrap_or_default();
    let path = path.trim_start_matches('/');
    let date = timestamp.get(..8).unwrap_or(timestamp);
    let canonical_request = format!("GIT\n/{path}\n\nhost:{host}\n\nhost\n");
    let string_to_sign = format!(
        "AWS4-HMAC-SHA256\n{timestamp}\n{date}/{region}/codecommit/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical_request.as_bytes()))
    );
    let first_key = zeroize::Zeroizing::new(format!("AWS4{secret}").into_bytes());
    let mut key = zeroize::Zeroizing::new(sign(&first_key, date));
    for part in [region, "codecommit", "aws4_request"] {
        key = zeroize::Zeroizing::new(sign(&key, part));
    }
    format!("{timestamp}Z{}", hex::encode(sign(&key, &string_to_sign)))
}

/// Reads the region that the AWS CLI signs for out of a host, whosever it is; `None` where it would look elsewhere.
///
/// It looks at the beginning only. Whether a host is one of CodeCommit's, [`crate::wizard::git_host`] says.
pub fn region_of_host(host: &str) -> Option<&str> {
    if host.starts_with("vpce-") {
        // "vpce-", at least one character, a dot; where several dots would do, the last one, as a regular expression would.
        return host
            .match_indices('.')
            .map(|(at, _)| at)
            .filter(|at| *at > 5)
            .filter_map(|at| region_after(&host[at + 1..]))
            .next_back();
    }
    region_after(host)
}

fn region_after(host: &str) -> Option<&str> {
    let rest = host.strip_prefix("git-codecommit")?;
    let rest = rest.strip_prefix("-fips").unwrap_or(rest).strip_prefix('.')?;
    let (region, rest) = rest.split_once('.')?;
    let rest = rest.strip_prefix("vpce.").unwrap_or(rest);
    (!region.is_empty() && rest.starts_with("amazonaws.com")).then_some(region)
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{password, region_of_host};

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn the_passwords_are_those_of_the_aws_cli() {
        for (host, region, signature) in [
            (
                "git-codecommit.us-east-1.amazonaws.com",
                "us-east-1",
                "a65e1c7316c46466c73a462eb9fd7d4d94742a4d4f77bb5d51ac08f2531191a5",
            ),
            (
                "git-codecommit-fips.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
                "cada06f46aa9dfde295437b6eee8aad394adfc83aadd9a96a0496fc86e786f90",
            ),
            (
                "vpce-0a1b.git-codecommit.us-east-2.vpce.amazonaws.com",
                "us-east-2",
                "c852a87725fc828099c7b29478b69f074e08ca1e7af179b21c010ab93be38569",
            ),
            (
                "git-codecommit.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
                "3da274dbf6a648c880c4ea6c0e7d5caef343cb93f4ef9c20a495554d0f7cabe0",
            ),
        ] {
            assert_eq!(region_of_host(host), Some(region));
            for path in ["/v1/repos/MyDemoRepo", "v1/repos/MyDemoRepo"] {
                let made = password(SECRET, region, host, path, "20260102T030405");
                assert_eq!(made, format!("20260102T030405Z{signature}"), "{host}");
            }
        }
    }

    #[test]
    fn a_port_is_no_part_of_what_is_signed() {
        let host = "git-codecommit.us-east-1.amazonaws.com";
        let with_port = format!("{host}:443");
        let made = |host: &str| password(SECRET, "us-east-1", host, "v1/repos/a", "20260102T030405");
        assert_eq!(made(host), made(&with_port));
    }

    #[test]
    fn other_hosts_have_no_region() {
        for host in [
            "",
            "github.com",
            "git-codecommit.us-east-1.example.com",
            "x.git-codecommit.us-east-1.amazonaws.com",
            "git-codecommit..amazonaws.com",
            "vpce-.git-codecommit.us-east-1.vpce.amazonaws.com",
            "codecommit.us-east-1.amazonaws.com",
        ] {
            assert_eq!(region_of_host(host), None, "{host}");
        }
        assert_eq!(region_of_host("vpce-a.b.git-codecommit-fips.eu-west-1.vpce.amazonaws.com"), Some("eu-west-1"));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_password_and_never_a_panic(
            secret in any::<String>(), region in any::<String>(), host in any::<String>(), path in any::<String>(), time in any::<String>()
        ) {
            prop_assert!(password(&secret, &region, &host, &path, &time).starts_with(&time));
            let _ = region_of_host(&host);
            let _ = region_of_host(&format!("vpce-{host}.git-codecommit.{region}"));
        }
    }
}
