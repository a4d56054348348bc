//! The one cluster of a test run.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use servo_cluster::{Cluster, Options, Place, Reach};

use super::access::Access;
use super::place::{place, root};

/// The variable that names the file of a cluster that somebody else runs.
const KUBECONFIG: &str = "SERVO_TEST_KUBECONFIG";
/// How long a cluster may take until it is ready, on a machine that builds something meanwhile.
const PATIENCE: Duration = Duration::from_mins(10);

/// The one cluster of a test run. The first test that asks for it starts it, and it ends a few seconds after the last
/// program that held it, so that the next test program of a `cargo test` takes the same.
#[derive(Clone, Debug)]
pub struct Shared(Access);

impl Shared {
    /// Returns it, and starts it where that has not happened yet. The caller's thread waits meanwhile.
    ///
    /// # Panics
    ///
    /// It cannot be started; the message says why.
    pub fn get() -> Self {
        static SHARED: OnceLock<Result<Shared, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| match std::env::var_os(KUBECONFIG) {
            Some(file) => Ok(Self(Access::outside(PathBuf::from(file)))),
            None => held().map(|reach| Self(Access::inside(&reach))),
        });
        shared.clone().unwrap_or_else(|error| panic!("the cluster of the tests: {error}"))
    }

    /// Runs `test` where the inside of the node is at hand; otherwise says that it was not run, and what it needs.
    pub fn needs(&self, what: &str) -> Option<&super::Node> {
        let node = self.0.node();
        if node.is_none() {
            skipped(what);
        }
        node
    }
}

/// Says that a test was not run since the cluster is somebody else's, and tells whether that is so.
#[expect(clippy::print_stderr, reason = "a test that is not run has to say so")]
pub(super) fn skipped(what: &str) -> bool {
    let is_elsewhere = std::env::var_os(KUBECONFIG).is_some();
    if is_elsewhere {
        eprintln!("not run against a cluster of one's own: it needs {what}");
    }
    is_elsewhere
}

impl Deref for Shared {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0
    }
}

/// Holds the cluster as long as this process lives. Each test has a runtime of its own that ends with it; so the
/// connection that holds the cluster gets a thread and a runtime that outlive them all.
fn held() -> Result<Reach, String> {
    let (tell, told) = mpsc::channel();
    let thread = std::thread::Builder::new().name("cluster".to_owned());
    let spawned = thread.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(tell.send(Err(error.to_string()))),
        };
        runtime.block_on(async {
            let place = place(&root().join("target/cluster-tests"));
            match up(&place).await {
                Ok(cluster) => {
                    let _ = tell.send(Ok(cluster.reach().clone()));
                    std::future::pending::<()>().await;
                }
                Err(error) => drop(tell.send(Err(error.to_string()))),
            }
        });
    });
    spawned.map_err(|error| error.to_string())?;
    told.recv_timeout(PATIENCE).map_err(|error| format!("it is not ready: {error}"))?
}

async fn up(place: &Place) -> servo_cluster::Result<Cluster> {
    let options = Options { audit: true, metrics_server: true, ..Options::default() };
    Cluster::up(place, &options, &mut |_| {}).await
}
