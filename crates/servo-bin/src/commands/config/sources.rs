//! Where each value of a configuration comes from.

use serde::Serialize;
use serde_json::{Value, json};
use servo_runtime::assembly::Completion;
use servo_runtime::config::{Origin, Path};

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
pub(super) fn table(servos: &[Shown], keys: &[&str]) -> String {
    super::titled(servos, |servo| {
        let cells = |row: &Row| [row.key.clone(), yaml::inline(&row.value), row.source.clone()];
        let rows: Vec<[String; 3]> = rows(servo, keys).iter().map(cells).collect();
        table::render(["KEY", "VALUE", "SOURCE"], &rows)
    })
}

/// Gives the same for scripts.
pub(super) fn value(servos: &[Shown], keys: &[&str]) -> Value {
    let servo = |servo: &Shown| json!({ "name": servo.servo.name(), "values": rows(servo, keys) });
    json!({ "servos": servos.iter().map(servo).collect::<Vec<_>>() })
}

fn rows(servo: &Shown, keys: &[&str]) -> Vec<Row> {
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
    let is_absent = |key: &str| servo.document.get(&Path::root().key(key)).is_none_or(Value::is_null);
    let defaults = defaults(servo).into_iter().filter(|(key, _)| {
        is_absent(key) && (keys.is_empty() || keys.contains(key)) && rows.iter().all(|row| row.key != *key)
    });
    let default = |(key, value): (&str, Value)| Row {
        key: key.to_owned(),
        value: Tree::Scalar(value),
        source: Origin::Default.to_string(),
    };
    let defaults: Vec<Row> = defaults.map(default).collect();
    rows.extend(defaults);
    rows
}

/// What counts where a document does not say.
fn defaults(servo: &Shown) -> [(&'static str, Value); 5] {
    let on_complete = match servo.servo.on_complete() {
        Completion::Exit => "exit",
        Completion::Idle => "idle",
        Completion::Repeat(_) => "repeat",
    };
    let safety = servo.servo.safety();
    [
        ("mode", json!(safety.mode)),
        ("restore", json!(safety.restore)),
        ("no_diagnostics", json!(true)),
        ("on_complete", json!(on_complete)),
        ("state_dir", json!(".servo")),
    ]
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
