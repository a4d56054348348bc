//! From where the model says that a number is wrong to the key under which it was written.

use servo_core::Error;

use crate::invalid::Invalid;

/// The fields of the model's components by the keys of a configuration.
const OF_COMPONENT: [(&str, &str); 5] = [
    ("demand_seconds", "demand"),
    ("fixed_seconds", "fixed"),
    ("footprint.base_gib", "memory.base"),
    ("footprint.per_request_gib", "memory.per_request"),
    ("footprint.collection", "memory.collection"),
];

/// The fields of the model's effects by the keys of a configuration.
const OF_EFFECT: [(&str, &str); 4] = [
    ("demand", "demand"),
    ("memory", "memory"),
    ("pause_seconds", "pause"),
    ("pause_interval_seconds", "every"),
];

/// Puts what the model cannot take at the key under which it was written; `components` are the names there are, and
/// `threads` is the numeric setting of each, if it has one.
pub(super) fn locate<'a>(
    invalid: &Invalid,
    mut components: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Error {
    let (place, message) = match invalid {
        Invalid::OutOfRange { place, value, expected } => {
            (place, format!("expected {expected}, found {value}"))
        }
        Invalid::Duplicate { place } | Invalid::Unnamed { place } | Invalid::Missing { place, .. } => {
            (place, invalid.to_string())
        }
        Invalid::NoComponents | Invalid::Unknown { .. } => {
            return Error::configuration(invalid.to_string()).at("components");
        }
    };
    let inside = components.find_map(|(name, threads)| {
        let field = place.strip_prefix(name)?.strip_prefix('.')?;
        Some(format!("components.{name}.{}", in_component(field, threads)))
    });
    let cluster = ["nodes of the cluster", "cpu_cores of a node", "memory_gib of a node"];
    let key = inside.unwrap_or_else(|| match place.as_str() {
        place if cluster.contains(&place) => "nodes".to_owned(),
        place => place.to_owned(),
    });
    Error::configuration(message).at(key)
}

fn in_component(field: &str, threads: Option<&str>) -> String {
    if let Some((_, key)) = OF_COMPONENT.iter().find(|(known, _)| *known == field) {
        return (*key).to_owned();
    }
    if let ("threads.memory_gib", Some(setting)) = (field, threads) {
        return format!("settings.{setting}.memory");
    }
    let effect =
        OF_EFFECT.iter().find_map(|(known, key)| Some((field.strip_suffix(known)?.strip_suffix('.')?, key)));
    match effect.and_then(|(rest, key)| Some((rest.split_once('.')?, key))) {
        Some(((setting, value), key)) => format!("settings.{setting}.values.{value}.{key}"),
        None => format!("settings.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(place: &str) -> String {
        let invalid =
            Invalid::OutOfRange { place: place.to_owned(), value: 7.0, expected: "less".to_owned() };
        let error = locate(&invalid, [("web", Some("threads"))].into_iter());
        assert_eq!(error.message(), "expected less, found 7");
        error.key().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_place_of_the_model_has_a_key() {
        for (place, key) in [
            ("web.demand_seconds", "components.web.demand"),
            ("web.footprint.per_request_gib", "components.web.memory.per_request"),
            ("web.threads.memory_gib", "components.web.settings.threads.memory"),
            ("web.gc.g1.pause_seconds", "components.web.settings.gc.values.g1.pause"),
            ("web.type.m5.large.demand", "components.web.settings.type.values.m5.large.demand"),
            ("load.daily.amplitude", "load.daily.amplitude"),
            ("noise.cpu", "noise.cpu"),
            ("timeout", "timeout"),
            ("cpu_cores of a node", "nodes"),
        ] {
            assert_eq!(key_of(place), key);
        }
    }
}
