//! The result of one check.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::{Outcome, Remedy, Severity};
use crate::Error;
use crate::duration::Duration;

/// The result of one check, with what there is to know of it.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it verifies.
    pub name: String,
    /// What it is known by, unique within its connector and the same in every run.
    pub id: String,
    /// What it verifies, in more words.
    pub description: Option<String>,
    /// How much it weighs.
    pub severity: Severity,
    /// Words that describe it lightly.
    pub tags: BTreeSet<String>,
    /// How it ended.
    pub status: Status,
    /// What it said.
    pub message: Option<String>,
    /// What to do about it, where it does not hold.
    pub hint: Option<String>,
    /// What puts it right, where it does not hold.
    pub remedy: Option<Remedy>,
    /// The texts of its error and of the causes of that, from the outside in.
    pub error: Vec<String>,
    /// Whether it was run only because one that was asked for relies on it.
    pub prerequisite: bool,
    /// When it was defined.
    pub created_at: Timestamp,
    /// When it began to run.
    pub run_at: Option<Timestamp>,
    /// How long it ran.
    pub runtime: Option<Duration>,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It does not hold, and is no more than advice.
    Warning,
    /// Nobody knows.
    NotRun(NotRun),
}

/// Why a check was not run to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRun {
    /// Its turn has not come, or has not ended.
    Pending,
    /// A check before it failed.
    Halted {
        /// The id of that check.
        id: String,
        /// Its name.
        name: String,
    },
    /// A check before it failed which was not asked for, and which it relies on.
    Prerequisite {
        /// The id of that check.
        id: String,
        /// Its name.
        name: String,
    },
    /// The run was cancelled.
    Cancelled,
}

impl Check {
    /// Returns whether it holds, where that is known.
    pub fn success(&self) -> Option<bool> {
        match self.status {
            Status::Passed => Some(true),
            Status::Failed | Status::Warning => Some(false),
            Status::NotRun(_) => None,
        }
    }

    /// Returns true where it was run and nothing keeps a servo from working: it holds, or is no more than advice.
    pub fn passed(&self) -> bool {
        matches!(self.status, Status::Passed | Status::Warning)
    }

    /// Returns true where it does not hold and is more than advice.
    pub fn failed(&self) -> bool {
        self.status == Status::Failed
    }

    /// Returns why it was not run to its end, where it was not.
    pub fn not_run(&self) -> Option<&NotRun> {
        match &self.status {
            Status::NotRun(why) => Some(why),
            _ => None,
        }
    }

    /// Sets what it found. A hint and a remedy that come with a failure are better than those it was defined with.
    pub(super) fn conclude(&mut self, outcome: Outcome) {
        self.status = match (outcome.success, self.severity) {
            (true, _) => Status::Passed,
            (false, Severity::Warning) => Status::Warning,
            (false, _) => Status::Failed,
        };
        self.message = outcome.message;
        self.error = outcome.error;
        if outcome.success {
            (self.hint, self.remedy) = (None, None);
        } else {
            self.hint = outcome.hint.or_else(|| self.hint.take());
            self.remedy = outcome.remedy.or_else(|| self.remedy.take());
        }
    }

    /// Marks it as not run. Nothing is wrong that a hint or a remedy could help with.
    pub(super) fn skip(&mut self, why: NotRun) {
        self.status = Status::NotRun(why);
        (self.hint, self.remedy) = (None, None);
    }

    /// Creates the failed check that stands for a connector which could not say what its checks found.
    pub(super) fn unanswered(error: &Error) -> Self {
        let now = Timestamp::now();
        let mut check = Self {
            name: "Checks can be run".to_owned(),
            id: "checks".to_owned(),
            description: Some("The connector says what its checks found.".to_owned()),
            severity: Severity::Critical,
            tags: BTreeSet::new(),
            status: Status::NotRun(NotRun::Pending),
            message: None,
            hint: None,
            remedy: None,
            error: Vec::new(),
            prerequisite: false,
            created_at: now,
            run_at: Some(now),
            runtime: None,
        };
        check.conclude(Outcome::of_error(error));
        check
    }
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending => f.write_str("not run yet"),
            Self::Halted { name, .. } => write!(f, "not run: `{name}` failed"),
            Self::Prerequisite { name, .. } => write!(f, "not run: its prerequisite `{name}` failed"),
            Self::Cancelled => f.write_str("not run: cancelled"),
        }
    }
}
