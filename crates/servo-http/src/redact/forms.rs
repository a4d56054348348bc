//! The forms that a secret takes on its way.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// The least characters of a piece of base64 that is worth to look for.
const SHORTEST_PIECE: usize = 6;

/// Lists the forms of a secret, itself first: percent-encoded as in paths and as in forms, escaped as in JSON, and in
/// base64, alone or inside something longer (`Basic` of user and password).
pub(super) fn of(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        percent_encoded(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        json(secret, false),
        json(secret, true),
        // Some writers of JSON escape the slash, too, which they may (RFC 8259, section 7).
        json(secret, false).replace('/', "\\/"),
        json(secret, true).replace('/', "\\/"),
        STANDARD.encode(secret),
    ];
    forms.extend((0..3).filter_map(|shift| inside_base64(secret.as_bytes(), shift)));
    forms.sort();
    forms.dedup();
    forms
}

/// Encodes everything but unreserved characters (RFC 3986, section 2.3).
fn percent_encoded(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// Escapes as in a string of JSON (RFC 8259, section 7), either what must be or everything that is not ASCII, too.
fn json(secret: &str, is_ascii: bool) -> String {
    secret.chars().fold(String::new(), |mut text, char| {
        match char {
            '"' | '\\' => text.extend(['\\', char]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..' ' => escape_units(&mut text, char),
            _ if is_ascii && !char.is_ascii() => escape_units(&mut text, char),
            _ => text.push(char),
        }
        text
    })
}

fn escape_units(text: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\u{unit:04x}");
    }
}

/// Encodes a secret as it looks where `shift` bytes, modulo three, precede it; without the characters that it shares
/// with its neighbours (RFC 4648, section 4: six bits in each).
fn inside_base64(secret: &[u8], shift: usize) -> Option<String> {
    let shifted: Vec<u8> = std::iter::repeat_n(0, shift).chain(secret.iter().copied()).collect();
    let begin = (shift * 8).div_ceil(6);
    let end = shifted.len() * 8 / 6;
    let piece = STANDARD_NO_PAD.encode(shifted).get(begin..end)?.to_owned();
    (piece.len() >= SHORTEST_PIECE).then_some(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_as_its_format_writes_it() {
        let forms = of("a b/\"é\n+");
        for expected in [
            "a b/\"é\n+",
            "a%20b%2F%22%C3%A9%0A%2B",
            "a+b%2F%22%C3%A9%0A%2B",
            "a b/\\\"é\\n+",
            "a b/\\\"\\u00e9\\n+",
            "a b\\/\\\"é\\n+",
            "YSBiLyLDqQor",
        ] {
            assert!(forms.iter().any(|form| form == expected), "{expected} in {forms:?}");
        }
    }

    #[test]
    fn characters_beyond_the_basic_plane_are_escaped_in_two() {
        assert_eq!(json("\u{1f511}\u{1}", true), "\\ud83d\\udd11\\u0001");
    }

    #[test]
    fn base64_is_found_at_every_offset() {
        for user in ["", "u", "us", "use"] {
            let all = STANDARD.encode(format!("{user}:correct horse:etc"));
            assert!(of("correct horse").iter().any(|form| all.contains(form.as_str())), "{all}");
        }
    }
}
