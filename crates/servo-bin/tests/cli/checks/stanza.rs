//! What the stanza `checks` and its variables say where nothing is typed.

use super::rows;
use crate::environment::{Environment, Ran};
use crate::studies::shop;

fn with(stanza: &str) -> Environment {
    Environment::with(&format!("{}checks: {{{stanza}}}\n", shop("shop")))
}

fn ids(ran: &Ran) -> Vec<String> {
    rows(&ran.stdout).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn it_chooses_what_is_run() {
    for (stanza, expected) in [
        ("verbose: true, connectors: [emulator], id: [service, deployed]", &["service", "deployed"][..]),
        ("verbose: true, name: ['/^Emulated/']", &["service"]),
        ("verbose: true, connectors: [servo], id: [/^journal/]", &["journal", "journal_clean"]),
    ] {
        let ran = with(stanza).servo(&["check", "--exclusive"]);
        assert_eq!(ran.code, 0, "{stanza}: {}", ran.stderr);
        assert_eq!(ids(&ran), expected, "{stanza}");
    }
}

#[test]
fn what_is_typed_is_nearer() {
    let environment = with("verbose: true, connectors: [emulator], id: [service]");
    assert_eq!(ids(&environment.servo(&["check", "--id", "deployed", "--exclusive"])), ["deployed"]);
    let own = environment.servo(&["check", "servo", "--id", "journal", "--exclusive"]);
    assert_eq!(ids(&own), ["journal"]);
    let quiet = with("quiet: true");
    assert_eq!(quiet.servo(&["check"]).stdout, "");
    assert!(!quiet.servo(&["check", "--verbose"]).stdout.is_empty());
}

#[test]
fn variables_are_nearer_than_the_file_and_less_near_than_what_is_typed() {
    let environment = with("connectors: [servo], id: [journal]");
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = environment.command(&[&["check", "--exclusive"], arguments].concat());
        let ran = Ran::of(&command.envs(variables.iter().copied()).output().unwrap());
        assert_eq!(ran.code, 0, "{variables:?}: {}", ran.stderr);
        ids(&ran)
    };
    let verbose = ("CHECKS_VERBOSE", "true");
    assert_eq!(run(&[verbose], &[]), ["journal"]);
    let connectors = ("CHECKS_CONNECTORS", "[\"emulator\"]");
    assert_eq!(run(&[verbose, connectors, ("CHECKS_ID", "[\"deployed\"]")], &[]), ["deployed"]);
    assert_eq!(run(&[verbose, connectors], &["--id", "service"]), ["service"]);
    let whole =
        ("SERVO_CHECKS", "{\"connectors\": [\"emulator\"], \"id\": [\"deployed\"], \"verbose\": true}");
    assert_eq!(run(&[whole], &[]), ["deployed"]);
}

#[test]
fn what_is_wrong_with_it_is_an_invalid_configuration() {
    for (stanza, part) in [
        ("connectors: [emulatr]", "did you mean `emulator`?"),
        ("halt_on: sometimes", "expected `critical` (or `requirement`)"),
        ("id: [/(/]", "expected a regular expression between slashes"),
        ("waits: 5m", "did you mean `wait`?"),
    ] {
        let ran = with(stanza).servo(&["check"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (78, ""), "{stanza}");
        let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(part), "{stanza}: no {part:?} in:\n{}", ran.stderr);
    }
}
