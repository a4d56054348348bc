//! Tests of the figures that are written, and of those that are not.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use servo_core::optimizer::Figures;

use super::super::ledger::Standing;
use super::super::reading::samples::{standing, waiting};
use super::super::tally::Tally;
use super::*;

/// What is exposed of servos that were configured one and a half seconds into the epoch.
fn shown(servos: Vec<Reading>, process: Process) -> String {
    let reload = LastReload { is_successful: true, succeeded: Timestamp::from_millisecond(1500).unwrap() };
    render(servos, reload, process).unwrap()
}

/// The samples of families whose names begin with this.
fn samples(servos: Vec<Reading>, prefix: &str) -> Vec<String> {
    let text = shown(servos, Process::default());
    text.lines().filter(|line| line.starts_with(prefix)).map(str::to_owned).collect()
}

fn tally(figures: Figures) -> Tally {
    let mut tally = Tally::default();
    tally.observe(figures);
    tally
}

fn study() -> Reading {
    let figures = Figures {
        trials: BTreeMap::from([(Verdict::Passed, 5), (Verdict::Error, 1)]),
        slo_margin: Some(-0.25),
        cost: Some(1.5),
        baseline_cost: Some(2.0),
        errors: 3,
        ..Figures::default()
    };
    Reading {
        makes_trials: true,
        tally: tally(figures),
        standing: Some(Standing {
            lag: Some(Duration::from_millis(1500)),
            is_pending: true,
            ..standing(Some("no"))
        }),
        operations: BTreeMap::from([(("measure", "ok"), 7)]),
        silence: Some(Duration::from_secs(4)),
        restores: 2,
        ..waiting("shop")
    }
}

#[test]
fn a_study_in_figures() {
    let text = shown(vec![study()], Process::default());
    let expected = format!(
        "\
# HELP servo The version of Servo.
# TYPE servo info
servo_info{{version=\"{}\"}} 1
# HELP servo_state What the servo is doing: 1 for that, 0 for the others.
# TYPE servo_state gauge
servo_state{{servo=\"shop\",state=\"starting\"}} 0
servo_state{{servo=\"shop\",state=\"restoring\"}} 0
servo_state{{servo=\"shop\",state=\"waiting\"}} 1
servo_state{{servo=\"shop\",state=\"describing\"}} 0
servo_state{{servo=\"shop\",state=\"measuring\"}} 0
servo_state{{servo=\"shop\",state=\"adjusting\"}} 0
servo_state{{servo=\"shop\",state=\"promoting\"}} 0
servo_state{{servo=\"shop\",state=\"held\"}} 0
servo_state{{servo=\"shop\",state=\"idle\"}} 0
servo_state{{servo=\"shop\",state=\"ended\"}} 0
servo_state{{servo=\"shop\",state=\"failed\"}} 0
# HELP servo_operations Operations that have ended, by the status that the optimizer was told.
# TYPE servo_operations counter
servo_operations_total{{servo=\"shop\",operation=\"measure\",status=\"ok\"}} 7
# HELP servo_trials Trials, by what they say of their configurations.
# TYPE servo_trials counter
servo_trials_total{{servo=\"shop\",verdict=\"passed\"}} 5
servo_trials_total{{servo=\"shop\",verdict=\"failed\"}} 0
servo_trials_total{{servo=\"shop\",verdict=\"inconclusive\"}} 0
servo_trials_total{{servo=\"shop\",verdict=\"error\"}} 1
# HELP servo_slo_margin_ratio How far the last measurement was from violating an objective, as a fraction of its \
threshold: negative where one was violated.
# TYPE servo_slo_margin_ratio gauge
# UNIT servo_slo_margin_ratio ratio
servo_slo_margin_ratio{{servo=\"shop\"}} -0.25
# HELP servo_cost_per_hour What a configuration costs by the hour, in the currency of the prices.
# TYPE servo_cost_per_hour gauge
servo_cost_per_hour{{servo=\"shop\",configuration=\"current\"}} 1.5
servo_cost_per_hour{{servo=\"shop\",configuration=\"baseline\"}} 2.0
# HELP servo_saving_ratio How much less the configuration in force costs than the baseline, as a fraction of that.
# TYPE servo_saving_ratio gauge
# UNIT servo_saving_ratio ratio
servo_saving_ratio{{servo=\"shop\"}} 0.25
# HELP servo_optimizer_errors Exchanges with the optimizer that failed.
# TYPE servo_optimizer_errors counter
servo_optimizer_errors_total{{servo=\"shop\"}} 3
# HELP servo_optimizer_silence_seconds How long ago the optimizer was heard of; absent for one in this process.
# TYPE servo_optimizer_silence_seconds gauge
# UNIT servo_optimizer_silence_seconds seconds
servo_optimizer_silence_seconds{{servo=\"shop\"}} 4.0
# HELP servo_circuit_open Whether too many failures have put an end to changes.
# TYPE servo_circuit_open gauge
servo_circuit_open{{servo=\"shop\"}} 1
# HELP servo_at_baseline Whether the application has the settings again that it had before the servo changed it.
# TYPE servo_at_baseline gauge
servo_at_baseline{{servo=\"shop\"}} 1
# HELP servo_changes_pending Changes that were begun and are not confirmed.
# TYPE servo_changes_pending gauge
servo_changes_pending{{servo=\"shop\"}} 1
# HELP servo_journal_lag_seconds How long ago the oldest change was begun that is not confirmed; 0 where there is none.
# TYPE servo_journal_lag_seconds gauge
# UNIT servo_journal_lag_seconds seconds
servo_journal_lag_seconds{{servo=\"shop\"}} 1.5
# HELP servo_restores How often the servo began to bring the application back to where it was.
# TYPE servo_restores counter
servo_restores_total{{servo=\"shop\"}} 2
# HELP servo_config_last_reload_successful Whether the configuration that was read last is in force.
# TYPE servo_config_last_reload_successful gauge
servo_config_last_reload_successful 1
# HELP servo_config_last_reload_success_timestamp_seconds When the configuration was read that is in force, in seconds \
since 1970.
# TYPE servo_config_last_reload_success_timestamp_seconds gauge
# UNIT servo_config_last_reload_success_timestamp_seconds seconds
servo_config_last_reload_success_timestamp_seconds 1.5
# EOF
",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(text, expected);
}

#[test]
fn what_is_not_known_has_no_series() {
    let text = shown(vec![waiting("shop")], Process::default());
    for absent in [
        "servo_slo",
        "servo_cost",
        "servo_saving",
        "servo_trials",
        "servo_circuit",
        "servo_journal",
        "process_",
    ] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
}

#[test]
fn numbers_that_say_nothing_are_not_known() {
    for odd in [f64::NAN, f64::INFINITY] {
        let figures = Figures {
            slo_margin: Some(odd),
            cost: Some(odd),
            baseline_cost: Some(0.0),
            ..Figures::default()
        };
        let servo = || Reading { tally: tally(figures.clone()), ..waiting("shop") };
        assert_eq!(samples(vec![servo()], "servo_slo"), Vec::<String>::new());
        assert_eq!(samples(vec![servo()], "servo_saving"), Vec::<String>::new());
        assert_eq!(
            samples(vec![servo()], "servo_cost"),
            ["servo_cost_per_hour{servo=\"shop\",configuration=\"baseline\"} 0.0"]
        );
    }
}

#[test]
fn a_name_is_any_text() {
    let shown = samples(vec![waiting("a\"b\\c\nd — é")], "servo_restores_total");
    assert_eq!(shown, ["servo_restores_total{servo=\"a\\\"b\\\\c\\nd — é\"} 0"]);
}

#[test]
fn the_process_in_figures() {
    let process = Process {
        cpu: Some(1.25),
        resident: Some(4096),
        addressed: Some(8192),
        open_files: Some(9),
        most_files: None,
        started: Some(1_700_000_000.5),
        threads: Some(3),
    };
    let text = shown(Vec::new(), process);
    let shown: Vec<_> = text.lines().filter(|line| line.starts_with("process_")).collect();
    assert_eq!(
        shown,
        [
            "process_cpu_seconds_total 1.25",
            "process_resident_memory_bytes 4096",
            "process_virtual_memory_bytes 8192",
            "process_open_fds 9",
            "process_start_time_seconds 1700000000.5",
            "process_threads 3",
        ]
    );
}
