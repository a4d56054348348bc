//! How far a servo may go, when, and how often.

use serde_json::{Map, Value, json};
use servo_core::duration::Duration;
use servo_core::safety::{Mode, Restore};

use super::definitions::{Definitions, or_null, reference, with};
use crate::config::servo::MAX_WINDOWS;

/// Days and ranges of days with commas between them.
const DAYS: &str =
    r"^\s*[A-Za-z]{3,9}\s*(-\s*[A-Za-z]{3,9}\s*)?(,\s*[A-Za-z]{3,9}\s*(-\s*[A-Za-z]{3,9}\s*)?)*$";

/// A time of day at which something may begin.
const FROM: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
/// A time of day at which something may end.
const TO: &str = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

pub(super) fn describe(properties: &mut Map<String, Value>, definitions: &mut Definitions) {
    let duration = definitions.of::<Duration>();
    let (mode, restore) = (definitions.of::<Mode>(), definitions.of::<Restore>());
    if let Ok(window) = window().try_into() {
        definitions.insert("Window", window);
    }
    let described = json!({
        "mode": with(or_null(&mode), json!({
            "description": "What the servo may do to the application. Left out, it is `recommend` with an optimizer of Servo's own, and `auto` with a remote one.",
        })),
        "restore": with(or_null(&restore), json!({
            "description": "What is undone when the servo ends, and when it begins after a crash.",
            "default": Restore::default().word(),
        })),
        "optimizer_lost_after": with(or_null(&duration), json!({
            "description": "After how long without a word from a remote optimizer the baseline is restored; longer than zero. Left out, the servo waits for as long as it takes. Refused with an optimizer of Servo's own, which cannot be lost.",
            "examples": ["10m"],
        })),
        "windows": {
            "description": "When changes may be made: while any of the windows is open. Left out, at any time. Going back to the baseline is possible at any time.",
            "type": "array",
            "items": reference("Window"),
            "minItems": 1,
            "maxItems": MAX_WINDOWS,
            "examples": [[{"days": "mon-fri", "from": "22:00", "to": "05:00", "time_zone": "Europe/Berlin"}]],
        },
        "change_rate": {
            "description": "How many changes may be made in any hour, such as `6` or `6/h`. Left out, any number.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": u32::MAX},
                {"type": "string", "pattern": "^0*[1-9][0-9]*(/h)?$"},
                {"type": "null"},
            ],
            "examples": [6, "6/h"],
        },
    });
    if let Value::Object(described) = described {
        properties.extend(described);
    }
}

fn window() -> Value {
    json!({
        "description": "A window of time: on certain days of the week, from one time of day to another.",
        "type": "object",
        "properties": {
            "days": {
                "description": "The days on which it opens, such as `mon-fri` or `sat, sun`; every day if left out.",
                "anyOf": [
                    {"type": "string", "pattern": DAYS},
                    {"type": "array", "items": {"type": "string", "pattern": DAYS}, "minItems": 1},
                    {"type": "null"},
                ],
                "examples": ["mon-fri", "sat, sun", ["mon", "wed"]],
            },
            "from": {
                "description": "The time of day at which it opens.",
                "type": "string",
                "pattern": FROM,
                "examples": ["22:00"],
            },
            "to": {
                "description": "The time of day at which it closes, `24:00` for the end of the day. Where it is not later than `from`, it is of the next day.",
                "type": "string",
                "pattern": TO,
                "examples": ["05:00", "24:00"],
            },
            "time_zone": {
                "description": "The time zone whose clocks count: an IANA name.",
                "type": ["string", "null"],
                "default": "UTC",
                "examples": ["Europe/Berlin"],
            },
        },
        "required": ["from", "to"],
        "additionalProperties": false,
    })
}
