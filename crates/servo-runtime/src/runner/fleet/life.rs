//! One servo's life in a fleet.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use servo_core::event::Scope;
use servo_core::optimizer::{Optimizer, Outcome};
use servo_core::safety::Restore;
use servo_core::{Error, Result};
use tokio::sync::Semaphore;

use crate::assembly::{Assembled, Completion};
use crate::change;
use crate::runner::{Reload, Runner, Stop, Watch, recovery};

/// What all servos of a fleet have in shared.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) limit: Arc<Semaphore>,
    pub(super) watch: Arc<dyn Watch>,
    pub(super) reload: Reload,
}

/// Lives one servo's life to its end. A panic is an error like any other, which leaves the servo's state to whoever
/// runs it next.
pub(super) async fn live(assembled: Assembled, shared: Shared, stop: Stop) -> Result<Outcome> {
    let life = AssertUnwindSafe(studies(&assembled, &shared, &stop)).catch_unwind().await;
    match life {
        Ok(result) => result,
        Err(panic) => {
            let scope = Scope::detached();
            let undo = change::undo(assembled.servo().bus(), &scope);
            if assembled.safety().restore == Restore::Trial
                && let Some(Err(error)) = recovery::within_grace(&stop, undo).await
            {
                tracing::error!(
                    "cannot restore after a panic: {}; the next start tries again",
                    error.chain()
                );
            }
            if assembled.servo().is_running()
                && let Err(error) = assembled.servo().shutdown("panic").await
            {
                tracing::warn!("while shutting down: {}", error.chain());
            }
            assembled.servo().bus().host().journal().close().await;
            let text = panic.downcast_ref::<&str>().map(ToString::to_string);
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Error::internal("the servo panicked").with_source(text.unwrap_or_default()))
        }
    }
}

/// One study, or one after another where the configuration says so.
async fn studies(assembled: &Assembled, shared: &Shared, stop: &Stop) -> Result<Outcome> {
    loop {
        let optimizer: Arc<dyn Optimizer> = assembled.optimizer()?;
        let makes_trials = optimizer.makes_trials();
        let runner = Runner {
            servo: Arc::clone(assembled.servo()),
            optimizer,
            limit: Arc::clone(&shared.limit),
            stop: stop.clone(),
            watch: Arc::clone(&shared.watch),
            safety: assembled.safety().clone(),
        };
        let result = Box::pin(runner.run_with(&shared.reload)).await;
        if stop.reason().is_some() || assembled.on_complete() == Completion::Exit {
            return result;
        }
        match (&result, assembled.on_complete()) {
            (Ok(_), Completion::Repeat(period)) => {
                tracing::info!("the study is complete; the next begins in {period}");
                if stop.or(tokio::time::sleep(period.as_std())).await.is_some() {
                    continue;
                }
            }
            (Ok(_), _) => {
                tracing::info!("the study is complete; idle until stopped");
                stop.requested().await;
            }
            // Whatever runs the process would start it again, for ever, and nothing would come of it.
            (Err(error), _) if makes_trials && is_tripped(assembled) => {
                let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
                tracing::error!("{}{help}; idle until stopped", error.chain());
                stop.requested().await;
            }
            // What fails today may go well the next time: whoever repeats studies means it.
            (Err(error), Completion::Repeat(period)) if error.class().is_retryable() => {
                tracing::error!("the study failed: {}; the next begins in {period}", error.chain());
                if stop.or(tokio::time::sleep(period.as_std())).await.is_some() {
                    continue;
                }
            }
            (Err(_), _) => {}
        }
        return result;
    }
}

/// Says whether the circuit of a servo is broken, so that it makes no changes until an operator says so.
fn is_tripped(assembled: &Assembled) -> bool {
    assembled.servo().bus().host().journal().ledger().trip.is_some()
}
