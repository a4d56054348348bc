//! An optimizer that is connected to and asked only where somebody agrees: `servo run --interactive`.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Hello, Optimizer};

use super::wrapper::{Manner, Wrapper};

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
pub type Interactive = Wrapper<Asking>;

/// Asks whoever there is. Every question names the servo: a reload may have added others that ask, too.
#[derive(Debug)]
pub struct Asking {
    servo: String,
    ask: Arc<dyn Ask>,
    /// Whether it was agreed to connect. Whoever has agreed is not asked again when a connection is lost.
    is_agreed: AtomicBool,
    is_stopping: AtomicBool,
}

impl Interactive {
    /// Asks this one before anything is done with `optimizer` of a servo.
    pub fn new(servo: impl Into<String>, optimizer: Arc<dyn Optimizer>, ask: Arc<dyn Ask>) -> Self {
        let (is_agreed, is_stopping) = (AtomicBool::new(false), AtomicBool::new(false));
        Self::around(optimizer, Asking { servo: servo.into(), ask, is_agreed, is_stopping })
    }
}

impl Asking {
    async fn agrees(&self, question: &str) -> bool {
        self.ask.agrees(&format!("{}: {question}", self.servo)).await
    }

    fn say(&self, text: &str) {
        self.ask.say(&format!("{}: {text}", self.servo));
    }
}

#[async_trait]
impl Manner for Asking {
    async fn hello(&self, inner: &dyn Optimizer, hello: Hello) -> Result<()> {
        if !self.is_agreed.load(Ordering::Acquire) {
            if !self.agrees("Connect to the optimizer?").await {
                self.say("Not connected: idle until stopped");
                std::future::pending::<()>().await;
            }
            self.is_agreed.store(true, Ordering::Release);
        }
        inner.hello(hello).await
    }

    async fn next(&self, inner: &dyn Optimizer) -> Result<Command> {
        // What an optimizer that winds up has to do is not asked about.
        while !self.is_stopping.load(Ordering::Acquire) && !self.agrees("Poll for next command?").await {
            self.say("Sleeping for 1m");
            tokio::time::sleep(SLEEP).await;
        }
        inner.next().await
    }

    async fn stop(&self, inner: &dyn Optimizer, reason: &str) {
        self.is_stopping.store(true, Ordering::Release);
        inner.stop(reason).await;
    }
}
