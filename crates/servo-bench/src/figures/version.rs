//! How much CPU time the program needs to begin and to end: `servo version`.

use std::process::{Command, Stdio};

use crate::Result;
use crate::figure::{Figure, Limit, shown};
use crate::place::Place;
use crate::process;

/// How many groups of starts are measured.
const GROUPS: u32 = 20;

/// How many starts are one group: the kernel tells CPU time in steps of 10 ms, which this many starts share.
const STARTS: u32 = 25;

pub(super) fn measure(place: &Place) -> Result<Vec<Figure>> {
    start(place)?;
    let mut means = (0..GROUPS).map(|_| group(place)).collect::<Result<Vec<f64>>>()?;
    means.sort_by(f64::total_cmp);
    let median = means.get(means.len() / 2).copied().unwrap_or(f64::NAN);
    let worst = means.last().copied().unwrap_or(f64::NAN);
    let figure = Figure::new("CPU time of `servo version`", median, "ms").within(Limit::Under(10.0));
    let note =
        format!("median of {GROUPS} groups of {STARTS} starts; the worst group {}", shown(worst, "ms"));
    Ok(vec![figure.noting(note)])
}

/// Gives the mean CPU time of one start, in milliseconds.
fn group(place: &Place) -> Result<f64> {
    let before = process::cpu("self")?.children;
    (0..STARTS).try_for_each(|_| start(place))?;
    let spent = process::cpu("self")?.children.saturating_sub(before);
    Ok(spent.as_secs_f64() * 1000.0 / f64::from(STARTS))
}

fn start(place: &Place) -> Result<()> {
    let program = place.servo();
    let mut command = Command::new(&program);
    command.arg("version").env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("`servo version` has ended with {status}")) }
}
