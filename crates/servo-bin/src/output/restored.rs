//! What came of bringing applications back to where they were, as a person reads it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use servo_core::journal::Values;
use servo_core::model::Value;
use servo_runtime::change::Survey;

use super::{setting, table};

/// What came of it for one servo. As JSON it is the form that `servo restore --format json` promises.
#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    /// The servo's name.
    pub(crate) name: String,
    /// Where the application is now.
    pub(crate) state: State,
    /// The settings that the servo had changed.
    pub(crate) settings: Vec<Looked>,
    /// What connectors have created and not removed: by connector, then by key.
    pub(crate) created: BTreeMap<String, BTreeMap<String, Json>>,
}

/// Where an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The servo has never changed it.
    Untouched,
    /// It is at its baseline, and was before.
    Baseline,
    /// It was brought back to its baseline.
    Restored,
    /// It is away from its baseline, and nothing was done about it, as was asked.
    Away,
    /// Some of its settings could not be brought back.
    Incomplete,
    /// It could not be brought back.
    Failed,
}

/// One setting.
#[derive(Debug, Serialize)]
pub(crate) struct Looked {
    /// Its full name.
    #[serde(rename = "setting")]
    pub(crate) name: String,
    /// What it was found to be; `None` where the application does not say.
    pub(crate) found: Option<Value>,
    /// What it was before the servo changed it.
    pub(crate) baseline: Value,
    /// What is done about it.
    pub(crate) action: Action,
}

/// What is done about a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// It is brought back.
    Restore,
    /// Nothing: it is at its baseline.
    None,
    /// Nothing: somebody else has set it since.
    Leave,
    /// Nothing can be: the application does not have it.
    Gone,
}

/// Says what is done about each setting of a target.
pub(crate) fn settings(target: &Values, survey: &Survey) -> Vec<Looked> {
    let one = |(name, baseline): (&String, &Value)| {
        let action = match () {
            () if survey.gone.contains(name) => Action::Gone,
            () if survey.others.contains_key(name) => Action::Leave,
            () if survey.back.contains_key(name) => Action::Restore,
            () => Action::None,
        };
        let found = survey.found.get(name).cloned();
        Looked { name: name.clone(), found, baseline: baseline.clone(), action }
    };
    target.iter().map(one).collect()
}

/// Renders servos one after another; `is_dry` where nothing was done.
pub(crate) fn render(servos: &[Restored], is_dry: bool) -> String {
    let parts: Vec<String> = servos.iter().map(|servo| one(servo, is_dry)).collect();
    // Servos with nothing to show but a line each stand close.
    let is_line = |part: &String| !part.contains('\n');
    let mut text = String::new();
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            text.push_str(if is_line(part) && is_line(&parts[n - 1]) { "\n" } else { "\n\n" });
        }
        text.push_str(part);
    }
    text
}

fn one(servo: &Restored, is_dry: bool) -> String {
    let headline = match servo.state {
        State::Untouched => "has changed nothing",
        State::Baseline => "at its baseline; nothing to restore",
        State::Restored => "back at its baseline",
        State::Away => "away from its baseline; nothing was done",
        State::Incomplete => "not all of it is back at its baseline",
        State::Failed => "could not be restored",
    };
    let mut parts = vec![format!("{}: {headline}", servo.name)];
    if !servo.settings.is_empty() {
        let heading = if is_dry { "TO BE RESTORED TO" } else { "RESTORED TO" };
        let rows: Vec<[String; 3]> = servo.settings.iter().map(row).collect();
        parts.push(table::render(["SETTING", "FOUND", heading], &rows));
    }
    let notes = notes(servo);
    if !notes.is_empty() {
        parts.push(notes.join("\n"));
    }
    parts.join("\n\n")
}

fn row(it: &Looked) -> [String; 3] {
    let found = it.found.as_ref().map_or_else(|| "-".to_owned(), |found| setting::value(&it.name, found));
    let to = match it.action {
        Action::Restore => setting::value(&it.name, &it.baseline),
        Action::None => "(is there)".to_owned(),
        Action::Leave => "(left alone)".to_owned(),
        Action::Gone => "(gone)".to_owned(),
    };
    [it.name.clone(), found, to]
}

/// What the table cannot say.
fn notes(servo: &Restored) -> Vec<String> {
    let note = |it: &Looked| {
        let (name, baseline) = (&it.name, setting::value(&it.name, &it.baseline));
        match it.action {
            Action::Leave => Some(format!(
                "{name} was {baseline} before; somebody else has set it since, so it is left as it was found"
            )),
            Action::Gone => {
                Some(format!("{name} was {baseline} before; the application has no such setting now"))
            }
            Action::Restore | Action::None => None,
        }
    };
    let objects = servo.created.iter().map(|(connector, objects)| {
        let keys: Vec<&str> = objects.keys().map(String::as_str).collect();
        format!("created by `{connector}` and not removed: {}", keys.join(", "))
    });
    servo.settings.iter().filter_map(note).chain(objects).collect()
}

#[cfg(test)]
mod tests;
