//! Reading a study back.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use servo_core::optimizer::Verdict;
use servo_core::safety::Mode;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{Connection, Decode, Row, Type, query};

use super::record::{Ending, Status, StudyRecord, TrialRecord, outcome_from_word};
use super::{Recorded, old};

/// Reads the newest study of a servo with its trials, as they were at one moment.
pub(super) async fn newest(
    connection: &mut SqliteConnection,
    servo: &str,
) -> Result<Option<Recorded>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let row = query("SELECT * FROM studies WHERE servo = ? ORDER BY id DESC LIMIT 1")
        .bind(servo)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.try_get("id")?;
    let trials = query("SELECT * FROM trials WHERE study = ? ORDER BY n")
        .bind(id)
        .fetch_all(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(Recorded {
        id,
        study: study(&row)?,
        ending: ending(&row)?,
        trials: trials.iter().map(trial).collect::<Result<_, _>>()?,
    }))
}

fn study(row: &SqliteRow) -> Result<StudyRecord, sqlx::Error> {
    Ok(StudyRecord {
        servo: row.try_get("servo")?,
        started_at: time(row, "started_at")?,
        seed: text(row, "seed")?.parse().map_err(decoding)?,
        objective: row.try_get("objective")?,
        settings: row.try_get("settings")?,
        slo: json(row, "slo")?,
        units: json(row, "units")?,
        baseline: json(row, "baseline")?,
        cost: row.try_get("cost")?,
        mode: match added::<String>(row, "mode")? {
            None => Mode::Auto,
            Some(word) => mode(&word).ok_or_else(|| unexpected("mode", &word))?,
        },
        space: added(row, "space")?,
    })
}

fn mode(word: &str) -> Option<Mode> {
    [Mode::Observe, Mode::Recommend, Mode::Auto].into_iter().find(|mode| mode.word() == word)
}

fn ending(row: &SqliteRow) -> Result<Option<Ending>, sqlx::Error> {
    let Some(outcome) = row.try_get::<Option<String>, _>("outcome")? else { return Ok(None) };
    let outcome = outcome_from_word(&outcome).ok_or_else(|| unexpected("outcome", &outcome))?;
    Ok(Some(Ending {
        outcome,
        winner: row.try_get("winner")?,
        confidence: row.try_get("confidence")?,
        ended_at: time(row, "ended_at")?,
        reason: added(row, "reason")?,
    }))
}

fn trial(row: &SqliteRow) -> Result<TrialRecord, sqlx::Error> {
    let status = text(row, "status")?;
    let mut trial = TrialRecord {
        n: row.try_get("n")?,
        settings: json(row, "settings")?,
        status: Status::from_word(&status).ok_or_else(|| unexpected("status", &status))?,
        verdict: Verdict::Error,
        reason: row.try_get("reason")?,
        message: row.try_get("message")?,
        metrics: json(row, "metrics")?,
        cost: row.try_get("cost")?,
        objective: row.try_get("objective")?,
        constraints: json(row, "constraints")?,
        repeat_of: row.try_get("repeat_of")?,
        started_at: time(row, "started_at")?,
        ended_at: time(row, "ended_at")?,
        seconds: 0.0,
    };
    trial.verdict = match added::<String>(row, "verdict")? {
        None => old::verdict(&trial),
        Some(word) => verdict(&word).ok_or_else(|| unexpected("verdict", &word))?,
    };
    trial.seconds = added::<f64>(row, "seconds")?.unwrap_or_else(|| old::seconds(&trial));
    Ok(trial)
}

fn verdict(word: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)
}

/// Gives what is in a column that the first version of the tables did not have; `None` where it is not there.
fn added<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    column: &str,
) -> Result<Option<T>, sqlx::Error> {
    match row.try_get(column) {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(None),
        other => other,
    }
}

fn text(row: &SqliteRow, column: &str) -> Result<String, sqlx::Error> {
    row.try_get(column)
}

fn time(row: &SqliteRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    text(row, column)?.parse().map_err(decoding)
}

fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(&text(row, column)?).map_err(decoding)
}

fn unexpected(column: &str, found: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unexpected {column} `{found}`").into())
}

fn decoding(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
