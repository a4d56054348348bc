//! What can be found wrong with servos from what their connectors declare, before any of them does anything.

use std::collections::HashMap;
use std::sync::Arc;

use servo_core::connector::{Declaration, Workload};
use servo_core::event::standard::{Adjust, Describe, Metrics};
use servo_core::event::{Event as _, Member, Phase};

use crate::config::{Code, ConfigDiagnostic, ConnectorSection, Document, Path};

/// How many settings are named that two connectors describe.
const SHOWN: usize = 3;

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

/// Finds connectors of one servo that describe the same settings: nobody could say whose value is meant.
pub(super) fn described_twice(
    document: &Document,
    sections: &[ConnectorSection],
    declared: &[(Arc<Member>, Declaration)],
) -> Vec<ConfigDiagnostic> {
    let section = |member: &Member| sections.iter().find(|section| *section.name == **member.section());
    let mut first: HashMap<(&str, &str), &ConnectorSection> = HashMap::new();
    let mut found = Vec::new();
    let describing = declared.iter().filter(|(member, _)| member.handles(Describe::NAME, Phase::On));
    for (member, declaration) in describing {
        let Some(section) = section(member) else { continue };
        let components = declaration.components.iter().flatten();
        let named = components.flat_map(|component| {
            component.settings.iter().map(|setting| (component.name.as_str(), setting.name()))
        });
        let mut twice: Vec<(&ConnectorSection, Vec<String>)> = Vec::new();
        for (component, setting) in named {
            let other = *first.entry((component, setting)).or_insert(section);
            if std::ptr::eq(other, section) {
                continue;
            }
            let setting = format!("`{component}.{setting}`");
            match twice.iter_mut().find(|(it, _)| std::ptr::eq(*it, other)) {
                Some((_, settings)) => settings.push(setting),
                None => twice.push((other, vec![setting])),
            }
        }
        found.extend(twice.into_iter().map(|(other, settings)| {
            let shown = settings.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if settings.len() > SHOWN { " and others" } else { "" };
            let message = format!("{shown}{more}: described by connector `{}`, too", other.name);
            let wrong = document.at_key(&section.path, Code::DuplicateName, message);
            let wrong = document.note_at(wrong, "first described here", &other.path);
            wrong.with_help("leave each setting to one connector: rename a component, or remove a connector")
        }));
    }
    found
}

fn both<T: Clone>(all: Option<Vec<T>>, more: Option<&[T]>) -> Option<Vec<T>> {
    let mut all = all?;
    all.extend_from_slice(more?);
    Some(all)
}

/// The workloads of all servos of a file, each with the first connector that adjusts it.
#[derive(Default)]
pub(super) struct Workloads(HashMap<Workload, Adjusting>);

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
        workloads: Vec<Workload>,
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
