//! Secrets are planted wherever one may stand, and no output holds one: no screen, no line, no report, no log, no journal.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

#[path = "support/inside.rs"]
mod inside;
#[path = "support/patient.rs"]
mod patient;
#[path = "support/plants.rs"]
mod plants;
#[path = "support/all.rs"]
mod support;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use codecommit_setup::frontend::text::diff as lines;
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::change::diff;
use codecommit_setup::wizard::effect::{FileChange, Ours};
use codecommit_setup::wizard::names::ProfileName;
use inside::outside;
use patient::Patient;
use plants::{MISPLACED, PLANTS, Place, all_of, none_in, of};
use support::walker::{Walker, surroundings};
use support::world::World;

const SECTION: &str = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\
    \thelper = !aws --profile dev codecommit credential-helper $@\n\tUseHttpPath = true\n";
const PROFILE: &str = "[new]\nregion = us-east-2\noutput = json\n";

fn change(before: &str, after: &str, ours: Ours) -> String {
    let change = FileChange {
        path: "/home/ann/file".into(),
        before: Some(before.as_bytes().to_vec().into()),
        after: after.as_bytes().to_vec().into(),
        private: true,
        ours,
    };
    lines(&diff(&change, Path::new("/home/ann"))).join("\n")
}

#[test]
fn no_plant_is_seen_beside_a_change_when_it_goes_or_when_it_comes_back() {
    for plant in &PLANTS {
        let dev = || Ours::Profile(ProfileName::parse("new").unwrap());
        let (text, added, ours): (String, &str, &dyn Fn() -> Ours) = match plant.place {
            Place::GitConfig | Place::CloneConfig => (plant.planted(), SECTION, &|| Ours::Whole),
            Place::AwsConfig | Place::Credentials => (format!("[other]\n{}", plant.planted()), PROFILE, &dev),
            Place::StoredPasswords | Place::Environment | Place::Said | Place::Address | Place::Answers => continue,
        };
        for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            for (before, after) in [
                (text.clone(), format!("{text}{end}{added}")),
                (text.clone(), format!("{added}{text}")),
                (text.clone(), String::new()),
                (String::new(), text.clone()),
                // The same lines with other endings are nobody's new ones.
                (text.clone(), text.replace('\n', "\r\n") + "\r\n"),
            ] {
                let shown = change(&before, &after, ours());
                none_in("a change", &shown);
                if after.contains(added) {
                    let ours = added.lines().all(|line| shown.contains(&format!("+ {}", line.replace('\t', "    "))));
                    assert!(ours, "what this program writes is seen to the letter:\n{shown}");
                }
            }
        }
    }
}

/// The world in memory with all plants in its files.
fn planted(mut world: World) -> World {
    let git = world.text(".gitconfig");
    world.put(".gitconfig", &format!("{}{git}", all_of(Place::GitConfig)));
    let config = world.text(".aws/config");
    world.put(".aws/config", &format!("{config}\n[profile other]\n{}", all_of(Place::AwsConfig)));
    let credentials = world.text(".aws/credentials");
    world.put(".aws/credentials", &format!("{credentials}\n[other]\n{}", all_of(Place::Credentials)));
    world.put_clone("MyDemoRepo", Some("default"));
    let clone = world.text("src/MyDemoRepo/.git/config");
    world.put("src/MyDemoRepo/.git/config", &format!("{}{clone}", all_of(Place::CloneConfig)));
    world
}

#[test]
fn no_plant_is_on_any_screen() {
    let mut screens = 0;
    for set_up in [false, true] {
        for enters in 0..10 {
            for keys in
                ["", "x[down][down]", "e", "?", "v", "m[enter]", "u", "V[enter][enter]", "d", "n", "t", "r", "g"]
            {
                let world = planted(if set_up { World::set_up() } else { World::ready() });
                let mut walker = Walker::opened(world, surroundings(), Answers::default());
                walker.press(&"[enter]".repeat(enters));
                none_in("a screen", &walker.text());
                walker.press(keys);
                none_in("a screen", &walker.text());
                screens += 1;
            }
        }
    }
    assert_eq!(screens, 260);
}

/// A machine with all plants in it, and what its programs said.
struct Garden {
    patient: Patient,
    /// The secret of the key that is written on the way.
    secret: String,
    outputs: usize,
}

impl Garden {
    async fn new() -> Self {
        let mut patient = Patient::new(&[]).await;
        patient.write(".gitconfig", &all_of(Place::GitConfig));
        patient.write(".git-credentials", &all_of(Place::StoredPasswords));
        let says = of(Place::Said)
            .map(|plant| format!("echo '{}' >&2", plant.planted().replace('\'', "\"").trim_end()))
            .collect::<Vec<_>>();
        patient.write("bin/said", &format!("#!/bin/sh\n{}\nexit 1\n", says.join("\n")));
        std::fs::set_permissions(patient.path("bin/said"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let config = patient.read(".aws/config");
        let process = format!(
            "[profile tool]\ncredential_process = {}\nregion = us-east-2\n",
            patient.path("bin/said").display()
        );
        patient.write(".aws/config", &format!("{config}\n{process}[profile other]\n{}", all_of(Place::AwsConfig)));
        let credentials = patient.read(".aws/credentials");
        patient.write(".aws/credentials", &format!("{credentials}\n[other]\n{}", all_of(Place::Credentials)));
        for plant in of(Place::Environment) {
            let planted = plant.planted();
            let (name, value) = planted.split_once('=').unwrap();
            patient.set(name, value);
        }
        let sheet = patient.path("../second-developer.csv");
        let sheet = std::fs::read_to_string(sheet).unwrap();
        let (id, secret) = sheet.lines().nth(1).unwrap().split_once(',').unwrap();
        let (id, secret) = (id.to_owned(), secret.to_owned());
        patient.set("THE_SECRET", &secret);
        patient.write(
            "answers.toml",
            &format!(
                "[profile]\nname = \"New\"\naccess_key_id = \"{id}\"\nsecret_access_key = {{ env = \"THE_SECRET\" }}\nregion = \"us-east-2\"\n\
                 [permissions]\nwith_profile = \"admin\"\n[repositories]\nclone = [\"MyDemoRepo\"]\n"
            ),
        );
        Self { patient, secret, outputs: 0 }
    }

    async fn says(&mut self, arguments: &[&str]) -> (i32, String) {
        let said = self.patient.run(arguments).await;
        let text = format!("{}{}", said.out, said.err);
        self.hears(&arguments.join(" "), &text);
        (said.code, text)
    }

    /// Runs the walk line by line with lines that are typed.
    fn is_typed(&mut self, input: &str) {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
        let mut child = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"))
            .arg("--plain")
            .env_clear()
            .envs(self.patient.inside.sandbox.environment(outside()))
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display()))
            .envs(self.patient.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.patient.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        self.hears("--plain", &text);
    }

    fn hears(&mut self, name: &str, text: &str) {
        assert!(!text.is_empty(), "{name} says something");
        none_in(name, text);
        assert!(!text.contains(&self.secret), "{name}:\n{text}");
        self.outputs += 1;
    }

    fn reads(&mut self, file: &str) {
        let text = self.patient.read(file);
        self.hears(file, &text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_plant_is_in_anything_that_the_program_says_or_notes() {
    let mut garden = Garden::new().await;
    garden.says(&["apply", "--answers", "answers.toml", "--dry-run"]).await;
    garden.is_typed(&"\n".repeat(6));
    let (code, text) = garden.says(&["--log", "log", "apply", "--json", "--answers", "answers.toml"]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("+ [New]") && text.contains("= ••••"), "the changes were shown:\n{text}");
    garden.reads("log");
    for arguments in
        [&["undo", "--list"][..], &["undo", "--dry-run"], &["repos", "--json"], &["repos", "--profile", "tool"]]
    {
        garden.says(arguments).await;
    }
    for plant in of(Place::Address) {
        garden.says(&["clone", &plant.planted(), "--into", "more"]).await;
    }
    // From here on the helper that git asks first, and a profile's own program, say what they should not.
    let own = garden.patient.read("src/MyDemoRepo/.git/config");
    garden.patient.write("src/MyDemoRepo/.git/config", &format!("{}{own}", all_of(Place::CloneConfig)));
    let git = garden.patient.read(".gitconfig");
    let helper = garden.patient.path("bin/said");
    let first = format!("[credential \"https://{}\"]\n\thelper =\n\thelper = !{}\n", patient::HOST, helper.display());
    garden.patient.write(".gitconfig", &format!("{git}{first}"));
    garden.patient.folder = "src/MyDemoRepo".into();
    for arguments in [
        &["doctor"][..],
        &["doctor", "--json"],
        &["doctor", "--report", "-"],
        &["doctor", "--report", "-", "--hide-accounts"],
        &["doctor", "--profile", "tool"],
        &["--log", "log", "doctor", "--repository", "https://me:plant-53-address@github.com/a/b"],
        &["clone", "MyDemoRepo", "--into", "yet-more"],
    ] {
        garden.says(arguments).await;
    }
    garden.patient.folder = "".into();
    garden.is_typed("\n\n\nx\n\n");
    garden.patient.write(".gitconfig", &git);
    garden.says(&["undo", "--dry-run"]).await;
    garden.says(&["undo"]).await;
    garden.reads(".local/state/codecommit-setup/journal.jsonl");
    assert_eq!(garden.outputs, 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_stands_where_a_name_belongs_is_not_said_back() {
    let patient = Patient::new(&[]).await;
    for plant in &MISPLACED {
        patient.write("wrong.toml", &plant.planted());
        let said = patient.run(&["apply", "--json", "--answers", "wrong.toml"]).await;
        assert_ne!(said.code, 0, "{said:?}");
        none_in("apply", &format!("{}{}", said.out, said.err));
    }
}
