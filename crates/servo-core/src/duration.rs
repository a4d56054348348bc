//! Lengths of time as people write them: `5m`, `1h30m`, `250ms`, exact to the nanosecond.

mod json;
mod parse;
mod signed;

pub use parse::DurationError;
pub use signed::SignedDuration;

use std::fmt;
use std::str::FromStr;

/// A non-negative length of time, exact to the nanosecond.
///
/// Text and numbers are read alike: a string follows the grammar of [`SignedDuration`], a number is
/// **seconds**. The text it prints is canonical and reads back as the same value. It is serialised as that
/// text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(std::time::Duration);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(std::time::Duration::ZERO);

    /// Builds a duration of whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(std::time::Duration::from_secs(seconds))
    }

    /// Builds a duration of whole milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(std::time::Duration::from_millis(milliseconds))
    }

    /// Wraps a duration of the standard library.
    pub const fn from_std(duration: std::time::Duration) -> Self {
        Self(duration)
    }

    /// Builds a duration from seconds, rounded to the nearest nanosecond.
    ///
    /// # Errors
    /// A negative number, a number that is not finite, or one beyond the longest duration.
    pub fn from_secs_f64(seconds: f64) -> Result<Self, DurationError> {
        if seconds < 0.0 {
            return Err(DurationError::Negative { input: seconds.to_string() });
        }
        std::time::Duration::try_from_secs_f64(seconds)
            .map(Self)
            .map_err(|_| DurationError::Seconds { input: seconds.to_string() })
    }

    /// Gives the standard library's form.
    pub const fn as_std(self) -> std::time::Duration {
        self.0
    }

    /// Gives the length in seconds, to the precision of a float.
    pub fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    /// Says whether this is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Adds two durations, or gives `None` beyond the longest one.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Adds two durations, stopping at the longest one.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl From<std::time::Duration> for Duration {
    fn from(duration: std::time::Duration) -> Self {
        Self(duration)
    }
}

impl From<Duration> for std::time::Duration {
    fn from(duration: Duration) -> Self {
        duration.0
    }
}

impl TryFrom<SignedDuration> for Duration {
    type Error = DurationError;

    fn try_from(signed: SignedDuration) -> Result<Self, DurationError> {
        if signed.is_negative() {
            return Err(DurationError::Negative { input: signed.to_string() });
        }
        Ok(Self(signed.magnitude()))
    }
}

impl From<Duration> for SignedDuration {
    fn from(duration: Duration) -> Self {
        Self::new(false, duration.0)
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        Self::try_from(text.parse::<SignedDuration>()?)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SignedDuration::from(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests;
