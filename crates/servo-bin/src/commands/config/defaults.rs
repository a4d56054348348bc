//! What counts where a configuration does not say: keys of a document, and keys of its sections where their schema knows
//! a default.

use serde_json::{Value, json};
use servo_core::registry::Registry;
use servo_runtime::assembly::Completion;
use servo_runtime::config::{Path, schema};

use super::shown::Shown;
use crate::commands::generate;

/// The schemas of sections, made once for all servos.
#[derive(Debug)]
pub(super) struct Defaults {
    /// That of a whole document, which `settings` is in.
    document: Value,
    optimizers: Vec<(&'static str, Value)>,
    connectors: Vec<(&'static str, Value)>,
}

impl Defaults {
    pub(super) fn of(registry: &Registry) -> Self {
        let optimizers = registry.optimizers().iter().map(|it| (it.key, (it.schema)().to_value()));
        let connectors = registry.connectors().iter().map(|it| (it.key, it.schema().to_value()));
        Self {
            document: schema::document(registry).to_value(),
            optimizers: optimizers.collect(),
            connectors: connectors.collect(),
        }
    }

    /// Returns the defaults that count for a servo, by the paths of their keys.
    pub(super) fn for_servo(&self, servo: &Shown) -> Vec<(String, Value)> {
        let is_absent = |path: &Path| servo.document.get(path).is_none_or(Value::is_null);
        let own = own(servo).into_iter().map(|(key, value)| (Path::root().key(key), value));
        let all = own.filter(|(path, _)| is_absent(path)).chain(self.nested(servo));
        all.map(|(path, value)| (path.to_string(), value)).collect()
    }

    /// The keys of `settings`, where they are about something, of its optimizer, and of its connectors.
    fn nested(&self, servo: &Shown) -> Vec<(Path, Value)> {
        let mut found = Vec::new();
        let mut add = |path: &Path, schema: &Value, root: &Value, is_whole| {
            let value = servo.document.get(path).unwrap_or(&Value::Null);
            found.extend(generate::absent(value, schema, root, path, is_whole));
        };
        let settings = Path::root().key("settings");
        let schema = self.document.pointer("/properties/settings");
        if let Some(schema) =
            schema.filter(|_| servo.servo.is_remote() || servo.document.get(&settings).is_some())
        {
            add(&settings, schema, &self.document, true);
        }
        for (key, schema) in &self.optimizers {
            let path = Path::root().key("optimizer").key(*key);
            if servo.document.get(&path).is_some() {
                add(&path, schema, schema, false);
            }
        }
        let members = servo.servo.servo().bus().members();
        for member in members.iter().filter(|member| member.owner().is_none()) {
            if let Some((_, schema)) = self.connectors.iter().find(|(kind, _)| *kind == member.kind()) {
                add(&Path::root().key(&**member.name()), schema, schema, false);
            }
        }
        found
    }
}

/// Says whether a path is at or below a key as it was typed.
pub(super) fn is_at(path: &str, key: &str) -> bool {
    let rest = path.strip_prefix(key).filter(|_| !key.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The keys of the document.
fn own(servo: &Shown) -> [(&'static str, Value); 5] {
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
