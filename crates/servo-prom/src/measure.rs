//! Measuring: waiting for as long as is measured, then asking what was recorded over exactly that time.

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::Measurement;
use servo_core::{Context, Error, Result};

use crate::clock::Clock;
use crate::connector::Prometheus;
use crate::query;
use crate::settings::MetricSettings;
use crate::source::Range;

#[async_trait]
impl On<Measure> for Prometheus {
    /// Lets warm-up and duration pass, waits for late samples, and asks for each metric over the duration, both ends
    /// included.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let wanted: Vec<&MetricSettings> =
            self.settings.metrics.iter().filter(|metric| input.wants(&metric.name)).collect();
        if wanted.is_empty() {
            return Ok(Measurement::default());
        }
        let (clock, control) = (Clock::begin(), &input.control);
        let lasts = control.warmup.saturating_add(control.duration);
        let range = Range { start: clock.after(control.warmup)?, end: clock.after(lasts)? };
        let source = self.source(cx).await?;
        cx.wait(lasts, &format!("measuring Prometheus metrics for {lasts}")).await?;
        cx.wait(control.delay, "waiting for samples that are late").await?;
        let asked = tokio::select! {
            biased;
            () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while asking Prometheus")),
            asked = query::over(&*source, &wanted, range) => asked,
        };
        asked.log(self.name());
        Measurement::new(asked.complete()?)
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))
    }
}

#[cfg(test)]
mod tests;
