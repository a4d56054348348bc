//! The stanza `checks` (section 2.6 of the compatibility specification).

use serde_json::{Value, json};
use servo_core::duration::Duration;

use super::definitions::{Definitions, or_null, with};

pub(super) fn checks(definitions: &mut Definitions) -> Value {
    let duration = definitions.of::<Duration>();
    let list = |description: &str| json!({"description": description, "type": ["array", "null"], "items": {"type": "string"}});
    let flag = |description: &str, default: bool| json!({"description": description, "type": ["boolean", "null"], "default": default});
    json!({
        "description": "How `servo check` goes about it.",
        "type": ["object", "null"],
        "properties": {
            "connectors": list("The connectors whose checks are made; all if left out."),
            "name": list("The names of the checks that are made; one item such as `/^Web/` is a regular expression."),
            "id": list("The ids of the checks that are made; one item may be a regular expression such as `/^web/`, or several ids with commas between them."),
            "tag": list("The tags of the checks that are made; one item may be several with commas between them."),
            "quiet": flag("Whether nothing is printed but what fails.", false),
            "verbose": flag("Whether the results of all checks are printed.", false),
            "progressive": flag("Whether checks are made one after another, each once those before it have passed.", true),
            "wait": with(or_null(&duration), json!({
                "description": "How long to wait for checks to pass.",
                "default": "30m",
            })),
            "delay": {
                "description": "How long to wait before a check is made again: a duration, or `expo` for waits that double.",
                "anyOf": [{"const": "expo", "description": "Each wait is twice the one before."}, duration, {"type": "null"}],
                "default": "expo",
            },
            "halt_on": {
                "description": "The least severity at which a check that fails ends the checking.",
                "oneOf": [
                    {"const": "critical", "description": "Only checks without which nothing works."},
                    {"const": "common", "description": "Checks that must pass for a servo to work."},
                    {"const": "warning", "description": "Any check."},
                    {"type": "null"},
                ],
                "default": "critical",
            },
            "remedy": flag("Whether what a check knows how to put right is put right.", true),
            "check_halting": flag("Whether a servo does not start while a check fails.", false),
        },
        "additionalProperties": false,
    })
}
