//! Ten thousand repositories in the wizard: how long a frame and a key of the filter take, and in the sandbox how long the whole
//! list takes beside the AWS CLI, when its first rows are there, and how much memory that needs.
//!
//! `cargo bench --bench list`; `cargo bench --bench list -- sandbox` only starts a sandbox of ten thousand repositories and says how
//! programs reach it, one variable a line, until its standard input is closed (`tests/list_speed` uses that).

#![allow(clippy::unwrap_used, reason = "a measurement")]

#[path = "../support/all.rs"]
mod support;

use std::error::Error;
use std::io::{Read, Write, stdin, stdout};
use std::time::{Duration, Instant};

use codecommit_setup::frontend::tui::draw::draw;
use codecommit_setup::frontend::tui::look::Look;
use codecommit_setup::sandbox::{Options, Sandbox, Trouble};
use codecommit_setup::wizard::effect::{Progress, Reply, Repository, RepositoryDetails};
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::names::RepositoryName;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use support::walker::Walker;
use support::world::World;

const COUNT: u32 = 10_000;
const FRAMES: usize = 200;
const FRAME_AIM: Duration = Duration::from_millis(2);
const KEY_AIM: Duration = Duration::from_millis(5);

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|argument| argument == "sandbox") {
        return sandbox();
    }
    let mut walk = Walker::new(World::ready());
    while walk.at() != "Git configuration" {
        walk.press("[enter]");
    }
    walk.press("[enter]");
    walk.held = true;
    walk.press("[enter]");
    let (id, _) = walk.open.pop_front().ok_or("the list was not asked for")?;
    let all = repositories();
    let (mut pages, mut batches) = (Vec::new(), Vec::new());
    let timed = |walk: &mut Walker, event: Event, times: &mut Vec<Duration>| {
        let start = Instant::now();
        walk.event(event);
        times.push(start.elapsed());
    };
    for page in all.chunks(1000) {
        let bare = |it: &Repository| Repository { name: it.name.clone(), details: None };
        let event = Event::Progress(id, Progress::Repositories(page.iter().map(bare).collect()));
        timed(&mut walk, event, &mut pages);
    }
    for batch in all.chunks(100) {
        timed(&mut walk, Event::Progress(id, Progress::Repositories(batch.to_vec())), &mut batches);
    }
    walk.event(Event::Reply(id, Ok(Reply::Repositories(Vec::new()))));
    walk.sees("10,000 repositories in us-east-2");
    let mut missed = 0;
    let mut report = |what: &str, times: Vec<Duration>, aim: Duration| {
        let (median, worst) = of(times);
        let met = median <= aim;
        missed += usize::from(!met);
        let verdict = if met { "met" } else { "MISSED" };
        writeln!(stdout(), "{what:<52}{median:>10.2?}{worst:>12.2?} worst   aim {aim:.0?}: {verdict}")
    };
    let (area, look) = (Rect::new(0, 0, 200, 60), Look::new(true, true));
    let frame = |walk: &Walker| {
        let mut buffer = Buffer::empty(area);
        let start = Instant::now();
        draw(&walk.wizard.screen(), area, &mut buffer, &look);
        start.elapsed()
    };
    let mut times = Vec::new();
    for _ in 0..FRAMES {
        walk.press("[pagedown]");
        times.push(frame(&walk));
    }
    report("a frame of 10,000 rows at 200×60", times, FRAME_AIM)?;
    let (mut keys, mut frames) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        walk.press("/");
        for letter in "pay-api0042".chars() {
            timed(&mut walk, Event::Key(Key::Char(letter)), &mut keys);
            frames.push(frame(&walk));
        }
        walk.press("[esc]");
    }
    report("a key of the filter over 10,000 names", keys, KEY_AIM)?;
    report("a frame of them while filtered", frames, FRAME_AIM)?;
    let mut sorts = Vec::new();
    for _ in 0..40 {
        timed(&mut walk, Event::Key(Key::Char('o')), &mut sorts);
    }
    report("sorting them by the other thing", sorts, Duration::from_millis(10))?;
    report("a page of 1,000 names coming in", pages, KEY_AIM)?;
    report("a batch of 100 details coming in", batches, FRAME_AIM)?;
    if missed > 0 { Err(format!("{missed} missed").into()) } else { Ok(()) }
}

fn of(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], times[times.len() - 1])
}

fn repositories() -> Vec<Repository> {
    let kinds = ["payments-api", "web.front_end", "orders", "mobile-app", "tools"];
    let one = |number: u32| {
        let kind = kinds[number as usize % kinds.len()];
        let name = RepositoryName::parse(&format!("{kind}-{number:05}")).ok()?;
        let details = RepositoryDetails {
            description: format!("The {kind} of the shop, part {number}, with what belongs to it"),
            default_branch: Some("main".to_owned()),
            last_change: "10 months ago".to_owned(),
            changed: Some(i64::from(number) * 7919 % 100_000),
            ..RepositoryDetails::default()
        };
        Some(Repository { name, details: Some(details) })
    };
    let mut all: Vec<Repository> = (0..COUNT).filter_map(one).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// A sandbox for another program: prints its environment, and ends when nobody listens any more.
fn sandbox() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let trouble = vec![Trouble::ManyRepositories(COUNT), Trouble::Delay(Duration::from_millis(20))];
    let sandbox = runtime.block_on(Sandbox::start(&Options { trouble, ..Options::default() }))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    for (name, value) in sandbox.environment([("PATH".into(), path)]) {
        writeln!(stdout(), "{}={}", name.to_string_lossy(), value.to_string_lossy())?;
    }
    writeln!(stdout())?;
    stdout().flush()?;
    _ = stdin().read(&mut [0; 1])?;
    runtime.block_on(sandbox.close())?;
    Ok(())
}
