//! Texts as people paste them, and what is found in them.

use super::{Parts, clean, normalized, of_keys, parts, path};
use crate::wizard::event::{Event, Key};
use crate::wizard::secret::Secret;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// Of no usual shape: only its place or its label says what it is.
const SECRET: &str = "wJalr/+EXAMPLEKEY";
const LONG: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn both(id: &str, secret: &str) -> Parts {
    Parts { id: Some(id.to_owned()), secret: Some(Secret::new(secret)), ..Parts::default() }
}

#[test]
fn a_line_of_the_console_is_taken_apart() {
    for (text, user) in [
        (format!("{ID},{SECRET}"), None),
        (format!("Access key ID,Secret access key\r\n{ID}, {SECRET}\r\n"), None),
        (format!("ann,{ID},{SECRET}"), Some("ann")),
        (format!("{ID}\t{SECRET}"), None),
        (
            format!("User name,Password,Access key ID,Secret access key\n\"ann\",,{ID},{SECRET},https://x\n"),
            Some("ann"),
        ),
    ] {
        let expected = Parts { user: user.map(str::to_owned), ..both(ID, SECRET) };
        assert_eq!(parts(&text), expected, "{text}");
    }
    for text in [SECRET, "", "a,b,c", "~/k.csv", "3a7bd3e2360a3d29eea436fcfb7e44c735d117c4 is a commit"] {
        assert!(parts(text).is_empty(), "{text}");
    }
    assert_eq!(parts(&format!("{ID},")), Parts { id: Some(ID.to_owned()), ..Parts::default() });
}

#[test]
fn blanks_and_line_ends_of_any_sort_part_the_halves_in_any_order() {
    for secret in [SECRET, LONG] {
        for between in
            ["\r", "\r\n", "\n", "\u{85}", "\u{2028}", " ", "\u{a0}", "\t", ",", ";", " | ", "\r\n\r\n", "\", \""]
        {
            for text in [format!("{ID}{between}{secret}"), format!("{secret}{between}{ID}")] {
                for text in [text.clone(), format!("\u{feff}{text}\r"), format!("\"{text}\"\n")] {
                    assert_eq!(parts(&text), both(ID, secret), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn labels_are_read_in_the_spellings_of_people_and_of_tools() {
    for text in [
        format!("Access key ID: {ID}\rSecret access key: {SECRET}"),
        format!("Access key: {ID}\nSecret: {SECRET}"),
        format!("AccessKey = {ID}; SecretKey = {SECRET}"),
        format!("secret_key = \"{SECRET}\"\naccess_key = \"{ID}\""),
        format!("Access key ID {ID} Secret access key {LONG}"),
        format!("set -x AWS_ACCESS_KEY_ID {ID}; set -x AWS_SECRET_ACCESS_KEY {LONG}"),
        format!("Set-AWSCredential -AccessKey {ID} -SecretKey {LONG}"),
        format!("<AccessKeyId>{ID}</AccessKeyId>\n<SecretAccessKey>{LONG}</SecretAccessKey>"),
        format!("AWS Access Key ID [None]: {ID}\nAWS Secret Access Key [None]: {LONG}"),
        format!("{{\"SecretAccessKey\":\"{}\",\"AccessKeyId\":\"{ID}\"}}", LONG.replace('/', "\\/")),
    ] {
        let secret = if text.contains(SECRET) { SECRET } else { LONG };
        assert_eq!(parts(&text), both(ID, secret), "{text}");
    }
}

#[test]
fn one_half_alone_is_known_by_its_shape() {
    let secret = Parts { secret: Some(Secret::new(LONG)), ..Parts::default() };
    for text in
        [LONG.to_owned(), format!(" '{LONG}'\r\n"), format!("secret_key={LONG}"), format!("Secret access key\r{LONG}")]
    {
        assert_eq!(parts(&text), secret, "{text}");
    }
    let token = format!("IQoJb3JpZ2luX2VjEJr{}==", "Ab1/".repeat(40));
    let expected = Parts { token: Some(Secret::new(&*token)), ..both("ASIAIOSFODNN7EXAMPLE", LONG) };
    for text in [format!("{token} {LONG} ASIAIOSFODNN7EXAMPLE"), format!("ASIAIOSFODNN7EXAMPLE\r{LONG}\r{token}\r")] {
        assert_eq!(parts(&text), expected, "{text}");
    }
    assert_eq!(parts(&token).token, expected.token);
    assert_eq!(
        parts("Access key: wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab").id,
        None,
        "people call the secret so, too"
    );
}

#[test]
fn keys_that_come_at_once_and_hold_a_secret_are_a_paste() {
    let keys = |text: &str| -> Vec<Key> {
        let key = |c| match c {
            '\r' => Key::Enter,
            '\t' => Key::Tab,
            c => Key::Char(c),
        };
        text.chars().map(key).collect()
    };
    let pasted = |text: &str| Event::Paste(text.into());
    assert_eq!(of_keys(&keys(LONG)), [pasted(LONG)]);
    assert_eq!(
        of_keys(&keys(&format!("{ID}\r{SECRET}\r"))),
        [pasted(&format!("{ID}\n{SECRET}")), Event::Key(Key::Enter)]
    );
    for text in ["work\t\r", ID, "us-east-2\r", "", "\r\r"] {
        let typed: Vec<Event> = keys(text).into_iter().map(Event::Key).collect();
        assert_eq!(of_keys(&keys(text)), typed, "{text}");
    }
    let mut with_esc = keys(LONG);
    with_esc.push(Key::Esc);
    assert_eq!(of_keys(&with_esc), [pasted(LONG), Event::Key(Key::Esc)]);
}

#[test]
fn what_aws_tools_print_is_taken_apart() {
    let (id, token) = ("ASIAIOSFODNN7EXAMPLE", "IQoJb3Jp//Z2lu==");
    for text in [
        format!("[123_Dev]\naws_access_key_id = {id}\naws_secret_access_key={SECRET}\naws_session_token = {token}\n"),
        format!(
            "export AWS_ACCESS_KEY_ID=\"{id}\"\nexport AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\nexport AWS_SESSION_TOKEN=\"{token}\""
        ),
        format!(
            "$Env:AWS_ACCESS_KEY_ID=\"{id}\"\r\n$Env:AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\r\n$Env:AWS_SESSION_TOKEN=\"{token}\"\r\n"
        ),
        format!(
            "{{\n \"Credentials\": {{\n  \"AccessKeyId\": \"{id}\",\n  \"SecretAccessKey\": \"{SECRET}\",\n  \"SessionToken\": \"{token}\",\n  \"Expiration\": \"2026\" }}\n}}"
        ),
        format!(
            "{{\"Version\":1,\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{SECRET}\",\"SessionToken\":\"{token}\"}}"
        ),
    ] {
        let expected = Parts { token: Some(Secret::new(token)), ..both(id, SECRET) };
        assert_eq!(parts(&text), expected, "{text}");
    }
}

#[test]
fn keys_lose_what_came_with_them_and_paths_keep_it() {
    assert_eq!(*clean(" \"AKIA IOSF\t\" "), "AKIAIOSF");
    assert_eq!(*clean("~/my keys.csv"), "~/my keys.csv");
    assert_eq!(*normalized("\u{feff}a\r\nb\rc\u{a0}d\u{200b}e\u{1b}f"), "a\nb\nc def");
    for text in ["~/k.csv", "/home/ann/k.csv", "'./x y.csv'", "Downloads/ann.CSV", "file:///tmp/k.csv"] {
        assert!(path(text).is_some(), "{text}");
    }
    for text in [ID, "", "/bCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCd"] {
        assert_eq!(path(text), None, "{text}");
    }
}
