//! One check alone, by id or name (5.3).

use servo_core::check::{Check, Checking, Checks, HaltOnFailed, Only, Site};
use servo_core::{Class, Result};
use tokio_util::sync::CancellationToken;

use crate::fixture::Log;

async fn only(log: &Log, api: bool, only: Only<'_>, input: &Checking) -> Result<Check> {
    let note = |name: &'static str, success: bool| {
        let log = log.clone();
        move || {
            log.write(name);
            (success, "no route to host")
        }
    };
    let mut checks = Checks::new();
    checks.critical("API connectivity", note("api", api)).id("api");
    checks.common("Read namespace", note("namespace", true)).id("namespace");
    checks.common("Has pods", note("pods", true)).id("pods");
    let token = CancellationToken::new();
    checks.run_only(Site { servo: "shop", connector: "k8s", token: &token }, only, input).await
}

#[tokio::test]
async fn one_check_runs_after_what_it_relies_on() {
    let log = Log::default();
    let check = only(&log, true, Only::Id("pods"), &Checking::default()).await.unwrap();
    assert_eq!((check.name.as_str(), check.passed()), ("Has pods", true));
    assert_eq!(log.take(), ["api", "pods"]);
    let check = only(&log, true, Only::Name("API connectivity"), &Checking::default()).await.unwrap();
    assert_eq!(check.id, "api");
    assert_eq!(log.take(), ["api"]);
}

#[tokio::test]
async fn prerequisites_can_be_left_out() {
    let log = Log::default();
    let input = Checking { exclusive: true, ..Checking::default() };
    assert!(only(&log, false, Only::Name("Has pods"), &input).await.unwrap().passed());
    assert_eq!(log.take(), ["pods"]);
}

#[tokio::test]
async fn a_check_that_is_not_there_is_an_error() {
    let log = Log::default();
    let error = only(&log, true, Only::Id("x"), &Checking::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "failed running check: no check found with id = 'x'");
    let error = only(&log, true, Only::Name("pods"), &Checking::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "failed running check: no check found with name = 'pods'");
    assert_eq!((error.class(), log.take().len()), (Class::Failed, 0));
}

#[tokio::test]
async fn a_prerequisite_that_fails_is_an_error_that_names_both() {
    let log = Log::default();
    let error = only(&log, false, Only::Id("pods"), &Checking::default()).await.unwrap_err();
    let expected = "failed running check: check id 'pods' was not run due to a prerequisite failure: check id 'api' \
                    failed: \"no route to host\"";
    assert_eq!(error.to_string(), expected);
    assert_eq!(log.take(), ["api"]);
}

#[tokio::test]
async fn a_run_that_never_halts_goes_on_to_the_check() {
    let input = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    assert!(only(&Log::default(), false, Only::Id("pods"), &input).await.unwrap().passed());
}

#[tokio::test]
async fn a_check_that_fails_is_a_result() {
    let check = only(&Log::default(), false, Only::Id("api"), &Checking::default()).await.unwrap();
    assert!(check.failed());
}

#[tokio::test]
async fn a_check_that_is_cancelled_is_an_error() {
    let token = CancellationToken::new();
    token.cancel();
    let mut checks = Checks::new();
    checks.common("a", || true).id("a");
    let site = Site { servo: "shop", connector: "k8s", token: &token };
    let error = checks.run_only(site, Only::Id("a"), &Checking::default()).await.unwrap_err();
    assert_eq!(error.class(), Class::Cancelled);
}
