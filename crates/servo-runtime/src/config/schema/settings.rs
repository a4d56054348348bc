//! The stanza `settings`: how a remote optimizer is reached (section 2.5 of the compatibility specification).

use std::time::Duration as StdDuration;

use serde_json::{Map, Value, json};
use servo_core::duration::Duration;
use servo_core::quantity::Memory;
use servo_http::{Options, Timeouts};

use super::definitions::{Definitions, or_null, with};
use crate::remote::retry::{Backoff, DEFAULT};

/// The exchanges that can have limits of their own, with what they are.
const EXCHANGES: [(&str, &str); 9] = [
    (DEFAULT, "Every exchange that is not named."),
    ("connect", "The greeting. Where `__default__` is written and this is not, that counts."),
    ("whats_next", "Asking what to do."),
    ("description", "Telling what the application is."),
    ("measurement", "Telling what was measured."),
    ("adjustment", "Telling what was changed."),
    ("progress", "Telling how far an operation is."),
    ("goodbye", "The end."),
    ("diagnostics", "Answering a request for diagnostics."),
];

pub(super) fn settings(definitions: &mut Definitions) -> Value {
    json!({
        "description": "How a remote optimizer is reached: limits of time, proxies, certificates.",
        "type": ["object", "null"],
        "properties": {
            "backoff": backoff(definitions),
            "proxies": proxies(),
            "timeouts": timeouts(definitions),
            "ssl_verify": {
                "description": "Whose certificates are accepted: `true` for those of the authorities that the system trusts, the path of a bundle of authorities, or `false` to verify nothing.",
                "anyOf": [{"type": "boolean"}, {"type": "string", "minLength": 1}, {"type": "null"}],
                "default": true,
                "examples": ["/etc/ssl/certs/company.pem"],
            },
            "client_certificate": certificate(),
            "allow_plain_http": {
                "description": "Whether credentials may be sent to other machines without encryption.",
                "type": ["boolean", "null"],
                "default": false,
            },
            "max_body": with(or_null(&definitions.of::<Memory>()), json!({
                "description": "The most of an answer that is read.",
                "default": Memory::from_bytes(u64::try_from(Options::default().max_body).unwrap_or(u64::MAX)).to_string(),
            })),
        },
        "additionalProperties": false,
    })
}

fn backoff(definitions: &mut Definitions) -> Value {
    let duration = definitions.of::<Duration>();
    let limits = Backoff::default();
    let entries: Map<String, Value> = EXCHANGES
        .iter()
        .map(|(exchange, description)| {
            let default = limits.limits(exchange);
            let entry = json!({
                "description": description,
                "type": ["object", "null"],
                "properties": {
                    "max_time": with(or_null(&duration), json!({
                        "description": "No try begins later than this after the first; `null` sets no limit.",
                    })),
                    "max_tries": {
                        "description": "How many tries are made, the first included; `null` sets no limit.",
                        "type": ["integer", "null"],
                        "minimum": 1,
                        "maximum": u32::MAX,
                    },
                },
                "additionalProperties": false,
                "default": {"max_time": default.max_time.map(written), "max_tries": default.max_tries},
            });
            ((*exchange).to_owned(), entry)
        })
        .collect();
    json!({
        "description": "How long and how often exchanges are tried.",
        "type": ["object", "null"],
        "properties": entries,
        "additionalProperties": false,
        "examples": [{DEFAULT: {"max_time": "10m"}, "connect": {"max_time": "1h"}}],
    })
}

fn proxies() -> Value {
    json!({
        "description": "Through which proxies requests go; the environment says so of what is not selected here.",
        "anyOf": [
            {"description": "The URL of one proxy for everything.", "type": "string", "minLength": 1},
            {
                "description": "Proxies by patterns such as `all://`, `https://` and `https://*.example.com`; `null` goes directly.",
                "type": "object",
                "propertyNames": {"pattern": r"^\s*([Aa][Ll][Ll]|[Hh][Tt][Tt][Pp][Ss]?)://"},
                "additionalProperties": {"type": ["string", "null"]},
            },
            {"type": "null"},
        ],
        "examples": ["http://proxy.example.com:3128", {"all://": "http://proxy.example.com:3128", "https://*.example.com": null}],
    })
}

fn timeouts(definitions: &mut Definitions) -> Value {
    let duration = definitions.of::<Duration>();
    let Timeouts { connect, read, write, total } = Timeouts::default();
    let wait = |description: &str, default: Option<StdDuration>| {
        let wait = with(or_null(&duration), json!({"description": description}));
        match default {
            Some(default) => with(wait, json!({"default": written(default)})),
            None => wait,
        }
    };
    json!({
        "description": "The limits of time of every exchange, each longer than zero: one for connecting, reading and writing, or one for each.",
        "anyOf": [
            duration.clone(),
            {
                "type": "object",
                "properties": {
                    "connect": wait("For making a connection.", Some(connect)),
                    "read": wait("For the answer to begin, and between any two pieces of it.", Some(read)),
                    "write": wait("Between any two pieces of the request.", Some(write)),
                    "pool": wait("Without effect: no exchange waits for a place in a pool of connections.", None),
                    "total": wait("For the whole exchange, never less than one of the others by default.", Some(total)),
                },
                "additionalProperties": false,
            },
            {"type": "null"},
        ],
        "examples": ["30s", {"connect": "5s", "read": "1m"}],
    })
}

fn certificate() -> Value {
    let file = |description: &str| json!({"description": description, "type": "string", "minLength": 1});
    json!({
        "description": "The servo's own certificate, for servers that ask for one.",
        "type": ["object", "null"],
        "properties": {
            "certificate": file("The PEM file of the certificate, followed by those that lead to its authority."),
            "key": file("The PEM file of its private key."),
        },
        "required": ["certificate", "key"],
        "additionalProperties": false,
    })
}

fn written(time: StdDuration) -> String {
    Duration::from_std(time).to_string()
}
