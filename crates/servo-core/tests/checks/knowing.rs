//! What there is to know of a check (5.1).

use std::time::Duration;

use servo_core::check::{self, Checks, Severity, Status, automatic_id};
use servo_core::{Class, Error};

use crate::fixture::{ids, run, run_all, status};

#[test]
fn an_automatic_id_is_the_digest_of_the_name() {
    assert_eq!(automatic_id("Ensure adequate resources"), "c272d5e0");
    assert_eq!(automatic_id("foo"), "f55be76c");
    assert_eq!(automatic_id(""), "1271cf25");
    assert_eq!(automatic_id("株"), automatic_id("株"));
}

#[tokio::test]
async fn an_id_is_made_of_the_name_unless_one_is_given() {
    let mut checks = Checks::new();
    checks.common("foo", || true);
    checks.common("foo", || true).id("another_foo");
    assert_eq!(ids(&run_all(checks).await), ["f55be76c", "another_foo"]);
}

#[tokio::test]
async fn a_key_that_is_no_id_becomes_one() {
    let mut checks = Checks::new();
    checks.common("a", || true).key("web_1");
    checks.common("b", || true).key("web-1");
    let results = run_all(checks).await;
    assert_eq!(results[0].id, "web_1");
    assert_eq!(results[1].id, format!("web_1_{}", automatic_id("web-1")));
}

#[tokio::test]
async fn ids_are_the_same_in_every_run() {
    let checks = || {
        let mut checks = Checks::new();
        checks.critical("API connectivity", || ());
        checks.each("query", ["latency", "error-rate"], |metric| {
            check::common(format!("Query {metric}"), || ()).key(metric)
        });
        checks
    };
    assert_eq!(ids(&run_all(checks()).await), ids(&run_all(checks()).await));
}

#[tokio::test]
async fn severity_is_common_critical_or_warning() {
    let mut checks = Checks::new();
    checks.common("a", || ());
    checks.critical("b", || ());
    checks.require("c", || ());
    checks.warning("d", || ());
    checks.warn("e", || ());
    let severities: Vec<_> = run_all(checks).await.iter().map(|check| check.severity).collect();
    let (critical, warning) = (Severity::Critical, Severity::Warning);
    assert_eq!(severities, [Severity::Common, critical, critical, warning, warning]);
    assert_eq!(Severity::default(), Severity::Common);
}

#[tokio::test]
async fn tags_are_trimmed_and_kept_once() {
    let mut checks = Checks::new();
    checks.common("a", || ()).tags([" fast ", "low_priority", "v1.2-rc"]).tags(["fast"]);
    let results = run_all(checks).await;
    assert_eq!(results[0].tags.iter().collect::<Vec<_>>(), ["fast", "low_priority", "v1.2-rc"]);
}

async fn refusal(define: impl FnOnce(&mut Checks<'static>)) -> Error {
    let mut checks = Checks::new();
    checks.common("Fine", || true);
    define(&mut checks);
    run(checks, &check::Checking::default()).await.unwrap_err()
}

#[tokio::test]
async fn a_tag_has_1_to_32_characters_of_a_pattern() {
    let longest = "x".repeat(32);
    assert!(check::common("a", || true).tags([longest.as_str()]).run().await.is_ok());
    for tag in ["", "  ", "Fast", "two words", "ä", "a,b", &"x".repeat(33)] {
        let error = check::common("Ping", || true).tags([tag]).run().await.unwrap_err();
        let expected = "is not 1 to 32 characters of `a-z`, `0-9`, `.`, `_` and `-`";
        assert_eq!(error.to_string(), format!("the tag `{tag}` of the check `Ping` {expected}"));
        assert_eq!(error.class(), Class::Internal, "an author wrote it");
    }
}

#[tokio::test]
async fn an_id_is_lower_case_alphanumeric_and_underscores() {
    for id in ["", "Foo", "a-b", "a b", "é"] {
        let error = check::common("Ping", || true).id(id).run().await.unwrap_err();
        let expected = format!("the id `{id}` of the check `Ping` is not made of `a-z`, `0-9` and `_` alone");
        assert_eq!((error.to_string(), error.class()), (expected, Class::Internal));
    }
    let error = refusal(|checks| {
        checks.each("Bad", ["x"], |x| check::common(x, || true));
    })
    .await;
    assert!(error.to_string().starts_with("the id `Bad_item_0` of the check `x`"), "{error}");
}

#[tokio::test]
async fn a_check_has_a_name() {
    let error = refusal(|checks| {
        checks.common("", || true);
    })
    .await;
    assert_eq!(error.to_string(), "a check has no name");
}

#[tokio::test]
async fn two_checks_never_have_one_id() {
    let error = refusal(|checks| {
        checks.common("Other", || true).id(automatic_id("Fine"));
    })
    .await;
    let id = automatic_id("Fine");
    assert_eq!(error.to_string(), format!("the checks `Fine` and `Other` both have the id `{id}`"));
    assert!(error.help().unwrap().contains(".id("), "{error:?}");
    assert_eq!(error.class(), Class::Internal);

    let error = refusal(|checks| {
        checks.common("Fine", || true);
    })
    .await;
    assert_eq!(error.to_string(), format!("two checks are named `Fine`, and both have the id `{id}`"));
}

#[tokio::test]
async fn two_items_with_one_key_are_the_operators_mistake() {
    let error = refusal(|checks| {
        checks
            .each("query", ["p95", "p95"], |item| check::common(format!("Query {item}"), || true).key(item));
    })
    .await;
    assert_eq!(error.to_string(), "two checks are named `Query p95`, and both have the id `query_p95`");
    assert_eq!(error.class(), Class::Configuration);
}

#[tokio::test]
async fn passed_and_failed_follow_from_success_and_severity() {
    let mut checks = Checks::new();
    checks.common("common holds", || true);
    checks.common("common fails", || false);
    checks.critical("critical fails", || false);
    checks.warning("warning holds", || true);
    checks.warning("warning fails", || false);
    let results = run_all(checks).await;
    let derived: Vec<_> =
        results.iter().map(|check| (check.success(), check.passed(), check.failed())).collect();
    let holds = (Some(true), true, false);
    let fails = (Some(false), false, true);
    assert_eq!(derived, [holds, fails, fails, holds, (Some(false), true, false)]);
    assert_eq!(status(&results[4]), "warning");
}

#[tokio::test(start_paused = true)]
async fn created_run_at_and_runtime_are_recorded() {
    let mut checks = Checks::new();
    checks.critical("slow", || async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        false
    });
    checks.common("never", || ());
    let results = run(checks, &check::Checking::default()).await.unwrap();
    assert_eq!(results[0].runtime, Some(Duration::from_secs(3).into()));
    assert!(results[0].run_at.unwrap() >= results[0].created_at);
    assert_eq!((results[1].run_at, results[1].runtime), (None, None));
    assert!(results[1].created_at >= results[0].created_at);
}

#[tokio::test]
async fn a_description_a_hint_and_a_remedy_can_be_added() {
    let mut checks = Checks::new();
    checks
        .common("labels", || false)
        .description("Pods carry the label.")
        .hint("label them")
        .remedy("add the label", || async {});
    let results = run_all(checks).await;
    assert_eq!(results[0].description.as_deref(), Some("Pods carry the label."));
    assert_eq!(results[0].hint.as_deref(), Some("label them"));
    assert_eq!(results[0].remedy.as_ref().unwrap().what(), "add the label");
}

#[tokio::test]
async fn what_holds_needs_no_hint_and_no_remedy() {
    let mut checks = Checks::new();
    checks.common("labels", || true).hint("label them").remedy("add the label", || async {});
    let results = run_all(checks).await;
    assert_eq!(results[0].hint, None);
    assert!(results[0].remedy.is_none());
}

#[tokio::test]
async fn a_result_is_written_as_json() {
    let mut checks = Checks::new();
    checks
        .warning("Pods are labelled", || (false, "two are not"))
        .id("labels")
        .tags(["fast"])
        .remedy("add the label", || async {});
    let mut json = serde_json::to_value(&run_all(checks).await[0]).unwrap();
    for time in ["created_at", "run_at", "runtime"] {
        assert!(json[time].take().is_string(), "{time}");
    }
    let expected = serde_json::json!({
        "name": "Pods are labelled", "id": "labels", "description": null, "severity": "warning", "tags": ["fast"],
        "status": "warning", "message": "two are not", "hint": null, "remedy": "add the label", "error": [],
        "prerequisite": false, "created_at": null, "run_at": null, "runtime": null,
    });
    assert_eq!(json, expected);
    let halted = check::NotRun::Halted { id: "a".to_owned(), name: "A".to_owned() };
    let json = serde_json::to_value(Status::NotRun(halted)).unwrap();
    assert_eq!(json, serde_json::json!({"not_run": {"halted": {"id": "a", "name": "A"}}}));
}
