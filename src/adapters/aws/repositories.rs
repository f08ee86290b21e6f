//! The repositories of a region: names page by page, and details as soon as there are names, both as they come; and making one.
//!
//! Deliberately absent: failing for want of details. A list of names is enough to clone from.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_codecommit::Client;
use aws_sdk_codecommit::config::http::HttpResponse;
use aws_sdk_codecommit::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codecommit::operation::batch_get_repositories::BatchGetRepositoriesError;
use aws_sdk_codecommit::types::{OrderEnum, RepositoryMetadata, SortByEnum};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::batches::{Pace, Queue};
use super::clients::{Service, Session};
use super::problems::{self, Call};
use super::{ages, patiently};
use crate::wizard::effect::{Repository, RepositoryDetails};
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::{Problem, ProblemKind};

/// How many requests may go into finding out whose details are denied, where not those of all are.
const SEARCH: usize = 64;
/// How many pages, and how many repositories, a region may have: AWS allows far fewer.
const PAGES: usize = 1000;
const MOST: usize = 200_000;
/// How often a batch that got no answer at all is asked for again.
const NO_ANSWERS: usize = 2;
/// How much time is between two tellings of details: more would only be drawn over.
const TELLING: Duration = Duration::from_millis(50);

type Details = Result<Vec<RepositoryMetadata>, SdkError<BatchGetRepositoriesError, HttpResponse>>;
type Tell<'a> = &'a (dyn Fn(Vec<Repository>) + Send + Sync);

/// Lists the repositories of the session's region; returns those of which was not told.
pub(super) async fn list(
    session: &Session,
    preferred: &Mutex<Vec<RepositoryName>>,
    tell: Tell<'_>,
) -> Result<Vec<Repository>, Problem> {
    let client = session.codecommit();
    let (sender, names) = unbounded_channel();
    let listing = async {
        // Moved in here, so that the channel is closed when the last page is there.
        let sender = sender;
        // Nobody listens only when nobody waits for the list.
        pages(session, &client, |page| _ = sender.send(page)).await
    };
    let (listed, rest) = tokio::join!(listing, details(&client, names, preferred, tell));
    if listed.is_err() {
        // What came before can be used, and so can its details.
        tell(rest);
        return listed.map(|()| Vec::new());
    }
    Ok(rest)
}

/// Counts the repositories of the session's region.
pub(super) async fn count(session: &Session) -> Result<usize, Problem> {
    let mut count = 0;
    pages(session, &session.codecommit(), |page| count += page.len()).await?;
    Ok(count)
}

/// Makes a repository in the session's region.
pub(super) async fn create(session: &Session, name: &RepositoryName, description: &str) -> Result<Repository, Problem> {
    let place = session.place(Service::CodeCommit);
    let subject = format!("the repository {name} in {}", session.region);
    let call =
        Call { action: "codecommit:CreateRepository", subject: &subject, signer: &session.signer, place: &place };
    let request = session
        .codecommit()
        .create_repository()
        .repository_name(name.as_str())
        .set_repository_description((!description.is_empty()).then(|| description.to_owned()));
    let answer = patiently(&call, || request.clone().send()).await?;
    Ok(Repository { name: name.clone(), details: answer.repository_metadata.map(|it| described(it, now())) })
}

/// Hands over the names of the session's region, page by page.
async fn pages(session: &Session, client: &Client, mut each: impl FnMut(Vec<RepositoryName>)) -> Result<(), Problem> {
    let place = session.place(Service::CodeCommit);
    let subject = format!("the repositories of {}", session.region);
    let call =
        Call { action: "codecommit:ListRepositories", subject: &subject, signer: &session.signer, place: &place };
    let mut tokens: HashSet<String> = HashSet::new();
    let mut token: Option<String> = None;
    let (mut pages, mut count) = (0, 0);
    loop {
        let page = client
            .list_repositories()
            .sort_by(SortByEnum::RepositoryName)
            .order(OrderEnum::Ascending)
            .set_next_token(token.take());
        let page = patiently(&call, || page.clone().send()).await?;
        let mut names = Vec::new();
        for entry in page.repositories.unwrap_or_default() {
            let name = entry.repository_name.unwrap_or_default();
            if let Ok(name) = RepositoryName::parse(&name) {
                names.push(name);
            } else {
                tracing::warn!(name = %printable(&name), "left out a repository with an unusable name");
            }
        }
        (pages, count) = (pages + 1, count + names.len());
        each(names);
        token = page.next_token.filter(|token| !token.is_empty());
        match &token {
            None => return Ok(()),
            Some(_) if pages == PAGES || count > MOST => return Err(problems::endless_list(&call)),
            Some(token) if tokens.insert(token.clone()) => {}
            Some(_) => return Err(goes_round(&subject, &place.described())),
        }
    }
}

/// Tells that the pages of a list lead back to one that was there before.
fn goes_round(subject: &str, place: &str) -> Problem {
    Problem::new(
        ProblemKind::Other,
        format!("The list of {subject} does not end: its pages lead back to one that was there before."),
        format!("{place} gave the same continuation token twice."),
        "What was listed so far can be used. Try again later, or type the name of what is missing.",
    )
}

/// Tells the names as they come, asks for their details, and tells those; returns what was not told in the end.
async fn details(
    client: &Client,
    mut names: UnboundedReceiver<Vec<RepositoryName>>,
    preferred: &Mutex<Vec<RepositoryName>>,
    tell: Tell<'_>,
) -> Vec<Repository> {
    let (mut queue, mut pace) = (Queue::new(preferred), Pace::new());
    // Dropped with the list, which stops what is still under way.
    let mut asked: JoinSet<(Vec<RepositoryName>, Instant, Details)> = JoinSet::new();
    let (mut news, mut told, mut more, mut denied) = (Vec::new(), Instant::now(), true, false);
    let (mut search, mut no_answers) = (SEARCH, NO_ANSWERS);
    loop {
        while pace.allows(asked.len())
            && let Some(batch) = queue.take()
        {
            asked.spawn(ask(client.clone(), batch));
        }
        let rest = pace.rests_until();
        tokio::select! {
            page = names.recv(), if more => match page {
                Some(page) => {
                    tell(page.iter().map(|name| Repository { name: name.clone(), details: None }).collect());
                    if !denied {
                        queue.add(page);
                    }
                }
                None => more = false,
            },
            Some(Ok((batch, since, answer))) = asked.join_next() => match answer {
                Ok(found) => {
                    pace.answered();
                    let now = now();
                    news.extend(found.into_iter().filter_map(|metadata| known(metadata, now)));
                    if told.elapsed() >= TELLING {
                        told = Instant::now();
                        tell(std::mem::take(&mut news));
                    }
                }
                Err(error) if problems::is_throttled(&error) && pace.turned_away(since) => queue.put_back(batch),
                Err(error) if is_too_many(&error) && batch.len() > 1 => {
                    queue.fewer();
                    queue.split(batch);
                }
                // One among them whose encryption key is gone: smaller requests may go through, but for its own.
                Err(error) if is_about_one(&error) => _ = queue.split(batch),
                // Somebody may be allowed to see some of them only.
                Err(error) if search > 0 && error.code().is_some_and(|code| code.starts_with("AccessDenied")) => {
                    search -= 1;
                    queue.split(batch);
                }
                Err(error) if no_answers > 0 && error.raw_response().is_none() => {
                    no_answers -= 1;
                    queue.put_back(batch);
                }
                Err(error) => {
                    let code = printable(error.code().unwrap_or("no answer"));
                    tracing::warn!(%code, "the details of the repositories cannot be had");
                    queue.clear();
                    denied = true;
                }
            },
            () = tokio::time::sleep_until(rest.unwrap_or_else(Instant::now)), if rest.is_some() => pace.rested(),
            else => return news,
        }
    }
}

async fn ask(client: Client, batch: Vec<RepositoryName>) -> (Vec<RepositoryName>, Instant, Details) {
    let since = Instant::now();
    let names = batch.iter().map(ToString::to_string).collect();
    let answer = client.batch_get_repositories().set_repository_names(Some(names)).send().await;
    (batch, since, answer.map(|answer| answer.repositories.unwrap_or_default()))
}

fn is_too_many(error: &SdkError<BatchGetRepositoriesError, HttpResponse>) -> bool {
    error.code().is_some_and(|code| code.starts_with("MaximumRepositoryNamesExceeded"))
}

fn is_about_one(error: &SdkError<BatchGetRepositoriesError, HttpResponse>) -> bool {
    error.code().is_some_and(|code| code.starts_with("EncryptionKey") || code.starts_with("EncryptionIntegrity"))
}

fn known(metadata: RepositoryMetadata, now: u64) -> Option<Repository> {
    let name = RepositoryName::parse(metadata.repository_name.as_deref()?).ok()?;
    Some(Repository { name, details: Some(described(metadata, now)) })
}

fn described(metadata: RepositoryMetadata, now: u64) -> RepositoryDetails {
    let changed = metadata.last_modified_date.map(|date| date.secs());
    let age = changed.map(|changed| now.saturating_sub(u64::try_from(changed).unwrap_or_default()));
    RepositoryDetails {
        description: metadata.repository_description.unwrap_or_default(),
        default_branch: metadata.default_branch.filter(|branch| !branch.is_empty()),
        last_change: age.map(ages::in_words).unwrap_or_default(),
        changed,
        clone_url: metadata.clone_url_http.unwrap_or_default(),
        clone_url_ssh: metadata.clone_url_ssh.unwrap_or_default(),
        arn: metadata.arn.unwrap_or_default(),
        encryption_key: metadata.kms_key_id.filter(|key| !key.is_empty()),
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
