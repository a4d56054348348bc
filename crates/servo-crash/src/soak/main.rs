//! Lets `examples/local-web` run for an hour in which the servo, the service and Prometheus are killed at random, and
//! looks for what is left behind: `cargo xtask soak --help`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to whoever runs it in a terminal"
)]

mod left;
mod life;
mod memory;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use tokio::time::Instant;

use life::{Life, Victim};
use memory::Memory;
use site::Site;

/// In the last half of the time the servo itself is spared, so that one life is long enough to see its memory grow.
const SPARED: u32 = 2;
/// The others are killed less often then, by so much: a study that fails again and again ends itself, as it should.
const SELDOM: u64 = 3;

/// What went wrong, in a sentence.
type Result<T, E = String> = std::result::Result<T, E>;

/// Kills the servo, the service and Prometheus at random while an example is optimized, and looks at what is left
#[derive(Debug, Parser)]
#[command(name = "cargo xtask soak")]
struct Arguments {
    /// How long it lasts, in minutes
    #[arg(long, default_value_t = 60)]
    minutes: u32,
    /// Makes the moments repeatable, as far as a machine is
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The root of the repository, with the release build below `target`
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How often each was killed, and how often the servo ended by itself.
#[derive(Debug, Default)]
struct Tally {
    killed: [u32; 3],
    ended: u32,
    starts: u32,
}

async fn run(Arguments { minutes, seed, root }: Arguments) -> Result<()> {
    let site = Site::new(&root)?;
    left::nothing(&site).map_err(|error| format!("before anything began: {error}"))?;
    let baseline = site.described().await?;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let end = Instant::now() + Duration::from_mins(1) * minutes;
    let spared = end - Duration::from_mins(1) * minutes / SPARED;
    let (mut tally, mut memory) = (Tally::default(), Memory::default());
    let soaked = async {
        while Instant::now() < end {
            tally.starts += 1;
            let mut life = Life::start(&site)?;
            live(&mut life, &site, (spared, end), &mut chance, &mut tally, &mut memory).await?;
            left::nothing_within(&site, Duration::from_secs(20)).await?;
            eprintln!(
                "{} min left; killed: servo {}, service {}, Prometheus {}; {memory}",
                end.saturating_duration_since(Instant::now()).as_secs() / 60,
                tally.killed[0],
                tally.killed[1],
                tally.killed[2],
            );
        }
        // One more start, which puts right what the last kill left, and an end that is asked for.
        let mut last = Life::start(&site)?;
        tokio::time::sleep(Duration::from_secs(30)).await;
        last.stop().await?;
        left::nothing_within(&site, Duration::from_secs(20)).await?;
        let now = site.described().await?;
        if now != baseline {
            return Err(format!("the service is not on its baseline: {now} in place of {baseline}"));
        }
        Ok(())
    };
    let soaked = soaked.await;
    let Tally { killed, ended, starts } = tally;
    println!(
        "{minutes} min: {starts} starts; killed: servo {} times, service {}, Prometheus {}; the servo ended by itself \
         {ended} times; {memory}",
        killed[0], killed[1], killed[2]
    );
    match soaked {
        Ok(()) => {
            println!(
                "nothing was left: no process, no control group, no port; the service is on its baseline"
            );
            memory.is_flat()?;
            println!("memory was flat");
            Ok(())
        }
        Err(error) => Err(format!("{error}; {}", site.keep())),
    }
}

/// One life of the servo: others are killed until it is its turn, or it ends by itself. From some time on its turn is at
/// the end alone.
async fn live(
    life: &mut Life,
    site: &Site,
    (spared, end): (Instant, Instant),
    chance: &mut ChaCha8Rng,
    tally: &mut Tally,
    memory: &mut Memory,
) -> Result<()> {
    loop {
        let seldom = if Instant::now() < spared { 1 } else { SELDOM };
        let pause = Duration::from_millis(2_000 + chance.next_u64() % (28_000 * seldom));
        if life.ended_within(pause, memory).await? {
            tally.ended += 1;
            return site.reset().await;
        }
        let victim = match Instant::now() {
            now if now >= end => Victim::Servo,
            now if now >= spared => Victim::other(chance.next_u64()),
            _ => Victim::any(chance.next_u64()),
        };
        if life.kill(victim, site).await? {
            tally.killed[victim as usize] += 1;
        }
        if victim == Victim::Servo {
            return Ok(());
        }
    }
}
