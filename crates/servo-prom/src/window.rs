//! Ranges of time as a server takes them: to the millisecond, in parts that it does not refuse, and one again.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

use crate::source::{Answer, Range, Series};

/// The most points of a series in one answer. Prometheus refuses a range where its end is more than 11,000 steps after
/// its start; others count points.
const MOST_POINTS: i64 = 11_000;

/// The most parts of one range: a million points of each series is more than anybody looks at.
const MOST_PARTS: i64 = 100;

/// A time in milliseconds since the epoch, shown as exact decimal seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seconds(i64);

impl Seconds {
    /// Takes a time, without what is finer than a millisecond.
    pub(crate) fn of(time: Timestamp) -> Self {
        // A time has fewer milliseconds than fit, and one before the epoch is not rounded up.
        Self(i64::try_from(time.as_nanosecond().div_euclid(1_000_000)).unwrap_or_default())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, magnitude) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}", magnitude / 1000)?;
        match magnitude % 1000 {
            0 => Ok(()),
            rest => f.write_str(format!(".{rest:03}").trim_end_matches('0')),
        }
    }
}

/// One part of a range, as a request asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: Seconds,
    pub(crate) end: Seconds,
    pub(crate) step: Seconds,
}

/// Splits a range into parts of at most 11,000 points, whose points together are those of the range: its start, and one
/// each step from there, up to its end.
///
/// # Errors
///
/// Class failed: the end is before the start, or there would be more than a hundred parts.
pub(crate) fn split(range: Range, step: Duration) -> Result<Vec<Part>> {
    let (start, end) = (Seconds::of(range.start).0, Seconds::of(range.end).0);
    if end < start {
        return Err(Error::failed(format!(
            "the range ends at {}, which is before it starts at {}",
            range.end, range.start
        )));
    }
    // Prometheus counts in milliseconds, too, and a step of none would never end.
    let step = i64::try_from(step.as_std().as_millis()).unwrap_or(i64::MAX).max(1);
    let steps = (end - start) / step;
    let parts = steps / MOST_POINTS + 1;
    if parts > MOST_PARTS {
        let message = format!(
            "{} points of each series are more than {} that can be read",
            steps + 1,
            MOST_POINTS * MOST_PARTS
        );
        return Err(Error::failed(message).with_help("ask for a shorter range, or with a longer step"));
    }
    let part = |number: i64| {
        // Neither is after the end, so that neither overflows.
        let from = start + number * MOST_POINTS * step;
        let to = if number + 1 == parts { end } else { from + (MOST_POINTS - 1) * step };
        Part { start: Seconds(from), end: Seconds(to), step: Seconds(step) }
    };
    Ok((0..parts).map(part).collect())
}

/// The answers of parts, joined as they come.
#[derive(Default)]
pub(crate) struct Joined {
    answer: Answer,
    /// Where each series is.
    places: BTreeMap<BTreeMap<String, String>, usize>,
}

impl Joined {
    /// Adds the answer of the next part.
    pub(crate) fn add(&mut self, part: Answer) {
        let Answer { series, text, warnings, infos } = part;
        if self.answer.series.is_empty() {
            self.answer.series = series;
        } else {
            self.index();
            for series in series {
                self.append(series);
            }
        }
        if text.is_some() {
            self.answer.text = text;
        }
        add_new(&mut self.answer.warnings, warnings);
        add_new(&mut self.answer.infos, infos);
    }

    /// Gives what was joined.
    pub(crate) fn answer(self) -> Answer {
        self.answer
    }

    fn index(&mut self) {
        if self.places.is_empty() {
            let labels = self.answer.series.iter().enumerate();
            self.places = labels.map(|(place, series)| (series.labels.clone(), place)).collect();
        }
    }

    fn append(&mut self, next: Series) {
        let place = self.places.get(&next.labels).copied();
        let Some(series) = place.and_then(|place| self.answer.series.get_mut(place)) else {
            self.places.insert(next.labels.clone(), self.answer.series.len());
            self.answer.series.push(next);
            return;
        };
        // A server that moves the ends of ranges to multiples of the step may answer the last point of a part again.
        let last = series.points.last().map(|(time, _)| *time);
        series
            .points
            .extend(next.points.into_iter().filter(|(time, _)| last.is_none_or(|last| *time > last)));
        series.dropped = series.dropped.saturating_add(next.dropped);
    }
}

/// Adds the texts that are not there yet.
fn add_new(all: &mut Vec<String>, more: Vec<String>) {
    for text in more {
        if !all.contains(&text) {
            all.push(text);
        }
    }
}

#[cfg(test)]
mod tests;
