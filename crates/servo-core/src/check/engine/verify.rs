//! Ids and tags of a collection, verified before anything of it runs.

use std::collections::{BTreeSet, HashMap};

use crate::check::definition::Parts;
use crate::check::{id, tag};
use crate::{Class, Error, Result};

/// The id and the tags of a check.
pub(super) struct Label {
    pub(super) id: String,
    pub(super) tags: BTreeSet<String>,
}

/// Gives the ids and tags of all checks, in order.
pub(super) fn labels(checks: &[Parts<'_>]) -> Result<Vec<Label>> {
    let labels: Vec<Label> = checks.iter().map(label).collect::<Result<_>>()?;
    let mut known: HashMap<&str, &Parts<'_>> = HashMap::with_capacity(labels.len());
    for (check, label) in checks.iter().zip(&labels) {
        if let Some(other) = known.insert(&label.id, check) {
            return Err(duplicate(other, check, &label.id));
        }
    }
    Ok(labels)
}

fn label(check: &Parts<'_>) -> Result<Label> {
    let name = &check.name;
    if name.is_empty() {
        return Err(Error::new(class(check), "a check has no name"));
    }
    let id = check.resolved_id();
    if !id::is_valid(&id) {
        return Err(Error::new(
            class(check),
            format!("the id `{id}` of the check `{name}` is not made of `a-z`, `0-9` and `_` alone"),
        ));
    }
    let parsed = |text: &String| match tag::parse(text) {
        Some(tag) => Ok(tag.to_owned()),
        None => Err(Error::new(
            class(check),
            format!("the tag `{text}` of the check `{name}` is not {}", tag::EXPECTED),
        )),
    };
    Ok(Label { id, tags: check.tags.iter().map(parsed).collect::<Result<_>>()? })
}

fn duplicate(one: &Parts<'_>, two: &Parts<'_>, id: &str) -> Error {
    let message = if one.name == two.name {
        format!("two checks are named `{}`, and both have the id `{id}`", one.name)
    } else {
        format!("the checks `{}` and `{}` both have the id `{id}`", one.name, two.name)
    };
    let of_item = one.of_item && two.of_item;
    let class = if of_item { Class::Configuration } else { Class::Internal };
    let help = if of_item {
        "no two items may have the same name"
    } else {
        "give one of them another name, or an id of its own with `.id(…)`"
    };
    Error::new(class, message).with_help(help)
}

/// Items come from the configuration; the rest is written by the author of the connector.
fn class(check: &Parts<'_>) -> Class {
    if check.of_item { Class::Configuration } else { Class::Internal }
}
