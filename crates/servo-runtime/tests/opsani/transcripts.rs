//! One test for each recorded session that concerns the protocol, named for it.
//!
//! The requests are those of the recording. Where the original died, or spun, `then` says what is meant instead.

use std::sync::Arc;
use std::time::Duration;

use servo_runtime::remote::Remote;
use servo_runtime::runner::Unpolled;
use servo_testkit::backend::Kind;
use servo_testkit::emu::Emu;
use servo_testkit::transcript::{Normalised, Transcript};
use tokio::time::Instant;

use crate::fixture::{Session, configuration};
use crate::replay::{Replay, line};

/// Declares tests that only replay.
macro_rules! replays {
    ($($(#[$note:meta])* $test:ident = $name:literal $(, then [$($tail:literal),*])? $(, by $reason:literal)?;)*) => {
        $(
            $(#[$note])*
            #[tokio::test(start_paused = true)]
            async fn $test() {
                Replay::of($name)$(.then([$($tail),*]))?$(.ended_by($reason))?.hold().await;
            }
        )*
    };
}

replays! {
    transcript_01_full = "01-full";
    transcript_02b_adjust_variants = "02b-adjust-variants", then ["ADJUSTMENT failed empty", "WHATS_NEXT"];
    transcript_03_cancel_measure = "03-cancel-measure", then ["HELLO", "WHATS_NEXT"];
    transcript_03b_cancel_measure_unforked = "03b-cancel-measure-unforked", then ["HELLO", "WHATS_NEXT"];
    transcript_04_unexpected_event_progress = "04-unexpected-event-progress", then ["HELLO", "WHATS_NEXT"];
    transcript_05_unexpected_event_final = "05-unexpected-event-final";
    transcript_06_invalid_progress = "06-invalid-progress";
    transcript_07_invalid_cmd_uid_progress = "07-invalid-cmd-uid-progress", then ["HELLO", "WHATS_NEXT"];
    transcript_07b_invalid_final = "07b-invalid-final";
    transcript_08_connector_errors = "08-connector-errors", then ["MEASUREMENT cancelled cancelled", "WHATS_NEXT"];
    transcript_08b_runtime_error_measure = "08b-runtime-error-measure", then ["MEASUREMENT failed runtime", "WHATS_NEXT"];
    transcript_08c_runtime_error_adjust = "08c-runtime-error-adjust", then ["ADJUSTMENT failed runtime", "WHATS_NEXT"];
    /// NaN is not JSON: the metric is absent.
    transcript_08d_nan_measure = "08d-nan-measure";
    transcript_08e_connector_errors_2 = "08e-connector-errors-2";
    transcript_09_http_whats_next = "09-http-whats-next";
    transcript_09c_410_other = "09c-410-other";
    transcript_10_hello_401 = "10-hello-401", then ["HELLO", "WHATS_NEXT"];
    transcript_10b_hello_503_then_ok = "10b-hello-503-then-ok";
    transcript_10d_hello_404_exhaust = "10d-hello-404-exhaust", then ["HELLO", "WHATS_NEXT"];
    transcript_11_http_error_on_report = "11-http-error-on-report";
    transcript_12_drop_whats_next = "12-drop-whats-next";
    transcript_12b_drop_on_report = "12b-drop-on-report";
    transcript_12c_drop_exhaust = "12c-drop-exhaust", then ["WHATS_NEXT"];
    transcript_13_drop_hello = "13-drop-hello";
    transcript_15_malformed_json = "15-malformed-json", then ["WHATS_NEXT"];
    transcript_15b_unknown_command = "15b-unknown-command";
    transcript_15c_status_to_whats_next = "15c-status-to-whats-next", then ["WHATS_NEXT"];
    transcript_15d_unexpected_event_to_whats_next =
        "15d-unexpected-event-to-whats-next", then ["HELLO", "WHATS_NEXT"];
    transcript_15e_null_param = "15e-null-param", then ["DESCRIPTION ok success", "WHATS_NEXT"];
    transcript_15f_null_param2 = "15f-null-param2", then ["DESCRIPTION ok success", "WHATS_NEXT"];
    transcript_15g_extra_fields = "15g-extra-fields";
    transcript_16_goodbye_int = "16-goodbye-INT", by "SIGINT";
    transcript_16_goodbye_usr1 = "16-goodbye-USR1", by "SIGUSR1";
    transcript_16_goodbye_sleep = "16-goodbye-sleep";
    transcript_16b_sigterm_during_measure = "16b-sigterm-during-measure";
    transcript_16c_sigterm_during_adjust = "16c-sigterm-during-adjust";
    transcript_20_cancel_adjust = "20-cancel-adjust", then ["HELLO", "WHATS_NEXT"];
    transcript_25_measure_zero_duration = "25-measure-zero-duration";
}

/// Commands that cannot be read are answered.
#[tokio::test(start_paused = true)]
async fn transcript_02_control_variants() {
    let replay =
        Replay::of("02-control-variants").answering(["no-control", "past-delay-mismatch", "bad-duration"]);
    replay.then(["ADJUSTMENT failed flat-components", "WHATS_NEXT"]).hold().await;
}

/// An identity that was revoked is idle for an hour, and heeds a signal meanwhile.
#[tokio::test(start_paused = true)]
async fn transcript_09b_410_unexpected_servo_uid() {
    let begin = Instant::now();
    Replay::of("09b-410-unexpected-servo-uid").hold().await;
    assert!(begin.elapsed() < Duration::from_mins(1));
    let replay = Replay::of("09b-410-unexpected-servo-uid").then(["WHATS_NEXT"]);
    let requests = replay.hold().await;
    assert!(requests[2].at - requests[1].at >= Duration::from_hours(1));
}

#[tokio::test(start_paused = true)]
async fn transcript_10c_hello_410() {
    let requests = Replay::of("10c-hello-410").then(["HELLO", "WHATS_NEXT"]).hold().await;
    assert!(requests[1].at - requests[0].at >= Duration::from_hours(1));
}

#[tokio::test(start_paused = true)]
async fn transcript_14_backend_late() {
    let replay = Replay::of("14-backend-late");
    let backend = replay.backend().clone();
    let late = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert_eq!(backend.connections(), 0);
        backend.refuse(false);
    };
    tokio::join!(replay.hold(), late);
}

/// Deliberately different: SIGHUP reloads, and the servo goes on.
#[tokio::test(start_paused = true)]
async fn transcript_16_goodbye_hup() {
    let transcript = Transcript::of("16-goodbye-HUP");
    let backend = transcript.backend();
    let session = Session::start(configuration(&backend));
    backend.wait_for(Kind::WhatsNext, 1).await;
    session.reload.request();
    backend.wait_for(Kind::WhatsNext, 2).await;
    let sent: Vec<Normalised> = backend.requests().iter().map(Normalised::from).collect();
    let recorded = transcript.expected();
    assert_eq!(sent[..2], recorded[..2]);
    assert_eq!(backend.count(Kind::Goodbye), 0);
    session.stop("SIGTERM").await.unwrap();
    assert_eq!(line(backend.requests().last().unwrap()), "GOODBYE SIGTERM");
}

#[tokio::test(start_paused = true)]
async fn transcript_21_progress_410() {
    Replay::of("21-progress-410").then(["HELLO", "WHATS_NEXT"]).hold().await;
}

/// No progress comes after the report of its command.
#[tokio::test(start_paused = true)]
async fn transcript_22_progress_500() {
    Replay::of("22-progress-500").lenient().hold().await;
}

/// The original ended there. Ours stays, and takes its leave.
#[tokio::test(start_paused = true)]
async fn transcript_24_no_poll() {
    let transcript = Transcript::of("24-no-poll");
    let backend = transcript.backend();
    // The recording was made at another port.
    let optimizer = Unpolled::new(Arc::new(Remote::new(configuration(&backend))));
    let emu = Emu::new();
    let session = Session::against("shop", Arc::new(optimizer), emu.clone(), vec![emu.member()]);
    tokio::time::sleep(Duration::from_hours(1)).await;
    let sent: Vec<Normalised> = backend.requests().iter().map(Normalised::from).collect();
    assert_eq!(sent, transcript.expected());
    session.stop("SIGTERM").await.unwrap();
    assert_eq!(line(backend.requests().last().unwrap()), "GOODBYE SIGTERM");
}

/// No answer makes a loop that spins.
#[tokio::test(start_paused = true)]
async fn transcript_27_401_hot_loop() {
    let begin = Instant::now();
    let requests = Replay::of("27-401-hot-loop.head").then(["WHATS_NEXT"]).hold().await;
    let pauses: Vec<Duration> = requests[1..10].windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    for (failures, pause) in pauses.iter().enumerate() {
        let whole = Duration::from_secs((1 << failures).min(300));
        assert!(*pause >= whole / 2 && *pause <= whole + Duration::from_secs(1), "{pauses:?}");
    }
    assert!(begin.elapsed() >= Duration::from_mins(1));
}

/// Progress comes as often as the connector tells it, and the measurement would end on time.
#[tokio::test(start_paused = true)]
async fn transcript_28_progress_60s() {
    let emu = Emu::new().reporting_every(Duration::from_mins(1));
    let requests = Replay::of("28-progress-60s").with(emu).hold().await;
    let begin = requests[1].at;
    assert_eq!([60, 120], [2, 3].map(|at| (requests[at].at - begin).as_secs()));
}
