//! Limits of what AWS, or whoever answers in its place, may send: how large an answer may be, and how many pages a list may have.
//!
//! Deliberately absent: limits of time (`clients`).

use std::error::Error;
use std::future::poll_fn;
use std::task::{Context, Poll};

use aws_sdk_sts::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sts::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_sdk_sts::error::SdkError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::{LengthLimitError, Limited};

use crate::adapters::handles;

/// The most that an answer may hold, in bytes; the largest of AWS's, a hundred repositories with their descriptions, has 400 KB.
pub(super) const ANSWER: usize = 8 * 1024 * 1024;
/// How many pages a list of IAM may have: it has a hundred entries to a page.
const PAGES: usize = 50;

/// A list that has more pages than there can be.
#[derive(Debug, thiserror::Error)]
#[error("the list has more than {0} pages")]
struct TooManyPages(usize);

/// What has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endless {
    /// One answer.
    Answer,
    /// A list.
    List,
}

impl Endless {
    /// What has no end, where that is why something failed.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        handles::causes(error).find_map(|cause| {
            let list = cause.is::<TooManyPages>().then_some(Self::List);
            list.or(cause.is::<LengthLimitError>().then_some(Self::Answer))
        })
    }
}

/// A client whose answers have a limit.
pub(super) fn limited(inner: SharedHttpClient) -> SharedHttpClient {
    http_client_fn(move |settings: &HttpConnectorSettings, components: &RuntimeComponents| {
        SharedHttpConnector::new(Connector(inner.http_connector(settings, components)))
    })
}

#[derive(Debug)]
struct Connector(SharedHttpConnector);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let limit = |body: SdkBody| SdkBody::from_body_1_x(Limited::new(body, ANSWER));
            Ok::<HttpResponse, _>(answer.await?.map(limit))
        })
    }
}

/// All entries of a list, from as many pages as it may have; `next` polls for the next one.
pub(super) async fn all<P, T, E>(
    mut next: impl FnMut(&mut Context<'_>) -> Poll<Option<Result<P, SdkError<E, HttpResponse>>>>,
    entries: impl Fn(P) -> Vec<T>,
) -> Result<Vec<T>, SdkError<E, HttpResponse>> {
    let mut found = Vec::new();
    for _ in 0..PAGES {
        match poll_fn(&mut next).await {
            Some(page) => found.extend(entries(page?)),
            None => return Ok(found),
        }
    }
    Err(SdkError::construction_failure(TooManyPages(PAGES)))
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use aws_sdk_iam::operation::get_user::GetUserError;
    use aws_sdk_sts::error::SdkError;

    use super::{Endless, PAGES, all};

    #[tokio::test]
    async fn a_list_has_an_end() {
        type Page = Result<u8, SdkError<GetUserError, aws_sdk_sts::config::http::HttpResponse>>;
        let error = all(|_| Poll::Ready(Some(Page::Ok(1))), |page| vec![page]).await.unwrap_err();
        assert_eq!(Endless::of(&error), Some(Endless::List));
        let mut left = PAGES;
        let few = |_: &mut std::task::Context<'_>| {
            left -= 1;
            Poll::Ready((left > 0).then_some(Page::Ok(1)))
        };
        assert_eq!(all(few, |page| vec![page]).await.unwrap().len(), PAGES - 1);
    }
}
