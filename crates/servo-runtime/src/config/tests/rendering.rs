//! Diagnostics as miette and JSON show them.

use miette::NarratableReportHandler;
use serde_json::json;

use super::{VALID_KEYS, refused};
use crate::config::Code;

fn narrated(text: &str) -> String {
    let mut out = String::new();
    NarratableReportHandler::new().render_report(&mut out, &refused(text)).unwrap();
    out
}

#[test]
fn json_has_place_code_and_help() {
    let wrong = refused("name: ü\nemulater: {}\n");
    let expected = json!([{
        "file": "servo.yaml", "line": 2, "column": 1, "origin": "the configuration file",
        "code": "servo::config::unknown_key", "path": "emulater",
        "message": "unknown key `emulater`", "help": format!("did you mean `emulator`? {VALID_KEYS}"),
    }]);
    assert_eq!(serde_json::to_value(&wrong).unwrap(), expected);
    assert_eq!(wrong.to_string(), "servo.yaml has 1 problem");
}

#[test]
fn miette_shows_the_lines_of_every_mistake() {
    let text = "name: ü\nemulater: {}\noptimizer: {embedded: {}}\n---\nname: ü\noptimizer: {embeded: {}}\n";
    let shown = narrated(text);
    for part in [
        "servo.yaml has 3 problems",
        "label at line 2, columns 1 to 8: emulater",
        "label at line 5, column 7: name",
        "label at line 1, column 7: it is given first",
        "label at line 6, columns 13 to 19: optimizer.embeded",
        "diagnostic code: servo::config::duplicate_name",
        "diagnostic help: give each servo a name of its own",
    ] {
        assert!(shown.contains(part), "no `{part}` in\n{shown}");
    }
}

#[test]
fn miette_shows_mistakes_at_the_end_of_a_text_and_in_an_empty_one() {
    for text in ["", "on_complete: repeat", "connectors: [", "\u{feff}", "a: \"", "name: a\r\nb: [ü"] {
        let shown = narrated(text);
        assert!(!shown.contains("OutOfBounds") && !shown.contains("Failed to read"), "{shown}");
    }
}

#[test]
fn codes_are_distinct_names() {
    let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
    assert!(names.iter().all(|name| name.starts_with("servo::config::")));
}
