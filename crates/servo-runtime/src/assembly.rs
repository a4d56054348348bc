//! Servos, put together from the documents of a configuration.

mod assembled;
mod changes;
mod fingerprint;
mod foresight;
mod names;
mod options;
mod selection;

pub use assembled::Assembled;
pub use changes::{Changes, Configured, Held, Why};
pub use options::{Completion, Options};

use std::sync::Arc;

use servo_core::registry::Registry;
use servo_core::{Error, Result};

use crate::config::{self, ConfigDiagnostics, Source, suggest};
use assembled::Reading;
use fingerprint::Fingerprint;
use foresight::Workloads;
use selection::Selection;

/// How many names of servos are listed where none of them was meant.
const MOST_NAMES: usize = 10;

/// The name of a servo whose document gives none, and whose optimizer has no id to be named for.
pub const DEFAULT_NAME: &str = "servo";

/// The servos of one configuration, in the order of its documents.
#[derive(Debug)]
pub struct Assembly {
    source: Source,
    servos: Vec<Assembled>,
}

impl Assembly {
    /// Puts the servos of a configuration together. No connector does anything yet, no file is read, and nothing is
    /// connected.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any document, in the order of the file.
    pub fn build(source: Source, registry: &Registry, options: &Options) -> Result<Self, ConfigDiagnostics> {
        let reading = Arc::new(Reading {
            connectors: registry.connectors().iter().map(|descriptor| descriptor.key).collect(),
            optimizers: registry.optimizers().iter().map(|descriptor| descriptor.key).collect(),
            layers: options.layers.clone(),
        });
        let (documents, mut found) = config::read(&source, &reading.known(), &options.layers);
        for secret in documents.iter().flat_map(|described| described.document.secrets().iter()) {
            options.redactor.add(secret);
        }
        let mut selected = Vec::with_capacity(documents.len());
        for described in documents {
            // A document whose optimizer is wrong is built all the same, for what else is wrong with it.
            let (selection, wrong) = Selection::of(&described.document, &described.servo, registry, options);
            found.extend(wrong);
            selected.push((described, selection));
        }
        found.extend(names::taken_twice(&selected));
        let mut servos = Vec::with_capacity(selected.len());
        let mut workloads = Workloads::default();
        for (described, selection) in selected {
            let built = Assembled::build(described, selection, registry, options, &reading, &mut workloads);
            match built {
                Ok(servo) => servos.push(servo),
                Err(wrong) => found.extend(wrong),
            }
        }
        match ConfigDiagnostics::of(&source, found) {
            Some(wrong) => Err(wrong),
            None => Ok(Self { source, servos }),
        }
    }

    /// Returns the text that the servos were put together from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns the servos, in the order of the documents.
    pub fn servos(&self) -> &[Assembled] {
        &self.servos
    }

    /// Keeps only the servo of that name.
    ///
    /// # Errors
    ///
    /// There is none; the message names those that there are.
    pub fn only(mut self, name: &str) -> Result<Self> {
        if !self.servos.iter().any(|servo| servo.name() == name) {
            let names = || self.servos.iter().map(Assembled::name);
            let first: Vec<String> = names().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
            let others = self.servos.len() - first.len();
            let others = if others > 0 { format!(" and {others} others") } else { String::new() };
            let meant = suggest::nearest(name, names());
            let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
            let help = format!("{meant}{} has {}{others}", self.source.name, first.join(", "));
            return Err(Error::configuration(format!("no servo was found named \"{name}\"")).with_help(help));
        }
        self.servos.retain(|servo| servo.name() == name);
        Ok(self)
    }

    /// Takes the servos out, to run them. The source stays with whoever explains their errors.
    pub fn into_parts(self) -> (Source, Vec<Assembled>) {
        (self.source, self.servos)
    }
}
