//! Each command as it is typed, and the usage that it refuses.

use crate::environment::Environment;
use crate::studies::shop;

fn refused(environment: &Environment, arguments: &[&str], parts: &[&str]) {
    let ran = environment.servo(arguments);
    assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
    for part in parts {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn help_version_and_connectors_need_no_configuration() {
    let environment = Environment::new();
    for arguments in
        [&["--help"][..], &["run", "--help"], &["version"], &["connectors"], &["connectors", "-v"]]
    {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(environment.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn connectors_are_listed() {
    let ran = Environment::new().servo(&["connectors"]);
    assert!(ran.stdout.starts_with("NAME          VERSION    DESCRIPTION\nemulator      "), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nprometheus    "), "{}", ran.stdout);
}

#[test]
fn versions_have_a_long_a_short_and_a_json_form() {
    let environment = Environment::new();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(environment.servo(&["version", "--short"]).stdout, format!("Servo v{version}\n"));
    let json: serde_json::Value =
        serde_json::from_str(&environment.servo(&["version", "emulator", "-f", "json"]).stdout).unwrap();
    assert_eq!((json["name"].as_str(), json["version"].as_str()), (Some("emulator"), Some(version)));
    refused(
        &environment,
        &["version", "nope"],
        &["no connector found for key 'nope'", "there are: emulator"],
    );
}

#[test]
fn a_missing_file_is_wrong_usage() {
    let environment = Environment::new();
    refused(&environment, &["run"], &["config file 'servo.yaml' does not exist", "help:"]);
    refused(&environment, &["-c", "x.yaml", "describe"], &["config file 'x.yaml' does not exist"]);
    refused(&environment, &["dance"], &["unrecognized subcommand"]);
}

#[test]
fn describe_shows_settings_and_metrics() {
    let ran = Environment::with(&shop("shop")).servo(&["describe"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let first: Vec<&str> = ran.stdout.lines().take(2).collect();
    assert_eq!(first[0].split_whitespace().collect::<Vec<_>>(), ["CONNECTOR", "COMPONENTS", "METRICS"]);
    assert!(first[1].starts_with("emulator     web.cpu=2 "), "{}", ran.stdout);
    assert!(ran.stdout.contains("web.mem=1Gi") && ran.stdout.contains("p95_latency (ms)"), "{}", ran.stdout);
}

#[test]
fn measure_shows_the_metrics_that_are_asked_for() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["measure", "--duration", "1m", "p95_latency", "throughput"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let names: Vec<&str> = ran.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["METRIC", "p95_latency", "throughput"]);
    refused(&environment, &["measure", "nope"], &["no metric found named 'nope'", "p95_latency"]);
    refused(&environment, &["measure", "-c", "nope"], &["no connector found named 'nope'", "emulator"]);
    refused(&environment, &["measure", "-d", "5 s junk"], &["--duration"]);
}

#[test]
fn what_takes_long_says_so_in_log_lines_where_there_is_no_terminal() {
    let slow = shop("shop").replace("speed: 100000", "speed: 10");
    let ran = Environment::with(&slow).servo(&["measure", "--duration", "30s", "p95_latency"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("% of measuring, "), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("METRIC"), "{}", ran.stdout);
}

#[test]
fn adjust_reads_values_as_the_settings_own_type_and_shows_before_and_after() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["adjust", "web.cpu=1500m", "web.mem=512Mi"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["web.cpu", "2", "1.5"]);
    assert_eq!(rows[2], ["web.mem", "1Gi", "512Mi"]);
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=1.5"), "the world is as it was left");
}

#[test]
fn relative_paths_start_at_the_folder_of_the_configuration() {
    let environment = Environment::new();
    let text = shop("shop").replace("speed:", "state_file: world.json\n  speed:");
    environment.write("conf/servo.yaml", &text);
    let ran = environment.servo(&["-c", "conf/servo.yaml", "adjust", "web.cpu=1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(environment.path().join("conf/world.json").exists());
    assert!(!environment.path().join("world.json").exists());
}

#[test]
fn adjust_refuses_what_it_cannot_read_and_what_is_out_of_range() {
    let environment = Environment::with(&shop("shop"));
    refused(&environment, &["adjust", "foo"], &["component.setting=value"]);
    refused(&environment, &["adjust", "web.nope=1"], &["no setting `web.nope`", "web.cpu"]);
    refused(&environment, &["adjust", "web.cpu=64"], &["outside"]);
}

#[test]
fn one_of_several_servos_is_selected_by_name() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    refused(&environment, &["measure"], &["2 servos", "--name with one of one, two"]);
    refused(&environment, &["--name", "three", "measure"], &["no servo was found named \"three\""]);
    assert_eq!(environment.servo(&["-n", "two", "measure", "-d", "10s"]).code, 0);
}

#[test]
fn results_go_to_a_file_where_that_is_asked_for() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["describe", "--format", "json", "--output", "described.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let text = std::fs::read_to_string(environment.path().join("described.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let components = &json["shop"]["emulator"]["application"]["components"];
    assert_eq!(components["web"]["settings"]["cpu"]["value"], 2);
}

#[test]
fn log_lines_are_json_where_that_is_asked_for_and_results_stay_apart() {
    let ran = Environment::with(&shop("shop")).servo(&["run", "--log-format", "json"]);
    assert_eq!(ran.code, 0);
    assert!(!ran.stderr.is_empty());
    for line in ran.stderr.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    assert!(ran.stdout.starts_with("shop: "));
}

#[test]
fn the_version_is_an_option_too() {
    let environment = Environment::new();
    let short = environment.servo(&["version", "--short"]);
    assert!(short.stdout.starts_with("Servo v"), "{}", short.stdout);
    for option in ["--version", "-V"] {
        let ran = environment.servo(&[option]);
        assert_eq!((ran.code, &ran.stdout, ran.stderr.as_str()), (0, &short.stdout, ""));
    }
}

#[test]
fn a_number_that_is_none_is_answered_with_what_was_expected() {
    let environment = Environment::with(&shop("shop"));
    refused(&environment, &["run", "--limit", "0"], &["'--limit <N>': expected at least 1"]);
    refused(&environment, &["run", "--change-rate", "x"], &["expected a whole number from 1 on"]);
    refused(&environment, &["journal", "--limit", "x"], &["expected a whole number from 0 on"]);
}
