//! Whether the connectors of a new servo measure what the example of an optimizer is about.

use std::collections::BTreeSet;

use serde_json::Value;
use servo_core::event::{Scope, standard};
use servo_core::optimizer::OptimizerDescriptor;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::Source;

use super::chosen::Chosen;
use super::document::{Document, Listing, Optimizer};
use super::parsed;
use crate::failure::Failure;

/// A folder that no servo has: a name does not begin with a dot.
const NOWHERE: &str = "state_dir: .servo/.generate\n";

/// Makes an optimizer of its example, for these connectors; none where there is nothing that it could adjust.
pub(in crate::commands) async fn fitting(
    descriptor: &'static OptimizerDescriptor,
    connectors: &[Chosen],
    registry: &Registry,
) -> Result<Optimizer, Failure> {
    if !connectors.iter().any(Chosen::adjusts) {
        return Ok(Optimizer::None);
    }
    let named = named(&parsed(descriptor.example)?);
    let measured = if named.is_empty() { BTreeSet::new() } else { measured(connectors, registry).await? };
    Ok(Optimizer::Registered(descriptor, named.is_subset(&measured)))
}

/// Gives the metrics that the conditions of an example are about.
fn named(example: &Value) -> BTreeSet<String> {
    let conditions = example["slo"]["conditions"].as_array();
    let metrics = conditions.into_iter().flatten().filter_map(|condition| condition["metric"].as_str());
    metrics.map(str::to_owned).collect()
}

/// Asks the connectors, which are not attached, what they measure. One that cannot say measures nothing.
async fn measured(connectors: &[Chosen], registry: &Registry) -> Result<BTreeSet<String>, Failure> {
    let document = Document {
        name: None,
        optimizer: Optimizer::None,
        listing: Listing::Named,
        connectors: connectors.to_vec(),
        defaults: false,
    };
    let source = Source::new("", format!("{NOWHERE}{}", document.text()?));
    let Ok(assembly) = Assembly::build(source, registry, &Options::default()) else {
        return Ok(BTreeSet::new());
    };
    let mut measured = BTreeSet::new();
    for servo in assembly.servos() {
        let bus = servo.servo().bus();
        let asked = bus.dispatch::<standard::Metrics>(&Scope::detached(), ()).keep_errors().await?;
        let metrics = asked.answers().unwrap_or_default().into_iter().flat_map(|(_, metrics)| metrics);
        measured.extend(metrics.map(|metric| metric.name));
    }
    Ok(measured)
}
