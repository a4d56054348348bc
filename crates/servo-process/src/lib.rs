//! The `process` connector: measures one metric, with the value that its settings give it.

mod settings;

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::event::standard::{Describe, Measure, Measuring, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, DataPoint, Description, Measurement, Metric, Unit};
use servo_core::{Connector, Context, Descriptor, Error, Result};

pub use settings::Settings;

/// One instance, as a section of a configuration sets it up.
#[derive(Debug)]
pub struct Process {
    settings: Settings,
}

servo_core::inventory::submit! {
    Descriptor::of::<Process>("process")
        .description("Measures one metric with a value of its settings")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
}

impl Connector for Process {
    type Settings = Settings;

    fn new(_name: &str, settings: Settings) -> Result<Self> {
        settings.check()?;
        Ok(Self { settings })
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>();
    }
}

impl Process {
    /// The metrics that this instance can measure.
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::new(self.settings.metric.clone(), Unit::RequestsPerSecond)]
    }
}

#[async_trait]
impl On<Metrics> for Process {
    async fn on(&self, _cx: &Context, _input: &()) -> Result<Vec<Metric>> {
        Ok(self.metrics())
    }
}

#[async_trait]
impl On<Describe> for Process {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), self.metrics()))
    }
}

#[async_trait]
impl On<Measure> for Process {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        // Each wait ends at once when the operation is cancelled, and reports progress on the way.
        cx.wait(input.control.warmup, "warming up").await?;
        cx.wait(input.control.duration, "measuring").await?;
        let wanted = self.metrics().into_iter().filter(|metric| input.wants(&metric.name));
        let readings = wanted
            .map(|metric| DataPoint { metric, time: Timestamp::now(), value: self.settings.value }.into())
            .collect();
        Measurement::new(readings)
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))
    }
}

#[cfg(test)]
mod tests;
