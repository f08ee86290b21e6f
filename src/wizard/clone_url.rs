//! A repository as a person names it: by its name, by a clone URL of any form, by the address of its page in the console, by its
//! ARN, or by the whole `git clone` that somebody sent.
//!
//! What comes out is always on a host of CodeCommit, and its name is always one. Deliberately absent: whether it exists.

use super::git_host::GitHost;
use super::names::{Region, RepositoryName};
use super::problem::Problem;
use super::secrecy::{refuse_secret, shown};

/// A repository that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneUrl {
    /// Its name.
    pub name: RepositoryName,
    /// Its region: the one that was named with it, else the one that was meant all along.
    pub region: Region,
    /// How it was named.
    pub form: Form,
    /// The profile that stands in the URL of git-remote-codecommit; any text.
    pub profile: Option<String>,
    /// A host of CodeCommit: the region's own, or the FIPS or VPC one that was named.
    host: String,
}

/// How a repository can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By its name alone.
    Name,
    /// `https://git-codecommit.…`
    Https,
    /// `http://git-codecommit.…`, over which git must not send a password.
    Http,
    /// `codecommit::region://profile@name`, of git-remote-codecommit.
    Grc,
    /// `ssh://git-codecommit.…`
    Ssh,
    /// The address of a page of the AWS console.
    Console,
    /// `arn:aws:codecommit:…`
    Arn,
}

impl Form {
    /// What it is called on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Https => "HTTPS",
            Self::Http => "HTTP",
            Self::Grc => "GRC",
            Self::Ssh => "SSH",
            Self::Console => "console",
            Self::Arn => "ARN",
        }
    }
}

impl CloneUrl {
    /// The HTTPS clone URL.
    pub fn https(&self) -> String {
        format!("https://{}/v1/repos/{}", self.host, self.name)
    }

    /// Whether both are the same repository, as far as their URLs tell.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.region == other.region
    }
}

/// Reads what was typed; `region` is meant where the text names none.
///
/// # Errors
/// Says what can be typed; a secret is no name.
pub fn read(text: &str, region: &Region) -> Result<CloneUrl, Problem> {
    let text = word_of(text);
    let low = text.to_ascii_lowercase();
    let after = |start: &str| low.starts_with(start).then(|| text.get(start.len()..).unwrap_or_default());
    if let Some(rest) = after("codecommit::") {
        let (code, rest) = rest.split_once("://").ok_or_else(|| unknown(region))?;
        return grc(rest, &Region::parse(code)?);
    }
    if let Some(rest) = after("codecommit://") {
        return grc(rest, region);
    }
    if low.starts_with("arn:") {
        return arn(text).ok_or_else(|| unknown(region));
    }
    if let Some(rest) = after("https://") {
        return on_the_web(rest, Form::Https, region);
    }
    if let Some(rest) = after("http://") {
        return on_the_web(rest, Form::Http, region);
    }
    if let Some(rest) = after("ssh://") {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        return on_host(host, path, Form::Ssh, region);
    }
    if let Some((host, path)) = text.split_once('/') {
        // An address without its beginning, as browsers show it.
        let host_of = |host: &str| host.contains('.') && host.starts_with(|c: char| c.is_ascii_alphanumeric());
        if host_of(&bare(host)) && !path.is_empty() {
            return on_the_web(text, Form::Https, region);
        }
    }
    let name = named(text.trim_end_matches('/'))?;
    Ok(CloneUrl { name, region: region.clone(), form: Form::Name, profile: None, host: region.git_host() })
}

/// The one word that matters: without blanks and quotes around it, and of a whole `git clone` the URL.
fn word_of(text: &str) -> &str {
    let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
    let text = text.trim_matches(around);
    let mut words = text.split_whitespace();
    if let (Some("git"), Some("clone")) = (words.next(), words.next()) {
        let rest: Vec<&str> = words.collect();
        let is_url = |word: &&&str| word.contains("://");
        let plain = |word: &&&str| !word.starts_with('-');
        let found = rest.iter().find(is_url).or_else(|| rest.iter().find(plain));
        return found.map_or("", |word| word.trim_matches(around));
    }
    text
}

fn grc(rest: &str, region: &Region) -> Result<CloneUrl, Problem> {
    let (profile, name) = rest.rsplit_once('@').map_or((None, rest), |(profile, name)| (Some(profile), name));
    let name = named(name.trim_matches('/'))?;
    refuse_secret(profile.unwrap_or_default())?;
    let profile = profile.filter(|profile| !profile.is_empty()).map(str::to_owned);
    Ok(CloneUrl { name, region: region.clone(), form: Form::Grc, profile, host: region.git_host() })
}

fn arn(text: &str) -> Option<CloneUrl> {
    let parts: Vec<&str> = text.split(':').collect();
    let [_, partition, service, region, _, name] = parts.as_slice() else { return None };
    let region = Region::parse(region).ok()?;
    let fits = *service == "codecommit" && region.partition().id() == *partition;
    let name = named(name).ok().filter(|_| fits)?;
    Some(CloneUrl { name, host: region.git_host(), region, form: Form::Arn, profile: None })
}

fn on_the_web(rest: &str, form: Form, region: &Region) -> Result<CloneUrl, Problem> {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, query) = rest.split_at(end);
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    if !is_console(&bare(host)) {
        return on_host(host, path, form, region);
    }
    let named_region = query.split(['?', '#', '&']).find_map(|pair| pair.strip_prefix("region="));
    let host = bare(host);
    // `us-east-2.console.aws.amazon.com`, perhaps with the number of a session before it.
    let of_host = host.split(".console.").next().and_then(|before| before.rsplit('.').next());
    let of_host = of_host.and_then(|code| Region::parse(code).ok());
    let region = match named_region {
        Some(code) => Region::parse(code)?,
        None => of_host.unwrap_or_else(|| region.clone()),
    };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let ["codesuite", "codecommit", "repositories", name, ..] = segments.as_slice() else {
        return Err(Problem::input(
            "That page of the AWS console is not about one repository.",
            "Open the repository there and take the address of its page, or type its name.",
        ));
    };
    let name = named(name)?;
    Ok(CloneUrl { name, host: region.git_host(), region, form: Form::Console, profile: None })
}

fn on_host(host: &str, path: &str, form: Form, region: &Region) -> Result<CloneUrl, Problem> {
    let host = bare(host);
    // What was typed may name the usual port, which is gone by now, and no other.
    let Some(of_host) = GitHost::parse(&host).filter(|host| host.port().is_none()) else {
        let what = format!("{} is not a host of CodeCommit.", shown(&host));
        return Err(Problem::input(what, like(region)));
    };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let ["v1", "repos", name] = segments.as_slice() else { return Err(unknown(region)) };
    Ok(CloneUrl { name: named(name)?, region: of_host.region().clone(), form, profile: None, host })
}

/// A host without the user before it and the usual port behind it.
fn bare(host: &str) -> String {
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":22")).unwrap_or(host);
    host.to_ascii_lowercase()
}

fn is_console(host: &str) -> bool {
    ["console.aws.amazon.com", "console.amazonaws-us-gov.com", "console.amazonaws.cn"]
        .iter()
        .any(|console| host.strip_suffix(console).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// No name ends in `.git`, so that is forgiven.
fn named(text: &str) -> Result<RepositoryName, Problem> {
    let text = text.trim();
    refuse_secret(text)?;
    RepositoryName::parse(text.strip_suffix(".git").unwrap_or(text))
}

fn unknown(region: &Region) -> Problem {
    Problem::input("That is not the HTTPS clone URL of a CodeCommit repository, nor its name.", like(region))
}

fn like(region: &Region) -> String {
    format!("One looks like https://{}/v1/repos/MyDemoRepo.", region.git_host())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Form, read};
    use crate::wizard::names::{Region, RepositoryName};

    const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo";

    fn url(text: &str) -> String {
        read(text, &Region::parse("eu-west-1").unwrap()).map_or_else(|problem| problem.what, |found| found.https())
    }

    #[test]
    fn a_name_is_taken_in_the_region_that_is_meant() {
        for text in ["My.Demo", "  My.Demo ", "My.Demo.git", "'My.Demo'", "git clone My.Demo", "codecommit://My.Demo"] {
            assert_eq!(url(text), "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/My.Demo", "{text}");
        }
    }

    #[test]
    fn every_form_of_one_repository_leads_to_its_https_url() {
        for text in [
            URL,
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo/",
            "HTTPS://Git-CodeCommit.us-east-2.amazonaws.com:443//v1/repos/My.Demo.git/",
            "git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo",
            "https://user:secret@git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo",
            "  git clone --depth 1 \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo\" folder ",
            "codecommit::us-east-2://My.Demo",
            "codecommit::us-east-2://dev one@corp@My.Demo",
            "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/My.Demo",
            "ssh://APKAEXAMPLE@git-codecommit.us-east-2.amazonaws.com:22/v1/repos/My.Demo/",
            "https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/My.Demo/browse?region=us-east-2",
            "https://console.aws.amazon.com/codesuite/codecommit/repositories/My.Demo/commits?x=y&region=us-east-2#top",
            "https://123456789012-abcd.us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/My.Demo",
            "us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/My.Demo/browse",
            "arn:aws:codecommit:us-east-2:123456789012:My.Demo",
        ] {
            assert_eq!(url(text), URL, "{text}");
        }
    }

    #[test]
    fn hosts_for_fips_and_vpc_endpoints_are_kept() {
        for text in [
            "https://git-codecommit-fips.us-gov-west-1.amazonaws.com/v1/repos/x",
            "https://vpce-0a1b-zz.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/x",
            "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/x",
        ] {
            assert_eq!(url(text), text);
        }
    }

    #[test]
    fn other_partitions_have_consoles_and_arns_of_their_own() {
        let china = "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/x";
        let gov = "https://git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/x";
        let page = "codesuite/codecommit/repositories/x/browse";
        assert_eq!(url(&format!("https://console.amazonaws.cn/{page}?region=cn-north-1")), china);
        assert_eq!(url(&format!("https://cn-north-1.console.amazonaws.cn/{page}")), china);
        assert_eq!(url(&format!("https://console.amazonaws-us-gov.com/{page}?region=us-gov-west-1")), gov);
        assert_eq!(url("arn:aws-cn:codecommit:cn-north-1:1:x"), china);
        assert_eq!(url("arn:aws-us-gov:codecommit:us-gov-west-1:1:x"), gov);
    }

    #[test]
    fn what_is_no_repository_of_codecommit_is_refused() {
        for text in [
            "",
            " ",
            "git clone",
            "..",
            "../x",
            "a/b",
            "x.git.git",
            "https://github.com/a/b",
            "https://git-codecommit.us-east-2.amazonaws.com.evil.example/v1/repos/x",
            "https://git-codecommit.evil.example/v1/repos/x",
            "https://git-codecommit.us-east-2.amazonaws.com@evil.example/v1/repos/x",
            "https://git-codecommit.us-east-2.amazonaws.com:8443/v1/repos/x",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/x/../../y",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/",
            "https://git-codecommit.cn-north-1.amazonaws.com/v1/repos/x",
            "https://evilconsole.aws.amazon.com/codesuite/codecommit/repositories/x",
            "https://console.aws.amazon.com/codesuite/codecommit/repositories",
            "arn:aws:codecommit:cn-north-1:1:x",
            "arn:aws:s3:::x",
            "codecommit::nowhere://x",
            "ssh://git-codecommit.us-east-2.amazonaws.com/x",
        ] {
            assert!(!url(text).starts_with("https://"), "{text}: {}", url(text));
        }
    }

    #[test]
    fn what_else_a_url_says_is_known() {
        let region = Region::parse("us-east-2").unwrap();
        let grc = read("codecommit::eu-west-1://work@x", &region).unwrap();
        assert_eq!((grc.form, grc.profile.as_deref(), grc.region.as_str()), (Form::Grc, Some("work"), "eu-west-1"));
        let ssh = read("ssh://K@git-codecommit.eu-west-1.amazonaws.com/v1/repos/x", &region).unwrap();
        let open = read("http://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x", &region).unwrap();
        assert!(open.form == Form::Http && open.https().starts_with("https://") && open.is_same(&ssh));
        assert!(ssh.form == Form::Ssh && ssh.is_same(&grc) && !ssh.is_same(&read("x", &region).unwrap()));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_leads_to_codecommit_or_nowhere(
            start in "(|git clone |https://|ssh://|codecommit::|codecommit://|arn:aws:codecommit:)",
            middle in "(|us-east-2|git-codecommit|vpce-1|@|\\.|://|console\\.aws\\.amazon\\.com|amazonaws\\.com|/|v1/repos/){0,8}",
            end in "\\PC{0,24}",
        ) {
            let region = Region::parse("us-east-2").unwrap();
            if let Ok(found) = read(&format!("{start}{middle}{end}"), &region) {
                let url = found.https();
                let rest = url.strip_prefix("https://").unwrap();
                let (host, path) = rest.split_once('/').unwrap();
                prop_assert!(host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
                prop_assert!(host.contains("git-codecommit") && host.bytes().all(|c| c.is_ascii_alphanumeric() || b".-".contains(&c)));
                let name = path.strip_prefix("v1/repos/").unwrap();
                prop_assert_eq!(RepositoryName::parse(name).unwrap(), found.name.clone());
                prop_assert_eq!(read(&url, &region).unwrap().https(), url);
            }
        }

        #[test]
        fn a_name_is_found_in_each_of_its_forms(name in "[A-Za-z0-9_-][A-Za-z0-9._-]{0,90}[A-Za-z0-9_-]") {
            prop_assume!(RepositoryName::parse(&name).is_ok());
            let region = Region::parse("us-east-2").unwrap();
            for text in [
                name.clone(),
                format!("codecommit::us-east-2://p@{name}"),
                format!("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/{name}"),
                format!("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/{name}/"),
                format!("arn:aws:codecommit:us-east-2:123456789012:{name}"),
            ] {
                prop_assert_eq!(read(&text, &region).unwrap().name.to_string(), name.clone());
            }
        }
    }
}
