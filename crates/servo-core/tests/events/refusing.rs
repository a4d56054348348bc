//! What a *before* handler can do to an event (4.3, step 2).

use std::time::Duration;

use servo_core::Class;
use servo_core::event::{Dispatched, Scope};

use crate::fixture::{Act, Log, Ping, Probe, bus, ping};

#[tokio::test(start_paused = true)]
async fn cancelling_ends_the_event_for_all_without_a_failure() {
    let log = Log::default();
    let slow = Probe { log: log.clone(), before: Act::Slow(Duration::from_secs(5)), ..Probe::default() };
    let cancels = Probe { before: Act::Cancel("freeze"), ..Probe::default() };
    let bus = bus([("slow", slow), ("guard", cancels)]);
    let Dispatched::Cancelled { by, reason } = ping(&bus).await else { panic!("not cancelled") };
    assert_eq!((&*by, reason.as_str()), ("guard", "freeze"));
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(log.lines(), ["slow before:ping"], "the other before handler was ended, nothing else ran");
}

#[tokio::test]
async fn a_cancelled_dispatch_has_no_results_and_no_success() {
    let bus = bus([("guard", Probe { before: Act::Cancel("freeze"), ..Probe::default() })]);
    let cancelled = ping(&bus).await;
    assert!(!cancelled.success());
    let error = cancelled.answers().unwrap_err();
    assert_eq!(error.class(), Class::Cancelled);
    assert_eq!(error.message(), "cancelled by `guard`: freeze");
    assert!(ping(&bus).await.into_results().is_empty());
}

#[tokio::test]
async fn any_other_failure_is_the_error_of_the_dispatch_and_nothing_else_runs() {
    for act in [Act::Fail("broken"), Act::Panic] {
        let log = Log::default();
        let bus = bus([
            ("a", Probe { log: log.clone(), ..Probe::default() }),
            ("b", Probe { before: act, ..Probe::default() }),
        ]);
        let error = bus.dispatch::<Ping>(&Scope::detached(), String::new()).keep_errors().await.unwrap_err();
        assert_eq!(error.connector(), Some("b"));
        assert!(!log.lines().contains(&"a ping".to_owned()));
    }
}
