//! Several servos at once, none of which touches another.

use std::sync::Arc;

use servo_core::optimizer::{Optimizer, Outcome};
use servo_core::servo::Servo;
use servo_core::{Error, Result};
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use tracing::Instrument as _;

use super::{Moment, Reload, Runner, Stop, Watch};
use crate::assembly::{Assembled, Completion};

/// How one servo of a fleet ended.
#[derive(Debug)]
pub struct Ended {
    /// The servo's name.
    pub servo: String,
    /// Its outcome, or why there is none.
    pub result: Result<Outcome>,
}

/// Runs servos side by side.
pub struct Fleet {
    /// How many operations may be under way at once; `None` sets no bound.
    pub limit: Option<usize>,
    /// Asks all of them to end.
    pub stop: Stop,
    /// Who is shown what happens.
    pub watch: Arc<dyn Watch>,
}

impl Fleet {
    /// Runs the servos until each has ended, where nobody reloads. One that fails or panics touches no other.
    ///
    /// The results are in the order of the servos.
    pub async fn run(self, servos: Vec<Assembled>) -> Vec<Ended> {
        self.run_with(servos, &Reload::default()).await
    }

    /// Runs the servos as [`run`](Self::run) does, and tells their optimizers when someone asks to reload.
    pub async fn run_with(self, servos: Vec<Assembled>, reload: &Reload) -> Vec<Ended> {
        let limit = Arc::new(Semaphore::new(self.limit.unwrap_or(Semaphore::MAX_PERMITS)));
        let names: Vec<String> = servos.iter().map(|servo| servo.name().to_owned()).collect();
        let mut tasks = JoinSet::new();
        let mut ids: Vec<Id> = Vec::new();
        for servo in servos {
            let (limit, stop, watch) = (Arc::clone(&limit), self.stop.clone(), Arc::clone(&self.watch));
            let span = tracing::info_span!("servo", name = servo.name());
            let life = live(servo, limit, stop, reload.clone(), watch);
            ids.push(tasks.spawn(life.instrument(span)).id());
        }
        let mut results: Vec<Option<Result<Outcome>>> = names.iter().map(|_| None).collect();
        while let Some(joined) = tasks.join_next_with_id().await {
            let (id, result) = match joined {
                Ok((id, result)) => (id, result),
                Err(error) => (error.id(), Err(Error::internal("the servo panicked").with_source(error))),
            };
            if let Some(at) = ids.iter().position(|known| *known == id) {
                self.watch.moment(&names[at], Moment::Finished { result: result.as_ref().copied() });
                results[at] = Some(result);
            }
        }
        let lost = || Err(Error::internal("the servo ended without a result"));
        let ended =
            |(servo, result): (String, Option<_>)| Ended { servo, result: result.unwrap_or_else(lost) };
        names.into_iter().zip(results).map(ended).collect()
    }
}

/// One servo's life: one study, or one after another where the configuration says so.
async fn live(
    assembled: Assembled,
    limit: Arc<Semaphore>,
    stop: Stop,
    reload: Reload,
    watch: Arc<dyn Watch>,
) -> Result<Outcome> {
    loop {
        let optimizer: Arc<dyn Optimizer> = assembled.optimizer()?;
        let servo: Arc<Servo> = Arc::clone(assembled.servo());
        let runner = Runner {
            servo,
            optimizer,
            limit: Arc::clone(&limit),
            stop: stop.clone(),
            watch: Arc::clone(&watch),
        };
        let outcome = runner.run_with(&reload).await?;
        match assembled.on_complete() {
            _ if stop.reason().is_some() => return Ok(outcome),
            Completion::Exit => return Ok(outcome),
            Completion::Idle => {
                tracing::info!("the study is complete; idle until stopped");
                stop.requested().await;
                return Ok(outcome);
            }
            Completion::Repeat(period) => {
                tracing::info!(
                    servo = assembled.name(),
                    "the study is complete; the next begins in {period}"
                );
                tokio::select! {
                    () = tokio::time::sleep(period.as_std()) => {}
                    () = stop.requested() => return Ok(outcome),
                }
            }
        }
    }
}
