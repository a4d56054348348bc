//! Questions and what is made of their answers.

use super::script::Script;
use super::*;

#[expect(clippy::unnecessary_wraps, reason = "it stands for one that may refuse")]
fn any(answer: &str) -> Result<String, String> {
    Ok(answer.to_owned())
}

#[test]
fn an_empty_answer_is_the_default() {
    let mut script = Script::of(&["  "]);
    assert_eq!(text(&mut script, "Which?", Some("this"), any).unwrap(), "this");
    assert_eq!(script.heard, ["Which? [this]"]);
}

#[test]
fn what_cannot_be_taken_is_asked_again_three_times() {
    let read = |answer: &str| answer.parse::<u8>().map_err(|_| "write a number".to_owned());
    let mut script = Script::of(&["", "many", " 7 "]);
    assert_eq!(text(&mut script, "How many?", None, read).unwrap(), 7);
    let heard = ["How many?", "  an answer is needed", "How many?", "  write a number", "How many?"];
    assert_eq!(script.heard, heard);
    let failure = text(&mut Script::of(&["a", "b", "c", "7"]), "How many?", None, read).unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    assert_eq!(text(&mut Script::default(), "How many?", None, read).unwrap_err().exit_code(), 2);
}

#[test]
fn a_secret_shows_neither_itself_nor_its_default() {
    let mut script = Script::of(&[""]);
    assert_eq!(secret(&mut script, "Token?", Some("canary"), any).unwrap(), "canary");
    assert_eq!(script.heard, ["Token? (hidden)"]);
}

#[test]
fn only_yes_confirms() {
    for (answer, confirmed) in [("y", true), ("YES", true), ("n", false), ("", false)] {
        assert_eq!(confirm(&mut Script::of(&[answer]), "Sure?").unwrap(), confirmed, "{answer}");
    }
    assert!(confirm(&mut Script::of(&["what", "y"]), "Sure?").unwrap());
}

#[test]
fn several_are_chosen_by_number_or_name() {
    let options = [("emulator", "Emulates"), ("wait", "Waits")];
    let chosen = |answer: &str| selection(&mut Script::of(&[answer]), "Which?", &options, &[0]).ok();
    assert_eq!(chosen("2 1"), Some(vec![1, 0]));
    assert_eq!(chosen("wait,wait"), Some(vec![1]));
    assert_eq!(chosen(""), Some(vec![0]));
    assert_eq!(chosen("3"), None);
    let mut script = Script::of(&["0", "2"]);
    assert_eq!(selection(&mut script, "Which?", &options, &[]).unwrap(), [1]);
    assert_eq!(
        script.heard[..5],
        [
            "Which?",
            "  1) emulator  Emulates",
            "  2) wait      Waits",
            "Numbers, such as `1 2`:",
            "  `0` is none of them: write numbers from 1 to 2",
        ]
    );
}
