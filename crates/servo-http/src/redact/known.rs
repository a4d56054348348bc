//! The secrets that are known, found in a text in one pass over it.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{Bound, Range};

use secrecy::{ExposeSecret as _, SecretString};

use super::beginnings::Beginnings;
use super::forms;

/// How many secrets that come and go are known at once, beside those that room was made for. Tokens that are older
/// have long expired.
const PASSING: usize = 256;

/// The secrets, each with the forms that it takes.
#[derive(Default)]
pub(super) struct Known {
    /// Every form of every secret, in order.
    forms: BTreeMap<Form, Uses>,
    /// Those that come and go, by when they were last added.
    passing: BTreeMap<u64, SecretString>,
    /// How many more of them there is room for.
    room: usize,
    last_added: u64,
    beginnings: Beginnings,
    /// How many forms were forgotten whose beginnings are still looked for.
    forgotten: usize,
}

/// Whose form something is.
#[derive(Default)]
struct Uses {
    is_lasting: bool,
    /// Of how many secrets that come and go.
    passing: usize,
    /// When this was last added itself, where it comes and goes.
    added: Option<u64>,
}

impl Known {
    /// Adds a secret.
    pub(super) fn add(&mut self, secret: &str) {
        if self.forms.get(secret.as_bytes()).is_some_and(|uses| uses.is_lasting) {
            return;
        }
        for form in forms::of(secret) {
            self.uses(form).is_lasting = true;
        }
    }

    /// Adds a secret that comes and goes, or adds it again.
    pub(super) fn add_passing(&mut self, secret: &str) {
        self.last_added = self.last_added.saturating_add(1);
        let now = self.last_added;
        match self.forms.get_mut(secret.as_bytes()) {
            Some(uses) if uses.is_lasting => return,
            Some(Uses { added: Some(added), .. }) => {
                if let Some(secret) = self.passing.remove(&std::mem::replace(added, now)) {
                    self.passing.insert(now, secret);
                }
                return;
            }
            _ => {}
        }
        for form in forms::of(secret) {
            let is_itself = form == secret;
            let uses = self.uses(form);
            uses.passing = uses.passing.saturating_add(1);
            if is_itself {
                uses.added = Some(now);
            }
        }
        self.passing.insert(now, SecretString::from(secret));
        self.forget();
    }

    /// Makes room for so many more that come and go.
    pub(super) fn widen(&mut self, by: usize) {
        self.room = self.room.saturating_add(by);
    }

    /// Takes such room away.
    pub(super) fn narrow(&mut self, by: usize) {
        self.room = self.room.saturating_sub(by);
        self.forget();
    }

    /// Finds everything secret, in order; where secrets overlap, as one range.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for begin in self.beginnings.within(text) {
            let Some(length) = self.longest_at(text.as_bytes().get(begin..).unwrap_or_default()) else {
                continue;
            };
            let end = begin.saturating_add(length);
            match found.last_mut() {
                Some(last) if begin < last.end => last.end = last.end.max(end),
                _ => found.push(begin..end),
            }
        }
        found
    }

    /// Returns how long the longest form is with which this begins.
    ///
    /// Whatever a text begins with comes before it in the order of bytes, and everything between the two begins with
    /// the same. So the form that is next before the text is what it begins with, or has all in common with it that
    /// another form could be.
    fn longest_at(&self, rest: &[u8]) -> Option<usize> {
        let mut rest = rest;
        loop {
            let (form, _) =
                self.forms.range::<[u8], _>((Bound::Unbounded, Bound::Included(rest))).next_back()?;
            let form = form.bytes();
            let common = form.iter().zip(rest).take_while(|(one, other)| one == other).count();
            if common == form.len() {
                return Some(common);
            }
            rest = rest.get(..common).filter(|common| !common.is_empty())?;
        }
    }

    fn uses(&mut self, form: String) -> &mut Uses {
        self.beginnings.add(&form);
        self.forms.entry(Form(SecretString::from(form))).or_default()
    }

    /// Forgets the oldest for which there is no room.
    fn forget(&mut self) {
        while self.passing.len() > PASSING.saturating_add(self.room) {
            let Some((_, secret)) = self.passing.pop_first() else { return };
            for form in forms::of(secret.expose_secret()) {
                self.release(&form, form == secret.expose_secret());
            }
        }
        // Otherwise what was forgotten would in time be looked for everywhere.
        if self.forgotten > self.forms.len().saturating_add(PASSING) {
            self.forgotten = 0;
            self.beginnings = Beginnings::default();
            for form in self.forms.keys() {
                self.beginnings.add(form.0.expose_secret());
            }
        }
    }

    /// Takes it down that a secret that came and went had this form.
    fn release(&mut self, form: &str, is_itself: bool) {
        let Some(uses) = self.forms.get_mut(form.as_bytes()) else { return };
        uses.passing = uses.passing.saturating_sub(1);
        if is_itself {
            uses.added = None;
        }
        if uses.passing == 0 && !uses.is_lasting {
            self.forms.remove(form.as_bytes());
            self.forgotten = self.forgotten.saturating_add(1);
        }
    }
}

/// A form of a secret, in the order of its bytes.
struct Form(SecretString);

impl Form {
    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl Borrow<[u8]> for Form {
    fn borrow(&self) -> &[u8] {
        self.bytes()
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Form {}

impl PartialOrd for Form {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Form {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

#[cfg(test)]
mod tests;
