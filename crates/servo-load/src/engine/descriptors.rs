//! Room for connections: how many files the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the rest of the process has open at most, roughly.
const OTHERS: u64 = 256;

/// Raises the limit of open files for so many connections, as far as the system lets anybody. It stays raised: whoever
/// else has it lowered again would break connections that are open.
pub(super) fn make_room(connections: usize) {
    let needed = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let Some(before) = current.filter(|current| *current < needed) else { return };
    let raised = maximum.map_or(needed, |maximum| maximum.min(needed));
    let limit = Rlimit { current: Some(raised), maximum };
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => tracing::debug!(before, raised, needed, "raised the limit of open files"),
        Err(error) => tracing::debug!(before, needed, %error, "cannot raise the limit of open files"),
    }
}
