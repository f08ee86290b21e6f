//! An access key written into both files, as `aws configure` would, with every other byte kept.
//!
//! Deliberately absent: removing profiles, and every key that is not one of ours.

use std::collections::BTreeMap;
use std::fmt;

use super::layout::{Layout, Section, Setting};
use super::unchanged::checked;
use super::{AwsFile, Profile, header, read};
use crate::wizard::names::{ProfileName, Region};
use crate::wizard::problem::Problem;
use crate::wizard::secret::Secret;

/// An access key to be written under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// The name.
    pub name: ProfileName,
    /// The access key ID.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token, for temporary keys.
    pub session_token: Option<Secret>,
    /// The region.
    pub region: Region,
    /// The output format, such as `json`.
    pub output: String,
}

/// What both files will hold.
#[derive(Clone, PartialEq, Eq)]
pub struct AfterImages {
    /// The config file.
    pub config: Vec<u8>,
    /// The credentials file.
    pub credentials: Vec<u8>,
}

impl fmt::Debug for AfterImages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "AfterImages {{ config: {} bytes, credentials: {} bytes }}",
            self.config.len(),
            self.credentials.len()
        )
    }
}

/// Computes both files with the access key in them; applying it to its own result changes nothing.
///
/// # Errors
/// Broken files, values that an AWS file cannot hold, and a profile of that name with another kind of credentials.
pub fn with_access_key(config: &[u8], credentials: &[u8], new: &NewProfile) -> Result<AfterImages, Problem> {
    let token = new.session_token.as_ref().filter(|token| !token.is_empty());
    check_value("access key ID", &new.access_key_id)?;
    check_value("secret access key", new.secret.expose())?;
    check_value("output format", &new.output)?;
    token.map_or(Ok(()), |token| check_value("session token", token.expose()))?;
    let profiles = read(config, credentials).map_err(|broken| broken.problem(&broken.file.to_string()))?;
    if let Some(problem) =
        profiles.iter().find(|profile| profile.name == new.name).and_then(Profile::refuses_access_key)
    {
        return Err(problem);
    }
    let config = Layout::read(AwsFile::Config, config).map_err(|broken| broken.problem(&broken.file.to_string()))?;
    let credentials =
        Layout::read(AwsFile::Credentials, credentials).map_err(|broken| broken.problem(&broken.file.to_string()))?;
    let settings = [("region", new.region.as_str()), ("output", new.output.as_str())];
    let mut keys =
        vec![("aws_access_key_id", new.access_key_id.as_str()), ("aws_secret_access_key", new.secret.expose())];
    keys.extend(token.map(|token| ("aws_session_token", token.expose())));
    // A token that is left over would spoil a long-term key, in either file, and its older name would hide a new one.
    let stale: &[&str] =
        if token.is_some() { &["aws_security_token"] } else { &["aws_session_token", "aws_security_token"] };

    let in_config = |section: &Section| header::profile_name(&section.header).as_deref() == Some(new.name.as_str());
    let in_credentials = |section: &Section| section.header == new.name.as_str();
    let mut config_edit = Edit::new(&config);
    config_edit.write(&in_config, &header::of_profile(&new.name), &settings);
    config_edit.remove(&in_config, stale);
    let config_after = checked(AwsFile::Config, &config, config_edit.finish(), &in_config, &settings, stale)?;
    let mut credentials_edit = Edit::new(&credentials);
    credentials_edit.write(&in_credentials, new.name.as_str(), &keys);
    credentials_edit.remove(&in_credentials, stale);
    // Where the credentials file has a region of its own, that one would win.
    credentials_edit.rewrite(&in_credentials, &settings);
    keys.extend(settings);
    let after = credentials_edit.finish();
    let after = checked(AwsFile::Credentials, &credentials, after, &in_credentials, &keys, stale)?;
    Ok(AfterImages { config: config_after, credentials: after })
}

/// Changes to lines, collected before the lines are put together again.
pub(super) struct Edit<'a> {
    layout: &'a Layout<'a>,
    /// What stands in the place of a line: nothing for a line that goes.
    replaced: BTreeMap<usize, Vec<u8>>,
    /// What comes after a line.
    inserted: BTreeMap<usize, Vec<u8>>,
    appended: Vec<u8>,
}

impl<'a> Edit<'a> {
    pub(super) fn new(layout: &'a Layout<'a>) -> Self {
        Self { layout, replaced: BTreeMap::new(), inserted: BTreeMap::new(), appended: Vec::new() }
    }

    /// Sets keys in every section that matches, or in a new one at the end.
    pub(super) fn write(&mut self, matches: &dyn Fn(&Section) -> bool, header: &str, values: &[(&str, &str)]) {
        let layout = self.layout;
        self.rewrite(matches, values);
        let ending = layout.line_ending();
        let mut found = false;
        for section in layout.sections.iter().filter(|section| matches(section)) {
            found = true;
            let missing: Vec<_> = values.iter().filter(|(key, _)| section.setting(key).is_none()).collect();
            let (last, after) = (section.options.last(), section.last_line());
            // As deep as its neighbours: one step deeper would continue the line above, one less would let the next one continue ours.
            let indent = " ".repeat(last.map_or(section.next_indent, |setting| setting.indent));
            for (key, value) in missing {
                let lines = self.inserted.entry(after).or_default();
                lines.extend_from_slice(format!("{indent}{key} = {value}").as_bytes());
                lines.extend_from_slice(ending);
            }
        }
        if !found {
            let mut write_line = |line: &str| {
                self.appended.extend_from_slice(line.as_bytes());
                self.appended.extend_from_slice(ending);
            };
            write_line(&format!("[{header}]"));
            for (key, value) in values {
                write_line(&format!("{key} = {value}"));
            }
        }
    }

    /// Sets keys where they stand already.
    pub(super) fn rewrite(&mut self, matches: &dyn Fn(&Section) -> bool, values: &[(&str, &str)]) {
        let layout = self.layout;
        for section in layout.sections.iter().filter(|section| matches(section)) {
            for (key, value) in values {
                let Some(setting) = section.setting(key).filter(|setting| setting.value.as_str() != *value) else {
                    continue;
                };
                let raw = layout.lines[setting.line];
                let ending = raw.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
                let key_start = raw.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
                let key_end = raw.iter().position(|byte| matches!(byte, b'=' | b':')).unwrap_or(ending);
                let spelling = raw[key_start..key_end].trim_ascii();
                let line = [&raw[..key_start], spelling, b" = ", value.as_bytes(), &raw[ending..]].concat();
                self.replaced.insert(setting.line, line);
                self.replaced.extend(setting.continued_on.iter().map(|line| (*line, Vec::new())));
            }
        }
    }

    pub(super) fn remove(&mut self, matches: &dyn Fn(&Section) -> bool, keys: &[&str]) {
        let layout = self.layout;
        for section in layout.sections.iter().filter(|section| matches(section)) {
            for setting in keys.iter().filter_map(|key| section.setting(key)) {
                let lines = std::iter::once(&setting.line).chain(&setting.continued_on);
                self.replaced.extend(lines.map(|line| (*line, Vec::new())));
            }
        }
    }

    /// Puts other lines in the place of those of a setting, to the byte.
    pub(super) fn put_back(&mut self, setting: &Setting, lines: &[u8]) {
        let mut lines = lines.to_vec();
        if !lines.ends_with(b"\n") && !lines.ends_with(b"\r") {
            let last = self.layout.lines[setting.continued_on.last().copied().unwrap_or(setting.line)];
            let end = last.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
            lines.extend_from_slice(&last[end..]);
        }
        self.replaced.insert(setting.line, lines);
        self.replaced.extend(setting.continued_on.iter().map(|line| (*line, Vec::new())));
    }

    /// Inserts lines at the end of the last section that matches, to the byte.
    pub(super) fn insert(&mut self, matches: &dyn Fn(&Section) -> bool, lines: &[u8]) {
        let Some(section) = self.layout.sections.iter().rfind(|section| matches(section)) else { return };
        let inserted = self.inserted.entry(section.last_line()).or_default();
        inserted.extend_from_slice(lines);
        if !lines.ends_with(b"\n") && !lines.ends_with(b"\r") {
            inserted.extend_from_slice(self.layout.line_ending());
        }
    }

    /// Removes the headers of sections in which nothing is left without these keys, not even a comment.
    pub(super) fn remove_empty(&mut self, matches: &dyn Fn(&Section) -> bool, gone: &[&str]) {
        let layout = self.layout;
        let ends = layout.sections.iter().skip(1).map(|next| next.line).chain([layout.lines.len()]);
        for (section, end) in layout.sections.iter().zip(ends).filter(|(section, _)| matches(section)) {
            let settings = section.options.iter().filter(|setting| gone.contains(&setting.key.as_str()));
            let lines: usize = settings.clone().map(|setting| 1 + setting.continued_on.len()).sum();
            let inside: Vec<&usize> = section.options.iter().flat_map(|setting| &setting.continued_on).collect();
            let blank = |line: &usize| layout.lines[*line].trim_ascii().is_empty() && !inside.contains(&line);
            let blanks = (section.line + 1..end).filter(blank).count();
            if settings.count() == section.options.len() && section.line + 1 + lines + blanks == end {
                self.replaced.insert(section.line, Vec::new());
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, line) in self.layout.lines.iter().enumerate() {
            bytes.extend_from_slice(self.replaced.get(&number).map_or(line, Vec::as_slice));
            if let Some(lines) = self.inserted.remove(&number) {
                self.end_line(&mut bytes);
                bytes.extend(lines);
            }
        }
        if !self.appended.is_empty() {
            self.end_line(&mut bytes);
            bytes.extend(&self.appended);
        }
        bytes
    }

    fn end_line(&self, bytes: &mut Vec<u8>) {
        if bytes.last().is_some_and(|last| !matches!(last, b'\n' | b'\r')) {
            bytes.extend_from_slice(self.layout.line_ending());
        }
    }
}

/// Refuses what would become two lines or lose its ends; the value is not told.
fn check_value(what: &str, value: &str) -> Result<(), Problem> {
    if value.is_empty() || value.trim() != value || value.chars().any(char::is_control) {
        return Err(Problem::input(
            format!("The {what} cannot be written into an AWS file."),
            "It must be one line of text without spaces at its ends.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{AfterImages, NewProfile, with_access_key};
    use crate::wizard::names::{ProfileName, Region};
    use crate::wizard::problem::{Problem, ProblemKind};
    use crate::wizard::secret::Secret;

    fn new(name: &str, token: Option<&str>) -> NewProfile {
        NewProfile {
            name: ProfileName::parse(name).expect("a name"),
            access_key_id: "AKIANEW".to_owned(),
            secret: Secret::new("NEW/secret+="),
            session_token: token.map(Secret::new),
            region: Region::parse("us-east-2").expect("a region"),
            output: "json".to_owned(),
        }
    }

    fn written(config: &str, credentials: &str, new: &NewProfile) -> Result<(String, String), Problem> {
        let after = with_access_key(config.as_bytes(), credentials.as_bytes(), new)?;
        let again = with_access_key(&after.config, &after.credentials, new)?;
        assert!(after == again, "twice is not once");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ok((text(after.config), text(after.credentials)))
    }

    fn well_written(config: &str, credentials: &str, new: &NewProfile) -> (String, String) {
        written(config, credentials, new).expect("a profile that takes an access key")
    }

    #[test]
    fn a_first_profile_makes_both_files() {
        let (config, credentials) = well_written("", "", &new("dev one", None));
        assert_eq!(config, "[profile 'dev one']\nregion = us-east-2\noutput = json\n");
        assert_eq!(credentials, "[dev one]\naws_access_key_id = AKIANEW\naws_secret_access_key = NEW/secret+=\n");
        assert!(well_written("", "", &new("default", None)).0.starts_with("[default]\n"));
    }

    #[test]
    fn keys_are_replaced_where_they_stand_and_the_rest_stays() {
        let config = "# mine\r\n[profile dev]\r\nOutput=text\r\ns3 =\r\n  # deep\r\n  a = b\r\n\r\n; end\r\n[profile z]\r\nregion = x";
        let credentials = "[dev]\n  AWS_Access_Key_Id : OLD\n  aws_secret_access_key=OLD\n  aws_session_token = OLD\n   OLDER\n  # note\n[z]\n";
        let (config, credentials) = well_written(config, credentials, &new("dev", None));
        assert_eq!(
            config,
            "# mine\r\n[profile dev]\r\nOutput = json\r\ns3 =\r\n  # deep\r\n  a = b\r\nregion = us-east-2\r\n\r\n; end\r\n[profile z]\r\nregion = x"
        );
        assert_eq!(
            credentials,
            "[dev]\n  AWS_Access_Key_Id = AKIANEW\n  aws_secret_access_key = NEW/secret+=\n  # note\n[z]\n"
        );
    }

    #[test]
    fn a_missing_newline_at_the_end_is_added_before_our_lines() {
        let (config, credentials) =
            well_written("[profile a]\nregion = x", "[dev]\naws_access_key_id=A", &new("dev", Some("T")));
        assert_eq!(config, "[profile a]\nregion = x\n[profile dev]\nregion = us-east-2\noutput = json\n");
        assert_eq!(
            credentials,
            "[dev]\naws_access_key_id = AKIANEW\naws_secret_access_key = NEW/secret+=\naws_session_token = T\n"
        );
    }

    #[test]
    fn new_keys_are_as_deep_as_their_neighbours() {
        let (config, _) = well_written("[default]\n\n  [profile b]\n  region = x\n", "", &new("default", None));
        assert_eq!(config, "[default]\n  region = us-east-2\n  output = json\n\n  [profile b]\n  region = x\n");
    }

    #[test]
    fn an_older_name_of_the_token_does_not_hide_the_new_one() {
        let before = "[dev]\naws_access_key_id=A\naws_secret_access_key=B\naws_security_token=OLD\nregion=old\n";
        let (_, credentials) = well_written("", before, &new("dev", Some("T")));
        assert_eq!(
            credentials,
            "[dev]\naws_access_key_id = AKIANEW\naws_secret_access_key = NEW/secret+=\nregion = us-east-2\naws_session_token = T\n"
        );
    }

    #[test]
    fn other_kinds_of_profiles_are_never_overwritten() {
        for lines in
            ["sso_session = s", "role_arn = r\nsource_profile = b", "credential_process = p", "login_session = l"]
        {
            let refused = written(&format!("[profile dev]\n{lines}\n"), "", &new("dev", None)).expect_err(lines);
            assert_eq!(refused.kind, ProblemKind::Conflict);
        }
    }

    #[test]
    fn values_of_two_lines_are_refused_without_being_told() {
        for value in ["HUSH\nregion = x", "HUSH\r", " HUSH", "", "HUSH\u{1b}"] {
            let refused =
                written("", "", &NewProfile { secret: Secret::new(value), ..new("dev", None) }).expect_err(value);
            assert!(refused.kind == ProblemKind::BadInput && !refused.to_string().contains("HUSH"));
        }
        let broken = written("", "[dev]\nHUSH\n", &new("dev", None)).expect_err("a broken file");
        assert!(broken.kind == ProblemKind::BrokenFile && !broken.to_string().contains("HUSH"));
    }

    #[test]
    fn what_is_printed_for_debugging_has_no_secret() {
        let after: AfterImages = with_access_key(b"", b"", &new("dev", None)).expect("written");
        assert!(!format!("{after:?}{:?}", new("dev", Some("TOKEN"))).contains("secret+="));
    }
}
