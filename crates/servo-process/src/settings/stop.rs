//! How a program is stopped, as it is written.

use rustix::process::Signal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servo_core::duration::Duration;

/// How the program is stopped: it is told, and what is left of it after the grace is killed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StopSettings {
    /// The signal that tells it to end.
    pub signal: StopSignal,
    /// How long it may take, from 0s to 10m.
    pub grace: Duration,
}

impl Default for StopSettings {
    fn default() -> Self {
        Self { signal: StopSignal::Term, grace: Duration::from_secs(10) }
    }
}

/// A signal that programs take as the wish that they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum StopSignal {
    /// What most programs end by.
    #[serde(rename = "SIGTERM")]
    Term,
    /// What a terminal sends.
    #[serde(rename = "SIGINT")]
    Int,
    /// What some servers take as the wish that they finish what they have begun.
    #[serde(rename = "SIGQUIT")]
    Quit,
    /// That its terminal is gone.
    #[serde(rename = "SIGHUP")]
    Hup,
    /// A meaning of the program's own.
    #[serde(rename = "SIGUSR1")]
    Usr1,
    /// A meaning of the program's own.
    #[serde(rename = "SIGUSR2")]
    Usr2,
    /// What Apache takes as the wish that it ends gracefully.
    #[serde(rename = "SIGWINCH")]
    Winch,
    /// At once, and without a chance.
    #[serde(rename = "SIGKILL")]
    Kill,
}

impl StopSignal {
    /// Gives the system's own signal.
    pub(crate) const fn signal(self) -> Signal {
        match self {
            Self::Term => Signal::TERM,
            Self::Int => Signal::INT,
            Self::Quit => Signal::QUIT,
            Self::Hup => Signal::HUP,
            Self::Usr1 => Signal::USR1,
            Self::Usr2 => Signal::USR2,
            Self::Winch => Signal::WINCH,
            Self::Kill => Signal::KILL,
        }
    }
}
