//! The records of a history, and how they are written.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use servo_core::model::{Slo, Value};
use servo_core::optimizer::{Outcome, Verdict};
use servo_core::safety::Mode;
use sqlx::query;
use sqlx::sqlite::SqliteConnection;

/// The longest message of a trial that is kept, in bytes.
const MESSAGE: usize = 4000;

/// What a study is to find.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyRecord {
    /// The name of the servo.
    pub servo: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The seed of what is left to chance.
    pub seed: u64,
    /// The objective, for a person to read: `minimize cost`.
    pub objective: String,
    /// The settings of the optimizer, as JSON.
    pub settings: String,
    /// The conditions that a configuration must hold.
    pub slo: Slo,
    /// The units of settings by their full names.
    pub units: BTreeMap<String, String>,
    /// The configuration that was found, by the full names of its settings, such as `web.cpu`.
    pub baseline: BTreeMap<String, Value>,
    /// What the baseline costs by the hour.
    pub cost: Option<f64>,
    /// What the servo might do to the application.
    pub mode: Mode,
    /// The shape of what was searched, as JSON; `None` where an earlier version of Servo did not record it.
    pub space: Option<String>,
}

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The configuration was measured.
    Measured,
    /// The configuration does not run.
    Rejected,
    /// The measurement ended early, because an objective was violated.
    Aborted,
    /// Something else failed.
    Failed,
}

impl Status {
    const ALL: [Self; 4] = [Self::Measured, Self::Rejected, Self::Aborted, Self::Failed];

    /// Gives the word for it in a history and in a report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Rejected => "rejected",
            Self::Aborted => "aborted",
            Self::Failed => "failed",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// One trial: a configuration, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRecord {
    /// Its number, from 1.
    pub n: u32,
    /// The configuration, by the full names of its settings.
    pub settings: BTreeMap<String, Value>,
    /// How it ended.
    pub status: Status,
    /// What it says about the configuration.
    pub verdict: Verdict,
    /// Why it did not succeed, as one word.
    pub reason: Option<String>,
    /// Why it did not succeed.
    pub message: Option<String>,
    /// The means of the metrics.
    pub metrics: BTreeMap<String, f64>,
    /// What the configuration costs by the hour.
    pub cost: Option<f64>,
    /// The value of the objective, turned around where more is better.
    pub objective: Option<f64>,
    /// The values of the conditions as constraints, which hold at or below zero.
    pub constraints: Vec<f64>,
    /// The first trial of the same configuration.
    pub repeat_of: Option<u32>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long the study ran for it, in seconds: since the trial before it ended, or since the study began or went on.
    /// Those of all trials together are what counts against a duration, whatever clocks said meanwhile.
    pub seconds: f64,
}

/// How a study ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// What came of it.
    pub outcome: Outcome,
    /// The first trial of the winner.
    pub winner: Option<u32>,
    /// How probable it is that the winner holds all conditions and is better than the baseline.
    pub confidence: Option<f64>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why it ended like this, where there is something to say. A study that was interrupted without a reason can go on.
    pub reason: Option<String>,
}

impl Ending {
    /// Describes a study that was cut off and can go on.
    pub(crate) fn cut_off(ended_at: Timestamp) -> Self {
        Self { outcome: Outcome::Interrupted, winner: None, confidence: None, ended_at, reason: None }
    }

    /// Says whether the study can go on where it stopped.
    pub fn can_go_on(&self) -> bool {
        self.outcome == Outcome::Interrupted && self.reason.is_none()
    }
}

/// Gives the word for an outcome in a history and in a report.
pub(crate) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Improved => "improved",
        Outcome::NoBetter => "no_better",
        Outcome::Interrupted => "interrupted",
    }
}

pub(super) fn outcome_from_word(word: &str) -> Option<Outcome> {
    [Outcome::Improved, Outcome::NoBetter, Outcome::Interrupted]
        .into_iter()
        .find(|it| outcome_word(*it) == word)
}

pub(super) async fn begin(
    connection: &mut SqliteConnection,
    study: &StudyRecord,
) -> Result<i64, sqlx::Error> {
    query("UPDATE studies SET outcome = 'interrupted', ended_at = ? WHERE servo = ? AND outcome IS NULL")
        .bind(study.started_at.to_string())
        .bind(&study.servo)
        .execute(&mut *connection)
        .await?;
    let inserted = query(
        "INSERT INTO studies (servo, started_at, seed, objective, settings, slo, units, baseline, cost, mode, space) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&study.servo)
    .bind(study.started_at.to_string())
    .bind(study.seed.to_string())
    .bind(&study.objective)
    .bind(&study.settings)
    .bind(json(&study.slo)?)
    .bind(json(&study.units)?)
    .bind(json(&study.baseline)?)
    .bind(study.cost)
    .bind(study.mode.word())
    .bind(&study.space)
    .execute(connection)
    .await?;
    Ok(inserted.last_insert_rowid())
}

pub(super) async fn going_on(connection: &mut SqliteConnection, study: i64) -> Result<(), sqlx::Error> {
    query(
        "UPDATE studies SET outcome = NULL, winner = NULL, confidence = NULL, ended_at = NULL, reason = NULL \
         WHERE id = ?",
    )
    .bind(study)
    .execute(connection)
    .await
    .map(drop)
}

pub(super) async fn trial(
    connection: &mut SqliteConnection,
    study: i64,
    trial: &TrialRecord,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO trials (study, n, settings, status, reason, message, metrics, cost, objective, constraints, \
         repeat_of, started_at, ended_at, verdict, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(study)
    .bind(trial.n)
    .bind(json(&trial.settings)?)
    .bind(trial.status.word())
    .bind(trial.reason.as_deref().map(shortened))
    .bind(trial.message.as_deref().map(shortened))
    .bind(json(&trial.metrics)?)
    .bind(trial.cost)
    .bind(trial.objective)
    .bind(json(&trial.constraints)?)
    .bind(trial.repeat_of)
    .bind(trial.started_at.to_string())
    .bind(trial.ended_at.to_string())
    .bind(trial.verdict.word())
    .bind(trial.seconds)
    .execute(connection)
    .await
    .map(drop)
}

pub(super) async fn ending(
    connection: &mut SqliteConnection,
    study: i64,
    ending: &Ending,
) -> Result<(), sqlx::Error> {
    query("UPDATE studies SET outcome = ?, winner = ?, confidence = ?, ended_at = ?, reason = ? WHERE id = ?")
        .bind(outcome_word(ending.outcome))
        .bind(ending.winner)
        .bind(ending.confidence)
        .bind(ending.ended_at.to_string())
        .bind(ending.reason.as_deref().map(shortened))
        .bind(study)
        .execute(connection)
        .await
        .map(drop)
}

fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Cuts a text to what is kept, at the border of a character.
fn shortened(text: &str) -> String {
    if text.len() <= MESSAGE {
        return text.to_owned();
    }
    let end = (0..=MESSAGE).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{} …", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let text = "ä".repeat(MESSAGE);
        let short = shortened(&text);
        assert!(short.len() <= MESSAGE + 4 && short.ends_with(" …"));
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn every_status_reads_back() {
        for status in Status::ALL {
            assert_eq!(Status::from_word(status.word()), Some(status));
        }
    }
}
