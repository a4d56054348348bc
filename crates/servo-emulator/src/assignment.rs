//! The values of all settings of an emulated application: what is deployed, or what is to be.

use std::collections::BTreeMap;

use servo_core::model::{Adjustment, Component, State, Value};

/// A value for each setting of each component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assignment(BTreeMap<String, BTreeMap<String, Value>>);

impl Assignment {
    /// Takes the values that components have.
    pub(crate) fn of(components: &[Component]) -> Self {
        let mut assignment = Self::default();
        for component in components {
            for setting in &component.settings {
                if let Some(value) = setting.value() {
                    assignment.set(&component.name, setting.name(), value.clone());
                }
            }
        }
        assignment
    }

    /// Gives the value of a setting.
    pub(crate) fn get(&self, component: &str, setting: &str) -> Option<&Value> {
        self.0.get(component)?.get(setting)
    }

    /// Gives the values of one component by the names of its settings.
    pub(crate) fn component(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.0.get(name).into_iter().flatten().map(|(setting, value)| (setting.as_str(), value))
    }

    /// Sets the value of a setting.
    pub(crate) fn set(&mut self, component: &str, setting: &str, value: Value) {
        self.0.entry(component.to_owned()).or_default().insert(setting.to_owned(), value);
    }

    /// Gives the full names of the settings that one has and the other does not.
    pub(crate) fn difference(&self, other: &Self) -> Vec<String> {
        let missing = |(component, setting): &(&str, &str)| other.get(component, setting).is_none();
        self.names().filter(missing).map(|(component, setting)| format!("{component}.{setting}")).collect()
    }

    /// Brings the components to these values. A value that a setting would not take is kept all the same; the second
    /// list says why not.
    pub(crate) fn observed(&self, components: &[Component]) -> (Vec<Component>, Vec<String>) {
        let mut warnings = Vec::new();
        let mut observe = |component: &Component| {
            let settings = component.settings.iter().map(|setting| {
                let Some(value) = self.get(&component.name, setting.name()) else { return setting.clone() };
                let (observed, warning) = setting.observe(value.clone());
                warnings.extend(warning.map(|warning| format!("{}.{warning}", component.name)));
                observed
            });
            Component { settings: settings.collect(), ..component.clone() }
        };
        let components = components.iter().map(&mut observe).collect();
        (components, warnings)
    }

    fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(component, settings)| {
            settings.keys().map(move |setting| (component.as_str(), setting.as_str()))
        })
    }
}

impl From<&Assignment> for State {
    fn from(assignment: &Assignment) -> Self {
        let adjustments = assignment.0.iter().flat_map(|(component, settings)| {
            settings.iter().map(move |(setting, value)| Adjustment::new(component, setting, value.clone()))
        });
        Self { adjustments: adjustments.collect() }
    }
}

impl From<State> for Assignment {
    fn from(state: State) -> Self {
        let mut assignment = Self::default();
        for Adjustment { component, setting, value } in state.adjustments {
            assignment.set(&component, &setting, value);
        }
        assignment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_another_lacks_and_survives_its_wire_form() {
        let mut one = Assignment::default();
        one.set("web", "cpu", Value::from(2));
        one.set("web", "gc", Value::from("g1"));
        let mut other = one.clone();
        other.set("db", "cpu", Value::from(1));
        assert_eq!(other.difference(&one), ["db.cpu"]);
        assert!(one.difference(&other).is_empty());
        assert_eq!(Assignment::from(State::from(&other)), other);
    }
}
