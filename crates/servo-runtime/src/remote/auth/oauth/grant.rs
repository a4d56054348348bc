//! What is said to a token endpoint and what it answers: RFC 6749, sections 2.3.1, 4.4, 5.1 and appendix B.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::form_urlencoded;

use crate::remote::auth::header::{self, Header};

/// The body of the request.
pub(super) const BODY: &str = "grant_type=client_credentials";

/// How long a token is used whose answer does not say how long it may be.
const ASSUMED_LIFE: Duration = Duration::from_hours(1);

/// The longest life that is believed.
const LONGEST_LIFE: Duration = Duration::from_hours(366 * 24);

/// A token, issued.
#[derive(Debug)]
pub(super) struct Grant {
    /// The header that carries it.
    pub(super) header: Header,
    /// How long it may be used.
    pub(super) life: Duration,
}

/// The client's own credentials, as it sends them.
pub(super) struct ClientHeader {
    /// The value of `Authorization`.
    pub(super) value: HeaderValue,
    /// What must not be shown: the secret, its form in a URL, and both with the id in Base64.
    pub(super) secrets: Vec<SecretString>,
}

impl ClientHeader {
    /// Makes the value of `Authorization` for a client (section 2.3.1).
    pub(super) fn new(id: &str, secret: &SecretString) -> Self {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let encoded = encode(secret.expose_secret());
        let pair = BASE64.encode(format!("{}:{encoded}", encode(id)));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).expect("Base64 is made of letters");
        value.set_sensitive(true);
        Self { value, secrets: vec![secret.clone(), encoded.into(), pair.into()] }
    }
}

/// Returns the access token in an answer, of whatever type it is, so that it can be kept out of sight.
pub(super) fn access_token(answer: &Value) -> Option<&str> {
    answer.get("access_token").and_then(Value::as_str).map(str::trim).filter(|token| !token.is_empty())
}

impl Grant {
    /// Reads the answer of a token endpoint (section 5.1). A type that is absent counts as `bearer`, and a life that
    /// cannot be read as absent, since the token can be used all the same.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without any value.
    pub(super) fn parse(answer: &Value) -> Result<Self, String> {
        if !answer.is_object() {
            return Err("expected a JSON object".to_owned());
        }
        let token = access_token(answer).ok_or("it has no `access_token`")?;
        let is_bearer = match answer.get("token_type") {
            None | Some(Value::Null) => true,
            Some(Value::String(kind)) => kind.eq_ignore_ascii_case("bearer"),
            Some(_) => false,
        };
        if !is_bearer {
            return Err("its `token_type` is not `bearer`".to_owned());
        }
        let header = header::bearer(token).map_err(|wrong| format!("its `access_token` {wrong}"))?;
        Ok(Self { header, life: life(answer.get("expires_in")) })
    }
}

fn life(written: Option<&Value>) -> Duration {
    let seconds = match written {
        Some(Value::Number(seconds)) => seconds.as_f64(),
        Some(Value::String(seconds)) => seconds.trim().parse::<f64>().ok(),
        _ => None,
    };
    match seconds {
        Some(seconds) if !seconds.is_nan() => {
            Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_LIFE.as_secs_f64()))
        }
        _ => ASSUMED_LIFE,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_client_is_encoded_as_a_form_before_it_is_encoded_as_base64() {
        let header = ClientHeader::new("svc:a b", &"p+ss/w%rd ü:".into());
        assert!(header.value.is_sensitive());
        let sent = header.value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        let pair = String::from_utf8(BASE64.decode(sent).unwrap()).unwrap();
        assert_eq!(pair, "svc%3Aa+b:p%2Bss%2Fw%25rd+%C3%BC%3A");
        let secrets: Vec<&str> = header.secrets.iter().map(SecretString::expose_secret).collect();
        assert_eq!(secrets, ["p+ss/w%rd ü:", "p%2Bss%2Fw%25rd+%C3%BC%3A", sent]);
    }

    #[test]
    fn an_answer_is_a_token_and_its_life() {
        for (answer, seconds) in [
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": 3599}), 3599),
            (json!({"access_token": "abc", "token_type": "bearer", "expires_in": "300"}), 300),
            (json!({"access_token": "abc", "token_type": "BEARER", "expires_in": 0}), 0),
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": -5}), 0),
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": 1e300}), 366 * 24 * 3600),
            (json!({"access_token": "abc", "token_type": "Bearer"}), 3600),
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": null}), 3600),
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": "NaN"}), 3600),
            (json!({"access_token": "abc", "token_type": "Bearer", "expires_in": "soon", "scope": ""}), 3600),
            (json!({"access_token": " abc ", "token_type": null}), 3600),
        ] {
            let grant = Grant::parse(&answer).unwrap();
            assert_eq!(grant.life, Duration::from_secs(seconds), "{answer}");
            assert_eq!(grant.header, (http::header::AUTHORIZATION, HeaderValue::from_static("Bearer abc")));
            assert!(grant.header.1.is_sensitive());
        }
    }

    #[test]
    fn an_answer_that_is_no_token_is_refused_without_showing_it() {
        for (answer, said) in [
            (json!("canary"), "expected a JSON object"),
            (json!(["canary"]), "expected a JSON object"),
            (json!({"error": "canary"}), "it has no `access_token`"),
            (json!({"access_token": 7, "token_type": "Bearer"}), "it has no `access_token`"),
            (json!({"access_token": "  ", "token_type": "Bearer"}), "it has no `access_token`"),
            (json!({"access_token": "canary", "token_type": "mac"}), "its `token_type` is not `bearer`"),
            (json!({"access_token": "canary", "token_type": 1}), "its `token_type` is not `bearer`"),
            (
                json!({"access_token": "cana\nry", "token_type": "Bearer"}),
                "its `access_token` has a character that no header can carry, such as a line break",
            ),
        ] {
            assert_eq!(Grant::parse(&answer).unwrap_err(), said, "{answer}");
        }
    }

    proptest! {
        #[test]
        fn any_life_is_finite(seconds in any::<f64>(), text in any::<String>()) {
            prop_assert!(life(Some(&json!(seconds))) <= LONGEST_LIFE);
            prop_assert!(life(Some(&json!(seconds.to_string()))) <= LONGEST_LIFE);
            prop_assert!(life(Some(&json!(text))) <= LONGEST_LIFE);
        }

        #[test]
        fn any_client_can_be_sent(id in any::<String>(), secret in any::<String>()) {
            let value = ClientHeader::new(&id, &secret.into()).value;
            prop_assert!(value.to_str().is_ok());
        }
    }
}
