//! The values of one free setting as the levels of an axis.

use servo_core::model::{Domain, Setting, Value};
use servo_core::{Error, Result};

use crate::lattice::Axis;

/// The most values of one setting that are searched.
const MOST: usize = 100_000;

/// Values in the order of their levels; numbers ascend.
#[derive(Debug)]
pub(super) struct Levels {
    values: Vec<Value>,
    /// The same as floats; NaN for texts.
    numbers: Vec<f64>,
    ordered: bool,
    baseline: u32,
    /// The level of a baseline that is none of the setting's own values.
    off_grid: Option<u32>,
}

/// Says whether a setting can be searched: it is not pinned, and has more than one value.
pub(crate) fn is_free(setting: &Setting) -> bool {
    !setting.is_pinned() && count(setting) >= 2
}

fn count(setting: &Setting) -> usize {
    match setting.domain() {
        Domain::Range(range) => range.len(),
        Domain::Enum(choices) => choices.len(),
    }
}

impl Levels {
    /// Lists the values of a setting; `None` where it is not free: pinned, or with one value only.
    ///
    /// # Errors
    ///
    /// Class configuration: no current value, or too many.
    pub(super) fn of(component: &str, setting: &Setting) -> Result<Option<Self>> {
        if !is_free(setting) {
            return Ok(None);
        }
        let count = count(setting);
        let name = format!("{component}.{}", setting.name());
        if count >= MOST {
            let message = format!("setting `{name}` has {count} values, more than can be searched");
            return Err(Error::configuration(message)
                .with_help(format!("use a coarser step for `{name}`, or pin it")));
        }
        let Some(current) = setting.value() else {
            return Err(Error::configuration(format!(
                "setting `{name}` has no value, so there is no baseline"
            ))
            .with_help(format!("give `{name}` a value in the application, or pin it")));
        };
        let mut values: Vec<Value> = match setting.domain() {
            Domain::Range(range) => (0..count).map(|index| Value::from(range.at(index))).collect(),
            Domain::Enum(choices) => choices.values().to_vec(),
        };
        let current =
            setting.as_choices().and_then(|choices| choices.find(current)).unwrap_or(current).clone();
        let is_extra = !values.contains(&current);
        if is_extra {
            values.push(current.clone());
        }
        let ordered = values.iter().all(|value| value.as_number().is_some());
        if ordered {
            values.sort_by_key(Value::as_number);
        }
        let baseline =
            values.iter().position(|value| *value == current).and_then(|at| u32::try_from(at).ok());
        let baseline = baseline.expect("the current value is among at most 100 001 values");
        let numbers = values.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect();
        Ok(Some(Self { values, numbers, ordered, baseline, off_grid: is_extra.then_some(baseline) }))
    }

    pub(super) fn axis(&self) -> Axis {
        if self.ordered { Axis::Ordered(self.numbers.clone()) } else { Axis::Categories(self.values.len()) }
    }

    pub(super) fn baseline(&self) -> u32 {
        self.baseline
    }

    /// Gives the value of a level; the last one stands in for a level that does not exist.
    pub(super) fn value(&self, level: u32) -> Value {
        let last = self.values.len().saturating_sub(1);
        self.values.get((level as usize).min(last)).cloned().unwrap_or_else(|| Value::from(""))
    }

    /// Finds the level of a value: of the same one, or of a number that is the same as a float, because that is what is
    /// left of it in JSON.
    pub(super) fn level(&self, value: &Value) -> Option<u32> {
        let same = || self.values.iter().position(|known| known == value);
        let close = || {
            let wanted = value.as_f64()?;
            self.numbers.iter().position(|number| number.total_cmp(&wanted).is_eq())
        };
        u32::try_from(same().or_else(close)?).ok()
    }

    pub(super) fn number(&self, level: u32) -> f64 {
        self.numbers.get(level as usize).copied().unwrap_or(f64::NAN)
    }

    pub(super) fn on_grid(&self, level: u32) -> bool {
        self.off_grid != Some(level)
    }

    /// Gives the level on the grid nearest to one off it: of numbers the nearest, of categories the first.
    pub(super) fn snap(&self, level: u32) -> u32 {
        if self.on_grid(level) {
            return level;
        }
        if !self.ordered {
            return 0;
        }
        let gap = |other: u32| (self.number(other) - self.number(level)).abs();
        let below = level.checked_sub(1);
        let above = Some(level + 1).filter(|&above| (above as usize) < self.values.len());
        match (below, above) {
            (Some(below), Some(above)) if gap(above) < gap(below) => above,
            (Some(below), _) => below,
            (None, above) => above.unwrap_or(level),
        }
    }
}
