//! Making a repository: its name and description, what will be done, and the commands for its first commit.
//!
//! Deliberately absent: keys of one's own to encrypt with, tags, and deleting what was made.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::{Repositories, State};
use crate::gitconfig::shell_quoted;
use crate::wizard::change;
use crate::wizard::effect::{Reply, Repository, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::regions;
use crate::wizard::screen::{Block, Form, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Panel};

/// The most characters of a description (CodeCommit user guide, Quotas).
const LONGEST_DESCRIPTION: usize = 1000;

/// A repository that is about to be made.
pub(super) struct Creating {
    name: Field,
    description: Field,
    branch: Field,
    focus: usize,
    /// The request that makes it.
    making: Option<RequestId>,
    /// What was made, by name, in this walk.
    made: Vec<RepositoryName>,
}

impl Default for Creating {
    fn default() -> Self {
        Self {
            name: Field::default(),
            description: Field::default(),
            branch: Field::with("main"),
            focus: 0,
            making: None,
            made: Vec::new(),
        }
    }
}

impl Creating {
    fn fields(&mut self) -> [&mut Field; 3] {
        [&mut self.name, &mut self.description, &mut self.branch]
    }

    fn hear(&mut self, event: &Event) {
        let focus = self.focus;
        match event {
            Event::Key(Key::Tab | Key::Down) => self.focus = (focus + 1) % 3,
            Event::Key(Key::BackTab | Key::Up) => self.focus = (focus + 2) % 3,
            Event::Key(key) => _ = self.fields()[focus].key(*key),
            Event::Paste(text) => self.fields()[focus].insert(text.expose().trim()),
            Event::Fill(place, text) if *place < 3 => self.fields()[*place].set(text.expose()),
            _ => {}
        }
    }

    /// The name, when the form is in order.
    fn wanted(&self, listed: impl Fn(&RepositoryName) -> bool) -> Result<RepositoryName, Problem> {
        for field in [&self.name, &self.description, &self.branch] {
            field.without_secret()?;
        }
        let mistakes = [
            name_mistake(self.name.text()),
            description_mistake(self.description.text()),
            branch_mistake(self.branch.text()),
        ];
        if let Some(mistake) = mistakes.into_iter().flatten().next() {
            return Err(Problem::input(format!("The repository cannot be made like this: {mistake}."), ""));
        }
        let name = RepositoryName::parse(self.name.text())?;
        if listed(&name) {
            let hint = "Choose another name, or go back and clone that one.";
            return Err(Problem::input(format!("There is a repository {name} in this region already."), hint));
        }
        Ok(name)
    }

    /// Whether this walk made a repository of this name.
    pub(super) fn has_made(&self, name: &RepositoryName) -> bool {
        self.made.contains(name)
    }

    /// What was made, for the summary.
    pub(super) fn told(&self) -> Option<String> {
        let names: Vec<&str> = self.made.iter().map(RepositoryName::as_str).collect();
        (!names.is_empty()).then(|| format!("{} created in AWS (undo leaves it there)", names.join(", ")))
    }

    /// Whether a request is the one that makes it.
    pub(super) fn is_made_by(&self, id: RequestId) -> bool {
        self.making == Some(id)
    }

    /// The commands for the first commit in a clone in this folder.
    pub(super) fn first_commit(&self, folder: &str) -> Vec<String> {
        let branch = shell_quoted(&self.branch.shown());
        let title = shell_quoted(&format!("# {}", printable(folder.rsplit('/').next().unwrap_or_default())));
        vec![
            format!("cd {}", change::shell_path(&printable(folder))),
            // `git switch` came with 2.23.
            format!("git checkout -b {branch}"),
            // Git commits nothing of an empty folder.
            format!("echo {title} > README.md"),
            "git add .".to_owned(),
            "git commit -m \"First commit\"".to_owned(),
            format!("git push -u origin {branch}"),
        ]
    }
}

impl Repositories {
    /// What a key does in the form.
    pub(super) fn naming(&mut self, event: &Event) {
        match event {
            Event::Key(Key::Esc) => self.to(State::Choosing),
            Event::Key(Key::Enter) => match self.creating.wanted(|name| self.list.has(name)) {
                Ok(_) => self.to(State::Confirming),
                Err(problem) => self.problem = Some(problem),
            },
            other => {
                self.problem = None;
                self.creating.hear(other);
            }
        }
    }

    /// What a key does where the call is shown.
    pub(super) fn confirming(&mut self, event: &Event, context: &mut Context<'_>) {
        match event {
            Event::Key(Key::Esc) => self.to(State::Naming),
            Event::Key(Key::Enter) if self.creating.making.is_none() => self.make(context),
            _ => {}
        }
    }

    /// What a key does where the repository is there.
    pub(super) fn made(&mut self, event: &Event, context: &mut Context<'_>) {
        match event {
            Event::Key(Key::Enter) => {
                let made =
                    self.creating.made.last().and_then(|name| Some((name.clone(), self.region()?.clone_url(name))));
                self.creating.name.set("");
                self.creating.description.set("");
                self.start(made.into_iter().collect(), context);
            }
            Event::Key(Key::Char('c')) => {
                let commands = self.creating.first_commit(&self.made_folder()).join("\n");
                context.copy(commands);
                self.copied = Some("The commands");
            }
            Event::Key(Key::Esc) => self.to(State::Choosing),
            _ => {}
        }
    }

    fn make(&mut self, context: &mut Context<'_>) {
        let (Ok(name), Some(caller)) = (self.creating.wanted(|_| false), self.caller()) else { return };
        if context.facts.surroundings.dry_run {
            self.problem = Some(Problem::input("A dry run: the repository was not made.", "Go back with Esc."));
            return;
        }
        let description = self.creating.description.text().to_owned();
        let account = self.subject.as_ref().map(|subject| subject.identity.account.clone()).unwrap_or_default();
        self.creating.making = Some(context.ask(Request::CreateRepository { caller, name, description, account }));
        self.problem = None;
    }

    /// Takes in how making it went.
    pub(super) fn take_made(&mut self, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        self.creating.making = None;
        match reply {
            Ok(Reply::Created(repository)) => {
                let name = repository.name.clone();
                self.list.add(vec![Repository { ..*repository }]);
                self.list.select(&name);
                self.creating.made.push(name);
                self.to(State::Made);
                context.outcome(self.outcome());
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// The folder that the one that was made would be cloned into.
    fn made_folder(&self) -> String {
        let name = self.creating.made.last().map(ToString::to_string).unwrap_or_default();
        format!("{}/{name}", self.into.text().trim_end_matches('/'))
    }

    pub(super) fn naming_panel(&self) -> Panel<'_> {
        let region = self.region().map(regions::described).unwrap_or_default();
        let creating = &self.creating;
        let note = |mistake: Option<String>, field: &Field| mistake.filter(|_| !field.is_empty()).unwrap_or_default();
        let fields = vec![
            creating.name.view("Name", note(name_mistake(creating.name.text()), &creating.name)),
            creating
                .description
                .view("Description", note(description_mistake(creating.description.text()), &creating.description)),
            creating.branch.view("First branch", note(branch_mistake(creating.branch.text()), &creating.branch)),
        ];
        Panel {
            purpose: format!("A new repository in {region}. The next screen asks before it is made."),
            body: vec![
                Block::Form(Form { fields, focus: creating.focus }),
                Block::Gap,
                Block::Text(
                    "The name stands in every clone URL: letters, digits, dots, underscores and hyphens. A description may \
                     be left out. The first branch is the one that the first commit will be pushed to."
                        .to_owned(),
                ),
            ],
            keys: vec![Hint::new(Key::Enter, "go on"), Hint::of(&[Key::Tab, Key::BackTab], "next field")],
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn confirming_panel(&self) -> Panel<'_> {
        let region = self.region().map(regions::described).unwrap_or_default();
        let account = self.subject.as_ref().map(|subject| subject.identity.account.clone()).unwrap_or_default();
        let making = self.creating.making.is_some();
        let (name, description) = (printable(self.creating.name.text()), printable(self.creating.description.text()));
        let about = if description.is_empty() {
            String::new()
        } else {
            format!(" --repository-description {}", shell_quoted(&description))
        };
        let command =
            format!("aws codecommit create-repository --repository-name {name}{about} {}", self.options_of_commands());
        let text = format!(
            "The repository {name} will be made in account {}, region {region}, encrypted with the key that AWS keeps for \
             CodeCommit. It stays when this setup is undone: only whoever may delete repositories can take it away.",
            printable(&account)
        );
        Panel {
            purpose: "This is what Enter does.".to_owned(),
            body: vec![
                Block::Card { title: "codecommit:CreateRepository".to_owned(), lines: vec![command.clone()] },
                Block::Gap,
                Block::Text(text),
            ],
            status: making.then(|| Status::marked(Mark::Working, "Making it.")),
            keys: if making { Vec::new() } else { vec![Hint::new(Key::Enter, "make it")] },
            busy: making,
            changes: !making,
            commands: vec![command],
            back: if making { Back::No } else { Back::Within },
            ..Panel::default()
        }
    }

    pub(super) fn made_panel(&self) -> Panel<'_> {
        let name = self.creating.made.last().map(ToString::to_string).unwrap_or_default();
        Panel {
            purpose: format!("{name} is there, and empty. Enter clones it; these commands then make its first commit."),
            body: vec![Block::Commands(self.creating.first_commit(&self.made_folder()))],
            status: self.copied_status(),
            keys: vec![Hint::new(Key::Enter, "clone it"), Hint::new(Key::Char('c'), "copy the commands")],
            back: Back::Within,
            ..Panel::default()
        }
    }
}

/// What is wrong with a name, as the middle of a sentence (CodeCommit user guide, Quotas).
fn name_mistake(name: &str) -> Option<String> {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Some("it needs a name".to_owned());
    }
    if let Some(c) = name.chars().find(|c| !fits(c)) {
        let what =
            if c.is_whitespace() { "a space".to_owned() } else { format!("“{}”", printable(&c.to_string())) };
        return Some(format!("{what} cannot stand in a name"));
    }
    if name.len() > 100 {
        return Some(format!("the name has {} characters, 100 at most", name.len()));
    }
    if name.strip_suffix(".git").is_some() {
        return Some("a name cannot end in .git".to_owned());
    }
    RepositoryName::parse(name).err().map(|_| "that name means a folder".to_owned())
}

fn description_mistake(description: &str) -> Option<String> {
    let count = description.chars().count();
    (count > LONGEST_DESCRIPTION)
        .then(|| format!("the description has {count} characters, {LONGEST_DESCRIPTION} at most"))
}

/// What is wrong with the name of a branch (git-check-ref-format).
fn branch_mistake(branch: &str) -> Option<String> {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
    let wrong = branch.is_empty()
        || branch == "@"
        || branch.contains(forbidden)
        || ["..", "@{", "//"].iter().any(|part| branch.contains(part))
        || branch.starts_with(['-', '/'])
        || branch.ends_with(['/', '.'])
        || branch.split('/').any(|part| part.starts_with('.') || part.strip_suffix(".lock").is_some());
    wrong.then(|| "git does not take this name for a branch".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{branch_mistake, description_mistake, name_mistake};

    #[test]
    fn what_is_wrong_with_a_name_is_said_while_it_is_typed() {
        for (name, mistake) in [
            ("My-Demo_Repo.2", None),
            (&"x".repeat(100), None),
            (&"x".repeat(101), Some("the name has 101 characters, 100 at most")),
            ("a b", Some("a space cannot stand in a name")),
            ("café", Some("“é” cannot stand in a name")),
            ("a/b", Some("“/” cannot stand in a name")),
            ("a\u{1b}", Some("“\u{fffd}” cannot stand in a name")),
            ("x.git", Some("a name cannot end in .git")),
            ("..", Some("that name means a folder")),
            ("", Some("it needs a name")),
        ] {
            assert_eq!(name_mistake(name).as_deref(), mistake, "{name}");
        }
    }

    #[test]
    fn descriptions_are_short_and_branches_are_what_git_takes() {
        assert!(description_mistake(&"é".repeat(1000)).is_none() && description_mistake(&"é".repeat(1001)).is_some());
        for good in ["main", "feature/x", "größe", "a.b"] {
            assert_eq!(branch_mistake(good), None, "{good}");
        }
        for bad in ["", "a b", "-x", "a..b", "x.lock", "x/", ".x", "a/.b", "@", "a@{b", "x~", "a\\b", "x."] {
            assert!(branch_mistake(bad).is_some(), "{bad}");
        }
    }
}
