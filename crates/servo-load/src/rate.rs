//! How many requests are sent in which time, such as `50/1s`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use servo_core::duration::{Duration, DurationError};

/// The most requests in a second that may be asked for: beyond what one thread sends by more than an order of magnitude.
const MOST_PER_SECOND: f64 = 1e6;

/// The fewest requests in a second: one in a day.
const FEWEST_PER_SECOND: f64 = 1.0 / 86_400.0;

/// So many requests in an interval; read from `50`, which is in a second, or `50/1s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    hits: u32,
    interval: Duration,
}

/// What is wrong with a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// There is more than one `/`.
    #[error("rate strings are of the form hits/interval")]
    Form,
    /// What is before the `/` is no number of requests.
    #[error("rate must have an integer hits component, found '{0}'")]
    Hits(String),
    /// What is after the `/` is no duration.
    #[error("invalid duration '{interval}' in rate '{rate}'")]
    Interval {
        /// What is after the `/`.
        interval: String,
        /// What was read.
        rate: String,
        /// Why not.
        source: DurationError,
    },
    /// There would be no load.
    #[error("expected a rate of at least one request in a day, such as `50/1s`, found '{0}'")]
    TooLow(String),
    /// Nobody could send it.
    #[error("expected a rate of at most 1000000 requests in a second, found '{0}'")]
    TooHigh(String),
}

impl Rate {
    /// Makes the rate of so many requests in an interval.
    ///
    /// # Errors
    ///
    /// Less than one request in a day, or more than a million in a second.
    pub fn new(hits: u32, interval: Duration) -> Result<Self, RateError> {
        let rate = Self { hits, interval };
        let per_second = rate.per_second();
        // An interval of zero gives infinity or no number, which is above every limit or below none.
        if hits == 0 || per_second < FEWEST_PER_SECOND {
            return Err(RateError::TooLow(rate.to_string()));
        }
        if per_second.is_finite() && per_second <= MOST_PER_SECOND {
            return Ok(rate);
        }
        Err(RateError::TooHigh(rate.to_string()))
    }

    /// Returns the requests in a second.
    pub fn per_second(self) -> f64 {
        f64::from(self.hits) / self.interval.as_secs_f64()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.hits, self.interval)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (hits, interval) = match text.split_once('/') {
            Some((_, interval)) if interval.contains('/') => return Err(RateError::Form),
            Some((hits, interval)) => (hits.trim(), interval.trim()),
            None => (text.trim(), "1s"),
        };
        let hits: u32 = hits.parse().map_err(|_| RateError::Hits(hits.to_owned()))?;
        // As in `50/s`.
        let one = if interval.starts_with(|c: char| c.is_ascii_alphabetic()) { "1" } else { "" };
        let interval = format!("{one}{interval}").parse().map_err(|source| RateError::Interval {
            interval: interval.to_owned(),
            rate: text.to_owned(),
            source,
        })?;
        Self::new(hits, interval)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNumber)
    }
}

struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = Rate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rate such as `50/1s`, or a number of requests in a second")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Rate, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, hits: u64) -> Result<Rate, E> {
        hits.to_string().parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, hits: i64) -> Result<Rate, E> {
        hits.to_string().parse().map_err(E::custom)
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How many requests are sent: text such as `50/1s`, or a number of requests in a second.",
            "anyOf": [
                {
                    "description": "A number of requests, and the time in which they are sent.",
                    "type": "string",
                    "pattern": r"^\s*[0-9]+\s*(/.+)?$",
                    "examples": ["50/1s", "3000/1m", "200"]
                },
                { "description": "A number of requests in a second.", "type": "integer", "minimum": 1 }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Rate>().expect_err(text).to_string()
    }

    #[test]
    fn rates_are_read_as_servox_reads_them() {
        for (text, per_second) in [
            ("50/1s", 50.0),
            ("50", 50.0),
            ("3000/1m", 50.0),
            (" 5 / 100ms ", 50.0),
            ("50/s", 50.0),
            ("1/2s", 0.5),
        ] {
            let rate: Rate = text.parse().expect(text);
            assert!((rate.per_second() - per_second).abs() < 1e-9, "{text}: {rate}");
        }
        let read = |json: &str| serde_json::from_str::<Rate>(json).map(|rate| rate.to_string());
        assert_eq!(read("50").expect("a number"), "50/1s");
        assert_eq!(read("\"50/2s\"").expect("a text"), "50/2s");
    }

    #[test]
    fn what_is_no_rate_is_refused_in_the_words_of_servox() {
        assert_eq!(refusal("1/2/3"), "rate strings are of the form hits/interval");
        assert_eq!(refusal("1.5/1s"), "rate must have an integer hits component, found '1.5'");
        assert_eq!(refusal("/1s"), "rate must have an integer hits component, found ''");
        assert_eq!(refusal("-1"), "rate must have an integer hits component, found '-1'");
        assert_eq!(refusal("50/soon"), "invalid duration 'soon' in rate '50/soon'");
        assert_eq!(refusal("50/"), "invalid duration '' in rate '50/'");
        for none in ["0", "0/1s", "1/2w"] {
            assert!(refusal(none).starts_with("expected a rate of at least one request in a day"), "{none}");
        }
        for much in ["1000001", "1/0s", "4000000000/1ms"] {
            assert!(refusal(much).starts_with("expected a rate of at most 1000000"), "{much}");
        }
    }

    proptest! {
        #[test]
        fn a_rate_reads_as_it_is_written(hits in 1_u32..100_000, milliseconds in 100_u64..100_000) {
            let rate = Rate::new(hits, Duration::from_millis(milliseconds)).expect("in range");
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Rate>();
        }
    }
}
