//! Another region for the profile that git uses: chosen, shown as a change, written, and asked for.
//!
//! Deliberately absent: git's configuration; where its section is not for the new region, the step that writes it comes next.

use super::{Overview, State};
use crate::gitconfig;
use crate::profiles;
use crate::wizard::change;
use crate::wizard::effect::{Caller, Credentials, FileChange, FileText, Ours, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::mission::Mission;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions::{self, RegionField};
use crate::wizard::screen::{Block, Column, FileDiff, Form, Hint, List, Mark, Status};
use crate::wizard::step::{Back, Context, Flow, Panel};

/// A switch of the region.
pub(super) struct RegionSwitch {
    profile: ProfileName,
    before: Option<Region>,
    field: RegionField,
    phase: Phase,
    problem: Option<Problem>,
}

enum Phase {
    Choosing,
    /// The files are read anew, so that what is shown is what is there.
    Reading(RequestId, Region),
    Reviewing(Review),
    Writing(RequestId, Review),
    /// AWS is asked in the new region.
    Asking(RequestId, Region),
}

/// What will be written.
#[derive(Clone)]
struct Review {
    to: Region,
    changes: Vec<FileChange>,
    diffs: Vec<FileDiff>,
}

impl RegionSwitch {
    pub(super) fn open(&self) -> Option<RequestId> {
        match &self.phase {
            Phase::Reading(id, _) | Phase::Writing(id, _) | Phase::Asking(id, _) => Some(*id),
            Phase::Choosing | Phase::Reviewing(_) => None,
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        matches!(self.phase, Phase::Writing(..))
    }
}

impl Overview {
    /// Whether there is a profile whose region can be written.
    pub(super) fn can_switch_region(&self) -> bool {
        let Some(used) = &self.used else { return false };
        let known = |files: &super::Files| files.profiles.iter().any(|known| known.name.as_str() == used.profile);
        self.files.known().is_some_and(known)
    }

    pub(super) fn start_region(&mut self) {
        let Some(profile) = self.used.as_ref().and_then(|used| ProfileName::parse(&used.profile).ok()) else { return };
        let before = self.files.known().and_then(|files| files.region(profile.as_str()));
        let field = RegionField::with(before.as_ref().map_or("us-east-2", Region::as_str));
        self.state =
            State::Region(Box::new(RegionSwitch { profile, before, field, phase: Phase::Choosing, problem: None }));
    }

    pub(super) fn switching_region(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let State::Region(switch) = &mut self.state else { return Flow::Stay };
        match (&switch.phase, event) {
            (Phase::Choosing, Event::Key(Key::Esc)) => self.state = State::Shown,
            (Phase::Choosing, Event::Key(Key::Enter)) => self.read_for_region(context),
            (Phase::Choosing, Event::Key(key)) => _ = switch.field.key(*key),
            (Phase::Choosing, Event::Paste(text) | Event::Fill(_, text)) => switch.field.set(text.expose()),
            (Phase::Choosing, Event::Pick(row)) => {
                switch.field.cursor = *row;
                switch.field.take();
            }
            (Phase::Reading(id, _), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                switch.phase = Phase::Choosing;
            }
            (Phase::Reviewing(_), Event::Key(Key::Esc)) => {
                (switch.phase, switch.problem) = (Phase::Choosing, None);
            }
            (Phase::Reviewing(review), Event::Key(Key::Enter)) => {
                let id = context.ask(Request::WriteFiles(review.changes.clone()));
                (switch.phase, switch.problem) = (Phase::Writing(id, review.clone()), None);
            }
            (Phase::Asking(id, _), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                return self.back_to_shown(context);
            }
            _ => {}
        }
        Flow::Stay
    }

    fn read_for_region(&mut self, context: &mut Context<'_>) {
        let State::Region(switch) = &mut self.state else { return };
        switch.problem = None;
        switch.field.take();
        match switch.field.region() {
            Ok(to) => switch.phase = Phase::Reading(context.ask(Request::ReadAwsFiles), to),
            Err(problem) => switch.problem = Some(problem),
        }
    }

    pub(super) fn region_reply(&mut self, reply: &Result<Reply, Problem>, context: &mut Context<'_>) -> Flow {
        let State::Region(switch) = &mut self.state else { return Flow::Stay };
        match (&switch.phase, reply) {
            (Phase::Reading(_, to), Ok(Reply::AwsFiles { config, credentials })) => {
                match changes(config, credentials, &switch.profile, to) {
                    Ok(changes) => {
                        let home = &context.facts.surroundings.home;
                        let diffs = changes.iter().map(|file| change::diff(file, home)).collect();
                        switch.phase = Phase::Reviewing(Review { to: to.clone(), changes, diffs });
                    }
                    Err(problem) => {
                        switch.phase = Phase::Choosing;
                        switch.problem = Some(problem);
                    }
                }
                Flow::Stay
            }
            (Phase::Writing(_, Review { to, .. }), Ok(_)) => {
                context.facts.changed = true;
                let to = to.clone();
                let caller = Caller { credentials: Credentials::Profile(switch.profile.clone()), region: to.clone() };
                switch.phase = Phase::Asking(context.ask(Request::Identify(caller)), to);
                Flow::Stay
            }
            (Phase::Asking(_, to), Ok(_)) => {
                let to = to.clone();
                if let Some(profile) = &mut context.facts.profile {
                    profile.region = to.clone();
                }
                let served = self.serves(&to);
                let text = format!("Region {} is written, and AWS answers there.", regions::described(&to));
                if served || context.facts.profile.is_none() {
                    let flow = self.back_to_shown(context);
                    self.remark = Some(Status::marked(Mark::Ok, text));
                    return flow;
                }
                // The section is for other hosts.
                self.state = State::Shown;
                self.begin(Mission::Helper, context)
            }
            // To try again; where the file changed meanwhile, what is there now is looked at first.
            (Phase::Writing(_, review), Err(problem)) if problem.kind != ProblemKind::Conflict => {
                (switch.phase, switch.problem) = (Phase::Reviewing(review.clone()), Some(problem.clone()));
                Flow::Stay
            }
            (_, Err(problem)) => {
                let problem = problem.clone();
                let flow = self.back_to_shown(context);
                self.problem = Some(problem);
                flow
            }
            (Phase::Choosing | Phase::Reading(..) | Phase::Reviewing(_), Ok(_)) => Flow::Stay,
        }
    }

    /// Whether git would come to the same helper for the hosts of another region; clones with helpers of their own stay as they are.
    fn serves(&self, region: &Region) -> bool {
        let Some(link) = self.used.as_ref().and_then(|used| used.link.as_ref()) else { return true };
        let entries = self.git.known().and_then(|sources| sources.entries().ok()).unwrap_or_default();
        let chain = gitconfig::chain(&entries, &format!("https://{}/v1/repos/-", region.git_host()));
        chain.first().is_some_and(|first| first.helper == link.helper)
    }

    /// Looks at everything again.
    pub(super) fn back_to_shown(&mut self, context: &mut Context<'_>) -> Flow {
        use crate::wizard::step::Step;
        self.state = State::Shown;
        self.enter(context);
        Flow::Stay
    }

    pub(super) fn region_panel<'a>(&'a self, switch: &'a RegionSwitch) -> Panel<'a> {
        let name = printable(switch.profile.as_str());
        match &switch.phase {
            Phase::Choosing => {
                let before = switch.before.as_ref().map_or("none".to_owned(), regions::described);
                Panel {
                    purpose: format!("Another region for profile {name}? Until now: {before}."),
                    body: vec![
                        Block::Form(Form {
                            fields: vec![switch.field.field.view("Region", switch.field.note())],
                            focus: 0,
                        }),
                        Block::Gap,
                        Block::List(List {
                            columns: vec![Column::new("Region", 18), Column::new("Place", 32), Column::new("", 0)],
                            rows: &switch.field,
                            cursor: switch.field.cursor,
                            marks: false,
                            filter: None,
                            empty: "None of the known regions; any code is taken.".to_owned(),
                        }),
                    ],
                    status: Some(Status::plain("Nothing has been changed.")),
                    keys: {
                        let mut keys = vec![Hint::new(Key::Enter, "review")];
                        if switch.field.matches().len() > 1 {
                            keys.push(Hint::of(&[Key::Up, Key::Down], "choose"));
                        }
                        keys
                    },
                    typing: true,
                    back: Back::Within,
                    ..Panel::default()
                }
                .with_problem(switch.problem.as_ref())
            }
            Phase::Reviewing(Review { to, diffs, .. }) => {
                let before = switch.before.as_ref().map_or("none".to_owned(), ToString::to_string);
                Panel {
                    purpose: format!("Profile {name}: {before} → {}. This will be written:", regions::described(to)),
                    body: diffs.iter().cloned().map(Block::Diff).collect(),
                    status: Some(Status::plain(if self.serves(to) {
                        "Git's configuration serves that region, too, and stays as it is."
                    } else {
                        "Git's configuration is for other hosts; the step that changes it comes next."
                    })),
                    keys: vec![Hint::new(Key::Enter, "write")],
                    commands: vec![format!(
                        "aws configure set region {to} --profile {}",
                        gitconfig::shell_quoted(&name)
                    )],
                    changes: true,
                    back: Back::Within,
                    ..Panel::default()
                }
                .with_problem(switch.problem.as_ref())
            }
            Phase::Reading(..) => {
                Panel { back: Back::Within, ..Panel::waiting("Reading the AWS files.", "Reading the AWS files.") }
            }
            Phase::Writing(..) => Panel { back: Back::No, ..Panel::waiting("Writing the region.", "Writing.") },
            Phase::Asking(_, to) => {
                Panel { back: Back::Within, ..Panel::waiting("Written.", format!("Asking AWS in {to}.")) }
            }
        }
    }
}

/// What the files would be with the new region; a problem when they are that already.
fn changes(
    config: &FileText,
    credentials: &FileText,
    profile: &ProfileName,
    to: &Region,
) -> Result<Vec<FileChange>, Problem> {
    let after = profiles::with_region(config.content(), credentials.content(), profile, to)?;
    let changes: Vec<FileChange> = [(config, after.config), (credentials, after.credentials)]
        .into_iter()
        .filter(|(file, after)| file.content() != after.as_slice())
        .map(|(file, after)| FileChange {
            path: file.path.clone(),
            before: file.bytes.clone(),
            after: after.into(),
            private: true,
            ours: Ours::Profile(profile.clone()),
        })
        .collect();
    if changes.is_empty() {
        let what = format!("The region is {to} already.");
        return Err(Problem::input(what, "Choose another one, or go back."));
    }
    Ok(changes)
}
