//! The space of an application, and the way back.

use proptest::prelude::*;
use servo_core::model::{Choices, Component, Decimal, Range, Setting};

use super::*;

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn range(name: &str, min: &str, max: &str, step: &str, value: &str) -> Setting {
    let range = Range::new(number(min), number(max), number(step)).expect("a range");
    Setting::range(name, range).observe(number(value)).0
}

fn choice(name: &str, values: Vec<Value>, value: Value) -> Setting {
    Setting::choice(name, Choices::new(values).expect("choices")).observe(value).0
}

fn space(settings: Vec<Setting>) -> Space {
    Space::new(&Description::new(vec![Component::new("web", settings)], Vec::new())).expect("a space")
}

#[test]
fn a_range_is_an_ordered_axis_of_its_exact_grid() {
    let space = space(vec![range("cpu", "0.1", "0.5", "0.1", "0.3")]);
    assert_eq!(space.lattice().levels(0), 5);
    assert!(space.lattice().is_ordered(0));
    assert_eq!(*space.baseline(), Point(vec![2]));
    assert_eq!(space.assignment(space.baseline())[0].to_string(), "web.cpu=0.3");
}

#[test]
fn texts_are_categories_and_numbers_of_a_list_are_ordered() {
    let texts = vec![Value::from("b"), Value::from("a")];
    let numbers = [8, 2, 4].map(Value::from).to_vec();
    let space =
        space(vec![choice("gc", texts, Value::from("a")), choice("threads", numbers, Value::from("2"))]);
    assert!(!space.lattice().is_ordered(0));
    assert!(space.lattice().is_ordered(1));
    assert_eq!(*space.baseline(), Point(vec![1, 0]));
    assert_eq!(space.assignment(&Point(vec![0, 2]))[1].to_string(), "web.threads=8");
}

#[test]
fn a_value_off_the_grid_is_a_level_that_only_the_baseline_may_use() {
    let space = space(vec![range("cpu", "1", "4", "1", "2.4"), range("mem", "1", "4", "1", "2")]);
    assert_eq!(space.lattice().levels(0), 5);
    assert!(space.admits(space.baseline()));
    let beside = Point(vec![space.baseline().0[0], 0]);
    assert!(!space.admits(&beside));
    assert_eq!(space.assignment(&space.snap(&beside))[0].to_string(), "web.cpu=2");
    assert!(space.admits(&space.snap(&beside)));
}

#[test]
fn a_baseline_outside_snaps_to_the_nearest_bound() {
    let above = space(vec![range("cpu", "1", "4", "1", "9")]);
    assert_eq!(above.assignment(&above.snap(above.baseline()))[0].to_string(), "web.cpu=4");
    let below = space(vec![range("cpu", "1", "4", "1", "0.5")]);
    assert_eq!(below.assignment(&below.snap(below.baseline()))[0].to_string(), "web.cpu=1");
}

#[test]
fn changes_name_only_what_differs_or_all_where_nothing_is_known() {
    let space = space(vec![range("cpu", "1", "4", "1", "2"), range("mem", "1", "4", "1", "2")]);
    let to = Point(vec![3, 1]);
    assert_eq!(space.changes(Some(space.baseline()), &to).len(), 1);
    assert_eq!(space.changes(None, &to).len(), 2);
    assert!(space.changes(Some(&to), &to).is_empty());
}

#[test]
fn the_state_has_what_is_pinned_too() {
    let pinned = range("mem", "1", "4", "1", "2").pinned(true);
    let space = space(vec![range("cpu", "1", "4", "1", "2"), pinned]);
    let state: Vec<String> = space.state(&Point(vec![0])).iter().map(ToString::to_string).collect();
    assert_eq!(state, ["web.cpu=1", "web.mem=2"]);
}

#[test]
fn a_point_is_found_again_by_its_values() {
    let gc = vec![Value::from("g1"), Value::from("zgc")];
    let space = space(vec![range("cpu", "1", "4", "1", "2.4"), choice("gc", gc, Value::from("zgc"))]);
    let named = |point: &Point| -> BTreeMap<String, Value> {
        let state = space.state(point).into_iter();
        state.map(|it| (format!("{}.{}", it.component, it.setting), it.value)).collect()
    };
    for point in space.lattice().points() {
        let json = serde_json::to_string(&named(&point)).expect("JSON");
        assert_eq!(space.point(&serde_json::from_str(&json).expect("JSON")), Some(point));
    }
    let mut values = named(space.baseline());
    values.insert("web.cpu".to_owned(), Value::from(9));
    assert_eq!(space.point(&values), None, "no level");
    values.remove("web.cpu");
    assert_eq!(space.point(&values), None, "no value");
}

#[test]
fn the_outline_is_the_same_whatever_the_values_and_another_for_another_range() {
    let outline = |max: &str, value: &str, pinned: bool| {
        space(vec![range("cpu", "1", max, "1", value), range("mem", "1", "4", "1", "2").pinned(pinned)])
            .outline()
    };
    assert_eq!(outline("4", "2", false), outline("4.0", "2.4", false));
    assert_ne!(outline("4", "2", false), outline("5", "2", false));
    assert_ne!(outline("4", "2", false), outline("4", "2", true));
    assert_eq!(
        outline("4", "2", true),
        r#"[{"setting":"web.cpu","free":{"range":["1","4","1"]}},{"setting":"web.mem"}]"#
    );
}

#[test]
fn where_nothing_is_free_there_is_one_configuration() {
    let described = Description::new(
        vec![Component::new("web", vec![range("cpu", "1", "4", "1", "2").pinned(true)])],
        Vec::new(),
    );
    assert!(Space::new(&described).is_err());
    let space = Space::as_described(&described).expect("a space");
    assert_eq!((space.lattice().len(), space.baseline()), (1, &Point(Vec::new())));
    assert!(space.changes(None, space.baseline()).is_empty());
    assert_eq!(space.state(space.baseline())[0].to_string(), "web.cpu=2");
}

#[test]
fn steps_too_fine_for_a_float_are_refused_and_not_confused() {
    let setting = range("x", "1", "1.00000000000000000003", "0.00000000000000000001", "1");
    let error = Space::new(&Description::new(vec![Component::new("web", vec![setting])], Vec::new()));
    assert!(error.expect_err("no distinct levels").chain().contains("not finite and ascending"));
}

proptest! {
    #[test]
    fn every_point_of_the_lattice_snaps_onto_the_grid(value in 0_u32..1000, level in 0_u32..12, other in 0_u32..5) {
        let off = Decimal::new(i64::from(value), 2).to_string();
        let space = space(vec![range("cpu", "1", "6", "0.5", &off), range("mem", "1", "4", "1", "7.5")]);
        let point = Point(vec![level.min(space.lattice().levels(0) - 1), other.min(space.lattice().levels(1) - 1)]);
        let snapped = space.snap(&point);
        prop_assert!(space.lattice().contains(&snapped));
        prop_assert!(space.admits(&snapped));
        prop_assert_eq!(space.snap(&snapped), snapped);
    }
}
