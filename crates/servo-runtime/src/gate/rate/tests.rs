//! How many changes pass in an hour, on a paused clock.

use jiff::SignedDuration;
use proptest::prelude::*;
use tokio::time::advance;

use super::*;

const WHOSE: &str = "`change_rate` allows this servo";

fn limited(limit: u32) -> Rate {
    Rate::new(NonZeroU32::new(limit))
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

/// How long the next change is held back; none at all where it may be made.
fn wait(rate: &Rate) -> Duration {
    rate.check(WHOSE).err().map_or(Duration::ZERO, |held| held.wait)
}

#[tokio::test(start_paused = true)]
async fn so_many_pass_in_any_hour_and_the_next_when_the_first_is_an_hour_old() {
    let rate = limited(4);
    for _ in 0..4 {
        assert_eq!(rate.take(WHOSE), Ok(()));
        advance(minutes(12)).await;
    }
    let held = Held {
        reason: "change-rate",
        message: "4 changes in the last hour, as many as `change_rate` allows this servo; the next may be made in 12m"
            .to_owned(),
        wait: minutes(12),
    };
    assert_eq!(rate.check(WHOSE), Err(held.clone()));
    assert_eq!(rate.take(WHOSE), Err(held));
    advance(minutes(11)).await;
    advance(Duration::from_millis(59_999)).await;
    assert_eq!(wait(&rate), Duration::from_millis(1));
    advance(Duration::from_millis(1)).await;
    assert_eq!(rate.take(WHOSE), Ok(()));
    assert_eq!(wait(&rate), minutes(12));
}

#[tokio::test(start_paused = true)]
async fn the_message_is_of_one_change_and_whole_seconds() {
    let rate = limited(1);
    rate.count();
    advance(Duration::from_millis(500)).await;
    let message = rate.check("`--change-rate` allows all servos of the process").map_err(|held| held.message);
    let expected = "1 change in the last hour, as many as `--change-rate` allows all servos of the process; \
                    the next may be made in 1h";
    assert_eq!(message, Err(expected.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_is_counted_beyond_the_limit_puts_off_the_next() {
    let rate = limited(2);
    for _ in 0..5 {
        rate.count();
        advance(minutes(10)).await;
    }
    // The fourth was made 20 minutes ago; when it is forgotten there is one left.
    assert_eq!(wait(&rate), minutes(40));
    assert_eq!(rate.made().expiries.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_where_there_is_no_limit() {
    let rate = Rate::new(None);
    for _ in 0..1000 {
        assert_eq!(rate.take(WHOSE), Ok(()));
    }
    rate.remember(&[now()], now());
    assert_eq!(rate.made().expiries.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn changes_of_a_journal_count_by_their_age() {
    let rate = limited(2);
    rate.remember(&[ago(50), ago(20), ago(60), ago(600)], now());
    assert_eq!(wait(&rate), minutes(10));
    advance(minutes(10)).await;
    assert_eq!(rate.take(WHOSE), Ok(()));
    assert_eq!(wait(&rate), minutes(30));
}

#[tokio::test(start_paused = true)]
async fn changes_of_a_time_to_come_count_as_made_now() {
    let rate = limited(2);
    rate.remember(&[ago(-10_000), Timestamp::MAX, Timestamp::MIN], now());
    assert_eq!(wait(&rate), minutes(60));
}

#[tokio::test(start_paused = true)]
async fn changes_of_several_journals_and_of_now_are_counted_together() {
    let rate = limited(3);
    rate.count();
    advance(minutes(5)).await;
    rate.remember(&[ago(1)], now());
    rate.remember(&[ago(40)], now());
    assert_eq!(wait(&rate), minutes(20));
    advance(minutes(20)).await;
    rate.count();
    assert_eq!(wait(&rate), minutes(35));
}

proptest! {
    #[test]
    fn no_hour_has_more_than_the_limit(
        limit in 1_u32..6,
        remembered in proptest::collection::vec(-30_i64..90, 0..10),
        steps in proptest::collection::vec((0_u64..30, any::<bool>()), 0..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let rate = limited(limit);
            let times: Vec<_> = remembered.iter().map(|minutes| ago(*minutes)).collect();
            rate.remember(&times, now());
            // Minutes at which changes were made; those of a time to come count as made now.
            let mut made: Vec<i64> = remembered.iter().map(|minutes| -(*minutes).max(0)).collect();
            let mut clock = 0_i64;
            for (step, takes) in steps {
                advance(minutes(step)).await;
                clock += i64::try_from(step).unwrap();
                let recent = made.iter().filter(|at| **at > clock - 60).count();
                let may = recent < usize::try_from(limit).unwrap();
                prop_assert_eq!(rate.check(WHOSE).is_ok(), may);
                if takes {
                    prop_assert_eq!(rate.take(WHOSE).is_ok(), may);
                    made.extend(may.then_some(clock));
                }
                prop_assert!(rate.made().expiries.len() <= usize::try_from(limit).unwrap());
            }
            Ok(())
        })?;
    }
}
