//! How servos ended, as the exit code and standard error tell it.

use std::collections::{HashMap, HashSet};
use std::process::ExitCode;

use servo_core::Class;
use servo_runtime::assembly::Configured;
use servo_runtime::runner::Ended;

use crate::output::{self, Look};

/// Writes why servos failed, each at its place in the configuration where it names one. The exit code is
/// that of the worst: a fault of Servo's own, then the configuration, then operations.
///
/// What became of servos that are not in the configuration any more is of no concern, but where a reload has made them end
/// and they could not bring back what they had changed: those are among `parted`.
pub(super) fn tell_failures(
    configured: &Configured,
    ended: &[Ended],
    parted: &[Ended],
    look: &Look,
) -> ExitCode {
    let mut worst = 0;
    let mut by_name: HashMap<&str, Vec<&Ended>> = HashMap::new();
    for one in ended.iter().chain(parted) {
        by_name.entry(&one.servo).or_default().push(one);
    }
    let known: HashSet<&str> = configured.names().collect();
    let gone = parted.iter().map(|ended| ended.servo.as_str()).filter(|name| !known.contains(name));
    for name in configured.names().chain(gone) {
        // Each is told once, however often its name comes.
        let failed = by_name.remove(name).into_iter().flatten();
        for error in failed.filter_map(|ended| ended.result.as_ref().err()) {
            worst = match (worst, error.class()) {
                (70, _) | (_, Class::Internal) => 70,
                (78, _) | (_, Class::Configuration) => 78,
                _ => 1,
            };
            if let Some(diagnostics) = configured.explain(name, error) {
                output::failure(&diagnostics.into(), look);
            } else {
                let help = error.help().map(|help| format!("\n  help: {help}")).unwrap_or_default();
                output::line_on_stderr(&format!("error: servo `{name}`: {}{help}", error.chain()));
            }
        }
    }
    ExitCode::from(worst)
}
