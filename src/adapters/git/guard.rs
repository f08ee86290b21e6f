//! What is known of a repository before git is run in it: the programs that its own configuration names, and where an address leads.
//! Neither is run, unless somebody said so.
//!
//! Deliberately absent: which settings are programs (`gitconfig`).

use std::path::{Path, PathBuf};

use super::{Git, cannot_run, sources};
use crate::adapters::{child, files};
use crate::gitconfig::{Entry, Source, Sources, Transport, named, own_programs};
use crate::wizard::effect::{GitPlace, Hears};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// The programs that a helper may call by their path, when that is where PATH has them.
const OURS: [&str; 4] = ["aws", "codecommit-setup", "git-credential-codecommit", "git-remote-codecommit"];

impl Git {
    /// The git that may be asked for the credentials of a URL at a place.
    ///
    /// What git takes for no repository is asked from outside of any: it must not become one in between.
    pub(super) async fn guarded(&self, url: &str, place: &GitPlace) -> Result<Self, Problem> {
        let git = self.at(place);
        match place.hears {
            Hears::RepositoryAndPrograms | Hears::GlobalOnly => return Ok(git),
            Hears::Repository if !git.is_in_repository().await => return Ok(git.outside()),
            Hears::Repository => {}
        }
        match git.programs(url).await?.first() {
            None => Ok(git.still()),
            Some(program) => Err(withheld(program)),
        }
    }

    /// The same for a git that reads a URL.
    pub(super) async fn guarded_remote(&self, url: &str, place: &GitPlace) -> Result<Self, Problem> {
        let git = self.guarded(url, place).await?;
        git.check_transport(url).await?;
        Ok(git)
    }

    /// Refuses a URL for which git would look for a program that nobody here knows.
    pub(super) async fn check_transport(&self, url: &str) -> Result<(), Problem> {
        let address = self.led_to(url).await?;
        let transport = Transport::of(&address);
        if transport.is_known() {
            return Ok(());
        }
        let what =
            format!("Git would run the program git-remote-{} for {}.", printable(transport.name()), printable(url));
        let why =
            format!("A setting `url.….insteadOf` changes the address to {}. It was not run.", printable(&address));
        let hint = "Find it with `git config --show-origin --get-regexp '^url'`, and remove it.";
        Err(Problem::new(ProblemKind::Other, what, why, hint))
    }

    /// The entries of the repository's own configuration that would run a program; none where there is no repository.
    pub(crate) async fn own_programs(&self, url: &str, place: &GitPlace) -> Result<Vec<Entry>, Problem> {
        let git = self.at(place);
        if git.is_in_repository().await { git.programs(url).await } else { Ok(Vec::new()) }
    }

    /// The address that git makes of a URL, which is written nowhere but in its answer: nothing is run for it.
    pub(crate) async fn address(&self, url: &str, place: &GitPlace) -> Result<String, Problem> {
        self.at(place).led_to(url).await
    }

    /// The same git where there is no repository.
    pub(super) fn outside(&self) -> Self {
        Self { environment: self.environment.outside(), ..self.clone() }
    }

    /// The same git, and the gits that its helpers call, without hooks and without a watcher of files.
    fn still(mut self) -> Self {
        let off = [("core.fsmonitor", "false"), ("core.hooksPath", "/dev/null")];
        self.settings.splice(..0, off.map(|(key, value)| (key.to_owned(), value.to_owned())));
        self
    }

    async fn is_in_repository(&self) -> bool {
        self.said("rev-parse", &["--git-dir"]).await.is_some()
    }

    async fn led_to(&self, url: &str) -> Result<String, Problem> {
        // What begins with a hyphen is an option, and a line end would be another line.
        if url.starts_with('-') || url.contains(char::is_control) {
            return Err(Problem::input("This is not an address of a repository.", "Use an https:// URL."));
        }
        let mut command = self.looking_command()?;
        command.args(["ls-remote", "--get-url", url]);
        let output = child::output(command, None).await.map_err(|error| cannot_run(&error))?;
        if !output.status.success() {
            let why = child::lines(&output.stderr).pop().unwrap_or_else(|| output.status.to_string());
            return Err(Problem::new(ProblemKind::Other, "Git does not say where the address leads.", why, ""));
        }
        let text = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    async fn programs(&self, url: &str) -> Result<Vec<Entry>, Problem> {
        let (address, sources) = tokio::join!(self.led_to(url), self.configuration());
        let (transport, sources, url) = (Transport::of(&address?), sources?, url.to_owned());
        let environment = self.environment.clone();
        let ours: Vec<PathBuf> = OURS.iter().flat_map(|name| child::on_path(&environment, name)).collect();
        files::in_background(move || {
            let entries = sources::possible(with_worktree(sources.clone()))?;
            let is_own = |path: &str| is_ours(Path::new(path), &ours, &sources);
            Ok(own_programs(&entries, &url, &transport, &is_own).into_iter().cloned().collect())
        })
        .await
    }
}

/// The same sources with the file of the working tree, whether git reads it or not.
fn with_worktree(mut sources: Sources) -> Sources {
    let file = sources.repository.as_ref().map(|repository| repository.git_dir.join("config.worktree"));
    if let Some(path) = file.filter(|path| sources.files.iter().all(|known| known.path != *path)) {
        sources.files.push(Source { scope: "worktree".to_owned(), path });
    }
    sources
}

/// Whether a path is that of one of our programs on PATH, or of this one, and not in the repository.
fn is_ours(path: &Path, ours: &[PathBuf], sources: &Sources) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let this = std::env::current_exe().ok();
    let known =
        ours.iter().chain(&this).any(|known| known == path || real(known).is_some_and(|it| Some(it) == real(path)));
    let repository = sources.repository.as_ref();
    let folders = repository.iter().flat_map(|it| it.work_tree.iter().chain([&it.git_dir, &it.common_dir]));
    let inside = folders.into_iter().any(|folder| {
        path.starts_with(folder) || real(path).is_some_and(|path| real(folder).is_some_and(|it| path.starts_with(it)))
    });
    path.is_absolute() && known && !inside
}

fn withheld(program: &Entry) -> Problem {
    let what = "The configuration of this repository names a program of its own, which was not run.";
    let hint = "Remove the line if it is not yours. `codecommit-setup doctor --run-repository-programs` runs it.";
    Problem::new(ProblemKind::Other, what, format!("It stands at {}.", named(program)), hint)
}
