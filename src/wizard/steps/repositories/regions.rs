//! Other regions: how many repositories each has, and looking at one of them.
//!
//! Deliberately absent: regions of other partitions; this identity is not known there.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use std::collections::BTreeSet;

use super::{Repositories, State};
use crate::wizard::effect::{Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::filtered::{Filtered, Heard, grouped};
use crate::wizard::fuzzy::Pattern;
use crate::wizard::names::{Partition, Region, RepositoryName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions;
use crate::wizard::screen::{Block, Column, Hint, List, Mark, Row, Rows};
use crate::wizard::step::{Back, Context, Panel};
use crate::wizard::working;

/// The regions of a partition, with what is known of each.
#[derive(Default)]
pub(super) struct RegionList {
    all: Vec<Entry>,
    /// How many of them stay; behind them is the code that stands in the filter, where it is none of these.
    known: usize,
    rows: Filtered,
    pattern: Pattern,
    /// The request that counts.
    counting: Option<RequestId>,
}

struct Entry {
    region: Region,
    place: &'static str,
    count: Count,
    /// What was marked there when another region was looked at.
    marked: BTreeSet<RepositoryName>,
}

enum Count {
    Unknown,
    Asked,
    Known(usize),
    Refused(Problem),
}

impl Entry {
    fn new(region: Region, place: &'static str) -> Self {
        Self { region, place, count: Count::Unknown, marked: BTreeSet::new() }
    }
}

impl RegionList {
    /// The regions of a partition, and one more that may not be among those known here.
    pub(super) fn of(partition: Partition, own: &Region) -> Self {
        let known = regions::known().filter_map(|(code, place)| Some((Region::parse(code).ok()?, place)));
        let entry = |(region, place)| Entry::new(region, place);
        let mut all: Vec<Entry> = known.filter(|(region, _)| region.partition() == partition).map(entry).collect();
        if all.iter().all(|entry| entry.region != *own) {
            all.insert(0, entry((own.clone(), regions::UNKNOWN)));
        }
        let mut list = Self { known: all.len(), all, ..Self::default() };
        list.narrow(list.place(own));
        list
    }

    /// Puts the cursor on a region.
    fn select(&mut self, region: &Region) {
        self.rows.widen();
        self.narrow(self.place(region));
    }

    /// Notes what is known of a region.
    pub(super) fn counted(&mut self, region: &Region, count: &Result<usize, Problem>) {
        if let Some(entry) = self.all.iter_mut().find(|entry| entry.region == *region) {
            entry.count = match count {
                Ok(count) => Count::Known(*count),
                Err(problem) => Count::Refused(problem.clone()),
            };
        }
    }

    /// Keeps what is marked in a region.
    fn keep(&mut self, region: &Region, marked: &BTreeSet<RepositoryName>) {
        if let Some(entry) = self.all.iter_mut().find(|entry| entry.region == *region) {
            entry.marked.clone_from(marked);
        }
    }

    /// What was marked in a region.
    fn marked_in(&self, region: &Region) -> BTreeSet<RepositoryName> {
        self.place(region).map(|place| self.all[place].marked.clone()).unwrap_or_default()
    }

    /// How many are marked in which other regions.
    pub(super) fn waiting(&self, here: Option<&Region>) -> Option<String> {
        let others = self.all.iter().filter(|entry| !entry.marked.is_empty() && Some(&entry.region) != here);
        let counts: Vec<String> =
            others.map(|entry| format!("{} in {}", grouped(entry.marked.len()), entry.region)).collect();
        (!counts.is_empty()).then(|| counts.join(", "))
    }

    /// Whether a request is the one that counts.
    pub(super) fn is_counted_by(&self, id: RequestId) -> bool {
        self.counting == Some(id)
    }

    /// Hears that nothing more will be counted.
    pub(super) fn stop(&mut self) -> Option<RequestId> {
        for entry in &mut self.all {
            if matches!(entry.count, Count::Asked) {
                entry.count = Count::Unknown;
            }
        }
        self.counting.take()
    }

    /// A region that is not among those known: AWS adds regions.
    fn typed(&self) -> Option<Region> {
        let region = Region::parse(self.rows.wanted()).ok()?;
        let partition = self.all.first()?.region.partition();
        (region.partition() == partition && self.place(&region).is_none()).then_some(region)
    }

    fn place(&self, region: &Region) -> Option<usize> {
        self.all.iter().position(|entry| entry.region == *region)
    }

    fn current(&self) -> Option<&Entry> {
        self.rows.current().map(|place| &self.all[place])
    }

    /// How many repositories were found, in how many regions, and how many regions could not be asked.
    fn sums(&self) -> (usize, usize, usize) {
        self.all.iter().fold((0, 0, 0), |(found, regions, refused), entry| match entry.count {
            Count::Known(count) => (found + count, regions + usize::from(count > 0), refused),
            Count::Refused(_) => (found, regions, refused + 1),
            Count::Unknown | Count::Asked => (found, regions, refused),
        })
    }

    fn is_counted(&self) -> bool {
        self.all.iter().any(|entry| matches!(entry.count, Count::Known(_) | Count::Refused(_)))
    }

    fn hear(&mut self, event: &Event) {
        let before = self.rows.current();
        if self.rows.hear(event) == Heard::Narrowed {
            self.narrow(before.filter(|_| !self.rows.is_narrowed()));
        }
    }

    fn narrow(&mut self, current: Option<usize>) {
        self.pattern = Pattern::new(self.rows.wanted());
        self.all.truncate(self.known);
        if let Some(region) = self.typed() {
            self.all.push(Entry::new(region, regions::UNKNOWN));
        }
        let fits = |place: &usize| {
            let entry = &self.all[*place];
            self.pattern.is_in(entry.region.as_str(), &entry.place.to_lowercase())
        };
        let visible: Vec<usize> = (0..self.all.len()).filter(fits).collect();
        self.rows.show(visible, self.known, current);
    }
}

impl Repositories {
    /// Shows the regions, the cursor on the one that is looked at.
    pub(super) fn open_regions(&mut self) {
        let (Some(subject), Some(region)) = (&self.subject, self.region().cloned()) else { return };
        if self.regions.all.is_empty() {
            self.regions = RegionList::of(subject.identity.partition(), &subject.region);
        }
        self.regions.select(&region);
        self.regions.keep(&region, self.list.marks());
        self.to(State::Regions);
    }

    /// What a key does on the screen of regions.
    pub(super) fn choosing_region(&mut self, event: &Event, context: &mut Context<'_>) {
        let filtering = self.regions.rows.filtering();
        match event {
            Event::Key(Key::Enter) if filtering => self.regions.rows.leave_filter(),
            Event::Key(Key::Enter) => self.look_there(context),
            Event::Key(Key::Char('a')) if !filtering && self.regions.counting.is_none() => self.count(context),
            Event::Key(Key::Esc) if !filtering && self.regions.counting.is_some() => self.stop_counting(context),
            Event::Key(Key::Esc) if !filtering && !self.regions.rows.is_narrowed() => self.to(State::Choosing),
            other => self.regions.hear(other),
        }
    }

    /// Stops counting, when that is under way.
    pub(super) fn stop_counting(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.regions.stop() {
            context.cancel(id);
        }
    }

    fn count(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        for entry in &mut self.regions.all {
            entry.count = Count::Asked;
        }
        let regions = self.regions.all.iter().map(|entry| entry.region.clone()).collect();
        let credentials = subject.credentials.clone();
        self.regions.counting = Some(context.ask(Request::CountRepositories { credentials, regions }));
        self.problem = None;
    }

    fn look_there(&mut self, context: &mut Context<'_>) {
        let Some(region) = self.regions.current().map(|entry| entry.region.clone()) else { return };
        self.stop_counting(context);
        self.regions.known = self.regions.all.len();
        if Some(&region) == self.region() && (self.list.total() > 0 || self.listing.is_some()) {
            return self.to(State::Choosing);
        }
        if let Some(id) = self.listing.take() {
            context.cancel(id);
        }
        self.forget_list();
        self.list.set_marks(self.regions.marked_in(&region));
        self.elsewhere = Some(region);
        self.look(context);
    }

    pub(super) fn regions_panel(&self) -> Panel<'_> {
        let list = &self.regions;
        let here = self.region().map(regions::described).unwrap_or_default();
        let purpose = if list.counting.is_some() {
            // What comes in stands in the rows; a sentence that changes all the time would be read out each time.
            "Counting the repositories of all regions.".to_owned()
        } else if list.is_counted() {
            let (found, regions, refused) = list.sums();
            let repositories = if found == 1 { "repository" } else { "repositories" };
            let and_not = match refused {
                0 => String::new(),
                1 => "; 1 region could not be asked".to_owned(),
                _ => format!("; {refused} regions could not be asked"),
            };
            let regions = if regions == 1 { "1 region".to_owned() } else { format!("{regions} regions") };
            format!("{} {repositories} in {regions}{and_not}.", grouped(found))
        } else {
            format!("A repository is in one region. Looking at {here}; which other one?")
        };
        let mut body = vec![Block::List(List {
            columns: vec![Column::new("Region", 16), Column::new("Place", 30), Column::new("Repositories", 0)],
            rows: list,
            cursor: list.rows.cursor(),
            marks: false,
            filter: list.rows.line(None),
            empty: "No region fits the filter.".to_owned(),
        })];
        if let Some(Entry { count: Count::Refused(problem), region, .. }) = list.current() {
            let why = if problem.why.is_empty() { &problem.what } else { &problem.why };
            body.extend([Block::Gap, Block::Text(format!("{region}: {}", printable(why)))]);
        }
        let mut keys = Vec::new();
        if list.rows.filtering() {
            keys.push(Hint::of(&[Key::Enter, Key::Tab], "to the list"));
        } else {
            if let Some(entry) = list.current() {
                keys.push(Hint::new(Key::Enter, format!("look at {}", entry.region)));
            }
            if list.rows.places().len() > 1 {
                keys.push(Hint::of(&[Key::Up, Key::Down], "move"));
            }
            if list.counting.is_none() {
                keys.push(Hint::new(Key::Char('a'), "look in all regions"));
            }
            keys.push(Hint::new(Key::Char('/'), "filter"));
        }
        Panel {
            purpose,
            body,
            status: list.counting.map(|_| working("Asking the regions, eight at a time.")),
            keys,
            busy: list.counting.is_some(),
            typing: list.rows.filtering(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}

/// What is wrong with a region, in a few words.
fn in_words(problem: &Problem) -> String {
    match problem.kind {
        ProblemKind::BadCredentials => "not switched on".to_owned(),
        ProblemKind::AccessDenied => "not allowed".to_owned(),
        ProblemKind::Unreachable => "cannot be reached".to_owned(),
        ProblemKind::TimedOut => "gave no answer in time".to_owned(),
        _ => printable(&problem.what),
    }
}

impl Rows for RegionList {
    fn count(&self) -> usize {
        self.rows.places().len()
    }

    fn row(&self, index: usize) -> Row {
        let Some(entry) = self.rows.places().get(index).map(|place| &self.all[*place]) else { return Row::default() };
        let (mark, count) = match &entry.count {
            Count::Unknown => (None, String::new()),
            Count::Asked => (Some(Mark::Working), "asking".to_owned()),
            Count::Known(0) => (Some(Mark::Skipped), "none".to_owned()),
            Count::Known(count) => (Some(Mark::Ok), grouped(*count)),
            Count::Refused(problem) => (Some(Mark::Look), in_words(problem)),
        };
        let count = match (entry.marked.len(), count.is_empty()) {
            (0, _) => count,
            (marked, true) => format!("{} marked", grouped(marked)),
            (marked, false) => format!("{count}, {} marked", grouped(marked)),
        };
        let letters = self.pattern.letters(entry.region.as_str());
        Row {
            mark,
            cells: vec![entry.region.to_string(), entry.place.to_owned(), count],
            found: letters.into_iter().map(|letter| (0, letter)).collect(),
            ..Row::default()
        }
    }
}
