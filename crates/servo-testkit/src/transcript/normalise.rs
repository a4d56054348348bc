//! Brings requests into a form in which two runs of the same session are equal.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::Request;
use crate::backend::{Kind, Received};

/// What stands for anything of the right type.
const ANY: &str = "*";

/// The headers that the protocol is about (spec 3.2).
const HEADERS: &[&str] = &["authorization", "content-type", "user-agent", "x-sf-token"];

/// A request, [normalised](normalise): equal to another where the protocol sees no difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalised {
    /// What it is for.
    pub kind: Kind,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The [headers](normalise_headers) that the protocol is about.
    pub headers: BTreeMap<String, String>,
    /// The [body](normalise); a text where it is not JSON.
    pub body: Value,
}

impl From<&Request> for Normalised {
    fn from(request: &Request) -> Self {
        let body = request.raw.as_ref().map_or_else(|| normalise(&request.body), |raw| raw.as_str().into());
        Self {
            kind: request.kind,
            method: request.method.clone(),
            path: request.path.clone(),
            headers: normalise_headers(&request.headers),
            body,
        }
    }
}

impl From<&Received> for Normalised {
    fn from(request: &Received) -> Self {
        let body = if request.body.is_null() && !request.raw.is_empty() && request.raw != b"null" {
            String::from_utf8_lossy(&request.raw).into()
        } else {
            normalise(&request.body)
        };
        Self {
            kind: request.kind,
            method: request.method.clone(),
            path: request.path.clone(),
            headers: normalise_headers(&request.headers),
            body,
        }
    }
}

/// Keeps the headers that the protocol is about, by their names in lower case:
///
/// - `user-agent` becomes `*`: each agent gives its own name;
/// - of `content-type` the parameters go: of JSON there are none, and the form that asks for a token is ASCII;
/// - `accept` and what HTTP itself needs (`host`, `connection`, `accept-encoding`, `content-length`) go: they are the
///   HTTP library's, and name the address under which the recording was made.
pub fn normalise_headers(headers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let kept = headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str()));
    let normal = kept.map(|(name, value)| {
        let value = match name.as_str() {
            "user-agent" => ANY.to_owned(),
            "content-type" => value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    normal.collect()
}

/// Normalises the body of a request. What has another type than expected stays, so that it shows as a difference:
///
/// - numbers without a fraction become integers: JSON has one type of number, and 4.0 is 4;
/// - HELLO: `agent` and each value of `telemetry` become `*`, the telemetry's keys stay: the agent and its platform
///   are others;
/// - progress: `progress` and `runtime` become 0 and `message` `*`: the first two are measured by a real clock, and
///   the original's message is a line of its log;
/// - series: `id` becomes `*`, as it was the time of the report, and times count from the first of the series, as
///   they are those of the day.
pub fn normalise(body: &Value) -> Value {
    let mut body = integers(body);
    let event = body.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(param) = body.get_mut("param").and_then(Value::as_object_mut) else {
        return body;
    };
    if event == "HELLO" {
        any_text(param, "agent");
        if let Some(telemetry) = param.get_mut("telemetry").and_then(Value::as_object_mut) {
            telemetry.values_mut().for_each(any_text_value);
        }
    }
    if param.contains_key("progress") {
        any_number(param, "progress");
        any_number(param, "runtime");
        any_text(param, "message");
    }
    if let Some(metrics) = param.get_mut("metrics").and_then(Value::as_object_mut) {
        for metric in metrics.values_mut() {
            let series = metric.get_mut("values").and_then(Value::as_array_mut);
            series.into_iter().flatten().for_each(normalise_series);
        }
    }
    body
}

fn normalise_series(series: &mut Value) {
    if let Some(series) = series.as_object_mut() {
        any_text(series, "id");
    }
    let Some(points) = series.get_mut("data").and_then(Value::as_array_mut) else {
        return;
    };
    let mut times = points.iter_mut().filter_map(|point| point.get_mut(0)).peekable();
    let first = times.peek().and_then(|time| time.as_i64());
    for time in times {
        if let (Some(first), Some(at)) = (first, time.as_i64()) {
            *time = at.saturating_sub(first).into();
        }
    }
}

fn any_text(object: &mut Map<String, Value>, key: &str) {
    if let Some(value) = object.get_mut(key) {
        any_text_value(value);
    }
}

fn any_text_value(value: &mut Value) {
    if value.is_string() {
        *value = ANY.into();
    }
}

fn any_number(object: &mut Map<String, Value>, key: &str) {
    if let Some(value) = object.get_mut(key).filter(|value| value.is_number()) {
        *value = 0.into();
    }
}

/// Makes integers of all numbers that are.
fn integers(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(integer(number)),
        Value::Array(items) => items.iter().map(integers).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), integers(value))).collect(),
        other => other.clone(),
    }
}

fn integer(number: &Number) -> Number {
    /// Above this not every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT) {
        #[expect(clippy::cast_possible_truncation, reason = "an integer below 2^53 is exact")]
        Some(float) => Number::from(float as i64),
        None => number.clone(),
    }
}
