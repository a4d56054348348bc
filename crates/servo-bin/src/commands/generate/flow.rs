//! Values as YAML in one line.

use serde_json::Value;

/// Writes a value as YAML in one line, quoted only where that is needed: `{warmup: 30s, delay: "0"}`.
pub(in crate::commands) fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Writes a text so that YAML reads it as that text: plain where it can be nothing else, in quotes elsewhere.
pub(in crate::commands) fn scalar(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'))
        // A duration or a quantity, such as `30s`: digits that end in a letter are no number.
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_alphabetic()));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+');
    // A URL: a colon that no blank follows.
    let is_plain = |c: char| is_plain(c) || c == ':';
    let is_word = begins && text.chars().all(is_plain) && !text.ends_with(':') && !means_else(text);
    if is_word { text.to_owned() } else { Value::from(text).to_string() }
}

/// Returns true for words and numbers that YAML, or an older reader of it, takes for something else.
fn means_else(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "inf", "nan"];
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ':' | 'e' | '+' | '-');
    let is_number = word.starts_with(|c: char| c.is_ascii_digit())
        && (word.chars().all(is_digit) || word.starts_with("0x") || word.starts_with("0o"));
    words.contains(&word.as_str()) || is_number
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_runtime::config::{Source, document};

    use super::*;

    #[test]
    fn words_are_plain_and_the_rest_is_quoted() {
        let value = json!({"warmup": "30s", "delay": "0", "url": "https://a.b:80/c", "on": true, "n": null});
        assert_eq!(
            flow(&value),
            r#"{delay: "0", "n": null, "on": true, url: https://a.b:80/c, warmup: 30s}"#
        );
        assert_eq!(flow(&json!(["a b", 1.5, {"c": []}])), r#"["a b", 1.5, {c: []}]"#);
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let texts = [
            "",
            "no",
            "Yes",
            "1e3",
            "0x1F",
            "1_000",
            "12:30",
            "a: b",
            "#c",
            "- d",
            "a #b",
            "ü",
            "\"",
            "'",
            "a\nb",
            "~",
            "500m",
            "1.5",
            "NaN",
            "2026-01-01",
            "x,y",
            "{z}",
            "&a",
            "*b",
            "!c",
            "%d",
            "@e",
            "`f`",
            "a:",
            ":a",
            "2Gi",
        ];
        for text in texts {
            let source = Source::new("test", format!("list: [{}]\nblock: {}\n", scalar(text), scalar(text)));
            let documents = document::parse(&source).unwrap();
            let expected = json!({"list": [text], "block": text});
            assert_eq!(documents[0].value(), &expected, "{text:?} as {}", scalar(text));
        }
    }
}
