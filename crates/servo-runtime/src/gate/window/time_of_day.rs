//! A time of day to the minute, as a window has it: `22:00`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::WindowsError;

const HOUR_MINUTES: u16 = 60;
const DAY_MINUTES: u16 = 24 * HOUR_MINUTES;

/// A time of day to the minute, from 00:00 to 24:00, which is the beginning of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// Returns the minutes since 00:00, at most 1440.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// Says whether this is 24:00.
    pub fn is_end_of_day(self) -> bool {
        self.minutes == DAY_MINUTES
    }
}

impl FromStr for TimeOfDay {
    type Err = WindowsError;

    fn from_str(text: &str) -> Result<Self, WindowsError> {
        let wrong = || WindowsError::Time { text: text.to_owned() };
        let two_digits = |text: &str| {
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { text.parse::<u16>().map_err(|_| wrong()) } else { Err(wrong()) }
        };
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        let total = hours * HOUR_MINUTES + minutes;
        if minutes < HOUR_MINUTES && total <= DAY_MINUTES {
            Ok(Self { minutes: total })
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / HOUR_MINUTES, self.minutes % HOUR_MINUTES)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = TimeOfDay;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time of day such as `22:00`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TimeOfDay, E> {
        text.parse().map_err(E::custom)
    }
}
