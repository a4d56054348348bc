//! Settings with their bounds, from what is written of them.

use servo_core::model::{Choices, Decimal, Range, Setting, SettingError, Unit, Value};
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};

use super::mistakes::Mistakes;
use super::{Amount, Requirement, names};
use crate::settings::amounts::AmountSettings;
use crate::settings::env::{EnvDomain, EnvSettings};
use crate::settings::replicas::ReplicasSettings;

/// Less memory than this, in bytes, starts nothing: somebody forgot the unit.
const LEAST_MEMORY_BYTES: u64 = 1 << 20;

/// Makes the setting `cpu`, with where it is read and written.
pub(super) fn cpu(written: &AmountSettings<Cpu>) -> Result<Amount> {
    let mut mistakes = Mistakes::default();
    if written.min.is_zero() {
        let message = "expected more than no CPU";
        let help = "Kubernetes takes a limit of 0 for no limit: write what the container needs at least, such as `125m`";
        mistakes.add(Error::configuration(message).at("min").with_help(help));
    }
    for (key, amount) in [("min", written.min), ("max", written.max), ("step", written.step)] {
        let precise = servo_kube::quantity::write_cpu(amount);
        mistakes.sound(precise.map_err(|error| Error::configuration(error.to_string()).at(key)));
    }
    mistakes.sound(expected_unit(written.unit.as_ref(), &Unit::Cores));
    let setting = Setting::cpu(written.min, written.max, written.step);
    // A minimum of zero has been told already.
    let setting = match setting {
        Err(SettingError::MinNotPositive { .. }) => None,
        other => mistakes.sound(other.map_err(|error| error.fault())),
    };
    let value = written.value.map(|cpu| Value::from(cpu.cores()));
    finished(setting, value, written, mistakes)
}

/// Makes the setting `mem`, with where it is read and written.
pub(super) fn memory(written: &AmountSettings<Memory>) -> Result<Amount> {
    let mut mistakes = Mistakes::default();
    let least = Memory::from_bytes(LEAST_MEMORY_BYTES);
    if written.min < least {
        let message = format!("expected at least {least} of memory, found {}", written.min);
        let help = "a whole number without a unit is bytes, and Kubernetes takes a limit of 0 for no limit: write an \
                    amount such as `256Mi`";
        mistakes.add(Error::configuration(message).at("min").with_help(help));
    }
    mistakes.sound(expected_unit(written.unit.as_ref(), &Unit::Gibibytes));
    let setting = Setting::memory(written.min, written.max, written.step);
    let setting = mistakes.sound(setting.map_err(|error| error.fault()));
    let value = written.value.map(|memory| Value::from(memory.gib()));
    finished(setting, value, written, mistakes)
}

/// Makes the setting `replicas`.
pub(super) fn replicas(written: &ReplicasSettings) -> Result<Setting> {
    let setting = Setting::replicas(written.min, written.max, written.step).map_err(|error| error.fault())?;
    taken(&setting, written.value.map(|it| Value::from(Decimal::from(it))))?;
    Ok(setting.pinned(written.pinned))
}

/// Makes the setting of an environment variable.
pub(super) fn environment(written: &EnvSettings) -> Result<Setting> {
    let mut mistakes = Mistakes::default();
    mistakes.sound(names::setting(&written.name).map_err(|error| error.at("name")));
    if let Some(literal) = &written.literal {
        mistakes.sound(names::variable(literal).map_err(|error| error.at("literal")));
    }
    let setting = match written.domain {
        EnvDomain::Range => range(written, &mut mistakes),
        EnvDomain::Enum => choice(written, &mut mistakes),
    };
    let setting = setting.map(|setting| match &written.unit {
        Some(unit) => setting.with_unit(unit.clone()),
        None => setting,
    });
    let setting = setting.and_then(|setting| match &written.value {
        Some(value) => mistakes.sound(
            taken(&setting, Some(value.clone()))
                .and_then(|()| setting.with_value(value.clone()).map_err(|error| error.fault())),
        ),
        None => Some(setting),
    });
    mistakes.or(setting.map(|setting| setting.pinned(written.pinned)))
}

fn range(written: &EnvSettings, mistakes: &mut Mistakes) -> Option<Setting> {
    if written.values.is_some() {
        mistakes.add(no_effect("values", "range"));
    }
    let mut number = |key: &str, found: Option<Decimal>| {
        if found.is_none() {
            let message = format!("a variable of type `range` has no `{key}`");
            mistakes.add(Error::configuration(message).with_help(format!("add `{key}:`")));
        }
        found
    };
    let (min, max, step) = (
        number("min", written.min.map(|it| it.0)),
        number("max", written.max.map(|it| it.0)),
        number("step", written.step.map(|it| it.0)),
    );
    let setting = || written.name.clone();
    let range = Range::new(min?, max?, step?);
    let range = range.map_err(|source| SettingError::Range { setting: setting(), source }.fault());
    let setting = Setting::environment_range(
        setting(),
        mistakes.sound(range)?,
        written.literal.clone(),
        written.value_type,
    );
    mistakes.sound(setting.map_err(|error| error.fault()))
}

fn choice(written: &EnvSettings, mistakes: &mut Mistakes) -> Option<Setting> {
    let unused = [
        ("min", written.min.is_some()),
        ("max", written.max.is_some()),
        ("step", written.step.is_some()),
        ("value_type", written.value_type.is_some()),
    ];
    for (key, _) in unused.into_iter().filter(|(_, is_given)| *is_given) {
        mistakes.add(no_effect(key, "enum"));
    }
    let Some(values) = written.values.clone() else {
        let message = "a variable of type `enum` has no `values`";
        mistakes.add(Error::configuration(message).with_help("add `values:` with the values to choose from"));
        return None;
    };
    let choices = Choices::new(values).map_err(|error| Error::configuration(error.to_string()).at("values"));
    let choices = mistakes.sound(choices)?;
    Some(Setting::environment_choice(written.name.clone(), choices, written.literal.clone()))
}

fn no_effect(key: &'static str, of: &str) -> Error {
    let message = format!("`{key}` has no effect on a variable of type `{of}`");
    Error::configuration(message).at(key).with_help(format!("remove `{key}`, or change `type`"))
}

/// Adds to a setting where it is read and written.
fn finished<T>(
    setting: Option<Setting>,
    value: Option<Value>,
    written: &AmountSettings<T>,
    mut mistakes: Mistakes,
) -> Result<Amount> {
    if let Some(setting) = &setting {
        mistakes.sound(taken(setting, value));
    }
    let get = mistakes.sound(requirements("get", written.get.as_deref()));
    let set = mistakes.sound(requirements("set", written.set.as_deref()));
    let amount = setting.zip(get).zip(set).map(|((setting, get), set)| Amount {
        setting: setting.pinned(written.pinned),
        get,
        set,
    });
    mistakes.or(amount)
}

/// Checks a list of requirements; request and limit if it is left out.
fn requirements(key: &str, written: Option<&[Requirement]>) -> Result<Vec<Requirement>> {
    let Some(written) = written else { return Ok(vec![Requirement::Request, Requirement::Limit]) };
    let told = "expected `request`, `limit`, or both";
    if written.is_empty() {
        return Err(Error::configuration(format!("{told}, found an empty list")).at(key));
    }
    let twice = |(index, it): (usize, &Requirement)| written.iter().take(index).any(|other| other == it);
    if written.iter().enumerate().any(twice) {
        return Err(Error::configuration(format!("{told}, found one of them twice")).at(key));
    }
    Ok(written.to_vec())
}

fn expected_unit(written: Option<&Unit>, unit: &Unit) -> Result<()> {
    match written {
        Some(other) if other != unit => {
            let message = format!("expected the unit `{}`, found `{}`", unit.value(), other.value());
            let help = "amounts have their unit in their own text, such as `250m` and `512Mi`: remove `unit`";
            Err(Error::configuration(message).at("unit").with_help(help))
        }
        _ => Ok(()),
    }
}

/// Checks that a setting takes the value that is written for it.
fn taken(setting: &Setting, value: Option<Value>) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    let help =
        "write one that the setting takes, or remove `value`: what is in force is read from the cluster";
    setting.propose(&value, None).map(drop).map_err(|error| error.fault().at("value").with_help(help))
}
