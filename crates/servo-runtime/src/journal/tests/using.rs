//! What whoever writes into a journal can rely on.

use std::time::Duration;

use servo_core::error::Class;
use servo_core::journal::Journal;

use super::super::{FileJournal, Inspection, inspect};
use super::*;

#[tokio::test]
async fn nothing_is_there_before_the_first_record() {
    let place = Place::new();
    let folder = place.folder().join("state").join(SERVO);
    let journal = FileJournal::new(&folder, SERVO);
    let Inspection { records, ledger, problem } = inspect(&folder, SERVO).await.unwrap();
    assert!(records.is_empty() && ledger == Ledger::default() && problem.is_none());
    assert!(!folder.exists());
    journal.open().await.unwrap();
    journal.close().await;
    assert_eq!(names(&folder), ["journal.lock"]);
    // Writing takes it into use by itself.
    journal.write(Entry::Reset).await.unwrap();
    assert_eq!(names(&folder), ["journal", "journal.lock"]);
    assert_eq!(journal.path(), folder.join("journal"));
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let folder = place.folder().join(SERVO);
    let journal = FileJournal::new(&folder, SERVO);
    journal.write(Entry::Reset).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(["journal", "journal.lock"].map(|name| mode(&folder.join(name))), [0o600, 0o600]);
}

#[tokio::test]
async fn what_was_begun_is_carried_through_when_nobody_waits_any_more() {
    let place = Place::new();
    let journal = FileJournal::new(place.folder(), SERVO);
    {
        let mut writing = std::pin::pin!(journal.write(created("x")));
        assert!(futures::poll!(writing.as_mut()).is_pending());
    }
    let known = async {
        while journal.ledger().created.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), known).await.unwrap();
    assert_eq!(inspect(place.folder(), SERVO).await.unwrap().ledger, journal.ledger());
}

#[tokio::test]
async fn records_of_many_at_once_are_all_written_whole() {
    let place = Place::new();
    let journal = FileJournal::new(place.folder(), SERVO);
    let keys: Vec<String> = (0..50).map(|key| key.to_string()).collect();
    let all = futures::future::join_all(keys.iter().map(|key| journal.write(created(key)))).await;
    assert!(all.iter().all(Result::is_ok));
    let Inspection { records, ledger, problem } = inspect(place.folder(), SERVO).await.unwrap();
    assert!(problem.is_none());
    assert_eq!((records.len(), ledger), (50, journal.ledger()));
}

#[tokio::test]
async fn a_servo_without_a_place_for_its_state_runs_and_changes_nothing() {
    let place = Place::new();
    let blocked = place.folder().join("file");
    fs::write(&blocked, "").unwrap();
    let journal = FileJournal::new(&blocked.join(SERVO), SERVO);
    journal.open().await.unwrap();
    journal.open().await.unwrap();
    assert_eq!(journal.ledger(), Ledger::default());
    let error = journal.write(change(1, 2, 1)).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().starts_with("cannot create the state folder"), "{error}");
    assert!(error.help().unwrap().contains("state_dir"));
    assert_eq!(journal.ledger(), Ledger::default());
    journal.close().await;
    fs::remove_file(&blocked).unwrap();
    journal.write(change(1, 2, 1)).await.unwrap();
}

#[tokio::test]
async fn a_journal_that_cannot_be_locked_is_not_passed_over() {
    let place = Place::holding(&bytes(&sample()));
    // Nothing can be opened there for writing, by whatever user.
    fs::create_dir(place.folder().join("journal.lock")).unwrap();
    let error = FileJournal::new(place.folder(), SERVO).open().await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    fs::remove_file(place.file()).unwrap();
    FileJournal::new(place.folder(), SERVO).open().await.unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let found = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
