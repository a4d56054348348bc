//! A servo that optimizes a Deployment of a real cluster is killed at random moments: `cargo xtask crash kubernetes`.

mod cluster;

use std::path::Path;
use std::time::Duration;

use clap::Args;
use rustix::process::Signal;
use tokio::time::Instant;

use crate::Result;
use crate::chance::Chance;
use crate::fault::Fault;
use crate::process::Process;
use cluster::{Site, Web};

/// What a kill comes after, at most: a few trials, each of which rolls pods out.
const LATEST_MS: u64 = 9_000;
/// How long the last servo runs before it is asked to end: it puts right what the last kill left, and begins again.
const LAST: Duration = Duration::from_secs(12);

/// How often, and when.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How often the servo is killed
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Makes the moments repeatable, as far as a machine is
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Kills so many servos, and compares the Deployment with what it was before.
pub(crate) async fn run(servo: &Path, Arguments { kills, seed }: &Arguments) -> Result<()> {
    eprintln!("a cluster begins, with a Deployment of two pods");
    let site = Site::new().await?;
    let found = site.web().await?;
    let mut chance = Chance::new(*seed, Fault::Kill);
    let disturbed = async {
        let (mut kill, mut in_force, mut complete) = (0, 0, 0_u32);
        while kill < *kills {
            let mut process = site.start(servo)?;
            let moment = Duration::from_millis(500 + chance.below(LATEST_MS - 500));
            if let Some(status) = process.ended_within(moment).await? {
                // A study that has come to its end counts as no kill. Another one begins.
                if !status.success() {
                    return Err(format!("it ended by itself after kill {kill}: {status}"));
                }
                is_as_found(&site.web().await?, &found, &site.leases().await?)?;
                site.forget()?;
                complete += 1;
                continue;
            }
            process.end(Signal::KILL).await?;
            kill += 1;
            let left = site.web().await?;
            in_force += u32::from(told(kill, moment, &left, &found)?);
        }
        let took = loop {
            match stopped(site.start(servo)?).await? {
                Some(took) => break took,
                None => site.forget()?,
            }
        };
        site.until_rolled_out().await?;
        is_as_found(&site.web().await?, &found, &site.leases().await?)?;
        Ok((in_force, complete, took))
    };
    match disturbed.await {
        Ok((in_force, complete, took)) => {
            println!(
                "kubernetes, kill: {kills} times, {in_force} of them while a change was in force, which the annotation \
                 said each time; {complete} studies came to their end meanwhile. After one more start and SIGTERM, {:.1} s \
                 later, the Deployment's specification equals the original; no annotation, no field of Servo and no Lease \
                 is left",
                took.as_secs_f64()
            );
            site.down().await;
            Ok(())
        }
        Err(error) => Err(format!("{error}; {}", site.keep().await)),
    }
}

/// Says in which state a kill left the Deployment, and whether a change was in force. One that nothing tells of could
/// never be undone by hand.
fn told(kill: u32, moment: Duration, left: &Web, found: &Web) -> Result<bool> {
    let in_force = left.spec != found.spec;
    let state = if in_force { "changed" } else { "as found" };
    eprintln!("{kill}: killed after {:.1} s, the specification is {state}", moment.as_secs_f64());
    if in_force && !left.says_how_to_restore() {
        return Err(format!("a change is in force that no annotation tells of, after kill {kill}"));
    }
    Ok(in_force)
}

/// Asks it to end after a while, and says how long that took; nothing where its study came to its end before.
async fn stopped(mut process: Process) -> Result<Option<Duration>> {
    let ended = process.ended_within(LAST).await?;
    let (begun, in_time) = (Instant::now(), ended.is_none());
    let status = match ended {
        Some(status) => status,
        None => process.end(Signal::TERM).await?,
    };
    if status.success() {
        Ok(in_time.then(|| begun.elapsed()))
    } else {
        Err(format!("it ended with {status}"))
    }
}

fn is_as_found(now: &Web, found: &Web, leases: &str) -> Result<()> {
    if now.spec != found.spec {
        return Err(format!("the specification is {} in place of {}", now.spec, found.spec));
    }
    if now.annotations != found.annotations {
        return Err(format!("the annotations are {} in place of {}", now.annotations, found.annotations));
    }
    if let Some(manager) = now.managers.iter().find(|name| name.contains("servo")) {
        return Err(format!("`{manager}` still owns fields"));
    }
    if !leases.is_empty() {
        return Err(format!("it is left: {leases}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn web(cpu: &str, annotations: serde_json::Value, managers: &[&str]) -> Web {
        let managers = managers.iter().map(|&name| name.to_owned()).collect();
        Web { spec: json!({"cpu": cpu}), annotations, managers }
    }

    #[test]
    fn a_change_that_is_in_force_has_to_be_told_of() {
        let found = web("100m", json!({}), &[]);
        let at = Duration::from_secs(1);
        let annotated = web("200m", json!({"servo.opsani.com/restore": "{}"}), &["servo"]);
        assert_eq!(told(1, at, &found, &found), Ok(false));
        assert_eq!(told(1, at, &annotated, &found), Ok(true));
        assert!(told(1, at, &web("200m", json!({}), &["servo"]), &found).is_err());
    }

    #[test]
    fn whatever_is_left_is_a_failure() {
        let found = web("100m", json!({}), &["kubectl"]);
        assert_eq!(is_as_found(&found, &found, ""), Ok(()));
        for (left, leases) in [
            (web("200m", json!({}), &["kubectl"]), ""),
            (web("100m", json!({"servo.opsani.com/restore": "{}"}), &["kubectl"]), ""),
            (web("100m", json!({}), &["kubectl", "servo"]), ""),
            (web("100m", json!({}), &["kubectl"]), "lease/servo-web"),
        ] {
            assert!(is_as_found(&left, &found, leases).is_err(), "{left:?}");
        }
    }
}
