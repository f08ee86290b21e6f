//! The lines that are wanted: the helper's command, safely quoted, and the section in which it stands.
//!
//! Deliberately absent: any file; see `edit`.

use crate::wizard::names::{ProfileName, Region};

/// Which program answers git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Helper {
    /// `aws codecommit credential-helper`.
    AwsCli,
    /// This program.
    BuiltIn {
        /// Its path.
        program: String,
    },
}

/// Which remotes the helper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The hosts of CodeCommit; a section with their URL, which shuts other helpers out.
    CodeCommit,
    /// Every host, as the AWS guide writes it.
    EveryHost,
}

/// A credential helper to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which program answers.
    pub helper: Helper,
    /// Which remotes it is for.
    pub scope: Scope,
    /// The profile that it is pinned to.
    pub profile: ProfileName,
    /// The region whose host must reach it.
    pub region: Region,
    /// Whether git understands `*` in the section's host (2.26 or newer), so that one section serves all regions.
    pub wildcards: bool,
}

impl Wanted {
    /// The value of `helper`: a shell command, safe for any profile name. Git appends the operation to it.
    pub fn helper_value(&self) -> String {
        let profile = profile_option(&self.profile);
        match &self.helper {
            Helper::AwsCli if self.scope == Scope::EveryHost && self.profile.is_default() => {
                "!aws codecommit credential-helper $@".to_owned()
            }
            Helper::AwsCli => format!("!aws {profile} codecommit credential-helper $@"),
            Helper::BuiltIn { program } => format!("!{} credential-helper {profile}", single_quoted(program)),
        }
    }

    /// The sections that hold it, by URL; `None` is the plain `[credential]`.
    pub fn sections(&self) -> Vec<Option<String>> {
        vec![self.url()]
    }

    /// The lines as they are appended to a file without any.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.url() {
            Some(url) => lines.extend([format!("[credential \"{url}\"]"), "\thelper =".to_owned()]),
            None => lines.push("[credential]".to_owned()),
        }
        lines.push(format!("\thelper = {}", config_value(&self.helper_value())));
        lines.push("\tUseHttpPath = true".to_owned());
        lines
    }

    /// The commands that would do the same to the user's own configuration, quoted for a shell.
    pub fn commands(&self) -> Vec<String> {
        self.commands_in("--global")
    }

    /// The commands that would do the same in the place that an option of `git config` names, such as `--local`.
    pub fn commands_in(&self, place: &str) -> Vec<String> {
        let value = single_quoted(&self.helper_value());
        match self.url() {
            Some(url) => {
                let key = |name: &str| single_quoted(&format!("credential.{url}.{name}"));
                vec![
                    format!("git config {place} --replace-all {} ''", key("helper")),
                    format!("git config {place} --add {} {value}", key("helper")),
                    format!("git config {place} {} true", key("UseHttpPath")),
                ]
            }
            None => vec![
                format!("git config {place} credential.helper {value}"),
                format!("git config {place} credential.UseHttpPath true"),
            ],
        }
    }

    /// A URL that the helper must answer for; no real repository's, so that sections for one repository stay out of it.
    pub(super) fn example_url(&self) -> String {
        format!("https://{}/v1/repos/-", self.region.git_host())
    }

    /// The URL of the section: for every region of the partition, or for this region only.
    pub(super) fn url(&self) -> Option<String> {
        match (self.scope, self.wildcards) {
            (Scope::EveryHost, _) => None,
            (Scope::CodeCommit, true) => {
                Some(format!("https://git-codecommit.*.{}", self.region.partition().dns_suffix()))
            }
            (Scope::CodeCommit, false) => Some(format!("https://{}", self.region.git_host())),
        }
    }
}

/// Whether a helper's value has the shape of one that this program or the AWS guide writes.
pub fn is_codecommit_helper(value: &str) -> bool {
    value.contains("codecommit credential-helper") || value.contains("codecommit-setup")
}

/// Quotes a word for a POSIX shell, where that is needed.
pub fn shell_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./=+@,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { single_quoted(word) }
}

/// A value as git writes it into a configuration file (`write_pair` in git's `config.c`).
pub(super) fn config_value(value: &str) -> String {
    let quote =
        if value.starts_with(' ') || value.ends_with(' ') || value.contains([';', '#', '\r']) { "\"" } else { "" };
    let mut escaped = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '"' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    format!("{quote}{escaped}{quote}")
}

fn single_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A name that begins with a hyphen would be taken for an option, were it a word of its own.
fn profile_option(profile: &ProfileName) -> String {
    let joint = if profile.as_str().starts_with('-') { '=' } else { ' ' };
    format!(
        "--profile{joint}{}",
        if joint == '=' { single_quoted(profile.as_str()) } else { shell_quoted(profile.as_str()) }
    )
}

#[cfg(test)]
mod tests {
    use super::{Helper, Scope, Wanted, config_value};
    use crate::wizard::names::{ProfileName, Region};

    fn wanted(scope: Scope, profile: &str) -> Wanted {
        Wanted {
            helper: Helper::AwsCli,
            scope,
            profile: ProfileName::parse(profile).expect("a name"),
            region: Region::parse("us-east-2").expect("a region"),
            wildcards: true,
        }
    }

    #[test]
    fn the_section_for_codecommit_hosts_starts_with_a_reset() {
        assert_eq!(
            wanted(Scope::CodeCommit, "dev one").lines(),
            [
                "[credential \"https://git-codecommit.*.amazonaws.com\"]",
                "\thelper =",
                "\thelper = !aws --profile 'dev one' codecommit credential-helper $@",
                "\tUseHttpPath = true"
            ]
        );
    }

    #[test]
    fn older_git_and_china_get_hosts_of_their_own() {
        let exact = Wanted { wildcards: false, ..wanted(Scope::CodeCommit, "default") };
        assert_eq!(exact.sections(), [Some("https://git-codecommit.us-east-2.amazonaws.com".to_owned())]);
        let china =
            Wanted { region: Region::parse("cn-north-1").expect("a region"), ..wanted(Scope::CodeCommit, "default") };
        assert_eq!(china.sections(), [Some("https://git-codecommit.*.amazonaws.com.cn".to_owned())]);
    }

    #[test]
    fn every_host_is_written_as_the_guide_writes_it() {
        assert_eq!(
            wanted(Scope::EveryHost, "default").commands(),
            [
                "git config --global credential.helper '!aws codecommit credential-helper $@'",
                "git config --global credential.UseHttpPath true"
            ]
        );
        assert_eq!(
            wanted(Scope::EveryHost, "CodeCommitProfile").helper_value(),
            "!aws --profile CodeCommitProfile codecommit credential-helper $@"
        );
    }

    #[test]
    fn names_are_quoted_for_the_shell_and_then_for_the_file() {
        for (name, option) in [
            ("a.b/c=d+e@f,g-h_i", "--profile a.b/c=d+e@f,g-h_i"),
            ("a'b", r"--profile 'a'\''b'"),
            ("$(x)", "--profile '$(x)'"),
            ("-x", "--profile='-x'"),
            ("é", "--profile 'é'"),
        ] {
            let value = wanted(Scope::CodeCommit, name).helper_value();
            assert_eq!(value, format!("!aws {option} codecommit credential-helper $@"));
        }
        assert_eq!(config_value(r#"a;b "c" \d"#), r#""a;b \"c\" \\d""#);
        let program = "/opt/my tools/codecommit-setup".to_owned();
        let built_in = Wanted { helper: Helper::BuiltIn { program }, ..wanted(Scope::EveryHost, "default") };
        assert_eq!(built_in.helper_value(), "!'/opt/my tools/codecommit-setup' credential-helper --profile default");
    }

    #[test]
    fn the_commands_of_a_scoped_helper_replace_and_add() {
        assert_eq!(
            wanted(Scope::CodeCommit, "d'e").commands(),
            [
                "git config --global --replace-all 'credential.https://git-codecommit.*.amazonaws.com.helper' ''",
                r"git config --global --add 'credential.https://git-codecommit.*.amazonaws.com.helper' '!aws --profile '\''d'\''\'\'''\''e'\'' codecommit credential-helper $@'",
                "git config --global 'credential.https://git-codecommit.*.amazonaws.com.UseHttpPath' true",
            ]
        );
    }
}
