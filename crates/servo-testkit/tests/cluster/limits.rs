//! Limits are the kernel's: a container is held back, changed while it runs, and ended where it takes too much.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::api::{Patch, PatchParams};
use servo_testkit::cluster::{ContainerGroup, Namespace, Shared, in_namespace, until};

use super::manifests::pod;

const PATIENCE: Duration = Duration::from_mins(2);

async fn status(namespace: &Namespace, pod: &str) -> Result<ContainerStatus, String> {
    let found = namespace.api::<Pod>().get(pod).await.map_err(|error| error.to_string())?;
    let statuses = found.status.and_then(|status| status.container_statuses).unwrap_or_default();
    statuses.into_iter().next().ok_or_else(|| "no container has a state yet".to_owned())
}

/// What a container has of the processors, in thousandths of one, over three seconds.
async fn measured(group: &ContainerGroup) -> f64 {
    let (before, begin) = (group.cpu_used(), tokio::time::Instant::now());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let used = group.cpu_used().saturating_sub(before);
    1000.0 * used.as_secs_f64() / begin.elapsed().as_secs_f64()
}

#[tokio::test]
async fn a_limit_of_cpu_holds_a_container_back_and_is_changed_without_a_restart() {
    let shared = Shared::get();
    if shared.needs("the control groups of the node").is_none() {
        return;
    }
    in_namespace(&shared, async |namespace| {
        let resources = "{requests: {cpu: 100m, memory: 16Mi}, limits: {cpu: 200m, memory: 16Mi}}";
        namespace.apply(&pod("busy", "[burn]", resources, "")).await;
        namespace.until_available("pod/busy").await;
        let group = namespace.control_group("busy", "main").await;
        assert_eq!((group.cpu_limit(), group.memory_limit()), (Some(200), Some(16 << 20)));
        let throttled = group.throttled();
        // It never has more; less only as long as the machine is busy with something else.
        until("the container has what it may have", PATIENCE, async || {
            let millicores = measured(&group).await;
            assert!(millicores <= 250.0, "{millicores} millicores");
            if millicores >= 150.0 { Ok(()) } else { Err(format!("{millicores} millicores")) }
        })
        .await;
        assert!(group.throttled() > throttled);

        let resize = serde_json::json!({"spec": {"containers": [
            {"name": "main", "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "400m"}}}
        ]}});
        let pods = namespace.api::<Pod>();
        let resized = pods.patch_resize("busy", &PatchParams::default(), &Patch::Strategic(resize)).await;
        resized.expect("a pod may be resized");
        until("the new limit is enforced", PATIENCE, async || match group.cpu_limit() {
            Some(400) => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        assert_eq!(status(namespace, "busy").await.map(|status| status.restart_count), Ok(0));
    })
    .await;
}

#[tokio::test]
async fn a_container_that_takes_more_memory_than_it_may_is_killed_for_it() {
    in_namespace(&Shared::get(), async |namespace| {
        let resources = "{requests: {cpu: 10m, memory: 24Mi}, limits: {memory: 24Mi}}";
        namespace.apply(&pod("greedy", "[fill, '200']", resources, "")).await;
        // The very first of them may be told as `Error`: whoever looks for the cause is late then.
        until("the container is told to have been killed for its memory", PATIENCE, async || {
            let status = status(namespace, "greedy").await?;
            let ended = [status.state, status.last_state].into_iter().flatten().find_map(|it| it.terminated);
            match ended {
                Some(it) if it.exit_code == 137 && it.reason.as_deref() == Some("OOMKilled") => Ok(()),
                other => Err(format!("{other:?}, {} restarts", status.restart_count)),
            }
        })
        .await;
    })
    .await;
}
