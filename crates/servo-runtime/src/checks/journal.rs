//! Whether the journal can be gone on with, and what it says is left to do.

use std::path::Path;

use servo_core::check::Checks;
use servo_core::{Error, Result};

use crate::journal::{self, Inspection};

/// Adds them. Reading takes the journal from nobody.
pub(super) fn add<'a>(state_dir: &'a Path, servo: &'a str, checks: &mut Checks<'a>) {
    checks.critical("Journal can be read", move || is_readable(state_dir, servo)).id("journal").description(
        "The record of changes is whole, of this servo, and of a version that this program knows.",
    );
    checks
        .common("Circuit is closed", move || is_closed(state_dir, servo))
        .id("circuit")
        .description("No budget of failures or violations has been used up, so that changes may be made.");
    checks
        .warning("Nothing is left to restore", move || is_clean(state_dir, servo))
        .id("journal_clean")
        .description("No trial is in force, and no change was begun and not confirmed.");
}

async fn is_readable(state_dir: &Path, servo: &str) -> Result<String> {
    let Inspection { records, problem, .. } = journal::inspect(state_dir, servo).await?;
    match (problem, records.len()) {
        (Some(problem), _) => Err(problem),
        (None, 0) => Ok("there is none yet".to_owned()),
        (None, 1) => Ok("1 record".to_owned()),
        (None, count) => Ok(format!("{count} records")),
    }
}

async fn is_closed(state_dir: &Path, servo: &str) -> Result<()> {
    let ledger = journal::inspect(state_dir, servo).await?.ledger;
    ledger.trip.map_or(Ok(()), |trip| {
        let message = format!("no more changes are made since {}: {}", trip.at, trip.reason);
        Err(Error::failed(message).with_help("once the reason is gone, `servo reset` closes it"))
    })
}

async fn is_clean(state_dir: &Path, servo: &str) -> Result<()> {
    let ledger = journal::inspect(state_dir, servo).await?.ledger;
    let Some(due) = ledger.due() else { return Ok(()) };
    let message = match &due.unconfirmed {
        Some(change) => format!("change {} was begun and not confirmed", change.id),
        None => "a trial is in force".to_owned(),
    };
    let help = "the next `servo run` puts it right before anything else; `servo restore` does so now";
    Err(Error::failed(message).with_help(help))
}
