//! Runs the checks of a servo again until they pass, and says what changes.

mod delay;
mod known;
mod news;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::known::Known;
use super::{Check, Checked, Key, Pass, Relief};
use crate::duration::{Duration, DurationError};
use crate::{Error, Result};

pub use delay::{Delay, NotADelay};
pub use news::{Follow, News};

/// How the checks of a servo are run again until they pass.
#[derive(Clone, Debug)]
pub struct Progression {
    /// How long to wait for them to pass. Without any wait they are run once.
    pub wait: Duration,
    /// How long to wait between two passes.
    pub delay: Delay,
    /// Whether remedies run.
    pub remedy: bool,
    /// How long a remedy may take.
    pub remedy_limit: Duration,
    /// Whether only the first failing check's remedy runs, and the others' once that check has passed.
    pub check_halting: bool,
}

impl Default for Progression {
    fn default() -> Self {
        Self {
            wait: Duration::ZERO,
            delay: Delay::default(),
            remedy: false,
            remedy_limit: Duration::from_secs(10),
            check_halting: false,
        }
    }
}

/// How it ended.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Whether every check was run and none failed. Warnings do not count.
    pub ready: bool,
    /// How often the checks were run.
    pub passes: u32,
    /// What the last pass found.
    pub results: Vec<Checked>,
}

impl Progression {
    /// Reads how long to wait. An empty text is no wait at all.
    ///
    /// # Errors
    ///
    /// It is no duration.
    pub fn parse_wait(text: &str) -> Result<Duration, DurationError> {
        if text.is_empty() { Ok(Duration::ZERO) } else { text.parse() }
    }

    /// Runs the checks of a servo until none fails or the time is up, and once at least.
    ///
    /// Waits end with that time, and one pass more is made then: a pass is not cut short. Without any wait, a pass
    /// that applied remedies is followed by another, which says what came of them and applies none.
    ///
    /// # Errors
    ///
    /// Class cancelled once the token is; and those of a pass.
    pub async fn run(
        &self,
        servo: &str,
        token: &CancellationToken,
        pass: &mut dyn Pass,
        follow: &mut dyn Follow,
    ) -> Result<Readiness> {
        let begin = Instant::now();
        let mut known = Known::default();
        for passes in 1_u32.. {
            let results = pass.pass().await?;
            stop_where_cancelled(token)?;
            let may_relieve = self.remedy && (passes == 1 || !self.wait.is_zero());
            let applied = self.process(servo, token, &results, &mut known, follow, may_relieve).await?;
            follow.tell(News::Pass { results: &results });
            if is_ready(&results) {
                follow.tell(News::Ready);
                return Ok(Readiness { ready: true, passes, results });
            }
            if applied > 0 && self.wait.is_zero() {
                continue;
            }
            let left = self.wait.as_std().saturating_sub(begin.elapsed());
            if left.is_zero() {
                if !self.wait.is_zero() {
                    follow.tell(News::TimedOut { wait: self.wait });
                }
                return Ok(Readiness { ready: false, passes, results });
            }
            let delay = self.delay.before(passes).as_std().min(left);
            follow.tell(News::Waiting { delay: delay.into() });
            token.run_until_cancelled(tokio::time::sleep(delay)).await;
            stop_where_cancelled(token)?;
        }
        Err(Error::internal("more passes than can be counted"))
    }

    /// Tells what is new of a pass, runs the remedies that are due, and returns how many were applied.
    async fn process(
        &self,
        servo: &str,
        token: &CancellationToken,
        results: &[Checked],
        known: &mut Known,
        follow: &mut dyn Follow,
        may_relieve: bool,
    ) -> Result<usize> {
        let mut applied = 0;
        let passing = checks(results).filter(|(_, check)| check.success() == Some(true)).count();
        let only = self.check_halting.then(|| first_failing(results)).flatten();
        for (connector, check) in checks(results) {
            let key = Key::new(servo, connector, &check.id);
            if known.is_news(&key, check) {
                tell(&key, check, passing, follow);
            }
            let due = match only {
                None => true,
                Some(only) => std::ptr::eq(only, check),
            };
            if may_relieve && due {
                applied += usize::from(self.relieve(&key, check, token, follow).await?);
            }
        }
        Ok(applied)
    }

    /// Runs the remedy of a check that does not hold, and returns whether it was applied.
    async fn relieve(
        &self,
        key: &Key,
        check: &Check,
        token: &CancellationToken,
        follow: &mut dyn Follow,
    ) -> Result<bool> {
        let Some(remedy) = check.remedy.as_ref().filter(|_| check.success() == Some(false)) else {
            return Ok(false);
        };
        follow.tell(News::Remedying { key, check, remedy });
        let relief = token.run_until_cancelled(remedy.apply(self.remedy_limit)).await;
        let relief = relief.ok_or_else(cancelled)?;
        follow.tell(News::Remedied { key, check, relief: &relief });
        Ok(matches!(relief, Relief::Applied(_)))
    }
}

/// Says whether a servo may begin: each check was run, and none failed. A warning that ends a run keeps it from
/// beginning by what was not run after it, not by itself.
fn is_ready(results: &[Checked]) -> bool {
    checks(results).all(|(_, check)| check.passed())
}

/// The check that is to be put right first: the first that failed, and where none did the first warning.
fn first_failing(results: &[Checked]) -> Option<&Check> {
    let with =
        |wanted: fn(&Check) -> bool| checks(results).map(|(_, check)| check).find(|check| wanted(check));
    with(Check::failed).or_else(|| with(|check| check.success() == Some(false)))
}

fn tell(key: &Key, check: &Check, passing: usize, follow: &mut dyn Follow) {
    match check.success() {
        Some(true) => follow.tell(News::Passed { key, check }),
        Some(false) if check.failed() => follow.tell(News::Failed { key, check, passing }),
        Some(false) => follow.tell(News::Warning { key, check }),
        None => {}
    }
    if let Some(hint) = &check.hint {
        follow.tell(News::Hint { key, hint });
    }
}

fn checks(results: &[Checked]) -> impl Iterator<Item = (&str, &Check)> {
    results.iter().flat_map(|connector| connector.checks.iter().map(|check| (&*connector.connector, check)))
}

fn stop_where_cancelled(token: &CancellationToken) -> Result<()> {
    if token.is_cancelled() { Err(cancelled()) } else { Ok(()) }
}

fn cancelled() -> Error {
    Error::cancelled("cancelled before the checks passed")
}
