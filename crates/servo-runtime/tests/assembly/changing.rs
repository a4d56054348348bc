//! Another text of the file, compared with the one that is in force, servo by servo.

use std::collections::BTreeMap;
use std::sync::Arc;

use servo_core::connector::{Declaration, Workload};
use servo_core::event::Handlers;
use servo_core::{Connector, Descriptor, Error, Result};
use servo_runtime::assembly::{Assembled, Changes, Configured, Held, Why};

use crate::fixture::{assemble, assemble_in};

/// A connector that runs what its section says.
struct Launcher;

impl Connector for Launcher {
    type Settings = BTreeMap<String, String>;

    fn new(_: &str, _: Self::Settings) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(_: &mut Handlers<Self>) {}
}

servo_core::inventory::submit! { Descriptor::of::<Launcher>("launcher").runs_programs() }

/// A connector that adjusts what its section names.
struct Adjuster(String);

impl Connector for Adjuster {
    type Settings = BTreeMap<String, String>;

    fn new(_: &str, settings: Self::Settings) -> Result<Self> {
        Ok(Self(settings.get("workload").cloned().unwrap_or_default()))
    }

    fn declares(&self) -> Declaration {
        let workloads = vec![Workload::new("deployment", &self.0).in_namespace("default")];
        Declaration { workloads, ..Declaration::default() }
    }

    fn handlers(_: &mut Handlers<Self>) {}
}

servo_core::inventory::submit! { Descriptor::of::<Adjuster>("adjuster") }

const BEFORE: &str = "\
name: stays
optimizer: {scripted: {}}
note: {number: 1}
---
name: changes
optimizer: {scripted: {}}
note: {number: 2}
---
name: goes
optimizer: {scripted: {}}
note: {number: 3}
";

fn configured(text: &str) -> Configured {
    Configured::of(assemble(text).unwrap())
}

fn compared(before: &str, after: &str) -> (Changes, Configured) {
    configured(before).compare(assemble(after).unwrap())
}

fn names(servos: &[Assembled]) -> Vec<&str> {
    servos.iter().map(Assembled::name).collect()
}

#[test]
fn servos_are_told_apart_by_their_names_and_what_their_own_documents_say() {
    let after = "name: comes\noptimizer: {scripted: {}}\nnote: {number: 4}\n---\n".to_owned()
        + &BEFORE.replace("number: 2", "number: 7");
    let after = after.split("---\nname: goes").next().unwrap().to_owned();
    let (changes, next) = compared(BEFORE, &after);
    assert_eq!((names(&changes.added), names(&changes.changed)), (vec!["comes"], vec!["changes"]));
    assert_eq!((changes.removed.as_slice(), changes.unchanged), (["goes".to_owned()].as_slice(), 1));
    assert_eq!(changes.to_string(), "1 added (comes), 1 changed (changes), 1 removed (goes), 1 unchanged");
    assert_eq!(
        next.names().collect::<Vec<_>>(),
        ["comes", "stays", "changes"],
        "in the order of the new file"
    );
}

#[test]
fn what_says_the_same_in_other_words_changes_nothing() {
    let other_words = "\
# A comment.
note: {number: 3}
name: \"goes\"
optimizer:
  scripted: {}
---
optimizer: {scripted: {}}
name: stays
note:
  number: 1
---
name: changes
note: {number: 2}
optimizer: {scripted: {}}
";
    let (changes, _) = compared(BEFORE, other_words);
    assert!(changes.is_empty() && changes.unchanged == 3, "{changes}");
}

#[test]
fn the_order_in_which_connectors_are_asked_counts() {
    let sections = "name: a\none: {}\nother: {}\n";
    let (changes, _) = compared(
        &format!("{sections}connectors: {{one: launcher, other: launcher}}\n"),
        &format!("{sections}connectors: {{other: launcher, one: launcher}}\n"),
    );
    assert_eq!(names(&changes.changed), ["a"]);
}

#[test]
fn errors_are_told_at_their_place_in_the_text_that_is_in_force() {
    let error = || Error::configuration("odd").at("number").in_connector(&Arc::from("note"));
    let (_, next) = compared(BEFORE, &format!("name: comes\noptimizer: {{scripted: {{}}}}\n---\n{BEFORE}"));
    let told = next.explain("stays", &error()).unwrap().render_plain();
    assert!(told.starts_with("servo.yaml:6:16: odd"), "{told}");
    assert!(next.explain("nobody", &error()).is_none());
}

#[test]
fn a_program_that_is_new_or_has_changed_waits_for_a_restart() {
    let document = |name: &str, rest: &str| format!("name: {name}\noptimizer: {{scripted: {{}}}}\n{rest}\n");
    let before = [
        document("a", "launcher: {run: one}"),
        document("b", "note: {number: 1}"),
        document("c", "note: {number: 1}"),
    ];
    let after = [
        document("a", "launcher: {run: two}"),
        document("b", "note: {number: 2}\nlauncher: {run: three}"),
        document("d", "launcher: {run: four}"),
    ];
    let (before, after) = (before.join("---\n"), after.join("---\n"));
    let (changes, next) = compared(&before, &after);
    let held = |servo: &str, is_new| Held {
        servo: servo.to_owned(),
        why: Why::Programs(vec!["launcher".to_owned()]),
        is_new,
    };
    assert_eq!(changes.held, [held("a", false), held("b", false), held("d", true)]);
    assert!(changes.added.is_empty() && changes.changed.is_empty() && changes.removed == ["c"], "{changes}");
    assert_eq!(next.names().collect::<Vec<_>>(), ["a", "b"], "these stay as they were");
    assert!(changes.held[0].to_string().ends_with("it stays as it was until Servo is started again"));
    assert!(changes.held[2].to_string().ends_with("it is not added until Servo is started again"));
    let error = Error::configuration("odd").at("number").in_connector(&Arc::from("note"));
    assert!(next.explain("b", &error).unwrap().render_plain().starts_with("servo.yaml:7:"));
    let (again, _) = next.compare(assemble(&after).unwrap());
    assert_eq!(again.held.len(), 3, "as long as the program is not started again");
}

#[test]
fn whoever_would_adjust_what_one_that_waits_adjusts_waits_too() {
    let document = |name: &str, workload: &str, rest: &str| {
        format!(
            "name: {name}\noptimizer: {{scripted: {{}}}}\nmode: auto\nadjuster: {{workload: {workload}}}\n{rest}"
        )
    };
    let before = [document("a", "web", ""), document("b", "api", ""), document("d", "cart", "")];
    // All go on to another workload: the first is kept from it by a program, the next by the first, and so on.
    let after = [
        document("a", "cron", "launcher: {run: one}\n"),
        document("b", "web", ""),
        document("c", "api", ""),
        document("d", "mail", ""),
        document("e", "cart", ""),
    ];
    let (changes, next) = compared(&before.join("---\n"), &after.join("---\n"));
    let waits = |servo: &str, workload: &str, other: &str, is_new| Held {
        servo: servo.to_owned(),
        why: Why::Workload {
            workload: Workload::new("deployment", workload).in_namespace("default"),
            servo: other.to_owned(),
        },
        is_new,
    };
    assert_eq!(changes.held[1..], [waits("b", "web", "a", false), waits("c", "api", "b", true)]);
    assert_eq!((names(&changes.changed), names(&changes.added)), (vec!["d"], vec!["e"]), "{changes}");
    assert_eq!(next.names().collect::<Vec<_>>(), ["a", "b", "d", "e"]);
    let said = changes.held[1].to_string();
    assert!(said.starts_with("servo `b` would adjust the deployment default/web, which servo `a`"), "{said}");
    let observing = after.join("---\n").replacen(
        "mode: auto\nadjuster: {workload: web}",
        "mode: observe\nadjuster: {workload: web}",
        1,
    );
    let (changes, _) = compared(&before.join("---\n"), &observing);
    assert_eq!((changes.held.len(), names(&changes.changed)), (1, vec!["b", "d"]), "it only looks");
}

#[test]
fn a_program_that_runs_already_keeps_nothing_else_from_its_change() {
    let before = "name: a\nlauncher: {run: one}\nnote: {number: 1}\n";
    let (changes, _) = compared(before, &before.replace("number: 1", "number: 2"));
    assert_eq!((names(&changes.changed), changes.held.len()), (vec!["a"], 0));
    let (changes, _) = compared(before, "name: a\nnote: {number: 1}\n");
    assert_eq!(names(&changes.changed), ["a"], "and it can be taken out");
}

#[test]
fn the_same_text_in_the_same_environment_changes_nothing() {
    let remote = "optimizer: {id: example.com/shop}\nnote: {number: 1}\n";
    let assembly = || assemble_in(remote, &[("OPSANI_TOKEN", "s3cr3t")]).unwrap();
    let (changes, next) = Configured::of(assembly()).compare(assembly());
    assert!(changes.is_empty(), "{changes}");
    assert_eq!(next.names().collect::<Vec<_>>(), ["example.com_shop"]);
}
