//! Days of the week, as people write them: `mon`, `sat-sun`, `mon-wed, fri`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::WindowsError;

/// The names of the days, short and long, each list from Monday.
const NAMES: [&str; 14] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// How many days a week has.
const WEEK: usize = 7;

/// Days of the week, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days([bool; WEEK]);

impl Days {
    /// Every day.
    pub const ALL: Self = Self([true; WEEK]);

    /// Says whether a day is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        self.0.get(at).copied().unwrap_or_default()
    }

    fn union(self, other: Self) -> Self {
        let mut days = self.0;
        for (day, is_other) in days.iter_mut().zip(other.0) {
            *day |= is_other;
        }
        Self(days)
    }
}

/// Reads a name, or a range of two: `sat-mon` is Saturday, Sunday and Monday.
fn range(text: &str) -> Result<Days, WindowsError> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    let length = (last + WEEK - first) % WEEK;
    let mut days = [false; WEEK];
    for (at, is_day) in days.iter_mut().enumerate() {
        *is_day = (at + WEEK - first) % WEEK <= length;
    }
    Ok(Days(days))
}

/// Reads a name as the number of days since Monday.
fn day(name: &str) -> Result<usize, WindowsError> {
    let name = name.trim();
    let at = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
    at.map(|at| at % WEEK).ok_or_else(|| WindowsError::Day { name: name.to_owned() })
}

impl FromStr for Days {
    type Err = WindowsError;

    /// Reads names and ranges with commas between them.
    fn from_str(text: &str) -> Result<Self, WindowsError> {
        let days = text.split(',').map(range);
        days.reduce(|left, right| Ok(left?.union(right?))).unwrap_or(Err(WindowsError::NoDay))
    }
}

/// Prints ranges from Monday on: `mon-wed, fri`.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        let is_day = |at: usize| self.0.get(at).copied().unwrap_or_default();
        let name = |at: usize| NAMES.get(at).copied().unwrap_or_default();
        let mut at = 0;
        while at < WEEK {
            let first = at;
            while is_day(at) {
                at += 1;
            }
            match at - first {
                0 => at += 1,
                1 => write!(f, "{comma}{}", name(first))?,
                _ => write!(f, "{comma}{}-{}", name(first), name(at - 1))?,
            }
            comma = if at > first && is_day(first) { ", " } else { comma };
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrList)
    }
}

struct TextOrList;

impl<'de> Visitor<'de> for TextOrList {
    type Value = Days;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("days such as `mon-fri`, or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Days, E> {
        text.parse().map_err(|error| match error {
            // This form has the nearest name found.
            WindowsError::Day { name } => E::unknown_variant(&name, &NAMES),
            error => E::custom(error),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Days, A::Error> {
        let mut days = None;
        while let Some(Item(item)) = items.next_element()? {
            days = Some(days.map_or(item, |days: Days| days.union(item)));
        }
        days.ok_or_else(|| A::Error::custom(WindowsError::NoDay))
    }
}

/// One item of a list of days.
struct Item(Days);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text).map(Self)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Days;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as `mon`, or a range such as `mon-fri`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Days, E> {
        TextOrList.visit_str(text)
    }
}
