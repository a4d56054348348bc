//! What changes which servos a fleet runs, while it runs them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use servo_core::{Class, Error, Result};
use tokio::sync::{mpsc, oneshot};

use super::Ended;
use crate::assembly::Assembled;

/// How many changes may wait to be heeded; whoever asks for more waits for that.
pub(super) const WAITING: usize = 16;

/// How many names are told in a message.
const SHOWN: usize = 20;

/// Adds servos to a fleet that runs, removes some and restarts others. Clones are the same.
///
/// Whatever was asked for goes on where the caller does not wait for it any longer.
#[derive(Clone)]
pub struct Handle {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) names: Names,
}

/// A change that was asked for, and who waits to hear what came of it: the servo that ended with it, if one did.
pub(super) struct Request {
    pub(super) change: Change,
    pub(super) done: oneshot::Sender<Result<Option<Ended>>>,
}

/// What follows the removal of a servo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Others are added.
    Others,
    /// Others may be added, where it was the last.
    Unknown,
    /// Nothing.
    Nobody,
}

/// A change.
pub(super) enum Change {
    Add(Box<Assembled>),
    Remove { name: String, reason: String, after: After },
    Restart { servo: Box<Assembled>, reason: String },
}

impl Handle {
    /// Adds a servo, which begins at once. One of that name may have been there before and have ended.
    ///
    /// # Errors
    ///
    /// Class configuration: one of that name runs. Class cancelled: the fleet was asked to stop, or has ended.
    pub async fn add(&self, servo: Assembled) -> Result<()> {
        self.ask(Change::Add(Box::new(servo))).await.map(drop)
    }

    /// Stops a servo for a reason, which its connectors and its optimizer are told, and waits until it has wound up.
    ///
    /// The fleet goes on, also without any servo: until one is added, it is stopped, or every handle is dropped.
    ///
    /// # Errors
    ///
    /// Class configuration: none of that name runs; the message names those that do. Class failed: it is being
    /// removed or restarted. Class cancelled: the fleet has ended.
    pub async fn remove(&self, name: &str, reason: &str) -> Result<Ended> {
        self.end(name, reason, After::Unknown).await
    }

    /// Removes a servo as [`remove`](Self::remove) does, with word of what follows.
    pub(super) async fn end(&self, name: &str, reason: &str, after: After) -> Result<Ended> {
        let (name, reason) = (name.to_owned(), reason.to_owned());
        self.ask(Change::Remove { name, reason, after }).await?.ok_or_else(ended)
    }

    /// Stops the servo that has the name of this one, for a reason, and once it has wound up starts this one in its
    /// place: the two are never there at once. Returns how the former ended, or `None` where none of that name ran.
    ///
    /// # Errors
    ///
    /// Class failed: it is being removed or restarted. Class cancelled: the fleet was asked to stop before this one
    /// could be started, or has ended.
    pub async fn restart(&self, servo: Assembled, reason: &str) -> Result<Option<Ended>> {
        self.ask(Change::Restart { servo: Box::new(servo), reason: reason.to_owned() }).await
    }

    /// Lists the servos that run, in the order in which they were added.
    pub fn names(&self) -> Vec<String> {
        self.names.list()
    }

    async fn ask(&self, change: Change) -> Result<Option<Ended>> {
        let (done, heard) = oneshot::channel();
        self.requests.send(Request { change, done }).await.map_err(|_| ended())?;
        heard.await.map_err(|_| ended())?
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("names", &self.names()).finish_non_exhaustive()
    }
}

/// The names of the servos that run, in the order in which they were added.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Mutex<Vec<String>>>);

impl Names {
    pub(super) fn list(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn add(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
    }

    pub(super) fn remove(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|known| known != name);
    }

    /// Says that there is none of that name, and which there are.
    pub(super) fn missing(&self, name: &str) -> Error {
        let names = self.list();
        let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        let help = match (names.len(), names.len().saturating_sub(SHOWN)) {
            (0, _) => "none runs".to_owned(),
            (_, 0) => format!("those that run: {}", shown.join(", ")),
            (_, more) => format!("those that run: {} and {more} more", shown.join(", ")),
        };
        Error::configuration(format!("no servo named `{name}` runs")).with_help(help)
    }
}

/// Says that nothing can be changed any more.
fn ended() -> Error {
    Error::new(Class::Cancelled, "the fleet has ended")
}
