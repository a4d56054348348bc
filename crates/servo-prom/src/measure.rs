//! Measuring: waiting for as long as is measured, then asking what was recorded over exactly that time.

use std::collections::BTreeSet;

use async_trait::async_trait;
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring, Metrics};
use servo_core::model::Measurement;
use servo_core::{Context, Error, Result};

use crate::clock::Clock;
use crate::connector::Prometheus;
use crate::observer::{Early, Observer};
use crate::query;
use crate::settings::MetricSettings;
use crate::source::Range;

/// How many names of metrics are listed where none of them was meant.
const MOST_NAMES: usize = 10;

/// The note on a measurement that ended before its time.
const ENDED_EARLY: &str = "ended early";

#[async_trait]
impl On<Measure> for Prometheus {
    /// Lets warm-up and duration pass, waits for late samples, and asks for each metric over the duration, both ends
    /// included.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let wanted: Vec<&MetricSettings> =
            self.settings.metrics.iter().filter(|metric| input.wants(&metric.name)).collect();
        if wanted.is_empty() {
            return self.others(cx, input).await;
        }
        let (clock, control) = (Clock::begin(), &input.control);
        let lasts = control.warmup.saturating_add(control.duration);
        let mut range = Range { start: clock.after(control.warmup)?, end: clock.after(lasts)? };
        let observer = Observer::new(self, cx, input, clock)?;
        let source = self.source(cx).await?;
        let what = format!("measuring Prometheus metrics for {lasts}");
        let early = tokio::select! {
            biased;
            end = cx.wait(lasts, &what) => end.map(|()| None)?,
            early = observer.early(&*source) => Some(early),
        };
        let mut annotation = None;
        match early {
            None => {}
            Some(Early::Violated(violation)) => return Err(violation),
            Some(Early::Idle(at)) => {
                range.end = at;
                annotation = Some(self.ended(range, input));
            }
        }
        cx.wait(control.delay, "waiting for samples that are late").await?;
        let asked = tokio::select! {
            biased;
            () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while asking Prometheus")),
            asked = query::over(&*source, &wanted, range) => asked,
        };
        asked.log(self.name());
        let measurement = Measurement::new(asked.complete()?)
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))?;
        Ok(match annotation {
            Some(text) => measurement.with_annotation(ENDED_EARLY, text),
            None => measurement,
        })
    }
}

impl Prometheus {
    /// Leaves a measurement to other connectors, where there is nothing to ask for.
    ///
    /// # Errors
    ///
    /// Class failed: metrics are asked for, and nobody provides any of them.
    async fn others(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let names = input.metrics.as_deref().unwrap_or_default();
        let answers = cx.dispatch::<Metrics>(()).keep_errors().await?.answers()?;
        let provided: BTreeSet<String> =
            answers.into_iter().flat_map(|(_, metrics)| metrics).map(|metric| metric.name).collect();
        if names.is_empty() || names.iter().any(|name| provided.contains(name)) {
            return Ok(Measurement::default());
        }
        let listed = |names: &mut dyn Iterator<Item = &String>| {
            names.take(MOST_NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let message = format!("no connector provides the metric {}", listed(&mut names.iter()));
        let help = format!("there are: {}", listed(&mut provided.iter()));
        Err(Error::failed(message).with_help(help))
    }

    /// Says of a measurement that ended early how long it was, in the log, too.
    fn ended(&self, range: Range, input: &Measuring) -> String {
        let lasted = Duration::from_std(range.end.duration_since(range.start).unsigned_abs());
        let metrics = self.settings.eager.iter().flat_map(|eager| &eager.metrics);
        let metrics: Vec<&str> = metrics.map(String::as_str).collect();
        let text = format!("idle after {lasted} of {}: {}", input.control.duration, metrics.join(", "));
        tracing::info!(connector = self.name(), "the measurement ended early: {text}");
        text
    }
}

#[cfg(test)]
mod tests;
