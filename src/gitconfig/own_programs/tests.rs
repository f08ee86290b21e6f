//! Configurations of repositories that name programs, and some that do not.

use proptest::prelude::*;

use super::super::chain::Entry;
use super::super::layout::Layout;
use super::super::wanted::{Families, Helper, Scope, Wanted};
use super::{Transport, named, own_programs};
use crate::wizard::names::{ProfileName, Region};

const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/a";

fn entries(text: &str, scope: &str) -> Vec<Entry> {
    let entries = Layout::read(text.as_bytes()).unwrap().entries().into_iter();
    entries.map(|entry| Entry { scope: scope.to_owned(), origin: "file:/r/.git/config".to_owned(), ..entry }).collect()
}

fn found_with(global: &str, text: &str, transport: &Transport) -> Vec<String> {
    let entries = [entries(global, "global"), entries(text, "local")].concat();
    let own = |path: &str| path == "/usr/bin/aws" || path == "/opt/our tools/codecommit-setup";
    own_programs(&entries, URL, transport, &own).into_iter().map(named).collect()
}

/// Whether nothing is named for a helper of the repository.
fn helper(value: &str) -> bool {
    let key = b"credential.helper".to_vec();
    let (scope, origin) = ("local".to_owned(), "file:/r/.git/config".to_owned());
    let entry = Entry { scope, origin, line: Some(2), key, value: Some(value.as_bytes().to_vec()) };
    let own = |path: &str| path == "/usr/bin/aws" || path == "/opt/our tools/codecommit-setup";
    own_programs(&[entry], URL, &Transport::Https, &own).is_empty()
}

#[test]
fn a_helper_of_a_repository_is_harmless_only_when_it_is_known_word_by_word() {
    for value in [
        "",
        "!aws codecommit credential-helper $@",
        "!aws --profile 'dev one' codecommit credential-helper $@",
        r"!aws --profile 'it'\''s' --region eu-west-1 codecommit credential-helper",
        "!aws --profile=dev codecommit credential-helper \"$@\"",
        "!/usr/bin/aws --profile dev codecommit credential-helper $@",
        "!codecommit-setup credential-helper --profile dev",
        "!'/opt/our tools/codecommit-setup' credential-helper --profile='-x'",
        "codecommit --profile dev",
        "store",
        "store --file ~/.secrets",
        "cache --timeout=600",
        "osxkeychain",
    ] {
        assert!(helper(value), "{value}");
    }
    for value in [
        "!evil",
        "/r/evil",
        "./evil",
        "evil",
        "store; evil",
        "store --file=$(evil)",
        "store\nevil",
        "!aws codecommit credential-helper $@; evil",
        "!aws codecommit credential-helper $@ & evil",
        "!aws codecommit credential-helper $(evil)",
        "!aws codecommit credential-helper `evil`",
        "!aws --profile \"$(evil)\" codecommit credential-helper",
        "!aws --profile dev --endpoint-url https://evil codecommit credential-helper",
        "!aws --ca-bundle x codecommit credential-helper",
        "!aws configure set x y codecommit credential-helper",
        "!AWS_CONFIG_FILE=evil aws codecommit credential-helper $@",
        "!exec evil codecommit credential-helper",
        "!./aws codecommit credential-helper $@",
        "!/r/bin/aws codecommit credential-helper $@",
        "!/r/codecommit-setup credential-helper",
        "!codecommit-setup clone --into / x",
        "!codecommit-setup credential-helper --log /home/ann/.bashrc",
        "!codecommit-setup --sandbox credential-helper",
        "/r/git-credential-codecommit",
        "/r/store",
        "!store",
        "!git credential-store",
        "codecommit --log x",
        "!aws codecommit credential-helper > x",
        "!aws codecommit credential-helper # $@",
        "!",
    ] {
        assert!(!helper(value), "{value}");
    }
}

#[test]
fn what_leads_git_to_a_program_is_named_with_its_line() {
    let https = Transport::Https;
    for (text, transport) in [
        ("[credential]\n\tuiHelper = /r/evil\n", &https),
        ("[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n\toauthAuthURL = https://evil\n", &https),
        ("[alias]\n\tcredential-osxkeychain = !evil\n", &https),
        ("[alias \"remote-codecommit\"]\n\tcommand = !evil\n", &https),
        ("[core]\n\tsshCommand = evil\n", &Transport::Ssh),
        ("[core]\n\tgitProxy = evil\n", &Transport::Git),
        (&format!("[remote \"{URL}\"]\n\tvcs = ext\n"), &https),
        (&format!("[remote \"{URL}\"]\n\tuploadpack = evil\n"), &https),
        ("[include]\n\tpath = ~mallory/config\n", &https),
        ("[includeIf \"gitdir:**\"]\n\tpath = %(prefix)/../r/config\n", &https),
        ("[http]\n\tsaveCookies = true\n", &https),
    ] {
        let found = found_with("", text, transport);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].starts_with("/r/.git/config:2: "), "{found:?}");
        // What the person or the computer says is theirs.
        assert!(found_with(text, "", transport).is_empty(), "{text}");
    }
    let heard = "[http \"https://x\"]\n\tproxy = evil:1\n\tsslVerify = false\n";
    assert_eq!(found_with("", heard, &https), ["/r/.git/config:3: http.https://x.sslverify"]);
}

#[test]
fn what_git_does_not_come_to_is_not_named() {
    let text = "[core]\n\tfsmonitor = .git/hooks/x\n\thooksPath = .husky\n\tpager = less\n\tsshCommand = ssh -i k\n\tgitProxy = x\n\
        [alias]\n\tco = checkout\n\tx = !make\n[filter \"lfs\"]\n\tprocess = git-lfs filter-process\n\
        [http]\n\tproxy = proxy:3128\n[http \"https://x\"]\n\tsslCAPath =\n[remote \"origin\"]\n\turl = u\n\tuploadpack = /opt/git\n\
        [credential]\n\tuseHttpPath = true\n\tusername = me\n[include]\n\tpath = ../shared\n[diff]\n\texternal = x\n";
    let text = text.replace("[http \"https://x\"]\n\tsslCAPath =\n", "");
    assert_eq!(found_with("", &text, &Transport::Https), Vec::<String>::new());
    // A script of the person's that calls git may come to an alias.
    let script = "[credential]\n\thelper = \"!f() { git who; }; f\"\n";
    assert_eq!(found_with(script, &text, &Transport::Https), ["/r/.git/config:9: alias.x"]);
}

#[test]
fn addresses_are_told_apart_as_git_does() {
    for (address, name, known) in [
        ("https://host/x", "https", true),
        ("http://host/x", "http", true),
        ("ssh://host/x", "ssh", true),
        ("git@host:x", "ssh", true),
        ("host:x", "ssh", true),
        ("git://host/x", "git", true),
        ("file:///x", "file", true),
        ("/x/y:z", "file", true),
        ("./x:y", "file", true),
        ("../x", "file", true),
        ("codecommit://dev@x", "codecommit", true),
        ("codecommit::us-east-2://dev@x", "codecommit", true),
        ("ext::sh -c evil", "ext", false),
        ("fd::3", "fd", false),
        ("ftp://host/x", "ftp", false),
        ("testgit::x", "testgit", false),
        ("HTTPS://host/x", "HTTPS", false),
        ("a+b.c-d://x", "a+b.c-d", false),
        ("::x", "", false),
    ] {
        let transport = Transport::of(address);
        assert_eq!((transport.name(), transport.is_known()), (name, known), "{address}");
    }
}

proptest! {
    /// A clone that this program pinned is looked at without a question, whatever its profile is called.
    #[test]
    fn every_helper_that_is_written_here_is_known(name in "[^\\p{Cc}]{1,20}", built_in in any::<bool>(), bare in any::<bool>()) {
        let Ok(profile) = ProfileName::parse(&name) else { return Ok(()) };
        let helper_of = if built_in {
            Helper::BuiltIn { program: if bare { "codecommit-setup" } else { "/opt/our tools/codecommit-setup" }.to_owned() }
        } else {
            Helper::AwsCli { program: if bare { "aws" } else { "/usr/bin/aws" }.to_owned() }
        };
        let (scope, families) = (Scope::CodeCommit, Families::default());
        let region = Region::parse("us-east-2").unwrap();
        let wanted = Wanted { helper: helper_of, scope, families, profile, region, wildcards: false, resets: true };
        prop_assert!(helper(&wanted.helper_value()), "{}", wanted.helper_value());
    }

    /// No text added to a known helper, outside of quotes, makes a shell do something and stays unnamed.
    #[test]
    fn nothing_that_a_shell_would_act_on_passes(before in "[ a-z'\"]{0,6}", bad in "[;&|<>()`\\n{}*?\\[#!^]|\\$[a-z(]", after in "[ a-z'\"]{0,6}") {
        let value = format!("!aws codecommit credential-helper {before}{bad}{after}");
        let text = value.strip_prefix('!').unwrap();
        // In quotes it is a word that no helper has either.
        prop_assert!(super::plain_words(text).is_none_or(|words| words.len() > 3 || words[2] != "credential-helper"));
        prop_assert!(!helper(&value));
    }
}
