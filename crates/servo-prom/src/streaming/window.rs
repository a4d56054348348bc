//! What was published in the last span of time, as readings.

use std::collections::{BTreeMap, VecDeque};

use servo_core::duration::Duration;
use servo_core::model::{Metric, Reading};
use servo_core::pubsub::{Delivery, Subscription};

use super::Published;
use crate::reading;
use crate::source::Series;

/// The most messages that are kept. A span of more is asked for instead.
const MOST: u128 = 1000;

/// The messages of the last span of time.
#[derive(Debug)]
pub(crate) struct Window {
    subscription: Option<Subscription>,
    span: Duration,
    /// With the time since the measurement began at which each came.
    kept: VecDeque<(Duration, Published)>,
}

impl Window {
    /// Returns true where messages on an interval say as much of a span as the server itself would, and are not too many.
    pub(crate) fn fits(interval: Duration, span: Duration) -> bool {
        let (interval, span) = (interval.as_std().as_nanos(), span.as_std().as_nanos());
        interval > 0 && interval <= span && span / interval <= MOST
    }

    /// Begins to keep what is published.
    pub(crate) fn new(subscription: Subscription, span: Duration) -> Self {
        Self { subscription: Some(subscription), span, kept: VecDeque::new() }
    }

    /// Waits for the next message; for ever where none can come.
    pub(crate) async fn next(&mut self) -> Delivery {
        if let Some(subscription) = &mut self.subscription {
            if let Some(delivery) = subscription.next().await {
                return delivery;
            }
            self.subscription = None;
        }
        std::future::pending().await
    }

    /// Keeps a message that came so long after the beginning. One that is none of the connector's is left out.
    pub(crate) fn take(&mut self, delivery: &Delivery, elapsed: Duration) {
        if let Ok(published) = delivery.message.json() {
            self.kept.push_back((elapsed, published));
        }
        self.forget(elapsed);
    }

    /// Gives the readings of the last span; `None` where the server must be asked for them: the window has not seen a
    /// whole span yet, or saw nothing in it.
    pub(crate) fn readings(&mut self, elapsed: Duration) -> Option<Vec<Reading>> {
        self.forget(elapsed);
        if elapsed < self.span || self.kept.is_empty() {
            return None;
        }
        let mut found: BTreeMap<(&Metric, &BTreeMap<String, String>), Vec<_>> = BTreeMap::new();
        for (_, published) in &self.kept {
            for value in &published.readings {
                found.entry((&value.metric, &value.labels)).or_default().push((published.at, value.value));
            }
        }
        let series = found.into_iter().filter_map(|((metric, labels), points)| {
            reading::of(metric, Series { labels: labels.clone(), points, dropped: 0 })
        });
        Some(series.map(Reading::from).collect())
    }

    /// Lets go of what is older than the span.
    fn forget(&mut self, elapsed: Duration) {
        let is_old = |came: Duration| came.saturating_add(self.span) < elapsed;
        while self.kept.front().is_some_and(|(came, _)| is_old(*came)) {
            self.kept.pop_front();
        }
    }
}
