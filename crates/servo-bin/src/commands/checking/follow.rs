//! What is told of checks while they run: a line that is redrawn on a terminal, and log lines of what is new.

use std::sync::Arc;

use servo_core::check::{Check, Follow, Key, News, Relief, Report};
use servo_core::duration::Duration;

use super::wanted::Plan;
use crate::output;
use crate::output::checks;
use crate::output::progress::Display;

/// Shows the check that runs, one line for each connector.
pub(super) struct Live {
    display: Arc<Display>,
    /// Whether lines name the servo.
    names: bool,
}

impl Live {
    pub(super) fn new(display: Arc<Display>, names: bool) -> Self {
        Self { display, names }
    }

    fn subject(&self, key: &Key) -> String {
        if self.names { format!("{}: {}", key.servo, key.connector) } else { key.connector.to_string() }
    }
}

impl Report for Live {
    fn begins(&self, key: &Key, check: &Check) {
        self.display.checks(&self.subject(key), &check.name);
    }

    fn ends(&self, key: &Key, _: &Check) {
        self.display.checked(&self.subject(key));
    }
}

/// Logs what is new in a pass, and prints tables between passes.
#[expect(clippy::struct_excessive_bools, reason = "each is said by an option of its own")]
pub(super) struct Follower {
    is_progressive: bool,
    prints_passes: bool,
    verbose: bool,
    /// Whether log lines name the servo.
    names: bool,
}

impl Follower {
    pub(super) fn new(plan: &Plan, names: bool) -> Self {
        let Plan { is_progressive, prints_passes, verbose, .. } = *plan;
        Self { is_progressive, prints_passes, verbose, names }
    }
}

impl Follow for Follower {
    fn tell(&mut self, news: News<'_>) {
        match news {
            // What is about to change something is told in any case.
            News::Remedying { key, check, remedy } => tracing::info!(
                servo = &*key.servo,
                connector = &*key.connector,
                "check '{}' failed: about to apply its remedy: {}",
                check.name,
                remedy.what()
            ),
            News::Remedied { key, check, relief } => relieved(key, check, relief),
            News::Pass { results } if self.prints_passes => {
                let table = checks::table_of(results, self.verbose);
                if !table.is_empty() {
                    output::line_on_stderr(&table);
                }
            }
            News::TimedOut { wait } => tracing::error!("timed out waiting for checks to pass {wait}"),
            news if self.is_progressive => self.log(news),
            _ => {}
        }
    }
}

impl Follower {
    fn log(&self, news: News<'_>) {
        let servo = |key: &Key| if self.names { format!("{}: ", key.servo) } else { String::new() };
        match news {
            News::Passed { key, check } => {
                tracing::info!(connector = &*key.connector, "{}check '{}' passed", servo(key), check.name);
            }
            News::Failed { key, check, passing } => tracing::warn!(
                connector = &*key.connector,
                "{}check '{}' failed ({passing} passed): {}",
                servo(key),
                check.name,
                said(check)
            ),
            News::Warning { key, check } => tracing::warn!(
                connector = &*key.connector,
                "{}check '{}' warns: {}",
                servo(key),
                check.name,
                said(check)
            ),
            News::Hint { hint, .. } => tracing::info!("hint: {}", in_a_line(hint)),
            News::Waiting { delay } => {
                let delay = Duration::from_millis(delay.as_std().as_millis().try_into().unwrap_or(u64::MAX));
                tracing::info!("waiting for {delay} before rerunning failing checks");
            }
            News::Ready => tracing::info!("all checks passed"),
            News::Remedying { .. } | News::Remedied { .. } | News::Pass { .. } | News::TimedOut { .. } => {}
        }
    }
}

/// Says why a check does not hold.
fn said(check: &Check) -> String {
    check.message.as_deref().map_or_else(|| "it does not say why".to_owned(), in_a_line)
}

/// Makes one line of a text, so that nothing that a check says can be taken for another line of the log.
fn in_a_line(text: &str) -> String {
    checks::printable(text).replace('\n', " ")
}

fn relieved(key: &Key, check: &Check, relief: &Relief) {
    let (servo, connector, name) = (&*key.servo, &*key.connector, &check.name);
    match relief {
        Relief::Applied(None) => tracing::info!(servo, connector, "the remedy of '{name}' was applied"),
        Relief::Applied(Some(message)) => {
            tracing::info!(servo, connector, "the remedy of '{name}' was applied: {}", in_a_line(message));
        }
        Relief::Failed(reason) => {
            tracing::warn!(servo, connector, "the remedy of '{name}' failed: {}", in_a_line(reason));
        }
        Relief::TimedOut(limit) => {
            tracing::warn!(servo, connector, "the remedy of '{name}' was given up after {limit}");
        }
    }
}
