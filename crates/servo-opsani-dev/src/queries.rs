//! What is asked of Prometheus, as ServoX asked it (compatibility specification, section 8.4.3). Pure.
//!
//! The series are those of Envoy's clusters; `opsani_role` is a label of the tuning pod, `kubernetes_pod_name` one that the
//! configuration of Prometheus adds to each.

use servo_core::duration::Duration;
use servo_core::model::Unit;
use servo_prom::settings::{Absent, MetricSettings};

/// The time from one value to the next.
const STEP: Duration = Duration::from_secs(60);

/// What only the series of the tuning pod have.
const TUNING: &str = r#"opsani_role="tuning""#;

/// A metric, and what measures it.
struct Query {
    name: &'static str,
    unit: Unit,
    absent: Absent,
    text: &'static str,
}

const fn query(name: &'static str, unit: Unit, absent: Absent, text: &'static str) -> Query {
    Query { name, unit, absent, text }
}

static QUERIES: [Query; 13] = [
    query(
        "main_instance_count",
        Unit::Float,
        Absent::Ignore,
        r#"sum(envoy_cluster_membership_healthy{opsani_role!="tuning"})"#,
    ),
    query(
        "tuning_instance_count",
        Unit::Float,
        Absent::Ignore,
        r#"envoy_cluster_membership_healthy{opsani_role="tuning"}"#,
    ),
    query(
        "total_request_rate",
        Unit::RequestsPerSecond,
        Absent::Ignore,
        "sum(rate(envoy_cluster_upstream_rq_total[1m]))",
    ),
    query(
        "main_request_rate",
        Unit::RequestsPerSecond,
        Absent::Ignore,
        r#"avg(rate(envoy_cluster_upstream_rq_total{opsani_role!="tuning"}[1m]))"#,
    ),
    query(
        "tuning_request_rate",
        Unit::RequestsPerSecond,
        Absent::Ignore,
        r#"avg(rate(envoy_cluster_upstream_rq_total{opsani_role="tuning"}[1m]))"#,
    ),
    query(
        "main_success_rate",
        Unit::RequestsPerSecond,
        Absent::Ignore,
        r#"avg(sum by(kubernetes_pod_name)(rate(envoy_cluster_upstream_rq_xx{opsani_role!="tuning", envoy_response_code_class=~"2|3"}[1m])))"#,
    ),
    query(
        "tuning_success_rate",
        Unit::RequestsPerSecond,
        Absent::Zero,
        r#"avg(sum by(kubernetes_pod_name)(rate(envoy_cluster_upstream_rq_xx{opsani_role="tuning", envoy_response_code_class=~"2|3"}[1m])))"#,
    ),
    query(
        "main_error_rate",
        Unit::RequestsPerSecond,
        Absent::Zero,
        r#"avg(sum by(kubernetes_pod_name)(rate(envoy_cluster_upstream_rq_xx{opsani_role!="tuning", envoy_response_code_class=~"4|5"}[1m])))"#,
    ),
    query(
        "tuning_error_rate",
        Unit::RequestsPerSecond,
        Absent::Zero,
        r#"avg(sum by(kubernetes_pod_name)(rate(envoy_cluster_upstream_rq_xx{opsani_role="tuning", envoy_response_code_class=~"4|5"}[1m])))"#,
    ),
    query(
        "main_p90_latency",
        Unit::Milliseconds,
        Absent::Ignore,
        r#"avg(histogram_quantile(0.9,rate(envoy_cluster_upstream_rq_time_bucket{opsani_role!="tuning"}[1m])))"#,
    ),
    query(
        "tuning_p90_latency",
        Unit::Milliseconds,
        Absent::Ignore,
        r#"avg(histogram_quantile(0.9,rate(envoy_cluster_upstream_rq_time_bucket{opsani_role="tuning"}[1m])))"#,
    ),
    query(
        "main_p50_latency",
        Unit::Milliseconds,
        Absent::Ignore,
        r#"avg(histogram_quantile(0.5,rate(envoy_cluster_upstream_rq_time_bucket{opsani_role!="tuning"}[1m])))"#,
    ),
    query(
        "tuning_p50_latency",
        Unit::Milliseconds,
        Absent::Ignore,
        r#"avg(histogram_quantile(0.5,rate(envoy_cluster_upstream_rq_time_bucket{opsani_role="tuning"}[1m])))"#,
    ),
];

/// Gives the metrics: all thirteen, or those that are not about the tuning pod.
pub(crate) fn metrics(with_tuning: bool) -> Vec<MetricSettings> {
    let wanted = QUERIES.iter().filter(|query| with_tuning || !query.text.contains(TUNING));
    let metric = |query: &Query| MetricSettings {
        name: query.name.to_owned(),
        unit: query.unit.clone(),
        query: query.text.to_owned(),
        step: STEP,
        absent: query.absent,
    };
    wanted.map(metric).collect()
}

/// Counts the requests that the main pods of a namespace have had through Envoy.
pub(crate) fn main_requests(namespace: &str) -> String {
    format!(
        r#"sum(envoy_cluster_upstream_rq_total{{opsani_role!="tuning", kubernetes_namespace="{namespace}"}})"#
    )
}

/// Counts those that its tuning pods have had.
pub(crate) fn tuning_requests(namespace: &str) -> String {
    format!(
        r#"sum(envoy_cluster_upstream_rq_total{{opsani_role="tuning", kubernetes_namespace="{namespace}"}})"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the specification, section 8.4.3.
    const TABLE: &str = include_str!("../tests/fixtures/queries.tsv");

    fn written(metric: &MetricSettings) -> String {
        let absent = format!("{:?}", metric.absent).to_lowercase();
        [&metric.name, metric.unit.value(), &absent, &metric.query].join("\t")
    }

    #[test]
    fn the_thirteen_are_those_of_servox_to_the_letter() {
        let all: Vec<String> = metrics(true).iter().map(written).collect();
        assert_eq!(all, TABLE.lines().collect::<Vec<_>>());
        assert!(metrics(true).iter().all(|metric| metric.step == Duration::from_secs(60)));
    }

    #[test]
    fn without_a_tuning_pod_nothing_is_asked_of_one() {
        let names: Vec<String> = metrics(false).into_iter().map(|metric| metric.name).collect();
        let expected = [
            "main_instance_count",
            "total_request_rate",
            "main_request_rate",
            "main_success_rate",
            "main_error_rate",
            "main_p90_latency",
            "main_p50_latency",
        ];
        assert_eq!(names, expected);
    }
}
