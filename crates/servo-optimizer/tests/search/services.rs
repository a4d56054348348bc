//! Queueing services: latency over replicas, CPU and memory, with cliffs where memory or room runs out.

use servo_optimizer::lattice::Axis;

use crate::problem::{Problem, Truth, even};

const CPU_PRICE: f64 = 0.0316;
const GIB_PRICE: f64 = 0.0042;

/// Every service, by rising number of axes.
pub(crate) fn all() -> Vec<Problem> {
    vec![stateless(), two_tiers(), cached(), collected()]
}

/// The 95th percentile of the time in an M/M/c system, in seconds, extended beyond saturation by the backlog that a
/// measurement of two minutes sees. The waiting tail is exponential with the spare capacity.
fn p95_latency(arrivals: f64, service_rate: f64, servers: f64) -> f64 {
    let load = arrivals / (service_rate * servers);
    let service = 3.0 / service_rate;
    if load >= 0.995 {
        return service + 1.0 / (service_rate * servers * 0.005) + 60.0 * (load - 0.995);
    }
    let waits = erlang_c(servers, arrivals / service_rate);
    service + ((waits / 0.05).ln().max(0.0)) / (service_rate * servers - arrivals)
}

/// The probability that an arrival waits (Erlang's C formula, by the recursion of his B).
fn erlang_c(servers: f64, offered: f64) -> f64 {
    let mut blocked = 1.0;
    let mut k = 1.0;
    while k <= servers {
        blocked = offered * blocked / (k + offered * blocked);
        k += 1.0;
    }
    blocked / (1.0 - offered / servers * (1.0 - blocked))
}

fn below(value: f64, threshold: f64) -> f64 {
    (value / threshold).ln()
}

fn runs(constraints: Vec<f64>) -> Truth {
    Truth::Runs { objective: 0.0, constraints }
}

/// CPU, memory, replicas: 2304 points, one constraint.
fn stateless() -> Problem {
    let axes = vec![even(0.25, 4.0, 16), even(0.5, 6.0, 12), even(1.0, 12.0, 12)];
    let behaviour = |v: &[f64]| {
        let (cpu, memory, replicas) = (v[0], v[1], v[2]);
        let needed = 0.6 + 3.0 / replicas;
        if memory < needed || cpu * replicas > 40.0 {
            return Truth::Rejected;
        }
        let pressure = 1.0 + 0.1 * needed / (memory - needed + 0.2);
        runs(vec![below(p95_latency(180.0, 40.0 * cpu.powf(0.9) / pressure, replicas), 0.25)])
    };
    Problem::new("stateless", axes, vec![9, 7, 7], behaviour)
        .with_cost(|v| v[2] * (v[0] * CPU_PRICE + v[1] * GIB_PRICE))
}

/// Web CPU and replicas, database CPU and memory: 8000 points, latency and throughput.
fn two_tiers() -> Problem {
    let axes = vec![even(0.25, 2.5, 10), even(1.0, 10.0, 10), even(0.5, 5.0, 10), even(1.0, 15.0, 8)];
    let behaviour = |v: &[f64]| {
        let (web_cpu, replicas, db_cpu, db_memory) = (v[0], v[1], v[2], v[3]);
        if db_memory < 2.5 {
            return Truth::Rejected;
        }
        let misses = 0.08 + 0.5 * (-(db_memory - 2.0) / 3.0).exp();
        let web = p95_latency(300.0, 160.0 * web_cpu, replicas);
        let database = p95_latency(300.0, 320.0 * db_cpu.powf(0.8) / (1.0 + 4.0 * misses), 4.0);
        let capacity = (160.0 * web_cpu * replicas).min(1280.0 * db_cpu.powf(0.8) / (1.0 + 4.0 * misses));
        runs(vec![below(web + database, 0.08), below(275.0, capacity.min(300.0))])
    };
    Problem::new("two-tiers", axes, vec![7, 5, 7, 5], behaviour)
        .with_cost(|v| {
            v[1] * (v[0] * CPU_PRICE + 0.5 * GIB_PRICE) + v[2] * CPU_PRICE * 1.5 + v[3] * GIB_PRICE * 2.0
        })
        .with_noise(0.04)
}

/// CPU, memory, replicas and the share of memory given to a cache: 7680 points, latency and error rate.
fn cached() -> Problem {
    let levels = |values: &[f64]| Axis::Ordered(values.to_vec());
    let axes = vec![
        levels(&[0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0]),
        levels(&[0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0]),
        even(1.0, 12.0, 12),
        even(0.1, 0.8, 8),
    ];
    let behaviour = |v: &[f64]| {
        let (cpu, memory, replicas, share) = (v[0], v[1], v[2], v[3]);
        let cache = memory * share;
        if memory - cache < 0.45 || memory > 10.0 && cpu > 2.5 {
            return Truth::Rejected;
        }
        let hits = 0.8 * (1.0 - (-cache * replicas / 6.0).exp());
        let rate = 60.0 * cpu / (1.0 - 0.7 * hits);
        let latency = p95_latency(240.0, rate, replicas);
        let errors = 0.0005 + 0.2 / (1.0 + (-(240.0 / (rate * replicas) - 1.05) * 30.0).exp());
        runs(vec![below(latency, 0.2), below(errors, 0.005)])
    };
    Problem::new("cached", axes, vec![5, 6, 7, 2], behaviour)
        .with_cost(|v| v[2] * (v[0] * CPU_PRICE + v[1] * GIB_PRICE))
        .with_noise(0.08)
}

/// CPU, memory, replicas, the garbage collector and worker threads: 18000 points, one noisy constraint.
fn collected() -> Problem {
    let axes = vec![
        even(0.5, 5.0, 10),
        even(1.0, 10.0, 10),
        even(1.0, 10.0, 10),
        Axis::Categories(3),
        even(4.0, 44.0, 6),
    ];
    let behaviour = |v: &[f64]| {
        let (cpu, memory, replicas, collector, threads) = (v[0], v[1], v[2], v[3], v[4]);
        let choices = [(1.0, 0.12, 1.0), (1.08, 0.035, 1.15), (1.2, 0.005, 1.5)];
        let chosen = choices.iter().zip(0..).find(|(_, index)| (f64::from(*index) - collector).abs() < 0.5);
        let &(overhead, pause, footprint) = chosen.map_or(&choices[0], |(choice, _)| choice);
        let live = (0.9 + 2.5 / replicas + 0.012 * threads) * footprint;
        if memory < live {
            return Truth::Rejected;
        }
        let collecting = 1.0 + 0.15 * live / (memory - live + 0.15 * live);
        let starved = 1.0 + 6.0 / threads;
        let switching = 1.0 + 0.004 * (threads - 8.0 * cpu).max(0.0);
        let rate = 50.0 * cpu.powf(0.92) / (overhead * collecting * starved * switching);
        let latency = p95_latency(260.0, rate, replicas) + pause * collecting;
        runs(vec![below(latency, 0.2)])
    };
    Problem::new("collected", axes, vec![6, 7, 6, 0, 3], behaviour)
        .with_cost(|v| v[2] * (v[0] * CPU_PRICE + v[1] * GIB_PRICE))
}
