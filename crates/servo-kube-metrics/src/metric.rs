//! The eighteen metrics, by the names that ServoX gave them (compatibility specification, section 8.5).

use servo_core::model::{Metric, Unit};

/// Whose pods are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The tuning pod.
    Tuning,
    /// The pods of the workload itself.
    Main,
}

/// What is measured of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// An amount of a resource.
    Amount(Resource, Kind),
    /// How often the container has restarted, since its pod was made.
    Restarts,
}

/// A resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    /// CPU, in cores.
    Cpu,
    /// Memory, in GiB.
    Memory,
}

/// An amount of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// What is in use.
    Usage,
    /// What was asked for.
    Request,
    /// What it may take.
    Limit,
    /// What is in use of what was asked for, in percent; of the limit where nothing was asked for.
    Saturation,
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PodMetric {
    /// Whose.
    pub(crate) side: Side,
    /// What.
    pub(crate) what: What,
}

impl PodMetric {
    /// Lists all of them, in the order of ServoX.
    pub(crate) fn all() -> Vec<Self> {
        let kinds = [Kind::Usage, Kind::Request, Kind::Limit, Kind::Saturation];
        let of_side = |side| {
            let amounts = [Resource::Cpu, Resource::Memory]
                .into_iter()
                .flat_map(move |resource| kinds.map(|kind| What::Amount(resource, kind)));
            amounts.chain([What::Restarts]).map(move |what| Self { side, what })
        };
        [Side::Tuning, Side::Main].into_iter().flat_map(of_side).collect()
    }

    /// Finds one by its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|metric| metric.name() == name)
    }

    /// Gives its name, such as `main_cpu_usage`.
    pub(crate) fn name(self) -> String {
        let side = self.side.word();
        match self.what {
            What::Restarts => format!("{side}_pod_restart_count"),
            What::Amount(resource, kind) => format!("{side}_{}_{}", resource.word(), kind.word()),
        }
    }

    /// Says whether it needs samples of the metrics API; the pods themselves say the others.
    pub(crate) const fn is_sampled(self) -> bool {
        matches!(self.what, What::Amount(_, Kind::Usage | Kind::Saturation))
    }

    /// Gives it as the rest of Servo knows it.
    pub(crate) fn metric(self) -> Metric {
        let unit = match self.what {
            What::Amount(_, Kind::Saturation) => Unit::Percentage,
            What::Amount(Resource::Cpu, _) => Unit::Cores,
            What::Amount(Resource::Memory, _) => Unit::Gibibytes,
            What::Restarts => Unit::Float,
        };
        Metric::new(self.name(), unit)
    }
}

impl Side {
    /// Gives the word with which its metrics begin.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::Main => "main",
        }
    }
}

impl Resource {
    const fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "mem",
        }
    }

    /// Gives the name that the API has for it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Request => "request",
            Self::Limit => "limit",
            Self::Saturation => "saturation",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eighteen_with_the_names_of_servox() {
        let names: Vec<String> = PodMetric::all().into_iter().map(PodMetric::name).collect();
        assert_eq!(
            names,
            [
                "tuning_cpu_usage",
                "tuning_cpu_request",
                "tuning_cpu_limit",
                "tuning_cpu_saturation",
                "tuning_mem_usage",
                "tuning_mem_request",
                "tuning_mem_limit",
                "tuning_mem_saturation",
                "tuning_pod_restart_count",
                "main_cpu_usage",
                "main_cpu_request",
                "main_cpu_limit",
                "main_cpu_saturation",
                "main_mem_usage",
                "main_mem_request",
                "main_mem_limit",
                "main_mem_saturation",
                "main_pod_restart_count",
            ]
        );
        assert!(names.iter().all(|name| PodMetric::named(name).is_some_and(|it| it.name() == *name)));
        assert_eq!(PodMetric::named("main_cpu"), None);
        let sampled = PodMetric::all().into_iter().filter(|metric| metric.is_sampled()).count();
        assert_eq!(sampled, 8);
    }
}
