//! A few bytes of a servo's document that tell whether another text of the file says the same of it.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use servo_core::registry::Registry;

use crate::config::{Document, ServoDocument};

/// What tells whether two documents say the same, while this process runs. The documents themselves are several times
/// as large as all else that an idle servo keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    whole: u64,
    /// The sections of connectors that run programs.
    programs: Box<[Program]>,
}

/// A section of a connector that runs programs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    section: Box<str>,
    hash: u64,
}

impl Fingerprint {
    /// Takes that of a document with all that stands above it: the environment and the command line.
    pub(super) fn of(document: &Document, described: &ServoDocument, registry: &Registry) -> Self {
        // The order of the keys of a mapping means nothing, except that connectors are asked in theirs.
        let connectors: Vec<_> =
            described.connectors.iter().map(|section| (&section.name, &section.kind)).collect();
        let runs_programs =
            |kind: &str| registry.connector(kind).is_some_and(|descriptor| descriptor.runs_programs);
        let programs = described.connectors.iter().filter(|section| runs_programs(&section.kind));
        let programs = programs.map(|section| Program {
            section: section.name.as_str().into(),
            hash: hash(&(&section.kind, document.get(&section.path))),
        });
        Self { whole: hash(&(document.value(), connectors)), programs: programs.collect() }
    }

    /// Names the sections that may start programs which the servo before has not, or has with other settings.
    pub(super) fn programs_beyond(&self, before: Option<&Self>) -> Vec<String> {
        let known = before.map(|before| &*before.programs).unwrap_or_default();
        let new = self.programs.iter().filter(|program| !known.contains(program));
        new.map(|program| program.section.to_string()).collect()
    }
}

/// The keys of this hasher are always the same, as long as the program runs.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
