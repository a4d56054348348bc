//! A modelled service: its settings as Servo describes them, and the model that answers for each assignment.

mod build;
mod domain;
mod place;

use std::collections::BTreeMap;

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::model::{Component, Metric, Unit, Value};
use servo_core::{Error, Result};

use crate::application::{Application, ComponentConfiguration, Configuration};
use crate::assignment::Assignment;
use crate::clock;
use crate::load::Load;
use crate::noise::{Draw, Noise};
use crate::series::{Occasion, Window};
use crate::subject::{Samples, Span, Subject};

/// The settings that every component has.
pub(crate) const CPU: &str = "cpu";
pub(crate) const MEMORY: &str = "mem";
pub(crate) const REPLICAS: &str = "replicas";

const HOUR_SECONDS: f64 = 3600.0;
const HOURS_OF_WEEK: u32 = 7 * 24;
const HOURS_OF_DAY: u32 = 24;

/// A service that is modelled.
#[derive(Debug)]
pub(crate) struct Service {
    components: Vec<Component>,
    metrics: Vec<Metric>,
    application: Application,
    load: Load,
    is_weekly: bool,
    noise: Noise,
    step_seconds: f64,
}

impl Service {
    /// Brings an assignment into the form that the model takes.
    fn configuration(&self, values: &Assignment) -> Result<Configuration> {
        let of = |component: &Component| {
            let configured = self.configured(&component.name, values)?;
            Ok((component.name.clone(), configured))
        };
        let configured = self.components.iter().map(of).collect::<Result<_>>()?;
        self.application.configure(&configured).map_err(|invalid| {
            Error::failed("the emulator cannot run what is deployed")
                .with_help("adjust the setting to a value that it can take, or remove the state file")
                .with_source(invalid)
        })
    }

    fn configured(&self, component: &str, values: &Assignment) -> Result<ComponentConfiguration> {
        let number = |setting: &str| {
            values.get(component, setting).and_then(Value::as_f64).ok_or_else(|| {
                Error::failed(format!("setting `{component}.{setting}` has no number as its value"))
            })
        };
        let replicas = values.get(component, REPLICAS).and_then(Value::as_number);
        let mut configured = ComponentConfiguration {
            cpu_cores: number(CPU)?,
            memory_gib: number(MEMORY)?,
            replicas: replicas.and_then(|replicas| u32::try_from(replicas).ok()).ok_or_else(|| {
                Error::failed(format!("setting `{component}.{REPLICAS}` has no whole number as its value"))
            })?,
            choices: BTreeMap::new(),
            numbers: BTreeMap::new(),
        };
        let own = values.component(component).filter(|(name, _)| ![CPU, MEMORY, REPLICAS].contains(name));
        for (name, value) in own {
            if self.is_choice(component, name) {
                configured.choices.insert(name.to_owned(), value.to_string());
            } else {
                configured.numbers.insert(name.to_owned(), number(name)?);
            }
        }
        Ok(configured)
    }

    fn is_choice(&self, component: &str, setting: &str) -> bool {
        let described = self.components.iter().find(|described| described.name == component);
        described.and_then(|component| component.setting(setting)).is_some_and(|it| it.as_choices().is_some())
    }

    fn window(&self, span: Span) -> Result<Window> {
        // Nothing can be sampled in no time at all: a measurement without a duration is a glance.
        let duration = span.duration.as_secs_f64().max(1e-3);
        Window::new(clock::seconds(span.start), duration, self.step_seconds).map_err(|invalid| {
            Error::failed("the measurement cannot be taken")
                .with_help("measure for a shorter time, or sample less often with `step:`")
                .with_source(invalid)
        })
    }

    /// The rates of one whole period of the load, hour by hour.
    fn rates(&self) -> Vec<f64> {
        if self.load.is_constant() {
            return vec![self.load.mean()];
        }
        let hours = if self.is_weekly { HOURS_OF_WEEK } else { HOURS_OF_DAY };
        (0..hours).map(|hour| self.load.at((f64::from(hour) + 0.5) * HOUR_SECONDS)).collect()
    }
}

/// Rounds to what a float still has of a time of this century.
fn milliseconds(seconds: f64) -> Duration {
    Duration::from_secs_f64((seconds * 1e3).round() / 1e3).unwrap_or_default()
}

impl Subject for Service {
    fn components(&self) -> &[Component] {
        &self.components
    }

    fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    fn schedule(&self, values: &Assignment) -> Result<()> {
        self.application.schedule(&self.configuration(values)?).map_err(Error::from)
    }

    fn run(&self, values: &Assignment, deployment: Draw, at: Timestamp) -> Result<()> {
        let (rate, slowdown) = (self.load.at(clock::seconds(at)), self.noise.slowdown(deployment));
        let steady = self.application.evaluate_on(&self.configuration(values)?, rate, slowdown);
        steady.map(drop).map_err(Error::from)
    }

    fn check(&self, span: Span) -> Result<()> {
        self.window(span).map(drop)
    }

    fn observe(&self, values: &Assignment, span: Span, occasion: Occasion) -> Result<Vec<Samples>> {
        let configuration = self.configuration(values)?;
        let window = self.window(span)?;
        let series = self.application.observe(&configuration, &self.load, window, &self.noise, occasion)?;
        let begin = clock::seconds(span.start);
        let samples = series.into_iter().map(|series| {
            let metric = Metric::new(series.metric, Unit::from(series.unit));
            let points = series.samples.into_iter().map(|(seconds, value)| {
                Ok((clock::after(span.start, milliseconds(seconds - begin))?, value))
            });
            Ok((metric, points.collect::<Result<_>>()?))
        });
        samples.collect()
    }

    fn truth(&self, values: &Assignment) -> Result<BTreeMap<String, f64>> {
        let configuration = self.configuration(values)?;
        let rates = self.rates();
        let mut sums = vec![0.0; self.metrics.len()];
        for rate in &rates {
            let steady = self.application.evaluate(&configuration, *rate)?;
            for (sum, value) in sums.iter_mut().zip(steady.values()) {
                *sum += value;
            }
        }
        let means = sums.into_iter().map(|sum| sum / rates.len() as f64);
        Ok(self.metrics.iter().map(|metric| metric.name.clone()).zip(means).collect())
    }
}
