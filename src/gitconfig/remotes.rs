//! The remotes of a repository: their URLs as they are written, what git makes of them (`url.<base>.insteadOf`), and other URLs in
//! their place.
//!
//! Deliberately absent: which URLs are worth another one, and remotes that stand in an included file.

use super::Unreadable;
use super::chain::Entry;
use super::layout::{Layout, Variable};
use super::quote::config_value;
use super::splice::Splices;

/// A URL of a remote, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    /// The name of the remote.
    pub remote: String,
    /// Whether it is for pushing alone (`pushurl`).
    pub push_only: bool,
    /// The URL.
    pub url: String,
}

impl RemoteUrl {
    /// The key in the configuration.
    pub fn key(&self) -> &'static str {
        if self.push_only { "pushurl" } else { "url" }
    }
}

/// A beginning that git puts in the place of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// What git puts there.
    pub base: String,
    /// The beginning that it takes away.
    pub instead_of: String,
    /// Whether that is for pushing alone (`pushInsteadOf`).
    pub push_only: bool,
    /// Where it stands, as git says it.
    pub origin: String,
}

/// Reads the URLs of the remotes in a configuration file.
///
/// # Errors
/// A file that git could not read either.
pub fn remote_urls(config: &[u8]) -> Result<Vec<RemoteUrl>, Unreadable> {
    let layout = Layout::read(config)?;
    Ok(urls(&layout).map(|(url, _)| url).collect())
}

/// Reads the rewrites among the entries of git's configuration.
pub fn rewrites(entries: &[Entry]) -> Vec<Rewrite> {
    let rewrite = |entry: &Entry| {
        let key = String::from_utf8_lossy(&entry.key).into_owned();
        let (base, variable) = key.strip_prefix("url.")?.rsplit_once('.')?;
        let push_only = match variable {
            "insteadof" => false,
            "pushinsteadof" => true,
            _ => return None,
        };
        let (base, instead_of) = (base.to_owned(), entry.text().into_owned());
        Some(Rewrite { base, instead_of, push_only, origin: entry.origin.clone() })
    };
    entries.iter().filter_map(rewrite).filter(|rewrite| !rewrite.instead_of.is_empty()).collect()
}

/// The rewrites in one file alone.
///
/// # Errors
/// A file that git could not read either.
pub fn rewrites_of_file(config: &[u8]) -> Result<Vec<Rewrite>, Unreadable> {
    Ok(rewrites(&Layout::read(config)?.entries()))
}

/// The URL that git uses for one that is written, and the rewrite that makes it so: the longest beginning that fits (git's `remote.c`).
pub fn rewritten<'a>(url: &RemoteUrl, rewrites: &'a [Rewrite]) -> (String, Option<&'a Rewrite>) {
    let longest = |push_only: bool| {
        let fit = rewrites.iter().filter(|rewrite| rewrite.push_only == push_only);
        let fit = fit.filter(|rewrite| url.url.starts_with(&rewrite.instead_of));
        // Of two that are as long the first counts.
        fit.rev().max_by_key(|rewrite| rewrite.instead_of.len())
    };
    // `pushInsteadOf` is for the pushes of a remote without a `pushurl`: fetching is what is looked at here.
    match longest(false) {
        Some(rewrite) => (format!("{}{}", rewrite.base, &url.url[rewrite.instead_of.len()..]), Some(rewrite)),
        None => (url.url.clone(), None),
    }
}

/// Computes the file with other URLs in the place of these; what is not there stays away.
///
/// # Errors
/// A file that git could not read either.
pub fn with_urls(config: &[u8], changes: &[(RemoteUrl, String)]) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(config)?;
    let mut splices = Splices::of(&layout);
    for (url, variable) in urls(&layout) {
        if let Some((_, new)) = changes.iter().find(|(old, _)| *old == url) {
            splices.replace(variable, &format!("{} = {}", url.key(), config_value(new)));
        }
    }
    Ok(splices.finish())
}

fn urls<'a>(layout: &'a Layout<'a>) -> impl Iterator<Item = (RemoteUrl, &'a Variable)> {
    let remotes = layout.sections.iter().filter(|section| section.name == "remote");
    remotes.flat_map(|section| {
        section.variables.iter().filter_map(move |variable| {
            let push_only = match variable.key.as_str() {
                "url" => false,
                "pushurl" => true,
                _ => return None,
            };
            let (remote, url) = (section.subsection.clone()?, variable.value.clone()?);
            // Bytes that are no text are nothing that could be put back.
            let whole = variable.bytes.as_deref() == Some(url.as_bytes());
            whole.then_some((RemoteUrl { remote, push_only, url }, variable))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{RemoteUrl, remote_urls, rewrites_of_file, rewritten, with_urls};

    const CONFIG: &str = "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/a ; old\n\
        \tfetch = +refs/heads/*:refs/remotes/origin/*\n\tpushurl=\"codecommit://p@a\"\n[branch \"main\"]\n\tremote = origin\n";

    fn origin(url: &str, push_only: bool) -> RemoteUrl {
        RemoteUrl { remote: "origin".to_owned(), push_only, url: url.to_owned() }
    }

    #[test]
    fn urls_are_read_and_replaced_and_every_other_byte_stays() {
        let ssh = origin("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/a", false);
        let grc = origin("codecommit://p@a", true);
        assert_eq!(remote_urls(CONFIG.as_bytes()).unwrap(), [ssh.clone(), grc.clone()]);
        let https = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/a".to_owned();
        let after = with_urls(CONFIG.as_bytes(), &[(ssh.clone(), https.clone()), (grc, https.clone())]).unwrap();
        let expected =
            CONFIG.replace(&ssh.url, &https).replace("pushurl=\"codecommit://p@a\"", &format!("pushurl = {https}"));
        assert_eq!(String::from_utf8(after).unwrap(), expected);
        let other = with_urls(CONFIG.as_bytes(), &[(origin("elsewhere", false), https)]).unwrap();
        assert_eq!(other, CONFIG.as_bytes());
        assert!(with_urls(b"[remote", &[]).is_err());
    }

    #[test]
    fn the_longest_beginning_that_fits_is_rewritten() {
        let config = "[url \"ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/\"]\n\tinsteadOf = cc:\n\
            [url \"https://x/\"]\n\tinsteadOf = cc:special/\n[url \"ssh://push/\"]\n\tpushInsteadOf = https://\n";
        let rewrites = rewrites_of_file(config.as_bytes()).unwrap();
        let of = |url: &str| rewritten(&origin(url, false), &rewrites).0;
        assert_eq!(of("cc:a"), "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/a");
        assert_eq!(of("cc:special/b"), "https://x/b");
        assert_eq!(of("https://y/c"), "https://y/c");
    }
}
