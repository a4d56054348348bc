//! What is served follows the configuration: the servos that there are, and whether the last reload was applied.

use crate::EXAMPLE;
use crate::program::{Program, eventually, get};

fn named(name: &str) -> String {
    EXAMPLE.replace("name: shop", &format!("name: {name}"))
}

#[test]
fn figures_and_readiness_are_of_the_servos_that_there_are() {
    let mut program =
        Program::start(&format!("{}---\n{EXAMPLE}", named("gone")), &["run", "--listen", "0"], &[]);
    let address = program.address();
    let shows = |name: &str| {
        let (_, metrics) = get(&address, "/metrics");
        let (_, ready) = get(&address, "/readyz?verbose");
        let (in_metrics, in_readiness) = (
            metrics.contains(&format!("servo_state{{servo=\"{name}\"")),
            ready.contains(&format!("]{name} ")),
        );
        assert_eq!(in_metrics, in_readiness, "{metrics}{ready}");
        in_metrics
    };
    assert!(shows("gone") && shows("shop") && !shows("new"));
    let write = |text: &str| std::fs::write(program.folder().join("servo.yaml"), text).unwrap();
    write(&format!("{EXAMPLE}---\n{}", named("new")));
    program.signal("HUP");
    program.hear("servo.yaml is in force");
    assert!(!shows("gone") && shows("shop") && shows("new"));
    eventually("readiness", || get(&address, "/readyz").0 == 200);
    program.signal("TERM");
    assert_eq!(program.end().0, 0);
}

#[test]
fn a_file_that_is_refused_is_seen_until_one_is_applied() {
    let mut program = Program::start(EXAMPLE, &["run", "--listen", "0"], &[]);
    let address = program.address();
    let figure = |name: &str| {
        let (_, metrics) = get(&address, "/metrics");
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split(' ').next_back().unwrap_or_default().parse::<f64>().unwrap()
    };
    let is_successful = || figure("servo_config_last_reload_successful ") > 0.0;
    let succeeded = || figure("servo_config_last_reload_success_timestamp_seconds ");
    let start = succeeded();
    assert!(is_successful() && start > 1.6e9);
    std::fs::write(program.folder().join("servo.yaml"), "nonsense: {}\n").unwrap();
    program.signal("HUP");
    program.hear("servo.yaml is not applied");
    eventually("a failure", || !is_successful());
    assert_eq!(succeeded().to_bits(), start.to_bits());
    std::fs::write(program.folder().join("servo.yaml"), EXAMPLE).unwrap();
    program.signal("HUP");
    eventually("success", || is_successful() && succeeded() > start);
    program.signal("TERM");
    assert_eq!(program.end().0, 0);
}
