//! How often, how long and how soon an exchange is tried again.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The name under which `settings.backoff` has the limits of every exchange that is not named.
pub const DEFAULT: &str = "__default__";

/// How long and how often an exchange is tried; `None` sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// No try begins later than this after the first.
    pub max_time: Option<Duration>,
    /// How many tries there are, the first included; at least one is made.
    pub max_tries: Option<u32>,
}

/// The limits by the names of exchanges: `connect` (HELLO), `whats_next`, `description`, `measurement`, `adjustment`,
/// `progress`, `goodbye`, `diagnostics`, and [`DEFAULT`]. Fetching a token is part of the try that needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backoff(BTreeMap<String, Limits>);

impl Default for Backoff {
    /// Ten minutes for everything, an hour to connect (specification, section 2.5). Progress has a minute, since
    /// newer progress is waiting by then, and diagnostics 20 tries (section 9.2).
    fn default() -> Self {
        let minutes =
            |minutes: u64, max_tries| Limits { max_time: Some(Duration::from_mins(minutes)), max_tries };
        let limits = [
            (DEFAULT, minutes(10, None)),
            ("connect", minutes(60, None)),
            ("progress", minutes(1, None)),
            ("diagnostics", minutes(10, Some(20))),
        ];
        Self(limits.into_iter().map(|(exchange, limits)| (exchange.to_owned(), limits)).collect())
    }
}

impl Backoff {
    /// Returns the limits of an exchange.
    pub fn limits(&self, exchange: &str) -> Limits {
        let unlimited = Limits { max_time: None, max_tries: None };
        self.0.get(exchange).or_else(|| self.0.get(DEFAULT)).copied().unwrap_or(unlimited)
    }

    /// Leaves an exchange to the limits of all.
    pub fn remove(&mut self, exchange: &str) {
        self.0.remove(exchange);
    }

    /// Sets the limits of an exchange.
    pub fn set(&mut self, exchange: impl Into<String>, limits: Limits) {
        self.0.insert(exchange.into(), limits);
    }
}

/// The longest wait between two tries of one exchange.
const LONGEST: Duration = Duration::from_mins(1);

/// The longest time that an optimizer is left alone of one's own accord.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// The shortest wait that the other side can ask for.
const LEAST_ASKED: Duration = Duration::from_secs(1);

/// The longest wait that the other side can ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

impl Limits {
    /// Returns true where another try may begin after `wait`, when `tries` were made in the time `elapsed`.
    pub fn allow(&self, tries: u32, elapsed: Duration, wait: Duration) -> bool {
        self.max_tries.is_none_or(|most| tries < most)
            && self.max_time.is_none_or(|longest| elapsed.saturating_add(wait) <= longest)
    }
}

/// Returns how long to wait after a number of failed tries: a random time from zero to 1, 2, 4, 8 … seconds, a
/// minute at most ("full jitter": M. Brooker, *Exponential Backoff and Jitter*, 2015). Where the other side asked
/// for a time (`Retry-After`), that is kept, and a random second is added, so that many servos do not come back at
/// once; less than a second counts as nothing.
///
/// `random` is from 0 to 1.
pub fn wait(tries: u32, asked: Option<Duration>, random: f64) -> Duration {
    let random = random.clamp(0.0, 1.0);
    let own = doubled(tries, LONGEST).mul_f64(random);
    match asked {
        Some(asked) if asked >= LEAST_ASKED => {
            asked.min(LONGEST_ASKED) + Duration::from_secs(1).mul_f64(random)
        }
        // Who asks for no time at all is not asked at once for ever.
        Some(_) | None => own,
    }
}

/// Returns how long to leave an optimizer alone after an exchange with it has ended without success a number of
/// times: from the half to the whole of 1, 2, 4, 8 … seconds, of five minutes at most, or what it asked for.
///
/// `random` is from 0 to 1.
pub fn pause(failures: u32, asked: Option<Duration>, random: f64) -> Duration {
    let own = doubled(failures, LONGEST_PAUSE).mul_f64(0.5 + 0.5 * random.clamp(0.0, 1.0));
    asked.map_or(own, |asked| own.max(asked.min(LONGEST_ASKED)))
}

/// One second for the first failure, doubled for each further one, up to a limit.
fn doubled(failures: u32, limit: Duration) -> Duration {
    let seconds = 1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(limit)
}

/// Reads `Retry-After`: seconds, or a date as HTTP writes it (RFC 9110, section 10.2.3). Anything else counts as
/// absent.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests;
