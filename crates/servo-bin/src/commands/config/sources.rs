//! Where each value of a configuration comes from.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Value, json};
use servo_runtime::config::{Origin, Path};

use super::defaults::{Defaults, is_at};
use super::shown::Shown;
use crate::output::tree::Tree;
use crate::output::{table, yaml};

/// A value with its source.
#[derive(Serialize)]
struct Row {
    key: String,
    value: Tree,
    source: String,
}

/// Renders a table for each servo.
pub(super) fn table(servos: &[Shown], keys: &[&str], defaults: &Defaults) -> String {
    super::titled(servos, |servo| {
        let cells = |row: &Row| [row.key.clone(), yaml::inline(&row.value), row.source.clone()];
        let rows: Vec<[String; 3]> = rows(servo, keys, defaults).iter().map(cells).collect();
        table::render(["KEY", "VALUE", "SOURCE"], &rows)
    })
}

/// Gives the same for scripts.
pub(super) fn value(servos: &[Shown], keys: &[&str], defaults: &Defaults) -> Value {
    let servo = |servo: &Shown| json!({ "name": servo.servo.name(), "values": rows(servo, keys, defaults) });
    json!({ "servos": servos.iter().map(servo).collect::<Vec<_>>() })
}

fn rows(servo: &Shown, keys: &[&str], defaults: &Defaults) -> Vec<Row> {
    let leaves = servo.tree.leaves();
    let mut rows: Vec<Row> = leaves
        .into_iter()
        .filter(|(path, _)| *path != Path::root())
        .map(|(path, value)| Row {
            key: path.to_string(),
            value: value.clone(),
            source: source(servo, &path),
        })
        .collect();
    let is_wanted = |path: &str| keys.is_empty() || keys.iter().any(|key| is_at(path, key));
    let written: HashSet<String> = rows.iter().map(|row| row.key.clone()).collect();
    let defaults =
        defaults.for_servo(servo).into_iter().filter(|(key, _)| is_wanted(key) && !written.contains(key));
    rows.extend(defaults.map(|(key, value)| Row {
        key,
        value: Tree::Scalar(value),
        source: Origin::Default.to_string(),
    }));
    rows
}

/// Says where a value comes from: the place in the file, or what stands above it.
fn source(servo: &Shown, path: &Path) -> String {
    match servo.document.origin(path) {
        Origin::Document => match servo.document.index().get(path) {
            Some(entry) => {
                let place = servo.document.line_col(entry.value.start);
                format!("{}:{}:{}", servo.file, place.line, place.column)
            }
            None => servo.file.clone(),
        },
        elsewhere => elsewhere.to_string(),
    }
}
