//! What a servo has written down about its changes, as a person reads it.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use servo_core::journal::{Entry, Ledger, Record};

use super::{setting, table};

/// The journal of one servo. As JSON it is the form that `servo journal --format json` promises.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// The servo's name.
    pub(crate) name: String,
    /// The file; it may not exist yet.
    pub(crate) file: PathBuf,
    /// Whether it is damaged, so that the servo refuses it. What can be read is shown all the same.
    pub(crate) is_damaged: bool,
    /// What all records add up to, or those before the damage.
    pub(crate) ledger: Ledger,
    /// The last records, the newest last.
    pub(crate) records: Vec<Record>,
}

/// Renders journals one after another, as they are at this time.
pub(crate) fn render(journals: &[Shown], now: Timestamp) -> String {
    journals.iter().map(|journal| one(journal, now)).collect::<Vec<_>>().join("\n\n")
}

fn one(journal: &Shown, now: Timestamp) -> String {
    let place = headline(&journal.ledger);
    let damage = if journal.is_damaged { "the journal is DAMAGED; up to there: " } else { "" };
    let headline = format!("{}: {damage}{place}", journal.name);
    let mut parts = vec![headline, state(journal, now)];
    if !journal.records.is_empty() {
        let rows: Vec<[String; 3]> = journal.records.iter().map(row).collect();
        parts.push(table::render(["TIME", "RECORD", "WHAT"], &rows));
    }
    parts.join("\n\n")
}

/// Says in a few words where the application is.
pub(crate) fn headline(ledger: &Ledger) -> String {
    let place = match (&ledger.pending, ledger.last_id) {
        (Some(change), _) => format!("change {} was begun and not confirmed", change.id),
        (None, 0) => "has changed nothing".to_owned(),
        (None, _) if ledger.is_at_baseline() => "at its baseline".to_owned(),
        (None, _) if ledger.is_kept => "away from its baseline, to stay so".to_owned(),
        (None, _) => "away from its baseline, for a trial".to_owned(),
    };
    if ledger.trip.is_some() { format!("{place}; no changes are made") } else { place }
}

fn state(journal: &Shown, now: Timestamp) -> String {
    let ledger = &journal.ledger;
    let mut lines = vec![("file", journal.file.display().to_string())];
    if ledger.last_id > 0 {
        lines.push(("baseline", setting::values(&ledger.baseline)));
        lines.push(("in force", setting::values(&ledger.in_force)));
    }
    if let Some(change) = &ledger.pending {
        lines.push(("pending", format!("change {}", setting::change(change))));
    }
    if let Some(trip) = &ledger.trip {
        let advice = "allow changes again with `servo reset`";
        lines.push(("circuit", format!("broken since {:.0}: {}; {advice}", trip.at, trip.reason)));
    }
    lines.push(("changes", format!("{} in the last hour", recent(ledger, now))));
    for (connector, objects) in &ledger.created {
        let keys: Vec<&str> = objects.keys().map(String::as_str).collect();
        lines.push(("created", format!("{} by `{connector}`, not removed yet", keys.join(", "))));
    }
    let lines: Vec<String> = lines.into_iter().map(|(name, what)| format!("{name:<10}{what}")).collect();
    lines.join("\n")
}

/// Counts the changes of the last hour. Those of a time to come, which a clock that was set back leaves behind, count.
fn recent(ledger: &Ledger, now: Timestamp) -> usize {
    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    ledger.recent.iter().filter(|at| now.duration_since(**at) < HOUR).count()
}

fn row(record: &Record) -> [String; 3] {
    [format!("{:.0}", record.at), record.entry.word().to_owned(), what(&record.entry)]
}

/// Says what a record announces, in words.
fn what(entry: &Entry) -> String {
    match entry {
        Entry::Change(change) => setting::change(change),
        Entry::Confirmed { change, state } => format!("{change}: {}", setting::values(state)),
        Entry::Failed { change, reason } => format!("{change}: {reason}"),
        Entry::Settled { state } => setting::values(state),
        Entry::Tripped { reason } => reason.clone(),
        Entry::Reset => "changes are allowed again".to_owned(),
        Entry::Created { connector, key, .. } | Entry::Removed { connector, key } => {
            format!("{key} by `{connector}`")
        }
        Entry::Checkpoint(ledger) => {
            format!("change {} and all before: {}", ledger.last_id, headline(ledger))
        }
    }
}

#[cfg(test)]
mod tests;
