//! A secret, and what is left of it when a format has written it in its own way or has cut it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The length of the pieces that are looked for, in bytes.
const PIECE: usize = 12;

/// What is looked for.
pub(super) struct Needle {
    secret: String,
    pieces: Vec<String>,
}

impl Needle {
    /// Makes the needle of a secret: beginning and end of it in lower case, and all of it percent-encoded and in base64,
    /// wherever in something longer it stands.
    pub(super) fn of(secret: &str) -> Self {
        let secret = secret.trim().to_owned();
        let encoded: String =
            secret
                .bytes()
                .map(|byte| {
                    if byte.is_ascii_alphanumeric() {
                        char::from(byte).into()
                    } else {
                        format!("%{byte:02X}")
                    }
                })
                .collect();
        let mut pieces: Vec<String> = [&secret, &encoded].iter().flat_map(|text| ends(text)).collect();
        for (shift, engine) in (0..3).flat_map(|shift| [(shift, &STANDARD_NO_PAD), (shift, &URL_SAFE_NO_PAD)])
        {
            // The first and the last group share bits with their neighbours.
            let shifted = engine.encode([&b"xxx"[..shift], secret.as_bytes()].concat());
            pieces.push(shifted.get(4..4 + PIECE).unwrap_or(&shifted).to_owned());
        }
        Self { secret, pieces: pieces.into_iter().map(|piece| piece.to_ascii_lowercase()).collect() }
    }

    /// Asserts that no piece of it is in a text.
    pub(super) fn is_nowhere_in(&self, what: &str, text: &str) {
        for line in text.lines() {
            let lower = line.to_ascii_lowercase();
            let found = self.pieces.iter().find(|piece| lower.contains(piece.as_str()));
            assert!(found.is_none(), "{:?} of {} in {what}:\n{line}", found.unwrap(), self.secret);
        }
    }
}

fn ends(text: &str) -> [String; 2] {
    let end = text.len().saturating_sub(PIECE);
    [text.get(..PIECE).unwrap_or(text).to_owned(), text.get(end..).unwrap_or(text).to_owned()]
}

#[test]
fn a_needle_is_found_in_every_form() {
    let secret = super::canary("needle");
    for text in [
        secret.clone(),
        format!("a {} b", secret.get(..14).unwrap()),
        "https://x/?CANARY%2Dneedle%2D3f9a".to_owned(),
        STANDARD_NO_PAD.encode(format!("user:{secret}:x")),
        URL_SAFE_NO_PAD.encode(format!("us:{secret}")),
        STANDARD_NO_PAD.encode(&secret),
    ] {
        let looked = std::panic::catch_unwind(|| Needle::of(&secret).is_nowhere_in("a text", &text));
        assert!(looked.is_err(), "{text}");
    }
    Needle::of(&secret).is_nowhere_in("a text", "[REDACTED]");
}
