//! A length of time with a sign, and the canonical text of both kinds of duration.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::DurationError;
use super::parse::parse;

const MINUTE_SECONDS: u64 = 60;
const HOUR_SECONDS: u64 = 60 * MINUTE_SECONDS;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;

/// Units of the long form, largest first; a month is 30 days and a year 365 (spec 6.1). Weeks are read, never
/// printed.
const LONG_UNITS: [(&str, u64); 5] = [
    ("y", 365 * DAY_SECONDS),
    ("mm", 30 * DAY_SECONDS),
    ("d", DAY_SECONDS),
    ("h", HOUR_SECONDS),
    ("m", MINUTE_SECONDS),
];

/// A length of time that may be negative, exact to the nanosecond.
///
/// The grammar (spec 6.1, tightened): an optional sign, then `0` or any number of `<decimal><unit>` in any
/// order, with the units `ns us µs ms s m h d w mm y`. Anything else in the text is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SignedDuration {
    negative: bool,
    magnitude: std::time::Duration,
}

impl SignedDuration {
    /// Builds a duration from its sign and its length; zero has no sign.
    pub const fn new(negative: bool, magnitude: std::time::Duration) -> Self {
        Self { negative: negative && !magnitude.is_zero(), magnitude }
    }

    /// Says whether the duration is below zero.
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// Gives the length without its sign.
    pub const fn magnitude(self) -> std::time::Duration {
        self.magnitude
    }

    /// Gives the length in seconds, to the precision of a float.
    pub fn as_secs_f64(self) -> f64 {
        let seconds = self.magnitude.as_secs_f64();
        if self.negative { -seconds } else { seconds }
    }
}

impl FromStr for SignedDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        parse(text).map(|(negative, magnitude)| Self::new(negative, magnitude))
    }
}

impl Ord for SignedDuration {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude.cmp(&other.magnitude),
            (true, true) => other.magnitude.cmp(&self.magnitude),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for SignedDuration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for SignedDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&text(*self))
    }
}

/// Writes the canonical text: the sign, then from the largest unit to the smallest what is not zero.
fn text(duration: SignedDuration) -> String {
    let SignedDuration { negative, magnitude } = duration;
    if magnitude.is_zero() {
        return "0".to_owned();
    }
    let components = if magnitude.as_secs() == 0 { short(magnitude.subsec_nanos()) } else { long(magnitude) };
    format!("{}{}", if negative { "-" } else { "" }, components.concat())
}

/// Writes less than a second in whole milliseconds, microseconds and nanoseconds.
fn short(nanoseconds: u32) -> Vec<String> {
    [("ms", nanoseconds / 1_000_000), ("us", nanoseconds / 1_000 % 1_000), ("ns", nanoseconds % 1_000)]
        .into_iter()
        .filter(|(_, amount)| *amount > 0)
        .map(|(unit, amount)| format!("{amount}{unit}"))
        .collect()
}

/// Writes a second or more in whole units, the seconds with as many decimals as they need.
fn long(magnitude: std::time::Duration) -> Vec<String> {
    let (mut seconds, nanoseconds) = (magnitude.as_secs(), magnitude.subsec_nanos());
    let mut components = Vec::new();
    for (unit, size) in LONG_UNITS {
        if seconds >= size {
            components.push(format!("{}{unit}", seconds / size));
            seconds %= size;
        }
    }
    if nanoseconds > 0 {
        let decimals = format!("{nanoseconds:09}");
        components.push(format!("{seconds}.{}s", decimals.trim_end_matches('0')));
    } else if seconds > 0 {
        components.push(format!("{seconds}s"));
    }
    components
}
