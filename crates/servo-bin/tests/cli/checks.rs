//! `servo check` and the checks before a run, of servos as an operator has them.

mod before_run;
mod choosing;
mod gallery;
mod own;
mod several;
mod stanza;
mod study;

use crate::environment::{Environment, Ran};
use crate::studies::{shop, with};

/// A service whose settings and metrics are known only when its table is read.
const TABLE: &str =
    "emulator: {surface: {csv: \"nodes,seconds\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n";

/// A study of a service nothing of which is free, which is known only when its table is read.
fn pinned(name: &str) -> String {
    let table = TABLE.replace("{value: 2}", "{value: 2, pinned: true}");
    with(name, "objective: {minimize: seconds}\n    budget: {trials: 4}", &table)
}

/// The paths in a folder, those in folders of it too, sorted.
fn listing(environment: &Environment) -> Vec<String> {
    fn collect(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.display().to_string());
            if path.is_dir() {
                collect(&path, found);
            }
        }
    }
    let mut found = Vec::new();
    collect(environment.path(), &mut found);
    found.sort();
    found
}

/// The ids that a table of every check has, and how each ended.
fn rows(table: &str) -> Vec<(String, String)> {
    let heading = table.lines().next().unwrap_or_default();
    let column = |name: &str| heading.find(name).unwrap_or_else(|| panic!("no {name}: {table}"));
    let (id, tags, status, message) = (column("ID"), column("TAGS"), column("STATUS"), column("MESSAGE"));
    let part = |line: &str, from: usize, to: usize| {
        let letters = line.chars().skip(from).take(to - from);
        letters.collect::<String>().trim().to_owned()
    };
    let row = |line: &str| (part(line, id, tags), part(line, status, message));
    table.lines().skip(1).map(row).filter(|(id, _)| !id.is_empty()).collect()
}

/// The ids of the checks that are run with these arguments.
fn ids(environment: &Environment, arguments: &[&str]) -> Vec<String> {
    let ran = environment.servo(&[&["check", "--verbose"], arguments].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    rows(&ran.stdout).into_iter().map(|(id, _)| id).collect()
}

/// Asserts that the one failing check of a table says this.
fn says(ran: &Ran, parts: &[&str]) {
    for part in parts {
        assert!(ran.stdout.contains(part), "no {part:?} in:\n{}{}", ran.stdout, ran.stderr);
    }
}

const OWN: [&str; 10] = [
    "state_writable",
    "state_free",
    "journal",
    "circuit",
    "journal_clean",
    "attached",
    "description",
    "slo_metrics",
    "objective",
    "free_setting",
];

#[test]
fn a_servo_that_will_work_is_told_so_in_a_line_for_each_connector() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["check"]);
    let expected = "CONNECTOR    STATUS    ERRORS\nshop         √ PASSED\nemulator     √ PASSED\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, expected, ""));
}

#[test]
fn every_check_is_shown_where_that_is_asked_for() {
    let environment = Environment::with(&shop("shop"));
    for option in ["-v", "--verbose"] {
        let ran = environment.servo(&["check", option]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let heading = ran.stdout.lines().next().unwrap();
        let columns: Vec<&str> = heading.split_whitespace().collect();
        assert_eq!(columns, ["CONNECTOR", "CHECK", "ID", "TAGS", "STATUS", "MESSAGE"]);
        let found = rows(&ran.stdout);
        assert!(found.iter().all(|(_, status)| status == "√ PASSED"), "{}", ran.stdout);
        let found: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(found[..10], OWN);
        let emulator = ["service", "state_file", "state_file_writable", "state_file_free", "deployed"];
        assert_eq!(found[10..], [&["budget"], &emulator[..]].concat());
        says(&ran, &["1 component with 3 settings", "there is none yet", "web.cpu, web.mem, web.replicas"]);
    }
}

#[test]
fn nothing_is_printed_where_that_is_asked_for() {
    let environment = Environment::with(&shop("shop"));
    for option in ["-q", "--quiet"] {
        let ran = environment.servo(&["check", option]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    }
    assert_eq!(environment.servo(&["check", "--quiet", "--verbose"]).code, 2);
    let broken = Environment::with(&shop("shop").replace("p95_latency", "p95_latncy"));
    let ran = broken.servo(&["check", "--quiet"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (78, ""), "what is known without asking: {}", ran.stderr);
}

#[test]
fn checking_changes_and_leaves_nothing() {
    let environment = Environment::with(&shop("shop"));
    let before = listing(&environment);
    for arguments in [
        &["check"][..],
        &["check", "--verbose", "--halt-on", "never"],
        &["check", "--remedy"],
        &["check", "--wait", "5s", "--format", "json"],
        &["run", "--dry-run"],
    ] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert_eq!(listing(&environment), before, "{arguments:?}");
    }
    // Where there is state, it is as it was to the byte.
    assert_eq!(environment.servo(&["run"]).code, 0);
    let contents = || -> Vec<_> {
        let files = listing(&environment).into_iter().filter(|path| !std::path::Path::new(path).is_dir());
        files.map(|path| (std::fs::read(&path).unwrap(), path)).collect()
    };
    let before = contents();
    assert_eq!(environment.servo(&["check"]).code, 0);
    assert!(contents() == before, "{:?}", listing(&environment));
}

#[test]
fn an_invalid_configuration_is_78_and_a_missing_one_2() {
    let ran = Environment::with("name: shop\nemulatr: {}\n").servo(&["check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (78, ""));
    assert!(ran.stderr.contains("did you mean `emulator`?"), "{}", ran.stderr);
    assert_eq!(Environment::new().servo(&["check"]).code, 2);
}
