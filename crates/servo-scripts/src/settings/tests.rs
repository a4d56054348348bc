//! What can be written, and what is refused with its key.

use serde_json::{Value, json};
use servo_core::connector::typed;

use super::*;

fn settings(value: Value) -> Result<Settings> {
    typed::<Settings>(value)?.checked()
}

#[test]
fn a_configuration_of_the_predecessor_is_taken_as_it_is() {
    assert!(settings(json!({})).is_ok());
    let value =
        json!({"before": {"measure": ["echo start"]}, "after": {"adjust": ["./notify.sh"]}, "on": null});
    let settings = settings(value).unwrap();
    let before = settings.before.unwrap();
    assert_eq!(before.of("measure"), [Command::Shell("echo start".to_owned())]);
    assert!(before.of("adjust").is_empty());
    assert_eq!((settings.on_failure, settings.timeout), (OnFailure::Log, Duration::from_secs(600)));
}

#[test]
fn a_list_is_a_program_without_a_shell() {
    let settings = settings(json!({"exec": {"describe": ["./x", "$HOME"]}})).unwrap();
    let command = settings.exec.unwrap().describe.unwrap();
    assert_eq!(command, Command::Words(vec!["./x".to_owned(), "$HOME".to_owned()]));
    assert_eq!(command.shown(), "./x $HOME");
}

#[test]
fn what_is_wrong_is_told_with_its_key() {
    for (value, key, part) in [
        (json!({"before": {"mesure": ["x"]}}), "before.mesure", "unknown field `mesure`"),
        (json!({"before": {"measure": "x"}}), "before.measure", "expected a sequence"),
        (json!({"before": {"measure": [5]}}), "before.measure[0]", "expected a line for the shell"),
        (json!({"before": {"measure": [["a", 5]]}}), "before.measure[0][1]", "expected a string"),
        (json!({"on": {"adjust": ["x", " "]}}), "on.adjust[1]", "expected a command"),
        (json!({"after": {"adjust": [[]]}}), "after.adjust[0]", "expected a program"),
        (json!({"timeout": 0}), "timeout", "above zero"),
        (json!({"on_failure": "ignore"}), "on_failure", "expected one of `log`, `cancel`, `fail`"),
        (json!({"environment": {"A=B": "x"}}), "environment.A=B", "expected the name of a variable"),
        (json!({"pass_environment": ["A", ""]}), "pass_environment[1]", "expected the name of a variable"),
        (json!({"exec": {}}), "exec", "found none"),
        (json!({"exec": {"adjust": "x"}}), "exec.adjust", "needs one that describes"),
        (json!({"exec": {"measure": "x"}}), "exec.measure", "which metrics"),
        (json!({"exec": {"describe": "x", "metrics": {"a": ""}}}), "exec.metrics", "measured by nobody"),
        (json!({"exec": {"measure": "x", "metrics": {"": "ms"}}}), "exec.metrics", "an empty text"),
        (json!({"exec": {"describe": ""}}), "exec.describe", "expected a command"),
        (json!({"exec": {"decsribe": "x"}}), "exec.decsribe", "unknown field"),
    ] {
        let error = settings(value).unwrap_err();
        assert_eq!(error.key(), Some(key), "{error}");
        assert!(error.message().contains(part), "{error}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let value = json!({"timeout": 0, "before": {"measure": [""]}, "exec": {"adjust": "x"}});
    let error = settings(value).unwrap_err();
    let keys: Vec<_> =
        std::iter::once(&error).chain(error.additional()).map(|error| error.key().unwrap()).collect();
    assert_eq!(keys, ["before.measure[0]", "exec.adjust", "timeout"]);
}
