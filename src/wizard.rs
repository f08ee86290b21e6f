//! The wizard, pure: what the person decided, what the world said, and what to ask next.
//!
//! [`Wizard::update`] takes an event and returns effects; [`Wizard::screen`] says what to show. Neither can fail.
//! Deliberately absent: files, network, clock, environment, async and terminals.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

pub mod answers;
pub mod change;
mod changes;
pub mod clone_url;
pub mod cloning;
pub mod effect;
pub mod event;
pub mod facts;
pub mod field;
pub mod filtered;
pub mod fuzzy;
pub mod git_host;
pub mod git_user;
mod going;
pub mod mission;
pub mod names;
pub mod overview;
pub mod page;
pub mod pasted;
pub mod problem;
pub mod regions;
pub mod rights;
pub mod saved;
mod saving;
pub mod screen;
pub mod secrecy;
pub mod secret;
pub mod step;
pub mod steps;
pub mod versions;
pub mod words;

use answers::Answers;
use effect::{Change, Effect, Ending};
use event::{Event, Key};
use facts::{Facts, Outcome, Surroundings};
use overview::Overview;
use page::Page;
use screen::{Block, Fit, Hint, Mark, RailEntry, RailState, Screen, Status};
use step::{Back, Context, Flow, Outbox, Panel, Step, View};

/// The walk: its steps, where it stands, and what is known.
pub struct Wizard {
    overview: Overview,
    steps: Vec<Box<dyn Step>>,
    at: Place,
    /// The steps of the mission, by their places.
    route: Vec<usize>,
    /// The profile that was known when the mission began.
    before: Option<facts::Profile>,
    /// Whether a key was pressed: then nothing is put in the place of what is shown.
    touched: bool,
    facts: Facts,
    answers: Answers,
    outbox: Outbox,
    /// How much of that the overview has seen.
    seen: usize,
    page: Option<Page>,
    scroll: u16,
    fit: Fit,
}

/// Where a walk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Overview,
    Step(usize),
}

impl Wizard {
    /// A walk that has not started.
    pub fn new(surroundings: Surroundings, answers: Answers) -> Self {
        let steps = steps::all(&answers);
        let facts = Facts { surroundings, outcomes: vec![None; steps.len()], ..Facts::default() };
        Self {
            overview: Overview::default(),
            route: (0..steps.len()).collect(),
            steps,
            at: Place::Step(0),
            before: None,
            touched: false,
            facts,
            answers,
            outbox: Outbox::default(),
            seen: 0,
            page: None,
            scroll: 0,
            fit: Fit::default(),
        }
    }

    /// Begins the walk; whether there is something to come back to is found out meanwhile.
    pub fn start(&mut self) -> Vec<Effect> {
        if !self.answers.unattended {
            self.at = Place::Overview;
            self.with_step(|overview, context| overview.enter(context));
            self.at = Place::Step(0);
        }
        self.with_step(|step, context| step.enter(context));
        self.effects()
    }

    /// Whether it is likely that another screen takes the place of the first one in some milliseconds.
    pub fn is_opening(&self) -> bool {
        self.facts.surroundings.seems_set_up && self.overview.is_opening() && !self.touched
    }

    /// Takes in what happened and returns what has to happen because of it.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        self.facts.changes.extend(self.outbox.changes.end(&event));
        match event {
            Event::Key(key) => self.key(key),
            // Here every paste comes in, whichever face and terminal it is from.
            Event::Paste(text) => self.tell(Event::Paste(pasted::normalized(text.expose()).as_str().into())),
            Event::Fill(place, text) => {
                self.tell(Event::Fill(place, pasted::normalized(text.expose()).as_str().into()));
            }
            Event::Pick(_) | Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => {
                self.tell(event);
            }
        }
        self.effects()
    }

    /// What to show now.
    pub fn screen(&self) -> Screen<'_> {
        let step = self.step();
        let panel = step.panel(&View { facts: &self.facts });
        let back = panel.back;
        let mut screen = Screen {
            number: match self.at {
                Place::Overview => 0,
                Place::Step(at) => at + 1,
            },
            name: step.name(),
            rail: self.rail(),
            identity: self.identity(),
            purpose: panel.purpose,
            body: panel.body,
            status: panel.status,
            keys: panel.keys,
            busy: panel.busy,
            typing: panel.typing,
            passes: panel.passes,
            changes: panel.changes,
            scroll: self.scroll,
            commands: panel.commands,
        };
        if !screen.commands.is_empty() && !screen.typing {
            screen.keys.push(Hint::new(Key::Char('e'), "commands"));
        }
        screen.keys.push(Hint::new(if screen.typing { Key::F1 } else { Key::Char('?') }, "help"));
        let leads_back = back == Back::Within || (back == Back::ToStep && self.leads_back());
        if leads_back && !screen.keys.iter().any(|hint| hint.has(Key::Esc)) {
            let stops = back == Back::Within && screen.busy;
            screen.keys.push(Hint::new(Key::Esc, if stops { "stop" } else { "back" }));
        }
        screen.keys.push(Hint::new(Key::Ctrl('c'), "leave"));
        if let Some(page) = &self.page {
            page.cover(&mut screen, step);
        }
        if self.fit.hidden > 0 && scrolls(&screen.body, &screen.keys, screen.typing) {
            let second = screen.keys.len().min(1);
            screen.keys.insert(second, Hint::of(&[Key::Up, Key::Down], "scroll"));
            if self.is_unseen(screen.changes)
                && let Some(enter) = screen.keys.iter_mut().find(|hint| hint.has(Key::Enter))
            {
                *enter = Hint::new(Key::Enter, "read on");
            }
        }
        screen
    }

    /// Hears from a face how much of the body is in view; `true` when the screen is another one for it.
    pub fn fits(&mut self, fit: Fit) -> bool {
        let scroll = self.scroll.min(fit.hidden);
        let before = (self.scroll, self.fit.hidden > 0, self.scroll < self.fit.hidden);
        (self.scroll, self.fit) = (scroll, fit);
        before != (scroll, fit.hidden > 0, scroll < fit.hidden)
    }

    /// What each step came to, by the order of the steps.
    pub fn outcomes(&self) -> Vec<(&'static str, Option<&Outcome>)> {
        self.steps.iter().map(|step| step.name()).zip(self.facts.outcomes.iter().map(Option::as_ref)).collect()
    }

    /// What was changed, by the order of the steps.
    pub fn changes(&self, step: usize) -> impl Iterator<Item = &Change> {
        self.facts.changes.iter().filter(move |(place, _)| *place == step).map(|(_, change)| change)
    }

    /// The answers file that makes the same choices, for the next computer; `None` before anything was chosen.
    pub fn answers_file(&self) -> Option<String> {
        saved::text(&self.facts)
    }

    /// What was done and proven, and what to type next: printed after the terminal is given back.
    pub fn summary(&self) -> Vec<String> {
        match self.at {
            Place::Overview => self.overview.summary(&self.facts),
            Place::Step(_) => steps::finish::summary(&self.facts),
        }
    }

    fn key(&mut self, key: Key) {
        self.touched = true;
        if let Some(page) = &mut self.page {
            match page.key(key) {
                page::Turn::Stay => self.scroll_by(key),
                page::Turn::Close => self.close_page(),
                page::Turn::Copy => {
                    let commands = self.panel().commands.join("\n");
                    self.outbox.effects.push(Effect::Copy(commands));
                }
                page::Turn::Leave => self.outbox.effects.push(Effect::Leave(Ending::Cancelled)),
            }
            return;
        }
        let panel = self.panel();
        let (typing, has_commands) = (panel.typing, !panel.commands.is_empty());
        let scrolls = self.fit.hidden > 0 && scrolls(&panel.body, &panel.keys, panel.typing);
        let unseen = scrolls && self.is_unseen(panel.changes);
        drop(panel);
        match key {
            Key::Ctrl('c') => match self.step().under_way() {
                Some(work) => self.open_page(Page::LeaveAnyway(work)),
                None => self.outbox.effects.push(Effect::Leave(Ending::Cancelled)),
            },
            Key::F1 => self.open_page(Page::Help),
            Key::Char('?') if !typing => self.open_page(Page::Help),
            Key::Char('e') if !typing && has_commands => self.open_page(Page::Commands),
            Key::Up | Key::Down | Key::PageUp | Key::PageDown if scrolls => self.scroll_by(key),
            // Nothing changes unseen.
            Key::Enter if unseen => self.scroll_by(Key::PageDown),
            Key::Enter
            | Key::Esc
            | Key::Up
            | Key::Down
            | Key::Left
            | Key::Right
            | Key::PageUp
            | Key::PageDown
            | Key::Home
            | Key::End
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Char(_)
            | Key::Ctrl(_) => self.tell(Event::Key(key)),
        }
    }

    /// Lets the step hear an event and goes where it says.
    fn tell(&mut self, event: Event) {
        if !matches!(event, Event::Progress(..)) {
            // What comes of it is another screen, or another content of this one: it is read from its beginning.
            self.scroll = 0;
        }
        let shown = self.at;
        match &event {
            Event::Reply(id, _) | Event::Progress(id, _) if self.overview.asked(*id) => self.at = Place::Overview,
            // While the overview is shown, the first step already looks.
            Event::Reply(..) | Event::Progress(..) if shown == Place::Overview => self.at = Place::Step(0),
            _ => {}
        }
        let flow = self.with_step(|step, context| step.update(event, context));
        self.at = shown;
        if shown == Place::Step(0) && self.overview.is_open() && !self.touched {
            self.at = Place::Overview;
        }
        match flow {
            Flow::Stay => {}
            Flow::Begin => self.begin(),
            Flow::Next => {
                if self.facts.profile.is_some() {
                    // It was made of the key; nothing asks for that again.
                    self.answers.key = None;
                }
                self.go_on();
            }
            Flow::Back => self.go_back(),
        }
    }

    fn with_step<T>(&mut self, act: impl FnOnce(&mut dyn Step, &mut Context<'_>) -> T) -> T {
        let (step, place): (&mut dyn Step, usize) = match self.at {
            Place::Overview => (&mut self.overview, usize::MAX),
            Place::Step(at) => (self.steps[at].as_mut(), at),
        };
        let mut context = Context { facts: &mut self.facts, answers: &self.answers, place, outbox: &mut self.outbox };
        act(step, &mut context)
    }

    fn step(&self) -> &dyn Step {
        match self.at {
            Place::Overview => &self.overview,
            Place::Step(at) => self.steps[at].as_ref(),
        }
    }

    fn panel(&self) -> Panel<'_> {
        self.step().panel(&View { facts: &self.facts })
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.outbox.effects)
    }

    fn open_page(&mut self, page: Page) {
        self.page = Some(page);
        (self.scroll, self.fit) = (0, Fit::default());
    }

    fn close_page(&mut self) {
        self.page = None;
        (self.scroll, self.fit) = (0, Fit::default());
    }

    /// Whether Enter would change something of which not all was seen.
    fn is_unseen(&self, changes: bool) -> bool {
        changes && self.page.is_none() && self.scroll < self.fit.hidden
    }

    fn scroll_by(&mut self, key: Key) {
        // A line of the page before stays in view, to go on from.
        let page = self.fit.page.saturating_sub(1).max(1);
        let to = match key {
            Key::Up => self.scroll.saturating_sub(1),
            Key::Down => self.scroll.saturating_add(1),
            Key::PageUp => self.scroll.saturating_sub(page),
            Key::PageDown => self.scroll.saturating_add(page),
            _ => self.scroll,
        };
        self.scroll = to.min(self.fit.hidden);
    }

    fn rail(&self) -> Vec<RailEntry> {
        let state = |index: usize| match self.facts.outcomes.get(index).and_then(Option::as_ref) {
            _ if self.at == Place::Step(index) => RailState::Here,
            _ if !self.route.contains(&index) => RailState::PassedOver,
            Some(outcome) if outcome.mark == Mark::Skipped => RailState::PassedOver,
            Some(_) => RailState::Done,
            None => RailState::ToCome,
        };
        self.steps
            .iter()
            .enumerate()
            .map(|(index, step)| RailEntry { name: step.name(), state: state(index) })
            .collect()
    }

    fn identity(&self) -> Vec<String> {
        let Some(profile) = &self.facts.profile else { return Vec::new() };
        [
            profile.identity.short(),
            profile.identity.account.clone(),
            profile.region.to_string(),
            profile.name.to_string(),
        ]
        .iter()
        .map(|part| names::printable(part))
        .collect()
    }
}

/// Whether the arrows are free to scroll the body: no list, no field and no hint of the step's own claims them.
fn scrolls(body: &[Block<'_>], keys: &[Hint], typing: bool) -> bool {
    !typing && !body.iter().any(|block| matches!(block, Block::List(_))) && !keys.iter().any(|hint| hint.has(Key::Up))
}

/// A status line for something that is being waited for.
pub(crate) fn working(text: impl Into<String>) -> Status {
    Status::marked(Mark::Working, text)
}
