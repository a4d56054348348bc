//! What another text of the configuration file changes, servo by servo.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use servo_core::Error;
use servo_core::connector::Workload;

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
    /// Those that are gone or have changed, as they were.
    pub before: Vec<Assembled>,
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
    /// Why it waits.
    pub why: Why,
    /// Whether there is no servo of that name yet.
    pub is_new: bool,
}

/// Why a servo waits for a restart of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// These sections may start programs, and are new or have changed.
    Programs(Vec<String>),
    /// It would adjust a workload that another one adjusts as long as that one waits.
    Workload {
        /// The workload.
        workload: Workload,
        /// The servo that adjusts it still.
        servo: String,
    },
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
        let before: HashMap<&str, &(Arc<Source>, Assembled)> =
            self.0.iter().map(|it| (it.1.name(), it)).collect();
        let present = |servo: &Assembled| before.get(servo.name()).map(|(_, present)| present);
        let is_same = |servo: &Assembled| {
            present(servo).is_some_and(|present| present.fingerprint() == servo.fingerprint())
        };
        let held = held(&next, present, is_same);
        let mut changes = Changes::default();
        let mut in_force = Vec::with_capacity(next.len());
        for servo in &next {
            if let Some(present) = present(servo).filter(|_| is_same(servo)) {
                changes.unchanged += 1;
                in_force.push((Arc::clone(&source), present.moved_to(servo)));
            } else if held.contains_key(servo.name()) {
                in_force.extend(before.get(servo.name()).copied().cloned());
            } else {
                in_force.push((Arc::clone(&source), servo.clone()));
                match present(servo) {
                    Some(_) => changes.changed.push(servo.clone()),
                    None => changes.added.push(servo.clone()),
                }
            }
        }
        let named: HashSet<&str> = next.iter().map(Assembled::name).collect();
        let renewed: HashSet<&str> = changes.changed.iter().map(Assembled::name).collect();
        for (_, servo) in &self.0 {
            let is_gone = !named.contains(servo.name());
            if is_gone {
                changes.removed.push(servo.name().to_owned());
            }
            if is_gone || renewed.contains(servo.name()) {
                changes.before.push(servo.clone());
            }
        }
        let held = next.iter().filter_map(|servo| {
            let (servo, why) = held.get_key_value(servo.name())?;
            let is_new = !before.contains_key(servo.as_str());
            Some(Held { servo: servo.clone(), why: why.clone(), is_new })
        });
        changes.held = held.collect();
        (changes, Self(in_force))
    }
}

/// Finds which servos wait for a restart of the program: those that would start programs, and then those that would
/// adjust what a servo that stays as it was adjusts.
fn held<'a>(
    next: &[Assembled],
    present: impl Fn(&Assembled) -> Option<&'a Assembled>,
    is_same: impl Fn(&Assembled) -> bool,
) -> HashMap<String, Why> {
    let mut held = HashMap::new();
    let mut kept: Vec<&Assembled> = Vec::new();
    let mut open: Vec<&Assembled> = Vec::new();
    for servo in next.iter().filter(|servo| !is_same(servo)) {
        let present = present(servo);
        let sections = servo.fingerprint().programs_beyond(present.map(Assembled::fingerprint));
        if sections.is_empty() {
            open.push(servo);
        } else {
            held.insert(servo.name().to_owned(), Why::Programs(sections));
            kept.extend(present);
        }
    }
    // Whoever waits for one that waits may itself keep a third one from what it adjusts.
    while let Some(stays) = kept.pop() {
        let workloads = stays.workloads();
        if workloads.is_empty() {
            continue;
        }
        open.retain(|servo| {
            let shared = servo.workloads().into_iter().filter(|workload| workloads.contains(workload)).min();
            let Some(workload) = shared.filter(|_| servo.name() != stays.name()) else { return true };
            let why = Why::Workload { workload, servo: stays.name().to_owned() };
            held.insert(servo.name().to_owned(), why);
            kept.extend(present(servo));
            false
        });
    }
    held
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
        let stays = if self.is_new { "it is not added" } else { "it stays as it was" };
        let servo = &self.servo;
        match &self.why {
            Why::Programs(sections) => {
                let sections = sections.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                write!(
                    f,
                    "servo `{servo}` has programs to run that are new or have changed (in {sections}), and a reload \
                     starts no program: {stays} until Servo is started again"
                )
            }
            Why::Workload { workload, servo: other } => write!(
                f,
                "servo `{servo}` would adjust the {workload}, which servo `{other}` adjusts as long as it waits: \
                 {stays} until Servo is started again"
            ),
        }
    }
}
