//! Collections of checks: order, items, and what turns itself into a check (5.2, 5.3).

use servo_core::check::{self, Check, Checkable, Checks, Definition};

use crate::fixture::{Log, ids, names, run_all};

#[tokio::test]
async fn checks_run_in_the_order_of_definition_those_of_items_too() {
    let log = Log::default();
    let note = |name: &'static str| {
        let log = log.clone();
        move || log.write(name)
    };
    let mut checks = Checks::new();
    checks.common("first", note("first"));
    checks.each("many", ["one", "two"], |item| check::common(item, note(item)));
    checks.critical("between", note("between"));
    checks.each("more", ["three"], |item| check::common(item, note(item)));
    checks.warning("last", note("last"));
    let order = ["first", "one", "two", "between", "three", "last"];
    assert_eq!(names(&run_all(checks).await), order);
    assert_eq!(log.take(), order);
}

#[tokio::test]
async fn a_check_of_an_item_has_the_id_of_its_parent_and_its_index() {
    let mut checks = Checks::new();
    checks.each("check_query", ["a", "b"], |item| check::common(format!("Query {item}"), || true));
    assert_eq!(ids(&run_all(checks).await), ["check_query_item_0", "check_query_item_1"]);
}

#[tokio::test]
async fn a_check_of_an_item_may_have_a_key_or_an_id_of_its_own() {
    let mut checks = Checks::new();
    checks.each("query", ["a", "b"], |item| check::common(item, || true).key(item));
    checks.each("other", ["c"], |item| check::common(item, || true).id("exactly_this"));
    assert_eq!(ids(&run_all(checks).await), ["query_a", "query_b", "exactly_this"]);
}

#[tokio::test]
async fn checks_of_items_are_as_good_as_others() {
    let mut checks = Checks::new();
    checks.each("pod", [("web", 2), ("db", 0)], |(name, pods)| {
        check::warning(format!("{name} runs"), move || pods > 0)
            .tags(["pods"])
            .hint(format!("scale {name} up"))
            .remedy(format!("scale {name} up"), || async {})
    });
    let results = run_all(checks).await;
    assert_eq!(results[1].hint.as_deref(), Some("scale db up"));
    assert!(results[1].passed() && results[1].tags.contains("pods"));
}

struct Query {
    name: &'static str,
    series: usize,
}

impl<'a> Checkable<'a> for &'a Query {
    fn into_check(self) -> Definition<'a> {
        check::common(format!("Check {}", self.name), || (self.series > 0, format!("{} series", self.series)))
            .id(format!("check_{}", self.name))
    }
}

const QUERIES: [Query; 2] = [Query { name: "throughput", series: 2 }, Query { name: "errors", series: 0 }];

#[tokio::test]
async fn what_turns_itself_into_a_check_is_passed_wherever_a_check_is() {
    let [one, two] = &QUERIES;
    let mut added = Checks::new();
    added.add(one).tags(["fast"]);
    added.add(check::common("plain", || true));
    added.extend([two]);
    let plain = check::automatic_id("plain");
    assert_eq!(ids(&run_all(added).await), ["check_throughput", plain.as_str(), "check_errors"]);

    let collected: Checks<'_> = QUERIES.iter().collect();
    let results = run_all(collected).await;
    assert_eq!(names(&results), ["Check throughput", "Check errors"]);
    assert_eq!(results.iter().map(Check::passed).collect::<Vec<_>>(), [true, false]);

    let mut each = Checks::new();
    each.each("query", &QUERIES, |query| query);
    assert_eq!(each.len(), 2);

    assert_eq!(one.into_check().run().await.unwrap().message.as_deref(), Some("2 series"));
}

#[tokio::test]
async fn a_collection_may_be_empty() {
    assert!(Checks::new().is_empty());
    assert!(run_all(Checks::new()).await.is_empty());
}
