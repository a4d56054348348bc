//! Which optimizer a document selects, and what is told where it is none.

use super::{check, loaded};
use crate::config::{OptimizerKind, Path};

fn kind(text: &str) -> Option<(OptimizerKind, String)> {
    let (_, servo) = loaded(text).remove(0);
    servo.optimizer.map(|section| (section.kind, section.path.to_string()))
}

#[test]
fn the_forms_of_a_remote_optimizer_are_known_by_their_keys() {
    let remote = Some((OptimizerKind::Remote, "optimizer".to_owned()));
    for text in [
        "optimizer: {id: dev.opsani.com/shop, token: secret}",
        "optimizer: {optimizer_id: abc, connection_file: /x}",
        "optimizer: {token_file: /x}",
        "optimizer: {id: dev.opsani.com/shop, tokn: secret}",
        "optimizer: {}",
        "optimizer:",
    ] {
        assert_eq!(kind(text), remote, "{text}");
    }
    assert_eq!(kind("name: a"), None);
    let embedded = (OptimizerKind::Registered("embedded".to_owned()), "optimizer.embedded".to_owned());
    assert_eq!(kind("optimizer: {embedded: {}}"), Some(embedded));
}

#[test]
fn diagnostics_are_told_of_where_the_document_says_so() {
    let (_, servo) = loaded("no_diagnostics: false").remove(0);
    assert_eq!(servo.no_diagnostics, Some(false));
    let (document, servo) = loaded("settings: {ssl_verify: true}").remove(0);
    assert_eq!(servo.no_diagnostics, None);
    assert!(document.get(&Path::root().key("settings")).is_some());
}

#[test]
fn an_optimizer_is_within_the_servo_or_remote() {
    check(
        "\
optimizer:
  embedded: {}
  id: dev.opsani.com/shop
",
        "\
servo.yaml:3:3: `embedded` and `id` stand for two optimizers: one within the servo, one remote (at optimizer.id)
  help: remove `embedded`, or every key beside it",
    );
}

#[test]
fn a_misspelt_key_of_a_remote_optimizer_has_the_nearest() {
    check(
        "optimizer: {tokn: secret}\n",
        "\
servo.yaml:1:13: unknown optimizer `tokn` (at optimizer.tokn)
  help: did you mean `token`? known optimizers: embedded",
    );
}

#[test]
fn several_remote_optimizers_need_no_names() {
    let text = "optimizer: {id: dev.opsani.com/a}\n---\noptimizer: {id: dev.opsani.com/b}\n";
    assert_eq!(loaded(text).len(), 2);
}

#[test]
fn an_unknown_optimizer_has_its_nearest_name() {
    check(
        "optimizer: {embeded: {}}\n",
        "\
servo.yaml:1:13: unknown optimizer `embeded` (at optimizer.embeded)
  help: did you mean `embedded`? known optimizers: embedded",
    );
}

#[test]
fn an_unknown_optimizer_beside_a_known_one() {
    check(
        "optimizer: {embedded: {}, remote: {}}\n",
        "\
servo.yaml:1:27: unknown optimizer `remote` (at optimizer.remote)
  help: known optimizers: embedded; a remote one has `id` and `token`",
    );
}

#[test]
fn an_optimizer_is_a_mapping() {
    check(
        "optimizer: embedded\n",
        "\
servo.yaml:1:12: expected a mapping with the kind of optimizer (at optimizer)
  help: write `optimizer: {embedded: …}`, or `optimizer: {id: …, token: …}`",
    );
}
