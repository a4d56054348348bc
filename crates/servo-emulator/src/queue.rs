//! One replica as an M/M/m queue whose requests give up after a fixed wait.
//!
//! Requests arrive as a Poisson stream of rate λ, each of m servers completes μ of them per second, and a request
//! that has not begun service after the patience τ (the client's timeout) is lost.
//! With a = λ/μ, θ = mμ - λ and P the probability of exactly m - 1 busy servers, the time that an infinitely patient
//! arrival would wait has an atom at zero and the density
//!
//! ```text
//! P(V = 0) = P / B(m-1, a)
//! v(x)     = λ P exp(-θ x)                       for 0 < x < τ
//! v(x)     = λ P exp(-θ τ) exp(-m μ (x - τ))     for x ≥ τ
//! ```
//!
//! (F. Baccelli and G. Hebuterne, *On queues with impatient customers*, Performance '81, for M/M/m+GI; the patience
//! here is deterministic.) B is the Erlang loss function continued to real m, so that fractions of a core count; see
//! [`erlang`].
//! What follows from it: the share of requests lost is `P(V > τ)`, throughput is λ (1 - loss), and a served request
//! stays for its wait, which is below τ, plus an exponential service of mean 1/μ.
//! All of it is smooth across saturation, and λ > mμ is an ordinary point: throughput tends to mμ and the wait to τ.

pub mod erlang;
pub(crate) mod truncated;

#[cfg(test)]
pub(crate) mod simulation;
#[cfg(test)]
mod tests;

use truncated::{first_moment, mass, second_moment};

/// The steady state of one queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    rate: f64,
    service_rate: f64,
    patience: f64,
    /// θ = mμ - λ, per second; negative beyond saturation.
    slack: f64,
    free: f64,
    waiting: f64,
    lost: f64,
}

impl Queue {
    /// Solves the queue for `rate` requests/s, `servers` of `service_rate` requests/s each and a `patience` in seconds.
    ///
    /// Arguments outside what a queue can have are moved to the nearest that it can (no number at all counts as the
    /// smallest): 0 to 1e12 requests/s, 1 to 10,000 servers, service rates and patience of 1e-12 to 1e12.
    pub fn new(rate: f64, servers: f64, service_rate: f64, patience: f64) -> Self {
        let rate = within(rate, 0.0, 1e12);
        let servers = within(servers, 1.0, 1e4);
        let service_rate = within(service_rate, 1e-12, 1e12);
        let patience = within(patience, 1e-12, 1e12);
        let capacity = servers * service_rate;
        let slack = capacity - rate;
        let z = slack * patience;
        // All three weights carry the factor exp(min(θτ, 0)), without which exp(-θτ) overflows beyond saturation.
        let free = erlang::inverse_loss(servers - 1.0, rate / service_rate) * z.min(0.0).exp();
        let waiting = rate * patience * mass(z);
        let lost = rate / capacity * (-z.max(0.0)).exp();
        let total = free + waiting + lost;
        let (free, waiting, lost) = if total.is_finite() {
            (free / total, waiting / total, lost / total)
        } else {
            // The Erlang term overflows only when the load is nothing beside the servers.
            (1.0, 0.0, 0.0)
        };
        Self { rate, service_rate, patience, slack, free, waiting, lost }
    }

    /// The share of requests that are lost, 0 to 1.
    pub fn loss(&self) -> f64 {
        self.lost
    }

    /// The share of requests that are served, 0 to 1: the complement of [`Self::loss`], exact where that is near 1.
    pub fn served(&self) -> f64 {
        self.free + self.waiting
    }

    /// Requests served per second.
    pub fn throughput(&self) -> f64 {
        self.rate * self.served()
    }

    /// The mean time of a served request from arrival to completion, in seconds.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_wait() + 1.0 / self.service_rate
    }

    /// The variance of a served request's time from arrival to completion, in seconds squared.
    pub fn sojourn_variance(&self) -> f64 {
        let mean = self.mean_wait();
        let second = self.waits_given_served() * self.patience * self.patience * second_moment(self.z())
            / mass(self.z());
        (second - mean * mean).max(0.0) + (1.0 / self.service_rate).powi(2)
    }

    /// The mean number of requests waiting or in service, by Little's law; those that will give up included.
    pub fn in_flight(&self) -> f64 {
        self.rate * (self.served() * self.mean_sojourn() + self.lost * self.patience)
    }

    /// The probability that a served request takes longer than `time` seconds.
    pub fn survival(&self, time: f64) -> f64 {
        if time <= 0.0 {
            return 1.0;
        }
        let (mu, theta, tau) = (self.service_rate, self.slack, self.patience);
        let scale = self.z().min(0.0);
        // Waited x, then served for longer than the rest: ∫ exp(-θx) exp(-μ(t-x)) dx over the waits before t.
        let until = time.min(tau);
        let k = (mu - theta) * until;
        let served_late = until * mass(k.abs()) * (k.max(0.0) - mu * time + scale).exp();
        // Still waiting at t: ∫ exp(-θx) dx over the waits after t.
        let rest = (tau - time).max(0.0);
        let still_waiting = rest * mass(theta.abs() * rest) * (-(theta * time).max(0.0)).exp();
        let waits = self.waits_given_served();
        let tail = waits * (served_late + still_waiting) / (tau * mass(self.z()));
        ((1.0 - waits) * (-mu * time).exp() + tail).clamp(0.0, 1.0)
    }

    /// The probability that a served request waited.
    pub(crate) fn waits_given_served(&self) -> f64 {
        let served = self.served();
        if served > 0.0 { self.waiting / served } else { 1.0 }
    }

    /// θτ, which alone shapes the wait of those who wait and are served.
    pub(crate) fn z(&self) -> f64 {
        self.slack * self.patience
    }

    /// The longest wait that is served, in seconds.
    pub(crate) fn patience(&self) -> f64 {
        self.patience
    }

    /// Requests per second that one server completes.
    pub(crate) fn service_rate(&self) -> f64 {
        self.service_rate
    }

    fn mean_wait(&self) -> f64 {
        self.waits_given_served() * self.patience * first_moment(self.z()) / mass(self.z())
    }
}

/// `value` moved into the range; what is no number becomes the lower bound.
fn within(value: f64, lower: f64, upper: f64) -> f64 {
    if value.is_nan() { lower } else { value.clamp(lower, upper) }
}
