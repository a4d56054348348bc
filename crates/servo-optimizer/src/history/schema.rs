//! The tables of a history, and by what a file of another version or another program is told.

use servo_core::{Error, Result};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, query_scalar, raw_sql};

use super::error::Place;

/// Marks a database as a history of Servo (`SRVO` in ASCII).
const APPLICATION: i64 = 0x5352_564f;
/// The newest version of the tables that this program knows.
const VERSION: i64 = 2;

/// The tables. Columns with JSON are for people and for the report; nothing is searched by them.
const TABLES: &str = "
CREATE TABLE studies (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    servo       TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    seed        TEXT NOT NULL,
    objective   TEXT NOT NULL,
    settings    TEXT NOT NULL,
    slo         TEXT NOT NULL,
    units       TEXT NOT NULL,
    baseline    TEXT NOT NULL,
    cost        REAL,
    outcome     TEXT,
    winner      INTEGER,
    confidence  REAL,
    ended_at    TEXT,
    reason      TEXT,
    mode        TEXT,
    space       TEXT
) STRICT;
CREATE TABLE trials (
    study       INTEGER NOT NULL REFERENCES studies (id),
    n           INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    status      TEXT NOT NULL,
    reason      TEXT,
    message     TEXT,
    metrics     TEXT NOT NULL,
    cost        REAL,
    objective   REAL,
    constraints TEXT NOT NULL,
    repeat_of   INTEGER,
    started_at  TEXT NOT NULL,
    ended_at    TEXT NOT NULL,
    verdict     TEXT,
    seconds     REAL,
    PRIMARY KEY (study, n)
) STRICT;
PRAGMA application_id = 1397904975;
PRAGMA user_version = 2;
";

/// What version 2 has beyond version 1. What the old rows would have there is worked out when they are read.
const FROM_1: &str = "
ALTER TABLE studies ADD COLUMN reason TEXT;
ALTER TABLE studies ADD COLUMN mode TEXT;
ALTER TABLE studies ADD COLUMN space TEXT;
ALTER TABLE trials ADD COLUMN verdict TEXT;
ALTER TABLE trials ADD COLUMN seconds REAL;
PRAGMA user_version = 2;
";

/// What a database says of itself.
pub(super) struct Marks {
    application: i64,
    version: i64,
    tables: i64,
}

/// What a database is, when it is one that this program can use.
pub(super) enum Found {
    /// An empty one.
    Nothing,
    /// A history of this version, or of an earlier one that can be read.
    History {
        /// Whether it is of an earlier one.
        is_old: bool,
    },
}

impl Marks {
    /// Says what the database is.
    ///
    /// # Errors
    ///
    /// Class configuration: of a newer version, or of another program.
    pub(super) fn checked(&self, place: &Place) -> Result<Found> {
        match (self.application, self.version, self.tables) {
            (0, 0, 0) => Ok(Found::Nothing),
            (APPLICATION, version @ 1..=VERSION, _) => Ok(Found::History { is_old: version < VERSION }),
            (APPLICATION, newer, _) if newer > VERSION => Err(Error::configuration(format!(
                "{place} was written by a newer version of Servo: it has history format {newer}, and this version \
                 reads formats up to {VERSION}"
            ))
            .with_help("upgrade servo, or move the file away to begin a new history")),
            _ => Err(place.foreign()),
        }
    }
}

/// Reads what a database says of itself.
pub(super) async fn marks(connection: &mut SqliteConnection) -> Result<Marks, sqlx::Error> {
    Ok(Marks {
        application: query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?,
        version: query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?,
        tables: query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await?,
    })
}

/// Makes the tables in an empty database, brings those of an earlier version up to this one, and checks any other.
///
/// # Errors
///
/// Those of [`Marks::checked`]; class failed: it cannot be read or written.
pub(super) async fn migrate(connection: &mut SqliteConnection, place: &Place) -> Result<()> {
    let found = marks(connection).await.map_err(|error| place.opening(error))?;
    let statements = match found.checked(place)? {
        Found::History { is_old: false } => return Ok(()),
        Found::History { is_old: true } => FROM_1,
        Found::Nothing => TABLES,
    };
    carry_out(connection, statements).await.map_err(|error| place.writing("its tables", error))
}

/// Carries out all of the statements or none: a crash in between leaves the database as it was.
async fn carry_out(connection: &mut SqliteConnection, statements: &'static str) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    raw_sql(statements).execute(&mut *transaction).await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_carry_the_marks_that_are_looked_for() {
        assert!(TABLES.contains(&format!("application_id = {APPLICATION};")));
        assert!(TABLES.contains(&format!("user_version = {VERSION};")));
        assert!(FROM_1.contains(&format!("user_version = {VERSION};")));
    }
}
