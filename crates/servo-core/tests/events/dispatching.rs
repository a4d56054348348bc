//! To whom an event goes, in which order the answers come, and what failures do (4.3).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::{Bus, Dispatched, Handlers, Member, On, Phase, Scope};
use servo_core::{Class, Connector, Context, Result};

use crate::fixture::{Act, Log, Ping, Probe, bus, ping, texts};

fn on(act: Act) -> Probe {
    Probe { on: act, ..Probe::default() }
}

fn slow(seconds: u64) -> Probe {
    on(Act::Slow(Duration::from_secs(seconds)))
}

#[tokio::test(start_paused = true)]
async fn answers_come_in_the_order_of_the_connectors_whoever_is_faster() {
    let bus = bus([("zeta", slow(3)), ("alpha", slow(1)), ("mid", slow(2))]);
    assert_eq!(texts(ping(&bus).await), ["zeta", "alpha", "mid"]);
}

#[tokio::test(start_paused = true)]
async fn handlers_of_several_connectors_run_side_by_side() {
    let bus = bus([("a", slow(3)), ("b", slow(3)), ("c", slow(3))]);
    let begin = tokio::time::Instant::now();
    ping(&bus).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(3));
}

#[tokio::test]
async fn before_on_and_after_run_in_that_order() {
    let probe = Probe::default();
    ping(&bus([("a", probe.clone())])).await;
    assert_eq!(
        probe.log.lines(),
        ["a before:ping", "a let it pass", "a ping", "a done", r#"a after:ping ["a"]"#]
    );
}

#[tokio::test]
async fn include_and_exclude_match_by_name_and_unknown_names_are_ignored() {
    let bus = bus([("a", Probe::default()), ("b", Probe::default()), ("c", Probe::default())]);
    let dispatch = || bus.dispatch::<Ping>(&Scope::detached(), String::new());
    let included = dispatch().include(["c", "a", "nobody"]).await.unwrap();
    assert_eq!(texts(included), ["a", "c"]);
    let excluded = dispatch().exclude(["b"]).await.unwrap();
    assert_eq!(texts(excluded), ["a", "c"]);
    let both = dispatch().include(["a", "b"]).exclude(["a"]).await.unwrap();
    assert_eq!(texts(both), ["b"]);
    let none = dispatch().include(["nobody"]).await.unwrap();
    assert!(texts(none).is_empty());
}

#[tokio::test]
async fn first_asks_one_by_one_until_an_answer_says_something() {
    let log = Log::default();
    let probe = |on| Probe { on, log: log.clone(), ..Probe::default() };
    let bus = bus([("a", probe(Act::Say(""))), ("b", probe(Act::Answer)), ("c", probe(Act::Answer))]);
    let first = bus.dispatch::<Ping>(&Scope::detached(), String::new()).first().phases(&[Phase::On]);
    assert_eq!(texts(first.await.unwrap()), ["b"]);
    assert_eq!(log.lines(), ["a ping", "a done", "b ping", "b done"]);
}

#[tokio::test]
async fn first_without_any_answer_is_empty() {
    let bus = bus([("a", on(Act::Say("")))]);
    let first = bus.dispatch::<Ping>(&Scope::detached(), String::new()).first();
    assert!(texts(first.await.unwrap()).is_empty());
}

#[tokio::test]
async fn first_fails_with_the_first_failure() {
    let bus = bus([("a", on(Act::Fail("broken"))), ("b", Probe::default())]);
    let first = bus.dispatch::<Ping>(&Scope::detached(), String::new()).first();
    assert_eq!(first.await.unwrap_err().message(), "broken");
    let kept = bus.dispatch::<Ping>(&Scope::detached(), String::new()).first().keep_errors();
    assert_eq!(texts(kept.await.unwrap()), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_cancels_the_others_and_is_the_error() {
    let log = Log::default();
    let sibling = Probe { log: log.clone(), on: Act::Slow(Duration::from_secs(9)), ..Probe::default() };
    let bus = bus([("slow", sibling), ("bad", on(Act::Fail("broken")))]);
    let error = bus.dispatch::<Ping>(&Scope::detached(), String::new()).await.unwrap_err();
    assert_eq!((error.message(), error.connector()), ("broken", Some("bad")));
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert!(!log.lines().contains(&"slow done".to_owned()));
    assert!(log.lines().iter().all(|line| !line.contains("after")), "after is skipped when on failed");
}

#[tokio::test]
async fn kept_errors_stand_in_their_place_among_the_results() {
    let bus = bus([("a", Probe::default()), ("b", on(Act::Fail("broken"))), ("c", Probe::default())]);
    assert_eq!(texts(ping(&bus).await), ["a", "b: broken", "c"]);
}

#[tokio::test]
async fn a_panic_is_one_failed_result() {
    let bus = bus([("a", Probe::default()), ("b", on(Act::Panic)), ("c", Probe::default())]);
    let results = ping(&bus).await.into_results();
    let error = results[1].value.as_ref().unwrap_err();
    assert_eq!(error.class(), Class::Internal);
    assert_eq!(error.message(), "handler panicked: probe panics");
    assert!(results[0].value.is_ok() && results[2].value.is_ok());
}

#[tokio::test]
async fn connectors_without_handlers_contribute_nothing() {
    struct Mute;
    impl Connector for Mute {
        type Settings = ();
        fn new(_: &str, (): ()) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }
    let bus = bus([("a", Probe::default())]);
    bus.add(Member::new("mute", "mute", Mute)).unwrap();
    assert_eq!(texts(ping(&bus).await), ["a"]);
    assert!(bus.answers::<Ping>());
}

#[tokio::test]
async fn after_handlers_see_all_results_and_their_panic_harms_nobody() {
    let log = Log::default();
    let probe = Probe { log: log.clone(), after: Act::Panic, ..Probe::default() };
    let bus = bus([("a", probe), ("b", on(Act::Fail("broken")))]);
    assert_eq!(texts(ping(&bus).await), ["a", "b: broken"]);
    assert!(log.lines().contains(&r#"a after:ping ["a", "b"]"#.to_owned()));
}

struct Second;

#[async_trait]
impl On<Ping> for Second {
    async fn on(&self, _: &Context, _: &String) -> Result<String> {
        Ok("second".to_owned())
    }
}

struct Twice;

impl Connector for Twice {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Ping>().on_via::<Ping, Second>(|_| Arc::new(Second));
    }
}

#[async_trait]
impl On<Ping> for Twice {
    async fn on(&self, _: &Context, _: &String) -> Result<String> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok("first".to_owned())
    }
}

#[tokio::test(start_paused = true)]
async fn several_handlers_of_one_connector_run_in_the_order_of_declaration() {
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("twice", "twice", Twice)).unwrap();
    assert_eq!(texts(ping(&bus).await), ["first", "second"]);
}

struct Nested;

impl Connector for Nested {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Ping>();
    }
}

#[async_trait]
impl On<Ping> for Nested {
    async fn on(&self, cx: &Context, input: &String) -> Result<String> {
        cx.publish(serde_json::json!({"from": cx.connector()}));
        let inner = cx.dispatch::<Ping>(input.clone()).exclude([cx.connector()]).await?;
        Ok(format!("nested({})", texts(inner).join(",")))
    }
}

#[tokio::test]
async fn a_handler_may_dispatch_and_publish() {
    let bus = bus([("a", Probe::default()), ("b", Probe::default())]);
    bus.add(Member::new("outer", "nested", Nested)).unwrap();
    let mut dispatch = bus.dispatch::<Ping>(&Scope::detached(), String::new());
    let mut messages = dispatch.messages();
    assert_eq!(texts(dispatch.await.unwrap()), ["a", "b", "nested(a,b)"]);
    assert_eq!(messages.recv().await, Some(serde_json::json!({"from": "outer"})));
    assert_eq!(messages.recv().await, None, "the channel closes when the dispatch is done");
}

#[tokio::test]
async fn done_tells_success_and_answers() {
    let good = ping(&bus([("a", Probe::default())])).await;
    assert!(good.success());
    assert_eq!(good.answers().unwrap().len(), 1);
    let bad = ping(&bus([("a", on(Act::Fail("one"))), ("b", on(Act::Fail("two")))])).await;
    assert!(!bad.success());
    let error = bad.answers().unwrap_err();
    assert_eq!((error.message(), error.additional().len()), ("one", 1));
    assert!(matches!(ping(&bus([])).await, Dispatched::Done(results) if results.is_empty()));
}
