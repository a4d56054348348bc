//! The `wait` connector: keeps the time while somebody else measures (section 8.7 of the specification).
//!
//! It describes nothing and has no readings: whoever optimizes looks at the application by other means, and Servo adjusts
//! it and says when the time of a measurement is over.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::connector::{Declaration, Maturity};
use servo_core::duration::Duration;
use servo_core::event::standard::{Describe, Measure, Measuring, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Measurement, Metric};
use servo_core::{Connector, Context, Descriptor, Error, Result};

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A note for whoever reads the configuration.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether a measurement takes its time. Otherwise it is over at once.
    pub measure_enabled: bool,
}

/// One instance, as a section of a configuration sets it up.
#[derive(Debug)]
pub struct Wait {
    is_enabled: bool,
}

servo_core::inventory::submit! {
    Descriptor::of::<Wait>("wait")
        .description("Keeps the time of measurements that happen elsewhere")
        .version(env!("CARGO_PKG_VERSION"))
        .maturity(Maturity::Stable)
        .example(include_str!("example.yaml"))
}

impl Connector for Wait {
    type Settings = Settings;

    fn new(_name: &str, settings: Settings) -> Result<Self> {
        Ok(Self { is_enabled: settings.measure_enabled })
    }

    fn declares(&self) -> Declaration {
        Declaration { metrics: Some(Vec::new()), components: Some(Vec::new()), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>();
    }
}

/// Adds up how long a measurement takes: until the application is warm, what counts, and until values have arrived where
/// they are read.
fn time_of(control: &Control) -> Duration {
    control.warmup.saturating_add(control.duration).saturating_add(control.delay)
}

#[async_trait]
impl On<Metrics> for Wait {
    async fn on(&self, _cx: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl On<Describe> for Wait {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::default())
    }
}

#[async_trait]
impl On<Measure> for Wait {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        if self.is_enabled {
            let time = time_of(&input.control);
            let waiting = format!("Waiting for {time} for external measurement to complete");
            let waited = cx.wait(time, &waiting).await;
            if waited.is_err() && cx.is_cancelled() {
                return Err(Error::cancelled("cancelled while waiting for an external measurement"));
            }
            waited?;
        }
        Ok(Measurement::default())
    }
}

#[cfg(test)]
mod tests;
