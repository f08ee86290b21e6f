//! How many repositories there are in other regions, a few regions side by side.
//!
//! Deliberately absent: choosing the regions, and failing because one of them refuses.

use tokio::task::JoinSet;

use super::clients::Session;
use super::repositories;
use crate::wizard::effect::Progress;
use crate::wizard::names::Region;
use crate::wizard::problem::Problem;

/// How many regions are asked side by side.
const SIDE_BY_SIDE: usize = 8;

/// Counts the repositories of regions and tells each count as it comes.
pub(super) async fn count(
    session: &Session,
    regions: Vec<Region>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), Problem> {
    let mut waiting = regions.into_iter();
    // Dropped with the request, which stops what is still under way.
    let mut asked: JoinSet<(Region, Result<usize, Problem>)> = JoinSet::new();
    loop {
        while asked.len() < SIDE_BY_SIDE
            && let Some(region) = waiting.next()
        {
            let there = session.in_region(region.clone());
            asked.spawn(async move { (region, repositories::count(&there).await) });
        }
        match asked.join_next().await {
            Some(Ok((region, count))) => progress(Progress::Counted(region, count)),
            Some(Err(_)) => {}
            None => return Ok(()),
        }
    }
}
