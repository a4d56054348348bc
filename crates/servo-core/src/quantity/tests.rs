//! CPU and memory: their grammars, and that every amount survives a round trip.

use proptest::prelude::*;
use serde_json::{from_value, json, to_value};

use super::{Cpu, Memory};
use crate::model::Decimal;

fn cpu(text: &str) -> Cpu {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn memory(text: &str) -> Memory {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

#[test]
fn cpu_is_printed_in_the_fitting_unit() {
    for (written, printed) in [
        ("0", "0n"),
        ("0.0015", "1.5m"),
        ("0.1234567", "123.4567m"),
        ("0.5n", "0.5n"),
        ("1000m", "1"),
        ("2.50", "2.5"),
        ("1000000000n", "1"),
        ("12", "12"),
    ] {
        assert_eq!(cpu(written).to_string(), printed);
    }
}

#[test]
fn cpu_refuses_what_is_no_quantity() {
    for (text, message) in [
        ("", "invalid CPU quantity '': expected cores such as `0.5` or `2`, or millicores such as `250m`"),
        ("m", "invalid CPU quantity 'm': expected cores such as `0.5` or `2`, or millicores such as `250m`"),
        ("-250m", "quantity '-250m' is negative: expected zero or more"),
        (
            "0.00000000000000000000000000001",
            "quantity '0.00000000000000000000000000001' has more than 28 digits: write a shorter one",
        ),
    ] {
        assert_eq!(text.parse::<Cpu>().expect_err(text).to_string(), message);
    }
    for text in ["250M", "1 core", "1.2.3", "1_000", "nan", "inf", "250mm", "½"] {
        assert!(text.parse::<Cpu>().is_err(), "{text}");
    }
}

#[test]
fn cpu_in_json_is_text_out_and_text_or_cores_in() {
    assert_eq!(to_value(cpu("250m")).expect("json"), json!("250m"));
    for (written, cores) in [(json!("250m"), "0.25"), (json!(2), "2"), (json!(0.1), "0.1")] {
        assert_eq!(from_value::<Cpu>(written).expect("cpu").cores(), decimal(cores));
    }
    for refused in [json!(-1), json!(-0.1), json!(true), json!(1e300), json!(null)] {
        assert!(from_value::<Cpu>(refused.clone()).is_err(), "{refused}");
    }
}

#[test]
fn memory_is_printed_in_the_largest_unit_with_few_decimals() {
    for (written, printed) in [
        ("0", "0"),
        ("512", "512"),
        ("1024", "1Ki"),
        ("1537", "1537"),
        ("128MiB", "128Mi"),
        ("1536Mi", "1.5Gi"),
        ("1024000000", "976.5625Mi"),
        ("2GB", "1953125Ki"),
        ("1.5", "1.5Gi"),
        ("0.1Gi", "102.4Mi"),
        ("3.96875Gi", "3.96875Gi"),
        ("1Ti", "1Ti"),
        ("2Ei", "2Ei"),
        ("1.5B", "1.5B"),
    ] {
        assert_eq!(memory(written).to_string(), printed, "{written}");
    }
}

#[test]
fn memory_units_are_binary_or_decimal_in_either_case() {
    assert_eq!(memory("1gi"), memory("1GiB"));
    assert_eq!(memory("1 GB").bytes(), 1_000_000_000);
    assert_eq!(memory("1k").bytes(), 1_000);
    assert_eq!(memory("1e").bytes(), 1_000_000_000_000_000_000);
    assert_eq!(memory("0.5B").bytes(), 1, "bytes are rounded up");
}

#[test]
fn memory_refuses_what_is_no_quantity() {
    for (text, message) in [
        ("Mi", "invalid memory quantity 'Mi': expected an amount such as `512Mi`, `1.5Gi` or `2GB`"),
        ("-1Gi", "quantity '-1Gi' is negative: expected zero or more"),
        ("16Ei", "quantity '16Ei' is too large"),
        (
            "128m",
            "unknown unit 'm' in memory quantity '128m': expected Ki, Mi, Gi, Ti, Pi, Ei, k, M, G, T, P, E or B",
        ),
    ] {
        assert_eq!(text.parse::<Memory>().expect_err(text).to_string(), message);
    }
    for text in ["", "1.2.3Gi", "1Gix", "1GiBB", "1e3", "1,5Gi", "five"] {
        assert!(text.parse::<Memory>().is_err(), "{text}");
    }
}

#[test]
fn memory_in_json_is_text_out_and_text_bytes_or_gib_in() {
    assert_eq!(to_value(memory("512Mi")).expect("json"), json!("512Mi"));
    for (written, bytes) in
        [(json!("512Mi"), 1 << 29), (json!(2), 2), (json!(1.5), 3 << 29), (json!(2.0), 2_u64 << 30)]
    {
        assert_eq!(from_value::<Memory>(written).expect("memory").bytes(), bytes);
    }
    for refused in [json!(-1), json!(-0.1), json!(true), json!(1e300), json!(null)] {
        assert!(from_value::<Memory>(refused.clone()).is_err(), "{refused}");
    }
}

#[test]
fn gib_are_exact() {
    assert_eq!(memory("512Mi").gib(), decimal("0.5"));
    assert_eq!(memory("32Mi").gib(), decimal("0.03125"));
    assert_eq!(Memory::from_gib(decimal("0.1")).expect("memory").to_string(), "102.4Mi");
    let large = Memory::from_bytes(4_329_474_588_577_194_304);
    assert_eq!(Memory::from_gib(large.gib()), Ok(large), "a rounded quotient stands for whole bytes");
    assert!(Memory::from_gib(Decimal::MAX).is_err());
    assert!(Memory::from_gib(Decimal::NEGATIVE_ONE).is_err());
}

proptest! {
    #[test]
    fn cpu_survives_a_round_trip(mantissa in 0_i64.., scale in 0_u32..=19) {
        let amount = Cpu::from_cores(Decimal::new(mantissa, scale)).expect("not negative");
        prop_assert_eq!(amount.to_string().parse::<Cpu>(), Ok(amount));
        prop_assert_eq!(from_value::<Cpu>(to_value(amount).expect("json")).expect("cpu"), amount);
    }

    #[test]
    fn memory_survives_a_round_trip(bytes: u64) {
        let amount = Memory::from_bytes(bytes);
        prop_assert_eq!(amount.to_string().parse::<Memory>(), Ok(amount));
        prop_assert_eq!(amount.bytes(), bytes);
        prop_assert_eq!(Memory::from_gib(amount.gib()), Ok(amount));
    }

    #[test]
    fn memory_in_gib_survives_a_round_trip(mantissa in 0_i64..1_000_000_000_000, scale in 0_u32..=12) {
        let gib = Decimal::new(mantissa, scale);
        if let Ok(amount) = Memory::from_gib(gib) {
            prop_assert_eq!(amount.gib(), gib);
            prop_assert_eq!(amount.to_string().parse::<Memory>(), Ok(amount));
        }
    }

    #[test]
    fn any_text_gives_a_quantity_or_an_error(text in "(.*|[0-9.+-]{0,40}[a-zA-Z]{0,3})") {
        let _ = text.parse::<Cpu>().map(|amount| amount.to_string());
        let _ = text.parse::<Memory>().map(|amount| (amount.to_string(), amount.gib(), amount.bytes()));
    }

    #[test]
    fn any_float_gives_a_quantity_or_an_error(number in prop::num::f64::ANY) {
        let deserializer = serde::de::value::F64Deserializer::<serde::de::value::Error>::new(number);
        let _ = <Cpu as serde::Deserialize>::deserialize(deserializer).map(|amount| amount.to_string());
        let _ = <Memory as serde::Deserialize>::deserialize(deserializer).map(|amount| (amount.to_string(), amount.gib()));
    }
}
