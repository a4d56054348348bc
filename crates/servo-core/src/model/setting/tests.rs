//! Settings: kinds, values proposed and observed, and texts.

use proptest::prelude::*;

use super::{Kind, NumberType, Setting, SettingError};
use crate::model::{Choices, Decimal, Range, Value, decimal};

fn number(text: &str) -> Value {
    Value::Number(decimal::parse(text).expect("number"))
}

fn plain(min: &str, max: &str, step: &str) -> Setting {
    let of = |text| decimal::parse(text).expect("number");
    Setting::range("x", Range::new(of(min), of(max), of(step)).expect("range"))
}

fn cpu(min: &str, max: &str, step: &str) -> Result<Setting, SettingError> {
    let of = |text: &str| text.parse().expect("cpu");
    Setting::cpu(of(min), of(max), of(step))
}

fn memory(min: &str, max: &str, step: &str) -> Setting {
    let of = |text: &str| text.parse().expect("memory");
    Setting::memory(of(min), of(max), of(step)).expect("setting")
}

fn choice(values: &[Value]) -> Setting {
    Setting::choice("gc", Choices::new(values.to_vec()).expect("choices"))
}

#[test]
fn reserved_kinds_have_their_names_and_units() {
    let cpu = cpu("125m", "4", "125m").expect("setting");
    assert_eq!((cpu.name(), cpu.unit().map(ToString::to_string)), ("cpu", Some("cores".to_owned())));
    let mem = memory("128Mi", "4Gi", "128Mi");
    assert_eq!((mem.name(), mem.unit().map(ToString::to_string)), ("mem", Some("GiB".to_owned())));
    assert_eq!(mem.as_range().map(Range::max), Some(Decimal::from(4)));
    assert_eq!(Setting::replicas(0, 5, 1).expect("setting").name(), "replicas");
}

#[test]
fn cpu_starts_above_zero() {
    assert_eq!(cpu("0", "4", "125m").expect_err("zero").to_string(), "cpu: min must be greater than zero");
    assert_eq!(memory("0", "4Gi", "1Gi").warnings(), ["Memory('mem') min must be greater than zero"]);
}

#[test]
fn advice_is_in_the_words_of_the_kind() {
    assert_eq!(
        cpu("125m", "4", "250m").expect("setting").warnings(),
        ["CPU('cpu' 125m-4, 250m) min/max difference is not step aligned: 3.875 is not a multiple of 250m \
          (consider min 250m or 0n, max 3.875 or 4.125)."]
    );
    assert_eq!(
        memory("32Mi", "4Gi", "256Mi").warnings(),
        [
            "Memory('mem' 32Mi-4Gi, 256Mi) min/max difference is not step aligned: 3.96875Gi is not a multiple of 256Mi \
          (consider min 256Mi or 0, max 3.78125Gi or 4.03125Gi)."
        ]
    );
}

#[test]
fn text_is_read_as_the_setting_means_it() {
    let cpu = cpu("125m", "4", "125m").expect("setting");
    let mem = memory("128Mi", "4Gi", "128Mi");
    assert_eq!(cpu.parse("250m"), Ok(number("0.25")));
    assert_eq!(mem.parse("512Mi"), Ok(number("0.5")));
    assert_eq!(mem.parse("2"), Ok(number("2")), "a plain number is GiB");
    assert_eq!(plain("0", "10", "1").parse("3"), Ok(number("3")));
    assert_eq!(choice(&[1.into(), "a".into()]).parse("1"), Ok(number("1")));
    assert_eq!(choice(&["a".into()]).parse("b"), Ok("b".into()));
    assert_eq!(cpu.parse("lots").expect_err("text").to_string(), "cpu: invalid value");
    assert!(Setting::replicas(0, 5, 1).expect("setting").parse("2.5").is_err());
}

#[test]
fn a_proposal_outside_the_range_is_rejected_unless_it_is_the_baseline() {
    let setting = plain("1", "4", "1");
    assert_eq!(
        setting.propose(&number("9"), None).expect_err("outside").to_string(),
        "x: invalid value: 9 is outside of the range 1-4"
    );
    assert_eq!(setting.propose(&number("9"), Some(&number("9.0"))), Ok(number("9")));
    assert!(setting.propose(&number("8"), Some(&number("9"))).is_err());
    assert_eq!(setting.propose(&number("2.5"), None), Ok(number("2.5")), "off the grid is inside");
    assert_eq!(setting.propose(&"3".into(), None), Ok(number("3")));
    assert!(setting.propose(&"three".into(), None).is_err());
}

#[test]
fn a_proposal_that_is_not_listed_is_rejected_unless_it_is_the_baseline() {
    let setting = choice(&["a".into()]);
    assert_eq!(
        setting.propose(&"b".into(), None).expect_err("not listed").to_string(),
        "gc: invalid value: 'b' is not in the values list ['a']"
    );
    assert_eq!(setting.propose(&"b".into(), Some(&"b".into())), Ok("b".into()));
    let numbers = choice(&[1.into(), 2.into()]);
    assert_eq!(numbers.propose(&number("2"), None), Ok(number("2")));
    assert_eq!(numbers.propose(&"2".into(), None), Ok(number("2")));
}

#[test]
fn a_pinned_setting_keeps_its_value() {
    let setting = plain("1", "4", "1").pinned(true);
    let setting = setting.with_value(number("2")).expect("the first value is free");
    assert_eq!(setting.propose(&number("2.0"), None), Ok(number("2")));
    assert_eq!(
        setting.propose(&number("3"), None).expect_err("pinned").to_string(),
        "x: value of pinned settings cannot be changed: assigned value 3 is not equal to existing value 2"
    );
    assert!(setting.propose(&number("3"), Some(&number("3"))).is_err());
    assert!(setting.clone().with_value(number("3")).is_err());
    assert_eq!(setting.pinned(false).with_value(number("3")).expect("free").value(), Some(&number("3")));
}

#[test]
fn what_is_observed_is_described_even_outside() {
    let (setting, warning) = plain("1", "4", "1").pinned(true).observe(number("9"));
    assert_eq!(setting.value(), Some(&number("9")));
    assert_eq!(warning.as_deref(), Some("x: invalid value: 9 is outside of the range 1-4"));
    let (setting, warning) = setting.observe(number("3"));
    assert_eq!((setting.value(), warning), (Some(&number("3")), None));
    let (setting, warning) = setting.observe("lots");
    assert_eq!(setting.value(), Some(&"lots".into()));
    assert_eq!(
        warning.as_deref(),
        Some("x: invalid value: invalid number 'lots': expected a decimal number such as `4` or `0.25`")
    );
    assert_eq!(
        choice(&["a".into()]).observe("b").1.as_deref(),
        Some("gc: invalid value: 'b' is not in the values list ['a']")
    );
}

#[test]
fn replicas_and_whole_variables_take_no_fractions() {
    let replicas = Setting::replicas(1, 5, 1).expect("setting");
    assert_eq!(replicas.propose(&number("2.0"), None), Ok(number("2")));
    assert_eq!(
        replicas.propose(&number("2.5"), None).expect_err("fraction").to_string(),
        "replicas: invalid value: 2.5 is not a whole number"
    );
    let halves = Range::new(Decimal::ZERO, Decimal::ONE, Decimal::new(5, 1)).expect("range");
    assert!(Setting::environment_range("x", halves, None, Some(NumberType::Int)).is_err());
    assert!(Setting::environment_range("x", halves, None, Some(NumberType::Float)).is_ok());
}

#[test]
fn an_environment_variable_may_have_another_name() {
    let range = Range::new(Decimal::ZERO, Decimal::TEN, Decimal::ONE).expect("range");
    let setting = Setting::environment_range("threads", range, Some("WORKER_THREADS".to_owned()), None)
        .expect("setting");
    assert_eq!((setting.name(), setting.variable_name()), ("threads", "WORKER_THREADS"));
    assert_eq!(setting.with_value("3").expect("numeric text").value(), Some(&number("3")));
    let choices = Choices::new(vec!["a".into()]).expect("choices");
    assert_eq!(Setting::environment_choice("MODE", choices, None).variable_name(), "MODE");
}

#[test]
fn values_and_settings_are_written_for_people() {
    let cpu = cpu("125m", "4", "125m").expect("setting").with_value(number("0.25")).expect("value");
    assert_eq!(cpu.human().as_deref(), Some("250m"));
    assert_eq!(cpu.summary(), "CPU(range=[125m..4], step=125m, unit=cores)");
    assert_eq!(memory("128Mi", "4Gi", "128Mi").observe(number("0.5")).0.human().as_deref(), Some("512Mi"));
    assert_eq!(
        plain("0", "10", "1").with_unit("cores".into()).summary(),
        "RangeSetting(range=[0..10], step=1, unit=cores)"
    );
    assert_eq!(choice(&["a".into(), 2.into()]).summary(), "EnumSetting(values=['a', 2], unit=None)");
    let machines = Setting::instance_type(Choices::new(vec!["m5.large".into()]).expect("choices"));
    assert_eq!(machines.summary(), "InstanceType(values=['m5.large'], unit=ec2)");
    assert_eq!(machines.kind(), &Kind::InstanceType);
}

proptest! {
    #[test]
    fn people_read_and_write_the_same_value(millicores in 1_i64..1_000_000, mebibytes in 1_i64..1_000_000) {
        let cpu = cpu("1m", "1000", "1m").expect("setting");
        let value = Value::Number(Decimal::new(millicores, 3));
        prop_assert_eq!(cpu.parse(&cpu.show(&value)), Ok(value));
        let mem = memory("1Mi", "1Ti", "1Mi");
        let value = mem.parse(&format!("{mebibytes}Mi")).expect("memory");
        prop_assert_eq!(mem.parse(&mem.show(&value)), Ok(value));
    }
}
