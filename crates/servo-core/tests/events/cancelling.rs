//! What cancelling an operation does to its handlers.

use std::future::IntoFuture as _;
use std::time::Duration;

use servo_core::Class;
use servo_core::event::{Bus, Scope};

use crate::fixture::{Act, Ping, Probe, bus};

async fn cancelled_after_a_second(act: Act) -> (Duration, Class, String) {
    let bus = bus([("a", Probe { on: act, ..Probe::default() })]);
    let scope = Scope::detached();
    let dispatch = bus.dispatch::<Ping>(&scope, String::new()).keep_errors();
    let begin = tokio::time::Instant::now();
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        scope.token.cancel();
    };
    let (dispatched, ()) = tokio::join!(dispatch.into_future(), cancel);
    let error = dispatched.unwrap().answers().unwrap_err();
    (begin.elapsed(), error.class(), error.message().to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_heeds_the_signal_cleans_up_first() {
    let (time, class, message) = cancelled_after_a_second(Act::Heed(Duration::from_secs(4))).await;
    assert_eq!((time.as_secs(), class, message.as_str()), (5, Class::Cancelled, "heeded"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_is_dropped_after_the_grace() {
    let (time, class, message) = cancelled_after_a_second(Act::Hang).await;
    assert_eq!(time, Duration::from_secs(1) + Bus::CANCEL_GRACE);
    assert_eq!(class, Class::Cancelled);
    assert_eq!(message, "did not stop within 10s of being cancelled, and was dropped");
}

#[tokio::test(start_paused = true)]
async fn the_others_answers_are_kept() {
    let bus = bus([("quick", Probe::default()), ("stuck", Probe { on: Act::Hang, ..Probe::default() })]);
    let scope = Scope::detached();
    scope.token.cancel();
    let results = bus.dispatch::<Ping>(&scope, String::new()).keep_errors().await.unwrap().into_results();
    assert_eq!(results[0].value.as_deref().ok(), Some("quick"));
    assert!(results[1].value.is_err());
}
