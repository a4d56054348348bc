//! Measuring: warming up, sending load for as long as is measured, and what came of it.

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::{Control, Measurement, Reading, TimeSeries};
use servo_core::{Context, Error, Result};

use crate::connector::Load;
use crate::engine::News;
use crate::preparation::{Plan, Prepared};
use crate::profile;
use crate::publishing::Publishing;
use crate::summary::{Outcome, Summary};

/// The note on a measurement that says what was sent, as in ServoX.
const PROFILE: &str = "load_profile";

/// The note that says what came of it.
const RESULT: &str = "load_result";

#[async_trait]
impl On<Measure> for Load {
    /// Sends the load even where no metric of it is asked for, since others measure what it causes.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let plan = self.plan(&input.control)?;
        let prepared = self.prepare(cx, &plan).await?;
        let profile = told(&plan, &input.control, prepared.count);
        let shown = prepared.shown.clone();
        let publishing = Publishing::new(cx, self.name())?;
        let outcome = self.attack(cx, prepared, |summary| publishing.publish(summary)).await?;
        let result = result(&outcome);
        tracing::info!(connector = self.name(), "attacked \"{shown}\" @ {}: {result}", plan.profile);
        if let Some(remark) = judged(&outcome)? {
            tracing::warn!(connector = self.name(), "{remark}");
        }
        Ok(measurement(&outcome, input)?.with_annotation(PROFILE, profile).with_annotation(RESULT, result))
    }
}

impl Load {
    /// Says what a measurement sends: what the optimizer wants, or else what the section says.
    ///
    /// # Errors
    ///
    /// No time to measure in, or a load that cannot be.
    fn plan(&self, control: &Control) -> Result<Plan> {
        if control.duration.is_zero() {
            let error = Error::failed("expected a duration above zero, as load is sent for that long");
            return Err(error.with_help("measure for example with `--duration 1m`"));
        }
        let wanted =
            control.load.as_ref().filter(|load| load.as_object().is_none_or(|keys| !keys.is_empty()));
        let profile = wanted.map(profile::wanted).transpose()?;
        Ok(Plan {
            profile: profile.unwrap_or_else(|| self.checked.profile.clone()),
            source: self.checked.source.clone(),
            warmup: control.warmup,
            duration: control.duration,
            reporting_interval: self.settings.reporting_interval,
        })
    }

    /// Sends the load, reporting progress, and hands each reporting interval to `report`.
    ///
    /// # Errors
    ///
    /// Class cancelled, or what the system refuses.
    pub(crate) async fn attack(
        &self,
        cx: &Context,
        prepared: Prepared,
        mut report: impl FnMut(&Summary) + Send,
    ) -> Result<Outcome> {
        let shown = prepared.shown;
        cx.report(0.0, format!("sending load to {shown}"));
        let mut running = self.engine.start(prepared.attack, cx.token())?;
        loop {
            // Whoever cancels does not wait for the thread to notice: it ends on its own.
            let news = tokio::select! {
                biased;
                () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while sending load")),
                news = running.next() => news,
            };
            let Some(news) = news else { break };
            match news {
                News::Progress { percent, is_measured, summary } => {
                    let what = if is_measured { "sending load" } else { "warming up" };
                    cx.report(percent, format!("{what}: {summary}"));
                }
                News::Interval(summary) => {
                    tracing::debug!(connector = self.name(), "attacking \"{shown}\": {summary}");
                    report(&summary);
                }
            }
        }
        running.outcome().await
    }
}

/// Refuses what cannot be a measurement, and says what is remarkable of another.
///
/// # Errors
///
/// Class failed: no answer at all, or a generator that could not do what was asked for.
fn judged(outcome: &Outcome) -> Result<Option<String>> {
    let Summary { ended, answered, own_faults, .. } = outcome.summary;
    let worst = outcome.summary.worst_fault().unwrap_or("no request was due");
    if own_faults.saturating_mul(100) > ended {
        let message = format!("the generator lost {own_faults} of {ended} requests itself: {worst}");
        let help = "raise the limit of open files (`ulimit -n`), set `keepalive: true`, or ask for less";
        return Err(Error::failed(message).with_help(help));
    }
    if answered == 0 {
        let message = format!("none of {ended} requests was answered: {worst}");
        return Err(Error::failed(message).with_help("see whether the service runs, and `servo check`"));
    }
    outcome.pace.judged()
}

/// Makes the readings: of each metric that is asked for a series with one point, the figure of the whole time at its
/// end, since the mean of the quantiles of its parts would be no quantile.
fn measurement(outcome: &Outcome, input: &Measuring) -> Result<Measurement> {
    let values = outcome.summary.values().ok_or_else(|| Error::failed("no request was due"))?;
    let wanted = values.into_iter().filter(|(metric, _)| input.wants(&metric.name));
    let readings = wanted.map(|(metric, value)| TimeSeries::new(metric, vec![(outcome.end, value)]).into());
    Measurement::new(readings.collect::<Vec<Reading>>())
        .map_err(|error| Error::internal("readings of two kinds").with_source(error))
}

/// Says what is sent, in the words of ServoX.
fn told(plan: &Plan, control: &Control, count: usize) -> String {
    let Plan { profile, warmup, duration, reporting_interval, .. } = plan;
    format!(
        "Loading {count} URL(s) for {duration} (delay of {}, warmup of {warmup}) at {profile} (reporting every \
         {reporting_interval})",
        control.delay
    )
}

/// Says what came of it: also what was asked and sent, and how long requests took from when they were sent.
pub(crate) fn result(outcome: &Outcome) -> String {
    let (pace, service) = (&outcome.pace, &outcome.summary.service);
    format!(
        "{}; {} requests due, {:.2} of {:.2} a second sent; from sending on: 50th={:.3}ms, 99th={:.3}ms",
        outcome.summary,
        pace.due,
        pace.achieved(),
        pace.asked(),
        service.p50_ms,
        service.p99_ms,
    )
}

#[cfg(test)]
mod tests;
