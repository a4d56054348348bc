//! The dialogue with scripted answers.

use super::*;
use crate::cli::{Cli, Command};
use crate::output::prompt::Answers;
use crate::output::prompt::script::Script;

fn init(options: &[&str]) -> Init {
    let line = ["servo", "init"].iter().chain(options);
    match Cli::typed(line).unwrap().command {
        Command::Init(init) => init,
        other => panic!("{other:?}"),
    }
}

fn held(
    options: &[&str],
    environment: &[(&str, &str)],
    script: Option<&mut Script>,
) -> Result<Wanted, Failure> {
    let arguments = init(options);
    let answers = script.map(|script| script as &mut dyn Answers);
    let mut asking = Asking { answers, yes: arguments.yes };
    let environment = environment.iter().copied().collect();
    hold(&arguments, &environment, &Registry::collect().unwrap(), &mut asking)
}

fn usage(outcome: Result<Wanted, Failure>) -> String {
    match outcome.err() {
        Some(Failure::Usage { message, help }) => format!("{message}; {}", help.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enter_all_the_way_is_the_servos_own_optimizer_and_the_emulator() {
    let mut script = Script::of(&["", ""]);
    let wanted = held(&[], &[], Some(&mut script)).unwrap();
    assert!(wanted.remote.is_none());
    assert_eq!(wanted.connectors.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["emulator"]);
    assert!(script.is_over());
    assert_eq!(script.heard[0], "Optimizer? (embedded or opsani) [embedded]");
    let unattended = held(&["--yes"], &[], None).unwrap();
    assert!(unattended.remote.is_none() && unattended.connectors.len() == 1);
}

#[test]
fn a_remote_optimizer_is_asked_for_its_id_its_token_and_its_address() {
    let answers = ["opsani", "shop", "dev.opsani.com/shop", " canary-token ", "", "1"];
    let mut script = Script::of(&answers);
    let wanted = held(&[], &[], Some(&mut script)).unwrap();
    let remote = wanted.remote.unwrap();
    assert_eq!((remote.id.as_str(), remote.token.as_deref()), ("dev.opsani.com/shop", Some("canary-token")));
    assert_eq!(remote.base_url, None);
    assert!(script.is_over());
    assert!(script.heard.iter().any(|line| line == "Token? (not shown) (hidden)"), "{:?}", script.heard);
    assert!(!script.heard.iter().any(|line| line.contains("canary")));
    assert_eq!(section(&remote), "{}");
}

#[test]
fn options_and_variables_answer_in_place_of_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "canary-token\n").unwrap();
    let options = [
        "--kind",
        "opsani",
        "--optimizer-id",
        "dev.opsani.com/shop",
        "--token-file",
        file.to_str().unwrap(),
        "--base-url",
        "https://opsani.example.com/",
        "--connector",
        "one:emulator",
    ];
    let remote = held(&options, &[], None).unwrap().remote.unwrap();
    assert_eq!(remote.token.as_deref(), Some("canary-token"));
    assert_eq!(section(&remote), "{base_url: https://opsani.example.com}");
    let environment = [("OPSANI_OPTIMIZER", "dev.opsani.com/shop"), ("OPSANI_TOKEN", "canary")];
    let remote = held(&["--yes", "--kind", "opsani"], &environment, None).unwrap().remote.unwrap();
    assert_eq!((remote.id.as_str(), remote.token.as_deref()), ("dev.opsani.com/shop", Some("canary")));
}

#[test]
fn without_a_file_for_it_the_token_is_not_asked_for() {
    let options = ["--yes", "--kind", "opsani", "--optimizer-id", "dev.opsani.com/shop", "--no-dotenv"];
    let remote = held(&options, &[], None).unwrap().remote.unwrap();
    assert_eq!(remote.token, None);
    assert_eq!(section(&remote), "{id: dev.opsani.com/shop}");
}

#[test]
fn what_is_missing_names_its_option() {
    let says = |options: &[&str], part: &str| {
        let said = usage(held(options, &[], None));
        assert!(said.contains(part), "no {part:?} in {said}");
    };
    says(&[], "add --kind, or --yes");
    says(&["--kind", "embedded"], "add --connector, or --yes");
    says(&["--yes", "--kind", "opsani"], "add --optimizer-id");
    says(&["--yes", "--kind", "opsani", "--optimizer-id", "dev.opsani.com/shop"], "add --token-file");
}

#[test]
fn what_cannot_be_is_refused() {
    let says = |options: &[&str], part: &str| {
        let said = usage(held(options, &[], None));
        assert!(said.contains(part), "no {part:?} in {said}");
    };
    says(&["--kind", "other"], "--kind: expected embedded");
    says(&["--kind", "opsani", "--optimizer-id", "shop"], "--optimizer-id: ");
    says(&["--kind", "embedded", "--base-url", "https://x"], "--base-url is about a remote optimizer");
    says(&["--yes", "--connector", "emulatr"], "did you mean `emulator`?");
}
