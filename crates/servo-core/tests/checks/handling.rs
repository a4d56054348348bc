//! What handlers return, and what that says (5.2).

use std::borrow::Cow;
use std::io;

use servo_core::check::{self, Check, Checks, Definition, Failure, Outcome, Severity};
use servo_core::{Class, Error};

use crate::fixture::{names, run_all, status};

async fn found(check: Definition<'_>) -> (String, Option<String>) {
    let check = check.run().await.unwrap();
    (status(&check), check.message)
}

fn says(status: &str, message: &str) -> (String, Option<String>) {
    (status.to_owned(), Some(message.to_owned()))
}

fn silent(status: &str) -> (String, Option<String>) {
    (status.to_owned(), None)
}

#[tokio::test]
async fn nothing_is_success() {
    assert_eq!(found(check::common("a", || ())).await, silent("passed"));
    assert_eq!(found(check::common("a", || async {})).await, silent("passed"));
}

#[tokio::test]
async fn a_bool_is_success_or_failure() {
    assert_eq!(found(check::common("a", || true)).await, silent("passed"));
    assert_eq!(found(check::common("a", || false)).await, silent("failed"));
    assert_eq!(found(check::common("a", || async { false })).await, silent("failed"));
}

#[tokio::test]
async fn text_is_success_with_a_message() {
    assert_eq!(found(check::common("a", || "three pods")).await, says("passed", "three pods"));
    assert_eq!(found(check::common("a", || format!("{} pods", 3))).await, says("passed", "3 pods"));
    assert_eq!(found(check::common("a", || Cow::Borrowed("one"))).await, says("passed", "one"));
    assert_eq!(found(check::common("a", async || "later")).await, says("passed", "later"));
}

#[tokio::test]
async fn a_bool_and_text_are_both() {
    assert_eq!(found(check::common("a", || (true, "fine"))).await, says("passed", "fine"));
    assert_eq!(found(check::common("a", || (false, "none"))).await, says("failed", "none"));
    assert_eq!(found(check::common("a", || async { (false, String::from("x")) })).await, says("failed", "x"));
}

#[tokio::test]
async fn a_result_is_what_is_in_it() {
    assert_eq!(found(check::common("a", || Ok::<(), Error>(()))).await, silent("passed"));
    assert_eq!(found(check::common("a", || Ok::<bool, Error>(false))).await, silent("failed"));
    assert_eq!(found(check::common("a", || Ok::<_, String>("three"))).await, says("passed", "three"));
    assert_eq!(found(check::common("a", || Ok::<_, &str>((false, "none")))).await, says("failed", "none"));
    assert_eq!(found(check::common("a", || Err::<bool, _>("gone"))).await, says("failed", "gone"));
    assert_eq!(
        found(check::common("a", || Err::<(), _>(String::from("gone")))).await,
        says("failed", "gone")
    );
    assert_eq!(
        found(check::common("a", || io::Result::<()>::Err(io::Error::other("disk")))).await.0,
        "failed"
    );
}

#[tokio::test]
async fn an_outcome_can_be_made_by_hand() {
    let outcome = || Outcome::failed().with_message("as said");
    assert_eq!(found(check::common("a", outcome)).await, says("failed", "as said"));
    assert_eq!(found(check::common("a", Outcome::passed)).await, silent("passed"));
}

#[tokio::test]
async fn an_error_keeps_its_causes() {
    let error = || Error::failed("cannot list pods").with_source(io::Error::other("connection refused"));
    let check = check::common("a", move || Err::<(), _>(error())).run().await.unwrap();
    assert_eq!(check.message.as_deref(), Some("cannot list pods: connection refused"));
    assert_eq!(check.error, ["cannot list pods", "connection refused"]);
}

#[tokio::test]
async fn an_error_that_causes_itself_ends() {
    #[derive(Debug, thiserror::Error)]
    #[error("again")]
    struct Endless;
    #[derive(Debug)]
    struct Cycle;
    impl std::fmt::Display for Cycle {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "round")
        }
    }
    impl std::error::Error for Cycle {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&Cycle)
        }
    }
    let check = check::common("a", || Err::<(), _>(Cycle)).run().await.unwrap();
    assert_eq!(check.error.len(), 16);
    let check = check::common("a", || Err::<(), _>(Endless)).run().await.unwrap();
    assert_eq!(check.error, ["again"]);
}

#[tokio::test]
async fn an_error_of_ours_gives_its_help_as_the_hint() {
    let helpful = || Error::new(Class::Connection, "refused").with_help("is it up?");
    let check = check::common("a", move || Err::<(), _>(helpful())).hint("general").run().await.unwrap();
    assert_eq!(check.hint.as_deref(), Some("is it up?"));
    let wrapped = move || Err::<(), _>(Error::failed("cannot list").with_source(helpful()));
    assert_eq!(check::common("a", wrapped).run().await.unwrap().hint.as_deref(), Some("is it up?"));
    let check = check::common("a", || Err::<(), _>("plain")).hint("general").run().await.unwrap();
    assert_eq!(check.hint.as_deref(), Some("general"));
}

#[tokio::test]
async fn a_failure_brings_its_text_a_hint_and_a_remedy() {
    let failure = || {
        Failure::new("no label")
            .with_hint("kubectl label")
            .with_remedy("add the label", || async { Ok::<_, Error>(()) })
            .with_source(io::Error::other("404"))
    };
    let results = [
        check::common("a", move || Err::<(), _>(failure())).run().await.unwrap(),
        check::common("a", failure).run().await.unwrap(),
        check::common("a", move || Err::<(), _>(Error::failed("outer").with_source(failure())))
            .run()
            .await
            .unwrap(),
    ];
    for check in results {
        assert!(check.message.as_deref().unwrap().ends_with("no label: 404"), "{check:?}");
        assert_eq!(check.hint.as_deref(), Some("kubectl label"));
        assert_eq!(check.remedy.unwrap().what(), "add the label");
    }
}

#[tokio::test]
async fn a_panic_is_a_failure_with_its_message() {
    fn panics() -> bool {
        panic!("the list is empty")
    }
    let message = "handler panicked: the list is empty";
    assert_eq!(found(check::common("a", panics)).await, says("failed", message));
    assert_eq!(found(check::common("a", || async { panics() })).await, says("failed", message));
}

#[tokio::test]
async fn an_assertion_that_fails_is_a_failure_with_its_text() {
    let pods = 0;
    let check = check::common("a", || assert!(pods > 0, "no pod runs"));
    assert_eq!(found(check).await, says("failed", "handler panicked: no pod runs"));
}

#[tokio::test]
async fn a_handler_may_borrow() {
    struct Client {
        url: String,
    }
    impl Client {
        async fn ping(&self) -> servo_core::Result<&str> {
            tokio::task::yield_now().await;
            Ok(&self.url)
        }
    }
    let client = Client { url: "http://shop".to_owned() };
    let mut checks = Checks::new();
    checks.critical("by reference", || client.ping());
    checks.common("by value of a field", || client.url.starts_with("http"));
    checks.common("by a closure that is async", async || client.ping().await.map(str::len).map(drop));
    assert!(run_all(checks).await.iter().all(Check::passed));
}

#[tokio::test]
async fn names_and_descriptions_are_made_of_the_configuration_and_the_item() {
    let (container, items) = ("web", ["cpu", "memory"]);
    let mut checks = Checks::new();
    checks
        .common(format!("Container \"{container}\" is readable {{}}"), || ())
        .description(format!("Reads {container}."));
    checks.each("limit", items, |item| {
        check::common(format!("{container} limits {item}"), move || item)
            .description(format!("Asks for {item}."))
    });
    let results = run_all(checks).await;
    assert_eq!(names(&results), ["Container \"web\" is readable {}", "web limits cpu", "web limits memory"]);
    let descriptions: Vec<_> = results.iter().filter_map(|check| check.description.as_deref()).collect();
    assert_eq!(descriptions, ["Reads web.", "Asks for cpu.", "Asks for memory."]);
    assert_eq!(results[2].message.as_deref(), Some("memory"));
}

#[tokio::test]
async fn a_check_is_filled_anew_in_every_run() {
    let mut calls = 0;
    for expected in ["1", "2"] {
        let check = check::common("a", || {
            calls += 1;
            calls.to_string()
        });
        assert_eq!(found(check).await, says("passed", expected));
    }
}

#[tokio::test]
async fn a_check_can_be_run_alone() {
    let check = Definition::new(Severity::Critical, "one-off", || (false, "no")).description("Once.").run();
    let check = check.await.unwrap();
    assert_eq!((check.severity, status(&check).as_str()), (Severity::Critical, "failed"));
    assert_eq!(check.description.as_deref(), Some("Once."));
}
