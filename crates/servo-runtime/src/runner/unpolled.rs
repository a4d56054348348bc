//! An optimizer that is greeted and not asked: `servo run --no-poll`.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Optimizer};
use tokio_util::sync::CancellationToken;

use super::wrapper::{Manner, Wrapper};

/// Keeps an optimizer from being asked for commands until the servo is stopped, so that connectors run and nothing is
/// done.
pub type Unpolled = Wrapper<Waiting>;

/// Waits to be stopped.
#[derive(Debug, Default)]
pub struct Waiting(CancellationToken);

impl Unpolled {
    /// Keeps `optimizer` from being asked.
    pub fn new(optimizer: Arc<dyn Optimizer>) -> Self {
        Self::around(optimizer, Waiting::default())
    }
}

#[async_trait]
impl Manner for Waiting {
    async fn next(&self, inner: &dyn Optimizer) -> Result<Command> {
        if !self.0.is_cancelled() {
            tracing::warn!("polling is disabled: waiting to be stopped");
            self.0.cancelled().await;
        }
        inner.next().await
    }

    async fn stop(&self, inner: &dyn Optimizer, reason: &str) {
        inner.stop(reason).await;
        self.0.cancel();
    }
}
