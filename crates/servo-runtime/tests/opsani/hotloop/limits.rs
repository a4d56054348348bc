//! The limits of `settings.backoff`, exchange by exchange.

use std::time::Duration;

use serde_json::json;
use servo_runtime::log_tail::LogTail;
use servo_runtime::remote::DiagnosticsSource;
use servo_runtime::remote::retry::{Backoff, DEFAULT, Limits};
use servo_testkit::backend::{Answer, Backend, Kind};

use tokio::time::timeout;

use super::{Scene, gaps, minutes, seconds, times};

fn tries(max_tries: u32) -> Limits {
    Limits { max_time: None, max_tries: Some(max_tries) }
}

fn time(max_time: Duration) -> Limits {
    Limits { max_time: Some(max_time), max_tries: None }
}

/// Starts a servo whose requests of a kind are never answered well, with these limits of the exchange.
fn start(kind: Kind, exchange: &str, limits: Limits) -> Scene {
    let backend = Backend::new();
    backend.always(kind, Answer::status(503));
    let adjust =
        json!({"state": {"application": {"components": {"web": {"settings": {"cpu": {"value": 1.5}}}}}}});
    match kind {
        Kind::Description => backend.answer(Kind::WhatsNext, Answer::command("DESCRIBE", "c-1", json!({}))),
        Kind::Measurement => {
            backend.answer(Kind::WhatsNext, Answer::command("MEASURE", "c-1", json!({"control": {}})));
        }
        Kind::MeasurementProgress => {
            let param = json!({"control": {"duration": 300}});
            backend.answer(Kind::WhatsNext, Answer::command("MEASURE", "c-1", param));
        }
        Kind::Adjustment => backend.answer(Kind::WhatsNext, Answer::command("ADJUST", "c-1", adjust)),
        _ => {}
    }
    Scene::with(backend, |configuration| {
        configuration.network.backoff.set(exchange, limits);
        if kind == Kind::DiagnosticsCheck {
            configuration.diagnostics =
                Some(DiagnosticsSource { configuration: json!({}), log: LogTail::new() });
        }
    })
}

const REPORTS: [(Kind, &str); 3] = [
    (Kind::Description, "description"),
    (Kind::Measurement, "measurement"),
    (Kind::Adjustment, "adjustment"),
];

#[tokio::test(start_paused = true)]
async fn a_report_is_tried_as_often_as_it_may_be() {
    for (kind, exchange) in REPORTS {
        for name in [exchange, DEFAULT] {
            for count in [1, 3] {
                let requests = start(kind, name, tries(count)).run_for(minutes(20), exchange).await;
                assert_eq!(times(&requests, kind).len(), count as usize, "{exchange} by {name}");
                assert!(times(&requests, Kind::WhatsNext).len() > 15, "{exchange}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_is_tried_as_long_as_it_may_be() {
    for (kind, exchange) in REPORTS {
        let requests = start(kind, exchange, time(seconds(40))).run_for(minutes(20), exchange).await;
        let times = times(&requests, kind);
        assert!(times.len() >= 5 && times[times.len() - 1] - times[0] <= seconds(40), "{exchange}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_without_limits_is_tried_until_it_is_heard() {
    let unlimited = Limits { max_time: None, max_tries: None };
    for (kind, exchange) in REPORTS {
        let scene = start(kind, exchange, unlimited);
        sleep_and_count(&scene, kind).await;
        scene.backend.recover();
        assert!(scene.next(kind).await.0 <= minutes(1), "{exchange}");
        let again = timeout(seconds(1), scene.backend.wait_for(Kind::WhatsNext, 2));
        assert!(again.await.is_ok(), "{exchange}");
        scene.stop(exchange).await;
    }
}

async fn sleep_and_count(scene: &Scene, kind: Kind) {
    tokio::time::sleep(minutes(180)).await;
    assert!(scene.backend.count(kind) > 150 && scene.backend.count(Kind::WhatsNext) == 1, "{kind}");
}

/// One try each, and then a pause that is doubled each time.
#[tokio::test(start_paused = true)]
async fn what_is_asked_for_ever_is_asked_again_after_pauses() {
    for (kind, exchange) in [(Kind::Hello, "connect"), (Kind::WhatsNext, "whats_next")] {
        let requests = start(kind, exchange, tries(1)).run_for(minutes(60), exchange).await;
        let gaps = gaps(&requests, kind);
        for (failures, gap) in gaps.iter().enumerate() {
            let whole = seconds((1 << failures.min(10)).min(300));
            assert!(*gap >= whole / 2 && *gap <= whole + Duration::from_millis(10), "{exchange}: {gaps:?}");
        }
        assert!(gaps.len() > 15, "{exchange}: {gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_ever_is_tried_as_long_as_it_may_be_each_time() {
    for (kind, exchange) in [(Kind::Hello, "connect"), (Kind::WhatsNext, "whats_next")] {
        let scene = start(kind, exchange, time(Duration::ZERO));
        let requests = scene.run_for(minutes(60), exchange).await;
        // No second try at all, so that what is between two of them is a pause.
        let gaps = gaps(&requests, kind);
        assert!(gaps.iter().skip(8).all(|gap| *gap >= seconds(128)), "{exchange}: {gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn progress_is_tried_as_often_as_it_may_be() {
    let requests =
        start(Kind::MeasurementProgress, "progress", tries(1)).run_for(minutes(10), "progress").await;
    let gaps = gaps(&requests, Kind::MeasurementProgress);
    assert_eq!(gaps.len(), 298, "one each second of five minutes");
    let progress: Vec<_> = requests.iter().filter(|request| request.kind.is_progress()).collect();
    assert!(progress.windows(2).all(|pair| pair[0].param("progress") != pair[1].param("progress")));
}

#[tokio::test(start_paused = true)]
async fn goodbye_is_tried_as_often_as_it_may_be() {
    for count in [1, 2] {
        let scene = start(Kind::Goodbye, "goodbye", tries(count));
        scene.backend.wait_for(Kind::WhatsNext, 1).await;
        let backend = scene.backend.clone();
        scene.stop("goodbye").await;
        assert_eq!(backend.count(Kind::Goodbye), count as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn diagnostics_are_tried_as_often_as_they_may_be() {
    let scene = start(Kind::DiagnosticsCheck, "diagnostics", tries(2));
    let requests = scene.run_for(minutes(30), "diagnostics").await;
    for pair in gaps(&requests, Kind::DiagnosticsCheck).chunks_exact(2) {
        assert!(pair[0] <= seconds(1) + Duration::from_millis(10) && pair[1] >= minutes(1), "{pair:?}");
    }
}

/// What the matrix takes its bounds from.
#[test]
fn the_defaults_are_those_of_the_specification() {
    let backoff = Backoff::default();
    assert_eq!(backoff.limits("connect"), time(minutes(60)));
    for exchange in ["whats_next", "description", "measurement", "adjustment", "goodbye", "token", DEFAULT] {
        assert_eq!(backoff.limits(exchange), time(minutes(10)), "{exchange}");
    }
    assert_eq!(backoff.limits("progress"), time(minutes(1)));
    assert_eq!(backoff.limits("diagnostics"), Limits { max_time: Some(minutes(10)), max_tries: Some(20) });
}
