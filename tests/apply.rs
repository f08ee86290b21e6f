//! Unattended runs of the real program through the sandbox.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/program.rs"]
mod program;

use program::{Program, stderr};

#[test]
fn an_empty_answers_file_takes_every_default() {
    let program = Program::new();
    let answers = program.write("answers.toml", "");
    let output = program.run(&["--sandbox", "--keep", "apply", "--answers", &answers, "--json"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["ok"], true);
    assert_eq!(result["steps"].as_array().unwrap().len(), 5, "{result}");
    assert!(program.sandbox_home().join("src/MyDemoRepo/.git").is_dir());
}

#[test]
fn a_dry_run_prints_every_change_and_makes_none() {
    let program = Program::new();
    let answers =
        program.write("answers.toml", "[git]\nscope = \"every-host\"\n[repositories]\nclone = [\"MyDemoRepo\"]\n");
    let output = program.run(&["--sandbox", "--keep", "apply", "--answers", "answers.toml", "--dry-run"], "");
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{answers}: {text}");
    for expected in [
        "would be attached",
        "+     helper = !aws codecommit credential-helper $@",
        "would be cloned",
        "aws iam attach-user-policy",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let home = program.sandbox_home();
    assert!(!std::fs::read_to_string(home.join(".gitconfig")).unwrap().contains("credential"));
    assert!(!home.join("src").exists());
    assert!(output.stdout.is_empty());
}

#[test]
fn a_profile_is_made_from_a_secret_in_the_environment() {
    let program = Program::new().with("THE_SECRET", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let answers = program.write(
        "answers.toml",
        "[profile]\nname = \"New\"\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nsecret_access_key = { env = \"THE_SECRET\" }\nregion = \"us-east-2\"\n",
    );
    let output = program.run(&["--sandbox", "--keep", "apply", "--answers", &answers], "");
    let text = stderr(&output);
    // The sandbox does not know this key; nothing is written then.
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("AWS does not know the access key"), "{text}");
    assert!(!text.contains("wJalrXUtn"), "{text}");
    assert!(!std::fs::read_to_string(program.sandbox_home().join(".aws/credentials")).unwrap().contains("New"));
}

#[test]
fn unknown_and_missing_keys_are_named_with_exit_code_2() {
    let program = Program::new();
    for (text, expected) in [
        ("[profile]\nnmae = \"x\"\n", "nmae"),
        ("[profile]\nname = \"Nobody\"\n", "profile.access_key_id"),
        ("[profile]\naccess_key_id = \"AKIA\"\n", "profile.secret_access_key"),
        ("[profile]\nregion = \"nowhere\"\n", "profile.region"),
        ("[git]\nhelper = \"magic\"\n", "magic"),
        ("[profile]\naccess_key_id = \"A\"\nsecret_access_key = { env = \"NOT_SET\" }\n", "NOT_SET"),
        ("[repositories]\nclone = [\"../evil\"]\n", "../evil"),
        ("this is not toml", "line 1"),
    ] {
        let answers = program.write("answers.toml", text);
        let output = program.run(&["--sandbox", "apply", "--answers", &answers], "");
        assert!(stderr(&output).contains(expected), "{expected}\n{}", stderr(&output));
        assert_eq!(output.status.code(), Some(2), "{text}: {}", stderr(&output));
        assert!(!stderr(&output).contains("Step 2") || expected == "profile.access_key_id", "{}", stderr(&output));
    }
}

#[test]
fn an_answers_file_that_cannot_be_used_is_told_as_json_too() {
    let program = Program::new();
    let answers = program.write("answers.toml", "[git]\nhelper = \"magic\"\n");
    for arguments in [["--answers", &answers], ["--answers", "nowhere.toml"]] {
        let output = program.run(&[&["--sandbox", "apply", "--json"], &arguments[..]].concat(), "");
        let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&result["ok"], result["steps"].as_array().unwrap().len()), (&false.into(), 0), "{result}");
        assert!(result["problem"]["what"].as_str().unwrap().starts_with("The answers file"), "{result}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn what_is_denied_ends_with_exit_code_1_and_says_what_is_left() {
    let program = Program::new();
    let answers = program.write("answers.toml", "");
    let trouble = ["--sandbox", "--sandbox-trouble", "deny=iam:AttachUserPolicy"];
    let output = program.run(&[&trouble[..], &["apply", "--json", "--answers", &answers]].concat(), "");
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("an administrator has to do it"), "{text}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(result["problem"]["what"].as_str().unwrap().contains("iam:AttachUserPolicy"), "{result}");
}

#[test]
fn an_endpoint_that_nobody_answers_is_named() {
    let program = Program::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_CONFIG_FILE", "config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    program.write("credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
    program.write("config", "[default]\nregion = us-east-2\n");
    let answers = program.write("answers.toml", "");
    let output = program.run(&["apply", "--answers", &answers], "");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("127.0.0.1"), "{}", stderr(&output));
}

#[test]
fn the_log_never_holds_a_secret() {
    let program = Program::new();
    let answers = program.write("answers.toml", "");
    let log = program.folder.path().join("log");
    let arguments = ["--sandbox", "--keep", "--log", log.to_str().unwrap(), "apply", "--answers", &answers];
    assert_eq!(program.run(&arguments, "").status.code(), Some(0));
    let credentials = std::fs::read_to_string(program.sandbox_home().join(".aws/credentials")).unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.is_empty());
    for secret in credentials.lines().filter_map(|line| line.strip_prefix("aws_secret_access_key = ")) {
        assert!(secret.len() >= 40 && !log.contains(secret));
    }
}

#[test]
fn each_scope_of_the_helper_is_written_where_it_belongs_and_proven() {
    let program = Program::new();
    let git = "[repositories]\nclone = [\"MyDemoRepo\"]\n[git]\n";
    for (scope, global, local) in [
        ("scope = \"each-clone\"\nhelper = \"built-in\"", false, true),
        ("scope = { only = \"MyDemoRepo\" }\nprogram = \"path\"", true, false),
        ("scope = \"codecommit\"\nhosts = [\"fips\", \"vpc-endpoints\"]", true, false),
    ] {
        let answers = program.write("answers.toml", &format!("{git}{scope}\n"));
        let output = program.run(&["--sandbox", "--keep", "apply", "--answers", &answers], "");
        assert_eq!(output.status.code(), Some(0), "{scope}: {}", stderr(&output));
        let home = program.sandbox_home();
        let written = |path: &str| std::fs::read_to_string(home.join(path)).unwrap().contains("credential-helper");
        assert_eq!((written(".gitconfig"), written("src/MyDemoRepo/.git/config")), (global, local), "{scope}");
        let sandbox = home.parent().unwrap();
        assert!(stderr(&output).contains("proven with git"), "{}", stderr(&output));
        std::fs::remove_dir_all(sandbox).unwrap();
    }
}

#[test]
fn a_folder_that_is_no_clone_is_named_before_anything_of_git_is_written() {
    let program = Program::new();
    let folder = program.folder.path().join("nothing");
    std::fs::create_dir(&folder).unwrap();
    let text = format!("[git]\nscope = {{ repository = {:?} }}\n", folder.to_str().unwrap());
    let answers = program.write("answers.toml", &text);
    let output = program.run(&["--sandbox", "--keep", "apply", "--answers", &answers], "");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("There is no git repository in that folder."), "{}", stderr(&output));
}

#[test]
fn a_scope_that_cannot_be_used_is_named() {
    let program = Program::new();
    for scope in ["\"all\"", "{ only = \"../x\" }", "{ other = \"x\" }", "3"] {
        let answers = program.write("answers.toml", &format!("[git]\nscope = {scope}\n"));
        let output = program.run(&["--sandbox", "apply", "--answers", &answers], "");
        assert!(stderr(&output).contains("git.scope"), "{scope}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(2), "{scope}");
    }
}
