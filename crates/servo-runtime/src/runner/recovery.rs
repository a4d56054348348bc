//! What a process that ended in between has left, put right: before anything else is done, and at the end.

use std::time::Duration;

use servo_core::event::{Bus, Scope};
use servo_core::journal::{Due, Values};
use servo_core::safety::Restore;
use servo_core::{Error, Result};
use tokio::time::timeout;

use super::Runner;
use super::signal::Stop;
use super::watch::Moment;
use crate::change::{self, Survey};

/// How often an optimizer of Servo's own is kept waiting by a restoration that fails.
const ATTEMPTS: u32 = 3;

/// How long a restoration that failed is left alone the first time.
const SHORTEST: Duration = Duration::from_secs(5);

/// How long it is left alone at most.
const LONGEST: Duration = Duration::from_mins(5);

/// Puts right what a process before this one has left: a trial, or a change that was not confirmed. Returns false where
/// a stop came first.
///
/// # Errors
///
/// It fails again and again. A servo whose optimizer is elsewhere goes on trying.
pub(super) async fn recover(runner: &Runner) -> Result<bool> {
    let journal = runner.servo.bus().host().journal();
    let Some(due) = journal.ledger().due() else { return Ok(true) };
    if runner.safety.restore == Restore::Never {
        tracing::warn!("{}; it is left as it is, since `restore: never`", left(&due));
        return Ok(true);
    }
    tracing::info!("{}: restoring {}", left(&due), listed(&due.target));
    let mut delay = SHORTEST;
    let mut attempts = 0_u32;
    loop {
        runner.watch.moment(runner.servo.name(), Moment::Restores);
        let scope = Scope::detached();
        let restoring = change::restore(runner.servo.bus(), &scope, &due.target);
        let Some(restored) = within_grace(&runner.stop, restoring).await else {
            unverified();
            return Ok(false);
        };
        let error = match restored {
            Ok(survey) => {
                tell(&survey);
                return Ok(true);
            }
            Err(error) => error,
        };
        attempts = attempts.saturating_add(1);
        if attempts >= ATTEMPTS && runner.optimizer.makes_trials() {
            let message = format!("cannot restore what was there before, after {attempts} attempts");
            let help = format!("the application may not be at its baseline: set {}", listed(&due.target));
            return Err(Error::new(error.class(), message).with_help(help).with_source(error));
        }
        tracing::error!("cannot restore: {}; next try in {}s", error.chain(), delay.as_secs());
        if runner.stop.or(tokio::time::sleep(delay)).await.is_none() {
            return Ok(false);
        }
        delay = delay.saturating_mul(2).min(LONGEST);
    }
}

/// Brings back what is due at the end of a servo's life. After a stop it is not waited for longer than
/// [`Bus::CANCEL_GRACE`]: it is on its way, and the next start verifies it.
///
/// # Errors
///
/// It cannot be brought back, with what to do as help.
pub(super) async fn leave(runner: &Runner) -> Result<()> {
    let journal = runner.servo.bus().host().journal();
    let Some(due) = journal.ledger().due() else { return Ok(()) };
    if runner.safety.restore == Restore::Never {
        tracing::warn!("{}; it is left as it is, since `restore: never`", left(&due));
        return Ok(());
    }
    runner.watch.moment(runner.servo.name(), Moment::Restores);
    match within_grace(&runner.stop, insist(runner, &due)).await {
        Some(Ok(survey)) => tell(&survey),
        Some(Err(error)) => {
            let help = format!("the next start tries again; by hand, set {}", listed(&due.target));
            return Err(Error::new(error.class(), "cannot restore").with_source(error).with_help(help));
        }
        None => unverified(),
    }
    Ok(())
}

/// Restores, and again where that fails: it is the last chance of this process.
async fn insist(runner: &Runner, due: &Due) -> Result<Survey> {
    let scope = Scope::detached();
    let mut attempts = 1_u32;
    loop {
        match change::restore(runner.servo.bus(), &scope, &due.target).await {
            Err(error) if attempts < ATTEMPTS => {
                tracing::warn!("cannot restore: {}; trying again", error.chain());
                attempts += 1;
                tokio::time::sleep(SHORTEST / 2).await;
            }
            restored => return restored,
        }
    }
}

/// Undoes a change that its optimizer, which counts on those that are confirmed, was told has failed.
pub(super) async fn undo_failed(runner: &Runner) {
    if runner.safety.restore == Restore::Never || runner.servo.bus().host().journal().ledger().due().is_none()
    {
        return;
    }
    let scope = Scope::detached();
    match within_grace(&runner.stop, change::undo(runner.servo.bus(), &scope)).await {
        Some(Ok(None)) => {}
        Some(Ok(Some(survey))) => tell(&survey),
        Some(Err(error)) => tracing::error!("cannot undo the change that failed: {}", error.chain()),
        None => unverified(),
    }
}

/// Restores the baseline, kept changes included, since the optimizer stays away.
///
/// # Errors
///
/// It could not be restored.
pub(super) async fn take_back(runner: &Runner) -> Result<()> {
    runner.watch.moment(runner.servo.name(), Moment::Restores);
    let target = runner.servo.bus().host().journal().ledger().away();
    let survey = change::restore(runner.servo.bus(), &Scope::detached(), &target).await?;
    tell(&survey);
    Ok(())
}

/// Waits for something to its end, or, from a stop on, for [`Bus::CANCEL_GRACE`].
pub(super) async fn within_grace<T>(stop: &Stop, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    if let Some(done) = stop.or(&mut work).await {
        return Some(done);
    }
    timeout(Bus::CANCEL_GRACE, work).await.ok()
}

pub(super) fn unverified() {
    let seconds = Bus::CANCEL_GRACE.as_secs();
    tracing::warn!(
        "what was there before was asked for and not confirmed within {seconds}s: the next start verifies it"
    );
}

fn tell(survey: &Survey) {
    match (survey.back.is_empty(), survey.found.is_empty()) {
        (false, _) => tracing::info!("restored {}", listed(&survey.back)),
        (true, false) => tracing::info!("nothing to restore: the application has {}", listed(&survey.found)),
        (true, true) => {}
    }
    if !survey.others.is_empty() {
        tracing::warn!("set by somebody else meanwhile, and left alone: {}", listed(&survey.others));
    }
    if !survey.gone.is_empty() {
        tracing::warn!("the application does not have any more: {}", survey.gone.join(", "));
    }
}

fn left(due: &Due) -> String {
    match &due.unconfirmed {
        Some(change) => {
            format!("change {} ({}) was begun and not confirmed", change.id, change.purpose.word())
        }
        None => "a trial is in force".to_owned(),
    }
}

pub(super) fn listed(values: &Values) -> String {
    values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}
