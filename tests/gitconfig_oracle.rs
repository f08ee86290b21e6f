//! Git itself as the judge: it reads what was meant, calls the helpers that the chain says, and no profile name runs anything.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use codecommit_setup::gitconfig::{Families, Fate, Helper, Scope, Wanted, apply, chain, parse_listing};
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use proptest::prelude::*;

const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app";

/// A home folder, a repository in it, and git with nothing else in sight.
struct Git {
    home: tempfile::TempDir,
}

impl Git {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let git = Self { home };
        fs::create_dir(git.place("bin")).expect("a folder");
        fs::write(git.place("system"), "").expect("a file");
        git.run(&["init", "-q", "repository"], "").expect("a repository");
        // Tells who was asked and for which path, and has an answer only when told so.
        git.program(
            "stub",
            "#!/bin/sh\n[ \"$2\" = get ] || exit 0\npath=$(sed -n 's/^path=//p')\necho \"$1 $path\" >> \"$HOME/log\"\n\
             [ \"$1\" = \"$(cat \"$HOME/answers\" 2>/dev/null)\" ] && printf 'username=u\\npassword=p\\n'\nexit 0\n",
        );
        git
    }

    fn place(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        let place = self.place("bin").join(name);
        fs::write(&place, text).expect("a file");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    fn run(&self, arguments: &[&str], input: &str) -> Option<Vec<u8>> {
        let repository = self.place("repository");
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(if repository.exists() { &repository } else { self.home.path() })
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", self.place("bin").display()))
            .env("HOME", self.home.path())
            .env("GIT_CONFIG_SYSTEM", self.place("system"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("git");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        output.status.success().then_some(output.stdout)
    }

    /// The values of a key in one file.
    fn values(&self, file: &[u8], key: &str) -> Option<Vec<String>> {
        fs::write(self.place("file"), file).expect("a file");
        let place = self.place("file");
        let listing = self.run(&["config", "-f", place.to_str().expect("UTF-8"), "-z", "--get-all", key], "")?;
        Some(texts(&listing))
    }

    /// All keys and values of one file.
    fn listing(&self, file: &[u8]) -> Option<Vec<Vec<u8>>> {
        fs::write(self.place("file"), file).expect("a file");
        let place = self.place("file");
        let listing = self.run(&["config", "-f", place.to_str().expect("UTF-8"), "-z", "--list"], "")?;
        Some(listing.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect())
    }

    /// Asks git for a password, and returns who was asked for which path.
    fn fill(&self, url: &str) -> Vec<String> {
        let _ = fs::remove_file(self.place("log"));
        self.run(&["credential", "fill"], &format!("url={url}\n\n"));
        let log = fs::read_to_string(self.place("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

fn texts(listing: &[u8]) -> Vec<String> {
    let mut texts: Vec<String> =
        listing.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    texts.pop();
    texts
}

fn wanted(profile: &str) -> Wanted {
    Wanted {
        helper: Helper::AwsCli { program: "aws".to_owned() },
        scope: Scope::CodeCommit,
        families: Families::default(),
        profile: ProfileName::parse(profile).expect("a name"),
        region: Region::parse("us-east-2").expect("a region"),
        wildcards: true,
        resets: true,
    }
}

const NAMES: [&str; 12] = [
    "default",
    "dev one",
    "it's",
    "say \"hi\"",
    "$HOME",
    "a;b",
    "a#b",
    "`date`",
    "back\\slash",
    "été-日本",
    "--version",
    "a'b $(touch x);#`y`",
];

#[test]
fn git_reads_what_was_meant_whatever_the_profiles_name() {
    let git = Git::new();
    let program = "/opt/a \"b\";c/codecommit-setup".to_owned();
    for name in NAMES {
        for wanted in [wanted(name), Wanted { helper: Helper::BuiltIn { program: program.clone() }, ..wanted(name) }] {
            let file = apply(b"[user]\n\tname = x", &wanted).expect("readable");
            let section = "credential.https://git-codecommit.*.amazonaws.com";
            let helpers = git.values(&file, &format!("{section}.helper"));
            assert_eq!(helpers, Some(vec![String::new(), wanted.helper_value()]), "{name}");
            assert_eq!(git.values(&file, &format!("{section}.useHttpPath")), Some(vec!["true".to_owned()]));
            let every = apply(&file, &Wanted { scope: Scope::EveryHost, ..wanted.clone() }).expect("readable");
            assert_eq!(git.values(&every, &format!("{section}.helper")), None);
            let value = Wanted { scope: Scope::EveryHost, ..wanted }.helper_value();
            assert_eq!(git.values(&every, "credential.helper"), Some(vec![value]));
        }
    }
}

#[test]
fn the_commands_that_are_shown_do_the_same_in_a_shell() {
    for name in NAMES {
        for scope in [Scope::CodeCommit, Scope::EveryHost] {
            let git = Git::new();
            let wanted = Wanted { scope, ..wanted(name) };
            let status = Command::new("sh")
                .args(["-ec", &wanted.commands().join("\n")])
                .env_clear()
                .env("PATH", "/usr/local/bin:/usr/bin:/bin")
                .env("HOME", git.home.path())
                .status()
                .expect("a shell");
            assert!(status.success(), "{name}");
            let by_hand = fs::read(git.place(".gitconfig")).expect("a file");
            let ours = apply(b"", &wanted).expect("readable");
            assert_eq!(git.listing(&by_hand), git.listing(&ours), "{name}");
            assert_eq!(
                String::from_utf8_lossy(&by_hand).replace("helper = \n", "helper =\n"),
                String::from_utf8_lossy(&ours),
                "{name}"
            );
            assert_eq!(apply(&by_hand, &wanted), Ok(by_hand), "{name}");
        }
    }
}

#[test]
fn no_profile_name_runs_anything() {
    let git = Git::new();
    git.program("aws", "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\"; done > \"$HOME/argv\"\nprintf 'username=u\\npassword=p\\n'\n");
    git.program("my 'tool'", "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\"; done > \"$HOME/argv\"\nprintf 'username=u\\npassword=p\\n'\n");
    let program = git.place("bin").join("my 'tool'").to_str().expect("UTF-8").to_owned();
    for name in NAMES {
        let option = if name.starts_with('-') { format!("--profile={name}") } else { format!("--profile\n{name}") };
        for (helper, words) in [
            (Helper::AwsCli { program: "aws".to_owned() }, format!("{option}\ncodecommit\ncredential-helper\nget\n")),
            (Helper::BuiltIn { program: program.clone() }, format!("credential-helper\n{option}\nget\n")),
        ] {
            let file = apply(b"", &Wanted { helper, ..wanted(name) }).expect("readable");
            fs::write(git.place(".gitconfig"), file).expect("a file");
            let answer = git.run(&["credential", "fill"], &format!("url={URL}\n\n")).expect("an answer");
            assert!(String::from_utf8_lossy(&answer).contains("username=u"));
            assert_eq!(fs::read_to_string(git.place("argv")).expect("called"), words);
        }
    }
    let files: Vec<_> = fs::read_dir(git.place("repository")).expect("a folder").collect();
    assert_eq!(files.len(), 1, "only .git is there");
}

#[test]
fn the_chain_is_the_one_that_git_calls() {
    let wild = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n";
    let exact = "[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n";
    let path = "UseHttpPath = true\n";
    let cases: Vec<[String; 3]> = [
        ["[credential]\nhelper = !stub system\n", "[credential]\nhelper = !stub global\n", "[credential]\nhelper = !stub local\n"],
        ["[credential]\nhelper = !stub system\n", &format!("{wild}helper =\nhelper = !stub wild\n{path}"), ""],
        ["", &format!("{exact}helper = !stub exact\n{wild}helper =\nhelper = !stub wild\n"), ""],
        ["", &format!("{wild}helper =\nhelper = !stub wild\n{exact}helper = !stub exact\n"), ""],
        ["", &format!("[credential]\nhelper = !stub before\n{wild}helper = !stub wild\n[credential]\nhelper = !stub after\n"), ""],
        ["", &format!("{wild}helper = !stub wild\n{path}[credential]\nhelper =\nUseHttpPath = false\n"), ""],
        ["", "[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app\"]\nhelper = !stub repository\nUseHttpPath = 1\n", ""],
        ["", "[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA\"]\nhelper = !stub another\n", ""],
        ["", "[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/\"]\nhelper = !stub below\n", ""],
        ["", "[credential \"https://GIT-CodeCommit.US-EAST-2.amazonaws.com:443/\"]\nhelper = !stub spelt\nusehttppath = ON\n", ""],
        ["", "[credential \"https://git-codecommit*.*.amazonaws.com\"]\nhelper = !stub part\n[credential \"https://*.amazonaws.com\"]\nhelper = !stub few\n", ""],
        ["", "[credential \"https://git-codecommit.*.amazonaws.com:8443\"]\nhelper = !stub port\n[credential \"http://git-codecommit.*.amazonaws.com\"]\nhelper = !stub http\n", ""],
        ["", "[credential \"https://me@git-codecommit.*.amazonaws.com\"]\nhelper = !stub user\n[credential \"git-codecommit.us-east-2.amazonaws.com\"]\nhelper = !stub host\n", ""],
        ["", "[credential \"https://github.com\"]\nhelper = !stub github\n[credential \"https://\"]\nhelper = !stub scheme\n", "[credential]\nhelper = \"\"\n"],
        ["", &format!("{wild}helper = !stub wild\n{path}"), &format!("{exact}helper =\nhelper = !stub local\n")],
    ]
    .map(|case| case.map(str::to_owned))
    .to_vec();
    for ([system, global, local], url) in cases.iter().flat_map(|case| {
        let urls = [
            URL,
            "https://me@git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app",
            "https://git-codecommit.us-east-2.amazonaws.com:8443/v1/x",
        ];
        urls.map(|url| (case, url))
    }) {
        let git = Git::new();
        fs::write(git.place("system"), system).expect("a file");
        fs::write(git.place(".gitconfig"), global).expect("a file");
        let place = git.place("repository/.git/config");
        let own = fs::read_to_string(&place).expect("a file");
        fs::write(place, format!("{own}{local}")).expect("a file");

        let listing = git.run(&["config", "--list", "-z", "--show-scope", "--show-origin"], "").expect("a listing");
        let chain = chain(&parse_listing(&listing), url);
        let sent = if chain.use_http_path { url.splitn(4, '/').last().unwrap_or_default() } else { "" };
        let live = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
        let expected: Vec<String> = live.map(|link| format!("{} {sent}", link.helper.replace("!stub ", ""))).collect();
        assert_eq!(git.fill(url), expected, "{system}{global}{local}{url}");

        // With an answer the first one is the last one.
        if let Some(first) = chain.first() {
            fs::write(git.place("answers"), first.helper.replace("!stub ", "")).expect("a file");
            assert_eq!(git.fill(url), expected[..1], "{system}{global}{local}{url}");
        }
    }
}

#[test]
fn scopes_and_origins_are_those_that_git_tells() {
    let git = Git::new();
    fs::write(git.place(".gitconfig"), "[credential]\n\thelper = cache\n").expect("a file");
    let listing = git
        .run(&["-c", "credential.helper=x", "config", "--list", "-z", "--show-scope", "--show-origin"], "")
        .expect("a listing");
    let links = chain(&parse_listing(&listing), URL).links;
    let told: Vec<_> = links.iter().map(|link| (link.scope.as_str(), link.origin.clone())).collect();
    let file = format!("file:{}", git.place(".gitconfig").display());
    assert_eq!(told, [("global", file), ("command", "command line:".to_owned())]);
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just("[user]"),
        Just("[a \"b\\\"]c\"] d = e ; f"),
        Just("  [core] bare"),
        Just("\tname = \"x # y\" # z"),
        Just("\tlong = one \\\n  two"),
        Just("# [credential]\\"),
        Just(""),
        Just("[credential \"https://git-codecommit.*.amazonaws.com\"] # c"),
        Just("[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]helper = x"),
        Just("[Credential]"),
        Just("[x][credential]"),
        Just("\thelper"),
        Just("\thelper = \"\""),
        Just("\thelper = !aws codecommit credential-helper \\\n$@ # c"),
        Just("\tUseHttpPath = false"),
        Just("\thelper=cache;x"),
        Just("\tbad = \"open"),
        Just("\tend = x\\"),
    ];
    (prop::collection::vec(line, 0..9), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(lines, windows, mark, last_newline)| {
            let mut text = lines.join("\n") + if last_newline { "\n" } else { "" };
            if windows {
                text = text.replace('\n', "\r\n");
            }
            let mark = if mark { "\u{feff}" } else { "" };
            format!("{mark}{text}").into_bytes()
        },
    )
}

/// Every kind of wanted helper; with one profile name, so that the case is about the file.
fn any_wanted() -> impl Strategy<Value = Wanted> {
    let one = RepositoryName::parse("teamA-app").expect("a name");
    let scope = prop_oneof![Just(Scope::CodeCommit), Just(Scope::EveryHost), Just(Scope::OneRepository(one))];
    let families = (any::<bool>(), any::<bool>()).prop_map(|(fips, vpc)| Families { fips, vpc });
    (scope, families, any::<bool>(), 0..NAMES.len()).prop_map(|(scope, families, wildcards, name)| Wanted {
        scope,
        families,
        wildcards,
        ..wanted(NAMES[name])
    })
}

thread_local! {
    /// One home for all cases of a property: making a repository takes longer than a case.
    static GIT: Git = Git::new();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn git_reads_what_was_meant_and_everything_else_as_before(before in any_file(), wanted in any_wanted()) {
        let text = String::from_utf8_lossy(&before).into_owned();
        let Some(listed) = GIT.with(|git| git.listing(&before)) else { return Ok(()) };
        // A bare `helper` stops git at every credential; that is for the user to repair.
        let after = apply(&before, &wanted);
        prop_assert!(after.is_ok(), "git reads it: {text:?} {after:?}");
        let after = after.expect("just checked");
        prop_assert_eq!(apply(&after, &wanted), Ok(after.clone()), "twice is not once: {:?}", text);
        let listed_after = GIT.with(|git| git.listing(&after));
        prop_assert!(listed_after.is_some(), "{text:?} became {:?}", String::from_utf8_lossy(&after));
        let listed_after = listed_after.expect("just checked");
        for section in wanted.sections() {
            let key = section.map_or("credential.helper".to_owned(), |url| format!("credential.{url}.helper"));
            let entry = format!("{key}\n{}", wanted.helper_value()).into_bytes();
            prop_assert!(listed_after.contains(&entry), "{text:?} lacks {key}: {:?}", String::from_utf8_lossy(&after));
        }
        let others = |listing: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
            listing.into_iter().filter(|entry| !entry.starts_with(b"credential.")).collect()
        };
        prop_assert_eq!(others(listed), others(listed_after), "{:?}", text);
    }
}
