//! Whether the `LimitRange`s of a namespace allow the amounts that may be asked for.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use servo_core::model::Decimal;
use servo_core::{Error, Result};

use crate::plan::{Amount, Target};
use servo_kube::quantity;

/// Amounts of a resource by its name, in cores and bytes.
type Amounts = BTreeMap<String, Quantity>;

/// Checks the amounts of each container, and of all of them together.
pub(super) fn allowed(target: &Target, ranges: &[LimitRange]) -> Result<String> {
    let mut broken = Vec::new();
    let mut seen = 0_usize;
    for range in ranges {
        let name = range.metadata.name.as_deref().unwrap_or_default();
        for item in range.spec.iter().flat_map(|spec| &spec.limits) {
            seen += 1;
            broken.extend(
                of_item(target, item)?.into_iter().map(|broken| format!("{broken} (LimitRange `{name}`)")),
            );
        }
    }
    if broken.is_empty() {
        return Ok(if seen == 0 { "the namespace has none".to_owned() } else { format!("{seen} looked at") });
    }
    Err(Error::failed(broken.join("; "))
        .with_help("narrow the bounds of the settings, or ask for other limits"))
}

fn of_item(target: &Target, item: &LimitRangeItem) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let of_containers = item.type_ == "Container";
    if !of_containers && item.type_ != "Pod" {
        return Ok(broken);
    }
    for resource in ["cpu", "memory"] {
        let (least, most) = (amount(item.min.as_ref(), resource)?, amount(item.max.as_ref(), resource)?);
        let mut told = |what: &str, low: Decimal, high: Decimal| {
            if let Some(most) = most.filter(|most| high > *most) {
                let (high, most) = (shown(resource, high), shown(resource, most));
                broken.push(format!("{resource} of {what} goes up to {high}, more than {most}"));
            }
            if let Some(least) = least.filter(|least| low < *least) {
                let (low, least) = (shown(resource, low), shown(resource, least));
                broken.push(format!("{resource} of {what} goes down to {low}, less than {least}"));
            }
        };
        let bounds = target.containers.iter().filter_map(|container| {
            let amount = if resource == "cpu" { &container.cpu } else { &container.memory };
            self::bounds(resource, amount).map(|bounds| (container, bounds))
        });
        if of_containers {
            for (container, (low, high)) in bounds {
                told(&format!("container `{}`", container.name), low, high);
            }
        } else {
            let bounds: Vec<_> = bounds.map(|(_, bounds)| bounds).collect();
            // With a pinned amount, or another container, there is more: this is the least that can be said.
            let high = bounds.iter().map(|(_, high)| *high).sum();
            let low = bounds.iter().map(|(low, _)| *low).sum();
            let is_all = bounds.len() == target.containers.len();
            told("a pod", if is_all { low } else { Decimal::MAX }, high);
        }
    }
    Ok(broken)
}

/// Gives the bounds of an amount in cores or bytes, unless it stays as it is.
pub(super) fn bounds(resource: &str, amount: &Amount) -> Option<(Decimal, Decimal)> {
    let range = amount.setting.as_range().filter(|_| !amount.setting.is_pinned())?;
    let in_unit = |number: Decimal| match resource {
        "memory" => number.checked_mul(Decimal::from(1_u64 << 30)),
        _ => Some(number),
    };
    Some((in_unit(range.min())?, in_unit(range.max())?))
}

/// Reads an amount of a resource, in cores or bytes.
pub(super) fn amount(amounts: Option<&Amounts>, resource: &str) -> Result<Option<Decimal>> {
    let Some(quantity) = amounts.and_then(|amounts| amounts.get(resource)) else { return Ok(None) };
    if resource.ends_with("memory") {
        return quantity::memory(&quantity.0).map(|memory| Some(Decimal::from(memory.bytes())));
    }
    quantity::cpu(&quantity.0).map(|cpu| Some(cpu.cores()))
}

/// Writes cores or bytes for whoever reads them.
pub(super) fn shown(resource: &str, amount: Decimal) -> String {
    use servo_core::quantity::{Cpu, Memory};
    if resource.ends_with("memory") {
        return u64::try_from(amount.ceil())
            .map_or_else(|_| amount.to_string(), |bytes| Memory::from_bytes(bytes).to_string());
    }
    Cpu::from_cores(amount).map_or_else(|_| amount.to_string(), |cpu| cpu.to_string())
}
