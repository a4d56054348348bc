//! From a token to the header that carries it: section 3.2 of the specification.

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

/// How a token begins that has a header of its own.
const SF_PREFIX: &str = "X-SF-Token";

/// The header of tokens that begin with [`SF_PREFIX`].
const SF_HEADER: HeaderName = HeaderName::from_static("x-sf-token");

/// What a token holds that is the whole value of `Authorization`.
const BEARER: &str = "Bearer";

/// A header with a credential; its value is marked as sensitive.
pub(super) type Header = (HeaderName, HeaderValue);

/// Why a token cannot be sent; never shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadToken {
    /// There is nothing but white space, or nothing behind the prefix.
    #[error("is empty")]
    Empty,
    /// Not what a header's value is made of (RFC 9110, section 5.5).
    #[error("has a character that no header can carry, such as a line break")]
    Character,
}

/// Returns the header for a token; white space around it is ignored.
///
/// What begins with `X-SF-Token` goes, without that and the one character that follows, into the header of this
/// name; what holds `Bearer` is the value of `Authorization` as it is; anything else becomes a bearer token.
pub(super) fn of_token(token: &str) -> Result<Header, BadToken> {
    let token = token.trim();
    if let Some(rest) = token.strip_prefix(SF_PREFIX) {
        return Ok((SF_HEADER, sensitive(after_one(rest))?));
    }
    if token.contains(BEARER) {
        return if token == BEARER { Err(BadToken::Empty) } else { Ok((AUTHORIZATION, sensitive(token)?)) };
    }
    bearer(token)
}

/// Returns the header for an access token of the type `bearer` (RFC 6750, section 2.1).
pub(super) fn bearer(token: &str) -> Result<Header, BadToken> {
    let token = token.trim();
    if token.is_empty() {
        return Err(BadToken::Empty);
    }
    Ok((AUTHORIZATION, sensitive(&format!("{BEARER} {token}"))?))
}

/// Returns what must never be shown of a token: all of it, and what is left without its prefix.
pub(super) fn secrets(token: &str) -> Vec<&str> {
    let token = token.trim();
    let bare = match token.strip_prefix(SF_PREFIX) {
        Some(rest) => after_one(rest),
        None => token.split_once(BEARER).map_or(token, |(_, rest)| rest.trim()),
    };
    [token, bare].into_iter().filter(|secret| !secret.is_empty()).collect()
}

/// The text without its first character and the white space around it.
fn after_one(text: &str) -> &str {
    let mut rest = text.chars();
    rest.next();
    rest.as_str().trim()
}

fn sensitive(text: &str) -> Result<HeaderValue, BadToken> {
    if text.is_empty() {
        return Err(BadToken::Empty);
    }
    // The type takes any byte over 127, too; what a server makes of them differs.
    if !text.is_ascii() {
        return Err(BadToken::Character);
    }
    let mut value = HeaderValue::from_str(text).map_err(|_| BadToken::Character)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(token: &str) -> String {
        match of_token(token) {
            Ok((name, value)) => {
                assert!(value.is_sensitive());
                format!("{name}: {}", value.to_str().unwrap())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tokens_become_headers() {
        // The first three are section 13.5 of the specification.
        for (token, header) in [
            ("X-SF-Token abc", "x-sf-token: abc"),
            ("Bearer abc", "authorization: Bearer abc"),
            ("abc", "authorization: Bearer abc"),
            ("  abc\n", "authorization: Bearer abc"),
            ("X-SF-Token: abc", "x-sf-token: abc"),
            ("X-SF-Token=abc=", "x-sf-token: abc="),
            ("X-SF-Token   abc  ", "x-sf-token: abc"),
            ("X-SF-Token Bearer abc", "x-sf-token: Bearer abc"),
            ("x-sf-token abc", "authorization: Bearer x-sf-token abc"),
            ("Token Bearer abc", "authorization: Token Bearer abc"),
            ("bearer abc", "authorization: Bearer bearer abc"),
            ("", "is empty"),
            (" \r\n\t", "is empty"),
            ("Bearer ", "is empty"),
            ("X-SF-Token", "is empty"),
            ("X-SF-Token ", "is empty"),
            ("X-SF-Tokené", "is empty"),
            ("abc\ndef", "has a character that no header can carry, such as a line break"),
            ("X-SF-Token a\0b", "has a character that no header can carry, such as a line break"),
            ("Bearer ключ", "has a character that no header can carry, such as a line break"),
        ] {
            assert_eq!(shown(token), header, "{token:?}");
        }
    }

    #[test]
    fn what_must_not_be_shown_of_a_token_is_known_with_and_without_its_prefix() {
        assert_eq!(secrets(" X-SF-Token abc\n"), ["X-SF-Token abc", "abc"]);
        assert_eq!(secrets("Bearer abc"), ["Bearer abc", "abc"]);
        assert_eq!(secrets("abc"), ["abc", "abc"]);
        assert_eq!(secrets("Bearer"), ["Bearer"]);
        assert!(secrets(" ").is_empty());
    }

    proptest! {
        #[test]
        fn a_header_ends_with_what_must_not_be_shown(token in any::<String>()) {
            if let Ok((_, value)) = of_token(&token) {
                let value = value.to_str().unwrap();
                prop_assert!(secrets(&token).iter().any(|secret| value.ends_with(secret)));
            }
        }

        #[test]
        fn any_word_is_a_bearer_token(token in "[a-z0-9._~+/=-]{1,100}") {
            prop_assert_eq!(shown(&token), format!("authorization: Bearer {token}"));
        }
    }
}
