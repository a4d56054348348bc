//! How long a request takes through components in sequence, and the quantiles of it.
//!
//! A request visits one replica of each component in turn, so its time is the sum of one sojourn per component, a
//! fixed part, and perhaps one pause of a runtime.
//! The stream that leaves a component is taken as Poisson again, which is exact for a queue that loses nothing (P. J.
//! Burke, *The output of a queueing system*, Operations Research 4, 1956) and close otherwise: against simulation of two
//! queues the mean and the median are within 5 %, and p95 and p99 within 10 %, of which most is near saturation.
//! A single component without pauses is solved in closed form; otherwise the distribution comes from the product of
//! the characteristic functions, see [`cosine`].
//!
//! A pause of length L that takes the share f of the time meets the share f of the requests, each of which waits for
//! the pause's end: a uniform time below L.
//! A request meets at most one pause; with several sources the pauses are weighted by their shares.

pub(crate) mod complex;
pub mod cosine;
mod root;
#[cfg(test)]
mod tests;

use cosine::CosineSeries;

use crate::queue::Queue;

/// A runtime that stops the world now and then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pause {
    /// The share of the time that pauses take, 0 to 1.
    pub share: f64,
    /// How long one pause lasts, in seconds.
    pub length_seconds: f64,
}

/// The distribution of the time that a served request takes.
#[derive(Debug, Clone)]
pub struct Sojourn {
    law: Law,
    fixed: f64,
    mean: f64,
    upper: f64,
    undisturbed: f64,
    pauses: Vec<Pause>,
}

#[derive(Debug, Clone)]
enum Law {
    Single(Queue),
    Sum(CosineSeries),
}

impl Sojourn {
    /// Combines the queues visited, the pauses that may meet a request, and a fixed part in seconds.
    pub fn new(queues: &[Queue], pauses: &[Pause], fixed_seconds: f64) -> Self {
        let pauses: Vec<Pause> =
            pauses.iter().copied().filter(|pause| pause.share > 0.0 && pause.length_seconds > 0.0).collect();
        let undisturbed: f64 = pauses.iter().map(|pause| (1.0 - pause.share).clamp(0.0, 1.0)).product();
        let shares: f64 = pauses.iter().map(|pause| pause.share).sum();
        // The shares as weights: together they are the probability of meeting a pause at all.
        let pauses: Vec<Pause> = pauses
            .into_iter()
            .map(|pause| Pause { share: pause.share * (1.0 - undisturbed) / shares, ..pause })
            .collect();
        let mean: f64 = queues.iter().map(Queue::mean_sojourn).sum();
        let (law, upper) = match queues {
            [queue] if pauses.is_empty() => {
                (Law::Single(*queue), queue.patience() + 40.0 / queue.service_rate())
            }
            _ => {
                let series = CosineSeries::of_sum(queues);
                let upper = series.upper();
                (Law::Sum(series), upper)
            }
        };
        let longest = pauses.iter().map(|pause| pause.length_seconds).fold(0.0, f64::max);
        let delay: f64 = pauses.iter().map(|pause| pause.share * pause.length_seconds / 2.0).sum();
        let fixed = fixed_seconds.max(0.0);
        Self { law, fixed, mean: fixed + mean + delay, upper: upper + longest, undisturbed, pauses }
    }

    /// The mean, in seconds.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The time that the share `q` of the served requests stays below, in seconds.
    pub fn quantile(&self, q: f64) -> f64 {
        let q = if q.is_nan() { 0.5 } else { q.clamp(0.0, 1.0) };
        self.fixed + root::solve_increasing(|time| self.below(time), 0.0, self.upper, q)
    }

    /// The probability of a variable part below `time`.
    fn below(&self, time: f64) -> f64 {
        match &self.law {
            Law::Single(queue) => 1.0 - queue.survival(time),
            Law::Sum(series) if self.pauses.is_empty() => series.below(time),
            Law::Sum(series) => {
                let reach = series.integral(time);
                let met: f64 = self
                    .pauses
                    .iter()
                    .map(|pause| {
                        let length = pause.length_seconds;
                        pause.share * (reach - series.integral(time - length)) / length
                    })
                    .sum();
                self.undisturbed * series.below(time) + met
            }
        }
    }
}
