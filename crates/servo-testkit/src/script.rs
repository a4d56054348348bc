//! An optimizer that follows a script and writes down what it is told.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::optimizer::{Answer, Command, Failure, Hello, Operation, Optimizer, Outcome, Reply, Report};
use servo_core::progress::Progress;
use servo_core::{Error, Result};
use tokio::sync::watch;
use tokio::time::Instant;

/// What an optimizer was told, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It was greeted by this agent.
    Hello(String),
    /// It was asked for the next command.
    Next,
    /// A command came this far, in percent.
    Progress(Option<String>, f64),
    /// A command ended.
    Report(Option<String>, Result<Answer, Failure>),
    /// It was asked to wind up.
    Stop(String),
    /// It heard that the operator asked to reload.
    Reload,
    /// It was taken leave of.
    Goodbye(String),
}

/// What the script does when it is asked.
#[derive(Debug)]
pub enum Line {
    /// Gives a command.
    Command(Operation),
    /// Fails to give one.
    Fail(Error),
    /// Never gives one.
    Pends,
    /// Panics.
    Panic,
}

/// What the script does when it is greeted.
#[derive(Debug)]
pub enum Greeting {
    /// Takes it.
    Welcome,
    /// Never answers.
    Pends,
    /// Fails to take it.
    Refuses(Error),
}

/// An optimizer that gives the commands of a script in order, then finishes.
#[derive(Debug, Default)]
pub struct Script {
    greetings: Mutex<VecDeque<Greeting>>,
    lines: Mutex<VecDeque<Line>>,
    /// What is still given after it was asked to stop.
    closing: Mutex<VecDeque<Line>>,
    replies: Mutex<VecDeque<Result<Reply>>>,
    report_takes: Duration,
    progress_replies: Mutex<VecDeque<Result<Reply>>>,
    progress_reply: Mutex<Option<Reply>>,
    progress_takes: Duration,
    told: Mutex<Vec<Told>>,
    stopped: watch::Sender<bool>,
    makes_trials: bool,
    last_heard: Mutex<Option<Instant>>,
}

impl Script {
    /// Creates a script of commands.
    pub fn of(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self::lines(operations.into_iter().map(Line::Command))
    }

    /// Creates a script of lines.
    pub fn lines(lines: impl IntoIterator<Item = Line>) -> Self {
        Self { lines: Mutex::new(lines.into_iter().collect()), ..Self::default() }
    }

    /// Says that its adjustments are trials.
    pub fn making_trials(self) -> Self {
        Self { makes_trials: true, ..self }
    }

    /// Was last heard of at this time.
    pub fn heard_at(&self, time: Instant) {
        *lock(&self.last_heard) = Some(time);
    }

    /// Gives these commands after it was asked to stop.
    pub fn closing(self, operations: impl IntoIterator<Item = Operation>) -> Self {
        *lock(&self.closing) = operations.into_iter().map(Line::Command).collect();
        self
    }

    /// Replies to reports with these, in order, and then with ok.
    pub fn replying(self, replies: impl IntoIterator<Item = Result<Reply>>) -> Self {
        *lock(&self.replies) = replies.into_iter().collect();
        self
    }

    /// Takes greetings like this, in order, and then welcomes them.
    pub fn greeting(self, greetings: impl IntoIterator<Item = Greeting>) -> Self {
        *lock(&self.greetings) = greetings.into_iter().collect();
        self
    }

    /// Takes this long for each report; a stop cuts it short.
    pub fn taking_reports_for(self, report_takes: Duration) -> Self {
        Self { report_takes, ..self }
    }

    /// Takes this long for each progress, which counts as told after that.
    pub fn taking_progress_for(self, progress_takes: Duration) -> Self {
        Self { progress_takes, ..self }
    }

    /// Replies to progress with these, in order, and then as otherwise.
    pub fn replying_to_progress_in_turn(self, replies: impl IntoIterator<Item = Result<Reply>>) -> Self {
        *lock(&self.progress_replies) = replies.into_iter().collect();
        self
    }

    /// Replies to progress with this.
    pub fn replying_to_progress(self, reply: Reply) -> Self {
        *lock(&self.progress_reply) = Some(reply);
        self
    }

    /// Returns what it was told.
    pub fn told(&self) -> Vec<Told> {
        lock(&self.told).clone()
    }

    /// Returns the results that it was told, in order.
    pub fn reports(&self) -> Vec<Result<Answer, Failure>> {
        let report = |told| if let Told::Report(_, result) = told { Some(result) } else { None };
        self.told().into_iter().filter_map(report).collect()
    }

    fn write(&self, told: Told) {
        lock(&self.told).push(told);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Optimizer for Script {
    async fn hello(&self, hello: Hello) -> Result<()> {
        self.write(Told::Hello(hello.agent));
        let greeting = lock(&self.greetings).pop_front();
        match greeting {
            None | Some(Greeting::Welcome) => Ok(()),
            Some(Greeting::Pends) => std::future::pending().await,
            Some(Greeting::Refuses(error)) => Err(error),
        }
    }

    async fn next(&self) -> Result<Command> {
        self.write(Told::Next);
        let stopped = *self.stopped.borrow();
        let line = lock(if stopped { &self.closing } else { &self.lines }).pop_front();
        let asked = lock(&self.told).iter().filter(|told| **told == Told::Next).count();
        match line {
            Some(Line::Command(operation)) => Ok(Command { uid: Some(format!("cmd-{asked}")), operation }),
            Some(Line::Fail(error)) => Err(error),
            Some(Line::Pends) => std::future::pending().await,
            Some(Line::Panic) => panic!("the script panics"),
            None => {
                let outcome = if stopped { Outcome::Interrupted } else { Outcome::NoBetter };
                Ok(Command { uid: None, operation: Operation::Finish(outcome) })
            }
        }
    }

    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply> {
        if !self.progress_takes.is_zero() {
            tokio::time::sleep(self.progress_takes).await;
        }
        self.write(Told::Progress(uid.map(str::to_owned), progress.percent));
        let reply = lock(&self.progress_replies).pop_front();
        reply.unwrap_or_else(|| Ok(lock(&self.progress_reply).clone().unwrap_or(Reply::Ok)))
    }

    async fn report(&self, report: Report) -> Result<Reply> {
        self.write(Told::Report(report.uid, report.result));
        if !self.report_takes.is_zero() {
            let mut stopped = self.stopped.subscribe();
            tokio::select! {
                () = tokio::time::sleep(self.report_takes) => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
        }
        lock(&self.replies).pop_front().unwrap_or(Ok(Reply::Ok))
    }

    async fn stop(&self, reason: &str) {
        self.stopped.send_replace(true);
        self.write(Told::Stop(reason.to_owned()));
    }

    fn reload(&self) {
        self.write(Told::Reload);
    }

    fn makes_trials(&self) -> bool {
        self.makes_trials
    }

    fn last_heard(&self) -> Option<Instant> {
        *lock(&self.last_heard)
    }

    async fn goodbye(&self, reason: &str) -> Result<()> {
        self.write(Told::Goodbye(reason.to_owned()));
        Ok(())
    }
}
