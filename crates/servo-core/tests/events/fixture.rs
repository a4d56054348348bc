//! An event and a connector of this crate, which write down what happens to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{Attach, Detach, Ending, Shutdown, Startup};
use servo_core::event::{
    After, Before, Bus, Dispatched, Event, EventResult, Handlers, Member, On, Refusal, Scope,
};
use servo_core::{Connector, Context, Error, Result};

/// An event of another crate than the bus.
pub(crate) struct Ping;

impl Event for Ping {
    const NAME: &'static str = "ping";
    type Input = String;
    type Output = String;

    fn is_empty(output: &String) -> bool {
        output.is_empty()
    }
}

/// What happened, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// What a handler of [`Probe`] does.
#[derive(Clone, Default)]
pub(crate) enum Act {
    /// Answers with its own name.
    #[default]
    Answer,
    /// Answers with this text.
    Say(&'static str),
    /// Answers after a while.
    Slow(Duration),
    /// Fails.
    Fail(&'static str),
    /// Panics.
    Panic,
    /// Never ends.
    Hang,
    /// Cancels, where it can.
    Cancel(&'static str),
    /// Ends when it is cancelled, after a while.
    Heed(Duration),
}

/// A connector that writes down what it sees and does what it is told.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    pub(crate) log: Log,
    pub(crate) before: Act,
    pub(crate) on: Act,
    pub(crate) after: Act,
    pub(crate) lifecycle: Act,
}

impl Connector for Probe {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self::default())
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.before::<Ping>().on::<Ping>().after::<Ping>();
        handlers.on::<Attach>().on::<Detach>().on::<Startup>().on::<Shutdown>();
    }
}

impl Probe {
    async fn act(act: &Act, cx: &Context) -> Result<String> {
        match act {
            Act::Answer => Ok(cx.connector().to_owned()),
            Act::Say(text) => Ok((*text).to_owned()),
            Act::Slow(time) => {
                tokio::time::sleep(*time).await;
                Ok(cx.connector().to_owned())
            }
            Act::Fail(message) | Act::Cancel(message) => Err(Error::failed(*message)),
            Act::Panic => panic!("probe panics"),
            Act::Hang => std::future::pending().await,
            Act::Heed(time) => {
                cx.token().cancelled().await;
                tokio::time::sleep(*time).await;
                Err(Error::cancelled("heeded"))
            }
        }
    }

    fn note(&self, cx: &Context) {
        self.log.write(format!("{} {}", cx.connector(), cx.event()));
    }
}

#[async_trait]
impl Before<Ping> for Probe {
    async fn before(&self, cx: &Context, _: &String) -> Result<(), Refusal> {
        self.note(cx);
        if let Act::Cancel(reason) = self.before {
            return Err(Refusal::Cancel(reason.to_owned()));
        }
        Self::act(&self.before, cx).await?;
        self.log.write(format!("{} let it pass", cx.connector()));
        Ok(())
    }
}

#[async_trait]
impl On<Ping> for Probe {
    async fn on(&self, cx: &Context, _: &String) -> Result<String> {
        self.note(cx);
        let answer = Self::act(&self.on, cx).await;
        self.log.write(format!("{} done", cx.connector()));
        answer
    }
}

#[async_trait]
impl After<Ping> for Probe {
    async fn after(&self, cx: &Context, _: &String, results: &[EventResult<String>]) {
        let seen: Vec<_> = results.iter().map(|result| &*result.connector).collect();
        self.log.write(format!("{} {} {seen:?}", cx.connector(), cx.event()));
        let _ = Self::act(&self.after, cx).await;
    }
}

macro_rules! lifecycle {
    ($($event:ty => $input:ty),*) => {$(
        #[async_trait]
        impl On<$event> for Probe {
            async fn on(&self, cx: &Context, input: &$input) -> Result<()> {
                self.log.write(format!("{} {} {input:?}", cx.connector(), cx.event()));
                Self::act(&self.lifecycle, cx).await.map(drop)
            }
        }
    )*};
}

lifecycle!(Attach => (), Detach => (), Startup => (), Shutdown => Ending);

/// A bus with these connectors, in this order.
pub(crate) fn bus<'a>(probes: impl IntoIterator<Item = (&'a str, Probe)>) -> Arc<Bus> {
    let bus = Bus::new(Host::named("test"));
    for (name, probe) in probes {
        bus.add(Member::new(name, "probe", probe)).unwrap();
    }
    bus
}

/// Dispatches a ping to all connectors; failures stay beside the answers.
pub(crate) async fn ping(bus: &Arc<Bus>) -> Dispatched<String> {
    bus.dispatch::<Ping>(&Scope::detached(), "hello".to_owned()).keep_errors().await.unwrap()
}

/// The answers and failures of a dispatch as text.
pub(crate) fn texts(dispatched: Dispatched<String>) -> Vec<String> {
    let text = |result: EventResult<String>| match result.value {
        Ok(answer) => answer,
        Err(error) => format!("{}: {error}", result.connector),
    };
    dispatched.into_results().into_iter().map(text).collect()
}
