//! What another text of the configuration file changes, servo by servo.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use servo_core::Error;

use super::{Assembled, Assembly};
use crate::config::{ConfigDiagnostics, Source};

/// How many names are told of each kind of change.
const SHOWN: usize = 5;

/// The servos that are in force, each with the text that it was put together from.
#[derive(Clone, Debug)]
pub struct Configured(Vec<(Arc<Source>, Assembled)>);

/// What is to be done so that another text is in force. Servos whose own document says the same are in none of these.
#[derive(Debug, Default)]
pub struct Changes {
    /// Servos that are new.
    pub added: Vec<Assembled>,
    /// Servos whose document says something else, as they are to be.
    pub changed: Vec<Assembled>,
    /// The names of those that are gone.
    pub removed: Vec<String>,
    /// Servos that wait for a restart of the program, as they would start programs.
    pub held: Vec<Held>,
    /// How many stay as they are.
    pub unchanged: usize,
}

/// A servo whose document is not applied before the program is started again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The servo's name.
    pub servo: String,
    /// The sections that may start programs, and are new or have changed.
    pub sections: Vec<String>,
    /// Whether there is no servo of that name yet.
    pub is_new: bool,
}

impl Configured {
    /// Takes the servos that the program was started with.
    pub fn of(assembly: Assembly) -> Self {
        let (source, servos) = assembly.into_parts();
        let source = Arc::new(source);
        Self(servos.into_iter().map(|servo| (Arc::clone(&source), servo)).collect())
    }

    /// Returns the servos, in the order of the documents.
    pub fn servos(&self) -> Vec<Assembled> {
        self.0.iter().map(|(_, servo)| servo.clone()).collect()
    }

    /// Returns the names of the servos, in the order of the documents.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, servo)| servo.name())
    }

    /// Puts an error of a servo at its place in the text that the servo was put together from, as
    /// [`Assembled::explain`] does.
    pub fn explain(&self, servo: &str, error: &Error) -> Option<ConfigDiagnostics> {
        let (source, servo) = self.0.iter().find(|(_, it)| it.name() == servo)?;
        servo.explain(source, error)
    }

    /// Compares with another text, servo by servo. Gives what is to be done, and what is in force once it is.
    pub fn compare(&self, next: Assembly) -> (Changes, Self) {
        let (source, next) = next.into_parts();
        let source = Arc::new(source);
        let mut before: HashMap<&str, &(Arc<Source>, Assembled)> =
            self.0.iter().map(|it| (it.1.name(), it)).collect();
        let mut changes = Changes::default();
        let mut in_force = Vec::with_capacity(next.len());
        for servo in next {
            let present = before.remove(servo.name());
            if let Some((_, present)) = present
                && present.fingerprint() == servo.fingerprint()
            {
                changes.unchanged += 1;
                in_force.push((Arc::clone(&source), present.moved_to(&servo)));
                continue;
            }
            let sections =
                servo.fingerprint().programs_beyond(present.map(|(_, present)| present.fingerprint()));
            if !sections.is_empty() {
                let is_new = present.is_none();
                changes.held.push(Held { servo: servo.name().to_owned(), sections, is_new });
                in_force.extend(present.cloned());
                continue;
            }
            in_force.push((Arc::clone(&source), servo.clone()));
            if present.is_some() { changes.changed.push(servo) } else { changes.added.push(servo) }
        }
        let is_gone = |servo: &&(Arc<Source>, Assembled)| before.contains_key(servo.1.name());
        changes.removed = self.0.iter().filter(is_gone).map(|(_, servo)| servo.name().to_owned()).collect();
        (changes, Self(in_force))
    }
}

impl Changes {
    /// Says whether there is nothing to be done.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Says in one line what becomes of the servos: `1 added (cart), 2 unchanged`.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |servos: &[Assembled]| servos.iter().map(|servo| servo.name().to_owned()).collect();
        let held = self.held.iter().map(|held| held.servo.clone()).collect();
        let kinds: [(&str, Vec<String>); 4] = [
            ("added", names(&self.added)),
            ("changed", names(&self.changed)),
            ("removed", self.removed.clone()),
            ("waiting for a restart", held),
        ];
        for (kind, names) in kinds.into_iter().filter(|(_, names)| !names.is_empty()) {
            let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if names.len() > SHOWN { ", …" } else { "" };
            write!(f, "{} {kind} ({shown}{more}), ", names.len())?;
        }
        write!(f, "{} unchanged", self.unchanged)
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = self.sections.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let stays = if self.is_new { "it is not added" } else { "it stays as it was" };
        write!(
            f,
            "servo `{}` has programs to run that are new or have changed (in {sections}), and a reload starts no \
             program: {stays} until Servo is started again",
            self.servo
        )
    }
}
