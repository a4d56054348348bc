//! What a measurement reads, how long it takes, and that it can be repeated.

use servo_core::Class;
use servo_core::duration::Duration;
use servo_core::event::Scope;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::{Control, Measurement, Reading};
use servo_core::progress;
use tokio::time::Instant;

use crate::fixture::{Home, SHOP};

#[tokio::test(start_paused = true)]
async fn the_window_is_the_duration_after_the_warmup() {
    let home = Home::new();
    let life = home.life(SHOP);
    let begin = Instant::now();
    let control = Control {
        warmup: Duration::from_secs(30),
        duration: Duration::from_secs(120),
        delay: Duration::from_secs(10),
        ..Control::default()
    };
    let measured = life.dispatch::<Measure>(Measuring { metrics: None, control }).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 16);
    let Reading::TimeSeries(series) = &measured.readings()[0] else { panic!("a series") };
    let times: Vec<String> = series.points().iter().map(|(time, _)| time.to_string()).collect();
    assert_eq!(times.len(), 24);
    assert_eq!((&*times[0], &*times[23]), ("2026-01-01T00:00:35Z", "2026-01-01T00:02:30Z"));
    assert_eq!(home.state()["clock"], "2026-01-01T00:02:40Z");
}

#[tokio::test(start_paused = true)]
async fn only_what_is_asked_for_is_read() {
    let home = Home::new();
    let life = home.life(SHOP);
    let ask = async |names: &[&str]| {
        let metrics = Some(names.iter().map(|name| (*name).to_owned()).collect());
        let input = Measuring { metrics, control: Control::default() };
        let measured = life.dispatch::<Measure>(input).await.unwrap();
        measured.metrics().iter().map(|metric| metric.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ask(&["p95_latency", "of_another_connector"]).await, ["p95_latency"]);
    assert!(ask(&["of_another_connector"]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_operations_give_the_same_readings_whatever_the_time() {
    let daily = SHOP.replace("load: {rate: 100}", "load: {rate: 100, daily: {amplitude: 0.3}}");
    let study = async |speed: &str, pause: u64| {
        let home = Home::new();
        let life = home.life(&daily.replace("speed: 10", speed));
        let mut measured: Vec<Measurement> = Vec::new();
        for adjustment in ["web.cpu=1500m", "web.mem=256Mi", "web.replicas=5"] {
            let _ = life.adjust(&[adjustment]).await;
            tokio::time::sleep(std::time::Duration::from_secs(pause)).await;
            measured.push(life.measure(120).await.unwrap());
        }
        measured
    };
    let first = study("speed: 10", 0).await;
    assert_eq!(first, study("speed: 1", 3600).await);
    let p95 = |measurement: &Measurement| measurement.mean_of("p95_latency");
    assert_ne!(p95(&first[0]), p95(&first[1]), "repeated measurements scatter");
}

#[tokio::test(start_paused = true)]
async fn another_seed_is_other_noise() {
    let of = async |seed: &str| {
        let home = Home::new();
        home.life(&SHOP.replace("seed: 7", seed)).measure(60).await.unwrap()
    };
    assert_ne!(of("seed: 7").await, of("seed: 8").await);
}

#[tokio::test(start_paused = true)]
async fn progress_is_told_in_emulated_time() {
    let home = Home::new();
    let life = home.life(SHOP);
    let (sink, mut reports) = progress::channel();
    let scope = Scope { progress: sink, ..Scope::detached() };
    let control = Control { duration: Duration::from_secs(40), ..Control::default() };
    life.dispatch_in::<Measure>(&scope, Measuring { metrics: None, control }).await.unwrap();
    drop(scope);
    let mut told = Vec::new();
    while let Some(progress) = reports.next().await {
        told.push((progress.percent, progress.message));
    }
    assert_eq!(told[0], (0.0, "measuring, 0 of 40s emulated".to_owned()));
    assert_eq!(told[2], (50.0, "measuring, 20s of 40s emulated".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_measurement_leaves_the_world_as_it_was() {
    let home = Home::new();
    let life = home.life(SHOP);
    let scope = Scope::detached();
    let input = Measuring {
        metrics: None,
        control: Control { duration: "1h".parse().unwrap(), ..Control::default() },
    };
    let token = scope.token.clone();
    let cancel = async {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        token.cancel();
    };
    let (outcome, ()) = tokio::join!(life.dispatch_in::<Measure>(&scope, input), cancel);
    assert_eq!(outcome.unwrap_err().class(), Class::Cancelled);
    assert!(!home.state_file().exists());
}

#[tokio::test(start_paused = true)]
async fn a_peak_that_pods_do_not_survive_is_a_rejection() {
    let home = Home::new();
    let rising = SHOP.replace("load: {rate: 100}", "load: {rate: 100, daily: {amplitude: 1.0, phase: 6h}}");
    let life = home.life(&rising);
    let mut input = crate::fixture::adjusting(&["web.cpu=250m", "web.replicas=1", "web.mem=512Mi"]);
    input.control.settlement = None;
    life.dispatch::<servo_core::event::standard::Adjust>(input).await.unwrap();
    let error = life.measure(12 * 3600).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some("unstable")));
}

#[tokio::test(start_paused = true)]
async fn a_window_of_too_many_samples_is_refused_at_once() {
    let home = Home::new();
    let life = home.life(SHOP);
    let begin = Instant::now();
    let error = life.measure(10_000_000).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.help().unwrap().contains("`step:`"), "{}", error.chain());
    assert_eq!(begin.elapsed().as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn without_trials_noise_goes_by_counts_as_it_always_did() {
    let home = Home::new();
    let life = home.life(SHOP);
    let mut found = Vec::new();
    for adjustment in ["web.cpu=1500m", "web.mem=256Mi", "web.replicas=5", "web.cpu=2"] {
        let _ = life.adjust(&[adjustment]).await;
        found.push(life.measure(120).await.unwrap().mean_of("p95_latency").unwrap());
    }
    // What was measured before there were trials.
    let expected = [79.841_454, 80.459_816, 78.618_557, 65.785_205];
    assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
}
