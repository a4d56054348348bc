//! Where a study is between two exchanges.

use servo_core::optimizer::{Command, Operation, Outcome};

use super::course::{Course, Task};
use crate::history::History;

/// Where a study is.
pub(super) struct State {
    pub(super) history: Option<History>,
    /// False after the history could not be written: the study winds up without it.
    pub(super) is_recorded: bool,
    pub(super) is_greeted: bool,
    pub(super) is_stopped: bool,
    /// How many commands were given out.
    commands: u64,
    /// The command that was given out and not yet reported.
    pub(super) pending: Option<(String, Pending)>,
    pub(super) phase: Phase,
}

/// What a command that was given out is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    Describe,
    Task(Task),
}

/// How far a study has come.
pub(super) enum Phase {
    Describing,
    Running(Box<Course>),
    Ended(Outcome),
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            history: None,
            is_recorded: true,
            is_greeted: false,
            is_stopped: false,
            commands: 0,
            pending: None,
            phase: Phase::Describing,
        }
    }

    /// Gives a command out.
    pub(super) fn command(&mut self, operation: Operation, pending: Option<Pending>) -> Command {
        self.commands += 1;
        let uid = self.commands.to_string();
        self.pending = pending.map(|pending| (uid.clone(), pending));
        Command { uid: Some(uid), operation }
    }
}
