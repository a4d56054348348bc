//! How a program came to its end, and what it printed last.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use servo_core::duration::Duration;
use servo_core::{Error, Result};

use crate::tail::Tail;

/// How many of the last lines a message has.
const LINES: usize = 5;
/// The most characters of each of them.
const LONGEST: usize = 200;

/// Why a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It ended by itself, or somebody else ended it.
    Exited,
    /// It was stopped after this time.
    TimedOut(Duration),
    /// It was stopped since the operation was cancelled.
    Cancelled,
    /// It was stopped since it had printed more than this many bytes to standard output.
    TooMuchOutput(u64),
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How it is named in messages.
    pub name: String,
    /// Why it ended.
    pub why: Why,
    /// Its exit status; `None` where the system did not tell, as of one that cannot be killed.
    pub status: Option<ExitStatus>,
    /// The last of its standard output.
    pub stdout: Tail,
    /// The last of its standard error.
    pub stderr: Tail,
    /// How long it ran, in whole milliseconds.
    pub duration: Duration,
    /// Whether it left processes of its group behind, which were then ended.
    pub left_behind: bool,
    /// Whether processes of its group are still there after SIGKILL.
    pub survived: bool,
}

impl Ended {
    /// Returns true where it ended by itself with the exit code 0.
    pub fn is_success(&self) -> bool {
        self.why == Why::Exited && self.status.is_some_and(|status| status.success())
    }

    /// Returns its exit code, where it ended by itself with one.
    pub fn code(&self) -> Option<i32> {
        self.status.filter(|_| self.why == Why::Exited).and_then(|status| status.code())
    }

    /// Returns true where not everything it printed is kept.
    pub fn is_truncated(&self) -> bool {
        self.stdout.is_truncated() || self.stderr.is_truncated()
    }

    /// Says how it ended: `ended with exit code 3`.
    pub fn told(&self) -> String {
        match self.why {
            Why::TimedOut(after) => format!("did not end within {after} and was stopped"),
            Why::Cancelled => "was stopped since the operation was cancelled".to_owned(),
            Why::TooMuchOutput(most) => {
                format!("printed more than {most} bytes to standard output and was stopped")
            }
            Why::Exited => match self.status.map(|status| (status.code(), status.signal())) {
                Some((Some(code), _)) => format!("ended with exit code {code}"),
                Some((None, Some(signal))) => format!("was ended by {}", signal_name(signal)),
                _ => "ended in a way that the system does not tell".to_owned(),
            },
        }
    }

    /// Returns the last lines of its standard error, or of its standard output where there are none.
    pub fn last_lines(&self) -> Vec<String> {
        let lines = self.stderr.last_lines(LINES, LONGEST);
        if lines.is_empty() { self.stdout.last_lines(LINES, LONGEST) } else { lines }
    }

    /// Accepts a success.
    ///
    /// # Errors
    ///
    /// Class cancelled where it was cancelled, failed for every other end but a success; the message names the program,
    /// and has the last lines it printed.
    pub fn success(&self) -> Result<()> {
        if self.is_success() {
            return Ok(());
        }
        let mut message = format!("`{}` {}", self.name, self.told());
        let lines = self.last_lines();
        if !lines.is_empty() {
            message = format!("{message}; it said last: {}", lines.join(" | "));
        }
        Err(match self.why {
            Why::Cancelled => Error::cancelled(message),
            _ => Error::failed(message),
        })
    }
}

/// Names the signals that end programs; others by their numbers (signal(7)).
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL, as the system does where memory runs out",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(why: Why, status: i32, stderr: &str) -> Ended {
        let (mut out, mut err) = (Tail::new(100), Tail::new(100));
        out.push(b"out\n");
        err.push(stderr.as_bytes());
        Ended {
            name: "bench -c 4".to_owned(),
            why,
            status: Some(ExitStatus::from_raw(status)),
            stdout: out,
            stderr: err,
            duration: Duration::ZERO,
            left_behind: false,
            survived: false,
        }
    }

    fn message(why: Why, status: i32, stderr: &str) -> String {
        ended(why, status, stderr).success().unwrap_err().to_string()
    }

    #[test]
    fn each_end_is_told_with_the_last_that_was_said() {
        assert!(ended(Why::Exited, 0, "").success().is_ok());
        assert_eq!(
            message(Why::Exited, 3 << 8, "no\nroom\n"),
            "`bench -c 4` ended with exit code 3; it said last: no | room"
        );
        assert_eq!(message(Why::Exited, 11, ""), "`bench -c 4` was ended by SIGSEGV; it said last: out");
        let timed_out = Why::TimedOut(Duration::from_secs(90));
        assert!(
            message(timed_out, 15, "").starts_with("`bench -c 4` did not end within 1m30s and was stopped")
        );
        assert!(message(Why::TooMuchOutput(9), 15, "").contains("printed more than 9 bytes"));
    }

    #[test]
    fn only_an_end_of_its_own_has_a_code_and_a_cancelled_one_is_cancelled() {
        assert_eq!(ended(Why::Exited, 7 << 8, "").code(), Some(7));
        assert_eq!(ended(Why::Cancelled, 7 << 8, "").code(), None);
        let error = ended(Why::Cancelled, 0, "").success().unwrap_err();
        assert_eq!(error.class(), servo_core::Class::Cancelled);
    }
}
