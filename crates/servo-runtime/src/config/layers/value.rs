//! Values that are given as one text: in a variable, or behind an option.

use std::sync::Arc;

use serde_json::Value;

use super::super::document;
use super::super::index::Entry;
use super::super::origin::Origin;
use super::super::path::Segment;

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As it is: a name, an id, a secret.
    Text,
    /// As a boolean, in each of the forms that `ServoX` knows.
    Flag,
    /// As the value of a key in a file would be, on one line.
    Any,
}

/// A value with the order of its keys.
#[derive(Clone)]
pub(super) struct Laid {
    pub(super) value: Value,
    pub(super) entry: Entry,
}

/// Reads a text. What begins with a bracket or a quotation mark is YAML or JSON; of other texts those that YAML reads
/// as a number, a boolean or nothing are that, and the rest is text.
///
/// # Errors
///
/// Says where it cannot be read; no message holds the text.
pub(super) fn read(text: &str, shape: Shape) -> Result<Laid, String> {
    let plain = |value| Laid { value, entry: Entry::new(None, 0..0, None, Vec::new()) };
    let word = text.trim();
    if shape == Shape::Text {
        return Ok(plain(Value::from(text)));
    }
    if shape == Shape::Flag
        && let Some(flag) = flag(word)
    {
        return Ok(plain(Value::Bool(flag)));
    }
    if word.starts_with(['[', '{', '"', '\'']) {
        let (value, entry) = document::read_value(word)?;
        return Ok(Laid { value, entry });
    }
    Ok(plain(scalar(word).unwrap_or_else(|| Value::from(text))))
}

/// The words of the library that read `ServoX`'s environment.
fn flag(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// What is not text in YAML.
fn scalar(word: &str) -> Option<Value> {
    match word {
        "null" | "~" => return Some(Value::Null),
        _ if word.is_empty() || word.contains(char::is_whitespace) => return None,
        _ => {}
    }
    document::read_value(word)
        .ok()
        .map(|(value, _)| value)
        .filter(|value| value.is_number() || value.is_boolean())
}

impl Laid {
    /// The value as that of an origin, for a document that begins at `at`.
    pub(super) fn of(mut self, origin: &Arc<Origin>, at: usize) -> Self {
        self.entry = laid(&self.entry, origin, at);
        self
    }

    /// The value below keys.
    pub(super) fn below(self, keys: &[Segment], origin: &Arc<Origin>, at: usize) -> Self {
        keys.iter().rev().fold(self, |laid, key| {
            let Segment::Key(name) = key else { return laid };
            let value = Value::Object([(name.clone(), laid.value)].into_iter().collect());
            Self { value, entry: Entry::laid(at, origin, vec![(key.clone(), laid.entry)]) }
        })
    }
}

fn laid(entry: &Entry, origin: &Arc<Origin>, at: usize) -> Entry {
    let children = entry.children().iter();
    let children = children.map(|(segment, child)| (segment.clone(), laid(child, origin, at))).collect();
    Entry::laid(at, origin, children)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str, shape: Shape) -> Value {
        read(text, shape).unwrap_or_else(|wrong| panic!("{text}: {wrong}")).value
    }

    #[test]
    fn a_text_is_what_it_would_be_in_a_file() {
        for (text, expected) in [
            ("7", json!(7)),
            ("007", json!("007")),
            ("18446744073709551615", json!(u64::MAX)),
            ("-1.5e3", json!(-1500.0)),
            ("true", json!(true)),
            ("null", json!(null)),
            ("no", json!("no")),
            ("5m", json!("5m")),
            ("a: b", json!("a: b")),
            ("# a", json!("# a")),
            ("---", json!("---")),
            ("*a", json!("*a")),
            (".inf", json!(".inf")),
            (" ", json!(" ")),
            ("1 # one", json!("1 # one")),
            ("'7'", json!("7")),
            ("\"7\"", json!("7")),
            ("[a, 1, {b: null}]", json!(["a", 1, {"b": null}])),
            ("{\n\t\"a\": [1.0, \"\\u00fc\\/\"]\n}", json!({"a": [1.0, "ü/"]})),
        ] {
            assert_eq!(value(text, Shape::Any), expected, "{text}");
        }
    }

    #[test]
    fn texts_stay_texts_and_flags_have_many_forms() {
        for text in ["7", "true", "{a", " x "] {
            assert_eq!(value(text, Shape::Text), json!(text));
        }
        for (text, expected) in
            [("False", json!(false)), ("ON", json!(true)), ("0", json!(false)), ("2", json!(2))]
        {
            assert_eq!(value(text, Shape::Flag), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_without_being_shown() {
        for text in ["{canary", "[canary, canary: a: b", "{canary: 1, canary: 2}", "{[1]: canary}", "'canary"]
        {
            let wrong = read(text, Shape::Any).err().unwrap();
            assert!(!wrong.contains("canary"), "{wrong}");
        }
    }
}
