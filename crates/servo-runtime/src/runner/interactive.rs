//! An optimizer that is connected to and asked only where somebody agrees: `servo run --interactive`.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Figures, Hello, Optimizer, Reply, Report};
use servo_core::progress::Progress;
use tokio::time::Instant;

/// How long a servo sleeps whose operator wants no command yet.
const SLEEP: Duration = Duration::from_mins(1);

/// Somebody who can be asked.
#[async_trait]
pub trait Ask: Debug + Send + Sync {
    /// Asks a question and waits for the answer. The future is dropped where the answer does not matter any more.
    async fn agrees(&self, question: &str) -> bool;

    /// Says something.
    fn say(&self, text: &str);
}

/// Asks before it connects to an optimizer, and before each command.
pub struct Interactive {
    optimizer: Arc<dyn Optimizer>,
    ask: Arc<dyn Ask>,
    /// Whether it was agreed to connect. Whoever has agreed is not asked again when a connection is lost.
    is_agreed: AtomicBool,
    is_stopping: AtomicBool,
}

impl Interactive {
    /// Asks this one before anything is done with `optimizer`.
    pub fn new(optimizer: Arc<dyn Optimizer>, ask: Arc<dyn Ask>) -> Self {
        Self { optimizer, ask, is_agreed: AtomicBool::new(false), is_stopping: AtomicBool::new(false) }
    }
}

#[async_trait]
impl Optimizer for Interactive {
    async fn hello(&self, hello: Hello) -> Result<()> {
        if !self.is_agreed.load(Ordering::Acquire) {
            if !self.ask.agrees("Connect to the optimizer?").await {
                self.ask.say("Not connected: idle until stopped");
                std::future::pending::<()>().await;
            }
            self.is_agreed.store(true, Ordering::Release);
        }
        self.optimizer.hello(hello).await
    }

    async fn next(&self) -> Result<Command> {
        // What an optimizer that winds up has to do is not asked about.
        while !self.is_stopping.load(Ordering::Acquire) && !self.ask.agrees("Poll for next command?").await {
            self.ask.say("Sleeping for 1m");
            tokio::time::sleep(SLEEP).await;
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
        self.is_stopping.store(true, Ordering::Release);
        self.optimizer.stop(reason).await;
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
