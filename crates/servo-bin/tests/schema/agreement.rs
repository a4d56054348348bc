//! What the schema refuses the loader refuses, and what the schema accepts the loader accepts.

use servo_runtime::assembly::{Assembly, Options};

use super::*;

/// A section that is right.
const EMULATOR: &str =
    "emulator: {surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n";

/// The rest of an emulated service, whose components follow.
const SERVICE: &str =
    "emulator: {load: {rate: 9}, components: {web: {demand: 1ms, memory: {base: 1Mi}, settings: ";

fn loads(text: &str) -> Result<(), String> {
    let built = Assembly::build(Source::new("servo.yaml", text), &registry(), &Options::default());
    built.map(drop).map_err(|wrong| wrong.render_plain())
}

#[test]
fn documents_that_are_wrong_are_refused_by_both() {
    let schema = validator(&document_schema());
    let (mut count, mut accepted) = (0, Vec::new());
    for line in include_str!("agreement/wrong.txt").lines().filter(|line| !line.is_empty()) {
        let text = expanded(line);
        if loads(&text).is_ok() {
            accepted.push(format!("by the loader: {line}"));
        }
        if schema.is_valid(&documents(&text)[0]) {
            accepted.push(format!("by the schema: {line}"));
        }
        count += 1;
    }
    assert!(accepted.is_empty(), "{accepted:#?}");
    assert!(count > 70, "{count}");
}

#[test]
fn documents_that_are_right_are_accepted_by_both() {
    let schema = validator(&document_schema());
    let mut refused = Vec::new();
    for line in include_str!("agreement/right.txt").lines().filter(|line| !line.is_empty()) {
        let text = expanded(line);
        refused.extend(loads(&text).err().map(|told| format!("by the loader: {line}: {told}")));
        let found = complaints(&schema, &documents(&text)[0]);
        if !found.is_empty() {
            refused.push(format!("by the schema: {line}: {found:?}"));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// A document on one line: `;` ends a line, and a word in capitals stands for what every document needs.
fn expanded(line: &str) -> String {
    line.replace("; ", "\n").replace("EMULATOR", EMULATOR).replace("SERVICE", SERVICE)
}
