//! An optimizer around another one, which is told everything that the outer one does not see to.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Figures, Hello, Optimizer, Reply, Report};
use servo_core::progress::Progress;
use tokio::time::Instant;

/// What is done before another optimizer is told or asked something.
#[async_trait]
pub(super) trait Manner: Send + Sync {
    /// Begins, or begins again.
    async fn hello(&self, inner: &dyn Optimizer, hello: Hello) -> Result<()> {
        inner.hello(hello).await
    }

    /// Asks what to do next.
    async fn next(&self, inner: &dyn Optimizer) -> Result<Command>;

    /// Asks to wind up.
    async fn stop(&self, inner: &dyn Optimizer, reason: &str);
}

/// An optimizer that goes about another one in a manner of its own.
pub struct Wrapper<M> {
    inner: Arc<dyn Optimizer>,
    manner: M,
}

impl<M> Wrapper<M> {
    pub(super) fn around(inner: Arc<dyn Optimizer>, manner: M) -> Self {
        Self { inner, manner }
    }
}

#[async_trait]
impl<M: Manner> Optimizer for Wrapper<M> {
    async fn hello(&self, hello: Hello) -> Result<()> {
        self.manner.hello(&*self.inner, hello).await
    }

    async fn next(&self) -> Result<Command> {
        self.manner.next(&*self.inner).await
    }

    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply> {
        self.inner.progress(uid, progress).await
    }

    async fn report(&self, report: Report) -> Result<Reply> {
        self.inner.report(report).await
    }

    async fn stop(&self, reason: &str) {
        self.manner.stop(&*self.inner, reason).await;
    }

    fn reload(&self) {
        self.inner.reload();
    }

    fn makes_trials(&self) -> bool {
        self.inner.makes_trials()
    }

    fn last_heard(&self) -> Option<Instant> {
        self.inner.last_heard()
    }

    fn figures(&self) -> Figures {
        self.inner.figures()
    }

    async fn goodbye(&self, reason: &str) -> Result<()> {
        self.inner.goodbye(reason).await
    }
}
