//! `servo show components`: what can be adjusted.

use std::sync::Arc;

use serde_json::{Value, json};
use servo_core::event::standard::Components;
use servo_core::model::Component;

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
            bus.dispatch::<Components>(&scope, ()).keep_errors().await?.answers()
        })
        .await?;
        parts.push(part(servo.name(), &answers));
    }
    Ok(parts)
}

fn part(servo: &str, answers: &[(Arc<str>, Vec<Component>)]) -> Part {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (connector, components) in answers {
        for component in components {
            rows.push([component.name.clone(), settings(component).join("\n"), connector.to_string()]);
            values.push(value(component, connector));
        }
    }
    let headings = ["COMPONENT", "SETTINGS", "CONNECTOR"];
    let table = if rows.is_empty() { String::new() } else { table::render(headings, &rows) };
    Part { name: servo.to_owned(), table, value: values.into() }
}

/// The settings, such as `cpu=1.5 CPU(range=[250m..4], step=250m, unit=cores)`, sorted.
fn settings(component: &Component) -> Vec<String> {
    let setting = |setting: &servo_core::model::Setting| {
        let value = setting.human().unwrap_or_else(|| "-".to_owned());
        let pinned = if setting.is_pinned() { " (pinned)" } else { "" };
        format!("{}={value} {}{pinned}", setting.name(), setting.summary())
    };
    let mut settings: Vec<String> = component.settings.iter().map(setting).collect();
    settings.sort();
    settings
}

/// A component as it is on the wire, with its name and its connector beside its settings.
fn value(component: &Component, connector: &str) -> Value {
    let wire = json!(component);
    let settings = wire.get(&component.name).and_then(|body| body.get("settings"));
    json!({ "name": component.name, "connector": connector, "settings": settings })
}

#[cfg(test)]
mod tests {
    use servo_core::model::{Range, Setting};

    use super::*;

    #[test]
    fn settings_are_sorted_with_value_and_summary() {
        let number = |text: &str| text.parse().unwrap();
        let range = |min, max, step| Range::new(number(min), number(max), number(step)).unwrap();
        let threads = Setting::range("threads", range("1", "8", "1"));
        let batch = Setting::range("batch", range("0", "10", "2"));
        let component = Component::new("web", vec![threads.pinned(true), batch]);
        let expected = [
            "batch=- RangeSetting(range=[0..10], step=2, unit=None)",
            "threads=- RangeSetting(range=[1..8], step=1, unit=None) (pinned)",
        ];
        assert_eq!(settings(&component), expected);
        let shown = part("shop", &[("emulator".into(), vec![component])]);
        assert!(shown.table.starts_with("COMPONENT    SETTINGS"), "{}", shown.table);
        assert_eq!(shown.value[0]["connector"], "emulator");
        assert_eq!(shown.value[0]["settings"]["threads"]["max"], 8);
        assert_eq!(part("shop", &[]).table, "");
    }
}
