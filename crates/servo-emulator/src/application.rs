//! The emulated application: components visited in turn, on a cluster, under an open-loop load.
//!
//! Each component's stream is split at random over its replicas, as kube-proxy does; a random split of a Poisson stream
//! is Poisson, so each replica is a queue of its own (see [`crate::pod`]) with its share of the rate.
//! The next component is offered what the previous one served.

pub mod configuration;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use configuration::{ComponentConfiguration, Configuration};

use crate::cluster::{Cluster, Pods};
use crate::component::Component;
use crate::invalid::{Invalid, check};
use crate::latency::{Pause, Sojourn};
use crate::rejection::Rejection;
use crate::steady::{ComponentSteady, Latency, MetricName, Steady, metric_names};

/// An application whose description has been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    components: Vec<Component>,
    cluster: Option<Cluster>,
    timeout_seconds: f64,
}

impl Application {
    /// An application of `components`, visited in that order, on `cluster` (on unbounded nodes if there is none), whose
    /// clients give up a request that has waited `timeout_seconds` at one component.
    ///
    /// # Errors
    ///
    /// No components, two of the same name, or a number that the model cannot take.
    pub fn new(
        components: Vec<Component>,
        cluster: Option<Cluster>,
        timeout_seconds: f64,
    ) -> Result<Self, Invalid> {
        if components.is_empty() {
            return Err(Invalid::NoComponents);
        }
        check(|| "timeout".to_owned(), timeout_seconds, 1e-3, 1e6, "seconds")?;
        let mut names = BTreeSet::new();
        for component in &components {
            component.check()?;
            if !names.insert(component.name.as_str()) {
                return Err(Invalid::Duplicate { place: component.name.clone() });
            }
        }
        Ok(Self { components, cluster, timeout_seconds })
    }

    /// The components, in the order visited.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The metrics that the application shows, in the order of [`Steady::values`].
    pub fn metrics(&self) -> Vec<MetricName> {
        metric_names(self.components.iter().map(|component| component.name.as_str()))
    }

    /// Checks a configuration of each component against the description.
    ///
    /// # Errors
    ///
    /// A component or a setting that is missing, unknown, or has a value that the model cannot take.
    pub fn configure(
        &self,
        configured: &BTreeMap<String, ComponentConfiguration>,
    ) -> Result<Configuration, Invalid> {
        configuration::resolve(&self.components, configured)
    }

    /// Checks that the pods of `configuration` find nodes.
    ///
    /// # Errors
    ///
    /// A rejection as unschedulable.
    pub fn schedule(&self, configuration: &Configuration) -> Result<(), Rejection> {
        let Some(cluster) = &self.cluster else {
            return Ok(());
        };
        let pods: Vec<Pods<'_>> = self
            .components
            .iter()
            .zip(&configuration.groups)
            .map(|(component, group)| Pods {
                component: &component.name,
                replicas: group.replicas,
                cpu_cores: group.pod.cpu_cores,
                memory_gib: group.pod.memory_gib,
            })
            .collect();
        cluster.schedule(&pods)
    }

    /// The noise-free truth about `configuration` under `rate` requests per second.
    ///
    /// # Errors
    ///
    /// A rejection as unschedulable, or as unstable when pods of a component are OOM-killed.
    pub fn evaluate(&self, configuration: &Configuration, rate: f64) -> Result<Steady, Rejection> {
        self.evaluate_on(configuration, rate, 1.0)
    }

    /// The same on machines that need `slowdown` times the CPU for the same work, 0.01 to 100.
    ///
    /// # Errors
    ///
    /// As [`Self::evaluate`].
    pub fn evaluate_on(
        &self,
        configuration: &Configuration,
        rate: f64,
        slowdown: f64,
    ) -> Result<Steady, Rejection> {
        self.schedule(configuration)?;
        let rate = if rate.is_nan() { 0.0 } else { rate.clamp(0.0, 1e12) };
        let slowdown = if slowdown.is_nan() { 1.0 } else { slowdown.clamp(0.01, 100.0) };
        let mut offered = rate;
        let mut served = 1.0;
        let mut queues = Vec::with_capacity(self.components.len());
        let mut pauses: Vec<Pause> = Vec::new();
        let mut components = Vec::with_capacity(self.components.len());
        for (component, group) in self.components.iter().zip(&configuration.groups) {
            let replicas = f64::from(group.replicas);
            let working =
                group.pod.solve(&component.name, offered / replicas, slowdown, self.timeout_seconds)?;
            served *= working.queue.served();
            offered = (replicas * working.queue.throughput()).min(offered);
            queues.push(working.queue);
            pauses.extend(&group.pod.pauses);
            components.push(ComponentSteady {
                name: component.name.clone(),
                throughput: offered,
                cpu_usage: replicas * working.cpu_cores,
                cpu_limit: replicas * group.pod.cpu_cores,
                memory_usage: replicas * working.memory_gib,
                memory_limit: replicas * group.pod.memory_gib,
            });
        }
        let fixed = self.components.iter().map(|component| component.fixed_seconds).sum();
        let latency = Latency::of(&Sojourn::new(&queues, &pauses, fixed));
        let error_percent = 100.0 * (1.0 - served).clamp(0.0, 1.0);
        Ok(Steady { rate, throughput: offered, error_percent, latency, components })
    }
}
