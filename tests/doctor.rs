//! The doctor on machines in the sandbox: healthy ones, and ones that a test broke.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]

#[path = "support/inside.rs"]
mod inside;
#[path = "support/patient.rs"]
mod patient;

use codecommit_setup::sandbox::Trouble;
use patient::{Patient, URL, shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_machine_is_healthy_with_either_helper() {
    for patient in [Patient::healthy("").await, Patient::without_aws().await] {
        let (json, time) = patient.examined(&[]).await;
        println!("{time:?}\n{}", shown(&json));
        assert_eq!((&json["verdict"]["id"], &json["verdict"]["code"]), (&"healthy".into(), &"OK".into()), "{json:#}");
        // The AWS CLI of the tests is where no editor looks.
        let is_wrong = |check: &&serde_json::Value| match check["status"].as_str().unwrap() {
            "warn" => check["id"] != "helper-program",
            status => status == "fail",
        };
        let wrong = json["checks"].as_array().unwrap().iter().filter(is_wrong);
        assert_eq!(wrong.count(), 0, "{}", shown(&json));
        assert_eq!(json["identity"]["account"], "123456789012", "{json:#}");
    }
}

/// `tests/doctor_speed` measures; else it is enough that it comes to an end.
#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_machine_is_examined_in_its_time() {
    let measured = std::env::var("MEASURE").is_ok();
    let tries = if measured { 15 } else { 1 };
    println!("{:<34}{:>9}{:>9}{:>9}", "git asks", "median", "slowest", "aim");
    for (patient, name, aim) in [
        (Patient::healthy("").await, "the AWS CLI", 1500),
        (Patient::without_aws().await, "the built-in helper, no AWS CLI", 300),
    ] {
        let mut times = Vec::new();
        for _ in 0..tries {
            let (json, time) = patient.examined(&[]).await;
            assert_eq!(json["verdict"]["id"], "healthy");
            times.push(time.as_millis());
        }
        times.sort_unstable();
        let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
        println!("{name:<34}{median:>6} ms{slowest:>6} ms{aim:>6} ms");
        assert!(!measured || median < aim);
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

#[tokio::test(flavor = "multi_thread")]
async fn the_remote_of_the_folder_is_looked_at() {
    let mut patient = Patient::healthy("").await;
    patient.folder = "src/MyDemoRepo".into();
    assert_eq!(patient.verdict(&[]).await, "healthy");
    for (url, verdict, fix) in [
        (format!("{URL}/"), "url-slash", format!("git remote set-url origin {URL}")),
        (format!("{URL}.git"), "url-slash", format!("git remote set-url origin {URL}")),
        (URL.replace("https://", "https://me:planted@"), "user-in-url", format!("git remote set-url origin {URL}")),
        (
            "codecommit::us-east-2://default@MyDemoRepo".to_owned(),
            "remote-not-https",
            format!("git remote set-url origin {URL}"),
        ),
        (URL.replace("https://", "http://"), "remote-not-https", format!("git remote set-url origin {URL}")),
        (URL.replace("https://", "ssh://"), "remote-not-https", format!("git remote set-url origin {URL}")),
        (URL.replace("us-east-2", "eu-west-1"), "other-region", format!("git remote set-url origin {URL}")),
        (URL.replace("MyDemoRepo", "mydemorepo"), "repository-missing", format!("git remote set-url origin {URL}")),
    ] {
        patient.git(&["remote", "set-url", "origin", &url]).await.ok();
        let (json, _) = patient.examined(&[]).await;
        println!("{}", shown(&json));
        assert_eq!(json["verdict"]["id"], verdict, "{url}");
        assert_eq!(json["verdict"]["fix"][0], fix, "{url}");
        assert!(!json.to_string().contains("planted"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_git_logs_in_as_is_compared() {
    let mut patient = Patient::healthy("").await;
    assert_eq!(patient.verdict(&["--profile", "admin"]).await, "other-profile");
    // A section of an earlier user, read before.
    let git = patient.read(".gitconfig");
    patient.edit(".gitconfig", "--profile default ", "");
    patient.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    patient.set("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert_eq!(patient.verdict(&[]).await, "environment-shadows");
    patient.write(".gitconfig", &git);
    assert_eq!(patient.verdict(&[]).await, "healthy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_password_is_seen_at_once() {
    let patient = Patient::healthy("").await;
    let git = patient.read(".gitconfig");
    let (key, dead) = ("AKIAIOSFODNN7EXAMPLE", format!("20260102T030405Z{}", "a".repeat(64)));
    patient.write(".git-credentials", &format!("https://{key}:{dead}@{}/v1/repos/MyDemoRepo\n", patient::HOST));
    let (json, _) = patient.examined(&[]).await;
    assert_eq!(json["ok"], true, "{}", shown(&json));
    patient.edit(".gitconfig", "\thelper =\n", "\thelper =\n\thelper = store\n");
    assert_eq!(patient.verdict(&["--repository", "MyDemoRepo"]).await, "helper-replays");
    std::fs::remove_file(patient.path(".git-credentials")).unwrap();
    assert_eq!(patient.verdict(&[]).await, "asked-before");
    // Nothing was kept by looking.
    assert!(!patient.path(".git-credentials").exists());
    patient.write(".gitconfig", &git);
}

/// A check of a check-up.
fn check<'a>(json: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    json["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn static_git_credentials_are_told_as_what_they_are_and_never_as_dead() {
    let mut patient = Patient::healthy("").await;
    patient.folder = "src/MyDemoRepo".into();
    let (name, password) = patient.inside.sandbox.git_credentials().unwrap();
    let encoded = password.expose().replace('+', "%2b").replace('/', "%2f").replace('=', "%3d");
    let line = format!("https://{name}:{encoded}@{}\n", patient::HOST);
    let described = "static Git credentials of the IAM user new-developer in account 123456789012";
    // Alone, before the helper, and behind it.
    let ours = patient.read(".gitconfig");
    let before = format!(
        "[credential]\n\thelper = store\n{}",
        ours.replace("\thelper =\n", "").replace("UseHttpPath = true", "")
    );
    let user = "[user]\n\tname = Ann\n[credential]\n\thelper = store\n";
    patient.write(".git-credentials", &line);
    for (git, answer) in [(user, described), (ours.as_str(), "a fresh password")] {
        patient.write(".gitconfig", git);
        let (json, _) = patient.examined(&[]).await;
        println!("{}", shown(&json));
        assert_eq!(json["verdict"]["id"], "healthy");
        assert!(check(&json, "helper-answer")["found"].as_str().unwrap().starts_with(answer));
        let stored = &check(&json, "stored")["found"];
        assert_eq!(*stored, format!("{described}, in ~/.git-credentials:1"));
        assert!(!json.to_string().contains(password.expose()) && !json.to_string().contains("dead"));
    }
    patient.write(".gitconfig", &before);
    let (json, _) = patient.examined(&[]).await;
    println!("{}", shown(&json));
    assert!(check(&json, "helper-answer")["found"] == described && check(&json, "helper-chain")["cause"].is_null());
    // AWS does not take them any more.
    patient.write(".gitconfig", user);
    patient.write(".git-credentials", &line.replace(&encoded, "reset"));
    let (json, _) = patient.examined(&[]).await;
    println!("{}", shown(&json));
    assert_eq!(json["verdict"]["id"], "static-refused");
    let fix = json["verdict"]["fix"].to_string();
    assert!(fix.contains("IAM console") && fix.contains("new-developer-at-123456789012"), "{fix}");
    assert!(!json.to_string().contains("elete"), "{json:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_is_told_by_its_line_and_what_lasts_is_kept() {
    let patient = Patient::healthy("").await;
    let dead = format!("20260102T030405Z{}", "a".repeat(64));
    let host = patient::HOST;
    patient.write(
        ".git-credentials",
        &format!(
            "https://ann-at-123456789012:kept@{host}\nhttps://bob:kept@{host}\nhttps://AKIAIOSFODNN7EXAMPLE:{dead}@{host}/v1/repos/a\n"
        ),
    );
    let (json, _) = patient.examined(&[]).await;
    println!("{}", shown(&json));
    let stored = check(&json, "stored");
    assert_eq!((&json["verdict"]["id"], &stored["status"]), (&"healthy".into(), &"warn".into()));
    let fix = "In ~/.git-credentials, delete the line of access key AKIA…MPLE (now line 3). \
        Keep that of ann-at-123456789012.";
    assert_eq!(stored["fix"], serde_json::json!([fix]));
    assert!(stored["why"].as_str().unwrap().contains("Keep static Git credentials of the IAM user ann"), "{stored}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_deletes_the_lines_that_are_named_in_their_order_keeps_what_lasts() {
    let patient = Patient::healthy("").await;
    let dead = format!("20260102T030405Z{}", "a".repeat(64));
    let host = patient::HOST;
    let line = |user: &str| format!("https://{user}:{dead}@{host}\n");
    let lasting = format!("https://ann-at-123456789012:kept@{host}\n");
    let (one, two, three) = ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN8EXAMPLE", "AKIAIOSFODNN9EXAMPLE");
    let twelve: Vec<String> = (0..12).map(|n| format!("{}{n:02}", "AKIAIOSFODNN7EXAMP")).collect();
    for users in [vec![one, two], vec![one, "", two, three], vec![""], twelve.iter().map(String::as_str).collect()] {
        let all: String = users.iter().map(|user| if user.is_empty() { lasting.clone() } else { line(user) }).collect();
        let all = all + &lasting;
        patient.write(".git-credentials", &all);
        let (json, _) = patient.examined(&[]).await;
        let fixes = json["checks"].as_array().unwrap().iter().flat_map(|check| check["fix"].as_array().unwrap());
        let mut fixes: Vec<&str> = fixes.map(|fix| fix.as_str().unwrap()).filter(|fix| fix.contains("elete")).collect();
        fixes.dedup();
        assert_eq!(fixes.len(), usize::from(users.iter().any(|user| !user.is_empty())), "{fixes:?}");
        let mut left: Vec<&str> = all.lines().collect();
        for fix in fixes {
            assert!(fix.contains("Keep"), "{fix}");
            for number in fix.split("line ").skip(1) {
                let number: String = number.chars().take_while(char::is_ascii_digit).collect();
                if let Ok(number) = number.parse::<usize>() {
                    let gone = left.remove(number - 1);
                    assert!(gone.contains("AKIA"), "{fix}");
                }
            }
        }
        let kept = |lines: &[&str]| lines.iter().filter(|line| line.contains("-at-")).count();
        assert_eq!(kept(&left), kept(&all.lines().collect::<Vec<_>>()), "{left:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_do_not_work_are_told_apart() {
    let patient = Patient::healthy("").await;
    let good = patient.read(".aws/credentials");
    let line = |key: &str| good.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    let (id, secret) = (line("aws_access_key_id"), line("aws_secret_access_key"));
    for (from, to, verdict) in [
        (&id, "aws_access_key_id = AKIAIOSFODNN7EXAMPLE", "key-unknown"),
        (&secret, "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "secret-wrong"),
        (&secret, "", "half-a-key"),
    ] {
        patient.edit(".aws/credentials", from, to);
        assert_eq!(patient.verdict(&[]).await, verdict);
        patient.write(".aws/credentials", &good);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_explains_all_that_follows() {
    for skew in [1200, -1200] {
        let patient = Patient::new(&[Trouble::Skew(skew)]).await;
        let helper = "!aws --profile admin codecommit credential-helper $@";
        patient.git(&["config", "--global", "credential.helper", helper]).await.ok();
        patient.git(&["config", "--global", "credential.useHttpPath", "true"]).await.ok();
        assert_eq!(patient.verdict(&["--repository", "MyDemoRepo"]).await, "clock-off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_explained_by_questions_in_their_order() {
    for (deny, verdict) in [("codecommit:GitPull", "denied"), ("codecommit:Git*", "denied")] {
        let patient = Patient::new(&[Trouble::Deny(deny.to_owned())]).await;
        let helper = "!aws --profile admin codecommit credential-helper $@";
        patient.git(&["config", "--global", "credential.helper", helper]).await.ok();
        patient.git(&["config", "--global", "credential.useHttpPath", "true"]).await.ok();
        let (json, _) = patient.examined(&["--repository", "MyDemoRepo"]).await;
        println!("{:#}\n{}", json["questions"], shown(&json));
        assert_eq!(json["verdict"]["id"], verdict, "{deny}");
        assert_eq!(json["questions"].as_array().unwrap().len(), 8);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ended_and_sign_ins_that_are_missing_are_told_apart() {
    let patient = Patient::with_identities().await;
    for (profile, verdict) in [("sso", "not-signed-in"), ("login", "not-signed-in")] {
        let helper = format!("!aws --profile {profile} codecommit credential-helper $@");
        patient.git(&["config", "--global", "credential.helper", &helper]).await.ok();
        patient.git(&["config", "--global", "credential.useHttpPath", "true"]).await.ok();
        _ = std::fs::remove_dir_all(patient.path(&format!(".aws/{profile}/cache")));
        assert_eq!(patient.verdict(&["--repository", "MyDemoRepo"]).await, verdict, "{profile}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_that_are_closed_are_told_apart() {
    let mut patient = Patient::healthy("").await;
    for (name, value, verdict) in [
        ("GIT_CONFIG_VALUE_0", "http://127.0.0.1:1", "proxy-fails"),
        ("GIT_SSL_CAINFO", "/nowhere.pem", "git-certificate"),
        ("GIT_SSL_CAINFO", "/etc/ssl/certs/ca-certificates.crt", "git-certificate"),
        ("AWS_CA_BUNDLE", "/nowhere.pem", "api-certificate"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "endpoint-override"),
    ] {
        patient.set(name, value);
        assert_eq!(patient.verdict(&[]).await, verdict, "{name}={value}");
        patient.variables.clear();
    }
}

/// Secrets of every kind, planted wherever one may stand; each holds the word that is looked for.
fn plant(patient: &mut Patient) {
    let token = format!("PLANTED{}", "IQoJb3JpZ2luX2Vj".repeat(12));
    let dead = format!("20260102T030405Z{}", "ab12".repeat(16));
    let credentials = patient.read(".aws/credentials");
    let more = format!("[default]\nplanted_thing = PLANTED\n# PLANTED\naws_session_token_old = {token}\n");
    patient.write(".aws/credentials", &credentials.replacen("[default]\n", &more, 1));
    let config = patient.read(".aws/config");
    patient.write(
        ".aws/config",
        &config.replacen(
            "[default]\n",
            "[default]\ncredential_process = /opt/x --token PLANTED\nexternal_id = PLANTED\n",
            1,
        ),
    );
    let git = patient.read(".gitconfig");
    let more = "[http]\n\textraHeader = Authorization: Basic PLANTED\n[http \"https://PLANTED:PLANTED@example.com\"]\n\tsslVerify = true\n\
         [http \"https://example.com\"]\n\tproxy = http://me:PLANTED@proxy:3128\n\
         [url \"https://me:PLANTED@host/\"]\n\tinsteadOf = x:\n[credential \"https://other.example\"]\n\thelper = !echo password=PLANTED\n\
         [credential]\n\thelper = !AWS_SECRET_ACCESS_KEY=PLANTED true\n\thelper = store --file=PLANTED\n\tusername = PLANTED\n";
    patient.write(".gitconfig", &format!("{more}{git}"));
    let line =
        format!("https://me:PLANTED@github.com\nhttps://ASIAPLANTED%25{token}:{dead}@{}/v1/repos/a\n", patient::HOST);
    patient.write(".git-credentials", &line);
    for (name, value) in [
        ("AWS_SESSION_TOKEN", token.as_str()),
        ("AWS_SECRET_ACCESS_KEY", "PLANTED/7MDENG/bPxRfiCYEXAMPLEKEYaaaaaaa"),
        ("AWS_BEARER_TOKEN_BEDROCK", "PLANTED"),
        ("FTP_PROXY", "ftp://me:PLANTED@proxy"),
        ("ALL_PROXY", "socks5://me:PLANTED@127.0.0.1:9"),
        ("NO_PROXY", "*"),
    ] {
        patient.set(name, value);
    }
    // The variable of the sandbox keeps its place before these.
    patient.set("GIT_CONFIG_COUNT", "2");
    patient.set("GIT_CONFIG_KEY_1", "http.extraHeader");
    patient.set("GIT_CONFIG_VALUE_1", "X-Token: PLANTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_secrets_are_in_no_output_and_in_no_report() {
    let mut patient = Patient::healthy("").await;
    patient.folder = "src/MyDemoRepo".into();
    plant(&mut patient);
    let url = URL.replace("https://", "https://AKIAPLANTED:PLANTED@");
    patient.git(&["remote", "set-url", "origin", &url]).await.ok();
    let own = patient.read(".aws/credentials");
    let secrets: Vec<&str> = own.lines().filter_map(|line| line.strip_prefix("aws_secret_access_key = ")).collect();
    for arguments in
        [&["doctor"][..], &["doctor", "--json"], &["doctor", "--report", "-"], &["doctor", "--repository", &url]]
    {
        let said = patient.run(arguments).await;
        println!("{}", said.out);
        for text in [&said.out, &said.err] {
            assert!(!text.contains("PLANTED"), "{arguments:?}\n{text}");
            assert!(secrets.iter().all(|secret| !text.contains(secret)));
        }
        assert!(said.out.len() > 500, "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_a_new_file_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let patient = Patient::healthy("").await;
    let said = patient.run(&["doctor", "--report", "report.txt", "--hide-accounts"]).await;
    assert!(said.err.contains("report.txt"), "{said:?}");
    let text = patient.read("report.txt");
    println!("{text}");
    assert_eq!(std::fs::metadata(patient.path("report.txt")).unwrap().permissions().mode() & 0o777, 0o600);
    for part in [
        "OK  Everything works",
        "asked first",
        "[default]",
        "region = us-east-2",
        "(left out)",
        "credential fill",
        "exit 0",
        "GIT_CONFIG_VALUE_0 = (set, left out)",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("123456789012"));
    let said = patient.run(&["doctor", "--report", "a/b/report.txt"]).await;
    assert!(said.code == 2 && said.err.contains("There is no folder a/b."), "{said:?}");
    assert!(!patient.path("a").exists());
    patient.write("report.txt", "mine");
    patient.run(&["doctor", "--report", "report.txt"]).await;
    assert_eq!(patient.read("report.txt"), "mine");
    assert!(patient.read("report-2.txt").contains("123456789012"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_explained_and_all_are_listed() {
    let patient = Patient::new(&[]).await;
    let said = patient.run(&["doctor", "--explain", "h-71"]).await.ok();
    assert!(said.contains("H-71  The program of the helper") && said.contains("codecommit-setup"), "{said}");
    let all = patient.run(&["doctor", "--explain"]).await.ok();
    assert!(all.lines().count() > 50 && all.contains("R-98"), "{all}");
    patient.run(&["doctor", "--explain", "Z-9"]).await.fails_with("There is no code Z-9");
    assert!(patient.run(&["doctor", "--help"]).await.ok().contains("--explain"));
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    let mut patient = Patient::healthy("").await;
    patient.write(".git-credentials", "https://me:x@github.com\n");
    patient.edit(".gitconfig", "\thelper =\n", "\thelper =\n\thelper = store\n");
    patient.folder = "src/MyDemoRepo".into();
    let all = || {
        let listed = std::process::Command::new("find")
            .args([".", "-type", "f", "-printf", "%p %T@ %s %m\n"])
            .current_dir(patient.path(""))
            .output();
        String::from_utf8(listed.unwrap().stdout).unwrap()
    };
    let before = all();
    patient.run(&["doctor", "--repository", "nowhere"]).await;
    patient.run(&["doctor"]).await;
    assert_eq!(all(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_has_the_shape_that_the_readme_tells() {
    let patient = Patient::new(&[]).await;
    let (json, _) = patient.examined(&[]).await;
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut expected = ["version", "ok", "verdict", "profile", "region", "host", "identity", "questions", "checks"];
    expected.sort_unstable();
    assert_eq!(keys(&json), expected);
    assert_eq!(json["version"], 1);
    assert_eq!(keys(&json["verdict"]), ["code", "fix", "id", "what", "why"]);
    assert_eq!(keys(&json["identity"]), ["account", "arn", "kind"]);
    for check in json["checks"].as_array().unwrap() {
        assert_eq!(keys(check), ["fix", "found", "id", "ms", "status", "title", "why"]);
        assert!(["pass", "warn", "fail", "skip"].contains(&check["status"].as_str().unwrap()));
    }
    let ids: Vec<&str> = json["checks"].as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap()).collect();
    assert_eq!(ids, codecommit_setup::checkup::ORDER);
}
