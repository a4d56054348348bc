//! What a check is known by: short, lower case, and the same in every run.

use std::fmt::Write as _;

use blake2::digest::consts::U4;
use blake2::{Blake2b, Digest as _};

/// Returns the id of a check that was given none: the `BLAKE2b` digest of its name, four bytes in
/// hexadecimal.
///
/// ```
/// assert_eq!(servo_core::check::automatic_id("Ensure adequate resources"), "c272d5e0");
/// ```
pub fn automatic(name: &str) -> String {
    Blake2b::<U4>::digest(name.as_bytes()).iter().fold(String::with_capacity(8), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Returns true where the text can be an id.
pub(super) fn is_valid(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(is_valid_byte)
}

fn is_valid_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

/// Makes an id of any text, a different one for each: a text that can be an id is one, of others the digest stands
/// after what is left of them.
pub(super) fn keyed(key: &str) -> String {
    if is_valid(key) {
        return key.to_owned();
    }
    let kept = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '_') => c,
        _ => '_',
    };
    format!("{}_{}", key.chars().map(kept).collect::<String>(), automatic(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_an_id_stays_as_it_is() {
        assert_eq!(keyed("p95_latency"), "p95_latency");
    }

    #[test]
    fn keys_that_look_alike_stay_apart() {
        let keys = ["web-1", "web_1", "Web-1", "web.1"].map(keyed);
        assert!(keys[0].starts_with("web_1_"), "{keys:?}");
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{keys:?}");
        assert!(keys.iter().all(|key| is_valid(key)), "{keys:?}");
        assert!(is_valid(&keyed("")), "an empty key");
        assert!(is_valid(&keyed("für 株式")), "a key of another alphabet");
    }
}
