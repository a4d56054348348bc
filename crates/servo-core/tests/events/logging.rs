//! What is logged of a dispatch.

use std::fmt::Write as _;
use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::{Bus, Handlers, Member, On, Scope};
use servo_core::{Connector, Context, Result};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument as _, Level, Metadata, Span, Subscriber};

use crate::fixture::{Act, Ping, Probe, bus, ping};

/// Keeps warnings and errors as text.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            write!(self.0, " {value:?}").unwrap();
        }
    }
}

#[tokio::test]
async fn a_cancelled_event_is_a_warning_that_names_who_cancelled_it() {
    let kept = Kept::default();
    let guard = tracing::subscriber::set_default(kept.clone());
    ping(&bus([("guard", Probe { before: Act::Cancel("change freeze"), ..Probe::default() })])).await;
    drop(guard);
    assert_eq!(
        *kept.0.lock().unwrap(),
        [r#"WARN event cancelled by before event handler on connector "guard": change freeze"#]
    );
}

/// Answers with the span that it runs in.
struct Located;

impl Connector for Located {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Ping>();
    }
}

#[async_trait]
impl On<Ping> for Located {
    async fn on(&self, _: &Context, _: &String) -> Result<String> {
        tokio::task::yield_now().await;
        let name = Span::current().metadata().map_or("none", |metadata| metadata.name());
        Ok(name.to_owned())
    }
}

#[tokio::test]
async fn handlers_run_in_the_span_of_the_dispatch() {
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry());
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("a", "located", Located)).unwrap();
    let dispatch = bus.dispatch::<Ping>(&Scope::detached(), String::new()).into_future();
    let answers = dispatch.instrument(tracing::info_span!("servo")).await.unwrap().answers().unwrap();
    assert_eq!(answers[0].1, "servo");
}
