//! `repos`: the repositories of a region, or of all, as a table or as JSON, for scripts.
//!
//! Deliberately absent: cloning, and asking anything; a profile and a region are taken from the command line, from git and from
//! the AWS files.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::adapters::aws::Aws;
use crate::adapters::environment::Environment;
use crate::cli::{self, Options};
use crate::gitconfig;
use crate::profiles;
use crate::wizard::effect::{Caller, Catalogue, Credentials, GitPlace, Progress, Repository};
use crate::wizard::fuzzy::Pattern;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions;
use crate::wizard::secrecy::shown;
use crate::{Failure, decided};

/// A repository, and the region that it is in.
type Found = (Region, Repository);

/// Lists the repositories; returns the exit code.
pub(crate) async fn run(options: &Options, asked: &cli::Repos, environment: &Arc<Environment>) -> Result<u8, Failure> {
    let (profile, region) = subject(options, environment).await?;
    let aws = Aws::new(Arc::clone(environment));
    let (all, code) = if asked.all_regions {
        everywhere(&aws, &profile, &region).await.map_err(told)?
    } else {
        (listed(&aws, &profile, &region).await.map_err(told)?, 0)
    };
    let pattern = Pattern::new(asked.filter.as_deref().unwrap_or_default());
    let described = |repository: &Repository| repository.details.as_ref().map(|it| it.description.to_lowercase());
    let fits = |(_, it): &&Found| pattern.is_in(it.name.as_str(), &described(it).unwrap_or_default());
    let shown: Vec<&Found> = all.iter().filter(fits).collect();
    if shown.is_empty() {
        let place = if asked.all_regions { "the regions that were asked".to_owned() } else { region.to_string() };
        let others = if asked.all_regions { "" } else { "; --all-regions looks in the others" };
        match all.len() {
            0 => say(&format!("there are no repositories in {place}{others}")),
            some => say(&format!("none of the {some} repositories in {place} fits the filter")),
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = if asked.json {
        write_json(&shown, &profile, &mut out)
    } else {
        write_table(&shown, asked.all_regions, &mut out)
    };
    match written.and_then(|()| out.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(code),
        Err(error) => Err(Failure::Io(error)),
        Ok(()) => Ok(code),
    }
}

fn told(problem: Problem) -> Failure {
    Failure::Told(problem, 1)
}

/// The profile and the region that are asked.
async fn subject(options: &Options, environment: &Environment) -> Result<(ProfileName, Region), Failure> {
    let decided = decided(options)?;
    let usage = |problem| Failure::Told(problem, 2);
    let of_environment = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| environment.get(name));
    let of_environment = of_environment.map(|code| Region::parse(&code)).transpose().map_err(usage)?;
    let region = decided.region.or(of_environment);
    if let (Some(profile), Some(region)) = (&decided.profile, &region) {
        return Ok((profile.clone(), region.clone()));
    }
    let world = crate::adapters::world(environment);
    let (config, credentials) = world.files.read_aws_files().await.map_err(told)?;
    let profiles = profiles::read(config.content(), credentials.content());
    let profiles = profiles.map_err(|broken| {
        let file = match broken.file {
            profiles::AwsFile::Config => &config.path,
            profiles::AwsFile::Credentials => &credentials.path,
        };
        told(broken.problem(&printable(&file.to_string_lossy())))
    })?;
    let own = |profile: &profiles::Profile| {
        let parsed = profile.region.as_deref().and_then(|region| Region::parse(region).ok());
        region.clone().or(parsed)
    };
    let name = if let Some(name) = decided.profile {
        name
    } else {
        // A git that cannot be asked uses none.
        let sources = world.git.read_config(&GitPlace::default()).await.ok();
        let entries = sources.and_then(|sources| sources.entries().ok()).unwrap_or_default();
        let uses = |region: &Region| {
            let chain = gitconfig::chain(&entries, &format!("https://{}/v1/repos/-", region.git_host()));
            chain.first().and_then(|link| gitconfig::profile_of(&link.helper))
        };
        let is_used = |it: &profiles::Profile| own(it).and_then(|own| uses(&own)).as_deref() == Some(it.name.as_str());
        match profiles.iter().find(|profile| is_used(profile)) {
            Some(profile) => profile.name.clone(),
            None => ProfileName::parse("default").map_err(usage)?,
        }
    };
    let known = profiles.iter().find(|profile| profile.name == name);
    let region = known.and_then(own).or(region.clone()).ok_or_else(|| {
        let shown = shown(name.as_str());
        if profiles.iter().all(|profile| profile.name != name) {
            let names: Vec<String> = profiles.iter().map(|profile| printable(profile.name.as_str())).collect();
            let hint = if names.is_empty() { String::new() } else { format!("There are: {}.", names.join(", ")) };
            return usage(Problem::input(format!("There is no profile {shown} in the AWS files."), hint));
        }
        let what = format!("No region is known for profile “{shown}”.");
        usage(Problem::input(what, "Name one with --region, such as --region us-east-2."))
    })?;
    Ok((name, region))
}

fn caller(profile: &ProfileName, region: &Region) -> Caller {
    Caller { credentials: Credentials::Profile(profile.clone()), region: region.clone() }
}

/// The repositories of a region in the order of their names.
async fn listed(aws: &Aws, profile: &ProfileName, region: &Region) -> Result<Vec<Found>, Problem> {
    let start = Instant::now();
    let since = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let known = Mutex::new(Catalogue::default());
    let tell = |news: Vec<Repository>| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.all().is_empty() {
            tracing::info!(milliseconds = since(), count = news.len(), "first page");
        }
        known.add(news);
    };
    let rest = aws.list_repositories(&caller(profile, region), &tell).await?;
    let mut known = known.into_inner().unwrap_or_else(PoisonError::into_inner);
    known.add(rest);
    tracing::info!(milliseconds = since(), count = known.all().len(), described = known.described(), "listed");
    let mut all = known.into_all();
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all.into_iter().map(|repository| (region.clone(), repository)).collect())
}

/// The repositories of all regions of the region's partition. Regions that cannot be asked are named; the exit code is 1 when one
/// of them could have had repositories.
async fn everywhere(aws: &Aws, profile: &ProfileName, region: &Region) -> Result<(Vec<Found>, u8), Problem> {
    let known = regions::known().filter_map(|(code, _)| Region::parse(code).ok());
    let others = known.filter(|it| it.partition() == region.partition() && it != region);
    let all: Vec<Region> = std::iter::once(region.clone()).chain(others).collect();
    let counts = Mutex::new(Vec::new());
    let note = |progress| {
        if let Progress::Counted(region, count) = progress {
            counts.lock().unwrap_or_else(PoisonError::into_inner).push((region, count));
        }
    };
    aws.count_repositories(&caller(profile, region).credentials, all.clone(), &note).await?;
    let mut counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    counts.sort_by_key(|(region, _)| all.iter().position(|other| other == region));
    if counts.iter().all(|(_, count)| count.is_err()) {
        return counts.into_iter().find_map(|(_, count)| count.err()).map_or(Ok((Vec::new(), 0)), Err);
    }
    let (mut found, mut code) = (Vec::new(), 0);
    for (region, count) in counts {
        match count {
            Ok(0) => {}
            Ok(_) => match listed(aws, profile, &region).await {
                Ok(all) => found.extend(all),
                Err(problem) => {
                    code = 1;
                    warn(&region, &format!("{} {}", problem.what, problem.why));
                }
            },
            // It is known in other regions.
            Err(problem) if problem.kind == ProblemKind::BadCredentials => {
                warn(&region, "not switched on for this account");
            }
            Err(problem) => {
                code = 1;
                warn(&region, &format!("{} {}", problem.what, problem.why));
            }
        }
    }
    Ok((found, code))
}

/// Names a region that could not be asked.
fn warn(region: &Region, why: &str) {
    say(&format!("{region}: {}", printable(why)));
}

/// Says something beside the list.
fn say(what: &str) {
    // Nobody to tell is no failure.
    _ = writeln!(io::stderr(), "codecommit-setup: {what}");
}

fn write_json(all: &[&Found], profile: &ProfileName, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "[")?;
    for (place, (region, repository)) in all.iter().enumerate() {
        let (name, details) = (&repository.name, repository.details.as_ref());
        let given = |text: Option<&String>, built: String| text.filter(|it| !it.is_empty()).cloned().unwrap_or(built);
        let object = json!({
            "name": name.as_str(),
            "description": details.map(|details| &details.description),
            "default_branch": details.and_then(|details| details.default_branch.as_ref()),
            "last_modified": details.and_then(crate::wizard::effect::RepositoryDetails::changed_at),
            "clone_url_https": given(details.map(|details| &details.clone_url), region.clone_url(name)),
            "clone_url_grc": region.grc_url(profile, name),
            "clone_url_ssh": given(details.map(|details| &details.clone_url_ssh), region.ssh_url(name)),
            "arn": details.map(|details| &details.arn),
            "region": region.as_str(),
        });
        write!(out, "{}\n{object}", if place > 0 { "," } else { "" })?;
    }
    writeln!(out, "{}]", if all.is_empty() { "" } else { "\n" })
}

fn write_table(all: &[&Found], with_region: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = vec![["Region", "Repository", "Branch", "Changed", "Description"].map(str::to_owned)];
    rows.extend(all.iter().map(|(region, repository)| {
        let details = repository.details.as_ref();
        let branch = details.map(|details| details.default_branch.as_deref().unwrap_or("empty"));
        [
            region.to_string(),
            repository.name.to_string(),
            printable(branch.unwrap_or_default()),
            details.map(|details| printable(&details.last_change)).unwrap_or_default(),
            details.map(|details| printable(&details.description)).unwrap_or_default(),
        ]
    }));
    let first = usize::from(!with_region);
    let widths: Vec<usize> = (0..5).map(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or(0)).collect();
    for row in &rows {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths).skip(first) {
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
