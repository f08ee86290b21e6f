//! The program behind a credential helper's value.
//!
//! Deliberately absent: finding it.

/// The program that git would run for the value of a credential helper: the first word of a shell command (`!aws …`) or of an
/// absolute path, or `git-credential-NAME`; `None` where a shell would have to be asked.
pub fn helper_program(value: &str) -> Option<String> {
    match value.strip_prefix('!') {
        Some(command) => first_word(command),
        None if value.starts_with('/') => first_word(value),
        None => first_word(value).map(|name| format!("git-credential-{name}")),
    }
}

/// The first word that names a program, as a POSIX shell reads it.
fn first_word(command: &str) -> Option<String> {
    let mut rest = command;
    loop {
        let (word, after) = word(rest)?;
        let name = word.split_once('=').map(|(name, _)| name);
        let assignment = name.is_some_and(|name| {
            !name.starts_with(|c: char| c.is_ascii_digit())
                && !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !assignment && word != "exec" {
            return Some(word);
        }
        rest = after;
    }
}

/// One word without its quotes, and what follows it; `None` when it is not plain text.
fn word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\n']);
    let (mut word, mut quote) = (String::new(), None);
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (None, ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>') => {
                return Some((word, &text[at..])).filter(|(word, _)| !word.is_empty());
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (None | Some('"'), '$' | '`') | (None, '(' | ')' | '{' | '}' | '*' | '?' | '[' | '#') => return None,
            (None | Some('"'), '\\') => word.push(characters.next()?.1),
            (None | Some(_), _) => word.push(c),
        }
    }
    Some((word, "")).filter(|(word, _)| quote.is_none() && !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::helper_program;

    #[test]
    fn the_first_word_is_the_program() {
        for (value, program) in [
            ("osxkeychain", Some("git-credential-osxkeychain")),
            ("cache --timeout=5", Some("git-credential-cache")),
            ("!aws --profile 'dev one' codecommit credential-helper $@", Some("aws")),
            ("! AWS_PROFILE='a b' exec aws codecommit", Some("aws")),
            ("!'/opt/my tools/it'\\''s' get", Some("/opt/my tools/it's")),
            ("!\"/opt/a b\"/c;true", Some("/opt/a b/c")),
            ("/usr/lib/git-credential\\ x --y", Some("/usr/lib/git-credential x")),
            ("!f() { echo; }; f", None),
            ("!$HOME/x", None),
            ("!\"$(x)\"", None),
            ("!'open", None),
            ("!", None),
            ("", None),
        ] {
            assert_eq!(helper_program(value).as_deref(), program, "{value}");
        }
    }
}
