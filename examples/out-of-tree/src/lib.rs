//! The `loadavg` connector: how busy a Linux host is, read from its `/proc`.

pub mod settings;

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::event::standard::{Describe, Measure, Measuring, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Measurement, Metric, TimeSeries, Unit};
use servo_core::{Connector, Context, Descriptor, Error, Result};

/// What is measured, as proc(5) describes it: name, unit, file, and the text before the number.
const SOURCES: [(&str, &str, &str, &str); 2] =
    [("load_1m", "", "loadavg", ""), ("memory_available", "KiB", "meminfo", "MemAvailable:")];

/// One section of a configuration, at work.
#[derive(Debug)]
pub struct Loadavg(settings::Settings);

servo_core::inventory::submit! {
    Descriptor::of::<Loadavg>("loadavg")
        .description("Measures the load average and the available memory of a Linux host")
        .version(env!("CARGO_PKG_VERSION"))
        .example("{proc: /proc, step: 5s}")
}

impl Connector for Loadavg {
    type Settings = settings::Settings;

    fn new(_name: &str, settings: Self::Settings) -> Result<Self> {
        settings.checked().map(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>();
    }
}

impl Loadavg {
    fn metrics() -> Vec<Metric> {
        SOURCES.map(|(name, unit, ..)| Metric::new(name, Unit::from(unit))).into()
    }

    /// Reads a number. One that is not there is a failure, not a zero.
    fn read(&self, file: &str, before: &str) -> Result<f64> {
        let path = self.0.proc.join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let help = "set `proc` to where the proc file system of a Linux host is mounted";
            Error::failed(format!("cannot read {}", path.display())).with_source(error).with_help(help)
        })?;
        let found =
            text.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
        found.ok_or_else(|| Error::failed(format!("no number after `{before}` in {}", path.display())))
    }
}

#[async_trait]
impl On<Metrics> for Loadavg {
    async fn on(&self, _cx: &Context, _input: &()) -> Result<Vec<Metric>> {
        Ok(Self::metrics())
    }
}

#[async_trait]
impl On<Describe> for Loadavg {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), Self::metrics()))
    }
}

#[async_trait]
impl On<Measure> for Loadavg {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        cx.wait(input.control.warmup, "warming up").await?;
        let mut series: Vec<_> = Self::metrics().into_iter().map(|metric| (metric, Vec::new())).collect();
        let sampling = async {
            let mut ticks = tokio::time::interval(self.0.step.as_std());
            loop {
                ticks.tick().await;
                for ((_, points), (_, _, file, before)) in series.iter_mut().zip(SOURCES) {
                    points.push((Timestamp::now(), self.read(file, before)?));
                }
            }
        };
        tokio::select! {
            biased;
            failed = sampling => return failed,
            ended = cx.wait(input.control.duration, "measuring") => ended?,
        }
        series.retain(|(metric, _)| input.wants(&metric.name));
        let readings = series.into_iter().map(|(metric, points)| TimeSeries::new(metric, points).into());
        Measurement::new(readings.collect())
            .map_err(|error| Error::internal("not all series").with_source(error))
    }
}

#[cfg(test)]
mod tests;
