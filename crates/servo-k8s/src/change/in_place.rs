//! A change of pods while they run: `pods/resize`, from the request to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use servo_core::error::reason;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

use super::{Change, rollout};
use crate::document;
use crate::fields::Fields;
use crate::plan::Apply;
use crate::resize::{Progress, of_pods, progress, restarts};
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::view::View;
use crate::writing::{Manner, Writer};

/// How long the node may keep a pod waiting for room, and how long what the kubelet tries may fail, before pods are
/// replaced, or the change is given up: the kubelet tries again a few times within it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Nor longer than this part of the time that the whole change has: pods that are replaced need the rest of it.
const PART: u32 = 3;

/// Why a change was not made in place.
pub(crate) enum Refusal {
    /// It cannot be; pods may be replaced for it.
    Unable(String),
    /// It failed.
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Change<'_> {
    /// Resizes pods, and waits until all have what they were asked for.
    pub(super) async fn in_place(&self, view: &View, asked: &Fields) -> Result<(), Refusal> {
        let mut template = view.live.clone();
        template.replicas = asked.replicas;
        let wanted = of_pods(&asked.only(&view.fields));
        let now = self.site.snapshot();
        // What the API server refuses is known before anything is written: another class of service, for one.
        if let Some(pod) = now.newest.iter().find(|pod| progress(pod, &wanted) == Progress::Unasked) {
            let tried = self.hold.writer().resize(pod, &document::resized(&wanted), Manner::DryRun).await;
            if let Err(error) = tried {
                let doing = format!("resize pods of {}", self.site.target.workload);
                let has_no_room = matches!(&error, kube::Error::Api(status)
                    if status.code == 403 && status.message.contains("allocatable resources"));
                let message = self.site.cluster().fault(&doing, &error).message().to_owned();
                return Err(self.unable(message.clone(), || {
                    if has_no_room {
                        return Error::rejected(reason::UNSCHEDULABLE, message);
                    }
                    Error::failed(message)
                        .with_help("write `apply: auto` or `apply: rollout` to let its pods be replaced")
                }));
            }
        }
        let differs = !asked.differing(&template, &view.fields).is_empty();
        let in_place = differs.then(|| of_pods(&asked.only(&view.fields)));
        self.site.expect_restarts(&now, asked);
        let written = self.write(&template, in_place.as_ref()).await?;
        loop {
            self.until_resized(&wanted).await?;
            rollout::until_ready(self.cx, self.site, &written, self.deadline, asked).await?;
            // Pods that came meanwhile have what the template says.
            let snapshot = self.site.snapshot();
            let mut pods = snapshot.newest.iter().filter(|pod| is_alive(pod));
            if pods.all(|pod| progress(pod, &wanted) == Progress::Done) {
                return Ok(());
            }
        }
    }

    /// Waits until all pods have what they are asked for, and asks those that were not.
    async fn until_resized(&self, wanted: &Fields) -> Result<(), Refusal> {
        let workload = &self.site.target.workload;
        let (mut stuck, mut asked) = (Stuck::default(), Asked::default());
        let mut changes = self.site.changes();
        loop {
            changes.mark_unchanged();
            let snapshot = self.site.snapshot();
            if let Ok(view) = self.site.view_in(&snapshot)
                && let Some(error) = self.site.contested(&view)
            {
                return Err(error.into());
            }
            let remaining = keep(self.site, self.hold.writer(), &snapshot, wanted, &mut asked).await?;
            stuck.look(&remaining);
            if remaining.is_empty() {
                return Ok(());
            }
            let infeasible = remaining.iter().find_map(|(pod, progress)| match progress {
                Progress::Infeasible(said) => Some((pod, said)),
                _ => None,
            });
            if let Some((pod, said)) = infeasible {
                let message = format!("pod `{pod}` of {workload} cannot be resized on its node: {said}");
                return Err(self.unable(message.clone(), || Error::rejected(reason::UNSCHEDULABLE, message)));
            }
            let longest = self.site.target.timeout.as_std() / PART;
            let patience = stuck.since.map(|since| since + PATIENCE.min(longest));
            if patience.is_some_and(|patience| patience <= Instant::now()) {
                let message = format!("pods of {workload} are not resized: {}", shown(&remaining));
                return Err(self.unable(message.clone(), || Error::rejected(reason::UNSCHEDULABLE, message)));
            }
            let until = patience.map_or(self.deadline, |patience| patience.min(self.deadline));
            tokio::select! {
                woken = changes.changed() => if woken.is_err() {
                    return Err(Error::failed("nobody watches the pods any more").into());
                },
                () = tokio::time::sleep_until(until) => if until >= self.deadline {
                    let message = format!(
                        "pods of {workload} are not resized after {}: {}",
                        self.site.target.timeout,
                        shown(&remaining)
                    );
                    // No time is left to replace pods in.
                    return Err(Error::rejected(reason::START_FAILED, message).into());
                },
                () = self.cx.token().cancelled() => {
                    return Err(Error::cancelled(format!("cancelled while pods of {workload} were resized")).into());
                }
            }
        }
    }

    fn unable(&self, why: String, error: impl FnOnce() -> Error) -> Refusal {
        match self.site.target.apply {
            Apply::InPlace => Refusal::Error(error()),
            Apply::Auto | Apply::Rollout => Refusal::Unable(why),
        }
    }
}

/// Since when all that remains waits for its node, or fails on it.
#[derive(Default)]
struct Stuck {
    since: Option<Instant>,
}

impl Stuck {
    fn look(&mut self, remaining: &BTreeMap<String, Progress>) {
        let is_stuck = |it: &Progress| matches!(it, Progress::Deferred(_) | Progress::Failing(_));
        match (remaining.values().any(is_stuck), self.since) {
            (true, None) => self.since = Some(Instant::now()),
            (false, _) => self.since = None,
            (true, Some(_)) => {}
        }
    }
}

/// The pods that were asked, each with the version of it that was known then: until there is another, its answer has not
/// been seen.
type Asked = BTreeMap<String, Option<String>>;

/// Asks the pods for what they are to have that were not asked yet, and lists those that do not have it. A pod that the
/// API server refuses to resize, although it had nothing against it when it was asked without meaning it, is as one that
/// its node refuses.
///
/// # Errors
///
/// What else the API server says to a resize, except that a pod is gone.
async fn keep(
    site: &Site,
    writer: &Writer,
    snapshot: &Snapshot,
    wanted: &Fields,
    asked: &mut Asked,
) -> Result<BTreeMap<String, Progress>> {
    let mut remaining = BTreeMap::new();
    for pod in snapshot.newest.iter().filter(|pod| is_alive(pod)) {
        let name = pod.metadata.name.clone().unwrap_or_default();
        match progress(pod, wanted) {
            Progress::Done => {}
            Progress::Unasked if asked.get(&name) == Some(&pod.metadata.resource_version) => {
                remaining.insert(name, Progress::Underway);
            }
            Progress::Unasked => {
                match writer.resize(pod, &document::resized(wanted), Manner::Real).await {
                    Ok(_) => drop(asked.insert(name.clone(), pod.metadata.resource_version.clone())),
                    Err(kube::Error::Api(status)) if status.code == 404 => continue,
                    Err(kube::Error::Api(status)) if [400, 403, 422].contains(&status.code) => {
                        remaining.insert(name, Progress::Infeasible(status.message));
                        continue;
                    }
                    Err(error) => return Err(site.cluster().fault(&format!("resize pod `{name}`"), &error)),
                }
                remaining.insert(name, Progress::Underway);
            }
            other => drop(remaining.insert(name, other)),
        }
    }
    Ok(remaining)
}

/// Counts for each container how often a resize to other fields restarts it.
pub(crate) fn restarting(pod: &Pod, wanted: &Fields) -> Vec<String> {
    let containers = pod.spec.as_ref().map_or(&[][..], |spec| &spec.containers);
    let restarting = containers.iter().filter(|container| {
        let resources = container.resources.clone().unwrap_or_default();
        let texts =
            |map: Option<BTreeMap<String, k8s_openapi::apimachinery::pkg::api::resource::Quantity>>| {
                map.unwrap_or_default().into_iter().map(|(name, quantity)| (name, quantity.0)).collect()
            };
        let now = crate::fields::ContainerFields {
            requests: texts(resources.requests),
            limits: texts(resources.limits),
            env: BTreeMap::new(),
        };
        wanted.containers.get(&container.name).is_some_and(|wanted| restarts(container, &now, wanted))
    });
    restarting.map(|container| container.name.clone()).collect()
}

fn is_alive(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    pod.metadata.deletion_timestamp.is_none() && !matches!(phase, Some("Failed" | "Succeeded"))
}

fn shown(remaining: &BTreeMap<String, Progress>) -> String {
    let said = remaining.iter().map(|(pod, progress)| match progress {
        Progress::Deferred(said) => format!("pod `{pod}` waits for room: {said}"),
        Progress::Failing(said) | Progress::Infeasible(said) => format!("pod `{pod}`: {said}"),
        _ => format!("pod `{pod}` is on its way"),
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Keeps the pods of a workload as they were resized, before something is measured of it.
///
/// # Errors
///
/// Those of [`keep`]; class rejected: a pod that came meanwhile cannot be resized.
pub(crate) async fn keep_all(cx: &Context, site: &Site, view: &View) -> Result<()> {
    let Some(in_place) = view.state.as_ref().and_then(|state| state.in_place.as_ref()) else { return Ok(()) };
    let snapshot = site.snapshot();
    let differs = snapshot.newest.iter().filter(|pod| is_alive(pod));
    if differs.into_iter().all(|pod| progress(pod, in_place) == Progress::Done) {
        return Ok(());
    }
    let hold = site.hold(cx).await?;
    site.allow_restarts(&snapshot, in_place);
    let remaining = keep(site, hold.writer(), &snapshot, in_place, &mut Asked::default()).await?;
    match remaining.into_iter().find(|(_, progress)| matches!(progress, Progress::Infeasible(_))) {
        Some((pod, Progress::Infeasible(said))) => {
            let message =
                format!("pod `{pod}` of {} cannot have what the others have: {said}", site.target.workload);
            Err(Error::rejected(reason::UNSCHEDULABLE, message))
        }
        _ => Ok(()),
    }
}
