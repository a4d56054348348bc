//! The figures of all servos and of the process as OpenMetrics text
//! (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).

mod family;

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, text};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use servo_core::optimizer::Verdict;

use self::family::{counter, counters, gauge, gauges};
use super::process::Process;
use super::reading::Reading;
use super::reload::LastReload;
use super::state::State;

/// The media type of what [`render`] gives.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes the figures. What is not known has no series.
///
/// # Errors
///
/// None: a string takes all that is written to it.
pub(super) fn render(
    servos: Vec<Reading>,
    reload: LastReload,
    process: Process,
) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Exposition { servos, reload, process }));
    let mut out = String::new();
    text::encode(&mut out, &registry)?;
    Ok(out)
}

/// What is exposed.
#[derive(Debug)]
struct Exposition {
    servos: Vec<Reading>,
    reload: LastReload,
    process: Process,
}

impl Collector for Exposition {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let info = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let help = "The version of Servo.";
        info.encode(encoder.encode_descriptor("servo", help, None, info.metric_type())?)?;
        self.states(encoder)?;
        self.studies(encoder)?;
        self.optimizers(encoder)?;
        self.journals(encoder)?;
        self.configuration(encoder)?;
        self.process(encoder)
    }
}

impl Exposition {
    /// Gives a sample for each servo of which there is one, labelled with its name.
    fn each<'a, V>(
        &'a self,
        value: impl Fn(&'a Reading) -> Option<V>,
    ) -> impl Iterator<Item = ([(&'static str, &'a str); 1], V)> {
        self.servos.iter().filter_map(move |servo| Some(([("servo", &*servo.name)], value(servo)?)))
    }

    fn states(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let states = self.servos.iter().flat_map(|servo| {
            let is_in = |state: State| {
                ([("servo", &*servo.name), ("state", state.word())], flag(servo.state == state))
            };
            State::ALL.into_iter().map(is_in)
        });
        gauges(
            encoder,
            "servo_state",
            "What the servo is doing: 1 for that, 0 for the others.",
            None,
            states,
        )?;
        let operations = self.servos.iter().flat_map(|servo| {
            servo.operations.iter().map(|((operation, status), count)| {
                ([("servo", &*servo.name), ("operation", *operation), ("status", *status)], *count)
            })
        });
        let help = "Operations that have ended, by the status that the optimizer was told.";
        counters(encoder, "servo_operations", help, None, operations)
    }

    fn studies(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let trials = self.servos.iter().flat_map(|servo| {
            let is_counted = servo.makes_trials || !servo.tally.trials.is_empty();
            let verdicts = if is_counted { Verdict::ALL.as_slice() } else { &[] };
            verdicts.iter().map(|verdict| {
                let count = servo.tally.trials.get(verdict).copied().unwrap_or_default();
                ([("servo", &*servo.name), ("verdict", verdict.word())], count)
            })
        });
        counters(encoder, "servo_trials", "Trials, by what they say of their configurations.", None, trials)?;
        let help = "How far the last measurement was from violating an objective, as a fraction of its threshold: \
                    negative where one was violated.";
        let ratio = Unit::Other("ratio".to_owned());
        let margin = self.each(|servo| finite(servo.tally.last.slo_margin));
        gauges(encoder, "servo_slo_margin", help, Some(&ratio), margin)?;
        let costs = self.servos.iter().flat_map(|servo| {
            let last = &servo.tally.last;
            [("current", last.cost), ("baseline", last.baseline_cost)].into_iter().filter_map(
                |(which, cost)| Some(([("servo", &*servo.name), ("configuration", which)], finite(cost)?)),
            )
        });
        let help = "What a configuration costs by the hour, in the currency of the prices.";
        gauges(encoder, "servo_cost_per_hour", help, None, costs)?;
        let help = "How much less the configuration in force costs than the baseline, as a fraction of that.";
        let saving = self.each(|servo| saving(servo.tally.last.cost, servo.tally.last.baseline_cost));
        gauges(encoder, "servo_saving", help, Some(&ratio), saving)
    }

    fn optimizers(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let errors = self.each(|servo| Some(servo.tally.errors));
        counters(
            encoder,
            "servo_optimizer_errors",
            "Exchanges with the optimizer that failed.",
            None,
            errors,
        )?;
        let help = "How long ago the optimizer was heard of; absent for one in this process.";
        let silence = self.each(|servo| Some(servo.silence?.as_secs_f64()));
        gauges(encoder, "servo_optimizer_silence", help, Some(&Unit::Seconds), silence)
    }

    fn journals(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Whether too many failures have put an end to changes.";
        let open = self.each(|servo| Some(flag(servo.standing.as_ref()?.trip.is_some())));
        gauges(encoder, "servo_circuit_open", help, None, open)?;
        let help = "Whether the application has the settings again that it had before the servo changed it.";
        let baseline = self.each(|servo| Some(flag(servo.standing.as_ref()?.is_at_baseline)));
        gauges(encoder, "servo_at_baseline", help, None, baseline)?;
        let help = "Changes that were begun and are not confirmed.";
        let pending = self.each(|servo| Some(flag(servo.standing.as_ref()?.is_pending)));
        gauges(encoder, "servo_changes_pending", help, None, pending)?;
        let help = "How long ago the oldest change was begun that is not confirmed; 0 where there is none.";
        let lag = self.each(|servo| Some(servo.standing.as_ref()?.lag?.as_secs_f64()));
        gauges(encoder, "servo_journal_lag", help, Some(&Unit::Seconds), lag)?;
        let restores = self.each(|servo| Some(servo.restores));
        let help = "How often the servo began to bring the application back to where it was.";
        counters(encoder, "servo_restores", help, None, restores)
    }

    fn configuration(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let LastReload { is_successful, succeeded } = self.reload;
        let help = "Whether the configuration that was read last is in force.";
        gauge(encoder, "servo_config_last_reload_successful", help, None, Some(flag(is_successful)))?;
        let help = "When the configuration was read that is in force, in seconds since 1970.";
        let name = "servo_config_last_reload_success_timestamp";
        let seconds = succeeded.as_millisecond() as f64 / 1000.0;
        gauge(encoder, name, help, Some(&Unit::Seconds), Some(seconds))
    }

    fn process(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let Process { cpu, resident, addressed, open_files, most_files, started, threads } = self.process;
        let (seconds, bytes) = (Some(&Unit::Seconds), Some(&Unit::Bytes));
        counter(encoder, "process_cpu", "Time on the processor.", seconds, cpu)?;
        gauge(encoder, "process_resident_memory", "Memory in use.", bytes, resident)?;
        gauge(encoder, "process_virtual_memory", "Memory with addresses.", bytes, addressed)?;
        gauge(encoder, "process_open_fds", "Open files and sockets.", None, open_files)?;
        gauge(encoder, "process_max_fds", "How many of these there may be.", None, most_files)?;
        let help = "When the process started, in seconds since 1970.";
        gauge(encoder, "process_start_time", help, seconds, started)?;
        gauge(encoder, "process_threads", "Threads.", None, threads)
    }
}

/// One for true, zero for false.
const fn flag(is: bool) -> u64 {
    if is { 1 } else { 0 }
}

/// A number that says something.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// How much less `cost` is than `baseline`, as a fraction of that.
fn saving(cost: Option<f64>, baseline: Option<f64>) -> Option<f64> {
    let (cost, baseline) = (finite(cost)?, finite(baseline).filter(|baseline| *baseline > 0.0)?);
    finite(Some(1.0 - cost / baseline))
}

#[cfg(test)]
mod tests;
