//! Connectors that begin, and begin again after the optimizer has given up what they were doing.

use std::time::Duration;

use servo_core::Result;
use servo_core::event::Bus;
use servo_core::servo::Servo;
use tokio::time::timeout;

use super::signal::Stop;

/// What connectors are told as the reason of their end.
const REASON: &str = "restarting";

/// How long connectors that could not start are left alone the first time.
const SHORTEST: Duration = Duration::from_secs(5);

/// How long they are left alone at most.
const LONGEST: Duration = Duration::from_mins(5);

/// Starts the connectors of a servo for the first time. A stop gives them [`Bus::CANCEL_GRACE`] to come to an end with
/// that. Returns false where they did not; the servo may run or not run then, and is attached only where it runs.
///
/// # Errors
///
/// What they could not start with.
pub(super) async fn start(servo: &Servo, stop: &Stop) -> Result<bool> {
    let mut starting = Box::pin(servo.start());
    if let Some(started) = stop.or(&mut starting).await {
        return started.map(|()| true);
    }
    if let Ok(started) = timeout(Bus::CANCEL_GRACE, &mut starting).await {
        return started.map(|()| true);
    }
    tracing::warn!("connectors that do not come to an end with their start are given up");
    drop(starting);
    abandon(servo).await;
    Ok(false)
}

/// Shuts the connectors of a servo down and starts them again, as often as it takes. Returns false where a stop came
/// first; the servo may run or not run then, and is attached only where it runs.
pub(super) async fn restart(servo: &Servo, stop: &Stop) -> bool {
    if let Err(error) = servo.shutdown(REASON).await {
        tracing::warn!("while restarting: {}", error.chain());
    }
    let mut delay = SHORTEST;
    while stop.reason().is_none() {
        match stop.or(servo.start()).await {
            Some(Ok(())) => return true,
            Some(Err(error)) => {
                let seconds = delay.as_secs();
                tracing::error!("connectors cannot start again: {}; next try in {seconds}s", error.chain());
            }
            None => {
                abandon(servo).await;
                return false;
            }
        }
        stop.or(tokio::time::sleep(delay)).await;
        delay = delay.saturating_mul(2).min(LONGEST);
    }
    false
}

/// Detaches the connectors of a servo whose start was dropped, unless it had come as far as to run.
async fn abandon(servo: &Servo) {
    if !servo.is_running()
        && let Err(error) = servo.detach().await
    {
        tracing::warn!("while detaching: {}", error.chain());
    }
}
