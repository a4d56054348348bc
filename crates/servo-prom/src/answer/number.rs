//! Times, and numbers that are written as text.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A time in seconds since the epoch, with at most three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

/// A number, written as text such as `"0.5"`, `"NaN"` or `"+Inf"`; some servers write it as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        time(seconds).map(Self).ok_or_else(|| D::Error::custom(format!("{seconds} is no time")))
    }
}

/// Converts seconds to a time, to the millisecond. A double is exact to far less than that for some 100,000 years.
pub(super) fn time(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1000.0).round();
    // Rust's conversion saturates, and the type of the time refuses what is out of its range.
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    let whole = milliseconds as i64;
    if milliseconds.is_finite() { Timestamp::from_millisecond(whole).ok() } else { None }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        number(text).map(Number).ok_or_else(|| E::custom(format!("expected a number, found `{text}`")))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        Ok(Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }
}

/// Reads a number as Go writes it: Rust reads all of these forms, `+Inf` and `NaN` among them.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}
