//! What it costs to measure and report many points.

use std::time::Duration;

use tokio::time::sleep;

use crate::Result;
use crate::document;
use crate::figure::{Figure, Limit, shown};
use crate::optimizer::{Optimizer, Plan};
use crate::place::Place;
use crate::servo::Servo;

/// How many metrics, and how many points of each.
const SIZE: (u16, u16) = (50, 600);

/// How many measurements share the error of the kernel's clock.
const TIMES: u32 = 20;

/// How long the servo is left alone before.
const SETTLES: Duration = Duration::from_secs(3);

pub(super) async fn measure(place: &Place) -> Result<Vec<Figure>> {
    let (metrics, points) = SIZE;
    let optimizer = Optimizer::start(Plan::Wait, Some(place.authority.acceptor.clone())).await?;
    let text = document::points(metrics, points, &optimizer.url());
    let mut servo = Servo::start(place, &place.points(), "measurement", &text, &[])?;
    servo.reaches(&optimizer, "HELLO", 1, |tally| &tally.greeted).await?;
    sleep(SETTLES).await;
    let since = servo.since()?;
    optimizer.change(Plan::Measure(u64::from(TIMES)));
    servo.reaches(&optimizer, "a measurement", u64::from(TIMES), |tally| &tally.measured).await?;
    servo.reaches(&optimizer, "a rest", 1, |tally| &tally.sent_to_rest).await?;
    let spent = servo.spent(&since)?;
    let bytes = optimizer.count(|tally| &tally.measured_bytes) as f64 / f64::from(TIMES);
    let cpu = spent.servo.as_secs_f64() * 1000.0 / f64::from(TIMES);
    let what = format!("CPU time of a MEASURE of {metrics} metrics with {points} points, TLS");
    let size = shown(bytes / 1024.0, "KiB");
    let note = format!("mean of {TIMES}, from the command to the report of {size}");
    Ok(vec![Figure::new(what, cpu, "ms").within(Limit::Under(100.0)).noting(note)])
}
