//! What an optimizer is: one method per exchange, whoever is at the other end.
//!
//! The client of the Opsani protocol, the embedded study and the script of a test all implement
//! [`Optimizer`]; the loop cannot tell them apart.

mod descriptor;
mod messages;

use async_trait::async_trait;

pub use descriptor::{Identity, OptimizerDescriptor};
pub use messages::{Answer, Command, Failure, Hello, Operation, Outcome, Reply, Report};

use crate::Result;
use crate::progress::Progress;

/// Decides what a servo does next, and learns what came of it.
///
/// A servo says hello once, then asks for a command, runs it and reports, until it is told to
/// [finish](Operation::Finish) or says goodbye. Progress is told beside a running command.
#[async_trait]
pub trait Optimizer: Send + Sync {
    /// Begins (HELLO).
    async fn hello(&self, hello: Hello) -> Result<()>;

    /// Asks what to do next (`WHATS_NEXT`). May take as long as the optimizer needs
    /// to think. Dropping the future before it is ready loses nothing.
    async fn next(&self) -> Result<Command>;

    /// Tells how far the running command has come (DESCRIPTION, MEASUREMENT or ADJUSTMENT with
    /// progress). The reply may end the command.
    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply>;

    /// Tells what came of a command (DESCRIPTION, MEASUREMENT or ADJUSTMENT).
    async fn report(&self, report: Report) -> Result<Reply>;

    /// Asks to wind up, for a reason such as a signal's name: from now on [`next`](Self::next) gives
    /// only what leaves the application as it was found, and then [`Operation::Finish`].
    async fn stop(&self, reason: &str);

    /// Ends (GOODBYE).
    async fn goodbye(&self, reason: &str) -> Result<()>;
}
