//! The ways out: proxies and certificates as they are set, and whether git reaches its host.
//!
//! Deliberately absent: the way to the API of AWS, which is found out by asking it (`account`).

use super::Config;
use super::subject::{Subject, entries};
use crate::checkup::{Address, Check};
use crate::gitconfig::{Entry, Transport, named, shell_quoted};
use crate::ports::Computer;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// What is set for proxies and certificates.
pub(super) fn settings(config: Config<'_>, computer: &Computer) -> Vec<Check> {
    let entries = entries(config);
    if let Some((variable, path)) = computer.missing.first() {
        let named = variable.clone().unwrap_or_else(|| "http.sslCAInfo".to_owned());
        let cause = if named.starts_with("AWS_") { "api-certificate" } else { "git-certificate" };
        let what =
            format!("{named} names {}, which is not there or may not be read", printable(&path.to_string_lossy()));
        let fix = if variable.is_some() {
            format!("unset {named}")
        } else {
            "git config --global --unset http.sslCAInfo".to_owned()
        };
        return vec![Check::fail("proxy", cause, what).fix(fix)];
    }
    let mut found: Vec<String> = Vec::new();
    for variable in &computer.variables {
        let named = variable.name.to_ascii_lowercase();
        let tells = named.ends_with("_proxy") || matches!(&*variable.name, "AWS_CA_BUNDLE" | "GIT_SSL_CAINFO");
        if tells && variable.value.as_deref().is_some_and(|value| !value.is_empty()) {
            found.push(format!("{} = {}", variable.name, variable.value.clone().unwrap_or_default()));
        }
    }
    for (entry, variable) in of_http(&entries) {
        if variable == "proxy" {
            found.push(format!("http.proxy = {}", host_of(&entry.text())));
        }
    }
    let unsafe_ = of_http(&entries).filter(|(_, variable)| variable == "sslverify").last();
    let unsafe_ =
        unsafe_.is_some_and(|(entry, _)| matches!(&*entry.text().to_lowercase(), "false" | "no" | "off" | "0"));
    let no_verify = computer.variables.iter().any(|variable| variable.name == "GIT_SSL_NO_VERIFY" && !variable.empty);
    if unsafe_ || no_verify {
        return vec![
            Check::warn("proxy", None, "git does not check certificates (http.sslVerify is false)")
                .why("Whoever is on the way can read the password.")
                .fix(if no_verify { "unset GIT_SSL_NO_VERIFY" } else { "git config --global --unset http.sslVerify" }),
        ];
    }
    vec![match found.as_slice() {
        [] => Check::pass("proxy", "none set"),
        found => Check::pass("proxy", found.join(", ")),
    }]
}

/// Host and port of each proxy that git may use.
pub(super) fn proxies(config: Config<'_>, computer: &Computer) -> Vec<String> {
    let entries = entries(config);
    let of_git = of_http(&entries).filter(|(_, variable)| variable == "proxy").map(|(entry, _)| host_of(&entry.text()));
    let is_proxy = |name: &str| name.to_ascii_lowercase().ends_with("_proxy") && !name.eq_ignore_ascii_case("no_proxy");
    let set = computer.variables.iter().filter(|variable| is_proxy(&variable.name));
    let of_variables = set.filter_map(|variable| variable.value.as_deref().map(host_of));
    let without_scheme = |text: String| text.rsplit("://").next().unwrap_or_default().to_owned();
    of_git.chain(of_variables).map(without_scheme).filter(|text| !text.is_empty()).collect()
}

/// The settings of `http`, also of those for one URL, with their names in lower case.
fn of_http(entries: &[Entry]) -> impl Iterator<Item = (&Entry, String)> {
    let of = entries.iter().filter(|entry| entry.key.starts_with(b"http."));
    of.map(|entry| (entry, entry.variable().to_lowercase()))
}

/// Protocol, host and port of an address, without a user name or a password.
pub(super) fn host_of(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    printable(&if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") })
}

/// What keeps git from going to its host at all, by the address that it makes of the URL; `None` when it goes there.
pub(super) fn way(address: &str, subject: &Subject, config: Config<'_>, computer: &Computer) -> Option<Check> {
    let (id, entries, transport) = ("git-host", entries(config), Transport::of(address));
    let rule = rule(&entries, &subject.url);
    let by = rule.map_or_else(|| "a setting".to_owned(), named);
    if !transport.is_known() {
        let name = printable(transport.name());
        return Some(
            Check::fail(id, "other-transport", format!("git would run git-remote-{name}, by {by}"))
                .why("It was not run.")
                .fix(removal(rule)),
        );
    }
    if let Some(what) = forbids(&transport, &entries, computer) {
        return Some(Check::fail(id, "protocol-not-allowed", what).why("Git says “transport not allowed”."));
    }
    if !subject.is_https() || *address == subject.url {
        return None;
    }
    if transport != Transport::Https {
        let what = format!("git goes to {} instead, by {by}", host_of(address));
        let why = "insteadOf rewrites the HTTPS address, and git asks no helper for the new one.";
        return Some(Check::fail(id, "remote-not-https", what).why(why).fix(removal(rule)));
    }
    let is_codecommit = Address::parse(address).is_some();
    (!is_codecommit).then(|| {
        Check::fail(id, "url-not-codecommit", format!("git goes to {} instead, by {by}", host_of(address)))
            .why("insteadOf rewrites the address.")
            .fix(removal(rule))
    })
}

/// The rewrite that git applies to a URL: the longest beginning that fits.
fn rule<'a>(entries: &'a [Entry], url: &str) -> Option<&'a Entry> {
    let rules = entries.iter().filter(|entry| entry.key.starts_with(b"url.") && entry.key.ends_with(b".insteadof"));
    let fit = rules.filter(|entry| !entry.text().is_empty() && url.starts_with(&*entry.text()));
    fit.rev().max_by_key(|entry| entry.text().len())
}

fn removal(rule: Option<&Entry>) -> String {
    match rule.and_then(|rule| Some((rule, rule.file()?))) {
        Some((rule, file)) => {
            let key = String::from_utf8_lossy(&rule.key).into_owned();
            let (file, key) = (shell_quoted(&file.to_string_lossy()), shell_quoted(&key));
            format!("git config --file {file} --unset-all {key}")
        }
        None => "git config --show-origin --get-regexp '^url'".to_owned(),
    }
}

/// The setting by which git may not go this way (git's `transport.c`).
fn forbids(transport: &Transport, entries: &[Entry], computer: &Computer) -> Option<String> {
    let name = transport.name();
    if let Some(variable) = computer.variables.iter().find(|variable| variable.name == "GIT_ALLOW_PROTOCOL") {
        let allowed = variable.value.clone().unwrap_or_default();
        let what =
            || format!("GIT_ALLOW_PROTOCOL allows {} only", if allowed.is_empty() { "nothing" } else { &allowed });
        return (!allowed.split(':').any(|allowed| allowed == name)).then(what);
    }
    let last = |key: String| entries.iter().rfind(|entry| entry.key == key.as_bytes());
    let said = last(format!("protocol.{name}.allow")).or_else(|| last("protocol.allow".to_owned()))?;
    said.text().eq_ignore_ascii_case("never").then(|| format!("{} is “never”", named(said)))
}

/// Whether git reaches its host.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is all the rest")]
pub(super) fn git_host(problem: Option<&Problem>, host: &str, proxies: &[String]) -> Check {
    let host = printable(host);
    let Some(problem) = problem else {
        return Check::pass("git-host", format!("{host} answers git"));
    };
    let why = problem.why.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
    // `Failed to connect to 127.0.0.1 port 3128 after 0 ms: Couldn't connect to server`
    let at_proxy = proxies.iter().any(|proxy| {
        let (name, port) = proxy.rsplit_once(':').unwrap_or((proxy, ""));
        why.contains(&name.to_lowercase()) && why.contains(&format!("port {port}"))
    });
    let cause = if has(&["proxy", "407", "connect tunnel"]) || at_proxy {
        "proxy-fails"
    } else if has(&["gnutls_handshake", "schannel"]) {
        "git-curl"
    } else if has(&["certificate", "ssl", "tls", "cafile"]) {
        "git-certificate"
    } else {
        "git-host-unreachable"
    };
    let what = match problem.kind {
        ProblemKind::TimedOut => format!("{host} does not answer git in time"),
        _ if has(&["resolve"]) => format!("the name {host} is not known here (DNS)"),
        _ if has(&["gnutls"]) => format!("git's GnuTLS and {host} do not understand each other"),
        _ if cause == "git-certificate" => format!("git does not trust the certificate of {host}"),
        _ if cause == "proxy-fails" => format!("the proxy does not let git through to {host}"),
        _ => format!("git does not get through to {host}"),
    };
    Check::fail("git-host", cause, what).why(&problem.why)
}

#[cfg(test)]
mod tests {
    use super::git_host;
    use crate::wizard::problem::{Problem, ProblemKind};

    #[test]
    fn what_keeps_git_from_its_host_is_told_apart() {
        for (why, cause) in [
            ("Could not resolve host: git-codecommit.x", "git-host-unreachable"),
            ("server certificate verification failed. CAfile: none CRLfile: none", "git-certificate"),
            ("CONNECT tunnel failed, response 407 from proxy", "proxy-fails"),
            ("Failed to connect to h port 443 after 2 ms: Couldn't connect to server", "git-host-unreachable"),
            ("Could not resolve proxy: nowhere", "proxy-fails"),
            ("Failed to connect to proxy.x port 3128 after 0 ms: Couldn't connect to server", "proxy-fails"),
            ("gnutls_handshake() failed", "git-curl"),
        ] {
            let problem = Problem::new(ProblemKind::Unreachable, "", why, "");
            assert_eq!(git_host(Some(&problem), "h", &["proxy.x:3128".to_owned()]).cause, Some(cause), "{why}");
        }
    }
}
