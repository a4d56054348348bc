//! What it costs to measure many points that a real Prometheus has.

use servo_testkit::server::{Edition, Prometheus};

use crate::Result;
use crate::document;
use crate::figure::{Figure, Limit, shown};
use crate::optimizer::{Optimizer, Plan};
use crate::place::Place;
use crate::servo::Servo;

/// How many metrics. Each has 3,600 points, one each millisecond.
const METRICS: u16 = 200;

/// How many measurements share the error of the kernel's clock.
const TIMES: u32 = 5;

pub(super) async fn measure(place: &Place) -> Result<Vec<Figure>> {
    let prometheus = Prometheus::start(Edition::Current).await;
    let optimizer = Optimizer::start(Plan::Wait, Some(place.authority.acceptor.clone())).await?;
    let text = document::prometheus(METRICS, &prometheus.url(), &optimizer.url());
    let mut servo = Servo::start(place, &place.servo(), "prometheus", &text, &[])?;
    servo.reaches(&optimizer, "HELLO", 1, |tally| &tally.greeted).await?;
    let since = servo.since()?;
    optimizer.change(Plan::MeasureLong(u64::from(TIMES)));
    servo.reaches(&optimizer, "a measurement", u64::from(TIMES), |tally| &tally.measured).await?;
    servo.reaches(&optimizer, "a rest", 1, |tally| &tally.sent_to_rest).await?;
    let spent = servo.spent(&since)?.servo.as_secs_f64() * 1000.0 / f64::from(TIMES);
    let bytes = optimizer.count(|tally| &tally.measured_bytes) as f64 / f64::from(TIMES);
    let size = shown(bytes / 1024.0 / 1024.0, "MiB");
    let memory = servo.memory()?;
    let what = format!("of a MEASURE of {METRICS} metrics with 3600 points by Prometheus");
    let note = format!("mean of {TIMES}, from the command to the report of {size}, TLS");
    Ok(vec![
        Figure::new(format!("CPU time {what}"), spent, "ms").within(Limit::Under(1500.0)).noting(note),
        Figure::new(format!("peak RSS {what}"), memory.peak as f64 / 1024.0, "MiB")
            .within(Limit::Under(120.0)),
    ])
}
