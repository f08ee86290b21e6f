//! Repositories whose own files name programs: no command of this program that is started in one runs any of them, and the doctor
//! says so.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]
#![cfg(unix)]

#[path = "support/inside.rs"]
mod inside;
#[path = "support/patient.rs"]
mod patient;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::world;
use codecommit_setup::wizard::effect::GitPlace;
use inside::Said;
use patient::{HOST, Patient, URL, shown};

/// A repository, and what it is to leave behind should one of its programs run.
struct Hostile<'a> {
    patient: &'a Patient,
    name: String,
}

impl<'a> Hostile<'a> {
    /// A repository whose remote is one of CodeCommit, with these lines in its configuration. `RUN` stands for a command that leaves
    /// its mark, `EVIL` for a program that does, and `REPO` for the folder.
    fn new(patient: &'a Patient, name: &str, lines: &str) -> Self {
        let hostile = Self { patient, name: name.to_owned() };
        hostile.patient.write(&format!("{name}/.git/HEAD"), "ref: refs/heads/main\n");
        for folder in ["objects", "refs/heads", "hooks"] {
            fs::create_dir_all(hostile.folder().join(".git").join(folder)).unwrap();
        }
        let remote = format!("[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = {URL}\n");
        hostile.write(".git/config", &format!("{remote}{lines}"));
        hostile.program("evil");
        hostile
    }

    fn folder(&self) -> PathBuf {
        self.patient.path(&self.name)
    }

    fn mark(&self) -> PathBuf {
        self.patient.path(&format!("marks/{}", self.name.replace('/', "_")))
    }

    fn filled(&self, text: &str) -> String {
        fs::create_dir_all(self.patient.path("marks")).unwrap();
        let repository = self.folder().display().to_string();
        text.replace("RUN", &format!("touch {}", self.mark().display()))
            .replace("EVIL", &format!("{repository}/evil"))
            .replace("REPO", &repository)
    }

    fn write(&self, file: &str, text: &str) {
        self.patient.write(&format!("{}/{file}", self.name), &self.filled(text));
    }

    /// A program that leaves the mark.
    fn program(&self, file: &str) {
        self.write(file, "#!/bin/sh\nRUN\nexit 1\n");
        fs::set_permissions(self.folder().join(file), fs::Permissions::from_mode(0o755)).unwrap();
    }

    async fn run_in(&self, folder: &str, arguments: &[&str]) -> Said {
        let standing = Path::new(&self.name).join(folder);
        self.patient.run_in(&standing, arguments).await
    }

    /// The doctor's verdict, with the lines of what is not well.
    async fn verdict(&self, folder: &str, arguments: &[&str]) -> (String, serde_json::Value) {
        let said = self.run_in(folder, &[&["doctor", "--json"], arguments].concat()).await;
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
        println!("{} in {folder:?}: {}\n{}", self.name, json["verdict"]["id"], shown(&json));
        (json["verdict"]["id"].as_str().unwrap().to_owned(), json)
    }

    fn assert_nothing_ran(&self, what: &str) {
        assert!(!self.mark().exists(), "{what} ran a program of {}", self.name);
    }
}

/// Each with its lines, and what the doctor has to say.
const PLANTED: [(&str, &str, &str); 24] = [
    ("helper", "[credential]\n\thelper = \"!RUN; :\"\n", "repository-programs"),
    ("helper-of-host", "[credential \"https://HOST\"]\n\thelper = EVIL\n", "repository-programs"),
    ("helper-by-name", "[credential]\n\thelper = \"store; RUN;\"\n", "repository-programs"),
    (
        "helper-that-calls-itself-aws",
        "[credential]\n\thelper = !REPO/aws codecommit credential-helper $@\n",
        "repository-programs",
    ),
    ("helper-by-path", "[credential]\n\thelper = !./aws codecommit credential-helper $@\n", "repository-programs"),
    (
        "helper-with-files-of-its-own",
        "[credential]\n\thelper = !AWS_CONFIG_FILE=REPO/aws-config aws codecommit credential-helper $@\n",
        "repository-programs",
    ),
    (
        "helper-with-more-behind",
        "[credential]\n\thelper = \"!aws codecommit credential-helper $@; RUN\"\n",
        "repository-programs",
    ),
    ("window-of-a-helper", "[credential]\n\tuiHelper = EVIL\n", "repository-programs"),
    (
        "ext",
        "[protocol \"ext\"]\n\tallow = always\n[url \"ext::EVIL %S \"]\n\tinsteadOf = https://\n",
        "other-transport",
    ),
    (
        "ext-by-the-name-of-the-remote",
        "[protocol]\n\tallow = always\n[remote \"URL\"]\n\turl = \"ext::EVIL\"\n",
        "other-transport",
    ),
    ("vcs", "[protocol]\n\tallow = always\n[remote \"URL\"]\n\tvcs = ext\n", "repository-programs"),
    (
        "made-up-transport",
        "[protocol]\n\tallow = always\n[url \"evil::\"]\n\tinsteadOf = https://\n[alias]\n\tremote-evil = !RUN\n",
        "repository-programs",
    ),
    ("ssh", "[core]\n\tsshCommand = EVIL\n[url \"ssh://HOST/\"]\n\tinsteadOf = https://HOST/\n", "repository-programs"),
    (
        "git-proxy",
        "[core]\n\tgitProxy = EVIL\n[url \"git://HOST/\"]\n\tinsteadOf = https://HOST/\n",
        "repository-programs",
    ),
    (
        "upload-pack",
        "[url \"file://REPO/\"]\n\tinsteadOf = https://HOST/\n[remote \"URL\"]\n\tuploadpack = EVIL\n",
        "repository-programs",
    ),
    ("include", "[include]\n\tpath = more\n", "repository-programs"),
    ("include-outside", "[include]\n\tpath = REPO/.git/more\n", "repository-programs"),
    ("include-on-a-condition", "[includeIf \"gitdir:**\"]\n\tpath = more\n", "repository-programs"),
    ("include-on-a-condition-of-others", "[includeIf \"gitdir:~mallory/\"]\n\tpath = more\n", "repository-programs"),
    ("working-tree", "[extensions]\n\tworktreeConfig = true\n", "repository-programs"),
    ("working-tree-elsewhere", "[core]\n\tworktree = /\n[credential]\n\thelper = !RUN\n", "repository-programs"),
    ("programs-on-path", "", "healthy"),
    // Git comes to none of these by what is asked of it.
    (
        "all-that-is-not-asked",
        "[core]\n\tfsmonitor = EVIL\n\thooksPath = REPO\n\taskPass = EVIL\n\tpager = EVIL\n\teditor = EVIL\n\
            \tsshCommand = EVIL\n\tgitProxy = EVIL\n\talternateRefsCommand = EVIL\n[gpg]\n\tprogram = EVIL\n[diff]\n\texternal = EVIL\n\
            [filter \"x\"]\n\tsmudge = EVIL\n\tprocess = EVIL\n[alias]\n\tconfig = !RUN\n\trev-parse = !RUN\n\tversion = !RUN\n\
            \tls-remote = !RUN\n\tcredential = !RUN\n[pager]\n\tconfig = EVIL\n[sequence]\n\teditor = EVIL\n\
            [remote \"origin\"]\n\tuploadpack = EVIL\n\treceivepack = EVIL\n[submodule \"x\"]\n\tupdate = !RUN\n\tactive = true\n\
            [uploadpack]\n\tpackObjectsHook = EVIL\n[browser \"x\"]\n\tcmd = EVIL\n[merge \"x\"]\n\tdriver = EVIL\n",
        "healthy",
    ),
    ("hooks", "", "healthy"),
];

fn plant<'a>(patient: &'a Patient, name: &str, lines: &str) -> Hostile<'a> {
    // What the person has set up is cleared first, so that git would come to it.
    let cleared = |text: &str| text.replace("[credential]\n\thelper", "[credential]\n\thelper =\n\thelper");
    let lines = cleared(lines).replace("HOST", HOST).replace("\"URL\"", &format!("\"{URL}\""));
    let hostile = Hostile::new(patient, &format!("hostile/{name}"), &lines);
    for (file, text) in [
        (".git/more", cleared("[credential]\n\thelper = \"!RUN\"\n")),
        ("aws-config", "[default]\nregion = us-east-2\ncredential_process = EVIL\n".to_owned()),
        (".gitattributes", "* filter=x diff=x merge=x\n".to_owned()),
        (".python-version", "evil\n".to_owned()),
    ] {
        hostile.write(file, &text);
    }
    if name == "working-tree" {
        hostile.write(".git/config.worktree", &cleared("[credential]\n\thelper = \"!RUN\"\n"));
    }
    for hook in ["post-checkout", "reference-transaction", "pre-push", "fsmonitor-watchman", "post-index-change"] {
        hostile.program(&format!(".git/hooks/{hook}"));
        hostile.program(hook);
    }
    for program in ["git", "aws", "sh", "ssh", "git-remote-https", "git-credential-store", "codecommit-setup"] {
        hostile.program(program);
    }
    fs::create_dir_all(hostile.folder().join("deep/er")).unwrap();
    hostile
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_runs_no_program_of_a_repository_and_names_it_with_its_line() {
    let mut patient = Patient::without_aws().await;
    // As somebody has it who wants to run what lies in the folder.
    patient.set("PATH", &format!(".::{}", patient.path("bin").display()));
    for (name, lines, verdict) in PLANTED {
        let hostile = plant(&patient, name, lines);
        let (found, json) = hostile.verdict("deep/er", &[]).await;
        hostile.assert_nothing_ran("the doctor");
        assert_eq!(found, verdict, "{name}: {}", shown(&json));
        let check = |id: &str| {
            json["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).cloned().unwrap_or_default()
        };
        if verdict == "repository-programs" {
            let named = check("repository-programs")["found"].as_str().unwrap().to_owned();
            assert!(named.contains(".git/") && named.contains(": "), "{named}");
            for skipped in ["helper-answer", "git-endpoint", "git-host"] {
                assert_eq!(check(skipped)["status"], "skip", "{name}: {skipped}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_command_runs_them_either() {
    let mut patient = Patient::without_aws().await;
    patient.set("PATH", &format!(".::{}", patient.path("bin").display()));
    patient.write("again.toml", "[repositories]\nclone = [\"payments-api\"]\ninto = \"INTO\"\n");
    // What can stand side by side: one leads git elsewhere, the other answers.
    let together = |names: [&str; 3]| {
        let lines = PLANTED.iter().filter(|(name, ..)| names.contains(name)).map(|(_, lines, _)| *lines);
        lines.collect::<String>()
    };
    for (name, lines) in [
        ("answers", together(["helper", "include", "all-that-is-not-asked"])),
        ("leads-away", together(["ext", "ext-by-the-name-of-the-remote", "all-that-is-not-asked"])),
    ] {
        let hostile = plant(&patient, name, &lines);
        let answers = hostile.folder().join("answers.toml");
        let into = hostile.folder().join("deep/clones").display().to_string();
        fs::write(&answers, patient.read("again.toml").replace("INTO", &into)).unwrap();
        for arguments in [
            &["--plain"][..],
            &["repos"],
            &["clone", "MyDemoRepo", "--into", "."],
            &["apply", "--answers", "../answers.toml"],
            &["apply", "--dry-run", "--answers", "../answers.toml"],
            &["undo", "--list"],
            &["undo", "--dry-run"],
        ] {
            let said = hostile.run_in("deep", arguments).await;
            hostile.assert_nothing_ran(&arguments.join(" "));
            // What the repository says matters to none of them, but that git will not come to the helper there is told.
            let is_overridden = name == "answers" && arguments.starts_with(&["apply", "--answers"]);
            let fine = if is_overridden {
                said.code == 1 && said.err.contains("not in the repository that you are in")
            } else {
                said.code == 0
            };
            assert!(fine || arguments == ["--plain"], "{arguments:?} in {name}: {said:?}");
        }
        assert!(hostile.folder().join("deep/clones/payments-api/.git").is_dir());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_repository_has_its_configuration_makes_no_difference() {
    let patient = Patient::without_aws().await;
    let git = async |folder: &Path, arguments: &[&str]| {
        let folder = folder.display().to_string();
        let who = ["-C", &folder, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.hooksPath=/dev/null"];
        patient.git(&[&who[..], arguments].concat()).await.ok();
    };
    let real = Hostile { patient: &patient, name: "real".to_owned() };
    let mark = real.filled("!RUN; :");
    fs::create_dir_all(real.folder()).unwrap();
    git(&real.folder(), &["init", "-q", "-b", "main"]).await;
    git(&real.folder(), &["commit", "-q", "--allow-empty", "-m", "first"]).await;
    git(&real.folder(), &["remote", "add", "origin", URL]).await;
    git(&real.folder(), &["config", "credential.helper", ""]).await;
    git(&real.folder(), &["config", "--add", "credential.helper", &mark]).await;
    git(&real.folder(), &["worktree", "add", "-q", "../linked"]).await;
    let inner = real.folder().join("inner");
    fs::create_dir_all(&inner).unwrap();
    git(&inner, &["init", "-q", "-b", "main"]).await;
    git(&inner, &["commit", "-q", "--allow-empty", "-m", "first"]).await;
    git(
        &real.folder(),
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &inner.display().to_string(), "module"],
    )
    .await;
    let module = real.folder().join("module");
    git(&module, &["remote", "set-url", "origin", URL]).await;
    git(&module, &["config", "credential.helper", ""]).await;
    git(&module, &["config", "--add", "credential.helper", &mark]).await;
    // A bare repository that came in a folder.
    let bare = real.folder().join("docs/bare");
    fs::create_dir_all(bare.join("objects")).unwrap();
    fs::create_dir_all(bare.join("refs")).unwrap();
    fs::write(bare.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let config = format!(
        "[core]\n\tbare = true\n[remote \"origin\"]\n\turl = {URL}\n[credential]\n\thelper =\n\thelper = \"{mark}\"\n"
    );
    fs::write(bare.join("config"), config).unwrap();
    for folder in ["", ".git", "../linked", "module", "docs/bare", "docs/bare/refs"] {
        let (verdict, json) = real.verdict(folder, &[]).await;
        real.assert_nothing_ran("the doctor");
        assert_eq!(verdict, "repository-programs", "{folder}: {}", shown(&json));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_runs_when_somebody_says_so() {
    let patient = Patient::without_aws().await;
    let hostile = plant(&patient, "helper", "[credential]\n\thelper = \"!RUN; :\"\n");
    let (verdict, json) = hostile.verdict("", &["--run-repository-programs"]).await;
    assert!(hostile.mark().exists(), "{}", shown(&json));
    assert_ne!(verdict, "repository-programs");
    // Not even then is a program run in the place of a transport.
    let (_, lines, _) = PLANTED.iter().find(|(name, ..)| *name == "ext").unwrap();
    let hostile = plant(&patient, "ext", lines);
    let (verdict, _) = hostile.verdict("", &["--run-repository-programs"]).await;
    hostile.assert_nothing_ran("the doctor");
    assert_eq!(verdict, "other-transport");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_of_the_person_comes_to_no_alias_of_a_repository() {
    let patient = Patient::without_aws().await;
    patient.write(".gitconfig", "[credential]\n\thelper = nowhere\n");
    let hostile = plant(&patient, "alias", "[alias]\n\tcredential-nowhere = !RUN\n");
    let (verdict, _) = hostile.verdict("", &[]).await;
    hostile.assert_nothing_ran("the doctor");
    assert_eq!(verdict, "repository-programs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_that_this_program_pinned_needs_no_word() {
    for patient in [Patient::healthy("").await, Patient::without_aws().await] {
        let said = patient.run(&["clone", "MyDemoRepo", "--pin", "--into", "pinned"]).await;
        assert_eq!(said.code, 0, "{said:?}");
        fs::write(patient.path(".gitconfig"), "").unwrap();
        let pinned = Hostile { patient: &patient, name: "pinned/MyDemoRepo".to_owned() };
        let (verdict, json) = pinned.verdict("", &[]).await;
        assert_eq!(verdict, "healthy", "{}", shown(&json));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_git_itself_refuses_is_called_by_its_name() {
    let mut patient = Patient::without_aws().await;
    // As git's own tests make a repository one of somebody else.
    patient.set("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let foreign = Hostile::new(&patient, "foreign", "[credential]\n\thelper = !RUN\n");
    let (verdict, json) = foreign.verdict("", &[]).await;
    foreign.assert_nothing_ran("the doctor");
    assert_eq!((verdict.as_str(), json["verdict"]["code"].as_str()), ("other-owner", Some("R-87")));
    let fix = format!("git config --global --add safe.directory {}", foreign.folder().display());
    assert!(json["verdict"]["fix"].as_array().unwrap().contains(&fix.into()), "{json:#}");
    // Elsewhere it is nothing to speak of.
    assert_eq!(patient.verdict(&[]).await, "healthy");
    patient.write(".gitconfig", &format!("{}[safe]\n\tdirectory = *\n", patient.read(".gitconfig")));
    let (verdict, _) = Hostile::new(&patient, "trusted", "").verdict("", &[]).await;
    assert_eq!(verdict, "healthy");
    patient.set("GIT_ALLOW_PROTOCOL", "ssh:file");
    let (json, _) = patient.examined(&[]).await;
    assert_eq!(json["verdict"]["id"], "protocol-not-allowed");
    assert!(json["verdict"]["why"].as_str().unwrap().contains("GIT_ALLOW_PROTOCOL allows ssh:file only"), "{json:#}");
}

/// The adapter itself holds back a password, whoever asks it.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_goes_to_no_other_host() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    // It serves until the test ends.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or_default();
            *hears.lock().unwrap() += &String::from_utf8_lossy(&bytes[..read]);
            let head = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            _ = stream.write_all(head.as_bytes());
        }
    });
    let patient = Patient::without_aws().await;
    let rewrite =
        format!("[url \"http://{address}/\"]\n\tinsteadOf = https://HOST/\n[http \"http://{address}\"]\n\tproxy =\n");
    let hostile = plant(&patient, "elsewhere", &rewrite);
    let (verdict, _) = hostile.verdict("", &[]).await;
    assert_eq!(verdict, "remote-not-https");
    let variables = patient.inside.sandbox.environment([("PATH".into(), patient.path("bin").into_os_string())]);
    let world = world(&Environment::of(variables).standing_in(hostile.folder()));
    let attempt = world.inspection.try_repository(URL, true, &GitPlace::default()).await.unwrap();
    assert!(attempt.filled.is_ok_and(|tried| tried.filled.password));
    assert!(matches!(attempt.listed, Some(Err(_))));
    let heard = heard.lock().unwrap();
    assert!(heard.contains("info/refs") && !heard.contains("Authorization"), "{heard}");
}
