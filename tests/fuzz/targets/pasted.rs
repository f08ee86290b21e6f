//! A secret access key with any bytes around it, an ID, labels and separators among them: nothing panics, and the secret is in
//! no part that is shown, in no field and in no complaint.
#![no_main]

use codecommit_setup_fuzz::wizard::event::{Event, Key};
use codecommit_setup_fuzz::wizard::field::Field;
use codecommit_setup_fuzz::wizard::names::{ProfileName, Region, RepositoryName};
use codecommit_setup_fuzz::wizard::pasted;
use codecommit_setup_fuzz::wizard::secrecy::{holds_secret, repeated, shown};
use libfuzzer_sys::fuzz_target;

const SECRETS: [&str; 4] = [
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "q3Zs8/KcT0vXyG1b5NfRjP7uLwE2hA9dMoS4iQ6x",
    "Xk9+pQ2mVb7/TzR4cW1nYs8eHd5gJf3uLa6oBq0i",
    "7hGfT5rEdSwq2ZxcVb9nMkLoP0iUyTrE4wQaSdF1",
];

/// What a byte below 32 stands for; others are themselves.
const PIECES: [&str; 32] = [
    "\r",
    "\n",
    "\r\n",
    "\t",
    " ",
    ",",
    ";",
    "|",
    ":",
    "=",
    "\"",
    "'",
    "\u{a0}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\\/",
    "%2F",
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "Access key ID: ",
    "aws_access_key_id = ",
    "Secret access key: ",
    "aws_secret_access_key=",
    "secret: ",
    "aws_session_token=",
    "IQoJb3JpZ2luX2VjEJr",
    "User name,Access key ID,Secret access key",
    "https://",
    "ann",
    "/home/ann/",
    "\u{1b}[31m",
];

fuzz_target!(|input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    let secret = SECRETS[usize::from(choice % 4)];
    let at = usize::from(choice / 4).min(rest.len());
    let text = format!("{}{secret}{}", mixed(&rest[..at]), mixed(&rest[at..]));

    assert!(holds_secret(&text), "{text:?}");
    let parts = pasted::parts(&text);
    for part in [&parts.user, &parts.id].into_iter().flatten() {
        assert!(!part.contains(secret), "{text:?}");
    }
    let pasted = pasted::normalized(&text);
    for mut field in [Field::default(), Field::id()] {
        field.insert(&pasted);
        let view = field.view("", "");
        let told = format!("{}{}{}{field:?}", view.text, view.note, field.shown());
        assert!(!told.contains(secret), "{text:?}");
        field.key(Key::Backspace);
        assert!(!field.view("", "").text.contains(&secret[..39]), "{text:?}");
    }
    let complaints = [Region::parse(&text).err(), ProfileName::parse(&text).err(), RepositoryName::parse(&text).err()];
    for told in
        complaints.into_iter().flatten().map(|problem| problem.to_string()).chain([repeated(&text), shown(&text)])
    {
        assert!(!told.contains(secret), "{text:?}");
    }
    let keys: Vec<Key> = text
        .chars()
        .map(|c| match c {
            '\r' | '\n' => Key::Enter,
            '\t' => Key::Tab,
            c => Key::Char(c),
        })
        .collect();
    // None of its letters is drawn by itself.
    let single = pasted::of_keys(&keys).into_iter().filter(|event| matches!(event, Event::Key(Key::Char(_)))).count();
    assert_eq!(single, 0, "{text:?}");
});

fn mixed(bytes: &[u8]) -> String {
    let piece = |byte: &u8| {
        PIECES.get(usize::from(*byte)).map_or_else(|| char::from(*byte).to_string(), |piece| (*piece).to_owned())
    };
    bytes.iter().map(piece).collect()
}
