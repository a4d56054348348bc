//! What can be found wrong with servos from what their connectors declare, before any of them does anything.

use std::collections::HashMap;
use std::sync::Arc;

use servo_core::connector::Declaration;
use servo_core::event::standard::{Adjust, Describe, Metrics};
use servo_core::event::{Event as _, Member, Phase};

use crate::config::{Code, ConfigDiagnostic, Document, Path};

/// Adds up what the connectors of one servo declare. Something is known only where everybody who could add to it says.
pub(super) fn joined(declared: &[(Arc<Member>, Declaration)]) -> Declaration {
    let mut all =
        Declaration { metrics: Some(Vec::new()), components: Some(Vec::new()), workloads: Vec::new() };
    for (member, one) in declared {
        let on = |event| member.handles(event, Phase::On);
        if on(Metrics::NAME) || on(Describe::NAME) {
            all.metrics = both(all.metrics, one.metrics.as_deref());
        }
        if on(Describe::NAME) || on(Adjust::NAME) {
            all.components = both(all.components, one.components.as_deref());
        }
        all.workloads.extend(one.workloads.iter().cloned());
    }
    all
}

fn both<T: Clone>(all: Option<Vec<T>>, more: Option<&[T]>) -> Option<Vec<T>> {
    let mut all = all?;
    all.extend_from_slice(more?);
    Some(all)
}

/// The workloads of all servos of a file, each with the first connector that adjusts it.
#[derive(Default)]
pub(super) struct Workloads(HashMap<String, Adjusting>);

/// A connector that adjusts a workload.
struct Adjusting {
    document: Document,
    path: Path,
    servo: String,
}

impl Workloads {
    /// Notes what a connector adjusts, and says which of it is adjusted by another one already.
    pub(super) fn add(
        &mut self,
        document: &Document,
        path: &Path,
        servo: &str,
        workloads: Vec<String>,
    ) -> Vec<ConfigDiagnostic> {
        let mut found = Vec::new();
        for workload in workloads {
            if let Some(first) = self.0.get(&workload) {
                let message = format!("the {workload} is adjusted by servo `{}`, too", first.servo);
                let wrong = document.at_key(path, Code::SharedWorkload, message);
                let wrong = first.document.note_at(wrong, "it is adjusted here", &first.path);
                let help =
                    "give each servo a workload of its own, or let all but one of them `mode: observe`";
                found.push(wrong.with_help(help));
            } else {
                let adjusting =
                    Adjusting { document: document.clone(), path: path.clone(), servo: servo.to_owned() };
                self.0.insert(workload, adjusting);
            }
        }
        found
    }
}
