//! Brings another configuration into force while a fleet runs.

use futures::future::join_all;

use servo_core::Error;

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
    /// Where one of them ends with an error, as one does that cannot bring back what it has changed, nothing new begins,
    /// and neither does what was to take its place: it may be about the same application, and would take a trial for its
    /// baseline.
    ///
    /// Returns how those ended in whose place nothing was started, and why others were not.
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
        let failed: Vec<String> =
            ended.iter().filter(|ended| ended.result.is_err()).map(|ended| ended.servo.clone()).collect();
        ended
            .retain(|ended| ended.result.is_err() || changed.iter().any(|servo| servo.name() == ended.servo));
        let (again, stuck): (Vec<_>, Vec<_>) =
            changed.into_iter().partition(|servo| !failed.iter().any(|name| name == servo.name()));
        for servo in stuck {
            tracing::error!(servo = servo.name(), "it does not begin again, since it ended with an error");
        }
        let (added, refused) = if failed.is_empty() { (added, Vec::new()) } else { (Vec::new(), added) };
        ended.extend(refused.iter().map(|servo| refusal(servo, &failed)));
        for servo in again.into_iter().chain(added) {
            let name = Assembled::name(&servo).to_owned();
            match self.add(servo).await {
                Ok(()) => ended.retain(|ended| ended.servo != name),
                Err(error) => tracing::warn!(servo = name, "it does not begin: {}", error.chain()),
            }
        }
        ended
    }
}

/// Says of a new servo that it does not begin.
fn refusal(servo: &Assembled, failed: &[String]) -> Ended {
    let message = format!("it does not begin, since others ended with an error: {}", failed.join(", "));
    tracing::error!(servo = servo.name(), "{message}");
    let help = "see to those with `servo restore` on the configuration before, then start servo again";
    Ended { servo: servo.name().to_owned(), result: Err(Error::failed(message).with_help(help)) }
}
