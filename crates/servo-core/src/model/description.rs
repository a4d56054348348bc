//! What an application is: its components with their settings, and the metrics it can be measured by.

mod wire;

use super::{Adjustment, Component, Metric, Setting, Unit};

/// Components and metrics.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// The components, in their order.
    pub components: Vec<Component>,
    /// The metrics, in their order.
    pub metrics: Vec<Metric>,
}

/// Why two descriptions do not go together, or something is not in one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Two connectors describe the same setting.
    #[error("setting '{component}.{setting}' is described twice: leave it to one connector")]
    SettingTwice {
        /// The component's name.
        component: String,
        /// The setting's name.
        setting: String,
    },
    /// Two connectors offer a metric with different units.
    #[error("metric '{metric}' has two units: '{first}' and '{second}'")]
    MetricUnits {
        /// The metric's name.
        metric: String,
        /// One unit.
        first: Unit,
        /// The other.
        second: Unit,
    },
    /// The name of a setting has no component.
    #[error("invalid setting name '{name}': expected `component.setting`")]
    NoComponent {
        /// What was given.
        name: String,
    },
    /// There is no such setting.
    #[error("no setting '{name}': expected one of {known}")]
    UnknownSetting {
        /// What was given.
        name: String,
        /// The settings there are.
        known: String,
    },
}

impl Description {
    /// Describes an application by its components and metrics.
    pub fn new(components: Vec<Component>, metrics: Vec<Metric>) -> Self {
        Self { components, metrics }
    }

    /// Finds a component by its name.
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }

    /// Finds a setting by the names of its component and its own.
    pub fn setting(&self, component: &str, setting: &str) -> Option<&Setting> {
        self.component(component)?.setting(setting)
    }

    /// Finds a setting by its full name `component.setting`.
    ///
    /// # Errors
    /// A name without a dot, or of a setting that there is not.
    pub fn get_setting(&self, name: &str) -> Result<&Setting, DescriptionError> {
        let (component, setting) =
            name.split_once('.').ok_or_else(|| DescriptionError::NoComponent { name: name.to_owned() })?;
        self.setting(component, setting).ok_or_else(|| {
            let known: Vec<String> =
                self.named().map(|(component, it)| format!("{component}.{}", it.name())).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            DescriptionError::UnknownSetting { name: name.to_owned(), known }
        })
    }

    /// Joins what two connectors describe: settings of the same component come together, a metric of both
    /// stays once.
    ///
    /// # Errors
    /// A setting described twice, or a metric with two units.
    pub fn merge(mut self, other: Self) -> Result<Self, DescriptionError> {
        for component in other.components {
            let Some(mine) = self.components.iter_mut().find(|mine| mine.name == component.name) else {
                self.components.push(component);
                continue;
            };
            if let Some(twice) =
                component.settings.iter().find(|setting| mine.setting(setting.name()).is_some())
            {
                return Err(DescriptionError::SettingTwice {
                    component: component.name,
                    setting: twice.name().to_owned(),
                });
            }
            mine.settings.extend(component.settings);
        }
        for metric in other.metrics {
            match self.metrics.iter().find(|mine| mine.name == metric.name) {
                None => self.metrics.push(metric),
                Some(mine) if mine.unit == metric.unit => {}
                Some(mine) => {
                    return Err(DescriptionError::MetricUnits {
                        metric: metric.name,
                        first: mine.unit.clone(),
                        second: metric.unit,
                    });
                }
            }
        }
        Ok(self)
    }

    /// Gives the current values as adjustments that would set them; settings without a value are left out.
    pub fn values(&self) -> Vec<Adjustment> {
        self.named()
            .filter_map(|(component, setting)| {
                setting.value().map(|value| Adjustment::new(component, setting.name(), value.clone()))
            })
            .collect()
    }

    fn named(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.components
            .iter()
            .flat_map(|component| component.settings.iter().map(|setting| (component.name.as_str(), setting)))
    }
}

#[cfg(test)]
mod tests;
