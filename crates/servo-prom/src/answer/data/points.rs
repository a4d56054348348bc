//! The points of a series, read one after another; what is no finite number is dropped and counted.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::super::number::{Number, Time};
use crate::source::Series;

/// Points, and how many were dropped.
#[derive(Default)]
pub(super) struct Points {
    points: Vec<(Timestamp, f64)>,
    dropped: usize,
}

/// A time and a number: `[1435781430.781, "1"]`.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Point(Time, Number);

/// A time and a native histogram, read as the mean of what it counts.
#[derive(Clone, Copy, Deserialize)]
#[serde(from = "(Time, Histogram)")]
pub(super) struct Mean(pub(super) Point);

/// Native histograms over time.
pub(super) struct Means(pub(super) Points);

/// A native histogram; its buckets are not needed for the mean.
#[derive(Deserialize)]
struct Histogram {
    count: Number,
    sum: Number,
}

impl From<(Time, Histogram)> for Mean {
    fn from((time, Histogram { count, sum }): (Time, Histogram)) -> Self {
        // Nothing over nothing is no number, and is dropped as such. So is something over nothing, which cannot be.
        Self(Point(time, Number(sum.0 / count.0)))
    }
}

impl Point {
    /// Makes points of one.
    pub(super) fn alone(self) -> Points {
        let mut points = Points::default();
        points.add(self.0.0, self.1.0);
        points
    }
}

impl Points {
    /// Adds a point, or drops it.
    pub(super) fn add(&mut self, time: Timestamp, value: f64) {
        if value.is_finite() {
            self.points.push((time, value));
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Adds others.
    pub(super) fn extend(&mut self, others: Option<Self>) {
        let Some(others) = others else { return };
        self.points.extend(others.points);
        self.dropped = self.dropped.saturating_add(others.dropped);
    }

    /// Makes a series of them, in the order of time.
    pub(super) fn labelled(mut self, labels: std::collections::BTreeMap<String, String>) -> Series {
        if !self.points.is_sorted_by_key(|(time, _)| *time) {
            self.points.sort_by_key(|(time, _)| *time);
        }
        // It grew by doubling: a half of it may be empty.
        self.points.shrink_to_fit();
        Series { labels, points: self.points, dropped: self.dropped }
    }

    fn read<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(
        mut items: A,
        point: impl Fn(T) -> Point,
    ) -> Result<Self, A::Error> {
        let mut read = Self::default();
        while let Some(item) = items.next_element()? {
            let Point(time, number) = point(item);
            read.add(time.0, number.0);
        }
        Ok(read)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of times with numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Points, A::Error> {
                Points::read(items, |point: Point| point)
            }
        }
        deserializer.deserialize_seq(Values)
    }
}

impl<'de> Deserialize<'de> for Means {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Histograms;
        impl<'de> Visitor<'de> for Histograms {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of times with histograms")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Points, A::Error> {
                Points::read(items, |mean: Mean| mean.0)
            }
        }
        deserializer.deserialize_seq(Histograms).map(Self)
    }
}
