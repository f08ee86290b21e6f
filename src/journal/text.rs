//! Bytes in JSON: text where they are text, else in hex.
//!
//! Deliberately absent: what they mean.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes as they are written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes { hex: String },
}

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Written::Text(text.to_owned()),
        Err(_) => Written::Bytes { hex: hex::encode(bytes) },
    }
    .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Text(text) => Ok(text.into_bytes()),
        Written::Bytes { hex } => hex::decode(hex).map_err(serde::de::Error::custom),
    }
}
