//! The wanted helper spliced into the bytes of a configuration file.
//!
//! Deliberately absent: helpers of others, which stay as they are, and every section that has nothing to do with the wanted ones.

use super::chain::{Fate, chain, is_true};
use super::layout::{Layout, Section, Variable};
use super::pattern::{Url, holds, same};
use super::quote::config_value;
use super::read_back::reads_back;
use super::recognise::is_codecommit_helper;
use super::splice::Splices;
use super::wanted::{Scope, Target, Wanted};

/// A configuration file that cannot be changed, since git itself would stumble over it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Unreadable {
    /// The line, counted from 1, where there is one to blame.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub reason: String,
}

/// Where a section goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Where it stands; a new one before those that are about a part of its hosts, which its reset would silence.
    InPlace,
    /// Before those, wherever it stands.
    BeforeNarrower,
    /// At the end, so that it has the last word.
    AtTheEnd,
}

/// Computes the file with the wanted helper in it; the same bytes when the helper is there and is the one that git asks.
///
/// # Errors
/// A file that git could not read either.
pub fn apply(before: &[u8], wanted: &Wanted) -> Result<Vec<u8>, Unreadable> {
    placed(before, wanted, &[Placement::InPlace, Placement::AtTheEnd], true)
}

/// Computes the file with the wanted helper moved to a place, also when it is there already.
///
/// # Errors
/// A file that git could not read either, and a place where the helper would not be asked.
pub fn apply_at(before: &[u8], wanted: &Wanted, placement: Placement) -> Result<Vec<u8>, Unreadable> {
    placed(before, wanted, &[placement], false)
}

fn placed(before: &[u8], wanted: &Wanted, places: &[Placement], if_needed: bool) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = before.to_vec();
    for target in wanted.targets() {
        let goal = Goal { wanted, target, helper: wanted.helper_value() };
        if if_needed && goal.is_reached(&Layout::read(&bytes)?) {
            continue;
        }
        // Something after our section may have the last word: then the next place is tried.
        let mut tried = places.iter().map(|placement| {
            let after = goal.changed(&Layout::read(&bytes)?, *placement);
            Ok(goal.is_reached(&Layout::read(&after)?).then_some(after))
        });
        let reached = tried.find_map(Result::transpose).transpose()?;
        bytes = reached.ok_or_else(disturbing)?;
    }
    if reads_back(before, &bytes, wanted) { Ok(bytes) } else { Err(disturbing()) }
}

fn disturbing() -> Unreadable {
    Unreadable { line: None, reason: "the helper cannot be added without disturbing other lines".to_owned() }
}

/// One section that is wanted.
struct Goal<'a> {
    wanted: &'a Wanted,
    target: Target,
    helper: String,
}

impl Goal<'_> {
    /// Whether the file holds what is wanted and nothing else in it takes precedence.
    fn is_reached(&self, layout: &Layout<'_>) -> bool {
        let chain = chain(&layout.entries(), &self.target.example);
        let mut asked = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
        if !self.is_exclusive() {
            // Helpers of others may be asked before, as in the guide; older ones of ours may not be there at all.
            let ours: Vec<_> = asked.filter(|link| self.has_our_shape(&link.helper)).collect();
            let plain: Vec<_> =
                layout.sections.iter().filter(|section| self.is_ours(section)).flat_map(helpers).collect();
            let written = plain.iter().any(|variable| variable.value.as_deref() == Some(self.helper.as_str()));
            return written && ours.len() == 1 && ours[0].helper == self.helper && chain.use_http_path;
        }
        let section =
            layout.sections.iter().rev().find(|section| self.is_ours(section) && helpers(section).next().is_some());
        let written = section.is_some_and(|section| self.has_wanted_helpers(section));
        let first = asked.next().is_some_and(|link| link.helper == self.helper);
        written && first && !asked.any(|link| is_codecommit_helper(&link.helper)) && chain.use_http_path
    }

    /// Whether the section shuts other helpers out.
    fn is_exclusive(&self) -> bool {
        self.target.url.is_some() && self.wanted.resets
    }

    fn has_wanted_helpers(&self, section: &Section) -> bool {
        helpers(section).map(|variable| variable.value.as_deref()).eq([Some(""), Some(self.helper.as_str())])
    }

    /// Whether it is the section that is wanted, in any spelling.
    fn is_ours(&self, section: &Section) -> bool {
        section.name == "credential"
            && match (&self.target.url, &section.subsection) {
                (None, None) => true,
                (Some(url), Some(subsection)) => same(url, subsection),
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    /// Whether it is another section that holds for the same remotes, where an older helper of ours may stand.
    fn is_sibling(&self, section: &Section) -> bool {
        if section.name != "credential" || self.is_ours(section) {
            return false;
        }
        // What holds for all repositories stays when one of them gets a section of its own.
        let of_one = matches!(self.wanted.scope, Scope::OneRepository(_));
        let url = Url::parse(&self.target.example);
        let holds =
            |pattern: &String| url.as_ref().is_some_and(|url| holds(pattern, url)) && (!of_one || has_path(pattern));
        section.subsection.as_ref().map_or(!of_one, holds)
    }

    /// Whether it is about a part of our hosts only and has a helper, which our reset would silence if it came later.
    fn is_narrower(&self, section: &Section) -> bool {
        let (Some(ours), Some(theirs)) = (&self.target.url, &section.subsection) else { return false };
        let part = Url::parse(theirs).is_some_and(|url| holds(ours, &url));
        let example = Url::parse(&self.target.example).is_some_and(|url| holds(theirs, &url));
        section.name == "credential" && part && !example && helpers(section).next().is_some()
    }

    /// The file with siblings cleaned and our section rewritten.
    fn changed(&self, layout: &Layout<'_>, placement: Placement) -> Vec<u8> {
        let mut splices = Splices::of(layout);
        for section in layout.sections.iter().filter(|section| self.is_sibling(section)) {
            self.remove_ours(section, &mut splices);
        }
        let ours: Vec<&Section> = layout.sections.iter().filter(|section| self.is_ours(section)).collect();
        // The section that has our line already, else the last one.
        let with_helper =
            ours.iter().rposition(|section| helpers(section).any(|variable| self.is_our_helper(variable)));
        let kept = with_helper.or(ours.len().checked_sub(1)).filter(|_| placement == Placement::InPlace);
        for (index, section) in ours.iter().enumerate() {
            if Some(index) == kept {
                self.rewrite(section, &mut splices);
            } else if !self.is_exclusive() {
                self.remove_ours(section, &mut splices);
            } else {
                splices.remove(section, &|variable| is_helper(variable) || is_http_path(variable));
            }
        }
        if kept.is_some() {
            return splices.finish();
        }
        let lines = self.wanted.section_lines(&self.target);
        let narrower = layout.sections.iter().find(|section| self.is_narrower(section));
        match narrower.filter(|_| placement != Placement::AtTheEnd) {
            Some(section) => splices.insert_before(section, &lines),
            None => splices.append(&lines),
        }
        splices.finish()
    }

    fn rewrite(&self, section: &Section, splices: &mut Splices<'_>) {
        let line = format!("helper = {}", config_value(&self.helper));
        let mut missing = Vec::new();
        if !self.is_exclusive() {
            let ours: Vec<_> = helpers(section).filter(|variable| self.is_our_helper(variable)).collect();
            match ours.split_first() {
                None => missing.push(line),
                Some((first, others)) => {
                    if first.value.as_deref() != Some(self.helper.as_str()) {
                        splices.replace(first, &line);
                    }
                    for variable in others {
                        splices.remove_variable(variable);
                    }
                }
            }
        } else if !self.has_wanted_helpers(section) {
            let found: Vec<_> = helpers(section).collect();
            match found.as_slice() {
                [] => missing.extend(["helper =".to_owned(), line]),
                [only] => splices.replace(only, &format!("helper ={}\t{line}", splices.layout.line_ending())),
                [first, second, others @ ..] => {
                    splices.replace(first, "helper =");
                    splices.replace(second, &line);
                    for variable in others {
                        splices.remove_variable(variable);
                    }
                }
            }
        }
        let path = section.variables.iter().rfind(|variable| is_http_path(variable));
        match path {
            None => missing.push("UseHttpPath = true".to_owned()),
            Some(variable) if variable.value.as_deref().is_some_and(is_true) => {}
            Some(variable) => splices.replace(variable, "UseHttpPath = true"),
        }
        splices.insert(section, &missing);
    }

    /// Takes our helper out of a section; with the rest of what belongs to it when no helper of somebody else is there.
    fn remove_ours(&self, section: &Section, splices: &mut Splices<'_>) {
        let ours = |variable: &Variable| self.is_our_helper(variable);
        if !helpers(section).any(ours) {
            return;
        }
        let foreign = helpers(section).any(|variable| !ours(variable) && variable.value.as_deref() != Some(""));
        splices.remove(section, &|variable| {
            ours(variable) || (!foreign && (is_helper(variable) || is_http_path(variable)))
        });
    }

    fn is_our_helper(&self, variable: &Variable) -> bool {
        is_helper(variable) && variable.value.as_deref().is_some_and(|value| self.has_our_shape(value))
    }

    fn has_our_shape(&self, value: &str) -> bool {
        is_codecommit_helper(value) || value == self.helper
    }
}

pub(super) fn helpers(section: &Section) -> impl Iterator<Item = &Variable> {
    section.variables.iter().filter(|variable| is_helper(variable))
}

pub(super) fn is_helper(variable: &Variable) -> bool {
    variable.key == "helper"
}

pub(super) fn is_http_path(variable: &Variable) -> bool {
    variable.key == "usehttppath"
}

/// Whether the URL of a section names a path.
fn has_path(pattern: &str) -> bool {
    pattern.trim_end_matches('/').matches('/').count() > 2
}
