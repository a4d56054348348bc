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
mod plain;
mod recover;
mod repetition;
mod secrets;
pub(crate) mod suggest;
mod syntax;
mod written;

#[cfg(test)]
mod tests;

use notes::Notes;
use servo::Reading;

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

/// A document with what it says of its servo.
#[derive(Clone, Debug)]
pub struct Described {
    /// The document.
    pub document: Document,
    /// What it says, without what is wrong.
    pub servo: ServoDocument,
    /// Whether it is certain which connectors the servo has and what it may do: where that is wrong, what the document lacks
    /// may only be misspelt.
    pub is_clear: bool,
}

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
        None => Ok(servos.into_iter().map(|described| (described.document, described.servo)).collect()),
    }
}

/// Reads as [`load`] does, and returns beside what is wrong all that can be read, so that a caller can check the settings
/// of optimizers and connectors and tell everything at once.
pub fn read(source: &Source, known: &Known<'_>, layers: &Layers) -> (Vec<Described>, Vec<ConfigDiagnostic>) {
    let mut notes = Notes::default();
    let (documents, mut found) = lay(source, known, layers, &mut notes);
    found.extend(compound::check(&documents, known));
    let describe = |document| {
        found.extend(repetition::check(&document));
        let Reading { servo, found: wrong, is_clear } = ServoDocument::read(&document, known, &mut notes);
        found.extend(wrong);
        Described { document, servo, is_clear }
    };
    (documents.into_iter().map(describe).collect(), found)
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
