//! The history of studies: every trial, on disk before the next one begins.
//!
//! One SQLite file in a servo's state folder. A study is a row of its own; the newest one is the servo's present.

mod error;
mod folder;
mod old;
mod read;
mod record;
mod schema;

use std::path::Path;

use servo_core::{Error, Result};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};

pub(crate) use record::outcome_word;
pub use record::{Ending, Status, StudyRecord, TrialRecord};

use error::Place;
use folder::Lock;

/// The name of the history's file in a state folder.
pub const FILE: &str = "history.sqlite";

/// An open history, which nobody else writes to meanwhile.
#[derive(Debug)]
pub struct History {
    connection: SqliteConnection,
    place: Place,
    /// Released when the history is dropped.
    _lock: Option<Lock>,
}

/// A study as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its number in the history.
    pub id: i64,
    /// What was to be found.
    pub study: StudyRecord,
    /// How it ended; `None` while it runs.
    pub ending: Option<Ending>,
    /// Its trials in their order.
    pub trials: Vec<TrialRecord>,
}

impl History {
    /// Opens the history in a state folder, and makes both where there are none.
    ///
    /// Folder and files are for their owner alone.
    ///
    /// # Errors
    ///
    /// Class configuration: another process uses it, a newer version of Servo wrote it, or it is no history at all.
    /// Class failed: the folder or the file cannot be read or written.
    pub async fn open(state_dir: &Path) -> Result<Self> {
        let lock = folder::prepare(state_dir)?;
        let file = state_dir.join(FILE);
        let place = Place::file(&file);
        folder::create(&file)?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            // With SQLite's rollback journal: one file when at rest, which can be copied or moved away.
            .synchronous(SqliteSynchronous::Full);
        Self::connect(options, place, Some(lock)).await
    }

    /// Opens a history that is forgotten when it is closed.
    ///
    /// # Errors
    ///
    /// Class failed: no memory.
    pub async fn in_memory() -> Result<Self> {
        Self::connect(SqliteConnectOptions::new().in_memory(true), Place::memory(), None).await
    }

    async fn connect(options: SqliteConnectOptions, place: Place, lock: Option<Lock>) -> Result<Self> {
        let connection = SqliteConnection::connect_with(&options).await;
        let mut connection = connection.map_err(|error| place.opening(error))?;
        schema::migrate(&mut connection, &place).await?;
        Ok(Self { connection, place, _lock: lock })
    }

    /// Begins a study and gives its number. Studies that were never ended count as interrupted.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be written.
    pub async fn begin(&mut self, study: &StudyRecord) -> Result<i64> {
        record::begin(&mut self.connection, study)
            .await
            .map_err(|error| self.place.writing("the study", error))
    }

    /// Writes down that a study which was interrupted goes on.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be written.
    pub async fn go_on(&mut self, study: i64) -> Result<()> {
        let written = record::going_on(&mut self.connection, study).await;
        written.map_err(|error| self.place.writing("that the study goes on", error))
    }

    /// Writes a trial down. When this returns it is on disk.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be written, such as on a full disk. Earlier trials are as they were.
    pub async fn record(&mut self, study: i64, trial: &TrialRecord) -> Result<()> {
        let what = format!("trial {}", trial.n);
        record::trial(&mut self.connection, study, trial)
            .await
            .map_err(|error| self.place.writing(&what, error))
    }

    /// Writes down how a study ended.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be written.
    pub async fn finish(&mut self, study: i64, ending: &Ending) -> Result<()> {
        let written = record::ending(&mut self.connection, study, ending).await;
        written.map_err(|error| self.place.writing("the end of the study", error))
    }

    /// Reads the newest study of a servo.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be read.
    pub async fn newest(&mut self, servo: &str) -> Result<Option<Recorded>> {
        read::newest(&mut self.connection, servo).await.map_err(|error| self.place.reading(error))
    }

    /// Closes the history.
    pub async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::warn!("while closing {}: {error}", self.place);
        }
    }

    /// Lets the database grow to this many pages and no further.
    #[cfg(test)]
    pub(crate) async fn limit_pages(&mut self, beyond: i64) {
        let count: i64 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&mut self.connection)
            .await
            .expect("a page count");
        let pragma = format!("PRAGMA max_page_count = {}", count + beyond);
        sqlx::query(sqlx::AssertSqlSafe(pragma)).execute(&mut self.connection).await.expect("a limit");
    }
}

/// Reads the newest study of a servo from its state folder, while a servo is running too.
///
/// # Errors
///
/// Class configuration: a newer version of Servo wrote it, or it is no history at all. Class failed: it cannot be read.
pub async fn newest(state_dir: &Path, servo: &str) -> Result<Option<Recorded>> {
    let file = state_dir.join(FILE);
    if std::fs::metadata(&file).is_ok_and(|metadata| metadata.len() == 0) {
        return Ok(None);
    }
    let place = Place::file(&file);
    match read_from(&file, &place, true, servo).await {
        // A crash in the middle of writing leaves a journal that only a writer may roll back.
        Err(Reading::Hot) => read_from(&file, &place, false, servo).await.map_err(Reading::into_error),
        Err(Reading::Absent) => Ok(None),
        other => other.map_err(Reading::into_error),
    }
}

enum Reading {
    Absent,
    Hot,
    Failed(Error),
}

impl Reading {
    fn into_error(self) -> Error {
        match self {
            Self::Failed(error) => error,
            Self::Absent | Self::Hot => Error::failed("the history changed while it was read: try again"),
        }
    }
}

async fn read_from(
    file: &Path,
    place: &Place,
    read_only: bool,
    servo: &str,
) -> Result<Option<Recorded>, Reading> {
    if !file.exists() {
        return Err(Reading::Absent);
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(read_only);
    let failed = |error: sqlx::Error, classify: fn(&Place, sqlx::Error) -> Error| {
        if read_only && error::is_hot_journal(&error) {
            Reading::Hot
        } else {
            Reading::Failed(classify(place, error))
        }
    };
    let mut connection =
        SqliteConnection::connect_with(&options).await.map_err(|error| failed(error, Place::opening))?;
    let marks = schema::marks(&mut connection).await.map_err(|error| failed(error, Place::opening))?;
    let recorded = match marks.checked(place) {
        Err(error) => Err(Reading::Failed(error)),
        Ok(schema::Found::Nothing) => Ok(None),
        Ok(schema::Found::History { .. }) => {
            read::newest(&mut connection, servo).await.map_err(|error| failed(error, Place::reading))
        }
    };
    if let Err(error) = connection.close().await {
        tracing::debug!("while closing {place}: {error}");
    }
    recorded
}

#[cfg(test)]
mod tests;
