//! Log lines on standard error, which take turns with what is drawn there, in a file, and the last of them in memory.

mod file;
mod tail;

use servo_runtime::log_tail::LogTail;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::file::LogFile;
use super::progress::Screen;
use crate::cli::{Globals, LogFormat};
use crate::failure::Failure;

/// Begins to log. Returns the tail of the log; whether anybody may see it is found out later, when the configuration
/// is read. A program that logs already, such as a test, keeps its own way, and has no tail.
///
/// # Errors
///
/// Usage: the file of the log cannot be opened.
pub(super) fn begin(globals: &Globals, color: bool, screen: &Screen) -> Result<LogTail, Failure> {
    // Other crates speak only when something is wrong, or when everything is asked for.
    let others = if globals.log_level >= Level::TRACE {
        globals.log_level
    } else {
        globals.log_level.min(Level::WARN.into())
    };
    let filter = Targets::new().with_default(others).with_target("servo", globals.log_level);
    let path = globals.log_file.as_deref();
    let file = path.map(|path| LogFile::open(path, screen.redactor().clone())).transpose()?;
    let layer = fmt::layer().with_writer(screen.clone()).with_ansi(color).with_target(false);
    let tail = LogTail::new();
    let subscriber = tracing_subscriber::registry().with(filter).with(tail::Feed::new(tail.clone()));
    let begun = match globals.log_format {
        LogFormat::Text => {
            let copy = file.map(|file| {
                let copy = fmt::layer().with_writer(file).with_ansi(false).with_target(false);
                copy.fmt_fields(file::Fields::default())
            });
            subscriber.with(layer).with(copy).try_init()
        }
        LogFormat::Json => {
            let copy = file.map(|file| {
                let copy = fmt::layer().with_writer(file).with_ansi(false).with_target(false);
                copy.json().flatten_event(true)
            });
            subscriber.with(layer.json().flatten_event(true)).with(copy).try_init()
        }
    };
    Ok(if begun.is_ok() { tail } else { LogTail::disabled() })
}
