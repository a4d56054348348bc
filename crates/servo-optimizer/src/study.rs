//! A study: measures the baseline, tries configurations, names the best one, and leaves the application as it was found.
//!
//! It is the embedded implementation of [`Optimizer`]. What happens next is decided in `course`, which knows of no
//! file; here each trial is written down before the next command is given out.

mod course;
mod judge;
mod ledger;
mod plan;
mod proposal;
mod wind_up;
mod winner;
mod yardstick;

use std::sync::{Arc, Mutex as StdMutex};

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::model::{Control, Description};
use servo_core::optimizer::{
    Answer, Command, Failure, Hello, Identity, Operation, Optimizer, OptimizerDescriptor, Outcome, Reply,
    Report,
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
use plan::Plan;

pub use yardstick::Yardstick;

servo_core::inventory::submit! {
    OptimizerDescriptor {
        key: "embedded",
        description: "Searches for the best configuration by itself, with its history in the servo's state folder",
        example: include_str!("study/example.yaml"),
        build: |identity, section| Ok(Arc::new(Study::new(identity.clone(), Settings::read(section)?)?)),
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
}

#[derive(Default)]
struct State {
    history: Option<History>,
    /// False after the history could not be written: the study winds up without it.
    is_recorded: bool,
    begun: Option<Instant>,
    is_stopped: bool,
    commands: u64,
    /// The command that was given out and not yet reported.
    pending: Option<(String, Pending)>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug)]
enum Pending {
    Describe,
    Task(Task),
}

#[derive(Default)]
enum Phase {
    #[default]
    Describing,
    Running(Box<Course>),
    Ended(Outcome),
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
        let state = Mutex::new(State { is_recorded: true, ..State::default() });
        Ok(Self { identity, settings, search, in_memory: false, state })
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

    /// Makes the plan for the application as it is described, and begins the study in the history.
    async fn begin(&self, state: &mut State, description: &Description) -> Result<Course> {
        let plan = Plan::new(&self.settings, description)?;
        let history = state.history.as_mut().ok_or_else(no_hello)?;
        let study = history.begin(&plan.record(&self.identity.servo, &self.settings)?).await?;
        Ok(Course::new(plan, study, self.settings.clone()))
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

    /// Writes down how the study ended, and gives the outcome.
    async fn finish(&self, state: &mut State, ending: Ending) -> Result<Outcome> {
        let outcome = ending.outcome;
        let State { history, is_recorded, phase, .. } = state;
        let Phase::Running(course) = phase else { return Ok(outcome) };
        let failure = course.take_failure();
        let study = course.study();
        if let Some(history) = history
            && let Err(error) = history.finish(study, &ending).await
        {
            if *is_recorded && failure.is_none() {
                *phase = Phase::Ended(outcome);
                return Err(error);
            }
            tracing::warn!(servo = self.identity.servo, "{}", error.chain());
        }
        *phase = Phase::Ended(outcome);
        failure.map_or(Ok(outcome), Err)
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
        state.begun.get_or_insert_with(Instant::now);
        // A servo that says hello again lost what it was doing.
        state.pending = None;
        Ok(())
    }

    async fn next(&self) -> Result<Command> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        let begun = state.begun.ok_or_else(no_hello)?;
        // What was not reported, such as a command that was never begun, tells nothing.
        state.pending = None;
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
                        let step = proposal::think(course, &self.search, begun.elapsed().as_secs_f64()).await;
                        match step {
                            Ok(step) => course.follow(step),
                            Err(error) => {
                                course.interrupt();
                                return Err(error);
                            }
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
        match pending {
            Pending::Task(task) => self.learn(&mut state, task, report.result).await?,
            Pending::Describe => match described(report.result) {
                Ok(None) => {}
                Ok(Some(description)) => match self.begin(&mut state, &description).await {
                    Ok(course) => state.phase = Phase::Running(Box::new(course)),
                    Err(error) => {
                        state.phase = Phase::Ended(Outcome::Interrupted);
                        return Err(error);
                    }
                },
                Err(error) => {
                    state.phase = Phase::Ended(Outcome::Interrupted);
                    return Err(error);
                }
            },
        }
        Ok(Reply::Ok)
    }

    async fn stop(&self, reason: &str) {
        let mut state = self.state.lock().await;
        tracing::debug!(servo = self.identity.servo, reason, "the study winds up");
        state.is_stopped = true;
        if let Phase::Running(course) = &mut state.phase {
            course.interrupt();
        }
    }

    async fn goodbye(&self, _: &str) -> Result<()> {
        if let Some(history) = self.state.lock().await.history.take() {
            history.close().await;
        }
        Ok(())
    }
}

impl State {
    fn command(&mut self, operation: Operation, pending: Option<Pending>) -> Command {
        self.commands += 1;
        let uid = self.commands.to_string();
        self.pending = pending.map(|pending| (uid.clone(), pending));
        Command { uid: Some(uid), operation }
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
