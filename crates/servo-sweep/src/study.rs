//! Whole studies, in the real loop, on a clock that jumps.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use servo_core::context::Host;
use servo_core::event::Member;
use servo_core::model::Value;
use servo_core::optimizer::Identity;
use servo_core::servo::Servo;
use servo_emulator::Emulator;
use servo_optimizer::report;
use servo_optimizer::search::Random;
use servo_optimizer::study::Study;
use servo_runtime::runner::{Runner, Safety, Silent, Stop};
use tokio::sync::Semaphore;

use crate::example::Example;

/// How configurations are searched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    /// As a study does it.
    Bayesian,
    /// At random without repeats.
    Random,
}

/// The settings of the winner of one study; `None` where it named none.
pub(crate) type Winner = Option<BTreeMap<String, Value>>;

/// Runs a study for each seed, so many at once. The winners are in no order.
pub(crate) fn run_all(
    example: &Example,
    method: Method,
    seeds: Range<u64>,
    jobs: usize,
) -> Result<Vec<Winner>, String> {
    let next = AtomicU64::new(seeds.start);
    let winners = Mutex::new(Vec::new());
    let work = || -> Result<(), String> {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return Ok(());
            }
            let winner = run(example, method, seed)?;
            winners.lock().unwrap_or_else(PoisonError::into_inner).push(winner);
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a study panicked".to_owned())?)
    })?;
    Ok(winners.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Runs one study; the seed is that of the search and of the noise.
fn run(example: &Example, method: Method, seed: u64) -> Result<Winner, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let mut settings = example.optimizer.clone();
        settings.seed = seed;
        let mut noise = example.emulator.clone();
        noise.seed = seed;
        let state_dir = folder.path().to_owned();
        let identity = Identity::new(example.name.clone(), state_dir.clone());
        let study = Study::new(identity, settings).map_err(|error| error.chain())?;
        let study = match method {
            Method::Bayesian => study,
            Method::Random => study.with_search(Box::new(Random)),
        };
        let emulator = Emulator::from_settings("emulator", noise).map_err(|error| error.chain())?;
        let servo = Servo::new(Host::new(&example.name, state_dir.clone()));
        servo.bus().add(Member::new("emulator", "emulator", emulator)).map_err(|error| error.chain())?;
        let runner = Runner {
            servo: Arc::new(servo),
            optimizer: Arc::new(study),
            limit: Arc::new(Semaphore::new(1)),
            stop: Stop::default(),
            watch: Arc::new(Silent),
            safety: Safety::default(),
        };
        runner.run().await.map_err(|error| format!("`{}`, seed {seed}: {}", example.name, error.chain()))?;
        let report = report::read(&state_dir, &example.name).await.map_err(|error| error.chain())?;
        Ok(report.and_then(|report| report.best).map(|best| best.settings))
    })
}
