//! Configuration: text, documents with spans, typed settings, and every mistake told at once.
//!
//! The way is [`Source`] -> [`document::parse`] -> [`Layers`] -> [`servo::ServoDocument`] -> [`section::typed`];
//! [`load`] walks the first four for all documents of a file. Nothing here knows a connector by name: the caller says which
//! exist in a [`Known`].

pub mod diagnostic;
pub mod document;
pub mod index;
pub mod layers;
pub mod origin;
pub mod path;
pub mod redaction;
pub mod schema;
pub mod section;
pub mod servo;
pub mod source;

mod compound;
mod lower;
mod node;
mod notes;
mod recover;
mod repetition;
mod secrets;
pub(crate) mod suggest;
mod syntax;

#[cfg(test)]
mod tests;

use notes::Notes;

pub use diagnostic::{Code, ConfigDiagnostic, ConfigDiagnostics};
pub use document::Document;
pub use layers::{Assignment, Layers};
pub(crate) use layers::{fit, is_field_of};
pub use origin::Origin;
pub use path::{Path, Segment};
pub use servo::{
    ChecksSection, ConnectorSection, Known, OnComplete, OptimizerKind, OptimizerSection, SafetySection,
    ServoDocument,
};
pub use source::{Position, Source};

/// Returns the key of a connector that an identifier means: a class name or a dotted path of `ServoX` as it may stand in
/// `connectors`, such as `servo.connectors.vegeta.VegetaConnector`, or the key itself.
pub fn connector_key(identifier: &str) -> String {
    servo::plain_name(identifier)
}

/// Reads every document of a source and says which servo each one describes, in the order of the file.
///
/// # Errors
///
/// Returns everything that is wrong in any of the documents, and between them, in the order of the file.
pub fn load(
    source: &Source,
    known: &Known<'_>,
    layers: &Layers,
) -> Result<Vec<(Document, ServoDocument)>, ConfigDiagnostics> {
    let (servos, found) = read(source, known, layers);
    match ConfigDiagnostics::of(source, found) {
        Some(wrong) => Err(wrong),
        None => Ok(servos),
    }
}

/// Reads as [`load`] does, and returns the documents that are well beside what is wrong with the others, so that
/// a caller can check the settings of the first and tell everything at once.
pub fn read(
    source: &Source,
    known: &Known<'_>,
    layers: &Layers,
) -> (Vec<(Document, ServoDocument)>, Vec<ConfigDiagnostic>) {
    let mut notes = Notes::default();
    let (documents, mut found) = lay(source, known, layers, &mut notes);
    found.extend(compound::check(&documents, known));
    let mut servos = Vec::with_capacity(documents.len());
    for document in documents {
        found.extend(repetition::check(&document));
        match ServoDocument::read(&document, known, &mut notes) {
            Ok(servo) => servos.push((document, servo)),
            Err(wrong) => found.extend(wrong),
        }
    }
    (servos, found)
}

/// Reads the documents of a source with the other layers laid over them, and asks nothing of what they say.
///
/// # Errors
///
/// Returns what [`document::parse`] returns, and what is wrong with variables and options that give values.
pub fn documents(
    source: &Source,
    known: &Known<'_>,
    layers: &Layers,
) -> Result<Vec<Document>, ConfigDiagnostics> {
    let (documents, found) = lay(source, known, layers, &mut Notes::silent());
    match ConfigDiagnostics::of(source, found) {
        Some(wrong) => Err(wrong),
        None => Ok(documents),
    }
}

fn lay(
    source: &Source,
    known: &Known<'_>,
    layers: &Layers,
    notes: &mut Notes,
) -> (Vec<Document>, Vec<ConfigDiagnostic>) {
    let (mut documents, mut found) = document::read(source);
    found.extend(layers::lay(&mut documents, known, layers, notes));
    (documents, found)
}
