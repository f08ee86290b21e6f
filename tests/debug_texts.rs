//! What can hold a secret does not print it: panics, logs and failed assertions are made of `Debug`.
//!
//! Deliberately absent: single keys, which are printed one by one.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fmt::Debug;
use std::path::PathBuf;

use codecommit_setup::adapters::aws::TimedKeys;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::gitconfig::{Entry, Sources};
use codecommit_setup::profiles::{self, Keys, NewProfile};
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::effect::{
    AccessKey, Caller, Credentials, Effect, FileBytes, FileChange, FileText, FoundClones, History, KnownClone, Ours,
    Reply, Request, RequestId,
};
use codecommit_setup::wizard::event::Event;
use codecommit_setup::wizard::facts::{Identity, Profile};
use codecommit_setup::wizard::field::Field;
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use codecommit_setup::wizard::rights::Holder;
use codecommit_setup::wizard::secret::Secret;
use proptest::prelude::*;

fn name() -> ProfileName {
    ProfileName::parse("dev").unwrap()
}

fn region() -> Region {
    Region::parse("us-east-2").unwrap()
}

fn access_key(secret: &str) -> AccessKey {
    AccessKey { id: "AKIA".to_owned(), secret: Secret::new(secret), session_token: Some(Secret::new(secret)) }
}

fn caller(secret: &str) -> Caller {
    Caller { credentials: Credentials::Keys(access_key(secret)), region: region() }
}

fn file(secret: &str) -> FileText {
    FileText { path: PathBuf::from("/home/ann/.aws/credentials"), bytes: Some(secret.into()) }
}

fn change(secret: &str) -> FileChange {
    FileChange {
        path: PathBuf::from("/home/ann/.aws/credentials"),
        before: Some(secret.into()),
        after: secret.into(),
        private: true,
        ours: Ours::Profile(name()),
    }
}

fn entry(secret: &str) -> Entry {
    Entry {
        scope: "global".to_owned(),
        origin: "file:/home/ann/.gitconfig".to_owned(),
        line: Some(1),
        key: b"http.extraheader".to_vec(),
        value: Some(secret.into()),
    }
}

fn sources(secret: &str) -> Sources {
    let mut sources = Sources { command: vec![entry(secret)], ..Sources::default() };
    sources.contents.insert(PathBuf::from("/home/ann/.gitconfig"), Some(secret.into()));
    sources
}

fn profile(secret: &str) -> Profile {
    let identity = Identity {
        account: "123456789012".to_owned(),
        arn: "arn:aws:iam::123456789012:user/ann".to_owned(),
        access_key_id: "AKIA".to_owned(),
        clock_ahead: None,
    };
    let credentials = Credentials::Keys(access_key(secret));
    Profile { name: name(), region: region(), credentials, access_key: true, built_in: true, identity }
}

/// Everything that reaches the wizard and everything that it asks for, with the secret wherever one can be.
fn passed_on(secret: &str) -> (Vec<Event>, Vec<Effect>) {
    let replies = [
        Reply::AwsFiles { config: file(secret), credentials: file(secret) },
        Reply::EnvironmentKey(Some(access_key(secret))),
        Reply::KeyFile(Secret::new(secret)),
        Reply::GitConfig(Box::new(sources(secret))),
        Reply::FoundClones(Box::new(FoundClones {
            configs: vec![file(secret)],
            entries: vec![entry(secret)],
            ..FoundClones::default()
        })),
        Reply::History(Box::new(History {
            clones: vec![KnownClone { folder: PathBuf::from("/src"), url: String::new(), config: file(secret) }],
            ..History::default()
        })),
    ];
    let mut events = vec![Event::Paste(secret.into()), Event::Fill(1, secret.into())];
    events.extend(replies.map(|reply| Event::Reply(RequestId(1), Ok(reply))));
    let requests = [
        Request::Identify(caller(secret)),
        Request::Describe(caller(secret)),
        Request::WriteFiles(vec![change(secret)]),
        Request::FindRights { caller: caller(secret), of: Box::new(profile(secret)), repositories: Vec::new() },
        Request::AttachPolicy {
            caller: caller(secret),
            holder: Holder::User("ann".to_owned()),
            policy_arn: String::new(),
            account: String::new(),
        },
        Request::AwaitEffect(caller(secret)),
        Request::ListRepositories(caller(secret)),
        Request::CountRepositories { credentials: caller(secret).credentials, regions: vec![region()] },
        Request::CreateRepository {
            caller: caller(secret),
            name: RepositoryName::parse("site").unwrap(),
            description: String::new(),
            account: String::new(),
        },
    ];
    (events, requests.map(|request| Effect::Ask(RequestId(1), request)).into())
}

/// Everything else that holds one.
fn kept(secret: &str) -> Vec<Box<dyn Debug>> {
    let text =
        format!("[dev]\naws_access_key_id = AKIA\naws_secret_access_key = {secret}\naws_session_token = {secret}\n");
    let keys = Keys {
        access_key_id: "AKIA".to_owned(),
        secret: Secret::new(secret),
        session_token: Some(Secret::new(secret)),
    };
    let new = NewProfile {
        name: name(),
        access_key_id: "AKIA".to_owned(),
        secret: Secret::new(secret),
        session_token: Some(Secret::new(secret)),
        region: region(),
        output: "json".to_owned(),
    };
    let mut field = Field::secret();
    field.set(secret);
    vec![
        Box::new(Secret::new(secret)),
        Box::new(FileBytes::from(secret)),
        Box::new(profiles::read(b"", text.as_bytes()).unwrap()),
        Box::new(profiles::with_access_key(b"", text.as_bytes(), &new).unwrap()),
        Box::new(new),
        Box::new(TimedKeys { keys, ends: None }),
        Box::new(Answers { key: Some(access_key(secret)), ..Answers::default() }),
        Box::new(Environment::of([("AWS_SECRET_ACCESS_KEY".into(), secret.into())])),
        Box::new(field),
    ]
}

proptest! {
    #[test]
    fn a_secret_is_in_no_debug_text(secret in "[A-Za-z0-9/+]{40}") {
        let (events, effects) = passed_on(&secret);
        let mut printed: Vec<String> = kept(&secret).iter().map(|kept| format!("{kept:?} {kept:#?}")).collect();
        printed.extend(events.iter().map(|event| format!("{event:?} {event:#?}")));
        printed.extend(effects.iter().map(|effect| format!("{effect:?} {effect:#?}")));
        for text in printed {
            // Neither whole nor as the numbers of its bytes.
            let bytes: Vec<String> = secret.bytes().take(4).map(|byte| byte.to_string()).collect();
            prop_assert!(!text.contains(&secret[8..24]) && !text.contains(&bytes.join(", ")), "{text}");
            prop_assert!(!text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&bytes.join(", ")), "{text}");
        }
    }
}
