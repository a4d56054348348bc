//! What must hold between the documents of one file (section 2.11 of the compatibility specification).

use std::collections::HashMap;

use serde_json::Value;

use super::diagnostic::{Code, ConfigDiagnostic};
use super::document::Document;
use super::origin::Origin;
use super::path::Path;
use super::servo::Known;

/// Checks that each of several documents has an optimizer and a name of its own.
pub(super) fn check(documents: &[Document], known: &Known<'_>) -> Vec<ConfigDiagnostic> {
    if documents.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut names: HashMap<&str, &Document> = HashMap::new();
    let name_path = Path::root().key("name");
    for document in documents {
        let optimizer = document.value().get("optimizer");
        if optimizer.is_none() {
            let message = "a file of several servos needs an `optimizer` in each document";
            let wrong = document.at_key(&Path::root(), Code::MissingOptimizer, message);
            let help = format!("add `optimizer: {{embedded: …}}`, or one with `id`, to {}", document.title());
            found.push(wrong.with_help(help));
        }
        match document.value().get("name") {
            // A remote optimizer has an identifier that serves as the name.
            None | Some(Value::Null) if is_embedded(optimizer, known) => {
                let message = "a file of several servos needs a `name` in each document";
                let wrong = document.at_key(&Path::root(), Code::MissingKey, message);
                found.push(wrong.with_help(format!("add `name:` to {}", document.title())));
            }
            Some(Value::String(name)) => {
                if let Some(first) = names.get(name.as_str()) {
                    // One variable for several servos is told where it is laid over them.
                    if first.origin(&name_path) == document.origin(&name_path)
                        && document.origin(&name_path) != Origin::Document
                    {
                        continue;
                    }
                    let message = format!("name `{name}` is taken");
                    let wrong = document.at_value(&name_path, Code::DuplicateName, message);
                    let wrong = first.note_at(wrong, "it is given first", &name_path);
                    found.push(wrong.with_help("give each servo a name of its own"));
                } else {
                    names.insert(name, document);
                }
            }
            // What is not text is told where the document is read.
            _ => {}
        }
    }
    found
}

fn is_embedded(optimizer: Option<&Value>, known: &Known<'_>) -> bool {
    match optimizer {
        Some(Value::Object(kinds)) => kinds.keys().any(|kind| known.optimizers.contains(&kind.as_str())),
        Some(Value::Null) => false,
        _ => true,
    }
}
