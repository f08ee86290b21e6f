//! Any bytes around a secret: no piece of it is left that somebody could use, what is left out once is left out for good, and the
//! text does not grow beyond its marks.
#![no_main]

use codecommit_setup_fuzz::redact::{masked, masked_but_keys, without_accounts};
use libfuzzer_sys::fuzz_target;

/// A secret access key of nobody's.
const SECRET: &str = "jW8q/3TzKb5Xv+N0rHc7LmYpD2sGfQ9uAeR4oVtM";
/// So much of it would be of use.
const PIECE: usize = 12;
/// How long what takes the place of a secret is, and what it takes the place of at least.
const MARK: usize = 14;

fuzz_target!(|input: &[u8]| {
    let (place, text) = input.split_first().unwrap_or((&0, &[]));
    let text = String::from_utf8_lossy(text);
    let middle = text.char_indices().map(|(at, _)| at).nth(usize::from(*place)).unwrap_or(text.len());
    let planted = format!("{}{SECRET}{}", &text[..middle], &text[middle..]);
    let once = masked(&planted);
    for piece in SECRET.as_bytes().windows(PIECE) {
        let piece = std::str::from_utf8(piece).expect("ASCII");
        assert!(!once.contains(piece) || text.contains(piece), "{planted:?} → {once:?}");
    }
    assert_eq!(masked(&once), once, "{planted:?}");
    assert!(once.len() <= planted.len() * MARK, "{planted:?}");
    let with_keys = masked_but_keys(&planted);
    assert_eq!(masked_but_keys(&with_keys), with_keys);
    without_accounts(&once);
});
