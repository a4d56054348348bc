//! Series, from what pods say of themselves and what was sampled of them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use servo_core::model::TimeSeries;
use servo_core::{Error, Result};

use crate::metric::{Kind, PodMetric, Resource, Side, What};
use crate::pod::Pod;
use crate::sample::Sample;

/// What was measured so far.
#[derive(Debug)]
pub(crate) struct Collector {
    wanted: Vec<PodMetric>,
    /// The time that is measured; samples of before and after are not of it.
    begin: Timestamp,
    end: Timestamp,
    points: BTreeMap<(PodMetric, String), Vec<(Timestamp, f64)>>,
    /// The samples that were counted, by pod.
    sampled: BTreeSet<(String, Timestamp)>,
    /// Whose pods were seen.
    sides: BTreeSet<Side>,
    /// Pods with an amount that cannot be had, and what is missing.
    lacks: BTreeSet<String>,
    /// The metrics that cannot be had of some pod, since its container sets no such amount.
    unset: BTreeSet<PodMetric>,
    /// Whether somebody has named the metrics, so that one which nobody sets is a mistake.
    is_chosen: bool,
    /// The sample that was too early, the newest: nothing else may have come.
    early: Option<Sample>,
}

impl Collector {
    /// Begins, for some metrics and a time.
    pub(crate) fn new(wanted: Vec<PodMetric>, begin: Timestamp, end: Timestamp) -> Self {
        Self {
            wanted,
            begin,
            end,
            points: BTreeMap::new(),
            sampled: BTreeSet::new(),
            sides: BTreeSet::new(),
            lacks: BTreeSet::new(),
            unset: BTreeSet::new(),
            is_chosen: false,
            early: None,
        }
    }

    /// Takes it for a mistake where a request or a limit is measured that nobody sets.
    pub(crate) fn chosen(mut self, is_chosen: bool) -> Self {
        self.is_chosen = is_chosen;
        self
    }

    /// Takes what pods say of themselves at a time. Between the times at which it is looked anyway only what has changed
    /// counts, so that no pod weighs more for having more happen to it.
    pub(crate) fn look(&mut self, now: Timestamp, pods: &[Pod], is_due: bool) {
        for pod in pods {
            self.sides.insert(pod.side);
            for metric in self.of(pod.side) {
                let value = match metric.what {
                    What::Restarts => pod.restarts.map(f64::from),
                    What::Amount(resource, Kind::Request) => pod.requests.get(&resource).copied(),
                    What::Amount(resource, Kind::Limit) => pod.limits.get(&resource).copied(),
                    What::Amount(_, Kind::Usage | Kind::Saturation) => continue,
                };
                match value {
                    Some(value) if is_due || self.last(metric, &pod.name) != Some(value) => {
                        self.add(metric, &pod.name, now, value);
                    }
                    Some(_) => {}
                    None => self.miss(metric, pod),
                }
            }
        }
    }

    fn last(&self, metric: PodMetric, pod: &str) -> Option<f64> {
        self.points.get(&(metric, pod.to_owned()))?.last().map(|(_, value)| *value)
    }

    /// Takes samples, each once, those of pods that are not known left out.
    pub(crate) fn sample(&mut self, pods: &[Pod], samples: &[Sample]) {
        for sample in samples {
            let Some(pod) = pods.iter().find(|pod| pod.name == sample.pod) else { continue };
            if sample.time < self.begin {
                let is_newer = self.early.as_ref().is_none_or(|early| early.time < sample.time);
                self.early = if is_newer { Some(sample.clone()) } else { self.early.take() };
                continue;
            }
            if sample.time > self.end || !self.sampled.insert((sample.pod.clone(), sample.time)) {
                continue;
            }
            for metric in self.of(pod.side) {
                let What::Amount(resource, kind) = metric.what else { continue };
                let used = sample.usage.get(&resource).copied();
                let value = match kind {
                    Kind::Usage => used,
                    Kind::Saturation => used.zip(share(pod, resource)).map(|(used, of)| 100.0 * used / of),
                    Kind::Request | Kind::Limit => continue,
                };
                match value {
                    Some(value) => self.add(metric, &pod.name, sample.time, value),
                    None => self.miss(metric, pod),
                }
            }
        }
    }

    /// Makes series of it, one for each metric and pod.
    ///
    /// # Errors
    ///
    /// Class failed: there is nothing of a metric, although there are pods that it is of, unless it is an amount that they
    /// do not set and nobody has named; or there are no pods at all.
    pub(crate) fn finish(self) -> Result<Vec<TimeSeries>> {
        let with_data: BTreeSet<PodMetric> = self.points.keys().map(|(metric, _)| *metric).collect();
        let missing: Vec<PodMetric> =
            self.wanted.iter().filter(|metric| !with_data.contains(metric)).copied().collect();
        let (failed, absent): (Vec<PodMetric>, Vec<PodMetric>) = missing
            .into_iter()
            .partition(|metric| self.sides.contains(&metric.side) && !self.is_left_out(*metric));
        if !failed.is_empty() || (with_data.is_empty() && !self.wanted.is_empty()) {
            return Err(self.told(&failed));
        }
        if !absent.is_empty() {
            let names = names(&absent);
            tracing::warn!("nothing is known of {names}: there is no such pod, or it sets no such amount");
        }
        let series = self.points.into_iter().map(|((metric, pod), points)| {
            let labels = BTreeMap::from([("pod".to_owned(), pod.clone())]);
            TimeSeries::new(metric.metric(), points).with_id(pod).with_labels(labels)
        });
        Ok(series.collect())
    }

    /// Says what is missing, and why that may be.
    fn told(&self, failed: &[PodMetric]) -> Error {
        if failed.is_empty() {
            return Error::failed("nothing was measured: there are no pods")
                .with_help("is the workload scaled to zero, or are its pods of another name?");
        }
        let error = Error::failed(format!("nothing is known of {}", names(failed)));
        if failed.iter().any(|metric| self.unset.contains(metric)) {
            let lacks = self.lacks.iter().cloned().collect::<Vec<_>>().join("; ");
            return Error::failed(format!("{}: {lacks}", error.message())).with_help(
                "set `resources` of the container, or leave the metric out of `metrics_to_collect`",
            );
        }
        match &self.early {
            Some(early) => {
                let over = early.window.as_deref().map(|it| format!(", over {it}")).unwrap_or_default();
                let message = format!(
                    "{}: the newest sample of the metrics API is of {}{over}, before what was measured",
                    error.message(),
                    early.time
                );
                Error::failed(message)
                    .with_help("measure for longer: the metrics API makes a sample every 15 to 60 seconds")
            }
            None => Error::failed(format!("{}: the metrics API has no sample of the pods", error.message()))
                .with_help("a pod is sampled for the first time up to a minute after it was made"),
        }
    }

    /// Says whether a metric is of an amount that pods do not set, and nobody has asked for by name.
    fn is_left_out(&self, metric: PodMetric) -> bool {
        !self.is_chosen && self.unset.contains(&metric)
    }

    fn of(&self, side: Side) -> Vec<PodMetric> {
        self.wanted.iter().filter(|metric| metric.side == side).copied().collect()
    }

    fn add(&mut self, metric: PodMetric, pod: &str, time: Timestamp, value: f64) {
        self.points.entry((metric, pod.to_owned())).or_default().push((time, value));
    }

    fn miss(&mut self, metric: PodMetric, pod: &Pod) {
        let What::Amount(resource, kind) = metric.what else { return };
        let what = match kind {
            Kind::Request => "request",
            Kind::Limit => "limit",
            Kind::Saturation if share(pod, resource).is_none() => "request and no limit",
            Kind::Saturation | Kind::Usage => return,
        };
        self.unset.insert(metric);
        let resource = resource.key();
        self.lacks
            .insert(format!("container `{}` of pod `{}` has no {resource} {what}", pod.container, pod.name));
    }
}

/// Gives what usage is compared with: the request, or the limit where there is none.
fn share(pod: &Pod, resource: Resource) -> Option<f64> {
    let of = pod.requests.get(&resource).or_else(|| pod.limits.get(&resource)).copied();
    of.filter(|of| *of > 0.0)
}

fn names(metrics: &[PodMetric]) -> String {
    metrics.iter().map(|metric| format!("`{}`", metric.name())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
