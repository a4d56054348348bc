//! Short words for what the tests say often, and a log that can be read.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use servo_core::pubsub::{ChannelName, Delivery, Message, Selector, Subscription};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata};

pub(crate) fn name(text: &str) -> ChannelName {
    text.parse().unwrap()
}

pub(crate) fn names<const N: usize>(texts: [&str; N]) -> Vec<ChannelName> {
    texts.map(name).to_vec()
}

pub(crate) fn selector(text: &str) -> Selector {
    text.parse().unwrap()
}

pub(crate) fn message(text: impl AsRef<str>) -> Message {
    Message::from_text(text)
}

/// Writes a delivery as `channel: text`.
pub(crate) fn written(delivery: &Delivery) -> String {
    format!("{}: {}", delivery.channel, delivery.message.text().unwrap())
}

/// Takes what is queued.
pub(crate) fn queued(subscription: &mut Subscription) -> Vec<String> {
    std::iter::from_fn(|| subscription.try_next()).map(|delivery| written(&delivery)).collect()
}

/// Takes everything until the subscription ends.
pub(crate) async fn all(mut subscription: Subscription) -> Vec<String> {
    let mut taken = Vec::new();
    while let Some(delivery) = subscription.next().await {
        taken.push(written(&delivery));
    }
    taken
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

/// Keeps warnings and errors as text.
impl tracing::Subscriber for Log {
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
        self.write(text.0);
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
