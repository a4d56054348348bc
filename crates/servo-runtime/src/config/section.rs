//! Typed settings out of a section of a document, with each error put at the key or value it is about.

mod mended;
mod message;
mod rounds;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use servo_core::Error;

use self::message::Message;
use self::rounds::{Rounds, inner_key};
use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::Document;
use super::is_field_of;
use super::origin::Origin;
use super::path::{Path, Segment};
use super::suggest;

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
/// After a mistake `construct` is called again with a section in which that is mended, so that all of them are told; it
/// must not do anything but read the value.
///
/// # Errors
///
/// Returns at least one diagnostic: every mistake but those that follow from another one. The key of an error is taken as a
/// path inside the section.
pub fn build<T>(
    document: &Document,
    path: &Path,
    mut construct: impl FnMut(Value) -> servo_core::Result<T>,
) -> Result<T, Vec<ConfigDiagnostic>> {
    let Some(written) = document.get(path) else {
        let message = format!("missing key `{path}`");
        return Err(vec![document.at_key(path, Code::MissingKey, message)]);
    };
    let whole = if written.is_null() { Value::Object(Map::new()) } else { written.clone() };
    let mut error = match construct(whole) {
        Ok(built) => return Ok(built),
        Err(error) => error,
    };
    let mut rounds = Rounds::new(document, path, written);
    while let Some(mended) = rounds.next(&error) {
        match construct(mended) {
            Ok(built) if rounds.found.is_empty() => return Ok(built),
            Ok(_) => break,
            Err(next) => error = next,
        }
    }
    Err(rounds.found)
}

/// Whether a section is a mapping, or nothing. One that is not is told where its document is read.
pub(crate) fn is_mapping(document: &Document, path: &Path) -> bool {
    document.get(path).is_none_or(|section| section.is_object() || section.is_null())
}

/// Puts an error about a section at its place: its key is a path inside the section.
///
/// The messages of serde are understood: an unknown key is marked itself and answered with the nearest valid
/// one, a missing key is marked at the mapping that lacks it, and any other error at the value.
pub fn diagnose(document: &Document, section: &Path, error: &Error) -> ConfigDiagnostic {
    let (path, is_there) = document.resolve(section, inner_key(error));
    let unknown = match Message::of(error.message()) {
        Message::UnknownField { name, .. } => {
            let inside = path.key(&name);
            document.index().get(&inside).is_some().then_some(inside)
        }
        _ => None,
    };
    describe(document, &Place { path, is_there, unknown }, error)
}

/// Where an error is in a document.
struct Place {
    path: Path,
    /// Whether that is the whole key of the error.
    is_there: bool,
    /// The unknown key that the error tells of.
    unknown: Option<Path>,
}

fn describe(document: &Document, place: &Place, error: &Error) -> ConfigDiagnostic {
    let path = &place.path;
    let found = match Message::of(error.message()) {
        Message::UnknownField { name, valid } => {
            let at = place.unknown.as_ref().unwrap_or(path);
            let found = document.at_key(at, Code::UnknownKey, format!("unknown key `{name}`"));
            found.with_help(suggest::help(&name, "valid keys", valid))
        }
        Message::MissingField { name } => {
            let found = document.at_key(path, Code::MissingKey, format!("missing key `{name}`"));
            if path.segments().is_empty() {
                found.with_help(format!("add `{name}:`"))
            } else {
                found.with_help(format!("add `{name}:` under `{path}`"))
            }
        }
        Message::UnknownVariant { name, valid } => {
            let found = document.at_value(path, Code::InvalidValue, format!("unknown value `{name}`"));
            found.with_help(suggest::help(&name, "valid values", valid))
        }
        Message::InvalidType { found, expected } => {
            let expected = message::expected_in_words(expected);
            let message = format!("expected {expected}, found {}", message::found_in_words(found));
            let wrong = document.at_value(path, Code::InvalidValue, message);
            if expected == "text" && message::is_plain_scalar(found) {
                wrong.with_help("quote the value to make it text")
            } else {
                wrong
            }
        }
        Message::Other if place.is_there => document.at_value(path, Code::InvalidValue, error.chain()),
        Message::Other => document.at_key(path, Code::InvalidValue, error.chain()),
    };
    match error.help() {
        Some(help) => found.with_help(help),
        None => found,
    }
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
