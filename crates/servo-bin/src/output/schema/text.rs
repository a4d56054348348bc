//! A reference as text: one key a paragraph, keys within it indented.

use std::fmt::Write as _;

use super::reference::{Entry, Reference};

/// How far keys within a key are indented.
const INDENT: usize = 4;
/// The longest line, unless a word is longer.
const WIDTH: usize = 100;

/// Renders a reference as text.
pub(crate) fn render(reference: &Reference) -> String {
    let mut text = format!("{}\n", reference.title);
    paragraph(&mut text, &reference.description, 0);
    for entry in &reference.entries {
        render_entry(&mut text, entry, 0);
    }
    text
}

fn render_entry(text: &mut String, entry: &Entry, indent: usize) {
    let _ = write!(text, "\n{:indent$}{}", "", entry.key);
    for part in [&entry.kind[..], if entry.is_required { "required" } else { "" }] {
        if !part.is_empty() {
            let _ = write!(text, "  {part}");
        }
    }
    text.push('\n');
    let inner = indent + INDENT;
    paragraph(text, &entry.description, inner);
    for (value, meaning) in &entry.choices {
        paragraph(text, &format!("- {value}: {meaning}"), inner);
    }
    if let Some(default) = &entry.default {
        paragraph(text, &format!("Default: {default}"), inner);
    }
    if !entry.examples.is_empty() {
        paragraph(text, &format!("Examples: {}", entry.examples.join("; ")), inner);
    }
    for entry in &entry.entries {
        render_entry(text, entry, inner);
    }
}

/// Writes words in lines that are not too long.
fn paragraph(text: &mut String, words: &str, indent: usize) {
    let mut width = 0;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length <= WIDTH.max(indent + 40) {
            let _ = write!(text, " {word}");
            width += 1 + length;
        } else {
            let line_break = if width > 0 { "\n" } else { "" };
            let _ = write!(text, "{line_break}{:indent$}{word}", "");
            width = indent + length;
        }
    }
    if width > 0 {
        text.push('\n');
    }
}
