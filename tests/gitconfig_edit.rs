//! The wanted helper spliced into configuration files: by example, and over generated files.

use codecommit_setup::gitconfig::{Families, Helper, Placement, Scope, Wanted, apply, apply_at, take_out};
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use proptest::prelude::*;

fn wanted(scope: Scope) -> Wanted {
    Wanted {
        helper: Helper::AwsCli { program: "aws".to_owned() },
        scope,
        families: Families::default(),
        profile: ProfileName::parse("dev one").expect("a name"),
        region: Region::parse("us-east-2").expect("a region"),
        wildcards: true,
        resets: true,
    }
}

fn applied(before: &str, wanted: &Wanted) -> String {
    let after = apply(before.as_bytes(), wanted).expect("readable");
    assert_eq!(apply(&after, wanted).as_ref(), Ok(&after), "twice is not once");
    String::from_utf8(after).expect("UTF-8")
}

const HELPER: &str = "!aws --profile 'dev one' codecommit credential-helper $@";

fn block() -> String {
    format!(
        "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\thelper = {HELPER}\n\tUseHttpPath = true\n"
    )
}

#[test]
fn a_file_without_our_section_gets_it_at_its_end() {
    for (before, joint) in
        [("", ""), ("[user]\n\tname = x\n", ""), ("[user] name = x", "\n"), ("\u{feff}", ""), ("# \\", "\n\n")]
    {
        assert_eq!(applied(before, &wanted(Scope::CodeCommit)), format!("{before}{joint}{}", block()));
    }
    let windows = applied("[user]\r\n\tname = x\r\n", &wanted(Scope::CodeCommit));
    assert_eq!(windows, format!("[user]\r\n\tname = x\r\n{}", block().replace('\n', "\r\n")));
}

#[test]
fn our_section_is_changed_where_it_stands() {
    let before = "[credential \"https://git-codecommit.*.amazonaws.com/\"] # mine\n  username = u\n  Helper = osxkeychain ; old\n  useHttpPath = false\n  ; end\n[user]\n\tname = x";
    assert_eq!(
        applied(before, &wanted(Scope::CodeCommit)),
        format!(
            "[credential \"https://git-codecommit.*.amazonaws.com/\"] # mine\n  username = u\n  helper =\n\thelper = {HELPER} ; old\n  UseHttpPath = true\n  ; end\n[user]\n\tname = x"
        )
    );
    let another = block().replace("'dev one'", "other");
    assert_eq!(applied(&format!("{another}[user]\n"), &wanted(Scope::CodeCommit)), format!("{}[user]\n", block()));
}

#[test]
fn copies_of_our_section_become_one() {
    let other = block().replace("'dev one'", "other");
    assert_eq!(
        applied(&format!("{other}[user]\n\tname = x\n{other}\n# end\n"), &wanted(Scope::CodeCommit)),
        format!("[user]\n\tname = x\n{}\n# end\n", block())
    );
}

#[test]
fn a_section_that_is_right_and_wins_stays_as_it_is() {
    for before in [
        format!("[credential]\n\thelper = osxkeychain\n{}", block()),
        format!("[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n\thelper = !aws codecommit credential-helper $@\n{}", block()),
        "[credential \"https://git-codecommit.*.amazonaws.com\"] helper=\"\"\nhelper=\"!aws --profile 'dev one' codecommit credential-helper $@\"\nusehttppath=1".to_owned(),
    ] {
        assert_eq!(applied(&before, &wanted(Scope::CodeCommit)), before);
    }
}

#[test]
fn a_later_reset_moves_our_section_to_the_end() {
    let reset = "[credential]\n\thelper =\n\thelper = store\n";
    assert_eq!(applied(&format!("{}{reset}", block()), &wanted(Scope::CodeCommit)), format!("{reset}{}", block()));
}

#[test]
fn a_section_of_the_other_form_that_would_win_is_taken_out() {
    let exact = block().replace('*', "us-east-2").replace("'dev one'", "other");
    assert_eq!(applied(&format!("{}{exact}", block()), &wanted(Scope::CodeCommit)), block());
    let commented = exact.replace("\tUse", "\t# keep\n\tUse");
    assert_eq!(
        applied(&format!("{}{commented}", block()), &wanted(Scope::CodeCommit)),
        format!("{}[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n\t# keep\n", block())
    );
    let elsewhere = block().replace('*', "eu-west-1");
    assert_eq!(applied(&elsewhere, &wanted(Scope::CodeCommit)), format!("{}{elsewhere}", block()));
    let exact_wanted = Wanted { wildcards: false, ..wanted(Scope::CodeCommit) };
    assert_eq!(applied(&block(), &exact_wanted), block().replace('*', "us-east-2"));
}

#[test]
fn sections_for_a_part_of_our_hosts_keep_their_say() {
    let team = "# the team's own\n[credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/teamA\"]\n\thelper =\n\thelper = !aws --profile team codecommit credential-helper $@\n\tUseHttpPath = true\n";
    let user = "[user]\n\tname = x\n\n";
    // Read after ours, it is not cleared by our reset.
    let ours_first = format!("{user}{}{team}", block());
    assert_eq!(applied(&format!("{user}{team}"), &wanted(Scope::CodeCommit)), ours_first);
    let ours_last = format!("{user}{team}{}", block());
    assert_eq!(applied(&ours_last, &wanted(Scope::CodeCommit)), ours_last, "what is there is not moved unasked");
    let moved = apply_at(ours_last.as_bytes(), &wanted(Scope::CodeCommit), Placement::BeforeNarrower);
    assert_eq!(moved.map(|bytes| String::from_utf8(bytes).expect("UTF-8")), Ok(ours_first.clone()));
    let back = apply_at(ours_first.as_bytes(), &wanted(Scope::CodeCommit), Placement::AtTheEnd);
    assert_eq!(back.map(|bytes| String::from_utf8(bytes).expect("UTF-8")), Ok(ours_last));
    let beside = "[core][credential \"https://git-codecommit.eu-west-1.amazonaws.com\"] helper = x\n";
    assert_eq!(
        applied(beside, &wanted(Scope::CodeCommit)),
        format!("[core]\n{}[credential \"https://git-codecommit.eu-west-1.amazonaws.com\"] helper = x\n", block())
    );
}

#[test]
fn one_repository_gets_a_section_of_its_own_behind_the_general_one() {
    let one = Wanted {
        scope: Scope::OneRepository(RepositoryName::parse("teamA").expect("a name")),
        ..wanted(Scope::CodeCommit)
    };
    let general = block().replace("'dev one'", "general");
    let own = block().replace("*.amazonaws.com", "us-east-2.amazonaws.com/v1/repos/teamA");
    let both = format!("{general}{own}");
    assert_eq!(applied(&general, &one), both);
    assert_eq!(applied(&format!("{general}{}", own.replace("'dev one'", "old")), &one), both, "replaced in place");
    assert_eq!(applied(&format!("{own}{general}"), &one), both, "where the general one had silenced it");
    // And the general one can be changed without touching it.
    assert_eq!(applied(&both, &wanted(Scope::CodeCommit)), format!("{}{own}", block()));
}

#[test]
fn each_family_of_hosts_has_its_section() {
    let all = Wanted { families: Families { fips: true, vpc: true }, ..wanted(Scope::CodeCommit) };
    let hosts = [
        "git-codecommit.*.amazonaws.com",
        "git-codecommit-fips.*.amazonaws.com",
        "*.git-codecommit.*.vpce.amazonaws.com",
        "*.git-codecommit-fips.*.vpce.amazonaws.com",
    ];
    let blocks = |hosts: &[&str]| {
        hosts.iter().map(|host| block().replace("git-codecommit.*.amazonaws.com", host)).collect::<String>()
    };
    assert_eq!(applied("", &all), blocks(&hosts));
    let china = Wanted { region: Region::parse("cn-north-1").expect("a region"), ..wanted(Scope::CodeCommit) };
    assert_eq!(applied(&block(), &china), format!("{}{}", block(), blocks(&["git-codecommit.*.amazonaws.com.cn"])));
    let old = Wanted { wildcards: false, ..all };
    assert_eq!(
        applied("", &old),
        blocks(&["git-codecommit.us-east-2.amazonaws.com", "git-codecommit-fips.us-east-2.amazonaws.com"])
    );
}

#[test]
fn a_git_without_resets_gets_none() {
    let old = Wanted { wildcards: false, resets: false, ..wanted(Scope::CodeCommit) };
    let lines = block().replace('*', "us-east-2").replace("\thelper =\n", "");
    assert_eq!(applied("[credential]\n\thelper = cache\n", &old), format!("[credential]\n\thelper = cache\n{lines}"));
    assert_eq!(applied(&lines.replace("'dev one'", "old"), &old), lines);
}

#[test]
fn the_guides_helper_for_every_host_makes_way_for_ours() {
    let before =
        "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n[user]\n\tname = x\n";
    assert_eq!(applied(before, &wanted(Scope::CodeCommit)), format!("[user]\n\tname = x\n{}", block()));
    let shared =
        "[credential]\n\thelper = osxkeychain\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n";
    assert_eq!(
        applied(shared, &wanted(Scope::CodeCommit)),
        format!("[credential]\n\thelper = osxkeychain\n\tUseHttpPath = true\n{}", block())
    );
}

#[test]
fn for_every_host_the_plain_section_is_used_and_other_helpers_stay() {
    let every = wanted(Scope::EveryHost);
    assert_eq!(applied("", &every), format!("[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n"));
    assert_eq!(
        applied("[Credential]\n\thelper = osxkeychain\n[user]\n", &every),
        format!("[Credential]\n\thelper = osxkeychain\n\thelper = {HELPER}\n\tUseHttpPath = true\n[user]\n")
    );
    assert_eq!(
        applied(
            "[credential]\n helper = !aws codecommit credential-helper $@\n helper = cache\n usehttppath = no\n helper = !codecommit-setup x",
            &every
        ),
        format!("[credential]\n helper = {HELPER}\n helper = cache\n UseHttpPath = true\n")
    );
    assert_eq!(applied(&block(), &every), format!("[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n"));
    let older =
        "[credential \"git-codecommit.us-east-2.amazonaws.com\"]\n\thelper = !codecommit-setup credential-helper\n";
    assert_eq!(applied(older, &every), format!("[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n"));
    let elsewhere = "[credential \"https://github.com\"]\n\thelper = gh\n";
    assert_eq!(
        applied(elsewhere, &every),
        format!("{elsewhere}[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n")
    );
}

#[test]
fn a_program_by_another_name_is_written_once() {
    let helper = Helper::BuiltIn { program: "/opt/cc".to_owned() };
    let every = Wanted { helper, ..wanted(Scope::EveryHost) };
    let before = "[credential]\n\thelper = \"!/opt/cc credential-helper --profile 'dev one'\"\n";
    assert_eq!(applied(before, &every), format!("{before}\tUseHttpPath = true\n"));
}

#[test]
fn a_file_that_git_could_not_read_is_refused_with_its_line() {
    for (before, line) in [("[user\n\tname = x\n", 1), ("[a]\n\tb = c\n\t= d\n", 3), ("[a]\n\tb = \"c\n", 2)] {
        let error = apply(before.as_bytes(), &wanted(Scope::CodeCommit)).expect_err(before);
        assert_eq!(error.line, Some(line), "{before}: {error}");
    }
}

/// Lines that nobody may change.
fn foreign_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"[user]".to_vec()),
        Just(b"[a \"b\\\"]c\"] d = e ; f".to_vec()),
        Just(b"  [core] bare".to_vec()),
        Just(b"\tname = \xff\xfe # x".to_vec()),
        Just(b"\tlong = one \\\n  two".to_vec()),
        Just(b"# [credential]".to_vec()),
        Just(b"".to_vec()),
        Just(b"[credential \"https://github.com\"]".to_vec()),
        Just(b"[credential]".to_vec()),
        Just(b"\thelper = cache --timeout 3".to_vec()),
        Just(b"[credential \"https://git-codecommit.eu-west-1.amazonaws.com\"]".to_vec()),
        Just(b"[CREDENTIAL.legacy]".to_vec()),
    ]
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let sections = prop_oneof![
        Just("[credential \"https://git-codecommit.*.amazonaws.com\"]"),
        Just("  [credential \"https://git-codecommit.us-east-2.amazonaws.com/\"]helper = x"),
        Just("[credential]"),
        Just("\thelper"),
        Just("\thelper ="),
        Just("\thelper = \\\n !aws codecommit \\\n credential-helper"),
        Just("\thelper = !aws codecommit credential-helper $@ # c"),
        Just("\tUseHttpPath = false"),
        Just("\tusehttppath"),
    ];
    prop_oneof![foreign_line(), sections.prop_map(|line| line.as_bytes().to_vec())]
}

fn file(line: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(line, 0..12), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(lines, windows, mark, last_newline)| {
            let ending: &[u8] = if windows { b"\r\n" } else { b"\n" };
            let mut bytes = if mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
            bytes.extend(lines.join(ending));
            if last_newline {
                bytes.extend(ending);
            }
            bytes
        },
    )
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    let one = RepositoryName::parse("teamA-app").expect("a name");
    let scope = prop_oneof![Just(Scope::CodeCommit), Just(Scope::EveryHost), Just(Scope::OneRepository(one))];
    let aws = Helper::AwsCli { program: "aws".to_owned() };
    let helper = prop_oneof![Just(aws), Just(Helper::BuiltIn { program: "/opt/a;b/cc".to_owned() })];
    let families = (any::<bool>(), any::<bool>()).prop_map(|(fips, vpc)| Families { fips, vpc });
    let git = prop_oneof![Just((true, true)), Just((false, true)), Just((false, false))];
    (scope, helper, families, git).prop_map(|(scope, helper, families, (wildcards, resets))| Wanted {
        helper,
        families,
        wildcards,
        resets,
        ..wanted(scope)
    })
}

/// The lines that have nothing to do with credentials.
fn foreign(bytes: &[u8]) -> Vec<Vec<u8>> {
    let starts = [&b"\tname"[..], b"[user]", b"  [core]", b"[a ", b"\tlong", b"  two", b"# ["];
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec());
    lines.filter(|line| starts.iter().any(|start| line.starts_with(start))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_file_without_ours_is_kept_to_the_byte(before in file(foreign_line()), wanted in any_wanted()) {
        let Ok(after) = apply(&before, &wanted) else { return Ok(()) };
        let first = before.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let ending: &[u8] = if before[..first].ends_with(b"\r") { b"\r\n" } else { b"\n" };
        let newline_added = [before.as_slice(), ending].concat();
        let mut rest = after.clone();
        let mut is_before = rest == before;
        // From the last line up; where the section was there already, its header is not among them.
        for line in wanted.lines().iter().rev() {
            let line = [line.as_bytes(), ending].concat();
            if let Some(at) = rest.windows(line.len()).rposition(|window| window == line) {
                rest.drain(at..at + line.len());
            }
            is_before |= rest == before || rest == newline_added;
        }
        prop_assert!(is_before, "{}\n---\n{}", String::from_utf8_lossy(&before), String::from_utf8_lossy(&after));
    }

    #[test]
    fn what_was_added_can_be_taken_out(before in file(foreign_line()), wanted in any_wanted()) {
        let Ok(after) = apply(&before, &wanted) else { return Ok(()) };
        let back = take_out(&after, &wanted.sections(), &wanted.helper_value());
        prop_assert!(back.is_ok(), "{:?}", String::from_utf8_lossy(&after));
        let back = back.expect("just checked");
        let value = wanted.helper_value().into_bytes();
        prop_assert!(!back.windows(value.len()).any(|part| part == value), "{:?}", String::from_utf8_lossy(&back));
        prop_assert_eq!(foreign(&before), foreign(&back));
        prop_assert_eq!(take_out(&back, &wanted.sections(), &wanted.helper_value()), Ok(back.clone()));
    }

    #[test]
    fn twice_is_once(before in file(any_line()), wanted in any_wanted()) {
        if let Ok(after) = apply(&before, &wanted) {
            prop_assert_eq!(apply(&after, &wanted), Ok(after.clone()), "{}", String::from_utf8_lossy(&before));
        }
    }

    #[test]
    fn lines_of_others_keep_their_order(before in file(any_line()), wanted in any_wanted()) {
        let Ok(after) = apply(&before, &wanted) else { return Ok(()) };
        prop_assert_eq!(foreign(&before), foreign(&after));
    }

    #[test]
    fn no_bytes_make_it_panic(text in "[\\[\\]a-c= \\\\\n\r#;\t\".]{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..40), wanted in any_wanted()) {
        for before in [text.as_bytes(), &bytes] {
            if let Ok(after) = apply(before, &wanted) {
                prop_assert_eq!(apply(&after, &wanted), Ok(after.clone()));
            }
        }
    }
}
