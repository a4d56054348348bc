//! One line of a journal: a checksum, a blank, JSON, and the end of the line.

use serde::Serialize;
use serde_json::Value;

/// The version of the form that is written and read here.
pub(super) const VERSION: u64 = 1;

/// How long a checksum is, in hexadecimal digits.
const DIGITS: usize = 8;

/// What a first line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// A journal of this servo, in a form that is known here.
    Own,
    /// A journal of another servo.
    Other(String),
    /// A journal in another form, of that version.
    Version(u64),
    /// Something else.
    Foreign,
}

/// Gives the first line of a servo's journal.
pub(super) fn header(servo: &str) -> Vec<u8> {
    let servo = Value::from(servo);
    line(format!(r#"{{"servo_journal":{VERSION},"servo":{servo}}}"#).as_bytes())
}

/// Gives the line of a record.
///
/// # Errors
///
/// It has no form in JSON.
pub(super) fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(record).map(|json| line(&json))
}

/// Gives the JSON of a line, without its end, where the checksum is right.
pub(super) fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, rest) = line.split_at_checked(DIGITS)?;
    let json = rest.strip_prefix(b" ")?;
    (checksum(json).as_bytes() == sum).then_some(json)
}

/// Says whether text looks as if it had once been a line.
pub(super) fn resembles(line: &[u8]) -> bool {
    line.split_at_checked(DIGITS)
        .is_some_and(|(sum, rest)| sum.iter().all(u8::is_ascii_hexdigit) && rest.starts_with(b" {"))
}

/// Says what the JSON of a first line stands for.
pub(super) fn read_header(json: &[u8], servo: &str) -> Header {
    // A later version may say more, or say it otherwise: only its number has to be where it is.
    let Ok(header) = serde_json::from_slice::<Value>(json) else { return Header::Foreign };
    match (header.get("servo_journal").and_then(Value::as_u64), header.get("servo").and_then(Value::as_str)) {
        (Some(VERSION), Some(name)) if name == servo => Header::Own,
        (Some(VERSION), Some(name)) => Header::Other(name.to_owned()),
        (Some(version), _) if version != VERSION => Header::Version(version),
        _ => Header::Foreign,
    }
}

fn line(json: &[u8]) -> Vec<u8> {
    [checksum(json).as_bytes(), b" ", json, b"\n"].concat()
}

/// The CRC-32 of IEEE 802.3, which finds every flipped bit and every burst of up to 32 of them.
fn checksum(json: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(json))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_the_documented_one() {
        let line = encode(&serde_json::json!({ "a": "b\n\0" })).unwrap();
        assert_eq!(line, b"ed587a6d {\"a\":\"b\\n\\u0000\"}\n");
        assert_eq!(checked(line.strip_suffix(b"\n").unwrap()), Some(&br#"{"a":"b\n\u0000"}"#[..]));
        // Only the digits that are written.
        assert_eq!(checked(b"ED587A6D {\"a\":\"b\\n\\u0000\"}"), None);
    }

    #[test]
    fn headers_are_told_apart() {
        for (text, expected) in [
            (r#"{"servo_journal":1,"servo":"shop"}"#, Header::Own),
            (r#"{"servo_journal":1,"servo":"bank"}"#, Header::Other("bank".to_owned())),
            (r#"{"servo_journal":2,"form":"x"}"#, Header::Version(2)),
            (r#"{"servo_journal":1}"#, Header::Foreign),
            (r#"{"servo_journal":"1","servo":"shop"}"#, Header::Foreign),
            (r#"{"at":"2026-11-22T00:00:00Z","entry":"reset"}"#, Header::Foreign),
            ("[]", Header::Foreign),
            ("", Header::Foreign),
        ] {
            assert_eq!(read_header(text.as_bytes(), "shop"), expected, "{text}");
        }
        let line = header("shop");
        assert_eq!(read_header(checked(&line[..line.len() - 1]).unwrap(), "shop"), Header::Own);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, servo: String) {
            prop_assert!(checked(&bytes).is_none() || resembles(&bytes) || !bytes.is_empty());
            read_header(&bytes, &servo);
        }

        #[test]
        fn no_flipped_bit_goes_unnoticed(text: String, place: prop::sample::Index) {
            let mut line = encode(&text).unwrap();
            line.pop();
            let bit = place.index(line.len() * 8);
            line[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(checked(&line), None);
        }
    }
}
