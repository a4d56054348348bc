//! Which channels are meant: one by its name, or all whose names match a pattern.

mod glob;

use std::fmt;
use std::str::FromStr;

use regex_lite::Regex;

use super::{ChannelName, NameError};
use crate::Error;

/// Which channels are meant.
///
/// | written | means |
/// |---|---|
/// | `metrics.prometheus` | that channel |
/// | `metrics.*` | a pattern as of a shell: `*` is anything, dots as well, `?` is one character, `[a-c]` one of these and `[!a-c]` one of the others |
/// | `/metrics\.(a\|b)/` | a regular expression, which the whole name matches |
///
/// Upper and lower case are different.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    matcher: Matcher,
}

#[derive(Clone, Debug)]
enum Matcher {
    Name(ChannelName),
    Pattern(Regex),
}

/// Why a text does not select channels.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SelectorError {
    /// There is nothing.
    #[error("expected the name of a channel or a pattern of such names, found an empty text")]
    Empty,
    /// It is the name of one channel, and no such name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A regular expression without its end.
    #[error("expected a regular expression between slashes, found '{text}'")]
    Slash {
        /// What was found.
        text: String,
    },
    /// What stands between slashes is no regular expression.
    #[error("expected a regular expression between slashes, found '{text}'")]
    Regex {
        /// What was found.
        text: String,
        /// Why it is none.
        #[source]
        error: Box<regex_lite::Error>,
    },
    /// A set of characters without its end.
    #[error("expected a ']' after '[' in the pattern '{text}'")]
    Open {
        /// The pattern.
        text: String,
    },
    /// A set without characters.
    #[error("expected characters between '[' and ']' in the pattern '{text}'")]
    NoCharacters {
        /// The pattern.
        text: String,
    },
    /// A range that goes backwards.
    #[error(
        "expected a range from a lower to a higher character, found '{from}-{to}' in the pattern '{text}'"
    )]
    Backwards {
        /// Its first character.
        from: char,
        /// Its last.
        to: char,
        /// The pattern.
        text: String,
    },
    /// A character that no name has, so that the pattern matches nothing.
    #[error("expected a pattern of names, which have no {character:?}, found '{text}'")]
    Character {
        /// The first one.
        character: char,
        /// The pattern.
        text: String,
    },
    /// More than a pattern may be.
    #[error("expected a pattern of at most {} characters, found {length}", Selector::MAX_LENGTH)]
    Long {
        /// How many characters there are.
        length: usize,
    },
}

impl Selector {
    /// The most characters a selector has.
    pub const MAX_LENGTH: usize = 1000;

    /// Selects every channel, as `*` does.
    pub fn all() -> Self {
        Self { text: "*".to_owned(), matcher: Matcher::Pattern(glob::everything()) }
    }

    /// Returns true where the channel is meant.
    pub fn matches(&self, channel: &ChannelName) -> bool {
        match &self.matcher {
            Matcher::Name(name) => name == channel,
            Matcher::Pattern(pattern) => pattern.is_match(channel.as_str()),
        }
    }

    /// Returns the channel that is meant, where the selector is its name and no pattern.
    pub fn name(&self) -> Option<&ChannelName> {
        match &self.matcher {
            Matcher::Name(name) => Some(name),
            Matcher::Pattern(_) => None,
        }
    }

    /// Returns the selector as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let text = text.trim();
        let length = text.chars().count();
        if length > Self::MAX_LENGTH {
            return Err(SelectorError::Long { length });
        }
        let matcher = if text.is_empty() {
            return Err(SelectorError::Empty);
        } else if let Some(rest) = text.strip_prefix('/') {
            Matcher::Pattern(between_slashes(text, rest)?)
        } else if text.contains(['*', '?', '[']) {
            Matcher::Pattern(glob::parse(text)?)
        } else {
            return Ok(Self::from(text.parse::<ChannelName>()?));
        };
        Ok(Self { text: text.to_owned(), matcher })
    }
}

/// Reads a regular expression that the whole name must match.
fn between_slashes(text: &str, rest: &str) -> Result<Regex, SelectorError> {
    let expression = rest
        .strip_suffix('/')
        .filter(|expression| !expression.is_empty())
        .ok_or_else(|| SelectorError::Slash { text: text.to_owned() })?;
    let wrong = |error| SelectorError::Regex { text: text.to_owned(), error: Box::new(error) };
    // First by itself: `a)|(b` is no expression, and would be one in the group.
    Regex::new(expression).map_err(wrong)?;
    Regex::new(&format!(r"\A(?:{expression})\z")).map_err(wrong)
}

impl From<ChannelName> for Selector {
    fn from(name: ChannelName) -> Self {
        Self { text: name.as_str().to_owned(), matcher: Matcher::Name(name) }
    }
}

impl From<&ChannelName> for Selector {
    fn from(name: &ChannelName) -> Self {
        name.clone().into()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl From<SelectorError> for Error {
    fn from(error: SelectorError) -> Self {
        let wrong = Self::configuration(error.to_string());
        match error {
            SelectorError::Regex { error, .. } => wrong.with_source(error),
            SelectorError::Slash { .. } => wrong.with_help("write it as `/metrics[.].*/`"),
            _ => wrong,
        }
    }
}
