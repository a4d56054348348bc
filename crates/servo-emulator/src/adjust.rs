//! Deploying other values: accepted or refused as a whole, rolled out, then watched while it settles.

use async_trait::async_trait;
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::{Adjust, Adjusting};
use servo_core::model::{Adjustment, Component, Description, Setting};
use servo_core::{Class, Context, Error, Result};

use crate::assignment::Assignment;
use crate::clock::{Pace, after};
use crate::connector::Emulator;
use crate::state::WorldState;
use crate::trial;
use crate::turn::Turn;
use crate::world::World;

#[async_trait]
impl On<Adjust> for Emulator {
    /// Adjusts the settings of the emulator's own components; those of others are left to whoever has them.
    ///
    /// What cannot be scheduled or does not run is rejected, and the pods of the deployment before go on serving.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let world = self.open(cx).await?;
        let is_mine = |adjustment: &&Adjustment| {
            world.subject.components().iter().any(|known| known.name == adjustment.component)
        };
        let adjustments: Vec<&Adjustment> = input.adjustments.iter().filter(is_mine).collect();
        if adjustments.is_empty() {
            return Ok(world.described().0);
        }
        let turn = self.turn(cx).await?;
        let world = self.open(cx).await?;
        let (components, warnings) = world.components();
        self.warn(&warnings);
        let values = proposed(&world, &components, &adjustments, self.found())?;
        let changes = values != world.state.deployed.values;
        let rollout = changes.then_some(self.rollout);
        let settlement = input.control.settlement.unwrap_or_default();
        let total = rollout.unwrap_or_default().saturating_add(settlement);
        after(world.state.clock, total)?;
        let pace = Pace::new(cx, self.speed, total)?;
        if cx.is_cancelled() {
            return Err(Error::cancelled("cancelled before anything was changed"));
        }
        let mut change = Change { turn, pace, before: world.state.clone(), rollout, settlement };
        let world = change.make(world, values, trial::of(&input.control)).await?;
        Ok(world.described().0)
    }
}

/// A change that is being made.
struct Change<'a> {
    turn: Turn,
    pace: Pace<'a>,
    /// What is put back where it does not work out.
    before: WorldState,
    /// `None` where nothing changes.
    rollout: Option<Duration>,
    settlement: Duration,
}

impl Change<'_> {
    /// Makes the change as a cluster does: what can be scheduled is in force at once, whether or not anybody waits for
    /// the rest, and the values before are put back where it does not live through rollout and settlement.
    async fn make(&mut self, mut world: World, values: Assignment, trial: Option<u64>) -> Result<World> {
        let scheduled = self.rollout.map_or(Ok(()), |_| world.subject.schedule(&values));
        if scheduled.is_ok() {
            world.state.deploy(values, trial);
        }
        if world.state != self.before {
            world = self.turn.save(world).await?;
        }
        if let Some(rollout) = self.rollout {
            self.pace.pass(rollout, "rolling out").await?;
            world = self.judge(world, rollout, scheduled).await?;
        }
        self.pace.pass(self.settlement, "settling").await?;
        self.judge(world, self.settlement, Ok(())).await
    }

    /// Looks at what is deployed once some time has passed.
    async fn judge(&self, mut world: World, passed: Duration, verdict: Result<()>) -> Result<World> {
        world.advance(passed)?;
        let verdict = verdict.and_then(|()| world.run());
        if verdict.is_err() {
            world.state.roll_back(self.before.clone());
        }
        let world = self.turn.save(world).await?;
        verdict.map(|()| world)
    }
}

/// Gives the values that the adjustments lead to.
///
/// # Errors
///
/// A setting that there is not, or a value that it does not take. All of them are told.
fn proposed(
    world: &World,
    components: &[Component],
    adjustments: &[&Adjustment],
    found: Option<&Assignment>,
) -> Result<Assignment> {
    // An instance that begins after a crash finds a trial; what the trials found is remembered besides.
    let remembered = world.state.found.as_ref().map(|found| &found.values);
    let baselines: Vec<&Assignment> = found.into_iter().chain(remembered).collect();
    let mut values = world.state.deployed.values.clone();
    let mut refused = Vec::new();
    for adjustment in adjustments {
        let Adjustment { component, setting, value } = *adjustment;
        let Some(known) = components.iter().find(|known| known.name == *component) else { continue };
        let Some(described) = known.setting(setting) else {
            let names: Vec<&str> = known.settings.iter().map(Setting::name).collect();
            let message = format!("component `{component}` has no setting `{setting}`");
            refused.push(Error::failed(message).with_help(format!("its settings are {}", names.join(", "))));
            continue;
        };
        let baselines = baselines.iter().filter_map(|baseline| baseline.get(component, setting));
        let proposed = baselines.fold(described.propose(value, None), |proposed, baseline| {
            proposed.or_else(|error| described.propose(value, Some(baseline)).map_err(|_| error))
        });
        match proposed {
            Ok(value) => values.set(component, setting, value),
            Err(error) => refused.push(
                Error::new(Class::Failed, format!("cannot set {adjustment}: {}", described.summary()))
                    .with_source(error),
            ),
        }
    }
    Error::join(refused).map_or(Ok(values), Err)
}
