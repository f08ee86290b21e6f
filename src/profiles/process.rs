//! The command of a `credential_process`, to be run.
//!
//! Deliberately absent: anything that shows it; a secret may stand among its arguments.

use zeroize::Zeroizing;

use super::layout::Layout;
use super::{AwsFile, Both, BrokenFile};
use crate::wizard::names::ProfileName;

/// The words of a profile's `credential_process`, as the AWS CLI splits them (`shlex.split`); `None` where it has none, and where
/// its quotes do not end.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn process_words(
    config: &[u8],
    credentials: &[u8],
    name: &ProfileName,
) -> Result<Option<Zeroizing<Vec<String>>>, BrokenFile> {
    let config = Layout::read(AwsFile::Config, config)?;
    let credentials = Layout::read(AwsFile::Credentials, credentials)?;
    let command = Both::find(&config, &credentials, name).value("credential_process").map(str::to_owned);
    Ok(command.and_then(|command| shlex::split(&Zeroizing::new(command))).map(Zeroizing::new))
}

#[cfg(test)]
mod tests {
    use super::process_words;
    use crate::wizard::names::ProfileName;

    #[test]
    fn words_are_split_as_a_shell_does_and_nothing_is_expanded() {
        let words = |command: &str| {
            let config = format!("[profile a]\ncredential_process = {command}\n");
            let name = ProfileName::parse("a").expect("a name");
            process_words(config.as_bytes(), b"", &name).expect("well-formed").map(|words| words.to_vec())
        };
        let of = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words("/opt/my\\ tool --x '$HOME; y' \"a b\""), of(&["/opt/my tool", "--x", "$HOME; y", "a b"]));
        assert_eq!(words("it's"), None);
    }
}
