//! Known secrets, taken out of text.

mod forms;
mod line;

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::{ExposeSecret as _, SecretString};

/// What stands in place of a secret.
pub(crate) const REDACTED: &str = "[REDACTED]";

/// The least bytes that a secret must have: shorter ones are in every other word, and a text without them cannot be
/// read.
const SHORTEST: usize = 4;

/// How many secrets that come and go are known at once. Tokens that are older have long expired.
const PASSING: usize = 256;

/// Takes the secrets that it was told of out of text. Clones share what they know.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<Known>>);

/// The secrets, each with the forms that it takes.
#[derive(Default)]
struct Known {
    lasting: Vec<Vec<SecretString>>,
    /// The newest is the last.
    passing: VecDeque<Vec<SecretString>>,
}

impl Redactor {
    /// Adds a secret, and with it the forms that it takes in URLs, JSON and base64.
    ///
    /// Secrets of less than four bytes are ignored: what is left of a text without every `a` helps nobody. Headers
    /// that are marked as sensitive are hidden whatever their length.
    pub fn add(&self, secret: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if secret.len() >= SHORTEST && !known.has(secret) {
            known.lasting.push(every_form(secret));
        }
    }

    /// Adds a secret that another will take the place of, such as an access token. Of these the 256 that were
    /// added last are known, so that whoever uses one adds it again.
    pub fn add_passing(&self, secret: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if secret.len() < SHORTEST {
            return;
        }
        if known.has(secret) {
            known.touch(secret);
            return;
        }
        if known.passing.len() >= PASSING {
            known.passing.pop_front();
        }
        known.passing.push_back(every_form(secret));
    }

    /// Returns the text with every known secret replaced.
    pub fn redact(&self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for found in self.find(text) {
            redacted.push_str(text.get(end..found.start).unwrap_or_default());
            redacted.push_str(REDACTED);
            end = found.end;
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        redacted
    }

    /// Returns the beginning of a body as one line: without secrets, with control characters escaped, and where it is
    /// longer than `limit` bytes cut there, with a note of its size.
    ///
    /// Secrets are replaced before the text is cut, so that no half of one is left at the end.
    pub fn excerpt(&self, bytes: &[u8], limit: usize) -> String {
        // Escaping may spell a secret that was not there before: one that has a backslash in it.
        let text = self.redact(&line::escape(&self.decode(bytes)));
        line::cut(&text, limit, bytes.len())
    }

    /// Returns a body as text without secrets; what is no UTF-8 is replaced.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        self.redact(&String::from_utf8_lossy(bytes))
    }

    /// Returns the beginning of a body without secrets, its control characters as they are.
    pub(crate) fn beginning(&self, bytes: &[u8], limit: usize) -> String {
        line::cut(&self.decode(bytes), limit, bytes.len())
    }

    /// Finds everything secret, in order; where secrets overlap, as one range.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<_> =
            known.forms().flat_map(|secret| occurrences(text, secret.expose_secret())).collect();
        found.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}

impl Known {
    /// Says whether a secret is known, in its plain form.
    fn has(&self, secret: &str) -> bool {
        self.forms().any(|form| form.expose_secret() == secret)
    }

    /// Puts a secret that comes and goes behind the others.
    fn touch(&mut self, secret: &str) {
        let is_it = |forms: &Vec<SecretString>| forms.iter().any(|form| form.expose_secret() == secret);
        if let Some(at) = self.passing.iter().position(is_it)
            && let Some(forms) = self.passing.remove(at)
        {
            self.passing.push_back(forms);
        }
    }

    fn forms(&self) -> impl Iterator<Item = &SecretString> {
        self.lasting.iter().chain(&self.passing).flatten()
    }
}

fn every_form(secret: &str) -> Vec<SecretString> {
    forms::of(secret).into_iter().map(SecretString::from).collect()
}

/// Finds every place of `form`, also where it overlaps with itself.
fn occurrences(text: &str, form: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let step = form.chars().next().map_or(1, char::len_utf8);
    let mut begin = 0;
    while let Some(at) = text.get(begin..).and_then(|rest| rest.find(form)) {
        let start = begin + at;
        found.push(start..start + form.len());
        begin = start + step;
    }
    found
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

#[cfg(test)]
mod tests;
