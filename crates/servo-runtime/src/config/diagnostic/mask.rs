//! Secrets, taken out of what diagnostics show of a file.

mod lines;

use std::ops::Range;
use std::sync::Arc;

use super::ConfigDiagnostic;
use crate::config::document::{self, Document};
use crate::config::index::Entry;
use crate::config::path::{Path, Segment};
use crate::config::source::Source;
use crate::config::suggest;

/// The shortest secret that is looked for outside its place, in bytes: shorter ones are parts of other words.
const MIN_BYTES: usize = 8;

/// The most secrets that are looked for outside their places: each costs a walk through the text.
const MAX_KNOWN: usize = 64;

/// What stands for a secret in a message.
const REDACTED: &str = "[REDACTED]";

/// A key with one of these in its name holds a secret, unless it ends in one of [`NOT_SECRET`].
const SECRET: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "credential",
    "api_key",
    "apikey",
];

/// Ends of keys that say where a secret is, not what it is.
const NOT_SECRET: [&str; 4] = ["_file", "_path", "_url", "_name"];

/// The keys directly under `optimizer` whose values are none; another one may be a misspelt `token`.
const PUBLIC: [&str; 9] = [
    "id",
    "token_file",
    "base_url",
    "url",
    "optimizer_id",
    "tenant_id",
    "client_id",
    "connection_file",
    "token_url",
];

/// A file whose secrets are known.
pub(super) struct Mask {
    text: Arc<str>,
    known: Vec<String>,
}

impl Mask {
    /// Finds the secrets of a file: by the keys of the documents that can be read, and by the look of the lines where
    /// one cannot.
    pub(super) fn of(source: &Source) -> Self {
        let (documents, wrong) = document::read(source);
        let mut found = Found { is_plain: wrong.is_empty(), ..Found::default() };
        for document in &documents {
            document.index().walk(|path, entry| found.visit(&source.text, document, path, entry));
        }
        let mut ranges = found.ranges;
        ranges.extend(lines::secrets(&source.text, found.is_plain));
        ranges.extend(lines::users(&source.text));
        let mut known = found.known;
        known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        known.dedup();
        for secret in known.iter().take(MAX_KNOWN) {
            let places = source.text.match_indices(secret.as_str());
            ranges.extend(places.map(|(at, secret)| at..at + secret.len()));
        }
        let text =
            if ranges.is_empty() { Arc::clone(&source.text) } else { starred(&source.text, ranges).into() };
        Self { text, known }
    }

    /// The text with stars for its secrets; every other character stands where it stood.
    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Takes the secrets out of what a diagnostic says.
    pub(super) fn clean(&self, found: &mut ConfigDiagnostic) {
        let notes = found.notes.iter_mut().map(|note| &mut note.text);
        let own = [&mut found.message, &mut found.path].into_iter().chain(&mut found.help);
        for text in own.chain(notes) {
            let laid = found.secrets.iter().filter(|secret| secret.len() >= MIN_BYTES);
            for secret in self.known.iter().map(String::as_str).chain(laid) {
                if text.contains(secret) {
                    *text = text.replace(secret, REDACTED);
                }
            }
            for user in lines::users(text).into_iter().rev() {
                if text.get(..user.start).is_some_and(|before| before.ends_with("://")) {
                    text.replace_range(user, REDACTED);
                }
            }
        }
    }
}

/// What was found in the documents.
#[derive(Default)]
struct Found {
    ranges: Vec<Range<usize>>,
    known: Vec<String>,
    /// Whether every document could be read, and every secret stands in the text as it is.
    is_plain: bool,
}

impl Found {
    fn visit(&mut self, source: &str, document: &Document, path: &Path, entry: &Entry) {
        let Some(value) = document.get(path).filter(|value| !value.is_object() && !value.is_array()) else {
            return;
        };
        let places = [Some(entry.value.clone()), entry.defined.clone()].into_iter().flatten();
        if is_secret_place(path) {
            let text = value.as_str().unwrap_or_default();
            let written = document.slice(entry.defined.as_ref().unwrap_or(&entry.value));
            // What is no value may be a secret that begins with `#`, and what follows one may be the rest of it.
            self.is_plain &=
                !value.is_null() && (!value.is_string() || written.trim_matches(['"', '\'']) == text);
            self.ranges.extend(places.map(|place| with_comment(source, place)));
            let text = text.trim();
            if text.len() >= MIN_BYTES {
                self.known.push(text.to_owned());
            }
        } else if is_proxy(path) {
            for place in places {
                if let Some(at) = document.slice(&place).rfind('@') {
                    self.ranges.push(place.start..place.start + at);
                }
            }
        }
    }
}

/// The place of a value, and that of the comment behind it.
fn with_comment(source: &str, place: Range<usize>) -> Range<usize> {
    let behind = source.get(place.end..).unwrap_or_default();
    let line = behind.split(['\n', '\r']).next().unwrap_or_default();
    if line.trim_start().starts_with('#') { place.start..place.end + line.len() } else { place }
}

/// Whether what stands at a path is a secret.
pub(in crate::config) fn is_secret_place(path: &Path) -> bool {
    let key = |segment: &Segment| match segment {
        Segment::Key(key) => is_secret(key),
        Segment::Item(_) => false,
    };
    match path.segments() {
        [Segment::Key(first), Segment::Key(second), ..] if first == "settings" && second == "backoff" => {
            false
        }
        [Segment::Key(first), Segment::Key(second)] if first == "optimizer" => {
            !PUBLIC.contains(&second.as_str())
        }
        [Segment::Key(first), Segment::Key(second), ..] if first == "optimizer" && is_like_secret(second) => {
            true
        }
        // Whatever is sent along in confidence, whatever the headers are called.
        [above @ .., Segment::Key(_)] if matches!(above.last(), Some(Segment::Key(last)) if last == "headers") => {
            true
        }
        segments => segments.iter().any(key),
    }
}

fn is_proxy(path: &Path) -> bool {
    let is_named =
        |segment: &Segment| matches!(segment, Segment::Key(key) if key == "proxies" || key == "proxy");
    path.segments().iter().any(is_named)
}

/// Whether a key holds a secret, by its name.
pub(in crate::config) fn is_secret(key: &str) -> bool {
    let name = key.to_ascii_lowercase().replace('-', "_");
    SECRET.iter().any(|part| name.contains(part)) && !NOT_SECRET.iter().any(|end| name.ends_with(end))
}

/// Whether a key may be the misspelt name of a secret.
fn is_like_secret(key: &str) -> bool {
    let names = ["token", "client_secret", "password"];
    key.len() > 3 && !PUBLIC.contains(&key) && suggest::nearest(key, names).is_some()
}

/// The text with a star for each byte of the ranges, line breaks excepted.
fn starred(text: &str, ranges: Vec<Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        let range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        for byte in bytes.get_mut(range).into_iter().flatten() {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    // Whole characters were replaced, so that this loses nothing.
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
