//! Records to lines and back, torn and foreign lines, and plans from records and bytes.

use std::path::{Path, PathBuf};

use crate::wizard::rights::Holder;

use super::{
    CloneRecord, Deed, FileRecord, Journal, Lines, Missing, Ours, Outcome, PolicyRecord, Record, Replacing,
    RepositoryRecord, Store, UndoneRecord, VERSION, hash, plan,
};
use crate::profiles::{self, AwsFile};
use crate::wizard::names::ProfileName;

const HELPER: &str = "!aws --profile dev codecommit credential-helper $@";
const URL: &str = "https://git-codecommit.*.amazonaws.com";

/// A record as earlier versions wrote it, with a copy that is named by what is in it.
fn file(before: Option<&str>, after: &str, ours: Ours) -> FileRecord {
    FileRecord {
        path: "/home/ann/.file".into(),
        target: "/home/ann/.file".into(),
        mode: before.map(|_| 0o644),
        before: before.map(|text| hash(text.as_bytes())),
        after: hash(after.as_bytes()),
        backup: before.map(str::to_owned),
        replaced: None,
        folders: Vec::new(),
        ours,
    }
}

/// The same as this version writes it, with the lines in the record; and what would be kept beside the journal.
fn change(before: &str, after: &str, ours: Ours) -> (FileRecord, Option<Vec<u8>>) {
    let replacing = Replacing::of(before.as_bytes(), after.as_bytes(), &ours).expect("well-formed");
    let kept = replacing.secret_lines().map(<[u8]>::to_vec);
    let replaced = Some(replacing.record(kept.as_ref().map(|_| "kept".to_owned())));
    (FileRecord { backup: None, replaced, ..file(Some(before), after, ours) }, kept)
}

fn record(run: &str, deed: Deed) -> Record {
    Record { version: VERSION, run: run.to_owned(), time: "2026-11-25T13:00:00Z".to_owned(), deed }
}

fn policy() -> PolicyRecord {
    PolicyRecord {
        account: "123456789012".into(),
        user: "ann".into(),
        group: None,
        policy_arn: "arn:aws:iam::aws:policy/P".into(),
        profile: None,
        region: "us-east-2".into(),
    }
}

/// A plan with copies that are named by what is in them.
fn planned(records: &[FileRecord], now: Option<&str>) -> (Outcome, Option<String>, Option<u32>) {
    let planned = planned_with(records, now, &|store| match store {
        Store::Copy(name) => Ok(name.as_bytes().to_vec()),
        Store::Lines(_) => Err(Missing::Gone),
    });
    assert!(!planned.1);
    planned.0
}

/// A plan, and whether lines that should have come back are gone.
fn planned_with(
    records: &[FileRecord],
    now: Option<&str>,
    find: &dyn Fn(Store<'_>) -> Result<Vec<u8>, Missing>,
) -> ((Outcome, Option<String>, Option<u32>), bool) {
    let records: Vec<&FileRecord> = records.iter().collect();
    let planned = plan(&records, now.map(str::as_bytes), &|store| find(store).map(zeroize::Zeroizing::new));
    let text = planned.bytes.map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"));
    ((planned.outcome, text, planned.mode), planned.lines_are_gone)
}

fn sections() -> Ours {
    Ours::GitSections { sections: vec![Some(URL.to_owned())], helper: HELPER.to_owned() }
}

#[test]
fn what_is_written_is_read_back() {
    #[cfg(unix)]
    let path: PathBuf = <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(b"/a/\xff\n".to_vec()).into();
    #[cfg(not(unix))]
    let path: PathBuf = "/a/b".into();
    let keys = [("region".to_owned(), Some(hash(b"x"))), ("aws_session_token".to_owned(), None)];
    let ours = Ours::Profile { file: AwsFile::Config, name: "a \"b".into(), keys: keys.into() };
    let odd = FileRecord { path: path.clone(), folders: vec!["/x".into(), path], ..file(None, "x", ours) };
    let records = [
        record("1", Deed::File(Box::new(odd))),
        record("1", Deed::File(Box::new(file(Some("a"), "b", sections())))),
        record("1", Deed::Policy(policy())),
        record("2", Deed::Undone(UndoneRecord { of: "1".into(), policies: true })),
    ];
    let lines: String = records.iter().map(Record::line).collect();
    assert_eq!(lines.lines().count(), 4);
    assert!(
        lines.starts_with(r#"{"version":1,"run":"1","time":"2026-11-25T13:00:00Z","file":{"path":{"hex""#),
        "{lines}"
    );
    assert_eq!(Journal::read(lines.as_bytes()).records, records);
}

#[test]
fn a_record_of_before_groups_is_read_as_one_of_a_user() {
    let line = r#"{"version":1,"run":"1","time":"2026-11-25T13:00:00Z","policy":{"account":"1","user":"ann","policy_arn":"a","profile":null,"region":"us-east-2"}}"#;
    let journal = Journal::read(format!("{line}\n").as_bytes());
    assert_eq!(journal.runs()[0].policies[0].holder(), Holder::User("ann".into()));
    let of_group = PolicyRecord::new("1".into(), &Holder::Group("team".into()), "a".into(), None, "us-east-2".into());
    let line = record("1", Deed::Policy(of_group.clone())).line();
    assert!(line.contains(r#""user":"","group":"team""#), "{line}");
    assert_eq!(Journal::read(line.as_bytes()).runs()[0].policies, [&of_group]);
}

#[test]
fn torn_and_foreign_lines_keep_nothing_else_from_being_read() {
    let line = record("1", Deed::Policy(policy())).line();
    let torn = &line[..40];
    let journal = Journal::read(format!("{line}{torn}").as_bytes());
    assert_eq!((journal.records.len(), journal.broken.len()), (1, 0), "the last line was cut off");
    let foreign = "{\"version\":2,\"anything\":[]}";
    let journal = Journal::read(format!("{line}{torn}\n{foreign}\n\nnonsense\n{line}").as_bytes());
    assert_eq!((journal.records.len(), journal.broken, journal.foreign), (2, vec![2, 5], vec![(3, 2)]));
}

#[test]
fn runs_are_told_apart_with_what_was_undone() {
    let undone = |policies| Deed::Undone(UndoneRecord { of: "1".into(), policies });
    let change = || Deed::File(Box::new(file(None, "x", Ours::Whole)));
    let mut records = vec![record("1", change()), record("1", Deed::Policy(policy())), record("2", change())];
    records.push(record("3", undone(false)));
    let journal = Journal { records, ..Journal::default() };
    let runs = journal.runs();
    assert_eq!(
        runs.iter().map(|run| (run.id, run.undone, run.detached)).collect::<Vec<_>>(),
        [("1", true, false), ("2", false, false)]
    );
    assert_eq!((runs[0].files.len(), runs[0].policies.len()), (1, 1));
}

#[test]
fn a_run_that_goes_on_after_it_was_undone_is_another_one() {
    let change = || Deed::File(Box::new(file(None, "x", Ours::Whole)));
    let undone = Deed::Undone(UndoneRecord { of: "1".into(), policies: true });
    let records = vec![record("1", change()), record("1", undone), record("1", change())];
    let journal = Journal { records, ..Journal::default() };
    let runs = journal.runs();
    assert_eq!(runs.iter().map(|run| (run.id, run.undone)).collect::<Vec<_>>(), [("1", true), ("1", false)]);
}

#[test]
fn clones_are_known_by_their_folder_and_by_what_was_pinned_in_them_before() {
    let clone = |folder: &str, url: &str| Deed::Clone(CloneRecord { folder: folder.into(), url: url.into() });
    let pinned = FileRecord { path: "/src/a/.git/config".into(), ..file(Some("x"), "y", sections()) };
    let mut records = vec![record("1", Deed::File(Box::new(pinned))), record("2", clone("/src/b", "https://b"))];
    records.push(record("3", clone("/src/a", "https://a")));
    let lines: String = records.iter().map(Record::line).collect();
    let journal = Journal::read(lines.as_bytes());
    assert_eq!(journal.clones(), [(Path::new("/src/a"), "https://a"), (Path::new("/src/b"), "https://b")]);
    let runs = journal.runs();
    assert_eq!((runs[1].clones.len(), runs[1].can_be_undone(), runs[0].can_be_undone()), (1, false, true));
}

#[test]
fn a_repository_that_was_made_counts_as_something_to_tell() {
    let made = RepositoryRecord {
        account: "1".into(),
        region: "us-east-2".into(),
        name: "shop".into(),
        profile: Some("admin".into()),
    };
    let line = record("1", Deed::Repository(made.clone())).line();
    assert!(line.contains("\"repository\":{"), "{line}");
    let journal = Journal::read(line.as_bytes());
    let runs = journal.runs();
    assert_eq!((runs[0].repositories.as_slice(), runs[0].can_be_undone()), ([&made].as_slice(), true));
}

#[test]
fn an_untouched_file_comes_back_exactly() {
    let change = [file(Some("old\r\n"), "new", Ours::Whole)];
    assert_eq!(planned(&change, Some("new")), (Outcome::Restored, Some("old\r\n".into()), Some(0o644)));
    assert_eq!(planned(&change, Some("old\r\n")), (Outcome::AsBefore, Some("old\r\n".into()), None));
    let made = [file(None, "new", Ours::Whole)];
    assert_eq!(planned(&made, Some("new")), (Outcome::Restored, None, None));
    assert_eq!(planned(&made, None), (Outcome::AsBefore, None, None));
}

#[test]
fn several_changes_of_a_file_come_back_to_the_first() {
    let changes = [file(Some("1"), "2", Ours::Whole), file(Some("2"), "3", Ours::Whole)];
    for now in ["3", "2"] {
        assert_eq!(planned(&changes, Some(now)), (Outcome::Restored, Some("1".into()), Some(0o644)), "{now}");
    }
    let circle = [file(Some("1"), "2", Ours::Whole), file(Some("2"), "1", Ours::Whole)];
    assert_eq!(planned(&circle, Some("1")).1, Some("1".into()));
}

#[test]
fn what_somebody_wrote_between_two_changes_of_one_run_stays() {
    let ours = format!("[credential \"{URL}\"]\n\thelper =\n\thelper = {HELPER}\n\tUseHttpPath = true\n");
    let (first, second) = (format!("[a]\n{ours}"), format!("[a]\n\tb = c\n{ours}"));
    let changes = [file(Some("[a]\n"), &first, sections()), file(Some(&second), "third", Ours::Whole)];
    assert_eq!(planned(&changes, Some("third")), (Outcome::TakenOut, Some("[a]\n\tb = c\n".into()), None));
}

#[test]
fn of_an_edited_file_only_ours_is_taken_out() {
    let ours = format!("[credential \"{URL}\"]\n\thelper =\n\thelper = {HELPER}\n\tUseHttpPath = true\n");
    let change = [file(Some("[a]\n"), &format!("[a]\n{ours}"), sections())];
    let edited = format!("[a]\n\tx = y\n{ours}");
    assert_eq!(planned(&change, Some(&edited)), (Outcome::TakenOut, Some("[a]\n\tx = y\n".into()), None));
    assert_eq!(planned(&change, Some("[b]\n")).0, Outcome::NothingLeft);
    assert_eq!(planned(&change, None), (Outcome::NothingLeft, None, None));
    let made = [file(None, &ours, sections())];
    assert_eq!(planned(&made, Some(&format!("{ours}\n"))), (Outcome::TakenOut, None, None));
}

#[test]
fn a_key_that_was_rotated_since_is_not_taken_out() {
    let name = ProfileName::parse("dev").expect("a name");
    let after = "[dev]\naws_access_key_id = A\naws_secret_access_key = S\n";
    let keys = profiles::written(b"", after.as_bytes(), AwsFile::Credentials, &name).expect("well-formed");
    let change = [file(None, after, Ours::Profile { file: AwsFile::Credentials, name: "dev".into(), keys })];
    assert_eq!(planned(&change, Some(&format!("{after}[b]\n"))).1, Some("[b]\n".into()));
    let rotated = after.replace("= S", "= ROTATED");
    assert_eq!(planned(&change, Some(&rotated)), (Outcome::NothingLeft, Some(rotated), None));
}

#[test]
fn what_cannot_be_told_apart_or_read_is_left_with_its_copy_named() {
    let left = |change: FileRecord, now: &str| match planned(&[change], Some(now)) {
        (Outcome::Left(left), Some(text), None) if text == now => (left.why, left.copy),
        other => panic!("{other:?}"),
    };
    assert_eq!(left(file(Some("1"), "2", Ours::Whole), "3").1.as_deref(), Some("1"));
    assert!(left(file(Some("1"), "2", sections()), "[broken").0.contains("cannot be taken out"));
    let damaged = FileRecord { backup: Some("other".into()), ..file(Some("1"), "2", Ours::Whole) };
    assert!(left(damaged, "2").0.contains("damaged"));
}

const TWO: &str = "[a]\naws_secret_access_key = OTHER\n[dev]\naws_access_key_id = OLD\naws_secret_access_key = OLD";

fn of_dev(before: &str, after: &str) -> Ours {
    let name = ProfileName::parse("dev").expect("a name");
    let file = AwsFile::Credentials;
    let keys = profiles::written(before.as_bytes(), after.as_bytes(), file, &name).expect("well-formed");
    Ours::Profile { file, name: "dev".into(), keys }
}

#[test]
fn a_record_has_the_lines_that_hold_no_secret_and_names_those_that_may() {
    let (region, kept) =
        change("[dev]\nregion=a\n", "[dev]\nregion = b\n", of_dev("[dev]\nregion=a\n", "[dev]\nregion = b\n"));
    assert_eq!(kept, None);
    assert_eq!(
        planned(std::slice::from_ref(&region), Some("[dev]\nregion = b\n")).1.as_deref(),
        Some("[dev]\nregion=a\n")
    );
    let after = TWO.replace("OLD", "NEW");
    let (key, kept) = change(TWO, &after, of_dev(TWO, &after));
    let kept = String::from_utf8(kept.expect("lines")).expect("UTF-8");
    assert!(kept.contains("OLD") && !kept.contains("OTHER") && !kept.contains("NEW"), "{kept}");
    let lines = [region, key].map(|file| record("1", Deed::File(Box::new(file))).line());
    assert!(lines[0].contains("region=a") && !lines[1].contains("OLD"), "{lines:?}");
    let journal = Journal::read(lines.concat().as_bytes());
    let stored: Vec<_> = journal.stored().into_iter().map(|stored| stored.store).collect();
    assert_eq!((journal.records.len(), stored), (2, vec![Store::Lines("kept")]));
}

#[test]
fn a_replaced_key_comes_back_exactly_and_into_a_file_that_was_edited_since() {
    let after = TWO.replace("OLD", "NEW");
    let (record, kept) = change(TWO, &after, of_dev(TWO, &after));
    let kept = kept.expect("lines");
    let find = |store: Store<'_>| {
        assert_eq!(store, Store::Lines("kept"));
        Ok(kept.clone())
    };
    let records = [record];
    assert_eq!(
        planned_with(&records, Some(&after), &find),
        ((Outcome::Restored, Some(TWO.into()), Some(0o644)), false)
    );
    let edited = format!("{after}\n[b]\nx = 1\n");
    let expected = format!("{TWO}\n[b]\nx = 1\n");
    assert_eq!(planned_with(&records, Some(&edited), &find), ((Outcome::TakenOut, Some(expected), None), false));
}

#[test]
fn without_the_old_lines_ours_is_taken_out_and_that_is_said() {
    let after = TWO.replace("OLD", "NEW");
    let records = [change(TWO, &after, of_dev(TWO, &after)).0];
    let gone = |_: Store<'_>| Err(Missing::Gone);
    let left = "[a]\naws_secret_access_key = OTHER\n[dev]\n";
    let taken_out = ((Outcome::TakenOut, Some(left.to_owned()), None), true);
    assert_eq!(planned_with(&records, Some(&after), &gone), taken_out);
    // Once that is done there is nothing more to do or to say.
    let nothing = ((Outcome::NothingLeft, Some(left.to_owned()), None), false);
    assert_eq!(planned_with(&records, Some(left), &gone), nothing);
    // What cannot be told apart stays.
    let (whole, kept) = change("[http]\n\tproxy = OLD\n", "[http]\n", Ours::Whole);
    assert!(kept.is_some());
    let ((outcome, text, _), _) = planned_with(&[whole], Some("[http]\n"), &gone);
    assert!(matches!(outcome, Outcome::Left(left) if left.why.contains("not kept any more")));
    assert_eq!(text.as_deref(), Some("[http]\n"));
}

#[test]
fn lines_that_are_not_the_ones_are_not_written() {
    let after = TWO.replace("OLD", "NEW");
    let records = [change(TWO, &after, of_dev(TWO, &after)).0];
    for lines in ["", "aws_access_key_id = X\naws_secret_access_key = Y", &"z".repeat(500)] {
        let ((outcome, text, _), _) = planned_with(&records, Some(&after), &|_| Ok(lines.into()));
        assert!(matches!(outcome, Outcome::Left(left) if left.why.contains("damaged")), "{lines}");
        assert_eq!(text.as_deref(), Some(after.as_str()));
    }
}

#[test]
fn a_section_that_was_added_is_taken_out_to_the_byte_without_any_copy() {
    let gone = |_: Store<'_>| Err(Missing::Gone);
    for before in ["[a]\nx = 1", "[a]\nx = 1\n", "[a]\r\nx = 1", "# c", "[dev]\n# mine\n"] {
        let end = if before.contains('\r') { "\r\n" } else { "\n" };
        let start = if before.ends_with('\n') { before.to_owned() } else { format!("{before}{end}") };
        let header = if before.contains("[dev]") { String::new() } else { format!("[dev]{end}") };
        let after = format!("{start}{header}aws_access_key_id = A{end}aws_secret_access_key = S{end}");
        let restored = ((Outcome::Restored, Some(before.to_owned()), Some(0o644)), false);
        let (new, kept) = change(before, &after, of_dev(before, &after));
        assert_eq!(kept, None, "{before}");
        assert_eq!(planned_with(&[new], Some(&after), &gone), restored, "{before:?}");
        if !before.contains("[dev]") {
            // The same from a record of an earlier version, whose copy is not there any more.
            let old = file(Some(before), &after, of_dev(before, &after));
            assert_eq!(planned_with(&[old], Some(&after), &gone), restored, "{before:?}");
        }
    }
}

#[test]
fn lines_with_foreign_bytes_come_back() {
    let ours = || Ours::GitSections { sections: vec![None], helper: "h".into() };
    let (before, after) = (b"[remote \"\xff\"]\n".as_slice(), b"[credential]\n\thelper = h\n".as_slice());
    let record_of = |replaced| FileRecord {
        before: Some(hash(before)),
        after: hash(after),
        backup: None,
        replaced: Some(replaced),
        ..file(None, "", ours())
    };
    let file = record_of(Replacing::of(before, after, &ours()).expect("readable").record(None));
    let line = record("1", Deed::File(Box::new(file.clone()))).line();
    let read = Journal::read(line.as_bytes());
    assert_eq!(read.runs()[0].files, [&file]);
    assert!(matches!(&file.replaced.as_ref().expect("lines").lines, Lines::Here(lines) if lines.contains(&0xff)));
    let planned = plan(&[&file], Some(after), &|_| Err(Missing::Gone));
    assert_eq!(planned.bytes.expect("a file").as_slice(), before);
}
