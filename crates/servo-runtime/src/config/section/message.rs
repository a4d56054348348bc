//! What an error message of serde says, as data: serde tells names and alternatives in its text alone.

use std::borrow::Cow;

/// A message, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// A key that the type does not have, and those it has.
    UnknownField { name: String, valid: Vec<&'a str> },
    /// A word that is none of an enumeration, and those that are.
    UnknownVariant { name: String, valid: Vec<&'a str> },
    /// A key that the type must have.
    MissingField { name: &'a str },
    /// A value of another type, or outside what its type holds.
    InvalidType { found: &'a str, expected: &'a str },
    /// Anything else, told as it is.
    Other,
}

impl<'a> Message<'a> {
    /// Understands the forms of `serde::de::Error`: `unknown_field`, `unknown_variant`, `missing_field`,
    /// `invalid_type` and `invalid_value`.
    pub(super) fn of(message: &'a str) -> Self {
        if let Some((name, valid)) = alternatives(message, "unknown field `") {
            return Self::UnknownField { name, valid };
        }
        if let Some((name, valid)) = alternatives(message, "unknown variant `") {
            return Self::UnknownVariant { name, valid };
        }
        if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            return Self::MissingField { name };
        }
        let mismatch =
            ["invalid type: ", "invalid value: "].iter().find_map(|start| message.strip_prefix(start));
        let types = mismatch.and_then(|rest| rest.rsplit_once(", expected "));
        types.map_or(Self::Other, |(found, expected)| Self::InvalidType { found, expected })
    }
}

/// A value as serde describes it, in the words of YAML.
pub(super) fn found_in_words(found: &str) -> String {
    match found {
        "null" | "unit value" => "nothing".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "a mapping".to_owned(),
        _ => match found.split_once(' ') {
            Some(("string", text)) => format!("the text {text}"),
            Some(("integer", number)) => format!("the number {number}"),
            Some(("boolean", value)) => format!("the boolean {value}"),
            _ => found.replacen("floating point", "the number", 1),
        },
    }
}

/// What serde expects, in the words of YAML; descriptions that a type gives itself stay as they are.
pub(super) fn expected_in_words(expected: &str) -> Cow<'_, str> {
    let words = match expected {
        "a string" | "str" => "text",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number from zero",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "a mapping",
        "string or map" => "a name, or a mapping of one",
        "unit" => "nothing",
        _ if expected.starts_with("struct ") => "a mapping",
        _ => {
            let length = expected.strip_prefix("a tuple of size ");
            return length.map_or(Cow::Borrowed(expected), |length| format!("a list of {length}").into());
        }
    };
    Cow::Borrowed(words)
}

/// Whether a value as serde describes it would be text if it were quoted.
pub(super) fn is_plain_scalar(found: &str) -> bool {
    ["integer ", "floating point ", "boolean "].iter().any(|kind| found.starts_with(kind))
}

/// The name behind `start`, and the names in backticks behind it.
fn alternatives<'a>(message: &'a str, start: &str) -> Option<(String, Vec<&'a str>)> {
    let rest = message.strip_prefix(start)?;
    // The last of these: a misspelt name may hold anything, a valid one holds no backtick.
    let (name, tail) = rest.rsplit_once("`, expected ").or_else(|| rest.rsplit_once("`, there are no "))?;
    let valid = tail.split('`').skip(1).step_by(2).collect();
    Some((name.to_owned(), valid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(name: &str, valid: &[&'static str]) -> Message<'static> {
        Message::UnknownField { name: name.to_owned(), valid: valid.to_vec() }
    }

    #[test]
    fn understands_the_forms_of_serde() {
        assert_eq!(Message::of("unknown field `a`, expected `b`"), unknown("a", &["b"]));
        assert_eq!(Message::of("unknown field `a`, expected `b` or `c`"), unknown("a", &["b", "c"]));
        assert_eq!(
            Message::of("unknown field `a`, expected one of `b`, `c`, `d`"),
            unknown("a", &["b", "c", "d"])
        );
        assert_eq!(Message::of("unknown field `a`, there are no fields"), unknown("a", &[]));
        assert_eq!(
            Message::of("unknown field `x`, expected ``, expected `b`"),
            unknown("x`, expected `", &["b"])
        );
        assert_eq!(Message::of("missing field `cpu`"), Message::MissingField { name: "cpu" });
        let message = Message::of("invalid type: string \"a, expected b\", expected u64");
        assert_eq!(message, Message::InvalidType { found: "string \"a, expected b\"", expected: "u64" });
        assert_eq!(Message::of("cpu is not a quantity"), Message::Other);
        assert_eq!(Message::of("unknown field `"), Message::Other);
    }

    #[test]
    fn types_are_named_as_in_yaml() {
        assert_eq!(found_in_words("integer `5`"), "the number `5`");
        assert_eq!(found_in_words("floating point `1.5`"), "the number `1.5`");
        assert_eq!(found_in_words("string \"5\""), "the text \"5\"");
        assert_eq!(found_in_words("sequence"), "a list");
        assert_eq!(found_in_words("unit variant"), "unit variant");
    }
}
