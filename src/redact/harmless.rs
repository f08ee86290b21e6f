//! The settings of git and of the AWS files whose values may be shown, and the names that may.
//!
//! A value that is shown goes through the net as well. Deliberately absent: every setting that is not known; of those not even the
//! name is shown where it is no word.

use super::random::count_odd;
use super::{END, logins, masked_but_keys, shapes};

/// What is shown in the place of what is not.
pub const HIDDEN: &str = "••••";

/// How much of a setting's value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// All of it.
    Whole,
    /// An address, without what stands before its host and behind its path.
    Address,
    /// The words that are known of a credential helper.
    Helper,
    /// The ID of an access key, when it is one.
    KeyId,
    /// Nothing; what this program writes into it may be told by its end.
    Secret,
    /// Nothing.
    Nothing,
}

/// Settings of the AWS files that are known, and whose values are not shown as they are.
const OF_AWS_IN_PART: [(&str, Show); 12] = [
    ("aws_access_key_id", Show::KeyId),
    ("aws_secret_access_key", Show::Secret),
    ("aws_session_token", Show::Secret),
    ("aws_security_token", Show::Secret),
    ("credential_process", Show::Nothing),
    ("endpoint_url", Show::Address),
    ("external_id", Show::Nothing),
    ("s3", Show::Nothing),
    ("sso_start_url", Show::Address),
    ("password", Show::Nothing),
    ("token", Show::Nothing),
    ("user_agent_appid", Show::Nothing),
];
/// How the names of settings of the AWS files begin.
const BEGINNINGS: [&str; 18] = [
    "aws",
    "cli",
    "sso",
    "role",
    "source",
    "credential",
    "mfa",
    "external",
    "duration",
    "web",
    "login",
    "endpoint",
    "use",
    "region",
    "output",
    "secret",
    "session",
    "access",
];

/// Settings of git whose values hold no secret: section and variable.
const OF_GIT: [(&str, &[&str]); 24] = [
    (
        "core",
        &[
            "abbrev",
            "attributesfile",
            "autocrlf",
            "bare",
            "checkstat",
            "compression",
            "eol",
            "excludesfile",
            "filemode",
            "fscache",
            "hidedotfiles",
            "hookspath",
            "ignorecase",
            "logallrefupdates",
            "longpaths",
            "precomposeunicode",
            "preloadindex",
            "protecthfs",
            "protectntfs",
            "quotepath",
            "repositoryformatversion",
            "safecrlf",
            "symlinks",
            "trustctime",
            "untrackedcache",
            "whitespace",
            "worktree",
        ],
    ),
    ("branch", &["autosetupmerge", "autosetuprebase", "merge", "rebase", "remote", "sort"]),
    ("color", &["branch", "diff", "interactive", "pager", "showbranch", "status", "ui"]),
    ("column", &["ui"]),
    ("commit", &["gpgsign", "verbose"]),
    // The last one is a misspelling that an article of AWS prints.
    ("credential", &["guiprompt", "interactive", "protectprotocol", "sanitizeprompt", "usehttppath", "userhttppath"]),
    ("diff", &["algorithm", "colormoved", "mnemonicprefix", "renames", "tool"]),
    ("extensions", &["objectformat", "partialclone", "refstorage", "worktreeconfig"]),
    ("fetch", &["all", "parallel", "prune", "prunetags", "recursesubmodules", "writecommitgraph"]),
    ("gc", &["auto", "autodetach"]),
    ("gpg", &["format"]),
    ("help", &["autocorrect"]),
    (
        "http",
        &[
            "delegation",
            "emptyauth",
            "followredirects",
            "lowspeedlimit",
            "lowspeedtime",
            "maxrequests",
            "postbuffer",
            "proxyauthmethod",
            "schannelcheckrevoke",
            "schannelusesslcainfo",
            "sslbackend",
            "sslcainfo",
            "sslcapath",
            "sslverify",
            "sslversion",
            "version",
        ],
    ),
    ("include", &["path"]),
    ("includeif", &["path"]),
    ("init", &["defaultbranch", "templatedir"]),
    ("merge", &["conflictstyle", "ff", "tool"]),
    ("protocol", &["allow", "version"]),
    ("pull", &["ff", "octopus", "rebase", "twohead"]),
    ("push", &["autosetupremote", "default", "followtags", "gpgsign", "recursesubmodules"]),
    ("rebase", &["autosquash", "autostash", "updaterefs"]),
    ("remote", &["fetch", "mirror", "prune", "prunetags", "push", "skipfetchall", "tagopt"]),
    ("safe", &["directory"]),
    ("user", &["email", "name", "useconfigonly"]),
];
/// Settings of git whose values are shown in part.
const OF_GIT_IN_PART: [(&str, &str, Show); 7] = [
    ("credential", "helper", Show::Helper),
    ("http", "proxy", Show::Address),
    ("remote", "url", Show::Address),
    ("remote", "pushurl", Show::Address),
    ("submodule", "url", Show::Address),
    ("url", "insteadof", Show::Address),
    ("url", "pushinsteadof", Show::Address),
];
/// Sections of git in whose subsections stands what is shown: addresses, names of branches and remotes, folders.
const WITH_SUBSECTIONS: [&str; 14] = [
    "branch",
    "credential",
    "diff",
    "difftool",
    "filter",
    "gpg",
    "http",
    "https",
    "includeif",
    "merge",
    "mergetool",
    "remote",
    "submodule",
    "url",
];
/// The longest name of a setting that is shown without being known.
const LONGEST: usize = 32;

/// How much is shown of a setting of the AWS files, by its name in small letters.
pub fn of_aws(key: &str) -> Show {
    if shapes::of_aws(key).is_some() {
        return Show::Whole;
    }
    OF_AWS_IN_PART.iter().find(|(known, _)| *known == key).map_or(Show::Nothing, |(_, show)| *show)
}

/// How much is shown of a setting of git, by its section and its variable in small letters.
pub fn of_git(section: &str, variable: &str) -> Show {
    let section = if section == "https" { "http" } else { section };
    if OF_GIT.iter().any(|(known, variables)| *known == section && variables.contains(&variable)) {
        return Show::Whole;
    }
    let of_part = OF_GIT_IN_PART.iter().find(|(known, name, _)| *known == section && *name == variable);
    of_part.map_or(Show::Nothing, |(_, _, show)| *show)
}

/// A value as far as it is shown; `None` where it is not, and for helpers, whose words others know.
pub fn value(show: Show, text: &str) -> Option<String> {
    match show {
        _ if text.chars().any(char::is_control) => None,
        Show::Whole => Some(masked_but_keys(text)),
        Show::Address => Some(address(text)),
        Show::KeyId => is_key_id(text).then(|| text.to_owned()),
        Show::Helper | Show::Secret | Show::Nothing => None,
    }
}

/// A value of an AWS file as far as it is shown, by the name of its setting in small letters: only what has the shape that values of
/// such a setting have.
pub fn value_of_aws(key: &str, text: &str) -> Option<String> {
    let (before, comment) = parts(text);
    let has_shape = match of_aws(key) {
        Show::Whole => shapes::of_aws(key).is_some_and(|shape| shape.is_of(before)),
        Show::Address => shapes::is_address(before),
        Show::Helper | Show::KeyId | Show::Secret | Show::Nothing => comment.is_empty(),
    };
    let shown = value(of_aws(key), if has_shape { text } else { return None })?;
    let before = parts(&shown).0.to_owned();
    Some(if comment.is_empty() { shown } else { format!("{before}{comment} {HIDDEN}") })
}

/// An address without what stands before its host and behind its path.
pub fn address(text: &str) -> String {
    let text = match logins::of_whole(text) {
        Some((from, to)) => masked_but_keys(&format!("{}{END}{}", &text[..from], &text[to..])),
        None => masked_but_keys(text),
    };
    match text.find(['?', '#']).filter(|_| text.contains("://")) {
        Some(at) => format!("{}{HIDDEN}", &text[..=at]),
        None => text,
    }
}

/// The name of a setting of the AWS files as it is written, where it is known or put together of such words as those are.
pub fn name_of_aws(name: &str) -> &str {
    let key = name.to_lowercase();
    let is_known = of_aws(&key) != Show::Nothing || OF_AWS_IN_PART.iter().any(|(known, _)| *known == key);
    let mut words = key.split('_');
    let begins = words.next().is_some_and(|first| BEGINNINGS.contains(&first));
    let is_like = begins && key.contains('_') && words.all(is_word) && key.len() <= LONGEST;
    if is_known || is_like { name } else { HIDDEN }
}

/// The name of a section or a variable of git as it is written, where it is known or a word.
pub fn name_of_git(name: &str) -> &str {
    let key = name.to_lowercase();
    let is_known = OF_GIT.iter().any(|(section, variables)| *section == key || variables.contains(&key.as_str()))
        || OF_GIT_IN_PART.iter().any(|(_, variable, _)| *variable == key);
    let is_like = name.len() <= LONGEST && name.split(['.', '-']).all(is_word);
    if is_known || is_like { name } else { HIDDEN }
}

/// The subsection of a section of git, which may be an address.
pub fn subsection_of_git(section: &str, subsection: &str) -> String {
    if WITH_SUBSECTIONS.contains(&section) && !subsection.chars().any(char::is_control) {
        address(subsection)
    } else {
        HIDDEN.to_owned()
    }
}

/// The header of a section of an AWS file: the name of a profile, as a rule.
pub fn header_of_aws(header: &str) -> String {
    // More than a name stands on such a line.
    let has_more = [" #", " ;", " =", "= "].iter().any(|more| header.contains(more));
    if has_more || header.chars().any(|c| c.is_control() || matches!(c, '[' | ']')) {
        return HIDDEN.to_owned();
    }
    masked_but_keys(header)
}

/// Letters as a word of a language has them, also several put together with capital letters.
fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) && count_odd(word) * 3 <= word.len() + 2
}

/// A value, and the beginning of a comment behind it: the AWS CLI knows none there, but people do.
fn parts(value: &str) -> (&str, &str) {
    let comment = [" #", " ;", "\t#", "\t;"].iter().filter_map(|start| value.find(start)).min();
    comment.map_or((value, ""), |at| (&value[..at], &value[at..at + 2]))
}

fn is_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.starts_with('A')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
