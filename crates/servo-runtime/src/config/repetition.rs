//! That a period of repetition is written only where something repeats.

use serde_json::Value;

use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::Document;
use super::origin::Origin;
use super::path::Path;

/// Refuses `repeat_every` without `on_complete: repeat`, which nothing would repeat after.
///
/// Where one of the two is given by another layer, the file may say the other one for other days.
pub(super) fn check(document: &Document) -> Option<ConfigDiagnostic> {
    let [every, complete] = ["repeat_every", "on_complete"].map(|key| Path::root().key(key));
    let is_given = document.get(&every).is_some_and(|value| !value.is_null());
    let is_of_document = |path: &Path| matches!(document.origin(path), Origin::Document | Origin::Default);
    if !is_given || !is_of_document(&every) || !is_of_document(&complete) {
        return None;
    }
    let message = match document.get(&complete).unwrap_or(&Value::Null) {
        Value::Null => "`repeat_every` has no effect without `on_complete: repeat`".to_owned(),
        // What is no such word is told where the key is read.
        Value::String(word) if matches!(word.as_str(), "exit" | "idle") => {
            format!("`repeat_every` has no effect with `on_complete: {word}`")
        }
        _ => return None,
    };
    let wrong = document.at_key(&every, Code::InvalidValue, message);
    Some(wrong.with_help("write `on_complete: repeat`, or remove `repeat_every`"))
}
