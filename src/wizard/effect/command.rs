//! A request as the command that a person would type.
//!
//! Deliberately absent: commands of the guide; the steps name those.

use super::Request;

impl Request {
    /// The command that a person would type for it, where it is a program in the terminal.
    pub fn command(&self) -> Option<String> {
        let Self::RunInTerminal { program, arguments } = self else { return None };
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let words = arguments.iter().map(|word| crate::gitconfig::shell_quoted(word));
        Some(std::iter::once(name.into_owned()).chain(words).collect::<Vec<_>>().join(" "))
    }
}
