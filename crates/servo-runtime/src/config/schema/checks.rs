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
            "quiet": flag("Whether no table is printed.", false),
            "verbose": flag("Whether the table has every check, and not only what failed.", false),
            "progressive": flag("Whether what is new is logged while checks are repeated, instead of a table after each pass.", true),
            "wait": with(or_null(&duration), json!({
                "description": "How long to wait for checks to pass; none at all for `servo check`, where it is not said.",
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
                    {"const": "never", "description": "None: every check is run."},
                    {"const": "requirement", "description": "The old word for `critical`."},
                    {"const": "check", "description": "The old word for `common`."},
                    {"type": "null"},
                ],
                "default": "critical",
            },
            "remedy": flag("Whether what a check knows how to put right is put right.", false),
            "check_halting": flag("Whether remedies are applied one at a time: that of the first check that fails, then all are run again.", false),
        },
        "additionalProperties": false,
    })
}
