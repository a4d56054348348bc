//! Readings on the channel `metrics.prometheus` while the servo runs, and what an observer takes from there.
//!
//! Each message is JSON: the time, and of each metric the value of each of its series at that time.

mod window;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use servo_core::event::On;
use servo_core::event::standard::{Ending, Shutdown, Startup};
use servo_core::model::Metric;
use servo_core::pubsub::{ChannelName, Job, Message};
use servo_core::{Context, Error, Result};

use crate::connector::Prometheus;
use crate::failures;
use crate::query;
use crate::settings::MetricSettings;
use crate::source::Source;

pub(crate) use window::Window;

/// What is published.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Published {
    /// The time of all values.
    pub(crate) at: Timestamp,
    /// A value of each series, in the order of the metrics.
    pub(crate) readings: Vec<Sample>,
    /// The metrics whose queries failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) failed: Vec<String>,
}

/// The value of one series.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) metric: Metric,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// What publishes while the servo runs.
#[derive(Debug, Default)]
pub(crate) struct Streaming(Mutex<Option<Job>>);

impl Streaming {
    /// Keeps what publishes now, and ends what did before.
    fn set(&self, job: Option<Job>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), job);
        if let Some(before) = before {
            before.cancel();
        }
    }

    /// Returns true where something is published.
    pub(crate) fn is_on(&self) -> bool {
        let job = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        job.as_ref().is_some_and(|job| !job.is_finished())
    }
}

/// Names the channel of an instance: `metrics.prometheus`, or `metrics.` and its alias.
///
/// # Errors
///
/// Class configuration: the name of the instance ends with what no name of a channel ends with.
pub(crate) fn channel(instance: &str) -> Result<ChannelName> {
    // The name of a connector that another one has brought along has a colon, that of a channel has none.
    let instance = instance.replace(':', ".");
    format!("metrics.{instance}").parse().map_err(|error| {
        let help =
            "let the name of the connector end with a letter or a digit, or remove `streaming_interval`";
        Error::configuration("no channel can be named for the connector").with_source(error).with_help(help)
    })
}

#[async_trait]
impl On<Startup> for Prometheus {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        let Some(interval) = self.settings.streaming_interval else { return Ok(()) };
        let (source, settings) = (self.source(cx).await?, Arc::clone(&self.settings));
        let publisher = cx.exchange().publisher([channel(self.name())?])?;
        self.streaming.set(None);
        let publish = move || {
            let (source, settings) = (Arc::clone(&source), Arc::clone(&settings));
            async move { message(&*source, &settings.metrics).await }
        };
        self.streaming.set(Some(publisher.every(self.name(), interval, publish)?));
        Ok(())
    }
}

#[async_trait]
impl On<Shutdown> for Prometheus {
    async fn on(&self, _cx: &Context, _ending: &Ending) -> Result<()> {
        self.streaming.set(None);
        Ok(())
    }
}

/// Asks for all metrics now. Those that fail are named in the message.
///
/// # Errors
///
/// All of them failed.
async fn message(source: &dyn Source, metrics: &[MetricSettings]) -> Result<Message> {
    let at = Timestamp::now();
    let (mut readings, mut wrong) = (Vec::new(), Vec::new());
    for (metric, found) in query::at(source, metrics, at).await {
        let series = match found {
            Ok(answer) => answer.series,
            Err(error) => {
                wrong.push((metric.name.clone(), error));
                continue;
            }
        };
        let model = metric.metric();
        for (labels, value) in series.into_iter().filter_map(|it| Some((it.labels, it.points.last()?.1))) {
            readings.push(Sample { metric: model.clone(), labels, value });
        }
    }
    let failed: Vec<String> = wrong.iter().map(|(name, _)| name.clone()).collect();
    match failures::joined(wrong) {
        Some(error) if failed.len() == metrics.len() => return Err(error),
        Some(error) => tracing::warn!("published without {}: {}", failed.join(", "), error.chain()),
        None => {}
    }
    Message::from_json(&Published { at, readings, failed })
}

#[cfg(test)]
mod tests;
