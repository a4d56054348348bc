//! The examples of the repository are what their pages say: baselines that hold the objectives, with something to gain.

use std::collections::{BTreeMap, BTreeSet};
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
    serde_saphyr::from_multiple::<Json>(&text).unwrap().iter().map(of).collect()
}

fn of(document: &Json) -> Example {
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

/// What an exhaustive look at a space finds.
#[derive(Default)]
struct Survey {
    configurations: usize,
    unschedulable: usize,
    unstable: usize,
    cheapest: f64,
}

fn survey(example: &Example) -> Survey {
    let mut survey = Survey { cheapest: f64::INFINITY, ..Survey::default() };
    for point in example.space() {
        survey.configurations += 1;
        match example.emulator.truth(&point) {
            Ok(metrics) if example.holds(&metrics) => {
                survey.cheapest = survey.cheapest.min(example.cost(&point));
            }
            Ok(_) => {}
            Err(error) if error.reason() == Some("unschedulable") => survey.unschedulable += 1,
            Err(_) => survey.unstable += 1,
        }
    }
    survey
}

/// The share of its cost that an example could save.
fn saving(example: &Example, survey: &Survey) -> f64 {
    1.0 - survey.cheapest / example.cost(&example.description.values())
}

#[test]
fn every_baseline_holds_its_objectives() {
    for example in read("emulator").iter().chain(&read("fleet")) {
        let truth = example.emulator.truth(&example.description.values()).unwrap();
        assert!(example.holds(&truth), "{}: {truth:?}", example.name);
    }
}

#[test]
fn the_shop_wastes_about_half_and_has_corners_to_avoid() {
    let shop = read("emulator").remove(0);
    let survey = survey(&shop);
    assert!((5_000..10_000).contains(&survey.configurations), "{}", survey.configurations);
    assert!((0.4..0.6).contains(&saving(&shop, &survey)), "{}", saving(&shop, &survey));
    assert!(survey.unschedulable > 100 && survey.unstable > 100);
}

#[test]
fn the_fleet_is_twelve_services_of_which_one_is_at_its_best() {
    let fleet = read("fleet");
    let names: BTreeSet<&str> = fleet.iter().map(|example| example.name.as_str()).collect();
    assert_eq!((fleet.len(), names.len()), (12, 12));
    // Two of those that can be surveyed quickly.
    let saving_of = |name: &str| {
        let example = fleet.iter().find(|example| example.name == name).unwrap();
        assert_eq!(example.goal, "cost");
        saving(example, &survey(example))
    };
    assert!((0.4..0.7).contains(&saving_of("checkout")));
    assert!(saving_of("invoices").abs() < 1e-9);
}

#[test]
fn the_examples_of_the_page_build_and_one_is_a_tuning_instance() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/connectors/emulator.md");
    let text = std::fs::read_to_string(page).unwrap();
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let emulators: Vec<Emulator> = blocks
        .map(|block| serde_saphyr::from_str::<Json>(block).unwrap()["emulator"].clone())
        .map(|section| Emulator::from_settings("emulator", typed::<Settings>(section).unwrap()).unwrap())
        .collect();
    let holds_tuning = |emulator: &Emulator| {
        // A table that is in a file has no description here.
        emulator.description().is_ok_and(|described| described.components.iter().any(|it| it.is_tuning))
    };
    assert_eq!(emulators.iter().map(holds_tuning).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn the_examples_may_change_what_they_emulate() {
    for example in ["emulator", "fleet"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example).join("servo.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        for document in serde_saphyr::from_multiple::<Json>(&text).unwrap() {
            assert_eq!(document["mode"], "auto", "{}", document["name"]);
        }
    }
}
