//! What the metrics API of a cluster has sampled of pods (`metrics.k8s.io/v1beta1`, `PodMetrics`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;
use servo_core::{Error, Result};

use crate::metric::Resource;
use crate::pod::{Amounts, amount};

/// A list as the API has it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct PodMetricsList {
    /// The samples.
    #[serde(default)]
    pub(crate) items: Vec<PodMetrics>,
}

/// A sample of one pod, as the API has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PodMetrics {
    /// Its metadata, with the name of the pod.
    #[serde(default)]
    pub(crate) metadata: ObjectMeta,
    /// When it was made, as text of RFC 3339.
    pub(crate) timestamp: String,
    /// Over how much time CPU was counted before that, such as `15.2s`.
    #[serde(default)]
    pub(crate) window: Option<String>,
    /// Each container.
    #[serde(default)]
    pub(crate) containers: Vec<ContainerMetrics>,
}

/// What a container used.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ContainerMetrics {
    /// Its name.
    pub(crate) name: String,
    /// What it used, by resource.
    #[serde(default)]
    pub(crate) usage: BTreeMap<String, Quantity>,
}

/// What one container of a pod used at a time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// The name of the pod.
    pub(crate) pod: String,
    /// When.
    pub(crate) time: Timestamp,
    /// By resource, in cores and GiB.
    pub(crate) usage: Amounts,
    /// Over how much time, as the API says it.
    pub(crate) window: Option<String>,
}

impl PodMetrics {
    /// Reads what a container used; `None` where the sample does not have it, as while it begins.
    ///
    /// # Errors
    ///
    /// Class failed: a time or an amount cannot be read.
    pub(crate) fn of(&self, container: &str) -> Result<Option<Sample>> {
        let pod = self.metadata.name.clone().unwrap_or_default();
        let Some(found) = self.containers.iter().find(|it| it.name == container) else { return Ok(None) };
        let time: Timestamp = self.timestamp.parse().map_err(|error| {
            let message =
                format!("the metrics API has sampled pod `{pod}` at `{}`, which is no time", self.timestamp);
            Error::failed(message).with_source(error)
        })?;
        let mut usage = Amounts::new();
        for resource in [Resource::Cpu, Resource::Memory] {
            if let Some(Quantity(text)) = found.usage.get(resource.key()) {
                usage.insert(resource, amount(resource, text)?);
            }
        }
        Ok(Some(Sample { pod, time, usage, window: self.window.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metrics(usage: &serde_json::Value, timestamp: &str) -> PodMetrics {
        serde_json::from_value(json!({
            "metadata": { "name": "web-1" }, "timestamp": timestamp, "window": "15.1s",
            "containers": [{ "name": "proxy", "usage": { "cpu": "1" } }, { "name": "main", "usage": usage }],
        }))
        .expect("a sample")
    }

    #[test]
    fn amounts_are_those_of_the_container_in_cores_and_gibibytes() {
        let found = metrics(&json!({ "cpu": "123456789n", "memory": "131072Ki" }), "2026-11-23T10:00:00Z");
        let sample = found.of("main").expect("sound").expect("a sample");
        assert_eq!(sample.usage, Amounts::from([(Resource::Cpu, 0.123_456_789), (Resource::Memory, 0.125)]));
        assert_eq!((sample.pod.as_str(), sample.window.as_deref()), ("web-1", Some("15.1s")));
        assert_eq!(found.of("other").expect("sound"), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_nothing_is_made_up() {
        let at = "2026-11-23T10:00:00Z";
        for (usage, at) in [
            (json!({ "cpu": "12x" }), at),
            (json!({ "memory": "-1Ki" }), at),
            (json!({ "cpu": "1" }), "yesterday"),
        ] {
            assert!(metrics(&usage, at).of("main").is_err(), "{usage} at {at}");
        }
        let sample = metrics(&json!({ "memory": "1Gi" }), at).of("main").expect("sound").expect("a sample");
        assert_eq!(sample.usage, Amounts::from([(Resource::Memory, 1.0)]), "no CPU is no zero");
    }
}
