//! What servos are called whose documents do not say.

use std::collections::HashMap;

use super::DEFAULT_NAME;
use super::selection::{Selected, Selection};
use crate::config::{Code, ConfigDiagnostic, Described, Document, Origin, Path, ServoDocument, fit};

/// The name of a servo: its document's, or that of its remote optimizer's id (specification, section 2.1), or
/// [`DEFAULT_NAME`].
pub(super) fn of(described: &ServoDocument, selection: &Selection) -> String {
    let written = described.name.clone();
    let remote = || match selection {
        Selection::Remote(remote) => Some(fit(&remote.account.id)),
        _ => None,
    };
    written.or_else(remote).unwrap_or_else(|| DEFAULT_NAME.to_owned())
}

/// Refuses names that two servos would share because an id was made fit. Names that are written twice are refused
/// where documents are read.
pub(super) fn taken_twice(selected: &[Selected]) -> Vec<ConfigDiagnostic> {
    let mut first: HashMap<String, &Selected> = HashMap::new();
    let mut found = Vec::new();
    for servo in selected {
        let (Described { document, servo: described, .. }, selection) = servo;
        let is_named = described.name.is_some();
        let is_meant = document.get(&Path::root().key("name")).is_some_and(|name| !name.is_null());
        // A name that cannot be read is another one than that of the id.
        if !is_named && (is_meant || !matches!(selection, Selection::Remote(_))) {
            continue;
        }
        let name = of(described, selection);
        match first.get(&name) {
            Some((other, _)) if is_named && other.servo.name.is_some() => {}
            // One variable for several servos is told where it is laid over them.
            Some((other, _)) if is_from_one_variable(&other.document, document) => {}
            Some((Described { document: other, .. }, _)) => {
                // The mark is at whichever of the two goes by the id.
                let (wrong, other) = if is_named { (other, document) } else { (document, other) };
                let message = format!("the name that the id of the optimizer gives, `{name}`, is taken");
                let diagnostic = wrong.at_key(&Path::root().key("optimizer"), Code::DuplicateName, message);
                let help = format!("{} has it, too: give each servo a `name:` of its own", other.title());
                found.push(diagnostic.with_help(help));
            }
            None => {
                first.insert(name, servo);
            }
        }
    }
    found
}

/// Whether two documents have the id of their optimizers from the same variable.
fn is_from_one_variable(a: &Document, b: &Document) -> bool {
    ["id", "optimizer_id"].iter().any(|key| {
        let path = Path::root().key("optimizer").key(*key);
        let origin = a.origin(&path);
        matches!(origin, Origin::Variable { .. } | Origin::Option(_)) && origin == b.origin(&path)
    })
}
