//! Checks that are run again until they pass (5.5).

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::check::{
    self, BusPass, Check, Checked, Checking, Checks, Definition, Delay, Follow, News, Pass, Progression,
    Readiness,
};
use servo_core::event::Scope;
use servo_core::{Class, Error, Result};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Log, Probe, bus, run_all};

/// Passes that are written down beforehand; the last one is repeated.
pub(crate) struct Script {
    passes: VecDeque<Vec<Checked>>,
    pub(crate) times: Vec<u64>,
    begin: Instant,
}

impl Script {
    pub(crate) fn new(passes: impl IntoIterator<Item = Vec<Checked>>) -> Self {
        Self { passes: passes.into_iter().collect(), times: Vec::new(), begin: Instant::now() }
    }
}

#[async_trait]
impl Pass for Script {
    async fn pass(&mut self) -> Result<Vec<Checked>> {
        self.times.push(self.begin.elapsed().as_secs());
        let next = self.passes.pop_front().ok_or_else(|| Error::failed("the script is over"))?;
        if self.passes.is_empty() {
            self.passes.push_back(next.clone());
        }
        Ok(next)
    }
}

/// The results of one connector.
pub(crate) async fn checked(
    connector: &str,
    checks: impl IntoIterator<Item = Definition<'static>>,
) -> Checked {
    Checked { connector: connector.into(), checks: run_all(checks.into_iter().collect()).await }
}

pub(crate) fn passes(name: &str) -> Definition<'static> {
    check::common(name, || true)
}

pub(crate) fn fails(name: &str, message: &'static str) -> Definition<'static> {
    check::common(name, move || (false, message))
}

/// Follows, and writes it down in a word or two each.
pub(crate) fn written(log: &Log) -> impl Follow + use<> {
    let log = log.clone();
    move |news: News<'_>| {
        let message = |check: &Check| check.message.clone().unwrap_or_default();
        log.write(match news {
            News::Passed { key, check } => format!("passed {} {}", key.connector, check.name),
            News::Failed { check, passing, .. } => {
                format!("failed {} ({passing} passed): {}", check.name, message(check))
            }
            News::Warning { check, .. } => format!("warning {}: {}", check.name, message(check)),
            News::Hint { hint, .. } => format!("hint {hint}"),
            News::Remedying { check, remedy, .. } => format!("remedying {}: {}", check.name, remedy.what()),
            News::Remedied { relief, .. } => format!("{relief:?}"),
            News::Pass { .. } => "pass".to_owned(),
            News::Waiting { delay } => format!("waiting {delay}"),
            News::Ready => "ready".to_owned(),
            News::TimedOut { wait } => format!("timed out {wait}"),
        });
    }
}

pub(crate) async fn progress(
    progression: &Progression,
    passes: &mut dyn Pass,
    log: &Log,
) -> Result<Readiness> {
    progression.run("shop", &CancellationToken::new(), passes, &mut written(log)).await
}

fn waiting(wait: u64, delay: Delay) -> Progression {
    Progression { wait: Duration::from_secs(wait).into(), delay, ..Progression::default() }
}

fn fixed(seconds: u64) -> Delay {
    Delay::Fixed(Duration::from_secs(seconds).into())
}

async fn times(wait: u64, delay: Delay) -> Vec<u64> {
    let mut script = Script::new([vec![checked("a", [fails("ping", "no")]).await]]);
    let readiness = progress(&waiting(wait, delay), &mut script, &Log::default()).await.unwrap();
    assert!(!readiness.ready);
    assert_eq!(readiness.passes as usize, script.times.len());
    script.times
}

#[tokio::test(start_paused = true)]
async fn without_a_wait_there_is_one_pass_and_nobody_waits() {
    let begin = Instant::now();
    assert_eq!(times(0, Delay::Exponential).await, [0]);
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[test]
fn a_wait_of_nothing_is_none() {
    let seconds = |text| Progression::parse_wait(text).map(|wait| wait.as_std().as_secs());
    assert_eq!((seconds(""), seconds("0"), seconds("30m")), (Ok(0), Ok(0), Ok(1800)));
    assert!(seconds("soon").is_err());
}

#[tokio::test(start_paused = true)]
async fn fixed_delays_never_overshoot_the_wait() {
    assert_eq!(times(25, fixed(10)).await, [0, 10, 20, 25]);
    assert_eq!(times(20, fixed(10)).await, [0, 10, 20]);
    assert_eq!(times(5, fixed(10)).await, [0, 5]);
}

#[tokio::test(start_paused = true)]
async fn exponential_delays_have_a_cap_and_never_overshoot_the_wait() {
    assert_eq!(times(60, Delay::Exponential).await, [0, 8, 24, 56, 60]);
    let long = times(1800, Delay::Exponential).await;
    assert_eq!(long, [0, 8, 24, 56, 120, 248, 504, 804, 1104, 1404, 1704, 1800]);
}

#[tokio::test(start_paused = true)]
async fn it_ends_once_no_check_fails() {
    let failing = vec![checked("a", [passes("ping"), fails("pods", "none run")]).await];
    let passing = vec![checked("a", [passes("ping"), passes("pods")]).await];
    let mut script = Script::new([failing.clone(), failing, passing]);
    let log = Log::default();
    let readiness = progress(&waiting(1800, Delay::Exponential), &mut script, &log).await.unwrap();
    assert!(readiness.ready);
    assert_eq!((readiness.passes, script.times), (3, vec![0, 8, 24]));
    assert!(readiness.results[0].checks.iter().all(Check::passed));
    let expected = [
        "passed a ping",
        "failed pods (1 passed): none run",
        "pass",
        "waiting 8s",
        "pass",
        "waiting 16s",
        "passed a pods",
        "pass",
        "ready",
    ];
    assert_eq!(log.take(), expected, "each is told once");
}

#[tokio::test(start_paused = true)]
async fn a_changed_message_of_a_failing_check_is_new() {
    let pass = |message| async move { vec![checked("a", [fails("pods", message)]).await] };
    let mut script = Script::new([pass("none").await, pass("none").await, pass("one").await]);
    let log = Log::default();
    progress(&waiting(20, fixed(10)), &mut script, &log).await.unwrap();
    let told: Vec<_> = log.take().into_iter().filter(|line| line.starts_with("failed")).collect();
    assert_eq!(told, ["failed pods (0 passed): none", "failed pods (0 passed): one"]);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_holds_is_told_once_whatever_it_says() {
    let says = |message| check::common("pods", move || (true, message));
    let pass = |message| async move { vec![checked("a", [says(message), fails("ping", "no")]).await] };
    let log = Log::default();
    let mut script = Script::new([pass("two run").await, pass("three run").await]);
    progress(&waiting(10, fixed(10)), &mut script, &log).await.unwrap();
    let told: Vec<_> = log.take().into_iter().filter(|line| line.contains("pods")).collect();
    assert_eq!(told, ["passed a pods"]);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_again_is_new_again() {
    let pass =
        |pods: Definition<'static>| async move { vec![checked("a", [pods, fails("ping", "no")]).await] };
    let script = [pass(passes("pods")).await, pass(fails("pods", "none")).await, pass(passes("pods")).await];
    let log = Log::default();
    progress(&waiting(20, fixed(10)), &mut Script::new(script), &log).await.unwrap();
    let told: Vec<_> = log.take().into_iter().filter(|line| line.contains("pods")).collect();
    assert_eq!(told, ["passed a pods", "failed pods (0 passed): none", "passed a pods"]);
}

#[tokio::test(start_paused = true)]
async fn checks_of_two_connectors_with_one_id_are_two() {
    let both = vec![checked("a", [passes("ping")]).await, checked("b", [passes("ping")]).await];
    let log = Log::default();
    progress(&Progression::default(), &mut Script::new([both]), &log).await.unwrap();
    assert_eq!(log.take(), ["passed a ping", "passed b ping", "pass", "ready"]);
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_check_names_its_servo() {
    let mut keys = Vec::new();
    let mut follow = |news: News<'_>| {
        if let News::Passed { key, .. } = news {
            keys.push(key.clone());
        }
    };
    let mut script = Script::new([vec![checked("a", [passes("ping").id("ping")]).await]]);
    let token = CancellationToken::new();
    Progression::default().run("shop", &token, &mut script, &mut follow).await.unwrap();
    assert_eq!(keys, [check::Key::new("shop", "a", "ping")]);
}

#[tokio::test(start_paused = true)]
async fn a_warning_never_keeps_a_servo_from_becoming_ready() {
    let warning = check::warning("limits", || (false, "there are none")).hint("set limits");
    let mut script = Script::new([vec![checked("a", [warning, passes("ping")]).await]]);
    let log = Log::default();
    assert!(progress(&waiting(60, fixed(10)), &mut script, &log).await.unwrap().ready);
    let expected = ["warning limits: there are none", "hint set limits", "passed a ping", "pass", "ready"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_was_not_run_keeps_a_servo_from_becoming_ready() {
    let probe = Probe::new(|| {
        let mut checks = Checks::new();
        checks.warning("limits", || false);
        checks.common("ping", || true);
        checks
    });
    let (bus, scope) = (bus([("a", probe)]), Scope::detached());
    for (halt_on, ready) in [(check::HaltOnFailed::Warning, false), (check::HaltOnFailed::Common, true)] {
        let mut pass = BusPass::new(&bus, &scope, Checking { halt_on, ..Checking::default() });
        let readiness = progress(&Progression::default(), &mut pass, &Log::default()).await.unwrap();
        assert_eq!(readiness.ready, ready, "{halt_on}");
    }
}

#[tokio::test(start_paused = true)]
async fn hints_are_told_with_failures() {
    let mut script = Script::new([vec![checked("a", [fails("pods", "none").hint("scale up")]).await]]);
    let log = Log::default();
    progress(&waiting(15, fixed(10)), &mut script, &log).await.unwrap();
    let expected = [
        "failed pods (0 passed): none",
        "hint scale up",
        "pass",
        "waiting 10s",
        "pass",
        "waiting 5s",
        "pass",
        "timed out 15s",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_servo_without_checks_is_ready() {
    assert!(
        progress(&Progression::default(), &mut Script::new([vec![]]), &Log::default()).await.unwrap().ready
    );
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_the_wait() {
    let mut script = Script::new([vec![checked("a", [fails("pods", "none")]).await]]);
    let token = CancellationToken::new();
    let begin = Instant::now();
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        token.cancel();
    };
    let log = Log::default();
    let (progression, mut follow) = (waiting(1800, fixed(600)), written(&log));
    let (ended, ()) = tokio::join!(progression.run("shop", &token, &mut script, &mut follow), cancel);
    assert_eq!((ended.unwrap_err().class(), begin.elapsed().as_secs()), (Class::Cancelled, 3));
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_cannot_be_made_ends_it() {
    let error = progress(&waiting(60, fixed(10)), &mut Script::new([]), &Log::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the script is over");
}

#[tokio::test(start_paused = true)]
async fn connectors_on_a_bus_are_asked_until_they_pass() {
    let begin = Instant::now();
    let probe = Probe::new(move || {
        let mut checks = Checks::new();
        checks.critical("after 20 s", move || begin.elapsed() >= Duration::from_secs(20));
        checks.common("then", || true);
        checks
    });
    let (bus, scope, log) = (bus([("a", probe)]), Scope::detached(), Log::default());
    let mut pass = BusPass::new(&bus, &scope, Checking::default());
    assert!(progress(&waiting(60, Delay::Exponential), &mut pass, &log).await.unwrap().ready);
    let lines = log.take();
    assert_eq!(lines[..3], ["failed after 20 s (0 passed): ", "pass", "waiting 8s"]);
    assert_eq!(lines[lines.len() - 4..], ["passed a after 20 s", "passed a then", "pass", "ready"]);
}
