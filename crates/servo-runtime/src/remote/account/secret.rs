//! Secrets as they are written, and tokens as they can be sent.

use std::fmt;
use std::path::Path;

use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use servo_core::Result;

use super::Token;
use super::given::Given;

/// Why a text is no token. No message holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is empty, or only white space.
    #[error("the token is empty")]
    Empty,
    /// It cannot stand in a header.
    #[error("the token holds a line break or another character that a header cannot carry")]
    Character,
    /// It is the name of a scheme, without the credentials behind it.
    #[error("the token is only the name of a scheme, with nothing behind it")]
    Bare,
}

/// Reads the text of a token: white space around it does not count, and what is left is printable ASCII.
///
/// # Errors
///
/// The text cannot be sent as a token.
pub fn token_text(text: &str) -> Result<SecretString, TokenError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TokenError::Empty);
    }
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(TokenError::Character);
    }
    if ["X-SF-Token", "Bearer"].contains(&text) {
        return Err(TokenError::Bare);
    }
    Ok(text.to_owned().into())
}

/// The token of a text.
pub(super) fn token(given: &Given) -> Result<Token> {
    let text = token_text(&given.text);
    text.map(Token::Value)
        .map_err(|error| given.wrong(error).with_help("copy the token again, whole and on one line"))
}

/// The token of a file, whose relative path starts at `base`.
pub(super) fn token_file(given: &Given, base: &Path) -> Result<Token> {
    if given.text.is_empty() {
        return Err(given.wrong("the path is empty").with_help("name a file that holds the token alone"));
    }
    Ok(Token::File(base.join(&given.text)))
}

/// A secret as written in a document. No error of reading it repeats the value.
#[derive(Clone)]
pub(super) struct Written(pub(super) String);

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written")
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOnly)
    }
}

struct TextOnly;

/// What is told of a secret that is no text.
const NOT_TEXT: &str = "expected text: quote the secret";

impl<'de> Visitor<'de> for TextOnly {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Written, E> {
        Ok(Written(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Written, E> {
        Ok(Written(text))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Written, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Written, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Written, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Written, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Written, A::Error> {
        Err(A::Error::custom(NOT_TEXT))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Written, A::Error> {
        Err(A::Error::custom(NOT_TEXT))
    }
}
