//! The history on disk and in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use servo_core::Class;
use servo_core::model::{Slo, Value};
use servo_core::optimizer::{Outcome, Verdict};
use servo_core::safety::Mode;
use sqlx::{AssertSqlSafe, query};
use tempfile::TempDir;

mod first_version;

use super::*;

fn folder() -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().expect("a folder");
    let state_dir = temporary.path().join("state").join("shop");
    (temporary, state_dir)
}

fn study() -> StudyRecord {
    StudyRecord {
        servo: "shop".to_owned(),
        started_at: Timestamp::now(),
        seed: u64::MAX,
        objective: "minimize cost".to_owned(),
        settings: "{}".to_owned(),
        slo: Slo::default(),
        units: BTreeMap::new(),
        baseline: BTreeMap::from([("web.cpu".to_owned(), Value::from(2))]),
        cost: Some(0.1),
        mode: Mode::Recommend,
        space: Some("[]".to_owned()),
    }
}

fn trial(n: u32, message: &str) -> TrialRecord {
    TrialRecord {
        n,
        settings: BTreeMap::from([
            ("web.cpu".to_owned(), Value::from(1)),
            ("web.gc".to_owned(), Value::from("g1")),
        ]),
        status: Status::Failed,
        verdict: Verdict::Inconclusive,
        reason: None,
        message: Some(message.to_owned()),
        metrics: BTreeMap::from([("p95".to_owned(), 1.5)]),
        cost: Some(0.05),
        objective: None,
        constraints: vec![-0.5],
        repeat_of: None,
        started_at: Timestamp::now(),
        ended_at: Timestamp::now(),
        seconds: 0.1 + 0.2,
    }
}

fn ending() -> Ending {
    Ending {
        outcome: Outcome::Improved,
        winner: Some(1),
        confidence: Some(0.95),
        ended_at: Timestamp::now(),
        reason: Some("because".to_owned()),
    }
}

async fn refused(state_dir: &Path) -> Error {
    let error = History::open(state_dir).await.expect_err("refused");
    let read = newest(state_dir, "shop").await.expect_err("refused to readers too");
    assert_eq!((error.class(), error.message()), (read.class(), read.message()));
    error
}

async fn database(state_dir: &Path, statements: &str) {
    std::fs::create_dir_all(state_dir).expect("a folder");
    let options = SqliteConnectOptions::new().filename(state_dir.join(FILE)).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a database");
    for statement in statements.split(';') {
        query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.expect("a statement");
    }
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn a_study_reads_back_as_it_was_written() {
    let (_temporary, state_dir) = folder();
    let mut history = History::open(&state_dir).await.expect("a history");
    let (study, trials, ending) = (study(), vec![trial(1, "a"), trial(2, "b")], ending());
    let id = history.begin(&study).await.expect("begun");
    for trial in &trials {
        history.record(id, trial).await.expect("recorded");
    }
    let running = newest(&state_dir, "shop").await.expect("readable while it is open").expect("a study");
    assert_eq!(running, Recorded { id, study: study.clone(), ending: None, trials: trials.clone() });
    history.finish(id, &ending).await.expect("finished");
    history.close().await;
    let ended = newest(&state_dir, "shop").await.expect("readable").expect("a study");
    assert_eq!(ended, Recorded { id, study, ending: Some(ending), trials });
    assert_eq!(newest(&state_dir, "another").await.expect("readable"), None);
}

#[tokio::test]
async fn a_new_study_is_a_row_of_its_own_and_one_that_was_cut_off_is_interrupted() {
    let (_temporary, state_dir) = folder();
    let mut history = History::open(&state_dir).await.expect("a history");
    let first = history.begin(&study()).await.expect("begun");
    history.record(first, &trial(1, "a")).await.expect("recorded");
    history.close().await;
    let mut history = History::open(&state_dir).await.expect("opened again");
    let second = history.begin(&study()).await.expect("begun");
    assert!(second > first);
    let newest = history.newest("shop").await.expect("readable").expect("a study");
    assert!(newest.trials.is_empty() && newest.ending.is_none());
    let outcome: String = sqlx::query_scalar("SELECT outcome FROM studies WHERE id = ?")
        .bind(first)
        .fetch_one(&mut history.connection)
        .await
        .expect("the first study");
    assert_eq!(outcome, "interrupted");
}

#[tokio::test]
async fn a_study_that_goes_on_has_not_ended() {
    let mut history = History::in_memory().await.expect("a history");
    let id = history.begin(&study()).await.expect("begun");
    history.record(id, &trial(1, "a")).await.expect("recorded");
    history.finish(id, &ending()).await.expect("finished");
    history.go_on(id).await.expect("going on");
    let newest = history.newest("shop").await.expect("readable").expect("a study");
    assert_eq!((newest.id, newest.ending, newest.trials.len()), (id, None, 1));
}

#[tokio::test]
async fn nothing_to_read_is_no_error() {
    let (_temporary, state_dir) = folder();
    assert_eq!(newest(&state_dir, "shop").await.expect("no folder"), None);
    std::fs::create_dir_all(&state_dir).expect("a folder");
    assert_eq!(newest(&state_dir, "shop").await.expect("no file"), None);
    std::fs::write(state_dir.join(FILE), "").expect("an empty file");
    assert_eq!(newest(&state_dir, "shop").await.expect("an empty file"), None);
    History::open(&state_dir).await.expect("an empty file is a new history").close().await;
}

#[tokio::test]
async fn a_history_of_a_newer_version_is_refused() {
    let (_temporary, state_dir) = folder();
    History::open(&state_dir).await.expect("a history").close().await;
    database(&state_dir, "PRAGMA user_version = 7").await;
    let error = refused(&state_dir).await;
    assert_eq!(error.class(), Class::Configuration);
    assert_eq!(
        error.message(),
        format!(
            "{} was written by a newer version of Servo: it has history format 7, and this version reads formats up \
             to 2",
            state_dir.join(FILE).display()
        )
    );
    assert_eq!(error.help(), Some("upgrade servo, or move the file away to begin a new history"));
}

#[tokio::test]
async fn what_is_no_history_is_refused_and_left_alone() {
    let (_temporary, state_dir) = folder();
    database(&state_dir, "CREATE TABLE orders (id INTEGER)").await;
    let error = refused(&state_dir).await;
    assert!(error.message().ends_with("history.sqlite is not a history of Servo"), "{error}");
    assert_eq!(error.class(), Class::Configuration);
    let text = "this is a shopping list, not a database: 12 eggs, 1 l milk, flour, and whatever else there is room for";
    std::fs::write(state_dir.join(FILE), text).expect("a text");
    let error = refused(&state_dir).await;
    assert!(error.message().ends_with("history.sqlite is not a history of Servo"), "{}", error.chain());
    assert_eq!(std::fs::read_to_string(state_dir.join(FILE)).expect("a text"), text);
}

#[tokio::test]
async fn one_process_at_a_time() {
    let (_temporary, state_dir) = folder();
    let history = History::open(&state_dir).await.expect("a history");
    let error = History::open(&state_dir).await.expect_err("locked");
    assert_eq!(error.class(), Class::Failed);
    let expected = format!(
        "the state folder {} is in use by another servo (process {}), which holds {}",
        state_dir.display(),
        std::process::id(),
        state_dir.join("lock").display()
    );
    assert_eq!(error.message(), expected);
    history.close().await;
    History::open(&state_dir).await.expect("free again").close().await;
}

#[tokio::test]
async fn a_full_disk_keeps_the_trials_before() {
    let (_temporary, state_dir) = folder();
    let mut history = History::open(&state_dir).await.expect("a history");
    let id = history.begin(&study()).await.expect("begun");
    history.limit_pages(3).await;
    let mut written = 0;
    let error = loop {
        match history.record(id, &trial(written + 1, &"x".repeat(3000))).await {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100, "the disk never fills");
    };
    assert_eq!(error.class(), Class::Failed);
    assert_eq!(
        error.message(),
        format!("cannot write trial {} to {}", written + 1, state_dir.join(FILE).display())
    );
    assert!(error.help().expect("help").starts_with("free space"), "{:?}", error.help());
    assert!(error.chain().contains("full"), "{}", error.chain());
    let kept = newest(&state_dir, "shop").await.expect("readable").expect("a study");
    assert_eq!(kept.trials.len(), written as usize);
    assert!(written > 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let (temporary, _) = folder();
    let file = temporary.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let error = History::open(&file.join("state")).await.expect_err("not a folder");
    assert_eq!(error.message(), format!("cannot create the state folder {}", file.join("state").display()));
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_temporary, state_dir) = folder();
    History::open(&state_dir).await.expect("a history").close().await;
    let mode = |path: &Path| std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&state_dir), 0o700);
    assert_eq!(mode(&state_dir.join(FILE)), 0o600);
    assert_eq!(mode(&state_dir.join("lock")), 0o600);
}
