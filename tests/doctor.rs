//! The doctor on machines in the sandbox: healthy ones, and ones that a test broke.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]

#[path = "support/inside.rs"]
mod inside;
#[path = "support/patient.rs"]
mod patient;

use patient::{Patient, URL, shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_machine_is_healthy_with_either_helper() {
    for patient in [Patient::healthy("").await, Patient::without_aws().await] {
        let (json, time) = patient.examined(&[]).await;
        println!("{time:?}\n{}", shown(&json));
        assert_eq!((&json["verdict"]["id"], &json["verdict"]["code"]), (&"healthy".into(), &"OK".into()), "{json:#}");
        let wrong = json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|check| check["status"] == "warn" || check["status"] == "fail");
        assert_eq!(wrong.count(), 0, "{}", shown(&json));
        assert_eq!(json["identity"]["account"], "123456789012", "{json:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_set_up_says_which_command_begins() {
    let patient = Patient::new(&[]).await;
    std::fs::remove_dir_all(patient.path(".aws")).unwrap();
    assert_eq!(patient.verdict(&[]).await, "not-set-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_and_profiles_are_named() {
    let patient = Patient::healthy("").await;
    let (credentials, config, git) =
        (patient.read(".aws/credentials"), patient.read(".aws/config"), patient.read(".gitconfig"));
    for (file, from, to, verdict) in [
        (".aws/credentials", "[default]", "[default\n", "aws-files-broken"),
        (".aws/credentials", "[default]", "[other]", "profile-missing"),
        (".gitconfig", "[credential", "[credential\n\\", "gitconfig-broken"),
        (".gitconfig", "helper = !aws", "helper = aws", "no-bang"),
        (".gitconfig", "UseHttpPath", "UserHttpPath", "path-off"),
        (".gitconfig", "!aws", "!awz", "helper-missing"),
        (".gitconfig", "--profile default", "--profile nobody", "profile-missing"),
        (".gitconfig", "git-codecommit.*", "git-codecommit-fips.*", "host-not-covered"),
    ] {
        patient.edit(file, from, to);
        if file == ".aws/credentials" && verdict == "profile-missing" {
            patient.edit(".aws/config", "[default]", "[profile other]");
        }
        assert_eq!(patient.verdict(&[]).await, verdict, "{file}: {to}");
        patient.write(".aws/credentials", &credentials);
        patient.write(".aws/config", &config);
        patient.write(".gitconfig", &git);
    }
    std::fs::write(patient.path(".gitconfig"), "").unwrap();
    assert_eq!(patient.verdict(&[]).await, "no-helper");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_nearly_right_is_told() {
    let patient = Patient::healthy("").await;
    for (repository, verdict) in [
        ("MyDemoRepo", "healthy"),
        ("mydemorepo", "repository-missing"),
        ("eu-billing", "other-region"),
        ("nowhere", "repository-missing"),
    ] {
        assert_eq!(patient.verdict(&["--repository", repository]).await, verdict, "{repository}");
    }
    assert_eq!(patient.verdict(&["--repository", &format!("{URL}/")]).await, "url-slash");
}
