//! Which connectors a document uses, and under which names (section 2.7 of the compatibility specification).

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::super::diagnostic::{Code, ConfigDiagnostic};
use super::super::document::Document;
use super::super::notes::Notes;
use super::super::origin::Origin;
use super::super::path::Path;
use super::super::suggest;
use super::{ConnectorSection, KEYS, Known};

/// Names that no alias may have beside the keys of a document: the words of commands and stanzas.
pub(in crate::config) const RESERVED: [&str; 4] = ["control", "measure", "adjust", "optimization"];

/// What `connectors` says.
#[derive(Debug, Default)]
pub(super) struct Connectors {
    /// The connectors in force.
    pub(super) active: Vec<ConnectorSection>,
    /// Whether a connector's section that `connectors` does not name is a mistake: not where the list is
    /// empty, which switches all of them off, nor where the list itself is wrong or not the document's.
    pub(super) is_complete: bool,
    /// Every name that `connectors` gives, refused ones included: their sections are not unknown keys.
    mentioned: HashSet<String>,
    /// The names of its list so far.
    listed: HashSet<String>,
}

impl Connectors {
    pub(super) fn mentions(&self, key: &str) -> bool {
        self.mentioned.contains(key)
    }

    fn add(&mut self, name: &str, kind: &str) {
        let path = Path::root().key(name);
        self.active.push(ConnectorSection { name: name.to_owned(), kind: kind.to_owned(), path });
    }
}

/// Reads `connectors`; where it is absent, every connector is active whose key the document has.
pub(super) fn read(
    document: &Document,
    known: &Known<'_>,
    found: &mut Vec<ConfigDiagnostic>,
    notes: &mut Notes,
) -> Connectors {
    let mut connectors = Connectors::default();
    connectors.mentioned.extend(document.aliases().iter().cloned());
    let root = Path::root().key("connectors");
    let before = found.len();
    match document.get(&root).unwrap_or(&Value::Null) {
        Value::Null => {
            for key in document.index().keys(&Path::root()).filter(|key| known.connectors.contains(key)) {
                connectors.mentioned.insert(key.to_owned());
                connectors.add(key, key);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let kind = item.as_str().map(|kind| resolved(kind, known, notes));
                read_entry(document, known, &root.item(at), None, kind.as_deref(), &mut connectors, found);
            }
        }
        Value::Object(entries) => {
            for alias in document.index().keys(&root) {
                let kind = entries.get(alias).and_then(Value::as_str);
                let kind = kind.map(|kind| resolved(kind, known, notes));
                read_entry(
                    document,
                    known,
                    &root.key(alias),
                    Some(alias),
                    kind.as_deref(),
                    &mut connectors,
                    found,
                );
            }
        }
        other => {
            let wrong =
                document.at_value(&root, Code::InvalidValue, "expected a list or a mapping of connectors");
            let name = other.as_str().or(known.connectors.first().copied()).unwrap_or_default();
            found.push(wrong.with_help(format!("write `connectors: [{name}]`")));
        }
    }
    // A variable or an option chooses among the sections of the file.
    let is_of_document = matches!(document.origin(&root), Origin::Document | Origin::Default);
    connectors.is_complete = found.len() == before && !connectors.active.is_empty() && is_of_document;
    connectors
}

/// Reads an item of the list, or an alias of the mapping.
fn read_entry(
    document: &Document,
    known: &Known<'_>,
    path: &Path,
    alias: Option<&str>,
    kind: Option<&str>,
    connectors: &mut Connectors,
    found: &mut Vec<ConfigDiagnostic>,
) {
    connectors.mentioned.extend(alias.map(str::to_owned));
    let Some(kind) = kind else {
        let wrong = document.at_value(path, Code::InvalidValue, "expected the name of a connector");
        found.push(wrong.with_help(suggest::listed("known connectors", known.connectors)));
        return;
    };
    let name = alias.unwrap_or(kind);
    let refused_name = alias.and_then(|alias| refuse_alias(document, known, path, alias, kind));
    let refused_kind = refuse_kind(document, known, path, kind);
    let is_fine = refused_name.is_none() && refused_kind.is_none();
    found.extend(refused_name);
    found.extend(refused_kind);
    if alias.is_none() && connectors.listed.contains(name) {
        let twice =
            document.at_value(path, Code::DuplicateName, format!("connector `{name}` is listed twice"));
        found.push(
            twice.with_help(format!(
                "for two of a kind, write `connectors: {{first: {name}, second: {name}}}`"
            )),
        );
        return;
    }
    if alias.is_none() {
        connectors.mentioned.insert(name.to_owned());
        connectors.listed.insert(name.to_owned());
    }
    if !is_fine {
        return;
    }
    if document.get(&Path::root().key(name)).is_none() {
        let missing = document.at_value(path, Code::MissingKey, format!("connector `{name}` has no section"));
        found.push(
            missing.with_help(format!("add `{name}:` to the document, or remove it from `connectors`")),
        );
        return;
    }
    connectors.add(name, kind);
}

fn refuse_alias(
    document: &Document,
    known: &Known<'_>,
    path: &Path,
    alias: &str,
    kind: &str,
) -> Option<ConfigDiagnostic> {
    // Section 0 of the specification: ^[0-9a-zA-Z-_/\.]{3,128}$
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    if !(3..=128).contains(&alias.len()) || !alias.chars().all(is_name) {
        let wrong =
            document.at_key(path, Code::InvalidValue, format!("`{alias}` is not a valid connector name"));
        return Some(wrong.with_help("use 3 to 128 letters, digits and `-`, `_`, `.`, `/`"));
    }
    let is_other = alias != kind && known.connectors.contains(&alias);
    let is_reserved = KEYS.contains(&alias) || RESERVED.contains(&alias);
    if !is_other && !is_reserved {
        return None;
    }
    let owner = if is_other { format!(": it is the connector `{alias}`") } else { String::new() };
    let wrong = document.at_key(path, Code::ReservedName, format!("name `{alias}` is reserved{owner}"));
    Some(wrong.with_help("choose another name for the connector, here and for its section"))
}

fn refuse_kind(document: &Document, known: &Known<'_>, path: &Path, kind: &str) -> Option<ConfigDiagnostic> {
    if known.connectors.contains(&kind) {
        return None;
    }
    let plain = plain_name(kind);
    let message = format!("no connector found for the identifier `{kind}`");
    let all = suggest::listed("known connectors", known.connectors);
    let candidates = known.connectors.iter().copied();
    let help = match suggest::nearest(&plain, candidates) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all,
    };
    Some(document.at_value(path, Code::UnknownConnector, message).with_help(help))
}

/// The key of the connector that an identifier means: a class name or a dotted path is that of `ServoX`.
fn resolved<'a>(identifier: &'a str, known: &Known<'_>, notes: &mut Notes) -> Cow<'a, str> {
    if known.connectors.contains(&identifier) {
        return identifier.into();
    }
    let plain = plain_name(identifier);
    if known.connectors.contains(&plain.as_str()) {
        notes
            .info(&format!("`connectors`: `{identifier}` is the old form of `{plain}`, and goes on working"));
        return plain.into();
    }
    identifier.into()
}

/// The connector's name within a class name or a dotted path of `ServoX`: `servo.connectors.vegeta.VegetaConnector`.
pub(crate) fn plain_name(identifier: &str) -> String {
    let last = identifier.rsplit('.').next().unwrap_or_default();
    let Some(class) = last.strip_suffix("Connector").filter(|class| !class.is_empty()) else {
        return identifier.to_owned();
    };
    // An abbreviation is one word.
    if class.chars().all(|c| !c.is_ascii_lowercase()) {
        return class.to_ascii_lowercase();
    }
    let mut name = String::with_capacity(class.len() + 4);
    for c in class.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
