//! What stands above a document: the environment, and the command line above that.

mod assignment;
mod environment;
mod name;
mod optimizer;
mod overlay;
mod value;
mod variable;

use std::fmt;

use self::assignment::Prepared;
use self::environment::Surroundings;
use super::diagnostic::ConfigDiagnostic;
use super::document::Document;
use super::notes::Notes;
use super::path::Path;
use super::servo::Known;
use crate::environment::Environment;

pub(crate) use name::fit;
pub(super) use optimizer::displaced;
pub(super) use overlay::{Overlay, remove};
pub(crate) use variable::is_field_of;

/// What counts beside the documents of a file: defaults < document < environment < command line.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The environment of the process, a `.env` file beneath it.
    pub environment: Environment,
    /// What `--set` and the named options of the command line say, in the order of the command line.
    pub assignments: Vec<Assignment>,
    /// The servo that the command line selects: in a file of several, its options are for that one alone.
    pub selected: Option<String>,
}

/// One value of the command line.
#[derive(Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The option, such as `--set` or `--token`.
    pub option: String,
    /// The path of the key, as written, such as `optimizer.token`.
    pub key: String,
    /// The value, as written.
    pub value: String,
}

/// Does not show the value: it may be a secret.
impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assignment")
            .field("option", &self.option)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Assignment {
    /// Returns true where it says which optimizer or which servo it is, or proves who asks: that can be said of one
    /// servo alone.
    pub fn is_of_one(&self) -> bool {
        Path::parse(&self.key).is_ok_and(|path| assignment::is_of_one(&path))
    }
}

/// Lays the environment and the command line over documents, and returns what is wrong with them there.
pub(super) fn lay(
    documents: &mut [Document],
    known: &Known<'_>,
    layers: &Layers,
    notes: &mut Notes,
) -> Vec<ConfigDiagnostic> {
    let Some(first) = documents.first() else {
        return Vec::new();
    };
    let mut surroundings = Surroundings::new(&layers.environment);
    if surroundings.is_empty() && layers.assignments.is_empty() {
        return Vec::new();
    }
    let is_one = documents.len() == 1;
    let mut found = Vec::new();
    let assignments = Prepared::all(&layers.assignments, first, documents.len(), layers, &mut found);
    let mut selected = 0_usize;
    for document in documents.iter_mut() {
        let hits = surroundings.hits(document, known, is_one);
        let is_selected = match &layers.selected {
            Some(selected) if !is_one => hits.name(document, known).as_ref() == Some(selected),
            _ => true,
        };
        selected += usize::from(is_selected && layers.selected.is_some());
        let assignments = if is_selected { &assignments[..] } else { &[] };
        let mut overlays = surroundings.overlays(document, hits, known, assignments, notes, &mut found);
        overlays.extend(assignments.iter().map(Prepared::overlay));
        for overlay in &overlays {
            found.extend(document.lay(overlay, known));
        }
    }
    found.extend(surroundings.of_one(documents, selected == 1));
    surroundings.note_unused(known, notes);
    found
}
