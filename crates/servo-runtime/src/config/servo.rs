//! What one document says about its servo: identity, optimizer, connectors, and what happens at the end.

mod checks;
mod connectors;
mod optimizer;
mod safety;

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use servo_core::duration::Duration;

use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::Document;
use super::notes::Notes;
use super::path::Path;
use super::section::{is_mapping, typed};
use super::suggest;

pub use checks::ChecksSection;
pub(super) use connectors::RESERVED;
pub(crate) use connectors::plain_name;
pub(super) use safety::MAX_WINDOWS;
pub use safety::SafetySection;

/// The keys of a document that are not sections of connectors.
pub const KEYS: [&str; 16] = [
    "name",
    "description",
    "servo_uid",
    "optimizer",
    "connectors",
    "settings",
    "checks",
    "no_diagnostics",
    "state_dir",
    "on_complete",
    "repeat_every",
    "mode",
    "restore",
    "optimizer_lost_after",
    "windows",
    "change_rate",
];

/// The most unknown keys that are told of one document.
const MAX_UNKNOWN: usize = 100;

/// What the program was built with, by the keys that a configuration uses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The connectors that exist.
    pub connectors: &'a [&'a str],
    /// The kinds of embedded optimizers that exist.
    pub optimizers: &'a [&'a str],
}

/// What happens when an optimizer has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnComplete {
    /// The servo ends.
    Exit,
    /// The servo stays and does nothing.
    Idle,
    /// The servo optimizes again after `repeat_every`.
    Repeat,
}

/// Which optimizer a document selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptimizerSection {
    /// Its kind.
    pub kind: OptimizerKind,
    /// Where its settings are in the document: below `optimizer`, or `optimizer` itself where it is a remote one.
    pub path: Path,
}

/// The kind of an optimizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptimizerKind {
    /// One that the program was built with, by its key, such as `embedded`.
    Registered(String),
    /// One that is spoken to over the Opsani protocol, by the keys of the Opsani or the `AppDynamics` form. An empty
    /// section is one, too, that nobody has named.
    Remote,
}

/// One connector of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorSection {
    /// The name of the instance: the connector's own, or an alias.
    pub name: String,
    /// The key of the connector's kind.
    pub kind: String,
    /// Where its settings are in the document.
    pub path: Path,
}

/// What one document says about its servo; the settings of optimizer and connectors are left in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServoDocument {
    /// The name of the servo.
    pub name: Option<String>,
    /// What the servo is for.
    pub description: Option<String>,
    /// The identifier that the servo gives in its requests.
    pub servo_uid: Option<String>,
    /// The optimizer. A document without one describes, measures and adjusts, and does not run.
    pub optimizer: Option<OptimizerSection>,
    /// The active connectors, in the order in which they are asked.
    pub connectors: Vec<ConnectorSection>,
    /// Whether nothing is told for diagnostics; absent, nothing is.
    pub no_diagnostics: Option<bool>,
    /// The folder of the servo's state, as written.
    pub state_dir: Option<PathBuf>,
    /// What happens when the optimizer has ended.
    pub on_complete: Option<OnComplete>,
    /// How long after the end of one optimization the next begins.
    pub repeat_every: Option<Duration>,
    /// How far the servo may go, and what it leaves behind.
    pub safety: SafetySection,
    /// How `servo check` goes about it.
    pub checks: ChecksSection,
}

/// What was read of a document, and what is wrong with it.
pub(super) struct Reading {
    /// What can be read: what is wrong is absent.
    pub(super) servo: ServoDocument,
    pub(super) found: Vec<ConfigDiagnostic>,
    /// Whether it is certain which connectors the servo has and what it may do.
    pub(super) is_clear: bool,
}

impl ServoDocument {
    /// Reads what is not the settings of an optimizer or a connector.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with it, at least one diagnostic.
    pub fn from_document(document: &Document, known: &Known<'_>) -> Result<Self, Vec<ConfigDiagnostic>> {
        let Reading { servo, found, .. } = Self::read(document, known, &mut Notes::default());
        if found.is_empty() { Ok(servo) } else { Err(found) }
    }

    /// Reads as [`from_document`](Self::from_document) does, and notes what is old or has no effect.
    pub(super) fn read(document: &Document, known: &Known<'_>, notes: &mut Notes) -> Reading {
        let mut found = Vec::new();
        let connectors = connectors::read(document, known, &mut found, notes);
        check_keys(document, known, &connectors, &mut found);
        for section in &connectors.active {
            check_section(document, &section.path, &mut found);
        }
        let are_known = found.is_empty();
        let safety = SafetySection::read(document, &mut found);
        let has_mode = document.get(&Path::root().key("mode")).is_some_and(|mode| !mode.is_null());
        let is_clear = are_known && has_mode == safety.mode.is_some();
        let servo = Self {
            name: optional(document, "name", &mut found),
            description: optional(document, "description", &mut found),
            servo_uid: optional(document, "servo_uid", &mut found),
            optimizer: optimizer::read(document, known, &mut found),
            checks: checks::read(document, &connectors.active, &mut found),
            connectors: connectors.active,
            no_diagnostics: optional(document, "no_diagnostics", &mut found),
            state_dir: optional(document, "state_dir", &mut found),
            on_complete: optional(document, "on_complete", &mut found),
            repeat_every: optional(document, "repeat_every", &mut found),
            safety,
        };
        servo.check_values(document, &mut found);
        servo.safety.check(document, servo.optimizer.as_ref(), &mut found);
        let stanzas = ["settings", "checks"].map(|key| Path::root().key(key));
        for path in servo.optimizer.iter().map(|section| &section.path).chain(&stanzas) {
            check_section(document, path, &mut found);
        }
        Reading { servo, found, is_clear }
    }

    fn check_values(&self, document: &Document, found: &mut Vec<ConfigDiagnostic>) {
        let mut refuse = |key: &str, message: &str, help: &str| {
            found.push(document.diagnostic_at(key, Code::InvalidValue, message, Some(help)));
        };
        // The name is a folder of the state and a word in every log line.
        let unfit = |name: &String| {
            name.is_empty()
                || name.starts_with('.')
                || name.contains(|c: char| c.is_control() || c == '/' || c == '\\')
        };
        if self.name.as_ref().is_some_and(unfit) {
            let message =
                "a name is not empty, does not begin with `.`, and holds no slash or control character";
            refuse("name", message, "choose a name such as `shop`");
        }
        if self.state_dir.as_ref().is_some_and(|folder| folder.as_os_str().is_empty()) {
            refuse(
                "state_dir",
                "the folder is empty text",
                "name a folder such as `.servo`, or remove the key",
            );
        }
        let is_zero = self.repeat_every.is_some_and(|every| every.as_secs_f64() <= 0.0);
        if is_zero {
            refuse("repeat_every", "the period must be longer than zero", "write a duration such as `24h`");
        }
        if self.on_complete == Some(OnComplete::Repeat)
            && document.get(&Path::root().key("repeat_every")).is_none()
        {
            let missing = document.diagnostic_at(
                "on_complete",
                Code::MissingKey,
                "`on_complete: repeat` needs `repeat_every`",
                Some("add `repeat_every:` with a duration such as `24h`"),
            );
            found.push(missing);
        }
    }
}

/// Reads a key that may be absent or empty.
fn optional<T: DeserializeOwned>(
    document: &Document,
    key: &str,
    found: &mut Vec<ConfigDiagnostic>,
) -> Option<T> {
    let path = Path::root().key(key);
    document.get(&path).filter(|value| !value.is_null())?;
    typed(document, &path).map_err(|wrong| found.extend(wrong)).ok()
}

/// Refuses a section of settings that is not a mapping.
fn check_section(document: &Document, path: &Path, found: &mut Vec<ConfigDiagnostic>) {
    if !is_mapping(document, path) {
        let wrong = document.at_value(path, Code::InvalidValue, "expected a mapping of settings");
        found.push(wrong.with_help("write `key: value` lines below it"));
    }
}

/// Refuses every key that nothing reads.
fn check_keys(
    document: &Document,
    known: &Known<'_>,
    connectors: &connectors::Connectors,
    found: &mut Vec<ConfigDiagnostic>,
) {
    let unread = document.index().keys(&Path::root());
    let unread = unread.filter(|key| !KEYS.contains(key) && !connectors.mentions(key));
    for key in unread.take(MAX_UNKNOWN) {
        let path = Path::root().key(key);
        if known.connectors.contains(&key) {
            if connectors.is_complete {
                let message = format!("connector `{key}` is not listed in `connectors`");
                let help = format!("add `{key}` to `connectors`, or remove the section");
                found.push(document.at_key(&path, Code::UnknownKey, message).with_help(help));
            }
        } else {
            let names = KEYS.iter().chain(known.connectors).copied();
            let aliases = connectors.active.iter().map(|connector| connector.name.as_str());
            let nearest = suggest::nearest(key, names.chain(aliases));
            let valid = suggest::listed("valid keys", &[&KEYS[..], known.connectors].concat());
            let help = nearest.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default() + &valid;
            let message = format!("unknown key `{key}`");
            found.push(document.at_key(&path, Code::UnknownKey, message).with_help(help));
        }
    }
}
