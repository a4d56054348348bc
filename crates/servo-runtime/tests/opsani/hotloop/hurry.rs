//! What cuts waits short: a reload, and other credentials.

use std::fs;
use std::time::Duration;

use serde_json::json;
use servo_runtime::remote::account::{Access, Account, Token};
use servo_testkit::backend::{Answer, Backend, Kind};
use tempfile::TempDir;
use tokio::time::sleep;

use super::{Scene, minutes, seconds};

/// As good as at once.
const AT_ONCE: Duration = Duration::from_millis(100);

/// How often a file with a token is looked at, and how long it may take to notice.
const NOTICED: Duration = Duration::from_secs(6);

fn refusing(kind: Kind, answer: Answer) -> Backend {
    let backend = Backend::new();
    backend.always(kind, answer);
    backend
}

/// Waits until a servo waits for long, and has done so for ten seconds.
async fn rest(scene: &Scene, kind: Kind, at_least: Duration) {
    loop {
        scene.next(kind).await;
        let count = scene.backend.count(kind);
        sleep(at_least).await;
        if scene.backend.count(kind) == count {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reload_cuts_the_pause_after_a_refusal_short_and_begins_anew() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        let scene = Scene::start(refusing(kind, Answer::status(401)));
        sleep(minutes(25)).await;
        rest(&scene, kind, seconds(10)).await;
        scene.session.reload.request();
        assert!(scene.next(kind).await.0 < AT_ONCE, "{kind}");
        // From one second to five minutes, as at the beginning.
        for doubled in [1, 2, 4, 8] {
            let (gap, _) = scene.next(kind).await;
            assert!(gap <= seconds(doubled) + AT_ONCE && gap >= seconds(doubled) / 2, "{kind}: {gap:?}");
        }
        scene.stop("401").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reload_cuts_the_pause_after_useless_answers_short_and_begins_anew() {
    let scene = Scene::start(refusing(Kind::WhatsNext, Answer::not_json()));
    sleep(minutes(25)).await;
    rest(&scene, Kind::WhatsNext, seconds(10)).await;
    scene.session.reload.request();
    assert!(scene.next(Kind::WhatsNext).await.0 < AT_ONCE);
    for doubled in [1, 2, 4, 8] {
        let (gap, _) = scene.next(Kind::WhatsNext).await;
        assert!(gap <= seconds(doubled) + AT_ONCE && gap >= seconds(doubled) / 2, "{gap:?}");
    }
    scene.stop("no JSON").await;
}

#[tokio::test(start_paused = true)]
async fn a_reload_cuts_the_wait_between_two_tries_short() {
    for kind in [Kind::Hello, Kind::WhatsNext, Kind::Description] {
        let backend = refusing(kind, Answer::too_many_requests("300"));
        let describe = Answer::command("DESCRIBE", "c-1", json!({}));
        backend.answer(
            Kind::WhatsNext,
            if kind == Kind::Description { describe } else { Answer::too_many_requests("300") },
        );
        let scene = Scene::start(backend);
        scene.backend.wait_for(kind, 1).await;
        sleep(seconds(10)).await;
        scene.session.reload.request();
        assert!(scene.next(kind).await.0 < AT_ONCE, "{kind}");
        scene.stop("429").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reload_cuts_the_hour_of_a_revoked_servo_short() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        let scene = Scene::start(refusing(kind, Answer::unexpected_servo_uid()));
        scene.backend.wait_for(kind, 1).await;
        sleep(minutes(20)).await;
        assert_eq!(scene.backend.count(kind), 1);
        scene.session.reload.request();
        assert!(scene.next(kind).await.0 < AT_ONCE, "{kind}");
        let (hour, _) = scene.next(kind).await;
        assert!(hour >= seconds(3600) && hour < seconds(3601), "{kind}: {hour:?}");
        scene.stop("410").await;
    }
}

/// However often someone reloads, no more is asked than once each time.
#[tokio::test(start_paused = true)]
async fn reloads_make_no_loop() {
    let scene = Scene::start(refusing(Kind::WhatsNext, Answer::status(401)));
    scene.backend.wait_for(Kind::WhatsNext, 1).await;
    for _ in 0..30 {
        sleep(seconds(1)).await;
        scene.session.reload.request();
    }
    let count = scene.backend.count(Kind::WhatsNext);
    assert!(count <= 61, "{count} requests");
    scene.stop("401").await;
}

/// A servo whose token is in a file, against an optimizer that gives this answer.
fn with_token_file(folder: &TempDir, backend: Backend) -> Scene {
    let path = folder.path().join("token");
    fs::write(&path, "old-token").unwrap();
    Scene::with(backend, |configuration| {
        let Access::Token { url, .. } = configuration.account.access.clone() else { return };
        let access = Access::Token { url, token: Token::File(path) };
        configuration.account = Account { id: "my-app".to_owned(), access };
    })
}

#[tokio::test(start_paused = true)]
async fn another_token_cuts_every_wait_short() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        for (what, answer, wait) in [
            ("the pause after a refusal", Answer::status(401), seconds(20)),
            ("the hour of a revoked servo", Answer::unexpected_servo_uid(), minutes(10)),
            ("what was asked for", Answer::too_many_requests("500"), minutes(1)),
            ("an hour that was asked for", Answer::too_many_requests("3600"), minutes(1)),
        ] {
            let folder = TempDir::new().unwrap();
            let scene = with_token_file(&folder, refusing(kind, answer));
            sleep(minutes(25)).await;
            rest(&scene, kind, wait).await;
            fs::write(folder.path().join("token"), "another-token").unwrap();
            let (gap, request) = scene.next(kind).await;
            assert!(gap <= NOTICED, "{kind}, {what}: {gap:?}");
            assert_eq!(request.header("authorization"), Some("Bearer another-token"), "{kind}, {what}");
            scene.stop(what).await;
        }
    }
}

/// A token that is put right is used within seconds, and the servo goes on as if nothing had been.
#[tokio::test(start_paused = true)]
async fn another_token_begins_the_pauses_anew() {
    let folder = TempDir::new().unwrap();
    let scene = with_token_file(&folder, refusing(Kind::WhatsNext, Answer::status(401)));
    sleep(minutes(25)).await;
    rest(&scene, Kind::WhatsNext, seconds(20)).await;
    fs::write(folder.path().join("token"), "another-token").unwrap();
    scene.next(Kind::WhatsNext).await;
    for doubled in [1, 2, 4] {
        let (gap, _) = scene.next(Kind::WhatsNext).await;
        assert!(gap <= seconds(doubled) + AT_ONCE && gap >= seconds(doubled) / 2, "{gap:?}");
    }
    scene.stop("401").await;
}

#[tokio::test(start_paused = true)]
async fn a_reload_during_a_request_is_heard_when_that_has_failed() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        let scene = Scene::start(refusing(kind, Answer::status(401).after(seconds(10))));
        sleep(minutes(25)).await;
        scene.next(kind).await;
        sleep(seconds(5)).await;
        scene.session.reload.request();
        let begin = tokio::time::Instant::now();
        scene.next(kind).await;
        assert!(begin.elapsed() < seconds(5) + AT_ONCE, "{kind}: {:?}", begin.elapsed());
        scene.stop("401").await;
    }
}
