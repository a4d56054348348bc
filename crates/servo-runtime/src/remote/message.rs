//! What a servo says to an optimizer: sections 3.4 and 3.6 of the specification.

mod measurement;

use jiff::Timestamp;
use serde_json::{Number, Value, json};
use servo_core::duration::Duration;
use servo_core::model::Description;
use servo_core::optimizer::{Answer, Failure, Hello, Report};
use servo_core::progress::Progress;

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

/// Puts an event into the form in which it is posted. All three keys are always there (section 3.4).
pub fn envelope(event: Event, param: Option<Value>, servo_uid: Option<&str>) -> Value {
    let mut envelope = json!({ "event": event.name(), "servo_uid": servo_uid });
    envelope["param"] = param.unwrap_or_default();
    envelope
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

/// Writes what came of a command. `now` names the series that have no name of their own.
pub fn report(report: &Report, now: Timestamp) -> Value {
    let uid = report.uid.as_deref();
    match &report.result {
        Ok(Answer::Described(description)) => success(uid, [("descriptor", state(description))]),
        Ok(Answer::Adjusted(description)) => success(uid, [("state", state(description))]),
        Ok(Answer::Measured(measured)) => {
            let metrics = measurement::metrics(measured, now);
            success(uid, [("metrics", metrics), ("annotations", json!(measured.annotations()))])
        }
        Err(failure) => failed(uid, failure),
    }
}

fn success<const N: usize>(uid: Option<&str>, parts: [(&str, Value); N]) -> Value {
    let mut param = json!({ "status": "ok", "message": null, "reason": "success", "cmd_uid": uid });
    for (key, part) in parts {
        param[key] = part;
    }
    param
}

fn failed(uid: Option<&str>, Failure { class, message, reason }: &Failure) -> Value {
    json!({ "status": class.status(), "message": message, "reason": reason, "cmd_uid": uid })
}

fn state(description: &Description) -> Value {
    serde_json::to_value(description).expect("the keys of a description are texts and its numbers are finite")
}

/// Writes a number with a point, also where it is whole; `None` for what JSON has no number for.
fn float(number: f64) -> Option<Value> {
    Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests;
