//! Signatures as AWS checks them: of API requests (Signature Version 4) and of git passwords.
//!
//! It shares no line with the code that signs, so that each proves the other.
//! Deliberately absent: presigned URLs, chunked payloads and asymmetric signatures.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};
use time::{
    Duration, OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description,
};

/// `20260102T030405`.
const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]");

/// The `Authorization` header of a signed API request.
#[derive(Debug)]
pub(super) struct Authorization {
    pub(super) key_id: String,
    pub(super) region: String,
    /// The signing name of the service: `sts`, `iam`, `codecommit`.
    pub(super) service: String,
    date: String,
    signed_headers: String,
    signature: Vec<u8>,
}

impl Authorization {
    /// Reads `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=…, Signature=…`.
    pub(super) fn parse(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("AWS4-HMAC-SHA256")?;
        let part = |name: &str| {
            value.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let credential = part("Credential")?;
        let [key_id, date, region, service, "aws4_request"] = credential.split('/').collect::<Vec<_>>()[..] else {
            return None;
        };
        Some(Self {
            key_id: key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: part("SignedHeaders")?,
            signature: hex::decode(part("Signature")?).ok()?,
        })
    }

    /// Whether the request was signed with this secret, and all of what was signed arrived as it was.
    pub(super) fn is_of(&self, secret: &str, request: &Parts, body: &[u8]) -> bool {
        let Some(timestamp) = request.headers.get("x-amz-date").and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        // A signature that leaves the host or the date open could be replayed elsewhere or later.
        if !timestamp.starts_with(&self.date) || !names.contains(&"host") || !names.contains(&"x-amz-date") {
            return false;
        }
        let mut canonical =
            format!("{}\n{}\n{}\n", request.method, request.uri.path(), canonical_query(request.uri.query()));
        for name in names {
            let values: Vec<String> = request.headers.get_all(name).iter().map(canonical_value).collect();
            canonical.push_str(&format_args!("{name}:{}\n", values.join(",")).to_string());
        }
        canonical.push_str(&format_args!("\n{}\n{}", self.signed_headers, hex_digest(body)).to_string());
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{timestamp}\n{}/{}/{}/aws4_request\n{}",
            self.date,
            self.region,
            self.service,
            hex_digest(canonical.as_bytes())
        );
        is_signature(secret, [&self.date, &self.region, &self.service], &to_sign, &self.signature)
    }
}

/// The moment at which a request says that it was signed.
pub(super) fn signing_time(headers: &HeaderMap) -> Option<OffsetDateTime> {
    timestamp(headers.get("x-amz-date")?.to_str().ok()?.strip_suffix('Z')?)
}

/// What is wrong with the git password of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadPassword {
    /// It is no `YYYYMMDDTHHMMSSZ` and 64 hex digits, or another secret, host, path or region made it.
    Wrong,
    /// It is older, or newer, than 15 minutes.
    OutOfTime,
}

/// Checks a git password: `timestamp`, `Z`, signature, where the signature covers the path and the host.
pub(super) fn check_password(
    password: &str,
    secret: &str,
    [region, host, path]: [&str; 3],
    now: OffsetDateTime,
) -> Result<(), BadPassword> {
    let (stamp, signature) = password.split_once('Z').ok_or(BadPassword::Wrong)?;
    let signed_at = timestamp(stamp).ok_or(BadPassword::Wrong)?;
    let signature = hex::decode(signature).map_err(|_| BadPassword::Wrong)?;
    let date = &stamp[..8];
    let to_sign = password_to_sign([region, host, path], stamp);
    if !is_signature(secret, [date, region, "codecommit"], &to_sign, &signature) {
        return Err(BadPassword::Wrong);
    }
    if (now - signed_at).abs() > Duration::minutes(15) {
        return Err(BadPassword::OutOfTime);
    }
    Ok(())
}

/// A git password as it was made from a secret at some moment, for those that are kept too long.
pub(super) fn password(secret: &str, [region, host, path]: [&str; 3], when: OffsetDateTime) -> String {
    let stamp = stamp(when);
    let stamp = stamp.trim_end_matches('Z');
    let to_sign = password_to_sign([region, host, path], stamp);
    let signature = signing([stamp.get(..8).unwrap_or_default(), region, "codecommit"], secret, &to_sign).finalize();
    format!("{stamp}Z{}", hex::encode(signature.into_bytes()))
}

fn password_to_sign([region, host, path]: [&str; 3], stamp: &str) -> String {
    let canonical = hex_digest(format!("GIT\n{path}\n\nhost:{host}\n\nhost\n").as_bytes());
    let date = stamp.get(..8).unwrap_or_default();
    format!("AWS4-HMAC-SHA256\n{stamp}\n{date}/{region}/codecommit/aws4_request\n{canonical}")
}

/// A moment as AWS writes it in its messages about time: `20260102T030405Z`.
pub(super) fn stamp(moment: OffsetDateTime) -> String {
    moment.format(TIMESTAMP).map(|text| format!("{text}Z")).unwrap_or_default()
}

fn timestamp(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, TIMESTAMP).ok().map(PrimitiveDateTime::assume_utc)
}

fn is_signature(secret: &str, scope: [&str; 3], to_sign: &str, signature: &[u8]) -> bool {
    signing(scope, secret, to_sign).verify_slice(signature).is_ok()
}

fn signing(scope: [&str; 3], secret: &str, to_sign: &str) -> Hmac<Sha256> {
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in scope.into_iter().chain(["aws4_request"]) {
        key = mac(&key, part).finalize().into_bytes().to_vec();
    }
    mac(&key, to_sign)
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

fn hex_digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Sorted parameters; they arrive encoded as AWS wants them.
fn canonical_query(query: Option<&str>) -> String {
    let mut parameters: Vec<String> = query
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| if parameter.contains('=') { parameter.to_owned() } else { format!("{parameter}=") })
        .collect();
    parameters.sort();
    parameters.join("&")
}

fn canonical_value(value: &http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Authorization, BadPassword, OffsetDateTime, Parts, check_password, password, timestamp};

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const PASSWORD: &str = "20260102T030405Za65e1c7316c46466c73a462eb9fd7d4d94742a4d4f77bb5d51ac08f2531191a5";
    const SIGNED: [&str; 3] = ["us-east-1", "git-codecommit.us-east-1.amazonaws.com", "/v1/repos/MyDemoRepo"];

    fn at(text: &str) -> OffsetDateTime {
        timestamp(text).expect("a timestamp")
    }

    #[test]
    fn the_password_of_the_aws_cli_is_accepted_for_a_quarter_of_an_hour() {
        for moment in ["20260102T030405", "20260102T031905", "20260102T024905"] {
            assert_eq!(check_password(PASSWORD, SECRET, SIGNED, at(moment)), Ok(()), "{moment}");
        }
        for moment in ["20260102T031906", "20260102T024904", "20270102T030405"] {
            assert_eq!(check_password(PASSWORD, SECRET, SIGNED, at(moment)), Err(BadPassword::OutOfTime), "{moment}");
        }
    }

    #[test]
    fn a_password_that_was_kept_is_one_that_the_aws_cli_made() {
        assert_eq!(password(SECRET, SIGNED, at("20260102T030405")), PASSWORD);
    }

    #[test]
    fn a_password_is_good_for_one_secret_host_path_and_region() {
        let now = at("20260102T030405");
        let [region, host, path] = SIGNED;
        assert_eq!(check_password(PASSWORD, "another", SIGNED, now), Err(BadPassword::Wrong));
        for other in [["us-east-2", host, path], [region, "example.com", path], [region, host, "/v1/repos/MyDemoRepo/"]]
        {
            assert_eq!(check_password(PASSWORD, SECRET, other, now), Err(BadPassword::Wrong), "{other:?}");
        }
        for text in ["", "Z", "20260102T030405Z", "20260102T030405Zzz", "ééééééééZ00", "20260102T030405"] {
            assert_eq!(check_password(text, SECRET, SIGNED, now), Err(BadPassword::Wrong), "{text}");
        }
    }

    /// The worked example of the AWS documentation (Signature Version 4, `ListUsers`).
    fn signed_request(query: &str, signed_headers: &str) -> Parts {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders={signed_headers}, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
        let request = http::Request::get(format!("/?{query}"))
            .header("content-type", "application/x-www-form-urlencoded;  charset=utf-8 ")
            .header("host", "iam.amazonaws.com")
            .header("x-amz-date", "20150830T123600Z")
            .header("authorization", authorization);
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn a_request_is_believed_only_as_it_was_signed() {
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        const HEADERS: &str = "content-type;host;x-amz-date";
        let believed = |query: &str, headers: &str, secret: &str, body: &[u8]| {
            let request = signed_request(query, headers);
            Authorization::parse(&request.headers).is_some_and(|it| it.is_of(secret, &request, body))
        };
        let query = "Version=2010-05-08&Action=ListUsers";
        assert!(believed(query, HEADERS, SECRET, b""));
        assert!(!believed(query, HEADERS, "another", b""));
        assert!(!believed(query, HEADERS, SECRET, b"more"));
        assert!(!believed("Action=DeleteUser&Version=2010-05-08", HEADERS, SECRET, b""));
        assert!(!believed(query, "host;x-amz-date", SECRET, b""));
        assert!(!believed(query, "content-type", SECRET, b""));
    }
}
