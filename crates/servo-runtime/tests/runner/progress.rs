//! Progress beside a command: with its uid, never after its report, never in its way.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::Result;
use servo_core::optimizer::{Command, Hello, Optimizer, Reply, Report};
use servo_core::progress::Progress;
use servo_testkit::script::{Script, Told};

use crate::fixture::{Web, measure, run, runner};

#[tokio::test(start_paused = true)]
async fn it_carries_the_commands_uid_and_ends_with_its_report() {
    let script = Arc::new(Script::of([measure(20)]));
    run(&Web::default(), &script).await.unwrap();
    let told = script.told();
    let progress: Vec<f64> = told
        .iter()
        .filter_map(|told| match told {
            Told::Progress(Some(uid), percent) if uid == "cmd-1" => Some(*percent),
            _ => None,
        })
        .collect();
    assert_eq!(progress, [0.0, 25.0, 50.0, 75.0]);
    let report = told.iter().position(|told| matches!(told, Told::Report(..))).unwrap();
    assert!(told[report..].iter().all(|told| !matches!(told, Told::Progress(..))));
}

#[tokio::test(start_paused = true)]
async fn a_cancel_in_reply_ends_the_command() {
    let script = Script::of([measure(3600)]).replying_to_progress(Reply::Cancel("user cancelled".to_owned()));
    let script = Arc::new(script);
    let begin = tokio::time::Instant::now();
    run(&Web::default(), &script).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(1));
    assert_eq!(script.reports()[0].as_ref().unwrap_err().class.status(), "cancelled");
}

/// Takes an hour to take progress.
struct Slow(Arc<Script>);

#[async_trait]
impl Optimizer for Slow {
    async fn hello(&self, hello: Hello) -> Result<()> {
        self.0.hello(hello).await
    }
    async fn next(&self) -> Result<Command> {
        self.0.next().await
    }
    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply> {
        tokio::time::sleep(Duration::from_hours(1)).await;
        self.0.progress(uid, progress).await
    }
    async fn report(&self, report: Report) -> Result<Reply> {
        self.0.report(report).await
    }
    async fn stop(&self, reason: &str) {
        self.0.stop(reason).await;
    }
    async fn goodbye(&self, reason: &str) -> Result<()> {
        self.0.goodbye(reason).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_is_slow_to_take_it_delays_nothing() {
    let script = Arc::new(Script::of([measure(20)]));
    let mut runner = runner(&Web::default(), &script);
    runner.optimizer = Arc::new(Slow(Arc::clone(&script)));
    let begin = tokio::time::Instant::now();
    runner.run().await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 20);
    assert!(
        !script.told().iter().any(|told| matches!(told, Told::Progress(..))),
        "posts end with the command"
    );
}
