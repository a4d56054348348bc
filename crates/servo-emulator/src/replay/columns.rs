//! The setting that a column of a table stands for.

use servo_core::model::{Choices, Decimal, Range, Setting, Value};
use servo_core::{Error, Result};

use crate::settings::ColumnSettings;
use crate::surface::{Cell, SettingColumn};

const INSTANCE_TYPE: &str = "inst_type";

/// Describes a column: numbers evenly spaced are a range, anything else is a choice among the values that occur.
pub(super) fn setting(column: &SettingColumn, written: &ColumnSettings) -> Result<Setting> {
    let fault = |error: String| Error::configuration(error).at(format!("surface.settings.{}", column.name));
    let mut setting = if let Some(range) = evenly_spaced(column) {
        Setting::range(&column.name, range)
    } else {
        let choices =
            Choices::new(column.levels.iter().map(value).collect()).map_err(|e| fault(e.to_string()))?;
        if column.name == INSTANCE_TYPE {
            Setting::instance_type(choices)
        } else {
            Setting::choice(&column.name, choices)
        }
    };
    if let Some(unit) = &written.unit {
        setting = setting.with_unit(unit.clone());
    }
    let valued = setting.with_value(written.value.clone()).map_err(|error| fault(error.to_string()))?;
    Ok(valued.pinned(written.pinned))
}

fn evenly_spaced(column: &SettingColumn) -> Option<Range> {
    let numbers: Vec<Decimal> = column.levels.iter().map(Cell::number).collect::<Option<_>>()?;
    let (first, last) = (*numbers.first()?, *numbers.last()?);
    let step = numbers.get(1)?.checked_sub(first)?;
    let even = numbers.windows(2).all(|pair| match pair {
        [a, b] => b.checked_sub(*a) == Some(step),
        _ => false,
    });
    if even { Range::new(first, last, step).ok() } else { None }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Number(number) => Value::from(*number),
        Cell::Text(text) => Value::from(text.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(levels: &[&str], value: &str) -> String {
        let levels = levels.iter().map(|level| Cell::from(*level)).collect();
        let column = SettingColumn { name: "n".to_owned(), levels };
        let written = ColumnSettings { value: Value::from(value), pinned: false, unit: None };
        setting(&column, &written).unwrap().summary()
    }

    #[test]
    fn numbers_evenly_spaced_are_a_range_and_the_rest_is_a_choice() {
        assert_eq!(summary(&["4", "1.5", "6.5"], "4"), "RangeSetting(range=[1.5..6.5], step=2.5, unit=None)");
        assert_eq!(summary(&["1", "2", "4"], "2"), "EnumSetting(values=[1, 2, 4], unit=None)");
        assert_eq!(summary(&["1", "2", "m"], "m"), "EnumSetting(values=[1, 2, 'm'], unit=None)");
        assert_eq!(summary(&["1"], "1"), "EnumSetting(values=[1], unit=None)");
    }
}
