//! Figures of each reporting interval, published on `loadgen.vegeta` as in ServoX, and on `loadgen.` and the name of the
//! instance.
//!
//! Each message is JSON: the time, the instance, and of each metric the value of that interval alone.

use jiff::Timestamp;
use serde::Serialize;
use servo_core::model::Metric;
use servo_core::pubsub::{ChannelName, Message, Publisher};
use servo_core::{Context, Result};

use crate::summary::Summary;

/// The channel of ServoX.
const SERVOX: &str = "vegeta";

/// What is published.
#[derive(Debug, Serialize)]
struct Published<'a> {
    /// The end of the interval.
    at: Timestamp,
    /// The instance that sends the load.
    connector: &'a str,
    readings: Vec<Sample>,
}

/// The value of a metric.
#[derive(Debug, Serialize)]
struct Sample {
    metric: Metric,
    value: f64,
}

/// Publishes figures for as long as a measurement lasts.
#[derive(Debug)]
pub(crate) struct Publishing {
    name: String,
    publisher: Publisher,
}

impl Publishing {
    /// Creates it for an instance.
    ///
    /// # Errors
    ///
    /// The exchange has ended.
    pub(crate) fn new(cx: &Context, name: &str) -> Result<Self> {
        let publisher = cx.exchange().publisher(channels(name))?;
        Ok(Self { name: name.to_owned(), publisher })
    }

    /// Publishes what happened in an interval; nothing where nothing did.
    pub(crate) fn publish(&self, summary: &Summary) {
        let Some(values) = summary.values() else { return };
        let readings = values.into_iter().map(|(metric, value)| Sample { metric, value }).collect();
        let published = Published { at: Timestamp::now(), connector: &self.name, readings };
        let sent = Message::from_json(&published).and_then(|message| self.publisher.publish(&message));
        if let Err(error) = sent {
            tracing::debug!(connector = self.name, "cannot publish: {}", error.chain());
        }
    }
}

/// Names the channels. A name that no channel can have is left out: that of ServoX is always there.
fn channels(name: &str) -> Vec<ChannelName> {
    let mut names = vec![SERVOX];
    if name != SERVOX {
        names.push(name);
    }
    names.into_iter().filter_map(|name| format!("loadgen.{name}").parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_channel_of_servox_is_always_there() {
        let named = |name: &str| channels(name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(named("vegeta"), ["loadgen.vegeta"]);
        assert_eq!(named("load"), ["loadgen.vegeta", "loadgen.load"]);
        assert_eq!(named("load_"), ["loadgen.vegeta"]);
    }
}
