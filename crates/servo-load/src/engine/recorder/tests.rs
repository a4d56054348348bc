//! Tests of what is counted.

#![expect(clippy::float_cmp, reason = "what is expected is exact in binary")]

use proptest::prelude::*;

use super::*;

const MILLISECOND: Duration = Duration::from_millis(1);

#[expect(clippy::unnecessary_wraps, reason = "it stands beside faults")]
fn answer(status: u16) -> Result<Answer, Fault> {
    Ok(Answer { status, body_bytes: 10 })
}

struct Counting {
    begin: Instant,
    recorder: Recorder,
}

impl Counting {
    /// Counts for a measured time from the first to the second second.
    fn new() -> Self {
        let begin = Instant::now();
        let window = (begin + 1_000 * MILLISECOND, begin + 2_000 * MILLISECOND);
        Self { begin, recorder: Recorder::new(window, Duration::from_secs(30)) }
    }

    fn at(&self, milliseconds: u32) -> Instant {
        self.begin + milliseconds * MILLISECOND
    }

    /// Lets a request be due, begin and end at these milliseconds.
    fn request(&mut self, due: u32, begun: u32, ended: u32, result: Result<Answer, Fault>) {
        let is_measured = due >= 1_000;
        let (due, begun, now) = (self.at(due), self.at(begun), self.at(ended));
        self.recorder.begins(is_measured, due, begun, false);
        self.recorder.ends(&Ended { is_measured, due, begun: Some(begun), result }, now);
    }
}

#[test]
fn latency_is_counted_from_when_a_request_was_due_and_service_from_when_it_was_sent() {
    let mut counting = Counting::new();
    counting.request(1_000, 1_050, 1_060, answer(200));
    let whole = counting.recorder.whole();
    assert!(
        (whole.latency.p50_ms - 60.0).abs() < 1e-9 && (whole.service.p50_ms - 10.0).abs() < 1e-9,
        "{whole:?}"
    );
}

#[test]
fn what_is_due_in_the_warm_up_is_not_measured_but_its_answers_are_throughput() {
    let mut counting = Counting::new();
    counting.request(500, 500, 600, answer(200));
    counting.request(990, 990, 1_010, answer(200));
    counting.request(1_990, 1_990, 2_010, answer(200));
    counting.request(1_000, 1_000, 1_001, answer(302));
    counting.request(1_000, 1_000, 1_001, answer(500));
    let whole = counting.recorder.whole();
    assert_eq!((whole.ended, whole.answered, whole.succeeded), (3, 3, 2));
    assert_eq!(whole.succeeded_meanwhile, 2, "one of the warm-up, one of 302; one came too late");
    assert_eq!(whole.throughput_rpm(), 120.0);
    assert_eq!(counting.recorder.begun(), 3);
}

#[test]
fn a_timeout_has_the_timeout_as_its_latency_and_faults_are_counted_by_kind() {
    let mut counting = Counting::new();
    counting.request(1_000, 1_000, 31_007, Err(Fault::Timeout));
    for number in 0..40 {
        counting.request(1_000, 1_000, 1_001, Err(Fault::Broken(format!("kind {number}"))));
    }
    counting.request(1_000, 1_000, 1_001, Err(Fault::Lost));
    let whole = counting.recorder.whole();
    assert_eq!(whole.latency.max_ms, 30_000.0);
    assert_eq!(whole.faults.len(), MOST_FAULTS + 1, "kinds are bounded");
    assert_eq!((whole.ended, whole.answered, whole.own_faults), (42, 0, 1));
}

#[test]
fn intervals_are_counted_apart_and_the_whole_has_them_all() {
    let mut counting = Counting::new();
    counting.request(1_000, 1_000, 1_100, answer(200));
    let first = counting.recorder.interval(500 * MILLISECOND);
    counting.request(1_500, 1_500, 1_510, answer(200));
    let second = counting.recorder.interval(500 * MILLISECOND);
    assert_eq!((first.ended, second.ended, counting.recorder.whole().ended), (1, 1, 2));
    assert_eq!((first.latency.max_ms, second.latency.max_ms), (100.0, 10.0));
    assert_eq!(first.throughput_rpm(), 120.0);
}

proptest! {
    #[test]
    fn quantiles_are_in_order_and_within_what_occurred(
        times in prop::collection::vec(0_u64..30_000_000, 1..200),
    ) {
        let mut counted = Times::new(Duration::from_secs(30));
        for time in &times {
            counted.record(Duration::from_micros(*time));
        }
        let it = counted.spread();
        let ordered = [it.min_ms, it.p50_ms, it.p90_ms, it.p95_ms, it.p99_ms, it.p99_9_ms, it.max_ms];
        prop_assert!(ordered.windows(2).all(|pair| pair[0] <= pair[1]), "{ordered:?}");
        prop_assert!(it.mean_ms >= it.min_ms && it.mean_ms <= it.max_ms + 1e-9);
        let mut sorted = times.clone();
        sorted.sort_unstable();
        let exact = sorted[(times.len() * 9).div_ceil(10) - 1] as f64 / 1e3;
        prop_assert!((it.p90_ms - exact).abs() <= 0.002 + exact * 2e-3, "{} instead of {exact}", it.p90_ms);
    }
}
