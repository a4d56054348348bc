//! Whether a change may be made: not while the circuit is broken, not beyond the mode, not outside of a window, not too
//! often. What leads back to the baseline always may.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use servo_core::event::Scope;
use servo_core::event::standard::Adjusting;
use servo_core::journal::{self, Purpose, Values};
use servo_core::model::Control;
use servo_core::optimizer::Operation;
use servo_core::safety::{Mode, Restore};
use servo_core::{Error, Result};

use super::watch::Moment;
use super::{Runner, recovery};
use crate::gate::Held;
use crate::{change, operation};

/// How long a change that is held back waits before the clock is looked at again, which somebody may set meanwhile.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Why a change is held back that no window is open for, or not for long enough.
const CLOSED: &str = "window-closed";

/// What may be done about a command.
#[derive(Debug)]
pub(super) enum Permit {
    /// Carry it out, as it is here.
    Granted(Operation, Purpose),
    /// Tell the optimizer why it is not carried out.
    Refused(Error),
    /// The servo was asked to end while it was held back.
    Stopped,
}

/// Asks whether a command may be carried out, and waits until it may where the optimizer can wait. `trial_takes` is how
/// long a trial is known to take: none is begun that a window would not hold.
pub(super) async fn ask(
    runner: &Runner,
    operation: Operation,
    trial_takes: Duration,
    is_winding_up: bool,
) -> Permit {
    let (adjusting, is_promotion) = match operation {
        Operation::Adjust(adjusting) => (adjusting, false),
        Operation::Promote(adjusting) => (adjusting, true),
        other => return Permit::Granted(other, Purpose::Adjustment),
    };
    let makes_trials = runner.optimizer.makes_trials();
    let after = journal::values(&adjusting.adjustments);
    let ledger = runner.servo.bus().host().journal().ledger();
    // A study of Servo's own that begins where another optimizer has left the application has a baseline of its own.
    let has_that_baseline = !(makes_trials && ledger.is_kept);
    if !is_promotion && has_that_baseline && ledger.leads_back(&after) {
        let purpose = if makes_trials { Purpose::Restoration } else { Purpose::Adjustment };
        return Permit::Granted(Operation::Adjust(adjusting), purpose);
    }
    if let Err(refused) = allowed(runner, &adjusting).await {
        return Permit::Refused(refused);
    }
    let settlement = adjusting.control.settlement.unwrap_or_default().as_std();
    let adjusting = match opened(runner, adjusting, trial_takes.max(settlement), is_winding_up).await {
        Ok(Some(adjusting)) => adjusting,
        Ok(None) => return Permit::Stopped,
        Err(refused) => return Permit::Refused(refused),
    };
    match (is_promotion, makes_trials) {
        (true, _) => Permit::Granted(Operation::Promote(adjusting), Purpose::Promotion),
        (false, true) => Permit::Granted(Operation::Adjust(adjusting), Purpose::Trial),
        (false, false) => Permit::Granted(Operation::Adjust(adjusting), Purpose::Adjustment),
    }
}

/// Says whether a change that was granted a while ago may still be made.
pub(super) fn is_still_granted(runner: &Runner, purpose: Purpose) -> bool {
    purpose == Purpose::Restoration || runner.safety.gate.windows.check(Timestamp::now()).is_ok()
}

/// Refuses what circuit and mode do not allow at any time.
async fn allowed(runner: &Runner, adjusting: &Adjusting) -> Result<()> {
    let bus = runner.servo.bus();
    let written = bus.host().journal().ledger().trip.map(|trip| trip.reason);
    if let Some(reason) = written.or_else(|| runner.safety.trip.get().cloned()) {
        return Err(broken(&reason));
    }
    match runner.safety.mode {
        Mode::Auto => Ok(()),
        Mode::Observe => {
            Err(Error::failed("not changed: `mode: observe` changes nothing").with_reason("mode"))
        }
        Mode::Recommend => {
            let described = operation::describe(bus, &Scope::detached(), Control::default()).await?;
            let is_harmless =
                |name: &String| described.component(name).is_some_and(|component| component.is_tuning);
            match adjusting.adjustments.iter().find(|it| !is_harmless(&it.component)) {
                None => Ok(()),
                Some(harmful) => {
                    let message = format!(
                        "not changed: `mode: recommend` tries configurations on tuning instances alone, and `{}` is \
                         none",
                        harmful.component
                    );
                    Err(Error::failed(message).with_reason("mode"))
                }
            }
        }
    }
}

/// Why nothing is changed while the circuit is broken.
pub(super) fn broken(reason: &str) -> Error {
    Error::failed(format!("no changes are made since the circuit broke: {reason}"))
        .with_reason("circuit-broken")
        .with_help("find out why, then allow changes again with `servo reset`")
}

/// Waits until changes may be made, or refuses where the optimizer does not wait. Gives the adjustment in full where
/// the baseline was restored meanwhile; `None` after a stop.
async fn opened(
    runner: &Runner,
    mut adjusting: Adjusting,
    trial_takes: Duration,
    is_winding_up: bool,
) -> Result<Option<Adjusting>> {
    let gate = &runner.safety.gate;
    let mut told = None;
    let mut too_short = None;
    loop {
        let now = Timestamp::now();
        let Err(held) = pass(runner, now, trial_takes) else { return Ok(Some(adjusting)) };
        if gate.windows.check(now).is_ok() && held.reason == CLOSED {
            let closes = gate.windows.closes(now);
            if too_short.is_some() && too_short != closes {
                let seconds = trial_takes.as_secs_f64();
                tracing::warn!("no window may be long enough for a trial, which takes about {seconds:.0} s");
            }
            too_short = closes;
        }
        if !runner.optimizer.makes_trials() || is_winding_up {
            return Err(Error::failed(format!("not changed: {}", held.message)).with_reason(held.reason));
        }
        if told != Some(held.reason) {
            tracing::info!("the next change waits: {}", held.message);
            told = Some(held.reason);
            if held.reason == CLOSED || held.wait > LOOK_AGAIN {
                // No trial is left in force for as long as nobody works on it.
                adjusting.adjustments = in_full(runner, &adjusting);
                idle_at_baseline(runner).await;
            }
        }
        let wait = held.wait.clamp(Duration::from_millis(1), LOOK_AGAIN);
        runner.watch.moment(runner.servo.name(), Moment::Held { reason: &held.message, wait });
        if runner.stop.or(tokio::time::sleep(wait)).await.is_none() {
            return Ok(None);
        }
    }
}

fn pass(runner: &Runner, now: Timestamp, trial_takes: Duration) -> Result<(), Held> {
    let gate = &runner.safety.gate;
    gate.check(now)?;
    if let Some(closes) = gate.windows.closes(now)
        && let Ok(left) = Duration::try_from(closes.duration_since(now))
        && left < trial_takes
    {
        let message = format!(
            "the window closes at {closes}, and a trial takes about {:.0} s",
            trial_takes.as_secs_f64()
        );
        return Err(Held { reason: CLOSED, message, wait: left });
    }
    gate.pass(now)
}

/// Gives every setting that is not at its baseline, or is to be changed, with the value that it is to have.
fn in_full(runner: &Runner, adjusting: &Adjusting) -> Vec<servo_core::model::Adjustment> {
    let ledger = runner.servo.bus().host().journal().ledger();
    let away = ledger.in_force.iter().filter(|(name, _)| ledger.attempted.contains_key(*name));
    let mut full: Values = away.map(|(name, value)| (name.clone(), value.clone())).collect();
    full.extend(journal::values(&adjusting.adjustments));
    journal::adjustments(&full)
}

async fn idle_at_baseline(runner: &Runner) {
    if runner.safety.restore == Restore::Never {
        return;
    }
    let (bus, scope) = (Arc::clone(runner.servo.bus()), Scope::detached());
    let Some(restored) = recovery::within_grace(&runner.stop, change::undo(&bus, &scope)).await else {
        return recovery::unverified();
    };
    match restored {
        Ok(Some(_)) => tracing::info!("the baseline is in force meanwhile"),
        Ok(None) => {}
        Err(error) => tracing::error!("cannot restore the baseline meanwhile: {}", error.chain()),
    }
}
