//! The limits of time of every exchange.

use std::time::Duration;

/// The limits of time of every exchange; none of them can be left out, so that nothing waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For making a connection, proxy and TLS included; and before that for one's turn to make one, where many requests
    /// to a host want one at once.
    pub connect: Duration,
    /// For the head of the response to come, and then between any two pieces of its body.
    pub read: Duration,
    /// Between any two pieces of the request that the other side takes.
    pub write: Duration,
    /// For the whole exchange.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            write: Duration::from_secs(30),
            total: Duration::from_mins(2),
        }
    }
}
