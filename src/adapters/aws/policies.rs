//! The policies of an IAM user, wherever they are: attached, inline, through groups, and the permissions boundary.
//!
//! Deliberately absent: failing because a part may not be seen; the rest is told, and what is missing is named.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;
use std::sync::Mutex;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::AttachedPolicy;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};

use super::clients::{Place, Service, Session};
use super::flood::all;
use super::patiently;
use super::problems::Call;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::{ATTACHED, Given, Holder, Origin};

/// IAM asked about one identity, noting what is denied.
pub(super) struct Asking<'a> {
    session: &'a Session,
    pub(super) client: Client,
    place: Place,
    subject: String,
    denied: Mutex<BTreeSet<&'static str>>,
}

impl<'a> Asking<'a> {
    pub(super) fn about(session: &'a Session, subject: String) -> Self {
        let (client, place) = (session.iam(), session.place(Service::Iam));
        Self { session, client, place, subject, denied: Mutex::default() }
    }

    /// The answer to a question; none when the caller may not ask it.
    pub(super) async fn ask<T, E, F>(&self, action: &'static str, ask: impl Fn() -> F) -> Result<Option<T>, Problem>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let call = Call { action, subject: &self.subject, signer: &self.session.signer, place: &self.place };
        match patiently(&call, ask).await {
            Ok(answer) => Ok(Some(answer)),
            Err(problem) if problem.kind == ProblemKind::AccessDenied => {
                if let Ok(mut denied) = self.denied.lock() {
                    denied.insert(action);
                }
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    /// The actions that were denied.
    pub(super) fn denied(self) -> Vec<&'static str> {
        self.denied.into_inner().unwrap_or_default().into_iter().collect()
    }

    /// The policies of a user, and its groups; what may not be seen is left out.
    pub(super) async fn policies(&self, user: &str) -> Result<(Vec<Given>, Vec<String>), Problem> {
        let client = &self.client;
        let (attached, inline, groups, itself) = tokio::try_join!(
            self.ask(ATTACHED, || {
                let mut pages = client.list_attached_user_policies().user_name(user).into_paginator().send();
                all(move |context| pages.poll_next(context), |page| page.attached_policies.unwrap_or_default())
            }),
            self.ask("iam:ListUserPolicies", || {
                let mut pages = client.list_user_policies().user_name(user).into_paginator().send();
                all(move |context| pages.poll_next(context), |page| page.policy_names)
            }),
            self.ask("iam:ListGroupsForUser", || {
                let mut pages = client.list_groups_for_user().user_name(user).into_paginator().send();
                all(move |context| pages.poll_next(context), |page| page.groups)
            }),
            self.ask("iam:GetUser", || client.get_user().user_name(user).send()),
        )?;
        let holder = Holder::User(user.to_owned());
        let mut found = given(&holder, attached, inline);
        let groups: Vec<String> = groups.unwrap_or_default().into_iter().map(|group| group.group_name).collect();
        for group in &groups {
            found.extend(self.policies_of_group(group).await?);
        }
        let boundary = itself.and_then(|answer| answer.user).and_then(|user| user.permissions_boundary);
        found.extend(boundary.and_then(|boundary| boundary.permissions_boundary_arn).map(|arn| Given {
            name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            arn,
            origin: Origin::Boundary,
        }));
        Ok((found, groups))
    }

    async fn policies_of_group(&self, group: &str) -> Result<Vec<Given>, Problem> {
        let client = &self.client;
        let (attached, inline) = tokio::try_join!(
            self.ask("iam:ListAttachedGroupPolicies", || {
                let mut pages = client.list_attached_group_policies().group_name(group).into_paginator().send();
                all(move |context| pages.poll_next(context), |page| page.attached_policies.unwrap_or_default())
            }),
            self.ask("iam:ListGroupPolicies", || {
                let mut pages = client.list_group_policies().group_name(group).into_paginator().send();
                all(move |context| pages.poll_next(context), |page| page.policy_names)
            }),
        )?;
        Ok(given(&Holder::Group(group.to_owned()), attached, inline))
    }
}

fn given(holder: &Holder, attached: Option<Vec<AttachedPolicy>>, inline: Option<Vec<String>>) -> Vec<Given> {
    let attached = attached.unwrap_or_default().into_iter().map(|policy| Given {
        name: policy.policy_name.unwrap_or_default(),
        arn: policy.policy_arn.unwrap_or_default(),
        origin: Origin::Attached(holder.clone()),
    });
    let inline = inline.unwrap_or_default().into_iter();
    let inline = inline.map(|name| Given { name, arn: String::new(), origin: Origin::Inline(holder.clone()) });
    attached.chain(inline).collect()
}
