//! The name of a channel.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::Error;

/// The name of a channel, such as `metrics.prometheus`.
///
/// It has 2 to 253 characters: letters and digits of ASCII, and between them also `.`, `-` and `_`. Space around it is
/// taken away when it is read. Cloning one is cheap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(Arc<str>);

/// Why a text is not the name of a channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing.
    #[error("expected the name of a channel, found an empty text")]
    Empty,
    /// There is too much.
    #[error(
        "expected the name of a channel, of at most {} characters, found {length}",
        ChannelName::MAX_LENGTH
    )]
    Long {
        /// How many characters there are.
        length: usize,
    },
    /// A name begins and ends with a letter or a digit.
    #[error("expected the name of a channel, which begins and ends with a letter or a digit, found '{name}'")]
    Edge {
        /// What was found.
        name: String,
    },
    /// A name is longer than one character.
    #[error("expected the name of a channel, of at least two characters, found '{name}'")]
    Short {
        /// What was found.
        name: String,
    },
    /// A character that no name has.
    #[error(
        "expected the name of a channel, made of letters, digits, '.', '-' and '_', found {character:?} in '{name}'"
    )]
    Character {
        /// The first one.
        character: char,
        /// What was found.
        name: String,
    },
}

impl ChannelName {
    /// The most characters a name has.
    pub const MAX_LENGTH: usize = 253;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says whether a name may have the character, at its ends left aside.
pub(super) const fn may_have(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

impl FromStr for ChannelName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        let name = || text.to_owned();
        let length = text.chars().count();
        if length == 0 {
            return Err(NameError::Empty);
        }
        if length > Self::MAX_LENGTH {
            return Err(NameError::Long { length });
        }
        if let Some(character) = text.chars().find(|character| !may_have(*character)) {
            return Err(NameError::Character { character, name: name() });
        }
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        if !is_edge(text.as_bytes().first()) || !is_edge(text.as_bytes().last()) {
            return Err(NameError::Edge { name: name() });
        }
        if length == 1 {
            return Err(NameError::Short { name: name() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::configuration(error.to_string())
    }
}
