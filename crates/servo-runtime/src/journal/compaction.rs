//! A journal in short: what its first records add up to, in one, and the last ones as they were.

use std::io;

use servo_core::journal::{Entry, Ledger, Record};

use super::{contents, line};

/// How many records a journal has before it is compacted.
const RECORDS: usize = 1_000;

/// How large a journal is before it is compacted, in bytes, unless what it says takes nearly that much.
const BYTES: u64 = 1024 * 1024;

/// How large a journal may become that cannot be compacted, in times of [`BYTES`] above the limit it began with.
const MOST: u64 = 64 * BYTES;

/// How large a file is at most that can be a journal, in bytes: what no limit above lets one come to.
pub(super) const LARGEST: u64 = 1024 * BYTES;

/// How many records are kept as they were, for people to read.
const KEPT: usize = 100;

/// How many bytes they have at most.
const KEPT_BYTES: usize = 256 * 1024;

/// Up to where a journal grows.
#[derive(Debug)]
pub(super) struct Limits {
    records: usize,
    bytes: u64,
    most: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::after(0)
    }
}

impl Limits {
    /// The limits of a journal that has that size when it is compact: what is written is at most doubled by it.
    pub(super) fn after(compact: u64) -> Self {
        let bytes = compact.saturating_mul(2).max(BYTES);
        Self { records: RECORDS, bytes, most: bytes.saturating_add(MOST) }
    }

    /// Says whether it is time to compact.
    pub(super) fn are_reached(&self, records: usize, bytes: u64) -> bool {
        records > self.records || bytes > self.bytes
    }

    /// Says whether nothing more may be written before it is compacted.
    pub(super) fn are_exhausted(&self, bytes: u64) -> bool {
        bytes > self.most
    }

    /// Lets a journal grow that could not be compacted.
    pub(super) fn put_off(&mut self, records: usize, bytes: u64) {
        self.records = records.saturating_add(RECORDS);
        self.bytes = bytes.saturating_add(bytes.max(BYTES));
    }
}

/// Gives the bytes of a new journal that begins with a ledger, and how many records they are.
pub(super) fn anew(servo: &str, ledger: Ledger) -> io::Result<(Vec<u8>, usize)> {
    let mut bytes = line::header(servo);
    if ledger == Ledger::default() {
        return Ok((bytes, 0));
    }
    bytes.extend(line::encode(&Record::now(Entry::Checkpoint(Box::new(ledger))))?);
    Ok((bytes, 1))
}

/// Gives the bytes of a journal made compact, and how many records they are. It has to add up to `expected`.
///
/// # Errors
///
/// It cannot be read, or adds up to something else: others have changed it.
pub(super) fn compacted(bytes: &[u8], servo: &str, expected: &Ledger) -> io::Result<(Vec<u8>, usize)> {
    let changed = || io::Error::new(io::ErrorKind::InvalidData, "it was changed by others");
    let contents = contents::parse(bytes, servo).map_err(|_| changed())?;
    if contents.problem.is_some() || contents.ledger() != *expected {
        return Err(changed());
    }
    let end = contents.good;
    let is_kept = |(_, begin): &&(Record, usize)| end.saturating_sub(*begin) <= KEPT_BYTES;
    let kept = contents.records.iter().rev().take(KEPT).take_while(is_kept).count();
    let folded = contents.records.len() - kept;
    let mut short = line::header(servo);
    let Some((last, _)) = contents.records.iter().take(folded).next_back() else {
        return Ok((bytes.to_vec(), kept));
    };
    let checkpoint = Entry::Checkpoint(Box::new(contents.ledger_of(folded)));
    short.extend(line::encode(&Record { at: last.at, entry: checkpoint })?);
    if let Some((_, begin)) = contents.records.get(folded) {
        short.extend(bytes.get(*begin..end).unwrap_or_default());
    }
    Ok((short, kept + 1))
}

#[cfg(test)]
mod tests;
