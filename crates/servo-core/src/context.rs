//! What a handler sees of its host, and nothing else.

mod commons;
mod created;
mod host;
mod lent;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::duration::Duration;
use crate::event::{Bus, Dispatch, Event, EventContext, Scope};
use crate::progress::Progress;
use crate::pubsub::Exchange;
use crate::{Error, Result};

pub use commons::Commons;
pub use created::Created;
pub use host::{Host, Telemetry};

/// What one handler sees of its host while it runs.
#[derive(Clone, Debug)]
pub struct Context {
    bus: Arc<Bus>,
    scope: Scope,
    connector: Arc<str>,
    event: EventContext,
    started: Instant,
    messages: Option<mpsc::Sender<Value>>,
}

impl Context {
    pub(crate) fn new(
        bus: Arc<Bus>,
        scope: Scope,
        connector: Arc<str>,
        event: EventContext,
        messages: Option<mpsc::Sender<Value>>,
    ) -> Self {
        Self { bus, scope, connector, event, started: Instant::now(), messages }
    }

    /// Returns the name of the servo.
    pub fn servo(&self) -> &str {
        self.bus.host().servo()
    }

    /// Returns the name of the connector whose handler runs.
    pub fn connector(&self) -> &str {
        &self.connector
    }

    /// Returns the event and phase in which it runs.
    pub fn event(&self) -> &EventContext {
        &self.event
    }

    /// Returns the identity of the optimizer's command, where there is one.
    pub fn command_uid(&self) -> Option<&str> {
        self.scope.command_uid.as_deref()
    }

    /// Returns the folder in which the servo keeps its state. It may not exist yet.
    pub fn state_dir(&self) -> &Path {
        self.bus.host().state_dir()
    }

    /// Returns a path that the operator wrote, as seen from the working folder: a relative one starts
    /// at the folder of the configuration file.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.bus.host().resolve(path)
    }

    /// Returns what the host lends of a type, such as `servo_http::Outlet`. There is none where nobody configured it, as in
    /// tests: do without.
    pub fn lent<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.bus.host().lent()
    }

    /// Returns what connectors tell of the system they run in, sent along when a servo says hello.
    pub fn telemetry(&self) -> &Telemetry {
        self.bus.host().telemetry()
    }

    /// Returns where the connectors of the servo publish and subscribe.
    pub fn exchange(&self) -> &Exchange {
        self.bus.host().exchange()
    }

    /// Returns what the connector has created and not removed, which it writes down before it creates anything.
    pub fn created(&self) -> Created<'_> {
        Created::of(self.bus.host().journal(), &self.connector)
    }

    /// Returns what signals that the handler should end.
    pub fn token(&self) -> &CancellationToken {
        &self.scope.token
    }

    /// Returns true once the handler should end.
    pub fn is_cancelled(&self) -> bool {
        self.scope.token.is_cancelled()
    }

    /// Dispatches an event from within a handler, in the same operation.
    pub fn dispatch<E: Event>(&self, input: E::Input) -> Dispatch<E> {
        self.bus.dispatch(&self.scope, input)
    }

    /// Publishes a message to whoever subscribed to this dispatch. Never waits.
    pub fn publish(&self, message: Value) {
        if let Some(messages) = &self.messages
            && messages.try_send(message).is_err()
        {
            tracing::trace!(connector = %self.connector, "message dropped: the subscriber does not keep up");
        }
    }

    /// Reports how far the handler has come, from 0 to 100 percent. Never waits.
    pub fn report(&self, percent: f64, message: impl Into<String>) {
        self.scope.progress.report(Progress {
            connector: Arc::clone(&self.connector),
            event: self.event.event.as_str().into(),
            percent: percent.clamp(0.0, 100.0),
            runtime: Duration::from_std(self.started.elapsed()),
            message: message.into(),
        });
    }

    /// Waits for a duration, reporting progress on the way, and ends exactly on time.
    ///
    /// # Errors
    ///
    /// Class cancelled as soon as the operation is; failed where the clock cannot count that far.
    pub async fn wait(&self, duration: Duration, what: &str) -> Result<()> {
        const EVERY: std::time::Duration = std::time::Duration::from_secs(5);
        let begin = Instant::now();
        let end = begin.checked_add(duration.as_std()).ok_or_else(|| {
            Error::failed(format!("a wait of {duration} is longer than the clock can count"))
        })?;
        loop {
            let elapsed = begin.elapsed();
            if Instant::now() >= end {
                return Ok(());
            }
            self.report(100.0 * elapsed.as_secs_f64() / duration.as_secs_f64(), what);
            tokio::select! {
                () = tokio::time::sleep_until(end.min(Instant::now() + EVERY)) => {}
                () = self.scope.token.cancelled() => {
                    return Err(Error::cancelled(format!("cancelled while {what}")));
                }
            }
        }
    }
}
