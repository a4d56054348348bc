//! The `points` connector: series without a service, of any number and length.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::standard::{Check, Describe, Measure, Measuring, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Measurement, Metric, TimeSeries, Unit};
use servo_core::{Connector, Context, Descriptor, Error, Result};

/// One section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// How many metrics there are.
    metrics: u16,
    /// How many points, a second apart, each series has.
    points: u16,
    /// How many checks there are.
    checks: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { metrics: 2, points: 3, checks: 1 }
    }
}

/// The connector.
#[derive(Debug)]
pub(crate) struct Points(Settings);

servo_core::inventory::submit! {
    Descriptor::of::<Points>("points")
        .description("Measures points that are made up, for benches")
        .version(env!("CARGO_PKG_VERSION"))
        .example("{metrics: 2, points: 3}")
}

impl Connector for Points {
    type Settings = Settings;

    fn new(_name: &str, settings: Settings) -> Result<Self> {
        Ok(Self(settings))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Check>().on::<Metrics>().on::<Describe>().on::<Measure>();
    }
}

impl Points {
    fn metrics(&self) -> Vec<Metric> {
        (0..self.0.metrics).map(|number| Metric::new(format!("metric_{number:05}"), Unit::Float)).collect()
    }

    /// Makes a series that ends now. Its values have as many digits as measured ones.
    fn series(&self, metric: Metric, now: Timestamp) -> TimeSeries {
        let point = |number: u16| {
            let age = SignedDuration::from_secs(i64::from(self.0.points - number));
            let time = now.checked_sub(age).unwrap_or(now);
            (time, 100.0 + 37.0 * (f64::from(number) * 0.7).sin())
        };
        TimeSeries::new(metric, (0..self.0.points).map(point).collect())
    }
}

#[async_trait]
impl On<Check> for Points {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let mut checks = Checks::new();
        checks.each("point", 0..self.0.checks, |number| {
            check::common(format!("Point {number} can be made"), move || async move {
                // As often as others that ask somebody else.
                tokio::task::yield_now().await;
                format!("it is number {number}")
            })
        });
        checks.run(cx, input).await
    }
}

#[async_trait]
impl On<Metrics> for Points {
    async fn on(&self, _cx: &Context, _input: &()) -> Result<Vec<Metric>> {
        Ok(self.metrics())
    }
}

#[async_trait]
impl On<Describe> for Points {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), self.metrics()))
    }
}

#[async_trait]
impl On<Measure> for Points {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        cx.wait(input.control.warmup, "warming up").await?;
        cx.wait(input.control.duration, "measuring").await?;
        let now = Timestamp::now();
        let wanted = self.metrics().into_iter().filter(|metric| input.wants(&metric.name));
        let readings = wanted.map(|metric| self.series(metric, now).into()).collect();
        Measurement::new(readings).map_err(|error| Error::internal("not all series").with_source(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_connector_like_any_other() {
        servo_testkit::conformance::check("points").unwrap();
    }

    #[test]
    fn a_series_has_as_many_points_as_it_is_said_to_have() {
        let points = Points(Settings { metrics: 50, points: 600, ..Settings::default() });
        let series = points.series(Metric::new("m", Unit::Float), Timestamp::now());
        assert_eq!((points.metrics().len(), series.points().len()), (50, 600));
        assert!(series.points().windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
