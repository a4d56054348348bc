//! What benches are told: the application without noise.

use servo_core::Class;

use crate::fixture::{Home, SHOP, TABLE, emulator, parsed};

#[test]
fn the_truth_needs_no_state_and_no_runtime() {
    let emulator = emulator(SHOP).unwrap();
    let truth = |adjustments: &[&str]| emulator.truth(&parsed_as(&emulator, adjustments));
    let ample = truth(&[]).unwrap();
    assert!((ample["throughput"] - 100.0).abs() < 0.5, "{ample:?}");
    assert!(truth(&["web.replicas=2"]).unwrap()["p95_latency"] > ample["p95_latency"]);
    let reason = |adjustments: &[&str]| truth(adjustments).unwrap_err().reason().map(str::to_owned);
    assert_eq!(reason(&["web.mem=256Mi"]).as_deref(), Some("unstable"));
    assert_eq!(reason(&["web.cpu=4", "web.replicas=12"]).as_deref(), Some("unschedulable"));
}

/// Adjustments in the settings' own types, as a search has them.
fn parsed_as(
    emulator: &servo_emulator::Emulator,
    adjustments: &[&str],
) -> Vec<servo_core::model::Adjustment> {
    let description = emulator.description().unwrap();
    let mut adjustments = parsed(adjustments);
    for adjustment in &mut adjustments {
        let setting = description.setting(&adjustment.component, &adjustment.setting).unwrap();
        adjustment.value = setting.propose(&adjustment.value, None).unwrap();
    }
    adjustments
}

#[tokio::test(start_paused = true)]
async fn long_measurements_come_to_the_truth() {
    let home = Home::new();
    let varying = SHOP.replace("load: {rate: 100}", "load: {rate: 100, daily: {amplitude: 0.5}}\nstep: 10m");
    let varying = varying.replace("deployment: 0.05", "deployment: 0").replace("speed: 10", "speed: 1000");
    let truth = emulator(&varying).unwrap().truth(&[]).unwrap();
    let measured = home.life(&varying).measure(20 * 86_400).await.unwrap();
    for metric in ["throughput", "p95_latency", "cpu_usage", "mean_latency"] {
        let ratio = measured.mean_of(metric).unwrap() / truth[metric];
        assert!((ratio - 1.0).abs() < 0.02, "{metric}: {ratio}");
    }
}

#[test]
fn a_load_that_varies_is_rejected_where_its_peak_is() {
    let varying = SHOP.replace("load: {rate: 100}", "load: {rate: 100, weekly: {amplitude: 0.9}}");
    let emulator = emulator(&varying).unwrap();
    let small = parsed_as(&emulator, &["web.cpu=250m", "web.replicas=5", "web.mem=512Mi"]);
    assert_eq!(emulator.truth(&small).unwrap_err().reason(), Some("unstable"));
}

#[test]
fn the_truth_of_a_table_is_the_mean_of_its_rows() {
    let emulator = emulator(TABLE).unwrap();
    let truth = |adjustments: &[&str]| emulator.truth(&parsed_as(&emulator, adjustments));
    assert!((truth(&[]).unwrap()["latency"] - 22.0).abs() < 1e-12);
    assert_eq!(truth(&["db.engine=b"]).unwrap_err().reason(), Some("unmeasured"));
    assert_eq!(truth(&["db.engine=b", "db.cpus=3"]).unwrap_err().class(), Class::Failed);
}
