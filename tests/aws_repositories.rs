//! Repositories through the AWS adapter: a service that says what each test needs, the sandbox for regions, and moto as a judge
//! that nobody here wrote.
//!
//! Deliberately absent: waiting for real; where the adapter waits, the service soon lets it go on.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/inside.rs"]
mod inside;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::sandbox::Trouble;
use codecommit_setup::wizard::effect::{AccessKey, Caller, Catalogue, Credentials, Progress, Repository};
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use codecommit_setup::wizard::secret::Secret;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use inside::Inside;
use serde_json::{Value, json};

type Answer = (u16, String);

/// A CodeCommit that answers as it is told, and counts what it is asked.
struct Told {
    address: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    _server: tokio::task::JoinHandle<()>,
}

impl Told {
    async fn start(answer: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::new(answer), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&asked);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, noted) = (Arc::clone(&answer), Arc::clone(&noted));
                let service = service_fn(move |request: hyper::Request<Incoming>| {
                    let (answer, noted) = (Arc::clone(&answer), Arc::clone(&noted));
                    async move {
                        let target = request.headers()["x-amz-target"].to_str().unwrap().to_owned();
                        let action = target.rsplit('.').next().unwrap().to_owned();
                        let body = request.into_body().collect().await.unwrap().to_bytes();
                        let input: Value = serde_json::from_slice(&body).unwrap();
                        let (status, text) = answer(&action, &input);
                        noted.lock().unwrap().push((action, input));
                        let mut response = hyper::Response::new(Full::new(Bytes::from(text)));
                        *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap();
                        Ok::<_, Infallible>(response)
                    }
                });
                let io = hyper_util::rt::TokioIo::new(stream);
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
            }
        });
        Self { address, asked, _server: server }
    }

    fn aws(&self) -> Aws {
        aws_at(&self.address)
    }

    fn count(&self, action: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(asked, _)| asked == action).count()
    }

    /// How many names each request for details held, in order.
    fn batches(&self) -> Vec<usize> {
        let asked = self.asked.lock().unwrap();
        let names = asked.iter().filter_map(|(_, input)| input["repositoryNames"].as_array().map(Vec::len));
        names.collect()
    }
}

fn aws_at(address: &str) -> Aws {
    Aws::new(Arc::new(Environment::of([("AWS_ENDPOINT_URL".into(), address.into())])))
}

fn caller() -> Caller {
    let (id, secret) = ("AKIAIOSFODNN7EXAMPLE".to_owned(), Secret::new("secret"));
    let credentials = Credentials::Keys(AccessKey { id, secret, session_token: None });
    Caller { credentials, region: region("us-east-2") }
}

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

fn admin(code: &str) -> Caller {
    Caller { credentials: Credentials::Profile(ProfileName::parse("admin").unwrap()), region: region(code) }
}

/// What is known of a list when it ends, and how it ended.
async fn listed(aws: &Aws, caller: &Caller) -> (Catalogue, Result<(), Problem>) {
    let known = Mutex::new(Catalogue::default());
    let ended = aws.list_repositories(caller, &|news| _ = known.lock().unwrap().add(news)).await;
    let mut known = known.into_inner().unwrap();
    let ended = ended.map(|rest| _ = known.add(rest));
    (known, ended)
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("r{number:04}")).collect()
}

fn page(names: &[String], token: Option<&str>) -> Answer {
    let all: Vec<Value> = names.iter().map(|name| json!({"repositoryName": name, "repositoryId": "x"})).collect();
    (200, json!({"repositories": all, "nextToken": token}).to_string())
}

fn details(input: &Value) -> Answer {
    let names = input["repositoryNames"].as_array().unwrap();
    let all: Vec<Value> = names.iter().map(|name| json!({"repositoryName": name, "defaultBranch": "main"})).collect();
    (200, json!({"repositories": all}).to_string())
}

fn refused(code: &str) -> Answer {
    (400, json!({"__type": code, "message": "no"}).to_string())
}

const SLOW_DOWN: &str = "<ThrottlingException>\n  <Message>Rate exceeded</Message>\n</ThrottlingException>\n";

#[tokio::test]
async fn batches_shrink_to_what_codecommit_takes() {
    let told = Told::start(|action, input| match action {
        "ListRepositories" => page(&names(0..260), None),
        _ if input["repositoryNames"].as_array().unwrap().len() > 25 => {
            refused("MaximumRepositoryNamesExceededException")
        }
        _ => details(input),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    ended.unwrap();
    assert_eq!((known.all().len(), known.described()), (260, 260));
    let batches = told.batches();
    assert_eq!(batches[0], 100);
    assert!(batches.iter().rev().take(8).all(|size| *size <= 25), "{batches:?}");
}

#[tokio::test]
async fn being_turned_away_in_any_form_slows_down_and_nothing_is_lost() {
    for answer in [(400, SLOW_DOWN.to_owned()), refused("ThrottlingException"), (429, String::new())] {
        let left = AtomicUsize::new(3);
        let told = Told::start(move |action, input| match action {
            "ListRepositories" => page(&names(0..900), None),
            _ if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() => {
                answer.clone()
            }
            _ => details(input),
        })
        .await;
        let (known, ended) = listed(&told.aws(), &caller()).await;
        ended.unwrap();
        assert_eq!((known.all().len(), known.described()), (900, 900));
    }
}

#[tokio::test]
async fn a_repository_whose_key_is_gone_costs_only_its_own_details() {
    let told = Told::start(|action, input| match action {
        "ListRepositories" => page(&names(0..100), None),
        _ if input["repositoryNames"].as_array().unwrap().contains(&json!("r0042")) => {
            refused("EncryptionKeyAccessDeniedException")
        }
        _ => details(input),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    ended.unwrap();
    let unknown: Vec<&str> = known.all().iter().filter(|it| it.details.is_none()).map(|it| it.name.as_str()).collect();
    assert_eq!(unknown, ["r0042"]);
}

#[tokio::test]
async fn details_that_are_denied_for_some_cost_only_those() {
    let told = Told::start(|action, input| match action {
        "ListRepositories" => page(&names(0..130), None),
        _ if input["repositoryNames"].as_array().unwrap().contains(&json!("r0007")) => refused("AccessDeniedException"),
        _ => details(input),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    ended.unwrap();
    assert_eq!((known.all().len(), known.described()), (130, 129));
    let told = Told::start(|action, _| match action {
        "ListRepositories" => page(&names(0..9000), None),
        _ => refused("AccessDeniedException"),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    ended.unwrap();
    assert_eq!((known.all().len(), known.described()), (9000, 0));
    assert!(told.count("BatchGetRepositories") < 80, "nobody asks for ever");
}

#[tokio::test]
async fn a_token_that_leads_back_ends_the_list_with_words_and_keeps_what_is_there() {
    let told = Told::start(|action, input| match (action, input["nextToken"].as_str()) {
        ("ListRepositories", None) => page(&names(0..3), Some("a")),
        ("ListRepositories", Some("a")) => page(&names(3..5), Some("b")),
        ("ListRepositories", Some(_)) => page(&names(5..6), Some("a")),
        _ => details(input),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    let problem = ended.unwrap_err();
    assert!(problem.what.contains("does not end") && problem.why.contains("twice"), "{problem}");
    assert_eq!((known.all().len(), told.count("ListRepositories")), (6, 3));
}

#[tokio::test]
async fn a_page_that_is_broken_ends_the_list_and_keeps_what_is_there() {
    for broken in [
        (200, "{\"repositories\": [".to_owned()),
        (200, "<html>".to_owned()),
        refused("InvalidContinuationTokenException"),
    ] {
        let told = Told::start(move |action, input| match (action, input["nextToken"].as_str()) {
            ("ListRepositories", None) => page(&names(0..3), Some("a")),
            ("ListRepositories", Some(_)) => broken.clone(),
            _ => details(input),
        })
        .await;
        let (known, ended) = listed(&told.aws(), &caller()).await;
        assert!(ended.is_err());
        assert_eq!(known.all().len(), 3);
    }
}

#[tokio::test]
async fn names_that_no_repository_can_have_are_left_out_and_all_others_are_taken() {
    let every: String = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("._-".chars()).collect();
    let sent = vec![every.clone(), "../x".to_owned(), "a\u{1b}[2Jb".to_owned(), "x".repeat(100), "x".repeat(101)];
    let told = Told::start(move |action, input| match action {
        "ListRepositories" => page(&sent, None),
        _ => details(input),
    })
    .await;
    let (known, ended) = listed(&told.aws(), &caller()).await;
    ended.unwrap();
    let got: Vec<&str> = known.all().iter().map(|repository| repository.name.as_str()).collect();
    assert_eq!(got, [every, "x".repeat(100)]);
    assert_eq!(known.described(), 2);
}

#[tokio::test]
async fn what_is_preferred_comes_with_the_next_batch() {
    let told = Told::start(|action, input| match action {
        "ListRepositories" => page(&names(0..1000), None),
        _ => details(input),
    })
    .await;
    let (aws, wanted) = (told.aws(), RepositoryName::parse("r0999").unwrap());
    // As soon as the names are there, somebody looks at the last of them.
    let tell = |news: Vec<Repository>| {
        if news.iter().any(|it| it.details.is_none()) {
            aws.prefer_repositories(vec![wanted.clone()]);
        }
    };
    aws.list_repositories(&caller(), &tell).await.unwrap();
    let asked = told.asked.lock().unwrap();
    let batches: Vec<&Value> =
        asked.iter().map(|(_, input)| &input["repositoryNames"]).filter(|it| it.is_array()).collect();
    let place = batches.iter().position(|batch| batch.as_array().unwrap().contains(&json!("r0999")));
    assert!(place.unwrap() < 8, "{place:?} of {}", batches.len());
}

#[tokio::test]
async fn regions_are_counted_and_each_says_why_it_cannot_be() {
    let inside = Inside::start(&[Trouble::ManyRepositories(1200)]).await;
    let aws = Aws::new(Arc::new(Environment::of(inside.sandbox.environment([]))));
    let counts = Mutex::new(Vec::new());
    let note = |progress| {
        if let Progress::Counted(region, count) = progress {
            counts.lock().unwrap().push((region.to_string(), count.map_err(|problem| problem.kind)));
        }
    };
    let codes = ["us-east-2", "eu-west-1", "us-west-2", "eu-west-2", "eu-south-1", "sa-east-1"];
    let regions = codes.map(region).to_vec();
    aws.count_repositories(&admin("us-east-2").credentials, regions, &note).await.unwrap();
    let mut counts = counts.into_inner().unwrap();
    counts.sort_by_key(|(region, _)| codes.iter().position(|code| code == region));
    let expected = [Ok(1203), Ok(1), Ok(1), Ok(0), Err(ProblemKind::BadCredentials), Err(ProblemKind::AccessDenied)];
    assert_eq!(counts, codes.map(str::to_owned).into_iter().zip(expected).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_repository_that_is_made_is_there_for_git_as_well() {
    let inside = Inside::start(&[]).await;
    let aws = Aws::new(Arc::new(Environment::of(inside.sandbox.environment([]))));
    let name = RepositoryName::parse("new.one").unwrap();
    let made = aws.create_repository(&admin("us-east-2"), &name, "Über \u{1b}[1m").await.unwrap();
    let details = made.details.unwrap();
    assert_eq!((details.description.as_str(), details.default_branch), ("Über \u{1b}[1m", None));
    let again = aws.create_repository(&admin("us-east-2"), &name, "").await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict, "{again}");
    let denied =
        Caller { credentials: Credentials::Profile(ProfileName::parse("default").unwrap()), ..admin("us-east-2") };
    let denied = aws.create_repository(&denied, &name, "").await.unwrap_err();
    assert_eq!(denied.kind, ProblemKind::AccessDenied, "{denied}");
    assert!(denied.what.contains("codecommit:CreateRepository on the repository new.one in us-east-2"), "{denied}");
    let url = region("us-east-2").clone_url(&name);
    inside.git("admin", &["clone", &url, "clone"]).await.ok();
    let folder = inside.sandbox.home().join("clone");
    let folder = folder.to_str().unwrap();
    for command in [
        &["switch", "-c", "main"][..],
        &["commit", "--allow-empty", "-m", "First commit"],
        &["push", "-u", "origin", "main"],
    ] {
        inside.git("admin", &[&["-C", folder], command].concat()).await.ok();
    }
    let (known, _) = listed(&aws, &admin("us-east-2")).await;
    let pushed = known.all().iter().find(|repository| repository.name == name).unwrap();
    assert_eq!(pushed.details.as_ref().unwrap().default_branch.as_deref(), Some("main"));
}

#[tokio::test]
async fn moto_understands_what_is_asked() {
    let (moto, _process) = inside::moto().await;
    let aws = aws_at(&moto.endpoint);
    let (name, other) = (RepositoryName::parse("first").unwrap(), RepositoryName::parse("second").unwrap());
    let made = aws.create_repository(&caller(), &name, "About it").await.unwrap();
    let details = made.details.unwrap();
    assert_eq!((made.name, details.description.as_str()), (name.clone(), "About it"));
    assert!(details.clone_url.ends_with("/v1/repos/first") && details.arn.ends_with(":first"), "{details:?}");
    aws.create_repository(&caller(), &other, "").await.unwrap();
    let again = aws.create_repository(&caller(), &name, "").await.unwrap_err();
    assert_eq!(again.kind, ProblemKind::Conflict, "{again}");
}
