//! Remedies run when they are asked for, say what they do, and end in time (5.5, 5.8).

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use servo_core::check::{
    self, BusPass, Checked, Checking, Checks, Definition, Delay, Progression, Relief, Remedy,
};
use servo_core::event::Scope;
use servo_core::{Class, Error, Result};
use tokio_util::sync::CancellationToken;

use crate::fixture::{Log, Probe, bus, halting};
use crate::progressing::{Script, checked, fails, passes, progress, written};

fn remedying() -> Progression {
    Progression { remedy: true, ..Progression::default() }
}

/// Notes the name of the check when its remedy runs.
fn noting(log: &Log, check: Definition<'static>, name: &'static str) -> Definition<'static> {
    let log = log.clone();
    check.remedy("note it", move || {
        let log = log.clone();
        async move { log.write(format!("> {name}")) }
    })
}

async fn once(progression: &Progression, results: Vec<Checked>, log: &Log) -> Vec<String> {
    progress(progression, &mut Script::new([results]), log).await.unwrap();
    log.take().into_iter().filter(|line| !["pass", "ready"].contains(&line.as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn remedies_do_not_run_unless_they_are_asked_for() {
    let log = Log::default();
    let results = vec![checked("a", [noting(&log, fails("pods", "none"), "pods")]).await];
    assert_eq!(once(&Progression::default(), results, &log).await, ["failed pods (0 passed): none"]);
}

#[tokio::test(start_paused = true)]
async fn a_remedy_says_what_it_is_about_to_do_before_it_does() {
    let log = Log::default();
    let results = vec![checked("a", [noting(&log, fails("pods", "none"), "pods").hint("scale up")]).await];
    let expected = [
        "failed pods (0 passed): none",
        "hint scale up",
        "remedying pods: note it",
        "> pods",
        "Applied(None)",
    ];
    assert_eq!(once(&remedying(), results, &log).await, expected);
}

#[tokio::test(start_paused = true)]
async fn what_holds_is_not_put_right() {
    let log = Log::default();
    let results = vec![checked("a", [noting(&log, passes("pods"), "pods")]).await];
    assert_eq!(once(&remedying(), results, &log).await, ["passed a pods"]);
}

#[tokio::test(start_paused = true)]
async fn the_remedies_of_all_failing_checks_run_in_one_pass_in_order() {
    let log = Log::default();
    let warning = check::warning("warning", || (false, "w"));
    let results = vec![
        checked("a", [noting(&log, fails("one", "1"), "one"), passes("fine")]).await,
        checked("b", [noting(&log, warning, "warning"), noting(&log, fails("two", "2"), "two")]).await,
    ];
    let lines = once(&remedying(), results, &log).await;
    let applied: Vec<_> = lines.iter().filter(|line| line.starts_with("> ")).collect();
    assert_eq!(applied, ["> one", "> warning", "> two"]);
}

#[tokio::test(start_paused = true)]
async fn check_halting_applies_one_at_a_time() {
    let (log, told) = (Log::default(), Log::default());
    let fixed = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
    let probe = {
        let log = log.clone();
        Probe::new(move || {
            let mut checks = Checks::new();
            checks.warning("advice", || false).remedy("note it", || async {});
            for (fixed, name) in fixed.iter().zip(["one", "two"]) {
                let (is_fixed, fix, log) = (Arc::clone(fixed), Arc::clone(fixed), log.clone());
                checks.common(name, move || is_fixed.load(Ordering::Relaxed)).remedy("fix it", move || {
                    fix.store(true, Ordering::Relaxed);
                    log.write(name);
                    async {}
                });
            }
            checks
        })
    };
    let (bus, scope) = (bus([("a", probe)]), Scope::detached());
    let mut pass = BusPass::new(&bus, &scope, Checking::default());
    let progression = Progression {
        wait: Duration::from_mins(1).into(),
        delay: Delay::Fixed(Duration::from_secs(10).into()),
        check_halting: true,
        ..remedying()
    };
    let readiness = progress(&progression, &mut pass, &told).await.unwrap();
    assert_eq!((readiness.ready, readiness.passes), (true, 3));
    assert_eq!(log.take(), ["one", "two"]);
    let remedies: Vec<_> =
        told.take().into_iter().filter(|line| line.starts_with("remedying") || line == "pass").collect();
    let expected = [
        "remedying one: fix it",
        "pass",
        "remedying two: fix it",
        "pass",
        "remedying advice: note it",
        "pass",
    ];
    assert_eq!(remedies, expected);
}

#[tokio::test(start_paused = true)]
async fn without_any_wait_another_pass_says_what_came_of_remedies() {
    let log = Log::default();
    let broken = checked("a", [noting(&log, fails("pods", "none"), "pods")]).await;
    let mut script = Script::new([vec![broken.clone()], vec![checked("a", [passes("pods")]).await]]);
    let readiness = progress(&remedying(), &mut script, &log).await.unwrap();
    assert_eq!((readiness.ready, readiness.passes), (true, 2));
    log.take();
    let mut script = Script::new([vec![broken.clone()], vec![broken]]);
    let readiness = progress(&remedying(), &mut script, &log).await.unwrap();
    assert_eq!((readiness.ready, readiness.passes), (false, 2));
    assert_eq!(log.take().iter().filter(|line| *line == "> pods").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_remedy_that_fails_ends_nothing() {
    let log = Log::default();
    let results = vec![
        checked(
            "a",
            [
                fails("error", "1").remedy("try", || async { Err::<(), _>(Error::failed("forbidden")) }),
                fails("panic", "2").remedy("try", || async { panic!("boom") as () }),
                fails("bool", "3").remedy("try", || async { false }),
                noting(&log, fails("last", "4"), "last"),
            ],
        )
        .await,
    ];
    let lines = once(&remedying(), results, &log).await;
    let outcomes: Vec<_> =
        lines.iter().filter(|line| line.starts_with("Failed(") || line.starts_with("Applied(")).collect();
    let expected = [
        "Failed(\"forbidden\")",
        "Failed(\"handler panicked: boom\")",
        "Failed(\"it does not say why\")",
        "Applied(None)",
    ];
    assert_eq!(outcomes, expected);
}

#[tokio::test(start_paused = true)]
async fn a_remedy_has_ten_seconds() {
    let log = Log::default();
    let results = vec![
        checked(
            "a",
            [fails("hangs", "1").remedy("hang", pending::<()>), noting(&log, fails("next", "2"), "next")],
        )
        .await,
    ];
    let begin = tokio::time::Instant::now();
    let lines = once(&remedying(), results, &log).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(10));
    assert!(lines[2].starts_with("TimedOut(") && lines.contains(&"> next".to_owned()), "{lines:?}");
    let limit = Duration::from_secs(2).into();
    assert_eq!(Remedy::new("hang", pending::<()>).apply(limit).await, Relief::TimedOut(limit));
}

#[tokio::test]
async fn a_remedy_may_say_what_it_did() {
    let remedy = Remedy::new("restart it", || async { Ok::<_, Error>("restarted two pods") });
    let relief = remedy.apply(Duration::from_secs(1).into()).await;
    assert_eq!(relief, Relief::Applied(Some("restarted two pods".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_remedy_is_dropped_when_it_is_cancelled() {
    let mut script =
        Script::new([vec![checked("a", [fails("hangs", "1").remedy("hang", pending::<()>)]).await]]);
    let (token, log) = (CancellationToken::new(), Log::default());
    let (progression, mut follow) = (remedying(), written(&log));
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        token.cancel();
    };
    let run = progression.run("shop", &token, &mut script, &mut follow);
    let (ended, ()): (Result<_>, ()) = tokio::join!(run, cancel);
    assert_eq!(ended.unwrap_err().class(), Class::Cancelled);
}

#[tokio::test]
async fn running_checks_runs_no_remedy() {
    let log = Log::default();
    let checks: Checks<'_> = [noting(&log, fails("pods", "none"), "pods")].into_iter().collect();
    let results = crate::fixture::run(checks, &halting(check::HaltOnFailed::Never)).await.unwrap();
    assert!(results[0].remedy.is_some());
    assert!(log.take().is_empty());
}
