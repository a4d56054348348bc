//! The test that every connector passes: what hosts and operators rely on, whatever it connects to.
//!
//! 1. Its example is YAML, builds, and says what it does.
//! 2. A key that it does not know is refused.
//! 3. It does no input or output when it is built.
//! 4. What it measures it also describes.
//! 5. A cancelled operation ends within a second.
//! 6. Its checks are known by the same ids in every run, change nothing, and none passes once it is cancelled.
//! 7. Its own commands have names, and say what they are for.
//! 8. Its presets build, and say what they are for.

mod behaviour;
mod checks;
mod io;
mod presets;
mod subcommands;

use serde_json::Value;
use servo_core::event::{Event, Phase, standard};
use servo_core::registry::Registry;
use servo_core::{Class, Descriptor};

/// A key that no connector knows.
const UNKNOWN_KEY: &str = "a_key_that_nobody_knows";

/// Tests the connector type of that key.
///
/// # Errors
///
/// A line for each thing that does not hold.
pub fn check(key: &str) -> Result<(), String> {
    let registry = Registry::collect().map_err(|error| error.to_string())?;
    let known: Vec<&str> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
    let descriptor = registry.connector(key).ok_or_else(|| {
        format!(
            "no connector `{key}` is compiled in (there are {known:?}): name its crate with `use … as _;`"
        )
    })?;
    check_descriptor(descriptor)
}

/// Tests every connector type of the program.
///
/// # Errors
///
/// A line for each thing that does not hold.
pub fn check_all() -> Result<(), String> {
    let registry = Registry::collect().map_err(|error| error.to_string())?;
    if registry.connectors().is_empty() {
        return Err("no connector is compiled in: name their crates with `use … as _;`".to_owned());
    }
    let failures: Vec<String> =
        registry.connectors().iter().filter_map(|descriptor| check_descriptor(descriptor).err()).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Tests one connector type.
///
/// # Errors
///
/// A line for each thing that does not hold.
pub fn check_descriptor(descriptor: &Descriptor) -> Result<(), String> {
    let mut failures = described(descriptor);
    failures.extend(subcommands::declared(descriptor));
    failures.extend(presets::build(descriptor));
    match example(descriptor) {
        Err(error) => failures.push(error),
        Ok(settings) => {
            failures.extend(refuses_unknown_keys(descriptor, &settings));
            failures.extend(io::none_when_built(descriptor, &settings));
            failures.extend(behaviour::measures_what_it_describes(descriptor, &settings));
            failures.extend(behaviour::stops_when_cancelled(descriptor, &settings));
            failures.extend(checks::are_sound(descriptor, &settings));
        }
    }
    let key = descriptor.key;
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures
        .into_iter()
        .map(|failure| format!("connector `{key}`: {failure}"))
        .collect::<Vec<_>>()
        .join("\n"))
}

fn described(descriptor: &Descriptor) -> Vec<String> {
    let mut failures = Vec::new();
    if descriptor.description.is_empty() {
        failures.push("its descriptor has no description".to_owned());
    }
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if descriptor.key.is_empty() || !descriptor.key.chars().all(word) {
        failures.push("its key is not in lower snake case".to_owned());
    }
    let handles = |event: &str| {
        descriptor.handled().iter().any(|handled| handled.event == event && handled.phase == Phase::On)
    };
    if handles(standard::Measure::NAME) && !handles(standard::Describe::NAME) {
        failures
            .push("it answers `measure` but not `describe`: nobody could know what to ask for".to_owned());
    }
    failures
}

fn example(descriptor: &Descriptor) -> Result<Value, String> {
    let settings: Value = serde_saphyr::from_str(descriptor.example)
        .map_err(|error| format!("its example is not YAML: {error}"))?;
    match descriptor.build(descriptor.key, settings.clone()) {
        Ok(_) => Ok(settings),
        Err(error) => Err(format!("its example does not build: {}", error.chain())),
    }
}

fn refuses_unknown_keys(descriptor: &Descriptor, settings: &Value) -> Option<String> {
    let mut settings = settings.clone();
    let Some(keys) = settings.as_object_mut() else {
        return Some("its example is no mapping".to_owned());
    };
    keys.insert(UNKNOWN_KEY.to_owned(), Value::from(1));
    match descriptor.build(descriptor.key, settings) {
        Ok(_) => Some("it accepts unknown keys: add `#[serde(deny_unknown_fields)]`".to_owned()),
        Err(error) if error.class() != Class::Configuration || !error.message().contains(UNKNOWN_KEY) => {
            Some(format!("its error for an unknown key does not name the key: {error}"))
        }
        Err(_) => None,
    }
}
