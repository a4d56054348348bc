//! A part of an application with settings of its own.

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

use super::Setting;
use super::entries::Entries;
use super::setting::wire::Wire;

/// A component: a container, a canary, a service. On the wire it is `{name: {"settings": {…}}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name, unique within the application.
    pub name: String,
    /// Its settings, in their order.
    pub settings: Vec<Setting>,
    /// Whether it is an instance for trials beside the service itself, which they cannot harm. Not on the wire.
    pub is_tuning: bool,
}

impl Component {
    /// Names a component and its settings.
    pub fn new(name: impl Into<String>, settings: Vec<Setting>) -> Self {
        Self { name: name.into(), settings, is_tuning: false }
    }

    /// Says that it is an instance for trials beside the service itself, which they cannot harm.
    pub fn tuning(mut self) -> Self {
        self.is_tuning = true;
        self
    }

    /// Finds a setting by its name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name() == name)
    }
}

/// What stands under a component's name on the wire.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Body {
    settings: Entries<Wire>,
}

impl From<&Component> for Body {
    fn from(component: &Component) -> Self {
        let settings = component.settings.iter().map(|setting| (setting.name().to_owned(), setting.into()));
        Self { settings: Entries(settings.collect()) }
    }
}

impl Body {
    /// Gives the component its name.
    pub(super) fn named<E: Error>(self, name: String) -> Result<Component, E> {
        let settings =
            self.settings.0.into_iter().map(|(name, wire)| wire.named(&name)).collect::<Result<_, _>>();
        match settings {
            Ok(settings) => Ok(Component::new(name, settings)),
            Err(error) => Err(E::custom(format_args!("component '{name}': {error}"))),
        }
    }
}

impl Serialize for Component {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Entries(vec![(self.name.clone(), Body::from(self))]).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Component {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut entries = Entries::<Body>::deserialize(deserializer)?.0;
        match (entries.pop(), entries.is_empty()) {
            (Some((name, body)), true) => body.named(name),
            _ => Err(D::Error::custom("expected one component under its name")),
        }
    }
}
