//! A tuning pod in the place of another: the new one is ready before the old one goes, where there is room for both.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use servo_core::error::reason;
use servo_core::{Error, Result};
use tokio::time::Instant;

use super::adjust::{Change, cancelled};
use super::look::Look;
use super::outcome::Awaited;
use super::{Memory, end, is_tuning, name, names, owner, pod, uid};
use crate::fields::Fields;
use crate::watching::Waited;

/// What the API server says where a quota has nothing left.
const QUOTA: &str = "exceeded quota";

/// How long a quota may count a pod that is gone, and how often it is tried meanwhile.
const RECOUNT: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(500);

impl Change<'_> {
    /// Makes a pod that has these fields, waits until it is ready, and takes away those of before. Where it fails, it is
    /// taken away, and those of before go on.
    pub(super) async fn replace(&self, look: &Look, asked: &Fields) -> Result<()> {
        let old: Vec<Arc<Pod>> = look.pod.iter().chain(&look.others).cloned().collect();
        end::announce(self.cx, self.site).await?;
        let name = self.free_name(look, &old).await?;
        match self.begin(look, asked, &name).await {
            Err(error) if wants_room(&error) && !old.is_empty() => {
                tracing::info!("{}: the tuning pod of before goes first", error.message());
                self.one_after_the_other(look, asked, &name, &old).await
            }
            Err(error) => Err(error),
            Ok(()) => self.delete(&old).await,
        }
    }

    /// Takes the pods of before away first, since there is no room for both. Where the new one does not become ready even
    /// so, there is one again that has what they had.
    async fn one_after_the_other(
        &self,
        look: &Look,
        asked: &Fields,
        name: &str,
        old: &[Arc<Pod>],
    ) -> Result<()> {
        self.delete(old).await?;
        self.until_gone(|_| true).await?;
        self.site.forget();
        let failed = match self.begin_in_room(look, asked, name).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        self.until_gone(|_| true).await?;
        if let Err(error) = self.begin_in_room(look, &look.fields, name).await {
            tracing::warn!("nor is there a tuning pod with what there was before: {}", error.chain());
        }
        Err(failed)
    }

    /// Makes a pod where another has just gone: a quota counts that one for a moment more.
    async fn begin_in_room(&self, look: &Look, asked: &Fields, name: &str) -> Result<()> {
        let patience = Instant::now() + RECOUNT;
        loop {
            match self.begin(look, asked, name).await {
                Err(error) if is_of_quota(&error) && Instant::now() < patience => {}
                done => return done,
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                () = self.cx.token().cancelled() => return Err(cancelled(self.site)),
            }
        }
    }

    /// Finds a name that no pod has; where all are taken, one of a pod that does not carry the trials is made free.
    async fn free_name(&self, look: &Look, old: &[Arc<Pod>]) -> Result<String> {
        let workload = &self.site.target.workload;
        let all = names(workload);
        self.refuse_strangers(&all).await?;
        if let Some(free) = all.iter().find(|it| !old.iter().any(|pod| name(pod) == it.as_str())) {
            return Ok(free.clone());
        }
        let spare = look.others.first().or(old.first()).cloned();
        let Some(spare) = spare else { return Ok(all[0].clone()) };
        self.delete(std::slice::from_ref(&spare)).await?;
        self.until_gone(|pod| uid(pod) == uid(&spare)).await?;
        Ok(name(&spare).to_owned())
    }

    /// Refuses to take the place of a pod that is no tuning pod.
    async fn refuse_strangers(&self, names: &[String]) -> Result<()> {
        for name in names {
            let workload = &self.site.target.workload;
            let doing = format!("read pod `{}/{name}`", workload.namespace);
            let found = self.hold.writer().find_pod(&workload.namespace, name).await;
            let found = found.map_err(|error| self.site.cluster().fault(&doing, &error))?;
            if found.is_some_and(|pod| !is_tuning(&pod)) {
                let message = format!(
                    "pod `{}/{name}` has the name of the tuning pod, and is none",
                    workload.namespace
                );
                return Err(Error::failed(message)
                    .with_reason(servo_kube::fault::CONFLICT)
                    .with_help("rename or delete it"));
            }
        }
        Ok(())
    }

    /// Makes a pod and waits until it is ready; takes it away again where it does not become so.
    async fn begin(&self, look: &Look, asked: &Fields, name: &str) -> Result<()> {
        let (site, workload) = (self.site, &self.site.target.workload);
        let owner = owner::of(self.cx, site.cluster(), &workload.namespace).await?;
        let made = pod::pod((&look.target, &look.workload), asked, name, owner, self.cx.servo())?;
        self.cx.report(10.0, format!("making tuning pod `{name}`"));
        let made = self.hold.writer().create(&made).await.map_err(|error| refused(site, name, &error))?;
        let ready = async {
            self.seen(&made).await?;
            self.until_ready(Awaited::ready(&made, look, asked)).await
        };
        match ready.await {
            Ok(()) => {
                site.remember_tuning(Memory { uid: uid(&made).to_owned(), fields: asked.clone() });
                Ok(())
            }
            Err(error) => {
                // Also where it was cancelled: whoever comes next finds the pod of before.
                if let Err(other) = self.delete(&[Arc::new(made)]).await {
                    tracing::warn!("tuning pod `{name}`, which has failed, is left: {}", other.chain());
                }
                Err(error)
            }
        }
    }

    /// Waits until the watches know of a pod that was just made.
    async fn seen(&self, made: &Pod) -> Result<()> {
        let is_it = |pod: &Arc<Pod>| uid(pod) == uid(made);
        let known =
            self.site.until(self.cx, self.deadline, |it| it.tuning.iter().any(is_it).then_some(())).await;
        match known {
            Waited::Done(()) => Ok(()),
            Waited::Cancelled => Err(cancelled(self.site)),
            Waited::Fault(error) => Err(error),
            Waited::Deadline => {
                Err(Error::failed(format!("pod `{}`, which was just made, is not seen", name(made))))
            }
        }
    }

    /// Takes pods away, those that are gone already excepted.
    async fn delete(&self, pods: &[Arc<Pod>]) -> Result<()> {
        for pod in pods.iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()) {
            match self.hold.writer().delete(pod).await {
                Ok(()) => {}
                Err(kube::Error::Api(status)) if [404, 409].contains(&status.code) => {}
                Err(error) => {
                    return Err(self.site.cluster().fault(&format!("delete pod `{}`", name(pod)), &error));
                }
            }
        }
        Ok(())
    }

    /// Waits until pods that were deleted are gone.
    async fn until_gone(&self, which: impl Fn(&Pod) -> bool) -> Result<()> {
        let gone = self.site.until(self.cx, self.deadline.max(Instant::now()), |snapshot| {
            (!snapshot.tuning.iter().any(|pod| which(pod))).then_some(())
        });
        match gone.await {
            Waited::Done(()) => Ok(()),
            Waited::Cancelled => Err(cancelled(self.site)),
            Waited::Fault(error) => Err(error),
            Waited::Deadline => {
                let message = format!("the tuning pod of {} does not end in time", self.site.target.workload);
                Err(Error::failed(message)
                    .with_help("see its `terminationGracePeriodSeconds` and finalizers, and raise `timeout`"))
            }
        }
    }
}

/// Says whether a pod may fit once that of before is gone. No pod that goes makes room for one that is larger than a node:
/// of those the scheduler says that to evict others would not help.
fn wants_room(error: &Error) -> bool {
    let message = error.message();
    let is_too_large =
        message.contains("Preemption is not helpful") && !message.contains("No preemption victims found");
    error.reason() == Some(reason::UNSCHEDULABLE) && !is_too_large
}

/// Says whether a quota kept a pod from being made.
fn is_of_quota(error: &Error) -> bool {
    error.reason() == Some(reason::UNSCHEDULABLE) && error.message().contains(QUOTA)
}

/// Says why a pod was not made. A quota is as a node that has no room; what else is denied is a matter of what was asked.
fn refused(site: &crate::site::Site, name: &str, error: &kube::Error) -> Error {
    let doing = format!("make tuning pod `{name}`");
    let told = site.cluster().fault(&doing, error);
    let kube::Error::Api(status) = error else { return told };
    if servo_kube::fault::is_unpermitted(error) {
        return told;
    }
    match status.code {
        403 if status.message.contains(QUOTA) => {
            Error::rejected(reason::UNSCHEDULABLE, told.message().to_owned())
        }
        400 | 403 | 422 => Error::rejected(reason::START_FAILED, told.message().to_owned()),
        _ => told,
    }
}
