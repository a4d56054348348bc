//! What changes when a setting changes, and what cannot run.

use proptest::prelude::*;

use super::*;
use crate::cluster::NodePool;
use crate::component::{Effect, Footprint, Threads};
use crate::load::{Load, Variation};
use crate::noise::{Draw, Noise, NoiseLevels};
use crate::rejection::Reason;
use crate::series::{Occasion, Window};

fn component(name: &str) -> Component {
    let gc = [
        ("serial", Effect { pause_seconds: 0.2, pause_interval_seconds: 10.0, ..Effect::NONE }),
        ("zgc", Effect { demand: 1.15, memory: 1.3, ..Effect::NONE }),
    ];
    Component {
        name: name.to_owned(),
        demand_seconds: 0.01,
        fixed_seconds: 0.002,
        footprint: Footprint { base_gib: 0.4, per_request_gib: 0.002, collection: 0.05 },
        choices: BTreeMap::from([(
            "gc".to_owned(),
            gc.map(|(name, effect)| (name.to_owned(), effect)).into(),
        )]),
        threads: Some(Threads { setting: "workers".to_owned(), memory_gib: 0.001 }),
    }
}

fn values(cpu_cores: f64, memory_gib: f64, replicas: u32) -> ComponentConfiguration {
    ComponentConfiguration {
        cpu_cores,
        memory_gib,
        replicas,
        choices: BTreeMap::from([("gc".to_owned(), "zgc".to_owned())]),
        numbers: BTreeMap::from([("workers".to_owned(), 16.0)]),
    }
}

fn web() -> Application {
    let pool = NodePool { nodes: 4, cpu_cores: 8.0, memory_gib: 32.0, pods: 110 };
    let cluster = Cluster::new(vec![pool]).expect("a valid cluster");
    Application::new(vec![component("web")], Some(cluster), 2.0).expect("a valid application")
}

fn run(application: &Application, values: &ComponentConfiguration, rate: f64) -> Result<Steady, Rejection> {
    let configured =
        application.components().iter().map(|component| (component.name.clone(), values.clone())).collect();
    application.evaluate(&application.configure(&configured).expect("a valid configuration"), rate)
}

fn check_refused(change: impl FnOnce(&mut ComponentConfiguration), expected: &str) {
    let mut values = values(1.0, 2.0, 2);
    change(&mut values);
    let error =
        web().configure(&BTreeMap::from([("web".to_owned(), values)])).expect_err("an invalid configuration");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_ample_service_serves_everything_and_accounts_for_its_cpu() {
    let steady = run(&web(), &values(2.0, 2.0, 3), 200.0).expect("a healthy service");
    assert!((steady.throughput - 200.0).abs() < 0.1);
    assert!(steady.error_percent < 0.1);
    // 200/s at 10 ms, 15 % more for the collector, and some for the room it has.
    assert!((2.3..2.5).contains(&steady.metric("cpu_usage").expect("a known metric")), "{steady:?}");
    assert!(steady.latency.p50 > 5.0 && steady.latency.p99 < 200.0, "{steady:?}");
}

#[test]
fn saturation_caps_throughput_and_bounds_latency_by_the_timeout() {
    let steady = run(&web(), &values(1.0, 8.0, 2), 2000.0).expect("an overloaded service");
    assert!((150.0..180.0).contains(&steady.throughput), "{steady:?}");
    assert!(steady.error_percent > 90.0);
    assert!(steady.latency.p99 < 2200.0 && steady.latency.p50 > 1500.0, "{steady:?}");
    assert!((steady.metric("cpu_utilization").expect("a known metric") - 100.0).abs() < 0.5);
}

#[test]
fn below_the_memory_cliff_pods_are_killed_and_just_above_it_they_collect() {
    let killed = run(&web(), &values(2.0, 0.5, 3), 200.0).expect_err("less than the working set");
    assert_eq!(killed.reason, Reason::Unstable);
    assert!(
        killed.message.starts_with("web pod(s) crash restart detected: OOMKilled: with 0.0 requests"),
        "{killed}"
    );
    let tight = run(&web(), &values(2.0, 0.58, 3), 200.0).expect("a little more");
    let ample = run(&web(), &values(2.0, 4.0, 3), 200.0).expect("plenty");
    assert!(tight.metric("cpu_usage") > ample.metric("cpu_usage"));
    assert!(tight.latency.p95 > ample.latency.p95);
}

#[test]
fn overload_can_exhaust_memory_that_calm_does_not() {
    assert!(run(&web(), &values(1.0, 0.7, 1), 20.0).is_ok());
    assert_eq!(
        run(&web(), &values(1.0, 0.7, 1), 500.0).expect_err("a queue of requests").reason,
        Reason::Unstable
    );
}

#[test]
fn what_does_not_fit_the_cluster_is_unschedulable() {
    let rejection = run(&web(), &values(6.0, 2.0, 5), 10.0).expect_err("four nodes of eight cores");
    assert_eq!(rejection.reason, Reason::Unschedulable);
    assert!(rejection.message.contains("0/4 nodes are available: 4 Insufficient cpu."), "{rejection}");
}

#[test]
fn a_collector_that_pauses_has_the_worse_tail_and_the_lower_cost() {
    let serial = ComponentConfiguration {
        choices: BTreeMap::from([("gc".to_owned(), "serial".to_owned())]),
        ..values(2.0, 2.0, 3)
    };
    let (serial, zgc) = (
        run(&web(), &serial, 100.0).expect("healthy"),
        run(&web(), &values(2.0, 2.0, 3), 100.0).expect("healthy"),
    );
    assert!(serial.latency.p99 > 1.5 * zgc.latency.p99, "{} and {}", serial.latency.p99, zgc.latency.p99);
    assert!(serial.metric("cpu_usage") < zgc.metric("cpu_usage"));
    assert!(serial.metric("memory_usage") < zgc.metric("memory_usage"));
}

#[test]
fn too_few_threads_leave_cores_idle() {
    let one = ComponentConfiguration {
        numbers: BTreeMap::from([("workers".to_owned(), 1.0)]),
        ..values(4.0, 16.0, 1)
    };
    let steady = run(&web(), &one, 1000.0).expect("an overloaded service");
    assert!(steady.metric("cpu_utilization").expect("a known metric") < 30.0, "{steady:?}");
}

#[test]
fn components_in_sequence_add_up_and_show_metrics_of_their_own() {
    let application = Application::new(vec![component("web"), component("api"), component("db")], None, 2.0)
        .expect("valid");
    let steady = run(&application, &values(2.0, 2.0, 3), 150.0).expect("healthy");
    let single = run(&web(), &values(2.0, 2.0, 3), 150.0).expect("healthy");
    assert!((steady.latency.mean / single.latency.mean - 3.0).abs() < 0.01);
    assert!(steady.latency.p99 < 3.0 * single.latency.p99 && steady.latency.p99 > 1.5 * single.latency.p99);
    assert!(steady.metric("api_cpu_utilization").is_some());
    assert_eq!(application.metrics().len(), steady.values().len());
    assert!(single.metric("web_cpu_utilization").is_none());
}

#[test]
fn unknown_and_missing_values_are_refused_by_name() {
    check_refused(|v| v.cpu_cores = f64::NAN, "web.cpu is NaN, expected cores from 0.000001 to 10000");
    check_refused(|v| v.replicas = 0, "web.replicas is 0, expected pods from 1 to 10000");
    check_refused(|v| v.choices.clear(), "web.gc has no value, expected one of serial, zgc");
    check_refused(
        |v| v.choices.extend([("gc".to_owned(), "g1".to_owned())]),
        "unknown value of web.gc \"g1\", expected one of serial, zgc",
    );
    check_refused(
        |v| v.numbers.extend([("heap".to_owned(), 1.0)]),
        "unknown numeric setting of web \"heap\", expected one of workers",
    );
    let error = web()
        .configure(&BTreeMap::from([("api".to_owned(), values(1.0, 1.0, 1))]))
        .expect_err("no such component");
    assert_eq!(error.to_string(), "unknown component \"api\", expected one of web");
}

#[test]
fn a_window_has_noisy_samples_that_follow_the_load_and_repeat() {
    let application = web();
    let configuration =
        application.configure(&BTreeMap::from([("web".to_owned(), values(2.0, 2.0, 3))])).expect("valid");
    let daily = Variation { amplitude: 0.5, phase_seconds: 0.0 };
    let load = Load::new(200.0, Some(daily), None).expect("valid");
    let levels = NoiseLevels { latency: 0.3, throughput: 0.01, ..NoiseLevels::default() };
    let noise = Noise::new(3, levels).expect("valid");
    let window = Window::new(0.0, 86_400.0, 3600.0).expect("valid");
    let occasion = Occasion { deployment: Draw::Counted(1), measurement: Draw::Counted(1) };
    let series = application.observe(&configuration, &load, window, &noise, occasion).expect("healthy");
    assert_eq!(
        series,
        application.observe(&configuration, &load, window, &noise, occasion).expect("healthy")
    );
    let values = |name: &str| -> Vec<f64> {
        series
            .iter()
            .find(|series| series.metric == name)
            .expect("known")
            .samples
            .iter()
            .map(|sample| sample.1)
            .collect()
    };
    assert_eq!(values("throughput").len(), 24);
    assert!(values("throughput")[6] > 280.0 && values("throughput")[18] < 120.0);
    assert!(values("p95_latency").iter().zip(values("p90_latency")).all(|(p95, p90)| *p95 >= p90));
    assert!(values("p95_latency").iter().zip(values("p99_latency")).all(|(p95, p99)| *p95 <= p99));
}

proptest! {
    #[test]
    fn more_cpu_and_more_replicas_never_hurt(rate in 1.0..3000.0f64, cpu in 0.1..6.0f64, more in 0.01..4.0f64, replicas in 1..8u32) {
        let application = Application::new(vec![component("web")], None, 2.0).expect("valid");
        let here = run(&application, &values(cpu, 64.0, replicas), rate).expect("memory is ample");
        for better in [values(cpu + more, 64.0, replicas), values(cpu, 64.0, replicas + 1)] {
            let better = run(&application, &better, rate).expect("memory is ample");
            prop_assert!(better.throughput >= here.throughput * (1.0 - 1e-6));
            let times = |steady: &Steady| {
                let Latency { mean, p50, p90, p95, p99 } = steady.latency;
                [mean, p50, p90, p95, p99]
            };
            for (less, more) in times(&better).into_iter().zip(times(&here)) {
                // A larger pod holds a few more requests in service, and so collects a little more.
                prop_assert!(less <= more * (1.0 + 1e-4), "{better:?} after {here:?}");
            }
        }
    }

    #[test]
    fn extremes_give_numbers(rate in -3.0..9.0f64, cpu in -6.0..4.0f64, demand in -9.0..6.0f64, timeout in -3.0..6.0f64, idle in any::<bool>()) {
        let front = Component { demand_seconds: 10f64.powf(demand).clamp(1e-9, 1e6), ..component("front") };
        let application = Application::new(vec![front, component("back")], None, 10f64.powf(timeout).clamp(1e-3, 1e6)).expect("valid");
        let rate = if idle { 0.0 } else { 10f64.powf(rate) };
        if let Ok(steady) = run(&application, &values(10f64.powf(cpu).clamp(1e-6, 1e4), 1e6, 3), rate) {
            prop_assert!(steady.values().iter().all(|value| value.is_finite() && *value >= 0.0), "{steady:?}");
            prop_assert!(steady.throughput <= rate);
            prop_assert!(steady.error_percent <= 100.0);
            let Latency { p50, p90, p95, p99, .. } = steady.latency;
            prop_assert!(p50 <= p90 * (1.0 + 1e-6) && p90 <= p95 * (1.0 + 1e-6) && p95 <= p99 * (1.0 + 1e-6), "{steady:?}");
        }
    }
}
