//! A history that the first version of the tables was made for.

use super::*;

/// The statements of the first version, as it carried them out, and what it would have written.
const STATEMENTS: &str = r#"
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
    ended_at    TEXT
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
    PRIMARY KEY (study, n)
) STRICT;
PRAGMA application_id = 1397904975;
PRAGMA user_version = 1;
INSERT INTO studies VALUES (1, 'shop', '2026-10-01T10:00:00Z', '7', 'minimize cost', '{}', '{"conditions":[]}', '{}',
    '{"web.cpu":2}', 0.1, NULL, NULL, NULL, NULL);
INSERT INTO trials VALUES (1, 1, '{"web.cpu":2}', 'measured', NULL, NULL, '{"p95":1.5}', 0.1, 0.1, '[-0.5]', NULL,
    '2026-10-01T10:00:00Z', '2026-10-01T10:03:00.5Z');
INSERT INTO trials VALUES (1, 2, '{"web.cpu":1}', 'measured', NULL, NULL, '{"p95":9}', 0.05, 0.05, '[0.25]', NULL,
    '2026-10-01T10:03:00Z', '2026-10-01T09:00:00Z');
INSERT INTO trials VALUES (1, 3, '{"web.cpu":1}', 'rejected', 'unstable', 'it crashed', '{}', 0.05, NULL, '[]', 2,
    '2026-10-01T10:06:00Z', '2026-10-01T10:07:00Z');
INSERT INTO trials VALUES (1, 4, '{"web.cpu":1}', 'failed', NULL, 'metric `p95` is missing from the measurement', '{}',
    0.05, NULL, '[]', 2, '2026-10-01T10:07:00Z', '2026-10-01T10:08:00Z');
INSERT INTO trials VALUES (1, 5, '{"web.cpu":1}', 'failed', NULL, 'no route to host', '{}', 0.05, NULL, '[]', 2,
    '2026-10-01T10:08:00Z', '2026-10-01T10:09:00Z')
"#;

async fn version(state_dir: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(state_dir.join(FILE)).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a database");
    sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await.expect("a version")
}

fn check(recorded: &Recorded) {
    assert_eq!((recorded.study.mode, &recorded.study.space, &recorded.ending), (Mode::Auto, &None, &None));
    let seen: Vec<(Verdict, f64)> = recorded.trials.iter().map(|it| (it.verdict, it.seconds)).collect();
    assert_eq!(
        seen,
        [
            (Verdict::Passed, 180.5),
            // The clock on the wall was set back meanwhile.
            (Verdict::Failed, 0.0),
            (Verdict::Failed, 60.0),
            (Verdict::Inconclusive, 60.0),
            (Verdict::Error, 60.0),
        ]
    );
}

#[tokio::test]
async fn it_is_read_as_it_is() {
    let (_temporary, state_dir) = folder();
    database(&state_dir, STATEMENTS).await;
    check(&newest(&state_dir, "shop").await.expect("readable").expect("a study"));
    assert_eq!(version(&state_dir).await, 1, "a reader changes nothing");
}

#[tokio::test]
async fn opening_it_brings_it_up_to_date_and_keeps_every_trial() {
    let (_temporary, state_dir) = folder();
    database(&state_dir, STATEMENTS).await;
    for _ in 0..2 {
        let mut history = History::open(&state_dir).await.expect("a history");
        check(&history.newest("shop").await.expect("readable").expect("a study"));
        history.close().await;
        assert_eq!(version(&state_dir).await, 2);
    }
    let mut history = History::open(&state_dir).await.expect("a history");
    history.record(1, &trial(6, "a")).await.expect("recorded");
    history.finish(1, &ending()).await.expect("finished");
    let recorded = history.newest("shop").await.expect("readable").expect("a study");
    assert_eq!((recorded.trials[5].verdict, recorded.trials.len()), (Verdict::Inconclusive, 6));
    assert_eq!(recorded.ending.expect("ended").reason.as_deref(), Some("because"));
}

#[tokio::test]
async fn one_that_cannot_be_brought_up_to_date_stays_as_it_is() {
    let (_temporary, state_dir) = folder();
    database(&state_dir, STATEMENTS).await;
    // The last of the columns is there already, so that the statement before the last one fails.
    database(&state_dir, "ALTER TABLE trials ADD COLUMN seconds REAL").await;
    let error = History::open(&state_dir).await.expect_err("a column comes twice");
    assert!(error.message().starts_with("cannot write its tables to "), "{error}");
    assert_eq!(version(&state_dir).await, 1);
    check(&newest(&state_dir, "shop").await.expect("readable").expect("a study"));
}
