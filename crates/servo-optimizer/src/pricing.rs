//! What a configuration costs by the hour: replicas times CPU and memory times their prices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servo_core::model::{Component, Decimal, Description, Kind, Setting, decimal};
use servo_core::{Error, Result};

use crate::lattice::Point;
use crate::space::Space;

/// Hours in a month, as cloud providers count them: 365 days of 24 hours, in twelve parts.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// What resources cost by the hour, in whatever currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pricing {
    /// One core for an hour.
    #[serde(with = "decimal")]
    #[schemars(with = "f64", range(min = 0))]
    pub cpu_hour: Decimal,
    /// One GiB of memory for an hour.
    #[serde(with = "decimal")]
    #[schemars(with = "f64", range(min = 0))]
    pub gib_hour: Decimal,
}

impl Default for Pricing {
    fn default() -> Self {
        Self { cpu_hour: Decimal::new(316, 4), gib_hour: Decimal::new(42, 4) }
    }
}

impl Pricing {
    pub(crate) fn check(&self) -> Result<()> {
        let prices = [("cpu_hour", self.cpu_hour), ("gib_hour", self.gib_hour)];
        let negative = prices.into_iter().filter(|(_, price)| *price < Decimal::ZERO);
        let found = negative.map(|(key, price)| {
            Error::configuration(format!("expected a price of zero or more, found {price}")).at(key)
        });
        Error::join(found).map_or(Ok(()), Err)
    }
}

/// The cost of each configuration of one application.
#[derive(Debug, Clone)]
pub struct Tariff {
    cpu_hour: f64,
    gib_hour: f64,
    parts: Vec<Part>,
}

/// One component: where its amounts come from.
#[derive(Debug, Clone)]
struct Part {
    replicas: Amount,
    cpu: Amount,
    gib: Amount,
}

#[derive(Debug, Clone, Copy)]
enum Amount {
    Fixed(f64),
    Axis(usize),
}

impl Tariff {
    /// Finds what costs money in an application: settings of the kinds CPU, memory and replicas, and plain ones named
    /// `cpu`, `mem` or `memory`, and `replicas`. A component without replicas counts once.
    ///
    /// Returns `None` where no component has CPU or memory.
    ///
    /// # Errors
    ///
    /// Class configuration: such a setting is pinned and has no value.
    pub fn new(pricing: Pricing, description: &Description, space: &Space) -> Result<Option<Self>> {
        let mut parts = Vec::new();
        for component in &description.components {
            let (cpu, gib) = (setting(component, is_cpu), setting(component, is_memory));
            if cpu.is_none() && gib.is_none() {
                continue;
            }
            let amount = |setting: Option<&Setting>, otherwise| match setting {
                None => Ok(Amount::Fixed(otherwise)),
                Some(setting) => amount(component, setting, space),
            };
            let replicas = amount(setting(component, is_replicas), 1.0)?;
            parts.push(Part { replicas, cpu: amount(cpu, 0.0)?, gib: amount(gib, 0.0)? });
        }
        let (cpu_hour, gib_hour) = (decimal::to_f64(pricing.cpu_hour), decimal::to_f64(pricing.gib_hour));
        Ok((!parts.is_empty()).then_some(Self { cpu_hour, gib_hour, parts }))
    }

    /// Gives the cost of a configuration for an hour: the sum over components of
    /// `replicas × (cores × cpu_hour + GiB × gib_hour)`.
    pub fn cost(&self, space: &Space, point: &Point) -> f64 {
        let of = |amount: Amount| match amount {
            Amount::Fixed(value) => value,
            Amount::Axis(axis) => space.number(axis, point),
        };
        let cost =
            |part: &Part| of(part.replicas) * (of(part.cpu) * self.cpu_hour + of(part.gib) * self.gib_hour);
        self.parts.iter().map(cost).sum()
    }
}

fn amount(component: &Component, setting: &Setting, space: &Space) -> Result<Amount> {
    if let Some(axis) = space.axis(&component.name, setting.name()) {
        return Ok(Amount::Axis(axis));
    }
    setting.value().and_then(servo_core::model::Value::as_f64).map(Amount::Fixed).ok_or_else(|| {
        let name = format!("{}.{}", component.name, setting.name());
        Error::configuration(format!("cannot tell the cost: setting `{name}` has no value"))
            .with_help(format!("give `{name}` a value in the application, or use another objective"))
    })
}

fn setting(component: &Component, is: fn(&Setting) -> bool) -> Option<&Setting> {
    component.settings.iter().find(|setting| is(setting))
}

fn is_cpu(setting: &Setting) -> bool {
    match setting.kind() {
        Kind::Cpu => true,
        Kind::Plain => setting.name() == "cpu" && is_numeric(setting),
        _ => false,
    }
}

fn is_memory(setting: &Setting) -> bool {
    match setting.kind() {
        Kind::Memory => true,
        Kind::Plain => matches!(setting.name(), "mem" | "memory") && is_numeric(setting),
        _ => false,
    }
}

fn is_replicas(setting: &Setting) -> bool {
    match setting.kind() {
        Kind::Replicas => true,
        Kind::Plain => setting.name() == "replicas" && is_numeric(setting),
        _ => false,
    }
}

/// Says whether all values of a setting are numbers.
fn is_numeric(setting: &Setting) -> bool {
    setting
        .as_choices()
        .is_none_or(|choices| choices.values().iter().all(|value| value.as_number().is_some()))
}
