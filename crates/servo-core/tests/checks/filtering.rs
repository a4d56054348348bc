//! Which checks a filter chooses, and what runs before them (5.3, 5.4).

use servo_core::check::{self, Check, Checking, Checks, Filter, HaltOnFailed, Pattern};

use crate::fixture::{names, run, run_all, statuses};

fn checks() -> Checks<'static> {
    let mut checks = Checks::new();
    checks.critical("API connectivity", || ()).id("api").tags(["fast", "network"]);
    checks.common("read namespace", || ()).id("namespace").tags(["fast"]);
    checks.common("has running Pods", || ()).id("pods").tags(["slow"]);
    checks.critical("read deployments", || ()).id("deployments");
    checks.common("containers have resource limits", || ()).id("limits").tags(["slow"]);
    checks
}

async fn chosen(filter: &Filter) -> Vec<String> {
    let input = Checking { matching: filter.clone(), exclusive: true, ..Checking::default() };
    run(checks(), &input).await.unwrap().into_iter().map(|check| check.id).collect()
}

#[tokio::test]
async fn what_is_not_said_applies_to_every_check() {
    assert_eq!(chosen(&Filter::default()).await, ["api", "namespace", "pods", "deployments", "limits"]);
    assert!(Filter::default().is_empty());
    assert!(!Filter::default().with_tags(["fast"]).is_empty());
}

#[tokio::test]
async fn a_name_and_an_id_are_compared_exactly() {
    assert_eq!(chosen(&Filter::default().with_name("read namespace")).await, ["namespace"]);
    assert_eq!(chosen(&Filter::default().with_id("pods")).await, ["pods"]);
    assert!(chosen(&Filter::default().with_name("read")).await.is_empty(), "a part is not the name");
}

#[tokio::test]
async fn upper_and_lower_case_are_different() {
    assert!(chosen(&Filter::default().with_name("Read namespace")).await.is_empty());
    assert!(chosen(&Filter::default().with_id("PODS")).await.is_empty());
    assert!(chosen(&Filter::default().with_name(Pattern::regex("api").unwrap())).await.is_empty());
    assert_eq!(chosen(&Filter::default().with_name(Pattern::regex("(?i)api").unwrap())).await, ["api"]);
}

#[tokio::test]
async fn any_of_several_is_chosen_in_the_order_of_definition() {
    assert_eq!(chosen(&Filter::default().with_id(["limits", "nobody", "api"])).await, ["api", "limits"]);
    let names = ["has running Pods", "read namespace"];
    assert_eq!(chosen(&Filter::default().with_name(names)).await, ["namespace", "pods"]);
}

#[tokio::test]
async fn a_regular_expression_is_searched_for() {
    let read = Pattern::regex("read").unwrap();
    assert_eq!(chosen(&Filter::default().with_name(read)).await, ["namespace", "deployments"]);
    assert_eq!(chosen(&Filter::default().with_id(Pattern::regex("^p").unwrap())).await, ["pods"]);
    assert!(chosen(&Filter::default().with_name(Pattern::regex("^connectivity").unwrap())).await.is_empty());
}

#[tokio::test]
async fn one_tag_in_common_is_enough() {
    assert_eq!(chosen(&Filter::default().with_tags(["network", "slow"])).await, ["api", "pods", "limits"]);
    assert!(chosen(&Filter::default().with_tags(["unknown"])).await.is_empty());
}

#[tokio::test]
async fn checks_without_tags_never_match_tags() {
    let every = ["fast", "slow", "network"];
    assert_eq!(chosen(&Filter::default().with_tags(every)).await, ["api", "namespace", "pods", "limits"]);
}

#[tokio::test]
async fn all_that_is_said_must_apply() {
    let filter = Filter::default().with_name(Pattern::regex("read").unwrap()).with_tags(["fast"]);
    assert_eq!(chosen(&filter).await, ["namespace"]);
    assert!(chosen(&filter.with_id("deployments")).await.is_empty());
}

#[tokio::test]
async fn a_filter_asks_of_a_result_too() {
    let results = run_all(checks()).await;
    let filter = Filter::default().with_tags(["fast"]);
    assert_eq!(results.iter().filter(|check| filter.matches(check)).count(), 2);
}

#[tokio::test]
async fn critical_checks_run_before_what_relies_on_them_and_say_so() {
    let input = Checking { matching: Filter::default().with_id("pods"), ..Checking::default() };
    let results = run(checks(), &input).await.unwrap();
    assert_eq!(names(&results), ["API connectivity", "has running Pods"]);
    assert_eq!(results.iter().map(|check| check.prerequisite).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn a_critical_check_that_is_asked_for_is_no_prerequisite() {
    let input = Checking { matching: Filter::default().with_id(["api", "limits"]), ..Checking::default() };
    let results = run(checks(), &input).await.unwrap();
    let prerequisites: Vec<_> =
        results.iter().filter(|check| check.prerequisite).map(|check| check.id.as_str()).collect();
    assert_eq!((results.len(), prerequisites), (3, vec!["deployments"]));
}

#[tokio::test]
async fn exclusive_leaves_prerequisites_out() {
    let matching = Filter::default().with_id("limits");
    let input = Checking { matching, exclusive: true, ..Checking::default() };
    assert_eq!(names(&run(checks(), &input).await.unwrap()), ["containers have resource limits"]);
}

#[tokio::test]
async fn a_prerequisite_that_fails_halts_and_says_so() {
    let failing = || {
        let mut checks = Checks::new();
        checks.critical("API connectivity", || (false, "refused"));
        checks.common("read namespace", || ()).id("namespace");
        checks
    };
    let matching = Filter::default().with_id("namespace");
    let input = Checking { matching, ..Checking::default() };
    let results = run(failing(), &input).await.unwrap();
    let why = "not run: its prerequisite `API connectivity` failed".to_owned();
    assert_eq!(statuses(&results), [("API connectivity", "failed".to_owned()), ("read namespace", why)]);

    let input = Checking { halt_on: HaltOnFailed::Never, ..input };
    let results = run(failing(), &input).await.unwrap();
    assert!(results[1].passed(), "{results:?}");
}

#[tokio::test]
async fn checks_of_items_are_filtered_one_by_one() {
    let mut checks = Checks::new();
    checks.each("query", ["latency", "errors"], |item| check::common(format!("Query {item}"), || ()));
    let matching = Filter::default().with_id("query_item_1");
    let results = run(checks, &Checking { matching, ..Checking::default() }).await.unwrap();
    assert_eq!(results.iter().map(|check: &Check| check.name.as_str()).collect::<Vec<_>>(), ["Query errors"]);
}
