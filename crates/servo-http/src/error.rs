//! Why a request has no response.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::connect::failure::Failure;

/// Why a request has no response. No message holds a credential, and none names more of a URL than scheme,
/// host and port.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made.
    #[error("cannot connect to {to}")]
    Connect {
        /// Scheme, host and port.
        to: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A limit of time was reached.
    #[error("{wait} took longer than {}s at {to}", after.as_secs_f64())]
    Timeout {
        /// Scheme, host and port.
        to: String,
        /// What took too long.
        wait: Wait,
        /// The limit.
        after: Duration,
    },
    /// The connection broke, or what came over it is not HTTP.
    #[error("the exchange with {to} broke off")]
    Broken {
        /// Scheme, host and port.
        to: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The body of the response is larger than the limit; it was not read further.
    #[error("the answer {status} of {to} is larger than {limit} bytes")]
    TooLarge {
        /// Scheme, host and port.
        to: String,
        /// The status that came before the body.
        status: StatusCode,
        /// The limit in bytes.
        limit: usize,
    },
    /// The request itself cannot be sent.
    #[error("cannot send a request to {to}: {reason}")]
    Invalid {
        /// Scheme, host and port.
        to: String,
        /// Why not.
        reason: String,
    },
}

/// What a limit of time was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Making the connection, proxy and TLS included.
    Connect,
    /// Waiting for the next bytes of the response.
    Read,
    /// Waiting until the next bytes of the request are taken.
    Write,
    /// The whole exchange.
    Total,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Read => "reading the answer",
            Self::Write => "writing the request",
            Self::Total => "the exchange",
        })
    }
}

impl Error {
    /// Returns true where a limit of time was reached.
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// Returns true where the certificate of the other side is not accepted: the help is in the configuration, not in
    /// another try.
    pub fn is_certificate(&self) -> bool {
        let Self::Connect { source, .. } = self else { return false };
        matches!(source.downcast_ref(), Some(Failure::Certificate(_)))
    }
}
