//! An operator who is asked before the optimizer is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::optimizer::Outcome;
use servo_runtime::runner::{Ask, Interactive};
use servo_testkit::script::Script;
use tokio::time::Instant;

use crate::fixture::{Web, describe, runner, stop_after, story};

/// An operator who answers like this, in order, and then not any more.
#[derive(Debug, Default)]
struct Operator {
    answers: Mutex<VecDeque<bool>>,
    log: Mutex<Vec<String>>,
}

impl Operator {
    fn answering(answers: &[bool]) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.iter().copied().collect()), log: Mutex::default() })
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

#[async_trait]
impl Ask for Operator {
    async fn agrees(&self, question: &str) -> bool {
        self.log.lock().unwrap().push(question.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    fn say(&self, text: &str) {
        self.log.lock().unwrap().push(text.to_owned());
    }
}

const CONNECT: &str = "shop: Connect to the optimizer?";
const POLL: &str = "shop: Poll for next command?";

/// Runs a script against an operator, with a stop after an hour. Gives what the script was told, and how long it took.
async fn ran(script: Script, operator: &Arc<Operator>) -> (Vec<String>, u64, Outcome) {
    let script = Arc::new(script);
    let mut runner = runner(&Web::default(), &script);
    runner.optimizer =
        Arc::new(Interactive::new("shop", Arc::clone(&runner.optimizer), Arc::clone(operator) as _));
    let (stop, begin) = (runner.stop.clone(), Instant::now());
    let life = async { (runner.run().await.unwrap(), begin.elapsed().as_secs()) };
    let ((outcome, took), ()) = tokio::join!(life, stop_after(stop, Duration::from_hours(1)));
    (story(&script), took, outcome)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_connected_to_where_that_is_not_wanted() {
    let operator = Operator::answering(&[false]);
    let (story, took, outcome) = ran(Script::of([describe()]), &operator).await;
    assert_eq!((story, took, outcome), (vec!["goodbye SIGTERM".to_owned()], 3600, Outcome::Interrupted));
    assert_eq!(operator.log(), [CONNECT, "shop: Not connected: idle until stopped"]);
}

#[tokio::test(start_paused = true)]
async fn each_command_is_asked_for_and_a_no_is_asked_again_after_a_minute() {
    let operator = Operator::answering(&[true, true, false, true]);
    let (story, _, outcome) = ran(Script::of([describe()]), &operator).await;
    assert_eq!(story, ["hello", "next", "report ok", "next", "goodbye shutdown"]);
    assert_eq!(operator.log(), [CONNECT, POLL, POLL, "shop: Sleeping for 1m", POLL]);
    assert_eq!(outcome, Outcome::NoBetter);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heeded_while_it_asks_and_nothing_is_asked_about_winding_up() {
    for answers in [[true].as_slice(), &[true, false]] {
        let operator = Operator::answering(answers);
        let (story, took, _) = ran(Script::of([describe()]).closing([describe()]), &operator).await;
        assert_eq!(story[..4], ["hello", "stop SIGTERM", "next", "report ok"], "{story:?}");
        assert_eq!(took, 3600);
    }
}
