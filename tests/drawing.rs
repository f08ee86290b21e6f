//! What holds of every drawing, whatever the screen and however large the terminal.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use std::cell::RefCell;
use std::collections::BTreeSet;

use codecommit_setup::frontend::tui::draw::draw;
use codecommit_setup::frontend::tui::look::Look;
use codecommit_setup::wizard::event::Key;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::screen::{
    Block, Check, Choice, Column, DiffLine, FileDiff, Filter, Form, FormField, Hint, List, Mark, RailEntry, RailState,
    Row, Rows, Screen, Sign, Status,
};
use proptest::prelude::*;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

/// Rows of one text, which notes who was asked for.
struct Noted {
    count: usize,
    text: String,
    asked: RefCell<BTreeSet<usize>>,
}

impl Rows for Noted {
    fn count(&self) -> usize {
        self.count
    }

    fn row(&self, index: usize) -> Row {
        self.asked.borrow_mut().insert(index);
        Row {
            mark: Some(Mark::Look),
            checked: index.is_multiple_of(2),
            cells: vec![format!("row {index}"), self.text.clone()],
            found: vec![(0, 1), (1, 0), (1, 70)],
        }
    }
}

fn rows(count: usize, text: &str) -> Noted {
    Noted { count, text: text.to_owned(), asked: RefCell::default() }
}

/// A screen with every block, full of one text.
fn screen<'a>(text: &str, rows: Option<&'a Noted>, cursor: usize, problem: &'a Problem) -> Screen<'a> {
    let owned = || text.to_owned();
    let field = FormField {
        label: "Field",
        text: owned(),
        cursor: text.chars().count(),
        note: owned(),
        secret: false,
        unechoed: false,
    };
    let choice = Choice { label: "Choice", options: vec![owned(), owned()], taken: 1, focused: true };
    let check = Check { mark: Mark::Ok, word: None, name: owned(), found: vec![owned(), owned()] };
    let line = DiffLine { sign: Sign::Added, text: owned() };
    let mut body = vec![
        Block::Text(owned()),
        Block::Checks(vec![check.clone(), check]),
        Block::Form(Form { fields: vec![field.clone(), field], focus: 1 }),
        Block::Choices(vec![choice]),
        Block::Gap,
    ];
    if let Some(rows) = rows {
        body.push(Block::List(List {
            columns: vec![Column::new("One", 20), Column::new("Two", 0)],
            rows,
            cursor,
            marks: true,
            filter: Some(Filter { text: owned(), cursor: Some(1), note: owned() }),
            empty: owned(),
        }));
    }
    body.extend([
        Block::Diff(FileDiff { path: owned(), note: owned(), lines: vec![line.clone(), line] }),
        Block::Card { title: owned(), lines: vec![owned(), owned()] },
        Block::Table { head: vec!["A", "B"], rows: vec![vec![owned(), owned()]] },
        Block::Meter { of: 3, done: 1 },
        Block::Problem(problem),
    ]);
    let hint = |key| Hint::new(key, "do something");
    Screen {
        number: 1,
        name: "Name",
        rail: vec![
            RailEntry { name: "Name", state: RailState::Here },
            RailEntry { name: "Next", state: RailState::ToCome },
        ],
        identity: vec![owned(), owned()],
        purpose: owned(),
        body,
        status: Some(Status::marked(Mark::Working, owned())),
        keys: vec![
            hint(Key::Enter),
            Hint::of(&[Key::Up, Key::Down], "move"),
            hint(Key::Char('x')),
            hint(Key::Char('y')),
            hint(Key::Esc),
            hint(Key::Ctrl('c')),
        ],
        busy: true,
        typing: false,
        passes: false,
        changes: false,
        scroll: 3,
        commands: vec![owned()],
    }
}

fn problem(text: &str) -> Problem {
    Problem::new(ProblemKind::Other, text, text, text)
}

fn grid(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\u{1b}[2J\u{1b}]0;x\u{7}\r\n\t\u{202e}abc".to_owned()),
        Just("日本語リポジトリ".repeat(30)),
        Just("e\u{301}👩‍💻".repeat(40)),
        Just("x".repeat(500)),
        ".{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_and_no_text_makes_it_panic(
        text in hostile(),
        columns in 0..140_u16,
        lines in 0..50_u16,
        count in prop::option::of(0..40_usize),
        unicode in any::<bool>(),
    ) {
        let problem = problem(&text);
        let rows = count.map(|count| rows(count, &text));
        let screen = screen(&text, rows.as_ref(), count.unwrap_or(0) / 2, &problem);
        let area = Rect::new(0, 0, columns, lines);
        let mut buffer = Buffer::empty(area);
        let drawn = draw(&screen, area, &mut buffer, &Look::new(true, unicode));
        if let Some((x, y)) = drawn.cursor {
            prop_assert!(x < columns && y < lines);
        }
        let escaped = grid(&buffer).contains('\u{1b}');
        prop_assert!(!escaped);
    }

    #[test]
    fn a_terminal_without_unicode_gets_ascii_only(columns in 20..140_u16, lines in 10..50_u16) {
        let problem = problem("“what” – why…");
        let rows = rows(9, "é ▸ 日本");
        let screen = screen("• “text” · é 日本 ↑↓", Some(&rows), 2, &problem);
        let area = Rect::new(0, 0, columns, lines);
        let mut buffer = Buffer::empty(area);
        draw(&screen, area, &mut buffer, &Look::new(true, false));
        prop_assert!(grid(&buffer).is_ascii(), "{}", grid(&buffer));
    }

    #[test]
    fn the_foot_never_cuts_a_hint_in_half(columns in 36..140_u16, lines in 10..50_u16) {
        let problem = problem("p");
        let screen = screen("t", None, 0, &problem);
        let area = Rect::new(0, 0, columns, lines);
        let mut buffer = Buffer::empty(area);
        draw(&screen, area, &mut buffer, &Look::new(true, true));
        let text = grid(&buffer);
        let foot: Vec<&str> = text.lines().rev().take(if lines >= 12 { 2 } else { 1 }).collect();
        let foot = foot.join(" ");
        // Every label that begins is there to its end; what leads back is always there.
        prop_assert_eq!(foot.matches("do s").count(), foot.matches("do something").count());
        prop_assert!(foot.contains("Enter do something") && foot.contains("Esc") && foot.contains("Ctrl-C"), "{}", foot);
    }

    #[test]
    fn the_row_under_the_cursor_is_always_in_view(cursor in 0..10_000_usize, lines in 12..50_u16) {
        let problem = problem("p");
        let rows = rows(10_000, "t");
        let screen = screen("t", Some(&rows), cursor, &problem);
        let area = Rect::new(0, 0, 80, lines);
        let mut buffer = Buffer::empty(area);
        draw(&screen, area, &mut buffer, &Look::new(true, true));
        prop_assert!(rows.asked.borrow().contains(&cursor));
        // Ten thousand rows cost no more than those in view.
        prop_assert!(rows.asked.borrow().len() <= usize::from(lines));
        let expected = format!("row {cursor} ");
        prop_assert!(lines < 24 || grid(&buffer).contains(&expected), "{}", grid(&buffer));
    }
}

#[test]
fn without_colour_the_chosen_row_is_still_reversed_on_a_real_terminal() {
    crossterm::style::force_color_output(true);
    let problem = problem("p");
    let rows = rows(5, "text");
    let screen = screen("t", Some(&rows), 2, &problem);
    for colour in [true, false] {
        let mut bytes = Vec::new();
        {
            let area = Rect::new(0, 0, 80, 40);
            let options = TerminalOptions { viewport: Viewport::Fixed(area) };
            let mut terminal = Terminal::with_options(CrosstermBackend::new(&mut bytes), options).unwrap();
            terminal
                .draw(|frame| {
                    draw(&screen, frame.area(), frame.buffer_mut(), &Look::new(colour, true));
                })
                .unwrap();
        }
        let size = |cells| std::num::NonZeroU16::new(cells).unwrap();
        let mut parser = vt100::Parser::new(size(40), size(80), 0);
        parser.process(&bytes);
        let cells: Vec<_> = (0..40)
            .flat_map(|row| (0..80).map(move |column| (row, column)))
            .filter_map(|(row, column)| parser.screen().cell(row, column))
            .collect();
        assert!(cells.iter().any(|cell| cell.inverse() && cell.contents() == "r"), "colour: {colour}");
        let coloured = cells.iter().any(|cell| cell.fgcolor() != vt100::Color::Default);
        assert_eq!(coloured, colour);
    }
}

fn drawn(screen: &Screen<'_>, columns: u16, lines: u16) -> String {
    let area = Rect::new(0, 0, columns, lines);
    let mut buffer = Buffer::empty(area);
    draw(screen, area, &mut buffer, &Look::new(true, true));
    grid(&buffer)
}

#[test]
fn a_name_is_never_broken_at_its_hyphens() {
    let problem = problem("p");
    let mut screen = screen("t", None, 0, &problem);
    let text = "IAM user new-developer-of-the-payments-team may use git-codecommit.us-east-2.amazonaws.com";
    screen.body = vec![
        Block::Text(text.to_owned()),
        Block::Checks(vec![Check::new(Mark::Ok, "profile", vec![text.to_owned()])]),
        Block::Card { title: "t".to_owned(), lines: vec![text.to_owned()] },
    ];
    for columns in 60..120 {
        let picture = drawn(&screen, columns, 40);
        for name in ["new-developer-of-the-payments-team", "git-codecommit.us-east-2.amazonaws.com"] {
            assert_eq!(picture.matches(name).count(), 3, "{name} at {columns}:\n{picture}");
        }
    }
}

#[test]
fn what_a_change_is_about_is_shown_to_its_end() {
    let problem = problem("p");
    let mut screen = screen("t", None, 0, &problem);
    let arn = "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser";
    screen.body = vec![Block::Table { head: vec!["", ""], rows: vec![vec!["Policy".to_owned(), arn.to_owned()]] }];
    screen.scroll = 0;
    let picture = drawn(&screen, 40, 14);
    let shown: String = picture.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(shown.contains(arn), "{picture}");
}

#[test]
fn a_problem_below_a_list_is_seen_in_a_low_window() {
    let problem = Problem::new(ProblemKind::AccessDenied, "AWS refused.", "No right.", "Ask an administrator.");
    let rows = rows(50, "t");
    let mut screen = screen("t", Some(&rows), 20, &problem);
    let list = screen.body.remove(5);
    let card = || Block::Card { title: "card".to_owned(), lines: vec!["a".to_owned(), "b".to_owned()] };
    screen.body = vec![list, Block::Gap, card(), Block::Gap, Block::Problem(&problem)];
    let picture = drawn(&screen, 40, 13);
    for text in ["row 20", "AWS refused.", "No right.", "Ask an administrator."] {
        assert!(picture.contains(text), "{text}:\n{picture}");
    }
    assert!(!picture.contains("card"), "{picture}");
}

#[test]
fn what_is_wrong_with_a_form_is_in_view_with_the_field_in_a_low_window() {
    let problem = Problem::new(
        ProblemKind::BadCredentials,
        "AWS does not know the access key AKIAIOSFODNN7EXAMPLE.",
        "The security token included in the request is invalid. (request 145d1aa6-4eca-4d76-a408-d7efd530464b)",
        "Look at it again.",
    );
    let field = |label| FormField {
        label,
        text: "typed".to_owned(),
        cursor: 5,
        note: String::new(),
        secret: false,
        unechoed: false,
    };
    let labels = ["One", "Two", "Three", "Four", "Five"];
    for (lines, focus) in [(12, 1), (12, 4), (8, 2), (24, 0)] {
        let mut screen = screen("t", None, 0, &problem);
        screen.typing = true;
        screen.status = Some(Status::plain("Nothing has been written yet."));
        screen.body =
            vec![Block::Form(Form { fields: labels.map(field).to_vec(), focus }), Block::Gap, Block::Problem(&problem)];
        let picture = drawn(&screen, 40, lines);
        for text in
            ["AWS does not know the access key", "Look at it again.", labels[focus], "Nothing has been written yet."]
        {
            assert!(picture.contains(text), "{text}:\n{picture}");
        }
    }
}

#[test]
fn the_help_and_the_ways_out_are_always_at_the_foot() {
    let problem = problem("p");
    let mut screen = screen("t", None, 0, &problem);
    screen.keys.insert(4, Hint::new(Key::Char('?'), "help"));
    for columns in 20..140 {
        for lines in [5, 9, 12, 24] {
            let picture = drawn(&screen, columns, lines);
            let foot: Vec<&str> = picture.lines().rev().take(2).collect();
            for key in ["Enter", "?", "Esc", "Ctrl-C"] {
                assert!(foot.concat().contains(key), "{key} at {columns}×{lines}:\n{picture}");
            }
        }
    }
    assert!(drawn(&screen, 40, 12).contains("? more keys"));
    assert!(drawn(&screen, 140, 24).contains("? help"));
}

#[test]
fn a_very_small_window_shows_the_title_the_status_and_the_first_lines() {
    let problem = problem("p");
    let mut screen = screen("t", None, 0, &problem);
    screen.status = Some(Status::plain("How it stands"));
    screen.purpose = "What this is for".to_owned();
    screen.body = vec![Block::Text("The content".to_owned())];
    screen.scroll = 0;
    let picture = drawn(&screen, 20, 5);
    for text in ["Name", "What this is for", "The content", "How it stands", "Ctrl-C"] {
        assert!(picture.contains(text), "{text}:\n{picture}");
    }
    let rows = rows(9, "t");
    screen.body = vec![Block::List(List {
        columns: vec![Column::new("One", 20)],
        rows: &rows,
        cursor: 7,
        marks: false,
        filter: None,
        empty: String::new(),
    })];
    assert!(drawn(&screen, 20, 5).contains("row 7"));
}

#[test]
fn the_card_of_a_row_stands_beside_the_list_where_there_is_room() {
    let problem = problem("p");
    let rows = rows(5, "t");
    let mut screen = screen("t", Some(&rows), 0, &problem);
    let list = screen.body.remove(5);
    let card = Block::Card { title: "The card".to_owned(), lines: vec!["https://example.com/a".to_owned()] };
    screen.body = vec![list, Block::Gap, card];
    let line = |columns| {
        let picture = drawn(&screen, columns, 30);
        picture.lines().position(|line| line.contains("The card")).unwrap()
    };
    assert!(line(129) > line(130));
    assert!(drawn(&screen, 130, 30).contains("row 4") && drawn(&screen, 130, 30).contains("https://example.com/a"));
}

#[test]
fn a_list_without_titles_also_says_how_long_it_is() {
    let problem = problem("p");
    let rows = rows(29, "t");
    let mut screen = screen("t", None, 0, &problem);
    screen.body = vec![Block::List(List {
        columns: vec![Column::new("", 12), Column::new("", 0)],
        rows: &rows,
        cursor: 3,
        marks: false,
        filter: None,
        empty: String::new(),
    })];
    assert!(drawn(&screen, 80, 16).contains("4 of 29"));
    assert!(!drawn(&screen, 80, 45).contains("of 29"));
}

#[test]
fn a_list_that_goes_on_says_how_long_it_is() {
    let problem = problem("p");
    let rows = rows(340, "t");
    let mut screen = screen("t", Some(&rows), 170, &problem);
    screen.body.truncate(6);
    assert!(drawn(&screen, 80, 24).contains("171 of 340"));
    // The last title is cut before the count, not by it.
    let Block::List(list) = &mut screen.body[5] else { panic!("a list") };
    list.columns = vec![Column::new("One", 20), Column::new("Description of what it is", 0)];
    let picture = drawn(&screen, 60, 24);
    assert!(picture.contains("Description of w…  171 of 340"), "{picture}");
}
