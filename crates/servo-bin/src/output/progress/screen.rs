//! Standard error, shared by log lines and by progress that is redrawn below them.

use std::io::{self, Write};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use servo_http::Redactor;
use tracing_subscriber::fmt::MakeWriter;

/// How often progress is redrawn, in times a second.
const DRAWS_PER_SECOND: u8 = 8;

/// Standard error with progress lines at its foot.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    lines: MultiProgress,
    /// The last guard: whatever is logged, by whomever, no known secret is in it.
    redactor: Redactor,
    is_terminal: bool,
}

impl Screen {
    /// Creates a screen; where it is no terminal, nothing is drawn.
    pub(crate) fn new(is_terminal: bool) -> Self {
        let target = if is_terminal {
            ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND)
        } else {
            ProgressDrawTarget::hidden()
        };
        Self { lines: MultiProgress::with_draw_target(target), redactor: Redactor::default(), is_terminal }
    }

    /// Returns what knows the secrets that no log line may show.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Says whether progress can be drawn.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Adds a line for a subject.
    pub(super) fn line(&self, subject: &str) -> ProgressBar {
        let line = self.lines.add(ProgressBar::new(100));
        let style = ProgressStyle::with_template("{prefix:20!} {bar:20} {elapsed:>4} {wide_msg}");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        line.set_prefix(subject.to_owned());
        line
    }

    /// Adds a line that says what a servo does.
    pub(super) fn servo(&self, name: &str, text: String) -> ProgressBar {
        let line = self.lines.add(ProgressBar::no_length());
        let style = ProgressStyle::with_template("{prefix:20!} {wide_msg}");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        line.set_prefix(name.to_owned());
        line.set_message(text);
        line
    }

    /// Does something that writes to standard error, above all lines.
    pub(crate) fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        self.lines.suspend(write)
    }
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = Above;

    fn make_writer(&'a self) -> Above {
        Above { lines: self.lines.clone(), redactor: self.redactor.clone(), text: Vec::new() }
    }
}

/// Writes one log line above the progress lines when it is dropped.
pub(crate) struct Above {
    lines: MultiProgress,
    redactor: Redactor,
    text: Vec<u8>,
}

impl Write for Above {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Above {
    fn drop(&mut self) {
        let line = self.redactor.redact(&String::from_utf8_lossy(&self.text));
        // Nobody is left to tell where standard error is gone.
        let _ = self.lines.suspend(|| io::stderr().lock().write_all(line.as_bytes()));
    }
}
