//! What a study found, given to the application by hand.

use crate::environment::Environment;
use crate::studies::{json, shop};

#[test]
fn the_winner_of_a_study_is_promoted_and_is_the_baseline_from_then_on() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["promote"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("'shop' has studied nothing yet"), "{}", ran.stderr);

    let report = json(&environment.servo(&["run", "--format", "json"]));
    let servo = &report["servos"][0];
    assert_eq!(servo["outcome"], "improved", "{report:#}");
    let (baseline, best) = (&servo["baseline"]["settings"], &servo["best"]["settings"]);
    let before = environment.servo(&["describe"]).stdout;

    let ran = environment.servo(&["promote", "--dry-run", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let foreseen = json(&ran);
    assert_eq!(environment.servo(&["describe"]).stdout, before, "nothing was changed");

    let ran = environment.servo(&["promote", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(json(&ran), foreseen);
    let changed: Vec<&str> =
        foreseen.as_array().unwrap().iter().map(|it| it["setting"].as_str().unwrap()).collect();
    let expected: Vec<&str> = best
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| baseline[name.as_str()] != **value)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(changed, expected);

    // It stays: nothing is left to restore, and it may be promoted again.
    let promoted = environment.servo(&["describe"]).stdout;
    assert_ne!(promoted, before);
    let ran = environment.servo(&["restore"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: at its baseline; nothing to restore\n"));
    assert_eq!(environment.servo(&["promote"]).code, 0);
    assert_eq!(environment.servo(&["describe"]).stdout, promoted);
}

#[test]
fn what_somebody_has_set_since_the_study_is_not_overwritten_unasked() {
    let environment = Environment::with(&shop("shop"));
    let report = json(&environment.servo(&["run", "--format", "json"]));
    let best = &report["servos"][0]["best"]["settings"]["web.replicas"];
    let other = if best == 3 { "web.replicas=2" } else { "web.replicas=3" };
    assert_eq!(environment.servo(&["adjust", other]).code, 0);
    let ran = environment.servo(&["promote"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("by now, where the study began with web.replicas=4"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(environment.servo(&["promote", "--force"]).code, 0);
    let described = environment.servo(&["describe"]).stdout;
    assert!(described.contains(&format!("replicas={best}")), "{described}");
}
