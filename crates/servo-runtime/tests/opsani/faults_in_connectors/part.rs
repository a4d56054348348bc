//! A connector for a part of an application: one component, one metric, and one way to fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{Handlers, Member, On};
use servo_core::model::{
    Component, Control, Decimal, Description, Measurement, Metric, Reading, Setting, TimeSeries, Unit, Value,
};
use servo_core::{Class, Connector, Context, Error, Result};

/// A part of an application. Clones are the same one.
#[derive(Clone)]
pub(super) struct Part {
    name: String,
    component: String,
    readings: Vec<TimeSeries>,
    trouble: Trouble,
    dropped: Arc<AtomicBool>,
}

#[derive(Clone)]
enum Trouble {
    None,
    Fails(Failing),
    Panics,
    Ignores,
}

/// How it fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failing {
    pub(super) class: Class,
    pub(super) message: &'static str,
    pub(super) reason: Option<&'static str>,
}

/// A series of one point of the metric `requests`.
pub(super) fn series(value: f64) -> TimeSeries {
    TimeSeries::new(Metric::new("requests", Unit::Float), vec![(Timestamp::UNIX_EPOCH, value)])
}

impl Part {
    /// A part that is well, named for its component.
    pub(super) fn new(component: &str) -> Self {
        Self {
            name: component.to_owned(),
            component: component.to_owned(),
            readings: vec![series(1.0)],
            trouble: Trouble::None,
            dropped: Arc::default(),
        }
    }

    pub(super) fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub(super) fn measuring(self, readings: Vec<TimeSeries>) -> Self {
        Self { readings, ..self }
    }

    /// Measuring and adjusting fail.
    pub(super) fn failing(self, failing: Failing) -> Self {
        Self { trouble: Trouble::Fails(failing), ..self }
    }

    /// Measuring and adjusting panic.
    pub(super) fn panicking(self) -> Self {
        Self { trouble: Trouble::Panics, ..self }
    }

    /// Measuring and adjusting never end, cancelled or not.
    pub(super) fn ignoring_cancellation(self) -> Self {
        Self { trouble: Trouble::Ignores, ..self }
    }

    /// Says whether an operation that would not end was dropped.
    pub(super) fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Acquire)
    }

    pub(super) fn member(&self) -> Member {
        Member::new(&self.name, "part", self.clone())
    }

    async fn suffer(&self) -> Result<()> {
        match &self.trouble {
            Trouble::None => Ok(()),
            Trouble::Fails(Failing { class, message, reason }) => {
                let error = Error::new(*class, *message);
                Err(match reason {
                    Some(reason) => error.with_reason(*reason),
                    None => error,
                })
            }
            Trouble::Panics => panic!("{} is broken", self.name),
            Trouble::Ignores => {
                let _dropped = OnDrop(Arc::clone(&self.dropped));
                std::future::pending().await
            }
        }
    }

    fn describe(&self, replicas: Value) -> Description {
        let setting = Setting::replicas(1, 9, 1).unwrap().with_value(replicas).unwrap();
        let metrics = vec![Metric::new("requests", Unit::Float)];
        Description::new(vec![Component::new(&self.component, vec![setting])], metrics)
    }
}

/// Notes that it was dropped.
struct OnDrop(Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Connector for Part {
    type Settings = ();

    fn new(name: &str, (): ()) -> Result<Self> {
        Ok(Self::new(name))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Describe>().on::<Measure>().on::<Adjust>();
    }
}

#[async_trait]
impl On<Describe> for Part {
    async fn on(&self, _: &Context, _: &Control) -> Result<Description> {
        Ok(self.describe(Decimal::from(3_i64).into()))
    }
}

#[async_trait]
impl On<Measure> for Part {
    async fn on(&self, _: &Context, _: &Measuring) -> Result<Measurement> {
        self.suffer().await?;
        let readings = self.readings.iter().cloned().map(Reading::from).collect();
        Ok(Measurement::new(readings).unwrap().with_annotation(format!("of {}", self.component), "x"))
    }
}

#[async_trait]
impl On<Adjust> for Part {
    async fn on(&self, _: &Context, input: &Adjusting) -> Result<Description> {
        self.suffer().await?;
        let own = input.adjustments.iter().find(|adjustment| adjustment.component == self.component);
        Ok(self.describe(own.map_or(Decimal::from(3_i64).into(), |adjustment| adjustment.value.clone())))
    }
}
