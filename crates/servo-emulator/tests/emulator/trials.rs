//! What a trial reads depends on the seed, the trials and the configuration, whatever else happened.

use proptest::prelude::*;
use servo_core::model::{Measurement, Reading};
use servo_core::{Error, Result};

use crate::fixture::{Home, Life, SHOP, TABLE};

/// Configurations in full; the first is the baseline, and the last is OOM-killed.
const CONFIGURATIONS: [&[&str]; 4] = [
    &["web.cpu=2", "web.mem=2Gi", "web.replicas=4"],
    &["web.cpu=1500m", "web.mem=2Gi", "web.replicas=4"],
    &["web.cpu=2", "web.mem=1Gi", "web.replicas=3"],
    &["web.cpu=2", "web.mem=256Mi", "web.replicas=4"],
];

/// What goes wrong before an operation of a study.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The operation is begun and dropped where it has waited so often, and another process goes on.
    Crash { waits: usize, restores: bool },
    /// The baseline is brought back by somebody who knows of no trials, and the first trial is made once more.
    Restore,
    /// The same, and that is dropped.
    RestoreInPart { waits: usize },
    /// Somebody else measures.
    Look,
    /// The trial is measured, and nobody wrote it down.
    Forget,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => (0..12_usize, any::<bool>()).prop_map(|(waits, restores)| Fault::Crash { waits, restores }),
        1 => Just(Fault::Restore),
        1 => (0..12_usize).prop_map(|waits| Fault::RestoreInPart { waits }),
        1 => Just(Fault::Look),
        1 => Just(Fault::Forget),
    ]
}

/// A study: which configuration each trial has, counted from 1, and what goes wrong before it.
type Trials = Vec<(usize, Vec<Fault>)>;

/// What a trial came to: all values of all metrics, or why there are none.
type Found = std::result::Result<Vec<Vec<u64>>, String>;

fn found(outcome: Result<Measurement>) -> Found {
    let values = |reading: &Reading| match reading {
        Reading::TimeSeries(series) => series.points().iter().map(|(_, value)| value.to_bits()).collect(),
        Reading::DataPoint(_) => Vec::new(),
    };
    outcome.map(|measurement| measurement.readings().iter().map(values).collect()).map_err(why)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn why(error: Error) -> String {
    format!("{:?} {:?}", error.class(), error.reason())
}

/// One study in one folder.
struct Study<'a> {
    home: &'a Home,
    yaml: &'a str,
    life: Life,
    /// What it believes to be in force, and the trial for which that was done; the baseline as found has none.
    in_force: Option<(usize, Option<u64>)>,
    /// What the first trial came to when it was made once more.
    again: Vec<Found>,
}

impl<'a> Study<'a> {
    fn new(home: &'a Home, yaml: &'a str) -> Self {
        Self { home, yaml, life: home.life(yaml), in_force: Some((0, None)), again: Vec::new() }
    }

    /// Waits until nothing is being written any more, and goes on as another process.
    async fn begin_again(&mut self) {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        self.life = self.home.life(self.yaml);
    }

    async fn restore(&self) {
        self.life.adjust(CONFIGURATIONS[0]).await.unwrap();
    }

    /// Brings what the study believes to be in force into force again, as it does when it goes on.
    async fn resume(&self) {
        if let Some((configuration, Some(trial))) = self.in_force {
            self.life.adjust_for(Some(trial), CONFIGURATIONS[configuration]).await.unwrap();
        }
    }

    async fn disturb(&mut self, fault: Fault, trial: u64, configuration: usize) {
        let is_in_force = self.in_force.is_some_and(|(now, _)| now == configuration);
        match fault {
            Fault::Crash { waits, restores } => {
                let short = self.home.short_life(self.yaml, waits);
                let _ = if is_in_force {
                    short.measure_for(Some(trial), 60).await.map(drop)
                } else {
                    short.adjust_for(Some(trial), CONFIGURATIONS[configuration]).await.map(drop)
                };
                self.begin_again().await;
                if restores {
                    self.restore().await;
                }
            }
            Fault::Restore => {
                self.restore().await;
                self.again.push(found(self.life.measure_for(Some(1), 60).await));
            }
            Fault::RestoreInPart { waits } => {
                let _ = self.home.short_life(self.yaml, waits).adjust(CONFIGURATIONS[0]).await;
                self.begin_again().await;
            }
            Fault::Look => {
                let _ = self.life.measure(60).await;
            }
            Fault::Forget if is_in_force => {
                let _ = self.life.measure_for(Some(trial), 60).await;
            }
            Fault::Forget => {}
        }
        self.resume().await;
    }

    async fn trial(&mut self, trial: u64, configuration: usize, faults: &[Fault]) -> Found {
        for fault in faults {
            self.disturb(*fault, trial, configuration).await;
        }
        if self.in_force.is_none_or(|(now, _)| now != configuration) {
            let adjusted = self.life.adjust_for(Some(trial), CONFIGURATIONS[configuration]).await;
            self.in_force = adjusted.is_ok().then_some((configuration, Some(trial)));
            adjusted.map_err(why)?;
        }
        for fault in faults {
            self.disturb(*fault, trial, configuration).await;
        }
        found(self.life.measure_for(Some(trial), 60).await)
    }
}

/// Gives what each trial came to, and what the first one came to whenever it was made once more.
fn run(yaml: &str, trials: &[(usize, Vec<Fault>)]) -> (Vec<Found>, Vec<Found>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let home = Home::new();
        let mut study = Study::new(&home, yaml);
        let mut all = Vec::new();
        for (trial, (configuration, faults)) in (1..).zip(trials) {
            all.push(study.trial(trial, *configuration, faults).await);
        }
        (all, study.again)
    })
}

fn trials() -> impl Strategy<Value = Trials> {
    let trial = (0..CONFIGURATIONS.len(), proptest::collection::vec(fault(), 0..3));
    (proptest::collection::vec(fault(), 0..3), proptest::collection::vec(trial, 1..7)).prop_map(
        |(first, rest)| {
            // A study begins with what it found.
            std::iter::once((0, first)).chain(rest).collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_trial_reads_the_same_whatever_crashed_was_restored_or_repeated(trials in trials()) {
        let undisturbed: Trials = trials.iter().map(|(configuration, _)| (*configuration, Vec::new())).collect();
        let (expected, _) = run(SHOP, &undisturbed);
        let (all, again) = run(SHOP, &trials);
        prop_assert_eq!(&all, &expected);
        prop_assert!(again.iter().all(|first| *first == expected[0]));
    }
}

#[test]
fn trials_scatter_and_so_do_machines() {
    let plain = |configurations: &[usize]| -> Trials {
        configurations.iter().map(|configuration| (*configuration, Vec::new())).collect()
    };
    let (all, _) = run(SHOP, &plain(&[0, 0, 1, 0]));
    assert!(all.iter().all(Found::is_ok));
    assert_ne!(all[0], all[1], "two trials of one deployment");
    let machines = SHOP.replace("latency: 0.05, throughput: 0.01, ", "");
    let (all, _) = run(&machines, &plain(&[0, 0, 1, 0]));
    assert_eq!(all[0], all[1], "two trials of one deployment");
    assert_ne!(all[0], all[3], "the baseline on other machines");
}

#[tokio::test(start_paused = true)]
async fn what_was_promoted_is_found_again_on_its_machines() {
    use servo_core::event::standard::Promote;
    let read = async |crashes: bool| {
        let home = Home::new();
        let life = home.life(SHOP);
        life.adjust_for(Some(9), CONFIGURATIONS[1]).await.unwrap();
        let mut promoted = crate::fixture::adjusting(CONFIGURATIONS[1]);
        promoted.control.userdata = Some(serde_json::json!({"trial": 9}));
        life.dispatch::<Promote>(promoted).await.unwrap();
        if crashes {
            life.adjust_for(Some(2), CONFIGURATIONS[2]).await.unwrap();
            home.life(SHOP).adjust(CONFIGURATIONS[1]).await.unwrap();
        }
        found(home.life(SHOP).measure_for(Some(1), 60).await)
    };
    assert_eq!(read(false).await, read(true).await);
}

#[tokio::test(start_paused = true)]
async fn rows_are_chosen_by_the_trial() {
    for (repetitions, expected) in [("in_order", Some([20.0, 24.0, 20.0, 24.0])), ("random", None)] {
        let table = TABLE.replace("component: db", &format!("component: db\n  repetitions: {repetitions}"));
        let read = async |disturbed: bool| {
            let home = Home::new();
            let mut latencies = Vec::new();
            for trial in 1..5 {
                let life = home.life(&table);
                if disturbed {
                    life.measure(10).await.unwrap();
                    life.measure_for(Some(7), 10).await.unwrap();
                }
                let measured = life.measure_for(Some(trial), 10).await.unwrap();
                latencies.push(measured.mean_of("latency").unwrap());
            }
            latencies
        };
        let latencies = read(false).await;
        assert_eq!(latencies, read(true).await);
        if let Some(expected) = expected {
            assert_eq!(latencies, expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_trials_found_may_come_back_also_where_it_is_out_of_range_now() {
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=4"]).await.unwrap();
    let narrowed = SHOP.replace("max: 4, step: 250m", "max: 3, step: 250m");
    home.life(&narrowed).adjust_for(Some(2), &["web.cpu=1"]).await.unwrap();
    // Another process first looks at the trial.
    let again = home.life(&narrowed);
    again.describe().await.unwrap();
    assert!(again.adjust(&["web.cpu=3500m"]).await.is_err());
    again.adjust(&["web.cpu=4"]).await.unwrap();
}
