//! Shows what servos do, once something takes longer than two seconds: a line each that is redrawn on a
//! terminal, a log line now and then elsewhere.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use servo_core::Error;
use servo_core::journal::Trip;
use servo_core::optimizer::Outcome;
use servo_core::servo::Servo;
use servo_runtime::runner::{Moment, Watch};
use tokio::time::Instant;

use super::Screen;

/// What takes less long is not worth a line.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a log line about a servo stands before the next one.
const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// How many servos get lines of their own; a terminal has not many more.
const MOST_LINES: usize = 16;

/// Shows the progress of servos.
pub(crate) struct Display {
    screen: Screen,
    began: Instant,
    lines: Mutex<BTreeMap<String, ProgressBar>>,
    logged: Mutex<BTreeMap<String, Instant>>,
    /// The servos that run, whose journals know how they ended.
    servos: Mutex<BTreeMap<String, Arc<Servo>>>,
}

impl Display {
    /// Creates a display on a screen.
    pub(crate) fn new(screen: Screen) -> Self {
        let (lines, logged, servos) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { screen, began: Instant::now(), lines, logged, servos }
    }

    /// Removes all lines.
    pub(crate) fn clear(&self) {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        for line in lines.into_values() {
            line.finish_and_clear();
        }
    }

    /// Shows how far a subject is, with what it does.
    pub(crate) fn show(&self, subject: &str, percent: f64, doing: &str) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        if !self.screen.is_terminal() {
            return self.log(subject, percent, doing);
        }
        self.draw(subject, percent, doing);
    }

    /// Draws a line, at once, where there is a terminal. What it says is in the log already.
    fn draw(&self, subject: &str, percent: f64, doing: &str) {
        if !self.screen.is_terminal() {
            return;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if !lines.contains_key(subject) && lines.len() < MOST_LINES {
            lines.insert(subject.to_owned(), self.screen.line(subject));
        }
        if let Some(line) = lines.get(subject) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 0..=100"
            )]
            line.set_position(percent.clamp(0.0, 100.0) as u64);
            line.set_message(doing.to_owned());
        }
    }

    fn log(&self, subject: &str, percent: f64, doing: &str) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.get(subject).is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
            logged.insert(subject.to_owned(), Instant::now());
            tracing::info!(servo = subject, "{percent:.0} % of {doing}");
        }
    }

    fn end(&self, subject: &str, result: Result<Outcome, &Error>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.remove(subject) {
            line.finish_and_clear();
        }
        drop(lines);
        let servo = self.servos.lock().unwrap_or_else(PoisonError::into_inner).remove(subject);
        let trip = servo.and_then(|servo| servo.bus().host().journal().ledger().trip);
        match (result, trip) {
            (Err(error), _) => tracing::error!(servo = subject, "{}", error.chain()),
            (Ok(_), Some(Trip { reason, .. })) => tracing::warn!(
                servo = subject,
                "ended with the circuit broken: {reason}; find out why, then allow changes again with `servo reset`"
            ),
            (Ok(Outcome::Improved), None) => {
                tracing::info!(servo = subject, "a better configuration was found");
            }
            (Ok(Outcome::NoBetter), None) => {
                tracing::info!(servo = subject, "no better configuration was found");
            }
            (Ok(Outcome::Interrupted), None) => tracing::info!(servo = subject, "interrupted"),
        }
    }
}

impl Watch for Display {
    fn moment(&self, servo: &str, moment: Moment<'_>) {
        match moment {
            Moment::Starts { servo: it, .. } => {
                let mut servos = self.servos.lock().unwrap_or_else(PoisonError::into_inner);
                servos.insert(servo.to_owned(), Arc::clone(it));
            }
            Moment::Greeted => {}
            Moment::Held { reason, wait } => self.draw(servo, 0.0, &held(reason, wait)),
            Moment::Restores => self.draw(servo, 0.0, "bringing back what was there before"),
            Moment::Begins { operation } => self.show(servo, 0.0, operation.name()),
            Moment::Progress { operation, progress } => {
                self.show(servo, progress.percent, &format!("{operation}: {}", progress.message));
            }
            Moment::Ended { operation, .. } => self.show(servo, 100.0, operation),
            Moment::Finished { result } => self.end(servo, result),
        }
    }
}

/// Says why a change is held back, and for how long at most before that is looked at again, in whole seconds.
fn held(reason: &str, wait: Duration) -> String {
    let seconds = wait.as_secs().max(1);
    format!("held back: {reason}; next look in {}", servo_core::duration::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_is_held_back_says_why_and_for_how_long() {
        let text = held("the next window opens at 22:00", Duration::from_millis(90_400));
        assert_eq!(text, "held back: the next window opens at 22:00; next look in 1m30s");
        assert!(held("so", Duration::ZERO).ends_with("next look in 1s"));
    }
}
