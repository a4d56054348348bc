//! Which checks are wanted, and how often: what was typed, then the stanza `checks`, then what is usual.

use servo_core::check::{Checking, Filter, Progression};
use servo_core::duration::Duration;
use servo_runtime::assembly::Assembled;
use servo_runtime::config::ChecksSection;

use crate::cli::Check;
use crate::failure::Failure;

/// What is wanted of the checks of servos.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    typed: Check,
    /// How long to wait where nobody says it.
    wait: Duration,
    /// Whether a table is printed after each pass where nobody says it.
    is_run: bool,
}

/// How the checks of one servo are run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) connectors: Vec<String>,
    pub(super) checking: Checking,
    pub(super) progression: Progression,
    /// Whether what is new is logged.
    pub(super) is_progressive: bool,
    /// Whether a table is printed after each pass.
    pub(super) prints_passes: bool,
    /// Whether tables have every check.
    pub(super) verbose: bool,
}

impl Wanted {
    /// Wants what `servo check` was told.
    pub(crate) fn typed(typed: &Check) -> Self {
        Self { typed: typed.clone(), wait: Duration::ZERO, is_run: false }
    }

    /// Wants what a servo's stanza says, before it runs.
    pub(crate) fn before_run() -> Self {
        Self { typed: Check::default(), wait: Duration::from_secs(30 * 60), is_run: true }
    }

    /// Returns whether no table is printed.
    pub(crate) fn is_quiet(&self, servo: &Assembled) -> bool {
        self.typed.quiet || !self.typed.verbose && servo.checks().quiet.unwrap_or(false)
    }

    /// Returns whether tables have every check.
    pub(crate) fn is_verbose(&self, servo: &Assembled) -> bool {
        self.typed.verbose || servo.checks().verbose.unwrap_or(false)
    }

    /// Plans the checks of a servo.
    ///
    /// # Errors
    ///
    /// Usage: what was typed chooses no checks, or no connector.
    pub(super) fn of(&self, servo: &Assembled) -> Result<Plan, Failure> {
        let (typed, stanza) = (&self.typed, servo.checks());
        let connectors = if typed.connectors.is_empty() {
            stanza.connectors.clone().unwrap_or_default()
        } else {
            typed.connectors.clone()
        };
        let checking = Checking {
            matching: filter(typed, stanza)?,
            halt_on: typed.halt_on.or(stanza.halt_on).unwrap_or_default(),
            exclusive: typed.exclusive,
            ..Checking::default()
        };
        let progression = Progression {
            wait: typed.wait.or(stanza.wait).unwrap_or(self.wait),
            delay: typed.delay.or(stanza.delay).unwrap_or_default(),
            remedy: typed.remedy || stanza.remedy.unwrap_or(false),
            check_halting: typed.check_halting || stanza.check_halting.unwrap_or(false),
            ..Progression::default()
        };
        let is_progressive = typed.is_progressive().or(stanza.progressive).unwrap_or(true);
        // `servo check` prints its result in any case: what a pass that is repeated found comes before it.
        let is_repeated = self.is_run || !progression.wait.is_zero();
        Ok(Plan {
            connectors,
            checking,
            is_progressive: is_progressive && is_repeated,
            prints_passes: !is_progressive && is_repeated && !self.is_quiet(servo),
            verbose: self.is_verbose(servo),
            progression,
        })
    }
}

/// Reads what chooses checks: each of name, id and tag as it was typed, or else as the stanza has it.
fn filter(typed: &Check, stanza: &ChecksSection) -> Result<Filter, Failure> {
    let usage = |error: servo_core::check::FilterError| {
        let failure = Failure::usage(error.to_string());
        match error.help() {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    };
    let typed = Filter::parse(&typed.names, &typed.ids, &typed.tags).map_err(usage)?;
    let stanza = stanza.filter().map_err(usage)?;
    Ok(Filter {
        name: typed.name.or(stanza.name),
        id: typed.id.or(stanza.id),
        tags: typed.tags.or(stanza.tags),
    })
}
