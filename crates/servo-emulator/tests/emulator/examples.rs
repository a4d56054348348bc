//! The examples of the repository are what their pages say: baselines that hold the objectives, with something to gain.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use servo_core::connector::typed;
use servo_core::model::{Adjustment, Description, Domain, Slo, Value};
use servo_emulator::{Emulator, Settings};

/// One document of an example.
struct Example {
    name: String,
    goal: String,
    slo: Slo,
    emulator: Emulator,
    description: Description,
}

fn read(example: &str) -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example).join("servo.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    serde_saphyr::from_multiple::<Json>(&text).unwrap().into_iter().map(of).collect()
}

fn of(document: Json) -> Example {
    let embedded = &document["optimizer"]["embedded"];
    let emulator =
        Emulator::from_settings("emulator", typed::<Settings>(document["emulator"].clone()).unwrap())
            .unwrap();
    Example {
        name: document["name"].as_str().unwrap().to_owned(),
        goal: embedded["objective"]["minimize"].as_str().unwrap_or_default().to_owned(),
        slo: serde_json::from_value(embedded["slo"].clone()).unwrap(),
        description: emulator.description().unwrap(),
        emulator,
    }
}

impl Example {
    fn holds(&self, metrics: &BTreeMap<String, f64>) -> bool {
        self.slo.conditions().iter().all(|condition| {
            let value = metrics[&condition.metric];
            condition.passes(value, condition.limit(|_| None).unwrap())
        })
    }

    /// The cost by the hour at the default prices.
    fn cost(&self, assignment: &[Adjustment]) -> f64 {
        let of = |component: &str, setting: &str| {
            let mut found = assignment.iter().filter(|it| it.component == component && it.setting == setting);
            found.next().and_then(|it| it.value.as_f64()).unwrap_or_default()
        };
        let components = self.description.components.iter().map(|component| component.name.as_str());
        components
            .map(|name| of(name, "replicas") * (of(name, "cpu") * 0.0316 + of(name, "mem") * 0.0042))
            .sum()
    }

    /// Every configuration of the settings that are free.
    fn space(&self) -> Vec<Vec<Adjustment>> {
        let mut space = vec![Vec::new()];
        for component in &self.description.components {
            for setting in &component.settings {
                let values: Vec<Value> = match setting.domain() {
                    _ if setting.is_pinned() => setting.value().cloned().into_iter().collect(),
                    Domain::Range(range) => (0..range.len()).map(|at| Value::from(range.at(at))).collect(),
                    Domain::Enum(choices) => choices.values().to_vec(),
                };
                let with = |known: Vec<Adjustment>| {
                    values
                        .iter()
                        .map(move |value| {
                            let mut more = known.clone();
                            more.push(Adjustment::new(&component.name, setting.name(), value.clone()));
                            more
                        })
                        .collect::<Vec<_>>()
                };
                space = space.into_iter().flat_map(with).collect();
            }
        }
        space
    }
}

#[test]
fn explore() {
    let which = std::env::var("EX").unwrap();
    for example in read(&which) {
        let base = example.description.values();
        let t = example.emulator.truth(&base).unwrap();
        println!("== {} baseline cost {:.4} {:?}", example.name, example.cost(&base), t);
        if example.goal != "cost" {
            continue;
        }
        let mut rows: Vec<(f64, String, String)> = Vec::new();
        let (mut un, mut oom) = (0, 0);
        let space = example.space();
        for point in &space {
            let cost = example.cost(point);
            let text = point.iter().map(|a| a.value.to_string()).collect::<Vec<_>>().join(" ");
            match example.emulator.truth(point) {
                Ok(m) => {
                    let margins: Vec<String> = example
                        .slo
                        .conditions()
                        .iter()
                        .map(|c| format!("{}={:.3}", c.metric, m[&c.metric] / c.limit(|_| None).unwrap()))
                        .collect();
                    let worst = example
                        .slo
                        .conditions()
                        .iter()
                        .map(|c| m[&c.metric] / c.limit(|_| None).unwrap())
                        .fold(0.0, f64::max);
                    if worst < 1.10 {
                        rows.push((
                            cost,
                            text,
                            format!("{} {}", if worst <= 1.0 { "ok " } else { "NOT" }, margins.join(" ")),
                        ));
                    }
                }
                Err(e) => {
                    if e.reason() == Some("unstable") {
                        oom += 1
                    } else {
                        un += 1
                    }
                }
            }
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!("{} configurations, {un} unschedulable, {oom} unstable", space.len());
        for r in rows.iter().take(14) {
            println!("  {:.4} {} {}", r.0, r.1, r.2);
        }
    }
}
