//! Times as they are typed and shown.

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

use crate::clock;

/// Reads a time: `now`, seconds since 1970, a date with its time and zone, or how long ago it was.
pub(super) fn read(text: &str, now: Timestamp) -> Result<Timestamp> {
    let text = text.trim();
    if text == "now" {
        return Ok(now);
    }
    if let Some(seconds) = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite()) {
        // Saturates far outside of what a timestamp takes, which then says so.
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are all that a server knows")]
        let millis = (seconds * 1e3).round() as i64;
        return Timestamp::from_millisecond(millis)
            .map_err(|error| Error::failed(format!("there is no time {text}")).with_source(error));
    }
    if let Ok(ago) = text.parse::<Duration>() {
        return Ok(clock::before(now, ago));
    }
    text.parse::<Timestamp>().map_err(|error| {
        let help =
            "write how long ago, such as `10m`, a time such as `2026-01-02T03:04:05Z`, or seconds since 1970";
        Error::failed(format!("`{text}` is no time")).with_source(error).with_help(help)
    })
}

/// Shows a time, to the second.
pub(super) fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_and_what_is_none_is_refused() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let at = |text: &str| read(text, now).map(|time| time.to_string());
        assert_eq!(at("now").unwrap(), "2026-01-02T03:04:05Z");
        assert_eq!(at("10m").unwrap(), "2026-01-02T02:54:05Z");
        assert_eq!(at("1577836800.5").unwrap(), "2020-01-01T00:00:00.5Z");
        assert_eq!(at("2020-01-01T02:00:00+02:00").unwrap(), "2020-01-01T00:00:00Z");
        for wrong in ["", "yesterday", "1e300", "-1e300", "nan"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
