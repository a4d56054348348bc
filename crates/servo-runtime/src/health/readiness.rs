//! Whether the program is ready, and the text that says so, in the form that Kubernetes gives its own checks.

use std::fmt::Write as _;
use std::time::Duration;

use servo_core::duration;

use super::reading::Reading;
use super::state::State;

/// Whether the program is ready, and the text that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Readiness {
    pub(super) is_ready: bool,
    pub(super) text: String,
}

/// Checks every servo, and whether the program winds up. The text lists every check that fails, and with `verbose` the
/// others, too (<https://kubernetes.io/docs/reference/using-api/health-checks/>).
pub(super) fn check(servos: &[Reading], winding_up: Option<&str>, verbose: bool) -> Readiness {
    let winding_up = match winding_up {
        Some(reason) => Err(format!("winding up after {reason}")),
        None => Ok(String::new()),
    };
    let checks = servos.iter().map(|servo| (&*servo.name, of(servo)));
    let checks: Vec<_> = checks.chain([("shutdown", winding_up)]).collect();
    let is_ready = checks.iter().all(|(_, found)| found.is_ok());
    let mut text = String::new();
    if is_ready && !verbose {
        text.push_str("ok");
    } else {
        for (name, found) in &checks {
            match found {
                Ok(note) if verbose => line(&mut text, &format!("[+]{name} ok"), note),
                Ok(_) => {}
                Err(reason) => line(&mut text, &format!("[-]{name} failed"), reason),
            }
        }
        text.push_str(if is_ready { "readyz check passed" } else { "readyz check failed" });
    }
    Readiness { is_ready, text }
}

/// Says what a servo is doing, or why it is not ready.
fn of(servo: &Reading) -> Result<String, String> {
    let doing = format!("{} for {}", servo.state.word(), rounded(servo.age));
    match (servo.state, &servo.note) {
        (State::Failed, note) => {
            return Err(format!("it ended with an error: {}", note.as_deref().unwrap_or("no reason given")));
        }
        (State::Ended, _) => return Ok("ended".to_owned()),
        // One whose circuit is broken may have come to that without its optimizer.
        (State::Idle, _) => {}
        _ if !servo.was_greeted => return Err(format!("{doing}, has not reached its optimizer yet")),
        _ => {}
    }
    if servo.is_lost {
        let silence = rounded(servo.silence.unwrap_or_default());
        return Err(format!("nothing was heard of its optimizer for {silence}"));
    }
    let mut found = doing;
    if let Some(note) = &servo.note {
        let _ = write!(found, ": {note}");
    }
    if let Some(reason) = servo.trip() {
        let _ = write!(found, "; its circuit is broken, no changes are made: {reason}");
    }
    Ok(found)
}

/// Adds one line, whatever the text has in it.
fn line(text: &mut String, check: &str, note: &str) {
    let note = if note.is_empty() { String::new() } else { format!(": {note}") };
    let shown = format!("{check}{note}");
    text.extend(shown.chars().map(|c| if c.is_control() { ' ' } else { c }));
    text.push('\n');
}

/// A time as people say it, to the second.
fn rounded(time: Duration) -> String {
    match time.as_secs() {
        0 => "0s".to_owned(),
        seconds => duration::Duration::from_secs(seconds).to_string(),
    }
}

#[cfg(test)]
mod tests;
