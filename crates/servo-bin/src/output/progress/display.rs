//! Shows what servos do, once something takes longer than two seconds: a line each that is redrawn on a
//! terminal, a log line now and then elsewhere.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use servo_core::Error;
use servo_core::journal::Trip;
use servo_core::optimizer::{Operation, Outcome};
use servo_runtime::runner::{Moment, Watch};
use tokio::time::Instant;

use super::Screen;
use super::status::Status;

/// What takes less long is not worth a line.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a log line about a servo stands before the next one.
const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// How often the lines of servos are drawn of which nothing is heard, as time passes for them, too.
const BETWEEN_DRAWS: Duration = Duration::from_secs(1);
/// How many servos get lines of their own; a terminal has not many more.
const MOST_LINES: usize = 16;

/// Shows the progress of servos.
pub(crate) struct Display {
    screen: Screen,
    is_drawn: bool,
    began: Instant,
    lines: Mutex<BTreeMap<String, ProgressBar>>,
    logged: Mutex<BTreeMap<String, Instant>>,
    /// The servos that run.
    servos: Mutex<BTreeMap<String, Status>>,
}

impl Display {
    /// Creates a display on a screen.
    pub(crate) fn new(screen: Screen) -> Self {
        let (lines, logged, servos) = (Mutex::default(), Mutex::default(), Mutex::default());
        let is_drawn = screen.is_terminal();
        Self { screen, is_drawn, began: Instant::now(), lines, logged, servos }
    }

    /// Writes log lines, also on a terminal, since somebody is to write on that.
    pub(crate) fn logging(self) -> Self {
        Self { is_drawn: false, ..self }
    }

    /// Removes all lines.
    pub(crate) fn clear(&self) {
        let lines = std::mem::take(&mut *lock(&self.lines));
        for line in lines.into_values() {
            line.finish_and_clear();
        }
    }

    /// Shows how far a subject is, with what it does.
    pub(crate) fn show(&self, subject: &str, percent: f64, doing: &str) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        if !self.is_drawn {
            return self.log(subject, percent, doing);
        }
        let mut lines = lock(&self.lines);
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

    /// Shows which check of a connector runs.
    pub(crate) fn checks(&self, subject: &str, check: &str) {
        if self.is_drawn {
            self.line(subject, format!("checking: {check}"));
        } else if self.began.elapsed() >= PATIENCE {
            self.log_line(subject, &format!("checking: {check}"));
        }
    }

    /// Removes the line of a connector whose check has ended.
    pub(crate) fn checked(&self, subject: &str) {
        if let Some(line) = lock(&self.lines).remove(subject) {
            line.finish_and_clear();
        }
    }

    /// Draws the lines of all servos again, every second.
    pub(crate) async fn draw(&self) -> Infallible {
        loop {
            tokio::time::sleep(BETWEEN_DRAWS).await;
            if !self.is_drawn {
                std::future::pending::<()>().await;
            }
            let texts: Vec<_> =
                lock(&self.servos).iter().map(|(name, status)| (name.clone(), status.text())).collect();
            for (name, text) in texts {
                self.line(&name, text);
            }
        }
    }

    /// Draws the line of a servo.
    fn line(&self, servo: &str, text: String) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        let mut lines = lock(&self.lines);
        if let Some(line) = lines.get(servo) {
            line.set_message(text);
        } else if lines.len() < MOST_LINES {
            lines.insert(servo.to_owned(), self.screen.servo(servo, text));
        }
    }

    fn log(&self, subject: &str, percent: f64, doing: &str) {
        self.log_line(subject, &format!("{percent:.0} % of {doing}"));
    }

    /// Logs what a subject does, now and then.
    fn log_line(&self, subject: &str, text: &str) {
        let mut logged = lock(&self.logged);
        if logged.get(subject).is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
            logged.insert(subject.to_owned(), Instant::now());
            tracing::info!(servo = subject, "{text}");
        }
    }

    /// Shows a moment: in the servo's line, or in the log.
    fn take(&self, servo: &str, moment: &Moment<'_>) {
        if self.is_drawn {
            let text = lock(&self.servos).get_mut(servo).map(|status| {
                status.take(moment);
                status.text()
            });
            return text.into_iter().for_each(|text| self.line(servo, text));
        }
        match moment {
            // What is to be said of these is in the log already.
            Moment::Starts { .. }
            | Moment::Greeted
            | Moment::Held { .. }
            | Moment::Restores
            | Moment::Begins { operation: Operation::Sleep { .. } }
            | Moment::Finished { .. } => {}
            Moment::Begins { operation } => self.show(servo, 0.0, operation.name()),
            Moment::Progress { operation, progress } => {
                self.show(servo, progress.percent, &format!("{operation}: {}", progress.message));
            }
            Moment::Ended { operation, .. } => self.show(servo, 100.0, operation),
        }
    }

    fn end(&self, subject: &str, result: Result<Outcome, &Error>) {
        let status = lock(&self.servos).remove(subject);
        if let Some(line) = lock(&self.lines).remove(subject) {
            line.finish_and_clear();
        }
        let trip = status.and_then(|status| status.servo().bus().host().journal().ledger().trip);
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
        match &moment {
            Moment::Starts { servo: it, optimizer } => {
                lock(&self.servos).insert(servo.to_owned(), Status::new(it, optimizer));
            }
            Moment::Finished { result } => self.end(servo, *result),
            moment => self.take(servo, moment),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
