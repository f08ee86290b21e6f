//! The order in which the details of repositories are asked for: what is wanted first, as many at once as CodeCommit takes,
//! and as fast as it lets us.
//!
//! Deliberately absent: asking (`repositories`).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{FIRST_WAIT, LONGEST_WAIT, THROTTLED_TRIES, jittered};
use crate::wizard::names::RepositoryName;

/// How many names one request holds at first (API reference), and how few at least: CodeCommit has been seen to take no more.
const MOST_NAMES: usize = 100;
const FEWEST_NAMES: usize = 25;
/// How many requests are made side by side at most.
const SIDE_BY_SIDE: usize = 8;

/// The names whose details are not known yet.
pub(super) struct Queue<'a> {
    names: Vec<RepositoryName>,
    /// Whether a name was taken, by its place.
    taken: Vec<bool>,
    /// Before this place all were taken.
    next: usize,
    /// Batches that have to be asked for again.
    again: VecDeque<Vec<RepositoryName>>,
    preferred: &'a Mutex<Vec<RepositoryName>>,
    most: usize,
}

impl<'a> Queue<'a> {
    /// An empty queue that looks there for what is wanted first.
    pub(super) fn new(preferred: &'a Mutex<Vec<RepositoryName>>) -> Self {
        Self { names: Vec::new(), taken: Vec::new(), next: 0, again: VecDeque::new(), preferred, most: MOST_NAMES }
    }

    /// Adds names at the end.
    pub(super) fn add(&mut self, names: impl IntoIterator<Item = RepositoryName>) {
        self.names.extend(names);
        self.taken.resize(self.names.len(), false);
    }

    /// Takes the next batch.
    pub(super) fn take(&mut self) -> Option<Vec<RepositoryName>> {
        while let Some(mut batch) = self.again.pop_front() {
            if batch.len() > self.most {
                self.again.push_front(batch.split_off(self.most));
            }
            if !batch.is_empty() {
                return Some(batch);
            }
        }
        let mut batch = Vec::new();
        let wanted = std::mem::take(&mut *self.preferred.lock().unwrap_or_else(PoisonError::into_inner));
        for name in wanted {
            let place = self.names.iter().position(|known| *known == name);
            if batch.len() < self.most
                && let Some(taken) = place.and_then(|place| self.taken.get_mut(place)).filter(|taken| !**taken)
            {
                *taken = true;
                batch.push(name);
            }
        }
        while batch.len() < self.most && self.next < self.names.len() {
            if !std::mem::replace(&mut self.taken[self.next], true) {
                batch.push(self.names[self.next].clone());
            }
            self.next += 1;
        }
        (!batch.is_empty()).then_some(batch)
    }

    /// Puts a batch back that was not answered.
    pub(super) fn put_back(&mut self, batch: Vec<RepositoryName>) {
        self.again.push_front(batch);
    }

    /// Puts a batch back in halves; `false` when it is a single name.
    pub(super) fn split(&mut self, mut batch: Vec<RepositoryName>) -> bool {
        if batch.len() < 2 {
            return false;
        }
        let second = batch.split_off(batch.len().div_ceil(2));
        self.again.push_front(second);
        self.again.push_front(batch);
        true
    }

    /// Hears that CodeCommit does not take so many names at once.
    pub(super) fn fewer(&mut self) {
        self.most = (self.most / 2).max(FEWEST_NAMES);
    }

    /// Forgets all that was not asked for yet.
    pub(super) fn clear(&mut self) {
        self.next = self.names.len();
        self.again.clear();
    }
}

/// How fast is asked: slower when AWS asks for it, and faster again after a while.
pub(super) struct Pace {
    side_by_side: usize,
    wait: Duration,
    until: Option<Instant>,
    slowed: Option<Instant>,
    in_a_row: u32,
    calm: usize,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { side_by_side: SIDE_BY_SIDE, wait: FIRST_WAIT, until: None, slowed: None, in_a_row: 0, calm: 0 }
    }

    /// Whether another request may be made while so many are under way.
    pub(super) fn allows(&self, running: usize) -> bool {
        self.until.is_none() && running < self.side_by_side
    }

    /// When asking goes on, while it rests.
    pub(super) fn rests_until(&self) -> Option<Instant> {
        self.until
    }

    /// Hears that the rest is over.
    pub(super) fn rested(&mut self) {
        self.until = None;
    }

    /// Hears of an answer.
    pub(super) fn answered(&mut self) {
        (self.wait, self.in_a_row) = (FIRST_WAIT, 0);
        self.calm += 1;
        if self.calm >= 4 * self.side_by_side && self.side_by_side < SIDE_BY_SIDE {
            (self.side_by_side, self.calm) = (self.side_by_side + 1, 0);
        }
    }

    /// Hears that AWS turned away a request that was made at this time; `false` when that has gone on for too long.
    pub(super) fn turned_away(&mut self, asked: Instant) -> bool {
        // Those that were under way together are turned away together: that counts once.
        if self.slowed.is_some_and(|slowed| asked <= slowed) {
            return true;
        }
        let now = Instant::now();
        self.until = Some(now + jittered(self.wait));
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        self.side_by_side = (self.side_by_side / 2).max(1);
        (self.slowed, self.calm) = (Some(now), 0);
        self.in_a_row += 1;
        self.in_a_row < THROTTLED_TRIES
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::time::Instant;

    use super::{Pace, Queue};
    use crate::wizard::names::RepositoryName;

    fn names(range: std::ops::Range<usize>) -> Vec<RepositoryName> {
        range.map(|number| RepositoryName::parse(&format!("r{number:04}")).unwrap()).collect()
    }

    #[test]
    fn what_is_wanted_first_comes_first_and_only_once() {
        let preferred = Mutex::new(Vec::new());
        let mut queue = Queue::new(&preferred);
        queue.add(names(0..300));
        assert_eq!(queue.take().unwrap(), names(0..100));
        *preferred.lock().unwrap() = [names(50..52), names(250..260)].concat();
        let batch = queue.take().unwrap();
        assert_eq!((batch.len(), &batch[..10]), (100, &names(250..260)[..]));
        let rest: Vec<_> = std::iter::from_fn(|| queue.take()).flatten().collect();
        let mut all = [names(0..100), batch, rest].concat();
        all.sort();
        assert_eq!(all, names(0..300));
    }

    #[test]
    fn batches_become_smaller_down_to_what_was_ever_taken() {
        let preferred = Mutex::new(Vec::new());
        let mut queue = Queue::new(&preferred);
        queue.add(names(0..100));
        let batch = queue.take().unwrap();
        for _ in 0..5 {
            queue.fewer();
        }
        queue.put_back(batch);
        let sizes: Vec<_> = std::iter::from_fn(|| queue.take()).map(|batch| batch.len()).collect();
        assert_eq!(sizes, [25, 25, 25, 25]);
        assert!(!queue.split(names(0..1)) && queue.split(names(0..3)));
        assert_eq!((queue.take(), queue.take(), queue.take()), (Some(names(0..2)), Some(names(2..3)), None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_slows_down_once_for_all_that_were_under_way() {
        let (mut pace, asked) = (Pace::new(), Instant::now());
        for _ in 0..8 {
            assert!(pace.turned_away(asked));
        }
        assert!(!pace.allows(0) && pace.rests_until().is_some());
        pace.rested();
        assert!(pace.allows(3) && !pace.allows(4));
        for _ in 0..16 {
            pace.answered();
        }
        assert!(pace.allows(4) && !pace.allows(5));
        let mut times = 0;
        loop {
            tokio::time::advance(super::LONGEST_WAIT).await;
            times += 1;
            if !pace.turned_away(Instant::now()) {
                break;
            }
        }
        assert_eq!(times, 6);
    }
}
