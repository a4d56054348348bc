//! What servos cost that have nothing to do.

use std::time::Duration;

use tokio::time::sleep;

use crate::Result;
use crate::document;
use crate::figure::{Figure, Limit, shown};
use crate::optimizer::{Optimizer, Plan};
use crate::place::Place;
use crate::process::Memory;
use crate::servo::Servo;

/// How many servos are many.
const MANY: usize = 1000;

/// How long servos are left alone before they count as idle.
const SETTLES: Duration = Duration::from_secs(5);

/// For how long their CPU time is counted then.
const IDLE: Duration = Duration::from_secs(10);

pub(super) async fn one(place: &Place) -> Result<Vec<Figure>> {
    let Idle { memory, .. } = idle(place, "one", 1).await?;
    let figure = Figure::new("RSS of one idle servo, TLS", mib(memory.resident), "MiB");
    Ok(vec![figure.within(Limit::Under(12.0)).noting(describe(memory))])
}

pub(super) async fn thousand(place: &Place) -> Result<Vec<Figure>> {
    let Idle { memory, cpu, start } = idle(place, "thousand", MANY).await?;
    let resident = Figure::new("RSS of 1,000 idle servos, TLS", mib(memory.resident), "MiB");
    let idle = Figure::new("CPU time of 1,000 idle servos in 10 s", cpu.as_secs_f64() * 1000.0, "ms");
    let begun = format!("until all were idle {}", shown(start.as_secs_f64(), "s"));
    Ok(vec![resident.within(Limit::Under(80.0)).noting(describe(memory)), idle.noting(begun)])
}

/// What idle servos cost.
struct Idle {
    /// The most that was seen.
    memory: Memory,
    /// CPU time while they were idle.
    cpu: Duration,
    /// CPU time before that.
    start: Duration,
}

/// Has servos describe what they have, and then rest.
async fn idle(place: &Place, name: &str, count: usize) -> Result<Idle> {
    let optimizer = Optimizer::start(Plan::Rest, Some(place.authority.acceptor.clone())).await?;
    let text = document::fleet(count, &optimizer.url());
    let mut servo = Servo::start(place, &place.servo(), name, &text, &[])?;
    let all = u64::try_from(count).unwrap_or(u64::MAX);
    servo.reaches(&optimizer, "HELLO", all, |tally| &tally.greeted).await?;
    servo.reaches(&optimizer, "a rest", all, |tally| &tally.sent_to_rest).await?;
    sleep(SETTLES).await;
    let start = servo.total()?;
    let before = servo.memory()?;
    let spent = servo.spends(IDLE).await?;
    let after = servo.memory()?;
    let memory = if after.resident > before.resident { after } else { before };
    Ok(Idle { memory, cpu: spent.servo, start })
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn describe(memory: Memory) -> String {
    format!("{} of it its own, {} threads", shown(mib(memory.anonymous), "MiB"), memory.threads)
}
