//! The patterns of durations and quantities accept what the parsers accept.

use serde_json::json;
use servo_core::duration::Duration;
use servo_core::quantity::{Cpu, Memory};

use super::*;

/// Texts that are something to some of the parsers, or nearly so.
const TEXTS: [&str; 62] = [
    "",
    " ",
    "0",
    "1",
    "+1",
    "-1",
    "1.",
    ".5",
    "0.5",
    "1.5",
    "1e3",
    "1E-3",
    "1e",
    "1 2",
    "1_000",
    "٣",
    "300ms",
    "5m",
    "2h45m",
    "72h3m0.5s",
    "1h 30m",
    " 5m ",
    "5 m",
    "5M",
    "5minutes",
    "m5",
    "+5m",
    "-5m",
    "1us",
    "1µs",
    "1μs",
    "1ns",
    "1d",
    "1w",
    "1mm",
    "1y",
    "PT5M",
    "250m",
    "100u",
    "1n",
    "2 m",
    "m",
    "250mm",
    "0.5m",
    "512Mi",
    "512MI",
    "512mi",
    "1.5Gi",
    "1 Gi",
    "2GB",
    "2gb",
    "1k",
    "1K",
    "1Ki",
    "1KiB",
    "1KB",
    "1B",
    "1b",
    "1m",
    "1mB",
    "1E",
    "1Eib",
];

fn check<T: std::str::FromStr + schemars::JsonSchema>(what: &str) {
    let validator = validator(&schemars::schema_for!(T).to_value());
    for text in TEXTS {
        let is_read = text.parse::<T>().is_ok();
        assert_eq!(validator.is_valid(&json!(text)), is_read, "{what} `{text}`");
    }
}

#[test]
fn durations_cpu_and_memory_are_text_that_is_read() {
    check::<Duration>("duration");
    check::<Cpu>("cpu");
    check::<Memory>("memory");
}
