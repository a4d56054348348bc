//! How often a servo asks, whatever it is answered, and for how long: never a loop that spins, and never an end.

mod asked;
mod fatal;
mod hurry;
mod limits;
mod useless;

use std::time::Duration;

use servo_core::optimizer::Outcome;
use servo_runtime::remote::Configuration;
use servo_testkit::backend::{Backend, Kind, Received};
use tokio::time::{Instant, sleep};

use crate::fixture::{Session, configuration};

/// An optimizer, and a servo that runs against it.
struct Scene {
    backend: Backend,
    session: Session,
}

impl Scene {
    /// Starts a servo that is configured as the recorded ones were.
    fn start(backend: Backend) -> Self {
        Self::with(backend, |_| {})
    }

    /// Starts a servo that is configured differently.
    fn with(backend: Backend, change: impl FnOnce(&mut Configuration)) -> Self {
        let mut configuration = configuration(&backend);
        change(&mut configuration);
        Self { backend, session: Session::start(configuration) }
    }

    /// Lets it run for a while, stops it, and gives what the optimizer received until it was stopped. The servo is to
    /// run until then, and to end soon.
    async fn run_for(self, time: Duration, what: &str) -> Vec<Received> {
        sleep(time).await;
        let requests = self.backend.requests();
        self.stop(what).await;
        requests
    }

    /// Stops it. The servo is to run until then, and to end soon.
    async fn stop(mut self, what: &str) {
        assert!(self.session.is_running(), "{what}: the servo exited");
        let begin = Instant::now();
        let outcome = self.session.stop("SIGTERM").await;
        assert!(matches!(outcome, Ok(Outcome::Interrupted)), "{what}: {outcome:?}");
        assert!(begin.elapsed() <= Duration::from_secs(6), "{what}: it took {:?} to end", begin.elapsed());
    }

    /// Waits for the next request of a kind, and gives the time until then.
    async fn next(&self, kind: Kind) -> (Duration, Received) {
        let begin = Instant::now();
        let request = self.backend.wait_for(kind, self.backend.count(kind) + 1).await;
        (begin.elapsed(), request)
    }
}

/// When the requests of a kind came.
fn times(requests: &[Received], kind: Kind) -> Vec<Instant> {
    requests.iter().filter(|request| request.kind == kind).map(|request| request.at).collect()
}

/// The times between one request of a kind and the next.
fn gaps(requests: &[Received], kind: Kind) -> Vec<Duration> {
    times(requests, kind).windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// The most requests within a minute.
fn most_in_a_minute(times: &[Instant]) -> usize {
    let mut most = 0;
    let mut from = 0;
    for (to, at) in times.iter().enumerate() {
        while *at - times[from] >= Duration::from_mins(1) {
            from += 1;
        }
        most = most.max(to + 1 - from);
    }
    most
}

const fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
