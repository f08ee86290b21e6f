//! Pictures of the walk: a script of keys against the world in memory, drawn at 80×24, 40×12 and 120×40, with the styles
//! printed under the grid.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use codecommit_setup::checkup::{Check, Verdict, known};
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::effect::Progress;
use codecommit_setup::wizard::event::Event;
use codecommit_setup::wizard::facts::Surroundings;
use codecommit_setup::wizard::names::Region;
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::rights::{Answer, Deed, Denial, Given, Holder, Origin, Rights};
use support::picture::{self, picture};
use support::walker::{Walker, surroundings};
use support::world::{DEVELOPER_KEY, SECRET, SPARE_KEY, World, denied};

fn drawn(walker: &mut Walker, columns: u16, rows: u16) -> String {
    picture(&picture::drawn(walker, columns, rows))
}

/// Keeps the picture of a screen at the three sizes.
fn keep(name: &str, walker: &mut Walker) {
    for (columns, rows) in [(80, 24), (40, 12), (120, 40)] {
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), drawn(walker, columns, rows));
    }
}

#[test]
fn the_whole_walk() {
    let mut walker = Walker::new(World::ready());
    for (name, keys) in [
        ("1_tools", ""),
        ("2_profile", "[enter]"),
        ("2_profile_proven", "[enter]"),
        ("3_permissions", "[enter]"),
        ("3_permissions_confirm", "[enter]"),
        ("3_permissions_attached", "[enter]"),
        ("4_git", "[enter]"),
        ("4_git_proven", "[enter]"),
        ("5_repositories", "[enter]"),
        ("5_repositories_cloned", "[enter]"),
        ("6_finish", "[enter]"),
    ] {
        walker.press(keys);
        keep(name, &mut walker);
    }
}

/// A walk that opens on the overview.
fn opened(world: World) -> Walker {
    Walker::opened(world, surroundings(), Answers::default())
}

#[test]
fn the_overview_of_a_machine_that_was_set_up() {
    let mut world = World::set_up();
    world.put_clone("MyDemoRepo", None);
    world.put_clone("payments-api", Some("default"));
    world.checkup.checks = vec![
        Check::pass("git", "2.47.3 at /usr/bin/git"),
        Check::warn("kms", Some("kms-denied"), "a policy denies the encryption keys"),
        Check::pass("permissions", "may clone, push, list"),
        Check::pass("git-identity", "new-developer"),
    ];
    let mut walker = opened(world);
    keep("0_overview", &mut walker);
    walker.press("v");
    keep("0_overview_all", &mut walker);
    walker.press("[enter]g");
    keep("0_overview_region", &mut walker);
    walker.press("ireland[enter]");
    keep("0_overview_region_review", &mut walker);
    walker.press("[esc][esc]u");
    keep("0_overview_undo", &mut walker);
    walker.press("[esc]p[down][enter][enter][enter][enter]");
    keep("0_overview_pins", &mut walker);
}

#[test]
fn the_overview_when_something_is_wrong() {
    let mut world = World::set_up();
    let why = "Git got access key AKIA…MPLE; profile default has another one.";
    world.checkup.checks =
        vec![Check::fail("git-identity", "other-profile", "setup-admin, not new-developer").why(why)];
    let verdict = known().iter().find(|verdict| verdict.id == "other-profile").cloned();
    world.checkup.verdict = verdict.map(|verdict| Verdict {
        why: why.to_owned(),
        what: verdict.what.replace("{profile}", "default"),
        ..verdict
    });
    keep("0_overview_wrong", &mut opened(world));
}

#[test]
fn a_new_profile() {
    let mut walker = Walker::new(World::ready());
    walker.press(&format!("[enter]n{SPARE_KEY}[tab]{SECRET}"));
    keep("2_profile_form", &mut walker);
    walker.press("[tab][ctrl-u]ire");
    keep("2_profile_region", &mut walker);
    walker.press("[enter]");
    keep("2_profile_review", &mut walker);
}

#[test]
fn the_tools_are_missing() {
    let mut world = World::ready();
    world.git_version = None;
    world.aws_version = Some("aws-cli/1.46.3 Python/3.11.7 Linux/6.18");
    keep("1_tools_missing", &mut Walker::new(world));
}

#[test]
fn the_hand_off_card() {
    let mut world = World::ready();
    world.refuse.insert("attach", denied("User: arn:aws:iam::123456789012:user/new-developer is not authorized"));
    let mut walker = Walker::new(world);
    walker.press("[enter][enter][enter][enter][enter]");
    keep("3_permissions_hand_off", &mut walker);
}

#[test]
fn the_rights_in_full_and_the_group_that_gets_the_policy() {
    let given = |name: &str, origin| Given { name: name.into(), arn: String::new(), origin };
    let (user, group) = (Holder::User("new-developer".into()), Holder::Group("Developers".into()));
    let by = |name: &str| Answer::Allowed { by: vec![name.into()], on: Vec::new() };
    let mut world = World::ready();
    world.rights = Some(Rights {
        policies: vec![
            given("IAMReadOnlyAccess", Origin::Attached(user.clone())),
            given("DenyKeyUse", Origin::Inline(user)),
            given("AWSCodeCommitPowerUser", Origin::Attached(group)),
            given("TeamBoundary", Origin::Boundary),
        ],
        groups: vec!["Developers".into()],
        answers: vec![
            (Deed::List, by("AWSCodeCommitPowerUser")),
            (Deed::Pull, by("AWSCodeCommitPowerUser")),
            (Deed::Push, Answer::Denied(Denial::Boundary)),
            (Deed::Create, Answer::Denied(Denial::Expressly(vec!["user_new-developer_DenyKeyUse".into()]))),
        ],
        key_denials: Some(vec!["user_new-developer_DenyKeyUse".into()]),
        ..Rights::default()
    });
    let mut walker = Walker::new(world);
    walker.press("[enter][enter][enter]");
    keep("3_permissions_rights", &mut walker);
    walker.press("mg");
    keep("3_permissions_group", &mut walker);
    walker.press("[enter]");
    keep("3_permissions_group_confirm", &mut walker);
}

#[test]
fn a_policy_is_waited_for() {
    let mut walker = Walker::new(World::ready());
    walker.press("[enter][enter][enter]");
    walker.held = true;
    walker.press("[enter][enter]");
    let (id, request) = walker.open.pop_front().unwrap();
    let reply = walker.world.answer(&request);
    walker.event(Event::Reply(id, reply));
    let waiting = walker.open[0].0;
    walker.event(Event::Progress(waiting, Progress::Waited(3)));
    keep("3_permissions_waiting", &mut walker);
}

#[test]
fn a_sign_in_that_has_ended_and_a_new_one() {
    let mut world = World::ready();
    let sso = "[profile work-sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = DeveloperAccess\nregion = eu-west-1\n\
        [sso-session s]\nsso_start_url = https://example.awsapps.com/start\n\
        [profile ops]\nrole_arn = arn:aws:iam::123456789012:role/Ops\nsource_profile = default\nmfa_serial = m\nregion = us-east-2\n";
    world.put(".aws/config", &(world.text(".aws/config") + sso));
    let mut walker = Walker::new(world);
    walker.press("[enter][down][down][down][enter]");
    keep("2_profile_code", &mut walker);
    walker.press("[up]");
    keep("2_profile_sso", &mut walker);
    walker.press("[enter]");
    keep("2_profile_signed_out", &mut walker);
    walker.press("[esc][end][enter]");
    keep("2_profile_sso_name", &mut walker);
}

#[test]
fn repositories_filtered_marked_and_cloning() {
    let mut walker = Walker::new(World::ready());
    walker.press("[enter][enter][enter][enter][enter][enter][enter][enter]");
    walker.press(" /pay");
    keep("5_repositories_filter", &mut walker);
    walker.held = true;
    walker.press(" [enter][enter]");
    keep("5_repositories_cloning", &mut walker);
}

/// The walk at the fifth step.
fn at_repositories(world: World) -> Walker {
    let mut walker = Walker::new(world);
    walker.press("[enter][enter][enter][enter][enter][enter][enter][enter]");
    walker
}

#[test]
fn one_repository_and_other_regions() {
    let mut walker = at_repositories(World::ready());
    walker.press("[down]d");
    keep("5_repositories_details", &mut walker);
    walker.press("[esc]g");
    walker.held = true;
    walker.press("a");
    let id = walker.open[0].0;
    let problem = |kind| Problem::new(kind, "It is refused.", "Because of that.", "");
    for (code, count) in [
        ("us-east-2", Ok(3)),
        ("us-east-1", Ok(0)),
        ("us-west-1", Ok(12_000)),
        ("us-west-2", Err(problem(ProblemKind::AccessDenied))),
        ("ca-central-1", Err(problem(ProblemKind::BadCredentials))),
    ] {
        walker.event(Event::Progress(id, Progress::Counted(Region::parse(code).unwrap(), count)));
    }
    walker.press("[down][down][down]");
    keep("5_repositories_regions", &mut walker);
}

#[test]
fn a_region_without_repositories_and_the_first_one() {
    let mut world = World::ready();
    world.repositories.clear();
    let mut walker = at_repositories(world);
    keep("5_repositories_none", &mut walker);
    walker.press("nshop front");
    keep("5_repositories_naming", &mut walker);
    walker.press("[ctrl-u]shop-front[tab]What customers see[enter]");
    keep("5_repositories_making", &mut walker);
    walker.press("[enter]");
    keep("5_repositories_made", &mut walker);
}

#[test]
fn git_gets_no_answer() {
    let mut world = World::ready();
    let problem = Problem::new(
        ProblemKind::Other,
        "The credential helper did not answer.",
        "aws: command not found",
        "Install the AWS CLI, or choose the built-in helper.",
    );
    world.refuse.insert("fill", problem);
    let mut walker = Walker::new(world);
    walker.press("[enter][enter][enter][enter][enter][enter][enter]");
    keep("4_git_no_answer", &mut walker);
}

/// The walk at the fourth step.
fn at_git(world: World) -> Walker {
    let mut walker = Walker::new(world);
    walker.press("[enter][enter][enter][enter][enter][enter]");
    walker
}

#[test]
fn git_has_more_choices_and_obstacles() {
    let mut world = World::ready();
    world.put("src/payments/.git/config", "[credential]\n\thelper = osxkeychain\n\tUserHttpPath = true\n");
    world.stands_in = Some("src/payments");
    let mut walker = at_git(world);
    walker.press("m");
    keep("4_git_more", &mut walker);
    walker.press("x");
    keep("4_git_obstacles", &mut walker);
    walker.press("[enter]");
    keep("4_git_mended", &mut walker);
}

#[test]
fn git_is_told_of_one_repository_or_of_each_clone() {
    let mut walker = at_git(World::ready());
    walker.press("m[tab][right][right]payments-a");
    keep("4_git_naming", &mut walker);
    let mut walker = at_git(World::ready());
    walker.press("m[tab][left]");
    keep("4_git_each_clone", &mut walker);
}

#[test]
fn the_keychain_holds_old_passwords() {
    let mut world = World::ready();
    let host = |region: &str| format!("git-codecommit.{region}.amazonaws.com");
    world.stored = vec![
        (host("us-east-2"), "ann-at-123456789012"),
        (host("us-east-2"), DEVELOPER_KEY),
        (host("us-east-2"), DEVELOPER_KEY),
        (host("eu-west-1"), "ASIAIOSFODNN7EXAMPLE%TOKEN"),
    ];
    let around = Surroundings { keychain: true, ..surroundings() };
    let mut walker = Walker::with(world, around, Answers::default());
    walker.press("[enter][enter][enter][enter][enter][enter]x[enter]");
    keep("4_git_keychain", &mut walker);
    walker.press("[enter]");
    keep("4_git_keychain_next", &mut walker);
    walker.press("[enter]");
    keep("4_git_keychain_empty", &mut walker);
}

#[test]
fn help_and_commands() {
    let mut walker = Walker::new(World::ready());
    walker.press("[enter]?");
    keep("help", &mut walker);
    walker.press("[esc]e");
    keep("commands", &mut walker);
}
