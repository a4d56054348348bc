//! What Servo and a supervisor say to each other, a line of JSON each, over the supervisor's standard input.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cgroup::Groups;
use crate::plan::Limits;
use crate::settings::StopSignal;

/// The longest line that is read, in bytes.
pub(crate) const LONGEST_LINE: u64 = 8 << 20;

/// The variable by which everything that comes from a program is known, also where its supervisor is gone.
pub(crate) const COOKIE: &str = "SUPERVISED_BY_SERVO";

/// What a supervisor is to run: the one thing that it is told. When its standard input ends, it ends the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) file: PathBuf,
    pub(crate) words: Vec<String>,
    pub(crate) folder: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    /// The numbers of the user and the group, where they are others than the supervisor's.
    pub(crate) identity: Option<(u32, u32)>,
    pub(crate) signal: StopSignal,
    pub(crate) grace_milliseconds: u64,
    /// The groups to be made for it, where it is to have some.
    pub(crate) groups: Option<Groups>,
    pub(crate) limits: Limits,
}

/// What a supervisor tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// The program runs.
    Started(Started),
    /// It could not be begun, for this reason.
    Refused(String),
    /// It ended, whether or not it was told to. What is left of it is being ended, too.
    Ended(End),
}

/// A program that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) pid: i32,
    /// Whether it is in the groups that were to be made.
    pub(crate) is_in_groups: bool,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    /// Its exit code, where it ended by itself.
    pub(crate) code: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// How many of its processes were killed for want of memory.
    pub(crate) oom_kills: u64,
    /// The most memory that it used.
    pub(crate) memory_peak_bytes: Option<u64>,
}

impl End {
    /// Says how it ended: `ended with exit code 3`.
    pub(crate) fn told(self) -> String {
        if self.oom_kills > 0 {
            return "was killed for want of memory".to_owned();
        }
        match (self.code, self.signal) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("was ended by signal {signal}"),
            (None, None) => "ended in a way that the system does not tell".to_owned(),
        }
    }
}
