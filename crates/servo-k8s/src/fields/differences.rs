//! Single fields, and in which of them two states differ.

use std::fmt;

use super::Fields;
use crate::plan::Requirement;
use servo_kube::quantity;

/// One field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// `spec.replicas`.
    Replicas,
    /// A request or a limit of a container.
    Amount {
        /// The container.
        container: String,
        /// Request or limit.
        requirement: Requirement,
        /// `cpu` or `memory`.
        resource: String,
    },
    /// An environment variable of a container.
    Variable {
        /// The container.
        container: String,
        /// The variable.
        name: String,
    },
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replicas => f.write_str("replicas"),
            Self::Amount { container, requirement, resource } => {
                write!(f, "{resource} {} of container `{container}`", requirement.word())
            }
            Self::Variable { container, name } => write!(f, "variable `{name}` of container `{container}`"),
        }
    }
}

impl Requirement {
    /// Gives the word for it in a configuration.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Limit => "limit",
        }
    }
}

impl Fields {
    /// Gives the text of a field; `None` where it is not there.
    pub(crate) fn get(&self, field: &Field) -> Option<String> {
        match field {
            Field::Replicas => self.replicas.map(|replicas| replicas.to_string()),
            Field::Amount { container, requirement, resource } => {
                self.containers.get(container)?.of(*requirement).get(resource).cloned()
            }
            Field::Variable { container, name } => self.containers.get(container)?.env.get(name).cloned(),
        }
    }

    /// Gives one field the text that it has in `from`, or takes it away where it is not there.
    pub(crate) fn take(&mut self, field: &Field, from: &Self) {
        if matches!(field, Field::Replicas) {
            self.replicas = from.replicas;
            return;
        }
        self.set(field, from.get(field));
    }

    /// Gives one field of a container a text, or takes it away.
    pub(super) fn set(&mut self, field: &Field, text: Option<String>) {
        let (container, name) = match field {
            Field::Replicas => return,
            Field::Amount { container, resource, .. } => (container, resource),
            Field::Variable { container, name } => (container, name),
        };
        let fields = self.containers.entry(container.clone()).or_default();
        let map = match field {
            Field::Amount { requirement, .. } => fields.of_mut(*requirement),
            _ => &mut fields.env,
        };
        match text {
            Some(text) => drop(map.insert(name.clone(), text)),
            None => drop(map.remove(name)),
        }
    }

    /// Lays over these what the pods were resized to.
    pub(crate) fn lay(&mut self, resized: Option<&Self>) {
        for (name, resized) in resized.iter().flat_map(|resized| &resized.containers) {
            let container = self.containers.entry(name.clone()).or_default();
            container.requests.extend(resized.requests.clone());
            container.limits.extend(resized.limits.clone());
        }
    }

    /// Keeps only some fields.
    pub(crate) fn only(&self, fields: &[Field]) -> Self {
        let mut kept = Self::default();
        for field in fields {
            if self.get(field).is_some() {
                kept.take(field, self);
            }
        }
        kept
    }

    /// Lists those of some fields in which another state differs. Texts of one amount count as the same.
    pub(crate) fn differing<'a>(&self, other: &Self, fields: &'a [Field]) -> Vec<&'a Field> {
        fields.iter().filter(|field| !same(field, self.get(field), other.get(field))).collect()
    }
}

/// Says whether two texts of a field mean the same: the API server rewrites some quantities.
fn same(field: &Field, one: Option<String>, other: Option<String>) -> bool {
    match (field, one, other) {
        (_, one, other) if one == other => true,
        (Field::Amount { resource, .. }, Some(one), Some(other)) => quantity::same(resource, &one, &other),
        _ => false,
    }
}
