//! Series of literal pods and samples.

use proptest::prelude::*;

use super::*;
use crate::pod::Amounts;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + seconds).expect("a time")
}

fn pod(name: &str, side: Side) -> Pod {
    Pod {
        name: name.to_owned(),
        side,
        requests: Amounts::from([(Resource::Cpu, 0.5)]),
        limits: Amounts::from([(Resource::Cpu, 1.0), (Resource::Memory, 2.0)]),
        container: "main".to_owned(),
        restarts: Some(1),
    }
}

fn sample(pod: &str, seconds: i64, cpu: f64) -> Sample {
    let usage = Amounts::from([(Resource::Cpu, cpu), (Resource::Memory, 1.0)]);
    Sample { pod: pod.to_owned(), time: at(seconds), usage, window: Some("15s".to_owned()) }
}

fn collector(names: &[&str]) -> Collector {
    let wanted = names.iter().map(|name| PodMetric::named(name).expect("a metric")).collect();
    Collector::new(wanted, at(0), at(60)).chosen(true)
}

/// All series, a line each: metric, pod, values.
fn lines(collector: Collector) -> Vec<String> {
    let series = collector.finish().expect("data");
    let line = |series: &TimeSeries| {
        let values: Vec<String> = series.points().iter().map(|(_, value)| value.to_string()).collect();
        format!("{} {} {}", series.metric.name, series.id.as_deref().unwrap_or_default(), values.join(" "))
    };
    series.iter().map(line).collect()
}

fn refusal(collector: Collector) -> String {
    collector.finish().expect_err("no data").message().to_owned()
}

#[test]
fn each_pod_has_a_series_of_each_metric_of_its_side() {
    let pods = [pod("web-a", Side::Main), pod("web-b", Side::Main), pod("web-tuning", Side::Tuning)];
    let mut collector =
        collector(&["tuning_cpu_saturation", "main_cpu_usage", "main_mem_saturation", "main_cpu_request"]);
    collector.look(at(0), &pods, true);
    let first = [sample("web-a", 1, 0.2), sample("web-b", 1, 0.3), sample("web-tuning", 2, 0.25)];
    collector.sample(&pods, &first);
    collector.sample(&pods, &[sample("web-a", 1, 0.2), sample("web-a", 16, 0.4)]);
    let mut found = lines(collector);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "main_cpu_request web-a 0.5",
            "main_cpu_request web-b 0.5",
            "main_cpu_usage web-a 0.2 0.4",
            "main_cpu_usage web-b 0.3",
            // No request, so that it is a share of the limit.
            "main_mem_saturation web-a 50 50",
            "main_mem_saturation web-b 50",
            "tuning_cpu_saturation web-tuning 50",
        ]
    );
}

#[test]
fn between_looks_only_what_changes_counts() {
    let mut collector = collector(&["main_pod_restart_count"]);
    let mut pods = [pod("web-a", Side::Main)];
    for (seconds, restarts, is_due) in
        [(0, 1, true), (3, 1, false), (4, 2, false), (5, 2, false), (30, 2, true)]
    {
        pods[0].restarts = Some(restarts);
        collector.look(at(seconds), &pods, is_due);
    }
    assert_eq!(lines(collector), ["main_pod_restart_count web-a 1 2 2"]);
}

#[test]
fn samples_of_another_time_or_of_strangers_do_not_count() {
    let pods = [pod("web-a", Side::Main)];
    let mut collector = collector(&["main_cpu_usage"]);
    collector.look(at(0), &pods, true);
    let others = [sample("web-a", -1, 9.0), sample("web-a", 61, 9.0), sample("other", 5, 9.0)];
    collector.sample(&pods, &others);
    assert_eq!(
        refusal(collector),
        "nothing is known of `main_cpu_usage`: the newest sample of the metrics API is of 1970-01-12T13:46:39Z, over 15s, \
         before what was measured"
    );
}

#[test]
fn what_is_missing_is_told_with_why_and_never_a_zero() {
    let mut bare = pod("web-a", Side::Main);
    bare.requests.clear();
    bare.limits.clear();
    let bare = [bare];
    let mut nothing = collector(&["main_cpu_request", "main_cpu_saturation"]);
    nothing.look(at(0), &bare, true);
    nothing.sample(&bare, &[sample("web-a", 1, 0.2)]);
    let told = refusal(nothing);
    let begin = "nothing is known of `main_cpu_request`, `main_cpu_saturation`: ";
    assert!(told.starts_with(begin), "{told}");
    assert!(told.contains("container `main` of pod `web-a` has no cpu request"), "{told}");
    let mut unsampled = collector(&["main_cpu_usage"]);
    unsampled.look(at(0), &bare, true);
    assert_eq!(
        refusal(unsampled),
        "nothing is known of `main_cpu_usage`: the metrics API has no sample of the pods"
    );
    assert_eq!(refusal(collector(&["main_cpu_usage"])), "nothing was measured: there are no pods");
}

#[test]
fn an_amount_that_nobody_sets_fails_only_who_has_named_it() {
    let pods = [pod("web-a", Side::Main)];
    let of_memory = || {
        let mut collector = collector(&["main_mem_request", "main_mem_limit"]);
        collector.look(at(0), &pods, true);
        collector
    };
    assert_eq!(lines(of_memory().chosen(false)), ["main_mem_limit web-a 2"]);
    assert!(refusal(of_memory()).contains("pod `web-a` has no memory request"));
}

#[test]
fn a_tuning_pod_that_is_not_there_has_no_series_and_fails_nothing() {
    let pods = [pod("web-a", Side::Main)];
    let mut collector = collector(&["tuning_pod_restart_count", "main_pod_restart_count"]);
    collector.look(at(0), &pods, true);
    assert_eq!(lines(collector), ["main_pod_restart_count web-a 1"]);
    let mut alone = self::collector(&["tuning_pod_restart_count"]);
    alone.look(at(0), &pods, true);
    assert_eq!(refusal(alone), "nothing was measured: there are no pods");
}

proptest! {
    /// However often and in whatever order samples come, each counts once, in the order of time.
    #[test]
    fn samples_count_once(times in prop::collection::vec(0_i64..=60, 1..40)) {
        let pods = [pod("web-a", Side::Main)];
        let mut collector = collector(&["main_cpu_usage"]);
        collector.look(at(0), &pods, true);
        for seconds in &times {
            collector.sample(&pods, &[sample("web-a", *seconds, 0.1)]);
        }
        let series = collector.finish().expect("data").remove(0);
        let distinct: BTreeSet<Timestamp> = times.iter().map(|seconds| at(*seconds)).collect();
        let found: Vec<Timestamp> = series.points().iter().map(|(time, _)| *time).collect();
        prop_assert_eq!(found, distinct.into_iter().collect::<Vec<_>>());
    }
}
