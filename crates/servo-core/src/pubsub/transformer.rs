//! What lies between publishers and subscribers: filters, splitters and aggregators.

mod filter;
mod splitter;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::FutureExt as _;

use super::exchange::Shared;
use super::{ChannelName, Exchange, Message, Selector};
use crate::event::caught;
use crate::{Error, Result};

/// Messages that were made, with the channels on which they go.
pub(super) type Made = Vec<(ChannelName, Message)>;

/// What becomes of messages.
pub(super) trait Transform: Send {
    /// Takes a message; gives what goes on in its place, and makes others.
    fn pass(&mut self, message: Message, channel: &ChannelName, made: &mut Made) -> Option<Message>;

    /// Says whether a message goes on as it was where this panics.
    fn lets_pass(&self) -> bool {
        true
    }

    /// Makes of what was gathered what there is to be made.
    fn flush(&mut self, _made: &mut Made) {}
}

/// The channels whose messages a transformer takes.
pub(super) enum Source {
    Selected(Selector),
    Named(Vec<ChannelName>),
}

impl Source {
    fn matches(&self, channel: &ChannelName) -> bool {
        match self {
            Self::Selected(selector) => selector.matches(channel),
            Self::Named(names) => names.contains(channel),
        }
    }
}

/// A transformer at its place.
pub(super) struct Stage {
    id: u64,
    name: Arc<str>,
    source: Source,
    targets: Vec<ChannelName>,
    failures: AtomicU64,
    /// Whether a message goes on as it was where it panics.
    lets_pass: bool,
    work: Mutex<Box<dyn Transform>>,
}

impl Stage {
    fn new(
        id: u64,
        name: &str,
        source: Source,
        targets: Vec<ChannelName>,
        work: impl Transform + 'static,
    ) -> Self {
        let lets_pass = work.lets_pass();
        let (failures, work) = (AtomicU64::new(0), Mutex::new(Box::new(work) as Box<dyn Transform>));
        Self { id, name: name.into(), source, targets, failures, lets_pass, work }
    }

    pub(super) const fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn targets(&self) -> &[ChannelName] {
        &self.targets
    }

    pub(super) fn takes(&self, channel: &ChannelName) -> bool {
        self.source.matches(channel)
    }

    /// Takes a message; gives what goes on in its place, and what else it has made.
    pub(super) fn pass(&self, message: Message, channel: &ChannelName) -> (Option<Message>, Made) {
        let original = self.lets_pass.then(|| message.clone());
        let passed = self.guarded(|work, made| work.pass(message, channel, made));
        passed.unwrap_or((original, Made::new()))
    }

    /// Gives what it makes of what it has gathered.
    pub(super) fn flush(&self) -> Made {
        self.guarded(|work, made| work.flush(made)).map(|((), made)| made).unwrap_or_default()
    }

    /// Runs a caller's code, whose panic is a failure; then nothing is given.
    fn guarded<T: Send>(
        &self,
        run: impl FnOnce(&mut dyn Transform, &mut Made) -> T + Send,
    ) -> Option<(T, Made)> {
        let ran = async {
            let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
            let mut made = Made::new();
            let passed = run(&mut **work, &mut made);
            Ok((passed, made))
        };
        caught(ran).now_or_never()?.inspect_err(|error| self.fail(error)).ok()
    }

    /// Counts and logs a failure.
    pub(super) fn fail(&self, error: &Error) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        tracing::warn!("transformer '{}' failed and goes on: {}", self.name, error.chain());
    }

    /// Refuses a transformer that would be given again what comes of its own messages.
    pub(super) fn refuse_circle(&self, others: &[Arc<Self>]) -> Result<()> {
        let mut ahead: Vec<&ChannelName> = self.targets.iter().collect();
        let mut is_seen = vec![false; others.len()];
        while let Some(channel) = ahead.pop() {
            if self.takes(channel) {
                return Err(Error::failed(format!(
                    "transformer '{}' would be given its own messages again, on channel '{channel}'",
                    self.name
                ))
                .with_help("select channels that are none of its targets, nor any that come of them"));
            }
            for (other, is_seen) in others.iter().zip(&mut is_seen) {
                if !*is_seen && other.takes(channel) {
                    *is_seen = true;
                    ahead.extend(&other.targets);
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A filter, a splitter or an aggregator, which runs until it is removed or the exchange shuts down.
///
/// Dropping this does not remove it.
#[derive(Clone)]
pub struct Transformer {
    exchange: Weak<Shared>,
    stage: Arc<Stage>,
}

impl Transformer {
    /// Puts a transformer that publishes nowhere after those that are there.
    pub(super) fn put(
        exchange: &Exchange,
        name: &str,
        source: Source,
        work: impl Transform + 'static,
    ) -> Self {
        let mut hub = exchange.shared().hub();
        let stage = Arc::new(Stage::new(hub.id(), name, source, Vec::new(), work));
        hub.put(Arc::clone(&stage));
        Self { exchange: Arc::downgrade(exchange.shared()), stage }
    }

    /// Puts a transformer after those that are there, and creates the channels on which it publishes.
    pub(super) fn add(
        exchange: &Exchange,
        name: &str,
        source: Source,
        targets: Vec<ChannelName>,
        work: impl Transform + 'static,
    ) -> Result<Self> {
        let mut hub = exchange.shared().hub();
        let stage = Arc::new(Stage::new(hub.id(), name, source, targets, work));
        let added = hub.add(&stage);
        // What is refused is a caller's, and is dropped after the hub was unlocked.
        drop(hub);
        added?;
        Ok(Self { exchange: Arc::downgrade(exchange.shared()), stage })
    }

    pub(super) const fn stage(&self) -> &Arc<Stage> {
        &self.stage
    }

    pub(super) const fn exchange(&self) -> &Weak<Shared> {
        &self.exchange
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.stage.name
    }

    /// Returns how often it panicked, or published on a channel that was closed.
    pub fn failures(&self) -> u64 {
        self.stage.failures.load(Ordering::Relaxed)
    }

    /// Removes it. Doing so twice does nothing.
    pub fn remove(&self) {
        if let Some(exchange) = self.exchange.upgrade() {
            let removed = exchange.hub().take_out(self.stage.id);
            drop(removed);
        }
    }
}

impl fmt::Debug for Transformer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Transformer");
        shown.field("name", &self.name()).field("failures", &self.failures()).finish_non_exhaustive()
    }
}
