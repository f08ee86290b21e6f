//! Temporary credentials kept until they end, so that git does not wait for SSO or STS twice: a file for each profile in
//! `$XDG_CACHE_HOME/codecommit-setup/credentials` (`~/.cache/…`), for its owner alone.
//!
//! Deliberately absent: keys that last; they stay where they are. What a program gives: it may keep it itself. Nothing here fails: without a cache all works, only slower.

use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::basis::Basis;
use crate::adapters::aws::TimedKeys;
use crate::adapters::environment::Environment;
use crate::profiles::{Found, Keys};
use crate::wizard::names::Region;
use crate::wizard::secret::Secret;

/// With less than this left, credentials are got anew.
const MARGIN: Duration = Duration::from_mins(1);
/// How long another helper that gets the same credentials is waited for; it has a shorter limit itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(20);
/// No entry comes near it, in bytes.
const LARGEST: u64 = 64 * 1024;
/// All that others may do with a file.
#[cfg(unix)]
const OTHERS: u32 = 0o077;
/// The first line of an entry.
const TITLE: &str = "codecommit-setup credentials 2";

/// The place of one profile's temporary credentials.
pub(super) struct Cache {
    folder: PathBuf,
    name: String,
    basis: Basis,
}

impl Cache {
    /// The place for a profile; `None` where there is no folder for it, and where its credentials must not be kept: then those that
    /// are there are removed.
    pub(super) fn of(found: &Found, region: &Region, environment: &Environment) -> Option<Self> {
        // The specification of the XDG folders has relative paths ignored.
        let home = Some(environment.home()).filter(|home| home.is_absolute());
        let named = environment.path("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        let caches = named.or_else(|| home.map(|home| home.join(".cache")))?;
        let folder = caches.join("codecommit-setup").join("credentials");
        let mut name = Sha256::new();
        for path in [environment.aws_config_file(), environment.aws_credentials_file()] {
            name.update(path.as_os_str().as_encoded_bytes());
            name.update([0]);
        }
        name.update(found.profile.name.as_str());
        let name = hex::encode(name.finalize());
        let Some(basis) = Basis::of(found, region, environment) else {
            // There may be none.
            let _ = fs::remove_file(folder.join(&name));
            return None;
        };
        Some(Self { folder, name, basis })
    }

    /// What the credentials rest on now; those that are got after this are kept for as long as it stays.
    pub(super) fn basis(&self) -> Option<String> {
        self.basis.now()
    }

    /// The credentials kept here, when they rest on what is there now and last a while yet.
    pub(super) fn get(&self, now: SystemTime) -> Option<TimedKeys> {
        let path = self.folder.join(&self.name);
        self.is_own_folder()?;
        // Before it is opened, since a pipe would be waited for.
        fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let file = File::open(&path).ok()?;
        if !is_private(&file.metadata().ok()?) {
            return None;
        }
        let mut text = Zeroizing::new(String::with_capacity(8 * 1024));
        file.take(LARGEST).read_to_string(&mut text).ok()?;
        let (basis, kept) = read(&text)?;
        (lasts(&kept, now) && self.basis.now()? == basis).then_some(kept)
    }

    /// Waits until no other helper gets the same credentials; the lock holds until the file is dropped.
    ///
    /// `None` where there can be no lock, or it took too long: then two get the same, which does no harm.
    pub(super) fn lock(&self) -> Option<File> {
        self.make_folder()?;
        let mut open = fs::OpenOptions::new();
        open.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let file = open.open(self.folder.join(format!("{}.lock", self.name))).ok()?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Some(file),
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
            }
        }
    }

    /// Keeps credentials that last a while and then end; those of before are gone in any case.
    ///
    /// `basis` is what they rested on before they were asked for: what changed meanwhile may have led to others.
    pub(super) fn put(&self, got: &TimedKeys, basis: Option<&str>, now: SystemTime) {
        let basis = basis.filter(|basis| lasts(got, now) && self.basis.now().as_deref() == Some(basis));
        if basis.and_then(|basis| self.write(got, basis)).is_none() {
            // There may be none.
            let _ = fs::remove_file(self.folder.join(&self.name));
        }
    }

    fn write(&self, got: &TimedKeys, basis: &str) -> Option<()> {
        let ends = got.ends?.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let Keys { access_key_id, secret, session_token } = &got.keys;
        let token = session_token.as_ref().map_or("", |token| token.expose());
        let values = [basis, access_key_id, secret.expose(), token];
        if values.iter().any(|value| value.contains(['\n', '\r'])) {
            return None;
        }
        let length = values.iter().map(|value| value.len() + 1).sum::<usize>();
        let mut text = Zeroizing::new(String::with_capacity(length + TITLE.len() + 32));
        writeln!(text, "{TITLE}\n{ends}").ok()?;
        values.iter().try_for_each(|value| writeln!(text, "{value}")).ok()?;
        self.make_folder()?;
        // Readable by its owner only, as all that this library makes.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).ok()?;
        file.write_all(text.as_bytes()).ok()?;
        file.persist(self.folder.join(&self.name)).ok().map(drop)
    }

    /// A folder that is there already must be the user's own, and none is made in the home of another one (`sudo` may keep `HOME`).
    fn make_folder(&self) -> Option<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let above = self.folder.ancestors().find_map(|folder| fs::metadata(folder).ok())?;
            [0, rustix::process::geteuid().as_raw()].contains(&above.uid()).then_some(())?;
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&self.folder).ok()?;
        self.is_own_folder()
    }

    fn is_own_folder(&self) -> Option<()> {
        let metadata = fs::symlink_metadata(&self.folder).ok()?;
        (metadata.is_dir() && is_private(&metadata)).then_some(())
    }
}

/// Whether credentials end, and not within the next minute.
fn lasts(keys: &TimedKeys, now: SystemTime) -> bool {
    keys.ends.is_some_and(|ends| ends.duration_since(now).is_ok_and(|left| left > MARGIN))
}

/// What an entry rests on, and its credentials; `None` for anything that is not a whole entry.
fn read(text: &str) -> Option<(&str, TimedKeys)> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    lines.next().filter(|title| *title == TITLE)?;
    let ends = UNIX_EPOCH.checked_add(Duration::from_secs(lines.next()?.parse().ok()?))?;
    let [basis, access_key_id, secret, token] = [lines.next()?, lines.next()?, lines.next()?, lines.next()?];
    let session_token = Some(token).filter(|token| !token.is_empty()).map(Secret::new);
    let keys = Keys { access_key_id: access_key_id.to_owned(), secret: Secret::new(secret), session_token };
    lines.next().is_none().then_some((basis, TimedKeys { keys, ends: Some(ends) }))
}

/// Whether nobody but the user of this process can have written or can read it.
#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & OTHERS == 0
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}
