//! Numbers as a person reads them: few digits, no exponent.

use servo_core::model::Value;

/// Renders a measured number with three significant digits or more.
pub(super) fn number(number: f64) -> String {
    let digits = match number.abs() {
        size if size == 0.0 || size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    trimmed(format!("{number:.digits$}"))
}

/// Renders a price; the currency is that of the configured prices.
pub(super) fn cost(cost: f64) -> String {
    if cost.abs() >= 1.0 { format!("{cost:.2}") } else { format!("{cost:.4}") }
}

/// Renders a percentage.
pub(super) fn percent(percent: f64) -> String {
    trimmed(format!("{percent:.1}")) + " %"
}

/// Renders a probability. A model that is certain is not to be believed to the last digit.
pub(super) fn sureness(probability: f64) -> String {
    if probability > 0.99 { "over 99 %".to_owned() } else { percent(probability * 100.0) }
}

/// Renders a setting's value with its unit.
pub(super) fn value(value: &Value, unit: &str) -> String {
    if unit.is_empty() { value.to_string() } else { format!("{value} {unit}") }
}

fn trimmed(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
