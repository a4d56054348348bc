//! Quantiles against simulation, and the series against the closed form.

use proptest::prelude::*;

use super::*;
use crate::queue::simulation::{Station, simulate};

#[test]
fn a_tandem_of_two_agrees_with_simulation() {
    for rho in [0.3, 0.7, 0.9, 1.1, 1.3] {
        let stations = [
            Station { servers: 2, service_rate: 1.0, patience: 8.0 },
            Station { servers: 1, service_rate: 2.2, patience: 8.0 },
        ];
        let rate = 2.0 * rho;
        let seen = simulate(&stations, rate, 300_000, 11);
        let front = Queue::new(rate, 2.0, 1.0, 8.0);
        let back = Queue::new(front.throughput(), 1.0, 2.2, 8.0);
        let sojourn = Sojourn::new(&[front, back], &[], 0.0);
        assert!(
            (front.served() * back.served() - seen.served_share).abs() < 0.015,
            "served share, rho {rho}"
        );
        let mean = sojourn.mean() / seen.mean();
        assert!((mean - 1.0).abs() < 0.05, "mean {mean}, rho {rho}");
        for (q, tolerance) in [(0.5, 0.05), (0.95, 0.1), (0.99, 0.1)] {
            let ratio = sojourn.quantile(q) / seen.quantile(q);
            assert!((ratio - 1.0).abs() < tolerance, "q {q}: {ratio}, rho {rho}");
        }
    }
}

#[test]
fn the_series_of_one_queue_is_its_closed_form() {
    for (rate, servers, mu, tau) in
        [(0.1, 1.0, 1.0, 5.0), (9.0, 3.5, 2.5, 2.0), (50.0, 2.0, 1.0, 4.0), (1.3e4, 1.0, 1e4, 2.0)]
    {
        let queue = Queue::new(rate, servers, mu, tau);
        let series = CosineSeries::of_sum(&[queue]);
        let exact = Sojourn::new(&[queue], &[], 0.0);
        for q in [0.05, 0.5, 0.9, 0.99] {
            let seen = series.below(exact.quantile(q));
            assert!((seen - q).abs() < 2e-3, "{q} became {seen} at {queue:?}");
        }
    }
}

#[test]
fn two_idle_queues_are_an_erlang_distribution() {
    // Two exponentials of mean 1: P(T > t) = (1 + t) exp(-t); the median is 1.678347.
    let idle = Queue::new(0.0, 1.0, 1.0, 1.0);
    let sojourn = Sojourn::new(&[idle, idle], &[], 0.5);
    assert!((sojourn.quantile(0.5) - 2.178_347).abs() < 1e-4);
    assert!((sojourn.mean() - 2.5).abs() < 1e-9);
}

#[test]
fn a_rare_long_pause_shows_in_the_tail_and_not_in_the_median() {
    let queue = Queue::new(10.0, 1.0, 200.0, 2.0);
    let quiet = Sojourn::new(&[queue], &[], 0.0);
    let paused = Sojourn::new(&[queue], &[Pause { share: 0.02, length_seconds: 0.2 }], 0.0);
    assert!((paused.quantile(0.5) / quiet.quantile(0.5) - 1.0).abs() < 0.05);
    // One request in fifty meets a pause, so half of the slowest fiftieth still waits over 100 ms.
    assert!((paused.quantile(0.99) - 0.1).abs() < 0.01, "{}", paused.quantile(0.99));
    assert!((paused.mean() - quiet.mean() - 0.002).abs() < 1e-9);
}

proptest! {
    #[test]
    fn quantiles_rise_and_are_numbers(rate in -12.0..12.0f64, mu in -6.0..6.0f64, other in -6.0..6.0f64, tau in -3.0..5.0f64) {
        let front = Queue::new(10f64.powf(rate), 1.5, 10f64.powf(mu), 10f64.powf(tau));
        let back = Queue::new(front.throughput(), 4.0, 10f64.powf(other), 10f64.powf(tau));
        let pauses = [Pause { share: 0.01, length_seconds: 0.1 }];
        for sojourn in [Sojourn::new(&[front], &[], 0.0), Sojourn::new(&[front, back], &[], 0.0), Sojourn::new(&[front, back], &pauses, 0.0)] {
            let quantiles = [0.5, 0.9, 0.95, 0.99].map(|q| sojourn.quantile(q));
            prop_assert!(quantiles.iter().all(|value| value.is_finite() && *value >= 0.0), "{quantiles:?}");
            prop_assert!(quantiles.windows(2).all(|pair| pair[0] <= pair[1] * (1.0 + 1e-6)), "{quantiles:?}");
        }
    }
}
