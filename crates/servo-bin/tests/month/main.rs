//! A month of one servo on a paused clock, with a fault every hour: it must be as well at the end as at the beginning.
#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

mod process;
mod saboteur;
mod service;

use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use servo_bin as _;
use tokio::time::Instant;

use process::{Measured, Process};
use saboteur::Trouble;
use service::Service;

const HOUR: Duration = Duration::from_hours(1);
const HOURS: u64 = 30 * 24;
/// How long the clock may run ahead of the disk.
const STEP: Duration = Duration::from_mins(5);

/// What happens in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The process ends without a word, and is started again.
    Crash,
    /// It is stopped, and started again.
    Stop,
    /// The operator asks to reload.
    Reload,
    /// The connectors have trouble.
    Connector(Trouble),
}

/// Each as often as the others, crashes more often.
fn fault(chance: &mut ChaCha8Rng) -> Fault {
    let troubles = Trouble::ALL.len() as u64;
    match chance.next_u64() % (6 + troubles) {
        0..=2 => Fault::Crash,
        3 | 4 => Fault::Stop,
        5 => Fault::Reload,
        other => Fault::Connector(Trouble::ALL[usize::try_from(other - 6).unwrap()]),
    }
}

/// The memory of the process, in MiB.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// Lets the time pass. The paused clock waits for nothing but itself, and the history is written by a thread of its own:
/// now and then a sync of the same disk gives that the time it takes.
async fn pass(until: Instant, service: &Service) {
    while Instant::now() < until {
        tokio::time::sleep_until(until.min(Instant::now() + STEP)).await;
        service.sync().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_month_with_a_fault_every_hour_leaves_the_service_at_its_baseline_or_better() {
    let service = Service::new();
    let first = service.truth().await;
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let measured: Arc<Measured> = Arc::default();
    let mut process = Process::start(&service, &measured);
    let (mut crashes, mut stops, mut costs) = (0, 0, vec![first.cost]);
    let mut resident = Vec::new();
    let began = Instant::now();
    for hour in 0..HOURS {
        let moment = Duration::from_secs(chance.next_u64() % 3600);
        pass(Instant::now() + moment, &service).await;
        match fault(&mut chance) {
            Fault::Crash => {
                process.crash(&service).await;
                process = Process::start(&service, &measured);
                crashes += 1;
            }
            Fault::Stop => {
                // Nobody waits for a restoration that hangs: that is for other tests.
                saboteur::relent();
                process.stop(&service).await;
                stops += 1;
                service.is_at_its_baseline().await;
                let truth = service.truth().await;
                assert!(
                    truth.holds(),
                    "in hour {hour} the service is left with {truth:?}, at first {first:?}"
                );
                assert!(truth.cost <= *costs.last().unwrap(), "in hour {hour}: {truth:?} after {costs:?}");
                costs.push(truth.cost);
                process = Process::start(&service, &measured);
            }
            Fault::Reload => process.reload(),
            Fault::Connector(trouble) => saboteur::plan(trouble),
        }
        let next = began + HOUR * u32::try_from(hour + 1).unwrap();
        pass(next, &service).await;
        if hour % 24 == 23 {
            resident.push(resident_mib());
        }
    }
    saboteur::relent();
    process.stop(&service).await;
    service.is_at_its_baseline().await;
    let last = service.truth().await;
    let trials = measured.count();
    println!(
        "{crashes} crashes, {stops} stops, {} other faults; {trials} measurements; {:.4} an hour at first, {:.4} in the end; \
         {} MiB resident after 3 days, {} after 30; journal {} KiB",
        HOURS - crashes - stops,
        first.cost,
        last.cost,
        resident[2],
        resident.last().unwrap(),
        service.journal_kib()
    );
    assert!(last.holds() && last.cost < first.cost, "{last:?} after {first:?}");
    assert!(
        crashes > 100 && stops > 50 && trials > 300,
        "{crashes} crashes, {stops} stops, {trials} measurements"
    );
    // What a study needs comes and goes; what is lost for good would add up over thousands of operations.
    assert!(*resident.last().unwrap() <= resident[2] + 16, "{resident:?} MiB at the end of each day");
    assert!(service.journal_kib() <= 2048, "{} KiB of journal", service.journal_kib());
}
