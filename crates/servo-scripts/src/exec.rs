//! Commands that describe, measure and adjust an application.

pub(crate) mod answer;
mod keys;
mod progress;
mod readings;
mod verdict;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Adjustment, Component, Control, Description, Measurement, Metric};
use servo_core::{Class, Context, Error, Result};
use servo_exec::{Ended, Limits, Stream, run_with};
use tokio_util::sync::CancellationToken;

use crate::settings::{self, Command};
use crate::setup::{Logged, Setup, redacted};
use crate::told::Occasion;
use answer::Wrong;

/// The most bytes of an answer.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// The commands of an instance that answer.
#[derive(Debug)]
pub(crate) struct Exec {
    pub(crate) settings: settings::Exec,
    setup: Arc<Setup>,
    /// What was described at first: a study restores it, even where the settings would not take it.
    found: OnceLock<Description>,
    /// The metrics that were described last.
    metrics: Mutex<Option<Vec<Metric>>>,
    /// Whether the servo was put together to be used: what is only asked what there could be runs no program.
    is_attached: AtomicBool,
    /// Held by the one operation that may change the application.
    turn: tokio::sync::Mutex<()>,
}

impl Exec {
    pub(crate) fn new(settings: settings::Exec, setup: &Arc<Setup>) -> Self {
        let setup = Arc::clone(setup);
        let (found, metrics, turn) = (OnceLock::new(), Mutex::default(), tokio::sync::Mutex::default());
        Self { settings, setup, found, metrics, is_attached: AtomicBool::new(false), turn }
    }

    /// Remembers that the servo is used from now on.
    pub(crate) fn attach(&self) {
        self.is_attached.store(true, Ordering::Relaxed);
    }

    /// Gives the metrics: those of the settings where there are any, otherwise those that are described.
    pub(crate) async fn metrics(&self, cx: &Context) -> Result<Vec<Metric>> {
        if !self.settings.metrics.is_empty() || !self.is_attached.load(Ordering::Relaxed) {
            return Ok(self.settings.metrics());
        }
        Ok(self.describe(cx, &Control::default()).await?.metrics)
    }

    /// Gives the components that are described.
    pub(crate) async fn components(&self, cx: &Context) -> Result<Vec<Component>> {
        if !self.is_attached.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        Ok(self.describe(cx, &Control::default()).await?.components)
    }

    /// Describes the application as its command says it is.
    pub(crate) async fn describe(&self, cx: &Context, control: &Control) -> Result<Description> {
        let Some(command) = &self.settings.describe else {
            return Ok(Description::new(Vec::new(), self.settings.metrics()));
        };
        let input = as_json(control)?;
        let answer = self.ask(cx, "describe", command, &input, Duration::ZERO).await?;
        self.described(command, &answer)
    }

    /// Reads a description, and remembers what is to be known of it later.
    fn described(&self, command: &Command, answer: &[u8]) -> Result<Description> {
        let described = answer::description(answer).map_err(|wrong| refused(command, &wrong))?;
        let own = Description::new(Vec::new(), self.settings.metrics());
        let described = described.merge(own).map_err(|error| {
            Error::failed(format!("the answer of `{}` contradicts `exec.metrics`", command.shown()))
                .with_source(error)
        })?;
        self.found.get_or_init(|| described.clone());
        *self.metrics.lock().unwrap_or_else(PoisonError::into_inner) = Some(described.metrics.clone());
        Ok(described)
    }

    /// Measures the metrics that are asked for.
    pub(crate) async fn measure(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let Some(command) = &self.settings.measure else { return Ok(Measurement::default()) };
        let known = self.metrics.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let metrics = match known {
            Some(metrics) => metrics,
            None => self.describe(cx, &Control::default()).await?.metrics,
        };
        let wanted: Vec<&Metric> = metrics.iter().filter(|metric| input.wants(&metric.name)).collect();
        if wanted.is_empty() {
            return Ok(Measurement::default());
        }
        let names: Vec<&str> = wanted.iter().map(|metric| metric.name.as_str()).collect();
        let told = json!({"metrics": names, "control": as_json(&input.control)?});
        let Control { warmup, duration, delay, .. } = input.control;
        let time = warmup.saturating_add(duration).saturating_add(delay);
        let answer = self.ask(cx, "measure", command, &told, time).await?;
        readings::measurement(&answer, &metrics, &names, Timestamp::now())
            .map_err(|wrong| refused(command, &wrong))
    }

    /// Changes the settings that are described here, waits for what they settle in, and says what is there then.
    pub(crate) async fn adjust(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let _turn = self.turn.lock().await;
        let before = self.describe(cx, &input.control).await?;
        let Some(command) = &self.settings.adjust else { return Ok(before) };
        let accepted = accepted(&before, self.found.get(), &input.adjustments)?;
        if accepted.is_empty() {
            return Ok(before);
        }
        let told = as_json(&Adjusting { adjustments: accepted, control: input.control.clone() })?;
        let answer = self.ask(cx, "adjust", command, &told, Duration::ZERO).await?;
        let settlement = input.control.settlement.unwrap_or_default();
        cx.wait(settlement, "settling").await?;
        // What was said before it settled says nothing of what is there now.
        if answer.is_empty() || !settlement.is_zero() {
            if !answer.is_empty() {
                answer::description(&answer).map_err(|wrong| refused(command, &wrong))?;
            }
            return self.describe(cx, &input.control).await;
        }
        self.described(command, &answer)
    }

    /// Runs a command to its end, and gives what it printed where that is an answer.
    async fn ask(
        &self,
        cx: &Context,
        verb: &str,
        command: &Command,
        input: &Value,
        more: Duration,
    ) -> Result<Vec<u8>> {
        let ended = self.run(cx, verb, command, input, more, cx.token()).await?;
        verdict::answer(&ended).map_err(|error| redacted(cx, error))
    }

    /// Runs a command to its end, whatever that is.
    pub(crate) async fn run(
        &self,
        cx: &Context,
        verb: &str,
        command: &Command,
        input: &Value,
        more: Duration,
        token: &CancellationToken,
    ) -> Result<Ended> {
        let occasion = Occasion::of(cx, Some(verb));
        let program = self.setup.program(cx, command, &occasion, input, None)?;
        let name = program.shown();
        let limits = Limits { stdout_bytes: Some(ANSWER_BYTES), ..self.setup.limits(more) };
        let mut logged = Logged::new(cx.connector(), &name);
        let hears = |stream, line: &str| match (stream, progress::read(line)) {
            (Stream::Stdout, _) => {}
            (Stream::Stderr, Some((percent, message))) => cx.report(percent, message),
            (Stream::Stderr, None) => logged.line(line),
        };
        let ended = run_with(&program, &limits, token, hears).await?;
        if ended.left_behind {
            tracing::warn!(connector = cx.connector(), "`{name}` left processes behind, which were ended");
        }
        Ok(ended)
    }
}

/// Gives the adjustments of settings that are described here, with values as the settings take them. What is somebody
/// else's is left out.
fn accepted(
    now: &Description,
    found: Option<&Description>,
    wanted: &[Adjustment],
) -> Result<Vec<Adjustment>> {
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for adjustment in wanted {
        let Adjustment { component, setting, value } = adjustment;
        let Some(described) = now.setting(component, setting) else { continue };
        let baseline = found.and_then(|found| found.setting(component, setting)?.value());
        match described.propose(value, baseline) {
            Ok(value) => accepted.push(Adjustment::new(component, setting, value)),
            Err(error) => {
                refused
                    .push(Error::new(Class::Failed, format!("cannot set {adjustment}")).with_source(error));
            }
        }
    }
    Error::join(refused).map_or(Ok(accepted), Err)
}

/// Says that an answer is not what the contract says.
fn refused(command: &Command, wrong: &Wrong) -> Error {
    Error::failed(format!("the answer of `{}` is not what the contract says: {wrong}", command.shown()))
        .with_help(
            "print the answer to standard output and everything else to standard error; \
         `servo scripts verify` tries all commands",
        )
}

fn as_json(input: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(input).map_err(|error| Error::internal("an input is no JSON").with_source(error))
}

#[cfg(test)]
mod tests;
