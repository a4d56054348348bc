//! Watching what is deployed, over a window of emulated time.

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::{Measurement, Reading, TimeSeries};
use servo_core::{Context, Error, Result};

use crate::clock::{Pace, after};
use crate::connector::Emulator;
use crate::subject::Span;
use crate::trial;

#[async_trait]
impl On<Measure> for Emulator {
    /// Lets warm-up, duration and delay pass, and gives what happened during the duration.
    ///
    /// A measurement that ends early leaves the world as it was.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let subject = self.subject(cx).await?;
        if !subject.metrics().iter().any(|metric| input.wants(&metric.name)) {
            return Ok(Measurement::default());
        }
        let turn = self.turn(cx).await?;
        let mut world = self.open(cx).await?;
        let control = &input.control;
        let trial = trial::of(control);
        let span = Span { start: after(world.state.clock, control.warmup)?, duration: control.duration };
        subject.check(span)?;
        let total = control.warmup.saturating_add(control.duration).saturating_add(control.delay);
        let mut pace = Pace::new(cx, self.speed, total)?;
        pace.pass(control.warmup, "warming up").await?;
        let state = &world.state;
        let observed = subject.observe(&state.deployed.values, span, state.occasion(trial))?;
        pace.pass(control.duration, "measuring").await?;
        pace.pass(control.delay, "waiting for the values").await?;
        world.advance(total)?;
        world.state.measurements = world.state.measurements.saturating_add(1);
        if trial.is_some() {
            world.state.begin_trials();
        }
        turn.save(world).await?;
        let wanted = observed.into_iter().filter(|(metric, _)| input.wants(&metric.name));
        let readings =
            wanted.map(|(metric, samples)| Reading::from(TimeSeries::new(metric, samples))).collect();
        Measurement::new(readings)
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))
    }
}
