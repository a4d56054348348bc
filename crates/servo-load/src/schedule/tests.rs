//! Tests of when requests are due.

use proptest::prelude::*;
use servo_core::duration::Duration as Lasts;

use super::*;
use crate::profile::Step;
use crate::rate::Rate;

fn rate(hits: u32) -> Rate {
    Rate::new(hits, Lasts::from_secs(1)).expect("a rate")
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn measured(profile: &Profile, lasts: Duration) -> Vec<f64> {
    let schedule = Schedule::new(profile, Duration::ZERO, lasts);
    schedule.arrivals().map(|arrival| arrival.due.as_secs_f64()).collect()
}

#[test]
fn a_constant_rate_has_its_requests_at_equal_distances() {
    let due = measured(&Profile::Constant(rate(4)), seconds(2));
    assert_eq!(due, [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]);
    let thirds = measured(&Profile::Constant(rate(3)), seconds(1000));
    assert_eq!(thirds.len(), 3000, "no request too many where a third is no binary fraction");
}

#[test]
fn a_warm_up_comes_before_and_takes_nothing_from_what_is_measured() {
    let schedule = Schedule::new(&Profile::Constant(rate(10)), Duration::from_millis(1_250), seconds(2));
    let arrivals: Vec<Arrival> = schedule.arrivals().collect();
    let (warming, counted): (Vec<Arrival>, Vec<Arrival>) =
        arrivals.into_iter().partition(|arrival| !arrival.is_measured);
    assert_eq!((warming.len(), counted.len()), (13, 20));
    assert!(warming.iter().all(|arrival| arrival.due < Duration::from_millis(1_250)));
    assert_eq!(counted.first().map(|arrival| arrival.due), Some(Duration::from_millis(1_250)));
    assert_eq!(
        (schedule.ends(), schedule.warmup()),
        (Duration::from_millis(3_250), Duration::from_millis(1_250))
    );
}

#[test]
fn a_ramp_is_the_integral_of_its_rate_and_holds_where_it_ends() {
    let ramp = Profile::Ramp(Ramp { from: rate(10), to: rate(30), over: Lasts::from_secs(10) });
    // 10 t + t² requests are due by t.
    let due = measured(&ramp, seconds(12));
    assert_eq!(due.len(), 200 + 60);
    for (requests, at) in due.iter().take(200).enumerate() {
        assert!((10.0 * at + at * at - requests as f64).abs() < 1e-5, "request {requests} at {at}");
    }
    let after: Vec<f64> = due.iter().copied().filter(|at| *at >= 10.0 - 1e-9).collect();
    assert!(after.windows(2).all(|pair| (pair[1] - pair[0] - 1.0 / 30.0).abs() < 1e-6));
    assert_eq!(measured(&ramp, seconds(5)).len(), 75, "a measurement that is shorter ends on the way");
}

#[test]
fn steps_hold_for_their_time_and_the_last_to_the_end() {
    let step = |hits, lasts: Option<u64>| Step { rate: rate(hits), lasts: lasts.map(Lasts::from_secs) };
    let steps = Profile::Steps(vec![step(10, Some(1)), step(20, Some(2)), step(5, Some(1))]);
    let due = measured(&steps, seconds(5));
    let within = |from: f64, to: f64| due.iter().filter(|at| (from..to).contains(*at)).count();
    assert_eq!((within(0.0, 1.0), within(1.0, 3.0), within(3.0, 5.0)), (10, 40, 10));
    assert_eq!(measured(&steps, seconds(1)).len(), 10, "the rest is cut off");
}

fn profiles() -> impl Strategy<Value = Profile> {
    let rates = || (1_u32..500).prop_map(rate);
    let lasts = || (100_u64..3_000).prop_map(Lasts::from_millis);
    prop_oneof![
        rates().prop_map(Profile::Constant),
        (rates(), rates(), lasts()).prop_map(|(from, to, over)| Profile::Ramp(Ramp { from, to, over })),
        prop::collection::vec((rates(), lasts()), 1..5).prop_map(|steps| {
            let step = |(rate, lasts)| Step { rate, lasts: Some(lasts) };
            Profile::Steps(steps.into_iter().map(step).collect())
        }),
    ]
}

proptest! {
    #[test]
    fn there_are_as_many_requests_as_the_rates_sum_up_to_in_order(
        profile in profiles(),
        milliseconds in 10_u64..5_000,
        warmup in 0_u64..1_000,
    ) {
        let lasts = Duration::from_millis(milliseconds);
        let schedule = Schedule::new(&profile, Duration::from_millis(warmup), lasts);
        let arrivals: Vec<Arrival> = schedule.arrivals().collect();
        prop_assert!(arrivals.windows(2).all(|pair| pair[0].due <= pair[1].due));
        prop_assert!(arrivals.iter().all(|arrival| arrival.due < schedule.ends()));
        let begins = schedule.warmup();
        prop_assert!(arrivals.iter().all(|arrival| arrival.is_measured == (arrival.due >= begins)));
        let expected: f64 = phases(&profile, lasts).into_iter().map(Phase::requests).sum();
        let counted = arrivals.iter().filter(|arrival| arrival.is_measured).count() as f64;
        prop_assert!((counted - expected).abs() <= 1.0 + 1e-6, "{counted} of {expected}");
    }
}
