//! The inside of a cluster that this project runs.

use std::ops::Deref;
use std::path::PathBuf;
use std::thread;

use servo_cluster::{Component, Reach};

/// The inside of a cluster that this project runs. What concerns the whole node disturbs every test that shares it: a
/// test that stops a component, or ends containers, uses [a cluster of its own](super::Own).
#[derive(Clone, Debug)]
pub struct Node(Reach);

/// A component that is paused. It goes on when this is dropped, also where the test fails.
#[derive(Debug)]
pub struct Paused {
    reach: Reach,
    component: Option<Component>,
}

impl Node {
    pub(super) fn new(reach: Reach) -> Self {
        Self(reach)
    }

    /// Pauses a component until what is returned is dropped: it takes connections and answers nothing.
    ///
    /// # Panics
    ///
    /// It does not run.
    pub async fn paused(&self, component: Component) -> Paused {
        let paused = self.0.pause(component).await;
        paused.unwrap_or_else(|error| panic!("cannot pause {}: {error}", component.name()));
        Paused { reach: self.0.clone(), component: Some(component) }
    }

    /// The log of a component, as far as it is written.
    pub fn log(&self, component: Component) -> String {
        let text = std::fs::read(self.log_file(component)).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The file of that log.
    pub fn log_file(&self, component: Component) -> PathBuf {
        self.0.site().log(component.name())
    }
}

impl Deref for Node {
    type Target = Reach;

    fn deref(&self) -> &Reach {
        &self.0
    }
}

impl Paused {
    /// Lets the component go on.
    ///
    /// # Panics
    ///
    /// It has ended.
    pub async fn resume(mut self) {
        if let Some(component) = self.component.take() {
            let resumed = self.reach.resume(component).await;
            resumed.unwrap_or_else(|error| panic!("cannot resume {}: {error}", component.name()));
        }
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        let Some(component) = self.component.take() else { return };
        let reach = self.reach.clone();
        // Where that fails, the cluster has ended already.
        block(async move { reach.resume(component).await });
    }
}

/// Does something asynchronous where nothing may be awaited: on a thread and a runtime of its own, while this one waits.
/// What it ends with is nobody's; it must end by itself.
pub(super) fn block<T: Send>(work: impl Future<Output = T> + Send) {
    thread::scope(|scope| {
        scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let _ = runtime.block_on(work);
            }
        });
    });
}
