//! One request on its way, from when it is due until it has ended.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;
use super::fault::Fault;
use super::recorder::{Answer, Ended, Recorder};
use crate::target::Template;

/// What the dispatcher and all connections share. They run on one thread, so nobody waits for the lock.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) templates: Vec<Template>,
    pub(super) limits: Limits,
    pub(super) recorder: Mutex<Recorder>,
    under_way: AtomicUsize,
    /// Whether the dispatcher waits for a request to end.
    pub(super) is_awaited: AtomicBool,
    pub(super) ended: Notify,
}

impl Shared {
    pub(super) fn new(templates: Vec<Template>, limits: Limits, recorder: Recorder) -> Self {
        Self {
            templates,
            limits,
            recorder: Mutex::new(recorder),
            under_way: AtomicUsize::new(0),
            is_awaited: AtomicBool::new(false),
            ended: Notify::new(),
        }
    }

    /// Returns how many requests are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Lets something be counted.
    pub(super) fn record<T>(&self, count: impl FnOnce(&mut Recorder) -> T) -> T {
        count(&mut self.recorder.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request on its way. However it ends, it is counted: one that is dropped was lost.
#[derive(Debug)]
pub(super) struct Job {
    shared: Arc<Shared>,
    template: usize,
    due: Instant,
    is_measured: bool,
    /// Whether it had to wait for others to end.
    held: bool,
    begun: Option<Instant>,
    has_ended: bool,
}

impl Job {
    /// Takes a request that is due.
    pub(super) fn new(
        shared: &Arc<Shared>,
        template: usize,
        due: Instant,
        is_measured: bool,
        held: bool,
    ) -> Self {
        shared.under_way.fetch_add(1, Ordering::Relaxed);
        Self { shared: Arc::clone(shared), template, due, is_measured, held, begun: None, has_ended: false }
    }

    /// Says that it begins now.
    pub(super) fn begins(&mut self) {
        if self.begun.is_none() {
            let now = Instant::now();
            self.begun = Some(now);
            self.shared.record(|recorder| recorder.begins(self.is_measured, self.due, now, self.held));
        }
    }

    /// Gives what is requested.
    pub(super) fn template(&self) -> &Template {
        // The dispatcher takes it from the list.
        self.shared.templates.get(self.template).expect("the template is in the list")
    }

    /// Gives what bounds it.
    pub(super) fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// Gives when it is too late for an answer.
    pub(super) fn deadline(&self) -> Instant {
        self.due + self.shared.limits.timeout
    }

    /// Says how it ended.
    pub(super) fn ends(mut self, result: Result<Answer, Fault>) {
        self.finish(result);
    }

    fn finish(&mut self, result: Result<Answer, Fault>) {
        self.has_ended = true;
        let ended = Ended { is_measured: self.is_measured, due: self.due, begun: self.begun, result };
        self.shared.record(|recorder| recorder.ends(&ended, Instant::now()));
        self.shared.under_way.fetch_sub(1, Ordering::Relaxed);
        if self.shared.is_awaited.load(Ordering::Relaxed) {
            self.shared.ended.notify_one();
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if !self.has_ended {
            self.finish(Err(Fault::Lost));
        }
    }
}
