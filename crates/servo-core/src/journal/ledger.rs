//! What the records of a journal add up to.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Change, Entry, Purpose, Record, Values};
use crate::model::Value;

/// For how long the times of changes are kept: as long as a rate of changes looks back.
const RECENT: SignedDuration = SignedDuration::from_hours(1);

/// How many times of changes are kept at most.
const MOST_RECENT: usize = 10_000;

/// How many values of one setting are kept at most that were asked for: so many changes in a row that none confirmed.
const MOST_ATTEMPTED: usize = 100;

/// What is known of the application, and of what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// What settings were before the first change of them, or were promoted to.
    pub baseline: Values,
    /// What settings were last confirmed to be.
    pub in_force: Values,
    /// Whether what is in force is to stay, although it is not the baseline.
    pub is_kept: bool,
    /// The change that was begun and not confirmed.
    pub pending: Option<Change>,
    /// Every value that was asked for since the baseline was last known to be in force: what a setting has of these,
    /// it has from the servo.
    pub attempted: BTreeMap<String, Vec<Value>>,
    /// The number of the last change.
    pub last_id: u64,
    /// When changes were begun that were no restorations, in the hour before the last of them, in order.
    pub recent: Vec<Timestamp>,
    /// Why no changes are made, where that is so.
    pub trip: Option<Trip>,
    /// What connectors have created and not removed: by connector, then by key.
    pub created: BTreeMap<String, BTreeMap<String, Json>>,
}

/// Why no changes are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What is to be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What settings are to be again.
    pub target: Values,
    /// The change that was not confirmed, if it is that.
    pub unconfirmed: Option<Change>,
}

impl Ledger {
    /// Takes a record into account.
    pub fn apply(&mut self, record: &Record) {
        match &record.entry {
            Entry::Change(change) => self.begin(change, record.at),
            Entry::Confirmed { change, state } => self.confirm(*change, state),
            Entry::Failed { .. } => {}
            Entry::Settled { state } => self.settle(state),
            Entry::Tripped { reason } => {
                self.trip.get_or_insert_with(|| Trip { at: record.at, reason: reason.clone() });
            }
            Entry::Reset => self.trip = None,
            Entry::Created { connector, key, value } => {
                self.created.entry(connector.clone()).or_default().insert(key.clone(), value.clone());
            }
            Entry::Removed { connector, key } => {
                if let Some(objects) = self.created.get_mut(connector) {
                    objects.remove(key);
                }
                self.created.retain(|_, objects| !objects.is_empty());
            }
            Entry::Checkpoint(ledger) => *self = Self::clone(ledger),
        }
    }

    /// Gives the number of the next change.
    pub fn next_id(&self) -> u64 {
        self.last_id.saturating_add(1)
    }

    /// Says what is to be undone when the servo ends or begins; `None` where nothing is.
    pub fn due(&self) -> Option<Due> {
        // What was confirmed before it is kept.
        let mut target = if self.is_kept { self.astray() } else { self.away() };
        let unconfirmed = self.pending.clone();
        match &unconfirmed {
            Some(change) if change.purpose == Purpose::Restoration => target.extend(change.after.clone()),
            Some(change) if self.is_kept => {
                let last = |name: &String| Some((name.clone(), self.in_force.get(name)?.clone()));
                target.extend(change.before.keys().filter_map(last));
            }
            None if target.is_empty() => return None,
            Some(_) | None => {}
        }
        Some(Due { target, unconfirmed })
    }

    /// Gives the baseline of every setting that was changed since the baseline was last in force, kept or not.
    pub fn away(&self) -> Values {
        let known = |name: &String| Some((name.clone(), self.baseline.get(name)?.clone()));
        self.attempted.keys().filter_map(known).collect()
    }

    /// Gives what was last confirmed of every setting that may have something else since, after changes that were not.
    fn astray(&self) -> Values {
        let differs = |(name, values): (&String, &Vec<Value>)| {
            let last = self.in_force.get(name)?;
            values.iter().any(|value| value != last).then(|| (name.clone(), last.clone()))
        };
        self.attempted.iter().filter_map(differs).collect()
    }

    /// Returns true where what was last confirmed is the baseline, and nothing else was asked for since.
    pub fn is_at_baseline(&self) -> bool {
        let is_baseline = |name: &String, value: &Value| self.baseline.get(name).is_none_or(|it| it == value);
        self.in_force.iter().all(|(name, value)| is_baseline(name, value))
            && self.attempted.iter().all(|(name, values)| values.iter().all(|value| is_baseline(name, value)))
    }

    /// Returns true where these values lead back to the baseline: everything that was changed is among them or is
    /// there already.
    pub fn leads_back(&self, after: &Values) -> bool {
        let is_back = |(name, baseline): (&String, &Value)| {
            after.get(name).or_else(|| self.in_force.get(name)).is_none_or(|value| value == baseline)
        };
        !self.baseline.is_empty()
            && after.keys().all(|name| self.baseline.contains_key(name))
            && self.baseline.iter().all(is_back)
    }

    fn begin(&mut self, change: &Change, at: Timestamp) {
        self.last_id = self.last_id.max(change.id);
        // What an optimizer elsewhere has left is where a study of Servo's own begins.
        if change.purpose == Purpose::Trial && self.is_kept {
            self.baseline.clone_from(&self.in_force);
            self.is_kept = false;
            self.forget_baseline();
        }
        for (name, before) in &change.before {
            if self.is_ours(name, before) {
                // Confirmed already, or what a change has left that failed.
                self.in_force.entry(name.clone()).or_insert_with(|| before.clone());
            } else {
                // Nobody but somebody else can have set this: it is how the application is meant to be.
                self.baseline.insert(name.clone(), before.clone());
                self.in_force.insert(name.clone(), before.clone());
            }
        }
        for (name, after) in &change.after {
            let values = self.attempted.entry(name.clone()).or_default();
            // The newest is the last, also where it was asked for before.
            values.retain(|value| value != after);
            values.push(after.clone());
            let excess = values.len().saturating_sub(MOST_ATTEMPTED);
            values.drain(..excess);
        }
        if change.purpose != Purpose::Restoration {
            self.count(at);
        }
        self.pending = Some(change.clone());
    }

    /// Counts a change of that time. Where the clock was set back, what it left in the time to come counts as of now,
    /// so that it is neither forgotten nor kept until that time has come.
    fn count(&mut self, at: Timestamp) {
        if self.recent.last().is_some_and(|last| *last > at) {
            for it in &mut self.recent {
                *it = at.min(*it);
            }
        }
        self.recent.push(at);
        let past = self.recent.partition_point(|it| at.duration_since(*it) >= RECENT);
        let excess = self.recent.len().saturating_sub(MOST_RECENT);
        self.recent.drain(..past.max(excess));
    }

    fn confirm(&mut self, id: u64, state: &Values) {
        let Some(change) = self.pending.take_if(|change| change.id == id) else { return };
        self.in_force.extend(state.iter().map(|(name, value)| (name.clone(), value.clone())));
        match change.purpose {
            // A trial of other settings stays a trial, and what is kept of others stays kept.
            Purpose::Promotion | Purpose::Operator => self.baseline.extend(state.clone()),
            Purpose::Adjustment => self.is_kept = true,
            Purpose::Trial => self.is_kept = false,
            Purpose::Restoration => {}
        }
        self.narrow_attempts(state);
    }

    fn settle(&mut self, state: &Values) {
        self.pending = None;
        for (name, value) in state {
            if !self.is_ours(name, value) {
                self.baseline.insert(name.clone(), value.clone());
            }
            self.in_force.insert(name.clone(), value.clone());
        }
        self.narrow_attempts(state);
    }

    /// Where settings are known, nothing else that was tried of them is in force.
    fn narrow_attempts(&mut self, state: &Values) {
        for (name, value) in state {
            if let Some(values) = self.attempted.get_mut(name) {
                *values = vec![value.clone()];
            }
        }
        self.forget_baseline();
        if self.pending.is_none() && self.is_at_baseline() {
            self.is_kept = false;
        }
    }

    /// Forgets the attempts that the baseline has come to.
    fn forget_baseline(&mut self) {
        let is_baseline = |name: &String, value: &Value| self.baseline.get(name) == Some(value);
        self.attempted.retain(|name, values| values.iter().any(|value| !is_baseline(name, value)));
    }

    fn is_ours(&self, name: &str, value: &Value) -> bool {
        self.attempted.get(name).is_some_and(|values| values.contains(value))
    }
}

#[cfg(test)]
mod tests;
