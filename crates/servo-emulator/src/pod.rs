//! One pod under load: its queue, the memory it needs, and the cliff below that.
//!
//! A pod limited to c cores has m = max(1, c) servers of rate μ = min(1, c) / demand, so that its capacity is
//! c / demand; a bound on threads bounds m.
//! The demand per request is
//!
//! ```text
//! demand = demand_seconds · Π effect.demand · (1 + collection · live / (limit - live)) / Π (1 - pause share)
//! live   = (base + per_request · N + threads · per_thread) · Π effect.memory
//! ```
//!
//! where N is the mean number of requests in the pod (Little's law) and a pause's share is its length over its interval,
//! a time in which nothing is served.
//! N depends on the demand and the demand on N: the solution taken is the least one, which a service that starts
//! empty reaches first.
//! Where live exceeds the limit the pod is OOM-killed.

use crate::latency::Pause;
use crate::queue::Queue;
use crate::rejection::{Reason, Rejection};

/// What a pod is given and what its settings make of the component's description.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pod {
    pub(crate) cpu_cores: f64,
    pub(crate) memory_gib: f64,
    /// CPU-seconds per request, the settings' effects included, pauses and collection not.
    pub(crate) demand_seconds: f64,
    pub(crate) threads: Option<f64>,
    /// GiB at rest and per request, the settings' effects included.
    pub(crate) base_gib: f64,
    pub(crate) per_request_gib: f64,
    pub(crate) collection: f64,
    pub(crate) pauses: Vec<Pause>,
}

/// A pod's steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Working {
    pub(crate) queue: Queue,
    /// Cores kept busy.
    pub(crate) cpu_cores: f64,
    /// GiB in use.
    pub(crate) memory_gib: f64,
}

/// Beyond this much collection per request a runtime gives up anyhow.
const COLLECTION_LIMIT: f64 = 50.0;

/// The iteration rises to its fixed point, usually in a handful of steps; this bounds it near a tangent.
const STEPS: u32 = 60;

impl Pod {
    /// Solves for `rate` requests/s on a machine that needs `slowdown` times the CPU for the same work.
    ///
    /// # Errors
    ///
    /// A rejection as unstable, if the pod is OOM-killed; `component` names it there.
    pub(crate) fn solve(
        &self,
        component: &str,
        rate: f64,
        slowdown: f64,
        patience: f64,
    ) -> Result<Working, Rejection> {
        let servers = self.cpu_cores.max(1.0).min(self.threads.unwrap_or(f64::INFINITY).max(1.0));
        let working_share: f64 = self.pauses.iter().map(|pause| 1.0 - pause.share).product();
        let demand = self.demand_seconds * slowdown / working_share.max(1e-6);
        let mut in_flight = 0.0;
        let mut step = 0;
        loop {
            let live = self.base_gib + self.per_request_gib * in_flight;
            if live > self.memory_gib {
                return Err(self.killed(component, live, in_flight));
            }
            let demand = demand * (1.0 + self.collection(live));
            let queue = Queue::new(rate, servers, self.cpu_cores.min(1.0) / demand, patience);
            let next = queue.in_flight();
            step += 1;
            if self.per_request_gib <= 0.0 || next <= in_flight * (1.0 + 1e-6) || step == STEPS {
                let cpu_cores = (queue.throughput() * demand).min(self.cpu_cores);
                return Ok(Working { queue, cpu_cores, memory_gib: live });
            }
            in_flight = next;
        }
    }

    fn collection(&self, live: f64) -> f64 {
        if self.collection <= 0.0 {
            return 0.0;
        }
        let room = self.memory_gib - live;
        (self.collection * live / room.max(f64::MIN_POSITIVE)).min(COLLECTION_LIMIT)
    }

    fn killed(&self, component: &str, needed: f64, in_flight: f64) -> Rejection {
        let limit = self.memory_gib;
        let message = format!(
            "{component} pod(s) crash restart detected: OOMKilled: with {in_flight:.1} requests in each pod it needs \
             {needed:.3} GiB, the limit is {limit:.3} GiB"
        );
        Rejection { reason: Reason::Unstable, message }
    }
}
