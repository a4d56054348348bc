//! What a servo says to an optimizer: sections 3.4 and 3.6 of the specification.

mod measurement;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use servo_core::duration::Duration;
use servo_core::model::Description;
use servo_core::optimizer::{Answer, Failure, Hello, Report};
use servo_core::progress::Progress;

use measurement::Metrics;

/// The events of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The servo begins.
    Hello,
    /// The servo asks for a command.
    WhatsNext,
    /// What came of DESCRIBE.
    Description,
    /// What came of MEASURE.
    Measurement,
    /// What came of ADJUST.
    Adjustment,
    /// The servo ends.
    Goodbye,
}

impl Event {
    /// Returns the name by which the protocol knows the event.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => "HELLO",
            Self::WhatsNext => "WHATS_NEXT",
            Self::Description => "DESCRIPTION",
            Self::Measurement => "MEASUREMENT",
            Self::Adjustment => "ADJUSTMENT",
            Self::Goodbye => "GOODBYE",
        }
    }

    /// Returns the name under which `settings.backoff` has the limits of the exchange.
    pub const fn exchange(self) -> &'static str {
        match self {
            Self::Hello => "connect",
            Self::WhatsNext => "whats_next",
            Self::Description => "description",
            Self::Measurement => "measurement",
            Self::Adjustment => "adjustment",
            Self::Goodbye => "goodbye",
        }
    }
}

/// Writes an event as it is posted, with a parameter that is JSON already. All three keys are always there (section 3.4).
pub fn envelope(event: Event, param: Option<&str>, servo_uid: Option<&str>) -> String {
    let (name, uid) = (json!(event.name()), json!(servo_uid));
    format!(r#"{{"event":{name},"param":{},"servo_uid":{uid}}}"#, param.unwrap_or("null"))
}

/// Writes the parameter of HELLO.
pub fn hello(hello: &Hello) -> Value {
    json!({ "agent": hello.agent, "telemetry": hello.telemetry })
}

/// Writes the parameter of GOODBYE. The reason is a signal's name, `shutdown`, `restarting` or `unknown`.
pub fn goodbye(reason: &str) -> Value {
    json!({ "reason": reason })
}

/// Writes how far a command has come, to be posted under the event of its report.
///
/// `progress` is from 0 to 100 and `runtime` in seconds. The message is the text itself and how far it has
/// come, not the line of a log as the original sent it.
pub fn progress(uid: Option<&str>, progress: &Progress) -> Value {
    let percent = if progress.percent.is_nan() { 0.0 } else { progress.percent.clamp(0.0, 100.0) };
    let elapsed = to_hundredths(progress.runtime);
    let message = format!("{} ({percent:.2}% complete, {elapsed} elapsed)", progress.message.trim());
    json!({
        "progress": percent,
        "runtime": progress.runtime.as_secs_f64(),
        "cmd_uid": uid,
        "message": message.trim_start(),
    })
}

/// Rounds to hundredths of a second, which is as much as a person wants to read.
fn to_hundredths(runtime: Duration) -> Duration {
    let hundredths = runtime.as_std().as_millis().saturating_add(5) / 10;
    Duration::from_millis(u64::try_from(hundredths.saturating_mul(10)).unwrap_or(u64::MAX))
}

/// Writes what came of a command, as JSON. `now` names the series that have no name of their own.
pub fn report(report: &Report, now: Timestamp) -> String {
    let uid = report.uid.as_deref();
    match &report.result {
        Ok(Answer::Described(description)) => success(uid, "descriptor", state(description)),
        Ok(Answer::Adjusted(description)) => success(uid, "state", state(description)),
        Ok(Answer::Measured(measured)) => {
            let metrics = Metrics::of(measured, now);
            let annotations = measured.annotations();
            text(&Measured {
                annotations,
                cmd_uid: uid,
                message: None,
                metrics,
                reason: "success",
                status: "ok",
            })
        }
        Err(failure) => failed(uid, failure).to_string(),
    }
}

/// What came of MEASURE, in the order in which all keys are written.
#[derive(Serialize)]
struct Measured<'a> {
    annotations: &'a BTreeMap<String, String>,
    cmd_uid: Option<&'a str>,
    message: Option<&'a str>,
    metrics: Metrics<'a>,
    reason: &'a str,
    status: &'a str,
}

fn success(uid: Option<&str>, key: &str, part: Value) -> String {
    let mut param = json!({ "status": "ok", "message": null, "reason": "success", "cmd_uid": uid });
    param[key] = part;
    param.to_string()
}

fn text(param: &Measured<'_>) -> String {
    serde_json::to_string(param).expect("its keys are texts and its numbers are finite")
}

fn failed(uid: Option<&str>, Failure { class, message, reason }: &Failure) -> Value {
    json!({ "status": class.status(), "message": message, "reason": reason, "cmd_uid": uid })
}

fn state(description: &Description) -> Value {
    serde_json::to_value(description).expect("the keys of a description are texts and its numbers are finite")
}

#[cfg(test)]
mod tests;
