//! Durations: the grammar, its errors, and that text survives a round trip.

use proptest::prelude::*;
use serde_json::{from_value, json, to_value};

use super::{Duration, DurationError, SignedDuration};

fn nanoseconds(text: &str) -> u128 {
    text.parse::<Duration>().unwrap_or_else(|error| panic!("{text}: {error}")).as_std().as_nanos()
}

fn error(text: &str) -> DurationError {
    text.parse::<SignedDuration>().expect_err(text)
}

#[test]
fn fractions_are_exact_to_the_nanosecond() {
    assert_eq!(nanoseconds("0.1s"), 100_000_000);
    assert_eq!(nanoseconds("0.000000001s"), 1);
    assert_eq!(nanoseconds("3ns"), 3);
    assert_eq!(nanoseconds("0.5us"), 500);
    assert_eq!(nanoseconds("1.000000000000000000000000000000000s"), 1_000_000_000);
    assert_eq!(nanoseconds("0.25y"), 365 * 86_400 * 250_000_000);
}

#[test]
fn units_may_repeat_in_any_order() {
    assert_eq!(nanoseconds("1s1m1s"), 62_000_000_000);
    assert_eq!(nanoseconds("1h 30m"), 5_400_000_000_000);
    assert_eq!(nanoseconds("5µs"), nanoseconds("5μs"));
}

#[test]
fn a_month_is_thirty_days() {
    assert_eq!(nanoseconds("1mm"), nanoseconds("30d"));
    assert_eq!(nanoseconds("1m"), nanoseconds("60s"));
}

#[test]
fn zero_has_no_sign_and_needs_no_unit() {
    for text in ["0", "+0", "-0", "0s", "-0s"] {
        assert_eq!(text.parse::<SignedDuration>(), Ok(SignedDuration::default()), "{text}");
        assert_eq!(nanoseconds(text), 0);
    }
}

#[test]
fn junk_is_an_error() {
    for text in [
        "abc5s", "5s junk", "5s!", "s", "", "-", "+", " ", "5 s", "- 5s", "--5s", "1h-5m", "1_000s",
        "5s\u{0}",
    ] {
        assert!(text.parse::<SignedDuration>().is_err(), "{text:?}");
    }
}

#[test]
fn errors_say_what_was_expected() {
    assert_eq!(
        error("abc5s").to_string(),
        "invalid duration 'abc5s': expected numbers with units, such as `300ms`, `5m` or `2h45m`"
    );
    assert_eq!(error("5").to_string(), "missing unit after '5' in duration '5': write for example `5s`");
    assert_eq!(
        error("5x").to_string(),
        "unknown unit 'x' in duration '5x': expected one of ns, us, ms, s, m, h, d, w, mm (30 days), y"
    );
    assert_eq!(
        error("1.2.3s").to_string(),
        "invalid value '1.2.3' in duration '1.2.3s': expected a decimal number such as `1.5`"
    );
    assert_eq!(
        error("0.1ns").to_string(),
        "'0.1ns' in duration '0.1ns' is not a whole number of nanoseconds: write fewer decimals"
    );
    assert_eq!(
        error("600000000000y").to_string(),
        "duration '600000000000y' is too long: the longest is 584942417355y26d7h15.999999999s"
    );
    assert!(matches!(error(&format!("{}s", "9".repeat(60))), DurationError::TooLong { .. }));
    assert!(matches!("-5s".parse::<Duration>(), Err(DurationError::Negative { .. })));
}

#[test]
fn text_is_canonical() {
    for (written, printed) in [
        ("90s", "1m30s"),
        ("1w", "7d"),
        ("72h3m0.5s", "3d3m0.5s"),
        ("3600.5s", "1h0.5s"),
        ("1500us", "1ms500us"),
        ("123456789.000000001s", "3y11mm3d21h33m9.000000001s"),
        ("-5s", "-5s"),
        ("-1500us", "-1ms500us"),
        ("-2m3.4s", "-2m3.4s"),
    ] {
        assert_eq!(written.parse::<SignedDuration>().expect(written).to_string(), printed);
    }
}

#[test]
fn json_is_text_out_and_text_or_seconds_in() {
    let read = |json| from_value::<Duration>(json);
    assert_eq!(to_value(Duration::from_secs(90)).expect("json"), json!("1m30s"));
    assert_eq!(read(json!("1m30s")).expect("text"), Duration::from_secs(90));
    assert_eq!(read(json!(90)).expect("integer"), Duration::from_secs(90));
    assert_eq!(read(json!(0.1)).expect("float"), Duration::from_millis(100));
    assert_eq!(read(json!(-0.0)).expect("zero"), Duration::ZERO);
    for refused in [json!(-1), json!(-0.5), json!(1e300), json!("5"), json!(true), json!(null), json!([1])] {
        assert!(read(refused.clone()).is_err(), "{refused}");
    }
    assert!(Duration::from_secs_f64(f64::NAN).is_err());
    assert!(Duration::from_secs_f64(f64::NEG_INFINITY).is_err());
}

#[test]
fn adding_stops_at_the_longest() {
    let longest = Duration::from_std(std::time::Duration::MAX);
    assert_eq!(longest.checked_add(Duration::from_secs(1)), None);
    assert_eq!(longest.saturating_add(Duration::from_secs(1)), longest);
    assert_eq!(Duration::from_secs(1).checked_add(Duration::from_secs(2)), Some(Duration::from_secs(3)));
}

#[test]
fn the_schema_takes_text_and_numbers() {
    let schema = to_value(schemars::schema_for!(Duration)).expect("schema");
    assert_eq!(schema["anyOf"][0]["format"], json!(null), "what JSON Schema calls a duration is `PT5M`");
    assert_eq!(schema["anyOf"][0]["examples"], json!(["300ms", "5m", "2h45m", "72h3m0.5s"]));
    assert_eq!(schema["anyOf"][1]["type"], "number");
}

proptest! {
    #[test]
    fn text_survives_a_round_trip(seconds: u64, nanoseconds in 0_u32..1_000_000_000, negative: bool) {
        let duration = SignedDuration::new(negative, std::time::Duration::new(seconds, nanoseconds));
        prop_assert_eq!(duration.to_string().parse::<SignedDuration>(), Ok(duration));
    }

    #[test]
    fn short_text_survives_a_round_trip(nanoseconds in 0_u64..2_000_000_000) {
        let duration = Duration::from_std(std::time::Duration::from_nanos(nanoseconds));
        prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
    }

    #[test]
    fn any_text_gives_a_duration_or_an_error(text in ".*") {
        let _ = text.parse::<SignedDuration>().map_err(|error| error.to_string());
    }

    #[test]
    fn what_looks_like_a_duration_gives_one_or_an_error(text in "[+-]?([0-9.]{1,25}(ns|us|ms|s|m|h|d|w|mm|y| |x)){0,4}") {
        if let Ok(duration) = text.parse::<SignedDuration>() {
            prop_assert_eq!(duration.to_string().parse::<SignedDuration>(), Ok(duration));
        }
    }

    #[test]
    fn order_is_that_of_seconds(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000) {
        let of = |ms: i64| SignedDuration::new(ms < 0, std::time::Duration::from_millis(ms.unsigned_abs()));
        prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
    }
}
