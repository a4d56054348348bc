//! A study: measures the baseline, tries configurations, names the best one, and leaves the application as it was found.
//!
//! It is the embedded implementation of [`Optimizer`]. What happens next is decided in `course`, which knows of no
//! file; here each trial is written down before the next command is given out.

mod advice;
mod begin;
mod checks;
mod course;
mod foresight;
mod judge;
mod ledger;
mod limits;
mod plan;
mod proposal;
mod resume;
mod scope;
mod state;
mod trial;
mod wind_up;
mod winner;
mod yardstick;

use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::check::Checks;
use servo_core::model::{Control, Description};
use servo_core::optimizer::{
    Answer, Command, Failure, Figures, Hello, Identity, Operation, Optimizer, OptimizerDescriptor, Outcome,
    Reply, Report,
};
use servo_core::progress::Progress;
use servo_core::{Class, Error, Result};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::history::{Ending, History};
use crate::report;
use crate::search::{Bayesian, Search};
use crate::settings::Settings;
use course::{Course, Next, Task};
use proposal::Thought;
use state::{Pending, Phase, State};

pub use yardstick::Yardstick;

servo_core::inventory::submit! {
    OptimizerDescriptor {
        key: "embedded",
        description: "Searches for the best configuration by itself, with its history in the servo's state folder",
        example: include_str!("study/example.yaml"),
        schema: || schemars::schema_for!(Settings),
        build: |identity, section| Ok(Arc::new(Study::new(identity.clone(), Settings::read(section)?)?)),
        check: |identity, section, declared| foresight::check(identity.mode, &Settings::read(section)?, declared),
    }
}

/// A search that the study and the thread on which it thinks share.
type SharedSearch = Arc<StdMutex<Box<dyn Search>>>;

/// The embedded optimizer of one servo.
pub struct Study {
    identity: Identity,
    settings: Settings,
    search: SharedSearch,
    in_memory: bool,
    state: Mutex<State>,
    /// Apart from the state, so that whoever watches never waits.
    figures: StdMutex<Figures>,
}

impl Study {
    /// Prepares a study. Nothing is read or written before [`Optimizer::hello`].
    ///
    /// # Errors
    ///
    /// Class configuration with the key at fault: settings that cannot work whatever the application.
    pub fn new(identity: Identity, settings: Settings) -> Result<Self> {
        settings.check()?;
        let search: SharedSearch = Arc::new(StdMutex::new(Box::new(Bayesian)));
        let (state, figures) = (Mutex::new(State::new()), StdMutex::default());
        Ok(Self { identity, settings, search, in_memory: false, state, figures })
    }

    /// Searches in another way.
    pub fn with_search(mut self, search: Box<dyn Search>) -> Self {
        self.search = Arc::new(StdMutex::new(search));
        self
    }

    /// Keeps the history in memory, and touches no file.
    pub fn in_memory(mut self) -> Self {
        self.in_memory = true;
        self
    }

    /// Gives the report of the newest study; `None` before the first one begins and after goodbye.
    ///
    /// # Errors
    ///
    /// Class failed: the history cannot be read.
    pub async fn findings(&self) -> Result<Option<report::Report>> {
        match &mut self.state.lock().await.history {
            Some(history) => Ok(history.newest(&self.identity.servo).await?.map(report::Report::of)),
            None => Ok(None),
        }
    }

    /// Learns what a trial, a restoration or a promotion came to, and writes a trial down.
    async fn learn(&self, state: &mut State, task: Task, result: Result<Answer, Failure>) -> Result<()> {
        let State { history, is_recorded, phase: Phase::Running(course), .. } = state else { return Ok(()) };
        let Some(trial) = course.learn(task, result, Instant::now(), Timestamp::now())? else {
            return Ok(());
        };
        let history = history.as_mut().ok_or_else(no_hello)?;
        if let Err(error) = history.record(course.study(), &trial.record).await {
            *is_recorded = false;
            course.interrupt();
            return Err(error);
        }
        course.accept(trial)
    }

    /// Takes the description of the application, with which a study begins or goes on.
    async fn describe(&self, state: &mut State, result: Result<Answer, Failure>) -> Result<()> {
        let begun = match described(result) {
            Ok(None) => return Ok(()),
            // Nothing is begun that would only be wound up.
            Ok(Some(_)) if state.is_stopped => return Ok(()),
            Ok(Some(description)) => match &mut state.history {
                Some(history) => self.begin(history, &description).await,
                None => Err(no_hello()),
            },
            Err(error) => Err(error),
        };
        match begun {
            Ok(mut course) => {
                let assessed = course.assess();
                state.phase = Phase::Running(Box::new(course));
                assessed
            }
            Err(error) => {
                state.phase = Phase::Ended(Outcome::Interrupted);
                Err(error)
            }
        }
    }

    /// Decides what to do next.
    async fn decide(&self, state: &mut State) -> Result<Command> {
        loop {
            let (operation, task) = match &mut state.phase {
                Phase::Ended(outcome) => {
                    let operation = Operation::Finish(*outcome);
                    return Ok(state.command(operation, None));
                }
                Phase::Describing if state.is_stopped => {
                    state.phase = Phase::Ended(Outcome::Interrupted);
                    continue;
                }
                Phase::Describing => {
                    return Ok(
                        state.command(Operation::Describe(Control::default()), Some(Pending::Describe))
                    );
                }
                Phase::Running(course) => match course.next(Timestamp::now()) {
                    Next::Do(operation, task) => (operation, task),
                    Next::Think => {
                        self.think(course).await?;
                        continue;
                    }
                    Next::Record(ending) => {
                        if let Some(history) = &mut state.history
                            && let Err(error) = history.finish(course.study(), &ending).await
                        {
                            tracing::warn!(servo = self.identity.servo, "{}", error.chain());
                        }
                        continue;
                    }
                    Next::Finish(ending) => {
                        self.finish(state, ending).await?;
                        continue;
                    }
                },
            };
            return Ok(state.command(operation, task.map(Pending::Task)));
        }
    }

    async fn think(&self, course: &mut Course) -> Result<()> {
        match proposal::think(course, &self.search).await {
            Ok(Thought::Step(step)) => course.follow(step),
            Ok(Thought::Advice(text)) => {
                tracing::info!(servo = self.identity.servo, "{text}");
                course.advise(text);
            }
            Err(error) => {
                course.fail(&error);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Writes down how the study ended, and gives the outcome.
    async fn finish(&self, state: &mut State, ending: Ending) -> Result<Outcome> {
        let outcome = ending.outcome;
        self.publish(state);
        let State { history, is_recorded, phase, .. } = state;
        let Phase::Running(course) = phase else { return Ok(outcome) };
        let written = match history {
            Some(history) => history.finish(course.study(), &ending).await,
            None => Ok(()),
        };
        let failure = course.take_failure();
        *phase = Phase::Ended(outcome);
        if let Err(error) = written {
            if *is_recorded && failure.is_none() {
                return Err(error);
            }
            tracing::warn!(servo = self.identity.servo, "{}", error.chain());
        }
        failure.map_or(Ok(outcome), Err)
    }

    /// Shows the figures of a study that runs; those of one that has ended stay.
    fn publish(&self, state: &State) {
        if let Phase::Running(course) = &state.phase {
            *self.figures.lock().unwrap_or_else(PoisonError::into_inner) = course.figures();
        }
    }
}

#[async_trait]
impl Optimizer for Study {
    async fn hello(&self, _: Hello) -> Result<()> {
        let mut state = self.state.lock().await;
        if state.history.is_none() {
            state.history = Some(if self.in_memory {
                History::in_memory().await?
            } else {
                History::open(&self.identity.state_dir).await?
            });
        }
        state.is_greeted = true;
        // A servo that says hello again lost what it was doing.
        state.pending = None;
        Ok(())
    }

    async fn next(&self) -> Result<Command> {
        let mut state = self.state.lock().await;
        if !state.is_greeted {
            return Err(no_hello());
        }
        // What was not reported, such as a command that was never begun, tells nothing.
        state.pending = None;
        let command = self.decide(&mut state).await;
        self.publish(&state);
        command
    }

    async fn progress(&self, _: Option<&str>, _: &Progress) -> Result<Reply> {
        Ok(Reply::Ok)
    }

    async fn report(&self, report: Report) -> Result<Reply> {
        let mut state = self.state.lock().await;
        let expected = state.pending.as_ref().map(|(uid, _)| uid.as_str());
        if expected.is_none() || expected != report.uid.as_deref() {
            let command = expected.map_or_else(|| "no command".to_owned(), |uid| format!("command {uid}"));
            return Ok(Reply::Unexpected(format!("a report on {command} was expected")));
        }
        let Some((_, pending)) = state.pending.take() else { return Ok(Reply::Ok) };
        let learnt = match pending {
            Pending::Task(task) => self.learn(&mut state, task, report.result).await,
            Pending::Describe => self.describe(&mut state, report.result).await,
        };
        self.publish(&state);
        learnt.map(|()| Reply::Ok)
    }

    async fn stop(&self, reason: &str) {
        let mut state = self.state.lock().await;
        tracing::debug!(servo = self.identity.servo, reason, "the study winds up");
        state.is_stopped = true;
        if let Phase::Running(course) = &mut state.phase {
            course.interrupt();
        }
    }

    fn makes_trials(&self) -> bool {
        true
    }

    fn figures(&self) -> Figures {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn checks<'a>(&'a self, described: Option<&'a Description>, checks: &mut Checks<'a>) {
        checks::add(self.identity.mode, &self.settings, described, checks);
    }

    async fn goodbye(&self, _: &str) -> Result<()> {
        let mut state = self.state.lock().await;
        let State { history, phase, .. } = &mut *state;
        let Some(mut history) = history.take() else { return Ok(()) };
        // Winding up was cut short.
        if let Phase::Running(course) = phase
            && let Err(error) = history.finish(course.study(), &course.cut_off(Timestamp::now())).await
        {
            tracing::warn!(servo = self.identity.servo, "{}", error.chain());
        }
        history.close().await;
        Ok(())
    }
}

/// Gives the description; `None` where describing was cancelled.
fn described(result: Result<Answer, Failure>) -> Result<Option<Description>> {
    match result {
        Ok(Answer::Described(description)) => Ok(Some(description)),
        Ok(_) => Err(Error::internal("a description was asked for, and something else answered")),
        Err(failure) if failure.class == Class::Cancelled => Ok(None),
        Err(failure) => Err(course::error(&failure, "cannot describe the application")),
    }
}

fn no_hello() -> Error {
    Error::internal("the study was asked before hello")
}

#[cfg(test)]
mod tests;
