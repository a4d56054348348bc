//! A cluster of a test's own, for what would disturb others.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use servo_cluster::{Cluster, Options, Place};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use super::access::Access;
use super::node::Node;
use super::place;
use super::shared::skipped;

/// How long a cluster may take until it is ready, or gone.
const PATIENCE: Duration = Duration::from_mins(5);

/// Two clusters beside the shared one are more than a small machine has memory for.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A cluster of a test's own. It is taken down when this is dropped.
#[derive(Debug)]
pub struct Own {
    access: Access,
    node: Node,
    cluster: Option<Cluster>,
    room: Room,
}

/// A folder for a cluster of a test's own, and the turn to have one.
#[derive(Debug)]
pub struct Room {
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Room {
    /// Waits for the turn; none where the tests use a cluster that somebody else runs, which is said, together with what
    /// the test needs.
    ///
    /// # Panics
    ///
    /// There is no folder for temporary files.
    pub async fn wait(what: &str) -> Option<Self> {
        if skipped(what) {
            return None;
        }
        let turn = ONE_AT_A_TIME.lock().await;
        // Paths of sockets are short, and so is this one wherever the checkout is.
        let folder = tempfile::Builder::new().prefix("servo-").tempdir().expect("a folder of the test's own");
        Some(Self { folder, _turn: turn })
    }

    /// The folder of the cluster, which is not there yet.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("c")
    }

    fn place(&self) -> Place {
        place::place(&self.folder())
    }
}

impl Drop for Room {
    /// Nothing is left, whatever the test did in it: the control groups would outlive the folder.
    fn drop(&mut self) {
        let site = self.place().site;
        super::node::block(async move { timeout(PATIENCE, Cluster::down(&site)).await.map(|_| ()) });
    }
}

impl Own {
    /// Starts one; none as for [`Room::wait`].
    ///
    /// # Panics
    ///
    /// It cannot be started; the message says why.
    pub async fn start(options: &Options, what: &str) -> Option<Self> {
        let room = Room::wait(what).await?;
        Some(Self::start_in(room, options).await)
    }

    /// Starts one in a room.
    ///
    /// # Panics
    ///
    /// It cannot be started; the message says why.
    pub async fn start_in(room: Room, options: &Options) -> Self {
        let place = room.place();
        let up = timeout(PATIENCE, Cluster::up(&place, options, &mut |_| {})).await;
        let up = up.unwrap_or_else(|_| panic!("a cluster is not ready after {} s", PATIENCE.as_secs()));
        let cluster = up.unwrap_or_else(|error| panic!("a cluster of the test's own: {error}"));
        let access = Access::inside(cluster.reach());
        let node = Node::new(cluster.reach().clone());
        Self { access, node, cluster: Some(cluster), room }
    }

    /// The inside of it.
    pub fn inside(&self) -> &Node {
        &self.node
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.node.site().folder()
    }

    /// Lets go of it and takes it down; the room is free for another.
    ///
    /// # Panics
    ///
    /// Something of it cannot be removed.
    pub async fn down(mut self) -> Room {
        self.cluster.take();
        let site = self.room.place().site;
        let down = timeout(PATIENCE, Cluster::down(&site)).await.expect("a cluster that ends in time");
        down.unwrap_or_else(|error| panic!("the cluster cannot be taken down: {error}"));
        self.room
    }
}

impl Deref for Own {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.access
    }
}
