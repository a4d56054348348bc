//! A connector that leaves the mark of its servo in everything that an optimizer is told.

use std::collections::BTreeMap;

use async_trait::async_trait;
use servo_core::event::standard::{Adjust, Adjusting, Attach, Describe, Measure, Measuring};
use servo_core::event::{Handlers, Member, On};
use servo_core::model::{
    Component, Control, Decimal, Description, Measurement, Metric, Setting, TimeSeries, Unit,
};
use servo_core::{Connector, Context, Descriptor, Error, Result};

/// What its series is called.
const METRIC: &str = "witnessed";

/// Marks telemetry, descriptions, measurements and progress with the name of the servo that the handler sees.
struct Witness;

servo_core::inventory::submit! { Descriptor::of::<Witness>("witness") }

/// Puts one into the form that a bus takes.
pub(super) fn member() -> Member {
    Member::new("witness", "witness", Witness)
}

/// The component or annotation that it leaves in the name of a servo.
pub(super) fn mark(servo: &str) -> String {
    format!("seen-in-{}", servo.replace(['/', '_'], "-"))
}

/// Describes a component that is called by the servo's mark.
fn description(cx: &Context) -> Result<Description> {
    let replicas = Setting::replicas(1, 9, 1).and_then(|setting| setting.with_value(Decimal::from(1_i64)));
    let replicas = replicas.map_err(|error| Error::internal("no replicas").with_source(error))?;
    Ok(Description::new(vec![Component::new(mark(cx.servo()), vec![replicas])], Vec::new()))
}

impl Connector for Witness {
    type Settings = BTreeMap<String, String>;

    fn new(_: &str, _: Self::Settings) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Attach>().on::<Describe>().on::<Measure>().on::<Adjust>();
    }
}

#[async_trait]
impl On<Attach> for Witness {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        cx.telemetry().set("witness.seen", mark(cx.servo()));
        Ok(())
    }
}

#[async_trait]
impl On<Describe> for Witness {
    async fn on(&self, cx: &Context, _: &Control) -> Result<Description> {
        description(cx)
    }
}

#[async_trait]
impl On<Measure> for Witness {
    async fn on(&self, cx: &Context, _: &Measuring) -> Result<Measurement> {
        let mark = mark(cx.servo());
        tracing::info!("measuring {mark}");
        cx.report(1.0, mark.clone());
        let labels = BTreeMap::from([("seen".to_owned(), mark.clone())]);
        let time = jiff::Timestamp::UNIX_EPOCH;
        let series = TimeSeries::new(Metric::new(METRIC, Unit::Float), vec![(time, 1.0)]);
        let series = series.with_id(mark.clone()).with_labels(labels);
        let measurement = Measurement::new(vec![series.into()]);
        let measurement =
            measurement.map_err(|error| Error::internal("no measurement").with_source(error))?;
        Ok(measurement.with_annotation("seen", mark))
    }
}

#[async_trait]
impl On<Adjust> for Witness {
    async fn on(&self, cx: &Context, _: &Adjusting) -> Result<Description> {
        cx.report(1.0, mark(cx.servo()));
        description(cx)
    }
}
