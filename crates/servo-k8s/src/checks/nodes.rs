//! Whether a pod at its largest fits on a node. Nodes are no namespace's: where it is not permitted to look at them, that is
//! said, and nothing is wrong.

use k8s_openapi::api::core::v1::Node;
use kube::Api;
use kube::api::ListParams;
use servo_core::model::Decimal;
use servo_core::{Error, Result};

use super::look::Look;
use super::{bounds, quota};
use crate::plan::{Requirement, Target};
use crate::workload::Workload;
use servo_kube::fault;

/// Looks at the nodes.
pub(super) async fn room(look: &Look<'_>, target: &Target) -> Result<String> {
    let workload = look.workload(target).await?;
    let cluster = look.cluster(&target.access).await?;
    let api = Api::<Node>::all(cluster.client().clone());
    let (doing, parameters) = ("list nodes", ListParams::default());
    match cluster.answer(|| api.list(&parameters)).await {
        Some(Ok(nodes)) => fits(target, &workload, &nodes.items),
        Some(Err(error)) if fault::status(&error).is_some_and(|status| status.code == 403) => {
            Ok("not permitted to look at nodes: a ClusterRole that lists them would let this be checked"
                .to_owned())
        }
        Some(Err(error)) => Err(cluster.fault(doing, &error)),
        None => Err(cluster.late(doing)),
    }
}

/// Compares the requests of a pod at its largest with what nodes have.
fn fits(target: &Target, workload: &Workload, nodes: &[Node]) -> Result<String> {
    let (_, cpu) = quota::sums(target, workload, "cpu", Requirement::Request)?;
    let (_, memory) = quota::sums(target, workload, "memory", Requirement::Request)?;
    let is_open = |node: &&Node| !node.spec.as_ref().and_then(|spec| spec.unschedulable).unwrap_or(false);
    let mut largest = (Decimal::ZERO, Decimal::ZERO);
    let mut roomy = 0_usize;
    for node in nodes.iter().filter(is_open) {
        let allocatable = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
        let has_cpu = bounds::amount(allocatable, "cpu")?.unwrap_or_default();
        let has_memory = bounds::amount(allocatable, "memory")?.unwrap_or_default();
        largest = (largest.0.max(has_cpu), largest.1.max(has_memory));
        roomy += usize::from(cpu <= has_cpu && memory <= has_memory);
    }
    let shown = |(cpu, memory)| {
        format!("cpu {}, memory {}", bounds::shown("cpu", cpu), bounds::shown("memory", memory))
    };
    if roomy > 0 {
        return Ok(format!("{roomy} of {} nodes are large enough for {}", nodes.len(), shown((cpu, memory))));
    }
    let message = format!(
        "a pod that requests {} fits on no node: the largest have {}",
        shown((cpu, memory)),
        shown(largest)
    );
    Err(Error::failed(message).with_help("narrow the bounds of the settings, or add a larger node"))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::super::tests::{target, workload};
    use super::*;

    fn node(cpu: &str, memory: &str, unschedulable: bool) -> Node {
        from_value(json!({
            "spec": {"unschedulable": unschedulable},
            "status": {"allocatable": {"cpu": cpu, "memory": memory}},
        }))
        .expect("a node")
    }

    #[test]
    fn a_pod_at_its_largest_fits_on_a_node_that_is_large_enough_in_both() {
        let (target, workload) = (target(json!({})), workload(json!({})));
        let small = node("2", "64Gi", false);
        let large = node("3920m", "7928Mi", false);
        let told = fits(&target, &workload, &[small.clone(), large]).expect("room");
        assert_eq!(told, "1 of 2 nodes are large enough for cpu 2.1, memory 4.0625Gi");
        let error = fits(&target, &workload, &[small, node("64", "1Ti", true)]).expect_err("no room");
        assert!(error.message().contains("fits on no node: the largest have cpu 2, memory 64Gi"), "{error}");
    }
}
