//! What the doctor asks AWS: who a caller is, what time it is there, whether the API of CodeCommit answers, and where a
//! repository is.
//!
//! Deliberately absent: failing. Each part is told by itself, since one may work and another not.

use std::time::Instant;

use super::clients::{Service, Session};
use super::clock::Clock;
use super::problems::Call;
use super::{Aws, patiently, unsure_clock};
use crate::ports::{AwsFound, RepositoryFound};
use crate::wizard::effect::{AccessKey, Caller, Credentials};
use crate::wizard::facts::Identity;
use crate::wizard::names::RepositoryName;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;

/// A key that nobody has (the one of the AWS documentation): AWS refuses it, and so shows that it is there.
const NOBODY: &str = "AKIAIOSFODNN7EXAMPLE";

impl Aws {
    pub(crate) async fn sound(&self, caller: &Caller) -> AwsFound {
        match self.session(caller).await {
            Ok(session) => self.of_session(&session).await,
            Err(problem) => {
                let nobody = AccessKey { id: NOBODY.to_owned(), secret: Secret::new("nobody"), session_token: None };
                let nobody = Caller { credentials: Credentials::Keys(nobody), region: caller.region.clone() };
                match self.session(&nobody).await {
                    Ok(session) => {
                        let found = self.of_session(&session).await;
                        AwsFound { identity: Err(problem), repositories: None, ..found }
                    }
                    Err(way) => AwsFound {
                        identity: Err(problem),
                        clock_ahead: None,
                        api: Err(way),
                        repositories: None,
                        milliseconds: [0; 2],
                    },
                }
            }
        }
    }

    async fn of_session(&self, session: &Session) -> AwsFound {
        let found = of_session(session).await;
        let place = session.by_tls(Service::CodeCommit).filter(|_| found.api.is_err() && found.clock_ahead.is_none());
        let Some((host, port)) = place else { return found };
        AwsFound { clock_ahead: unsure_clock::ahead(&host, port, &self.environment).await, ..found }
    }

    pub(crate) async fn find_repository(&self, caller: &Caller, name: &RepositoryName) -> RepositoryFound {
        let session = match self.session(caller).await {
            Ok(session) => session,
            Err(problem) => return RepositoryFound::NotTold(problem),
        };
        let (client, place) = (session.codecommit(), session.place(Service::CodeCommit));
        let subject = format!("the repository {name}");
        let call =
            Call { action: "codecommit:GetRepository", subject: &subject, signer: &session.signer, place: &place };
        let asked = client.get_repository().repository_name(name.as_str());
        match patiently(&call, || asked.clone().send()).await {
            Ok(answer) => {
                let metadata = answer.repository_metadata;
                RepositoryFound::There(metadata.and_then(|metadata| metadata.clone_url_http).unwrap_or_default())
            }
            Err(problem) if problem.why.contains("EncryptionKey") || problem.why.contains("KMS") => {
                RepositoryFound::KeyTrouble(problem.why)
            }
            Err(problem) if is_missing(&problem) => RepositoryFound::NotThere,
            Err(problem) => RepositoryFound::NotTold(problem),
        }
    }
}

/// `RepositoryDoesNotExistException`: “… does not exist”.
fn is_missing(problem: &Problem) -> bool {
    problem.kind == ProblemKind::NotFound
        || problem.why.contains("does not exist")
        || problem.why.contains("RepositoryDoesNotExist")
}

async fn of_session(session: &Session) -> AwsFound {
    let ((identity, mut clock_ahead, first), (repositories, listed_ahead, second)) =
        tokio::join!(identity(session), repositories(session));
    clock_ahead = clock_ahead.or(listed_ahead);
    let api = match &repositories {
        Err(problem) if matches!(problem.kind, ProblemKind::Unreachable | ProblemKind::TimedOut) => {
            Err(problem.clone())
        }
        Ok(_) | Err(_) => Ok(()),
    };
    AwsFound { identity, clock_ahead, api, repositories: Some(repositories), milliseconds: [first, second] }
}

async fn identity(session: &Session) -> (Result<Identity, Problem>, Option<i64>, u64) {
    let place = session.place(Service::Sts);
    let call = Call { action: "sts:GetCallerIdentity", subject: "the caller", signer: &session.signer, place: &place };
    let (client, clock, start) = (session.sts(), Clock::new(), Instant::now());
    let asked = || client.get_caller_identity().customize().interceptor(clock.clone()).send();
    let identity = patiently(&call, asked).await.map(|answer| Identity {
        account: answer.account.unwrap_or_default(),
        arn: answer.arn.unwrap_or_default(),
        access_key_id: session.signer.access_key_id.clone(),
        clock_ahead: clock.ahead(),
    });
    (identity, clock.ahead(), since(start))
}

async fn repositories(session: &Session) -> (Result<Vec<RepositoryName>, Problem>, Option<i64>, u64) {
    let (client, place) = (session.codecommit(), session.place(Service::CodeCommit));
    let subject = format!("the repositories of {}", session.region);
    let call =
        Call { action: "codecommit:ListRepositories", subject: &subject, signer: &session.signer, place: &place };
    let (clock, start) = (Clock::new(), Instant::now());
    let asked = || client.list_repositories().customize().interceptor(clock.clone()).send();
    let repositories = patiently(&call, asked).await.map(|page| {
        let names = page.repositories.unwrap_or_default().into_iter();
        names.filter_map(|entry| RepositoryName::parse(&entry.repository_name.unwrap_or_default()).ok()).collect()
    });
    (repositories, clock.ahead(), since(start))
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
