//! What single operations print, and what they refuse before anything is changed.

use crate::environment::Environment;
use crate::studies::{json, shop};

fn lines(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split_whitespace().collect()).collect()
}

#[test]
fn describe_aligns_values_and_what_they_can_be() {
    let ran = Environment::with(&shop("shop")).servo(&["describe"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines(found[0])[0], ["CONNECTOR", "COMPONENTS", "METRICS"]);
    let settings = [
        ("web.cpu=2", "500m..4 step 500m"),
        ("web.mem=1Gi", "256Mi..2Gi step 256Mi"),
        ("web.replicas=4", "1..6 step 1"),
    ];
    let mut columns = Vec::new();
    for (value, range) in settings {
        let line = found.iter().find(|line| line.contains(value)).unwrap_or_else(|| panic!("{}", ran.stdout));
        columns.push(line.find(range).unwrap_or_else(|| panic!("no {range:?} in {line:?}")));
    }
    assert_eq!(columns, [columns[0]; 3], "{}", ran.stdout);
}

#[test]
fn measure_shows_count_span_and_mean_of_a_series_and_every_value_where_that_is_asked_for() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["measure", "-d", "1m", "throughput"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = lines(&ran.stdout);
    assert_eq!(rows[0], ["METRIC", "UNIT", "READINGS"]);
    assert_eq!(
        (rows[1][..3].to_vec(), rows[1].len()),
        (vec!["throughput", "rps", "mean"], 8),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains(['▁', '█']), "nothing is drawn where nobody looks");
    let ran = environment.servo(&["measure", "-d", "1m", "throughput", "--verbose", "--no-humanize"]);
    assert!(ran.stdout.lines().count() > 10, "{}", ran.stdout);
    assert!(
        ran.stdout.contains(" from 2026-01-01 ") && ran.stdout.contains(" (2026-01-01 "),
        "{}",
        ran.stdout
    );
}

#[test]
fn measure_without_a_duration_is_a_glance() {
    let ran = Environment::with(&shop("shop")).servo(&["measure", "p95_latency", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let points = &json(&ran)["emulator"]["readings"][0]["time_series"]["points"];
    assert_eq!(points.as_array().map(Vec::len), Some(1), "{}", ran.stdout);
}

#[test]
fn adjust_changes_nothing_where_one_value_cannot_be() {
    let environment = Environment::with(&shop("shop").replace("replicas: {", "replicas: {pinned: true, "));
    let before = environment.servo(&["describe"]);
    assert!(before.stdout.contains("(pinned)"), "{}{}", before.stdout, before.stderr);
    for (text, code, parts) in [
        ("web.cpu", 2, &["component.setting=value"][..]),
        ("cpu=1", 2, &["component.setting=value"]),
        ("web.cpu=fast", 2, &["cannot read `web.cpu=fast`"]),
        ("web.cpu=64", 2, &["outside of the range 500m-4"]),
        ("web.cpu=600m", 2, &["500m..4 goes in steps of 500m", "the nearest value is 500m"]),
        ("web.replicas=2", 2, &["pinned"]),
        ("web.cpus=2", 2, &["no setting `web.cpus`", "there are: web.cpu, web.mem, web.replicas"]),
    ] {
        let ran = environment.servo(&["adjust", "web.mem=512Mi", text]);
        assert_eq!(ran.code, code, "{text}: {}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{text}: no {part:?} in:\n{}", ran.stderr);
        }
    }
    assert_eq!(environment.servo(&["describe"]).stdout, before.stdout);
}

#[test]
fn adjust_without_a_connector_that_adjusts_fails() {
    let ran = Environment::with("connectors: []\n").servo(&["adjust", "web.cpu=1"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("adjustment failed: no connector handled the request"), "{}", ran.stderr);
}

#[test]
fn adjust_refuses_a_setting_that_is_given_twice() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["adjust", "web.cpu=1", "web.cpu=3"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("`web.cpu` is given twice"), "{}", ran.stderr);
}
