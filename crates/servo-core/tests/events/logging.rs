//! What is logged of a dispatch.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::fixture::{Act, Probe, bus, ping};

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
