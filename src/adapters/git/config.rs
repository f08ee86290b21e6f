//! Asking git for its configuration: which files it reads by itself, in which repository, and what its command line adds.
//!
//! Deliberately absent: reading the files (`sources`), and what stands in them (`gitconfig`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Git, cannot_run, sources};
use crate::adapters::environment::Environment;
use crate::adapters::{child, files, reading};
use crate::gitconfig::{Entry, RepositoryPlace, Source, Sources, parse_listing, parse_listing_without_scope};
use crate::wizard::problem::{Problem, ProblemKind};

/// The exit code of git for an option that it does not know.
const USAGE: i32 = 129;

/// How long git may take for what it is asked beside its configuration.
const ASIDE: Duration = Duration::from_secs(10);

/// The most bytes that a quick look reads of a file.
const QUICK: u64 = 64 * 1024;

type Parse = fn(&[u8]) -> Vec<Entry>;

/// What to ask git for, and how to read its answer: the scope since git 2.26, the origin since 2.8.
const LISTINGS: [(&[&str], Option<Parse>); 3] = [
    (&["--show-origin", "--show-scope"], Some(parse_listing)),
    (&["--show-origin"], Some(parse_listing_without_scope)),
    (&[], None),
];

impl Git {
    pub(super) async fn configuration(&self) -> Result<Sources, Problem> {
        self.can_be_read()?;
        let (listing, repository, exec_path) =
            tokio::join!(self.listing(), self.repository(), self.said("--exec-path", &[]));
        let exec_path = exec_path.unwrap_or_default();
        let refused = if repository.is_none() { self.refused_repository().await } else { None };
        let top_level = Sources { refused, ..self.top_level(listing?, repository, &exec_path) };
        // Git would fail on it when it has to write, and the person could not tell why.
        self.journal.sweep(std::slice::from_ref(&top_level.global));
        let environment = self.environment.clone();
        files::in_background(move || sources::load(top_level, &environment, &exec_path)).await
    }

    /// Names what git would wait for without an end: a pipe in the place of a file of its configuration, or a very large file.
    fn can_be_read(&self) -> Result<(), Problem> {
        let mut files = global_files(&self.environment, &child::working_folder(&self.environment)).0;
        files.extend(self.environment.path_as_it_is("GIT_CONFIG_SYSTEM"));
        files.into_iter().try_for_each(|path| match reading::must_be_small(&path, reading::SETTINGS) {
            // What git makes of the other failures of the system it says itself.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge) => {
                Err(sources::unreadable(&path, &error))
            }
            Ok(()) | Err(_) => Ok(()),
        })
    }

    /// The entries that git finds without following includes, with as much of their origin as this git can say.
    async fn listing(&self) -> Result<Listing, Problem> {
        for (options, parse) in LISTINGS {
            let mut command = self.looking_command()?;
            // Of all commands, `git config` alone would read the file of this variable, and no other.
            command.env_remove("GIT_CONFIG");
            command.args(["config", "--list", "-z", "--no-includes"]).args(options);
            let output = tokio::time::timeout(ASIDE, child::output(command, None)).await.map_err(|_| silent())?;
            let output = output.map_err(|error| cannot_run(&error))?;
            if output.status.success() {
                return Ok(parse.map(|parse| parse(&output.stdout)));
            }
            if output.status.code() != Some(USAGE) || options.is_empty() {
                return Err(refused(&child::lines(&output.stderr), &output.status.to_string()));
            }
        }
        Ok(None)
    }

    /// The repository that git sees from the working folder; one that belongs to somebody else it refuses, and then reads nothing of it.
    async fn repository(&self) -> Option<RepositoryPlace> {
        let (git_dir, common_dir, work_tree, head) = tokio::join!(
            self.said("rev-parse", &["--git-dir"]),
            self.said("rev-parse", &["--git-common-dir"]),
            self.said("rev-parse", &["--show-toplevel"]),
            self.said("symbolic-ref", &["-q", "HEAD"]),
        );
        let folder = child::working_folder(&self.environment);
        let git_dir = git_dir?;
        let named_git_dir = self.folder_as_named(&folder).join(&git_dir);
        let git_dir = folder.join(git_dir).canonicalize().ok()?;
        // Git before 2.5 knows no other folder.
        let common_dir = common_dir.and_then(|common| folder.join(common).canonicalize().ok());
        let branch = head.and_then(|head| Some(head.to_str()?.strip_prefix("refs/heads/")?.to_owned()));
        Some(RepositoryPlace {
            common_dir: common_dir.unwrap_or_else(|| git_dir.clone()),
            git_dir,
            named_git_dir,
            work_tree,
            branch,
        })
    }

    /// The working folder by the name that the shell gave it, where that leads to it.
    fn folder_as_named(&self, folder: &Path) -> PathBuf {
        let real = folder.canonicalize().ok();
        let named = self.environment.get("PWD").map(PathBuf::from).filter(|named| named.is_absolute());
        named.filter(|named| named.canonicalize().ok() == real).or(real).unwrap_or_else(|| folder.to_owned())
    }

    /// What a git command prints, without its line end; `None` when it fails or prints nothing.
    pub(super) async fn said(&self, command: &str, arguments: &[&str]) -> Option<PathBuf> {
        let mut git = self.looking_command().ok()?;
        git.arg(command).args(arguments);
        // It reads all files, also those that are included; what is wrong with one of them is told when we read it.
        let output = tokio::time::timeout(ASIDE, child::output(git, None)).await.ok()?.ok();
        let output = output.filter(|output| output.status.success())?;
        let text = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        (!text.is_empty()).then(|| child::path(text))
    }

    /// The files that git reads by itself; nothing is known of their content yet.
    fn top_level(&self, listing: Listing, repository: Option<RepositoryPlace>, exec_path: &Path) -> Sources {
        // Git goes to the root of the working tree before it reads.
        let work_tree = repository.as_ref().and_then(|repository| repository.work_tree.clone());
        let folder = child::working_folder(&self.environment);
        let base = work_tree.unwrap_or_else(|| folder.clone());
        let (globals, global) = global_files(&self.environment, &base);
        let own = repository.as_ref().map_or_else(Vec::new, |repository| {
            vec![
                ("local", repository.common_dir.join("config")),
                ("worktree", repository.git_dir.join("config.worktree")),
            ]
        });
        let source = |scope: &str, path: PathBuf| Source { scope: scope.to_owned(), path };
        let mut systems: Vec<Source> = Vec::new();
        let mut reads_worktree = false;
        let real = |path: &Path| path.canonicalize().ok();
        let is = |path: &Path, other: &Path| path == other || real(path).is_some_and(|path| Some(path) == real(other));
        for entry in listing.iter().flatten() {
            let Some(named) = entry.origin.strip_prefix("file:") else { continue };
            let path = base.join(named);
            // A working tree that the repository puts elsewhere is not where git stands.
            if let Some((scope, _)) = own.iter().find(|(_, own)| is(&path, own) || is(&folder.join(named), own)) {
                reads_worktree |= *scope == "worktree";
            } else if !globals.contains(&path) && systems.iter().all(|system| system.path != path) {
                systems.push(source(if entry.scope.is_empty() { "system" } else { &entry.scope }, path));
            }
        }
        if listing.is_none() {
            systems.extend(self.usual_system_file(exec_path).map(|path| source("system", path)));
        }
        let globals = globals.into_iter().map(|path| source("global", path));
        let own = own.into_iter().filter(|(scope, _)| *scope == "local" || reads_worktree);
        let files = systems.into_iter().chain(globals).chain(own.map(|(scope, path)| source(scope, path))).collect();
        let command = listing.into_iter().flatten().filter(|entry| entry.origin == "command line:");
        Sources {
            files,
            command: command.map(|entry| Entry { scope: "command".to_owned(), ..entry }).collect(),
            global,
            home: self.environment.home(),
            repository,
            ..Sources::default()
        }
    }

    /// Where a git that cannot tell has its system file: below `/etc` when it is in `/usr`, else below its own prefix.
    fn usual_system_file(&self, exec_path: &Path) -> Option<PathBuf> {
        let off = self.environment.get("GIT_CONFIG_NOSYSTEM");
        if off.is_some_and(|value| !["0", "false", "no", "off"].contains(&value.to_lowercase().as_str())) {
            return None;
        }
        let prefix = exec_path.ancestors().nth(2)?;
        Some(if prefix == Path::new("/usr") { "/etc/gitconfig".into() } else { prefix.join("etc/gitconfig") })
    }
}

/// The file that `git config --global` writes, chosen as git chooses it.
pub(crate) fn global_file(environment: &Environment) -> PathBuf {
    global_files(environment, &child::working_folder(environment)).1
}

/// Whether one of the usual files of git's configuration speaks of CodeCommit; a quick look, before git is asked.
pub(crate) fn speaks_of_codecommit(environment: &Environment) -> bool {
    let system = environment.path("GIT_CONFIG_SYSTEM").unwrap_or_else(|| PathBuf::from("/etc/gitconfig"));
    let folder = child::working_folder(environment);
    let mut files = global_files(environment, &folder).0;
    files.extend([system, folder.join(".git").join("config")]);
    // What is no file, or a large one, is left to git.
    let speaks = |path: &PathBuf| reading::whole(path, QUICK).is_ok_and(|bytes| holds(&bytes, b"codecommit"));
    files.iter().any(speaks)
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

/// The global files that git reads, and the one of them that `git config --global` writes.
fn global_files(environment: &Environment, base: &Path) -> (Vec<PathBuf>, PathBuf) {
    if let Some(path) = environment.path_as_it_is("GIT_CONFIG_GLOBAL") {
        let path = base.join(path);
        return (vec![path.clone()], path);
    }
    let home = environment.home();
    let folder = environment.path_as_it_is("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let (other, own) = (base.join(folder).join("git").join("config"), home.join(".gitconfig"));
    let global = if !own.exists() && other.exists() { other.clone() } else { own.clone() };
    (vec![other, own], global)
}

/// Git waits for a file of its configuration, or does not run.
fn silent() -> Problem {
    let what = format!("Git did not list its configuration within {} seconds, and was stopped.", ASIDE.as_secs());
    let hint =
        "Run `git config --list --show-origin` yourself to see what it waits for: perhaps a file that is a pipe.";
    Problem::new(ProblemKind::TimedOut, what, "", hint)
}

/// `None` where git cannot say where entries come from.
type Listing = Option<Vec<Entry>>;

/// What git said instead of reading its configuration.
pub(crate) fn refused(said: &[String], status: &str) -> Problem {
    // The cause comes before the place.
    let is_cause = |line: &&String| ["warning: ", "error: ", "fatal: "].iter().any(|word| line.starts_with(word));
    let why = said.iter().find(is_cause).or(said.last()).map_or(status, String::as_str);
    // `fatal: bad config line 2 in file /home/ann/.gitconfig`
    let place = said.iter().find_map(|line| line.split_once("bad config line ")?.1.split_once(" in file "));
    if let Some((line, file)) = place {
        return sources::broken(line, file, why);
    }
    // Git says one of these words; whoever says none of them never came to read anything.
    if !said.iter().any(|line| is_cause(&line)) {
        return Problem::new(
            ProblemKind::MissingTool,
            "git does not run.",
            why,
            "Run `git --version` yourself to see more.",
        );
    }
    let hint = "Run `git config --list --show-origin` yourself, and correct what it names.";
    Problem::new(ProblemKind::BrokenFile, "git cannot read its configuration.", why, hint)
}

#[cfg(test)]
mod tests {
    use super::refused;
    use crate::wizard::problem::ProblemKind;

    #[test]
    fn a_git_that_does_not_start_is_not_its_configuration() {
        let said =
            ["git: error while loading shared libraries: libpcre2-8.so.0: cannot open shared object file".to_owned()];
        assert_eq!(refused(&said, "exit status: 127").kind, ProblemKind::MissingTool);
        assert_eq!(refused(&[], "signal: 11").kind, ProblemKind::MissingTool);
    }

    #[test]
    fn a_broken_line_is_named_with_its_file() {
        let problem = refused(&["fatal: bad config line 2 in file /home/ann/my config".to_owned()], "128");
        assert!(problem.what.starts_with("Line 2 of /home/ann/my config is broken"), "{}", problem.what);
    }
}
