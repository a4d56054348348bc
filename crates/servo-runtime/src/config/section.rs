//! Typed settings out of a section of a document, with each error put at the key or value it is about.

mod message;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use servo_core::Error;

use self::message::Message;
use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::Document;
use super::is_field_of;
use super::origin::Origin;
use super::path::{Path, Segment};
use super::suggest;

/// The most unknown keys that are told of one section.
const MAX_UNKNOWN: usize = 20;

/// Reads a section as `T`.
///
/// # Errors
///
/// Returns what [`build`] returns.
pub fn typed<T: DeserializeOwned>(document: &Document, path: &Path) -> Result<T, Vec<ConfigDiagnostic>> {
    build(document, path, servo_core::connector::typed)
}

/// Builds something from a section, such as a connector by its descriptor.
///
/// An empty section is an empty mapping. A variable of the environment that stands for a key that is none is passed over.
/// After an unknown key `construct` is called again without it, or with the
/// name that was meant, so that all of them are told; it must not do anything but read the value.
///
/// # Errors
///
/// Returns at least one diagnostic: every unknown key, and the first error of another kind with those joined
/// to it. The key of the error is taken as a path inside the section.
pub fn build<T>(
    document: &Document,
    path: &Path,
    mut construct: impl FnMut(Value) -> servo_core::Result<T>,
) -> Result<T, Vec<ConfigDiagnostic>> {
    let Some(value) = document.get(path) else {
        let message = format!("missing key `{path}`");
        return Err(vec![document.at_key(path, Code::MissingKey, message)]);
    };
    let mut value = match value {
        Value::Null => Value::Object(Map::new()),
        value => value.clone(),
    };
    let mut found = Vec::new();
    loop {
        let error = match construct(value.clone()) {
            Ok(built) if found.is_empty() => return Ok(built),
            Ok(_) => return Err(found),
            Err(error) => error,
        };
        let unknown = match Message::of(error.message()) {
            Message::UnknownField { name, valid } => {
                let at = unknown_key(document, path, error.key(), &name);
                at.map(|at| (at, suggest::nearest(&name, valid).map(str::to_owned)))
            }
            _ => None,
        };
        if let Some((at, _)) = &unknown
            && is_stray(document, path, at)
            && mend(&mut value, path, at, None)
        {
            tracing::debug!("{} stands for no key: `{path}` has no such one", document.origin(at));
            continue;
        }
        found.push(diagnose(document, path, &error));
        if let Some((at, meant)) = unknown
            && found.len() < MAX_UNKNOWN
            && mend(&mut value, path, &at, meant.as_deref())
        {
            continue;
        }
        found.extend(error.additional().iter().map(|error| diagnose(document, path, error)));
        return Err(found);
    }
}

/// Puts an error about a section at its place: its key is a path inside the section.
///
/// The messages of serde are understood: an unknown key is marked itself and answered with the nearest valid
/// one, a missing key is marked at the mapping that lacks it, and any other error at the value.
pub fn diagnose(document: &Document, section: &Path, error: &Error) -> ConfigDiagnostic {
    let written = error.key().filter(|key| *key != ".").unwrap_or_default();
    let path = document.index().resolve(section, written);
    let found = match Message::of(error.message()) {
        Message::UnknownField { name, valid } => {
            let at = unknown_key(document, section, error.key(), &name).unwrap_or(path);
            let found = document.at_key(&at, Code::UnknownKey, format!("unknown key `{name}`"));
            found.with_help(suggest::help(&name, "valid keys", valid))
        }
        Message::MissingField { name } => {
            let found = document.at_key(&path, Code::MissingKey, format!("missing key `{name}`"));
            if path.segments().is_empty() {
                found.with_help(format!("add `{name}:`"))
            } else {
                found.with_help(format!("add `{name}:` under `{path}`"))
            }
        }
        Message::UnknownVariant { name, valid } => {
            let found = document.at_value(&path, Code::InvalidValue, format!("unknown value `{name}`"));
            found.with_help(suggest::help(&name, "valid values", valid))
        }
        Message::InvalidType { found, expected } => {
            let expected = message::expected_in_words(expected);
            let message = format!("expected {expected}, found {}", message::found_in_words(found));
            let wrong = document.at_value(&path, Code::InvalidValue, message);
            if expected == "text" && message::is_plain_scalar(found) {
                wrong.with_help("quote the value to make it text")
            } else {
                wrong
            }
        }
        Message::Other => document.at_written(section, written, Code::InvalidValue, error.chain()),
    };
    match error.help() {
        Some(help) => found.with_help(help),
        None => found,
    }
}

/// The path of an unknown key. The error may carry the path of the key itself, or of the mapping around it.
fn unknown_key(document: &Document, section: &Path, written: Option<&str>, name: &str) -> Option<Path> {
    let path = document.index().resolve(section, written.unwrap_or_default());
    let inside = path.key(name);
    if document.index().get(&inside).is_some() {
        return Some(inside);
    }
    (path.segments().last() == Some(&Segment::Key(name.to_owned()))).then_some(path)
}

/// Whether an unknown key is that of a variable which others than the operator may have set: where a service is called
/// `servo-emulator`, a cluster sets `SERVO_EMULATOR_PORT`.
fn is_stray(document: &Document, section: &Path, path: &Path) -> bool {
    match (document.origin(path), section.segments(), path.segments()) {
        (Origin::Variable { name, .. }, [Segment::Key(section)], [_, Segment::Key(key)]) => {
            is_field_of(&name, section, key)
        }
        _ => false,
    }
}

/// Renames an unknown key of the section to what it was most likely meant to be, or removes it; false where it
/// is not there.
fn mend(value: &mut Value, section: &Path, path: &Path, meant: Option<&str>) -> bool {
    let Some(inner) = path.segments().strip_prefix(section.segments()) else {
        return false;
    };
    let Some((Segment::Key(last), parents)) = inner.split_last() else {
        return false;
    };
    let parent = parents.iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key.as_str()),
        Segment::Item(index) => value.get_mut(*index),
    });
    let Some(mapping) = parent.and_then(Value::as_object_mut) else {
        return false;
    };
    let Some(held) = mapping.remove(last) else {
        return false;
    };
    if let Some(meant) = meant {
        mapping.entry(meant).or_insert(held);
    }
    true
}
