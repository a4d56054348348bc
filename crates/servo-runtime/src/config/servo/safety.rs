//! How far a servo may go, and what it leaves behind.

use std::num::NonZeroU32;

use jiff::tz;
use serde_json::Value;
use servo_core::duration::Duration;
use servo_core::safety::{Mode, Restore};
use servo_core::{Error, Result, connector};

use super::{OptimizerKind, OptimizerSection, optional};
use crate::config::diagnostic::{Code, ConfigDiagnostic};
use crate::config::document::Document;
use crate::config::path::Path;
use crate::config::section::build;
use crate::config::suggest;
use crate::gate::{ChangeRate, Window, Windows};

/// The most windows of one servo; all are looked at before each change.
pub(in crate::config) const MAX_WINDOWS: usize = 100;

/// What a window is, as a help.
const EXAMPLE: &str =
    "write for example `- {days: mon-fri, from: 22:00, to: 05:00, time_zone: Europe/Berlin}`";

/// What a document says of how far its servo may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafetySection {
    /// What it may do to the application.
    pub mode: Option<Mode>,
    /// What is undone in the end.
    pub restore: Option<Restore>,
    /// After how long without a word from a remote optimizer the baseline is restored.
    pub optimizer_lost_after: Option<Duration>,
    /// When changes may be made.
    pub windows: Windows,
    /// How many changes may be made in an hour.
    pub change_rate: Option<NonZeroU32>,
}

impl SafetySection {
    pub(super) fn read(document: &Document, found: &mut Vec<ConfigDiagnostic>) -> Self {
        let change_rate: Option<ChangeRate> = optional(document, "change_rate", found);
        Self {
            mode: optional(document, "mode", found),
            restore: optional(document, "restore", found),
            optimizer_lost_after: optional(document, "optimizer_lost_after", found),
            windows: windows(document, found),
            change_rate: change_rate.map(|ChangeRate(changes)| changes),
        }
    }

    /// Refuses what cannot be meant, by itself or with this optimizer.
    pub(super) fn check(
        &self,
        document: &Document,
        optimizer: Option<&OptimizerSection>,
        found: &mut Vec<ConfigDiagnostic>,
    ) {
        let Some(lost_after) = self.optimizer_lost_after else {
            return;
        };
        let mut refuse = |message: &str, help: &str| {
            found.push(document.diagnostic_at(
                "optimizer_lost_after",
                Code::InvalidValue,
                message,
                Some(help),
            ));
        };
        if let Some(OptimizerKind::Registered(kind)) = optimizer.map(|section| &section.kind) {
            let message = format!("`optimizer.{kind}` runs within the servo: it cannot be lost");
            refuse(&message, "remove the key; it is for a remote optimizer");
        } else if lost_after.is_zero() {
            let message = "the time must be longer than zero";
            refuse(
                message,
                "write a duration such as `10m`, or remove the key to wait for the optimizer forever",
            );
        }
    }
}

/// Reads every window of the list, so that what is wrong with each is told.
fn windows(document: &Document, found: &mut Vec<ConfigDiagnostic>) -> Windows {
    let path = Path::root().key("windows");
    let none = Vec::new();
    let items = match document.get(&path) {
        None => return Windows::default(),
        // Somebody who has taken all windows out does not mean that any time will do.
        Some(Value::Null) => &none,
        Some(Value::Array(items)) => items,
        Some(_) => {
            let wrong = document.at_value(&path, Code::InvalidValue, "expected a list of windows");
            found.push(wrong.with_help(EXAMPLE));
            return Windows::default();
        }
    };
    let mut refuse = |message: String, help: &str| {
        found.push(document.at_key(&path, Code::InvalidValue, message).with_help(help));
    };
    if items.is_empty() {
        let help = "add a window, or remove the key; a servo that changes nothing has `mode: observe`";
        refuse("without any window no change could ever be made".to_owned(), help);
    }
    if items.len() > MAX_WINDOWS {
        let message = format!("there are {} windows, more than {MAX_WINDOWS}", items.len());
        refuse(message, "join those that differ in their days only, such as `days: mon-fri`");
        return Windows::default();
    }
    let mut windows = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let path = path.item(at);
        if item.is_object() {
            match build(document, &path, window) {
                Ok(window) => windows.push(window),
                Err(wrong) => found.extend(wrong),
            }
        } else {
            let wrong =
                document.at_value(&path, Code::InvalidValue, "expected a mapping with `from` and `to`");
            found.push(wrong.with_help(EXAMPLE));
        }
    }
    Windows::new(windows)
}

fn window(value: Value) -> Result<Window> {
    let zone = value.get("time_zone").and_then(Value::as_str).map(str::to_owned);
    connector::typed(value).map_err(|error: Error| match zone {
        Some(zone) if error.key() == Some("time_zone") => error.with_help(zone_help(&zone)),
        _ => error,
    })
}

/// What to write in place of a name that no time zone has.
fn zone_help(name: &str) -> String {
    let names: Vec<_> = tz::db().available().map(|name| name.to_string()).collect();
    let names = || names.iter().map(String::as_str);
    let place = name.replace(' ', "_");
    let is_place =
        |full: &&str| full.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&place));
    // A place alone, such as `Berlin`, is too far from its name for a slip of the pen.
    match names().find(is_place).or_else(|| suggest::nearest(name, names())) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write an IANA name such as `Europe/Berlin` or `UTC`".to_owned(),
    }
}
