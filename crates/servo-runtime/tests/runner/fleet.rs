//! Several servos at once: none touches another, and the limit bounds what runs at the same time.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::Outcome;
use servo_testkit::script::{Line, Script};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::fixture::{Trouble, Web, describe, measure, runner};

async fn took_seconds(servos: usize, limit: usize) -> u64 {
    let limit = Arc::new(Semaphore::new(limit));
    let begin = tokio::time::Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..servos {
        let mut runner = runner(&Web::default(), &Arc::new(Script::of([measure(10)])));
        runner.limit = Arc::clone(&limit);
        tasks.spawn(runner.run());
    }
    tasks.join_all().await;
    begin.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn the_limit_bounds_the_operations_under_way() {
    assert_eq!(took_seconds(6, 6).await, 10);
    assert_eq!(took_seconds(6, 2).await, 30);
    assert_eq!(took_seconds(6, 1).await, 60);
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_is_slow_to_take_a_report_keeps_no_other_servo_from_its_turn() {
    let limit = Arc::new(Semaphore::new(1));
    let slow = Arc::new(Script::of([measure(10)]).taking_reports_for(Duration::from_hours(1)));
    let mut first = runner(&Web::default(), &slow);
    let mut second = runner(&Web::default(), &Arc::new(Script::of([measure(10)])));
    (first.limit, second.limit) = (Arc::clone(&limit), limit);
    let begin = tokio::time::Instant::now();
    let (first, second) = tokio::join!(first.run(), async { (second.run().await, begin.elapsed()) });
    assert_eq!((first.unwrap(), second.0.unwrap()), (Outcome::NoBetter, Outcome::NoBetter));
    assert_eq!(second.1.as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_failing_and_a_panicking_servo_touch_no_other() {
    let mut tasks = JoinSet::new();
    let bad = Web { trouble: Trouble::Panics, ..Web::default() };
    tasks.spawn(runner(&bad, &Arc::new(Script::lines([Line::Command(measure(1)), Line::Panic]))).run());
    tasks.spawn(runner(&Web::default(), &Arc::new(Script::of([describe(), measure(600)]))).run());
    let mut ended = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        ended.push(joined.is_ok_and(|outcome| matches!(outcome, Ok(Outcome::NoBetter))));
    }
    ended.sort_unstable();
    assert_eq!(ended, [false, true]);
}
