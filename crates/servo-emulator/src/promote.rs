//! Promoting: what is in force already is to stay.

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Adjusting, Promote};
use servo_core::{Context, Result};

use crate::connector::Emulator;
use crate::trial;

#[async_trait]
impl On<Promote> for Emulator {
    /// Deploys nothing. What a trial has deployed is what later trials find and go back to.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<()> {
        let promoted: Vec<String> = input.adjustments.iter().map(ToString::to_string).collect();
        tracing::info!(connector = cx.connector(), "promoted {}: it is deployed already", promoted.join(" "));
        let Some(trial) = trial::of(&input.control) else { return Ok(()) };
        let subject = self.subject(cx).await?;
        let is_mine = |component: &str| subject.components().iter().any(|known| known.name == component);
        if !input.adjustments.iter().any(|adjustment| is_mine(&adjustment.component)) {
            return Ok(());
        }
        let turn = self.turn(cx).await?;
        let mut world = self.open(cx).await?;
        let before = world.state.clone();
        world.state.promote(trial);
        if world.state != before {
            turn.save(world).await?;
        }
        Ok(())
    }
}
