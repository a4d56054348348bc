//! SHA-256, as it is written.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes in hexadecimal digits.
pub(crate) fn hex(content: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(content) {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_of_nothing_is_the_known_one() {
        // FIPS 180-4, the example of the empty message.
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::hex(b""), expected);
    }
}
