//! The token in use: until when it serves, and when another one is wanted.

use std::time::Duration;

use tokio::time::Instant;

use super::grant::Grant;
use crate::remote::auth::header::Header;

/// The longest time before its end that a token is replaced.
const LONGEST_MARGIN: Duration = Duration::from_mins(1);

/// The least and the most time between two tries to replace a token that still serves.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// A token in use.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// The header that carries it.
    pub(super) header: Header,
    /// Which token this is.
    pub(super) generation: u64,
    /// When another one is fetched, while this one still serves.
    replace_at: Instant,
    end: Instant,
}

impl Token {
    /// Takes a token into use that was asked for at `asked`: its life counts from there, since the endpoint's own
    /// count begins later. It is replaced when a tenth of its life is left, a minute at most: an hour leaves a minute,
    /// five seconds leave half a second.
    pub(super) fn new(grant: Grant, asked: Instant, generation: u64) -> Self {
        let margin = (grant.life / 10).min(LONGEST_MARGIN);
        let end = asked + grant.life;
        Self { header: grant.header, generation, replace_at: end - margin, end }
    }

    /// Returns true where nothing better needs to be had.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        now < self.replace_at
    }

    /// Returns how long it still serves.
    pub(super) fn remaining(&self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now)
    }

    /// Puts the next try to replace it off, after one that failed: to the middle of the time that is left, between a
    /// second and a minute, or to the time that the endpoint asked for.
    pub(super) fn put_off(&mut self, now: Instant, asked: Option<Duration>) {
        let wait = (self.remaining(now) / 2).clamp(RETRY.0, RETRY.1);
        let wait = wait.max(asked.unwrap_or_default()).min(self.remaining(now));
        self.replace_at = now + wait;
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::AUTHORIZATION;

    use super::*;

    fn token(life_seconds: f64) -> (Token, Instant) {
        let header = (AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
        let begin = Instant::now();
        (Token::new(Grant { header, life: Duration::from_secs_f64(life_seconds) }, begin, 1), begin)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_replaced_when_a_tenth_of_its_life_is_left_or_a_minute() {
        for (life, fresh_until) in [(3600.0, 3540.0), (600.0, 540.0), (300.0, 270.0), (5.0, 4.5), (1.0, 0.9)]
        {
            let (token, begin) = token(life);
            assert!(token.is_fresh(begin + Duration::from_secs_f64(fresh_until - 0.01)), "{life}");
            assert!(!token.is_fresh(begin + Duration::from_secs_f64(fresh_until)), "{life}");
        }
        let (token, begin) = token(0.0);
        assert!(!token.is_fresh(begin));
        assert_eq!(token.remaining(begin), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_failed_try_the_next_one_waits_but_not_past_the_end() {
        let at = |(mut token, begin): (Token, Instant), seconds, asked: Option<u64>| {
            let now = begin + Duration::from_secs_f64(seconds);
            token.put_off(now, asked.map(Duration::from_secs));
            (token.replace_at - now).as_secs_f64()
        };
        assert!((at(token(3600.0), 3540.0, None) - 30.0).abs() < 1e-6);
        assert!((at(token(3600.0), 3540.0, Some(45)) - 45.0).abs() < 1e-6);
        assert!((at(token(3600.0), 3540.0, Some(3600)) - 60.0).abs() < 1e-6);
        assert!((at(token(3600.0), 0.0, None) - 60.0).abs() < 1e-6);
        assert!((at(token(5.0), 4.5, None) - 0.5).abs() < 1e-6);
    }
}
