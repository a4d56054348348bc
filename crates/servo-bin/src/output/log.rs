//! Log lines on standard error, which take turns with what is drawn there, and the last of them in memory.

mod tail;

use servo_runtime::log_tail::LogTail;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::progress::Screen;
use crate::cli::{Globals, LogFormat};

/// Begins to log. Returns the tail of the log; whether anybody may see it is found out later, when the configuration
/// is read. A program that logs already, such as a test, keeps its own way, and has no tail.
pub(super) fn begin(globals: &Globals, color: bool, screen: &Screen) -> LogTail {
    // Other crates speak only when something is wrong, or when everything is asked for.
    let others = if globals.log_level >= Level::TRACE {
        globals.log_level
    } else {
        globals.log_level.min(Level::WARN.into())
    };
    let filter = Targets::new().with_default(others).with_target("servo", globals.log_level);
    let layer = fmt::layer().with_writer(screen.clone()).with_ansi(color).with_target(false);
    let tail = LogTail::new();
    let subscriber = tracing_subscriber::registry().with(filter).with(tail::Feed::new(tail.clone()));
    let begun = match globals.log_format {
        LogFormat::Text => subscriber.with(layer).try_init(),
        LogFormat::Json => subscriber.with(layer.json().flatten_event(true)).try_init(),
    };
    if begun.is_ok() { tail } else { LogTail::disabled() }
}
