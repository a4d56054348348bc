//! Decimals: text and JSON without binary expansion.

use proptest::prelude::*;
use serde_json::{from_value, json, to_value};

use super::{Decimal, JsonNumber, from_f64, parse, to_f64};

fn read(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn text_is_read_exactly() {
    for (written, value) in [
        ("1", "1"),
        ("-1.50", "-1.5"),
        ("+.5", "0.5"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        ("00012", "12"),
        ("-0", "0"),
        ("0e999999999", "0"),
    ] {
        assert_eq!(read(written), value);
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in
        ["", ".", "-", "1.", "1_000", "1,5", " 1", "0x10", "nan", "inf", "1e", "1e1.5", "e5", "1.-5", "٣"]
    {
        assert!(parse(text).is_err(), "{text}");
    }
    for text in ["1e29", "1e-29", "1e2147483647", "1e-2147483648", "123456789012345678901234567890"] {
        assert_eq!(
            parse(text).expect_err(text).to_string(),
            format!("number '{text}' has more than 28 digits: write a shorter one")
        );
    }
}

#[test]
fn floats_are_read_as_their_shortest_text() {
    assert_eq!(from_f64(0.1).expect("tenth").to_string(), "0.1");
    assert_eq!(from_f64(1e20).expect("large").to_string(), "100000000000000000000");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE] {
        assert!(from_f64(number).is_err(), "{number}");
    }
}

#[test]
fn json_integers_stay_integers() {
    let written = |text: &str| to_value(JsonNumber(parse(text).expect(text))).expect("json");
    assert_eq!(written("4").to_string(), "4");
    assert_eq!(written("4.0").to_string(), "4");
    assert_eq!(written("0.125").to_string(), "0.125");
    assert_eq!(written("18446744073709551615").to_string(), "18446744073709551615");
    for refused in [json!("4"), json!(true), json!(null), json!(1e300)] {
        assert!(from_value::<JsonNumber>(refused.clone()).is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn json_survives_a_round_trip(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=15) {
        let number = Decimal::new(mantissa, scale);
        let back: JsonNumber = from_value(to_value(JsonNumber(number)).expect("json")).expect("number");
        prop_assert_eq!(back.0, number);
    }

    #[test]
    fn any_float_is_exact_or_refused(number in prop::num::f64::ANY) {
        if let Ok(decimal) = from_f64(number) {
            prop_assert_eq!(to_f64(decimal).to_bits(), (number + 0.0).to_bits());
        }
    }

    #[test]
    fn any_text_gives_a_number_or_an_error(text in "(.*|[+-]?[0-9.]{0,40}(e-?[0-9]{0,12})?)") {
        if let Ok(number) = parse(&text) {
            prop_assert_eq!(parse(&number.to_string()), Ok(number));
        }
    }
}
