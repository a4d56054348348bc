//! How fast turns come, on a paused clock.

use proptest::prelude::*;
use tokio::time::{advance, sleep, timeout};

use super::*;

/// Takes turns with rests between them, on a paused clock; when each was had, from the beginning.
fn turns(rests: &[Duration]) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let (pace, begin) = (Pace::new(), Instant::now());
        let mut had = Vec::new();
        for rest in rests {
            sleep(*rest).await;
            pace.turn().await;
            had.push(begin.elapsed());
        }
        had
    })
}

#[test]
fn a_burst_is_free_and_then_turns_come_at_the_rate() {
    let had = turns(&[Duration::ZERO; 250]);
    assert!(had[..50].iter().all(Duration::is_zero));
    assert!(had[50] >= REFILL);
    let last = had[249].as_secs_f64();
    assert!((10.0..10.5).contains(&last), "200 more take 10 s, not {last}");
}

#[tokio::test(start_paused = true)]
async fn a_rest_fills_the_bucket_no_further_than_a_burst() {
    let pace = Pace::new();
    for _ in 0..60 {
        pace.turn().await;
    }
    advance(Duration::from_hours(1)).await;
    let begin = Instant::now();
    for _ in 0..50 {
        pace.turn().await;
    }
    assert_eq!(begin.elapsed(), Duration::ZERO);
    pace.turn().await;
    assert!(begin.elapsed() >= REFILL);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_takes_no_turn() {
    let pace = Pace::new();
    for _ in 0..50 {
        pace.turn().await;
    }
    let begin = Instant::now();
    for _ in 0..20 {
        assert!(timeout(Duration::from_millis(1), pace.turn()).await.is_err());
    }
    pace.turn().await;
    assert!(begin.elapsed() < REFILL + Duration::from_millis(5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_window_has_more_turns_than_burst_and_rate_allow(
        rests in prop::collection::vec(prop_oneof![3 => Just(0), 1 => 0_u64..200, 1 => 0_u64..5_000], 1..300),
    ) {
        let had = turns(&rests.into_iter().map(Duration::from_millis).collect::<Vec<_>>());
        for (first, begin) in had.iter().enumerate() {
            for (last, end) in had.iter().enumerate().skip(first) {
                let most = 50.0 + 20.0 * end.abs_diff(*begin).as_secs_f64();
                prop_assert!((last - first + 1) as f64 <= most + 1e-6);
            }
        }
    }
}
