//! The last lines of the log, in memory, for diagnostics.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tracing::Level;

/// The most text that is kept, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The most lines that are kept.
pub const MAX_LINES: usize = 10_000;

/// The longest line that is kept whole, in bytes.
pub const MAX_LINE_BYTES: usize = 16 * 1024;

/// The finest difference between two times: what a microsecond clock and its readers can tell apart.
const TICK: SignedDuration = SignedDuration::from_micros(1);

/// The last lines of the log, [`MAX_BYTES`] and [`MAX_LINES`] at most. Clones share them. The default keeps none.
#[derive(Clone, Default)]
pub struct LogTail {
    kept: Option<Arc<Mutex<Kept>>>,
    servo: Option<Arc<str>>,
}

#[derive(Default)]
struct Kept {
    lines: VecDeque<Line>,
    bytes: usize,
    last: Option<Timestamp>,
}

struct Line {
    at: Timestamp,
    servo: Option<Box<str>>,
    text: String,
}

impl LogTail {
    /// Creates a tail that keeps lines.
    pub fn new() -> Self {
        Self { kept: Some(Arc::default()), servo: None }
    }

    /// Creates a tail that keeps nothing; so does the default.
    pub const fn disabled() -> Self {
        Self { kept: None, servo: None }
    }

    /// Returns true where lines are kept, so that writing them is of use.
    pub const fn is_enabled(&self) -> bool {
        self.kept.is_some()
    }

    /// Returns the same tail, of which [`snapshot`](Self::snapshot) shows one servo's lines only: neither those of
    /// other servos nor those that belong to none.
    pub fn of(&self, servo: &str) -> Self {
        Self { kept: self.kept.clone(), servo: Some(servo.into()) }
    }

    /// Adds a line, `LEVEL | text`, of a servo or of none. Requests and responses are traced in full at `TRACE`, so
    /// that nothing of this level is kept.
    ///
    /// Times become strictly increasing microseconds: two lines never have the same, and keep their order where the
    /// clock is set back. Of a line longer than [`MAX_LINE_BYTES`] only the beginning is kept, as whole words, so
    /// that no half of a secret stays that nobody knows any more.
    pub fn push(&self, level: Level, at: Timestamp, servo: Option<&str>, text: &str) {
        let Some(kept) = &self.kept else { return };
        if level > Level::DEBUG {
            return;
        }
        let text = format!("{level} | {}", whole_words(text));
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(at, servo, text);
    }

    /// Adds a line that is logged now, as [`push`](Self::push) does.
    pub fn push_now(&self, level: Level, servo: Option<&str>, text: &str) {
        self.push(level, Timestamp::now(), servo, text);
    }

    /// Returns the lines, oldest first, with times that differ. They are as they were logged: neither redacted nor
    /// escaped.
    pub fn snapshot(&self) -> Vec<(Timestamp, String)> {
        let Some(kept) = &self.kept else { return Vec::new() };
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_shown = |line: &&Line| self.servo.is_none() || line.servo.as_deref() == self.servo.as_deref();
        kept.lines.iter().filter(is_shown).map(|line| (line.at, line.text.clone())).collect()
    }
}

impl Kept {
    fn push(&mut self, at: Timestamp, servo: Option<&str>, text: String) {
        let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
        let next = self.last.map(|last| last.checked_add(TICK).unwrap_or(Timestamp::MAX));
        let at = next.map_or(at, |next| at.max(next));
        let line = Line { at, servo: servo.map(Into::into), text };
        self.last = Some(at);
        self.bytes = self.bytes.saturating_add(line.bytes());
        self.lines.push_back(line);
        while self.bytes > MAX_BYTES || self.lines.len() > MAX_LINES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
        }
    }
}

impl Line {
    fn bytes(&self) -> usize {
        self.text.len().saturating_add(self.servo.as_ref().map_or(0, |servo| servo.len()))
    }
}

/// Returns the text, or as many whole words of its beginning as fit.
fn whole_words(text: &str) -> String {
    if text.len() <= MAX_LINE_BYTES {
        return text.to_owned();
    }
    let head = &text[..text.floor_char_boundary(MAX_LINE_BYTES)];
    let kept = &head[..head.rfind(char::is_whitespace).unwrap_or(0)];
    format!("{kept} [{} bytes left out]", text.len() - kept.len())
}

/// Shows no line: they may hold secrets.
impl fmt::Debug for LogTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogTail")
            .field("is_enabled", &self.is_enabled())
            .field("servo", &self.servo)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
