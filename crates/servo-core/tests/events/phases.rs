//! In which order and how far apart handlers run, and which phases a dispatch has (4.3).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::{
    After, Before, Bus, Dispatched, EventResult, Handlers, Member, On, Phase, Refusal, Scope,
};
use servo_core::{Class, Connector, Context, Error, Result};
use tokio::time::Instant;

use crate::fixture::{Act, Log, Ping, Probe, bus, ping, texts};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn each_phase_runs_side_by_side_and_waits_for_the_one_before_it() {
    let slow = Probe {
        before: Act::Slow(SECOND),
        on: Act::Slow(2 * SECOND),
        after: Act::Slow(3 * SECOND),
        ..Probe::default()
    };
    let begin = Instant::now();
    ping(&bus([("a", slow.clone()), ("b", slow.clone()), ("c", slow)])).await;
    assert_eq!(begin.elapsed(), 6 * SECOND);
}

#[tokio::test]
async fn only_the_phases_that_are_asked_for_run() {
    for (phases, expected) in [
        (vec![Phase::Before], vec!["a before:ping", "a let it pass"]),
        (vec![Phase::On], vec!["a ping", "a done"]),
        (vec![Phase::After], vec!["a after:ping []"]),
        (vec![Phase::On, Phase::After], vec!["a ping", "a done", r#"a after:ping ["a"]"#]),
        (vec![], vec![]),
    ] {
        let probe = Probe::default();
        let bus = bus([("a", probe.clone())]);
        bus.dispatch::<Ping>(&Scope::detached(), String::new()).phases(&phases).await.unwrap();
        assert_eq!(probe.log.lines(), expected, "{phases:?}");
    }
}

#[tokio::test]
async fn a_connector_that_is_added_later_answers_after_the_others() {
    let bus = bus([("zeta", Probe::default()), ("mid", Probe::default())]);
    bus.add(Member::new("alpha", "probe", Probe::default())).unwrap();
    assert_eq!(texts(ping(&bus).await), ["zeta", "mid", "alpha"]);
}

#[tokio::test]
async fn an_on_handler_can_fail_but_not_cancel_the_event() {
    let bus = bus([("a", Probe { on: Act::Heed(Duration::ZERO), ..Probe::default() })]);
    let scope = Scope::detached();
    scope.token.cancel();
    let dispatched = bus.dispatch::<Ping>(&scope, String::new()).keep_errors().await.unwrap();
    let Dispatched::Done(results) = dispatched else { panic!("it was cancelled") };
    let error = results[0].value.as_ref().unwrap_err();
    assert_eq!((error.class(), error.message()), (Class::Cancelled, "heeded"));
}

#[tokio::test]
async fn a_before_handler_that_fails_with_the_class_cancelled_has_failed() {
    struct Guard;
    impl Connector for Guard {
        type Settings = ();
        fn new(_: &str, (): ()) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(handlers: &mut Handlers<Self>) {
            handlers.before::<Ping>();
        }
    }
    #[async_trait]
    impl Before<Ping> for Guard {
        async fn before(&self, _: &Context, _: &String) -> Result<(), Refusal> {
            Err(Error::cancelled("not a refusal"))?
        }
    }
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("guard", "guard", Guard)).unwrap();
    let error = bus.dispatch::<Ping>(&Scope::detached(), String::new()).await.unwrap_err();
    assert_eq!((error.connector(), error.message()), (Some("guard"), "not a refusal"));
}

/// A part of a connector that writes down when it begins and ends.
struct Part(Log, &'static str);

impl Part {
    async fn run(&self, phase: &str) {
        self.0.write(format!("{} {phase} begins", self.1));
        tokio::time::sleep(SECOND).await;
        self.0.write(format!("{} {phase} ends", self.1));
    }
}

#[async_trait]
impl Before<Ping> for Part {
    async fn before(&self, _: &Context, _: &String) -> Result<(), Refusal> {
        self.run("before").await;
        Ok(())
    }
}

#[async_trait]
impl On<Ping> for Part {
    async fn on(&self, _: &Context, _: &String) -> Result<String> {
        self.run("on").await;
        Ok(self.1.to_owned())
    }
}

#[async_trait]
impl After<Ping> for Part {
    async fn after(&self, _: &Context, _: &String, _: &[EventResult<String>]) {
        self.run("after").await;
    }
}

struct Parted {
    one: Arc<Part>,
    two: Arc<Part>,
}

impl Connector for Parted {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        let log = Log::default();
        Ok(Self { one: Arc::new(Part(log.clone(), "one")), two: Arc::new(Part(log, "two")) })
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        let (one, two) = (|c: &Arc<Self>| Arc::clone(&c.one), |c: &Arc<Self>| Arc::clone(&c.two));
        handlers.before_via::<Ping, Part>(two).before_via::<Ping, Part>(one);
        handlers.on_via::<Ping, Part>(one).on_via::<Ping, Part>(two);
        handlers.after_via::<Ping, Part>(one).after_via::<Ping, Part>(two);
    }
}

#[tokio::test(start_paused = true)]
async fn the_handlers_of_one_connector_run_one_after_another_in_every_phase() {
    let connector = Parted::new("parted", ()).unwrap();
    let log = connector.one.0.clone();
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("parted", "parted", connector)).unwrap();
    assert_eq!(texts(ping(&bus).await), ["one", "two"]);
    let phases = [("before", ["two", "one"]), ("on", ["one", "two"]), ("after", ["one", "two"])];
    let expected: Vec<String> = phases
        .iter()
        .flat_map(|(phase, parts)| parts.iter().map(move |part| (part, phase)))
        .flat_map(|(part, phase)| ["begins", "ends"].map(|when| format!("{part} {phase} {when}")))
        .collect();
    assert_eq!(log.lines(), expected);
}
