//! How the configuration was last read.

use jiff::Timestamp;

/// How the configuration was last read. That the program has started counts as success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastReload {
    /// Whether what was read last is in force.
    pub(super) is_successful: bool,
    /// When what is in force was read.
    pub(super) succeeded: Timestamp,
}

impl Default for LastReload {
    fn default() -> Self {
        Self { is_successful: true, succeeded: Timestamp::now() }
    }
}

impl LastReload {
    /// Takes another one down.
    pub(super) fn note(&mut self, is_successful: bool, now: Timestamp) {
        self.is_successful = is_successful;
        if is_successful {
            self.succeeded = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_does_not_change_when_what_is_in_force_was_read() {
        let mut last = LastReload { is_successful: true, succeeded: Timestamp::UNIX_EPOCH };
        last.note(false, Timestamp::now());
        assert_eq!(last, LastReload { is_successful: false, succeeded: Timestamp::UNIX_EPOCH });
        let now = Timestamp::now();
        last.note(true, now);
        assert_eq!(last, LastReload { is_successful: true, succeeded: now });
    }
}
