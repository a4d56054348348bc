//! What the bytes of a journal say: its records, how far they are good, and what is wrong with them.

use servo_core::journal::{Ledger, Record};

use super::line::{self, Header};

/// What a journal says.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Whether it has a first line. Without one nothing was ever written down.
    pub(super) has_header: bool,
    /// Every record that can be read, each with the place where its line begins.
    pub(super) records: Vec<(Record, usize)>,
    /// How many of them come before the first that cannot be read: all of them where there is no problem.
    pub(super) sound: usize,
    /// Up to where it is good, in bytes.
    pub(super) good: usize,
    /// Whether the end of the last line is missing there.
    pub(super) lacks_newline: bool,
    /// How many bytes follow that are of a line which was never written whole.
    pub(super) torn: usize,
    /// The first line that cannot be read.
    pub(super) problem: Option<Problem>,
}

/// What is wrong with a journal.
#[derive(Debug)]
pub(super) enum Problem {
    /// The checksum of a line is wrong.
    Damaged {
        /// The line's number, from 1.
        line: usize,
    },
    /// A line is whole, and says what is not known here.
    Unknown {
        /// The line's number, from 1.
        line: usize,
        /// What is not known.
        error: serde_json::Error,
    },
    /// It is of another version.
    Version(u64),
    /// It is of another servo.
    Other(String),
    /// It is no journal.
    Foreign,
}

impl Contents {
    /// Adds up the records before the first that cannot be read.
    pub(super) fn ledger(&self) -> Ledger {
        self.ledger_of(self.sound)
    }

    /// Adds up the first so many records.
    pub(super) fn ledger_of(&self, count: usize) -> Ledger {
        let mut ledger = Ledger::default();
        for (record, _) in self.records.iter().take(count) {
            ledger.apply(record);
        }
        ledger
    }
}

/// Reads the bytes of a journal.
///
/// # Errors
///
/// It is not a journal of this servo that can be read here. What is wrong with a single line is among the contents.
pub(super) fn parse(bytes: &[u8], servo: &str) -> Result<Contents, Problem> {
    let mut contents = Contents::default();
    let mut begin = 0;
    for (index, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let (start, number) = (begin, index.saturating_add(1));
        begin += text.len();
        let (body, ends) = text.strip_suffix(b"\n").map_or((text, false), |body| (body, true));
        let Some((json, lacks_newline, end)) = whole(body, ends, start) else {
            let is_torn = begin == bytes.len() && is_torn(body, ends);
            if index == 0 {
                return first(body, is_torn && !ends, servo);
            }
            if is_torn {
                contents.torn = text.len();
                break;
            }
            contents.problem.get_or_insert(Problem::Damaged { line: number });
            continue;
        };
        if index == 0 {
            match line::read_header(json, servo) {
                Header::Own => contents.has_header = true,
                Header::Other(name) => return Err(Problem::Other(name)),
                Header::Version(version) => return Err(Problem::Version(version)),
                Header::Foreign => return Err(Problem::Foreign),
            }
        } else {
            match serde_json::from_slice::<Record>(json) {
                Ok(record) => {
                    contents.records.push((record, start));
                    contents.sound += usize::from(contents.problem.is_none());
                }
                Err(error) => {
                    contents.problem.get_or_insert(Problem::Unknown { line: number, error });
                }
            }
        }
        (contents.good, contents.lacks_newline) = (end, lacks_newline);
    }
    Ok(contents)
}

/// Gives the JSON of a line that is whole, whether its end is missing, and where it ends. Only the end of the last line
/// can be missing: not written yet, or damaged.
fn whole(body: &[u8], ends: bool, start: usize) -> Option<(&[u8], bool, usize)> {
    let end = start + body.len();
    if let Some(json) = line::checked(body) {
        return Some((json, !ends, end + usize::from(ends)));
    }
    let (_, shorter) = body.split_last().filter(|_| !ends)?;
    Some((line::checked(shorter)?, true, end - 1))
}

/// Says whether a last line is what is left of one that was never written whole: its end is missing, or, after the power
/// failed, the blocks of a disk in its middle. One zero alone may as well be a flipped bit.
fn is_torn(body: &[u8], ends: bool) -> bool {
    !ends || body.windows(2).any(|pair| pair == [0, 0])
}

/// Says what to think of a first line that is not whole.
fn first(body: &[u8], is_torn: bool, servo: &str) -> Result<Contents, Problem> {
    let zeros = body.iter().rev().take_while(|byte| **byte == 0).count();
    let (written, _) = body.split_at(body.len() - zeros);
    if is_torn && line::header(servo).starts_with(written) {
        return Ok(Contents { torn: body.len(), ..Contents::default() });
    }
    if line::resembles(body) { Err(Problem::Damaged { line: 1 }) } else { Err(Problem::Foreign) }
}

#[cfg(test)]
mod tests;
