//! Why a request has no answer.

use std::fmt;
use std::io;

use rustix::io::Errno;

/// What the system says where it is this machine that has no room for another connection.
const OWN: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::ADDRNOTAVAIL, Errno::NOBUFS];

/// Why a request has no answer. There are few different ones, so that they can be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It took too long.
    Timeout,
    /// It waited too long for others to end, and was never sent.
    NeverSent,
    /// There is no connection.
    Connect(String),
    /// This machine has no room for another connection.
    Own(String),
    /// The connection broke, or what came was no HTTP.
    Broken(String),
    /// The generator lost it.
    Lost,
}

impl Fault {
    /// Names what the system refused when connecting.
    pub(super) fn connecting(error: &io::Error) -> Self {
        match Errno::from_io_error(error).filter(|number| OWN.contains(number)) {
            Some(number) => Self::Own(number.to_string()),
            None => Self::Connect(words(error)),
        }
    }

    /// Names what went wrong on a connection.
    pub(super) fn of(error: &hyper::Error) -> Self {
        let mut cause: &(dyn std::error::Error + 'static) = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        match cause.downcast_ref::<io::Error>() {
            Some(cause) => Self::Broken(words(cause)),
            None => Self::Broken(cause.to_string()),
        }
    }

    /// Returns true where it is the generator's fault, not the server's.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Lost)
    }
}

/// Says what the system says. What has no number of the system is told in its own words.
fn words(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(_) => error.kind().to_string(),
        None => error.to_string(),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::NeverSent => f.write_str("waited for the whole timeout to be sent"),
            Self::Connect(reason) => write!(f, "cannot connect: {reason}"),
            Self::Own(reason) => write!(f, "no room for another connection: {reason}"),
            Self::Broken(reason) => f.write_str(reason),
            Self::Lost => f.write_str("lost by the generator"),
        }
    }
}
