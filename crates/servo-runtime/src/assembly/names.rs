//! What servos are called whose documents do not say.

use std::collections::HashMap;

use super::DEFAULT_NAME;
use super::selection::{Selected, Selection};
use crate::config::{Code, ConfigDiagnostic, Path, ServoDocument};

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

/// An id, made fit to be the name of a folder: `example.com/my-app` becomes `example.com_my-app`.
fn fit(id: &str) -> String {
    let name = id.replace(|c: char| c.is_control() || matches!(c, '/' | '\\'), "_");
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

/// Refuses names that two servos would share because an id was made fit. Names that are written twice are refused
/// where documents are read.
pub(super) fn taken_twice(selected: &[Selected]) -> Vec<ConfigDiagnostic> {
    let mut first: HashMap<String, &Selected> = HashMap::new();
    let mut found = Vec::new();
    for servo in selected {
        let (document, described, selection) = servo;
        let is_named = described.name.is_some();
        if !is_named && !matches!(selection, Selection::Remote(_)) {
            continue;
        }
        let name = of(described, selection);
        match first.get(&name) {
            Some((_, other, _)) if is_named && other.name.is_some() => {}
            Some((other, _, _)) => {
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

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn an_id_becomes_the_name_of_a_folder() {
        assert_eq!(fit("example.com/my-app"), "example.com_my-app");
        assert_eq!(fit("..example/.."), "_.example_..");
        assert_eq!(fit("dGVuYW50/a+b=="), "dGVuYW50_a+b==");
    }
}
