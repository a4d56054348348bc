//! How many changes an hour, as people write it: `6` or `6/h`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// How many changes may be made in any hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeRate(pub NonZeroU32);

/// What is wrong with a rate of changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRateError {
    /// No change at all.
    #[error("a rate of 0 would hold every change back: write `mode: observe` for that, or a number from 1")]
    Zero,
    /// More than can be counted.
    #[error(
        "at most {} changes in an hour can be counted: leave `change_rate` out to set no bound",
        u32::MAX
    )]
    TooMany,
    /// Something else.
    #[error("`{text}` is not a rate of changes: write how many may be made in an hour, such as `6` or `6/h`")]
    NotARate {
        /// What was written.
        text: String,
    },
}

impl ChangeRate {
    fn of(changes: u64) -> Result<Self, ChangeRateError> {
        let changes = u32::try_from(changes).map_err(|_| ChangeRateError::TooMany)?;
        NonZeroU32::new(changes).map(Self).ok_or(ChangeRateError::Zero)
    }
}

impl FromStr for ChangeRate {
    type Err = ChangeRateError;

    fn from_str(text: &str) -> Result<Self, ChangeRateError> {
        let number = text.strip_suffix("/h").unwrap_or(text);
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ChangeRateError::NotARate { text: text.to_owned() });
        }
        number.parse().map_err(|_| ChangeRateError::TooMany).and_then(Self::of)
    }
}

impl fmt::Display for ChangeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/h", self.0)
    }
}

impl<'de> Deserialize<'de> for ChangeRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = ChangeRate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("how many changes may be made in an hour, such as `6` or `6/h`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ChangeRate, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, changes: u64) -> Result<ChangeRate, E> {
        ChangeRate::of(changes).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rate_is_a_number_of_changes_in_an_hour() {
        let six = Ok(ChangeRate(NonZeroU32::new(6).unwrap()));
        assert_eq!("6".parse(), six);
        assert_eq!("6/h".parse(), six);
        assert_eq!("0".parse::<ChangeRate>(), Err(ChangeRateError::Zero));
        assert_eq!("4294967296/h".parse::<ChangeRate>(), Err(ChangeRateError::TooMany));
        assert_eq!(format!("{}0", u64::MAX).parse::<ChangeRate>(), Err(ChangeRateError::TooMany));
        for text in ["", "/h", "6/d", "-1", "+6", "6 /h", "6/h/h", "six", "1.5", "٦"] {
            let wrong = Err(ChangeRateError::NotARate { text: text.to_owned() });
            assert_eq!(text.parse::<ChangeRate>(), wrong, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_rate_reads_back_as_it_prints(changes in 1_u32..) {
            let rate = ChangeRate(NonZeroU32::new(changes).unwrap());
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn no_text_panics(text in "\\PC*|[0-9/h]{0,12}") {
            if let Ok(rate) = text.parse::<ChangeRate>() {
                prop_assert!(rate.to_string().starts_with(text.trim_start_matches('0').trim_end_matches("/h")));
            }
        }
    }
}
