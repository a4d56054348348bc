//! Known secrets, taken out of text.

mod beginnings;
mod forms;
mod known;
mod line;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use self::known::Known;

/// What stands in place of a secret.
pub(crate) const REDACTED: &str = "[REDACTED]";

/// The least bytes that a secret must have: shorter ones are in every other word, and a text without them cannot be
/// read.
const SHORTEST: usize = 4;

/// How many passing secrets one party needs room for: a token, whole and without what it begins with, and the one
/// before, with which requests may still be under way.
const ROOM: usize = 4;

/// Takes the secrets that it was told of out of text, in one pass however many there are. Clones share what they
/// know.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<Known>>);

/// Room in a [`Redactor`] for the passing secrets of one more party, for as long as this is kept.
#[derive(Debug)]
#[must_use = "the room is given back when this is dropped"]
pub struct Room(Redactor);

impl Drop for Room {
    fn drop(&mut self) {
        self.0.0.write().unwrap_or_else(PoisonError::into_inner).narrow(ROOM);
    }
}

impl Redactor {
    /// Adds a secret, and with it the forms that it takes in URLs, JSON and base64.
    ///
    /// Secrets of less than four bytes are ignored: what is left of a text without every `a` helps nobody. Headers
    /// that are marked as sensitive are hidden whatever their length.
    pub fn add(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0.write().unwrap_or_else(PoisonError::into_inner).add(secret);
        }
    }

    /// Adds a secret that another will take the place of, such as an access token. Of these the 256 that were added
    /// last are known, and more where [`room`](Self::room) was made, so that whoever uses one adds it again.
    pub fn add_passing(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0.write().unwrap_or_else(PoisonError::into_inner).add_passing(secret);
        }
    }

    /// Makes room for the passing secrets of one more party, so that it need not fear for its own however many others
    /// there are.
    pub fn room(&self) -> Room {
        self.0.write().unwrap_or_else(PoisonError::into_inner).widen(ROOM);
        Room(self.clone())
    }

    /// Returns true where both know the same, now and later.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the text with every known secret replaced.
    pub fn redact(&self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        let found = self.0.read().unwrap_or_else(PoisonError::into_inner).find(text);
        for found in found {
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
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

#[cfg(test)]
mod tests;
