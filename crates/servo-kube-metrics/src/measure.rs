//! Measuring: pods are watched, and samples are asked for, for as long as is measured.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use servo_core::event::On;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::Measurement;
use servo_core::{Class, Context, Error, Result};
use servo_kube::Cluster;
use tokio::time::Instant;

use crate::collect::Collector;
use crate::connector::KubeMetrics;
use crate::metric::PodMetric;
use crate::pod::{self, Pod};
use crate::sample::Sample;
use crate::target::Target;
use crate::watching::Watching;

#[async_trait]
impl On<Measure> for KubeMetrics {
    /// Lets the warm-up pass, then looks at once, every so often and at the end, and once more after the delay.
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let target = &self.target;
        let metrics = target.metrics.iter().copied();
        let wanted: Vec<PodMetric> = metrics.filter(|metric| input.wants(&metric.name())).collect();
        if wanted.is_empty() || !self.is_there(cx).await? {
            return Ok(Measurement::default());
        }
        let control = &input.control;
        let cluster = self.cluster(cx).await?;
        let selector = self.selector(&cluster).await?;
        let what =
            format!("measuring pods of {target} for {}", control.warmup.saturating_add(control.duration));
        cx.wait(control.warmup, &what).await?;
        let watching = Watching::begin(&cluster, target, &selector, cx.token()).await?;
        let begin = Timestamp::now();
        let lasts = SignedDuration::try_from(control.duration.as_std()).unwrap_or(SignedDuration::MAX);
        let end = begin.checked_add(lasts).map_err(|error| {
            Error::failed(format!("cannot measure for {}", control.duration)).with_source(error)
        })?;
        let is_sampled = wanted.iter().any(|metric| metric.is_sampled());
        let mut round = Round {
            target,
            cluster,
            selector,
            watching,
            is_sampled,
            collector: Collector::new(wanted, begin, end).chosen(target.is_chosen),
            failed: None,
        };
        round.over(cx, control.duration.as_std(), &what).await?;
        if is_sampled && !control.delay.is_zero() {
            cx.wait(control.delay, "waiting for samples that are late").await?;
            round.sample().await?;
        }
        let readings = round.finish()?.into_iter().map(Into::into).collect();
        Measurement::new(readings)
            .map_err(|error| Error::internal("readings of two kinds").with_source(error))
    }
}

/// One measurement under way.
struct Round<'a> {
    target: &'a Target,
    cluster: Arc<Cluster>,
    selector: String,
    watching: Watching,
    /// Whether samples of the metrics API are needed.
    is_sampled: bool,
    collector: Collector,
    /// Why the last look at the metrics API was in vain.
    failed: Option<Error>,
}

impl Round<'_> {
    /// Looks again and again until the time is over.
    async fn over(&mut self, cx: &Context, lasts: std::time::Duration, what: &str) -> Result<()> {
        let begin = Instant::now();
        let end = begin + lasts;
        let mut next = begin;
        loop {
            let now = Instant::now();
            let is_due = now >= next || now >= end;
            self.look(is_due)?;
            if is_due {
                self.sample().await?;
                next += self.target.every.as_std();
            }
            if now >= end {
                return Ok(());
            }
            let percent = 100.0 * (now - begin).as_secs_f64() / lasts.as_secs_f64();
            cx.report(percent, what);
            tokio::select! {
                () = self.watching.changed() => {}
                () = tokio::time::sleep_until(next.min(end)) => {}
                () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while measuring pods")),
            }
        }
    }

    /// Takes what pods say of themselves.
    fn look(&mut self, is_due: bool) -> Result<()> {
        let pods = self.pods()?;
        self.collector.look(Timestamp::now(), &pods, is_due);
        Ok(())
    }

    fn pods(&self) -> Result<Vec<Pod>> {
        let pods = self.watching.pods();
        pods.iter().filter_map(|pod| pod::read(self.target, pod).transpose()).collect()
    }

    /// Asks the metrics API for its newest samples. That it is away is no failure yet.
    async fn sample(&mut self) -> Result<()> {
        self.target_is_there().await?;
        if !self.is_sampled {
            return Ok(());
        }
        let list = match crate::connector::samples(&self.cluster, self.target, &self.selector).await {
            Ok(list) => list,
            Err(error) if error.class() == Class::Connection => {
                tracing::warn!("no samples this time: {}", error.chain());
                self.failed = Some(error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let pods = self.pods()?;
        let mut samples: Vec<Sample> = Vec::new();
        for pod in &pods {
            let of_it = list.items.iter().filter(|it| it.metadata.name.as_ref() == Some(&pod.name));
            for metrics in of_it {
                samples.extend(metrics.of(&pod.container)?);
            }
        }
        self.collector.sample(&pods, &samples);
        Ok(())
    }

    /// Fails where the workload is gone: what is left of its pods is about to end.
    async fn target_is_there(&self) -> Result<()> {
        crate::connector::workload(&self.cluster, self.target).await.map(drop)
    }

    fn finish(self) -> Result<Vec<servo_core::model::TimeSeries>> {
        let failed = self.failed;
        self.collector.finish().map_err(|error| match failed {
            Some(failed) => error.with_source(failed),
            None => error,
        })
    }
}
