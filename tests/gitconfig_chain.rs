//! Git itself as the judge of what is read from all files of its configuration, and of the helpers that are called then.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests, some of which have figures to tell")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::gitconfig::{Chain, Entry, Fate, RepositoryPlace, Source, Sources, chain, parse_listing};
use codecommit_setup::ports::Git as _;
use codecommit_setup::wizard::effect::GitPlace;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const HOST: &str = "https://git-codecommit.us-east-2.amazonaws.com";
const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app";

/// Tells who was asked for which path, and answers when told so; nothing but the shell is run.
const STUB: &str = "#!/bin/sh
[ \"$2\" = get ] || exit 0
path=
while read -r line; do case $line in path=*) path=${line#path=};; esac; done
echo \"$1 $path\" >> \"$HOME/log\"
[ -e \"$HOME/answers\" ] && printf 'username=u\\npassword=p\\n'
exit 0
";

/// A home folder with a repository in it, and git with nothing else in sight.
struct Place {
    _folder: tempfile::TempDir,
    home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let place = Self { _folder: folder, home, variables: Vec::new() };
        place.put("bin/stub", STUB.as_bytes());
        place.put("bin/git-credential-stub", STUB.as_bytes());
        for name in ["stub", "git-credential-stub"] {
            fs::set_permissions(place.at("bin").join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        assert!(place.git(&place.home, &["init", "-q", "-b", "main", "repo"], "").status.success());
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn environment(&self) -> Vec<(String, String)> {
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap());
        let fixed = [
            ("PATH", path),
            ("HOME", self.home.display().to_string()),
            ("GIT_CONFIG_SYSTEM", self.at("system").display().to_string()),
            ("GIT_TERMINAL_PROMPT", "0".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ];
        fixed.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(self.variables.iter().cloned()).collect()
    }

    fn git(&self, folder: &Path, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(folder).env_clear().envs(self.environment());
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().unwrap();
        // Git that stops at its configuration does not read.
        _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// What git lists, with its relative origins made absolute.
    fn listed(&self) -> Result<Vec<Entry>, String> {
        let repo = self.at("repo");
        let output = self.git(&repo, &["config", "--list", "-z", "--show-origin", "--show-scope"], "");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let absolute = |entry: Entry| match entry.origin.strip_prefix("file:") {
            Some(path) => Entry { origin: format!("file:{}", repo.join(path).display()), ..entry },
            None => entry,
        };
        Ok(parse_listing(&output.stdout).into_iter().map(absolute).collect())
    }

    /// Asks git for a password, and returns who was asked for which path.
    fn asked(&self, folder: &Path, options: &[&str], url: &str) -> Vec<String> {
        _ = fs::remove_file(self.at("log"));
        self.git(folder, &[options, &["credential", "fill"]].concat(), &format!("url={url}\n\n"));
        let log = fs::read_to_string(self.at("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// What the adapter reads in a folder.
    fn read(&self, folder: &Path) -> Sources {
        let variables = self.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
        let environment = Environment::of(variables).standing_in(folder.to_owned());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Git::new(environment).read_config(&GitPlace::default())).unwrap()
    }
}

/// Who should be asked for which path.
fn expected(chain: &Chain, url: &str) -> Vec<String> {
    let sent = if chain.use_http_path { url.splitn(4, '/').last().unwrap() } else { "" };
    let live = chain.links.iter().filter(|link| link.fate != Fate::Cleared && chain.stop.is_none());
    let name = |helper: &str| helper.split_whitespace().last().unwrap().trim_matches(['"', '\'']).to_owned();
    live.map(|link| format!("{} {sent}", name(&link.helper))).collect()
}

/// Entries as text without their lines, one each.
fn texts(entries: &[Entry]) -> Vec<String> {
    let text = |entry: &Entry| {
        let Entry { scope, origin, line: _, key, value } = entry;
        let value = value.as_ref().map(|value| value.escape_ascii().to_string());
        format!("{scope} {origin} {} {value:?}", key.escape_ascii())
    };
    entries.iter().map(text).collect()
}

/// Files by their names below the home folder, and what stands in them.
type Files = &'static [(&'static str, &'static str)];

/// What is on the command line.
type Options = &'static [&'static str];

const CASES: &[(&str, Files, Options)] = &[
    (
        "every place in its order",
        &[
            ("system", "[credential]\nhelper = !stub system\n"),
            (".config/git/config", "[credential]\nhelper = !stub xdg\n"),
            (".gitconfig", "[credential]\nhelper = !stub own\n"),
            ("repo/.git/config", "[credential]\nhelper = !stub local\n"),
            ("repo/.git/config.worktree", "[credential]\nhelper = !stub worktree\n"),
        ],
        &["-c", "credential.helper=!stub option"],
    ),
    (
        "a wildcard after an exact host has the last word",
        &[(
            ".gitconfig",
            "[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\nhelper = !stub exact\nuseHttpPath = true\n",
        )],
        &[],
    ),
    (
        "a reset in a wildcard section after an exact one",
        &[(
            ".gitconfig",
            "[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\nhelper = !stub exact\n[credential \"https://git-codecommit.*.amazonaws.com\"]\nhelper =\nhelper = !stub wild\nUseHttpPath = yes\n[credential]\nhelper = !stub after\n",
        )],
        &[],
    ),
    (
        "a reset on the command line",
        &[(".gitconfig", "[credential]\nhelper = !stub own\nUseHttpPath = true\n")],
        &["-c", "credential.helper=", "-c", "Credential.Helper=!stub option"],
    ),
    (
        "one repository by its path, and its neighbour",
        &[(
            ".gitconfig",
            "[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app\"]\nhelper = !stub repository\nUseHttpPath = 1\n[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA\"]\nhelper = !stub neighbour\n",
        )],
        &[],
    ),
    (
        "helpers by name, by path and by command",
        &[(
            ".gitconfig",
            "[credential]\nhelper = stub name\nhelper = !\"stub\" command\nhelper = \"!exec stub quoted\"\n",
        )],
        &[],
    ),
    (
        "an include in the middle, relative, of home, and missing",
        &[
            (
                ".gitconfig",
                "[credential]\nhelper = !stub before\n[include]\npath = inc/a\npath = ~/inc/b\npath = nowhere\n[credential]\nhelper = !stub after\n",
            ),
            ("inc/a", "[credential]\nhelper = !stub a\n[include]\npath = ../inc/b\n"),
            ("inc/b", "[credential]\nhelper = !stub b\n"),
        ],
        &[],
    ),
    (
        "conditions on the repository's folder",
        &[
            (
                ".gitconfig",
                "[includeIf \"gitdir:~/repo/\"]\npath=inc/a\n[includeIf \"gitdir:REPO/\"]\npath=inc/b\n[includeIf \"gitdir/i:REPO/\"]\npath=inc/c\n[includeIf \"gitdir:./repo/.git\"]\npath=inc/d\n[includeIf \"gitdir:**/r?p[o]/*\"]\npath=inc/e\n[includeIf \"gitdir:~/link/\"]\npath=inc/f\n",
            ),
            ("inc/a", "[credential]\nhelper = !stub a\n"),
            ("inc/b", "[credential]\nhelper = !stub b\n"),
            ("inc/c", "[credential]\nhelper = !stub c\n"),
            ("inc/d", "[credential]\nhelper = !stub d\n"),
            ("inc/e", "[credential]\nhelper = !stub e\n"),
            ("inc/f", "[credential]\nhelper = !stub f\n"),
        ],
        &[],
    ),
    (
        "conditions on the branch and on remotes",
        &[
            (
                ".gitconfig",
                "[includeIf \"onbranch:ma*\"]\npath=inc/a\n[includeIf \"onbranch:main/\"]\npath=inc/b\n[includeIf \"hasconfig:remote.*.url:https://*.example/**\"]\npath=inc/c\n[includeIf \"hasconfig:remote.*.url:https://*.example\"]\npath=inc/d\n",
            ),
            ("inc/a", "[credential]\nhelper = !stub a\n"),
            ("inc/b", "[credential]\nhelper = !stub b\n"),
            ("inc/c", "[credential]\nhelper = !stub c\n"),
            ("inc/d", "[credential]\nhelper = !stub d\n"),
            ("repo/.git/config", "[include]\npath = more\n"),
            ("repo/.git/more", "[remote \"o\"]\nurl = https://git.example/a/b\n"),
        ],
        &[],
    ),
    (
        "odd spellings",
        &[(
            ".gitconfig",
            "\u{feff}[CREDENTIAL \"HTTPS://Git-CodeCommit.us-east-2.amazonaws.com:0443/v1/./x/../repos/team%41-app/\"]\r\n\tHelper=\"!stub\" \\\r\n odd ; no\r\n usehttppath = ON # yes\r\n[credential \"git-codecommit.us-east-2.amazonaws.com\"]helper=!stub host\r\n[credential \"/v1/repos/teamA-app\"]helper=!stub path\r\n[credential \"https://\"]helper=!stub scheme",
        )],
        &[],
    ),
    (
        "what does not match",
        &[(
            ".gitconfig",
            "[credential \"https://git-codecommit*.*.amazonaws.com\"]\nhelper=!stub a\n[credential \"https://*.amazonaws.com\"]\nhelper=!stub b\n[credential \"http://git-codecommit.*.amazonaws.com\"]\nhelper=!stub c\n[credential \"https://git-codecommit.*.amazonaws.com.cn\"]\nhelper=!stub d\n[credential \"https://git-codecommit.us-east-2.amazonaws.com/../x\"]\nhelper=!stub e\n[credential \"https://git-codecommit.us-east-2.amazonaws.com/%zz\"]\nhelper=!stub f\n",
        )],
        &[],
    ),
    (
        "a user in the section, and one that the configuration names",
        &[(
            ".gitconfig",
            "[credential \"https://me@git-codecommit.*.amazonaws.com\"]\nhelper=!stub url\n[credential \"me@git-codecommit.us-east-2.amazonaws.com\"]\nhelper=!stub early\n[credential]\nusername=me\n[credential \"me@git-codecommit.us-east-2.amazonaws.com\"]\nhelper=!stub late\n",
        )],
        &[],
    ),
];

#[test]
fn the_helpers_are_called_as_computed() {
    for (name, files, options) in CASES {
        let mut place = Place::new();
        for (file, text) in *files {
            let before = if *file == "repo/.git/config" { fs::read(place.at(file)).unwrap() } else { Vec::new() };
            place.put(file, &[&before, text.as_bytes()].concat());
        }
        place.git(&place.at("repo"), &["config", "extensions.worktreeConfig", "true"], "");
        std::os::unix::fs::symlink(place.at("repo"), place.at("link")).unwrap();
        fs::create_dir(place.at("repo/sub")).unwrap();
        // Options of git reach its children, and this program, through the environment.
        let quoted: Vec<_> = options
            .iter()
            .skip(1)
            .step_by(2)
            .map(|option| {
                let (key, value) = option.split_once('=').unwrap();
                format!("'{key}'='{value}'")
            })
            .collect();
        let with_options = [("GIT_CONFIG_PARAMETERS".to_owned(), quoted.join(" ").replace("'!", "''\\!'"))];
        let urls =
            [URL, "https://me@git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app", "https://git.example/x"];
        for folder in ["repo", "repo/sub", "link", ""].map(|folder| place.at(folder)) {
            place.variables = with_options.to_vec();
            let sources = place.read(&folder);
            place.variables.clear();
            let entries = sources.entries().unwrap();
            for url in urls {
                let chain = chain(&entries, url);
                let expected = expected(&chain, url);
                assert_eq!(place.asked(&folder, options, url), expected, "{name}: {url} in {}", folder.display());
                let Some(first) = chain.first() else { continue };
                place.put("answers", b"");
                assert_eq!(place.asked(&folder, options, url), expected[..1], "{name}: {}", first.helper);
                fs::remove_file(place.at("answers")).unwrap();
            }
        }
    }
}

#[test]
fn git_traces_the_very_commands_of_the_chain() {
    let mut place = Place::new();
    place.put("system", b"[credential]\nhelper = stub --odd 'x y'\nhelper = !stub a\n");
    place.put(".gitconfig", b"[credential]\nhelper = !stub b; true\n[include]\npath = more\n");
    place.put("more", format!("[credential]\nhelper = {}/stub c\n", place.at("bin").display()).as_bytes());
    let entries = place.read(&place.at("repo")).entries().unwrap();
    let helpers: Vec<_> = chain(&entries, URL).links.into_iter().map(|link| link.helper).collect();
    assert_eq!(helpers.len(), 4);
    let trace = place.at("trace").display().to_string();
    place.variables.push(("GIT_TRACE".to_owned(), trace));
    place.asked(&place.at("repo"), &[], URL);
    let trace = fs::read_to_string(place.at("trace")).unwrap();
    let mut lines = trace.lines().filter(|line| line.contains("run_command: '") && line.contains(" get"));
    for helper in helpers {
        let command = match helper.strip_prefix('!') {
            Some(command) => command.to_owned(),
            None if helper.starts_with('/') => helper,
            None => format!("git credential-{helper}"),
        };
        let plain = |text: &str| text.replace(['\'', '\\'], "");
        let line = lines.next().unwrap();
        assert!(plain(line).ends_with(&plain(&format!("run_command: {command} get"))), "{line}\n{command}");
    }
    assert_eq!(lines.next(), None);
}

/// Sections of credentials in many spellings.
const SECTIONS: &[&[u8]] = &[
    b"[credential]",
    b"[credential \"https://git-codecommit.*.amazonaws.com\"]",
    b" [Credential  \"HTTPS://git-codecommit.US-east-2.amazonaws.com:443/\"] # c",
    b"[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app\"]",
    b"[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/./repos/team%41-app\"]",
    b"[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA\"]",
    b"[credential \"https://me@git-codecommit.us-east-2.amazonaws.com\"]",
    b"[credential \"git-codecommit.us-east-2.amazonaws.com\"]",
    b"[credential \"me@git-codecommit.us-east-2.amazonaws.com\"]",
    b"[credential \"https://git-codecommit.us-east-2.amazonaws.com:8443\"]",
    b"[credential \"https://\\g\\i\\t.example\"]",
    b"[credential \"https:///v1/repos/teamA-app\"]",
    b"[credential \"https://x\xff.example\"]",
];

/// Whole sections that have nothing to do with credentials.
const OTHERS: &[&[u8]] = &[
    b"[a \"b\\\"]c\"] d = e ; f",
    b"[x.Y.z]bare\n[x.y] \t bare",
    b"[one][two \"T\"]three=\"4 ; 5\" 6\t\t# 7",
    b"[user]\n\tname = \"J\xf6rg \\\"x\\\" # y\" # z\n\n\temail\t=\tx  y \\\n\n",
    b"# [credential]\\\n; x",
    b"[a-b \"\xc3\xa9\xff\"]\nk-1 = \\t\\b\\n\\\\\\\"\x01 \"  \" ",
    b"[remote \"o\"]\nurl = https://git.example/a/b",
    b"[remote \"p\"]\nurl = https://other.example/a\npushurl = x",
    b"[k]\rv=a\rb\r\r",
    b"[ \"q\"]\nr = \xef\xbb\xbf",
    b"[z]\nn = a\x00b\nm",
];

/// A section with its lines, or an include.
fn any_block() -> impl Strategy<Value = Vec<u8>> {
    let in_credential = prop_oneof![
        4 => "[a-f]".prop_map(|name| format!("\thelper = !stub {name}").into_bytes()),
        1 => Just(b"helper =".to_vec()),
        1 => Just(b"helper = \"\" ; none".to_vec()),
        1 => Just(b"Helper = \"!stub\" \\\n\tg".to_vec()),
        1 => Just(b"eats = the next line\\".to_vec()),
        1 => Just(b"hElper=!stub 'h' # cut".to_vec()),
        1 => prop_oneof![Just("true"), Just("False"), Just("0"), Just("on"), Just("\"yes\""), Just("2k"), Just(""), Just("maybe")]
            .prop_map(|value| format!("UseHttpPath = {value}").into_bytes()),
        1 => Just(b"username = me".to_vec()),
        1 => Just(b"unknown = \xff\xe9".to_vec()),
    ];
    prop_oneof![
        6 => (prop::sample::select(SECTIONS), prop::collection::vec(in_credential, 0..4)).prop_map(|(header, lines)| {
            [vec![header.to_vec()], lines].concat().join(&b'\n')
        }),
        3 => prop::sample::select(OTHERS).prop_map(<[u8]>::to_vec),
        4 => (any_condition(), any_target()).prop_map(|(condition, target)| {
            match condition {
                "" => format!("[include]\n\tpath = {target}"),
                _ => format!("[includeIf \"{condition}\"]path={target}"),
            }.into_bytes()
        }),
    ]
}

fn any_condition() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "",
        "gitdir:~/repo/",
        "gitdir:~/other/",
        "gitdir:repo/.git",
        "gitdir:repo",
        "gitdir:./repo/",
        "gitdir:../../repo/",
        "gitdir:**/r*/[.-0]git",
        "gitdir:REPO/",
        "gitdir/i:REPO/",
        "gitdir:",
        "onbranch:main",
        "onbranch:m*n",
        "onbranch:main/",
        "onbranch:**",
        "hasconfig:remote.*.url:https://git.example/**",
        "hasconfig:remote.*.url:https://*.example/a",
        "hasconfig:remote.*.url:ssh://**",
        "unheard-of:x",
    ])
}

/// Included files are `inc/1` to `inc/4`. `@2` stands for the second one after the file at hand; others may lead to a circle.
fn any_target() -> impl Strategy<Value = String> {
    let number = prop_oneof![30 => "@[1-3]", 1 => "[1-5]"];
    let forms = vec!["~/inc/{}", "~/inc/{}", "\"~/inc/{}\"", "{}", "./{}", "../inc/{}", "inc/{} # c"];
    (number, prop::sample::select(forms)).prop_map(|(number, form)| form.replace("{}", &number))
}

/// Puts the numbers in the place of `@1` to `@3`, in the file with this number.
fn numbered(file: Vec<u8>, number: u8) -> Vec<u8> {
    let mut bytes = file.into_iter().peekable();
    let mut result = Vec::new();
    while let Some(byte) = bytes.next() {
        let digit = bytes.next_if(|next| byte == b'@' && next.is_ascii_digit());
        result.push(digit.map_or(byte, |digit| digit + number));
    }
    result
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![20 => Just(""), 1 => Just("early = x\n"), 1 => Just("\t\n early")];
    let end = prop_oneof![60 => Just(""), 1 => Just("[a]bad = \"open"), 1 => Just("\n[a]\nb c"), 1 => Just("\0")];
    (prop::collection::vec(any_block(), 0..5), any::<bool>(), 0_u8..4, any::<bool>(), start, end).prop_map(
        |(blocks, windows, mark, last_newline, start, end)| {
            let mut bytes = [start.as_bytes(), &blocks.join(&b'\n')].concat();
            bytes.extend(end.bytes());
            if last_newline {
                bytes.push(b'\n');
            }
            if windows {
                bytes = bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
            }
            if mark == 0 { [b"\xef\xbb\xbf", bytes.as_slice()].concat() } else { bytes }
        },
    )
}

const TOP: [(&str, &str); 5] = [
    ("system", "system"),
    ("global", ".config/git/config"),
    ("global", ".gitconfig"),
    ("local", "repo/.git/config"),
    ("worktree", "repo/.git/config.worktree"),
];

/// A configuration in many files.
#[derive(Clone)]
struct Generated {
    files: BTreeMap<&'static str, Vec<u8>>,
    command: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Generated {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, bytes) in &self.files {
            writeln!(formatter, "{name}: {}", bytes.escape_ascii())?;
        }
        write!(formatter, "{:?}", self.command)
    }
}

fn any_configuration() -> impl Strategy<Value = Generated> {
    let names = vec![
        "system",
        ".config/git/config",
        ".gitconfig",
        "repo/.git/config",
        "repo/.git/config.worktree",
        "inc/1",
        "inc/2",
        "inc/3",
        "inc/4",
    ];
    let number = |name: &str| name.strip_prefix("inc/").map_or(0, |number| number.parse().unwrap());
    let files = prop::collection::vec(prop::option::weighted(0.7, any_file()), names.len());
    let command = prop_oneof![
        Just(("credential.helper", "!stub z".to_owned())),
        Just(("Credential.HTTPS://git-codecommit.us-east-2.amazonaws.com.Helper", String::new())),
        Just(("include.path", "~/inc/4".to_owned())),
        Just(("includeIf.onbranch:main.path", "~/inc/3".to_owned())),
    ];
    (files, prop::collection::vec(command, 0..3)).prop_map(move |(files, command)| {
        let mut files: BTreeMap<_, _> =
            names.iter().zip(files).filter_map(|(name, file)| Some((*name, numbered(file?, number(name))))).collect();
        let base = b"[core]\nrepositoryformatversion = 1\nbare = false\n[extensions]\nworktreeConfig = true\n[base]\n";
        let own = files.entry("repo/.git/config").or_default();
        let marked = own.strip_prefix(b"\xef\xbb\xbf").unwrap_or(own);
        *own = [base, marked].concat();
        Generated { files, command }
    })
}

impl Generated {
    /// Writes the files, removes those of another configuration, and says what is there.
    fn lay_out(&self, place: &mut Place) -> Sources {
        for name in TOP.iter().map(|(_, name)| *name).chain(["inc/1", "inc/2", "inc/3", "inc/4"]) {
            match self.files.get(name) {
                Some(bytes) => place.put(name, bytes),
                None => _ = fs::remove_file(place.at(name)),
            }
        }
        place.variables = vec![("GIT_CONFIG_COUNT".to_owned(), self.command.len().to_string())];
        for (index, (key, value)) in self.command.iter().enumerate() {
            place.variables.push((format!("GIT_CONFIG_KEY_{index}"), (*key).to_owned()));
            place.variables.push((format!("GIT_CONFIG_VALUE_{index}"), value.clone()));
        }
        let entry = |(key, value): &(&str, String)| {
            let (section, rest) = key.split_once('.').unwrap();
            let (middle, name) = rest.rsplit_once('.').map_or(("", rest), |(middle, name)| (middle, name));
            let dot = if middle.is_empty() { "" } else { "." };
            Entry {
                scope: "command".into(),
                origin: "command line:".into(),
                line: None,
                key: format!("{}.{middle}{dot}{}", section.to_lowercase(), name.to_lowercase()).into_bytes(),
                value: Some(value.clone().into_bytes()),
            }
        };
        let mut sources = Sources {
            files: TOP.map(|(scope, name)| Source { scope: scope.into(), path: place.at(name) }).to_vec(),
            command: self.command.iter().map(entry).collect(),
            global: place.at(".gitconfig"),
            home: place.home.clone(),
            repository: Some(RepositoryPlace {
                git_dir: place.at("repo/.git"),
                named_git_dir: place.at("repo/.git"),
                common_dir: place.at("repo/.git"),
                work_tree: Some(place.at("repo")),
                branch: Some("main".into()),
            }),
            ..Sources::default()
        };
        loop {
            let missing = sources.missing();
            if missing.is_empty() {
                return sources;
            }
            for path in missing {
                sources.contents.insert(path.clone(), fs::read(&path).ok());
                _ = path.canonicalize().map(|real| sources.real.insert(path, real));
            }
        }
    }
}

/// Every entry of a file is on a line that has its name.
fn lines_are_right(sources: &Sources, entries: &[Entry]) -> bool {
    entries.iter().all(|entry| {
        let Some(line) = entry.line else { return entry.scope == "command" };
        let path = Path::new(entry.origin.strip_prefix("file:").unwrap());
        let content = sources.content(path).unwrap();
        let text = String::from_utf8_lossy(content.split(|byte| *byte == b'\n').nth(line - 1).unwrap()).to_lowercase();
        let key = String::from_utf8_lossy(&entry.key).into_owned();
        text.contains(key.rsplit('.').next().unwrap())
    })
}

/// At least so many cases; more with `PROPTEST_CASES`.
fn runner(cases: u32) -> TestRunner {
    let usual = ProptestConfig::default();
    let cases = if usual.cases > 256 { usual.cases } else { cases };
    TestRunner::new(ProptestConfig { failure_persistence: None, cases, ..usual })
}

#[test]
fn generated_configurations_are_read_and_asked_as_git_reads_and_asks() {
    let mut place = Place::new();
    let mut runner = runner(1_000);
    let urls = prop::sample::select(vec![
        URL,
        URL,
        "https://me@git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA-app",
        "https://git-codecommit.us-east-2.amazonaws.com:8443/v1/repos/teamA-app",
        "https://git.example/a",
    ]);
    let (mut readable, mut asked) = (0, 0);
    let place_cell = std::cell::RefCell::new(&mut place);
    let counts = std::cell::RefCell::new((&mut readable, &mut asked));
    let result = runner.run(&(any_configuration(), urls), |(generated, url)| {
        let mut place = place_cell.borrow_mut();
        let sources = generated.lay_out(&mut place);
        let (listed, ours) = (place.listed(), sources.entries());
        let (Ok(listed), Ok(ours)) = (&listed, &ours) else {
            prop_assert!(listed.is_err() && ours.is_err(), "git: {listed:?} ours: {ours:?}");
            return Ok(());
        };
        prop_assert_eq!(texts(ours), texts(listed));
        prop_assert!(lines_are_right(&sources, ours));
        let expected = expected(&chain(ours, url), url);
        let mut counts = counts.borrow_mut();
        *counts.0 += 1;
        *counts.1 += expected.len();
        prop_assert_eq!(place.asked(&place.at("repo"), &[], url), expected);
        Ok(())
    });
    println!("{readable} readable configurations, {asked} helpers asked");
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(readable > 500 && asked > 500, "{readable} {asked}: most generated configurations say something");
}

/// A URL, or a part of one, put together from parts, each plain or in an odd spelling.
fn any_url(starred: bool) -> impl Strategy<Value = String> {
    let part = |plain: &'static [&'static str], odd: &'static [&'static str]| prop_oneof![3 => prop::sample::select(plain), 1 => prop::sample::select(odd)];
    let scheme = part(&["https://"], &["HTTPS://", "http://", "httpS+x://", "1s://", "://", ""]);
    let user = part(&["", "", "", "me@"], &["m%65@", "you@", "@", "m%zz@", "a b@", "me%2F@"]);
    let host = if starred {
        let odd = &["a*.example", "a.example.", "", "b.example", "a_b.example", "%61.example", "*", "*.*.*"];
        part(&["a.example", "A.Example", "*.example", "a.*", "*.*"], odd)
    } else {
        part(
            &["a.example", "a.example", "A.Example"],
            &["a.example.", "b.example", "a_b.example", "%61.example", "[::1]"],
        )
    };
    let port = part(&["", "", "", ":443"], &[":0443", ":80", ":8443", ":08443", ":", ":0", ":65536", ":x"]);
    let segment = part(
        &["/", "/x", "/%78", "/x/.", "/x/..", "/a b", "/a%20b"],
        &[
            "", "/X", "/%2E", "/%2e%2e", "/..", "/%2F", "/%2f", "/y?q", "/#", "/%", "/\u{e9}", "/%C3%A9", "/~", "/%7e",
            "/x:1", "/x%3A1", "/%0a", "/%00", "/x%",
        ],
    );
    (scheme, user, host, port, prop::collection::vec(segment, 0..4))
        .prop_map(|(scheme, user, host, port, path)| format!("{scheme}{user}{host}{port}{}", path.concat()))
}

#[test]
fn generated_sections_hold_for_generated_urls_as_git_says() {
    let place = Place::new();
    let matches = std::cell::Cell::new(0);
    let usual =
        prop::sample::select(vec!["https://a.example/x/x", "https://me@a.example/x", "https://a.example:8443/x/a%20b"]);
    let url = prop_oneof![1 => usual.prop_map(str::to_owned), 1 => any_url(false)];
    let case = (prop::collection::vec(any_url(true), 40), url);
    let result = runner(200).run(&case, |(patterns, url)| {
        let section = |(index, pattern): (usize, &String)| {
            format!("[credential \"{pattern}\"]\nhelper = \"!echo {index} >>$HOME/log;:\"\n")
        };
        let text = patterns.iter().enumerate().map(section).collect::<Vec<_>>().concat();
        place.put(".gitconfig", text.as_bytes());
        let sources = Sources {
            files: vec![Source { scope: "global".into(), path: place.at(".gitconfig") }],
            contents: [(place.at(".gitconfig"), Some(text.into_bytes()))].into(),
            ..Sources::default()
        };
        let links = chain(&sources.entries().unwrap(), &url).links;
        let computed: Vec<_> = links.iter().map(|link| link.helper.split(' ').nth(1).unwrap().to_owned()).collect();
        let asked = place.asked(&place.home, &[], &url);
        matches.set(matches.get() + asked.len());
        let names = |indices: &[String]| -> Vec<String> {
            indices.iter().map(|index| patterns[index.parse::<usize>().unwrap()].clone()).collect()
        };
        prop_assert_eq!(names(&computed), names(&asked), "{}", url);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(matches.get() > 500, "{} sections held", matches.get());
}

#[test]
fn five_thousand_lines_with_fifty_includes_take_no_time() {
    let place = Place::new();
    let include = |number| format!("[includeIf \"gitdir:~/repo/\"]\n\tpath = inc/{number}\n");
    place.put(".gitconfig", (0..50).map(include).collect::<Vec<_>>().concat().as_bytes());
    for number in 0..50 {
        let section = |line| {
            let helper = format!("!aws --profile p{line} codecommit credential-helper $@");
            let url = format!("{HOST}/v1/repos/r{number}-{line}");
            format!("[credential \"{url}\"]\n\thelper = {helper}\n\tUseHttpPath = true # c\n")
        };
        place.put(&format!("inc/{number}"), (0..33).map(section).collect::<Vec<_>>().concat().as_bytes());
    }
    let sources = place.read(&place.at("repo"));
    let lines: usize =
        sources.contents.values().flatten().map(|bytes| String::from_utf8_lossy(bytes).lines().count()).sum();
    assert!(lines >= 5_000 && sources.contents.len() >= 52, "{lines} lines");
    let url = format!("{HOST}/v1/repos/r49-32");
    let best = |work: &dyn Fn()| {
        (0..5)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed()
            })
            .min()
            .unwrap()
    };
    let ours = best(&|| assert_eq!(chain(&sources.entries().unwrap(), &url).links.len(), 1));
    let git = best(&|| assert!(place.git(&place.at("repo"), &["config", "--list"], "").status.success()));
    let ratio = ours.as_secs_f64() / git.as_secs_f64();
    println!("{lines} lines: {ours:?}, {ratio:.2} of the {git:?} that `git config --list` takes");
    assert!(ours.as_millis() < 500, "{ours:?}");
}
