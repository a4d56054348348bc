//! A discrete-event simulation of queues in sequence, against which the formulas are checked.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rand_chacha::rand_core::SeedableRng;

/// One station of the simulated line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Station {
    pub(crate) servers: usize,
    pub(crate) service_rate: f64,
    pub(crate) patience: f64,
}

/// What the simulation saw after its warm-up.
pub(crate) struct Observed {
    pub(crate) served_share: f64,
    /// Total times of the served requests, ascending.
    pub(crate) sojourns: Vec<f64>,
}

impl Observed {
    pub(crate) fn mean(&self) -> f64 {
        self.sojourns.iter().sum::<f64>() / self.sojourns.len() as f64
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below the length")]
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        self.sojourns[((self.sojourns.len() - 1) as f64 * q) as usize]
    }
}

struct Request {
    arrived: f64,
    now: f64,
    counted: bool,
}

/// Sends `requests` Poisson arrivals of `rate` through the stations; the first tenth warms up.
pub(crate) fn simulate(stations: &[Station], rate: f64, requests: usize, seed: u64) -> Observed {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut clock = 0.0;
    let mut line: Vec<Request> = (0..requests)
        .map(|i| {
            clock += exponential(&mut random, rate);
            Request { arrived: clock, now: clock, counted: i >= requests / 10 }
        })
        .collect();
    let offered = line.iter().filter(|request| request.counted).count();
    for station in stations {
        line.sort_by(|a, b| a.now.total_cmp(&b.now));
        let mut free_at = vec![0.0; station.servers];
        line.retain_mut(|request| {
            let next = (0..free_at.len())
                .min_by(|&a, &b| f64::total_cmp(&free_at[a], &free_at[b]))
                .expect("a server");
            let wait = (free_at[next] - request.now).max(0.0);
            if wait > station.patience {
                return false;
            }
            request.now += wait + exponential(&mut random, station.service_rate);
            free_at[next] = request.now;
            true
        });
    }
    let mut sojourns: Vec<f64> = line.iter().filter(|r| r.counted).map(|r| r.now - r.arrived).collect();
    sojourns.sort_by(f64::total_cmp);
    Observed { served_share: sojourns.len() as f64 / offered as f64, sojourns }
}

fn exponential(random: &mut ChaCha8Rng, rate: f64) -> f64 {
    let uniform = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    -(1.0 - uniform).ln() / rate
}
