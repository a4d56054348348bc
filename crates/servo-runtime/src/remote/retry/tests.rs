//! Tests of limits, waits and `Retry-After`.

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn asked(value: &str) -> Option<Duration> {
    let headers = [(RETRY_AFTER, HeaderValue::from_str(value).unwrap())].into_iter().collect();
    retry_after(&headers, "1994-11-06T08:49:07Z".parse().unwrap())
}

#[test]
fn a_time_to_wait_is_seconds_or_a_date() {
    assert_eq!(asked("120"), Some(Duration::from_mins(2)));
    assert_eq!(asked(" 0 "), Some(Duration::ZERO));
    assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(30)));
    assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO), "a date that has passed");
    for unusable in ["", "-1", "soon", "1.5", "1994-11-06", "99999999999999999999999"] {
        assert_eq!(asked(unusable), None, "{unusable}");
    }
    assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
}

#[test]
fn limits_are_looked_up_by_name_and_fall_back() {
    let mut backoff = Backoff::default();
    assert_eq!(backoff.limits("measurement").max_time, Some(Duration::from_mins(10)));
    assert_eq!(backoff.limits("connect").max_time, Some(Duration::from_hours(1)));
    let three = Limits { max_time: None, max_tries: Some(3) };
    backoff.set("measurement", three);
    assert_eq!(backoff.limits("measurement"), three);
}

#[test]
fn a_limit_of_tries_and_one_of_time_each_end_it() {
    let limits = Limits { max_time: Some(Duration::from_secs(10)), max_tries: Some(3) };
    let seconds = Duration::from_secs;
    assert!(limits.allow(2, seconds(9), seconds(1)));
    assert!(!limits.allow(3, seconds(0), seconds(0)));
    assert!(!limits.allow(1, seconds(9), seconds(2)));
    let none = Limits { max_time: None, max_tries: None };
    assert!(none.allow(u32::MAX, Duration::MAX, Duration::MAX));
}

#[test]
fn who_asks_for_no_time_is_left_alone_as_one_that_asks_for_nothing() {
    assert_eq!(wait(5, Some(Duration::ZERO), 0.5), wait(5, None, 0.5));
}

proptest! {
    #[test]
    fn waits_stay_within_their_bounds(tries in 0_u32.., random in 0.0..=1.0_f64) {
        let most = doubled(tries, LONGEST);
        prop_assert!(wait(tries, None, random) <= most);
        prop_assert!(most <= Duration::from_mins(1));
        let paused = pause(tries, None, random);
        prop_assert!(paused >= Duration::from_millis(500) && paused <= Duration::from_mins(5));
    }

    #[test]
    fn what_the_other_side_asks_for_is_kept_and_bounded(seconds in 0_u64.., random in 0.0..=1.0_f64) {
        let asked = Duration::from_secs(seconds.max(1));
        let kept = asked.min(Duration::from_hours(1));
        let wait = wait(1, Some(asked), random);
        prop_assert!(wait >= kept && wait <= kept + Duration::from_secs(1));
        prop_assert!(pause(1, Some(asked), random) >= kept);
    }
}
