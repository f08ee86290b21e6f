//! Access keys and identifiers in the forms that AWS gives them, made from the system's randomness.
//!
//! Deliberately absent: anything fixed. No secret of a sandbox is good for another.

use rustls::crypto::ring;

use super::SandboxError;
use crate::wizard::secret::Secret;

const LETTERS_AND_DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// An access key ID: `AKIA`, or `ASIA` for a temporary one, and 16 letters and digits.
pub(super) fn key_id(kind: &str) -> Result<String, SandboxError> {
    Ok(format!("{kind}{}", text(LETTERS_AND_DIGITS, 16)?))
}

/// The identifier of a user (`AIDA`) or of a group (`AGPA`), with 17 letters and digits.
pub(super) fn entity_id(kind: &str) -> Result<String, SandboxError> {
    Ok(format!("{kind}{}", text(LETTERS_AND_DIGITS, 17)?))
}

/// A secret access key: 40 characters.
pub(super) fn secret_key() -> Result<Secret, SandboxError> {
    text(BASE64, 40).map(Secret::new)
}

/// A password of static Git credentials: 44 characters, with those among them that need quoting in a URL.
pub(super) fn git_password() -> Result<Secret, SandboxError> {
    Ok(Secret::new(format!("{}+/=", text(BASE64, 41)?)))
}

/// A session token: a few hundred characters, with those among them that need quoting in a URL.
pub(super) fn session_token() -> Result<Secret, SandboxError> {
    Ok(Secret::new(format!("IQoJb3JpZ2luX2VjE{}+/==", text(BASE64, 320)?)))
}

/// A random UUID, as repositories and requests have.
pub(super) fn uuid() -> Result<String, SandboxError> {
    let digits = hex::encode(bytes::<16>()?);
    Ok(format!("{}-{}-4{}-a{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..]))
}

fn text(alphabet: &[u8], length: usize) -> Result<String, SandboxError> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Both alphabets divide 256 evenly, so that no character is likelier than another.
        let letters = bytes::<64>()?.map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]));
        text.extend(letters.iter().take(length - text.len()));
    }
    Ok(text)
}

fn bytes<const N: usize>() -> Result<[u8; N], SandboxError> {
    let mut bytes = [0; N];
    ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| SandboxError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_and_identifiers_have_the_forms_of_aws() {
        let id = super::key_id("AKIA").expect("randomness");
        assert!(id.len() == 20 && id.chars().all(|c| matches!(c, 'A'..='Z' | '2'..='7')), "{id}");
        assert_eq!(super::secret_key().expect("randomness").expose().len(), 40);
        assert_ne!(super::secret_key().expect("randomness"), super::secret_key().expect("randomness"));
        let uuid = super::uuid().expect("randomness");
        assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{uuid}");
    }
}
