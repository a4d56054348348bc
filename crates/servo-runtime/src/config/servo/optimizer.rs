//! Which optimizer a document selects.

use serde_json::Value;

use super::super::diagnostic::{Code, ConfigDiagnostic};
use super::super::document::Document;
use super::super::path::Path;
use super::super::suggest;
use super::{Known, OptimizerSection};

/// Keys by which the Opsani form is recognised (section 2.2 of the compatibility specification).
const OPSANI: [&str; 5] = ["id", "token", "token_file", "base_url", "url"];
/// Keys by which the `AppDynamics` form is recognised (section 2.3).
const APPDYNAMICS: [&str; 6] =
    ["optimizer_id", "tenant_id", "client_id", "client_secret", "connection_file", "token_url"];

/// Reads `optimizer`: a mapping with one key, the kind.
pub(super) fn read(
    document: &Document,
    known: &Known<'_>,
    found: &mut Vec<ConfigDiagnostic>,
) -> Option<OptimizerSection> {
    let path = Path::root().key("optimizer");
    let value = document.get(&path)?;
    let example = known.optimizers.first().copied().unwrap_or("embedded");
    let Value::Object(entries) = value else {
        let message = "expected a mapping with the kind of optimizer";
        let help = format!("write `optimizer: {{{example}: …}}`");
        found.push(document.at_value(&path, Code::InvalidValue, message).with_help(help));
        return None;
    };
    let kinds: Vec<&str> = document.index().keys(&path).collect();
    if let [kind] = kinds[..]
        && known.optimizers.contains(&kind)
    {
        return Some(OptimizerSection { kind: kind.to_owned(), path: path.key(kind) });
    }
    found.extend(refuse(document, known, &path, &kinds, example, entries.is_empty()));
    None
}

fn refuse(
    document: &Document,
    known: &Known<'_>,
    path: &Path,
    kinds: &[&str],
    example: &str,
    is_empty: bool,
) -> Vec<ConfigDiagnostic> {
    if is_empty {
        let wrong = document.at_key(path, Code::MissingOptimizer, "`optimizer` names no optimizer");
        return vec![wrong.with_help(format!("write `optimizer: {{{example}: …}}`"))];
    }
    let has_known = kinds.iter().any(|kind| known.optimizers.contains(kind));
    let protocols = [("AppDynamics", &APPDYNAMICS[..]), ("Opsani", &OPSANI[..])];
    let protocol = protocols.iter().find(|(_, keys)| kinds.iter().any(|kind| keys.contains(kind)));
    if let Some((protocol, _)) = protocol
        && !has_known
    {
        let message = format!("planned: the {protocol} protocol is not built yet");
        let wrong = document.at_key(path, Code::PlannedOptimizer, message);
        return vec![wrong.with_help(format!("use `optimizer: {{{example}: …}}`"))];
    }
    let unknown = kinds.iter().filter(|kind| !known.optimizers.contains(kind));
    let mut wrong: Vec<_> = unknown
        .map(|kind| {
            let found = document.at_key(
                &path.key(*kind),
                Code::UnknownOptimizer,
                format!("unknown optimizer `{kind}`"),
            );
            found.with_help(suggest::help(kind, "known optimizers", known.optimizers.iter().copied()))
        })
        .collect();
    if wrong.is_empty() {
        let message = "`optimizer` names more than one optimizer";
        wrong.push(document.at_key(path, Code::InvalidValue, message).with_help("keep one of them"));
    }
    wrong
}
