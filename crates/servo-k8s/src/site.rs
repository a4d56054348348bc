//! A workload with the ways to it: what is known of it, and the right to change it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kube::Client;
use servo_core::{Context, Error, Result};
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;

use crate::change::restarting;
use crate::cluster::Cluster;
use crate::fields::{Field, Fields};
use crate::lease::Lease;
use crate::outcome::Restarts;
use crate::plan::Target;
use crate::snapshot::Snapshot;
use crate::view::View;
use crate::watching::{Waited, Watching};
use crate::workload::Workload;
use crate::writing::Writer;

/// How long the watches may take to know what there is, and to see what was just written.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A workload with the ways to it.
pub(crate) struct Site {
    pub(crate) target: Target,
    cluster: Arc<Cluster>,
    watching: Arc<Watching>,
    lease: OnceCell<Arc<Lease>>,
    /// What somebody else has set although Servo had: told again, and not written again.
    contested: Mutex<BTreeMap<Field, String>>,
    /// Restarts that are not the application's fault.
    restarts: Mutex<Restarts>,
}

/// The right to change a workload.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    lease: Arc<Lease>,
    writer: Writer,
}

impl Hold {
    /// Gives the identity under which it is held.
    pub(crate) fn holder(&self) -> &str {
        self.lease.holder()
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
        self.lease.verify().await
    }
}

impl Site {
    /// Puts together what leads to a workload.
    pub(crate) fn new(target: Target, cluster: Arc<Cluster>, watching: Arc<Watching>) -> Self {
        Self {
            target,
            cluster,
            watching,
            lease: OnceCell::new(),
            contested: Mutex::default(),
            restarts: Mutex::default(),
        }
    }

    /// Gives the client of its cluster.
    pub(crate) fn client(&self) -> Client {
        self.cluster.client()
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
        View::of(&self.target, &self.snapshot())
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

    /// Waits until what was just written is seen, and looks at it.
    ///
    /// # Errors
    ///
    /// It is not seen; those of [`View::of`].
    pub(crate) async fn seen(&self, cx: &Context, written: Workload) -> Result<View> {
        let version = |workload: &Workload| {
            let version = workload.metadata.resource_version.as_deref();
            version.and_then(|version| version.parse::<u64>().ok()).unwrap_or_default()
        };
        let wanted = version(&written);
        let deadline = Instant::now() + PATIENCE;
        let waited = self.until(cx, deadline, |snapshot| {
            snapshot.workload.as_ref().is_none_or(|workload| version(workload) >= wanted).then_some(())
        });
        match waited.await {
            Waited::Done(()) => View::of(&self.target, &self.snapshot()),
            Waited::Cancelled => Err(Error::cancelled("cancelled after a change was written")),
            Waited::Deadline => Err(Error::failed(format!(
                "what was written to {} is not seen within {} s",
                self.target.workload,
                PATIENCE.as_secs()
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
        let take = || async { Lease::take(cx, &self.cluster, &self.target.workload).await.map(Arc::new) };
        let lease = Arc::clone(self.lease.get_or_try_init(take).await?);
        let writer = Writer::new(self.client(), lease.manager());
        Ok(Hold { lease, writer })
    }

    /// Gives the right to change the workload back, where it was taken.
    pub(crate) async fn let_go(&self) {
        if let Some(lease) = self.lease.get() {
            lease.release().await;
        }
    }

    /// Says whether the cluster resizes pods.
    ///
    /// # Errors
    ///
    /// The cluster does not say.
    pub(crate) async fn resizes(&self, _: &Context) -> Result<bool> {
        self.cluster.resizes_pods().await
    }

    /// Remembers what somebody else has changed, and tells of it.
    pub(crate) fn contested(&self, view: &View) -> Option<Error> {
        let lost = view.lost();
        let first = lost.first()?;
        let error = view.conflict(first);
        let mut contested = self.contested.lock().unwrap_or_else(PoisonError::into_inner);
        contested.extend(lost.into_iter().map(|field| (field.clone(), view.conflict(field).message().to_owned())));
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
            Some(message) => Err(Error::failed(message.clone())
                .with_reason(crate::view::CONFLICT)
                .with_help("Servo does not write it again: keep the other from setting it, then restart the servo")),
        }
    }

    /// Remembers that a resize restarts containers, so that nobody takes it for a crash.
    pub(crate) fn expect_restarts(&self, snapshot: &Snapshot, asked: &Fields) {
        let wanted = crate::resize::of_pods(asked);
        let mut restarts = self.restarts.lock().unwrap_or_else(PoisonError::into_inner);
        for pod in &snapshot.newest {
            for container in restarting(pod, &wanted) {
                restarts.expect(pod, &container);
            }
        }
    }

    /// Gives the restarts that are not the application's fault.
    pub(crate) fn restarts(&self) -> Restarts {
        self.restarts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
