//! What an event sets up around each of its handlers (4.2: generators become set-up and teardown).

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::{
    After, Around, Before, Bus, Event, EventResult, Handlers, Member, On, Refusal, Scope,
};
use servo_core::{Connector, Context, Error, Result};

type Lines = Arc<Mutex<Vec<String>>>;

struct Framed;

#[async_trait]
impl Event for Framed {
    const NAME: &'static str = "framed";
    type Input = ();
    type Output = ();

    async fn around(cx: &Context, (): &()) -> Result<Option<Box<dyn Around>>> {
        if cx.connector() == "locked" {
            return Err(Error::failed("no set-up"));
        }
        cx.telemetry().set(format!("enter {}", cx.event()), "");
        Ok(Some(Box::new(Frame(cx.clone()))))
    }
}

struct Frame(Context);

#[async_trait]
impl Around for Frame {
    async fn leave(self: Box<Self>) {
        self.0.telemetry().set(format!("leave {}", self.0.event()), "");
    }
}

struct Inside(Lines);

impl Connector for Inside {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self(Lines::default()))
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.before::<Framed>().on::<Framed>().after::<Framed>();
    }
}

#[async_trait]
impl Before<Framed> for Inside {
    async fn before(&self, _: &Context, (): &()) -> Result<(), Refusal> {
        self.0.lock().unwrap().push("before".to_owned());
        Ok(())
    }
}

#[async_trait]
impl On<Framed> for Inside {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        panic!("inside")
    }
}

#[async_trait]
impl After<Framed> for Inside {
    async fn after(&self, _: &Context, (): &(), _: &[EventResult<()>]) {
        self.0.lock().unwrap().push("after".to_owned());
    }
}

#[tokio::test]
async fn set_up_and_teardown_run_around_every_handler_even_one_that_panics() {
    let bus = Bus::new(Host::named("test"));
    let lines = Lines::default();
    bus.add(Member::new("a", "inside", Inside(Arc::clone(&lines)))).unwrap();
    bus.dispatch::<Framed>(&Scope::detached(), ()).keep_errors().await.unwrap();
    let frames: Vec<_> = bus.host().telemetry().snapshot().into_keys().collect();
    assert_eq!(
        frames,
        [
            "enter after:framed",
            "enter before:framed",
            "enter framed",
            "leave after:framed",
            "leave before:framed",
            "leave framed"
        ]
    );
    assert_eq!(*lines.lock().unwrap(), ["before", "after"]);
}

#[tokio::test]
async fn a_failed_set_up_stands_for_the_handler() {
    let bus = Bus::new(Host::named("test"));
    let lines = Lines::default();
    bus.add(Member::new("locked", "inside", Inside(Arc::clone(&lines)))).unwrap();
    let error = bus.dispatch::<Framed>(&Scope::detached(), ()).await.unwrap_err();
    assert_eq!(error.message(), "no set-up");
    assert!(lines.lock().unwrap().is_empty());
}
