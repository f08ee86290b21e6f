//! What a step looks like, as data: the closed vocabulary that every face draws, reads out or answers.
//!
//! Deliberately absent: colours, sizes, positions. Faces choose those; nothing is decided there.

use super::event::Key;
use super::problem::Problem;

/// A screen: all that any face shows of the wizard at one moment.
#[expect(clippy::struct_excessive_bools, reason = "they say four things, of which any can be true")]
pub struct Screen<'a> {
    /// The number of the step, from 1; 0 for the overview, which is none.
    pub number: usize,
    /// The name of the step.
    pub name: &'static str,
    /// Every step in order, for the rail.
    pub rail: Vec<RailEntry>,
    /// Who this is about, the most telling part first (user, account, region, profile); empty until known.
    pub identity: Vec<String>,
    /// One or two sentences: what this screen is for.
    pub purpose: String,
    /// The content, from top to bottom.
    pub body: Vec<Block<'a>>,
    /// One line on how things stand.
    pub status: Option<Status>,
    /// The keys that work now, in the order in which they are worth knowing.
    pub keys: Vec<Hint>,
    /// Whether a request is under way: the next change may come without a key.
    pub busy: bool,
    /// Whether a field has the focus, so that printable keys are text.
    pub typing: bool,
    /// Whether Enter goes on although the body holds a problem; else it only tries again.
    pub passes: bool,
    /// Whether Enter changes a file, an account or a keychain, so that the body has to be seen to its end first.
    pub changes: bool,
    /// How many lines the body is scrolled down, when it has no list.
    pub scroll: u16,
    /// What this screen would do, as commands of the guide.
    pub commands: Vec<String>,
}

/// A step in the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailEntry {
    /// The name of the step.
    pub name: &'static str,
    /// How far it is.
    pub state: RailState,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RailState {
    /// Done.
    Done,
    /// The step shown.
    Here,
    /// Not reached yet.
    ToCome,
    /// Not needed, or left out.
    PassedOver,
}

/// A status word; colour and glyph only repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// As it should be: `ok`.
    Ok,
    /// Works, with something to know: `look`.
    Look,
    /// Does not work: `failed`.
    Failed,
    /// Not known yet: `working`.
    Working,
    /// Not needed or left out: `skipped`.
    Skipped,
}

/// One line on how things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What sort of news it is; `None` for a plain remark.
    pub mark: Option<Mark>,
    /// The line.
    pub text: String,
}

/// Keys that do one thing, and what that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Any of these.
    pub keys: Vec<Key>,
    /// What they do, a verb first.
    pub does: String,
}

/// A part of the body.
pub enum Block<'a> {
    /// A paragraph, wrapped to the width.
    Text(String),
    /// An empty line.
    Gap,
    /// Findings, one a line.
    Checks(Vec<Check>),
    /// Rows to choose from.
    List(List<'a>),
    /// Fields to fill.
    Form(Form),
    /// Choices side by side, each with its options on one line.
    Choices(Vec<Choice>),
    /// The change of a file.
    Diff(FileDiff),
    /// A framed text; its lines are kept as they are and continue on the next line when too long.
    Card {
        /// The title in the frame.
        title: String,
        /// The lines.
        lines: Vec<String>,
    },
    /// Rows to read.
    Table {
        /// The titles of the columns.
        head: Vec<&'static str>,
        /// The cells.
        rows: Vec<Vec<String>>,
    },
    /// How much is done.
    Meter {
        /// Of how many.
        of: u64,
        /// So many.
        done: u64,
    },
    /// A failure: what, why, what to do.
    Problem(&'a Problem),
    /// Commands for a shell, one a line; one that is too long goes on as a shell reads it, so that it can be pasted.
    Commands(Vec<String>),
    /// Keys and what they do, one a line, for a face that has keys.
    Keys(Vec<Hint>),
}

/// How much of a body is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fit {
    /// How many of its lines are not.
    pub hidden: u16,
    /// How many are.
    pub page: u16,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it is.
    pub mark: Mark,
    /// The status word when another fits better than the mark's ("cloned").
    pub word: Option<String>,
    /// What was looked at.
    pub name: String,
    /// What was found, in columns.
    pub found: Vec<String>,
}

/// Rows to choose from; a face asks only for those in view.
pub struct List<'a> {
    /// The columns: title and width.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: &'a dyn Rows,
    /// The row under the cursor.
    pub cursor: usize,
    /// Whether rows can be marked.
    pub marks: bool,
    /// The filter line, when the list has one.
    pub filter: Option<Filter>,
    /// What to show when there is no row.
    pub empty: String,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its title; may be empty.
    pub title: &'static str,
    /// Its width in terminal cells when there is room; 0 takes what is left.
    pub width: u16,
}

/// A source of rows.
pub trait Rows {
    /// How many rows there are.
    fn count(&self) -> usize;
    /// One of them.
    fn row(&self, index: usize) -> Row;
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// How it is, when that is worth a glyph.
    pub mark: Option<Mark>,
    /// Whether it is marked, in a list with marks.
    pub checked: bool,
    /// One text a column; anything of the world's has been made printable.
    pub cells: Vec<String>,
    /// The letters that the filter found: the cell, and the character in it, in ascending order.
    pub found: Vec<(usize, usize)>,
}

impl Rows for Vec<Row> {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, index: usize) -> Row {
        self.get(index).cloned().unwrap_or_default()
    }
}

/// The filter line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What was typed.
    pub text: String,
    /// The place of the cursor, in characters; `None` while the filter has no focus.
    pub cursor: Option<usize>,
    /// How many rows are left, and such ("2 of 3 · 1 marked").
    pub note: String,
}

/// Fields to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The fields from top to bottom.
    pub fields: Vec<FormField>,
    /// The one with the focus.
    pub focus: usize,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// What is asked.
    pub label: &'static str,
    /// What is typed, already masked when it is secret.
    pub text: String,
    /// The place of the cursor, in characters.
    pub cursor: usize,
    /// What else there is to say, behind the field.
    pub note: String,
    /// Whether it is a secret.
    pub secret: bool,
    /// Whether faces must not show what is typed before all of it is there: a secret, or what one is often mistaken for.
    pub unechoed: bool,
}

/// A choice with its options on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is chosen.
    pub label: &'static str,
    /// The options.
    pub options: Vec<String>,
    /// The one taken.
    pub taken: usize,
    /// Whether it has the focus.
    pub focused: bool,
}

/// The change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file, `~` for the home folder.
    pub path: String,
    /// What else to say of the file ("new, mode 600").
    pub note: String,
    /// The lines around the change.
    pub lines: Vec<DiffLine>,
}

/// A line of a change; secrets are masked and control characters made harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Whether it is added, removed or stays.
    pub sign: Sign,
    /// The line without its ending.
    pub text: String,
}

/// What happens to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// It stays.
    Kept,
    /// Lines left out here.
    Elided,
}

impl Mark {
    /// The word that carries the meaning.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Failed => "failed",
            Self::Working => "working",
            Self::Skipped => "skipped",
        }
    }
}

impl Hint {
    /// A hint for one key.
    pub fn new(key: Key, does: impl Into<String>) -> Self {
        Self { keys: vec![key], does: does.into() }
    }

    /// A hint for keys that belong together.
    pub fn of(keys: &[Key], does: impl Into<String>) -> Self {
        Self { keys: keys.to_vec(), does: does.into() }
    }

    /// Whether one of its keys is this one.
    pub fn has(&self, key: Key) -> bool {
        self.keys.contains(&key)
    }

    /// The names of the keys: arrows together, else the first.
    pub fn names(&self) -> String {
        match self.keys.as_slice() {
            [Key::Up, Key::Down] => "↑↓".to_owned(),
            [Key::Left, Key::Right] => "←→".to_owned(),
            [first, ..] => first.to_string(),
            [] => String::new(),
        }
    }
}

impl Status {
    /// A plain remark.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { mark: None, text: text.into() }
    }

    /// A remark with a mark.
    pub fn marked(mark: Mark, text: impl Into<String>) -> Self {
        Self { mark: Some(mark), text: text.into() }
    }
}

impl Column {
    /// A column.
    pub fn new(title: &'static str, width: u16) -> Self {
        Self { title, width }
    }
}

impl Check {
    /// A finding with its mark's own word.
    pub fn new(mark: Mark, name: impl Into<String>, found: Vec<String>) -> Self {
        Self { mark, word: None, name: name.into(), found }
    }
}
