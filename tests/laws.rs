//! Laws of the wizard: whatever keys are pressed and whatever the world answers, these hold.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use codecommit_setup::checkup::{Check, Checkup, known};
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::effect::{AccessKey, Change, Effect, Request};
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::names::printable;
use codecommit_setup::wizard::screen::Block;
use codecommit_setup::wizard::secret::Secret;
use codecommit_setup::wizard::words::shortened;
use proptest::prelude::*;
use proptest::sample::select;
use support::picture::{characters, drawn};
use support::walker::{Walker, surroundings, text};
use support::world::{SECRET, SPARE_KEY, TEMPORARY_KEY, World, denied, kind};

/// What can happen in a walk.
#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Paste(String),
    /// The oldest open request is answered.
    Answer,
    /// The oldest open request is refused.
    Refuse,
    /// An answer given before is given once more.
    Again(usize),
    /// A face without a cursor answers.
    Direct(Event),
}

fn key() -> impl Strategy<Value = Key> {
    let named = vec![
        Key::Enter,
        Key::Esc,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::PageUp,
        Key::PageDown,
        Key::Home,
        Key::End,
        Key::Tab,
        Key::BackTab,
        Key::Backspace,
        Key::Delete,
        Key::Ctrl('r'),
        Key::Ctrl('u'),
        Key::F1,
    ];
    prop_oneof![
        4 => Just(Key::Enter),
        5 => select(named),
        3 => prop::char::range(' ', '~').prop_map(Key::Char),
        2 => select(vec!['n', 'r', 's', 'o', 'm', 't', 'f', 'c', 'e', '?', '/', ' ', 'w', 'p', 'g', 'u', 'v', 'a', 'd']).prop_map(Key::Char),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        10 => key().prop_map(Happening::Key),
        8 => Just(Happening::Answer),
        1 => Just(Happening::Refuse),
        1 => (0..20_usize).prop_map(Happening::Again),
        1 => select(vec![SPARE_KEY, SECRET, "~/ann.csv", "MyDemoRepo", "\u{1b}[2J\r\n", "é 日本"]).prop_map(|text| Happening::Paste(text.to_owned())),
        1 => prop_oneof![
            (0..9_usize).prop_map(Event::Pick),
            prop::collection::vec(0..9_usize, 0..3).prop_map(Event::Mark),
            ((0..7_usize), select(vec![SPARE_KEY, SECRET, "x"])).prop_map(|(place, text)| Event::Fill(place, text.into())),
            ((0..3_usize), (0..3_usize)).prop_map(|(choice, option)| Event::Turn(choice, option)),
        ]
        .prop_map(Happening::Direct),
    ]
}

/// A world with a profile of every kind, and with a planted secret and token wherever one may be.
fn world() -> World {
    let mut world = World::ready();
    let config = world.text(".aws/config");
    world.put(
        ".aws/config",
        &format!(
            "{config}[profile work]\nsso_session = s\nsso_account_id = 1\nsso_role_name = Dev\nregion = us-east-2\n\
             [sso-session s]\nsso_start_url = https://x\n[profile login]\nlogin_session = l\nregion = us-east-2\n\
             [profile role]\nrole_arn = r\nsource_profile = work\nregion = us-east-2\n\
             [profile code]\nrole_arn = r\nsource_profile = default\nmfa_serial = m\n\
             [profile tool]\ncredential_process = tool --token {TOKEN}\n[profile no-region]\nsso_session = s\n"
        ),
    );
    let credentials = world.text(".aws/credentials");
    let temporary = format!(
        "[temporary]\naws_access_key_id = {TEMPORARY_KEY}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
    );
    world.put(".aws/credentials", &(credentials + &temporary));
    let old = "[remote \"origin\"]\n\turl = ssh://K@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo\n";
    world.put("src/old/.git/config", old);
    let ohio = "git-codecommit.us-east-2.amazonaws.com";
    for user in [LASTING, SPARE_KEY, SPARE_KEY, SESSION, "bob"] {
        world.stored.push((ohio.to_owned(), user));
    }
    world.put("ann.csv", &format!("Access key ID,Secret access key\n{SPARE_KEY},{SECRET}\n"));
    let (id, secret, token) = (TEMPORARY_KEY.to_owned(), Secret::new(SECRET), Some(Secret::new(TOKEN)));
    world.environment_key = Some(AccessKey { id, secret, session_token: token });
    world
}

/// The same, set up before: something is wrong, and a clone keeps to a profile of its own.
fn world_to_come_back_to() -> World {
    let mut world = World { checkup: Checkup::default(), ..world() };
    world.put(".gitconfig", &World::set_up().text(".gitconfig"));
    world.put_clone("MyDemoRepo", Some("default"));
    world.history.last = Some("2026-01-02 03:04:05 UTC".to_owned());
    world.checkup.checks = vec![Check::fail("git-identity", "other-profile", "git logs in as somebody else")];
    world.checkup.verdict = known().iter().find(|verdict| verdict.id == "other-profile").cloned();
    world
}

/// The token of every session of this world; no screen may show it.
const TOKEN: &str = "IQoJb3JpZ2luX2VjPLANTEDTOKEN//Z2lu==";

/// The user of a temporary key, as the keychain has it.
const SESSION: &str = "ASIAIOSFODNN7EXAMPLE%IQoJb3JpZ2luX2VjPLANTEDTOKEN//Z2lu==";

/// The user of static Git credentials, which nothing may delete.
const LASTING: &str = "ann-at-123456789012";

/// A world and a wizard, with every reply remembered.
struct Run {
    walker: Walker,
    given: Vec<Event>,
}

impl Run {
    /// A walk from the first step, or from the overview of a machine that was set up.
    fn new(set_up: bool) -> Self {
        Self::with(set_up, false)
    }

    fn with(set_up: bool, dry_run: bool) -> Self {
        let mut around = surroundings();
        around.dry_run = dry_run;
        around.keychain = true;
        around.aws_variables = vec![("AWS_ACCESS_KEY_ID".into(), None), ("AWS_SESSION_TOKEN".into(), None)];
        let world = if set_up { world_to_come_back_to() } else { world() };
        let mut walker = Walker::opened(world, around, Answers::default());
        walker.held = true;
        Self { walker, given: Vec::new() }
    }

    fn take(&mut self, happening: &Happening) {
        match happening {
            Happening::Key(key) => self.walker.event(Event::Key(*key)),
            Happening::Paste(text) => self.walker.event(Event::Paste(text.as_str().into())),
            Happening::Direct(event) => self.walker.event(event.clone()),
            Happening::Answer => {
                if let Some((id, request)) = self.walker.open.pop_front() {
                    let reply = self.walker.world.answer(&request);
                    self.give(Event::Reply(id, reply));
                }
            }
            Happening::Refuse => {
                if let Some((id, request)) = self.walker.open.pop_front() {
                    self.give(Event::Reply(id, Err(denied(kind(&request)))));
                }
            }
            Happening::Again(place) => {
                if let Some(event) = self.given.get(*place).cloned() {
                    let before = text(&self.walker.wizard.screen());
                    let effects = self.walker.wizard.update(event);
                    assert_eq!(effects, [], "a reply that was taken already asks for nothing");
                    assert_eq!(
                        text(&self.walker.wizard.screen()),
                        before,
                        "a reply that was taken already changes nothing"
                    );
                }
            }
        }
    }

    fn give(&mut self, event: Event) {
        self.given.push(event.clone());
        self.walker.event(event);
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_is_written_that_was_not_shown(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..120)) {
        let mut run = Run::new(set_up);
        let mut confirmed = Vec::new();
        for happening in &happenings {
            let known: Vec<_> = run.walker.open.iter().map(|(id, _)| *id).collect();
            // What stood on the screen when this came.
            let before = run.walker.wizard.screen();
            let accepted = text(&before);
            let changes = before.changes;
            // The arrows scroll it, so that it can be seen to its end.
            prop_assert!(!changes || !(before.typing || before.keys.iter().any(|hint| hint.has(Key::Up))));
            prop_assert!(!changes || !before.body.iter().any(|block| matches!(block, Block::List(_))));
            let has_diff = before.body.iter().any(|block| matches!(block, Block::Diff(_)));
            drop(before);
            run.take(happening);
            for (id, request) in &run.walker.open {
                if known.contains(id) {
                    continue;
                }
                let Some(change) = request.change() else { continue };
                let entered = matches!(happening, Happening::Key(Key::Enter));
                let fine = match &change {
                    Change::Files(_) => changes && entered && has_diff,
                    Change::Policy { arn, holder, .. } => {
                        changes && entered && accepted.contains(holder) && accepted.contains(arn)
                    }
                    Change::Repository { name, .. } => changes && entered && accepted.contains(name),
                    Change::Password { host, access_key_id } => {
                        let password = (host.clone(), access_key_id.clone());
                        if entered && changes {
                            confirmed.push(password);
                            accepted.contains(host) && accepted.contains(&shortened(access_key_id))
                        } else {
                            // One that was confirmed may be there more than once.
                            matches!(happening, Happening::Answer) && confirmed.contains(&password)
                        }
                    }
                    Change::Undo => changes && entered,
                    Change::Program(command) => entered && !command.contains(SECRET),
                    // Made anew, under a name that was typed or chosen: nothing that was there is changed.
                    Change::Clone { .. } | Change::NewFile(_) => true,
                };
                prop_assert!(run.walker.world.stored.iter().any(|(_, user)| *user == LASTING));
                prop_assert!(fine, "{change:?} on {happening:?}\n{accepted}");
                if let Request::CreateRepository { description, .. } = request {
                    prop_assert!(accepted.contains(&printable(description)));
                }
            }
        }
    }

    #[test]
    fn a_dry_run_asks_for_nothing_that_changes_anything(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..120)) {
        let mut run = Run::with(set_up, true);
        for happening in &happenings {
            run.take(happening);
            for (_, request) in &run.walker.open {
                prop_assert!(request.change().is_none(), "{request:?} on {happening:?}");
            }
        }
    }

    #[test]
    fn a_secret_is_on_no_screen_unless_it_is_asked_for(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..120)) {
        let mut run = Run::new(set_up);
        for happening in &happenings {
            if !matches!(happening, Happening::Key(Key::Ctrl('r'))) {
                run.take(happening);
            }
            let shown = text(&run.walker.wizard.screen());
            prop_assert!(!shown.contains(SECRET) && !shown.contains(TOKEN), "{shown}");
        }
    }

    #[test]
    fn every_key_offered_does_something(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..60)) {
        let mut run = Run::new(set_up);
        for happening in &happenings {
            run.take(happening);
        }
        let offered: Vec<Key> = run.walker.wizard.screen().keys.iter().flat_map(|hint| hint.keys.clone()).collect();
        for key in offered {
            // The wizard cannot be copied; the walk up to here is made again for each key.
            let mut again = Run::new(set_up);
            for happening in &happenings {
                again.take(happening);
            }
            let before = text(&again.walker.wizard.screen());
            let has_problem = again.walker.wizard.screen().body.iter().any(|block| matches!(block, Block::Problem(_)));
            let effects = again.walker.wizard.update(Event::Key(key));
            let changed = text(&again.walker.wizard.screen()) != before;
            // Enter tries again what the problem on the screen is about, and may find the same.
            let tried = key == Key::Enter && has_problem;
            prop_assert!(changed || !effects.is_empty() || tried, "{key:?} is offered and does nothing on\n{before}");
        }
    }

    #[test]
    fn back_and_next_show_the_same_screen(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..80)) {
        let mut run = Run::new(set_up);
        for happening in &happenings {
            run.take(happening);
        }
        run.walker.release();
        if run.walker.ending.is_some() {
            return Ok(());
        }
        let (number, before) = (run.walker.wizard.screen().number, text(&run.walker.wizard.screen()));
        run.walker.press("[esc]");
        let back = run.walker.wizard.screen().number;
        if back + 1 == number {
            run.walker.press("[enter]");
            if run.walker.wizard.screen().number == number {
                prop_assert_eq!(text(&run.walker.wizard.screen()), before);
            }
        }
    }

    #[test]
    fn esc_alone_leads_back_to_the_first_step(set_up in any::<bool>(), happenings in prop::collection::vec(happening(), 0..80)) {
        let mut run = Run::new(set_up);
        for happening in &happenings {
            run.take(happening);
        }
        run.walker.release();
        for _ in 0..40 {
            run.walker.press("[esc]");
        }
        prop_assert_eq!(run.walker.at(), if set_up { "Overview" } else { "Tools" });
    }
}

/// What a screen that changes something says of the change, in pieces that a window of any width shows unbroken.
fn words_of_changes(walker: &Walker) -> Vec<String> {
    let screen = walker.wizard.screen();
    let mut texts: Vec<&str> = Vec::new();
    for block in screen.body.iter().filter(|_| screen.changes) {
        if let Block::Diff(diff) = block {
            texts.extend(diff.lines.iter().map(|line| line.text.as_str()));
        } else if let Block::Card { lines, .. } = block {
            texts.extend(lines.iter().map(String::as_str));
        } else if let Block::Table { rows, head } = block
            && head.iter().all(|title| title.is_empty())
        {
            texts.extend(rows.iter().flatten().map(String::as_str));
        }
    }
    texts.iter().flat_map(|text| text.split_whitespace()).map(|word| word.chars().take(4).collect()).collect()
}

#[test]
fn nothing_is_changed_before_all_of_it_was_in_view_however_small_the_window() {
    for (columns, rows) in [(20, 5), (36, 9), (40, 12), (60, 20), (80, 24)] {
        let mut walker = Walker::new(World::ready());
        walker.held = true;
        let (mut changes, mut seen, mut looked) = (Vec::new(), String::new(), 0);
        for _ in 0..400 {
            seen.push_str(&characters(&drawn(&mut walker, columns, rows)));
            let words = words_of_changes(&walker);
            if words.is_empty() {
                seen.clear();
            }
            let waiting = walker.open.len();
            walker.event(Event::Key(Key::Enter));
            if let Some((_, request)) = walker.open.get(waiting)
                && matches!(request, Request::WriteFiles(_) | Request::AttachPolicy { .. })
            {
                changes.push(kind(request));
                let missing: Vec<&String> = words.iter().filter(|word| !seen.contains(*word)).collect();
                assert!(missing.is_empty(), "{missing:?} at {columns}×{rows}: {seen}");
            } else if walker.open.len() == waiting && !words.is_empty() {
                looked += 1;
            }
            while let Some((id, request)) = walker.open.pop_front() {
                let reply = walker.world.answer(&request);
                walker.event(Event::Reply(id, reply));
            }
        }
        assert_eq!(changes, ["attach", "write"], "at {columns}×{rows}");
        assert_eq!(looked > 0, rows < 24, "Enter went on by a page where there was more: {looked} at {columns}×{rows}");
    }
}

#[test]
fn the_effects_of_a_walk_can_be_printed_without_a_secret() {
    let mut walker = Walker::new(world());
    walker.held = true;
    let mut printed = String::new();
    for _ in 0..40 {
        for effect in walker.wizard.update(Event::Key(Key::Enter)) {
            printed = format!("{printed}{effect:?}");
            if let Effect::Ask(id, request) = effect {
                let reply = walker.world.answer(&request);
                printed = format!("{printed}{reply:?}");
                walker.wizard.update(Event::Reply(id, reply));
            }
        }
        while let Some((id, request)) = walker.open.pop_front() {
            let reply = walker.world.answer(&request);
            printed = format!("{printed}{reply:?}");
            walker.wizard.update(Event::Reply(id, reply));
        }
    }
    assert!(printed.contains("Identify") && !printed.contains(SECRET) && !printed.contains(TOKEN), "{printed}");
}
