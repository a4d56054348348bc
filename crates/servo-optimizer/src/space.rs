//! The search space of an application: its free settings as the axes of a lattice, and back.

mod levels;
mod outline;

use std::collections::BTreeMap;

use servo_core::model::{Adjustment, Description, Unit, Value};
use servo_core::{Error, Result};

use crate::lattice::{Lattice, Point};
use levels::Levels;
pub(crate) use levels::is_free;
use outline::Domain;

/// The settings of an application and the configurations that they can be brought into.
///
/// A free setting, one that is not pinned and has more than one value, is an axis. The baseline is the configuration
/// that was found; where one of its values is off the setting's grid, the axis has that value as one more level, which
/// no other configuration may use.
#[derive(Debug)]
pub struct Space {
    lattice: Lattice,
    axes: Vec<FreeSetting>,
    slots: Vec<Slot>,
    baseline: Point,
}

#[derive(Debug)]
struct FreeSetting {
    component: String,
    setting: String,
    levels: Levels,
    /// What the levels were made of.
    domain: Domain,
}

/// One setting in the order of the description: free, or as it is.
#[derive(Debug)]
struct Slot {
    component: String,
    setting: String,
    unit: Option<Unit>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Axis(usize),
    Fixed(Option<Value>),
}

impl Space {
    /// Makes the space of an application as it is described.
    ///
    /// # Errors
    ///
    /// Class configuration: no component, no free setting, a free setting without a value, or one with more values than
    /// can be searched.
    pub fn new(description: &Description) -> Result<Self> {
        if description.components.is_empty() {
            return Err(Error::configuration("nothing to optimize: the application has no components")
                .with_help("configure a connector that describes components"));
        }
        let space = Self::as_described(description)?;
        if space.axes.is_empty() {
            return Err(Error::configuration(
                "nothing to optimize: every setting is pinned or has one value only",
            )
            .with_help("unpin a setting, or widen its range"));
        }
        Ok(space)
    }

    /// Makes the space of an application as [`new`](Self::new) does, also where nothing is free: then it has one
    /// configuration, the baseline.
    ///
    /// # Errors
    ///
    /// Class configuration: a free setting without a value, or one with more values than can be searched.
    pub fn as_described(description: &Description) -> Result<Self> {
        let (mut axes, mut slots) = (Vec::new(), Vec::new());
        for component in &description.components {
            for setting in &component.settings {
                let levels = Levels::of(&component.name, setting)?;
                let source = match levels {
                    None => Source::Fixed(setting.value().cloned()),
                    Some(levels) => {
                        let domain = Domain::of(setting);
                        let (component, setting) = (component.name.clone(), setting.name().to_owned());
                        axes.push(FreeSetting { component, setting, levels, domain });
                        Source::Axis(axes.len() - 1)
                    }
                };
                let unit = setting.unit().cloned();
                slots.push(Slot {
                    component: component.name.clone(),
                    setting: setting.name().to_owned(),
                    unit,
                    source,
                });
            }
        }
        let lattice = Lattice::new(axes.iter().map(|axis| axis.levels.axis()).collect())
            .map_err(|error| Error::configuration("the settings cannot be searched").with_source(error))?;
        let baseline = Point(axes.iter().map(|axis| axis.levels.baseline()).collect());
        Ok(Self { lattice, axes, slots, baseline })
    }

    /// Gives the lattice whose axes are the free settings.
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// Gives the configuration that was found.
    pub fn baseline(&self) -> &Point {
        &self.baseline
    }

    /// Finds the axis of a setting; `None` where it is not free.
    pub(crate) fn axis(&self, component: &str, setting: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.component == component && axis.setting == setting)
    }

    /// Gives the number that a configuration has on an axis; NaN where it is a text.
    pub(crate) fn number(&self, axis: usize, point: &Point) -> f64 {
        match (self.axes.get(axis), point.0.get(axis)) {
            (Some(axis), Some(&level)) => axis.levels.number(level),
            _ => f64::NAN,
        }
    }

    /// Gives the adjustments that bring all free settings to a configuration.
    pub fn assignment(&self, point: &Point) -> Vec<Adjustment> {
        self.axes.iter().zip(&point.0).map(|(axis, &level)| axis.adjustment(level)).collect()
    }

    /// Gives the adjustments that lead from one configuration to another: of all free settings where it is not known
    /// which one is in force.
    pub fn changes(&self, from: Option<&Point>, to: &Point) -> Vec<Adjustment> {
        let differs = |index: usize, level: u32| from.is_none_or(|from| from.0.get(index) != Some(&level));
        let axes = self.axes.iter().zip(&to.0).enumerate();
        axes.filter(|(index, (_, level))| differs(*index, **level))
            .map(|(_, (axis, &level))| axis.adjustment(level))
            .collect()
    }

    /// Gives all settings of a configuration that have a value, those that are not free too.
    pub fn state(&self, point: &Point) -> Vec<Adjustment> {
        let value = |slot: &Slot| match &slot.source {
            Source::Fixed(value) => value.clone(),
            Source::Axis(index) => Some(self.axes.get(*index)?.levels.value(*point.0.get(*index)?)),
        };
        let of = |slot: &Slot| Some(Adjustment::new(&*slot.component, &*slot.setting, value(slot)?));
        self.slots.iter().filter_map(of).collect()
    }

    /// Finds the configuration in which the settings have these values, by their full names. What is not free is not
    /// looked at. `None` where a free setting has no value, or one that is no level of its axis.
    pub(crate) fn point(&self, values: &BTreeMap<String, Value>) -> Option<Point> {
        let level = |axis: &FreeSetting| axis.levels.level(values.get(&axis.name())?);
        self.axes.iter().map(level).collect::<Option<_>>().map(Point)
    }

    /// Gives the units of settings by their full names.
    pub fn units(&self) -> impl Iterator<Item = (String, &Unit)> {
        let of = |slot: &'_ Slot| format!("{}.{}", slot.component, slot.setting);
        self.slots.iter().filter_map(move |slot| slot.unit.as_ref().map(|unit| (of(slot), unit)))
    }

    /// Says whether a configuration may be tried: each setting on its grid, or all as they were found.
    pub fn admits(&self, point: &Point) -> bool {
        *point == self.baseline
            || self.axes.iter().zip(&point.0).all(|(axis, &level)| axis.levels.on_grid(level))
    }

    /// Brings each setting that is off its grid to the nearest value on it.
    pub fn snap(&self, point: &Point) -> Point {
        Point(self.axes.iter().zip(&point.0).map(|(axis, &level)| axis.levels.snap(level)).collect())
    }
}

impl FreeSetting {
    fn name(&self) -> String {
        format!("{}.{}", self.component, self.setting)
    }

    fn adjustment(&self, level: u32) -> Adjustment {
        Adjustment::new(&*self.component, &*self.setting, self.levels.value(level))
    }
}

#[cfg(test)]
mod tests;
