//! `servo load attack`: sends load once, by hand.

use async_trait::async_trait;
use serde_json::Value;
use servo_core::connector::{Arguments, Run, Table};
use servo_core::duration::Duration;
use servo_core::model::Unit;
use servo_core::{Context, Error, Result};

use crate::connector::Load;
use crate::preparation::Plan;
use crate::profile::Profile;
use crate::rate::Rate;
use crate::settings::Source;
use crate::summary::{Outcome, Spread};
use crate::target::parse;

/// How long load is sent where nobody says.
const LASTS: Duration = Duration::from_secs(10);

/// Sends load once, and shows what came of it.
pub(super) struct Attack;

#[async_trait]
impl Run for Attack {
    type Connector = Load;

    async fn run(load: &Load, cx: &Context, arguments: &Arguments) -> Result<Table> {
        let plan = plan(load, arguments)?;
        let prepared = load.prepare(cx, &plan).await?;
        let outcome = load.attack(cx, prepared, |_| {}).await?;
        if outcome.summary.answered == 0 {
            let fault = outcome.summary.worst_fault().unwrap_or("no request was due");
            let message = format!("none of {} requests was answered: {fault}", outcome.summary.ended);
            return Err(Error::failed(message));
        }
        // What fails a measurement is still worth seeing.
        match outcome.pace.judged() {
            Ok(None) => {}
            Ok(Some(remark)) => tracing::warn!("{remark}"),
            Err(error) => tracing::warn!("{}", error.chain()),
        }
        Ok(table(&outcome))
    }
}

fn plan(load: &Load, arguments: &Arguments) -> Result<Plan> {
    let wrong =
        |option: &str, error: String| Error::configuration(format!("invalid value of --{option}: {error}"));
    let rate = arguments
        .get("RATE")
        .map(|text| text.parse::<Rate>().map_err(|error| wrong("rate", error.to_string())));
    let duration = arguments
        .get("DURATION")
        .map(|text| text.parse::<Duration>().map_err(|error| wrong("duration", error.to_string())));
    let duration = duration.transpose()?.unwrap_or(LASTS);
    if duration.is_zero() {
        return Err(wrong("duration", "expected a duration above zero, such as `30s`".to_owned()));
    }
    let targets = arguments.get("TARGET").map(|text| {
        let parsed = parse(text, load.settings.format);
        parsed.map_err(|error| wrong("target", error.to_string()).with_help(error.fault.help()))
    });
    Ok(Plan {
        profile: rate.transpose()?.map_or_else(|| load.checked.profile.clone(), Profile::Constant),
        source: targets.transpose()?.map_or_else(|| load.checked.source.clone(), Source::Inline),
        warmup: Duration::ZERO,
        duration,
        reporting_interval: load.settings.reporting_interval,
    })
}

/// Shows the figures of the whole time.
fn table(outcome: &Outcome) -> Table {
    let mut table = Table::new(["METRIC", "UNIT", "VALUE"]);
    let mut row = |name: &str, unit: &Unit, value: Value| {
        table.push([name.into(), unit.to_string().into(), value]);
    };
    let (summary, pace) = (&outcome.summary, &outcome.pace);
    row("requests", &Unit::Float, summary.ended.into());
    row("rate_asked", &Unit::RequestsPerSecond, rounded(pace.asked()));
    row("rate_sent", &Unit::RequestsPerSecond, rounded(pace.achieved()));
    for (metric, value) in summary.values().unwrap_or_default() {
        row(&metric.name, &metric.unit, rounded(value));
    }
    let Spread { mean_ms, p50_ms, p90_ms, p95_ms, p99_ms, p99_9_ms, max_ms, .. } = summary.service;
    let service = [
        ("service_mean", mean_ms),
        ("service_50th", p50_ms),
        ("service_90th", p90_ms),
        ("service_95th", p95_ms),
        ("service_99th", p99_ms),
        ("service_99_9th", p99_9_ms),
        ("service_max", max_ms),
    ];
    for (name, value) in service {
        row(name, &Unit::Milliseconds, rounded(value));
    }
    row("body_bytes", &Unit::Bytes, summary.body_bytes.into());
    row("generator_busy", &Unit::Percentage, rounded(100.0 * pace.busy));
    for (status, count) in &summary.statuses {
        row(&format!("status {status}"), &Unit::Float, (*count).into());
    }
    for (fault, count) in &summary.faults {
        row(&format!("no answer: {fault}"), &Unit::Float, (*count).into());
    }
    table
}

/// Rounds to the microsecond that is measured.
fn rounded(value: f64) -> Value {
    let rounded = (value * 1e3).round() / 1e3;
    if rounded.is_finite() { rounded.into() } else { Value::Null }
}
