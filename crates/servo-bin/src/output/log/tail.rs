//! Log lines on their way into the tail of the log.

use std::fmt::{Debug, Write as _};

use servo_runtime::log_tail::LogTail;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The span in which a servo lives, whose field `name` says which.
const SPAN: &str = "servo";

/// Feeds what is logged, at `DEBUG` at most, into a tail, each line with the servo that it belongs to: the field
/// `servo` of the line itself or the servo's span.
pub(super) struct Feed(LogTail);

/// Which servo a span belongs to.
struct Servo(String);

impl Feed {
    pub(super) fn new(tail: LogTail) -> Self {
        Self(tail)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Feed {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if attributes.metadata().name() != SPAN {
            return;
        }
        let mut name = Value::of("name");
        attributes.record(&mut name);
        if let (Some(span), Some(name)) = (cx.span(id), name.found) {
            span.extensions_mut().insert(Servo(name));
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::DEBUG {
            return;
        }
        let mut named = Value::of("servo");
        event.record(&mut named);
        let around = || {
            cx.event_scope(event)?
                .find_map(|span| span.extensions().get::<Servo>().map(|Servo(name)| name.clone()))
        };
        let servo = named.found.or_else(around);
        let mut text = Text::default();
        event.record(&mut text);
        let text = format!("{} | {}{}", metadata.target(), text.message, text.fields);
        self.0.push_now(*metadata.level(), servo.as_deref(), &text);
    }
}

/// Looks for one field.
struct Value {
    field: &'static str,
    found: Option<String>,
}

impl Value {
    const fn of(field: &'static str) -> Self {
        Self { field, found: None }
    }
}

impl Visit for Value {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.field {
            self.found = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == self.field {
            self.found = Some(format!("{value:?}"));
        }
    }
}

/// The message, and the fields as ` name=value`.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message.push_str(value);
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string fails only where a value's own formatting does.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing::{Instrument as _, subscriber};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn logged(tail: &LogTail) -> Vec<String> {
        tail.snapshot().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_line_has_level_target_message_and_fields() {
        let tail = LogTail::new();
        let subscriber = tracing_subscriber::registry().with(Feed::new(tail.clone()));
        subscriber::with_default(subscriber, || {
            tracing::warn!(target: "servo_x", seconds = 5, from = "here", error = %"gone", "trying {}", "again");
            tracing::trace!("a request in full");
        });
        assert_eq!(logged(&tail), [r#"WARN | servo_x | trying again seconds=5 from="here" error=gone"#]);
    }

    #[tokio::test]
    async fn lines_belong_to_the_servo_that_they_name_or_are_logged_in() {
        let tail = LogTail::new();
        let subscriber = tracing_subscriber::registry().with(Feed::new(tail.clone()));
        let guard = subscriber::set_default(subscriber);
        let life = async {
            tracing::info!(target: "t", "one");
            tracing::info_span!("inner", name = "other").in_scope(|| tracing::info!(target: "t", "two"));
            tracing::info!(target: "t", servo = "b", "three");
        };
        life.instrument(tracing::info_span!("servo", name = "a")).await;
        tracing::info!(target: "t", "four");
        drop(guard);
        assert_eq!(logged(&tail.of("a")), ["INFO | t | one", "INFO | t | two"]);
        assert_eq!(logged(&tail.of("b")), [r#"INFO | t | three servo="b""#]);
        assert_eq!(logged(&tail).len(), 4);
    }
}
