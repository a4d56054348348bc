//! The clusters that the servos of a process share: one for each that is written in the same way.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use servo_core::context::Commons;
use servo_core::{Context, Result};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::origin::Origin;
use super::{Cluster, login, origin};
use crate::{Access, Surroundings};

/// The clusters that somebody speaks to. Each ends with the last who does.
#[derive(Debug, Default)]
pub(crate) struct Clusters(Mutex<BTreeMap<Key, Weak<Cluster>>>);

/// What is the same where a cluster is. Files count with what they hold, so that a kubeconfig that was written anew
/// takes effect where the configuration is reloaded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    origin: Origin,
    content: Vec<Vec<u8>>,
}

/// Gives the cluster that is reached in this way: one that somebody speaks to already, or a new one.
///
/// # Errors
///
/// As [`Cluster::connect`].
pub async fn cluster(access: &Access, cx: &Context) -> Result<Arc<Cluster>> {
    match cx.lent::<Commons>() {
        Some(commons) => commons.get_or_default::<Clusters>().get(access, cx).await,
        None => Cluster::connect(access, cx).await.map(Arc::new),
    }
}

impl Clusters {
    /// Counts those that somebody speaks to.
    #[cfg(test)]
    pub(super) async fn in_use(&self) -> usize {
        self.0.lock().await.values().filter(|cluster| cluster.strong_count() > 0).count()
    }

    async fn get(&self, access: &Access, cx: &Context) -> Result<Arc<Cluster>> {
        let surroundings = Surroundings::of(cx);
        let origin = origin::of(access, &surroundings)?;
        let content = match &origin {
            Origin::Kubeconfig { files, .. } => digests(files).await,
            Origin::Pod { .. } => Vec::new(),
        };
        let key = Key { origin, content };
        let mut known = self.0.lock().await;
        if let Some(cluster) = known.get(&key).and_then(Weak::upgrade) {
            return Ok(cluster);
        }
        let made = Arc::new(Cluster::of(login::login(&key.origin).await?, &surroundings)?);
        known.retain(|_, cluster| cluster.strong_count() > 0);
        known.insert(key, Arc::downgrade(&made));
        Ok(made)
    }
}

/// Tells what files hold apart. One that cannot be read is told by whoever reads it.
async fn digests(files: &[PathBuf]) -> Vec<Vec<u8>> {
    let mut digests = Vec::with_capacity(files.len());
    for file in files {
        let content = tokio::fs::read(file).await.unwrap_or_default();
        digests.push(Sha256::digest(content).to_vec());
    }
    digests
}
