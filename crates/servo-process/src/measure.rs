//! Measuring the program: what all of its processes use, a value each second.

mod sampler;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::error::reason;
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::{Measurement, Metric, Reading, TimeSeries, Unit};
use servo_core::{Context, Error, Result};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::connector::Process;
use crate::instance::{Instance, Status};
use crate::plan::Plan;
use crate::ready::memory_told;
use sampler::{Sample, Sampler};

/// How often values are read.
const EVERY: Duration = Duration::from_secs(1);

/// The shortest time for which a rate says something.
const SHORTEST: Duration = Duration::from_millis(50);

/// What is measured of every program, without the name of its component.
const METRICS: [(&str, Unit); 4] = [
    ("cpu_usage", Unit::Cores),
    ("memory_rss", Unit::Gibibytes),
    ("threads", Unit::Float),
    ("restarts", Unit::Float),
];

/// What is measured where CPU is limited.
const THROTTLED: (&str, Unit) = ("cpu_throttled", Unit::Percentage);

/// Gives what can be measured: the names begin with that of the component, so that those of two programs differ.
pub(crate) fn metrics(plan: &Plan) -> Vec<Metric> {
    let component = &plan.component.name;
    let limited = plan.limits_cpu().then_some(THROTTLED);
    let all = METRICS.into_iter().chain(limited);
    all.map(|(name, unit)| Metric::new(format!("{component}_{name}"), unit)).collect()
}

#[async_trait]
impl On<Measure> for Process {
    /// Reads what the program uses while the measurement lasts. One during which it ends, or loses a process for want of
    /// memory, is rejected at once.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let (instance, restarts) = {
            let mut life = self.life(cx).await?;
            (self.running(cx, &mut life).await?, life.restarts)
        };
        let measuring = async {
            cx.wait(input.control.warmup, "warming up").await?;
            self.sampled(cx, &instance, input, restarts).await
        };
        let measured = tokio::select! {
            biased;
            status = instance.until(Status::is_over) => Err(ended(&instance, &status)),
            measured = measuring => measured,
        };
        measured.map_err(|error| self.told(cx, error))
    }
}

impl Process {
    async fn sampled(
        &self,
        cx: &Context,
        instance: &Instance,
        input: &Measuring,
        restarts: u64,
    ) -> Result<Measurement> {
        let mut sampler = Sampler::begin(instance).await?;
        let mut points: Vec<(Timestamp, Sample)> = Vec::new();
        let begin = Instant::now();
        {
            let sampling = async {
                let mut ticks = interval_at(begin + EVERY, EVERY);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    points.push((Timestamp::now(), sampler.sample().await?));
                }
            };
            tokio::select! {
                biased;
                failed = sampling => return failed,
                ended = cx.wait(input.control.duration, "measuring") => ended?,
            }
        }
        // The last part of a second counts where it is more than chance, or all there is.
        if points.is_empty() || sampler.elapsed() > EVERY / 4 {
            if sampler.elapsed() < SHORTEST {
                cx.wait(servo_core::duration::Duration::from_std(SHORTEST), "measuring").await?;
            }
            points.push((Timestamp::now(), sampler.sample().await?));
        }
        let readings =
            metrics(&self.plan).into_iter().filter(|metric| input.wants(&metric.name)).map(|metric| {
                let name = metric.name[self.plan.component.name.len() + 1..].to_owned();
                let values = points.iter().map(|(time, sample)| (*time, sample.value(&name, restarts)));
                Reading::from(TimeSeries::new(metric, values.collect()))
            });
        Measurement::new(readings.collect())
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))
    }
}

/// Says how a program ended that should have gone on.
pub(crate) fn ended(instance: &Instance, status: &Status) -> Error {
    let shown = instance.shown();
    let Some(end) = status.end else {
        let message = format!("the supervisor of {shown} was killed, and the program with it");
        return Error::failed(message).with_help("the next operation begins the program again");
    };
    let told = if end.oom_kills > 0 { memory_told(instance, &end) } else { end.told() };
    Error::rejected(reason::UNSTABLE, format!("{shown} {told}{}", instance.printed()))
}
