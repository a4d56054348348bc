//! An application of which everything is known, and the loop of a servo around it.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use servo_core::duration::Duration;
use servo_core::event::standard::Adjusting;
use servo_core::model::{
    Adjustment, Choices, Component, Control, DataPoint, Decimal, Description, Measurement, Metric, Range,
    Reading, Setting, Unit, Value,
};
use servo_core::optimizer::{Answer, Failure, Hello, Operation, Optimizer, Outcome, Report};
use servo_core::{Error, Result};

use super::super::Study;

pub(super) type Values = BTreeMap<String, Value>;

/// Decides what comes of an operation instead of the application; `None` leaves it to that.
pub(super) type Intervention = Box<dyn FnMut(&Operation, &Values) -> Option<Result<Answer, Failure>> + Send>;

/// A service with CPU, replicas and a mode of garbage collection; its latency falls with what it is given.
pub(super) struct App {
    pub(super) description: Description,
    pub(super) values: Values,
    pub(super) intervention: Intervention,
    /// The operations that were carried out.
    pub(super) log: Vec<Operation>,
    pub(super) outcome: Option<Outcome>,
    pub(super) errors: Vec<Error>,
    /// Stops the study before this many operations more.
    pub(super) stop_after: Option<usize>,
    /// How long a measurement takes.
    pub(super) slow: Duration,
    /// Whether latencies scatter. They do so by what commands carry alone: by the trial for which the application was
    /// adjusted, and by the one that is measured.
    pub(super) is_noisy: bool,
    /// The trial for which the application was adjusted; none where it is as it was found or was restored.
    adjusted_for: Option<u64>,
}

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

pub(super) fn range(min: &str, max: &str, step: &str) -> Range {
    Range::new(decimal(min), decimal(max), decimal(step)).expect("a range")
}

pub(super) fn settings() -> Vec<Setting> {
    let cpu = Setting::range("cpu", range("0.5", "4", "0.5"));
    let replicas = Setting::range("replicas", range("1", "8", "1"));
    let modes = Choices::new(vec![Value::from("throughput"), Value::from("latency")]).expect("choices");
    let memory = Setting::range("mem", range("1", "4", "1")).with_value(decimal("2")).expect("2 GiB");
    vec![
        cpu.with_value(decimal("3")).expect("3 cores"),
        replicas.with_value(6).expect("6 replicas"),
        Setting::choice("gc", modes).with_value("throughput").expect("a mode"),
        memory.pinned(true),
    ]
}

impl App {
    pub(super) fn new() -> Self {
        Self::of(settings())
    }

    pub(super) fn of(settings: Vec<Setting>) -> Self {
        let metrics =
            ["p95_latency", "throughput"].map(|name| Metric::new(name, Unit::Milliseconds)).to_vec();
        let description = Description::new(vec![Component::new("web", settings)], metrics);
        let mut app = Self {
            description,
            values: Values::new(),
            intervention: Box::new(|_, _| None),
            log: Vec::new(),
            outcome: None,
            errors: Vec::new(),
            stop_after: None,
            slow: Duration::ZERO,
            is_noisy: false,
            adjusted_for: None,
        };
        for adjustment in app.description.values() {
            app.values.insert(adjustment.setting, adjustment.value);
        }
        app
    }

    pub(super) fn intervening(
        mut self,
        intervention: impl FnMut(&Operation, &Values) -> Option<Result<Answer, Failure>> + Send + 'static,
    ) -> Self {
        self.intervention = Box::new(intervention);
        self
    }

    /// Runs a study to its end, as a servo does: an error makes it wind up.
    pub(super) async fn run(mut self, study: &Study) -> Self {
        let started = study.hello(Hello::default()).await;
        started.expect("hello");
        let mut is_winding_up = false;
        for _ in 0..1000 {
            if self.stop_after.is_some_and(|operations| self.log.len() >= operations) && !is_winding_up {
                is_winding_up = true;
                study.stop("SIGTERM").await;
            }
            match self.step(study).await {
                Ok(None) => {}
                Ok(Some(outcome)) => {
                    self.outcome = Some(outcome);
                    return self;
                }
                Err(error) => {
                    self.errors.push(error);
                    if is_winding_up {
                        return self;
                    }
                    is_winding_up = true;
                    study.stop("error").await;
                }
            }
        }
        panic!("the study does not end");
    }

    pub(super) async fn step(&mut self, study: &Study) -> Result<Option<Outcome>> {
        let command = study.next().await?;
        match &command.operation {
            Operation::Finish(outcome) => return Ok(Some(*outcome)),
            Operation::Trip { .. } => {
                self.log.push(command.operation);
                return Ok(None);
            }
            Operation::Sleep { duration, .. } => {
                tokio::time::sleep(duration.as_std()).await;
                return Ok(None);
            }
            _ => {}
        }
        if matches!(command.operation, Operation::Measure(_)) {
            tokio::time::sleep(self.slow.as_std()).await;
        }
        self.log.push(command.operation.clone());
        let answer = (self.intervention)(&command.operation, &self.values);
        let result = answer.unwrap_or_else(|| Ok(self.carry_out(&command.operation)));
        study.report(Report { uid: command.uid, result }).await.map(|_| None)
    }

    pub(super) fn carry_out(&mut self, operation: &Operation) -> Answer {
        match operation {
            Operation::Adjust(adjusting) | Operation::Promote(adjusting) => {
                self.adjusted_for = trial(&adjusting.control);
                for Adjustment { setting, value, .. } in &adjusting.adjustments {
                    self.values.insert(setting.clone(), value.clone());
                }
                Answer::Adjusted(self.described())
            }
            Operation::Measure(measuring) => {
                let noise = if self.is_noisy { self.noise(trial(&measuring.control)) } else { 1.0 };
                let latency = latency(&self.values) * noise;
                Answer::Measured(measurement(&[("p95_latency", latency), ("throughput", 100.0)]))
            }
            _ => Answer::Described(self.described()),
        }
    }

    /// Gives a factor around 1.
    fn noise(&self, measured_for: Option<u64>) -> f64 {
        let mut hasher = std::hash::DefaultHasher::new();
        (self.adjusted_for, measured_for).hash(&mut hasher);
        0.95 + 0.1 * (hasher.finish() % 1000) as f64 / 1000.0
    }

    pub(super) fn described(&self) -> Description {
        let mut description = self.description.clone();
        for setting in &mut description.components[0].settings {
            *setting = setting.observe(self.values[setting.name()].clone()).0;
        }
        description
    }

    /// Counts the measurements that were asked for.
    pub(super) fn measurements(&self) -> usize {
        self.log.iter().filter(|it| matches!(it, Operation::Measure(_))).count()
    }

    /// Gives what was asked for by the adjustments, in their order.
    pub(super) fn adjustments(&self) -> Vec<&Adjusting> {
        let mut found = Vec::new();
        for operation in &self.log {
            if let Operation::Adjust(it) | Operation::Promote(it) = operation {
                found.push(it);
            }
        }
        found
    }
}

/// Gives the number of the trial that a command is for.
pub(super) fn trial(control: &Control) -> Option<u64> {
    control.userdata.as_ref()?.get("trial")?.as_u64()
}

/// Milliseconds, from 12 cores at 150 ms; the mode `latency` is a fifth faster.
pub(super) fn latency(values: &Values) -> f64 {
    let number = |name: &str| values[name].as_f64().expect("a number");
    let mode = if values.get("gc") == Some(&Value::from("latency")) { 0.8 } else { 1.0 };
    mode * 1800.0 / (number("cpu") * number("replicas"))
}

pub(super) fn measurement(values: &[(&str, f64)]) -> Measurement {
    let point = |(name, value): &(&str, f64)| {
        let metric = Metric::new(*name, Unit::Milliseconds);
        Reading::from(DataPoint { metric, time: jiff::Timestamp::UNIX_EPOCH, value: *value })
    };
    Measurement::new(values.iter().map(point).collect()).expect("points")
}

pub(super) fn rejected(reason: &'static str) -> Failure {
    Failure::from(&Error::rejected(reason, "it does not fit"))
}

pub(super) fn failed(message: &'static str) -> Failure {
    Failure::from(&Error::failed(message))
}
