//! Brings another configuration into force while a fleet runs.

use std::collections::HashSet;

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
    /// Where one of them ends with an error, or is gone and what it had changed is not known to be back, nothing new
    /// begins, and neither does what was to take its place or to adjust its workload: it would take a trial for its
    /// baseline. One that has ended well and is to begin again does so, since its first deed is to put right what it has
    /// left.
    ///
    /// Returns how those ended in whose place nothing was started, and why others were not.
    pub async fn apply(&self, changes: Changes) -> Vec<Ended> {
        let Changes { added, changed, removed, held, before, .. } = changes;
        let after = match (added.is_empty() && changed.is_empty(), held.is_empty()) {
            (false, _) => After::Others,
            // Whoever waits for a restart is to come.
            (true, false) => After::Unknown,
            (true, true) => After::Nobody,
        };
        let gone = removed.iter().map(|name| (name.as_str(), REMOVED));
        let ending = gone.chain(changed.iter().map(|servo| (servo.name(), CHANGED)));
        // One that has ended by itself is none that could be removed.
        let ending = ending.map(|(name, reason)| async move { self.end(name, reason, after).await.ok() });
        let mut ended: Vec<Ended> = join_all(ending).await.into_iter().flatten().collect();
        let failed: HashSet<String> =
            ended.iter().filter(|ended| ended.result.is_err()).map(|ended| ended.servo.clone()).collect();
        let left: Vec<&Assembled> =
            before.iter().filter(|servo| failed.contains(servo.name()) || servo.is_unsettled()).collect();
        for ended in ended.iter_mut().filter(|ended| ended.result.is_ok() && removed.contains(&ended.servo)) {
            if left.iter().any(|servo| servo.name() == ended.servo) {
                ended.result = Err(unsettled());
            }
        }
        ended
            .retain(|ended| ended.result.is_err() || changed.iter().any(|servo| servo.name() == ended.servo));
        let mut begin = Vec::new();
        for servo in changed {
            if failed.contains(servo.name()) {
                tracing::error!(
                    servo = servo.name(),
                    "it does not begin again, since it ended with an error"
                );
            } else if left.iter().all(|other| is_disjoint(&servo, other)) {
                begin.push(servo);
            } else {
                ended.retain(|ended| ended.servo != servo.name());
                ended.push(refusal(&servo, &left));
            }
        }
        // Not every connector says what it adjusts: a new servo may be about what one that is gone has left.
        let is_stuck = |other: &Assembled| {
            failed.contains(other.name()) || removed.iter().any(|name| name == other.name())
        };
        let is_free =
            |servo: &Assembled| left.iter().all(|other| !is_stuck(other) && is_disjoint(servo, other));
        let (added, refused): (Vec<_>, Vec<_>) = added.into_iter().partition(is_free);
        ended.extend(refused.iter().map(|servo| refusal(servo, &left)));
        let mut started = HashSet::new();
        for servo in begin.into_iter().chain(added) {
            let name = Assembled::name(&servo).to_owned();
            match self.add(servo).await {
                Ok(()) => started.insert(name),
                Err(error) => {
                    tracing::warn!(servo = name, "it does not begin: {}", error.chain());
                    false
                }
            };
        }
        ended.retain(|ended| !started.contains(&ended.servo));
        ended
    }
}

/// Says whether a servo adjusts nothing that another one adjusts.
fn is_disjoint(servo: &Assembled, other: &Assembled) -> bool {
    servo.name() == other.name() || servo.workloads().is_disjoint(&other.workloads())
}

/// Says of a servo that is gone that it may have left something behind.
fn unsettled() -> Error {
    let help = "see to it with `servo restore` on the configuration before";
    Error::failed("what was there before was asked for and is not known to be in force again").with_help(help)
}

/// Says of a servo that it does not begin.
fn refusal(servo: &Assembled, left: &[&Assembled]) -> Ended {
    let left: Vec<&str> = left.iter().map(|servo| servo.name()).collect();
    let message = format!(
        "it does not begin, since others ended with an error or without knowing that what they had changed is back: {}",
        left.join(", ")
    );
    tracing::error!(servo = servo.name(), "{message}");
    let help = "see to those with `servo restore` on the configuration before, then start servo again";
    Ended { servo: servo.name().to_owned(), result: Err(Error::failed(message).with_help(help)) }
}
