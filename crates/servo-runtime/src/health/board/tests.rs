//! Tests of the board: what moments make of the state of a servo.

use std::sync::Weak;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::journal::{Change, Entry, Purpose, Values};
use servo_core::model::{Control, Value};
use servo_core::optimizer::{Command, Figures, Hello, Operation, Optimizer, Outcome, Reply, Report, Verdict};
use servo_core::progress::Progress;
use servo_core::servo::Servo;
use servo_core::{Error, Result};
use tokio::time::Instant;

use super::*;

/// An optimizer that is asked for nothing but figures.
#[derive(Default)]
struct Figuring {
    figures: Mutex<Figures>,
    heard: Mutex<Option<Instant>>,
}

#[async_trait]
impl Optimizer for Figuring {
    async fn hello(&self, _: Hello) -> Result<()> {
        Ok(())
    }

    async fn next(&self) -> Result<Command> {
        Err(Error::internal("it is not asked"))
    }

    async fn progress(&self, _: Option<&str>, _: &Progress) -> Result<Reply> {
        Ok(Reply::Ok)
    }

    async fn report(&self, _: Report) -> Result<Reply> {
        Ok(Reply::Ok)
    }

    async fn stop(&self, _: &str) {}

    fn makes_trials(&self) -> bool {
        true
    }

    fn last_heard(&self) -> Option<Instant> {
        *lock(&self.heard)
    }

    fn figures(&self) -> Figures {
        lock(&self.figures).clone()
    }

    async fn goodbye(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

impl Figuring {
    fn count(&self, passed: u64) {
        lock(&self.figures).trials.insert(Verdict::Passed, passed);
    }
}

fn servo(name: &str) -> Arc<Servo> {
    Arc::new(Servo::new(Host::named(name)))
}

fn starts(board: &Board, servo: &Arc<Servo>, optimizer: &Arc<Figuring>) {
    let optimizer: Arc<dyn Optimizer> = Arc::clone(optimizer) as _;
    board.moment(servo.name(), Moment::Starts { servo, optimizer: &optimizer });
}

fn begins(board: &Board, operation: &Operation) {
    board.moment("shop", Moment::Begins { operation });
}

fn ends(board: &Board, operation: &'static str, result: Result<(), &Error>) {
    let described = servo_core::optimizer::Answer::Described(servo_core::model::Description::default());
    let result = result.map(|()| &described);
    board.moment("shop", Moment::Ended { operation, result, took: Duration::ZERO });
}

fn only(board: &Board) -> Reading {
    let [reading] = board.read().try_into().unwrap();
    reading
}

fn measure() -> Operation {
    Operation::Measure(Measuring { metrics: None, control: Control::default() })
}

fn adjust() -> Operation {
    Operation::Adjust(Adjusting { adjustments: Vec::new(), control: Control::default() })
}

#[tokio::test(start_paused = true)]
async fn a_servo_goes_from_state_to_state() {
    let (board, optimizer) = (Board::default(), Arc::new(Figuring::default()));
    board.add("shop");
    assert!(!only(&board).was_greeted);
    starts(&board, &servo("shop"), &optimizer);
    assert_eq!(only(&board).state, State::Starting);
    board.moment("shop", Moment::Restores);
    assert_eq!(only(&board).state, State::Restoring);
    board.moment("shop", Moment::Greeted);
    let waiting = only(&board);
    assert_eq!((waiting.state, waiting.was_greeted, waiting.restores), (State::Waiting, true, 1));
    begins(&board, &measure());
    tokio::time::advance(Duration::from_secs(3)).await;
    let measuring = only(&board);
    assert_eq!((measuring.state, measuring.age), (State::Measuring, Duration::from_secs(3)));
    ends(&board, "measure", Ok(()));
    assert_eq!((only(&board).state, only(&board).age), (State::Waiting, Duration::ZERO));
    begins(&board, &adjust());
    ends(&board, "adjust", Err(&Error::rejected("unstable", "no")));
    let counts = only(&board).operations;
    assert_eq!(counts, BTreeMap::from([(("measure", "ok"), 1), (("adjust", "rejected"), 1)]));
    board.moment("shop", Moment::Finished { result: Ok(Outcome::NoBetter) });
    assert_eq!(only(&board).state, State::Ended);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_held_since_it_was_first() {
    let board = Board::default();
    for reason in ["the window opens at 6", "the window opens at 7"] {
        board.moment("shop", Moment::Held { reason, wait: Duration::from_secs(9) });
        tokio::time::advance(Duration::from_secs(9)).await;
    }
    let held = only(&board);
    assert_eq!((held.state, held.age), (State::Held, Duration::from_secs(18)));
    assert_eq!(held.note.as_deref(), Some("the window opens at 7"));
    begins(&board, &adjust());
    assert_eq!((only(&board).state, only(&board).note), (State::Adjusting, None));
}

#[tokio::test]
async fn a_failure_is_told_with_its_causes() {
    let board = Board::default();
    let error = Error::failed("no").with_source(Error::failed("because"));
    board.moment("shop", Moment::Finished { result: Err(&error) });
    let failed = only(&board);
    assert_eq!((failed.state, failed.note), (State::Failed, Some(error.chain())));
    board.moment("shop", Moment::Finished { result: Ok(Outcome::Improved) });
    assert_eq!((only(&board).state, only(&board).note), (State::Ended, None));
}

#[tokio::test]
async fn an_optimizer_is_let_go_of_when_its_servo_ends_and_its_figures_are_kept() {
    let (board, servo) = (Board::default(), servo("shop"));
    let mut gone: Vec<Weak<Figuring>> = Vec::new();
    for trials in [4, 2, 3] {
        let optimizer = Arc::new(Figuring::default());
        starts(&board, &servo, &optimizer);
        board.moment("shop", Moment::Greeted);
        optimizer.count(trials);
        lock(&optimizer.figures).cost = Some(1.5);
        gone.push(Arc::downgrade(&optimizer));
    }
    board.moment("shop", Moment::Finished { result: Ok(Outcome::Improved) });
    assert!(gone.iter().all(|optimizer| optimizer.upgrade().is_none()));
    let ended = only(&board);
    assert_eq!((ended.tally.trials[&Verdict::Passed], ended.tally.last.cost), (9, Some(1.5)));
}

#[tokio::test]
async fn a_servo_between_two_studies_is_idle_and_keeps_its_figures() {
    let (board, optimizer) = (Board::default(), Arc::new(Figuring::default()));
    starts(&board, &servo("shop"), &optimizer);
    board.moment("shop", Moment::Greeted);
    optimizer.count(3);
    let gone = Arc::downgrade(&optimizer);
    drop(optimizer);
    let idle = only(&board);
    assert_eq!((idle.state, idle.tally.trials[&Verdict::Passed]), (State::Idle, 3));
    assert!(gone.upgrade().is_none());
    starts(&board, &servo("shop"), &Arc::new(Figuring::default()));
    // It has reached an optimizer before.
    assert!(only(&board).was_greeted);
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_fails_and_is_not_heard_of_is_lost() {
    let (board, optimizer) = (Board::default(), Arc::new(Figuring::default()));
    starts(&board, &servo("shop"), &optimizer);
    *lock(&optimizer.heard) = Some(Instant::now());
    board.moment("shop", Moment::Greeted);
    tokio::time::advance(Duration::from_mins(20)).await;
    assert!(!only(&board).is_lost);
    lock(&optimizer.figures).errors = 7;
    let lost = only(&board);
    assert_eq!((lost.is_lost, lost.silence), (true, Some(Duration::from_mins(20))));
    assert_eq!(board.summary(), "1 servo: 1 waiting, 1 without their optimizer");
    board.moment("shop", Moment::Finished { result: Ok(Outcome::Interrupted) });
    assert_eq!((only(&board).is_lost, only(&board).silence), (false, None));
}

#[tokio::test]
async fn the_journal_is_told_once_it_is_in_use() {
    let (board, optimizer, servo) = (Board::default(), Arc::new(Figuring::default()), servo("shop"));
    board.add("shop");
    assert_eq!(only(&board).standing, None);
    starts(&board, &servo, &optimizer);
    board.moment("shop", Moment::Greeted);
    assert!(only(&board).standing.unwrap().is_at_baseline);
    let journal = servo.bus().host().journal();
    let values = |cpu: &str| Values::from([("web.cpu".to_owned(), Value::Text(cpu.to_owned()))]);
    let change = Change { id: 1, purpose: Purpose::Trial, before: values("1"), after: values("2") };
    journal.write(Entry::Change(change)).await.unwrap();
    journal.write(Entry::Tripped { reason: "3 failures".to_owned() }).await.unwrap();
    let reading = only(&board);
    assert_eq!(reading.trip(), Some("3 failures"));
    let standing = reading.standing.unwrap();
    assert_eq!((standing.is_pending, standing.is_at_baseline), (true, false));
    assert_eq!(board.summary(), "1 servo: 1 waiting, 1 with a broken circuit");
}

#[tokio::test]
async fn servos_have_started_when_their_connectors_run_whether_or_not_their_optimizers_answer() {
    let (board, optimizer, servo) = (Board::default(), Arc::new(Figuring::default()), servo("shop"));
    board.add("shop");
    assert!(!board.has_started());
    starts(&board, &servo, &optimizer);
    assert!(!board.has_started());
    servo.start().await.unwrap();
    assert!(board.has_started());
    board.add("another");
    assert!(!board.has_started());
    board.moment("another", Moment::Finished { result: Err(&Error::failed("no")) });
    assert!(board.has_started());
}

#[tokio::test]
async fn a_thousand_servos_are_told_and_removed() {
    let board = Board::default();
    for number in 0..1000 {
        let (name, optimizer) = (format!("servo-{number:04}"), Arc::new(Figuring::default()));
        starts(&board, &servo(&name), &optimizer);
        board.moment(&name, Moment::Greeted);
        board.moment(&name, Moment::Finished { result: Ok(Outcome::NoBetter) });
    }
    assert_eq!(board.summary(), "1000 servos: 1000 ended");
    for number in 1..1000 {
        board.remove(&format!("servo-{number:04}"));
    }
    assert_eq!(&*only(&board).name, "servo-0000");
}
