//! What the application does in the long run, and the metrics that a monitoring system would show of it.

use crate::latency::Sojourn;

/// The noise-free state of an application under a constant load.
#[derive(Debug, Clone, PartialEq)]
pub struct Steady {
    /// Requests offered per second.
    pub rate: f64,
    /// Requests served per second.
    pub throughput: f64,
    /// The share of requests lost, in percent.
    pub error_percent: f64,
    /// How long served requests take.
    pub latency: Latency,
    /// Each component, in the order visited.
    pub components: Vec<ComponentSteady>,
}

/// How long served requests take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// 90 % take less.
    pub p90: f64,
    /// 95 % take less.
    pub p95: f64,
    /// 99 % take less.
    pub p99: f64,
}

/// One component, all of its pods together.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentSteady {
    /// The component's name.
    pub name: String,
    /// Requests served per second.
    pub throughput: f64,
    /// Cores kept busy.
    pub cpu_usage: f64,
    /// Cores that the pods are given.
    pub cpu_limit: f64,
    /// GiB in use.
    pub memory_usage: f64,
    /// GiB that the pods are given.
    pub memory_limit: f64,
}

/// A metric's name and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricName {
    /// The name, such as `p95_latency` or `web_cpu_usage`.
    pub name: String,
    /// The unit: `rps`, `%`, `ms`, `cores` or `GiB`.
    pub unit: &'static str,
}

/// The metrics of an application with these components, in the order of [`Steady::values`].
///
/// Those of a single component are left out where there is only one: they would repeat the totals.
pub fn metric_names<'a>(components: impl IntoIterator<Item = &'a str>) -> Vec<MetricName> {
    let mut names: Vec<(String, &'static str)> =
        APPLICATION.iter().map(|&(name, unit)| (name.to_owned(), unit)).collect();
    let components: Vec<&str> = components.into_iter().collect();
    if components.len() > 1 {
        for component in components {
            names.extend(COMPONENT.iter().map(|&(name, unit)| (format!("{component}_{name}"), unit)));
        }
    }
    names.into_iter().map(|(name, unit)| MetricName { name, unit }).collect()
}

const APPLICATION: [(&str, &str); 10] = [
    ("throughput", "rps"),
    ("error_rate", "%"),
    ("mean_latency", "ms"),
    ("p50_latency", "ms"),
    ("p90_latency", "ms"),
    ("p95_latency", "ms"),
    ("p99_latency", "ms"),
    ("cpu_usage", "cores"),
    ("cpu_utilization", "%"),
    ("memory_usage", "GiB"),
];

const COMPONENT: [(&str, &str); 4] =
    [("throughput", "rps"), ("cpu_usage", "cores"), ("cpu_utilization", "%"), ("memory_usage", "GiB")];

impl Steady {
    /// The values of the metrics, in the order of [`metric_names`].
    pub fn values(&self) -> Vec<f64> {
        let total = |of: fn(&ComponentSteady) -> f64| self.components.iter().map(of).sum::<f64>();
        let usage = total(|component| component.cpu_usage);
        let Latency { mean, p50, p90, p95, p99 } = self.latency;
        let utilization = percent(usage, total(|component| component.cpu_limit));
        let memory = total(|component| component.memory_usage);
        let mut values =
            vec![self.throughput, self.error_percent, mean, p50, p90, p95, p99, usage, utilization, memory];
        if self.components.len() > 1 {
            for component in &self.components {
                values.extend([
                    component.throughput,
                    component.cpu_usage,
                    component.cpu_utilization(),
                    component.memory_usage,
                ]);
            }
        }
        values
    }

    /// The value of the metric of that name, if there is one.
    pub fn metric(&self, name: &str) -> Option<f64> {
        let names = metric_names(self.components.iter().map(|component| component.name.as_str()));
        names
            .iter()
            .position(|metric| metric.name == name)
            .and_then(|index| self.values().get(index).copied())
    }
}

impl ComponentSteady {
    /// Cores kept busy, in percent of those given.
    pub fn cpu_utilization(&self) -> f64 {
        percent(self.cpu_usage, self.cpu_limit)
    }
}

impl Latency {
    pub(crate) fn of(sojourn: &Sojourn) -> Self {
        let millis = |seconds: f64| 1e3 * seconds;
        let quantile = |q: f64| millis(sojourn.quantile(q));
        Self {
            mean: millis(sojourn.mean()),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
        }
    }
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
}
