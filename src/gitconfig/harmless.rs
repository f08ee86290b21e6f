//! Lines of a configuration of git in which no secret can stand.
//!
//! Deliberately absent: a list of what may be one; whatever is not known counts.

use zeroize::Zeroizing;

use super::chain::is_true;
use super::layout::{Layout, Section, Variable};
use super::recognise::{is_codecommit_helper, store_of};
use super::shown::shown_helper;

/// How addresses of CodeCommit begin.
const CODECOMMIT: [&str; 4] =
    ["https://git-codecommit.", "https://git-codecommit-fips.", "codecommit://", "codecommit::"];

/// Whether lines that were cut out of a configuration hold nothing that could be a secret: no comments, no settings but those of
/// helpers and remotes for CodeCommit, and in these only words that are known.
pub fn are_harmless(lines: &[u8]) -> bool {
    // A part of a section is read as one.
    let whole = Zeroizing::new([b"[credential]\n", lines, b"\n"].concat());
    Layout::read(&whole).is_ok_and(|read| read.sections.iter().all(is_harmless))
}

fn is_harmless(section: &Section) -> bool {
    let plain = section.subsection.as_deref().is_none_or(|name| section.name == "remote" || is_plain(name));
    let known = matches!(section.name.as_str(), "credential" | "remote");
    plain && known && section.comments.is_empty() && section.variables.iter().all(says_nothing)
}

fn says_nothing(variable: &Variable) -> bool {
    let Some(value) = variable.value.as_deref() else { return false };
    match variable.key.as_str() {
        "helper" => {
            let known = is_codecommit_helper(value) || store_of(value).is_some();
            value.is_empty() || (known && shown_helper(value) == value)
        }
        "usehttppath" | "userhttppath" => is_true(value) || matches!(value, "false" | "no" | "off" | "0"),
        "url" | "pushurl" => {
            let ours = CODECOMMIT.iter().any(|beginning| value.starts_with(beginning));
            // The name of a profile may stand before the @ in the last two.
            ours && (is_plain(value) || value.starts_with("codecommit:")) && !value.contains(['?', '#'])
        }
        _ => false,
    }
}

/// Whether an address names no user.
fn is_plain(address: &str) -> bool {
    !address.contains('@')
}

#[cfg(test)]
mod tests {
    use super::are_harmless;

    #[test]
    fn only_lines_of_which_all_is_known_are_harmless() {
        for lines in [
            "",
            "\n\thelper =\n\thelper = \"!aws --profile 'a b' codecommit credential-helper $@\"\n\tUseHttpPath = true",
            "\thelper = osxkeychain\n",
            "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper = codecommit --profile dev\n",
            "[remote \"origin\"]\n\turl = codecommit://dev@site\n",
            "\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site",
        ] {
            assert!(are_harmless(lines.as_bytes()), "{lines}");
        }
        for lines in [
            "# helper",
            "\thelper = ! PASSWORD=planted aws codecommit credential-helper $@",
            "\thelper = !f() { echo password=planted; }; f",
            "\thelper = store --file planted",
            "\textraHeader = planted",
            "[http]\n\tproxy = planted",
            "[credential \"https://u:planted@git-codecommit.x\"]\n",
            "[url \"https://planted@h\"]\n",
            "\turl = https://u:planted@git-codecommit.us-east-2.amazonaws.com/v1/repos/site",
            "\turl = https://h/planted",
            "\thelper = osxkeychain # planted",
            "\tusername = planted",
            "pl\"anted",
        ] {
            assert!(!are_harmless(lines.as_bytes()), "{lines}");
        }
    }
}
