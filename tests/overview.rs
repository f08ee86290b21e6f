//! The overview: what somebody who comes back sees, and the ways on from it.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use codecommit_setup::checkup::{Check, Checkup, Status, known};
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::effect::{Ending, Progress, Request};
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::facts::{Surroundings, Tidied};
use support::walker::{Walker, surroundings};
use support::world::{World, denied, kind};

fn opened(world: World) -> Walker {
    Walker::opened(world, surroundings(), Answers::default())
}

fn check(id: &'static str, status: Status, found: &str) -> Check {
    Check {
        id,
        title: id,
        status,
        found: found.to_owned(),
        why: String::new(),
        fix: Vec::new(),
        cause: None,
        milliseconds: 5,
    }
}

/// A world in which the doctor finds what is named.
fn wrong(id: &str) -> World {
    let mut world = World::set_up();
    let verdict = known().iter().find(|verdict| verdict.id == id).unwrap().clone();
    let failed = check("git-identity", Status::Fail, "it is not as it should be");
    world.checkup = Checkup { verdict: Some(verdict), checks: vec![failed], ..Checkup::default() };
    world
}

#[test]
fn a_bare_machine_sees_the_first_step() {
    for world in [World::ready(), World::bare()] {
        let mut walker = opened(world);
        walker.sees("Step 1 · Tools").press("[esc]").sees("Step 1 · Tools");
        assert!(!walker.wizard.is_opening());
        assert!(!walker.wizard.screen().keys.iter().any(|hint| hint.has(Key::Esc)));
    }
}

#[test]
fn a_machine_that_was_set_up_sees_what_is_there() {
    let mut world = World::set_up();
    world.put_clone("MyDemoRepo", None);
    world.put_clone("payments-api", Some("admin"));
    world.put_clone("gone", None);
    world.files.remove(std::path::Path::new("/home/ann/src/gone/.git/config"));
    let mut walker = opened(world);
    walker
        .sees("Step 0 · Overview · new-developer · 123456789012 · us-east-2 · default")
        .sees("This computer can use CodeCommit as new-developer.")
        .sees("ok: Tools git 2.47.3, AWS CLI 2.36.7")
        .sees("ok: Profile default: IAM user new-developer in account 123456789012")
        .sees("ok: Region us-east-2 (Ohio)")
        .sees("ok: Git helper ~/.gitconfig:5: !aws --profile default codecommit credential-helper $@")
        .sees("there: ~/src/MyDemoRepo MyDemoRepo, us-east-2")
        .sees("there: ~/src/payments-api payments-api, us-east-2, as profile admin")
        .sees("gone: ~/src/gone not there any more");
}

#[test]
fn a_helper_or_a_run_or_a_clone_is_something_to_come_back_to() {
    let mut undone = World::set_up();
    undone.history.last = None;
    assert_eq!(opened(undone).at(), "Overview");
    let mut changed = World::ready();
    changed.history.last = Some("2026".to_owned());
    assert_eq!(opened(changed).at(), "Overview");
    let mut cloned = World::ready();
    cloned.put_clone("MyDemoRepo", Some("default"));
    opened(cloned).sees("Profile default: IAM user new-developer");
}

#[test]
fn what_was_removed_of_what_was_kept_for_undo_is_said_here_at_the_end_and_afterwards() {
    let line = "Removed 2 old copies of your configuration files, which earlier versions had kept for undo.";
    let around = Surroundings { tidied: Tidied { copies: 2, lines: 0 }, ..surroundings() };
    let mut walker = Walker::opened(World::set_up(), around.clone(), Answers::default());
    walker.sees(line);
    assert!(walker.wizard.summary().contains(&line.to_owned()), "{:?}", walker.wizard.summary());
    let bare = Walker::opened(World::ready(), around, Answers::default());
    assert_eq!(bare.at(), "Tools");
    assert!(bare.wizard.summary().contains(&line.to_owned()), "{:?}", bare.wizard.summary());
}

#[test]
fn an_unattended_run_never_sees_it() {
    let answers = Answers { unattended: true, ..Answers::default() };
    let walker = Walker::opened(World::set_up(), surroundings(), answers);
    assert_eq!(walker.at(), "Tools");
}

/// A walk that opens with every request held.
fn held(world: World) -> Walker {
    let mut walker = opened(World::ready());
    walker.world = world;
    walker.wizard = codecommit_setup::wizard::Wizard::new(surroundings(), Answers::default());
    walker.held = true;
    for effect in walker.wizard.start() {
        if let codecommit_setup::wizard::effect::Effect::Ask(id, request) = effect {
            walker.open.push_back((id, request));
        }
    }
    walker
}

/// Answers the first open request of a kind.
fn answer(walker: &mut Walker, of: &str) {
    let at = walker.open.iter().position(|(_, request)| kind(request) == of).unwrap();
    let (id, request) = walker.open.remove(at).unwrap();
    let reply = walker.world.answer(&request);
    walker.event(Event::Reply(id, reply));
}

#[test]
fn it_fills_in_while_it_can_be_used_already() {
    let mut walker = held(World::set_up());
    assert!(walker.wizard.is_opening());
    walker.sees("Step 1 · Tools");
    answer(&mut walker, "history");
    answer(&mut walker, "read git");
    walker.sees("Overview").sees("working: Tools").sees("working: Permissions").sees("whole walk");
    let id = walker.open.iter().find(|(_, request)| matches!(request, Request::Examine(_))).unwrap().0;
    let told = |found: &str| Progress::Checked(Box::new(check("permissions", Status::Pass, found)));
    walker.event(Event::Progress(id, told("may clone and push")));
    walker.sees("ok: Permissions may clone and push").sees("working: Login");
    walker.press("[esc]").sees("The check was stopped").sees("skipped: Login by Git not looked at");
    walker.press("c").sees("Step 1 · Tools");
}

#[test]
fn who_has_pressed_a_key_is_not_taken_elsewhere() {
    let mut walker = held(World::set_up());
    answer(&mut walker, "history");
    walker.press("?[esc]");
    answer(&mut walker, "read git");
    walker.sees("Step 1 · Tools");
    walker.release().press("[esc]").sees("Overview");
}

#[test]
fn what_is_wrong_stands_on_top_with_its_code_and_enter_opens_the_step_that_mends_it() {
    let mut walker = opened(wrong("other-profile"));
    walker.sees("H-73: Git logs in as another profile").sees("Enter opens “Profile”, which mends it.");
    walker.press("[enter]").sees("Step 2 · Profile").press("[enter][enter]");
    walker.sees("Step 4 · Git configuration").press("[enter]").sees("Git can log in");
    walker.world.checkup = Checkup::default();
    walker.press("[enter]").sees("Overview").sees("This computer can use CodeCommit as new-developer.");
}

#[test]
fn programs_that_a_repository_names_run_after_a_key_of_their_own_and_only_then() {
    let mut walker = opened(wrong("repository-programs"));
    walker.sees("R-88: ").sees("Press R to run this repository’s programs and check again.");
    walker.held = true;
    walker.press("r");
    let asked = |walker: &Walker| {
        let programs = |request: &Request| if let Request::Examine(of) = request { Some(of.programs) } else { None };
        walker.open.iter().find_map(|(_, request)| programs(request))
    };
    assert_eq!(asked(&walker), Some(false));
    walker.release();
    walker.held = true;
    walker.press("R");
    assert_eq!(asked(&walker), Some(true));
    // Where there are none, the key is none.
    let mut walker = opened(World::set_up());
    walker.held = true;
    walker.press("R");
    assert_eq!(asked(&walker), None);
}

#[test]
fn a_wrong_that_no_step_mends_is_explained() {
    let mut walker = opened(wrong("clock-off"));
    walker.sees("C-36").sees("No step fixes this.").press("[enter]").sees("Every check").sees("timedatectl");
    walker.press("[esc]").sees("Overview").press("n").sees("Step 5 · Repositories");
}

#[test]
fn where_the_helper_of_another_profile_answers_the_one_set_up_later_is_proposed() {
    let mut world = wrong("other-profile");
    let of = |profile: &str| {
        format!(
            "[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n\thelper = !aws --profile {profile} codecommit credential-helper $@\n\tUseHttpPath = true\n"
        )
    };
    world.put(".gitconfig", &(of("default") + &of("admin")));
    let mut walker = opened(world);
    walker.press("[enter]").sees("Step 2 · Profile").sees("[Enter] use admin").press("[enter][enter]");
    walker.sees("Step 4 · Git configuration").press("[enter]").sees("Git can log in");
    let written = walker.world.text(".gitconfig");
    assert!(written.contains("--profile admin") && !written.contains("--profile default"), "{written}");
}

#[test]
fn what_works_and_is_marked_all_the_same_is_mended_at_a_key() {
    let warned = |fix: &str| {
        let found = "aws is at /opt/aws, where the desktop does not look";
        let fix = vec![fix.to_owned()];
        let check = Check { cause: Some("helper-poor-path"), fix, ..check("helper-program", Status::Warn, found) };
        let mut world = World::set_up();
        world.checkup.checks = vec![check];
        world
    };
    opened(warned("Do it by hand.")).press("m").sees("Overview").sees("Nothing has been changed.");
    let mut walker = opened(warned("codecommit-setup"));
    walker.sees("It works all the same; m opens “Git configuration”").press("m").sees("Step 4 · Git configuration");
    walker.press("[enter]").sees("Git can log in");
    assert!(walker.world.text(".gitconfig").contains("!/usr/bin/aws"), "{}", walker.world.text(".gitconfig"));
}

#[test]
fn where_all_is_well_nothing_is_said_to_have_failed() {
    let mut world = World::set_up();
    world.checkup.verdict = known().iter().find(|verdict| verdict.id == "healthy").cloned();
    world.checkup.checks = vec![check("git", Status::Pass, "2.47.3")];
    let mut walker = opened(world);
    walker.sees("This computer can use CodeCommit as new-developer.").sees("Nothing has been changed.");
    let shown = walker.text();
    assert!(!shown.contains("No step fixes") && !shown.contains("failed"), "{shown}");
    walker.press("[enter]").sees("Step 5 · Repositories");
}

#[test]
fn a_remote_at_another_host_of_codecommit_gets_a_section_of_its_own() {
    let mut world = wrong("host-not-covered");
    let host = "https://git-codecommit-fips.us-east-2.amazonaws.com";
    world.put("src/a/.git/config", &format!("[remote \"origin\"]\n\turl = {host}/v1/repos/MyDemoRepo\n"));
    world.stands_in = Some("src/a");
    let mut walker = opened(world);
    walker.press("[enter]").sees("Step 4 · Git configuration").press("[enter]").sees("Git can log in");
    let written = walker.world.text(".gitconfig");
    assert!(written.contains("[credential \"https://git-codecommit-fips.*.amazonaws.com\"]"), "{written}");
}

#[test]
fn what_a_policy_forbids_opens_the_card_for_an_administrator() {
    let mut walker = opened(wrong("denied"));
    walker.sees("which writes to an administrator what is to be done").press("[enter]");
    walker.sees("Step 3 · Permissions").sees("For an administrator of account");
    assert_eq!(walker.world.changes, [""; 0]);
}

#[test]
fn a_remote_that_is_not_https_opens_on_moving_it() {
    let mut world = wrong("remote-not-https");
    let ssh = "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";
    world.put("src/old/.git/config", &format!("[remote \"origin\"]\n\turl = {ssh}\n"));
    let mut walker = opened(world);
    walker.press("[enter]").sees("Step 5 · Repositories").press("[enter]").sees("src/old").press("[enter][enter]");
    let written = walker.world.text("src/old/.git/config");
    assert!(written.contains("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo"), "{written}");
    walker.world.checkup = Checkup::default();
    walker.press("[enter]").sees("Overview");
}

#[test]
fn a_store_that_is_asked_first_hides_neither_the_profile_nor_the_region() {
    let mut world = wrong("helper-replays");
    world.put(
        ".gitconfig",
        &format!("[credential]\n\thelper = store\n{}", world.text(".gitconfig")).replace("\thelper =\n", ""),
    );
    let mut walker = opened(world);
    walker.sees("ok: Region us-east-2 (Ohio)").press("[enter]").sees("Step 4 · Git configuration");
}

#[test]
fn a_helper_of_the_companys_is_a_set_up_too() {
    let mut world = World::ready();
    let section = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper = !office-login\n";
    world.put(".gitconfig", section);
    opened(world).sees("Overview");
}

#[test]
fn every_check_has_a_page_of_its_own() {
    let mut world = World::set_up();
    world.checkup.checks = vec![check("git", Status::Pass, "2.47.3"), check("kms", Status::Warn, "a policy denies it")];
    let mut walker = opened(world);
    walker.sees("look: Permissions a policy denies it").sees("What to know is marked.");
    walker.press("v").sees("ok: git 2.47.3").sees("look: kms").press("[enter]").sees("whole walk");
}

#[test]
fn more_is_cloned_and_the_walk_comes_back() {
    let mut walker = opened(World::set_up());
    walker.press("[enter]").sees("Step 5 · Repositories").press("[enter]").sees("Done. The clones");
    walker.press("[enter]").sees("Overview").press("[enter][esc]").sees("Overview").press("q");
    assert_eq!(walker.ending, Some(Ending::Done));
    let summary = walker.wizard.summary().join("\n");
    assert!(summary.contains("cloned    ~/src/MyDemoRepo"), "{summary}");
}

#[test]
fn the_whole_walk_leads_through_every_step_and_back_to_the_overview() {
    let mut walker = opened(World::set_up());
    walker.press("c").sees("Step 1 · Tools").press("[enter]").sees("Step 2 · Profile").press("[esc]");
    walker.sees("Step 1 · Tools").press("[esc]").sees("Overview").press("c[enter][enter][enter]");
    walker.sees("Step 3 · Permissions").press("[enter][enter][enter][enter][enter][enter]").sees("Step 6 · Finish");
}

#[test]
fn another_profile_changes_the_helper_and_nothing_else() {
    let mut walker = opened(World::set_up());
    let before = walker.world.text(".gitconfig");
    walker.press("p").sees("Step 2 · Profile").press("[down][enter]").sees("setup-admin").press("[enter]");
    walker.sees("Until now git logged in with profile default, from now on with admin.").press("[enter]");
    walker.sees("Git can log in").press("[enter]").sees("Overview · setup-admin");
    assert_eq!(walker.world.text(".gitconfig"), before.replace("--profile default", "--profile admin"));
    assert_eq!(walker.world.changes, ["write /home/ann/.gitconfig"]);
}

#[test]
fn who_goes_back_from_another_profile_finds_everything_as_it_was() {
    let mut walker = opened(World::set_up());
    walker.press("p[down][enter][enter]").sees("Step 4").press("[esc][esc][esc]").sees("Overview · new-developer");
    assert_eq!(walker.world.changes, [""; 0]);
}

#[test]
fn clones_that_keep_to_the_profile_of_before_are_named_and_follow_where_they_are_marked() {
    let mut world = World::set_up();
    world.put_clone("MyDemoRepo", Some("default"));
    world.put_clone("payments-api", Some("default"));
    world.put_clone("ops", Some("admin"));
    let mut walker = opened(world);
    walker.press("p[down][enter][enter][enter][enter]").sees("These clones have a helper of their own, for default.");
    walker.sees("~/src/payments-api").press("[down] [enter]").sees("default → admin").sees("Added");
    walker
        .press("[enter]")
        .sees("Overview")
        .sees("The clones use the new profile")
        .sees("payments-api, us-east-2, as profile admin");
    walker.sees("MyDemoRepo, us-east-2, as profile default");
    assert!(walker.world.text("src/payments-api/.git/config").contains("--profile admin codecommit"));
    assert!(walker.world.text("src/MyDemoRepo/.git/config").contains("--profile default codecommit"));
}

#[test]
fn where_only_clones_name_the_profile_they_alone_follow() {
    let mut world = World::ready();
    world.put_clone("MyDemoRepo", Some("default"));
    let gitconfig = world.text(".gitconfig");
    let mut walker = opened(world);
    walker.press("p[down][enter][enter]").sees("These clones").press("a[enter][enter]").sees("as profile admin");
    assert_eq!(walker.world.text(".gitconfig"), gitconfig);
    // One more clone gets the same helper.
    walker.press("[enter]").sees("Step 5 · Repositories").press("[down] ").press("[enter]").sees("Done. The clones");
}

#[test]
fn another_region_is_written_to_the_profile_and_asked_for() {
    let mut walker = opened(World::set_up());
    let config = walker.world.text(".aws/config");
    walker.press("g").sees("Another region for profile default? Until now: us-east-2 (Ohio).").press("[enter]");
    walker.sees("The region is us-east-2 already.").press("ireland[enter]").sees("us-east-2 → eu-west-1 (Ireland)");
    walker.sees("Removed region = us-east-2").sees("Added region = eu-west-1").sees("serves that region, too");
    walker.press("[enter]").sees("Overview").sees("eu-west-1 (Ireland) is written").sees("ok: Region eu-west-1");
    let expected = config.replacen("region = us-east-2", "region = eu-west-1", 1);
    assert_eq!(walker.world.text(".aws/config"), expected);
    assert_eq!(walker.world.changes, ["write /home/ann/.aws/config"]);
}

#[test]
fn a_section_for_one_region_is_changed_after_the_region_was() {
    let mut world = World::set_up();
    world.put(".gitconfig", &world.text(".gitconfig").replace('*', "us-east-2"));
    let mut walker = opened(world);
    walker.press("geu-west-1[enter]").sees("the step that changes it comes next").press("[enter]");
    walker.sees("Step 4 · Git configuration").press("[enter]").sees("Git can log in").press("[enter]").sees("Overview");
    walker.sees("ok: Region eu-west-1");
}

#[test]
fn the_last_run_is_undone_after_it_was_shown_what_that_does() {
    let mut walker = opened(World::set_up());
    walker.press("u").sees("dry run: true").sees("~/.gitconfig: put back").press("[esc]").sees("whole walk");
    assert_eq!(walker.world.changes, [""; 0]);
    walker.press("u[enter]").sees("The last run is undone.").press("[enter]").sees("Overview");
    assert_eq!(walker.world.changes, ["undo"]);
    assert!(!walker.wizard.screen().keys.iter().any(|hint| hint.has(Key::Char('u'))));
}

#[test]
fn a_check_that_fails_leaves_the_rest() {
    let mut world = World::set_up();
    world.refuse.insert("examine", denied("examine"));
    world.refuse.insert("identify", denied("identify"));
    let mut walker = opened(world);
    walker.sees("AWS refused.").sees("failed: Profile").sees("p chooses a profile").press("[enter]").sees("Overview");
    walker.press("r").sees("AWS refused.").press("c").sees("Step 1");
}

#[test]
fn git_configuration_opens_with_the_repairs_chosen() {
    let mut world = wrong("asked-before");
    let ours = world.text(".gitconfig");
    world.put(
        ".gitconfig",
        &format!("{}\thelper = osxkeychain\n\tUserHttpPath = true\n", ours.replace("\thelper =\n", "")),
    );
    let mut walker = opened(world);
    walker.press("[enter]").sees("Step 4 · Git configuration").sees("Removed     UserHttpPath = true");
    walker.press("[enter]").sees("Git can log in").press("[enter]").sees("Overview");
    assert!(!walker.world.text(".gitconfig").contains("UserHttpPath"), "{}", walker.world.text(".gitconfig"));
}

#[test]
fn a_helper_without_its_bang_is_mended_by_two_enters() {
    let mut world = wrong("no-bang");
    world.put(".gitconfig", &world.text(".gitconfig").replace("!aws", "aws"));
    let mut walker = opened(world);
    walker.press("[enter]").sees("Added     helper = !aws --profile default").press("[enter]").sees("Git can log in");
}

#[test]
fn the_profile_step_opens_on_the_sign_in_that_has_ended() {
    let mut world = wrong("not-signed-in");
    let sso = "[profile work]\nsso_session = s\nsso_account_id = 1\nsso_role_name = Dev\nregion = us-east-2\n[sso-session s]\nsso_start_url = https://x\n";
    world.put(".aws/config", &(world.text(".aws/config") + sso));
    world.put(".gitconfig", &world.text(".gitconfig").replace("--profile default", "--profile work"));
    let mut walker = opened(world);
    walker.sees("P-27").press("[enter]").sees("Step 2 · Profile").sees("aws sso login --profile work").press("[enter]");
    walker.sees("Dev/ann").press("[enter]").sees("Step 4 · Git configuration");
    walker.world.checkup = Checkup::default();
    walker.press("[enter]s").sees("Overview · Dev/ann");
}

#[test]
fn the_report_is_read_before_it_is_saved() {
    let mut walker = opened(wrong("other-profile"));
    walker
        .press("w")
        .sees("The report, for whoever helps you.")
        .sees("codecommit-setup doctor")
        .press("h")
        .sees("name accounts");
    assert_eq!(walker.world.changes, [""; 0]);
    walker.press("[enter]").sees("~/codecommit-report.txt").press("[enter]").sees("Saved in ~/codecommit-report.txt.");
    assert!(walker.world.text("codecommit-report.txt").contains("H-73"));
    walker.press("[esc]").sees("whole walk");
}
