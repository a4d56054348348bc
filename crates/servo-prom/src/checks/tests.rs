//! What the checks say of servers that are well, ill, empty and of another kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use servo_core::Class;
use servo_core::check::{Check as Result_, HaltOnFailed};
use servo_core::event::Scope;

use super::*;
use crate::scripted::{Asked, Script, bus, refused, series};
use crate::source::Series;

async fn run(section: Value, script: Script) -> BTreeMap<String, Result_> {
    let bus = bus(section, &Arc::new(script));
    let checking = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    let answers = bus.dispatch::<Check>(&Scope::detached(), checking).await.unwrap().answers().unwrap();
    answers.into_iter().flat_map(|(_, checks)| checks).map(|check| (check.id.clone(), check)).collect()
}

fn up(absent: &str) -> Value {
    json!({"base_url": "http://p:9090/", "metrics": [{"name": "up", "query": "up == 1", "step": "1m", "absent": absent}]})
}

fn target(pool: &str, health: &str) -> Target {
    let (scrape_url, last_error) =
        (format!("http://{pool}/metrics"), if health == "up" { "" } else { "refused" });
    let (scrape_pool, health, last_error) = (pool.to_owned(), health.to_owned(), last_error.to_owned());
    Target { scrape_pool, scrape_url, health, last_error, ..Target::default() }
}

fn says<'a>(checks: &'a BTreeMap<String, Result_>, id: &str) -> (bool, &'a str) {
    (checks[id].passed(), checks[id].message.as_deref().unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_well_passes_and_each_query_has_a_check_of_its_own() {
    let script = Script { targets: Some(vec![target("shop", "up")]), ..Script::constant(1.0) };
    let checks = run(up("ignore"), script).await;
    assert_eq!(checks.keys().collect::<Vec<_>>(), ["connect", "query_up", "targets"]);
    assert_eq!(checks["connect"].name, "Connect to \"http://p:9090\"");
    assert_eq!(checks["query_up"].name, "Run query \"up == 1\"");
    assert_eq!(says(&checks, "connect"), (true, "http://script:9090"));
    assert_eq!(says(&checks, "targets"), (true, "found 1 target"));
    assert_eq!(says(&checks, "query_up"), (true, "returned 1 result"));
}

#[tokio::test(start_paused = true)]
async fn nothing_else_is_tried_where_the_server_is_not_there() {
    let script = Script::of(|_| Err(Error::new(Class::Connection, "cannot connect").with_help("start it")));
    let bus = bus(up("ignore"), &Arc::new(script));
    let answers =
        bus.dispatch::<Check>(&Scope::detached(), Checking::default()).await.unwrap().answers().unwrap();
    let checks = &answers[0].1;
    assert_eq!((checks[0].passed(), checks[0].hint.as_deref()), (false, Some("start it")));
    assert!(checks[1..].iter().all(|check| check.not_run().is_some()), "{checks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_query_without_results_says_which_metric_is_missing_and_what_follows() {
    for (absent, part) in [
        ("ignore", "no reading"),
        ("warn", "the log says so"),
        ("fail", "measurements fail"),
        ("zero", "even the zero"),
    ] {
        let checks = run(up(absent), Script::of(|_| Ok(Answer::default()))).await;
        assert_eq!(says(&checks, "query_up"), (false, "metric `up`: returned 0 results in the last 10m"));
        let hint = checks["query_up"].hint.as_deref().unwrap();
        assert!(hint.contains(part), "{hint}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_query_is_run_as_it_is_measured_over_the_last_ten_minutes() {
    let script = Arc::new(Script::constant(1.0));
    let bus = bus(up("zero"), &script);
    bus.dispatch::<Check>(&Scope::detached(), Checking::default()).await.unwrap();
    let asked = script.asked();
    let Some(Asked::Range(query, range, step)) = asked.last() else { panic!("{asked:?}") };
    assert_eq!((query.as_str(), step.to_string().as_str()), ("up == 1 or on() vector(0)", "1m"));
    assert_eq!(range.end.duration_since(range.start).as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_is_refused_or_gives_no_number_fails_with_the_reason() {
    let checks = run(
        up("ignore"),
        Script::of(|asked| match asked {
            Asked::Range(..) => Err(refused()),
            _ => Ok(Answer::default()),
        }),
    )
    .await;
    let (passed, message) = says(&checks, "query_up");
    assert!(
        !passed && message.contains("metric `up`: bad_data") && message.contains("parse error"),
        "{message}"
    );
    let nan = |_: &Asked| {
        Ok(Answer { series: vec![Series { dropped: 10, ..Series::default() }], ..Answer::default() })
    };
    let checks = run(up("ignore"), Script::of(nan)).await;
    let message = "metric `up`: returned 1 result, of which all 10 values are NaN or infinite";
    assert_eq!(says(&checks, "query_up"), (false, message));
}

#[tokio::test(start_paused = true)]
async fn a_query_of_several_lines_is_named_on_one() {
    let section = json!({"metrics": [{"name": "ratio", "query": "a\n  /\nb\n"}]});
    let checks = run(section, Script::constant(1.0)).await;
    assert_eq!(checks["query_ratio"].name, "Run query \"a / b\"");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_warns_of_is_in_the_message() {
    let checks = run(
        up("ignore"),
        Script::of(|asked| {
            let warnings = vec!["ignored a store".to_owned()];
            Ok(Answer { series: vec![series(&[], asked, 1.0)], warnings, ..Answer::default() })
        }),
    )
    .await;
    assert_eq!(says(&checks, "query_up"), (true, "returned 1 result; Prometheus says: ignored a store"));
}

#[tokio::test(start_paused = true)]
async fn expected_targets_that_are_missing_or_down_are_named() {
    let mut section = up("ignore");
    section["targets"] =
        json!([{"scrapePool": "shop"}, {"scrapePool": "cart"}, {"scrapePool": "pay", "labels": {"a": "b"}}]);
    let targets = Some(vec![target("shop", "up"), target("cart", "down")]);
    let checks = run(section.clone(), Script { targets, ..Script::constant(1.0) }).await;
    let message = "found 2 targets, but target http://cart/metrics of cart is down: refused; \
                   expected target (scrapePool pay, labels a=b) is missing";
    assert_eq!(says(&checks, "targets"), (false, message));
    let checks = run(section, Script { targets: None, ..Script::constant(1.0) }).await;
    let (passed, message) = says(&checks, "targets");
    assert!(!passed && message.contains("no list of targets"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_server_without_a_list_of_targets_is_no_failure_and_one_that_scrapes_nothing_is() {
    let checks = run(up("ignore"), Script { targets: None, ..Script::constant(1.0) }).await;
    assert_eq!(says(&checks, "targets"), (true, "the server has no list of targets"));
    let checks = run(up("ignore"), Script { targets: Some(Vec::new()), ..Script::constant(1.0) }).await;
    assert_eq!(says(&checks, "targets"), (false, "found 0 targets"));
}
