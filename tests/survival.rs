//! Writes that survive: programs killed in the middle, several at once, disks that are full and folders that refuse.
//!
//! A part of these tests runs in children: this same test program, told by a variable to be one.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::files::{Checkpoint, Files};
use codecommit_setup::adapters::git::Git;
use codecommit_setup::adapters::journal::Journal;
use codecommit_setup::cli::Undo;
use codecommit_setup::ports::{Files as _, Git as _};
use codecommit_setup::undo::Undoing;
use codecommit_setup::wizard::effect::{FileChange, GitPlace, Ours};
use codecommit_setup::wizard::names::ProfileName;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};

/// The variable that makes a child, and what it says.
const CHILD: &str = "CODECOMMIT_SETUP_TEST_CHILD";
/// How many changes each of several writers makes.
const CHANGES: usize = 30;
/// How often a writer that was overtaken tries again.
const TRIES: usize = 400;

const AWS: &str = "[old]\nx = 1\n";
const AWS_AFTER: &str = "[old]\nx = 1\n[dev]\naws_access_key_id = A\naws_secret_access_key = S\n";
const GIT: &str = "[user]\n\tname = Ann\n";
const GIT_AFTER: &str = "[user]\n\tname = Ann\n[credential]\n\thelper = h\n";

fn environment(home: &Path) -> Environment {
    let config = home.join("new/config");
    let path = std::env::var_os("PATH").unwrap();
    let variables = [("HOME", home.as_os_str()), ("PATH", &path), ("AWS_CONFIG_FILE", config.as_os_str())];
    Environment::of(variables.map(|(name, value)| (name.into(), value.into())))
}

/// Everything in a home folder but the journal and folders that are empty.
fn names(home: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![home.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() && !path.ends_with(".local") {
                folders.push(path);
            } else if !path.ends_with(".local") {
                found.push(path.strip_prefix(home).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// A `git config --global` that adds a value.
fn git_adds(home: &Path, value: &str) -> Output {
    let mut git = Command::new("git");
    git.args(["config", "--global", "--add", "many.value", value]).env_clear().env("HOME", home);
    git.env("PATH", std::env::var_os("PATH").unwrap()).output().unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn change(path: PathBuf, after: &str, ours: Ours) -> FileChange {
    let private = matches!(ours, Ours::Profile(_));
    FileChange { before: fs::read(&path).ok().map(Into::into), path, after: after.into(), private, ours }
}

/// The changes of a whole walk: both AWS files, one of them new, and the gitconfig.
fn changes(home: &Path) -> Vec<FileChange> {
    let dev = || Ours::Profile(ProfileName::parse("dev").unwrap());
    vec![
        change(home.join(".aws/credentials"), AWS_AFTER, dev()),
        change(home.join("new/config"), "[profile dev]\nregion = us-east-2\n", dev()),
        change(home.join(".gitconfig"), GIT_AFTER, Ours::GitSections { sections: vec![None], helper: "h".into() }),
    ]
}

/// A home folder, and the turn of the test that has it: what one test starts would hold for a moment what another one has locked.
struct Prepared {
    home: tempfile::TempDir,
    _turn_of_its_own: std::sync::MutexGuard<'static, ()>,
}

impl Prepared {
    fn path(&self) -> &Path {
        self.home.path()
    }
}

fn prepared() -> Prepared {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/credentials"), AWS).unwrap();
    fs::write(home.path().join(".gitconfig"), GIT).unwrap();
    Prepared { home, _turn_of_its_own: turn }
}

/// A key in the place of another.
fn replacing(home: &Path) -> Vec<FileChange> {
    let ours = Ours::Profile(ProfileName::parse("dev").unwrap());
    vec![change(home.join(".aws/credentials"), &AWS_AFTER.replace("= S", "= NEW"), ours)]
}

/// How many files are kept for undo.
fn kept(home: &Path) -> usize {
    fs::read_dir(home.join(".local/state/codecommit-setup/kept")).map_or(0, Iterator::count)
}

async fn undo(home: &Path) -> (u8, String) {
    let mut said = Vec::new();
    let code = Undoing::new(&environment(home)).run(&Undo::default(), &mut said, &mut std::io::stderr()).await.unwrap();
    (code, String::from_utf8(said).unwrap())
}

/// A child that does what a word says in a home folder.
fn child(word: &str, home: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_child", "--nocapture"]).env(CHILD, word).env("CHILD_HOME", home);
    command
}

fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The child; nothing when this is none.
#[test]
fn the_child() {
    let (Ok(word), Some(home)) = (std::env::var(CHILD), std::env::var_os("CHILD_HOME")) else { return };
    let home = PathBuf::from(home);
    match word.split_once(' ').unwrap() {
        ("write", place) => {
            let files = Files::new(environment(&home)).watched(abort_at(place));
            runtime().block_on(files.write(changes(&home))).unwrap();
        }
        ("replace", place) => {
            let files = Files::new(environment(&home)).watched(abort_at(place));
            runtime().block_on(files.write(replacing(&home))).unwrap();
        }
        ("undo", place) => {
            let undoing = Undoing::new(&environment(&home)).watched(abort_at(place));
            let code = runtime().block_on(undoing.run(&Undo::default(), &mut Vec::new(), &mut Vec::new()));
            assert_eq!(code.unwrap(), 0);
        }
        ("add", what) => {
            let (name, file) = what.split_once(' ').unwrap();
            add_many(&home, name, file);
        }
        ("refused", size) => {
            let after = "x".repeat(size.parse().unwrap());
            let problem = runtime().block_on(async {
                let files = Files::new(environment(&home));
                files.write(vec![change(home.join(".gitconfig"), &after, Ours::Whole)]).await.unwrap_err()
            });
            println!("{problem}");
        }
        other => panic!("{other:?}"),
    }
}

/// Ends the program, without any goodbye, at the n-th checkpoint.
fn abort_at(place: &str) -> Checkpoint {
    let (place, count) = (place.parse::<usize>().unwrap(), AtomicUsize::new(0));
    Arc::new(move |_| {
        if count.fetch_add(1, Ordering::SeqCst) == place {
            std::process::abort();
        }
    })
}

/// Adds sections to a file, each time on top of what is there by then.
fn add_many(home: &Path, name: &str, file: &str) {
    let files = Files::new(environment(home));
    let path = home.join(file);
    let ours = match file {
        ".gitconfig" => Ours::Whole,
        _ => Ours::Profile(ProfileName::parse("dev").unwrap()),
    };
    for number in 0..CHANGES {
        let added = (0..TRIES).any(|_| {
            let text = fs::read_to_string(&path).unwrap();
            let change = FileChange {
                before: Some(text.as_str().into()),
                ..change(path.clone(), &format!("{text}[{name}-{number}]\n\tx = y\n"), ours.clone())
            };
            match runtime().block_on(files.write(vec![change])) {
                Ok(()) => true,
                Err(problem) if matches!(problem.kind, ProblemKind::Conflict | ProblemKind::Locked) => false,
                Err(problem) => panic!("{problem}"),
            }
        });
        assert!(added, "{name} was never its turn");
    }
}

#[test]
fn a_write_that_is_killed_leaves_old_or_new_files_and_undo_works() {
    let mut killed = 0;
    for place in 0.. {
        let home = prepared();
        let home = home.path();
        let whole = child(&format!("write {place}"), home).output().unwrap().status.success();
        for (file, old, new) in [(".aws/credentials", AWS, AWS_AFTER), (".gitconfig", GIT, GIT_AFTER)] {
            let text = fs::read_to_string(home.join(file)).unwrap();
            assert!(text == old || text == new, "{file} at {place}: {text}");
        }
        assert_eq!(runtime().block_on(undo(home)).0, 0, "at {place}");
        assert_eq!(fs::read_to_string(home.join(".aws/credentials")).unwrap(), AWS, "at {place}");
        assert_eq!(fs::read_to_string(home.join(".gitconfig")).unwrap(), GIT, "at {place}");
        assert_eq!(names(home), [".aws/credentials", ".gitconfig"], "at {place}");
        if whole {
            break;
        }
        killed += 1;
    }
    assert!(killed > 8, "{killed} checkpoints");
}

#[test]
fn a_key_that_was_replaced_comes_back_after_a_kill_at_any_point_and_its_lines_go() {
    for (word, least) in [("replace", 5), ("undo", 1)] {
        let mut killed = 0;
        for place in 0.. {
            let home = prepared();
            let home = home.path();
            fs::write(home.join(".aws/credentials"), AWS_AFTER).unwrap();
            if word == "undo" {
                runtime().block_on(Files::new(environment(home)).write(replacing(home))).unwrap();
                assert_eq!(kept(home), 1);
            }
            let whole = child(&format!("{word} {place}"), home).output().unwrap().status.success();
            let text = fs::read_to_string(home.join(".aws/credentials")).unwrap();
            assert!(text == AWS_AFTER || text == AWS_AFTER.replace("= S", "= NEW"), "{word} at {place}: {text}");
            // A run that does nothing else removes what no record names, and nothing that undo needs.
            Journal::new(&environment(home)).tidy();
            assert_eq!(runtime().block_on(undo(home)).0, 0, "{word} at {place}");
            assert_eq!(fs::read_to_string(home.join(".aws/credentials")).unwrap(), AWS_AFTER, "{word} at {place}");
            assert_eq!(kept(home), 0, "{word} at {place}");
            if whole {
                break;
            }
            killed += 1;
        }
        assert!(killed >= least, "{word}: {killed} checkpoints");
    }
}

#[test]
fn an_undo_that_is_killed_is_finished_by_the_next() {
    let mut killed = 0;
    for place in 0.. {
        let home = prepared();
        let home = home.path();
        runtime().block_on(Files::new(environment(home)).write(changes(home))).unwrap();
        let whole = child(&format!("undo {place}"), home).output().unwrap().status.success();
        assert_eq!(runtime().block_on(undo(home)).0, 0, "at {place}");
        assert_eq!(fs::read_to_string(home.join(".aws/credentials")).unwrap(), AWS, "at {place}");
        assert_eq!(fs::read_to_string(home.join(".gitconfig")).unwrap(), GIT, "at {place}");
        assert_eq!(names(home), [".aws/credentials", ".gitconfig"], "at {place}");
        assert!(!home.join("new").exists(), "at {place}");
        if whole {
            break;
        }
        killed += 1;
    }
    assert!(killed > 4, "{killed} checkpoints");
}

#[test]
fn git_is_not_locked_out_for_ever_by_a_program_that_was_killed() {
    let home = prepared();
    let home = home.path();
    // Laid out are all three files by then, the last of them under git's lock.
    assert!(!child("write 4", home).output().unwrap().status.success());
    assert!(!git_adds(home, "1").status.success(), "it is locked");
    runtime().block_on(Git::new(environment(home)).read_config(&GitPlace::default())).unwrap();
    assert!(git_adds(home, "1").status.success());
}

#[test]
fn git_cannot_write_between_our_last_look_and_the_new_file() {
    let home = prepared();
    let home = home.path();
    let refused = Arc::new(AtomicUsize::new(0));
    let (counted, at) = (refused.clone(), home.to_owned());
    let files = Files::new(environment(home)).watched(Arc::new(move |checkpoint| {
        if checkpoint == "written down" {
            let output = git_adds(&at, "lost?");
            assert!(String::from_utf8_lossy(&output.stderr).contains("could not lock"), "{output:?}");
            counted.fetch_add(1, Ordering::SeqCst);
        }
    }));
    runtime().block_on(files.write(changes(home))).unwrap();
    assert_eq!(refused.load(Ordering::SeqCst), 1);
    assert_eq!(fs::read_to_string(home.join(".gitconfig")).unwrap(), GIT_AFTER);
    assert!(git_adds(home, "kept").status.success());
}

#[test]
fn two_programs_and_git_writing_at_once_lose_nothing() {
    for file in [".aws/credentials", ".gitconfig"] {
        let home = prepared();
        let home = home.path();
        let mut children = ["one", "two"].map(|name| start(&mut child(&format!("add {name} {file}"), home)));
        for number in 0..CHANGES {
            let added = (0..TRIES).any(|_| git_adds(home, &number.to_string()).status.success());
            assert!(added, "git was never its turn");
        }
        for child in &mut children {
            assert!(child.wait().unwrap().success());
        }
        let text = fs::read_to_string(home.join(file)).unwrap();
        for number in 0..CHANGES {
            for name in ["one", "two"] {
                assert_eq!(text.matches(&format!("[{name}-{number}]")).count(), 1, "{file}: {text}");
            }
            let value = format!("\tvalue = {number}\n");
            assert!(fs::read_to_string(home.join(".gitconfig")).unwrap().contains(&value), "{value}");
        }
    }
}

/// What a child says that may write no file larger than this many blocks of 512 bytes.
fn refused_beyond(blocks: usize, size: usize, home: &Path) -> String {
    let inner = child(&format!("refused {size}"), home);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
    shell.arg(inner.get_program()).args(inner.get_args());
    shell.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let Output { status, stdout, stderr } = shell.output().unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{said}{}", String::from_utf8_lossy(&stderr));
    said
}

#[test]
fn a_full_disk_is_named_and_the_old_file_stays() {
    let home = prepared();
    let home = home.path();
    let said = refused_beyond(8, 100_000, home);
    assert!(said.contains(".gitconfig could not be written") && said.contains("who may write there"), "{said}");
    assert_eq!(fs::read_to_string(home.join(".gitconfig")).unwrap(), GIT);

    // Without room in the journal nothing is changed either, and no half record stays.
    let journal = home.join(".local/state/codecommit-setup/journal.jsonl");
    let full = "{\"version\":1,\"broken\":\"\"}\n".repeat(170);
    fs::write(&journal, &full[..4096]).unwrap();
    let said = refused_beyond(8, 100, home);
    assert!(said.contains("journal") && said.contains("nothing was changed"), "{said}");
    assert_eq!(fs::read_to_string(home.join(".gitconfig")).unwrap(), GIT);
    assert_eq!(fs::read_to_string(&journal).unwrap(), full[..4096]);
    assert_eq!(fs::read_dir(journal.with_file_name("kept")).unwrap().count(), 0, "copies that nothing names");
    assert!(!home.join(".gitconfig.lock").exists());
}

async fn refused(variables: &[(&str, &Path)], change: FileChange) -> Problem {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Files::new(Environment::of(variables)).write(vec![change]).await.unwrap_err()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_in_which_nothing_can_be_written_is_named() {
    let home = prepared();
    // Not even root can write there.
    for (path, private) in [("/proc/codecommit-setup/config", true), ("/proc/sys/gitconfig", false)] {
        let before = None;
        let change = FileChange { path: path.into(), before, after: "x".into(), private, ours: Ours::Whole };
        let problem = refused(&[("HOME", home.path())], change).await;
        assert!(problem.what.contains(path) && !problem.why.is_empty() && !problem.hint.is_empty(), "{problem}");
    }
}

#[tokio::test]
async fn without_a_journal_nothing_is_changed() {
    let home = prepared();
    let home = home.path();
    let blocked = home.join(".gitconfig");
    for variables in [vec![], vec![("XDG_STATE_HOME", Path::new("relative"))], vec![("XDG_STATE_HOME", &*blocked)]] {
        let problem = refused(&variables, change(home.join(".aws/credentials"), "x", Ours::Whole)).await;
        assert!(problem.what.contains("nothing was changed") && problem.hint.contains("HOME"), "{problem}");
        assert_eq!(fs::read_to_string(home.join(".aws/credentials")).unwrap(), AWS);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_lock_of_somebody_else_is_told_with_its_age_and_its_program() {
    let home = prepared();
    let lock = home.path().join(".gitconfig.lock");
    let open = fs::File::create(&lock).unwrap();
    let files = Files::new(environment(home.path()));
    let write = || files.write(vec![change(home.path().join(".gitconfig"), "x", Ours::Whole)]);
    let problem = write().await.unwrap_err();
    let me = format!("(process {}) has it open", std::process::id());
    assert!(problem.why.contains("seconds ago") && problem.why.contains(&me), "{problem}");
    assert!(problem.hint.contains("Let that program end"), "{problem}");
    drop(open);
    let problem = write().await.unwrap_err();
    assert!(problem.hint.contains("remove") && problem.hint.contains(".gitconfig.lock"), "{problem}");
    assert_eq!(fs::read_to_string(home.path().join(".gitconfig")).unwrap(), GIT);
}
