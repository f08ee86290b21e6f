//! One repository: its clone URLs and what each is for, and all that AWS says of it.
//!
//! Deliberately absent: its contents; git is for those.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::{Repositories, State};
use crate::wizard::effect::Repository;
use crate::wizard::event::{Event, Key};
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::screen::{Block, Hint, Status};
use crate::wizard::step::{Back, Context, Panel};

impl Repositories {
    /// What a key does on the screen of one repository.
    pub(super) fn viewing(&mut self, event: &Event, context: &mut Context<'_>) {
        self.copied = None;
        let Some((repository, region, profile)) = self.viewed() else { return self.to(State::Choosing) };
        let name = &repository.name;
        let (what, text) = match event {
            Event::Key(Key::Enter) => {
                let chosen = vec![self.url_of(repository)];
                return self.start(chosen, context);
            }
            Event::Key(Key::Esc) => return self.to(State::Choosing),
            Event::Key(Key::Char('c')) => ("The HTTPS URL", region.clone_url(name)),
            Event::Key(Key::Char('g')) => ("The GRC URL", region.grc_url(profile, name)),
            Event::Key(Key::Char('s')) => ("The SSH URL", region.ssh_url(name)),
            Event::Key(Key::Char('w')) => ("The link to the console", region.console_url(name)),
            Event::Key(Key::Char('a')) => match repository.details.as_ref().map(|details| &details.arn) {
                Some(arn) => ("The ARN", printable(arn)),
                None => return,
            },
            _ => return,
        };
        context.copy(text);
        self.copied = Some(what);
    }

    pub(super) fn details_panel(&self) -> Panel<'_> {
        let Some((repository, region, profile)) = self.viewed() else {
            return Panel { back: Back::Within, ..Panel::default() };
        };
        let name = &repository.name;
        let urls = [
            ("HTTPS, for the credential helper as set up here, and for Git credentials:", region.clone_url(name)),
            ("HTTPS (GRC), for git-remote-codecommit, where that is installed:", region.grc_url(profile, name)),
            ("SSH, for a key pair of an IAM user; not for roles and SSO:", region.ssh_url(name)),
        ];
        let mut lines: Vec<String> =
            urls.iter().flat_map(|(purpose, url)| [(*purpose).to_owned(), format!("  {url}")]).collect();
        lines.extend(self.told(repository, region));
        let mut keys = vec![
            Hint::new(Key::Enter, "clone it"),
            Hint::new(Key::Char('c'), "copy HTTPS"),
            Hint::new(Key::Char('g'), "copy GRC"),
            Hint::new(Key::Char('s'), "copy SSH"),
            Hint::new(Key::Char('w'), "copy console link"),
        ];
        if repository.details.is_some() {
            keys.push(Hint::new(Key::Char('a'), "copy ARN"));
        }
        Panel {
            purpose: format!("{name} in {region}: its clone URLs, and what AWS says of it."),
            body: vec![Block::Card { title: name.to_string(), lines }],
            status: self.copied_status(),
            keys,
            commands: vec![format!(
                "aws codecommit get-repository --repository-name {name} {}",
                self.options_of_commands()
            )],
            back: Back::Within,
            ..Panel::default()
        }
    }

    /// What AWS says of a repository, a line each.
    fn told(&self, repository: &Repository, region: &Region) -> Vec<String> {
        let mut lines = match &repository.details {
            Some(details) => {
                let branch = details.default_branch.as_deref().map_or("none yet: it is empty".to_owned(), printable);
                let at = details.changed_at().map_or_else(String::new, |at| format!("{at}, "));
                let key = details.encryption_key.as_deref().map_or("not told".to_owned(), printable);
                let description = printable(&details.description);
                let described = (!description.is_empty()).then_some(description);
                let facts = [
                    format!("branch {branch}; changed {at}{}", printable(&details.last_change)),
                    format!("ARN {}", printable(&details.arn)),
                    format!("key {key}"),
                ];
                described.into_iter().chain(facts).collect()
            }
            None if self.listing.is_some() => vec!["Its details have not come yet.".to_owned()],
            None => vec!["AWS did not give its details.".to_owned()],
        };
        lines.push(format!("console {}", region.console_url(&repository.name)));
        lines
    }

    /// The status line after something was copied.
    pub(super) fn copied_status(&self) -> Option<Status> {
        self.copied.map(|what| Status::plain(format!("{what} was sent to the clipboard of your terminal.")))
    }

    fn viewed(&self) -> Option<(&Repository, &Region, &ProfileName)> {
        Some((self.list.current()?, self.region()?, &self.subject.as_ref()?.name))
    }
}
