//! The Lease by which servos keep out of each other's way: who changes a workload holds it.
//!
//! It is taken before the first change, renewed now and then, and deleted once nothing of the servo's is in force. Whoever
//! holds it counts its transitions, and writes the count beside what it changes: the fencing token.

mod decision;
mod holder;
mod object;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1 as api;
use kube::Api;
use kube::api::{DeleteParams, PostParams, Preconditions};
use servo_core::{Context, Error, Result};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::cluster::Cluster;
use crate::fault;
use crate::workload::Reference;

pub(crate) use decision::{Decision, decide};
pub(crate) use holder::Holder;
pub(crate) use object::name;

/// How long a lease counts after it was renewed.
pub(crate) const DURATION: Duration = Duration::from_secs(15 * 60);

/// How often it is renewed.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// How long ago it may have been renewed where something is about to be written; otherwise it is renewed first. Less than
/// its duration, for the time that the write takes and for clocks that differ.
const FRESH: Duration = Duration::from_secs(8 * 60);

/// How soon it is tried again where it could not be renewed.
const AGAIN: Duration = Duration::from_secs(30);

/// How often a lease is read again where somebody else wrote it at the same moment.
const TRIES: usize = 5;

/// A lease that is held, and renewed until it is released or dropped.
pub(crate) struct Lease {
    hold: Arc<Hold>,
    renewing: Mutex<JoinSet<()>>,
}

/// The lease itself, which the task that renews it has as well.
struct Hold {
    cluster: Arc<Cluster>,
    workload: Reference,
    holder: String,
    state: Mutex<State>,
}

/// What is known of it.
struct State {
    /// As it was written last.
    lease: api::Lease,
    /// When the last renewal that succeeded was asked for.
    renewed: Instant,
    /// Why it is not held any more.
    lost: Option<String>,
}

impl Lease {
    /// Takes the lease of a workload: nobody has it, its holder has not renewed it in time, or it is this servo's own from
    /// before it was restarted. The servo's identity is made and written down where it has none yet.
    ///
    /// # Errors
    ///
    /// Class failed with the reason `conflict`: another servo holds it; or whatever kept it from being asked for.
    pub(crate) async fn take(cx: &Context, cluster: &Arc<Cluster>, workload: &Reference) -> Result<Self> {
        let (folder, servo) = (cx.state_dir().to_owned(), cx.servo().to_owned());
        let holder = tokio::task::spawn_blocking(move || Holder::of(&folder, &servo)).await;
        let holder = holder.map_err(|error| Error::internal("a task broke").with_source(error))??;
        let begin = Instant::now();
        let lease = acquire(cluster, workload, holder.as_str()).await?;
        let state = Mutex::new(State { lease, renewed: begin, lost: None });
        let hold = Arc::new(Hold {
            cluster: Arc::clone(cluster),
            workload: workload.clone(),
            holder: holder.as_str().to_owned(),
            state,
        });
        let mut renewing = JoinSet::new();
        renewing.spawn(Arc::clone(&hold).keep());
        Ok(Self { hold, renewing: Mutex::new(renewing) })
    }

    /// Gives the identity under which it is held.
    pub(crate) fn holder(&self) -> &str {
        &self.hold.holder
    }

    /// Gives the field manager of whatever is written while it is held.
    pub(crate) fn manager(&self) -> String {
        manager(&self.hold.holder)
    }

    /// Gives the fencing token: it grows whenever the lease changes hands.
    pub(crate) fn fence(&self) -> i64 {
        object::transitions(&self.hold.state().lease).into()
    }

    /// Makes sure before a write that it is held still.
    ///
    /// # Errors
    ///
    /// Class failed with the reason `conflict`: another servo has it; or whatever kept it from being renewed.
    pub(crate) async fn verify(&self) -> Result<()> {
        let renewed = {
            let state = self.hold.state();
            if let Some(why) = &state.lost {
                return Err(self.hold.lost(why));
            }
            state.renewed
        };
        if renewed.elapsed() <= FRESH { Ok(()) } else { self.hold.renew().await }
    }

    /// Gives it back: it is deleted, unless it is another servo's by now. Where that fails it ends by itself.
    pub(crate) async fn release(&self) {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        if let Err(error) = self.hold.release().await {
            tracing::warn!(workload = %self.hold.workload, "{}", error.chain());
        }
    }
}

impl Hold {
    /// Renews it, once.
    async fn renew(&self) -> Result<()> {
        let begin = Instant::now();
        let known = self.state().lease.clone();
        let renewed = object::renewed(known, Timestamp::now());
        let api = leases(&self.cluster, &self.workload);
        let (lease_name, parameters) = (name(&self.workload), PostParams::default());
        let doing = format!("renew the lease of {}", self.workload);
        let lease = match self.cluster.answer(|| api.replace(&lease_name, &parameters, &renewed)).await {
            Some(Ok(lease)) => Ok(lease),
            // Somebody wrote it: it has to be read again.
            Some(Err(error)) if is_outdated(&error) => {
                acquire(&self.cluster, &self.workload, &self.holder).await
            }
            Some(Err(error)) => Err(self.cluster.fault(&doing, &error)),
            None => Err(self.cluster.late(&doing)),
        };
        let mut state = self.state();
        match lease {
            Ok(lease) => {
                let before = object::transitions(&state.lease);
                if object::transitions(&lease) != before {
                    // In between it was another's, who may have changed anything.
                    let why = "another servo had it in between";
                    state.lost = Some(why.to_owned());
                    return Err(self.lost(why));
                }
                (state.lease, state.renewed) = (lease, begin);
                Ok(())
            }
            Err(error) => {
                if error.reason() == Some(fault::CONFLICT) {
                    state.lost = Some(error.message().to_owned());
                }
                Err(error)
            }
        }
    }

    /// Keeps it renewed. One that was lost is not asked for again.
    async fn keep(self: Arc<Self>) {
        let mut next = EVERY;
        loop {
            sleep(next).await;
            if self.state().lost.is_some() {
                return;
            }
            next = match self.renew().await {
                Ok(()) => EVERY,
                Err(error) => {
                    tracing::warn!(workload = %self.workload, "{}", error.chain());
                    AGAIN
                }
            };
        }
    }

    async fn release(&self) -> Result<()> {
        let lease = {
            let mut state = self.state();
            if state.lost.is_some() {
                return Ok(());
            }
            state.lost = Some("it was given back".to_owned());
            state.lease.clone()
        };
        let api = leases(&self.cluster, &self.workload);
        let lease_name = name(&self.workload);
        let preconditions =
            Preconditions { resource_version: lease.metadata.resource_version, uid: lease.metadata.uid };
        let parameters = DeleteParams::default().preconditions(preconditions);
        let doing = format!("give back the lease of {}", self.workload);
        match self.cluster.answer(|| api.delete(&lease_name, &parameters)).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) if is_outdated(&error) => Ok(()),
            Some(Err(error)) => Err(self.cluster.fault(&doing, &error)),
            None => Err(self.cluster.late(&doing)),
        }
    }

    fn lost(&self, why: &str) -> Error {
        let message = format!("the right to change {} is lost: {why}", self.workload);
        Error::failed(message)
            .with_reason(fault::CONFLICT)
            .with_help("restart the servo once no other adjusts the workload")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names the field manager of a holder: `servo-` and eight digits, so that two servos are two for the API server.
pub(crate) fn manager(holder: &str) -> String {
    let digest = Sha256::digest(holder.as_bytes());
    let digits: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("servo-{digits}")
}

/// Says who else holds the lease of a workload, without taking it.
///
/// # Errors
///
/// Whatever kept it from being read.
pub(crate) async fn other(
    cluster: &Cluster,
    workload: &Reference,
    me: Option<&str>,
) -> Result<Option<Error>> {
    let api = leases(cluster, workload);
    let lease_name = name(workload);
    let found = cluster.find(&format!("read the lease of {workload}"), || api.get(&lease_name)).await?;
    let decision = decide(found.as_ref(), me.unwrap_or_default(), Timestamp::now());
    Ok(match decision {
        Decision::Refuse { holder, since, until } => Some(held(workload, &holder, since, until)),
        _ => None,
    })
}

/// Reads the lease, decides, and writes it; from the beginning where somebody else wrote it meanwhile.
async fn acquire(cluster: &Cluster, workload: &Reference, holder: &str) -> Result<api::Lease> {
    let api = leases(cluster, workload);
    let lease_name = name(workload);
    let doing = format!("take the lease of {workload}");
    let parameters = PostParams::default();
    for _ in 0..TRIES {
        let found = cluster.find(&doing, || api.get(&lease_name)).await?;
        let now = Timestamp::now();
        let decision = decide(found.as_ref(), holder, now);
        let written = match (decision, found) {
            (Decision::Refuse { holder, since, until }, _) => {
                return Err(held(workload, &holder, since, until));
            }
            (Decision::Create, _) | (_, None) => {
                let lease = object::first(workload, holder, now);
                cluster.answer(|| api.create(&parameters, &lease)).await
            }
            (Decision::Renew, Some(lease)) => {
                let lease = object::renewed(lease, now);
                cluster.answer(|| api.replace(&lease_name, &parameters, &lease)).await
            }
            (Decision::TakeOver, Some(lease)) => {
                let lease = object::taken_over(lease, holder, now);
                cluster.answer(|| api.replace(&lease_name, &parameters, &lease)).await
            }
        };
        match written {
            Some(Ok(lease)) => return Ok(lease),
            Some(Err(error)) if is_outdated(&error) => {}
            Some(Err(error)) => return Err(cluster.fault(&doing, &error)),
            None => return Err(cluster.late(&doing)),
        }
    }
    let message = format!("cannot {doing}: several servos ask for it at once");
    Err(Error::failed(message).with_reason(fault::CONFLICT))
}

/// Says whether what was written is not what is there any more.
fn is_outdated(error: &kube::Error) -> bool {
    fault::is_not_found(error) || fault::status(error).is_some_and(|status| status.code == 409)
}

fn held(workload: &Reference, holder: &str, since: Option<Timestamp>, until: Timestamp) -> Error {
    let since = since.map(|since| format!(" since {}", shown(since))).unwrap_or_default();
    let message = format!("{workload} is adjusted by the servo `{holder}`{since}");
    let help = format!(
        "stop that servo; if it is gone, its lease `{}` ends at {}, or can be deleted",
        name(workload),
        shown(until)
    );
    Error::failed(message).with_reason(fault::CONFLICT).with_help(help)
}

fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn leases(cluster: &Cluster, workload: &Reference) -> Api<api::Lease> {
    Api::namespaced(cluster.client(), &workload.namespace)
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hold { workload, holder, .. } = &*self.hold;
        f.debug_struct("Lease").field("workload", workload).field("holder", holder).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
