//! What is compiled into the program, and that every part of it conforms.

use servo_bin as _;
use servo_core::registry::Registry;

/// The connectors of the program, sorted. A crate that is not named in `connectors.rs` is missing here.
const CONNECTORS: &[&str] = &[
    "emulator",
    "kube_metrics",
    "kubernetes",
    "load",
    "opsani_dev",
    "process",
    "prometheus",
    "scripts",
    "vegeta",
    "wait",
];

/// The kinds of optimizers.
const OPTIMIZERS: &[&str] = &["embedded"];

#[test]
fn the_program_has_these_connectors_and_optimizers() {
    let registry = Registry::collect().unwrap();
    let connectors: Vec<&str> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
    let optimizers: Vec<&str> = registry.optimizers().iter().map(|descriptor| descriptor.key).collect();
    assert_eq!(connectors, CONNECTORS);
    assert_eq!(optimizers, OPTIMIZERS);
}

#[test]
fn every_connector_conforms() {
    servo_testkit::conformance::check_all().unwrap();
}
