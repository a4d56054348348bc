//! An optimizer that is greeted and not asked: `servo run --no-poll`.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Figures, Hello, Optimizer, Reply, Report};
use servo_core::progress::Progress;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Keeps an optimizer from being asked for commands until the servo is stopped, so that connectors run and nothing is
/// done.
pub struct Unpolled {
    optimizer: Arc<dyn Optimizer>,
    stopping: CancellationToken,
}

impl Unpolled {
    /// Keeps `optimizer` from being asked.
    pub fn new(optimizer: Arc<dyn Optimizer>) -> Self {
        Self { optimizer, stopping: CancellationToken::new() }
    }
}

#[async_trait]
impl Optimizer for Unpolled {
    async fn hello(&self, hello: Hello) -> Result<()> {
        self.optimizer.hello(hello).await
    }

    async fn next(&self) -> Result<Command> {
        if !self.stopping.is_cancelled() {
            tracing::warn!("polling is disabled: waiting to be stopped");
            self.stopping.cancelled().await;
        }
        self.optimizer.next().await
    }

    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply> {
        self.optimizer.progress(uid, progress).await
    }

    async fn report(&self, report: Report) -> Result<Reply> {
        self.optimizer.report(report).await
    }

    async fn stop(&self, reason: &str) {
        self.optimizer.stop(reason).await;
        self.stopping.cancel();
    }

    fn reload(&self) {
        self.optimizer.reload();
    }

    fn makes_trials(&self) -> bool {
        self.optimizer.makes_trials()
    }

    fn last_heard(&self) -> Option<Instant> {
        self.optimizer.last_heard()
    }

    fn figures(&self) -> Figures {
        self.optimizer.figures()
    }

    async fn goodbye(&self, reason: &str) -> Result<()> {
        self.optimizer.goodbye(reason).await
    }
}
