//! The metrics that MEASURE asks for: a list of names, or an object whose keys are names.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The names of metrics, in either form (specification, section 3.6).
pub(super) struct Metrics(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListOrKeys)
    }
}

struct ListOrKeys;

impl<'de> Visitor<'de> for ListOrKeys {
    type Value = Metrics;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names or an object keyed by name")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Metrics, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element()? {
            names.push(name);
        }
        Ok(Metrics(names))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metrics, A::Error> {
        let mut names = Vec::new();
        while let Some((name, IgnoredAny)) = map.next_entry()? {
            names.push(name);
        }
        Ok(Metrics(names))
    }
}
