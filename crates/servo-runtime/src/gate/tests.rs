//! How windows, a servo's own limit and that of the process go together.

use std::num::NonZeroU32;
use std::thread;

use jiff::SignedDuration;
use tokio::time::advance;

use super::*;

fn rate(limit: u32) -> Arc<Rate> {
    Arc::new(Rate::new(NonZeroU32::new(limit)))
}

fn gate(own: u32, shared: &Arc<Rate>) -> Gate {
    Gate { windows: Windows::default(), rate: rate(own), shared: Arc::clone(shared) }
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn at_night() -> Windows {
    let time = |text: &str| text.parse().unwrap();
    Windows::new(vec![Window::new(None, time("22:00"), time("05:00"), "UTC").unwrap()])
}

fn reason(answer: Result<(), Held>) -> Option<&'static str> {
    answer.err().map(|held| held.reason)
}

#[test]
fn a_gate_that_nobody_configured_lets_everything_pass() {
    let gate = Gate::default();
    for _ in 0..1000 {
        assert_eq!(gate.pass(now()), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_closed_window_holds_back_is_not_counted() {
    let shared = rate(1);
    let gate = Gate { windows: at_night(), ..gate(1, &shared) };
    assert_eq!(reason(gate.pass(now())), Some("window-closed"));
    assert_eq!(reason(gate.check(now())), Some("window-closed"));
    let night = now() + SignedDuration::from_hours(10);
    assert_eq!(gate.pass(night), Ok(()));
    assert_eq!(reason(gate.pass(night)), Some("change-rate"));
    assert_eq!(reason(gate.check(night)), Some("change-rate"));
}

#[tokio::test(start_paused = true)]
async fn what_one_limit_holds_back_is_not_counted_by_the_other() {
    let shared = rate(2);
    let (shop, search) = (gate(1, &shared), gate(3, &shared));
    assert_eq!(shop.pass(now()), Ok(()));
    // Its own limit is reached, and nothing of the shared one is used up.
    let own = shop.pass(now()).unwrap_err();
    assert!(own.message.contains("`change_rate` allows this servo"), "{}", own.message);
    assert_eq!(search.pass(now()), Ok(()));
    let all = search.pass(now()).unwrap_err();
    assert!(all.message.contains("`--change-rate` allows all servos of the process"), "{}", all.message);
    assert_eq!(search.check(now()), Err(all));
    // Nothing was counted for it: after an hour it may make three, as far as it alone is concerned.
    assert_eq!(search.rate.check(""), Ok(()));
    search.rate.count();
    assert_eq!(search.rate.check(""), Ok(()));
    advance(Duration::from_hours(1)).await;
    assert_eq!(shop.pass(now()), Ok(()));
}

#[test]
fn however_many_ask_at_once_no_limit_is_exceeded() {
    let shared = rate(50);
    let gates: Vec<_> = (0..8).map(|_| gate(10, &shared)).collect();
    let passed = thread::scope(|scope| {
        let askers = gates
            .iter()
            .chain(&gates)
            .chain(&gates)
            .map(|gate| scope.spawn(|| (0..20).filter(|_| gate.pass(now()).is_ok()).count()));
        let askers: Vec<_> = askers.collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(passed.iter().sum::<usize>(), 50);
    for servo in 0..8 {
        let own: usize = passed.iter().skip(servo).step_by(8).sum();
        assert!(own <= 10, "servo {servo} made {own}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_counts_for_the_servo_and_the_process_once() {
    let shared = rate(3);
    let (shop, search) = (gate(2, &shared), gate(9, &shared));
    let half_an_hour_ago = now() - SignedDuration::from_mins(30);
    shop.remember(&[half_an_hour_ago], now());
    // The servo begins again, and its journal is read again.
    shop.clone().remember(&[half_an_hour_ago], now());
    search.remember(&[half_an_hour_ago], now());
    assert_eq!(shop.pass(now()), Ok(()));
    let held = shop.pass(now()).unwrap_err();
    assert_eq!((held.reason, held.wait), ("change-rate", Duration::from_mins(30)));
    let held = search.pass(now()).unwrap_err();
    assert_eq!((held.reason, held.wait), ("change-rate", Duration::from_mins(30)));
}

#[tokio::test(start_paused = true)]
async fn one_limit_in_both_places_is_asked_once() {
    let only = rate(2);
    let gate = Gate { windows: Windows::default(), rate: Arc::clone(&only), shared: only };
    gate.remember(&[now()], now());
    assert_eq!(gate.pass(now()), Ok(()));
    assert_eq!(reason(gate.pass(now())), Some("change-rate"));
}
