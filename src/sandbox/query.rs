//! The query protocol of STS and IAM: parameters in a form, answers in XML.
//!
//! Deliberately absent: what the operations mean.

use std::fmt::Write as _;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{account::AccessKey, api::Refusal};

/// The parameters of a call in the query protocol.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
            let (first, rest) = name.split_at(1);
            let member = first.to_ascii_lowercase() + rest;
            invalid(&format!("Value null at '{member}' failed to satisfy constraint: Member must not be null"))
        })
    }

    /// The members of a list.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|number| self.text(&format!("{name}.member.{number}"))).collect()
    }
}

/// An XML element around text.
pub(super) fn element(name: &str, text: &str) -> String {
    let mut xml = format!("<{name}>");
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            // XML has no way to write them, and no name that AWS accepts has them.
            c if c.is_control() => xml.push('\u{fffd}'),
            c => xml.push(c),
        }
    }
    let _ = write!(xml, "</{name}>");
    xml
}

/// An XML element around elements.
pub(super) fn around(name: &str, elements: &str) -> String {
    format!("<{name}>{elements}</{name}>")
}

/// The refusal of what cannot be right, whoever asks.
pub(super) fn invalid(what: &str) -> Refusal {
    Refusal::new(400, "ValidationError", format!("1 validation error detected: {what}"))
}

/// A moment, to the second.
pub(super) fn date(moment: OffsetDateTime) -> String {
    moment.replace_nanosecond(0).unwrap_or(moment).format(&Rfc3339).unwrap_or_default()
}

/// A temporary key as STS hands it out.
pub(super) fn credentials(key: &AccessKey) -> String {
    let (token, expires) = key.session.as_ref().map_or(("", String::new()), |(token, at)| (token.expose(), date(*at)));
    let elements = [
        element("AccessKeyId", &key.id),
        element("SecretAccessKey", key.secret.expose()),
        element("SessionToken", token),
        element("Expiration", &expires),
    ];
    around("Credentials", &elements.concat())
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_cannot_break_out_of_its_element() {
        assert_eq!(super::element("A", "<b>&\u{1b}"), "<A>&lt;b&gt;&amp;\u{fffd}</A>");
    }
}
