//! What an operator wrote, checked.

use servo_core::duration::Duration;
use servo_core::{Error, Result};
use servo_kube::{Access, names};

use crate::metric::PodMetric;
use crate::settings::{Settings, WorkloadKind};

/// How often it is looked for new samples where nothing is written.
const EVERY: Duration = Duration::from_secs(60);

/// The workload whose pods are measured, and what of them.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// How its cluster is reached.
    pub(crate) access: Access,
    /// Deployment or StatefulSet.
    pub(crate) kind: WorkloadKind,
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
    /// The container; where there is none, the only one.
    pub(crate) container: Option<String>,
    /// What is measured, in the order of ServoX.
    pub(crate) metrics: Vec<PodMetric>,
    /// Whether the operator has named what is measured.
    pub(crate) is_chosen: bool,
    /// How often it is looked for new samples.
    pub(crate) every: Duration,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} `{}/{}`", self.kind.name(), self.namespace, self.name)
    }
}

impl Target {
    /// Checks a section.
    ///
    /// # Errors
    ///
    /// Class configuration: everything that is wrong, each with the key at fault.
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let mut mistakes = Vec::new();
        mistakes.extend(names::namespace(&settings.namespace).map_err(|error| error.at("namespace")).err());
        mistakes.extend(names::workload(&settings.name).map_err(|error| error.at("name")).err());
        if let Some(container) = &settings.container {
            mistakes.extend(names::container(container).map_err(|error| error.at("container")).err());
        }
        if settings.context.as_ref().is_some_and(String::is_empty) {
            mistakes
                .push(Error::configuration("expected the name of a context, found no text").at("context"));
        }
        if settings.kubeconfig.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            mistakes
                .push(Error::configuration("expected the path of a file, found no text").at("kubeconfig"));
        }
        let every = settings.metric_collection_frequency.unwrap_or(EVERY);
        if every.is_zero() {
            let message = "expected a duration above zero";
            mistakes.push(Error::configuration(message).at("metric_collection_frequency"));
        }
        let is_chosen = settings.metrics_to_collect.is_some();
        let metrics = metrics(settings.metrics_to_collect.as_deref(), &mut mistakes);
        match Error::join(mistakes) {
            Some(error) => Err(error),
            None => Ok(Self {
                access: Access { kubeconfig: settings.kubeconfig, context: settings.context },
                kind: settings.kind,
                namespace: settings.namespace,
                name: settings.name,
                container: settings.container,
                metrics,
                is_chosen,
                every,
            }),
        }
    }

    /// Says whether anything that is measured needs samples of the metrics API.
    pub(crate) fn is_sampled(&self) -> bool {
        self.metrics.iter().any(|metric| metric.is_sampled())
    }
}

/// Reads the names of metrics.
fn metrics(written: Option<&[String]>, mistakes: &mut Vec<Error>) -> Vec<PodMetric> {
    let all = PodMetric::all();
    let Some(written) = written else { return all };
    if written.is_empty() {
        let message = "expected at least one metric, found an empty list";
        mistakes.push(Error::configuration(message).at("metrics_to_collect"));
    }
    let mut wanted = Vec::new();
    for (index, name) in written.iter().enumerate() {
        if let Some(metric) = PodMetric::named(name) {
            wanted.push(metric);
            continue;
        }
        let known = all.iter().map(|metric| metric.name()).collect::<Vec<_>>().join(", ");
        let message = format!("expected one of the metrics of pods, found `{name}`");
        let at = format!("metrics_to_collect[{index}]");
        mistakes.push(Error::configuration(message).at(at).with_help(format!("there are: {known}")));
    }
    all.into_iter().filter(|metric| wanted.contains(metric)).collect()
}

#[cfg(test)]
mod tests;
