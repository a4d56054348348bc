//! Which checks are run: those of some connectors, by name, id and tag.

use super::{ids, rows, says};
use crate::environment::Environment;
use crate::studies::shop;

const SERVICE: [&str; 5] = ["service", "state_file", "state_file_writable", "state_file_free", "deployed"];

#[test]
fn connectors_are_chosen_by_name_and_by_type_and_the_servo_itself_by_either_of_its_names() {
    let named = shop("shop").replace("emulator:\n", "connectors: {backend: emulator}\nbackend:\n");
    let environment = Environment::with(&named);
    for connector in ["backend", "emulator"] {
        assert_eq!(ids(&environment, &[connector]), SERVICE);
    }
    for own in ["servo", "shop"] {
        let found = ids(&environment, &[own]);
        assert!(found.contains(&"journal".to_owned()) && !found.contains(&"service".to_owned()), "{found:?}");
    }
    let both = ids(&environment, &["servo", "backend"]);
    assert_eq!(both, ids(&environment, &[]));
}

#[test]
fn an_unknown_connector_is_told_with_those_there_are() {
    let ran = Environment::with(&shop("shop")).servo(&["check", "emulatr"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    for part in ["no connector is called `emulatr`", "emulator"] {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn checks_are_chosen_by_id_and_by_name_exactly_or_by_a_regular_expression() {
    let environment = Environment::with(&shop("shop"));
    let alone = |arguments: &[&str]| ids(&environment, &[arguments, &["--exclusive"]].concat());
    assert_eq!(alone(&["--id", "journal"]), ["journal"]);
    assert_eq!(alone(&["--id", "journal, budget"]), ["journal", "budget"]);
    assert_eq!(alone(&["--id", "journal", "--id", "deployed"]), ["journal", "deployed"]);
    assert_eq!(
        alone(&["--id", "/^state_/"]),
        ["state_writable", "state_free", SERVICE[1], SERVICE[2], SERVICE[3]]
    );
    assert_eq!(alone(&["--name", "Journal can be read"]), ["journal"]);
    assert_eq!(alone(&["--name", "/[Jj]ournal/"]), ["journal"]);
    assert_eq!(alone(&["--name", "/^What/", "--id", "/./"]), ["deployed"]);
    let ran = environment.servo(&["check", "--id", "free_setting", "--verbose"]);
    let found = rows(&ran.stdout);
    let prerequisites = ["journal", "attached", "description", "slo_metrics", "objective"];
    let shown: Vec<_> = found.iter().filter(|(_, status)| status.contains("(prerequisite)")).collect();
    assert_eq!(shown.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), prerequisites);
    assert_eq!(found.last().unwrap(), &("free_setting".to_owned(), "√ PASSED".to_owned()));
}

#[test]
fn what_chooses_nothing_or_cannot_be_read_is_wrong_usage() {
    let environment = Environment::with(&shop("shop"));
    for (arguments, parts) in [
        (
            ["--name", "/(/"],
            ["expected a regular expression between slashes, found `/(/`", "help: put a backslash"],
        ),
        (["--id", "Journal"], ["expected the id of a check", "servo check --verbose` shows the ids"]),
        (["--tag", "NOT A TAG"], ["expected a tag, 1 to 32 characters", "found `NOT A TAG`"]),
        (
            ["--halt-on", "always"],
            ["invalid value 'always'", "[possible values: critical, common, warning, never]"],
        ),
        (["--wait", "a while"], ["--wait", "a while"]),
        (["--delay", "sometimes"], ["expected `expo` or a duration such as `10s`", "sometimes"]),
        (["--format", "xml"], ["invalid value 'xml'", "table, json, junit"]),
    ] {
        let ran = environment.servo(&[&["check"], &arguments[..]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
        let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(words.contains(part), "{arguments:?}: no {part:?} in:\n{}", ran.stderr);
        }
    }
    for nothing in [["--id", "nope"], ["--name", "/nope/"], ["--tag", "nope"]] {
        let ran = environment.servo(&[&["check"], &nothing[..]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{nothing:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("no check is chosen by that"), "{}", ran.stderr);
    }
    let several = environment.servo(&["check", "--name", "/a/", "--name", "b"]);
    assert_eq!(several.code, 2, "{}", several.stderr);
    assert!(several.stderr.contains("one regular expression finds several"), "{}", several.stderr);
}

#[test]
fn a_name_after_the_command_is_that_of_a_check_and_before_it_that_of_a_servo() {
    let environment = Environment::with(&format!("{}---\n{}", shop("shop"), shop("bar")));
    let ran = environment.servo(&["-n", "shop", "check", "--name", "Journal can be read", "--verbose"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(rows(&ran.stdout), [("journal".to_owned(), "√ PASSED".to_owned())]);
    assert!(!ran.stdout.contains("bar"), "{}", ran.stdout);
    let ran = environment.servo(&["--name", "nobody", "check"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("no servo was found named"), "{}", ran.stderr);
}

#[test]
fn halting_takes_the_words_of_today_and_of_yesterday() {
    let environment =
        Environment::with(&shop("shop").replace("name: shop", "name: shop\nstate_dir: servo.yaml/x"));
    let never = environment.servo(&["check", "servo", "--halt-on", "never"]);
    assert_eq!(never.code, 1, "{}", never.stderr);
    assert!(!never.stdout.contains("not run"), "{}", never.stdout);
    for option in ["--halt-on", "--halt-on-failed"] {
        for word in ["common", "check"] {
            let ran = environment.servo(&["check", "servo", option, word]);
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            says(
                &ran,
                &[
                    "not run since `State folder is writable` failed: No other process uses the state, Journal",
                ],
            );
        }
    }
}
