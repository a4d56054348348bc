//! The page that says how this program stands to `ServoX`: nothing is missing from it, and what it claims is tested.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every command, option, variable, key and form of output of `ServoX` 25.3.0: its kind and its name.
const NAMES: &str = include_str!("servox.tsv");

/// One row of the page.
#[derive(Debug)]
struct Row {
    status: String,
    says: String,
    tests: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads the tables of the page: the kind is the heading above a table, in the singular.
fn page() -> BTreeMap<(String, String), Row> {
    let text = std::fs::read_to_string(root().join("docs/servox-compatibility.md")).unwrap();
    let mut rows = BTreeMap::new();
    let mut kind = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            kind = heading.trim_end_matches('s').to_lowercase();
        }
        let Some(cells) = line.strip_prefix("| `") else { continue };
        let cells: Vec<&str> = cells.trim_end_matches('|').split(" | ").map(str::trim).collect();
        let [name, status, says, tests] = cells[..] else { panic!("not four cells: {line}") };
        let tests = tests.split(", ").filter(|test| !test.is_empty());
        let tests = tests.map(|test| test.trim_matches('`').to_owned()).collect();
        let row = Row { status: status.to_owned(), says: says.to_owned(), tests };
        let name = name.trim_matches('`').to_owned();
        assert!(rows.insert((kind.clone(), name), row).is_none(), "twice: {line}");
    }
    rows
}

#[test]
fn every_name_has_a_row_and_every_row_a_name() {
    let names = NAMES.lines().filter_map(|line| line.split_once('\t'));
    let names: BTreeSet<_> = names.map(|(kind, name)| (kind.to_owned(), name.to_owned())).collect();
    assert!(names.len() > 200, "{} names", names.len());
    let rows: BTreeSet<_> = page().into_keys().collect();
    let missing: Vec<_> = names.difference(&rows).collect();
    let unknown: Vec<_> = rows.difference(&names).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing: {missing:?}\nunknown: {unknown:?}");
}

#[test]
fn every_row_says_how_it_is_and_names_a_test_that_exists() {
    for ((kind, name), row) in page() {
        let whose = format!("{kind} `{name}`");
        match row.status.as_str() {
            "same" => {}
            "better" | "different" => assert!(!row.says.is_empty(), "{whose} says not how or why"),
            "planned" => {
                assert!(!row.says.is_empty(), "{whose} says not where");
                assert!(row.tests.is_empty(), "{whose} is planned and has a test");
                continue;
            }
            other => panic!("{whose}: {other} is no status"),
        }
        assert!(!row.tests.is_empty(), "{whose} names no test");
        for test in &row.tests {
            let (file, function) = test.split_once("::").unwrap_or_else(|| panic!("{whose}: {test}"));
            let text = std::fs::read_to_string(root().join("crates").join(file));
            let text = text.unwrap_or_else(|error| panic!("{whose}: {file}: {error}"));
            assert!(text.contains(&format!("fn {function}(")), "{whose}: no test {function} in {file}");
        }
    }
}
