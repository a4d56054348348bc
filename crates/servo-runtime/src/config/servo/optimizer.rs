//! Which optimizer a document selects.

use super::super::diagnostic::{Code, ConfigDiagnostic};
use super::super::document::Document;
use super::super::path::Path;
use super::super::suggest;
use super::{Known, OptimizerKind, OptimizerSection};
use crate::remote::account::{APPDYNAMICS_KEYS, OPSANI_KEYS};

/// Reads `optimizer`: a mapping with one key, the kind, or with the keys of a remote optimizer.
pub(super) fn read(
    document: &Document,
    known: &Known<'_>,
    found: &mut Vec<ConfigDiagnostic>,
) -> Option<OptimizerSection> {
    let path = Path::root().key("optimizer");
    let value = document.get(&path)?;
    if !value.is_object() && !value.is_null() {
        let example = known.optimizers.first().copied().unwrap_or("embedded");
        let message = "expected a mapping with the kind of optimizer";
        let help = format!("write `optimizer: {{{example}: …}}`, or `optimizer: {{id: …, token: …}}`");
        found.push(document.at_value(&path, Code::InvalidValue, message).with_help(help));
        return None;
    }
    let keys: Vec<&str> = document.index().keys(&path).collect();
    let is_registered = |key: &&str| known.optimizers.contains(key);
    let (registered, others): (Vec<&str>, Vec<&str>) = keys.into_iter().partition(is_registered);
    match (&registered[..], &others[..]) {
        ([kind], []) => {
            let path = path.key(*kind);
            return Some(OptimizerSection { kind: OptimizerKind::Registered((*kind).to_owned()), path });
        }
        ([], others) if others.is_empty() || others.iter().any(is_remote) => {
            return Some(OptimizerSection { kind: OptimizerKind::Remote, path });
        }
        ([first, ..], others) if others.iter().any(is_remote) => {
            let key = others.iter().find(|key| is_remote(key)).copied().unwrap_or_default();
            let message =
                format!("`{first}` and `{key}` stand for two optimizers: one within the servo, one remote");
            let wrong = document.at_key(&path.key(key), Code::InvalidValue, message);
            found.push(wrong.with_help(format!("remove `{first}`, or every key beside it")));
        }
        ([_, ..], []) => {
            let message = "`optimizer` names more than one optimizer";
            found.push(document.at_key(&path, Code::InvalidValue, message).with_help("keep one of them"));
        }
        (_, others) => {
            found.extend(others.iter().map(|key| unknown(document, known, &path, key)));
        }
    }
    None
}

fn is_remote(key: &&str) -> bool {
    OPSANI_KEYS.contains(key) || APPDYNAMICS_KEYS.contains(key)
}

fn unknown(document: &Document, known: &Known<'_>, path: &Path, key: &str) -> ConfigDiagnostic {
    let wrong = document.at_key(&path.key(key), Code::UnknownOptimizer, format!("unknown optimizer `{key}`"));
    let all = suggest::listed("known optimizers", known.optimizers);
    let keys = known.optimizers.iter().chain(&OPSANI_KEYS).chain(&APPDYNAMICS_KEYS).copied();
    wrong.with_help(match suggest::nearest(key, keys) {
        Some(name) => format!("did you mean `{name}`? {all}"),
        None => format!("{all}; a remote one has `id` and `token`"),
    })
}
