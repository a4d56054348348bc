//! Studies of the embedded optimizer that are disturbed: in the end they must be the one that nobody disturbed.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::Result;
use crate::chance::Chance;
use crate::fault::Fault;
use crate::site::Site;

/// How long an undisturbed study may take, and the rest of a disturbed one.
const STUDY: Duration = Duration::from_mins(10);

/// How long a servo without a disk may take to notice and end.
const NOTICES: Duration = Duration::from_secs(15);

/// A study that nobody disturbed.
#[derive(Debug)]
pub(crate) struct Undisturbed {
    /// What `servo report` gives, without what nobody can repeat.
    report: Value,
    /// What the service has deployed in the end.
    baseline: Value,
}

/// Runs a study that nobody disturbs.
pub(crate) async fn undisturbed(servo: &Path, configuration: &str) -> Result<Undisturbed> {
    let site = Site::new(servo, configuration, false).await?;
    let ended = site.start()?.ended_within(STUDY).await?;
    if !ended.is_some_and(|status| status.success()) {
        return Err(format!("the undisturbed study ended with {ended:?}; {}", site.keep().await));
    }
    let report = report(&site).await?;
    let baseline = site.deployed()?.ok_or("the service has no state")?;
    let trials = report["trials"].as_array().map_or(0, Vec::len);
    println!("undisturbed: {trials} trials, {}", report["outcome"]);
    site.remove().await?;
    Ok(Undisturbed { report, baseline })
}

/// Disturbs studies so many times, and compares each with the one that nobody disturbed.
pub(crate) async fn run(
    servo: &Path,
    configuration: &str,
    fault: Fault,
    times: u32,
    chance: &mut Chance,
    undisturbed: &Undisturbed,
) -> Result<()> {
    let (mut done, mut studies, mut checks) = (0, 0_u32, 0_u32);
    while done < times {
        let site = Site::new(servo, configuration, fault.needs_disk()).await?;
        let study = async {
            // One more, so that a study that is begun comes to its end, whatever the number.
            while !is_complete(&site).await? {
                if done >= times {
                    finish(&site).await?;
                    continue;
                }
                done += 1;
                disturb(&site, fault, chance).await?;
                is_at_baseline(&site, undisturbed)?;
                checks += 1;
                if done % 20 == 0 {
                    eprintln!("{}: {done} of {times}", fault.word());
                }
            }
            let report = report(&site).await?;
            if report != undisturbed.report {
                return Err(differs(&report, &undisturbed.report));
            }
            start_and_stop(&site, Duration::from_millis(300)).await?;
            is_at_baseline(&site, undisturbed)
        };
        if let Err(error) = study.await {
            let kept = site.keep().await;
            return Err(format!("{} {done}, study {}: {error}; {kept}", fault.word(), studies + 1));
        }
        site.remove().await?;
        studies += 1;
    }
    println!(
        "embedded, {}: {done} times in {studies} studies; every sequence of trials was the undisturbed one, and the \
         service was on its baseline after each of {checks} restarts and at the end of each study",
        fault.word()
    );
    Ok(())
}

/// Lets the fault befall a servo at a random moment, and sees to it that the servo has put things right.
async fn disturb(site: &Site, fault: Fault, chance: &mut Chance) -> Result<()> {
    let mut process = site.start()?;
    let ended = process.ended_within(chance.moment()).await?;
    match fault {
        Fault::Kill => {
            if ended.is_none() {
                process.end(Signal::KILL).await?;
            }
            if !is_complete(site).await? {
                let moment = Duration::from_millis(50 + chance.below(1500));
                start_and_stop(site, moment).await?;
            }
        }
        Fault::Term => {
            if ended.is_none() {
                stopped(process.end(Signal::TERM).await?)?;
            }
        }
        Fault::Full | Fault::ReadOnly => {
            let disk = site.disk.as_ref().ok_or("there is no disk")?;
            if fault == Fault::Full {
                disk.fill()?;
            } else {
                disk.break_down().await?;
            }
            if process.ended_within(NOTICES).await?.is_none() {
                process.end(Signal::TERM).await?;
            }
            // A start without a disk must not make it worse.
            if chance.below(3) == 0 {
                let again = site.start()?;
                tokio::time::sleep(Duration::from_millis(200)).await;
                again.end(Signal::TERM).await?;
            }
            if fault == Fault::Full {
                disk.free()?;
            } else {
                disk.repair().await?;
            }
        }
    }
    Ok(())
}

/// Lets a study go on to its end.
async fn finish(site: &Site) -> Result<()> {
    match site.start()?.ended_within(STUDY).await? {
        Some(status) if status.success() => Ok(()),
        ended => Err(format!("the rest of the study ended with {ended:?}")),
    }
}

async fn start_and_stop(site: &Site, after: Duration) -> Result<()> {
    let mut process = site.start()?;
    match process.ended_within(after).await? {
        Some(status) => stopped(status),
        None => stopped(process.end(Signal::TERM).await?),
    }
}

/// A servo that was stopped before it heeds signals ends by the signal; any other has to end well.
fn stopped(status: std::process::ExitStatus) -> Result<()> {
    use std::os::unix::process::ExitStatusExt as _;
    if status.success() || status.signal() == Some(Signal::TERM.as_raw()) {
        return Ok(());
    }
    Err(format!("it was stopped and ended with {status}"))
}

fn is_at_baseline(site: &Site, undisturbed: &Undisturbed) -> Result<()> {
    match site.deployed()? {
        Some(deployed) if deployed != undisturbed.baseline => {
            Err(format!("the service is not on its baseline: {deployed}"))
        }
        _ => Ok(()),
    }
}

async fn is_complete(site: &Site) -> Result<bool> {
    Ok(matches!(report(site).await?["outcome"].as_str(), Some("improved" | "no_better")))
}

/// What the study found. Null before it begins.
async fn report(site: &Site) -> Result<Value> {
    let mut report = site.json(&["report", "--format", "json"]).await?;
    Ok(report.pointer_mut("/servos/0").map(Value::take).unwrap_or_default())
}

/// Says where two reports part.
fn differs(disturbed: &Value, undisturbed: &Value) -> String {
    let trials = |report: &Value| report["trials"].as_array().cloned().unwrap_or_default();
    let (ours, theirs) = (trials(disturbed), trials(undisturbed));
    let at = ours.iter().zip(&theirs).position(|(one, other)| one != other);
    match at {
        Some(at) => format!("trial {} is {}, undisturbed {}", at + 1, ours[at], theirs[at]),
        None => format!(
            "{} trials, undisturbed {}; {} and {}",
            ours.len(),
            theirs.len(),
            disturbed["outcome"],
            undisturbed["outcome"]
        ),
    }
}
