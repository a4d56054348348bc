//! Scalars of YAML: plain where no reader can take them for something else, quoted otherwise.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// What readers of YAML 1.1 or 1.2 take for a boolean, nothing, or a number that is none.
const WORDS: [&str; 12] =
    ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity"];

/// Text of several lines as it is written below a header.
pub(super) struct Literal<'a> {
    pub(super) header: &'static str,
    pub(super) lines: Vec<&'a str>,
}

/// Renders a scalar on one line.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Number(number) => self::number(number),
        other => other.to_string(),
    }
}

/// Renders a key.
pub(super) fn key(key: &str) -> String {
    if is_plain(key) { key.to_owned() } else { quoted(key) }
}

/// Returns text of several lines as a literal; `None` where it has one line, or would not come back as it is.
pub(super) fn literal(text: &str) -> Option<Literal<'_>> {
    let (header, lines) = match text.strip_suffix('\n') {
        Some(lines) => ("|", lines),
        None => ("|-", text),
    };
    let is_fit = |line: &str| {
        !line.starts_with('\t')
            && !line.chars().any(is_special)
            && (line.is_empty() || !line.trim_start_matches([' ', '\t']).is_empty())
    };
    let first = lines.split('\n').next().unwrap_or_default();
    let begins = !first.is_empty() && !first.starts_with([' ', '\t']);
    let ends = !lines.ends_with('\n');
    let lines: Vec<&str> = lines.split('\n').collect();
    (text.contains('\n') && begins && ends && lines.iter().all(|line| is_fit(line)))
        .then_some(Literal { header, lines })
}

/// Numbers as both versions of YAML know them: an exponent has a sign, and a point before it.
fn number(number: &Number) -> String {
    let text = number.to_string();
    match text.split_once(['e', 'E']) {
        None => text,
        Some((digits, exponent)) => {
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
            format!("{digits}{point}e{sign}{exponent}")
        }
    }
}

fn is_plain(text: &str) -> bool {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || " _-./+()=%@,:".contains(c) || is_letter(c);
    let begins = |c: char| c.is_ascii_alphanumeric() || "_./".contains(c) || is_letter(c);
    let word = text.trim_start_matches('.');
    text.starts_with(begins)
        && !text.ends_with([' ', ':'])
        && text.chars().all(is_fit)
        && !text.contains(": ")
        && !WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
        && !is_like_number(text)
}

/// A letter beyond ASCII; blanks and signs there are quoted.
fn is_letter(c: char) -> bool {
    !c.is_ascii() && c.is_alphabetic()
}

/// Whether some reader may take a text for a number, a time of day or a date: it begins like one, and is no quantity
/// such as `500m`, `1m30s` or `2.5Gi`.
fn is_like_number(text: &str) -> bool {
    let digits = text.trim_start_matches('.');
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        // `.` alone, and what has a point where a number could have one.
        return digits.is_empty();
    }
    let is_radix = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let is_quantity = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
        && text.ends_with(|c: char| c.is_ascii_alphabetic())
        && !is_radix;
    !is_quantity
}

/// Whether a character cannot stand in a text as it is, or would end its line for some reader.
fn is_special(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for c in text.chars() {
        match c {
            '"' => shown.push_str("\\\""),
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            // Writing to a string cannot fail.
            c if is_special(c) => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown.push('"');
    shown
}
