//! How long a program may run, and how much of what it prints is kept.

use servo_core::duration::Duration;

/// What bounds a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// After how long it is stopped; `None` leaves it to whoever cancels it.
    pub timeout: Option<Duration>,
    /// How long its process group has to end after SIGTERM, before SIGKILL.
    pub grace: Duration,
    /// How many bytes of each stream are kept, the last ones.
    pub tail_bytes: usize,
    /// How many bytes it may print to standard output; it is stopped where it prints more. `None` for any number: what
    /// is not kept is read and dropped.
    pub stdout_bytes: Option<u64>,
}

impl Limits {
    /// How long a group has to end after SIGTERM unless somebody says otherwise, as with `ServoX` (specification,
    /// section 9.5).
    pub const GRACE: Duration = Duration::from_secs(10);
    /// How many bytes of each stream are kept unless somebody says otherwise.
    pub const TAIL_BYTES: usize = 64 * 1024;

    /// Stops a program after `timeout`.
    pub const fn lasting(timeout: Duration) -> Self {
        Self { timeout: Some(timeout), grace: Self::GRACE, tail_bytes: Self::TAIL_BYTES, stdout_bytes: None }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: None, grace: Self::GRACE, tail_bytes: Self::TAIL_BYTES, stdout_bytes: None }
    }
}
