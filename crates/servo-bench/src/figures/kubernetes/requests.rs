//! What is asked of an API server, by its own audit log and its own metrics.

use serde_json::Value;

use super::fleet::Fleet;
use crate::Result;

/// Requests that were answered, and watches that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    /// Of servos.
    pub(super) of_servos: usize,
    /// Of everybody.
    pub(super) all: usize,
}

/// Counts them since the cluster began.
///
/// # Errors
///
/// The log cannot be read, or has none of servos, which have asked for what they describe: what is not seen is not none.
pub(super) fn answered(fleet: &Fleet) -> Result<Answered> {
    let path = fleet.audit_log();
    let log = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let answered = Answered { of_servos: count(&log, "servo/"), all: count(&log, "") };
    if answered.of_servos == 0 {
        return Err(format!("{} has no request of a servo", path.display()));
    }
    Ok(answered)
}

/// Counts the watches that are open, of everybody.
pub(super) async fn watches(fleet: &Fleet) -> Result<f64> {
    open_watches(&fleet.kubectl(&["get", "--raw", "/metrics"]).await?)
}

fn count(log: &str, agent: &str) -> usize {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line["stage"] == "ResponseComplete")
        .filter(|line| line["userAgent"].as_str().unwrap_or_default().starts_with(agent))
        .count()
}

/// Adds up the gauges of requests that stay open, those with the verb WATCH.
fn open_watches(metrics: &str) -> Result<f64> {
    let gauges = metrics.lines().filter(|line| line.starts_with("apiserver_longrunning_requests{"));
    let watches = gauges.filter(|line| line.contains("verb=\"WATCH\""));
    let numbers = watches.map(|line| line.rsplit(' ').next().and_then(|number| number.parse::<f64>().ok()));
    let sum = numbers.sum::<Option<f64>>().filter(|sum| *sum > 0.0);
    sum.ok_or_else(|| "the API server does not say how many watches are open".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_once_they_are_answered() {
        let line = |stage: &str, agent: &str| format!(r#"{{"stage":"{stage}","userAgent":"{agent}"}}"#);
        let log = [
            line("ResponseStarted", "servo/1"),
            line("ResponseComplete", "servo/1"),
            line("ResponseComplete", "kubelet/1"),
        ]
        .join("\n");
        assert_eq!((count(&log, "servo/"), count(&log, "")), (1, 2));
    }

    #[test]
    fn watches_are_added_up_over_all_resources() {
        let metrics = "# HELP apiserver_longrunning_requests Gauge\n\
            apiserver_longrunning_requests{resource=\"pods\",verb=\"WATCH\"} 3\n\
            apiserver_longrunning_requests{resource=\"pods\",verb=\"CONNECT\"} 5\n\
            apiserver_longrunning_requests{resource=\"deployments\",verb=\"WATCH\"} 4\n";
        assert_eq!(open_watches(metrics), Ok(7.0));
        assert!(open_watches("").is_err(), "no answer is not none");
    }
}
