//! The steps, events in, screens and effects out: what each of them does, in sentences.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

use codecommit_setup::wizard::answers::{Answers, HelperAnswer, PolicyAnswer, ScopeAnswer};
use codecommit_setup::wizard::effect::{AccessKey, Ending, Progress, Reply, Repository, Request};
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::facts::Surroundings;
use codecommit_setup::wizard::names::{ProfileName, Region};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::rights::{Answer, Deed, Denial, Given, Holder, Origin, Rights};
use codecommit_setup::wizard::screen::Mark;
use codecommit_setup::wizard::secret::Secret;
use support::walker::{Walker, surroundings};
use support::world::{DEVELOPER_KEY, SECRET, SPARE_KEY, TEMPORARY_KEY, World, copy, denied, setting};

fn walk() -> Walker {
    Walker::new(World::ready())
}

/// Enter until a step is reached.
fn walk_to(world: World, step: &str) -> Walker {
    let mut walker = Walker::new(world);
    for _ in 0..20 {
        if walker.at() == step {
            return walker;
        }
        walker.press("[enter]");
    }
    panic!("{step} was not reached:\n{}", walker.text());
}

#[test]
fn enter_alone_leads_to_a_finished_clone() {
    let mut walker = walk_to(World::ready(), "Finish");
    walker.sees("Done. This computer can use CodeCommit as new-developer.").sees("codecommit-setup undo");
    walker.press("[enter]");
    assert_eq!(walker.ending, Some(Ending::Done));
    assert_eq!(
        walker.world.changes,
        [
            "attach arn:aws:iam::aws:policy/AWSCodeCommitPowerUser to new-developer",
            "write /home/ann/.gitconfig",
            "clone https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo",
        ]
    );
    assert_eq!(
        walker.world.text(".gitconfig"),
        "[user]\n\tname = Ann Developer\n[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\
         \thelper = !aws --profile default codecommit credential-helper $@\n\tUseHttpPath = true\n"
    );
}

#[test]
fn a_second_walk_finds_everything_in_place_and_changes_nothing() {
    let mut world = walk_to(World::ready(), "Finish").world;
    world.changes.clear();
    let mut walker = walk_to(world, "Git configuration");
    walker.sees("~/.gitconfig is as it should be. Nothing will be written.");
    let mut walker = walk_to(walker.world, "Finish");
    walker
        .sees("AWSCodeCommitPowerUser was attached to new-developer already")
        .sees("was right already")
        .sees("there already");
    assert_eq!(walker.world.changes, [] as [&str; 0]);
    assert!(!walker.text().contains("codecommit-setup undo"), "there is nothing to undo");
}

mod tools {
    use super::*;

    #[test]
    fn git_missing_blocks_and_shows_how_to_install_it() {
        let mut world = World::ready();
        world.git_version = None;
        let mut walker = Walker::new(world);
        walker.sees("failed: Git not found").sees("sudo apt-get install git").press("[enter]");
        assert_eq!(walker.at(), "Tools");
        walker.world.git_version = Some("git version 2.47.3");
        walker.press("r[enter]");
        assert_eq!(walker.at(), "Profile");
    }

    #[test]
    fn git_below_the_minimum_blocks() {
        let mut world = World::ready();
        world.git_version = Some("git version 1.7.8");
        let mut walker = Walker::new(world);
        walker.sees("Git 1.7.8 is too old. Upgrade it, then look again with r.").press("[enter]");
        assert_eq!(walker.at(), "Tools");
    }

    #[test]
    fn a_better_git_that_path_does_not_choose_is_shown_with_the_way_to_it() {
        let mut world = World::ready();
        let copies =
            [copy("/old/git", Ok("git version 1.7.8".into())), copy("/opt/g it/git", Ok("git version 2.47".into()))];
        world.copies.insert("git", copies.into());
        let mut walker = Walker::new(world);
        walker.sees("/opt/g it/git (2.47.0)").sees("export PATH='/opt/g it':\"$PATH\", and start this program again");
        assert!(!walker.text().contains("apt-get"), "{}", walker.text());
    }

    #[test]
    fn a_broken_configuration_of_git_is_named_and_nothing_is_to_be_installed() {
        let mut world = World::ready();
        let broken = Problem::new(
            ProblemKind::BrokenFile,
            "Line 1 of ~/.gitconfig is broken.",
            "fatal: bad config",
            "Correct it.",
        );
        world.copies.insert("git", vec![copy("/usr/bin/git", Err(broken))]);
        let mut walker = Walker::new(world);
        walker.sees("Line 1 of ~/.gitconfig is broken.").sees("Correct that file, then look again with r.");
        assert!(!walker.text().contains("nstall"), "{}", walker.text());
        walker.press("[enter]");
        assert_eq!(walker.at(), "Tools");
        walker.world.copies.clear();
        walker.press("r[enter]");
        assert_eq!(walker.at(), "Profile");
    }

    #[test]
    fn an_aws_file_that_the_aws_cli_refuses_is_named_with_its_line_and_mended_before_going_on() {
        let mut world = World::ready();
        let good = world.text(".aws/config");
        let broken =
            Problem::new(ProblemKind::BrokenFile, "The AWS CLI cannot read one of its files.", "ConfigParseError", "");
        world.copies.insert("aws", vec![copy("/usr/bin/aws", Err(broken))]);
        world.put(".aws/config", "[default]\nregion\n");
        let mut walker = Walker::new(world);
        walker.sees("Line 2 of ~/.aws/config cannot be read.").press("[enter]");
        assert!(!walker.text().contains("nstall") && walker.at() == "Tools", "{}", walker.text());
        walker.world.put(".aws/config", &format!("\u{feff}{good}"));
        walker.press("r").sees("UTF-8 BOM");
        walker.world.put(".aws/config", &good);
        // What the AWS CLI refuses and this program can read leaves the built-in helper.
        walker
            .press("r")
            .sees("The AWS CLI cannot read one of its files. ConfigParseError")
            .sees("built into this program");
        walker.world.copies.clear();
        while walker.press("r[enter]").at() != "Git configuration" {}
        walker.sees("helper = !aws --profile default");
    }

    #[test]
    fn an_old_git_is_told_what_it_lacks() {
        let mut world = World::ready();
        world.git_version = Some("git version 2.25.1");
        Walker::new(world).sees("below 2.26.0 each region needs a section of its own");
    }

    #[test]
    fn the_program_that_path_chooses_counts_and_the_command_can_be_copied() {
        let mut world = World::ready();
        world.aws_version = Some("aws-cli/1.46.3 Python/3.11.7 Linux/6.18");
        let mut walker = Walker::new(world);
        walker.sees("in maintenance since July 2026");
        assert!(!walker.text().contains("apt-get"), "it works: {}", walker.text());
        walker.world.aws_version = Some("aws-cli/1.10.0 Python/2.7");
        walker.press("r").sees("git can misread").press("c").sees("Sent to the clipboard");
        assert_eq!(walker.copied, ["sudo apt-get install awscli"]);
    }

    #[test]
    fn without_an_aws_cli_the_built_in_helper_is_written() {
        let mut world = World::ready();
        world.aws_version = None;
        let mut walker = walk_to(world, "Git configuration");
        walker.press("[enter]").sees("Git can log in");
        assert!(walker.world.text(".gitconfig").contains("codecommit-setup credential-helper --profile default"));
    }

    #[test]
    fn an_aws_cli_without_the_codecommit_commands_is_not_used() {
        let mut world = World::ready();
        world.commands = false;
        let mut walker = walk_to(world, "Git configuration");
        walker.sees("AWS CLI (not found)").sees("codecommit-setup credential-helper");
    }

    #[test]
    fn looking_can_be_stopped_and_begun_again() {
        let mut walker = walk();
        walker.held = true;
        walker.press("r").sees("Looking for them.").press("[esc]").sees("Stopped.");
        assert_eq!(walker.cancelled.len(), 2);
        walker.release().press("r[enter]");
        assert_eq!(walker.at(), "Profile");
    }
}

mod profile {
    use super::*;

    fn at_profile(world: World) -> Walker {
        walk_to(world, "Profile")
    }

    #[test]
    fn profiles_are_listed_with_kind_and_region() {
        at_profile(World::ready()).sees("> default | access key | us-east-2").sees("  admin | access key | us-east-2");
    }

    #[test]
    fn a_new_profile_is_proven_before_anything_is_written() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY}[tab]{SECRET}[enter]"));
        walker.sees("This is IAM user second-developer in account 123456789012.");
        walker.sees("Added [CodeCommitProfile]").sees("Added aws_secret_access_key = ••••EKEY");
        assert_eq!(walker.world.changes, [] as [&str; 0]);
        assert!(!walker.text().contains(SECRET));
        walker.press("[enter]").sees("Written, and AWS knows it.");
        assert!(
            walker
                .world
                .text(".aws/credentials")
                .contains(&format!("[CodeCommitProfile]\naws_access_key_id = {SPARE_KEY}"))
        );
        assert!(
            walker.world.text(".aws/config").contains("[profile CodeCommitProfile]\nregion = us-east-2\noutput = json")
        );
    }

    #[test]
    fn a_wrong_secret_writes_nothing_and_keeps_what_was_typed() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY}[tab]{}[enter]", "x".repeat(40)));
        walker.sees("The secret does not belong to the access key.").sees(SPARE_KEY);
        assert_eq!(walker.world.changes, [] as [&str; 0]);
        walker.press(&format!("[ctrl-u]{SECRET}[enter]")).sees("This is IAM user second-developer");
    }

    #[test]
    fn going_back_and_forth_loses_nothing_that_was_typed() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY}[tab]half-a-secret[esc][esc]"));
        assert_eq!(walker.at(), "Tools");
        walker.press("[enter]n").sees(SPARE_KEY).press("[ctrl-r]").sees("half-a-secret");
    }

    #[test]
    fn a_machine_without_profiles_starts_with_the_form() {
        let mut walker = at_profile(World::bare());
        walker
            .sees("Name: default")
            .sees("Region: us-east-2")
            .press("[enter]")
            .sees("The access key ID is still missing.");
    }

    #[test]
    fn a_region_is_found_by_its_place() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{SPARE_KEY}[tab]{SECRET}[tab][ctrl-u]ireland[enter]")).sees("Added region = eu-west-1");
    }

    #[test]
    fn whoever_types_on_a_region_looks_for_another_one() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{SPARE_KEY}[tab]{SECRET}[tab]frank[enter]")).sees("Added region = eu-central-1");
    }

    #[test]
    fn what_is_no_region_is_refused() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{SPARE_KEY}[tab]{SECRET}[tab]nowhere at all[enter]"));
        walker.sees("“nowhere at all” is not the code of an AWS region.");
    }

    #[test]
    fn a_secret_that_was_shown_is_masked_again_when_its_field_is_left() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{SPARE_KEY}[tab]{SECRET}[ctrl-r]")).sees(SECRET).press("[tab]");
        assert!(!walker.text().contains(SECRET));
        walker.press("[backtab][ctrl-r][esc]n");
        assert!(!walker.text().contains(SECRET));
    }

    #[test]
    fn a_secret_in_the_field_of_the_id_goes_nowhere() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{SECRET}[tab]"));
        assert!(!walker.text().contains(SECRET), "it was put into the masked field");
        walker
            .sees("(focus: Access key ID")
            .press(&format!("{SPARE_KEY}[enter]"))
            .sees("This is IAM user second-developer");
        let mut walker = at_profile(World::bare());
        walker.press("what-is-this[tab]x[enter]").sees("That is not an access key ID.");
    }

    #[test]
    fn a_temporary_key_asks_for_its_token() {
        let mut walker = at_profile(World::bare());
        walker.press(&format!("{TEMPORARY_KEY}[tab]{SECRET}[enter]")).sees("The session token is still missing.");
        walker.press("token-token-token-token[enter]").sees("role Developers, session ann");
        assert!(!walker.text().contains("token-token"));
    }

    #[test]
    fn a_profile_of_another_kind_is_never_overwritten() {
        let mut world = World::ready();
        world.put(".aws/config", "[profile work]\nsso_session = x\nregion = us-east-2\n");
        let mut walker = at_profile(world);
        walker.press(&format!("n[backtab][ctrl-u]work[tab]{SPARE_KEY}[tab]{SECRET}[enter]"));
        walker.sees("work");
        assert!(!walker.text().contains("These lines will be written"), "{}", walker.text());
    }

    #[test]
    fn a_profile_without_a_region_asks_for_it_and_writes_it() {
        let mut world = World::ready();
        world.put(".aws/config", "[default]\noutput = json\n");
        let mut walker = at_profile(world);
        walker.press("[enter]").sees("This profile has no region.").press("[ctrl-u]eu-west-1[enter]");
        walker.sees("Added region = eu-west-1").press("[enter]").sees("Written, and AWS knows it.");
    }

    #[test]
    fn a_broken_file_is_named_with_its_line_and_can_be_read_again() {
        let mut world = World::ready();
        let good = world.text(".aws/config");
        world.put(".aws/config", "[default]\nregion = us-east-2\nthis is nothing\n");
        let mut walker = at_profile(world);
        walker.sees("Line 3 of ~/.aws/config cannot be read.");
        walker.world.put(".aws/config", &good);
        walker.press("r").sees("> default");
    }

    #[test]
    fn half_a_key_says_what_to_do() {
        let mut world = World::ready();
        world.put(".aws/credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n");
        at_profile(world).press("[enter]").sees("Profile default holds half an access key.");
    }

    #[test]
    fn what_the_environment_says_is_shown() {
        let mut around = surroundings();
        around.aws_variables = vec![("AWS_PROFILE".into(), Some("other\u{1b}[2J".into()))];
        let mut walker = Walker::with(World::ready(), around, Answers::default());
        walker.press("[enter]").sees("AWS_PROFILE=other\u{fffd}[2J is set in this terminal.");
    }

    #[test]
    fn a_file_that_changes_before_it_is_written_is_planned_again_by_itself_and_told_from_the_second_time_on() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY}[tab]{SECRET}[enter]")).sees("written");
        for (times, told) in [(1, false), (2, true)] {
            let credentials = walker.world.text(".aws/credentials") + &format!("[other{times}]\nregion = eu-west-1\n");
            walker.world.put(".aws/credentials", &credentials);
            walker.press("[enter]").sees("The file changed meanwhile.").sees("Kept region = eu-west-1");
            assert_eq!(walker.text().contains("was changed by something else."), told, "{}", walker.text());
            assert_eq!(walker.world.changes, [] as [&str; 0]);
        }
        walker.press("[enter]").sees("Git will use profile CodeCommitProfile.");
        let written = walker.world.text(".aws/credentials");
        assert!(
            written.contains("[other1]") && written.contains("[other2]") && written.contains(SPARE_KEY),
            "{written}"
        );
    }

    #[test]
    fn where_the_profile_cannot_be_written_the_review_stays_to_try_again() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY}[tab]{SECRET}[enter]"));
        let full =
            Problem::new(ProblemKind::Other, "The file could not be written.", "There is no room.", "Make room.");
        walker.world.refuse.insert("write", full);
        walker
            .press("[enter]")
            .sees("Make room.")
            .sees("write")
            .sees(&format!("Added aws_access_key_id = {SPARE_KEY}"));
        walker.press("[enter]").sees("Make room.");
        walker.world.refuse.clear();
        walker.press("[enter]").sees("Git will use profile CodeCommitProfile.");
    }

    #[test]
    fn the_key_of_an_existing_profile_that_changes_before_its_region_is_written_is_asked_about_anew() {
        let mut world = World::ready();
        world.put(".aws/config", "[profile admin]\nregion = us-east-2\n");
        let mut walker = at_profile(world);
        walker.press("[enter][ctrl-u]us-east-2[enter]").sees("Added region = us-east-2");
        let credentials = walker.world.text(".aws/credentials").replace(DEVELOPER_KEY, SPARE_KEY);
        walker.world.put(".aws/credentials", &credentials);
        walker.world.put(".aws/config", "[profile admin]\nregion = us-east-2\noutput = text\n");
        walker.press("[enter]").sees("The file changed meanwhile.").press("[enter]");
        walker.sees("Git will use profile default.");
        assert!(walker.world.text(".aws/credentials").contains(SPARE_KEY));
    }

    const GIT_USES_ADMIN: &str = "[credential]\n\thelper = !aws --profile admin codecommit credential-helper $@\n";

    #[test]
    fn the_cursor_starts_on_the_profile_that_git_uses_now() {
        let mut world = World::ready();
        world.put(".gitconfig", GIT_USES_ADMIN);
        let mut walker = at_profile(world);
        walker.sees("> admin").sees("Git uses admin now.").press("[up][enter]o").sees("> default");
        let answers = Answers { profile: Some(ProfileName::parse("default").unwrap()), ..Answers::default() };
        let mut walker = Walker::with(walker.world, surroundings(), answers);
        walker.press("[enter]").sees("> default");
    }

    #[test]
    fn a_section_of_another_region_does_not_move_the_cursor() {
        let mut world = World::ready();
        world.put(
            ".gitconfig",
            &GIT_USES_ADMIN.replace("credential]", "credential \"https://git-codecommit.eu-west-1.amazonaws.com\"]"),
        );
        at_profile(world).sees("> default");
    }

    #[test]
    fn a_configuration_that_git_cannot_read_does_not_hinder_the_choice() {
        let mut world = World::ready();
        world.put(".gitconfig", "[user");
        at_profile(world).sees("> default").press("[enter]").sees("AWS knows it.");
    }

    #[test]
    fn a_second_walk_with_another_profile_changes_nothing_either() {
        let mut walker = at_profile(World::ready());
        walker.press("[down]");
        let enter_to_finish = |mut walker: Walker| {
            while walker.at() != "Finish" {
                walker.press("[enter]");
            }
            walker.world
        };
        let mut world = enter_to_finish(walker);
        assert!(world.text(".gitconfig").contains("--profile admin"));
        world.changes.clear();
        let world = enter_to_finish(Walker::new(world));
        assert_eq!(world.changes, [] as [&str; 0]);
    }

    #[test]
    fn a_profile_that_is_named_and_does_not_exist_is_said_and_can_be_made() {
        let answers = Answers { profile: Some(ProfileName::parse("nosuch").unwrap()), ..Answers::default() };
        let mut walker = Walker::with(World::ready(), surroundings(), answers);
        walker.press("[enter]").sees("There is no profile “nosuch” in the AWS files.").sees("  default");
        walker.press("n").sees("Name: nosuch");
        assert!(!walker.text().contains("There is no profile"));
    }

    #[test]
    fn whose_key_would_be_replaced_is_said_before_it_is() {
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n[backtab][ctrl-u]admin[tab]{SPARE_KEY}[tab]{SECRET}[enter]"));
        walker.sees("This is IAM user second-developer in account 123456789012.");
        walker.sees("take the place of the access key AKIA…MPLE of IAM user setup-admin in account 123456789012");
        walker.sees("only undo brings it back").sees("replace the key");
        walker.sees("The old key's lines are kept in ~/.local/state/codecommit-setup/kept for undo.");
        walker.sees("The first setup, apply, clone or undo after 30 days deletes them.");
    }

    #[test]
    fn the_console_s_csv_line_is_put_into_its_fields() {
        for line in [format!("{SPARE_KEY},{SECRET}"), format!("ann,{SPARE_KEY},{SECRET}\n")] {
            let mut walker = at_profile(World::ready());
            walker.press("n").event(Event::Paste(line.clone().into()));
            walker.sees(&format!("Access key ID: {SPARE_KEY} \n")).sees(if line.starts_with("ann") {
                "Name: ann"
            } else {
                "Name: CodeCommitProfile"
            });
            assert!(!walker.text().contains(SECRET));
            walker.press("[enter]").sees("This is IAM user second-developer");
        }
        let mut walker = at_profile(World::ready());
        walker.press(&format!("n{SPARE_KEY},{SECRET}"));
        assert!(!walker.text().contains(SECRET), "{}", walker.text());
    }

    #[test]
    fn fields_filled_by_their_places_mean_the_form_that_was_shown() {
        let mut walker = at_profile(World::bare());
        for (place, text) in [(1, TEMPORARY_KEY), (2, SECRET), (3, "eu-west-1")] {
            walker.event(Event::Fill(place, text.into()));
        }
        walker.press("[enter]").sees("The session token is still missing.").sees("Region: eu-west-1");
        let text = walker.text();
        assert!(text.find("Session token:") < text.find("Region:"), "below the secret: {text}");
    }

    #[test]
    fn the_name_of_a_profile_of_another_kind_is_refused_as_soon_as_it_is_left() {
        let mut world = World::ready();
        world.put(".aws/config", "[profile work]\nsso_session = x\nregion = us-east-2\n");
        let mut walker = at_profile(world);
        walker.press("n[backtab][ctrl-u]work[tab]").sees("The profile work exists and holds other credentials (SSO).");
        walker.press("A").sees("exists and holds").press("[backtab]2[tab]");
        assert!(!walker.text().contains("exists and holds"));
    }

    const SSO: &str = "[profile work]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = Dev\nregion = us-east-2\n\
        [sso-session s]\nsso_start_url = https://example.awsapps.com/start\n\
        [profile deploy]\nrole_arn = arn:aws:iam::1:role/Deploy\nsource_profile = work\nregion = us-east-2\n\
        [profile ops]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = work\nmfa_serial = m\nregion = us-east-2\n";

    fn with_sso() -> World {
        let mut world = World::ready();
        world.put(".aws/config", &(world.text(".aws/config") + SSO));
        world
    }

    #[test]
    fn a_card_says_what_the_profile_under_the_cursor_is_and_what_git_makes_of_it() {
        let mut walker = at_profile(with_sso());
        walker.sees("An access key of an IAM user.").press("[down][down]");
        walker.sees(
            "You sign in with a browser at https://example.awsapps.com/start and are Dev in account 123456789012.",
        );
        walker.press("[down]").sees("Git renews it by itself as long as the sign-in of profile work lasts.");
        walker.press("[down]").sees("git cannot ask for one").press("[enter]");
        walker
            .sees("Git cannot use profile ops: it takes the code of an MFA device.")
            .sees("aws sts get-session-token --profile work");
    }

    #[test]
    fn a_sign_in_that_has_ended_is_made_in_the_terminal_and_the_walk_goes_on() {
        for (way, profile) in [("[down][down]", "work"), ("[down][down][down]", "deploy")] {
            let mut walker = at_profile(with_sso());
            walker.press(way).press("[enter]").sees("The sign-in of profile work has ended").sees("[Enter] sign in");
            walker.sees("aws sso login --profile work").press("[enter]");
            assert_eq!(walker.world.in_terminal, ["aws sso login --profile work"]);
            walker.sees("AWS knows it.").sees(&format!("Git will use profile {profile}.")).sees("SSO user ann");
        }
    }

    #[test]
    fn a_sign_in_that_failed_or_was_made_elsewhere_loses_nothing() {
        let mut walker = at_profile(with_sso());
        walker.world.refuse.insert("terminal", denied("exit code 255"));
        walker.press("[down][down][enter][enter]").sees("exit code 255").sees("[Enter] sign in");
        walker.world.signed_in.insert("work".to_owned());
        walker.press("r").sees("AWS knows it.");
        let mut walker = at_profile(with_sso());
        walker.press("[down][down][enter][esc]").sees("> work");
    }

    #[test]
    fn an_aws_cli_that_cannot_sign_in_is_said_and_not_offered() {
        let mut world = with_sso();
        world.aws_version = Some("aws-cli/1.46.3 Python/3.11.7 Linux/6.18");
        let mut walker = at_profile(world);
        walker.press("[down][down][enter]").sees("needs AWS CLI version 2").sees("this one is 1.46.3");
        assert!(!walker.text().contains("[Enter]"), "{}", walker.text());
        walker.press("[esc]/sso sign-in[tab][enter]").sees("needs AWS CLI version 2");
    }

    #[test]
    fn over_ssh_the_sign_in_shows_an_address_instead_of_a_browser() {
        let around = Surroundings { remote: true, ..surroundings() };
        let mut walker = Walker::with(with_sso(), around, Answers::default());
        walker.press("[enter][down][down][enter]").sees("You are connected over SSH").press("[enter]");
        assert_eq!(walker.world.in_terminal, ["aws sso login --profile work --no-browser --use-device-code"]);
    }

    #[test]
    fn a_new_sso_profile_is_made_by_the_aws_cli_and_then_chosen() {
        let mut walker = at_profile(World::ready());
        walker
            .press("[end][enter]")
            .sees("Name of the profile: CodeCommitProfile")
            .sees("undo does not take that back");
        walker.press("[ctrl-u]admin[enter]").sees("Profile admin exists and is of another kind (access key).");
        walker.press("[ctrl-u]new-sso[enter]").sees("> new-sso | SSO");
        assert_eq!(walker.world.in_terminal, ["aws configure sso --profile new-sso"]);
        walker.press("[enter]").sees("SSO user ann");
    }

    #[test]
    fn keys_of_the_environment_can_be_stored_but_never_are_by_themselves() {
        let mut around = surroundings();
        around.aws_variables = vec![("AWS_ACCESS_KEY_ID".into(), None), ("AWS_SESSION_TOKEN".into(), None)];
        let mut world = World::bare();
        let key = AccessKey {
            id: TEMPORARY_KEY.into(),
            secret: Secret::new(SECRET),
            session_token: Some(Secret::new("planted-token-planted-token")),
        };
        world.environment_key = Some(key);
        let mut walker = Walker::with(world, around, Answers::default());
        walker.press("[enter]").sees("> + keys of this terminal's environment | temporary key").press("[enter]");
        walker.sees("(focus: Name").sees(TEMPORARY_KEY).press("[enter]").sees("role Developers, session ann");
        assert_eq!(walker.world.changes, [] as [&str; 0]);
        assert!(!walker.text().contains("planted-token"));
        walker.press("[enter]").sees("Written, and AWS knows it.");
        assert!(walker.world.text(".aws/credentials").contains("aws_session_token = planted-token-planted-token"));
    }

    #[test]
    fn the_file_of_the_console_is_read_where_its_path_is_typed_for_the_id() {
        let mut world = World::bare();
        world.put("Downloads/ann keys.csv", &format!("Access key ID,Secret access key\r\n{SPARE_KEY},{SECRET}\r\n"));
        world.put("notes.csv", "a,b\n");
        let mut walker = at_profile(world);
        walker.press("~/Downloads/ann keys.csv[tab]").sees(SPARE_KEY).sees("(focus: Secret");
        assert!(!walker.text().contains(SECRET));
        walker.press("[enter]").sees("This is IAM user second-developer");
        let mut walker = at_profile(walker.world);
        walker.press("~/notes.csv[enter]").sees("There is no access key in that file.");
        walker.press("[ctrl-u]~/nowhere.csv[enter]").sees("There is no such file.");
    }

    #[test]
    fn keys_pasted_the_wrong_way_round_with_quotes_and_line_ends_are_put_right() {
        let mut walker = at_profile(World::bare());
        walker.event(Event::Paste(format!(" \"{SECRET}\"\r\n").into()));
        walker.press("[tab]").event(Event::Paste(format!("'{SPARE_KEY}'\n").into()));
        assert!(!walker.text().contains(SECRET));
        walker.press("[enter]").sees("This is IAM user second-developer");
        let mut walker = at_profile(World::bare());
        let json = format!(
            "{{\"Credentials\": {{\n\"AccessKeyId\": \"{TEMPORARY_KEY}\",\n\"SecretAccessKey\": \"{SECRET}\",\n\"SessionToken\": \"tok\"}}}}"
        );
        walker.event(Event::Paste(json.into()));
        walker.press("[enter]").sees("role Developers, session ann");
    }

    #[test]
    fn the_account_has_its_name_and_the_key_a_word_of_advice() {
        let mut walker = at_profile(World::ready());
        walker.press("[enter]").sees("in account 123456789012 (example-shop)").sees("credentials: access key");
        walker.sees("An access key works until it is deleted");
        walker.world.refuse.insert("describe", denied("iam:ListAccountAliases"));
        walker.press("o[enter]").sees("in account 123456789012").sees("AWS knows it.");
        assert!(!walker.text().contains("refused"), "{}", walker.text());
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "the figure is for whoever asks for it")]
    fn five_hundred_profiles_open_at_once_and_are_filtered_as_one_types() {
        let mut world = World::ready();
        let section = |place: usize| {
            format!(
                "[profile sso-{place:03}]\nsso_session = s\nsso_account_id = 1\nsso_role_name = Dev\nregion = eu-west-{}\n",
                place % 3 + 1
            )
        };
        let many: String = (0..500).map(section).collect();
        world.put(".aws/config", &(world.text(".aws/config") + &many));
        world.put(".gitconfig", "[credential]\n\thelper = !aws --profile sso-499 codecommit credential-helper $@\n");
        let mut walker = Walker::new(world);
        let start = std::time::Instant::now();
        walker.press("[enter]");
        let opened = start.elapsed();
        walker.sees("> sso-499 | SSO");
        let start = std::time::Instant::now();
        walker.press("/sso-12");
        let filtered = start.elapsed();
        walker.sees("/sso-12 10 of 504").press("[tab][down]").sees("> sso-121");
        println!("500 profiles: opened in {opened:?}, filtered in {filtered:?}");
        // Without optimisation, and on a machine that does other things.
        assert!(opened.as_millis() < 250 && filtered.as_millis() < 200, "{opened:?} {filtered:?}");
    }

    #[test]
    fn an_answer_that_comes_after_esc_changes_nothing() {
        let mut walker = at_profile(World::ready());
        walker.held = true;
        walker.press("[enter]").sees("Asking AWS");
        let (id, request) = walker.open.front().cloned().unwrap();
        walker.press("[esc]").sees("> default");
        let before = walker.text();
        let late = walker.world.answer(&request);
        walker.event(Event::Reply(id, late));
        assert_eq!(walker.text(), before);
    }

    #[test]
    fn a_clock_that_is_off_is_told_above_a_minute() {
        for (ahead, told) in [(None, false), (Some(40), false), (Some(-1020), true), (Some(90), true)] {
            let mut world = World::ready();
            world.clock_ahead = ahead;
            let mut walker = walk_to(world, "Profile");
            walker.press("[enter]");
            assert_eq!(
                walker.text().contains("the clock of this computer is off"),
                told,
                "{ahead:?}: {}",
                walker.text()
            );
        }
    }
}

mod permissions {
    use super::*;

    fn at_permissions(world: World) -> Walker {
        walk_to(world, "Permissions")
    }

    #[test]
    fn an_administrator_on_this_computer_is_found_and_named() {
        let mut walker = at_permissions(World::ready());
        walker.sees("no CodeCommit policy is attached").sees("Attach with: Some(\"admin\")");
        walker.press("[enter]").sees("IAM user | new-developer").sees("Account | 123456789012");
        walker.sees("arn:aws:iam::aws:policy/AWSCodeCommitPowerUser").sees("--profile admin");
        assert_eq!(walker.world.changes, [] as [&str; 0]);
        walker.press("[enter]").sees("Attached with profile admin, read back, and in effect.");
    }

    #[test]
    fn a_refusal_leads_to_the_card_and_from_there_to_the_administrator() {
        let mut walker = at_permissions(World::ready());
        walker.press("[tab][enter][enter]").sees("Only an administrator can do this.");
        walker
            .sees("Please let IAM user new-developer use CodeCommit:")
            .sees("is not authorized to perform: iam:AttachUserPolicy");
        walker.press("c").sees("Sent to the clipboard");
        assert!(walker.copied[0].contains("aws iam attach-user-policy --user-name new-developer"));
        walker.press("w").sees("Saved as ~/codecommit-permissions.txt");
        walker.press("[esc][tab][enter][enter]").sees("Attached with profile admin");
    }

    #[test]
    fn the_card_can_be_left_and_says_so_at_the_end() {
        let mut world = World::ready();
        world.refuse.insert("attach", denied("no"));
        let mut walker = at_permissions(world);
        walker.press("[enter][enter][enter]");
        assert_eq!(walker.at(), "Git configuration");
        walker.press("[enter][enter][enter][enter][enter]");
    }

    #[test]
    fn a_role_that_may_work_goes_on_and_one_that_may_not_gets_the_card() {
        let mut walker = at_permissions(as_role());
        walker
            .sees("Developers/ann may use CodeCommit, as far as could be tried.")
            .sees("list repositories | yes | it was tried");
        walker.press("h").sees("attach-role-policy --role-name Developers").press("[esc]").sees("may use CodeCommit");
        let mut world = as_role();
        world.rights = Some(answers(&[(Deed::List, Answer::Denied(Denial::Unmentioned))]));
        let mut walker = at_permissions(world);
        walker.sees("is not an IAM user").sees("aws iam attach-role-policy --role-name Developers");
        walker.press("r").sees("Developers/ann may still not use CodeCommit.");
        walker.world.rights = None;
        walker.press("r").sees("Developers/ann may use CodeCommit, as far as could be tried.");
    }

    fn answers(answers: &[(Deed, Answer)]) -> Rights {
        Rights { answers: answers.to_vec(), ..Rights::default() }
    }

    fn as_role() -> World {
        let mut world = World::bare();
        world.put(
            ".aws/credentials",
            &format!(
                "[default]\naws_access_key_id={TEMPORARY_KEY}\naws_secret_access_key={SECRET}\naws_session_token=t\n"
            ),
        );
        world.put(".aws/config", "[default]\nregion=us-east-2\n");
        world
    }

    fn given(name: &str, origin: Origin) -> Given {
        Given { name: name.into(), arn: format!("arn:aws:iam::123456789012:policy/{name}"), origin }
    }

    fn allowed(by: &str) -> Answer {
        Answer::Allowed { by: vec![by.into()], on: Vec::new() }
    }

    #[test]
    fn what_is_allowed_is_said_with_where_it_comes_from() {
        let team = Holder::Group("Developers".into());
        let mut world = World::ready();
        world.rights = Some(Rights {
            policies: vec![
                given("Team", Origin::Attached(team.clone())),
                given("Own", Origin::Inline(Holder::User("new-developer".into()))),
                given("Limits", Origin::Boundary),
            ],
            groups: vec!["Developers".into()],
            key_denials: Some(vec!["user_new-developer_Own".into()]),
            ..answers(&[
                (Deed::List, allowed("Team")),
                (Deed::Pull, allowed("Team")),
                (Deed::Push, Answer::Denied(Denial::Expressly(vec!["user_new-developer_Own".into()]))),
                (Deed::Create, Answer::Denied(Denial::Boundary)),
            ])
        });
        let mut walker = at_permissions(world);
        walker.sees("may use CodeCommit, but not the keys that it needs");
        walker.sees("clone, fetch | yes | Team (group Developers)").sees("push | no | Own (inline) denies it");
        walker.sees("create | no | Limits (boundary) does not allow it");
        walker.sees("Team | attached to group Developers").sees("Own | inline, of the user");
        walker.sees("KMS: Own (inline) expressly denies actions on the key aws/codecommit");
        walker
            .press("h")
            .sees("The permissions boundary Limits has to allow it too.")
            .sees("must not deny the AWS KMS");
        walker.press("[esc]m").sees("Attach another policy?").sees("push | no");
    }

    #[test]
    fn whoever_is_kept_from_pushing_is_told_that_no_policy_helps() {
        let mut world = World::ready();
        let bounded = [(Deed::Pull, allowed("P")), (Deed::Push, Answer::Denied(Denial::Boundary))];
        world.rights = Some(answers(&bounded));
        let mut walker = at_permissions(world);
        walker.sees("new-developer may clone, but not push.").sees("No further policy helps against it.");
    }

    #[test]
    fn what_nobody_would_say_is_not_known() {
        let mut world = World::ready();
        world.attached.insert(("new-developer".into(), "arn:aws:iam::aws:policy/AWSCodeCommitReadOnly".into()));
        world.put(
            ".aws/credentials",
            &world.text(".aws/credentials").replace("AKIAI44QH8DHBEXAMPLE", "AKIAUNKNOWNUNKNOWN12"),
        );
        let mut walker = at_permissions(world);
        // Who can list and is not seen may be able to do more; it goes on.
        walker.sees("new-developer may use CodeCommit, as far as").sees("list repositories | yes | it was tried");
        walker.sees("push | not known").press("m").sees("may use CodeCommit already.");
    }

    #[test]
    fn a_group_gets_the_policy_when_it_is_chosen_and_the_consequence_is_said() {
        let mut world = World::ready();
        world.groups = vec!["Developers", "Staff"];
        let mut walker = at_permissions(world);
        walker.sees("Attach to: Some(\"new-developer\")").press("g").sees("Attach to: Some(\"group Developers\")");
        walker.press("gg").sees("Attach to: Some(\"new-developer\")");
        walker.event(Event::Turn(1, 2));
        walker.sees("Attach to: Some(\"group Staff\")").press("[enter]");
        walker.sees("Group | Staff").sees("Everybody in the group gets it").sees("aws iam attach-group-policy");
        walker.sees("--group-name Staff").press("[enter]").sees("AWSCodeCommitPowerUser is attached to group Staff.");
        assert_eq!(walker.world.changes, ["attach arn:aws:iam::aws:policy/AWSCodeCommitPowerUser to Staff"]);
        // What is there already is not attached again.
        walker.press("m[enter]").sees("AWSCodeCommitPowerUser is attached to group Staff.");
        assert_eq!(walker.world.changes.len(), 1);
    }

    #[test]
    fn a_policy_that_does_not_count_yet_is_waited_for_and_the_wait_can_be_left() {
        let mut walker = at_permissions(World::ready());
        walker.held = true;
        walker.press("[enter][enter]");
        let (id, request) = walker.open.pop_front().unwrap();
        let reply = walker.world.answer(&request);
        walker.event(Event::Reply(id, reply));
        let (waiting, _) = walker.open[0].clone();
        walker.event(Event::Progress(waiting, Progress::Waited(7)));
        walker.sees("Trying whether it counts").sees("tried for 7 s so far").sees("7 of 30").sees("stop");
        walker.press("[esc]").release().sees("Attached with profile admin, and read back.");
        assert_eq!(walker.cancelled, [waiting]);
        assert_eq!(walker.world.changes.len(), 1);
    }

    #[test]
    fn a_policy_that_never_counts_is_said_and_can_be_looked_at_again() {
        let mut world = World::ready();
        world.takes_effect = false;
        let mut walker = at_permissions(world);
        walker.press("[enter][enter]").sees("Attached with profile admin, but listing is still denied.");
        walker.world.takes_effect = true;
        walker.press("r").sees("Attached with profile admin, read back, and in effect.");
        assert_eq!(walker.world.changes.len(), 1);
    }

    #[test]
    fn nobody_waits_for_a_policy_against_a_boundary() {
        let mut world = World::ready();
        world.rights = Some(answers(&[(Deed::List, Answer::Denied(Denial::Boundary))]));
        let mut walker = at_permissions(world);
        walker.held = true;
        walker.press("[tab][enter][enter]");
        let (id, _) = walker.open.pop_front().unwrap();
        walker.event(Event::Reply(id, Ok(Reply::Attached)));
        assert!(matches!(walker.open[0].1, Request::FindRights { .. }), "{:?}", walker.open);
    }

    #[test]
    fn the_quota_comes_with_its_ways_out() {
        let mut world = World::ready();
        world.groups = vec!["Developers"];
        world.attached.insert(("new-developer".into(), "arn:aws:iam::aws:policy/IAMReadOnlyAccess".into()));
        world.takes_effect = false;
        world
            .refuse
            .insert("attach", Problem::new(ProblemKind::LimitReached, "There is no room.", "PoliciesPerUser", ""));
        let mut walker = at_permissions(world);
        walker.press("[enter][enter]").sees("new-developer has as many policies as it can have.");
        walker.sees("attach it to group Developers with g");
        walker.sees(
            "aws iam detach-user-policy --user-name new-developer --policy-arn 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'",
        );
        walker.world.refuse.clear();
        walker.press("[esc]g[enter][enter]").sees("AWSCodeCommitPowerUser is attached to group Developers.");
    }

    #[test]
    fn the_card_holds_the_smallest_policy_for_the_repositories_that_are_typed() {
        let mut walker = at_permissions(World::ready());
        walker.press("h").sees("\"arn:aws:codecommit:us-east-2:123456789012:*\"").press("n").sees("Repositories:");
        walker.press("MyDemoRepo, ../x[enter]").sees("cannot be the name of a CodeCommit repository");
        walker.press("[ctrl-u]MyDemoRepo https://git-codecommit.us-east-2.amazonaws.com/v1/repos/web[enter]");
        walker.sees("\"arn:aws:codecommit:us-east-2:123456789012:MyDemoRepo\",").sees("123456789012:web\"");
        walker.press("c");
        assert!(walker.copied[0].contains("\"codecommit:GitPush\""));
        // What is checked again is checked for these repositories.
        walker.held = true;
        walker.press("r");
        let asked = walker.open.front().map(|(_, request)| request);
        assert!(
            matches!(asked, Some(Request::FindRights { repositories, .. }) if repositories.len() == 2),
            "{asked:?}"
        );
        let clone = Some(vec!["payments-api".to_owned()]);
        let mut walker = Walker::with(World::ready(), surroundings(), Answers { clone, ..Answers::default() });
        while walker.at() != "Permissions" {
            walker.press("[enter]");
        }
        walker.press("h").sees("\"arn:aws:codecommit:us-east-2:123456789012:payments-api\"");
    }

    #[test]
    fn a_policy_that_is_there_already_is_enough() {
        let mut world = World::ready();
        world.attached.insert(("new-developer".into(), "arn:aws:iam::aws:policy/AWSCodeCommitReadOnly".into()));
        let mut walker = at_permissions(world);
        walker.sees("may use CodeCommit: AWSCodeCommitReadOnly is attached").sees("Nothing had to be changed.");
    }

    #[test]
    fn whoever_wants_another_policy_is_offered_the_administrator() {
        let mut world = World::ready();
        world.attached.insert(("new-developer".into(), "arn:aws:iam::aws:policy/AWSCodeCommitReadOnly".into()));
        let mut walker = at_permissions(world);
        walker.press("m").sees("Attach another policy?").sees("Attach with: Some(\"admin\")");
        walker
            .press("[esc]")
            .sees("may use CodeCommit")
            .press("m[enter][enter]")
            .sees("AWSCodeCommitPowerUser is attached");
    }

    #[test]
    fn what_was_attached_is_still_told_when_another_policy_is_denied_or_passed_over() {
        let mut walker = at_permissions(World::ready());
        walker.press("[enter][enter]").sees("Attached with profile admin").press("ms");
        assert_eq!(walker.at(), "Git configuration");
        walker.press("[esc]").sees("AWSCodeCommitPowerUser is attached");
        walker.world.refuse.insert("attach", denied("no"));
        walker.press("m[down][enter][enter]").sees("Only an administrator").press("[enter]");
        let mut walker = {
            while walker.at() != "Finish" {
                walker.press("[enter]");
            }
            walker
        };
        walker.sees("AWSCodeCommitPowerUser attached to new-developer with profile admin; AWSCodeCommitReadOnly is not attached");
    }

    #[test]
    fn checking_again_says_that_it_is_still_not_attached_and_sees_when_it_is() {
        let mut world = World::ready();
        world.refuse.insert("attach", denied("no"));
        let mut walker = at_permissions(world);
        walker.press("[enter][enter]r").sees("AWSCodeCommitPowerUser is still not attached to new-developer.");
        walker.sees("Please let IAM user").press("c");
        walker.world.refuse.insert("rights", denied("no"));
        walker.press("r").sees("AWS refused.");
        walker.world.refuse.clear();
        walker.world.attached.insert(("new-developer".into(), "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser".into()));
        walker.press("r").sees("new-developer may use CodeCommit: AWSCodeCommitPowerUser is attached.");
    }

    #[test]
    fn none_goes_on_without_asking() {
        let mut walker = at_permissions(World::ready());
        walker.press("[end][enter]");
        assert_eq!(walker.at(), "Git configuration");
        assert_eq!(walker.world.changes, [] as [&str; 0]);
    }

    #[test]
    fn another_account_on_this_computer_is_not_offered() {
        let mut world = World::ready();
        world.put(
            ".aws/credentials",
            &world.text(".aws/credentials").replace("AKIAI44QH8DHBEXAMPLE", "AKIAUNKNOWNUNKNOWN12"),
        );
        let mut walker = at_permissions(world);
        walker.sees("could not be seen from here").sees("of [\"default (may not look)\"]");
    }
}

mod git_configuration {
    use super::*;

    /// With the profile `default`, whatever git uses.
    fn at_git(world: World) -> Walker {
        let profile = ProfileName::parse("default").ok();
        let mut walker = Walker::with(world, surroundings(), Answers { profile, ..Answers::default() });
        while walker.at() != "Git configuration" {
            walker.press("[enter]");
        }
        walker
    }

    #[test]
    fn the_change_is_shown_before_it_is_made() {
        let mut walker = at_git(World::ready());
        walker.sees("Added [credential \"https://git-codecommit.*.amazonaws.com\"]").sees("Nothing has been changed.");
        assert!(!walker.world.text(".gitconfig").contains("credential"));
        walker
            .press("[enter]")
            .sees("Git can log in to CodeCommit.")
            .sees("access key AKIA…MPLE belongs to new-developer");
    }

    #[test]
    fn the_guides_own_form_is_the_other_choice() {
        let mut walker = at_git(World::ready());
        walker.press("[tab][right]").sees("Added     helper = !aws codecommit credential-helper $@").press("[enter]");
        assert_eq!(
            walker.world.text(".gitconfig"),
            "[user]\n\tname = Ann Developer\n[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n"
        );
    }

    #[test]
    fn a_git_without_wildcards_gets_the_exact_host() {
        let mut world = World::ready();
        world.git_version = Some("git version 2.25.1");
        at_git(world).sees("Added [credential \"https://git-codecommit.us-east-2.amazonaws.com\"]");
    }

    #[test]
    fn the_helpers_that_git_would_ask_are_shown_in_order() {
        let mut world = World::ready();
        world.put(".gitconfig", "[credential]\n\thelper = osxkeychain\n");
        at_git(world).sees("osxkeychain | global ~/.gitconfig:2 | cleared").sees("global ~/.gitconfig:5 | answers");
    }

    #[test]
    fn a_gitconfig_that_changes_before_it_is_written_is_planned_again_by_itself_and_told_from_the_second_time_on() {
        let mut walker = at_git(World::ready());
        for (name, told) in [("One", false), ("Two", true)] {
            walker.world.put(".gitconfig", &format!("[user]\n\tname = {name}\n"));
            walker.press("[enter]").sees("The file changed meanwhile.").sees(&format!("Kept     name = {name}"));
            assert_eq!(walker.text().contains("was changed by something else."), told, "{}", walker.text());
        }
        walker.press("[enter]").sees("Git can log in to CodeCommit.");
        assert!(walker.world.text(".gitconfig").starts_with("[user]\n\tname = Two\n[credential"));
    }

    #[test]
    fn where_gits_own_file_can_never_be_written_the_other_one_that_git_reads_is_offered_once() {
        let mut walker = at_git(World::ready());
        let mounted = Problem::new(ProblemKind::NotWritable, "It could not be written.", "It is mounted.", "Move it.");
        walker.world.refuse.insert("write", mounted);
        walker.sees("~/.gitconfig").press("[enter]").sees("It is mounted.").sees("~/.config/git/config new");
        walker.sees("Git reads ~/.config/git/config as well").press("e").sees("git config --file ~/.config/git/config");
        walker.press("[esc][enter]").sees("It is mounted.").sees("~/.config/git/config new");
        assert!(!walker.text().contains("~/.gitconfig as well"), "{}", walker.text());
        walker.world.refuse.clear();
        walker.press("[enter]").sees("Git can log in to CodeCommit.");
        assert!(walker.world.text(".config/git/config").contains("codecommit credential-helper"));
        assert!(!walker.world.text(".gitconfig").contains("credential"));
    }

    #[test]
    fn a_repository_that_keeps_git_from_the_helper_is_told_though_git_logs_in_elsewhere() {
        let mut world = World::ready();
        world.stands_in = Some("src/shop");
        world.put("src/shop/.git/config", "[credential]\n\thelper =\n");
        let mut walker = at_git(world);
        walker.sees("Git would not come to this helper").press("[enter]").sees("Git can log in to CodeCommit.");
        walker.sees("Git does not use this helper in the repository that you are in.");
        walker.press("[enter]");
        let git = walker.wizard.outcomes()[3].1.unwrap().clone();
        assert!(git.mark == Mark::Look && git.text.contains("not in the repository that you are in"), "{git:?}");
    }

    #[test]
    fn a_full_disk_keeps_the_git_configuration_in_view_to_try_again() {
        let mut walker = at_git(World::ready());
        let full = Problem::new(ProblemKind::Other, "It could not be written.", "There is no room.", "Make room.");
        walker.world.refuse.insert("write", full);
        walker.press("[enter]").sees("Make room.").sees("Added [credential");
        walker.world.refuse.clear();
        walker.press("[enter]").sees("Git can log in to CodeCommit.");
    }

    #[test]
    fn a_file_that_git_refuses_is_named_and_not_touched() {
        let mut world = World::ready();
        world.put(".gitconfig", "[user\nname = x\n");
        let mut walker = at_git(world);
        walker.sees("cannot be read").press("[esc]");
        assert_eq!(walker.world.text(".gitconfig"), "[user\nname = x\n");
    }

    #[test]
    fn an_answer_for_somebody_else_is_noticed() {
        let mut world = World::ready();
        world.put(".gitconfig", "[credential]\n\thelper = !aws --profile admin codecommit credential-helper $@\n");
        let mut walker = at_git(world);
        walker.press("[tab][right]").sees("Removed     helper = !aws --profile admin");
        walker.press("[enter]").sees("belongs to new-developer");
    }

    #[test]
    fn when_git_gets_no_answer_the_way_out_is_shown() {
        let mut world = World::ready();
        world
            .refuse
            .insert("fill", Problem::new(ProblemKind::Other, "The helper failed.", "'path'", "Set UseHttpPath."));
        let mut walker = at_git(world);
        walker.press("[enter]").sees("Git cannot log in").sees("The helper failed.");
        walker.world.refuse.clear();
        walker.press("r").sees("Git can log in to CodeCommit.");
    }

    const OURS: &str = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\thelper = !aws --profile default codecommit credential-helper $@\n\tUseHttpPath = true\n";

    fn with_global(text: &str) -> Walker {
        let mut world = World::ready();
        world.put(".gitconfig", text);
        at_git(world)
    }

    #[test]
    fn a_clone_that_the_walk_starts_in_can_be_told_alone_and_proves_itself() {
        let mut world = World::ready();
        let own = "[remote \"origin\"]\n\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api\n";
        world.put("src/payments/.git/config", own);
        world.stands_in = Some("src/payments");
        let mut walker = at_git(world);
        walker.sees("only ~/src/payments").press("[tab][right][right]").sees("~/src/payments/.git/config");
        walker.press("[enter]").sees("git ls-remote read payments-api: 1 branch");
        assert_eq!(walker.world.text("src/payments/.git/config"), format!("{own}{OURS}"));
        assert_eq!(walker.world.text(".gitconfig"), "[user]\n\tname = Ann Developer\n");
        walker.press("oe").sees("git config --local --add");
    }

    #[test]
    fn one_repository_is_typed_by_its_name() {
        let mut walker = with_global(OURS);
        walker.press("m[tab][right][right]").sees("Which repository?").press("a/b[enter]");
        walker.sees("cannot be the name of a CodeCommit repository").press("[ctrl-u]payments-api[enter]");
        walker.sees("Added [credential \"https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api\"]");
        walker.press("[enter]").sees("git ls-remote read payments-api");
        assert!(walker.world.text(".gitconfig").starts_with(OURS));
        let mut walker = with_global(OURS);
        walker.press("m[tab][right][right][esc]").sees("For*: Some(\"every host (AWS guide)\")");
    }

    #[test]
    fn each_new_clone_can_be_told_by_itself() {
        let mut walker = at_git(World::ready());
        walker.press("m[tab][left]").sees("Written into each clone that is made next");
        walker.sees("credential.https://git-codecommit.us-east-2.amazonaws.com.UseHttpPath = true");
        walker.press("[enter]").sees("Git can log in to CodeCommit.");
        assert_eq!(walker.world.text(".gitconfig"), "[user]\n\tname = Ann Developer\n");
        walker.press("[enter]");
        walker.held = true;
        walker.press("[enter]");
        let Some((_, Request::Clone { url, settings, .. })) = walker.open.front() else {
            panic!("no clone: {:?}", walker.open)
        };
        assert_eq!(
            settings.pin[0],
            ("credential.https://git-codecommit.us-east-2.amazonaws.com.helper".to_owned(), String::new())
        );
        assert_eq!((settings.pin.len(), url.ends_with("MyDemoRepo")), (3, true));
    }

    #[test]
    fn further_hosts_are_offered_where_there_are_any_and_stay_once_they_are_served() {
        let mut walker = at_git(World::ready());
        walker.press("m[tab][tab][right]").sees("git-codecommit-fips.*.amazonaws.com").press("[right]");
        walker.sees("*.git-codecommit.*.vpce.amazonaws.com");
        let fips = OURS.replace("git-codecommit.", "git-codecommit-fips.").replace("default", "admin");
        with_global(&fips).sees("Removed     helper = !aws --profile admin").sees("Hosts: Some(\"and FIPS\")");
    }

    #[test]
    fn the_choices_start_from_how_git_logs_in_now() {
        let guide = "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n";
        let built_in = OURS.replace(
            "!aws --profile default codecommit credential-helper $@",
            "!codecommit-setup credential-helper --profile default",
        );
        let by_path = OURS.replace("!aws", "!/usr/bin/aws");
        with_global(guide).sees("“CodeCommit only” in its place spares them that").press("[tab][left]");
        for text in [guide, &built_in, &by_path, OURS] {
            let mut walker = with_global(text);
            walker.sees("~/.gitconfig is as it should be. Nothing will be written.").press("[enter]");
            walker.sees("Git can log in to CodeCommit.");
            assert_eq!(walker.world.text(".gitconfig"), text);
        }
    }

    #[test]
    fn what_was_decided_beforehand_has_the_last_word() {
        let mut world = World::ready();
        world
            .put(".gitconfig", "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n");
        let answers = Answers { scope: Some(ScopeAnswer::CodeCommit), ..Answers::default() };
        let mut walker = Walker::with(world, surroundings(), answers);
        while walker.at() != "Git configuration" {
            walker.press("[enter]");
        }
        walker.press("[enter]");
        assert_eq!(walker.world.text(".gitconfig"), OURS);
    }

    #[test]
    fn a_change_of_the_profile_says_before_and_after() {
        let mut walker = with_global(&OURS.replace("default", "admin"));
        walker.sees("Until now git logged in with profile admin, from now on with default.").press("[enter]");
        assert_eq!(walker.world.text(".gitconfig"), OURS);
    }

    #[test]
    fn a_store_behind_ours_is_shut_out_at_one_key() {
        let store = "[credential]\n\thelper = osxkeychain\n";
        let mut walker = with_global(&format!("{OURS}{store}"));
        walker.sees("x shows what").press("x").sees("the macOS keychain is told every password").sees("~/.gitconfig:6");
        walker.sees("Enter puts our section at the end").press("[enter]").sees("Nothing has been changed.");
        walker.press("[enter]").sees("Git can log in");
        assert_eq!(walker.world.text(".gitconfig"), format!("{store}{OURS}"));
    }

    #[test]
    fn lines_of_other_files_that_are_in_the_way_are_mended_too() {
        let mut world = World::ready();
        world.stands_in = Some("w");
        world.put(".gitconfig", OURS);
        world.put("w/.git/config", "[credential]\n\thelper =\n\thelper = cache\n\tUserHttpPath = true\n");
        let mut walker = at_git(world);
        walker.sees("Git would not come to this helper; x shows why.").press("x");
        walker.sees("a later reset takes our helper out").sees("Enter takes line 2, 3 out of ~/w/.git/config.");
        walker
            .press("[enter]")
            .sees("Removed     helper = cache")
            .press("x")
            .sees("UseHttpPath is misspelt")
            .press("[enter]");
        walker.press("[enter]").sees("Git can log in to CodeCommit.");
        assert_eq!(walker.world.text("w/.git/config"), "[credential]\n\tUseHttpPath = true\n");
    }

    #[test]
    fn settings_of_the_environment_are_told_with_the_command_that_takes_them_back() {
        let mut world = World::ready();
        world.command = vec![setting("credential.helper", ""), setting("credential.helper", "store")];
        let mut walker = at_git(world);
        walker.press("x").sees("Only you can take it back there").press("c[enter]").sees("Why, and what mends it");
        assert_eq!(walker.copied, ["unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS"]);
    }

    #[test]
    fn a_helper_that_is_not_found_makes_way_for_the_built_in_one() {
        let mut world = World::ready();
        world.programs.insert("!aws --profile default codecommit credential-helper $@".to_owned(), None);
        let mut walker = at_git(world);
        walker
            .press("x")
            .sees("aws is not found")
            .press("[enter]")
            .sees("Helper*: Some(\"built-in, answers in milliseconds\")");
    }

    #[test]
    fn the_desktop_that_finds_no_helper_is_told_and_helped() {
        let mut world = World::ready();
        world.aws_on_the_desktop = false;
        let mut walker = at_git(world);
        walker.press("[enter]").sees("a program started from the desktop would not find the helper").press("p");
        walker.sees("helper = !/usr/bin/aws --profile default").press("[enter]").sees("gets the same");
    }

    #[test]
    fn a_repository_that_cannot_be_read_does_not_hide_that_git_logs_in() {
        let answers = Answers { clone: Some(vec!["nowhere".to_owned()]), ..Answers::default() };
        let mut walker = Walker::with(World::ready(), surroundings(), answers);
        while walker.at() != "Git configuration" {
            walker.press("[enter]");
        }
        walker.press("[enter]").sees("Git logs in, but could not read nowhere.").press("[enter]");
        assert_eq!(walker.at(), "Repositories");
    }

    /// A machine with a keychain that holds these passwords, at the step for Git's configuration.
    fn with_keychain(stored: &[(&str, &'static str)]) -> Walker {
        let mut world = World::ready();
        let host = |region: &str| format!("git-codecommit.{region}.amazonaws.com");
        world.stored = stored.iter().map(|(region, user)| (host(region), *user)).collect();
        let around = Surroundings { keychain: true, ..surroundings() };
        let mut walker = Walker::with(world, around, Answers::default());
        while walker.at() != "Git configuration" {
            walker.press("[enter]");
        }
        walker
    }

    const STATIC: &str = "ann-at-123456789012";
    const SESSION: &str = "ASIAIOSFODNN7EXAMPLE%IQoJPLANTEDTOKEN";

    fn deletions(walker: &Walker) -> Vec<&String> {
        walker.world.changes.iter().filter(|change| change.contains("delete")).collect()
    }

    #[test]
    fn dead_passwords_of_the_keychain_are_deleted_one_by_one_and_no_others() {
        let ohio =
            [("us-east-2", STATIC), ("us-east-2", DEVELOPER_KEY), ("us-east-2", "bob"), ("us-east-2", DEVELOPER_KEY)];
        let mut walker = with_keychain(&[&ohio[..], &[("eu-west-1", SESSION)]].concat());
        walker.press("x").sees("the macOS keychain holds 2 passwords of access keys").press("[enter]");
        walker.sees("Press Enter to delete the password of AKIA…MPLE for git-codecommit.us-east-2.amazonaws.com.");
        walker
            .sees("This cannot be undone.")
            .sees("static Git credentials of the IAM user ann in account 123456789012");
        walker.sees("a password of the user bob").sees("ASIA…MPLE");
        assert!(deletions(&walker).is_empty(), "only when it is confirmed");
        walker.press("[enter]").sees("2 deleted");
        assert!(deletions(&walker).iter().all(|change| change.contains(DEVELOPER_KEY)), "{:?}", deletions(&walker));
        walker.sees("Press Enter to delete the password of ASIA…MPLE for git-codecommit.eu-west-1.amazonaws.com.");
        walker.press("[enter]").sees("The keychain holds no password of an access key for CodeCommit any more.");
        assert_eq!(deletions(&walker).len(), 3);
        let left: Vec<_> = walker.world.stored.iter().map(|(_, user)| *user).collect();
        assert_eq!(left, [STATIC, "bob"]);
        assert!(!walker.text().contains("PLANTED"));
        walker.press("[enter]").sees("Nothing has been changed.");
    }

    #[test]
    fn static_credentials_alone_stand_in_nobodys_way() {
        let mut walker = with_keychain(&[("us-east-2", STATIC), ("us-east-2", "AKIAann"), ("us-east-2", "")]);
        assert!(!walker.text().contains("x shows"), "{}", walker.text());
        walker.press("x[enter]").sees("Git can log in to CodeCommit.");
        assert!(deletions(&walker).is_empty());
    }

    #[test]
    fn whoever_only_presses_enter_deletes_nothing() {
        let mut walker = with_keychain(&[("us-east-2", STATIC), ("us-east-2", DEVELOPER_KEY)]);
        walker.press("[enter]").sees("Git can log in to CodeCommit.").press("[enter]");
        assert_eq!(walker.at(), "Repositories");
        assert!(deletions(&walker).is_empty() && walker.world.stored.len() == 2);
    }

    #[test]
    fn a_dead_password_can_be_kept() {
        let mut walker = with_keychain(&[("us-east-2", DEVELOPER_KEY), ("eu-west-1", SPARE_KEY)]);
        walker.press("x[enter]s").sees("delete the password of AKIA…3456").press("s").sees("You kept 2.");
        walker.press("[enter]x[enter]").sees("delete the password of AKIA…MPLE").press("[esc]");
        assert!(deletions(&walker).is_empty());
    }

    #[test]
    fn the_commands_for_the_keychain_name_host_and_account_and_never_a_token() {
        let mut walker = with_keychain(&[("us-east-2", STATIC), ("us-east-2", DEVELOPER_KEY), ("us-east-2", SESSION)]);
        walker.press("x[enter]e").sees(
            "security delete-internet-password -s git-codecommit.us-east-2.amazonaws.com -a AKIAIOSFODNN7EXAMPLE",
        );
        assert!(!walker.text().contains("PLANTED") && !walker.text().contains("-a ann"), "{}", walker.text());
    }

    #[test]
    fn a_keychain_that_refuses_leaves_the_way_by_hand() {
        let mut walker = with_keychain(&[("us-east-2", DEVELOPER_KEY)]);
        walker.world.refuse.insert(
            "delete password",
            Problem::new(ProblemKind::AccessDenied, "Refused.", "User interaction is not allowed.", ""),
        );
        walker.press("x[enter][enter]").sees("macOS refused.").sees("Open Keychain Access");
        walker.sees("whose account begins with AKIA or ASIA").sees("User interaction is not allowed.");
        walker.world.refuse.clear();
        walker.press("[enter]").sees("no password of an access key for CodeCommit any more");
    }

    #[test]
    fn git_that_would_log_in_with_static_credentials_is_told_as_that() {
        let mut world = World::ready();
        world.put(".gitconfig", OURS);
        world.answers_as = Some(STATIC);
        let mut walker = at_git(world);
        walker
            .press("[enter]")
            .sees("Git would log in with static Git credentials of the IAM user ann in account 123456789012.");
    }

    #[test]
    fn an_old_git_is_told_what_it_cannot_do() {
        let mut world = World::ready();
        world.git_version = Some("git version 2.25.1");
        at_git(world).sees("older than 2.26");
        let mut world = World::ready();
        world.git_version = Some("git version 2.8.0");
        let mut walker = at_git(world);
        walker.sees("older than 2.9");
        assert!(!walker.text().contains("Added     helper =\n"));
    }
}

mod repositories {
    use super::*;

    fn at_repositories(world: World) -> Walker {
        walk_to(world, "Repositories")
    }

    #[test]
    fn marked_ones_are_cloned_side_by_side() {
        let mut walker = at_repositories(World::ready());
        walker.press(" [down][down] ").sees("2 marked").press("[enter]").sees("Done. The clones are in ~/src.");
        assert_eq!(walker.world.folders.len(), 2);
    }

    #[test]
    fn enter_in_the_filter_leads_to_the_list_and_clones_nothing() {
        let mut walker = at_repositories(World::ready());
        walker.press(" /pay[enter]").sees("1 of 3 · 1 marked");
        assert!(walker.world.folders.is_empty());
        walker.press("[enter]").sees("Done.").press("m").sees("1 of 3");
        assert!(!walker.text().contains("marked"));
    }

    #[test]
    fn at_most_four_run_at_a_time() {
        let mut world = World::ready();
        world.repositories = vec!["a", "b", "c", "d", "e", "f"];
        let mut walker = at_repositories(world);
        walker.held = true;
        walker.press(" [down] [down] [down] [down] [down] [enter]");
        let running = walker.open.iter().filter(|(_, request)| matches!(request, Request::Clone { .. })).count();
        assert_eq!(running, 4);
        walker.release().sees("Done.");
        assert_eq!(walker.world.folders.len(), 6);
    }

    #[test]
    fn git_is_handed_the_built_in_helper_for_the_run_and_proves_the_configured_one_once() {
        let mut walker = at_repositories(World::ready());
        walker.held = true;
        walker.press(" [down] [enter]");
        let of_clone = |(_, request): &(_, Request)| {
            let Request::Clone { settings, .. } = request else { return None };
            Some(settings.clone())
        };
        let settings: Vec<_> = walker.open.iter().filter_map(of_clone).collect();
        assert_eq!(settings.len(), 2);
        let key = |name: &str| format!("credential.https://git-codecommit.us-east-2.amazonaws.com.{name}");
        let helper = "!/usr/local/bin/codecommit-setup credential-helper --profile default".to_owned();
        let run = [
            (key("helper"), String::new()),
            (key("helper"), helper),
            (key("UseHttpPath"), "true".to_owned()),
            ("http.https://git-codecommit.us-east-2.amazonaws.com.proactiveAuth".to_owned(), "basic".to_owned()),
        ];
        assert!(settings.iter().all(|settings| settings.now == run && settings.pin.is_empty()), "{settings:?}");
        walker.release().sees("Git by itself logs in as it is configured (0.9 s)");
        walker.sees("cloned: MyDemoRepo").sees("12.0 MiB").sees("3.1 s");
    }

    #[test]
    fn a_configured_helper_that_fails_afterwards_is_something_left_to_do() {
        let mut world = World::ready();
        world.refuse.insert("ls-remote", denied("the AWS CLI said no"));
        let mut walker = at_repositories(world);
        walker.press("[enter]").sees("but Git by itself cannot log in").sees("the AWS CLI said no");
        walker.world.refuse.clear();
        walker.press("r").sees("Git by itself logs in as it is configured");
        walker.world.refuse.insert("ls-remote", denied("the AWS CLI said no"));
        walker.world.folders.clear();
        walker.press("m[enter][enter]").sees("could not log in");
        assert_eq!(walker.wizard.outcomes()[4].1.unwrap().mark, Mark::Look);
    }

    #[test]
    fn an_mfa_role_logs_in_with_what_is_configured() {
        let profiles =
            "[profile mfa]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\nmfa_serial = arn:x\n";
        let found =
            codecommit_setup::profiles::read(profiles.as_bytes(), b"[default]\naws_access_key_id = A\n").unwrap();
        let needs = |name: &str| found.iter().find(|profile| profile.name.as_str() == name).unwrap().needs_code(&found);
        assert_eq!((needs("mfa"), needs("default")), (true, false));
    }

    #[test]
    fn progress_and_a_pause_are_shown_for_each() {
        let mut walker = at_repositories(World::ready());
        walker.held = true;
        walker.press("[enter]");
        let id = walker.open.front().unwrap().0;
        let amount = "8.1 MiB | 3.2 MiB/s".to_owned();
        let step = Progress::Cloning { phase: "Receiving objects".to_owned(), percent: Some(62), amount };
        walker.event(Event::Progress(id, step));
        walker.sees("cloning: MyDemoRepo receiving objects 62 %, 8.1 MiB | 3.2 MiB/s");
        walker.event(Event::Progress(id, Progress::AskedToSlowDown(2)));
        walker.sees("waiting: MyDemoRepo asked to slow down, again in 2 s");
    }

    #[test]
    fn two_names_that_are_one_to_the_disk_are_told_before_anything_is_cloned() {
        let mut world = World::ready();
        world.repositories = vec!["Site", "site", "web"];
        world.disk = support::world::Disk::FoldsCapitals;
        let mut walker = at_repositories(world);
        walker.press(" [down] [down] [enter]").sees("1 of 3 could not be cloned.");
        walker.sees("cannot lie side by side: this disk does not tell small letters from capitals.");
        assert_eq!(walker.world.folders.len(), 2);
        let mut world = World::ready();
        world.repositories = vec!["Site", "site", "web"];
        let mut walker = at_repositories(world);
        walker.press(" [down] [down] [enter]").sees("Done.");
        assert_eq!(walker.world.folders.len(), 3);
    }

    #[test]
    fn a_typed_url_of_any_form_is_cloned_over_https_and_another_profile_in_it_is_said() {
        for text in [
            "ssh://K@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo/",
            "git clone codecommit::us-east-2://default@MyDemoRepo",
            "arn:aws:codecommit:us-east-2:123456789012:MyDemoRepo",
        ] {
            let mut walker = at_repositories(World::ready());
            walker.press("t");
            walker.event(Event::Paste(text.into()));
            walker.press("[enter]").sees("Done.");
            let cloned = &walker.world.folders[&std::path::PathBuf::from("~/src/MyDemoRepo")];
            assert_eq!(cloned, "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo");
            assert!(!walker.text().contains("names the profile"), "{}", walker.text());
        }
        let mut walker = at_repositories(World::ready());
        walker.press("tcodecommit://work@MyDemoRepo[enter]").sees("Done.");
        walker.sees("The URL names the profile work; MyDemoRepo was cloned with default, the one chosen in step 2.");
    }

    #[test]
    fn each_clone_is_pinned_where_that_is_wanted() {
        let mut walker = at_repositories(World::ready());
        walker.press("p").sees("each clone is pinned to default");
        walker.held = true;
        walker.press("[enter]");
        let Some((_, Request::Clone { settings, .. })) = walker.open.front() else { panic!("{:?}", walker.open) };
        assert_eq!(settings.pin[1].1, "!aws --profile default codecommit credential-helper $@");
    }

    const OLD: &str =
        "[remote \"origin\"]\n\turl = ssh://K@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo\n";

    #[test]
    fn older_clones_are_moved_to_https_once_the_change_was_shown() {
        let mut world = World::ready();
        world.put("src/old/.git/config", OLD);
        world.put("src/grc/.git/config", "[remote \"up\"]\n\turl = codecommit://work@payments-api\n");
        world.put("src/fine/.git/config", &OLD.replace("ssh://K@", "https://"));
        world.put("src/other/.git/config", "[remote \"origin\"]\n\turl = git@github.com:a/b.git\n");
        let mut walker = at_repositories(world);
        walker
            .press("v")
            .sees("Folder: ~/src")
            .press("[enter]")
            .sees("2 remotes in ~/src use CodeCommit without HTTPS");
        walker.sees("before  codecommit://work@payments-api").sees("names the profile work").sees("names no region");
        walker.sees("Not read: ~/src/locked: Permission denied");
        walker.sees("git -C ~/src/old remote set-url origin https://git-codecommit.us-east-2.amazonaws.com");
        walker.press("[enter]").sees("2 remotes will fetch and push over HTTPS.");
        walker.sees("Removed     url = ssh://K@git-codecommit").sees("Added     url = https://git-codecommit");
        assert_eq!(walker.world.text("src/old/.git/config"), OLD, "nothing is written before it was shown");
        walker.press("[esc] [enter]").sees("1 remote will fetch and push over HTTPS.").press("[enter]");
        walker.sees("~/src/old answers over HTTPS (0.9 s)");
        assert_eq!(walker.world.text("src/old/.git/config"), OLD.replace("ssh://K@", "https://"));
        assert!(walker.world.text("src/grc/.git/config").contains("codecommit://"), "it was not marked");
        walker.press("[enter]s").sees("repositories 1 remote moved to HTTPS").sees("codecommit-setup undo");
    }

    #[test]
    fn clones_over_plain_http_are_moved_as_well_and_a_password_in_a_url_is_not_shown() {
        let mut world = World::ready();
        world.put("src/open/.git/config", &OLD.replace("ssh://K@", "http://"));
        world.put("src/hidden/.git/config", &OLD.replace("ssh://K@", "http://me:planted@"));
        let mut walker = at_repositories(world);
        walker.press("v[enter]").sees("1 remote in ~/src").sees("before  http://git-codecommit");
        assert!(!walker.text().contains("planted"), "{}", walker.text());
        walker.press("[enter][enter]").sees("~/src/open answers over HTTPS");
        assert_eq!(walker.world.text("src/open/.git/config"), OLD.replace("ssh://K@", "https://"));
    }

    #[test]
    fn a_url_that_git_rewrites_is_named_and_stays() {
        let mut world = World::ready();
        let rewrite = "[url \"ssh://git-codecommit.us-east-2.amazonaws.com/\"]\n\tinsteadOf = https://git-codecommit.us-east-2.amazonaws.com/\n";
        let global = world.text(".gitconfig");
        world.put(".gitconfig", &format!("{global}{rewrite}"));
        world.put("src/old/.git/config", OLD);
        let mut walker = at_repositories(world);
        walker.press("v[enter]").sees("1 remote in ~/src").sees("Git rewrites https://git-codecommit.us-east-2");
        assert!(!walker.text().contains("show the changes"), "{}", walker.text());
        walker.press(" [enter]").sees("1 remote in ~/src").press("[esc][esc]").sees("MyDemoRepo");
    }

    #[test]
    fn where_there_are_no_older_clones_that_is_said() {
        let mut walker = at_repositories(World::ready());
        walker
            .press("v[enter]")
            .sees("None of the 0 clones in ~/src")
            .press("[esc][ctrl-u]~/work[enter]")
            .sees("~/work");
        let mut world = World::ready();
        world.put("src/old/.git/config", OLD);
        let mut walker = at_repositories(world);
        walker.world.refuse.insert("write", denied("read-only"));
        walker.press("v[enter][enter][enter]").sees("read-only").press("[esc][esc][esc]").sees("3 repositories");
    }

    #[test]
    fn what_came_of_each_is_in_the_printed_summary() {
        let mut world = World::ready();
        world.folders.insert("~/src/payments-api".into(), "something else".into());
        let mut walker = at_repositories(world);
        walker.press(" [down] [enter][enter]");
        let summary = walker.wizard.summary().join("\n");
        assert!(summary.contains("cloned   MyDemoRepo"), "{summary}");
        assert!(summary.contains("12.0 MiB   3.1 s  ~/src/MyDemoRepo"), "{summary}");
        assert!(summary.contains("failed   payments-api"), "{summary}");
    }

    #[test]
    fn many_clones_are_counted_where_they_do_not_fit() {
        let mut world = World::ready();
        let names: Vec<&'static str> = (0..24).map(|n| &*Box::leak(format!("r{n:02}").into_boxed_str())).collect();
        world.repositories = names;
        let mut walker = at_repositories(world);
        walker.held = true;
        walker.press(&" [down]".repeat(24)).press("[enter]").sees("more: 14 others 14 waiting").sees("0 of 24");
        walker.release().sees("more: 14 others 14 done");
    }

    #[test]
    fn a_denied_list_leaves_the_typed_name() {
        let mut world = World::ready();
        world.refuse.insert("list", denied("codecommit:ListRepositories"));
        let mut walker = at_repositories(world);
        walker.sees("With t, a typed name works all the same.").press("tMyDemoRepo[enter]").sees("Done.");
    }

    #[test]
    fn a_typed_url_of_another_host_is_refused_and_kept() {
        let mut walker = at_repositories(World::ready());
        walker.press("thttps://github.com/a/b[enter]").sees("github.com is not a host of CodeCommit.");
        walker.sees("https://github.com/a/b");
    }

    #[test]
    fn a_folder_that_is_something_else_is_left_alone() {
        let mut world = World::ready();
        world.folders.insert("~/src/MyDemoRepo".into(), "something else".into());
        let mut walker = at_repositories(world);
        walker.press("[enter]").sees("1 of 1 could not be cloned.");
        assert_eq!(walker.world.folders[&std::path::PathBuf::from("~/src/MyDemoRepo")], "something else");
        walker.world.folders.clear();
        walker.press("r").sees("Done.");
    }

    #[test]
    fn an_occupied_folder_is_passed_over_and_told_once_as_it_was_typed() {
        let mut world = World::ready();
        let problem = Problem::new(
            ProblemKind::Conflict,
            "/home/ann/src/MyDemoRepo is there already, and is not a clone of this repository.",
            "It is a clone of https://example.com/x.",
            "It was left as it is. Choose another folder.",
        );
        world.refuse.insert("clone", problem);
        let mut walker = at_repositories(world);
        walker.press("[enter]").sees("skipped: MyDemoRepo ~/src/MyDemoRepo is there already and is a clone of");
        walker.sees("https://example.com/x");
        assert!(!walker.text().contains("/home/ann"), "{}", walker.text());
        assert_eq!(walker.text().matches("there already").count(), 1, "{}", walker.text());
    }

    #[test]
    fn a_typed_name_that_does_not_exist_can_be_corrected() {
        let mut world = World::ready();
        let problem = Problem::new(ProblemKind::NotFound, "There is no repository payments.", "", "Check its name.");
        world.refuse.insert("clone", problem);
        let mut walker = at_repositories(world);
        walker.press("tpayments[enter]").sees("There is no repository payments.").sees("correct the name");
        walker.world.refuse.clear();
        walker.press("t").sees("Name or URL: payments").press("-api[enter]").sees("Done.").press("[enter]");
        walker.sees("repositories payments-api cloned into ~/src");
        assert!(!walker.text().contains("not cloned"), "{}", walker.text());
    }

    #[test]
    fn everything_cloned_in_the_walk_is_told_at_the_end_however_often_the_step_is_gone_through() {
        let mut walker = at_repositories(World::ready());
        walker.press("tMyDemoRepo[enter]mf[ctrl-u]~/work[enter][down][enter][enter]").sees("Step 6");
        walker.sees("MyDemoRepo cloned into ~/src; payments-api cloned into ~/work").sees("cd ~/src/MyDemoRepo");
        walker.press("[esc]m[enter]").sees("was there already").press("[enter]");
        walker.sees("MyDemoRepo cloned into ~/src; payments-api cloned into ~/work");
    }

    #[test]
    fn marked_ones_that_the_filter_hides_are_counted_and_esc_shows_all_first() {
        let mut walker = at_repositories(World::ready());
        walker.press(" [down] /999[enter]").sees("clone 2 (2 not shown)");
        assert!(!walker.text().contains("[Char(' ')] mark"), "there is no row to mark");
        walker.press("[esc]");
        assert_eq!(walker.at(), "Repositories");
        walker.sees("[Enter] clone 2").sees("web.front_end").sees("mark").press("[esc]");
        assert_eq!(walker.at(), "Git configuration");
    }

    #[test]
    fn a_list_that_was_not_waited_for_can_be_asked_for_again() {
        let mut walker = walk_to(World::ready(), "Git configuration");
        walker.press("[enter]");
        walker.held = true;
        walker.press("[enter]").sees("Asking AWS for the list.").press("s");
        assert_eq!((walker.at(), walker.cancelled.len()), ("Finish", 1));
        walker.release().press("[esc]").sees("was not waited for").press("r").sees("MyDemoRepo");
    }

    #[test]
    fn the_commands_name_the_folder_of_each_clone() {
        let mut walker = at_repositories(World::ready());
        walker.press("f[ctrl-u]~/my code[enter]e");
        walker.sees(
            "git clone https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo ~/'my code/MyDemoRepo'",
        );
    }

    #[test]
    fn esc_stops_the_clones_and_ctrl_c_asks_first() {
        let mut walker = at_repositories(World::ready());
        walker.held = true;
        walker.press("[enter][ctrl-c]").sees("Leave all the same?").press("[enter]").sees("Cloning 1 repository");
        walker.press("[esc]").sees("What failed left nothing half-done behind.");
        assert!(walker.ending.is_none());
    }

    #[test]
    fn an_empty_region_says_so_and_lets_the_walk_end() {
        let mut world = World::ready();
        world.repositories.clear();
        let mut walker = at_repositories(world);
        walker.sees("There are no repositories in us-east-2 (Ohio).").press("[enter]");
        assert_eq!(walker.at(), "Finish");
    }

    #[test]
    fn a_failed_list_is_still_told_after_a_look_at_something_else() {
        let mut world = World::ready();
        world.refuse.insert("list", denied("codecommit:ListRepositories"));
        let mut walker = at_repositories(world);
        walker.press("t[esc]").sees("cannot be listed").sees("AWS refused.").press("g[esc]").sees("AWS refused.");
        walker.world.refuse.clear();
        walker.press("r").sees("3 repositories in us-east-2 (Ohio).");
        assert!(!walker.text().contains("AWS refused."));
    }

    #[test]
    fn a_hostile_description_is_harmless_and_a_long_one_leaves_room_for_the_list() {
        let mut walker = walk_to(World::ready(), "Git configuration");
        walker.press("[enter]");
        walker.held = true;
        walker.press("[enter]");
        let (id, _) = walker.open.pop_front().unwrap();
        let mut hostile = support::world::repository("api");
        let text = format!("\u{1b}]52;c;AAAA\u{7}\u{202e}\u{5e9}\u{5dc}{}end", "日本".repeat(490));
        hostile.details.as_mut().unwrap().description = text;
        walker.event(Event::Progress(id, Progress::Repositories(vec![hostile])));
        walker.sees("\u{fffd}]52;c;AAAA\u{fffd}\u{fffd}\u{5e9}\u{5dc}日本").sees("日本日…");
        assert!(!walker.text().chars().any(|c| c == '\u{1b}' || c == '\u{202e}'));
        walker.press("d").sees("日本end");
        assert!(!walker.text().chars().any(|c| c == '\u{1b}' || c == '\u{202e}'));
    }

    #[test]
    fn the_list_goes_on_while_clones_are_under_way() {
        let mut walker = walk_to(World::ready(), "Git configuration");
        walker.press("[enter]");
        walker.held = true;
        walker.press("[enter]");
        let (id, _) = walker.open.pop_front().unwrap();
        let one = |name: &str| vec![support::world::repository(name)];
        walker.event(Event::Progress(id, Progress::Repositories(one("api"))));
        walker.press("[enter]").sees("Cloning 1 repository");
        walker.event(Event::Progress(id, Progress::Repositories(one("web"))));
        walker
            .release()
            .sees("Done.")
            .press("m")
            .sees("2 repositories in us-east-2")
            .sees("Asking AWS for the details.");
        walker.press("[enter]").sees("Done.").press("[enter]");
        assert_eq!((walker.at(), walker.cancelled.as_slice()), ("Finish", &[id][..]));
        walker.press("[esc]m").sees("2 repositories of us-east-2 (Ohio) came before the list was left");
    }

    #[test]
    fn what_is_gone_is_gone_when_it_is_listed_again_and_the_cursor_stays() {
        let mut walker = at_repositories(World::ready());
        walker.press("[down][down]");
        walker.world.repositories = vec!["api", "payments-api", "web.front_end"];
        walker.press("r").sees("clone 1").press("d").sees("web.front_end in us-east-2").press("[esc]");
        assert!(!walker.text().contains("MyDemoRepo"), "{}", walker.text());
    }

    #[test]
    fn the_list_is_filtered_by_a_few_letters_and_sorted_by_the_last_change() {
        let mut walker = at_repositories(World::ready());
        walker.press("/wfe").sees("1 of 3").sees("web.front_end").press("[esc]").sees("sort by change").press("o");
        walker.sees("sort by name");
    }

    #[test]
    fn one_repository_has_its_clone_urls_and_each_can_be_copied() {
        let mut walker = at_repositories(World::ready());
        walker.press("[down]d").sees("payments-api in us-east-2").sees("codecommit::us-east-2://default@payments-api");
        walker.sees("for the credential helper as set up here").sees("2026-01-05T09:00:00Z, 2 days ago");
        walker.sees("arn:aws:kms:us-east-2:123456789012:key/1a2b\u{fffd}[31m");
        walker.press("cgswa").sees("The ARN was sent to the clipboard");
        assert_eq!(
            walker.copied,
            [
                "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api",
                "codecommit::us-east-2://default@payments-api",
                "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/payments-api",
                "https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/payments-api/browse?region=us-east-2",
                "arn:aws:codecommit:us-east-2:123456789012:payments-api",
            ]
        );
        walker.press("[esc]").sees("Mark what you want").press("d[enter]").sees("Done.");
        assert!(walker.world.folders.contains_key(&std::path::PathBuf::from("~/src/payments-api")));
    }

    #[test]
    fn another_region_is_listed_and_cloned_from() {
        let mut world = World::ready();
        world.elsewhere.insert("eu-west-1", Ok(vec!["eu-billing"]));
        let mut walker = at_repositories(world);
        walker.press("g").sees("look at us-east-2").press("/ireland[enter][enter]");
        walker
            .sees("1 repository in eu-west-1 (Ireland).")
            .sees("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/eu-billing");
        walker.press("[enter]").sees("Done.");
        assert_eq!(
            walker.world.changes.last().unwrap(),
            "clone https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/eu-billing"
        );
        // Whoever comes back is still there; the region of the profile is one of the list.
        walker
            .press("mg[esc]")
            .sees("eu-west-1 (Ireland)")
            .press("g/us-east-2[enter][enter]")
            .sees("3 repositories in us-east-2");
    }

    #[test]
    fn marks_wait_in_their_region_and_are_told_in_others() {
        let mut world = World::ready();
        world.elsewhere.insert("eu-west-1", Ok(vec!["billing"]));
        let mut walker = at_repositories(world);
        walker.press(" [down] g").sees("2 marked").press("/ireland[enter][enter]");
        walker.sees("1 repository in eu-west-1").sees("Marked in other regions (g leads there): 2 in us-east-2.");
        walker
            .press(" [enter]")
            .sees("billing")
            .sees("Still marked in other regions: 2 in us-east-2.")
            .press("mg[esc]")
            .press("g");
        walker.press("/ohio[enter][enter]").sees("3 repositories in us-east-2");
        assert!(!walker.text().contains("in other regions"), "{}", walker.text());
        walker.press("[enter]").sees("payments-api");
        assert_eq!(walker.world.folders.len(), 3);
    }

    #[test]
    fn all_regions_are_counted_and_each_says_what_is_wrong() {
        let mut walker = at_repositories(World::ready());
        walker.held = true;
        walker.press("ga").sees("Counting the repositories of all regions.");
        let (id, request) = walker.open[0].clone();
        let Request::CountRepositories { regions, .. } = &request else { panic!("{request:?}") };
        assert_eq!((regions.len(), regions[0].as_str()), (25, "us-east-2"));
        let problem = |kind| Problem::new(kind, "What.", "The words of AWS.", "");
        for (code, count) in [
            ("us-east-2", Ok(3)),
            ("eu-west-1", Ok(1200)),
            ("eu-south-1", Err(problem(ProblemKind::BadCredentials))),
            ("sa-east-1", Err(problem(ProblemKind::AccessDenied))),
        ] {
            walker.event(Event::Progress(id, Progress::Counted(Region::parse(code).unwrap(), count)));
        }
        walker.sees("1,200").sees("not switched on").sees("not allowed");
        walker.press("[esc]");
        assert_eq!(walker.cancelled, [id]);
        walker.sees("1,203 repositories in 2 regions; 2 regions could not be asked.");
        walker.press("/south-1[enter]").sees("not switched on");
        walker.press("[home]").sees("eu-south-1: The words of AWS.");
    }

    #[test]
    fn a_region_that_is_not_switched_on_is_not_taken_for_a_wrong_key() {
        let mut world = World::ready();
        let unknown =
            Problem::new(ProblemKind::BadCredentials, "AWS does not know the access key.", "The token is invalid.", "");
        world.elsewhere.insert("eu-south-1", Err(unknown));
        let mut walker = at_repositories(world);
        walker.press("g/milan[enter][enter]").sees("The region eu-south-1 (Milan) does not know this identity.");
        walker.sees("Newer regions have to be switched on").press("g").sees("look at eu-south-1");
    }

    #[test]
    fn a_region_that_is_not_known_here_can_be_typed() {
        let mut world = World::ready();
        world.elsewhere.insert("eu-south-2", Ok(vec!["new"]));
        let mut walker = at_repositories(world);
        walker.press("g/eu-south-2[enter]").sees("not known here to have CodeCommit").press("[enter]");
        walker.sees("1 repository in eu-south-2").press("g").sees("look at eu-south-2");
    }

    #[test]
    fn the_first_repository_is_made_after_it_was_shown_and_then_cloned_with_the_commands_for_a_commit() {
        let mut world = World::ready();
        world.repositories.clear();
        let mut walker = at_repositories(world);
        walker
            .sees("look in the others with g")
            .press("nbad name")
            .sees("a space cannot stand in a name")
            .press("[enter]");
        walker.sees("The repository cannot be made like this: a space cannot stand in a name.");
        walker.press("[ctrl-u]shop[tab]It's new[enter]").sees("This is what Enter does.");
        walker.sees("aws codecommit create-repository --repository-name shop --repository-description 'It'\\''s new' --profile default --region us-east-2");
        assert!(walker.world.created.is_empty() && walker.wizard.screen().changes);
        walker
            .press("[enter]")
            .sees("shop is there, and empty.")
            .sees("git checkout -b main")
            .sees("echo '# shop' > README.md")
            .sees("git push -u origin main");
        assert_eq!(walker.world.changes.last().unwrap(), "create shop in us-east-2");
        walker.press("[enter]").sees("it has no commit yet").sees("cd ~/src/shop").press("[enter]");
        walker.sees("shop created in AWS (undo leaves it there); shop cloned into ~/src");
    }

    #[test]
    fn a_repository_that_cannot_be_made_keeps_what_was_typed() {
        let mut walker = at_repositories(World::ready());
        walker.press("nMyDemoRepo[enter]").sees("There is a repository MyDemoRepo in this region already.");
        walker.world.refuse.insert("create", denied("codecommit:CreateRepository"));
        walker.press("2[enter][enter]").sees("AWS refused.").press("[esc]").sees("Name: MyDemoRepo2");
        walker.world.refuse.clear();
        walker.press("[enter][enter]").sees("MyDemoRepo2 is there").press("[esc]").sees("4 repositories");
    }

    #[test]
    fn what_is_in_view_is_described_first_while_the_list_comes_in() {
        let mut walker = walk_to(World::ready(), "Git configuration");
        walker.press("[enter]");
        walker.held = true;
        walker.press("[enter]");
        let (id, _) = walker.open.pop_front().unwrap();
        let names = |count: usize| {
            let all = (0..count).map(|number| format!("r{number:03}"));
            all.map(|name| Repository { details: None, ..support::world::repository(&name) }).collect::<Vec<_>>()
        };
        walker.event(Event::Progress(id, Progress::Repositories(names(500))));
        walker.sees("500 repositories in us-east-2").press("[down]");
        assert_eq!(walker.open.len(), 1, "those around are on their way: {:?}", walker.open);
        walker.press("[end]");
        let Some((_, Request::PreferRepositories(wanted))) = walker.open.back() else { panic!("{:?}", walker.open) };
        assert_eq!((wanted.len(), wanted[0].as_str()), (31, "r499"));
        walker.event(Event::Progress(id, Progress::Repositories(vec![support::world::repository("r499")])));
        walker.sees("About r499").press("[esc]");
        assert!(walker.cancelled.contains(&id));
    }

    #[test]
    fn the_folder_can_be_changed_and_the_url_copied() {
        let mut walker = at_repositories(World::ready());
        walker.press("f[ctrl-u]~/work[enter]").sees("Into ~/work").press("c");
        assert_eq!(walker.copied, ["https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo"]);
        walker.press("[enter]");
        assert!(walker.world.folders.contains_key(&std::path::PathBuf::from("~/work/MyDemoRepo")));
    }
}

mod unattended {
    use super::*;

    fn answers() -> Answers {
        Answers {
            unattended: true,
            profile: Some(ProfileName::parse("CodeCommitProfile").unwrap()),
            region: Some(Region::parse("us-east-2").unwrap()),
            key: Some(AccessKey { id: SPARE_KEY.into(), secret: Secret::new(SECRET), session_token: None }),
            policy: Some(PolicyAnswer::ReadOnly),
            helper: Some(HelperAnswer::BuiltIn),
            scope: Some(ScopeAnswer::CodeCommit),
            clone: Some(vec!["payments-api".into()]),
            into: Some("~/work".into()),
            ..Answers::default()
        }
    }

    fn enter_to_the_end(walker: &mut Walker) {
        for _ in 0..25 {
            if walker.ending.is_none() {
                walker.press("[enter]");
            }
        }
    }

    #[test]
    fn enter_does_what_the_answers_say() {
        let mut walker = Walker::with(World::ready(), surroundings(), answers());
        enter_to_the_end(&mut walker);
        assert_eq!(walker.ending, Some(Ending::Done), "{}", walker.text());
        assert!(
            walker
                .world
                .changes
                .contains(&"attach arn:aws:iam::aws:policy/AWSCodeCommitReadOnly to second-developer".into())
        );
        assert!(
            walker.world.text(".gitconfig").contains("codecommit-setup credential-helper --profile CodeCommitProfile")
        );
        assert!(walker.world.folders.contains_key(&std::path::PathBuf::from("~/work/payments-api")));
    }

    #[test]
    fn a_dry_run_goes_the_whole_way_and_changes_nothing() {
        let mut around = surroundings();
        around.dry_run = true;
        let mut walker = Walker::with(World::ready(), around, answers());
        enter_to_the_end(&mut walker);
        assert_eq!(walker.ending, Some(Ending::Done), "{}", walker.text());
        assert_eq!(walker.world.changes, [] as [&str; 0]);
    }

    #[test]
    fn an_answer_that_is_missing_is_named() {
        let mut walker = Walker::with(World::ready(), surroundings(), Answers { key: None, ..answers() });
        enter_to_the_end(&mut walker);
        walker.sees("profile.access_key_id");
        assert_eq!(walker.at(), "Profile");
    }

    #[test]
    fn the_key_of_a_profile_is_replaced_only_where_the_answers_say_so() {
        let named = |name: &str| Answers { profile: Some(ProfileName::parse(name).unwrap()), ..answers() };
        let mut walker = Walker::with(World::ready(), surroundings(), named("admin"));
        enter_to_the_end(&mut walker);
        assert_eq!(walker.world.text(".aws/credentials"), World::ready().text(".aws/credentials"), "{}", walker.text());
        let mut walker = Walker::with(World::ready(), surroundings(), named("admin"));
        walker.press("[enter]").sees("profile.access_key_id").sees("replace = true below [profile]");
        let mut walker = Walker::with(World::ready(), surroundings(), Answers { replace: true, ..named("admin") });
        enter_to_the_end(&mut walker);
        assert!(walker.world.text(".aws/credentials").contains(&format!("[admin]\naws_access_key_id = {SPARE_KEY}")));
    }

    #[test]
    fn a_profile_with_the_same_key_is_taken_as_it_is() {
        let key = AccessKey { id: DEVELOPER_KEY.into(), secret: Secret::new(SECRET), session_token: None };
        let same = Answers { profile: Some(ProfileName::parse("default").unwrap()), key: Some(key), ..answers() };
        let region = Some(Region::parse("eu-west-1").unwrap());
        let mut walker = Walker::with(World::ready(), surroundings(), Answers { region, ..same });
        walker.press("[enter][enter]").sees("Nothing had to be changed.").sees("region eu-west-1");
        assert_eq!(walker.world.changes, [] as [&str; 0]);
    }

    #[test]
    fn a_profile_without_credentials_names_the_keys_of_the_answers_file() {
        let mut world = World::ready();
        world.put(".aws/config", "[profile empty]\nregion = us-east-2\n");
        let answers = Answers { key: None, profile: Some(ProfileName::parse("empty").unwrap()), ..answers() };
        let mut walker = Walker::with(world, surroundings(), answers);
        walker.press("[enter][enter]").sees("holds no credentials").sees("Add profile.access_key_id");
    }

    #[test]
    fn a_profile_that_cannot_attach_is_named() {
        let with = |name: &str| Answers { with_profile: ProfileName::parse(name).ok(), ..answers() };
        let mut walker = Walker::with(World::ready(), surroundings(), with("ghost"));
        while walker.at() != "Permissions" {
            walker.press("[enter]");
        }
        walker.sees("permissions.with_profile: there is no profile “ghost”");
        let mut world = World::ready();
        world.put(
            ".aws/credentials",
            &world.text(".aws/credentials").replace("AKIAI44QH8DHBEXAMPLE", "AKIAUNKNOWNUNKNOWN12"),
        );
        let mut walker = Walker::with(world, surroundings(), with("admin"));
        while walker.at() != "Permissions" {
            walker.press("[enter]");
        }
        walker.sees("AWS does not know this access key.");
    }

    #[test]
    fn what_could_not_be_done_ends_with_a_failure() {
        let mut world = World::ready();
        world.refuse.insert("attach", denied("no"));
        let mut walker = Walker::with(world, surroundings(), answers());
        enter_to_the_end(&mut walker);
        assert_eq!(walker.ending, Some(Ending::Failed));
    }
}

#[test]
fn something_left_to_do_ends_with_a_failure() {
    let mut world = World::ready();
    world.refuse.insert("clone", denied("no"));
    let mut walker = walk_to(world, "Finish");
    walker.sees("with something left to do").press("[enter]");
    assert_eq!(walker.ending, Some(Ending::Failed));
}

#[test]
fn the_help_names_every_key_of_the_screen_below_its_text() {
    let mut walker = walk_to(World::ready(), "Repositories");
    let keys = walker.wizard.screen().keys;
    walker.press("?");
    for hint in keys {
        walker.sees(&format!("{} {}", hint.names(), hint.does));
    }
}

#[test]
fn help_and_commands_cover_the_step_and_go_away_again() {
    let mut walker = walk();
    let before = walker.text();
    walker.press("?").sees("Help: Tools").press("[esc]");
    assert_eq!(walker.text(), before);
    walker.press("e").sees("aws --version").press("c");
    assert_eq!(walker.copied, ["git --version\naws --version\naws codecommit help"]);
    walker.press("e");
    assert_eq!(walker.text(), before);
}

#[test]
fn ctrl_c_leaves_as_cancelled() {
    let mut walker = walk();
    walker.press("[ctrl-c]");
    assert_eq!(walker.ending, Some(Ending::Cancelled));
}

#[test]
fn a_letter_is_text_while_a_field_has_the_focus() {
    let mut walker = walk_to(World::bare(), "Profile");
    walker.press("[backtab]?e").sees("Name: default?e").press("[f1]").sees("Help: Profile");
}

#[test]
fn the_keys_of_the_world_are_never_on_a_screen() {
    let mut walker = walk();
    for _ in 0..14 {
        assert!(!walker.text().contains(SECRET));
        walker.event(Event::Key(Key::Enter));
    }
    assert!(walker.text().contains("new-developer") && !walker.text().contains(DEVELOPER_KEY));
}
