//! What an optimizer is: one method per exchange, whoever is at the other end.
//!
//! The client of the Opsani protocol, the embedded study and the script of a test all implement
//! [`Optimizer`]; the loop cannot tell them apart.

mod descriptor;
mod figures;
mod messages;

use async_trait::async_trait;

pub use descriptor::{Identity, OptimizerDescriptor};
pub use figures::{Figures, Verdict};
pub use messages::{Answer, Command, Failure, Hello, Operation, Outcome, Reply, Report};

use crate::Result;
use crate::check::Checks;
use crate::model::Description;
use crate::progress::Progress;
use tokio::time::Instant;

/// The optimizer that a servo has, as its host lends it to connectors; nothing is lent where it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The id of one that is elsewhere; `None` of one within the servo.
    pub id: Option<String>,
}

/// Decides what a servo does next, and learns what came of it.
///
/// A servo says hello, then asks for a command, runs it and reports, until it is told to
/// [finish](Operation::Finish) or says goodbye. Progress is told beside a running command; where the reply gives the
/// command up, the servo ends it, begins again and says hello again.
#[async_trait]
pub trait Optimizer: Send + Sync {
    /// Begins (HELLO), or begins again. May take as long as the optimizer needs to answer. A servo that is stopped
    /// before that drops the future, asks for no command, and takes leave.
    async fn hello(&self, hello: Hello) -> Result<()>;

    /// Asks what to do next (`WHATS_NEXT`). May take as long as the optimizer needs
    /// to think. Dropping the future before it is ready loses nothing.
    async fn next(&self) -> Result<Command>;

    /// Tells how far the running command has come (DESCRIPTION, MEASUREMENT or ADJUSTMENT with
    /// progress). The reply may give the command up: a cancelled one is reported as such, one that was not expected
    /// is not reported. The future is dropped when the command ends.
    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply>;

    /// Tells what came of a command (DESCRIPTION, MEASUREMENT or ADJUSTMENT). No reply ends the servo.
    async fn report(&self, report: Report) -> Result<Reply>;

    /// Asks to wind up, for a reason such as a signal's name: from now on [`next`](Self::next) gives
    /// only what leaves the application as it was found, and then [`Operation::Finish`].
    ///
    /// It comes once: before the report of a command that was cancelled by it, and otherwise beside a report that is
    /// under way, which may then end early.
    async fn stop(&self, reason: &str);

    /// Hears that the operator asked to reload: waits for another try are cut short, and credentials are read
    /// again. Nothing, where an optimizer has neither.
    fn reload(&self) {}

    /// Says whether its adjustments are trials, which are undone in the end; others are kept once they are confirmed.
    fn makes_trials(&self) -> bool {
        false
    }

    /// Gives when it was last heard of; `None` where it cannot be lost.
    fn last_heard(&self) -> Option<Instant> {
        None
    }

    /// Gives what it knows in figures, at once, for whoever watches.
    fn figures(&self) -> Figures {
        Figures::default()
    }

    /// Adds its checks: whether what it needs is there, and it can be reached. `described` is what the connectors say of
    /// the application, where they can. No check may change anything, the optimizer's own state included.
    fn checks<'a>(&'a self, described: Option<&'a Description>, checks: &mut Checks<'a>) {
        let _ = (described, checks);
    }

    /// Ends (GOODBYE).
    async fn goodbye(&self, reason: &str) -> Result<()>;
}
