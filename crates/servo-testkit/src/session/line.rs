//! What a servo says, in one line for a person.

use serde_json::{Map, Value};

use crate::backend::{Kind, Received};

/// The metrics that are shown before others.
const TELLING: [&str; 3] = ["error_rate", "p95_latency", "throughput"];

/// Writes what a request says.
pub(super) fn of(request: &Received) -> String {
    let name = request.body.get("event").and_then(Value::as_str).unwrap_or("request");
    let uid = request.cmd_uid().map(|uid| format!("{uid} ")).unwrap_or_default();
    let words = match request.kind {
        Kind::Hello => {
            let platform = request.param("telemetry").get("servox.platform").and_then(Value::as_str);
            format!("from {} on {}", text(request.param("agent")), platform.unwrap_or("an unknown system"))
        }
        Kind::WhatsNext => String::new(),
        Kind::Goodbye => format!("because of {}", text(request.param("reason"))),
        kind if kind.is_progress() => progress(request),
        kind if kind.is_report() && request.param("status") != "ok" => failure(request),
        Kind::Description => described(request.param("descriptor")),
        Kind::Adjustment => settings(request.param("state")),
        Kind::Measurement => measured(request.param("metrics")),
        _ => format!("{} {}", request.method, request.path),
    };
    let line = format!("{name:<12} {uid}{words}");
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("nobody")
}

fn progress(request: &Received) -> String {
    let percent = request.param("progress").as_f64().unwrap_or_default();
    format!("{percent:.0} % done")
}

fn failure(request: &Received) -> String {
    let reason = request.param("reason").as_str().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let message = request.param("message").as_str().unwrap_or_default();
    format!("{}{reason}: {message}", text(request.param("status")))
}

fn described(descriptor: &Value) -> String {
    let metrics = descriptor.pointer("/measurement/metrics").and_then(Value::as_object).map_or(0, Map::len);
    format!("{}; {metrics} metrics", settings(descriptor))
}

/// The settings of a description, as `component.setting=value`.
fn settings(descriptor: &Value) -> String {
    let components = descriptor.pointer("/application/components").and_then(Value::as_object);
    let settings = components.into_iter().flatten().flat_map(|(component, described)| {
        let settings = described.get("settings").and_then(Value::as_object).into_iter().flatten();
        settings.map(move |(setting, described)| {
            format!("{component}.{setting}={}", described.get("value").unwrap_or(&Value::Null))
        })
    });
    settings.collect::<Vec<_>>().join(" ")
}

/// The metrics of a measurement that tell most, each with the mean of its points, and how many there are besides.
fn measured(metrics: &Value) -> String {
    let metrics = metrics.as_object().into_iter().flatten();
    let mut means: Vec<_> = metrics.filter_map(|(name, reading)| Some((name, mean(reading)?))).collect();
    means.sort_by_key(|(name, _)| !TELLING.contains(&name.as_str()));
    let more = means.len().saturating_sub(TELLING.len());
    let mut words: Vec<_> =
        means.iter().take(TELLING.len()).map(|(name, mean)| format!("{name}={mean:.1}")).collect();
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words.join(" ")
}

fn mean(reading: &Value) -> Option<f64> {
    if let Some(value) = reading.get("value") {
        return value.as_f64();
    }
    let series = reading.get("values")?.as_array()?;
    let points = series.iter().filter_map(|series| series.get("data")?.as_array()).flatten();
    let values: Vec<f64> = points.filter_map(|point| point.get(1)?.as_f64()).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
