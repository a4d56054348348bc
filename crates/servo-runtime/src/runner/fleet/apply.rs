//! Brings another configuration into force while a fleet runs.

use futures::future::join_all;

use super::Ended;
use super::handle::{After, Handle};
use crate::assembly::{Assembled, Changes};

/// Why a servo is stopped that is gone, which its connectors and its optimizer are told.
const REMOVED: &str = "removed from the configuration";
/// Why a servo is stopped that begins again with other settings.
const CHANGED: &str = "configuration changed";

impl Handle {
    /// Brings changes of the configuration into force. Servos that it does not name go on, and notice nothing.
    ///
    /// First all those end that are gone or have changed, each as a stop ends it, with its trials undone. Only when all
    /// have ended do the others begin, as one may have in its hands what was in another's.
    ///
    /// Returns how those ended in whose place nothing could be started, since the fleet was asked to stop meanwhile.
    pub async fn apply(&self, changes: Changes) -> Vec<Ended> {
        let Changes { added, changed, removed, held, .. } = changes;
        let after = match (added.is_empty() && changed.is_empty(), held.is_empty()) {
            (false, _) => After::Others,
            // Whoever waits for a restart is to come.
            (true, false) => After::Unknown,
            (true, true) => After::Nobody,
        };
        let removed = removed.iter().map(|name| (name.as_str(), REMOVED));
        let ending = removed.chain(changed.iter().map(|servo| (servo.name(), CHANGED)));
        // One that has ended by itself is none that could be removed.
        let ending = ending.map(|(name, reason)| async move { self.end(name, reason, after).await.ok() });
        let mut ended: Vec<Ended> = join_all(ending).await.into_iter().flatten().collect();
        ended.retain(|ended| changed.iter().any(|servo| servo.name() == ended.servo));
        for servo in changed.into_iter().chain(added) {
            let name = Assembled::name(&servo).to_owned();
            match self.add(servo).await {
                Ok(()) => ended.retain(|ended| ended.servo != name),
                Err(error) => tracing::warn!(servo = name, "it does not begin: {}", error.chain()),
            }
        }
        ended
    }
}
