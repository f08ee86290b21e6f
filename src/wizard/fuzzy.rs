//! Finding by a few letters: how well a name fits what was typed, and which of its letters did.
//!
//! A word that stands in the name as it was typed fits best, then one whose letters follow each other with others between.
//! Deliberately absent: letters of other scripts that only look alike, and spelling mistakes.

/// What is looked for: words, all of which have to be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pattern {
    words: Vec<String>,
}

/// Where a word was found in a name: bytes in ascending order, and how well it fits.
struct Fit {
    score: i32,
    bytes: Vec<usize>,
}

/// The scores to begin with: the word as it is in the name, its letters in the name, the word in the text beside it.
const WHOLE: i32 = 1000;
const LETTERS: i32 = 500;
const BESIDE: i32 = 450;

impl Pattern {
    /// Reads what was typed; the case of letters does not matter.
    pub fn new(text: &str) -> Self {
        Self { words: text.split_whitespace().map(str::to_lowercase).collect() }
    }

    /// Whether everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a name fits, more for better; words may also stand in a text beside it, given in lower case.
    pub fn score(&self, name: &str, beside: &str) -> Option<i32> {
        self.words.iter().try_fold(0, |sum, word| {
            let in_name = found::<false>(name.as_bytes(), word).map(|fit| fit.score);
            let in_text = (beside.len() >= word.len() && beside.contains(word.as_str())).then_some(BESIDE);
            in_name.max(in_text).map(|score| sum + score)
        })
    }

    /// Whether every word stands as it is in the name or in the text beside it, given in lower case.
    pub fn is_in(&self, name: &str, beside: &str) -> bool {
        let name = name.to_lowercase();
        self.words.iter().all(|word| name.contains(word.as_str()) || beside.contains(word.as_str()))
    }

    /// The letters of a name that were found, counted in characters, in ascending order.
    pub fn letters(&self, name: &str) -> Vec<usize> {
        let fits = self.words.iter().filter_map(|word| found::<true>(name.as_bytes(), word));
        let mut bytes: Vec<usize> = fits.flat_map(|fit| fit.bytes).collect();
        bytes.sort_unstable();
        bytes.dedup();
        name.char_indices()
            .enumerate()
            .filter(|(_, (byte, c))| bytes.iter().any(|found| (*byte..byte + c.len_utf8()).contains(found)))
            .map(|(place, _)| place)
            .collect()
    }
}

/// Finds a word in a name; the bytes are collected only where they are wanted.
fn found<const BYTES: bool>(name: &[u8], word: &str) -> Option<Fit> {
    let word = word.as_bytes();
    if word.len() > name.len() {
        return None;
    }
    let places =
        (0..=name.len() - word.len()).filter(|place| name[*place..place + word.len()].eq_ignore_ascii_case(word));
    let score = |place: usize| WHOLE + bonus(name, place) - length(name) - at_most(place, 50);
    if let Some(place) = places.max_by_key(|place| score(*place)) {
        let bytes = if BYTES { (place..place + word.len()).collect() } else { Vec::new() };
        return Some(Fit { score: score(place), bytes });
    }
    // Parts of a letter of several bytes mean nothing.
    if word.is_ascii() { letters::<BYTES>(name, word) } else { None }
}

/// The letters of a word one after the other: the first place where they end, from there back as close together as they can be.
fn letters<const BYTES: bool>(name: &[u8], word: &[u8]) -> Option<Fit> {
    let mut wanted = word.iter();
    let mut next = wanted.next()?;
    let mut end = None;
    for (place, byte) in name.iter().enumerate() {
        if byte.eq_ignore_ascii_case(next) {
            let Some(further) = wanted.next() else {
                end = Some(place);
                break;
            };
            next = further;
        }
    }
    let end = end?;
    let (mut score, mut bytes, mut start) = (LETTERS - length(name), Vec::new(), end);
    let mut left = word.iter().rev();
    let mut next = left.next();
    for place in (0..=end).rev() {
        let Some(letter) = next else { break };
        if name[place].eq_ignore_ascii_case(letter) {
            score += bonus(name, place) / 4;
            start = place;
            if BYTES {
                bytes.push(place);
            }
            next = left.next();
        }
    }
    bytes.reverse();
    let between = at_most(end + 1 - start - word.len(), 60);
    Some(Fit { score: score - 6 * between - at_most(start, 50), bytes })
}

/// A word found at the beginning of the name, or of a part of it, is more likely meant.
fn bonus(name: &[u8], place: usize) -> i32 {
    match place.checked_sub(1).map(|before| name[before]) {
        None => 120,
        Some(before) if !before.is_ascii_alphanumeric() => 80,
        Some(before) if before.is_ascii_lowercase() && name[place].is_ascii_uppercase() => 60,
        Some(_) => 0,
    }
}

/// Of two that fit alike, the shorter is meant.
fn length(name: &[u8]) -> i32 {
    at_most(name.len() / 4, 40)
}

/// A count as part of a score.
fn at_most(count: usize, most: u8) -> i32 {
    i32::from(u8::try_from(count).unwrap_or(most).min(most))
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn best<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
        let pattern = Pattern::new(wanted);
        let mut found: Vec<_> = names.iter().filter_map(|name| Some((pattern.score(name, "")?, *name))).collect();
        found.sort_by_key(|(score, _)| -score);
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn what_was_typed_as_it_is_comes_before_its_letters() {
        let names = ["peat-clay", "old-payments", "payments-api", "PayRoll", "web"];
        assert_eq!(best("pay", &names), ["PayRoll", "payments-api", "old-payments", "peat-clay"]);
    }

    #[test]
    fn the_first_letters_of_the_parts_of_a_name_find_it() {
        assert_eq!(best("wfe", &["waffle-iron-e", "web.front_end"])[0], "web.front_end");
        assert_eq!(best("mdr", &["a-moderator", "MyDemoRepo"])[0], "MyDemoRepo");
    }

    #[test]
    fn every_word_has_to_be_found_in_the_name_or_beside_it() {
        let pattern = Pattern::new("pay Shop");
        assert!(pattern.score("payments", "for the shops").is_some());
        assert!(pattern.score("payments", "").is_none());
        assert!(Pattern::new("  ").is_empty() && Pattern::new("").score("x", "") == Some(0));
    }

    #[test]
    fn the_letters_that_were_found_are_as_close_together_as_they_can_be() {
        assert_eq!(Pattern::new("api").letters("a-p-payments-api"), [13, 14, 15]);
        assert_eq!(Pattern::new("ae").letters("a-xaye"), [3, 5]);
        assert_eq!(Pattern::new("são").letters("x São Paulo"), [2, 3, 4]);
        assert_eq!(Pattern::new("ão").letters("x São Paulo"), [3, 4]);
        assert_eq!(Pattern::new("pa sp").letters("SP Paulo"), [0, 1, 3, 4]);
    }

    #[test]
    fn whole_words_can_be_asked_for() {
        assert!(Pattern::new("API pay").is_in("payments-api", ""));
        assert!(!Pattern::new("pap").is_in("payments-api", ""));
    }
}
