//! The list of repositories: its order, its filter, its marks and its cursor.

use super::{RepositoryList, Sort};
use crate::wizard::effect::{Repository, RepositoryDetails};
use crate::wizard::event::{Event, Key};
use crate::wizard::names::RepositoryName;
use crate::wizard::screen::Rows;

fn list(names: &[&str]) -> RepositoryList {
    let mut list = RepositoryList::default();
    list.add(repositories(names));
    list
}

fn repositories(names: &[&str]) -> Vec<Repository> {
    let named = |name: &&str| Repository { name: RepositoryName::parse(name).unwrap(), details: None };
    names.iter().map(named).collect()
}

fn keys(list: &mut RepositoryList, text: &str) {
    for c in text.chars() {
        list.hear(&Event::Key(Key::Char(c)));
    }
}

#[test]
fn marks_survive_the_filter() {
    let mut list = list(&["api", "web", "tools"]);
    keys(&mut list, " /web");
    assert_eq!(list.count(), 1);
    list.hear(&Event::Key(Key::Char(' ')));
    list.hear(&Event::Key(Key::Esc));
    let chosen: Vec<_> = list.chosen().iter().map(|repository| repository.name.to_string()).collect();
    assert_eq!(chosen, ["api", "web"]);
}

#[test]
fn names_are_in_order_whatever_their_case() {
    let list = list(&["Web", "api", "Tools"]);
    let names: Vec<String> = (0..3).map(|index| list.row(index).cells[0].clone()).collect();
    assert_eq!(names, ["api", "Tools", "Web"]);
}

#[test]
fn the_first_match_is_under_the_cursor_and_stays_there_when_all_are_shown_again() {
    let mut list = list(&["api", "web-a", "web-b", "web-c"]);
    list.hear(&Event::Key(Key::End));
    keys(&mut list, "/web");
    assert_eq!(list.current().unwrap().name.as_str(), "web-a");
    list.hear(&Event::Key(Key::Down));
    list.hear(&Event::Key(Key::Esc));
    assert_eq!((list.count(), list.current().unwrap().name.as_str()), (4, "web-b"));
}

#[test]
fn marked_ones_that_the_filter_hides_are_counted() {
    let mut list = list(&["api", "tools", "web"]);
    assert_eq!(list.hidden(), 0);
    keys(&mut list, " ");
    list.hear(&Event::Key(Key::Down));
    keys(&mut list, " /tool");
    assert_eq!((list.chosen().len(), list.hidden()), (2, 1));
    keys(&mut list, "s-nowhere");
    assert_eq!((list.chosen().len(), list.hidden()), (2, 2));
}

#[test]
fn the_cursor_stays_on_its_row_while_pages_come_in() {
    let mut list = list(&["m", "n"]);
    list.hear(&Event::Key(Key::Down));
    list.add(repositories(&["a", "b", "m", "n"]));
    assert_eq!(list.current().unwrap().name.as_str(), "n");
}

#[test]
fn with_nothing_marked_the_one_under_the_cursor_is_chosen() {
    let mut list = list(&["a", "b"]);
    list.hear(&Event::Key(Key::Down));
    assert_eq!(list.chosen()[0].name.as_str(), "b");
}

fn shown(list: &RepositoryList) -> Vec<String> {
    (0..list.count()).map(|index| list.row(index).cells[0].clone()).collect()
}

fn changed(name: &str, changed: i64) -> Repository {
    let details = RepositoryDetails { changed: Some(changed), ..RepositoryDetails::default() };
    Repository { name: RepositoryName::parse(name).unwrap(), details: Some(details) }
}

#[test]
fn it_is_sorted_by_the_last_change_as_soon_as_that_is_known_and_the_cursor_stays() {
    let mut list = list(&["a", "b", "c"]);
    list.hear(&Event::Key(Key::Down));
    list.turn_sort();
    assert_eq!(list.sort(), Sort::Change);
    list.add(vec![changed("c", 3), changed("b", 2)]);
    assert_eq!(shown(&list), ["c", "b", "a"]);
    list.add(vec![changed("a", 9)]);
    assert_eq!((shown(&list), list.current().unwrap().name.as_str()), (vec!["a".into(), "c".into(), "b".into()], "b"));
    list.turn_sort();
    assert_eq!(shown(&list), ["a", "b", "c"]);
}

#[test]
fn the_best_match_comes_first_and_its_letters_are_marked() {
    let mut list = list(&["plan-a-year", "repay", "payments-api", "web"]);
    keys(&mut list, "/pay");
    assert_eq!(shown(&list), ["payments-api", "repay", "plan-a-year"]);
    assert_eq!(list.row(0).found, [(0, 0), (0, 1), (0, 2)]);
    assert_eq!(list.row(2).found, [(0, 0), (0, 5), (0, 7)]);
}

#[test]
fn the_details_around_the_cursor_are_wanted_first() {
    let names: Vec<String> = (0..300).map(|number| format!("r{number:03}")).collect();
    let mut list = list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    list.hear(&Event::Key(Key::End));
    list.hear(&Event::Key(Key::PageUp));
    list.add(vec![changed("r288", 1)]);
    let wanted: Vec<String> = list.wanted_first().iter().map(ToString::to_string).collect();
    assert_eq!(wanted[..3], ["r289", "r290", "r287"]);
    assert_eq!((wanted.len(), wanted.contains(&"r288".to_owned())), (40, false));
}

#[test]
fn an_empty_list_takes_every_key() {
    let mut list = RepositoryList::default();
    for key in [Key::Up, Key::Down, Key::PageDown, Key::Home, Key::End, Key::Char(' '), Key::Char('/'), Key::Esc] {
        list.hear(&Event::Key(key));
    }
    assert!(list.chosen().is_empty());
    keys(&mut list, "/a");
    assert!(!list.filtering(), "there is nothing to filter");
}
