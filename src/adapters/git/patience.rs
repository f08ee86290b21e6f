//! How long to wait before a repository is asked again that asked to slow down.
//!
//! Deliberately absent: waiting, and what else may have failed.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How often it is tried again.
const AGAIN: u32 = 5;
/// The longest pause before the first try again; each one doubles it.
const FIRST: Duration = Duration::from_secs(2);

/// The pause before the next try after so many that were refused; `None` when it has been tried often enough.
///
/// By chance (any number) it is between half and the whole of its length, so that clones side by side do not come back together
/// (AWS: Exponential Backoff and Jitter).
pub(super) fn pause(refused: u32, chance: u64) -> Option<Duration> {
    if refused == 0 || refused > AGAIN {
        return None;
    }
    let longest = u64::try_from((FIRST * 2_u32.pow(refused - 1)).as_millis()).unwrap_or(u64::MAX);
    Some(Duration::from_millis(longest / 2 + chance % (longest / 2 + 1)))
}

/// A number by chance; it keeps no secret.
pub(super) fn chance() -> u64 {
    RandomState::new().hash_one(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pause;

    #[test]
    fn pauses_double_vary_by_half_and_come_to_an_end() {
        for (refused, longest) in [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32)] {
            let longest = Duration::from_secs(longest);
            for chance in [0, 1, 500, 999, 123_456_789, u64::MAX] {
                let pause = pause(refused, chance).unwrap();
                assert!(pause >= longest / 2 && pause <= longest, "{refused}: {pause:?}");
            }
            assert_ne!(pause(refused, 1), pause(refused, 700));
        }
        assert_eq!((pause(0, 1), pause(6, 1), pause(u32::MAX, 1)), (None, None, None));
    }
}
