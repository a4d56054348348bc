//! When a handler runs relative to its event, and how that is written.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

/// When a handler runs relative to its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Before the event; the handler may refuse it.
    Before,
    /// On the event; the handler answers it.
    On,
    /// After the event; the handler sees the answers.
    After,
}

impl Phase {
    /// All three, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::Before, Self::On, Self::After];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::On => "on",
            Self::After => "after",
        }
    }
}

/// An event in one of its phases, at a time.
///
/// Written as `measure` (on), `before:measure` or `after:measure`, and read from these and from
/// `on:measure`. Equality regards the event and the phase, not the time.
#[derive(Clone, Debug)]
pub struct EventContext {
    /// The event's name.
    pub event: String,
    /// The phase.
    pub phase: Phase,
    /// When it began.
    pub created_at: Timestamp,
}

impl EventContext {
    /// Creates the context of a phase that begins now.
    pub fn new(event: impl Into<String>, phase: Phase) -> Self {
        Self { event: event.into(), phase, created_at: Timestamp::now() }
    }
}

impl PartialEq for EventContext {
    fn eq(&self, other: &Self) -> bool {
        (self.event.as_str(), self.phase) == (other.event.as_str(), other.phase)
    }
}

impl PartialEq<str> for EventContext {
    fn eq(&self, text: &str) -> bool {
        text.parse::<Self>().is_ok_and(|other| *self == other)
    }
}

impl PartialEq<&str> for EventContext {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl fmt::Display for EventContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.phase {
            Phase::On => f.write_str(&self.event),
            phase => write!(f, "{}:{}", phase.as_str(), self.event),
        }
    }
}

/// The text does not name a phase of an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an event's name, or `before:`, `on:` or `after:` and an event's name, found `{0}`")]
pub struct NotAnEvent(String);

impl FromStr for EventContext {
    type Err = NotAnEvent;

    fn from_str(text: &str) -> Result<Self, NotAnEvent> {
        let (phase, event) = match text.split_once(':') {
            None => (Phase::On, text),
            Some(("before", event)) => (Phase::Before, event),
            Some(("on", event)) => (Phase::On, event),
            Some(("after", event)) => (Phase::After, event),
            Some(_) => return Err(NotAnEvent(text.to_owned())),
        };
        let named = !event.is_empty() && event.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if named { Ok(Self::new(event, phase)) } else { Err(NotAnEvent(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_in_the_same_form() {
        for text in ["measure", "before:measure", "after:measure"] {
            assert_eq!(text.parse::<EventContext>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_bare_name_and_on_are_the_same() {
        let on = EventContext::new("measure", Phase::On);
        assert_eq!(on, "measure");
        assert_eq!(on, "on:measure");
        assert_ne!(on, "before:measure");
        assert_ne!(on, "adjust");
    }

    #[test]
    fn anything_else_is_no_event() {
        for text in ["", "during:measure", "before:", "on:a:b", "a b"] {
            assert!(text.parse::<EventContext>().is_err(), "{text}");
        }
    }
}
