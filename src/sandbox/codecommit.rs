//! CodeCommit's API: listing, describing and creating repositories.
//!
//! Deliberately absent: everything about the contents of repositories. That is what git is for.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    account::{Principal, Repository},
    api::Refusal,
    policies::KEY_ACTIONS,
    random, seed,
    world::World,
};
use crate::wizard::names::{Region, RepositoryName};

/// The length of a page of `ListRepositories`.
const PAGE: usize = 1000;
/// The most names in one `BatchGetRepositories` (CodeCommit API reference).
const MOST_NAMES: usize = 100;

/// Answers an operation in a region.
pub(super) fn answer(
    world: &World,
    who: &Principal,
    region: &Region,
    action: &str,
    body: &[u8],
) -> Result<Value, Refusal> {
    let input: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::new(400, "SerializationException", "The request is not valid JSON."))?;
    let call = Call { world, who, region, action, input: &input };
    match action {
        "ListRepositories" => call.list(),
        "BatchGetRepositories" => call.batch_get(),
        "GetRepository" => call.get(),
        "CreateRepository" => call.create(),
        _ => Err(Refusal::new(400, "UnknownOperationException", "")),
    }
}

struct Call<'a> {
    world: &'a World,
    who: &'a Principal,
    region: &'a Region,
    action: &'a str,
    input: &'a Value,
}

impl Call<'_> {
    fn allowed_on(&self, name: &str) -> Result<(), Refusal> {
        let denied = |message| bad("AccessDeniedException", message);
        let (action, resource) = (format!("codecommit:{}", self.action), self.who.repository_arn(self.region, name));
        if self.region.as_str() == seed::CLOSED_REGION {
            let who = self.who.arn();
            return Err(denied(format!(
                "User: {who} is not authorized to perform: {action} on resource: {resource} with an explicit deny in a service \
                 control policy"
            )));
        }
        self.world.authorize(self.who, &action, &resource).map_err(denied)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.input.get(name)?.as_str()
    }

    fn name(&self) -> Result<RepositoryName, Refusal> {
        let text = self
            .text("repositoryName")
            .ok_or_else(|| bad("RepositoryNameRequiredException", "A repository name is required."))?;
        RepositoryName::parse(text)
            .map_err(|_| bad("InvalidRepositoryNameException", format!("The repository name {text} is not valid.")))
    }

    fn list(&self) -> Result<Value, Refusal> {
        self.allowed_on("*")?;
        let by_date = match self.text("sortBy") {
            None | Some("repositoryName") => false,
            Some("lastModifiedDate") => true,
            Some(_) => return Err(bad("InvalidSortByException", "The value of sortBy is not valid.")),
        };
        let descending = match self.text("order") {
            None | Some("ascending") => false,
            Some("descending") => true,
            Some(_) => return Err(bad("InvalidOrderException", "The value of order is not valid.")),
        };
        let account = self.world.account(self.who.account);
        let mut all: Vec<_> = account.repositories.get(self.region).into_iter().flatten().collect();
        if by_date {
            all.sort_by_key(|(_, repository)| repository.modified);
        }
        if descending {
            all.reverse();
        }
        let start = match self.text("nextToken").map(|token| usize::from_str_radix(token, 16)) {
            None => 0,
            Some(Ok(start)) if start <= all.len() => start,
            Some(_) => return Err(bad("InvalidContinuationTokenException", "The continuation token is not valid.")),
        };
        let end = all.len().min(start + PAGE);
        let page: Vec<Value> = all[start..end]
            .iter()
            .map(|(name, repository)| json!({"repositoryName": name.as_str(), "repositoryId": repository.id}))
            .collect();
        let mut output = json!({"repositories": page});
        if end < all.len() {
            output["nextToken"] = json!(format!("{end:08x}"));
        }
        Ok(output)
    }

    fn batch_get(&self) -> Result<Value, Refusal> {
        let names: Vec<&str> = match self.input.get("repositoryNames").and_then(Value::as_array) {
            Some(names) => names.iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        if names.is_empty() {
            return Err(bad("RepositoryNamesRequiredException", "Repository names are required."));
        }
        if names.len() > MOST_NAMES {
            let message = format!("The maximum number of repository names is {MOST_NAMES}.");
            return Err(bad("MaximumRepositoryNamesExceededException", message));
        }
        for name in &names {
            self.allowed_on(name)?;
        }
        let account = self.world.account(self.who.account);
        let (mut found, mut missing, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for text in names {
            let name = RepositoryName::parse(text).ok();
            let repository = name.as_ref().and_then(|name| Some((name, account.repository(self.region, name)?)));
            if let Some((name, repository)) = repository {
                found.push(metadata(self.who, self.region, name, repository));
            } else {
                missing.push(text);
                errors.push(json!({
                    "repositoryName": text,
                    "errorCode": "RepositoryDoesNotExistException",
                    "errorMessage": format!("{text} does not exist"),
                }));
            }
        }
        Ok(json!({"repositories": found, "repositoriesNotFound": missing, "errors": errors}))
    }

    fn get(&self) -> Result<Value, Refusal> {
        let name = self.name()?;
        self.allowed_on(name.as_str())?;
        let account = self.world.account(self.who.account);
        let repository = account
            .repository(self.region, &name)
            .ok_or_else(|| bad("RepositoryDoesNotExistException", format!("{name} does not exist")))?;
        Ok(json!({"repositoryMetadata": metadata(self.who, self.region, &name, repository)}))
    }

    fn create(&self) -> Result<Value, Refusal> {
        let name = self.name()?;
        self.allowed_on(name.as_str())?;
        let description = self.text("repositoryDescription").filter(|text| !text.is_empty());
        if description.is_some_and(|text| text.chars().count() > 1000) {
            return Err(bad("InvalidRepositoryDescriptionException", "The description has more than 1000 characters."));
        }
        for action in KEY_ACTIONS {
            let denied = |message| bad("EncryptionKeyAccessDeniedException", message);
            self.world.may_use_key(self.who, action.trim_end_matches('*')).map_err(denied)?;
        }
        let unable = || Refusal::new(500, "ServiceUnavailableException", "The sandbox could not make the repository.");
        let now = self.world.now();
        let repository = Repository {
            id: random::uuid().map_err(|_| unable())?,
            description: description.map(str::to_owned),
            default_branch: None,
            created: now,
            modified: now,
        };
        let mut account = self.world.account(self.who.account);
        let all = account.repositories.entry(self.region.clone()).or_default();
        if all.contains_key(&name) {
            return Err(bad("RepositoryNameExistsException", format!("Repository named {name} already exists")));
        }
        let metadata = metadata(self.who, self.region, &name, &repository);
        all.insert(name, repository);
        Ok(json!({"repositoryMetadata": metadata}))
    }
}

fn metadata(who: &Principal, region: &Region, name: &RepositoryName, repository: &Repository) -> Value {
    let mut metadata = json!({
        "accountId": who.account,
        "repositoryId": repository.id,
        "repositoryName": name.as_str(),
        "lastModifiedDate": epoch_seconds(repository.modified),
        "creationDate": epoch_seconds(repository.created),
        "cloneUrlHttp": region.clone_url(name),
        "cloneUrlSsh": format!("ssh://{}/v1/repos/{name}", region.git_host()),
        "Arn": who.repository_arn(region, name.as_str()),
        "kmsKeyId": format!("arn:{}:kms:{region}:{}:key/0c0de000-0000-4000-a000-000000000001", who.partition.id(), who.account),
    });
    let optional = [("repositoryDescription", &repository.description), ("defaultBranch", &repository.default_branch)];
    for (key, text) in optional {
        if let Some(text) = text {
            metadata[key] = json!(text);
        }
    }
    metadata
}

/// Seconds with a fraction, as the JSON protocol of AWS writes dates.
fn epoch_seconds(moment: OffsetDateTime) -> Value {
    let text = format!("{}.{:03}", moment.unix_timestamp(), moment.millisecond());
    text.parse::<f64>().map_or(Value::Null, |seconds| json!(seconds))
}

fn bad(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}
