//! Taking a sidecar out again, and every trace of who has put it there.

use servo_core::Result;
use servo_kube::Cluster;

use super::change::{Change, How, State};
use super::door::{Door, TRIES, is_outdated};
use super::target::{Kind, Target};
use super::{container, document, plan, pod};

/// Takes the sidecar of a name out of the pods of a workload, whoever has put it there. What else there is stays as it is.
///
/// # Errors
///
/// Class failed: there is no such workload, it has no such container, a Service leads to it, or somebody keeps changing the
/// workload.
pub async fn eject(cluster: &Cluster, target: &Target, name: &str, how: How) -> Result<Change> {
    let door = Door { cluster, target };
    let mut attempt = 1;
    loop {
        let subject = door.read().await?;
        let services = if how.is_forced { None } else { door.services().await? };
        let index = plan::ejected(&subject, name, &services.unwrap_or_default())?;
        let changed = || Change {
            state: State::Ejected,
            container_port: subject.container(name).and_then(|(_, there)| container::proxied(there)),
            container: subject.written(name),
            next: Vec::new(),
        };
        if target.kind == Kind::Pod {
            let after = pod::without(&subject, index)?;
            pod::replaced(&door, &subject, &after, how).await?;
            return Ok(changed());
        }
        match door.patch(&document::removed(&subject, name, index), how).await {
            Ok(_) => return Ok(changed()),
            Err(error) if attempt < TRIES && is_outdated(&error) => attempt += 1,
            Err(error) => return Err(door.fault("take the sidecar out of", &error)),
        }
    }
}
