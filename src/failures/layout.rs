//! The layouts in which the AWS CLI prints an error, made into the plain one of its first version: one line that says all.
//!
//! Version 1 and 2 print a line; from 2.34 it has a prefix, and details below it; `cli_error_format` makes it JSON or YAML
//! (AWS CLI user guide, structured error output; its `errorformat.py`).
//!
//! Deliberately absent: what any of it means.

/// What AWS CLI 2.34 and later put before every error, even one without words.
const PREFIX: &str = "aws: [ERROR]:";
/// What stands above the details of the layout "enhanced".
const DETAILS: &str = "Additional error details:";

/// The lines without layout, and without those that say nothing.
pub(super) fn plain<'a>(lines: impl Iterator<Item = &'a String>) -> Vec<String> {
    let lines: Vec<&str> = lines.map(|line| line.trim()).collect();
    let mut plain = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if *line == DETAILS {
            at += lines[at..].iter().take_while(|line| line.is_empty() || is_field(line)).count();
        } else if let Some((error, length)) = structured(&lines[at - 1..]) {
            plain.push(error);
            at += length - 1;
        } else {
            plain.push(line.strip_prefix(PREFIX).unwrap_or(line).trim_start().to_owned());
        }
    }
    plain.retain(|line| !["", "{", "}"].contains(&line.as_str()));
    plain
}

/// The error in JSON or YAML that begins here, as one line, and how many lines it takes.
fn structured(lines: &[&str]) -> Option<(String, usize)> {
    let code = json("Code", lines.first()?).or_else(|| yaml("Code", &lines[..1]));
    let Some(code) = code else {
        // A message whose code is not known to be one, such as the only line that was kept.
        return json("Message", lines.first()?).map(|message| (message, 1));
    };
    let rest = &lines[1..];
    if let Some(message) = rest.first().and_then(|line| json("Message", line)) {
        return Some((error(&code, &message), 2));
    }
    // YAML folds long lines.
    let folded =
        rest.iter().skip(1).take_while(|line| !line.is_empty() && !is_field(line) && !super::is_git(line)).count();
    let length = (1 + folded).min(rest.len());
    yaml("Message", &rest[..length]).map(|message| (error(&code, &message), 1 + length))
}

fn error(code: &str, message: &str) -> String {
    format!("An error occurred ({code}): {message}")
}

/// The first line of a text of JSON: what follows is a page of usage.
fn json(name: &str, line: &str) -> Option<String> {
    let text = line.strip_prefix(&format!("\"{name}\": "))?.trim_end_matches(',');
    let text = serde_json::from_str::<String>(text).ok()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}

fn yaml(name: &str, lines: &[&str]) -> Option<String> {
    let first = lines.first()?.strip_prefix(&format!("{name}: "))?;
    let joined = [&[first], &lines[1..]].concat().join(" ");
    let quote = ['\'', '"']
        .into_iter()
        .find(|quote| joined.len() > 1 && joined.starts_with(*quote) && joined.ends_with(*quote));
    Some(match quote {
        Some('\'') => joined[1..joined.len() - 1].replace("''", "'"),
        Some(_) => joined[1..joined.len() - 1].replace("\\ ", "").replace("\\\"", "\""),
        None => joined,
    })
}

/// `Type: Sender`: a name in one word, then something.
fn is_field(line: &str) -> bool {
    let name = line.split_once(": ").map(|(name, _)| name);
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn of(text: &str) -> Vec<String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        plain(lines.iter())
    }

    #[test]
    fn every_layout_says_the_same() {
        let message = "The security token included in the request is expired";
        let whole = format!("An error occurred (ExpiredToken) when calling the AssumeRole operation: {message}");
        let short = format!("An error occurred (ExpiredToken): {message}");
        assert_eq!(of(&format!("\n{whole}\n")), [whole.as_str()]);
        assert_eq!(
            of(&format!("\naws: [ERROR]: {whole}\n\nAdditional error details:\nType: Sender\n")),
            [whole.as_str()]
        );
        let json = format!("{{\n    \"Code\": \"ExpiredToken\",\n    \"Message\": \"{message}\"\n}}");
        assert_eq!(of(&json), [short.as_str()]);
        assert_eq!(of(&format!("Code: ExpiredToken\nMessage: {message}\nType: Sender\n")), [&short, "Type: Sender"]);
        let folded = "Code: ExpiredToken\nMessage: 'The security token\n  included in the request is expired'\n";
        assert_eq!(of(folded), [short.as_str()]);
    }

    #[test]
    fn half_of_an_error_is_read_as_far_as_it_goes() {
        assert_eq!(of("\"Message\": \"only this\""), ["only this"]);
        assert_eq!(of("\"Message\": \"half"), ["\"Message\": \"half"]);
        assert_eq!(of("Code: x"), ["Code: x"]);
        assert_eq!(of("Code: "), ["Code:"]);
        assert_eq!(of("Code: x\nMessage: '"), ["An error occurred (x): '"]);
        assert_eq!(of("Additional error details:"), [""; 0]);
    }
}
