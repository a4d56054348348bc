//! `Retry-After`: no request before the time that was asked for, an hour at most.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;
use servo_runtime::log_tail::LogTail;
use servo_runtime::remote::DiagnosticsSource;
use servo_testkit::backend::{Answer, Backend, Kind};

use super::{Scene, gaps, minutes, seconds};

/// Answers requests of a kind with this header for ever, and gives the times between them.
async fn gaps_of(kind: Kind, retry_after: &str, time: Duration) -> Vec<Duration> {
    let backend = Backend::new();
    backend.always(kind, Answer::status(503).header("retry-after", retry_after));
    backend.answer(
        Kind::WhatsNext,
        match kind {
            Kind::Description => Answer::command("DESCRIBE", "c-1", json!({})),
            Kind::Measurement => Answer::command("MEASURE", "c-1", json!({"control": {}})),
            Kind::MeasurementProgress => {
                Answer::command("MEASURE", "c-1", json!({"control": {"duration": 24 * 3600}}))
            }
            Kind::WhatsNext => Answer::status(503).header("retry-after", retry_after),
            _ => Answer::sleep(60),
        },
    );
    let scene = Scene::with(backend, |configuration| {
        if kind == Kind::DiagnosticsCheck {
            configuration.diagnostics =
                Some(DiagnosticsSource { configuration: json!({}), log: LogTail::new() });
        }
    });
    let requests = scene.run_for(time, &format!("{kind}, Retry-After: {retry_after}")).await;
    gaps(&requests, kind)
}

fn assert_all(gaps: &[Duration], least: Duration, most: Duration, what: &str) {
    assert!(!gaps.is_empty(), "{what}: never asked again");
    assert!(gaps.iter().all(|gap| *gap >= least && *gap <= most), "{what}: {gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn no_request_comes_before_the_time_that_was_asked_for() {
    for kind in [Kind::Hello, Kind::WhatsNext, Kind::Description, Kind::Measurement] {
        let gaps = gaps_of(kind, "120", minutes(9)).await;
        assert_all(&gaps, seconds(120), Duration::from_millis(121_010), &kind.to_string());
    }
}

/// Newer progress is no reason to tell it earlier.
#[tokio::test(start_paused = true)]
async fn progress_keeps_the_time_that_was_asked_for() {
    for asked in [7, 120] {
        let gaps = gaps_of(Kind::MeasurementProgress, &asked.to_string(), minutes(9)).await;
        assert_all(&gaps, seconds(asked), seconds(asked + 2), &format!("{asked}s"));
    }
}

#[tokio::test(start_paused = true)]
async fn diagnostics_keep_the_time_that_was_asked_for() {
    for asked in [120, 1800] {
        let gaps = gaps_of(Kind::DiagnosticsCheck, &asked.to_string(), minutes(90)).await;
        assert_all(&gaps, seconds(asked), seconds(asked + 62), &format!("{asked}s"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_is_a_time_to_wait_until() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        let at = Timestamp::now() + Duration::from_secs(90);
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap();
        let gaps = gaps_of(kind, &date, minutes(2)).await;
        // A date has whole seconds, and real time goes by while the test runs.
        assert_all(&gaps, seconds(80), Duration::from_millis(91_010), &date);
    }
}

/// More than an exchange may wait ends it, and what follows it waits as long.
#[tokio::test(start_paused = true)]
async fn no_more_than_an_hour_can_be_asked_for() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        for absurd in ["3601", "999999999", "18446744073709551615", "Fri, 01 Jan 9999 00:00:00 GMT"] {
            let gaps = gaps_of(kind, absurd, minutes(200)).await;
            assert_all(&gaps, seconds(3600), Duration::from_millis(3_601_010), &format!("{kind}, {absurd}"));
            assert_eq!(gaps.len(), 3, "{kind}, {absurd}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_counts_as_absent() {
    for wrong in ["soon", "-5", "1.5", "", "99999999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let gaps = gaps_of(Kind::WhatsNext, wrong, minutes(5)).await;
        assert!(gaps.len() > 3, "{wrong}: {gaps:?}");
        assert_all(&gaps, Duration::ZERO, Duration::from_millis(60_010), wrong);
    }
}
