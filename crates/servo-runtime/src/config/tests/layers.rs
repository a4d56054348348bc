//! Layers above a document: what counts, where it comes from, and what is told where it is wrong.

mod assignments;
mod optimizers;
mod properties;
mod several;
mod variables;

use serde_json::Value;

use super::{KNOWN, source};
use crate::config::{Assignment, ConfigDiagnostics, Document, Layers, Origin, Path, ServoDocument, load};

/// What the environment and the command line say; each assignment has the form `--option key=value`.
fn layers(variables: &[(&str, &str)], assignments: &[&str]) -> Layers {
    let assignment = |text: &&str| {
        let (option, rest) = text.split_once(' ').unwrap();
        let (key, value) = rest.split_once('=').unwrap();
        Assignment { option: option.to_owned(), key: key.to_owned(), value: value.to_owned() }
    };
    Layers {
        environment: variables.iter().copied().collect(),
        assignments: assignments.iter().map(assignment).collect(),
        selected: None,
    }
}

fn read(text: &str, layers: &Layers) -> Result<Vec<(Document, ServoDocument)>, ConfigDiagnostics> {
    load(&source(text), &KNOWN, layers)
}

/// The one document of a text.
#[track_caller]
fn document(text: &str, variables: &[(&str, &str)], assignments: &[&str]) -> Document {
    let read = read(text, &layers(variables, assignments));
    read.unwrap_or_else(|wrong| panic!("{}", wrong.render_plain())).remove(0).0
}

/// What is told of a text.
#[track_caller]
fn told(text: &str, variables: &[(&str, &str)], assignments: &[&str]) -> String {
    read(text, &layers(variables, assignments)).expect_err("something is wrong").render_plain()
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn get(document: &Document, text: &str) -> Value {
    document.get(&path(text)).cloned().unwrap_or_else(|| panic!("nothing at {text}"))
}

fn variable(name: &str) -> Origin {
    Origin::Variable { name: name.to_owned(), file: None }
}
