//! One mistake of a section after another: each is told and mended, and the section is read again.

use serde_json::Value;
use servo_core::Error;

use super::mended::{self, Mended};
use super::message::Message;
use super::{Place, describe, is_stray};
use crate::config::diagnostic::ConfigDiagnostic;
use crate::config::document::Document;
use crate::config::path::{Path, Segment};
use crate::config::{suggest, written};

/// The most mistakes that are told of one section.
const MAX_TOLD: usize = 32;

/// How often a section is read again; values that stand in for others are tried one after another.
const MAX_ROUNDS: usize = 128;

/// What was found wrong with a section so far.
pub(super) struct Rounds<'a> {
    document: &'a Document,
    section: &'a Path,
    mended: Mended<'a>,
    /// The section as it was read last.
    now: Value,
    /// How often it was read, not counting where only variables of others were passed over.
    read: usize,
    pub(super) found: Vec<ConfigDiagnostic>,
}

/// Where an error is, and what it says.
struct Fault<'e> {
    error: &'e Error,
    /// Inside the section, as it was written.
    at: Path,
    /// Whether the section has the key of the error.
    is_there: bool,
    /// The unknown key that it tells of, as it was written.
    unknown: Option<Path>,
}

impl<'a> Rounds<'a> {
    pub(super) fn new(document: &'a Document, section: &'a Path, written: &'a Value) -> Self {
        let mended = Mended::new(written);
        let now = mended.value();
        Self { document, section, mended, now, read: 0, found: Vec::new() }
    }

    /// Tells what was wrong when the section was read last, and gives the section to be read next. There is none where
    /// nothing is left to be found.
    pub(super) fn next(&mut self, error: &Error) -> Option<Value> {
        // What has been left out for an error before counts for the next round, not for others of this one.
        let was_whole = self.mended.is_whole();
        let mut is_mended = false;
        let mut errors = Vec::new();
        collect(error, &mut errors);
        let faults: Vec<_> = errors.into_iter().map(|error| self.locate(error)).collect();
        let sure: Vec<_> = faults.iter().map(|fault| was_whole || self.is_sure(fault)).collect();
        for (fault, is_sure) in faults.iter().zip(sure) {
            is_mended |= self.take(fault, is_sure);
        }
        self.read += 1;
        if !is_mended || self.found.len() >= MAX_TOLD || self.read >= MAX_ROUNDS {
            return None;
        }
        self.now = self.mended.value();
        Some(self.now.clone())
    }

    fn locate<'e>(&self, error: &'e Error) -> Fault<'e> {
        let (now, is_there) = written::resolve(&self.now, inner_key(error));
        let unknown = match Message::of(error.message()) {
            Message::UnknownField { name, .. } => {
                // The error may carry the path of the key itself, or of the mapping around it.
                let inside = now.key(&name);
                let at = mended::get(&self.now, &inside).map(|_| &inside);
                let at = at.or((now.segments().last() == Some(&Segment::Key(name))).then_some(&now));
                at.map(|at| self.mended.written_at(at))
            }
            _ => None,
        };
        Fault { error, at: self.mended.written_at(&now), is_there, unknown }
    }

    /// Whether an error is one of the section as it was written, though something has been left out since.
    fn is_sure(&self, fault: &Fault<'_>) -> bool {
        if fault.unknown.is_some() {
            return true;
        }
        if fault.error.is_unreadable() {
            // Types are read one by one: only what holds something that is missing suffers from that.
            return match Message::of(fault.error.message()) {
                Message::MissingField { name } => {
                    !self.mended.is_untrue(&fault.at.key(name)) && !self.mended.is_stand_in(&fault.at)
                }
                _ => !self.mended.is_untrue(&fault.at),
            };
        }
        // What is checked after reading follows from several values, most often from those of one mapping.
        let mut around = fault.at.clone();
        around.pop();
        let around = if around.segments().is_empty() { &fault.at } else { &around };
        let mut premises = fault.error.premises().filter_map(|key| Path::parse(key).ok());
        !fault.at.segments().is_empty()
            && !self.mended.is_near(around)
            && !premises.any(|premise| self.mended.is_near(&premise))
    }

    /// Tells an error, unless it follows from others, and mends what it is about; false where it cannot be mended.
    fn take(&mut self, fault: &Fault<'_>, is_sure: bool) -> bool {
        if let Some(key) = &fault.unknown {
            let whole = self.section.join(key);
            if is_stray(self.document, self.section, &whole) {
                tracing::debug!(
                    "{} stands for no key: `{}` has no such one",
                    self.document.origin(&whole),
                    self.section
                );
                self.mended.correct(key.clone(), None);
                // However many variables others have set.
                self.read = self.read.saturating_sub(1);
                return true;
            }
        }
        if is_sure {
            self.tell(fault);
        }
        match (Message::of(fault.error.message()), &fault.unknown) {
            (Message::UnknownField { name, valid }, Some(key)) => {
                self.mended.correct(key.clone(), suggest::nearest(&name, valid));
                true
            }
            (Message::MissingField { name }, _) if fault.error.is_unreadable() => {
                self.mended.fill(fault.at.key(name));
                true
            }
            _ => self.mended.leave_out(&fault.at),
        }
    }

    fn tell(&mut self, fault: &Fault<'_>) {
        let place = Place {
            path: self.section.join(&fault.at),
            is_there: fault.is_there,
            unknown: fault.unknown.as_ref().map(|key| self.section.join(key)),
        };
        let told = describe(self.document, &place, fault.error);
        let is_new = |other: &ConfigDiagnostic| other.path != told.path || other.message != told.message;
        if self.found.iter().all(is_new) {
            self.found.push(told);
        }
    }
}

/// The key of an error inside its section; empty for the section as a whole.
pub(super) fn inner_key(error: &Error) -> &str {
    error.key().filter(|key| *key != ".").unwrap_or_default()
}

/// An error and those that were joined to it.
fn collect<'e>(error: &'e Error, all: &mut Vec<&'e Error>) {
    all.push(error);
    for error in error.additional() {
        collect(error, all);
    }
}
