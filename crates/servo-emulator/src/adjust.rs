//! Deploying other values: accepted or refused as a whole, rolled out, then watched while it settles.

use async_trait::async_trait;
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::{Adjust, Adjusting};
use servo_core::model::{Adjustment, Component, Description, Setting};
use servo_core::{Class, Context, Error, Result};

use crate::assignment::Assignment;
use crate::clock::Pace;
use crate::connector::{Emulator, blocking};
use crate::world::World;

#[async_trait]
impl On<Adjust> for Emulator {
    /// Adjusts the settings of the emulator's own components; those of others are left to whoever has them.
    ///
    /// What cannot be scheduled or does not run is rejected, and the pods of the deployment before go on serving.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let _turn = self.turn(cx).await?;
        let mut world = self.open(cx).await?;
        let (components, warnings) = world.components();
        self.warn(&warnings);
        let mine =
            |adjustment: &&Adjustment| components.iter().any(|known| known.name == adjustment.component);
        let adjustments: Vec<&Adjustment> = input.adjustments.iter().filter(mine).collect();
        if adjustments.is_empty() {
            return Ok(world.described().0);
        }
        let values = proposed(&world, &components, &adjustments, self.found())?;
        let changes = values != world.state.values;
        let rollout = if changes { self.rollout } else { Duration::ZERO };
        let settlement = input.control.settlement.unwrap_or_default();
        let mut pace = Pace::new(cx, self.speed, rollout.saturating_add(settlement));
        let before = world.state.clone();
        if changes {
            pace.pass(rollout, "rolling out").await?;
            world.advance(rollout)?;
            let deployment = world.state.deployment.saturating_add(1);
            let subject = &world.subject;
            let accepted =
                subject.schedule(&values).and_then(|()| subject.run(&values, deployment, world.state.clock));
            if accepted.is_ok() {
                world.state.values = values;
                world.state.deployment = deployment;
            }
            world = blocking(move || world.save()).await?;
            accepted?;
        }
        pace.pass(settlement, "settling").await?;
        world.advance(settlement)?;
        let state = &world.state;
        let settled = world.subject.run(&state.values, state.deployment, state.clock);
        if settled.is_err() {
            world.state.values = before.values;
            world.state.deployment = before.deployment;
        }
        let world = blocking(move || world.save()).await?;
        settled?;
        Ok(world.described().0)
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
    let mut values = world.state.values.clone();
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
        let baseline = found.and_then(|found| found.get(component, setting));
        match described.propose(value, baseline) {
            Ok(value) => values.set(component, setting, value),
            Err(error) => refused.push(
                Error::new(Class::Failed, format!("cannot set {adjustment}: {}", described.summary()))
                    .with_source(error),
            ),
        }
    }
    Error::join(refused).map_or(Ok(values), Err)
}
