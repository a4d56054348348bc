//! How long to wait between two passes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

use crate::duration::{Duration, DurationError};

/// How long to wait between two passes: always as long, or twice as long each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Delay {
    /// Always this long, and a tenth of a second at least.
    Fixed(Duration),
    /// 8, 16, 32 seconds and so on, up to five minutes.
    #[default]
    Exponential,
}

impl Delay {
    const SHORTEST: Duration = Duration::from_millis(100);
    const FIRST_SECS: u64 = 8;
    const LONGEST_SECS: u64 = 300;

    /// Returns how long to wait after so many passes.
    pub fn before(self, passes: u32) -> Duration {
        match self {
            Self::Fixed(duration) => duration.max(Self::SHORTEST),
            Self::Exponential => {
                let doubled = 1_u64.checked_shl(passes.saturating_sub(1)).unwrap_or(u64::MAX);
                Duration::from_secs(doubled.saturating_mul(Self::FIRST_SECS).min(Self::LONGEST_SECS))
            }
        }
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(duration) => duration.fmt(f),
            Self::Exponential => f.write_str("expo"),
        }
    }
}

/// The text is no delay.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `expo` or a duration such as `10s`, found `{text}`")]
pub struct NotADelay {
    text: String,
    #[source]
    error: DurationError,
}

impl FromStr for Delay {
    type Err = NotADelay;

    fn from_str(text: &str) -> Result<Self, NotADelay> {
        match text {
            "expo" => Ok(Self::Exponential),
            text => match text.parse() {
                Ok(duration) => Ok(Self::Fixed(duration)),
                Err(error) => Err(NotADelay { text: text.to_owned(), error }),
            },
        }
    }
}

impl TryFrom<String> for Delay {
    type Error = NotADelay;

    fn try_from(text: String) -> Result<Self, NotADelay> {
        text.parse()
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_delays_double_up_to_five_minutes() {
        let seconds: Vec<u64> =
            (1..9).map(|passes| Delay::Exponential.before(passes).as_std().as_secs()).collect();
        assert_eq!(seconds, [8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(Delay::Exponential.before(u32::MAX), Duration::from_secs(300));
    }

    #[test]
    fn a_fixed_delay_is_never_none_at_all() {
        assert_eq!(Delay::Fixed(Duration::from_secs(10)).before(7), Duration::from_secs(10));
        assert_eq!(Delay::Fixed(Duration::ZERO).before(1), Duration::from_millis(100));
    }

    #[test]
    fn written_and_read_in_the_same_form() {
        for text in ["expo", "10s", "1m30s"] {
            assert_eq!(text.parse::<Delay>().unwrap().to_string(), text);
        }
        let error = "soon".parse::<Delay>().unwrap_err();
        assert_eq!(error.to_string(), "expected `expo` or a duration such as `10s`, found `soon`");
    }
}
