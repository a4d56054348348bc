//! Looking at a measurement while it lasts, and ending it early: where an objective is violated, and where nothing
//! happens any more (sections 8.2.4 and 9.1 of the specification).

mod rounds;

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::event::standard::Measuring;
use servo_core::fast_fail::{Idle, Watch};
use servo_core::model::{Condition, Reading, Slo, Threshold};
use servo_core::{Context, Error, Result};

use crate::clock::{self, Clock};
use crate::connector::Prometheus;
use crate::query;
use crate::settings::MetricSettings;
use crate::source::{Range, Source};
use crate::streaming::{self, Window};
use rounds::Rounds;

/// Why a measurement ends before its time.
#[derive(Debug)]
pub(crate) enum Early {
    /// An objective is violated: it is aborted with what was seen.
    Violated(Error),
    /// Nothing happens any more: what was measured until then is the measurement.
    Idle(Timestamp),
}

/// What is looked for while a measurement lasts.
pub(crate) struct Observer<'a> {
    connector: &'a Prometheus,
    metrics: Vec<&'a MetricSettings>,
    watch: Option<Watch>,
    idle: Option<Idle>,
    clock: Clock,
    rounds: Rounds,
    /// What is published meanwhile, where that says as much as the server would.
    published: Option<Window>,
    /// When what is measured begins, after the measurement did.
    warmup: Duration,
}

impl<'a> Observer<'a> {
    /// Prepares to look; windows are empty as it begins.
    ///
    /// # Errors
    ///
    /// Class failed: the objectives of the control cannot be read.
    pub(crate) fn new(
        connector: &'a Prometheus,
        cx: &Context,
        input: &Measuring,
        clock: Clock,
    ) -> Result<Self> {
        let settings = &connector.settings;
        let (options, control) = (&settings.fast_fail, &input.control);
        let slo = if options.disabled { None } else { slo(input)? };
        let idle = settings.eager.as_ref();
        let mut names: Vec<&str> =
            idle.iter().flat_map(|eager| eager.metrics.iter().map(String::as_str)).collect();
        let conditions = slo.iter().flat_map(Slo::conditions);
        // What is not asked for is missing, as it is in the measurement.
        names.extend(conditions.flat_map(named).filter(|name| input.wants(name)));
        Ok(Self {
            connector,
            metrics: settings.metrics.iter().filter(|metric| names.contains(&metric.name.as_str())).collect(),
            watch: slo.as_ref().map(|slo| Watch::new(slo, options)),
            idle: idle.cloned().map(Idle::new),
            clock,
            rounds: Rounds { period: options.period, end: control.warmup.saturating_add(control.duration) },
            published: published(connector, cx)?,
            warmup: control.warmup,
        })
    }

    /// Looks every period until the measurement ends early; otherwise it never returns.
    pub(crate) async fn early(mut self, source: &dyn Source) -> Early {
        while self.watch.is_some() || self.idle.is_some() {
            let Some(next) = self.rounds.after(self.clock.elapsed()) else { break };
            self.wait(next).await;
            if let Some(early) = self.round(source).await {
                return early;
            }
        }
        std::future::pending().await
    }

    /// Waits until so long after the beginning, and takes what is published meanwhile.
    async fn wait(&mut self, until: Duration) {
        let clock = self.clock;
        let mut due = std::pin::pin!(clock.until(until));
        loop {
            let Some(published) = &mut self.published else { return due.await };
            tokio::select! {
                // What comes with the round belongs to it.
                biased;
                delivery = published.next() => published.take(&delivery, clock.elapsed()),
                () = &mut due => return,
            }
        }
    }

    /// Looks once.
    async fn round(&mut self, source: &dyn Source) -> Option<Early> {
        let options = &self.connector.settings.fast_fail;
        let (elapsed, at) = (self.clock.elapsed(), self.clock.now());
        let is_due = self.watch.is_some() && options.is_due(elapsed);
        let is_measured = self.idle.is_some() && elapsed > self.warmup;
        if !is_due && !is_measured {
            return None;
        }
        let range = Range { start: clock::before(at, options.span()), end: at };
        let readings = match self.published.as_mut().and_then(|published| published.readings(elapsed)) {
            Some(readings) => readings,
            None => self.readings(source, range).await?,
        };
        if let Some(watch) = self.watch.as_mut().filter(|_| is_due) {
            let round = watch.check(at, &readings);
            tracing::info!(connector = self.connector.name(), "{round}");
            if let Err(violation) = round.into_result() {
                return Some(Early::Violated(violation));
            }
        }
        let is_idle = self.idle.as_mut().filter(|_| is_measured).is_some_and(|idle| idle.check(&readings));
        is_idle.then_some(Early::Idle(at))
    }

    /// Gives what there was in a span of time. A metric whose query failed is missing; `None` where nothing is known
    /// because all of them did.
    async fn readings(&self, source: &dyn Source, range: Range) -> Option<Vec<Reading>> {
        let asked = query::glance(source, &self.metrics, range).await;
        let is_all = !self.metrics.is_empty() && asked.failures.len() == self.metrics.len();
        for (metric, error) in &asked.failures {
            let connector = self.connector.name();
            tracing::warn!(connector, "cannot look at `{metric}` while it is measured: {}", error.chain());
        }
        (!is_all).then_some(asked.readings)
    }
}

/// Subscribes to what the connector publishes, where it does often enough.
fn published(connector: &Prometheus, cx: &Context) -> Result<Option<Window>> {
    let span = connector.settings.fast_fail.span();
    let interval = connector.settings.streaming_interval.filter(|interval| Window::fits(*interval, span));
    if interval.is_none() || !connector.streaming.is_on() {
        return Ok(None);
    }
    let channel = streaming::channel(connector.name())?;
    Ok(Some(Window::new(cx.exchange().subscribe(channel), span)))
}

fn slo(input: &Measuring) -> Result<Option<Slo>> {
    input.control.slo().map_err(|error| {
        let help = "write `fast_fail: {disabled: true}` to measure without looking at them";
        Error::failed("the objectives of the measurement cannot be read").with_source(error).with_help(help)
    })
}

/// The metrics that a condition is about.
fn named(condition: &Condition) -> impl Iterator<Item = &str> {
    let other = match &condition.threshold {
        Threshold::Metric(name) => Some(name.as_str()),
        Threshold::Static(_) => None,
    };
    std::iter::once(condition.metric.as_str()).chain(other)
}

#[cfg(test)]
mod tests;
