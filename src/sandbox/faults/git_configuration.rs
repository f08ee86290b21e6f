//! Faults of Git's configuration: lines that are missing, misspelt, or taken back by later ones.
//!
//! Deliberately absent: the programs that answer.

use super::Fault;
use super::set_up::{HOST, HOSTS, REPOSITORY, section, url};

/// The faults of Git's configuration.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new(
        "gitconfig-broken",
        "The helper of AWS's own page for Windows is in ~/.gitconfig, and every git command fails.",
        "gitconfig-broken",
        |it| {
            it.gitconfig(
                r#"[credential]
	helper = !"\C:\\Program Files\\Amazon\\AWSCLI\\bin\\aws.cmd\" codecommit credential-helper $@"
	UseHttpPath = true
"#,
            )
        },
    ),
    Fault::new("no-helper", "No credential helper is configured at all.", "no-helper", |it| it.gitconfig("")),
    Fault::new(
        "reset-later",
        "A file that is included later has an empty `helper =` in it.",
        "helper-silenced",
        |it| {
            it.append(".gitconfig", "[include]\n\tpath = ~/.gitconfig-office\n")?;
            it.append(".gitconfig-office", "[credential]\n\thelper =\n")
        },
    ),
    Fault::new(
        "reset-in-clone",
        "The clone's own configuration has an empty `helper =` in it.",
        "helper-silenced",
        |it| it.append("src/MyDemoRepo/.git/config", "[credential]\n\thelper =\n"),
    ),
    Fault::new("no-bang", "The helper is written without its exclamation mark.", "no-bang", |it| {
        it.with_some_aws_cli()?;
        it.edit(".gitconfig", "= !aws", "= aws")
    }),
    Fault::new(
        "profile-unquoted",
        "The profile is called `my work`, and stands unquoted in the helper.",
        "profile-unquoted",
        |it| {
            it.with_some_aws_cli()?;
            for file in [".aws/credentials", ".aws/config"] {
                it.edit(file, "default]", if file.ends_with("config") { "profile \"my work\"]" } else { "my work]" })?;
            }
            it.pin("my work")
        },
    ),
    Fault::new("path-misspelt", "The setting is called UserHttpPath, as AWS's blog has it.", "path-off", |it| {
        it.edit(".gitconfig", "UseHttpPath", "UserHttpPath")
    }),
    Fault::new("path-off", "The section does not set useHttpPath.", "path-off", |it| {
        it.edit(".gitconfig", "\tUseHttpPath = true\n", "")
    }),
    Fault::new("path-off-in-clone", "The clone's own configuration switches useHttpPath off.", "path-off", |it| {
        let lines = section(&format!("https://{HOST}"), &["useHttpPath = false"]);
        it.append("src/MyDemoRepo/.git/config", &lines)
    }),
    Fault::new(
        "fips-host",
        "The remote is at the FIPS host, which the section does not cover.",
        "host-not-covered",
        |it| it.remote(&url("git-codecommit-fips.us-east-2.amazonaws.com", REPOSITORY)),
    ),
    Fault::new(
        "vpc-host",
        "The remote is at a VPC endpoint, which the section does not cover.",
        "host-not-covered",
        |it| it.remote(&url("vpce-0a1b2c3d-x.git-codecommit.us-east-2.vpce.amazonaws.com", REPOSITORY)),
    ),
    Fault::new(
        "china-host",
        "The remote is in China, where hosts end otherwise than the section says.",
        "host-not-covered",
        |it| {
            it.gitconfig(&it.section("china"))?;
            it.remote(&url("git-codecommit.cn-north-1.amazonaws.com.cn", "cn-catalogue"))
        },
    )
    .with_identities(),
    Fault::new("other-region-section", "The section is for the host of another region.", "host-not-covered", |it| {
        it.edit(".gitconfig", HOSTS, "https://git-codecommit.eu-west-1.amazonaws.com")
    }),
    Fault::new(
        "partial-wildcard",
        "The section says git-codecommit*, which Git matches with nothing.",
        "host-not-covered",
        |it| it.edit(".gitconfig", HOSTS, "https://git-codecommit*.amazonaws.com"),
    ),
    Fault::new(
        "clone-pins-stranger",
        "The clone's own configuration names a profile that is gone.",
        "profile-missing",
        |it| {
            let helper = format!("helper = {}", it.helper("intern"));
            let lines = section(HOSTS, &["helper =", &helper, "UseHttpPath = true"]);
            it.append("src/MyDemoRepo/.git/config", &lines)
        },
    ),
];
