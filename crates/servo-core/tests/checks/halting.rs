//! Where a run ends (5.1, 5.3).

use servo_core::check::{Checks, HaltOnFailed};

use crate::fixture::{Log, halting, run, statuses};

/// A warning, a common and a critical check that fail, one after another.
fn failing(log: &Log) -> Checks<'static> {
    let fails = |name: &'static str| {
        let log = log.clone();
        move || {
            log.write(name);
            false
        }
    };
    let mut checks = Checks::new();
    checks.common("passes", || true);
    checks.warning("warning", fails("warning"));
    checks.common("common", fails("common"));
    checks.critical("critical", fails("critical"));
    checks.common("last", fails("last"));
    checks
}

async fn runs(halt_on: HaltOnFailed) -> Vec<String> {
    let log = Log::default();
    run(failing(&log), &halting(halt_on)).await.unwrap();
    log.take()
}

#[tokio::test]
async fn a_critical_failure_halts_unless_something_else_is_said() {
    assert_eq!(HaltOnFailed::default(), HaltOnFailed::Critical);
    assert_eq!(runs(HaltOnFailed::Critical).await, ["warning", "common", "critical"]);
}

#[tokio::test]
async fn common_halts_at_any_failure_but_not_at_a_warning() {
    assert_eq!(runs(HaltOnFailed::Common).await, ["warning", "common"]);
}

#[tokio::test]
async fn warning_halts_at_a_warning_too() {
    assert_eq!(runs(HaltOnFailed::Warning).await, ["warning"]);
}

#[tokio::test]
async fn never_runs_everything() {
    assert_eq!(runs(HaltOnFailed::Never).await, ["warning", "common", "critical", "last"]);
}

#[tokio::test]
async fn what_comes_after_is_listed_as_not_run() {
    let results = run(failing(&Log::default()), &halting(HaltOnFailed::Common)).await.unwrap();
    let why = || "not run: `common` failed".to_owned();
    let expected = [
        ("passes", "passed".to_owned()),
        ("warning", "warning".to_owned()),
        ("common", "failed".to_owned()),
        ("critical", why()),
        ("last", why()),
    ];
    assert_eq!(statuses(&results), expected);
    let skipped = &results[4];
    assert!(!skipped.passed() && !skipped.failed() && skipped.success().is_none());
}

#[test]
fn its_names_are_read_the_old_ones_too() {
    for (text, expected) in [
        ("critical", HaltOnFailed::Critical),
        ("requirement", HaltOnFailed::Critical),
        ("common", HaltOnFailed::Common),
        ("check", HaltOnFailed::Common),
        ("warning", HaltOnFailed::Warning),
        ("never", HaltOnFailed::Never),
    ] {
        assert_eq!(text.parse(), Ok(expected), "{text}");
        assert_eq!(expected.to_string().parse(), Ok(expected), "{text}");
        assert_eq!(serde_json::from_value::<HaltOnFailed>(text.into()).unwrap(), expected, "{text}");
    }
    let error = "Critical".parse::<HaltOnFailed>().unwrap_err().to_string();
    let expected = "expected `critical` (or `requirement`), `common` (or `check`), `warning` or `never`, found `Critical`";
    assert_eq!(error, expected);
}
