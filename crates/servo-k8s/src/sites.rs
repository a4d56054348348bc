//! The workloads of a connector with the ways to them, made when they are first needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use servo_core::{Context, Result};
use tokio::sync::Mutex;

use crate::plan::Plan;
use crate::site::Site;
use crate::watching::Watched;
use crate::workload::Kind;
use servo_kube::cluster;

/// The workloads of a connector.
#[derive(Default)]
pub(crate) struct Sites(Mutex<Vec<Arc<Site>>>);

impl Sites {
    /// Gives all of them.
    ///
    /// # Errors
    ///
    /// A cluster cannot be reached as it is configured.
    pub(crate) async fn all(&self, cx: &Context, plan: &Plan) -> Result<Vec<Arc<Site>>> {
        let mut sites = self.0.lock().await;
        if !sites.is_empty() {
            return Ok(sites.clone());
        }
        let mut all = Vec::new();
        for target in &plan.targets {
            let cluster = cluster(&target.access, cx).await?;
            let namespace = &target.workload.namespace;
            let of_one = |other: &&crate::plan::Target| {
                other.access == target.access && other.workload.namespace == *namespace
            };
            let kinds: BTreeSet<Kind> =
                plan.targets.iter().filter(of_one).map(|it| it.workload.kind).collect();
            let watching = Watched::of(&cluster, namespace, &kinds);
            all.push(Arc::new(Site::new(target.clone(), cluster, watching)));
        }
        sites.clone_from(&all);
        Ok(all)
    }

    /// Gives those that somebody has asked for.
    pub(crate) async fn made(&self) -> Vec<Arc<Site>> {
        self.0.lock().await.clone()
    }

    /// Gives back the right to change them, and forgets them.
    pub(crate) async fn let_go(&self) {
        for site in std::mem::take(&mut *self.0.lock().await) {
            site.let_go().await;
        }
    }
}
