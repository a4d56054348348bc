//! Verdicts in words: those that optimizers were told before, with what was missing of them.

use std::time::Duration;

use servo_core::Class;
use servo_core::error::reason;

use super::symptom::{Found, Symptom};
use super::{Expected, Verdict, resource_of};
use crate::fields::{Field, Fields};
use crate::plan::Target;
use crate::workload::{Condition, Workload};

/// Lists what was asked for, such as `web/main.cpu=9`, with the resource that a scheduler would name.
pub(crate) fn asked(
    target: &Target,
    (found, asked): (&Fields, &Fields),
    fields: &[Field],
) -> Vec<(&'static str, String)> {
    let described = crate::fields::described(target, asked).unwrap_or_default();
    let mut named = Vec::new();
    for field in asked.differing(found, fields) {
        let Some(resource) = resource_of(field) else { continue };
        let setting = if resource == "cpu" { "cpu" } else { "mem" };
        let Field::Amount { container, .. } = field else { continue };
        let container = target.containers.iter().find(|it| it.name == *container);
        let component = container.and_then(|it| described.iter().find(|other| other.name == it.component));
        let value = component.and_then(|it| {
            it.setting(setting)?.value().map(|value| format!("{}.{setting}={value}", it.name))
        });
        if let Some(text) = value
            && !named.iter().any(|(_, other)| *other == text)
        {
            named.push((resource, text));
        }
    }
    named
}

/// The most pods that are named: a message is short, and what ails one ails the others.
const MOST_NAMED: usize = 8;

/// Makes a verdict of pods that have the same symptom.
pub(super) fn verdict(
    symptom: Symptom,
    workload: &Workload,
    found: &[&Found],
    expected: &Expected,
) -> Verdict {
    let kind = workload.reference.kind.name();
    let name = &workload.reference.name;
    let mut pods: Vec<&str> = found.iter().map(|found| found.pod.as_str()).collect();
    pods.dedup();
    let count = pods.len();
    let each = |shown: &dyn Fn(&Found) -> String| {
        let named = found.iter().take(MOST_NAMED).map(|found| format!("{} - {}", found.pod, shown(found)));
        let mut text = named.collect::<Vec<_>>().join("; ");
        if found.len() > MOST_NAMED {
            text = format!("{text}; and {} more", found.len() - MOST_NAMED);
        }
        text
    };
    let said = |found: &Found| found.said.clone();
    let (class, reason, message) = match symptom {
        Symptom::Unschedulable => {
            let text = each(&|found| {
                let of_it = expected.asked.iter().filter(|(resource, _)| found.said.contains(resource));
                let asked: Vec<&str> = of_it.map(|(_, text)| text.as_str()).collect();
                format!(
                    "Requested adjustment(s) ({}) cannot be scheduled due to \"{}\"",
                    asked.join(", "),
                    found.said
                )
            });
            let message = format!("{count} pod(s) could not be scheduled for {kind} {name}: {text}");
            (Class::Rejected, reason::UNSCHEDULABLE, message)
        }
        Symptom::Refused => {
            let said: Vec<&str> = found.iter().map(|found| found.said.as_str()).collect();
            (Class::Rejected, reason::START_FAILED, format!("ReplicaFailure: {}", said.join("; ")))
        }
        Symptom::Image => {
            let message = format!("Container image pull failure detected on {count} pods: {}", each(&said));
            (Class::Failed, reason::IMAGE_PULL_FAILED, message)
        }
        Symptom::Crash => {
            let message = format!("{kind} {name} pod(s) crash restart detected: {}", each(&said));
            (Class::Rejected, reason::UNSTABLE, message)
        }
        Symptom::Evicted => {
            let message =
                format!("{count} pod(s) of {kind} {name} were ended by their node: {}", each(&said));
            (Class::Rejected, reason::UNSTABLE, message)
        }
        Symptom::Node => {
            let message = format!("{count} pod(s) of {kind} {name} have lost their node: {}", each(&said));
            return of(Class::Failed, None, message, found);
        }
        Symptom::Start | Symptom::Unready | Symptom::Unsettled => {
            let kind = kind.to_lowercase();
            let message = format!("Found {count} unready pod(s) for {kind} {name}: {}", each(&said));
            let reason = if symptom == Symptom::Unsettled { reason::UNSTABLE } else { reason::START_FAILED };
            (Class::Rejected, reason, message)
        }
    };
    // What begins well and then fails is not stable.
    let reason =
        if expected.settled.is_some() && reason == reason::START_FAILED { reason::UNSTABLE } else { reason };
    of(class, Some(reason), message, found)
}

fn of(class: Class, reason: Option<&'static str>, message: String, found: &[&Found]) -> Verdict {
    let pods = found.iter().filter(|found| !found.pod.is_empty());
    let culprits = pods.map(|found| (found.pod.clone(), found.container.clone())).collect();
    Verdict { class, reason, message, culprits }
}

/// Makes a verdict of the patience of a controller, which is at its end.
pub(super) fn given_up(condition: &Condition) -> Verdict {
    let message =
        format!("ProgressionFailure: message='{}', reason='{}'", condition.message, condition.reason);
    of(Class::Rejected, Some(reason::START_FAILED), message, &[])
}

/// Makes a verdict of a workload that is gone.
pub(super) fn gone() -> Verdict {
    of(Class::Failed, None, "the workload was deleted while it was adjusted".to_owned(), &[])
}

/// Makes a verdict of a workload that lacks pods when it should have settled, whoever took them away.
pub(super) fn unsettled(workload: &Workload, missing: &str) -> Verdict {
    let message = format!("{} lacks pods after it was to settle: {missing}", workload.reference);
    of(Class::Failed, None, message, &[])
}

/// Makes a verdict of a change that nothing is wrong with except that it did not come to its end.
pub(super) fn late(workload: &Workload, after: Duration, missing: &str) -> Verdict {
    let missing = if missing.is_empty() { "its controller has not seen the change" } else { missing };
    let message = format!("{} is not ready after {} s: {missing}", workload.reference, after.as_secs());
    of(Class::Rejected, Some(reason::START_FAILED), message, &[])
}
