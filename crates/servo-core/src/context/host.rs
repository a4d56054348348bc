//! What all connectors of one servo share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::lent::Lent;
use crate::journal::{InMemory, Journal};
use crate::pubsub::Exchange;

/// What all connectors of one servo share of it.
#[derive(Clone, Debug)]
pub struct Host {
    servo: Arc<str>,
    state_dir: Arc<Path>,
    base: Arc<Path>,
    telemetry: Telemetry,
    journal: Arc<dyn Journal>,
    exchange: Exchange,
    lent: Lent,
}

impl Host {
    /// Creates the host of a servo whose state is kept in `state_dir`.
    pub fn new(servo: &str, state_dir: PathBuf) -> Self {
        let base = Path::new("").into();
        let (telemetry, journal) = (Telemetry::default(), Arc::new(InMemory::default()));
        let (exchange, lent) = (Exchange::default(), Lent::default());
        Self { servo: servo.into(), state_dir: state_dir.into(), base, telemetry, journal, exchange, lent }
    }

    /// Sets where changes are written down, in place of the memory.
    pub fn with_journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = journal;
        self
    }

    /// Sets the folder from which relative paths of the configuration start: that of its file.
    pub fn with_base(mut self, base: PathBuf) -> Self {
        self.base = base.into();
        self
    }

    /// Lends something to the servo's connectors, in place of what was lent of that type, such as the way to the network
    /// that the operator configured: the host need not know what it is.
    pub fn lend<T: Send + Sync + 'static>(mut self, what: Arc<T>) -> Self {
        self.lent.add(what);
        self
    }

    /// Returns what is lent of a type.
    pub fn lent<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.lent.get()
    }

    /// Returns a path of the configuration as seen from the working folder.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Creates the host of a servo that keeps its state in `.servo/` of the working folder.
    pub fn named(servo: &str) -> Self {
        Self::new(servo, PathBuf::from(".servo"))
    }

    /// Returns the name of the servo.
    pub fn servo(&self) -> &str {
        &self.servo
    }

    /// Returns the folder of its state.
    pub fn state_dir(&self) -> &Path {
        &self.state_dir
    }

    /// Returns what its connectors tell of the system they run in.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// Returns where its connectors publish and subscribe.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Returns where changes are written down.
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }
}

/// What the connectors of a servo tell of the system they run in: names such as
/// `kubernetes.version`, and text. It is sent when the servo says hello.
#[derive(Clone, Debug, Default)]
pub struct Telemetry(Arc<Mutex<BTreeMap<String, String>>>);

impl Telemetry {
    /// Sets a value.
    pub fn set(&self, name: impl Into<String>, value: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into(), value.into());
    }

    /// Removes a value.
    pub fn remove(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Returns all values, sorted by name.
    pub fn snapshot(&self) -> BTreeMap<String, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
