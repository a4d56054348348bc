//! What a handler is told of where it runs, and what of it holds in the dispatches that it starts (4.4).

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use servo_core::event::{Event, EventResult, Handlers, Member, On, Scope};
use servo_core::progress::{Progress, channel};
use servo_core::{Connector, Context, Result};

use crate::fixture::{Ping, Probe, bus, texts};

/// Where a handler runs, in one line.
fn place(cx: &Context) -> String {
    let uid = cx.command_uid().unwrap_or("-");
    format!("{} {} {} {uid} cancelled: {}", cx.servo(), cx.connector(), cx.event(), cx.is_cancelled())
}

/// Asks another connector where it is.
struct Ask;

impl Event for Ask {
    const NAME: &'static str = "ask";
    type Input = ();
    type Output = String;
}

/// Answers with where it is; the one called `outer` asks the others first.
struct Here;

impl Connector for Here {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Ping>().on::<Ask>();
    }
}

#[async_trait]
impl On<Ask> for Here {
    async fn on(&self, cx: &Context, (): &()) -> Result<String> {
        cx.report(50.0, "answering");
        Ok(place(cx))
    }
}

#[async_trait]
impl On<Ping> for Here {
    async fn on(&self, cx: &Context, _: &String) -> Result<String> {
        for n in 0..1000 {
            cx.publish(json!(n));
        }
        let inner = cx.dispatch::<Ask>(()).exclude([cx.connector()]).await?;
        Ok(format!("{}; {}", place(cx), texts(inner).join("; ")))
    }
}

fn here(scope: &Scope) -> servo_core::event::Dispatch<Ping> {
    let bus = bus::<'_>([]);
    bus.add(Member::new("outer", "here", Here)).unwrap();
    bus.add(Member::new("inner", "here", Here)).unwrap();
    bus.dispatch::<Ping>(scope, String::new()).include(["outer"])
}

#[tokio::test]
async fn a_handler_knows_its_servo_its_connector_its_event_and_its_command() {
    let scope = Scope { command_uid: Some("cmd-7".to_owned()), ..Scope::default() };
    let answer = texts(here(&scope).await.unwrap()).remove(0);
    assert_eq!(
        answer, "test outer ping cmd-7 cancelled: false; test inner ask cmd-7 cancelled: false",
        "what a handler dispatches belongs to the same command"
    );
    assert!(texts(here(&Scope::detached()).await.unwrap()).remove(0).starts_with("test outer ping - "));
}

#[tokio::test]
async fn cancelling_and_progress_reach_what_a_handler_dispatches() {
    let (sink, mut reports) = channel();
    let scope = Scope { progress: sink, ..Scope::default() };
    scope.token.cancel();
    let answer = texts(here(&scope).await.unwrap()).remove(0);
    assert!(answer.ends_with("test inner ask - cancelled: true"), "{answer}");
    drop(scope);
    let Some(Progress { connector, event, percent, .. }) = reports.next().await else {
        panic!("no progress")
    };
    assert_eq!((&*connector, &*event, percent), ("inner", "ask", 50.0));
}

#[tokio::test]
async fn publishing_never_waits_for_a_subscriber() {
    let mut dispatch = here(&Scope::detached());
    let mut messages = dispatch.messages();
    dispatch.await.unwrap();
    assert_eq!(messages.recv().await, Some(json!(0)));
    let mut taken = 1;
    while messages.recv().await.is_some() {
        taken += 1;
    }
    assert!((1..1000).contains(&taken), "the newest are dropped, {taken} were kept");
}

#[tokio::test(start_paused = true)]
async fn results_say_who_gave_them_and_when() {
    let begin = jiff::Timestamp::now();
    let bus = bus([("a", Probe::default())]);
    let results = bus.dispatch::<Ping>(&Scope::detached(), String::new()).await.unwrap().into_results();
    let [EventResult { connector, created_at, value }] = results.as_slice() else {
        panic!("one result, found {results:?}")
    };
    assert_eq!((connector, value.as_deref().ok()), (&Arc::from("a"), Some("a")));
    assert!(*created_at >= begin);
}
