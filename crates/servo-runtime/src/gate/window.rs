//! Windows of time in which changes may be made.

mod days;
mod time_of_day;
mod weekly;
mod zone;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Held;

pub use days::Days;
pub use time_of_day::TimeOfDay;
pub use weekly::Window;

/// How far ahead an opening or a closing is looked for. A window opens within a week, unless it lies within an hour
/// that the clocks skip then; in that case, within two.
const HORIZON_DAYS: u32 = 16;

/// Windows of time; none stands for always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows(Vec<Window>);

/// What is wrong with a window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowsError {
    /// A text is no time of day.
    #[error("`{text}` is not a time of day: write hours and minutes from 00:00 to 24:00, such as `22:00`")]
    Time {
        /// The text.
        text: String,
    },
    /// The window begins at the end of a day.
    #[error("a window cannot begin at 24:00: write `00:00`, and the day after in `days`")]
    From,
    /// A text is no day of the week.
    #[error("`{name}` is not a day of the week: write for example `mon`, or a range such as `mon-fri`")]
    Day {
        /// The text.
        name: String,
    },
    /// A list of days is empty.
    #[error("there are no days: list at least one, or leave `days` out for every day")]
    NoDay,
    /// The database of time zones does not have the name.
    #[error("there is no time zone `{name}`")]
    TimeZone {
        /// The name.
        name: String,
    },
}

impl Windows {
    /// Creates windows from the list of them. An empty list stands for always.
    pub fn new(windows: Vec<Window>) -> Self {
        Self(windows)
    }

    /// Says whether there are none, so that every time is one for changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the windows in the order in which they were written.
    pub fn iter(&self) -> std::slice::Iter<'_, Window> {
        self.0.iter()
    }

    /// Says whether it is a time for changes.
    ///
    /// # Errors
    ///
    /// When the next window opens, at most 16 days ahead.
    pub fn check(&self, now: Timestamp) -> Result<(), Held> {
        if self.is_empty() || self.are_open(now) {
            return Ok(());
        }
        let until = horizon(now);
        let openings = self.iter().filter_map(|window| Some((window.next(now, until)?.0, window)));
        let (message, wait) = if let Some((opens, window)) = openings.min_by_key(|(opens, _)| *opens) {
            let zoned = opens.to_zoned(window.time_zone().clone());
            (format!("the next window opens at {zoned}"), opens.duration_since(now).unsigned_abs())
        } else {
            let wait = Duration::from_hours(u64::from(HORIZON_DAYS) * 24);
            (format!("no window opens within {HORIZON_DAYS} days"), wait)
        };
        Err(Held { reason: "window-closed", message, wait })
    }

    /// Returns when the time for changes ends that `now` is in, windows that touch or overlap being one; `now` itself
    /// where none is open, and `None` where it does not end within 16 days.
    pub fn closes(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_empty() {
            return None;
        }
        if !self.are_open(now) {
            return Some(now);
        }
        let until = horizon(now);
        let mut closes = now;
        // Each turn reaches the end of another window or a change of the clocks, and there are so many before `until`.
        while closes < until {
            let open = self.iter().filter(|window| window.contains(closes));
            let ends = open.filter_map(|window| window.next(closes, until)).map(|(_, end)| end);
            match ends.max().filter(|end| *end > closes) {
                Some(end) => closes = end,
                None => return Some(closes),
            }
        }
        None
    }

    fn are_open(&self, now: Timestamp) -> bool {
        self.iter().any(|window| window.contains(now))
    }
}

impl<'a> IntoIterator for &'a Windows {
    type Item = &'a Window;
    type IntoIter = std::slice::Iter<'a, Window>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Prints the windows for people: `mon-fri 22:00-05:00 Europe/Berlin; sat-sun 00:00-24:00 UTC`, or `always`.
impl fmt::Display for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("always");
        }
        for (at, window) in self.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{window}")?;
        }
        Ok(())
    }
}

fn horizon(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(i64::from(HORIZON_DAYS) * 24)).unwrap_or(Timestamp::MAX)
}
