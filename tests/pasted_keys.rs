//! Keys that are pasted or typed anywhere, in any order and with anything between their parts: no screen shows the secret.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::pasted;
use codecommit_setup::wizard::screen::Block;
use proptest::prelude::*;
use proptest::sample::select;
use support::picture::{characters, drawn};
use support::walker::{Walker, surroundings};
use support::world::{HOME, SECRET, SPARE_KEY, TEMPORARY_KEY, World};

const SECRETS: [&str; 4] = [
    SECRET,
    "q3Zs8/KcT0vXyG1b5NfRjP7uLwE2hA9dMoS4iQ6x",
    "Xk9+pQ2mVb7/TzR4cW1nYs8eHd5gJf3uLa6oBq0i",
    "7hGfT5rEdSwq2ZxcVb9nMkLoP0iUyTrE4wQaSdF1",
];

fn token() -> String {
    format!("IQoJb3JpZ2luX2VjEJr{}==", "a1B2/c3D4+e5F6g7H8".repeat(12))
}

/// Every place of the program where something is typed that everybody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A field of the form of a new profile, by its number.
    Form(usize),
    FilterOfProfiles,
    RegionOfProfile,
    SsoName,
    FilterOfRepositories,
    FilterOfRegions,
    Typed,
    Folder,
    FolderOfOldClones,
    NewRepository(usize),
    OneRepository,
    PolicyFor,
    RegionSwitch,
    Saving,
}

const PLACES: [Place; 21] = [
    Place::Form(0),
    Place::Form(1),
    Place::Form(2),
    Place::Form(3),
    Place::Form(4),
    Place::FilterOfProfiles,
    Place::RegionOfProfile,
    Place::SsoName,
    Place::FilterOfRepositories,
    Place::FilterOfRegions,
    Place::Typed,
    Place::Folder,
    Place::FolderOfOldClones,
    Place::NewRepository(0),
    Place::NewRepository(1),
    Place::NewRepository(2),
    Place::OneRepository,
    Place::PolicyFor,
    Place::RegionSwitch,
    Place::Saving,
    Place::Form(1),
];

fn walk_to(world: World, step: &str) -> Walker {
    let mut walker = Walker::new(world);
    while walker.at() != step {
        walker.press("[enter]");
    }
    walker
}

/// A walk with the focus in a field.
fn at(place: Place) -> Walker {
    let mut world = World::ready();
    if place == Place::RegionOfProfile {
        world.put(".aws/config", "[profile work]\nsso_session = s\n[sso-session s]\nsso_start_url = https://x\n");
        world.put(".aws/credentials", "");
    }
    let mut walker = match place {
        Place::RegionSwitch => {
            let world = World::set_up();
            let mut walker = Walker::opened(world, surroundings(), Answers::default());
            walker.press("g");
            walker
        }
        Place::Form(_) | Place::FilterOfProfiles | Place::RegionOfProfile | Place::SsoName => walk_to(world, "Profile"),
        Place::FilterOfRepositories
        | Place::FilterOfRegions
        | Place::Typed
        | Place::Folder
        | Place::FolderOfOldClones
        | Place::NewRepository(_) => walk_to(world, "Repositories"),
        Place::OneRepository => walk_to(world, "Git configuration"),
        Place::PolicyFor => walk_to(world, "Permissions"),
        Place::Saving => walk_to(world, "Finish"),
    };
    match place {
        Place::Form(field) => {
            walker.press("n");
            (0..5).for_each(|_| _ = walker.press("[tab]"));
            while focus(&walker) != Some(field) {
                walker.press("[tab]");
            }
        }
        Place::FilterOfProfiles | Place::FilterOfRepositories => _ = walker.press("/"),
        Place::RegionOfProfile => _ = walker.press("[enter]"),
        Place::SsoName => _ = walker.press("[up][enter]"),
        Place::FilterOfRegions => _ = walker.press("g/"),
        Place::Typed => _ = walker.press("t"),
        Place::Folder => _ = walker.press("f"),
        Place::FolderOfOldClones => _ = walker.press("v"),
        Place::NewRepository(field) => {
            walker.press("n");
            (0..field).for_each(|_| _ = walker.press("[tab]"));
        }
        Place::OneRepository => {
            walker.press("m[tab]");
            for _ in 0..12 {
                if !walker.wizard.screen().typing {
                    walker.press("[right]");
                }
            }
        }
        Place::PolicyFor => _ = walker.press("hn"),
        Place::RegionSwitch => {}
        Place::Saving => _ = walker.press("a"),
    }
    walker
}

/// The number of the field with the focus.
fn focus(walker: &Walker) -> Option<usize> {
    let focus = |block: &Block<'_>| if let Block::Form(form) = block { Some(form.focus) } else { None };
    walker.wizard.screen().body.iter().find_map(focus)
}

/// What a person sees of a screen, however long its lines are.
fn seen(walker: &mut Walker) -> String {
    let text = walker.text();
    format!("{text}\n{}", characters(&drawn(walker, 200, 60)))
}

/// Whether so many characters in a row of a secret are in a text.
fn shows(text: &str, secret: &str, characters: usize) -> bool {
    secret.as_bytes().windows(characters).any(|part| text.contains(std::str::from_utf8(part).unwrap()))
}

/// Texts in which a key stands, as people have them in the clipboard.
fn clipboard() -> impl Strategy<Value = (String, &'static str)> {
    let separator = || {
        select(vec![
            "\r", "\n", "\r\n", " ", "\t", ",", ";", ", ", "  ", "\u{a0}", "\u{85}", "\u{2028}", "\r\n\r\n", "\",\"",
            " | ", ":", "=",
        ])
    };
    let label = |labels: Vec<&'static str>| prop_oneof![2 => Just(""), 1 => select(labels)];
    let ids = vec![
        "Access key ID: ",
        "aws_access_key_id = ",
        "export AWS_ACCESS_KEY_ID=",
        "AccessKeyId\t",
        "\"AccessKeyId\": \"",
        "Zugriffsschlüssel-ID ",
    ];
    let secrets = vec![
        "Secret access key: ",
        "aws_secret_access_key=",
        "secret: ",
        "SecretAccessKey\r",
        "\"SecretAccessKey\": \"",
        "key ",
    ];
    let around = || {
        select(vec![
            "",
            "",
            "\"",
            "\u{feff}",
            "User name,Access key ID,Secret access key\r\n",
            "[default]\n",
            " ",
            "\r",
        ])
    };
    (
        (select(vec![SPARE_KEY, TEMPORARY_KEY]), select(SECRETS.to_vec()), any::<bool>(), any::<bool>()),
        (label(ids), label(secrets), separator(), separator()),
        (
            around(),
            select(vec!["", "", "\r", "\n", "\"", "\r\n", ",https://x", " us-east-2"]),
            select(vec![0, 1, 2, 3, 4, 5]),
        ),
    )
        .prop_map(
            |((id, secret, with_id, with_token), (id_label, label, first, second), (before, after, order))| {
                let mut pieces = vec![format!("{label}{secret}")];
                if with_id {
                    pieces.push(format!("{id_label}{id}"));
                }
                if with_token {
                    pieces.push(token());
                }
                let count = pieces.len();
                pieces.rotate_left(order % count);
                if order > 2 {
                    pieces.reverse();
                }
                let between = [first, second];
                let text = pieces.iter().enumerate().fold(String::new(), |text, (place, piece)| {
                    if place == 0 { piece.clone() } else { format!("{text}{}{piece}", between[place - 1]) }
                });
                (format!("{before}{text}{after}"), secret)
            },
        )
}

fn keys(text: &str) -> Vec<Key> {
    let key = |c| match c {
        '\r' | '\n' => Some(Key::Enter),
        '\t' => Some(Key::Tab),
        c if c.is_control() => None,
        c => Some(Key::Char(c)),
    };
    text.chars().filter_map(key).collect()
}

#[test]
fn every_place_is_reached() {
    for place in PLACES {
        let walker = at(place);
        assert!(walker.wizard.screen().typing, "{place:?}:\n{}", walker.text());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pasted_key_is_nowhere_to_be_seen((text, secret) in clipboard(), place in select(PLACES.to_vec()), after in select(vec!["", "[enter]", "[tab]", "[esc]", "x", "[enter][enter]"])) {
        let mut walker = at(place);
        walker.event(Event::Paste(text.clone().into()));
        let screen = seen(&mut walker);
        prop_assert!(!shows(&screen, secret, 8) && !shows(&screen, &token(), 24), "{place:?} {text:?}\n{screen}");
        walker.press(after);
        let screen = seen(&mut walker);
        prop_assert!(!shows(&screen, secret, 8) && !shows(&screen, &token(), 24), "{place:?} {text:?} {after}\n{screen}");
    }

    /// A terminal without bracketed paste sends keys; those that come at once are told to the wizard as the full screen tells them.
    #[test]
    fn keys_that_come_at_once_are_nowhere_to_be_seen((text, secret) in clipboard(), place in select(PLACES.to_vec())) {
        let mut walker = at(place);
        for event in pasted::of_keys(&keys(&text)) {
            walker.event(event);
            let screen = seen(&mut walker);
            prop_assert!(!shows(&screen, secret, 8), "{place:?} {text:?}\n{screen}");
        }
    }

    /// Key by key it is known for a secret when enough of it is there: at the latest when all of it is.
    #[test]
    fn a_key_typed_letter_by_letter_is_never_seen_as_a_whole((text, secret) in clipboard(), place in select(PLACES.to_vec())) {
        let mut walker = at(place);
        for key in keys(&text) {
            walker.event(Event::Key(key));
            let screen = walker.text();
            prop_assert!(!screen.contains(secret), "{place:?} {text:?}\n{screen}");
            if !walker.wizard.screen().typing {
                // From here on they are commands.
                break;
            }
        }
    }

    /// The face without a cursor fills fields by their places.
    #[test]
    fn a_key_given_for_any_field_is_nowhere_to_be_seen((text, secret) in clipboard(), field in 0..6_usize) {
        let mut walker = at(Place::Form(0));
        for line in text.split(['\r', '\n']) {
            walker.event(Event::Fill(field, line.into()));
        }
        let screen = seen(&mut walker);
        prop_assert!(!shows(&screen, secret, 8), "{field} {text:?}\n{screen}");
        walker.press("[enter]");
        let screen = seen(&mut walker);
        prop_assert!(!shows(&screen, secret, 8), "{field} {text:?}\n{screen}");
    }
}

#[test]
fn both_halves_of_a_key_reach_their_fields_whichever_field_they_are_pasted_into() {
    for between in ["\r", "\r\n", " ", "\t", ",", "\u{a0}", ";"] {
        for text in [format!("{SPARE_KEY}{between}{SECRET}\r"), format!("{SECRET}{between}{SPARE_KEY}")] {
            for field in 0..5 {
                let mut walker = at(Place::Form(field));
                walker.event(Event::Paste(text.clone().into()));
                walker.sees(&format!("Access key ID: {SPARE_KEY} \n")).sees("Secret access key: ••••");
                walker.sees("Name: CodeCommitProfile").sees("Region: us-east-2");
                walker.press("[enter]").sees("This is IAM user second-developer");
            }
        }
    }
}

#[test]
fn a_half_that_is_put_into_a_wrong_field_goes_to_its_own() {
    for field in [0, 1, 2, 3, 4] {
        let mut walker = at(Place::Form(field));
        walker.event(Event::Paste(format!("\"{SECRET}\"\r\n").into()));
        walker.sees("Secret access key: ••••").sees("Access key ID:  ").sees("Name: CodeCommitProfile");
        walker.event(Event::Paste(SPARE_KEY.into()));
        walker.press("[enter]").sees("This is IAM user second-developer");
    }
}

#[test]
fn a_session_token_comes_along_in_any_order() {
    let token = token();
    for parts in [[TEMPORARY_KEY, SECRET, &token], [&token, SECRET, TEMPORARY_KEY], [SECRET, &token, TEMPORARY_KEY]] {
        let mut walker = at(Place::Form(1));
        walker.event(Event::Paste(parts.join("\r").into()));
        walker.sees(&format!("Access key ID: {TEMPORARY_KEY}")).sees("Session token: ••••");
        walker.press("[enter]").sees("role Developers, session ann");
    }
}

#[test]
fn a_key_typed_line_by_line_is_taken_though_enter_comes_between() {
    for text in [
        format!("[tab]{SPARE_KEY}[enter]{SECRET}[enter]"),
        format!("[tab]{SECRET}[enter]{SPARE_KEY}[enter]"),
        format!("[tab]{SPARE_KEY} {SECRET}[enter]"),
        format!("[tab]{SPARE_KEY};{SECRET}[enter]"),
    ] {
        let mut walker = at(Place::Form(0));
        walker.press(&text).sees("This is IAM user second-developer");
    }
}

#[test]
fn a_secret_is_refused_where_a_name_is_asked_for_and_not_repeated() {
    for place in PLACES.into_iter().filter(|place| !matches!(place, Place::Form(_))) {
        let mut walker = at(place);
        walker.press("[ctrl-u]").event(Event::Paste(SECRET.into()));
        walker.press("[enter]");
        assert!(!walker.text().contains(SECRET), "{place:?}");
        assert_eq!(walker.open.len(), 0);
        let is_filter = matches!(place, Place::FilterOfProfiles | Place::FilterOfRepositories | Place::FilterOfRegions);
        let refused = ["That looks like a secret access key", "“••••” (hidden, it may be a secret)"];
        let is_refused = refused.iter().any(|text| walker.text().contains(text));
        assert!(is_filter || is_refused, "{place:?}:\n{}", walker.text());
    }
    let mut walker = at(Place::Folder);
    walker.press("[ctrl-u]").event(Event::Paste(SECRET.into()));
    walker.press("[esc][esc]").sees("Into ~/src");
}

#[test]
fn what_looks_like_a_path_is_still_shown() {
    let mut walker = at(Place::Folder);
    walker.press("[ctrl-u]").event(Event::Paste(format!("{HOME}/Documents/Work/AWS/CodeCommit/2024/repos\r\n").into()));
    walker.sees(&format!("Folder: {HOME}/Documents/Work/AWS/CodeCommit/2024/repos"));
}
