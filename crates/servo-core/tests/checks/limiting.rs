//! What a handler cannot do to others: it is limited in time and in text, and can be cancelled.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use servo_core::check::{Check, Checking, Checks, Key, NotRun, Report, Site};
use servo_core::event::Scope;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Log, Probe, bus, run, run_all, status, statuses};

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_returns_fails_after_its_time() {
    let begin = Instant::now();
    let mut checks = Checks::new();
    checks.common("hangs", pending::<()>);
    checks.common("hangs, but not for long", pending::<bool>).time_limit(Duration::from_secs(2));
    checks.common("passes", || ());
    let results = run_all(checks).await;
    let messages: Vec<_> = results.iter().map(|check| check.message.as_deref()).collect();
    assert_eq!(messages, [Some("did not end within 30s"), Some("did not end within 2s"), None]);
    assert_eq!(results.iter().map(Check::failed).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(begin.elapsed(), Duration::from_secs(32));
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_can_be_set_for_all() {
    let mut checks = Checks::new();
    checks.common("hangs", pending::<()>);
    let input = Checking { time_limit: Duration::from_millis(1500).into(), ..Checking::default() };
    let results = run(checks, &input).await.unwrap();
    assert_eq!(results[0].message.as_deref(), Some("did not end within 1.5s"));
}

#[tokio::test]
async fn ten_megabytes_of_text_are_cut() {
    let long = || "x".repeat(10 << 20);
    let mut checks = Checks::new();
    checks.common("says much", long);
    checks.common("fails with much", move || Err::<(), _>(long()));
    checks.common("panics with much", move || assert_eq!(long(), ""));
    for check in run_all(checks).await {
        let message = check.message.unwrap();
        assert!(message.len() <= 4096, "{}: {}", check.name, message.len());
        assert!(
            message.ends_with(" bytes)") && message.contains("cut: it has 10"),
            "{}: {message}",
            check.name
        );
        assert!(check.error.iter().all(|text| text.len() <= 4096), "{}", check.name);
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_panics_one_that_hangs_and_one_that_floods_are_one_failed_row_each() {
    let probe = Probe::new(|| {
        let mut checks = Checks::new();
        checks.common("panics", || panic!("boom") as ());
        checks.common("hangs", pending::<()>);
        checks.common("floods", || (false, "x".repeat(10 << 20)));
        checks.common("passes", || ());
        checks
    });
    let bus = bus([("one", probe.clone()), ("two", probe)]);
    let dispatch =
        bus.dispatch::<servo_core::event::standard::Check>(&Scope::detached(), Checking::default());
    for (connector, checks) in dispatch.await.unwrap().answers().unwrap() {
        let found: Vec<_> = checks.iter().map(status).collect();
        assert_eq!(found, ["failed", "failed", "failed", "passed"], "{connector}");
    }
}

#[tokio::test]
async fn nothing_runs_once_it_is_cancelled() {
    let token = CancellationToken::new();
    let log = Log::default();
    let mut checks = Checks::new();
    checks.common("passes", || log.write("passes"));
    checks.common("cancels, and would pass", || token.cancel());
    checks.common("after", || log.write("after"));
    let site = Site { servo: "shop", connector: "probe", token: &token };
    let results = checks.run(site, &Checking::default()).await.unwrap();
    let why = || NotRun::Cancelled.to_string();
    let expected = [("passes", "passed".to_owned()), ("cancels, and would pass", why()), ("after", why())];
    assert_eq!(statuses(&results), expected);
    assert_eq!(log.take(), ["passes"]);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_waits_is_dropped_when_it_is_cancelled() {
    let token = CancellationToken::new();
    let mut checks = Checks::new();
    checks.warning("hangs", pending::<()>).hint("useless");
    let begin = Instant::now();
    let site = Site { servo: "shop", connector: "probe", token: &token };
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        token.cancel();
    };
    let input = Checking::default();
    let (results, ()) = tokio::join!(checks.run(site, &input), cancel);
    let check = &results.unwrap()[0];
    assert_eq!((check.not_run(), check.passed()), (Some(&NotRun::Cancelled), false));
    assert_eq!(check.hint, None, "nothing is wrong");
    assert_eq!(begin.elapsed(), Duration::from_secs(1));
}

#[tokio::test]
async fn who_asks_is_told_as_each_check_begins_and_ends() {
    struct Reporter(Log);
    impl Report for Reporter {
        fn begins(&self, key: &Key, check: &Check) {
            assert_eq!(check.not_run(), Some(&NotRun::Pending));
            self.0.write(format!("{}/{}/{} begins", key.servo, key.connector, key.id));
        }
        fn ends(&self, key: &Key, check: &Check) {
            self.0.write(format!("{} {}", key.id, status(check)));
        }
    }
    let log = Log::default();
    let mut checks = Checks::new();
    checks.common("a", || log.write("a runs")).id("a");
    checks.critical("b", || false).id("b");
    checks.common("not run", || ()).id("c");
    let input = Checking { reporter: Some(Arc::new(Reporter(log.clone()))), ..Checking::default() };
    run(checks, &input).await.unwrap();
    let expected = ["shop/probe/a begins", "a runs", "a passed", "shop/probe/b begins", "b failed"];
    assert_eq!(log.take(), expected);
}
