//! Many clones at once, beside a shell loop with the AWS CLI's helper; `tests/clone_speed` lets it measure, when nobody else is at work.
#![allow(missing_docs, clippy::print_stderr, reason = "tests, and one that tells figures")]

#[path = "support/inside.rs"]
mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use codecommit_setup::sandbox::Trouble;
use support::{Inside, aws_cli};

const HOST: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos";

/// This program: the one of this build, or the one that is named.
fn program() -> String {
    std::env::var("CODECOMMIT_SETUP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_codecommit-setup").to_owned())
}

fn names(count: u32) -> Vec<String> {
    (1..=count).map(|number| format!("repository-{number:05}")).collect()
}

/// Gives each repository a history of a few commits.
async fn fill(inside: &Inside, names: &[String]) {
    let helper = format!("credential.helper=!'{}' credential-helper --profile admin", program());
    inside.run("git", &["init", "--quiet", "-b", "main", "work"]).await.ok();
    for number in 0..20 {
        let text = format!("line {number}\n").repeat(2000);
        fs::write(inside.sandbox.home().join(format!("work/file-{number}.txt")), text).expect("a file");
        inside.run("git", &["-C", "work", "add", "."]).await.ok();
        inside.run("git", &["-C", "work", "commit", "--quiet", "-m", &format!("commit {number}")]).await.ok();
    }
    for name in names {
        let url = format!("{HOST}/{name}");
        let push = ["-C", "work", "-c", &helper, "-c", "credential.UseHttpPath=true", "push", "--quiet", &url, "main"];
        inside.run("git", &push).await.ok();
    }
}

fn are_there(inside: &Inside, folder: &str, names: &[String]) {
    for name in names {
        let clone = inside.sandbox.home().join(folder).join(name);
        assert!(Path::new(&clone).join("file-19.txt").exists(), "{}", clone.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_cloned_as_a_loop_would_and_faster() {
    let measured = std::env::var_os("MEASURE").is_some();
    let count = if measured { 24 } else { 3 };
    let delay = Trouble::Delay(Duration::from_millis(if measured { 40 } else { 0 }));
    let inside = Inside::start(&[Trouble::ManyRepositories(count), delay]).await;
    let names = names(count);
    fill(&inside, &names).await;
    // As the guide configures git; both have the same.
    let value = format!("!'{}' --profile admin codecommit credential-helper $@", aws_cli().display());
    for (key, value) in [("credential.helper", value.as_str()), ("credential.UseHttpPath", "true")] {
        inside.run("git", &["config", "--global", key, value]).await.ok();
    }
    let loop_of =
        format!("mkdir loop && for n in {}; do git clone --quiet {HOST}/$n loop/$n || exit 1; done", names.join(" "));
    let start = Instant::now();
    // It may take longer than any other command of a test.
    let environment = inside.sandbox.environment(support::outside());
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", &loop_of]).env_clear().envs(environment).current_dir(inside.sandbox.home());
    assert!(shell.status().await.expect("a shell").success());
    let slow = start.elapsed();
    are_there(&inside, "loop", &names);

    let mut told = format!("{count} clones: {slow:.1?} in a shell loop with {}", aws_cli().display());
    let mut best = Duration::MAX;
    for jobs in if measured { ["1", "4", "8"].as_slice() } else { &["4"] } {
        let folder = format!("ours-{jobs}");
        let mut all = vec!["clone", "--profile", "admin", "--jobs", jobs, "--into", &folder];
        all.extend(names.iter().map(String::as_str));
        let start = Instant::now();
        let said = inside.run(program(), &all).await;
        let quick = start.elapsed();
        assert_eq!(said.err, "", "git logs in by itself afterwards");
        said.ok();
        are_there(&inside, &folder, &names);
        let times = slow.as_secs_f64() / quick.as_secs_f64();
        told =
            format!("{told}\n  {quick:.2?} with ours, {jobs} at a time, the proof included: {times:.1} times as fast");
        if *jobs == "4" {
            best = quick;
        }
    }
    if measured {
        writeln!(std::io::stderr(), "{told}").expect("somebody listens");
        assert!(slow >= best * 8, "at least 8 times as fast with 4 at a time: {told}");
    }
}
