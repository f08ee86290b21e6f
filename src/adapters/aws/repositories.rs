//! The repositories of a region: first all names, page by page, then their details, a few requests side by side.
//!
//! Deliberately absent: failing for want of details. A list of names is enough to clone from.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_sdk_codecommit::Client;
use aws_sdk_codecommit::config::http::HttpResponse;
use aws_sdk_codecommit::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codecommit::operation::batch_get_repositories::BatchGetRepositoriesError;
use aws_sdk_codecommit::types::{OrderEnum, RepositoryMetadata, SortByEnum};
use tokio::task::JoinSet;

use super::clients::{Service, Session};
use super::problems::Call;
use super::{ages, patiently, unthrottled};
use crate::wizard::effect::{Repository, RepositoryDetails};
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::Problem;

/// How many repositories one request for details names; CodeCommit takes no more.
const MOST_NAMES: usize = 25;
/// How many requests for details are made side by side.
const SIDE_BY_SIDE: usize = 4;
/// How much time is between two tellings of details: more would only be drawn over.
const TELLING: Duration = Duration::from_millis(100);

type Details = Result<Vec<RepositoryMetadata>, SdkError<BatchGetRepositoriesError, HttpResponse>>;

/// Lists the repositories of the session's region in the order of their names.
pub(super) async fn list(
    session: &Session,
    progress: &(dyn Fn(Vec<Repository>) + Send + Sync),
) -> Result<Vec<Repository>, Problem> {
    let client = session.codecommit();
    let mut repositories = names(session, &client, progress).await?;
    details(&client, &mut repositories, progress).await;
    Ok(repositories)
}

async fn names(
    session: &Session,
    client: &Client,
    progress: &(dyn Fn(Vec<Repository>) + Send + Sync),
) -> Result<Vec<Repository>, Problem> {
    let place = session.place(Service::CodeCommit);
    let subject = format!("the repositories of {}", session.region);
    let call =
        Call { action: "codecommit:ListRepositories", subject: &subject, signer: &session.signer, place: &place };
    let mut repositories: Vec<Repository> = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = client
            .list_repositories()
            .sort_by(SortByEnum::RepositoryName)
            .order(OrderEnum::Ascending)
            .set_next_token(token.take());
        let page = patiently(&call, || page.clone().send()).await?;
        for entry in page.repositories.unwrap_or_default() {
            let name = entry.repository_name.unwrap_or_default();
            if let Ok(name) = RepositoryName::parse(&name) {
                repositories.push(Repository { name, details: None });
            } else {
                tracing::warn!(name = %printable(&name), "left out a repository with an unusable name");
            }
        }
        progress(repositories.clone());
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(repositories);
        }
    }
}

async fn details(client: &Client, repositories: &mut [Repository], progress: &(dyn Fn(Vec<Repository>) + Send + Sync)) {
    let places: HashMap<String, usize> =
        repositories.iter().enumerate().map(|(place, repository)| (repository.name.to_string(), place)).collect();
    let names: Vec<String> = repositories.iter().map(|repository| repository.name.to_string()).collect();
    let mut waiting: VecDeque<Vec<String>> = names.chunks(MOST_NAMES).map(<[String]>::to_vec).collect();
    // Dropped with the list, which stops what is still under way.
    let mut asked: JoinSet<(Vec<String>, Details)> = JoinSet::new();
    let mut told: Option<Instant> = None;
    loop {
        while asked.len() < SIDE_BY_SIDE
            && let Some(names) = waiting.pop_front()
        {
            asked.spawn(ask(client.clone(), names));
        }
        let Some(joined) = asked.join_next().await else { return };
        let Ok((names, answer)) = joined else { return };
        match answer {
            Ok(found) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
                for metadata in found {
                    let place = metadata.repository_name.as_ref().and_then(|name| places.get(name));
                    if let Some(repository) = place.and_then(|place| repositories.get_mut(*place)) {
                        repository.details = Some(described(metadata, now));
                    }
                }
                if told.is_none_or(|told| told.elapsed() >= TELLING) {
                    told = Some(Instant::now());
                    progress(repositories.to_vec());
                }
            }
            // Too many at once, or one among them whose encryption key is gone: smaller requests may go through.
            Err(error) if names.len() > 1 && is_about_some(&error) => {
                let (first, second) = names.split_at(names.len() / 2);
                waiting.push_front(second.to_vec());
                waiting.push_front(first.to_vec());
            }
            Err(error) if is_about_some(&error) => {}
            Err(error) => {
                let code = printable(error.code().unwrap_or("no answer"));
                tracing::warn!(%code, "the details of the repositories cannot be had");
                return;
            }
        }
    }
}

async fn ask(client: Client, names: Vec<String>) -> (Vec<String>, Details) {
    let request = client.batch_get_repositories().set_repository_names(Some(names.clone()));
    let answer = unthrottled(|| request.clone().send()).await;
    (names, answer.map(|answer| answer.repositories.unwrap_or_default()))
}

fn is_about_some(error: &SdkError<BatchGetRepositoriesError, HttpResponse>) -> bool {
    error.code().is_some_and(|code| {
        code.starts_with("MaximumRepositoryNamesExceeded")
            || code.starts_with("EncryptionKey")
            || code.starts_with("EncryptionIntegrity")
    })
}

fn described(metadata: RepositoryMetadata, now: u64) -> RepositoryDetails {
    let changed = metadata.last_modified_date.map(|date| u64::try_from(date.secs()).unwrap_or_default());
    RepositoryDetails {
        description: metadata.repository_description.unwrap_or_default(),
        default_branch: metadata.default_branch.filter(|branch| !branch.is_empty()),
        last_change: changed.map(|changed| ages::in_words(now.saturating_sub(changed))).unwrap_or_default(),
        clone_url: metadata.clone_url_http.unwrap_or_default(),
    }
}
