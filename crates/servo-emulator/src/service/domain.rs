//! Settings of a component as they are written, made into settings that Servo describes.

use servo_core::model::decimal::{JsonNumber, to_f64};
use servo_core::model::{Choices, Decimal, Range, Setting, SettingError, Value};
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};

use super::REPLICAS;
use crate::settings::{Amounts, Tunable};

const CPU_STEP: &str = "125m";
const MEMORY_STEP: &str = "128Mi";
const INSTANCE_TYPE: &str = "inst_type";

/// What the model can take of each amount.
const CPU_CORES: (f64, f64) = (1e-6, 1e4);
const MEMORY_GIB: (f64, f64) = (1e-6, 1e6);
const PODS: (f64, f64) = (1.0, 1e4);
const AT_ONCE: (f64, f64) = (1.0, 1e6);

/// Makes the setting `cpu`.
pub(super) fn cpu(written: &Amounts<Cpu>) -> Result<Setting> {
    let step = CPU_STEP.parse().unwrap_or_default();
    let (min, max, step) = bounds(written, step, Cpu::default())?;
    let setting = Setting::cpu(min, max, step).map_err(|error| error.fault())?;
    finished(setting, Value::from(written.value.cores()), written.is_fixed(), CPU_CORES)
}

/// Makes the setting `mem`.
pub(super) fn memory(written: &Amounts<Memory>) -> Result<Setting> {
    let step = MEMORY_STEP.parse().unwrap_or_default();
    let (min, max, step) = bounds(written, step, Memory::default())?;
    let setting = Setting::memory(min, max, step).map_err(|error| error.fault())?;
    finished(setting, Value::from(written.value.gib()), written.is_fixed(), MEMORY_GIB).map_err(|error| {
        // Nobody means so little: `value: 2` is two bytes.
        if written.value < Memory::from_bytes(1 << 20) {
            error.with_help("a whole number without a unit is bytes: write an amount such as `2Gi`")
        } else {
            error
        }
    })
}

/// Makes the setting `replicas`.
pub(super) fn replicas(written: &Amounts<u32>) -> Result<Setting> {
    let (min, max, step) = bounds(written, 1, 0)?;
    let setting = Setting::replicas(min, max, step).map_err(|error| error.fault())?;
    finished(setting, Value::from(i64::from(written.value)), written.is_fixed(), PODS)
}

/// Makes a setting of the component's own that chooses among values.
pub(super) fn choice(name: &str, written: &Tunable, values: Vec<Value>) -> Result<Setting> {
    let unused = [
        ("min", written.min.is_some()),
        ("max", written.max.is_some()),
        ("step", written.step.is_some()),
        ("memory", written.memory.is_some()),
    ];
    if let Some((key, _)) = unused.into_iter().find(|(_, is_given)| *is_given) {
        let message = format!("`{key}` has no effect beside `values`");
        return Err(Error::configuration(message).at(key).with_help(format!("remove `{key}`, or `values`")));
    }
    let choices = Choices::new(values).map_err(|error| {
        Error::configuration("expected at least one value with its effect").at("values").with_source(error)
    })?;
    let setting =
        if name == INSTANCE_TYPE { Setting::instance_type(choices) } else { Setting::choice(name, choices) };
    valued(setting, written.value.clone(), written.pinned)
}

/// Makes a setting of the component's own that bounds how many requests a pod works on at once.
pub(super) fn number(name: &str, written: &Tunable) -> Result<Setting> {
    let value = written.value.as_number().ok_or_else(|| {
        Error::configuration(format!(
            "expected a number, or `values` to choose from, found `{}`",
            written.value
        ))
        .at("value")
        .with_help("add `values:` with what each of them does")
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
    finished(Setting::range(name, range), Value::from(value), amounts.is_fixed(), AT_ONCE)
}

impl<T> Amounts<T> {
    /// Says whether the amount stays as it is: it is pinned, or has no bounds.
    fn is_fixed(&self) -> bool {
        self.pinned || (self.min.is_none() && self.max.is_none())
    }
}

/// Gives minimum, maximum and step; without bounds the one value there is.
fn bounds<T: Copy>(written: &Amounts<T>, default_step: T, no_step: T) -> Result<(T, T, T)> {
    match (written.min, written.max) {
        (Some(min), Some(max)) => Ok((min, max, written.step.unwrap_or(default_step))),
        (None, None) if written.step.is_none() => Ok((written.value, written.value, no_step)),
        (min, max) => {
            let missing = if min.is_none() { "min" } else { "max" };
            let found = if max.is_some() {
                "max"
            } else if min.is_some() {
                "min"
            } else {
                "step"
            };
            let message = format!("`{found}` is given without `{missing}`");
            let help = format!("add `{missing}:`, or leave only `value:` for an amount that stays as it is");
            Err(Error::configuration(message).at(found).with_help(help))
        }
    }
}

/// Checks the bounds against what the model can take, then gives the setting its value.
fn finished(setting: Setting, value: Value, is_pinned: bool, limits: (f64, f64)) -> Result<Setting> {
    if let Some(range) = setting.as_range() {
        let (lower, upper) = limits;
        let is_single = range.min() == range.max();
        for (key, bound) in [("min", range.min()), ("max", range.max())] {
            if !(lower..=upper).contains(&to_f64(bound)) {
                let what = if setting.name() == REPLICAS { "pods" } else { "an amount" };
                let message = format!(
                    "expected {what} from {lower} to {upper}{}, found {}",
                    setting.unit().map(|unit| format!(" {unit}")).unwrap_or_default(),
                    setting.show(&Value::from(bound))
                );
                return Err(Error::configuration(message).at(if is_single { "value" } else { key }));
            }
        }
    }
    valued(setting, value, is_pinned)
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
