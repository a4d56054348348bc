//! One component of the emulated application: what a request costs it, and what its settings change.

use std::collections::{BTreeMap, BTreeSet};

use crate::invalid::{Invalid, check};

/// A description of one component, each of whose replicas is a pod.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// The name, unique within the application.
    pub name: String,
    /// CPU-seconds that a request costs, before any setting's effect.
    pub demand_seconds: f64,
    /// Seconds that every served request takes besides queueing and CPU: the network, a disk, a call to elsewhere.
    pub fixed_seconds: f64,
    /// What a pod needs of memory.
    pub footprint: Footprint,
    /// The enum settings: for each, its values and what each value does. Effects of several settings multiply.
    pub choices: BTreeMap<String, BTreeMap<String, Effect>>,
    /// The setting that bounds how many requests a pod works on at once, if there is one.
    pub threads: Option<Threads>,
}

/// The memory that a pod needs to live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footprint {
    /// GiB at rest.
    pub base_gib: f64,
    /// GiB for each request waiting or in service.
    pub per_request_gib: f64,
    /// The cost of garbage collection: CPU per request grows by `collection · live / (limit - live)`, since a tracing
    /// collector's work per byte allocated is the live data over the room left (A. W. Appel, *Garbage collection can be
    /// faster than stack allocation*, Information Processing Letters 25, 1987). 0 for a runtime without one.
    pub collection: f64,
}

/// What a value of an enum setting does to the component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// CPU per request is multiplied by this.
    pub demand: f64,
    /// The memory needed is multiplied by this.
    pub memory: f64,
    /// How long the runtime pauses, in seconds; 0 for no pauses.
    pub pause_seconds: f64,
    /// Seconds from one pause's start to the next's; more than the pause.
    pub pause_interval_seconds: f64,
}

impl Effect {
    /// The value that changes nothing.
    pub const NONE: Self = Self { demand: 1.0, memory: 1.0, pause_seconds: 0.0, pause_interval_seconds: 1.0 };
}

/// A numeric setting that bounds a pod's concurrency, such as the size of a pool of workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Threads {
    /// The setting's name.
    pub setting: String,
    /// GiB that each thread takes, busy or not.
    pub memory_gib: f64,
}

impl Component {
    /// Checks every number and name.
    ///
    /// # Errors
    ///
    /// The first value that the model cannot take.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let name = &self.name;
        if name.is_empty() {
            return Err(Invalid::Unnamed { place: "a component".to_owned() });
        }
        let at = |field: &'static str| move || format!("{name}.{field}");
        check(at("demand_seconds"), self.demand_seconds, 1e-9, 1e6, "CPU-seconds")?;
        check(at("fixed_seconds"), self.fixed_seconds, 0.0, 1e6, "seconds")?;
        check(at("footprint.base_gib"), self.footprint.base_gib, 0.0, 1e6, "GiB")?;
        check(at("footprint.per_request_gib"), self.footprint.per_request_gib, 0.0, 1e6, "GiB")?;
        check(at("footprint.collection"), self.footprint.collection, 0.0, 1e3, "a share of the demand")?;
        if let Some(threads) = &self.threads {
            check(at("threads.memory_gib"), threads.memory_gib, 0.0, 1e6, "GiB")?;
            if self.choices.contains_key(&threads.setting) {
                return Err(Invalid::Duplicate { place: format!("{name}.{}", threads.setting) });
            }
        }
        let mut names: BTreeSet<&str> = self.choices.keys().map(String::as_str).collect();
        names.extend(self.threads.iter().map(|threads| threads.setting.as_str()));
        if names.contains("") {
            return Err(Invalid::Unnamed { place: format!("a setting of {name}") });
        }
        for (setting, values) in &self.choices {
            if values.is_empty() {
                let place = format!("{name}.{setting}");
                return Err(Invalid::Missing {
                    place,
                    expected: "at least one value with its effect".to_owned(),
                });
            }
            for (value, effect) in values {
                effect.check(&format!("{name}.{setting}.{value}"))?;
            }
        }
        Ok(())
    }
}

impl Effect {
    fn check(&self, place: &str) -> Result<(), Invalid> {
        let at = |field: &'static str| move || format!("{place}.{field}");
        check(at("demand"), self.demand, 1e-3, 1e3, "a factor")?;
        check(at("memory"), self.memory, 1e-3, 1e3, "a factor")?;
        check(at("pause_seconds"), self.pause_seconds, 0.0, 1e5, "seconds")?;
        check(at("pause_interval_seconds"), self.pause_interval_seconds, 1e-6, 1e9, "seconds")?;
        if self.pause_seconds >= self.pause_interval_seconds {
            let expected = format!("less than the interval between pauses, {}", self.pause_interval_seconds);
            return Err(Invalid::OutOfRange {
                place: at("pause_seconds")(),
                value: self.pause_seconds,
                expected,
            });
        }
        Ok(())
    }
}
