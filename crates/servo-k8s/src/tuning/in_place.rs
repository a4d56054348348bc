//! A change of a tuning pod while it runs: `pods/resize`, from the request to its end.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use servo_core::error::reason;
use servo_core::{Error, Result};
use tokio::time::Instant;

use super::adjust::{Change, cancelled};
use super::look::Look;
use super::outcome::Awaited;
use super::{Memory, name, uid};
use crate::change::{Refusal, restarting};
use crate::document;
use crate::fields::Fields;
use crate::outcome::Restarts;
use crate::plan::Apply;
use crate::resize::{Progress, of_pods, progress};
use crate::watching::Waited;
use crate::writing::Manner;

/// How long the node may keep the pod waiting for room, or fail, before it is replaced.
const PATIENCE: Duration = Duration::from_secs(30);
/// Nor longer than this part of the time that the whole change has.
const PART: u32 = 3;

impl Change<'_> {
    /// Resizes the pod, and waits until it has what it was asked for and is ready. Where that fails, it is asked for what it
    /// had before.
    pub(super) async fn resize(&self, look: &Look, pod: &Pod, asked: &Fields) -> Result<(), Refusal> {
        let wanted = of_pods(&asked.only(&look.free));
        let before = of_pods(&look.fields.only(&look.free));
        let writer = self.hold.writer();
        if let Err(error) = writer.resize(pod, &document::resized(&wanted), Manner::DryRun).await {
            let doing = format!("resize tuning pod `{}`", name(pod));
            let error = self.site.cluster().fault(&doing, &error);
            return Err(self.unable(error.message().to_owned()));
        }
        let mut restarts = Restarts::of(&[std::sync::Arc::new(pod.clone())]);
        for container in restarting(pod, &wanted) {
            restarts.expect(pod, &container);
        }
        let fault = |error: &kube::Error| {
            self.site.cluster().fault(&format!("resize tuning pod `{}`", name(pod)), error)
        };
        writer.resize(pod, &document::resized(&wanted), Manner::Real).await.map_err(|error| fault(&error))?;
        let done = match self.until_resized(pod, &wanted).await {
            Ok(()) => {
                let mut awaited = Awaited::ready(pod, look, asked);
                awaited.restarts = restarts;
                self.until_ready(awaited).await.map_err(Refusal::Error)
            }
            refused => refused,
        };
        match done {
            Ok(()) => {
                self.site.remember_tuning(Memory { uid: uid(pod).to_owned(), fields: asked.clone() });
                Ok(())
            }
            Err(refusal) => {
                if let Err(error) = writer.resize(pod, &document::resized(&before), Manner::Real).await {
                    tracing::warn!(
                        "what tuning pod `{}` had is not asked for again: {}",
                        name(pod),
                        fault(&error).chain()
                    );
                }
                Err(refusal)
            }
        }
    }

    /// Waits until the pod has what it was asked for.
    async fn until_resized(&self, pod: &Pod, wanted: &Fields) -> Result<(), Refusal> {
        let patience = PATIENCE.min(self.site.target.timeout.as_std() / PART);
        let mut stuck: Option<Instant> = None;
        let (whose, named) = (uid(pod), name(pod));
        let version = &pod.metadata.resource_version;
        let ended = self.site.until(self.cx, self.deadline, |snapshot| {
            let Some(pod) = snapshot.tuning.iter().find(|pod| uid(pod) == whose) else {
                return Some(Err(format!("tuning pod `{named}` was deleted by somebody else")));
            };
            // What was known of it before it was asked says nothing.
            if pod.metadata.resource_version == *version {
                return None;
            }
            match progress(pod, wanted) {
                Progress::Done => return Some(Ok(())),
                Progress::Infeasible(said) => {
                    return Some(Err(format!("tuning pod `{named}` cannot be resized on its node: {said}")));
                }
                Progress::Deferred(said) | Progress::Failing(said) => {
                    let since = *stuck.get_or_insert_with(Instant::now);
                    if since.elapsed() >= patience {
                        return Some(Err(format!("tuning pod `{named}` is not resized: {said}")));
                    }
                }
                Progress::Underway | Progress::Unasked => stuck = None,
            }
            None
        });
        match ended.await {
            Waited::Done(Ok(())) => Ok(()),
            Waited::Done(Err(why)) => Err(self.unable(why)),
            Waited::Cancelled => Err(cancelled(self.site).into()),
            Waited::Fault(error) => Err(error.into()),
            Waited::Deadline => {
                let timeout = self.site.target.timeout;
                let message = format!("tuning pod `{named}` is not resized after {timeout}");
                Err(Error::rejected(reason::START_FAILED, message).into())
            }
        }
    }

    fn unable(&self, why: String) -> Refusal {
        match self.site.target.apply {
            Apply::InPlace => Refusal::Error(Error::rejected(reason::UNSCHEDULABLE, why)),
            Apply::Auto | Apply::Rollout => Refusal::Unable(why),
        }
    }
}
