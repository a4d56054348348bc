//! A workload with the ways to it: what is known of it, and the right to change it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use k8s_openapi::api::core::v1::Pod;
use servo_core::{Context, Error, Result};
use sha2::{Digest as _, Sha256};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::change::restarting;
use crate::fields::{Field, Fields};
use crate::lease::{DURATION, Hold as Lease, Holder};
use crate::outcome::Restarts;
use crate::plan::Target;
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::tuning::Memory;
use crate::tuning::look::Look;
use crate::view::View;
use crate::watching::{Waited, Watching};
use crate::workload::{Kind, Workload};
use crate::writing::Writer;
use servo_kube::Cluster;

/// How long the watches may take to know what there is, and to see what was just written.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A workload with the ways to it.
pub(crate) struct Site {
    pub(crate) target: Target,
    cluster: Arc<Cluster>,
    watching: Arc<Watching>,
    hold: OnceCell<Hold>,
    /// What renews the right to change it.
    renewing: Mutex<JoinSet<()>>,
    /// What somebody else has set although Servo had: told again, and not written again.
    contested: Mutex<BTreeMap<Field, String>>,
    /// Restarts that are not the application's fault.
    restarts: Mutex<Restarts>,
    /// What this process has written to the workload, and not taken away again.
    remembered: Mutex<Option<State>>,
    /// The tuning pod that this process has made, and not taken away again.
    tuning: Mutex<Option<Memory>>,
}

/// The right to change a workload.
#[derive(Clone)]
pub(crate) struct Hold {
    lease: Arc<Lease>,
    holder: Holder,
    writer: Writer,
}

impl Hold {
    /// Gives the identity under which it is held.
    pub(crate) fn holder(&self) -> &str {
        self.holder.as_str()
    }

    /// Gives how often the workload had changed hands when it was taken.
    pub(crate) fn fence(&self) -> i64 {
        self.lease.fence()
    }

    /// Gives whoever writes in its name.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Fails where it is not held any more.
    ///
    /// # Errors
    ///
    /// Class failed: somebody else has it.
    pub(crate) async fn is_valid(&self) -> Result<()> {
        match self.lease.is_held(DURATION / 2) {
            Ok(()) => Ok(()),
            // Not renewed for too long, since the API server was away: it may still be this servo's.
            Err(_) => self.lease.renew().await,
        }
    }
}

impl Site {
    /// Puts together what leads to a workload.
    pub(crate) fn new(target: Target, cluster: Arc<Cluster>, watching: Arc<Watching>) -> Self {
        Self {
            target,
            cluster,
            watching,
            hold: OnceCell::new(),
            renewing: Mutex::default(),
            contested: Mutex::default(),
            restarts: Mutex::default(),
            remembered: Mutex::default(),
            tuning: Mutex::default(),
        }
    }

    /// Gives its cluster.
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Gives what is known of it now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.watching.snapshot(&self.target.workload)
    }

    /// Says when something has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.watching.changes()
    }

    /// Looks at the workload, once what there is is known.
    ///
    /// # Errors
    ///
    /// The cluster cannot be watched; those of [`View::of`].
    pub(crate) async fn view(&self, cx: &Context) -> Result<View> {
        self.watching.ready(cx.token(), PATIENCE).await?;
        self.view_in(&self.snapshot())
    }

    /// Looks at the workload in what was known at some time.
    ///
    /// # Errors
    ///
    /// Those of [`View::of`].
    pub(crate) fn view_in(&self, snapshot: &Snapshot) -> Result<View> {
        View::of(&self.target, snapshot, self.remembered().clone())
    }

    /// Remembers what was just written to the workload, or that nothing of it is there any more.
    pub(crate) fn remember(&self, state: Option<State>) {
        *self.remembered() = state;
    }

    fn remembered(&self) -> MutexGuard<'_, Option<State>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the tuning pod, once what there is is known.
    ///
    /// # Errors
    ///
    /// The cluster cannot be watched; those of [`Look::of`].
    pub(crate) async fn tuning(&self, cx: &Context) -> Result<Look> {
        self.watching.ready(cx.token(), PATIENCE).await?;
        let memory = self.tuning_memory().clone();
        let look = Look::of(&self.target, &self.snapshot(), memory.as_ref())?;
        look.ok_or_else(|| Error::internal(format!("{} has no tuning pod", self.target.workload)))
    }

    /// Remembers the tuning pod that was just made, or what it was given.
    pub(crate) fn remember_tuning(&self, memory: Memory) {
        *self.tuning_memory() = Some(memory);
    }

    /// Says whether a pod is the tuning pod that this process has made.
    pub(crate) fn remembers(&self, pod: &Pod) -> bool {
        let memory = self.tuning_memory();
        memory.as_ref().is_some_and(|memory| pod.metadata.uid.as_ref() == Some(&memory.uid))
    }

    /// Forgets the tuning pod, which is taken away.
    pub(crate) fn forget(&self) {
        *self.tuning_memory() = None;
    }

    fn tuning_memory(&self) -> MutexGuard<'_, Option<Memory>> {
        self.tuning.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the workload as it was just read.
    ///
    /// # Errors
    ///
    /// Those of [`View::of`].
    pub(crate) fn view_of(&self, workload: Workload) -> Result<View> {
        let snapshot = Snapshot { workload: Some(Arc::new(workload)), ..self.snapshot() };
        self.view_in(&snapshot)
    }

    /// Waits until something can be decided on what is known.
    pub(crate) async fn until<T>(
        &self,
        cx: &Context,
        deadline: Instant,
        decide: impl FnMut(&Snapshot) -> Option<T>,
    ) -> Waited<T> {
        crate::watching::until(&self.watching, &self.target.workload, cx.token(), deadline, decide).await
    }

    /// Waits until what was just written is seen, and looks at it. An API server that goes away this moment may be back
    /// before the time of the change is over.
    ///
    /// # Errors
    ///
    /// It is not seen; those of [`View::of`].
    pub(crate) async fn seen(&self, cx: &Context, written: Workload, deadline: Instant) -> Result<View> {
        let version = |workload: &Workload| {
            let version = workload.metadata.resource_version.as_deref();
            version.and_then(|version| version.parse::<u64>().ok()).unwrap_or_default()
        };
        let newest = version(&written);
        let (begin, deadline) = (Instant::now(), deadline.max(Instant::now() + PATIENCE));
        let waited = self.until(cx, deadline, |snapshot| {
            snapshot.workload.as_ref().is_none_or(|workload| version(workload) >= newest).then_some(())
        });
        match waited.await {
            Waited::Done(()) => self.view_in(&self.snapshot()),
            Waited::Cancelled => Err(Error::cancelled("cancelled after a change was written")),
            Waited::Deadline => Err(Error::failed(format!(
                "what was written to {} is not seen within {} s",
                self.target.workload,
                begin.elapsed().as_secs()
            ))),
            Waited::Fault(error) => Err(error),
        }
    }

    /// Gives the right to change the workload, and takes it where nobody has it.
    ///
    /// # Errors
    ///
    /// Class failed: another servo has it.
    pub(crate) async fn hold(&self, cx: &Context) -> Result<Hold> {
        let take = || async {
            let (folder, servo) = (cx.state_dir().to_owned(), cx.servo().to_owned());
            let holder = tokio::task::spawn_blocking(move || Holder::of(&folder, &servo)).await;
            let holder = holder
                .map_err(|error| Error::internal("the work on a file ended early").with_source(error))??;
            // A lease that was deleted counts on from what is written beside the change.
            let fence =
                self.view_in(&self.snapshot()).ok().and_then(|view| view.state).map(|state| state.fence);
            let (workload, fence) = (&self.target.workload, fence.unwrap_or_default());
            let lease = Arc::new(Lease::take(&self.cluster, workload, holder.as_str(), fence).await?);
            lease.keep(&mut self.renewing.lock().unwrap_or_else(PoisonError::into_inner));
            if self.target.workload.kind == Kind::StatefulSet {
                self.watching.watch_refusals();
            }
            let writer = Writer::new(Arc::clone(&self.cluster), manager(&holder));
            Ok::<_, Error>(Hold { lease, holder, writer })
        };
        self.hold.get_or_try_init(take).await.cloned()
    }

    /// Gives the right to change the workload back, where it was taken.
    pub(crate) async fn let_go(&self) {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        let Some(hold) = self.hold.get() else { return };
        if let Err(error) = hold.lease.release().await {
            tracing::warn!("it ends by itself in {} s: {}", DURATION.as_secs(), error.chain());
        }
    }

    /// Says whether the cluster resizes pods.
    ///
    /// # Errors
    ///
    /// The cluster does not say.
    pub(crate) async fn resizes(&self) -> Result<bool> {
        servo_kube::server::resizes_pods(&self.cluster).await
    }

    /// Remembers what somebody else has changed, and tells of it.
    pub(crate) fn contested(&self, view: &View) -> Option<Error> {
        let lost = view.lost();
        let first = lost.first()?;
        let error = view.conflict(first);
        let mut contested = self.contested.lock().unwrap_or_else(PoisonError::into_inner);
        contested
            .extend(lost.into_iter().map(|field| (field.clone(), view.conflict(field).message().to_owned())));
        Some(error)
    }

    /// Fails where fields are asked for that somebody else has set although Servo had.
    ///
    /// # Errors
    ///
    /// Class failed, with what happened then.
    pub(crate) fn uncontested(&self, view: &View, asked: &Fields) -> Result<()> {
        let contested = self.contested.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = asked.differing(&view.live, &view.fields);
        match changed.into_iter().find_map(|field| contested.get(field)) {
            None => Ok(()),
            Some(message) => Err(servo_kube::fault::conflict(message.clone())),
        }
    }

    /// Counts the restarts that there were, which whatever is changed now has not caused.
    pub(crate) fn count_restarts(&self) {
        let counted = Restarts::of(&self.snapshot().pods);
        *self.known_restarts() = counted;
    }

    /// Counts the restarts that there were, and remembers that a resize restarts containers, and that those which are
    /// down begin again, so that nobody takes it for a crash.
    pub(crate) fn expect_restarts(&self, snapshot: &Snapshot, asked: &Fields) {
        *self.known_restarts() = Restarts::of(&snapshot.pods);
        self.allow_restarts(snapshot, asked);
        let mut restarts = self.known_restarts();
        for pod in &snapshot.newest {
            for container in crate::outcome::down(pod) {
                restarts.expect(pod, container);
            }
        }
    }

    /// Remembers that a resize restarts containers of pods that do not have it yet, beside what is known of restarts.
    pub(crate) fn allow_restarts(&self, snapshot: &Snapshot, asked: &Fields) {
        let wanted = crate::resize::of_pods(asked);
        let mut restarts = self.known_restarts();
        for pod in &snapshot.newest {
            for container in restarting(pod, &wanted) {
                restarts.expect(pod, &container);
            }
        }
    }

    /// Gives the restarts that are not the application's fault.
    pub(crate) fn restarts(&self) -> Restarts {
        self.known_restarts().clone()
    }

    fn known_restarts(&self) -> MutexGuard<'_, Restarts> {
        self.restarts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names the field manager of a servo. Each has its own, so that `managedFields` say which of them has set what.
fn manager(holder: &Holder) -> String {
    let digest = Sha256::digest(holder.as_str());
    let number = digest.iter().take(4).fold(0, |number: u32, byte| (number << 8) | u32::from(*byte));
    format!("servo-{number:08x}")
}
