//! A command for a shell in lines of a width: pasted back, they are the same command.
//!
//! Deliberately absent: knowing any command; only its quotes and blanks count.

use unicode_width::UnicodeWidthChar;

use super::text::width;

/// The lines of a command. It goes on after a blank between its words, with a backslash; a word that is too long for a line
/// goes on in its middle, at the very beginning of the next one.
pub(super) fn lines(command: &str, columns: usize) -> Vec<String> {
    // A blank and a backslash, or a quote and a backslash, have to fit behind it.
    let room = columns.saturating_sub(3).max(8);
    let mut lines = Vec::new();
    let mut line = String::from("  ");
    for (place, word) in words(command).iter().enumerate() {
        if place > 0 && width(&line) + 1 + width(word) > room {
            lines.push(format!("{line} \\"));
            line = String::from("    ");
        } else if place > 0 {
            line.push(' ');
        }
        let mut within = Within::default();
        for c in word.chars() {
            if width(&line) + c.width().unwrap_or(0) > room && !within.escaped {
                let quote = if within.quote == Some('\'') { "'" } else { "" };
                lines.push(format!("{line}{quote}\\"));
                line = String::from(quote);
            }
            line.push(c);
            within.take(c);
        }
    }
    lines.push(line);
    lines
}

/// The words of a command as they are written, parted by the blanks that a shell parts them at.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut within = Within::default();
    for c in command.chars() {
        if c == ' ' && within == Within::default() {
            words.push(std::mem::take(&mut word));
        } else {
            within.take(c);
            word.push(c);
        }
    }
    words.push(word);
    words
}

/// What the next character stands in.
#[derive(Default, PartialEq, Eq)]
struct Within {
    quote: Option<char>,
    /// Whether a backslash comes right before it.
    escaped: bool,
}

impl Within {
    fn take(&mut self, c: char) {
        let escaped = std::mem::take(&mut self.escaped);
        match (self.quote, c) {
            _ if escaped => {}
            (None | Some('"'), '\\') => self.escaped = true,
            (None, '\'' | '"') => self.quote = Some(c),
            (Some(quote), c) if quote == c => self.quote = None,
            (Some(_) | None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::lines;

    #[test]
    fn a_shell_reads_the_lines_as_the_same_words() {
        let commands = [
            "git clone https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo ~/src/'My Demo'",
            r"git config --global credential.helper '!aws --profile '\''a  b'\'' codecommit credential-helper $@'",
            r#"echo "a \" b   c" d\ e '' "'" x"#,
            "aws iam attach-user-policy --user-name ann --policy-arn arn:aws:iam::aws:policy/AWSCodeCommitPowerUser",
        ];
        let read = |command: &str| {
            let script = format!("printf '<%s>' {command}");
            Command::new("sh").args(["-c", &script]).env("HOME", "/home/ann").output().unwrap().stdout
        };
        for command in commands {
            for columns in 12..90 {
                let shown = lines(command, columns);
                assert!(shown.iter().all(|line| line.len() < columns), "{columns}: {shown:#?}");
                assert_eq!(read(&shown.join("\n")), read(command), "{columns}: {shown:#?}");
            }
        }
    }
}
