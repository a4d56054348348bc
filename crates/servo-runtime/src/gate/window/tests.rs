//! Windows by the clock, over both changes of daylight saving time.

mod clocks;
mod properties;
mod text;

use super::*;

fn window(days: &str, from: &str, to: &str, zone: &str) -> Window {
    let days = if days.is_empty() { None } else { Some(days.parse().unwrap()) };
    Window::new(days, from.parse().unwrap(), to.parse().unwrap(), zone).unwrap()
}

fn windows(days: &str, from: &str, to: &str, zone: &str) -> Windows {
    Windows::new(vec![window(days, from, to, zone)])
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// What is told of a time outside the windows: the message, and when it says to ask again.
#[track_caller]
fn told(windows: &Windows, now: &str) -> (String, Timestamp) {
    let now = at(now);
    let held = windows.check(now).unwrap_err();
    assert_eq!(held.reason, "window-closed");
    let wait = SignedDuration::try_from(held.wait).unwrap();
    (held.message, now + wait)
}

/// Checks when the next window opens.
#[track_caller]
fn check_opens(windows: &Windows, now: &str, opens: &str) {
    assert_eq!(told(windows, now).1, at(opens), "seen at {now}");
}

/// Checks when the window closes that is open.
#[track_caller]
fn check_closes(windows: &Windows, now: &str, closes: &str) {
    assert_eq!(windows.check(at(now)), Ok(()), "at {now}");
    assert_eq!(windows.closes(at(now)), Some(at(closes)), "seen at {now}");
}
