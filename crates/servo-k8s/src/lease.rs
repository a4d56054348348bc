//! The Lease by which servos keep out of each other's way: who changes a workload holds it.
//!
//! It is taken before the first change, renewed now and then, and deleted once nothing of the servo's is in force. Whoever
//! holds it counts its transitions, and writes the count beside what it changes: the fencing token.

mod decision;
mod holder;
mod object;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::{DeleteParams, PostParams, Preconditions};
use servo_core::{Error, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::workload::Reference;
use servo_kube::Cluster;
use servo_kube::fault;

pub(crate) use decision::{Decision, decide};
pub(crate) use holder::Holder;
pub(crate) use object::name;

/// How long a lease counts after it was renewed.
pub(crate) const DURATION: Duration = Duration::from_mins(15);

/// How often it is renewed.
const EVERY: Duration = Duration::from_mins(5);

/// How soon it is tried again where it could not be renewed.
const AGAIN: Duration = Duration::from_secs(30);

/// How often a lease is read again where somebody else wrote it at the same moment.
const TRIES: usize = 5;

/// A lease that is held.
pub(crate) struct Hold {
    cluster: Arc<Cluster>,
    workload: Reference,
    holder: String,
    state: Mutex<State>,
}

/// What is known of it.
struct State {
    /// As it was written last.
    lease: Lease,
    /// When the last renewal that succeeded was asked for.
    renewed: Instant,
    /// Why it is not held any more.
    lost: Option<String>,
}

impl Hold {
    /// Takes the lease of a workload: nobody has it, its holder has not renewed it in time, or it is this servo's own from
    /// before it was restarted. A lease that changes hands counts on from a fencing token that was seen, since the lease
    /// that it was of may have been deleted.
    ///
    /// # Errors
    ///
    /// Class failed with the reason `conflict`: another servo holds it; or whatever kept it from being asked for.
    pub(crate) async fn take(
        cluster: &Arc<Cluster>,
        workload: &Reference,
        holder: &str,
        seen: i64,
    ) -> Result<Self> {
        let begin = Instant::now();
        let lease = acquire(cluster, workload, holder, seen).await?;
        let state = Mutex::new(State { lease, renewed: begin, lost: None });
        Ok(Self {
            cluster: Arc::clone(cluster),
            workload: workload.clone(),
            holder: holder.to_owned(),
            state,
        })
    }

    /// Gives the fencing token: it grows whenever the lease changes hands.
    pub(crate) fn fence(&self) -> i64 {
        object::transitions(&self.state().lease).into()
    }

    /// Checks before a write that the lease is still held, and was renewed not longer ago than this.
    ///
    /// # Errors
    ///
    /// Class failed with the reason `conflict`: it is not.
    pub(crate) fn is_held(&self, max_age: Duration) -> Result<()> {
        let state = self.state();
        let why = match &state.lost {
            Some(why) => why.clone(),
            None if state.renewed.elapsed() <= max_age => return Ok(()),
            None => format!("it was not renewed for {} s", state.renewed.elapsed().as_secs()),
        };
        Err(self.lost(&why))
    }

    fn lost(&self, why: &str) -> Error {
        let message = format!("the right to change {} is lost: {why}", self.workload);
        Error::failed(message)
            .with_reason(fault::CONFLICT)
            .with_help("restart the servo once no other adjusts the workload")
    }

    /// Renews it, once.
    ///
    /// # Errors
    ///
    /// It is lost to another servo; or whatever kept it from being renewed.
    pub(crate) async fn renew(&self) -> Result<()> {
        let begin = Instant::now();
        let known = self.state().lease.clone();
        let renewed = object::renewed(known, Timestamp::now());
        let api = api(&self.cluster, &self.workload);
        let lease_name = name(&self.workload);
        let parameters = PostParams::default();
        let replaced = self.cluster.answer(|| api.replace(&lease_name, &parameters, &renewed)).await;
        let lease = match replaced {
            Some(Ok(lease)) => Ok(lease),
            // Somebody wrote it: it has to be read again.
            Some(Err(error)) if is_outdated(&error) => {
                acquire(&self.cluster, &self.workload, &self.holder, 0).await
            }
            Some(Err(error)) => Err(self.cluster.fault(&self.doing("renew"), &error)),
            None => Err(self.cluster.late(&self.doing("renew"))),
        };
        let mut state = self.state();
        match lease {
            // In between it was another's, who may have changed anything.
            Ok(lease) if object::transitions(&lease) != object::transitions(&state.lease) => {
                let why = "another servo had it in between";
                state.lost = Some(why.to_owned());
                Err(self.lost(why))
            }
            Ok(lease) => {
                (state.lease, state.renewed, state.lost) = (lease, begin, None);
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

    /// Keeps it renewed until the tasks are dropped. One that was lost to another servo is not asked for again.
    pub(crate) fn keep(self: &Arc<Self>, tasks: &mut JoinSet<()>) {
        let hold = Arc::clone(self);
        tasks.spawn(async move {
            let mut next = EVERY;
            while hold.state().lost.is_none() {
                sleep(next).await;
                next = match hold.renew().await {
                    Ok(()) => EVERY,
                    Err(error) => {
                        tracing::warn!(workload = %hold.workload, error = %error.chain(), "the lease was not renewed");
                        AGAIN
                    }
                };
            }
        });
    }

    /// Gives it back: it is deleted, unless it is another servo's by now.
    ///
    /// # Errors
    ///
    /// Whatever kept it from being deleted; it ends by itself then.
    pub(crate) async fn release(&self) -> Result<()> {
        let (lease, is_lost) = {
            let state = self.state();
            (state.lease.clone(), state.lost.is_some())
        };
        if is_lost {
            return Ok(());
        }
        let api = api(&self.cluster, &self.workload);
        let lease_name = name(&self.workload);
        let preconditions = Preconditions {
            resource_version: lease.metadata.resource_version.clone(),
            uid: lease.metadata.uid.clone(),
        };
        let parameters = DeleteParams::default().preconditions(preconditions);
        let deleted = self.cluster.answer(|| api.delete(&lease_name, &parameters)).await;
        self.state().lost = Some("it was given back".to_owned());
        match deleted {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) if is_outdated(&error) => Ok(()),
            Some(Err(error)) => Err(self.cluster.fault(&self.doing("give back"), &error)),
            None => Err(self.cluster.late(&self.doing("give back"))),
        }
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the lease of {}", self.workload)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
    let api = api(cluster, workload);
    let lease_name = name(workload);
    let found = cluster.find(&format!("read the lease of {workload}"), || api.get(&lease_name)).await?;
    let decision = decide(found.as_ref(), me.unwrap_or_default(), Timestamp::now());
    Ok(match decision {
        Decision::Refuse { holder, since, until } => Some(held(workload, &holder, since, until)),
        _ => None,
    })
}

/// Reads the lease, decides, and writes it; from the beginning where somebody else wrote it meanwhile.
async fn acquire(cluster: &Cluster, workload: &Reference, holder: &str, seen: i64) -> Result<Lease> {
    let api = api(cluster, workload);
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
                let lease = object::first(workload, holder, seen, now);
                cluster.answer(|| api.create(&parameters, &lease)).await
            }
            (Decision::Renew, Some(lease)) => {
                let lease = object::renewed(lease, now);
                cluster.answer(|| api.replace(&lease_name, &parameters, &lease)).await
            }
            (Decision::TakeOver, Some(lease)) => {
                let lease = object::taken_over(lease, holder, seen, now);
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

fn api(cluster: &Cluster, workload: &Reference) -> Api<Lease> {
    Api::namespaced(cluster.client().clone(), &workload.namespace)
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Hold");
        shown.field("workload", &self.workload).field("holder", &self.holder).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
