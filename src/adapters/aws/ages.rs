//! How long ago something was, or how long it lasts, in words.
//!
//! Deliberately absent: clocks.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

/// Says how long ago something was that happened so many seconds ago, rounded down.
pub fn in_words(seconds: u64) -> String {
    let units = [(YEAR, "year"), (MONTH, "month"), (WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| seconds >= *unit) else {
        return "just now".to_owned();
    };
    let count = seconds / unit;
    format!("{count} {name}{} ago", if count == 1 { "" } else { "s" })
}

/// Says how long so many seconds are, rounded down, in the units that sign-ins are counted in.
pub fn until(seconds: u64) -> String {
    let (hours, minutes) = (seconds / HOUR, seconds % HOUR / MINUTE);
    match (seconds / DAY, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, ..) => "1 day".to_owned(),
        (days, ..) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, in_words, until};

    #[test]
    fn what_lasts_is_told_in_minutes_and_hours() {
        let told = [59, 38 * MINUTE + 1, HOUR, 2 * HOUR + 61, 30 * HOUR, 3 * DAY].map(until);
        assert_eq!(told, ["less than a minute", "38 min", "1 h", "2 h 1 min", "1 day", "3 days"]);
    }

    #[test]
    fn ages_are_rounded_down_to_the_largest_unit() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (MINUTE, "1 minute ago"),
            (5 * MINUTE + 59, "5 minutes ago"),
            (HOUR, "1 hour ago"),
            (23 * HOUR, "23 hours ago"),
            (DAY, "1 day ago"),
            (6 * DAY, "6 days ago"),
            (7 * DAY, "1 week ago"),
            (29 * DAY, "4 weeks ago"),
            (30 * DAY, "1 month ago"),
            (364 * DAY, "12 months ago"),
            (365 * DAY, "1 year ago"),
            (800 * DAY, "2 years ago"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
