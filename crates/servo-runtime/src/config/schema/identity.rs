//! What a servo is called, and what it does at its end.

use serde_json::{Map, Value, json};
use servo_core::duration::Duration;

use super::definitions::{Definitions, or_null, with};

/// What a name must look like: it is a folder of the state, and a word in every log line.
const NAME: &str = r"^[^./\\\u0000-\u001f\u007f-\u009f][^/\\\u0000-\u001f\u007f-\u009f]*$";

pub(super) fn describe(properties: &mut Map<String, Value>, definitions: &mut Definitions) {
    let duration = definitions.of::<Duration>();
    let described = json!({
        "name": {
            "description": "The servo's name, in logs, in reports and as the name of its state folder: without slashes, and not beginning with `.`. Left out, it is the id of a remote optimizer, else `servo`.",
            "type": ["string", "null"],
            "pattern": NAME,
            "examples": ["shop"],
        },
        "description": {
            "description": "What the servo is for, for people.",
            "type": ["string", "null"],
        },
        "servo_uid": {
            "description": "Text that identifies the servo to a remote optimizer, in every request.",
            "type": ["string", "null"],
        },
        "no_diagnostics": {
            "description": "`false` lets a remote optimizer ask for the configuration, without its secrets, and for the last lines of the log.",
            "type": ["boolean", "null"],
            "default": true,
        },
        "state_dir": {
            "description": "The folder in which the servo keeps its state, in a subfolder of its name. A relative path starts at the folder of the configuration.",
            "type": ["string", "null"],
            "minLength": 1,
            "default": ".servo",
        },
        "on_complete": {
            "description": "What happens when the optimizer has ended. Left out, it is `exit`, inside a Kubernetes cluster `idle`.",
            "oneOf": [
                {"const": "exit", "description": "The servo ends."},
                {"const": "idle", "description": "The servo stays, and does nothing until it is stopped."},
                {"const": "repeat", "description": "The servo optimizes again after `repeat_every`."},
                {"type": "null"},
            ],
        },
        "repeat_every": with(or_null(&duration), json!({
            "description": "With `on_complete: repeat`, how long after the end of a study the next begins.",
            "examples": ["24h"],
        })),
    });
    if let Value::Object(described) = described {
        properties.extend(described);
    }
}

/// What must hold between these keys.
pub(super) fn rules() -> impl Iterator<Item = Value> {
    [
        json!({
            "if": {"required": ["on_complete"], "properties": {"on_complete": {"const": "repeat"}}},
            "then": {"required": ["repeat_every"]},
        }),
        json!({
            "if": {"required": ["repeat_every"], "properties": {"repeat_every": {"not": {"type": "null"}}}},
            "then": {"required": ["on_complete"], "properties": {"on_complete": {"const": "repeat"}}},
        }),
    ]
    .into_iter()
}
