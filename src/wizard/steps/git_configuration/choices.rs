//! What can be chosen of git's configuration, as lines of options.
//!
//! Deliberately absent: what a choice comes to; see `planning`.

use std::path::{Path, PathBuf};

use crate::gitconfig::{Families, Helper, Place, Present, Scope, Sources, Wanted};
use crate::wizard::answers::{Answers, HelperAnswer, ScopeAnswer};
use crate::wizard::change;
use crate::wizard::facts::{Facts, Profile};
use crate::wizard::names::RepositoryName;
use crate::wizard::regions;
use crate::wizard::screen::Choice;
use crate::wizard::versions::{GIT_RESET, GIT_WILDCARDS};

/// What is chosen.
pub(super) struct Choices {
    /// The built-in helper instead of the AWS CLI's; `None` until it is known which is the better default.
    built_in: Option<bool>,
    /// The helper's program by its path instead of its name.
    by_path: bool,
    pub(super) reach: Reach,
    /// The global file that is written in the place of git's own, which cannot be.
    elsewhere: Option<PathBuf>,
    families: Families,
    /// The repository of [`Reach::OneRepository`].
    pub(super) repository: Option<RepositoryName>,
    /// Whether nothing was decided beforehand on the remotes, or on the program's name.
    open: Open,
    /// Whether the lines are shown that hardly anybody needs.
    pub(super) more: bool,
    focus: usize,
}

/// What was left open by whoever decided beforehand; what git is configured with now is its default.
#[derive(Clone, Copy)]
struct Open {
    reach: bool,
    by_path: bool,
}

/// Which remotes the helper is for, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of CodeCommit: in the global file.
    CodeCommit,
    /// Every HTTPS host, as the guide has it: in the global file.
    EveryHost,
    /// All of CodeCommit, in the file of the repository that the program stands in.
    Here,
    /// One repository of CodeCommit: in the global file.
    OneRepository,
    /// Each clone that is made: in its own file.
    EachClone,
}

/// An option of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    BuiltIn(bool),
    ByPath(bool),
    Reach(Reach),
    Families(Families),
}

/// A line of options.
struct Line {
    label: &'static str,
    options: Vec<(String, Pick)>,
}

impl Choices {
    /// What is decided beforehand.
    pub(super) fn new(answers: &Answers) -> Self {
        let reach = match answers.scope {
            Some(ScopeAnswer::CodeCommit) | None => Reach::CodeCommit,
            Some(ScopeAnswer::EveryHost) => Reach::EveryHost,
            Some(ScopeAnswer::EachClone) => Reach::EachClone,
            Some(ScopeAnswer::Repository(_)) => Reach::Here,
            Some(ScopeAnswer::Only(_)) => Reach::OneRepository,
        };
        let repository = match &answers.scope {
            Some(ScopeAnswer::Only(name)) => Some(name.clone()),
            _ => None,
        };
        Self {
            built_in: answers.helper.map(|helper| helper == HelperAnswer::BuiltIn),
            by_path: answers.program_by_path == Some(true),
            open: Open { reach: answers.scope.is_none(), by_path: answers.program_by_path.is_none() },
            reach,
            elsewhere: None,
            families: answers.families,
            repository,
            more: false,
            focus: 0,
        }
    }

    /// Whether the built-in helper is chosen; it is the default where there is no AWS CLI.
    pub(super) fn built_in(&self, facts: &Facts) -> bool {
        self.built_in.unwrap_or_else(|| aws_path(facts).is_none())
    }

    /// Starts from how git logs in now, where nothing else was decided.
    pub(super) fn start_from(&mut self, present: &Present) {
        self.built_in = self.built_in.or(Some(present.built_in));
        if self.open.by_path {
            // The built-in helper may have no name on PATH; then its path is no choice.
            self.by_path = present.by_path && !present.built_in;
        }
        if self.open.reach {
            self.reach = match present.place {
                Place::Repository => Reach::Here,
                Place::EveryHost => Reach::EveryHost,
                Place::CodeCommit => Reach::CodeCommit,
            };
        }
        self.open = Open { reach: false, by_path: false };
    }

    /// Adds the families of hosts that the configuration serves already.
    pub(super) fn keep(&mut self, families: Families) {
        self.families.fips |= families.fips;
        self.families.vpc |= families.vpc;
    }

    /// The lines of options as a screen shows them.
    pub(super) fn shown(&self, facts: &Facts, profile: &Profile, sources: &Sources) -> Vec<Choice> {
        let lines = self.lines(facts, profile, sources);
        let choice = |(place, line): (usize, Line)| Choice {
            label: line.label,
            taken: self.taken(&line, facts),
            options: line.options.into_iter().map(|(text, _)| text).collect(),
            focused: place == self.focus,
        };
        lines.into_iter().enumerate().map(choice).collect()
    }

    /// Shows the lines that hardly anybody needs, or hides them.
    pub(super) fn turn_more(&mut self) {
        self.more = !self.more;
        self.focus = 0;
    }

    /// Moves the focus to the line before or after.
    pub(super) fn focus_next(&mut self, back: bool, facts: &Facts, profile: &Profile, sources: &Sources) {
        let count = self.lines(facts, profile, sources).len();
        self.focus = (self.focus + if back { count - 1 } else { 1 }) % count;
    }

    /// The option before or after the one taken, on the line with the focus.
    pub(super) fn neighbour(&self, back: bool, facts: &Facts, profile: &Profile, sources: &Sources) -> Option<Pick> {
        let lines = self.lines(facts, profile, sources);
        let line = lines.get(self.focus)?;
        let count = line.options.len();
        let next = (self.taken(line, facts) + if back { count - 1 } else { 1 }) % count;
        line.options.get(next).map(|(_, pick)| *pick)
    }

    /// An option by the places of its line and of itself.
    pub(super) fn at(
        &mut self,
        line: usize,
        option: usize,
        facts: &Facts,
        profile: &Profile,
        sources: &Sources,
    ) -> Option<Pick> {
        let lines = self.lines(facts, profile, sources);
        let pick = lines.get(line)?.options.get(option).map(|(_, pick)| *pick);
        self.focus = line;
        pick
    }

    pub(super) fn take(&mut self, pick: Pick) {
        self.open = Open { reach: false, by_path: false };
        match pick {
            Pick::BuiltIn(built_in) => self.built_in = Some(built_in),
            Pick::ByPath(by_path) => self.by_path = by_path,
            Pick::Reach(reach) => self.reach = reach,
            Pick::Families(families) => self.families = families,
        }
    }

    /// The helper that these choices mean.
    pub(super) fn wanted(&self, facts: &Facts, profile: &Profile) -> Wanted {
        let git = facts.tools.as_ref().and_then(|tools| tools.git.as_ref());
        let helper = if self.built_in(facts) {
            let around = &facts.surroundings;
            let path = around.own_path.display().to_string();
            Helper::BuiltIn { program: if self.by_path { path } else { around.own_program.clone() } }
        } else {
            let path = aws_path(facts).filter(|_| self.by_path);
            Helper::AwsCli { program: path.map_or_else(|| "aws".to_owned(), |path| path.display().to_string()) }
        };
        Wanted {
            helper,
            scope: match (self.reach, &self.repository) {
                (Reach::EveryHost, _) => Scope::EveryHost,
                (Reach::OneRepository, Some(name)) => Scope::OneRepository(name.clone()),
                (Reach::CodeCommit | Reach::Here | Reach::EachClone | Reach::OneRepository, _) => Scope::CodeCommit,
            },
            families: self.families,
            profile: profile.name.clone(),
            region: profile.region.clone(),
            wildcards: git.is_none_or(|git| *git >= GIT_WILDCARDS),
            resets: git.is_none_or(|git| *git >= GIT_RESET),
        }
    }

    /// Notes what was chosen, as an answers file would say it.
    pub(super) fn note(&self, facts: &mut Facts, sources: &Sources) {
        let helper = if self.built_in(facts) { HelperAnswer::BuiltIn } else { HelperAnswer::AwsCli };
        let here = sources.repository.as_ref().and_then(|repository| repository.work_tree.as_deref());
        let scope = match (self.reach, &self.repository, here) {
            (Reach::EveryHost, ..) => ScopeAnswer::EveryHost,
            (Reach::EachClone, ..) => ScopeAnswer::EachClone,
            (Reach::Here, _, Some(folder)) => {
                ScopeAnswer::Repository(match folder.strip_prefix(&facts.surroundings.home) {
                    Ok(rest) => format!("~/{}", rest.display()),
                    Err(_) => folder.display().to_string(),
                })
            }
            (Reach::OneRepository, Some(name), _) => ScopeAnswer::Only(name.clone()),
            (Reach::CodeCommit | Reach::Here | Reach::OneRepository, ..) => ScopeAnswer::CodeCommit,
        };
        let chosen = &mut facts.chosen;
        (chosen.helper, chosen.scope) = (Some(helper), Some(scope));
        (chosen.families, chosen.program_by_path) = (self.families, Some(self.by_path));
    }

    /// The file that is written; `None` where each clone gets its own.
    pub(super) fn target(&self, sources: &Sources) -> Option<PathBuf> {
        match self.reach {
            Reach::CodeCommit | Reach::EveryHost | Reach::OneRepository => {
                Some(self.elsewhere.as_ref().unwrap_or(&sources.global).clone())
            }
            Reach::Here => sources.repository.as_ref().map(|repository| repository.common_dir.join("config")),
            Reach::EachClone => None,
        }
    }

    /// Turns to another global file that git reads, when the one that was to be written cannot be; `None` where there is none.
    pub(super) fn move_elsewhere(&mut self, sources: &Sources) -> Option<PathBuf> {
        let failed = self.target(sources).filter(|_| !matches!(self.reach, Reach::Here | Reach::EachClone))?;
        let mut others = sources.files.iter().filter(|source| source.scope == "global" && source.path != failed);
        // Where the second fails as well, the first is not offered once more.
        let other = others.next().filter(|_| self.elsewhere.is_none())?.path.clone();
        self.elsewhere = Some(other.clone());
        Some(other)
    }

    /// The global file that is written in the place of git's own.
    pub(super) fn elsewhere(&self) -> Option<&Path> {
        self.elsewhere.as_deref()
    }

    fn taken(&self, line: &Line, facts: &Facts) -> usize {
        let is_taken = |pick: &Pick| match pick {
            Pick::BuiltIn(built_in) => *built_in == self.built_in(facts),
            Pick::ByPath(by_path) => *by_path == self.by_path,
            Pick::Reach(reach) => *reach == self.reach,
            Pick::Families(families) => *families == self.families,
        };
        line.options.iter().position(|(_, pick)| is_taken(pick)).unwrap_or(0)
    }

    fn lines(&self, facts: &Facts, profile: &Profile, sources: &Sources) -> Vec<Line> {
        let aws = if aws_path(facts).is_some() { "AWS CLI" } else { "AWS CLI (not found)" };
        let helper = [(aws, Pick::BuiltIn(false)), ("built-in, answers in milliseconds", Pick::BuiltIn(true))];
        let helper = helper.map(|(text, pick)| (text.to_owned(), pick)).to_vec();
        let mut lines = vec![
            Line { label: "Helper", options: helper },
            Line { label: "For", options: self.reaches(facts, sources) },
        ];
        let for_hosts = matches!(self.reach, Reach::CodeCommit | Reach::Here);
        if for_hosts && (self.more || self.families != Families::default()) {
            lines.push(Line { label: "Hosts", options: self.hosts(profile) });
        }
        if self.more || self.by_path {
            let Wanted { helper, .. } = self.wanted(facts, profile);
            let built_in = matches!(helper, Helper::BuiltIn { .. });
            let (name, path) = if built_in {
                (Some(facts.surroundings.own_program.clone()), Some(facts.surroundings.own_path.as_path()))
            } else {
                (Some("aws".to_owned()), aws_path(facts))
            };
            let path = path.map(|path| change::tilde(path, Path::new("")));
            let options = [(name, false), (path, true)];
            let options =
                options.into_iter().filter_map(|(text, by_path)| Some((text?, Pick::ByPath(by_path)))).collect();
            lines.push(Line { label: "Called", options });
        }
        lines
    }

    fn reaches(&self, facts: &Facts, sources: &Sources) -> Vec<(String, Pick)> {
        let here = sources.repository.as_ref().and_then(|repository| repository.work_tree.as_deref());
        let here = here.map(|folder| format!("only {}", change::tilde(folder, &facts.surroundings.home)));
        let one = match &self.repository {
            Some(name) => format!("the repository {name}"),
            None => "one repository".to_owned(),
        };
        let rare = |reach| self.more || self.reach == reach;
        let all = [
            (Some("CodeCommit only".to_owned()), Reach::CodeCommit),
            (Some("every host (AWS guide)".to_owned()), Reach::EveryHost),
            (here, Reach::Here),
            (Some(one).filter(|_| rare(Reach::OneRepository)), Reach::OneRepository),
            (Some("each new clone".to_owned()).filter(|_| rare(Reach::EachClone)), Reach::EachClone),
        ];
        all.into_iter().filter_map(|(text, reach)| Some((text?, Pick::Reach(reach)))).collect()
    }

    fn hosts(&self, profile: &Profile) -> Vec<(String, Pick)> {
        let fips = regions::has_fips(&profile.region) || self.families.fips;
        let all = [
            ("the usual", Families { fips: false, vpc: false }),
            ("and FIPS", Families { fips: true, vpc: false }),
            ("and VPC endpoints", Families { fips: false, vpc: true }),
            ("and both", Families { fips: true, vpc: true }),
        ];
        let offered = all.into_iter().filter(|(_, families)| fips || !families.fips);
        offered.map(|(text, families)| (text.to_owned(), Pick::Families(families))).collect()
    }
}

fn aws_path(facts: &Facts) -> Option<&Path> {
    facts.tools.as_ref().and_then(|tools| tools.aws_path.as_deref())
}
