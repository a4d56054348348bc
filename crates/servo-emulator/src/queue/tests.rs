//! The formulas against simulation, against known special cases, and at the extremes.

use proptest::prelude::*;

use super::simulation::{Station, simulate};
use super::*;

#[test]
fn one_patient_server_is_the_textbook_queue() {
    // M/M/1: the sojourn is exponential with rate μ - λ.
    let queue = Queue::new(0.6, 1.0, 1.0, 1e6);
    assert!((queue.mean_sojourn() - 2.5).abs() < 1e-9);
    assert!((queue.in_flight() - 1.5).abs() < 1e-9);
    assert!((queue.survival(3.0) - (-1.2_f64).exp()).abs() < 1e-9);
    assert!(queue.loss() < 1e-12);
}

#[test]
fn agrees_with_simulation_from_light_load_to_overload() {
    for (servers, patience) in [(1, 20.0), (2, 5.0), (4, 1.0)] {
        for rho in [0.3, 0.7, 0.9, 1.0, 1.3] {
            let rate = rho * servers as f64;
            let seen = simulate(&[Station { servers, service_rate: 1.0, patience }], rate, 300_000, 7);
            let queue = Queue::new(rate, servers as f64, 1.0, patience);
            let what = format!("{servers} servers, rho {rho}");
            assert!((queue.served() - seen.served_share).abs() < 0.01, "served share, {what}");
            let mean = queue.mean_sojourn() / seen.mean();
            assert!((mean - 1.0).abs() < 0.03, "mean {mean}, {what}");
            for q in [0.5, 0.95, 0.99] {
                let survival = queue.survival(seen.quantile(q));
                assert!((survival / (1.0 - q) - 1.0).abs() < 0.08, "survival {survival} at q {q}, {what}");
            }
        }
    }
}

proptest! {
    #[test]
    fn every_argument_gives_numbers(rate in any::<f64>(), servers in any::<f64>(), mu in any::<f64>(), tau in any::<f64>()) {
        let queue = Queue::new(rate, servers, mu, tau);
        for value in [queue.loss(), queue.served(), queue.survival(0.1)] {
            prop_assert!((0.0..=1.0 + 1e-9).contains(&value), "{queue:?}");
        }
        for value in [queue.mean_sojourn(), queue.sojourn_variance(), queue.in_flight(), queue.throughput()] {
            prop_assert!(value >= 0.0 && value.is_finite(), "{queue:?}");
        }
    }

    #[test]
    fn wild_magnitudes_give_numbers(rate in -12.0..12.0f64, servers in 0.0..4.0f64, mu in -9.0..9.0f64, tau in -3.0..6.0f64) {
        let queue = Queue::new(10f64.powf(rate), 10f64.powf(servers), 10f64.powf(mu), 10f64.powf(tau));
        prop_assert!((queue.loss() + queue.served() - 1.0).abs() < 1e-9);
        prop_assert!(queue.mean_sojourn() <= (queue.patience() + 1.0 / queue.service_rate()) * (1.0 + 1e-9));
        prop_assert!(queue.throughput() <= 10f64.powf(rate) * (1.0 + 1e-9));
        let mut last = 1.0;
        for step in 1..40 {
            let survival = queue.survival(queue.mean_sojourn() * f64::from(step) / 8.0);
            prop_assert!(survival <= last + 1e-9, "{survival} after {last}: {queue:?}");
            last = survival;
        }
    }

    #[test]
    fn more_servers_serve_more_and_sooner(rate in 0.1..20.0f64, servers in 1.0..8.0f64, extra in 0.01..2.0f64, t in 0.01..10.0f64) {
        let (few, many) = (Queue::new(rate, servers, 1.0, 5.0), Queue::new(rate, servers + extra, 1.0, 5.0));
        prop_assert!(many.throughput() >= few.throughput() - 1e-9);
        prop_assert!(many.throughput() <= servers + extra + 1e-9);
        prop_assert!(many.mean_sojourn() <= few.mean_sojourn() + 1e-9);
        prop_assert!(many.survival(t) <= few.survival(t) + 1e-9);
    }
}
