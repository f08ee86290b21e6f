//! What the full-screen face draws: pictures of every kind of block at three sizes, and what holds at every size.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/picture.rs"]
mod picture;

use codecommit_setup::frontend::tui::look::Look;
use codecommit_setup::wizard::event::Key;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::screen::{
    Block, Check, Choice, Column, DiffLine, FileDiff, Filter, Form, FormField, Hint, List, Mark, RailEntry, RailState,
    Row, Screen, Sign, Status,
};
use picture::{drawn, line, picture_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const COLOURED: (bool, bool) = (true, true);

fn look((colour, unicode): (bool, bool)) -> Look {
    Look::new(colour, unicode)
}

fn screen<'a>(purpose: &str, body: Vec<Block<'a>>, keys: Vec<Hint>) -> Screen<'a> {
    let states = [RailState::Done, RailState::Here, RailState::PassedOver];
    let names = ["Tools", "Profile", "Permissions", "Git configuration", "Repositories", "Finish"];
    let rail = names.iter().zip(states.into_iter().chain(std::iter::repeat(RailState::ToCome)));
    Screen {
        number: 2,
        name: "Profile",
        rail: rail.map(|(name, state)| RailEntry { name, state }).collect(),
        identity: ["new-developer", "123456789012", "us-east-2", "default"].map(str::to_owned).to_vec(),
        purpose: purpose.to_owned(),
        body,
        status: Some(Status::plain("Nothing has been changed.")),
        keys,
        busy: false,
        typing: false,
        passes: false,
        scroll: 0,
        commands: Vec::new(),
    }
}

fn keys() -> Vec<Hint> {
    vec![
        Hint::of(&[Key::Up, Key::Down], "choose"),
        Hint::new(Key::Enter, "use default"),
        Hint::new(Key::Char('n'), "new"),
        Hint::new(Key::Char('/'), "filter"),
        Hint::new(Key::Char('e'), "commands"),
        Hint::new(Key::Char('?'), "help"),
        Hint::new(Key::Esc, "back"),
        Hint::new(Key::Ctrl('c'), "leave"),
    ]
}

fn row(mark: Option<Mark>, cells: &[&str]) -> Row {
    Row { mark, checked: false, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
}

fn profiles() -> Vec<Row> {
    vec![
        row(None, &["default", "access key", "us-east-2"]),
        row(None, &["admin", "access key", "us-east-2"]),
        row(Some(Mark::Look), &["work-sso", "SSO, session ended", "eu-west-1"]),
        row(None, &["日本語のプロフィール", "role with MFA", "ap-northeast-1"]),
        row(None, &["+ make a profile from an access key", "", ""]),
    ]
}

fn list(rows: &Vec<Row>, cursor: usize) -> List<'_> {
    List {
        columns: vec![Column::new("Profile", 36), Column::new("Kind", 22), Column::new("Region", 0)],
        rows,
        cursor,
        marks: false,
        filter: None,
        empty: "There is no profile.".to_owned(),
    }
}

fn card() -> Block<'static> {
    Block::Card {
        title: "What Enter does".to_owned(),
        lines: vec![
            "aws iam attach-user-policy --profile admin --user-name new-developer \\".to_owned(),
            "  --policy-arn arn:aws:iam::aws:policy/AWSCodeCommitPowerUser".to_owned(),
        ],
    }
}

fn checks() -> Block<'static> {
    let found = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Block::Checks(vec![
        Check::new(Mark::Ok, "Git", found(&["2.47.3", "/usr/bin/git"])),
        Check::new(Mark::Look, "AWS CLI", found(&["1.46.3", "/usr/local/bin/aws"])),
        Check::new(Mark::Ok, "CodeCommit commands of the AWS CLI", vec![]),
        Check { word: Some("62 %".to_owned()), ..Check::new(Mark::Working, "payments-api", found(&["receiving"])) },
        Check::new(Mark::Skipped, "tools", found(&["~/src/tools exists and is something else"])),
        Check::new(Mark::Failed, "web", found(&["no"])),
    ])
}

fn form() -> Form {
    let field = |label, text: &str, note: &str| FormField {
        label,
        text: text.to_owned(),
        cursor: text.chars().count(),
        note: note.to_owned(),
        secret: false,
    };
    Form {
        fields: vec![
            field("Name", "CodeCommitProfile", ""),
            field("Access key ID", "AKIAIOSFODNN7EXAMPLE", "20 characters"),
            FormField { secret: true, ..field("Secret access key", &("•".repeat(36) + "EKEY"), "") },
            field("Region", "us-east-2", "US East (Ohio)"),
        ],
        focus: 2,
    }
}

fn choices() -> Block<'static> {
    let choice = |label, options: &[&str], focused| Choice {
        label,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        taken: 0,
        focused,
    };
    Block::Choices(vec![
        choice("Helper", &["AWS CLI", "built-in, starts much faster"], true),
        choice("For", &["CodeCommit only", "every HTTPS host (AWS guide)"], false),
    ])
}

fn diff() -> Block<'static> {
    let line = |sign, text: &str| DiffLine { sign, text: text.to_owned() };
    Block::Diff(FileDiff {
        path: "~/.gitconfig".to_owned(),
        note: "mode 600".to_owned(),
        lines: vec![
            line(Sign::Elided, ""),
            line(Sign::Kept, "[user]"),
            line(Sign::Kept, "    name = New Developer"),
            line(Sign::Removed, "    helper = store"),
            line(Sign::Added, "[credential \"https://git-codecommit.*.amazonaws.com\"]"),
            line(Sign::Added, "    helper = !aws --profile default codecommit credential-helper $@"),
        ],
    })
}

fn problem() -> Problem {
    Problem::new(
        ProblemKind::AccessDenied,
        "AWS does not let new-developer list the repositories.",
        "User new-developer is not authorized to perform codecommit:ListRepositories (request 1a2b).",
        "Attach a policy in step 3, or type a name with t.",
    )
}

#[track_caller]
fn pictures(name: &str, screen: &Screen<'_>) {
    for (columns, rows) in [(80, 24), (40, 12), (120, 40)] {
        let picture = picture_of(screen, columns, rows, look(COLOURED));
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), picture);
    }
}

#[test]
fn findings_stand_in_columns() {
    let body = vec![checks(), Block::Gap, Block::Text("Version 1 works, but is in maintenance.".to_owned()), card()];
    let mut screen = screen("CodeCommit needs two programs on this computer.", body, keys());
    screen.identity.clear();
    pictures("checks", &screen);
}

#[test]
fn a_list_takes_the_rows_that_remain() {
    let rows = profiles();
    let body = vec![Block::List(list(&rows, 2)), Block::Gap, card()];
    pictures("list", &screen("Which AWS profile should git use? It decides who you are.", body, keys()));
}

#[test]
fn a_long_list_is_filtered_marked_and_scrolled() {
    let rows: Vec<Row> = (0..340)
        .map(|index| Row { checked: index == 171, ..row(None, &[&format!("payments-{index}"), "main", "Payments"]) })
        .collect();
    let list = List {
        columns: vec![Column::new("Repository", 28), Column::new("Branch", 10), Column::new("Description", 0)],
        marks: true,
        filter: Some(Filter { text: "pay".into(), cursor: Some(3), note: "340 of 400 · 1 marked".into() }),
        ..list(&rows, 170)
    };
    let problem = problem();
    let body = vec![Block::List(list), Block::Gap, card(), Block::Gap, Block::Problem(&problem)];
    let mut screen = screen("400 repositories in us-east-2.", body, keys());
    screen.typing = true;
    pictures("long_list", &screen);
}

#[test]
fn a_form_shows_its_field_and_the_cursor() {
    let mut screen = screen("An access key belongs to an IAM user.", vec![Block::Form(form())], keys());
    screen.typing = true;
    screen.status = Some(Status::marked(Mark::Working, "Asking AWS who this is."));
    pictures("form", &screen);
}

#[test]
fn choices_and_changes_are_told_by_more_than_colour() {
    let table = Block::Table {
        head: vec!["Whom git will ask, in order", "From", "Then"],
        rows: vec![
            vec!["osxkeychain".into(), "/etc/gitconfig".into(), "cleared".into()],
            vec!["aws --profile default …".into(), "~/.gitconfig".into(), "answers".into()],
        ],
    };
    let body = vec![choices(), Block::Gap, diff(), Block::Gap, table, Block::Meter { of: 4, done: 2 }];
    pictures("diff", &screen("Git will ask this helper for the password.", body, keys()));
}

#[test]
fn a_problem_says_what_why_and_what_to_do() {
    let problem = problem();
    pictures("problem", &screen("The repositories cannot be listed.", vec![Block::Problem(&problem)], keys()));
}

#[test]
fn a_body_that_is_too_long_is_scrolled() {
    let body = || (1..=40).map(|number| Block::Text(format!("line {number}"))).collect();
    let (buffer, top) = drawn(&screen("Long.", body(), keys()), 80, 24, look(COLOURED));
    assert!(line(&buffer, 4).contains("line 1"));
    let mut scrolled = screen("Long.", body(), keys());
    scrolled.scroll = top.overflow;
    let (buffer, end) = drawn(&scrolled, 80, 24, look(COLOURED));
    assert_eq!((end.overflow, top.cursor), (top.overflow, None));
    let shown: Vec<String> = (0..24).map(|y| line(&buffer, y)).collect();
    assert!(shown.iter().any(|line| line.contains("line 40")), "{shown:#?}");
}

#[test]
fn the_row_under_the_cursor_is_always_in_view() {
    let rows: Vec<Row> = (0..100).map(|index| row(None, &[&format!("profile-{index}")])).collect();
    for cursor in [0, 1, 7, 50, 98, 99] {
        for (columns, height) in [(80, 24), (40, 10), (120, 40)] {
            let screen = screen("Which?", vec![Block::List(list(&rows, cursor)), card()], keys());
            let (buffer, _) = drawn(&screen, columns, height, look(COLOURED));
            let selected = (0..height).map(|y| line(&buffer, y)).find(|line| line.contains('▸') && line.contains("profile-"));
            assert!(selected.unwrap().contains(&format!("profile-{cursor} ")), "{cursor} at {columns}×{height}");
        }
    }
}

#[test]
fn the_foot_never_cuts_a_hint() {
    let screen = screen("Which?", Vec::new(), keys());
    let hints = ["↑↓ choose", "Enter use default", "n new", "/ filter", "e commands", "? help", "Esc back", "Ctrl-C"];
    for columns in 40..=140 {
        for height in [12, 24] {
            let (buffer, _) = drawn(&screen, columns, height, look(COLOURED));
            let foot: String = (height - 3..height).map(|y| line(&buffer, y) + "  ").collect();
            let foot = foot.replace("Nothing has been changed.", "");
            let foot = foot.split("  ").map(str::trim).filter(|part| !part.is_empty() && !part.contains('│'));
            let shown: Vec<&str> = foot.collect();
            assert!(shown.iter().all(|part| hints.contains(part)), "{columns}×{height}: {shown:?}");
            for always in ["Enter use default", "Esc back", "Ctrl-C"] {
                assert!(shown.contains(&always), "{columns}×{height}: {shown:?}");
            }
            assert!(columns < 60 || height < 24 || shown.len() == hints.len(), "{columns}×{height}: {shown:?}");
        }
    }
}

#[test]
fn ascii_means_ascii() {
    let rows = profiles();
    let problem = problem();
    for list_too in [true, false] {
        let mut body = vec![checks(), card(), Block::Form(form()), choices(), diff()];
        body.extend([Block::Meter { of: 4, done: 2 }, Block::Problem(&problem)]);
        body.push(Block::Text("“quoted” – then… → done × 2 · 日本".to_owned()));
        if list_too {
            body.push(Block::List(list(&rows, 3)));
        }
        let mut screen = screen("ASCII only…", body, keys());
        screen.status = Some(Status::marked(Mark::Working, "…"));
        for (columns, height) in [(80, 24), (120, 60), (40, 12), (20, 5)] {
            let (buffer, _) = drawn(&screen, columns, height, look((true, false)));
            let odd = buffer.content().iter().find(|cell| !cell.symbol().is_ascii());
            assert!(odd.is_none(), "{odd:?} at {columns}×{height}");
        }
    }
}

#[test]
fn without_colour_the_selection_is_inverse_and_no_colour_is_sent() {
    use ratatui::backend::{Backend, CrosstermBackend};
    crossterm::style::force_color_output(true);
    let rows = profiles();
    let problem = problem();
    let body = vec![checks(), Block::List(list(&rows, 0)), Block::Problem(&problem), diff()];
    let (buffer, _) = drawn(&screen("Which?", body, keys()), 80, 50, look((false, true)));
    let mut bytes = Vec::new();
    let empty = ratatui::buffer::Buffer::empty(*buffer.area());
    CrosstermBackend::new(&mut bytes).draw(empty.diff(&buffer).into_iter()).unwrap();
    let mut terminal = vt100::Parser::new(50.try_into().unwrap(), 80.try_into().unwrap(), 0);
    terminal.process(&bytes);
    let (mut inverse, mut coloured) = (0, 0);
    for y in 0..50 {
        for x in 0..80 {
            let cell = terminal.screen().cell(y, x).unwrap();
            inverse += usize::from(cell.inverse());
            let plain = cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default;
            coloured += usize::from(!plain);
        }
    }
    assert!(inverse > 20, "{inverse} cells are inverse");
    assert_eq!(coloured, 0);
    let text = String::from_utf8(bytes).unwrap();
    let colours = text.split('\u{1b}').filter_map(|part| part.strip_prefix('[')?.split_once('m'));
    for (codes, _) in colours {
        let colour = codes.split(';').any(|code| matches!(code.parse(), Ok(30..=38 | 40..=48 | 90..=107)));
        assert!(!colour, "{codes}");
    }
}

#[test]
fn hostile_texts_draw_nothing_but_cells() {
    let evil = "a\u{1b}[2J\u{202e}b\r\n\u{7}c\u{200b}";
    let rows = vec![row(Some(Mark::Ok), &[evil, evil, evil])];
    let body = vec![
        Block::Text(evil.to_owned()),
        Block::List(list(&rows, 0)),
        Block::Card { title: evil.to_owned(), lines: vec![evil.to_owned()] },
    ];
    let mut screen = screen(evil, body, vec![Hint::new(Key::Enter, evil)]);
    screen.identity = vec![evil.to_owned()];
    let (buffer, _) = drawn(&screen, 80, 24, look(COLOURED));
    let bad = |c: char| c.is_control() || c == '\u{202e}' || c == '\u{200b}';
    assert!(!buffer.content().iter().any(|cell| cell.symbol().chars().any(bad)));
}

fn text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a", " ", "  ", "payments", "\u{1b}[31m", "日本", "e\u{301}", "👩‍💻", "\u{202e}", "\t", "\n", "…", "-", "\u{0}",
        "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-web", "❤\u{fe0f}", "ﷺ", "\u{ad}",
    ]);
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn mark() -> impl Strategy<Value = Mark> {
    prop::sample::select(vec![Mark::Ok, Mark::Look, Mark::Failed, Mark::Working, Mark::Skipped])
}

/// A block by its kind, made of hostile texts.
fn block<'a>(kind: usize, texts: &[String], place: usize, rows: &'a Vec<Row>, problem: &'a Problem) -> Block<'a> {
    let text = |index: usize| texts[index % texts.len()].clone();
    let all = || texts.to_vec();
    match kind % 11 {
        0 => Block::Text(text(0)),
        1 => Block::Gap,
        2 => Block::Checks(vec![Check::new(Mark::Ok, text(0), all()), Check::new(Mark::Failed, text(1), vec![])]),
        3 => Block::List(List {
            columns: vec![Column::new("Name", 20), Column::new("", 0), Column::new("Third", 9)],
            rows,
            cursor: place % (rows.len() + 2),
            marks: place % 2 == 0,
            filter: (place % 3 == 0).then(|| Filter { text: text(0), cursor: Some(place % 50), note: text(1) }),
            empty: text(2),
        }),
        4 => Block::Form(Form {
            fields: (0..3)
                .map(|index| FormField {
                    label: "Access key ID",
                    text: text(index),
                    cursor: place % 60,
                    note: text(index + 1),
                    secret: false,
                })
                .collect(),
            focus: place % 4,
        }),
        5 => Block::Choices(vec![Choice { label: "For", options: all(), taken: place % 3, focused: place % 2 == 0 }]),
        6 => Block::Diff(FileDiff {
            path: text(0),
            note: text(1),
            lines: vec![DiffLine { sign: Sign::Added, text: text(2) }, DiffLine { sign: Sign::Elided, text: text(0) }],
        }),
        7 => Block::Card { title: text(0), lines: all() },
        8 => Block::Table { head: vec!["One", "Two"], rows: vec![all(), vec![], all()] },
        9 => Block::Meter { of: place as u64 % 5, done: place as u64 },
        _ => Block::Problem(problem),
    }
}

#[test]
fn every_screen_can_be_drawn_at_every_size() {
    let strategy = (
        (0_u16..=140, 0_u16..=50),
        prop::collection::vec(text(), 1..6),
        prop::collection::vec(0_usize..11, 0..8),
        (0_usize..200, 0_u16..60, mark()),
        (any::<bool>(), any::<bool>()),
        0_usize..40,
    );
    let mut runner = TestRunner::new(Config { cases: 1500, failure_persistence: None, ..Config::default() });
    let result = runner.run(&strategy, |((columns, height), texts, kinds, (place, scroll, mark), looks, count)| {
        let rows: Vec<Row> = (0..count)
            .map(|index| Row {
                mark: (index % 3 == 0).then_some(mark),
                checked: index % 2 == 0,
                cells: texts.iter().cycle().skip(index).take(index % 5).cloned().collect(),
            })
            .collect();
        let problem = Problem::new(ProblemKind::Other, &texts[0], texts.last().unwrap(), &texts[texts.len() / 2]);
        let body = kinds.iter().map(|kind| block(*kind, &texts, place, &rows, &problem)).collect();
        let hints = texts.iter().map(|text| Hint::new(Key::Char('x'), text)).chain(keys()).collect();
        let mut screen = screen(&texts[0], body, hints);
        screen.identity.clone_from(&texts);
        screen.status = Some(Status::marked(mark, &texts[0]));
        screen.scroll = scroll;
        let (buffer, drawn) = drawn(&screen, columns, height, look(looks));
        if let Some((x, y)) = drawn.cursor {
            prop_assert!(x < columns && y < height, "the cursor is at {x},{y} of {columns}×{height}");
        }
        prop_assert!(!buffer.content().iter().any(|cell| cell.symbol().chars().any(char::is_control)));
        Ok(())
    });
    result.unwrap();
}
