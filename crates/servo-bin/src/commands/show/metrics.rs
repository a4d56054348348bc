//! `servo show metrics`: what can be measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use servo_core::event::standard::Metrics;
use servo_core::model::{Metric, Unit};

use super::Part;
use crate::cli::Globals;
use crate::commands::{assemble, operation};
use crate::failure::Failure;
use crate::output::table;

pub(super) async fn parts(globals: &Globals) -> Result<Vec<Part>, Failure> {
    let (source, servos) = assemble(globals)?.into_parts();
    let mut parts = Vec::with_capacity(servos.len());
    for servo in &servos {
        let answers = operation::on(&source, servo, None, |bus, scope| async move {
            bus.dispatch::<Metrics>(&scope, ()).keep_errors().await?.answers()
        })
        .await?;
        parts.push(part(servo.name(), &answers));
    }
    Ok(parts)
}

fn part(servo: &str, answers: &[(Arc<str>, Vec<Metric>)]) -> Part {
    // Of several connectors that measure the same, the unit of the first counts.
    let mut known: BTreeMap<&str, (&Unit, Vec<&str>)> = BTreeMap::new();
    for (connector, metrics) in answers {
        for metric in metrics {
            known.entry(&metric.name).or_insert_with(|| (&metric.unit, Vec::new())).1.push(connector);
        }
    }
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (name, (metric_unit, mut connectors)) in known {
        connectors.sort_unstable();
        connectors.dedup();
        rows.push([name.to_owned(), unit(metric_unit), connectors.join("\n")]);
        values.push(json!({ "name": name, "unit": metric_unit, "connectors": connectors }));
    }
    let headings = ["METRIC", "UNIT", "CONNECTORS"];
    let table = if rows.is_empty() { String::new() } else { table::render(headings, &rows) };
    Part { name: servo.to_owned(), table, value: values.into() }
}

/// A unit such as `requests_per_minute (rpm)`; one whose sign is nothing else, or nothing, is its name alone.
fn unit(unit: &Unit) -> String {
    let (name, sign) = (unit.name(), unit.value());
    if sign.is_empty() || sign == name { name.to_owned() } else { format!("{name} ({sign})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_of_several_connectors_has_one_row() {
        let metric = |name: &str, unit: Unit| Metric::new(name, unit);
        let shown = part(
            "shop",
            &[
                ("two".into(), vec![metric("b", Unit::RequestsPerMinute), metric("a", Unit::Float)]),
                ("one".into(), vec![metric("b", Unit::Milliseconds)]),
            ],
        );
        let expected = "\
METRIC    UNIT                       CONNECTORS
a         float                      two
b         requests_per_minute (rpm)  one
                                     two";
        assert_eq!(shown.table, expected);
        assert_eq!(shown.value[1]["connectors"], json!(["one", "two"]));
        assert_eq!(part("shop", &[]).table, "");
    }

    #[test]
    fn units_are_named_once() {
        assert_eq!(unit(&Unit::Milliseconds), "milliseconds (ms)");
        assert_eq!(unit(&Unit::Bytes), "bytes");
        assert_eq!(unit(&Unit::Other("apples".into())), "apples");
    }
}
