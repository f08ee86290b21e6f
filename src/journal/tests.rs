//! Records to lines and back, torn and foreign lines, and plans from records and bytes.

use std::path::{Path, PathBuf};

use crate::wizard::rights::Holder;

use super::{
    CloneRecord, Deed, FileRecord, Journal, Ours, Outcome, PolicyRecord, Record, RepositoryRecord, UndoneRecord,
    VERSION, hash, plan,
};
use crate::profiles::{self, AwsFile};
use crate::wizard::names::ProfileName;

const HELPER: &str = "!aws --profile dev codecommit credential-helper $@";
const URL: &str = "https://git-codecommit.*.amazonaws.com";

fn file(before: Option<&str>, after: &str, ours: Ours) -> FileRecord {
    FileRecord {
        path: "/home/ann/.file".into(),
        target: "/home/ann/.file".into(),
        mode: before.map(|_| 0o644),
        before: before.map(|text| hash(text.as_bytes())),
        after: hash(after.as_bytes()),
        backup: before.map(str::to_owned),
        folders: Vec::new(),
        ours,
    }
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
    let records: Vec<&FileRecord> = records.iter().collect();
    let planned = plan(&records, now.map(str::as_bytes), &|name| Ok(name.as_bytes().to_vec()));
    let text = planned.bytes.map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    (planned.outcome, text, planned.mode)
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
        (Outcome::Left(left), Some(text), None) if text == now => (left.why, left.backup),
        other => panic!("{other:?}"),
    };
    assert_eq!(left(file(Some("1"), "2", Ours::Whole), "3").1.as_deref(), Some("1"));
    assert!(left(file(Some("1"), "2", sections()), "[broken").0.contains("cannot be read"));
    let damaged = FileRecord { backup: Some("other".into()), ..file(Some("1"), "2", Ours::Whole) };
    assert!(left(damaged, "2").0.contains("damaged"));
}
