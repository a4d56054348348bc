//! Whether an autoscaler sets the replicas of a workload.

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use servo_core::{Error, Result};

use super::look::Look;
use crate::plan::Target;

/// Looks for autoscalers.
pub(super) async fn none(look: &Look<'_>, target: &Target) -> Result<String> {
    let found: Vec<HorizontalPodAutoscaler> = look.list(target, "list HorizontalPodAutoscalers").await?;
    told(target, &found)
}

fn told(target: &Target, found: &[HorizontalPodAutoscaler]) -> Result<String> {
    let is_its = |autoscaler: &&HorizontalPodAutoscaler| {
        let scaled = autoscaler.spec.as_ref().map(|spec| &spec.scale_target_ref);
        scaled.is_some_and(|it| it.kind == target.workload.kind.name() && it.name == target.workload.name)
    };
    let Some(autoscaler) = found.iter().find(is_its) else { return Ok("there is none".to_owned()) };
    let name = autoscaler.metadata.name.as_deref().unwrap_or_default();
    let range = target.replicas.as_range();
    if target.replicas.is_pinned() || range.is_some_and(|range| range.min() == range.max()) {
        return Ok(format!("the HorizontalPodAutoscaler `{name}` does, and `replicas` stays as it is"));
    }
    let message = format!("the HorizontalPodAutoscaler `{name}` sets the replicas of {}", target.workload);
    Err(Error::failed(message)
        .with_help("write `pinned: true` below `replicas`: other values are refused while it is there"))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::super::tests::target;
    use super::*;

    fn autoscaler(kind: &str, name: &str) -> HorizontalPodAutoscaler {
        from_value(json!({
            "metadata": {"name": "scaler"},
            "spec": {"maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name}},
        }))
        .expect("an autoscaler")
    }

    #[test]
    fn an_autoscaler_of_the_workload_is_told_unless_replicas_stay_as_they_are() {
        let free = target(json!({}));
        let others = [autoscaler("StatefulSet", "web"), autoscaler("Deployment", "api")];
        assert_eq!(told(&free, &others).expect("none"), "there is none");
        let its = [autoscaler("Deployment", "web")];
        let error = told(&free, &its).expect_err("one");
        assert_eq!(
            error.message(),
            "the HorizontalPodAutoscaler `scaler` sets the replicas of Deployment `default/web`"
        );
        let pinned = target(json!({"replicas": {"min": 1, "max": 5, "pinned": true}}));
        assert!(told(&pinned, &its).expect("fine").contains("stays as it is"));
        let fixed = target(json!({"replicas": {"min": 2, "max": 2}}));
        assert!(told(&fixed, &its).is_ok());
    }
}
