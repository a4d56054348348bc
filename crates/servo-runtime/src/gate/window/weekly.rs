//! One window: on certain days of the week, from one time of day to another, as a clock in its time zone shows them.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::de::{Deserialize, Deserializer, Error};

use super::zone::Zone;
use super::{Days, TimeOfDay, WindowsError};

/// The most changes of the clock that are looked at; time zones have a few in a year.
const MAX_TRANSITIONS: usize = 64;

/// A window that opens on certain days of the week.
///
/// It is open whenever the clocks of its time zone show a time from `from` on and before `to`. So one that begins
/// within an hour that clocks skip begins after it, one that lies within such an hour altogether does not open that
/// day, and what lies within an hour that is repeated is open both times. Where `to` is not later than `from` it is
/// of the next day, and the window belongs to the day it began; equal times are 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(from = "Written")]
pub struct Window {
    days: Days,
    from: TimeOfDay,
    to: TimeOfDay,
    zone: TimeZone,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    days: Option<Days>,
    #[serde(deserialize_with = "beginning")]
    from: TimeOfDay,
    to: TimeOfDay,
    time_zone: Option<Zone>,
}

fn beginning<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeOfDay, D::Error> {
    let from = TimeOfDay::deserialize(deserializer)?;
    if from.is_end_of_day() { Err(D::Error::custom(WindowsError::From)) } else { Ok(from) }
}

impl From<Written> for Window {
    fn from(Written { days, from, to, time_zone }: Written) -> Self {
        let zone = time_zone.map_or(TimeZone::UTC, |Zone(zone)| zone);
        Self { days: days.unwrap_or(Days::ALL), from, to, zone }
    }
}

impl Window {
    /// Creates a window; without days it opens every day.
    ///
    /// # Errors
    ///
    /// A beginning at 24:00, or a time zone that nobody knows.
    pub fn new(
        days: Option<Days>,
        from: TimeOfDay,
        to: TimeOfDay,
        time_zone: &str,
    ) -> Result<Self, WindowsError> {
        if from.is_end_of_day() {
            return Err(WindowsError::From);
        }
        let Zone(zone) = Zone::named(time_zone)?;
        Ok(Self { days: days.unwrap_or(Days::ALL), from, to, zone })
    }

    /// Returns the time zone whose clocks count.
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Says whether the window is open.
    pub fn contains(&self, now: Timestamp) -> bool {
        let clock = self.zone.to_datetime(now);
        let today = clock.date();
        let began = [Some(today), today.yesterday().ok()];
        let mut opened = began.into_iter().flatten().filter_map(|day| self.on(day));
        opened.any(|(from, to)| from <= clock && clock < to)
    }

    /// Returns when the window is open next, at or after `now` and before `until`: from when, and to when at least.
    /// What clocks do in between may make one opening two that touch.
    pub(super) fn next(&self, now: Timestamp, until: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let mut begin = now;
        for _ in 0..MAX_TRANSITIONS {
            if begin >= until {
                return None;
            }
            let transition = self.zone.following(begin).next();
            let end = transition.map_or(until, |transition| transition.timestamp().min(until));
            if let Some(opening) = self.next_at_offset(begin, end, self.zone.to_offset(begin)) {
                return Some(opening);
            }
            begin = end;
        }
        None
    }

    /// The same where the clocks do not change between the two times.
    fn next_at_offset(
        &self,
        begin: Timestamp,
        end: Timestamp,
        offset: Offset,
    ) -> Option<(Timestamp, Timestamp)> {
        let first = offset.to_datetime(begin).date();
        let first = first.yesterday().unwrap_or(first);
        let last = offset.to_datetime(end).date();
        let days = first.series(1.day()).take_while(|day| *day <= last);
        // Beyond the times that can be told there is nothing to open.
        let openings = days.filter_map(|day| self.on(day)).filter_map(|(from, to)| {
            let from = offset.to_timestamp(from).ok()?;
            let to = offset.to_timestamp(to).unwrap_or(Timestamp::MAX);
            Some((from.max(begin), to.min(end)))
        });
        openings.into_iter().find(|(from, to)| from < to)
    }

    /// When the window of a day begins and ends, by the clock, where it has one.
    fn on(&self, day: Date) -> Option<(DateTime, DateTime)> {
        if !self.days.contains(day.weekday()) {
            return None;
        }
        let midnight = day.to_datetime(Time::midnight());
        let end =
            if self.to > self.from { midnight } else { day.tomorrow().ok()?.to_datetime(Time::midnight()) };
        let at = |midnight: DateTime, time: TimeOfDay| {
            midnight.checked_add(SignedDuration::from_mins(time.minutes().into())).ok()
        };
        Some((at(midnight, self.from)?, at(end, self.to)?))
    }
}

/// Prints the window for people: `mon-fri 22:00-05:00 Europe/Berlin`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, from, to, zone } = self;
        if *days == Days::ALL {
            f.write_str("every day")?;
        } else {
            write!(f, "{days}")?;
        }
        write!(f, " {from}-{to} {}", zone.iana_name().unwrap_or("UTC"))
    }
}
