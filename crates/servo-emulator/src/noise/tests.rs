//! What the noise promises: its mean and spread, its streams, and that it repeats.

use super::*;

fn noise(seed: u64) -> Noise {
    let levels = NoiseLevels { latency: 0.1, deployment: 0.05, ..NoiseLevels::default() };
    Noise::new(seed, levels).expect("valid levels")
}

#[test]
fn factors_have_mean_one_and_the_spread_asked_for() {
    let mut factors = noise(1).factors(Draw::Counted(0), "p95_latency");
    let drawn: Vec<f64> = (0..100_000).map(|_| factors.draw()).collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / drawn.len() as f64;
    assert!((mean - 1.0).abs() < 2e-3, "{mean}");
    assert!((variance.sqrt() - 0.1).abs() < 2e-3, "{variance}");
}

#[test]
fn the_same_seed_repeats_and_any_other_stream_differs() {
    let first = |noise: Noise, measurement, metric| noise.factors(measurement, metric).draw().to_bits();
    for draw in [Draw::Counted, Draw::Trial] {
        let here = first(noise(1), draw(3), "p95_latency");
        assert_eq!(here, first(noise(1), draw(3), "p95_latency"));
        assert_ne!(here, first(noise(2), draw(3), "p95_latency"));
        assert_ne!(here, first(noise(1), draw(4), "p95_latency"));
        assert_ne!(here, first(noise(1), draw(3), "p99_latency"));
    }
    let counted = first(noise(1), Draw::Counted(3), "p95_latency");
    assert_ne!(counted, first(noise(1), Draw::Trial(3), "p95_latency"));
}

#[test]
fn a_metric_without_a_level_has_no_noise() {
    assert!((noise(1).factors(Draw::Trial(0), "throughput").draw() - 1.0).abs() < f64::EPSILON);
    assert!((Noise::none().slowdown(Draw::Counted(5)) - 1.0).abs() < f64::EPSILON);
}

#[test]
fn machines_differ_between_deployments_only() {
    let noise = noise(9);
    assert_eq!(noise.slowdown(Draw::Counted(1)).to_bits(), noise.slowdown(Draw::Counted(1)).to_bits());
    assert_ne!(noise.slowdown(Draw::Counted(1)).to_bits(), noise.slowdown(Draw::Counted(2)).to_bits());
}

#[test]
fn a_level_that_is_no_share_is_refused() {
    let levels = NoiseLevels { cpu: f64::NAN, ..NoiseLevels::default() };
    let error = Noise::new(0, levels).expect_err("not a number");
    assert_eq!(error.to_string(), "noise.cpu is NaN, expected a relative standard deviation from 0 to 1");
}
