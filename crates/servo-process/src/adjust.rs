//! Applying other values: in place where that is possible, otherwise by another run of the program.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::error::reason;
use servo_core::event::On;
use servo_core::event::standard::{Adjust, Adjusting};
use servo_core::model::{Adjustment, Description, Setting};
use servo_core::{Class, Context, Error, Result};
use tokio_util::sync::CancellationToken;

use crate::connector::Process;
use crate::instance::{Instance, Status};
use crate::life::Life;
use crate::measure::ended;
use crate::plan::Values;

#[async_trait]
impl On<Adjust> for Process {
    /// Adjusts the settings of the program; those of other components are left to whoever has them.
    ///
    /// Values with which it does not start, or does not stay, are rejected, and those before are in force again.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let is_mine = |adjustment: &&Adjustment| adjustment.component == self.plan.component.name;
        let adjustments: Vec<&Adjustment> = input.adjustments.iter().filter(is_mine).collect();
        let mut life = self.life(cx).await?;
        let before = self.values(cx, &life).await?;
        if adjustments.is_empty() {
            return Ok(self.description(&before));
        }
        let values = self.proposed(&before, &adjustments)?;
        if cx.is_cancelled() {
            return Err(Error::cancelled("cancelled before anything was changed"));
        }
        let was_running = life.current.is_some();
        self.apply(cx, &mut life, &before, &values).await?;
        let settlement = input.control.settlement.unwrap_or_default();
        let settled = match life.current.clone() {
            Some(instance) => settle(cx, &instance, settlement).await,
            None => Ok(()),
        };
        if let Err(error) = settled {
            // One that was cancelled leaves what is in force: whoever cancels knows that it was to be.
            if error.class() != Class::Cancelled {
                self.take_back(cx, &mut life, &before, was_running).await;
            }
            return Err(self.told(cx, error));
        }
        Ok(self.description(&values))
    }
}

impl Process {
    /// Gives the values that adjustments lead to.
    fn proposed(&self, before: &Values, adjustments: &[&Adjustment]) -> Result<Values> {
        let (mut values, baseline, mut refused) = (before.clone(), self.plan.baseline(), Vec::new());
        for adjustment in adjustments {
            let Adjustment { component, setting, value } = *adjustment;
            let Some(known) = self.plan.component.setting(setting) else {
                let names: Vec<&str> = self.plan.component.settings.iter().map(Setting::name).collect();
                let message = format!("component `{component}` has no setting `{setting}`");
                refused
                    .push(Error::failed(message).with_help(format!("its settings are {}", names.join(", "))));
                continue;
            };
            match known.propose(value, baseline.get(setting)) {
                Ok(value) => drop(values.insert(setting.clone(), value)),
                Err(error) => refused.push(
                    Error::failed(format!("cannot set {adjustment}: {}", known.summary())).with_source(error),
                ),
            }
        }
        Error::join(refused).map_or(Ok(values), Err)
    }

    /// Puts values into force. Where that fails, those before are in force again.
    async fn apply(&self, cx: &Context, life: &mut Life, before: &Values, values: &Values) -> Result<()> {
        let current = life.current.clone().filter(|current| !current.status().is_over());
        if let Some(current) = &current {
            if before == values {
                return Ok(());
            }
            if self.limits_alone(current, values) && self.limit(current, values) {
                current.revalue(values.clone());
                return self.remember(cx, values).await;
            }
        }
        let begun = if current.is_some() && self.plan.overlaps() {
            // The one before serves until this one is ready.
            self.begin(cx, life, values, cx.token()).await
        } else {
            self.end(cx, life).await?;
            self.begin(cx, life, values, cx.token()).await
        };
        let instance = match begun {
            Ok(instance) => instance,
            Err(error) => {
                self.take_back(cx, life, before, current.is_some()).await;
                return Err(error);
            }
        };
        let previous = life.current.replace(instance);
        life.restarts = 0;
        if let Some(previous) = previous {
            self.stop(cx, &previous).await?;
        }
        self.remember(cx, values).await
    }

    /// Says whether another run with the values would be told the same, so that only limits differ.
    fn limits_alone(&self, current: &Instance, values: &Values) -> bool {
        let launch = self.plan.launch(values, &current.ports);
        launch.command == current.launch.command && launch.env == current.launch.env
    }

    /// Puts the values before into force again, with a run of the program where there was one, whoever waits for it. Where that fails, the next operation tries again.
    async fn take_back(&self, cx: &Context, life: &mut Life, before: &Values, was_running: bool) {
        let runs_with =
            |instance: &Arc<Instance>| instance.values() == *before && !instance.status().is_over();
        if life.current.as_ref().is_some_and(runs_with) {
            return;
        }
        let back = async {
            self.end(cx, life).await?;
            if was_running {
                life.current = Some(self.begin(cx, life, before, &CancellationToken::new()).await?);
            }
            Ok::<(), Error>(())
        };
        let back = back.await;
        // What runs next is what was there before, whether or not it runs now.
        let remembered = self.remember(cx, before).await;
        for error in [back, remembered].into_iter().filter_map(Result::err) {
            tracing::warn!(connector = %self.name, "cannot go back to what was in force before: {}", error.chain());
        }
    }
}

/// Watches the program for some time.
///
/// # Errors
///
/// Class rejected where it ends or loses a process for want of memory; cancelled.
async fn settle(cx: &Context, instance: &Instance, settlement: servo_core::duration::Duration) -> Result<()> {
    let before = instance.groups().map_or(0, crate::cgroup::Groups::oom_kills);
    tokio::select! {
        biased;
        status = instance.until(Status::is_over) => return Err(ended(instance, &status)),
        settled = cx.wait(settlement, "settling") => settled?,
    }
    if instance.groups().map_or(0, crate::cgroup::Groups::oom_kills) > before {
        let message =
            format!("a process of {} was killed for want of memory{}", instance.shown(), instance.printed());
        return Err(Error::rejected(reason::UNSTABLE, message));
    }
    Ok(())
}
