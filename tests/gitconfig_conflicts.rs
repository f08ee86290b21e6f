//! Everything that can stand in the way of the helper, built for real: it is named, its repair is computed and made, and then git
//! itself logs in as it should.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::gitconfig::{
    Conflict, ConflictKind, Families, Helper, Placement, Repair, Scope, Sources, Wanted, conflicts, future,
};
use codecommit_setup::ports::Git as _;
use codecommit_setup::wizard::effect::GitPlace;
use codecommit_setup::wizard::names::{ProfileName, Region};

const HOST: &str = "https://git-codecommit.us-east-2.amazonaws.com";

/// A home folder with a repository in it, an `aws` that answers with the profile it is called with, and stores of passwords that
/// answer with their own name.
struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, &'static str)>,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        home.program(
            "aws",
            "profile=default\n[ \"$1\" = --profile ] && { profile=$2; shift 2; }\n[ \"$1\" = codecommit ] || { echo 'Invalid choice' >&2; exit 252; }\n\
             [ \"$3\" = get ] || exit 0\ngrep -q '^path=' || { echo \"'path'\" >&2; exit 255; }\nprintf 'username=%s\\npassword=p\\n' \"$profile\"\n",
        );
        for store in ["osxkeychain", "manager", "libsecret", "wincred", "other"] {
            home.program(
                &format!("git-credential-{store}"),
                &format!("[ \"$1\" = get ] && printf 'username={store}\\npassword=dead\\n'\nexit 0\n"),
            );
        }
        assert!(home.git(&["init", "-q", "repo"], "").0);
        home
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.path("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        let before = if name.ends_with(".git/config") { fs::read_to_string(&path).unwrap() } else { String::new() };
        fs::write(path, before + text).unwrap();
    }

    fn environment(&self) -> Vec<(String, String)> {
        let fixed = [
            ("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display())),
            ("HOME", self.path("").display().to_string()),
            ("GIT_CONFIG_SYSTEM", self.path("system").display().to_string()),
            ("GIT_TERMINAL_PROMPT", "0".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ];
        let more = self.variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        fixed.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Runs git in the repository, and says whether it succeeded and what it printed.
    fn git(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let repository = self.path("repo");
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(if repository.exists() { repository } else { self.path("") })
            .env_clear()
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Git that stops at its configuration does not read.
        _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Who git logs in as for a repository.
    fn user(&self, repository: &str) -> Option<String> {
        let (_, answer) = self.git(&["credential", "fill"], &format!("url={HOST}/v1/repos/{repository}\n\n"));
        answer.lines().find_map(|line| line.strip_prefix("username=")).map(str::to_owned)
    }

    async fn sources(&self) -> Sources {
        let variables = self.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
        let environment = Environment::of(variables).standing_in(self.path("repo"));
        Git::new(environment).read_config(&GitPlace::default()).await.unwrap()
    }
}

fn wanted(scope: Scope) -> Wanted {
    Wanted {
        helper: Helper::AwsCli { program: "aws".to_owned() },
        scope,
        families: Families::default(),
        profile: ProfileName::parse("dev").unwrap(),
        region: Region::parse("us-east-2").unwrap(),
        wildcards: true,
        resets: true,
    }
}

fn found(sources: &Sources, wanted: &Wanted) -> Vec<Conflict> {
    conflicts(&sources.entries().unwrap(), wanted, &sources.global, &sources.programs)
}

/// Writes what will be.
fn write(now: &Sources, future: &Sources) {
    for (path, bytes) in &future.contents {
        if now.content(path) != bytes.as_deref() {
            fs::write(path, bytes.as_ref().unwrap()).unwrap();
        }
    }
}

const OURS: &str = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\thelper = !aws --profile dev codecommit credential-helper $@\n\tUseHttpPath = true\n";

/// The wanted helper is written; one conflict of this sort is found, it is mended, none is left, and git logs in.
async fn mended(home: &Home, wanted: &Wanted, is: impl Fn(&ConflictKind) -> bool) -> Conflict {
    let now = home.sources().await;
    let planned = future(&now, wanted, &now.global, &[]).unwrap();
    let conflict = found(&planned, wanted).into_iter().find(|conflict| is(&conflict.kind));
    let conflict = conflict.unwrap_or_else(|| panic!("not found: {:?}", found(&planned, wanted)));
    let repair = conflict.repair.clone().expect("a repair");
    let (wanted, repairs) = if repair == Repair::CodeCommitOnly {
        (Wanted { scope: Scope::CodeCommit, ..wanted.clone() }, Vec::new())
    } else {
        (wanted.clone(), vec![repair])
    };
    let repaired = future(&now, &wanted, &now.global, &repairs).unwrap();
    assert_eq!(found(&repaired, &wanted), [], "{conflict:?}");
    write(&now, &repaired);
    assert_eq!(home.user("MyDemoRepo").as_deref(), Some("dev"), "{conflict:?}");
    conflict
}

#[tokio::test]
async fn stores_before_ours_are_shut_out() {
    for store in ["osxkeychain", "manager", "libsecret", "wincred"] {
        for file in ["system", ".gitconfig"] {
            let home = Home::new();
            home.put(file, &format!("[credential]\n\thelper = {store}\n"));
            let every = wanted(Scope::EveryHost);
            let now = home.sources().await;
            write(&now, &future(&now, &every, &now.global, &[]).unwrap());
            assert_eq!(home.user("MyDemoRepo").as_deref(), Some(store), "git is told of the dead password first");
            let is =
                |kind: &ConflictKind| matches!(kind, ConflictKind::AskedBefore(Some(found)) if found.helper == store);
            assert!(mended(&home, &every, is).await.is_fatal());
        }
    }
    for store in ["store", "cache --timeout=900", "/usr/lib/git-core/git-credential-store"] {
        let home = Home::new();
        home.put(".gitconfig", &format!("[credential]\n\thelper = {store}\n"));
        mended(&home, &wanted(Scope::EveryHost), |kind| matches!(kind, ConflictKind::AskedBefore(Some(_)))).await;
    }
}

#[tokio::test]
async fn stores_after_ours_learn_no_password() {
    for store in ["osxkeychain", "manager", "libsecret", "wincred", "store", "other"] {
        let home = Home::new();
        home.put(".gitconfig", &format!("{OURS}[credential]\n\thelper = {store}\n"));
        let conflict =
            mended(&home, &wanted(Scope::CodeCommit), |kind| matches!(kind, ConflictKind::AskedAfter(_))).await;
        assert_eq!(conflict.repair, Some(Repair::Move(Placement::AtTheEnd)));
        let home = Home::new();
        home.put(".gitconfig", &format!("[credential]\n\thelper = !aws --profile dev codecommit credential-helper $@\n\tUseHttpPath = true\n\thelper = {store}\n"));
        let conflict =
            mended(&home, &wanted(Scope::EveryHost), |kind| matches!(kind, ConflictKind::AskedAfter(_))).await;
        assert_eq!(conflict.repair, Some(Repair::CodeCommitOnly));
        let home = Home::new();
        home.put("repo/.git/config", &format!("[credential]\n\thelper = {store}\n"));
        mended(&home, &wanted(Scope::CodeCommit), |kind| matches!(kind, ConflictKind::AskedAfter(_))).await;
    }
}

#[tokio::test]
async fn a_helper_of_another_user_goes() {
    let other = "\thelper = !aws --profile other codecommit credential-helper $@\n";
    for (file, text) in [
        ("repo/.git/config", format!("[credential]\n{other}")),
        (".gitconfig", format!("{OURS}[include]\n\tpath = more\n")),
    ] {
        let home = Home::new();
        home.put("more", &format!("[credential \"{HOST}\"]\n{other}"));
        home.put(file, &text);
        let is = |kind: &ConflictKind| *kind == ConflictKind::OtherProfile(Some("other".to_owned()));
        mended(&home, &wanted(Scope::CodeCommit), is).await;
    }
}

#[tokio::test]
async fn a_reset_that_comes_later_goes_or_comes_first() {
    let silencing = "[credential]\n\thelper =\n\thelper = osxkeychain\n";
    for (file, text) in [
        ("repo/.git/config", silencing.to_owned()),
        (".gitconfig", format!("{OURS}[include]\n\tpath = more\n")),
        ("repo/.git/config", format!("[include]\n\tpath = {}\n", "~/more")),
    ] {
        let home = Home::new();
        home.put("more", silencing);
        home.put(file, &text);
        let now = home.sources().await;
        write(&now, &future(&now, &wanted(Scope::CodeCommit), &now.global, &[]).unwrap());
        assert_eq!(home.user("MyDemoRepo").as_deref(), Some("osxkeychain"));
        assert!(mended(&home, &wanted(Scope::CodeCommit), |kind| *kind == ConflictKind::Silenced).await.is_fatal());
    }
}

#[tokio::test]
async fn a_narrower_section_is_not_silenced_by_ours() {
    let home = Home::new();
    let narrow = format!(
        "[credential \"{HOST}/v1/repos/teamA\"]\n\thelper =\n\thelper = !aws --profile team codecommit credential-helper $@\n\tUseHttpPath = true\n"
    );
    home.put(".gitconfig", &format!("{narrow}{OURS}"));
    assert_eq!(home.user("teamA").as_deref(), Some("dev"), "the later wildcard wins over the exact path");
    mended(&home, &wanted(Scope::CodeCommit), |kind| matches!(kind, ConflictKind::SilencesNarrower(_))).await;
    assert_eq!(home.user("teamA").as_deref(), Some("team"));
    // And a new section of ours never does it.
    let home = Home::new();
    home.put(".gitconfig", &narrow);
    let now = home.sources().await;
    write(&now, &future(&now, &wanted(Scope::CodeCommit), &now.global, &[]).unwrap());
    assert_eq!((home.user("teamA").as_deref(), home.user("teamB").as_deref()), (Some("team"), Some("dev")));
}

#[tokio::test]
async fn a_later_wildcard_that_beats_an_exact_host_is_seen() {
    // A git without wildcards wrote the exact host; a newer one reads a wildcard of somebody else after it.
    let home = Home::new();
    let exact = Wanted { wildcards: false, ..wanted(Scope::CodeCommit) };
    let wildcard = OURS.replace("dev", "other").replace("!aws", "!aws2");
    home.put("more", &wildcard.replace("aws2", "aws"));
    home.put(".gitconfig", &format!("{}[include]\n\tpath = more\n", OURS.replace('*', "us-east-2")));
    assert_eq!(home.user("MyDemoRepo").as_deref(), Some("other"));
    mended(&home, &exact, |kind| *kind == ConflictKind::Silenced).await;
}

#[tokio::test]
async fn mistakes_in_helpers_and_words_are_mended() {
    type Is = fn(&ConflictKind) -> bool;
    let cases: [(&str, Is); 7] = [
        ("\thelper\n", |kind| *kind == ConflictKind::Stops),
        ("\tUseHttpPath = perhaps\n", |kind| *kind == ConflictKind::Stops),
        ("\thelper = aws --profile dev codecommit credential-helper $@\n", |kind| *kind == ConflictKind::NoBang),
        ("\thelper = !aws --profile my team codecommit credential-helper $@\n", |kind| {
            *kind == ConflictKind::UnquotedProfile
        }),
        ("\tUserHttpPath = true\n", |kind| *kind == ConflictKind::MisspeltPath),
        ("\tUseHttpPaths = true\n", |kind| *kind == ConflictKind::MisspeltPath),
        ("\tUseHttpPath = false\n", |kind| *kind == ConflictKind::PathOff),
    ];
    for (line, is) in cases {
        let home = Home::new();
        home.put("repo/.git/config", &format!("[credential]\n{line}"));
        let now = home.sources().await;
        let wanted = wanted(Scope::CodeCommit);
        let planned = future(&now, &wanted, &now.global, &[]).unwrap();
        let conflict = found(&planned, &wanted)
            .into_iter()
            .find(|conflict| is(&conflict.kind))
            .unwrap_or_else(|| panic!("{line}"));
        assert_eq!(
            conflict.entry.line,
            Some(fs::read_to_string(home.path("repo/.git/config")).unwrap().lines().count())
        );
        let repaired = future(&now, &wanted, &now.global, &[conflict.repair.unwrap()]).unwrap();
        assert!(!found(&repaired, &wanted).iter().any(|conflict| is(&conflict.kind)), "{line}");
        write(&now, &repaired);
        assert_eq!(home.user("MyDemoRepo").as_deref(), Some("dev"), "{line}");
    }
}

#[tokio::test]
async fn a_program_that_is_missing_or_will_be_is_named() {
    let home = Home::new();
    let missing = Wanted { helper: Helper::AwsCli { program: "/nowhere/aws".to_owned() }, ..wanted(Scope::CodeCommit) };
    let versioned = home.path("Cellar/awscli/2.15.0/bin/aws").display().to_string();
    fs::create_dir_all(home.path("Cellar/awscli/2.15.0/bin")).unwrap();
    fs::copy(home.path("bin/aws"), &versioned).unwrap();
    let versioned = Wanted { helper: Helper::AwsCli { program: versioned }, ..wanted(Scope::CodeCommit) };
    for (wanted, fatal) in [(missing, true), (versioned, false)] {
        let now = home.sources().await;
        write(&now, &future(&now, &wanted, &now.global, &[]).unwrap());
        // What is not written yet is not looked up yet.
        let found = found(&home.sources().await, &wanted);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].is_fatal(), fatal);
        assert!(matches!(found[0].kind, ConflictKind::NoProgram(_) | ConflictKind::VersionedProgram(_)));
        assert_eq!(home.user("MyDemoRepo").is_none(), fatal);
    }
}

#[tokio::test]
async fn settings_of_the_environment_are_left_to_the_person() {
    for variables in [
        vec![
            ("GIT_CONFIG_COUNT", "2"),
            ("GIT_CONFIG_KEY_0", "credential.helper"),
            ("GIT_CONFIG_VALUE_0", ""),
            ("GIT_CONFIG_KEY_1", "credential.helper"),
            ("GIT_CONFIG_VALUE_1", "osxkeychain"),
        ],
        vec![("GIT_CONFIG_PARAMETERS", "'credential.helper'='' 'credential.helper'='osxkeychain'")],
        vec![("GIT_CONFIG_PARAMETERS", "'credential.useHttpPath'='false'")],
    ] {
        let home = Home { variables, ..Home::new() };
        let now = home.sources().await;
        let planned = future(&now, &wanted(Scope::CodeCommit), &now.global, &[]).unwrap();
        write(&now, &planned);
        assert_ne!(home.user("MyDemoRepo").as_deref(), Some("dev"));
        let found = found(&planned, &wanted(Scope::CodeCommit));
        assert!(
            found.iter().any(|conflict| conflict.is_fatal() && conflict.repair == Some(Repair::Unset)),
            "{found:?}"
        );
        let home = Home { variables: Vec::new(), ..home };
        assert_eq!(home.user("MyDemoRepo").as_deref(), Some("dev"), "what unset does");
    }
}

#[tokio::test]
async fn a_sound_configuration_has_no_conflict() {
    let home = Home::new();
    home.put("system", "[credential]\n\thelper = osxkeychain\n");
    home.put(
        ".gitconfig",
        &format!("[credential \"https://github.com\"]\n\thelper = !gh auth git-credential\n{OURS}[user]\n\tname = x\n"),
    );
    let sources = home.sources().await;
    assert_eq!(found(&sources, &wanted(Scope::CodeCommit)), []);
    assert_eq!(home.user("MyDemoRepo").as_deref(), Some("dev"));
}
