//! Putting a sidecar into the pods of a workload.

use servo_core::Result;
use servo_kube::Cluster;

use super::change::{Change, How, State};
use super::door::{Door, TRIES, is_outdated};
use super::plan::{self, Plan};
use super::subject::Subject;
use super::target::{Kind, Target};
use super::{Sidecar, document, pod};

/// Puts a sidecar into the pods of a workload, which are replaced by its controller then; [`rolled_out`](super::rolled_out)
/// waits for that. One that is there already is left alone.
///
/// A pod cannot get another container: see [`How::is_forced`].
///
/// # Errors
///
/// Class configuration: neither a Service nor a port is named; class failed: there is no such workload, Service or port, the
/// ports of the sidecar are taken, or somebody keeps changing the workload; class rejected: the API server refuses it.
pub async fn inject(cluster: &Cluster, target: &Target, sidecar: &Sidecar, how: How) -> Result<Change> {
    let door = Door { cluster, target };
    let mut attempt = 1;
    loop {
        let subject = door.read().await?;
        let service = match &sidecar.service {
            Some(name) => Some(door.service(name).await?),
            None => None,
        };
        let Plan { container_port, container, next } = plan::injected(&subject, service.as_ref(), sidecar)?;
        let changed = |state, after: &Subject| Change {
            state,
            container_port: Some(container_port),
            container: after.written(&sidecar.name),
            next: next.iter().cloned().collect(),
        };
        let Some(container) = container else { return Ok(changed(State::AlreadyThere, &subject)) };
        if target.kind == Kind::Pod {
            let after = pod::with(&subject, container, sidecar.index)?;
            let after = pod::replaced(&door, &subject, &after, how).await?;
            return Ok(changed(State::Injected, &after));
        }
        let written = match sidecar.index {
            None => door.apply(&document::applied(&subject, &container), how).await,
            Some(index) => door.patch(&document::placed(&subject, &container, index), how).await,
        };
        match written {
            Ok(object) => return Ok(changed(State::Injected, &Subject::of(target, object)?)),
            Err(error) if attempt < TRIES && is_outdated(&error) => attempt += 1,
            Err(error) => return Err(door.fault("put a sidecar into", &error)),
        }
    }
}
