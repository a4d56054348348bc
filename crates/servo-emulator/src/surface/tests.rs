//! Tables that are read, replayed and refused.

use std::error::Error;

use proptest::prelude::*;

use super::*;

const TABLE: &str = "\
family,nodes,runtime,cost
m4,4,310.5,1.2
m4,6,250,1.3
m4,4.0,305,1.1
c4,4,280,
c4,8,NaN,0.9
r4,6,failed,2
";

fn surface() -> Surface {
    Surface::parse(TABLE, &names(&["family", "nodes"]), MetricColumns::Others).expect("a valid table")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn at(family: &str, nodes: &str) -> BTreeMap<String, Cell> {
    BTreeMap::from([("family".to_owned(), Cell::from(family)), ("nodes".to_owned(), Cell::from(nodes))])
}

fn refused(text: &str, settings: &[&str], metrics: MetricColumns<'_>) -> String {
    let error = Surface::parse(text, &names(settings), metrics).expect_err("an invalid table");
    error.source().map_or(error.to_string(), |source| format!("{error}: {source}"))
}

#[test]
fn numbers_match_by_value_and_repetitions_take_turns() {
    let surface = surface();
    assert_eq!(surface.metrics(), ["runtime", "cost"]);
    let runtime = |turn| surface.replay(&at("m4", "4.00"), turn).expect("measured")[0];
    assert_eq!([0, 1, 2].map(|n| runtime(Turn::InOrder(n)).to_string()), ["310.5", "305", "310.5"]);
    let random = |count| runtime(Turn::Random { seed: 1, measurement: Draw::Counted(count) }).to_string();
    assert_eq!(random(5), random(5));
    assert!((0..50).any(|n| random(n) != random(0)));
}

#[test]
fn levels_are_sorted_by_value() {
    let surface = surface();
    let levels: Vec<String> = surface.settings()[1].levels.iter().map(Cell::to_string).collect();
    assert_eq!(levels, ["4", "6", "8"]);
    assert_eq!(surface.configurations().count(), 5);
}

#[test]
fn what_was_never_measured_is_rejected_and_not_interpolated() {
    let rejection = surface().measurements(&at("m4", "5")).expect_err("between two rows");
    assert_eq!(rejection.reason, Reason::Unmeasured);
    assert_eq!(
        rejection.message,
        "the configuration was never measured: nodes = 5 occurs in no row; its values are 4, 6, 8"
    );
    let rejection = surface().measurements(&at("r4", "8")).expect_err("each value occurs, not together");
    assert_eq!(rejection.message, "the configuration was never measured: no row has family = r4, nodes = 8");
}

#[test]
fn a_cell_without_a_number_is_a_failed_measurement() {
    for (family, nodes, expected) in [
        (
            "c4",
            "4",
            "the measurement at line 5 of the table failed: column cost is \"\", expected a finite number",
        ),
        (
            "c4",
            "8",
            "the measurement at line 6 of the table failed: column runtime is \"NaN\", expected a finite number",
        ),
        (
            "r4",
            "6",
            "the measurement at line 7 of the table failed: column runtime is \"failed\", expected a finite number",
        ),
    ] {
        let error = surface().replay(&at(family, nodes), Turn::InOrder(0)).expect_err("failed");
        assert!(matches!(error, NoReplay::Failed(_)));
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_baseline_without_a_row_names_the_nearest() {
    assert_eq!(surface().baseline(&at("m4", "4")).expect("measured twice").len(), 2);
    let error = surface().baseline(&at("r4", "4")).expect_err("not measured").to_string();
    assert_eq!(
        error,
        "the table has no row of the baseline: no row has family = r4, nodes = 4; \
         the nearest rows are: family = m4, nodes = 4; family = m4, nodes = 6"
    );
    let error = surface().baseline(&at("m5", "4")).expect_err("unknown value").to_string();
    assert!(error.contains("family = m5 occurs in no row; its values are c4, m4, r4"), "{error}");
    let error = surface().baseline(&at("c4", "4")).expect_err("failed").to_string();
    assert!(error.contains("the measurement at line 5 of the table failed"), "{error}");
    let error = surface().baseline(&BTreeMap::new()).expect_err("no values").to_string();
    assert_eq!(error, "the table has no row of the baseline: family has no value");
}

#[test]
fn tables_that_cannot_be_read_say_why() {
    let others = MetricColumns::Others;
    assert_eq!(
        refused("", &["a"], others),
        "the table has no header, expected a header and at least one row"
    );
    assert_eq!(
        refused("a,b\n", &["a"], others),
        "the table has no rows, expected a header and at least one row"
    );
    assert_eq!(refused("a,b\n1,2\n", &["c"], others), "the table has no column \"c\"; its columns are a, b");
    assert_eq!(
        refused("a,b,b\n1,2,3\n", &["a"], others),
        "column \"b\" occurs twice in the header, expected each column once"
    );
    assert_eq!(
        refused("a\n1\n", &["a"], others),
        "the table has no metrics, expected at least one column of each kind"
    );
    let ragged = refused("a,b\n1,2\n1\n", &["a"], others);
    assert!(ragged.starts_with("the table is not well-formed CSV: CSV error: record 2 (line: 3"), "{ragged}");
    let both = names(&["a"]);
    let twice = refused("a,b\n1,2\n", &["a"], MetricColumns::Named(&both));
    assert_eq!(
        twice,
        "column \"a\" occurs twice in the settings and metrics asked for, expected each column once"
    );
}

proptest! {
    #[test]
    fn any_text_is_a_table_or_an_error(text in "(a|b|,|\"|\n|1|é| |\\.){0,60}") {
        let _ = Surface::parse(&text, &names(&["a"]), MetricColumns::Others);
    }
}
