//! The test vectors of section 13 of the compatibility specification that are about text: 13.2, 13.3 and
//! 13.4.

use servo_core::duration::{Duration, SignedDuration};
use servo_core::model::Decimal;
use servo_core::quantity::{Cpu, Memory};

#[test]
fn durations_are_read_13_2() {
    for (text, seconds) in [
        ("0", 0.0),
        ("1.5s", 1.5),
        ("300ms", 0.3),
        ("1h30m", 5400.0),
        ("5.s", 5.0),
        (".5s", 0.5),
        ("+5s", 5.0),
        ("-2m3.4s", -123.4),
        ("10.5s4m", 250.5),
        ("10w5d39h9m14.425s", 6_048_000.0 + 432_000.0 + 140_400.0 + 540.0 + 14.425),
        ("5y2mm", 157_680_000.0 + 5_184_000.0),
        ("1y4w1h", 31_536_000.0 + 2_419_200.0 + 3600.0),
    ] {
        let duration: SignedDuration = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!((duration.as_secs_f64() - seconds).abs() < 1e-9, "{text} is {duration}");
    }
}

#[test]
fn what_is_no_duration_is_refused_13_2() {
    for text in ["", "3", "-", "s", ".", "-.", ".s", "+.s"] {
        assert!(text.parse::<SignedDuration>().is_err(), "{text:?}");
    }
}

#[test]
fn durations_are_written_13_2() {
    for (seconds, text) in [
        (90.0, "1m30s"),
        (61.25, "1m1.25s"),
        (604_800.0, "7d"),
        (2_592_000.0, "1mm"),
        (31_536_000.0, "1y"),
        (123_456_789.0, "3y11mm3d21h33m9s"),
        (0.0015, "1ms500us"),
        (1e-6, "1us"),
        (0.0, "0"),
    ] {
        assert_eq!(Duration::from_secs_f64(seconds).expect("duration").to_string(), text);
    }
}

#[test]
fn cpu_is_read_and_written_13_3() {
    for (text, written) in [
        ("100m", "100m"),
        ("1", "1"),
        ("1.0", "1"),
        ("0.1", "100m"),
        ("2500m", "2.5"),
        ("0.0001", "100u"),
        ("100n", "100n"),
    ] {
        assert_eq!(text.parse::<Cpu>().expect(text).to_string(), written);
    }
    assert_eq!(Cpu::from_cores(Decimal::new(25, 1)).expect("cpu").to_string(), "2.5");
}

#[test]
fn memory_is_read_13_4() {
    for (json, bytes) in [
        (r#""128Mi""#, 134_217_728),
        (r#""128MiB""#, 134_217_728),
        (r#""1.5""#, 1_610_612_736),
        ("1.5", 1_610_612_736),
        (r#""0.5""#, 536_870_912),
        (r#""512""#, 512),
        ("2", 2),
        (r#""2GB""#, 2_000_000_000),
        (r#""129M""#, 129_000_000),
    ] {
        assert_eq!(serde_json::from_str::<Memory>(json).expect(json).bytes(), bytes, "{json}");
    }
}
