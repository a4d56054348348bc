//! What can be adjusted, as it is written: amounts with bounds, numbers and choices.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::model::decimal::JsonNumber;
use servo_core::model::{Choices, Decimal, Range, Setting, SettingError, Unit, Value};
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};

const CPU_STEP: &str = "125m";
const MEMORY_STEP: &str = "128Mi";

/// The least memory, in bytes, that a program is limited to: with less, none starts.
const LEAST_MEMORY_BYTES: u64 = 1 << 20;

/// The least CPU that the kernel takes as a quota: a millisecond in a hundred.
const LEAST_CPU: &str = "10m";

/// An amount and the bounds within which it can be set. Without bounds it stays as it is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AmountsOf{T}")]
pub struct Amounts<T> {
    /// The smallest amount.
    pub min: Option<T>,
    /// The largest amount.
    pub max: Option<T>,
    /// The distance between two amounts; 125m or 128Mi if left out.
    pub step: Option<T>,
    /// The amount that it begins with: the baseline.
    pub value: T,
    /// Whether the amount must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

/// Something of the program's own: a number between `min` and `max`, or one of several `values`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tunable {
    /// The smallest number.
    #[serde(default)]
    pub min: Option<JsonNumber>,
    /// The largest number.
    #[serde(default)]
    pub max: Option<JsonNumber>,
    /// The distance between two numbers; 1 if left out.
    #[serde(default)]
    pub step: Option<JsonNumber>,
    /// The values to choose from. Either these or `min` and `max`.
    #[serde(default)]
    pub values: Option<Vec<Value>>,
    /// What it begins with: the baseline.
    pub value: Value,
    /// The unit, for whoever reads it.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Whether the value must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

/// Makes the setting `cpu`.
pub(crate) fn cpu(written: &Amounts<Cpu>) -> Result<Setting> {
    let least: Cpu = LEAST_CPU.parse().unwrap_or_default();
    let (min, max, step) = bounds(written, CPU_STEP.parse().unwrap_or_default(), Cpu::default())?;
    if min < least {
        let key = if written.min.is_some() { "min" } else { "value" };
        return Err(Error::configuration(format!("expected at least {least}, found {min}")).at(key));
    }
    let setting = Setting::cpu(min, max, step).map_err(|error| error.fault())?;
    valued(setting, Value::from(written.value.cores()), written.pinned || is_fixed(written))
}

/// Makes the setting `mem`.
pub(crate) fn memory(written: &Amounts<Memory>) -> Result<Setting> {
    let (min, max, step) = bounds(written, MEMORY_STEP.parse().unwrap_or_default(), Memory::default())?;
    let least = Memory::from_bytes(LEAST_MEMORY_BYTES);
    if min < least {
        let key = if written.min.is_some() { "min" } else { "value" };
        return Err(Error::configuration(format!("expected at least {least}, found {min}"))
            .at(key)
            .with_help("a whole number without a unit is bytes: write an amount such as `256Mi`"));
    }
    let setting = Setting::memory(min, max, step).map_err(|error| error.fault())?;
    valued(setting, Value::from(written.value.gib()), written.pinned || is_fixed(written))
}

/// Makes a setting of the program's own.
pub(crate) fn own(name: &str, written: &Tunable) -> Result<Setting> {
    let (setting, is_fixed) = match &written.values {
        Some(values) => (choice(name, written, values)?, false),
        None => number(name, written)?,
    };
    let setting = match &written.unit {
        Some(unit) => setting.with_unit(unit.clone()),
        None => setting,
    };
    valued(setting, written.value.clone(), written.pinned || is_fixed)
}

fn choice(name: &str, written: &Tunable, values: &[Value]) -> Result<Setting> {
    let unused =
        [("min", written.min.is_some()), ("max", written.max.is_some()), ("step", written.step.is_some())];
    if let Some((key, _)) = unused.into_iter().find(|(_, is_given)| *is_given) {
        return Err(Error::configuration(format!("`{key}` has no effect beside `values`"))
            .at(key)
            .with_help(format!("remove `{key}`, or `values`")));
    }
    let choices = Choices::new(values.to_vec()).map_err(|error| {
        Error::configuration("expected values that are all different").at("values").with_source(error)
    })?;
    Ok(Setting::choice(name, choices))
}

/// Makes a number, and says whether it is fixed.
fn number(name: &str, written: &Tunable) -> Result<(Setting, bool)> {
    let value = written.value.as_number().ok_or_else(|| {
        let message = format!("expected a number, or `values` to choose from, found `{}`", written.value);
        Error::configuration(message).at("value").with_help("add `values:` with the values to choose from")
    })?;
    let amounts = Amounts {
        min: written.min.map(|JsonNumber(number)| number),
        max: written.max.map(|JsonNumber(number)| number),
        step: written.step.map(|JsonNumber(number)| number),
        value,
        pinned: written.pinned,
    };
    let (min, max, step) = bounds(&amounts, Decimal::ONE, Decimal::ZERO)?;
    let range = Range::new(min, max, step)
        .map_err(|source| SettingError::Range { setting: name.to_owned(), source }.fault())?;
    Ok((Setting::range(name, range), is_fixed(&amounts)))
}

fn is_fixed<T>(written: &Amounts<T>) -> bool {
    written.min.is_none() && written.max.is_none()
}

/// Gives minimum, maximum and step; without bounds the one value there is.
fn bounds<T: Copy>(written: &Amounts<T>, default_step: T, no_step: T) -> Result<(T, T, T)> {
    match (written.min, written.max, written.step) {
        (Some(min), Some(max), step) => Ok((min, max, step.unwrap_or(default_step))),
        (None, None, None) => Ok((written.value, written.value, no_step)),
        (min, max, _) => {
            let missing = if min.is_none() { "min" } else { "max" };
            let found = match (min, max) {
                (_, Some(_)) => "max",
                (Some(_), _) => "min",
                _ => "step",
            };
            let help = format!("add `{missing}:`, or leave only `value:` for what stays as it is");
            Err(Error::configuration(format!("`{found}` is given without `{missing}`"))
                .at(found)
                .with_help(help))
        }
    }
}

fn valued(setting: Setting, value: Value, is_pinned: bool) -> Result<Setting> {
    let help = match (setting.as_range(), setting.as_choices()) {
        (Some(range), _) => {
            let show = |number| setting.show(&Value::from(number));
            format!("write a value from {} to {}, or widen the range", show(range.min()), show(range.max()))
        }
        (None, Some(choices)) => format!("write one of {choices}, or add it to `values`"),
        (None, None) => String::new(),
    };
    let valued = setting.with_value(value).map_err(|error| error.fault().at("value").with_help(help))?;
    Ok(valued.pinned(is_pinned))
}
