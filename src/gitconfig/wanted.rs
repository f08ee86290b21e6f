//! The lines that are wanted: the helper's command, safely quoted, and the sections in which it stands.
//!
//! Deliberately absent: any file; see `edit`.

use super::chain::{Entry, Setting};
use super::quote::{config_value, profile_option, shell_quoted, single_quoted};
use super::recognise::is_codecommit_helper;
use crate::wizard::names::{ProfileName, Region, RepositoryName};

/// Which program answers git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Helper {
    /// `aws codecommit credential-helper`.
    AwsCli {
        /// `aws`, or the path of an AWS CLI for programs that do not have it on their PATH.
        program: String,
    },
    /// This program.
    BuiltIn {
        /// Its name or its path, or the name by which git finds it ([`Helper::NAME_FOR_GIT`]).
        program: String,
    },
}

impl Helper {
    /// The name by which git finds this program for `helper = codecommit`.
    pub const NAME_FOR_GIT: &'static str = "git-credential-codecommit";
}

/// Which remotes the helper is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The hosts of CodeCommit; sections with their URLs, which shut other helpers out.
    CodeCommit,
    /// Every host, as the AWS guide writes it.
    EveryHost,
    /// One repository of CodeCommit, by the URL of its path.
    OneRepository(RepositoryName),
}

/// Hosts of CodeCommit besides the region's own, each a family with a section of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Families {
    /// `git-codecommit-fips.<region>…`
    pub fips: bool,
    /// `vpce-….git-codecommit.<region>.vpce…`, for VPC endpoints without private DNS.
    pub vpc: bool,
}

impl Families {
    /// The families that have a section with a helper of CodeCommit already.
    pub fn served(entries: &[Entry]) -> Self {
        let of = |part: &str| {
            entries.iter().filter_map(Setting::of).any(|setting| {
                let host = setting.pattern.map(String::from_utf8_lossy).is_some_and(|pattern| pattern.contains(part));
                host && setting.variable == b"helper" && is_codecommit_helper(&setting.entry.text())
            })
        };
        Self { fips: of("git-codecommit-fips."), vpc: of(".vpce.") }
    }

    /// The families that remotes of the repository stood in are of.
    pub fn of_remotes(entries: &[Entry]) -> Self {
        let of = |part: &str| {
            let urls = entries.iter().filter(|entry| entry.key.starts_with(b"remote.") && entry.key.ends_with(b".url"));
            urls.map(Entry::text).any(|url| url.contains("git-codecommit") && url.contains(part))
        };
        Self { fips: of("git-codecommit-fips."), vpc: of(".vpce.") }
    }
}

/// A credential helper to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which program answers.
    pub helper: Helper,
    /// Which remotes it is for.
    pub scope: Scope,
    /// Which hosts besides the region's own.
    pub families: Families,
    /// The profile that it is pinned to.
    pub profile: ProfileName,
    /// The region whose host must reach it.
    pub region: Region,
    /// Whether git understands `*` in the section's host (2.26 or newer), so that one section serves all regions.
    pub wildcards: bool,
    /// Whether an empty `helper =` clears the helpers before it (2.9 or newer).
    pub resets: bool,
}

/// A section that is wanted, and a URL for which it must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The URL of the section; `None` is the plain `[credential]`.
    pub(super) url: Option<String>,
    /// A URL for which git must come to the helper.
    pub(super) example: String,
}

impl Wanted {
    /// A helper for single clones, which name their host themselves, of a git that is not too old.
    pub fn for_clones(helper: Helper, profile: ProfileName, region: Region) -> Self {
        let (scope, families) = (Scope::CodeCommit, Families::default());
        Self { helper, scope, families, profile, region, wildcards: false, resets: true }
    }

    /// The value of `helper`: a shell command, safe for any profile name. Git appends the operation to it.
    pub fn helper_value(&self) -> String {
        let profile = profile_option(&self.profile);
        match &self.helper {
            // Letter for letter as the guide has it.
            Helper::AwsCli { program } if self.scope == Scope::EveryHost && self.profile.is_default() => {
                format!("!{} codecommit credential-helper $@", shell_quoted(program))
            }
            Helper::AwsCli { program } => {
                format!("!{} {profile} codecommit credential-helper $@", shell_quoted(program))
            }
            Helper::BuiltIn { program } if program == Helper::NAME_FOR_GIT => format!("codecommit {profile}"),
            Helper::BuiltIn { program } => format!("!{} credential-helper {profile}", shell_quoted(program)),
        }
    }

    /// The sections that hold it, by URL; `None` is the plain `[credential]`.
    pub fn sections(&self) -> Vec<Option<String>> {
        self.targets().into_iter().map(|target| target.url).collect()
    }

    /// The lines as they are appended to a file without any.
    pub fn lines(&self) -> Vec<String> {
        self.targets().iter().flat_map(|target| self.section_lines(target)).collect()
    }

    /// The commands that would do the same to the user's own configuration, quoted for a shell.
    pub fn commands(&self) -> Vec<String> {
        self.commands_in("--global")
    }

    /// The commands that would do the same in the place that an option of `git config` names, such as `--local`.
    pub fn commands_in(&self, place: &str) -> Vec<String> {
        let value = single_quoted(&self.helper_value());
        let of_target = |target: Target| match target.url {
            Some(url) => {
                let key = |name: &str| single_quoted(&format!("credential.{url}.{name}"));
                let helper = if self.resets {
                    vec![
                        format!("git config {place} --replace-all {} ''", key("helper")),
                        format!("git config {place} --add {} {value}", key("helper")),
                    ]
                } else {
                    vec![format!("git config {place} {} {value}", key("helper"))]
                };
                [helper, vec![format!("git config {place} {} true", key("UseHttpPath"))]].concat()
            }
            None => vec![
                format!("git config {place} credential.helper {value}"),
                format!("git config {place} credential.UseHttpPath true"),
            ],
        };
        self.targets().into_iter().flat_map(of_target).collect()
    }

    /// A URL for which git must come to the helper.
    pub(super) fn example_url(&self) -> String {
        self.targets().into_iter().next().map(|target| target.example).unwrap_or_default()
    }

    /// The settings that pin one clone to the helper, for `git clone --config`: keys and values, in order.
    ///
    /// They hold for the exact host of the clone, whatever this git knows of wildcards.
    pub fn pins(&self, clone_url: &str) -> Vec<(String, String)> {
        let host = clone_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let key = |name: &str| format!("credential.{host}.{name}");
        let reset = self.resets.then(|| (key("helper"), String::new()));
        let helper = [(key("helper"), self.helper_value()), (key("UseHttpPath"), "true".to_owned())];
        reset.into_iter().chain(helper).collect()
    }

    pub(super) fn section_lines(&self, target: &Target) -> Vec<String> {
        let mut lines = Vec::new();
        match &target.url {
            Some(url) => lines.push(format!("[credential \"{url}\"]")),
            None => lines.push("[credential]".to_owned()),
        }
        if target.url.is_some() && self.resets {
            lines.push("\thelper =".to_owned());
        }
        lines.push(format!("\thelper = {}", config_value(&self.helper_value())));
        lines.push("\tUseHttpPath = true".to_owned());
        lines
    }

    pub(super) fn targets(&self) -> Vec<Target> {
        let hosts = self.hosts();
        match &self.scope {
            // No real repository's path, so that sections for one repository stay out of it.
            Scope::EveryHost => {
                vec![Target { url: None, example: format!("https://{}/v1/repos/-", self.region.git_host()) }]
            }
            Scope::CodeCommit => hosts
                .into_iter()
                .map(|(pattern, example)| Target {
                    url: Some(format!("https://{pattern}")),
                    example: format!("https://{example}/v1/repos/-"),
                })
                .collect(),
            Scope::OneRepository(name) => hosts
                .into_iter()
                .map(|(pattern, example)| {
                    let host = if self.wildcards && pattern.starts_with('*') { pattern } else { example.clone() };
                    Target {
                        url: Some(format!("https://{host}/v1/repos/{name}")),
                        example: format!("https://{example}/v1/repos/{name}"),
                    }
                })
                .collect(),
        }
    }

    /// The host of each family, as the section names it, and one that it must hold for.
    fn hosts(&self) -> Vec<(String, String)> {
        let suffix = self.region.partition().dns_suffix();
        let region = self.region.as_str();
        let services: &[&str] =
            if self.families.fips { &["git-codecommit", "git-codecommit-fips"] } else { &["git-codecommit"] };
        let mut hosts = Vec::new();
        for service in services {
            let place = if self.wildcards { "*" } else { region };
            hosts.push((format!("{service}.{place}.{suffix}"), format!("{service}.{region}.{suffix}")));
        }
        // The name of a VPC endpoint is its account's own: without wildcards no section can name it.
        if self.families.vpc && self.wildcards {
            for service in services {
                let host = |endpoint: &str, place: &str| format!("{endpoint}.{service}.{place}.vpce.{suffix}");
                hosts.push((host("*", "*"), host("vpce-0", region)));
            }
        }
        hosts
    }
}

#[cfg(test)]
mod tests {
    use super::{Families, Helper, Scope, Wanted};
    use crate::gitconfig::quote::config_value;
    use crate::wizard::names::{ProfileName, Region};

    fn wanted(scope: Scope, profile: &str) -> Wanted {
        Wanted {
            helper: Helper::AwsCli { program: "aws".to_owned() },
            scope,
            families: Families::default(),
            profile: ProfileName::parse(profile).expect("a name"),
            region: Region::parse("us-east-2").expect("a region"),
            wildcards: true,
            resets: true,
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
    fn the_name_for_git_needs_no_command() {
        for (program, value) in [
            ("git-credential-codecommit", "codecommit --profile 'dev one'"),
            ("codecommit-setup", "!codecommit-setup credential-helper --profile 'dev one'"),
            ("/opt/my cc", "!'/opt/my cc' credential-helper --profile 'dev one'"),
        ] {
            let helper = Helper::BuiltIn { program: program.to_owned() };
            assert_eq!(Wanted { helper, ..wanted(Scope::CodeCommit, "dev one") }.helper_value(), value);
        }
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
