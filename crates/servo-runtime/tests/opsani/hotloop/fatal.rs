//! What ends a servo that is to end when its optimizer refuses it, and what does not.

use servo_core::Class;
use servo_testkit::backend::{Answer, Backend, Kind};
use tokio::time::Instant;

use super::{Scene, minutes, seconds};

fn start(kind: Kind, answer: Answer) -> Scene {
    let backend = Backend::new();
    backend.always(kind, answer);
    Scene::with(backend, |configuration| configuration.exit_on_fatal = true)
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_refuses_ends_a_servo_that_is_to_end_then() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        for status in [400, 401, 403, 302, 410] {
            let scene = start(kind, Answer::status(status));
            let begin = Instant::now();
            let emu = scene.session.emu.clone();
            let error = scene.session.ended().await.unwrap_err();
            assert!(begin.elapsed() < seconds(1), "{kind}, {status}");
            assert_eq!(error.class(), Class::Connection, "{kind}, {status}");
            let said = error.chain();
            assert!(said.contains(&kind.to_string()) && said.contains(&status.to_string()), "{said}");
            assert_eq!(scene.backend.count(kind), 1, "{kind}, {status}");
            // Only who was greeted is taken leave of.
            assert_eq!(
                scene.backend.count(Kind::Goodbye),
                usize::from(kind == Kind::WhatsNext),
                "{kind}, {status}"
            );
            assert!(
                emu.log().ends_with(&["shutdown shutdown".to_owned(), "detach".to_owned()]),
                "{:?}",
                emu.log()
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_ends_no_servo() {
    for kind in [Kind::Hello, Kind::WhatsNext] {
        for (what, answer) in [
            ("503", Answer::status(503)),
            ("404", Answer::status(404)),
            ("429", Answer::too_many_requests("30")),
            ("410 unexpected servo_uid", Answer::unexpected_servo_uid()),
            ("hang", Answer::hang()),
            ("reset", Answer::reset()),
            ("garbage", Answer::garbage()),
        ] {
            let what = format!("{kind}, {what}");
            start(kind, answer).run_for(minutes(65), &what).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_beside_the_loop_ends_no_servo() {
    for kind in [Kind::Description, Kind::Goodbye] {
        for status in [400, 401, 403, 302, 410] {
            let scene = start(kind, Answer::status(status));
            scene.backend.answer(Kind::WhatsNext, Answer::command("DESCRIBE", "c-1", serde_json::json!({})));
            scene.run_for(minutes(5), &format!("{kind}, {status}")).await;
        }
    }
}

/// Without that wish, the servo goes on asking, as all other tests show; it does with it once it may again.
#[tokio::test(start_paused = true)]
async fn a_servo_that_is_not_to_end_goes_on() {
    let backend = Backend::new();
    backend.answer(Kind::Hello, Answer::status(401));
    backend.answer(Kind::WhatsNext, Answer::status(401));
    let scene = Scene::start(backend);
    scene.backend.wait_for(Kind::WhatsNext, 2).await;
    assert_eq!(scene.backend.count(Kind::Hello), 2);
    scene.stop("401 once").await;
}
