//! One process at a time, and one use of a journal in it. A lock belongs to the file as it was opened, so that two
//! journals of one process are kept apart as those of two are.

use servo_core::error::Class;
use servo_core::journal::Journal;

use super::super::{FileJournal, inspect, read};
use super::*;

#[tokio::test]
async fn a_journal_in_use_is_refused_and_can_be_read() {
    let place = Place::new();
    let (first, second) = (FileJournal::new(place.folder(), SERVO), FileJournal::new(place.folder(), SERVO));
    first.open().await.unwrap();
    first.open().await.unwrap();
    first.write(change(1, 2, 1)).await.unwrap();
    for _ in 0..2 {
        let error = second.open().await.unwrap_err();
        assert_eq!(error.class(), Class::Failed);
        let process = format!("in use by another servo (process {}), which holds ", std::process::id());
        assert!(error.message().contains(&process), "{error}");
        assert!(error.message().contains(&place.folder().display().to_string()), "{error}");
        assert!(error.help().unwrap().starts_with("end that servo"));
        assert_eq!(second.write(Entry::Reset).await.unwrap_err().class(), Class::Failed);
    }
    let (records, ledger) = read(place.folder(), SERVO).await.unwrap();
    assert_eq!((records.len(), ledger), (1, first.ledger()));
    first.close().await;
    second.open().await.unwrap();
    assert_eq!(second.ledger(), first.ledger());
    assert_eq!(first.write(Entry::Reset).await.unwrap_err().class(), Class::Failed);
    drop(second);
    // What the other has written meanwhile is read before anything is added.
    first.write(confirmed(1, 1)).await.unwrap();
    assert_eq!(read(place.folder(), SERVO).await.unwrap().0.len(), 2);
}

#[tokio::test]
async fn a_torn_end_is_not_the_readers_to_mend() {
    let records = sample();
    let all = bytes(&records);
    let place = Place::holding(&all[..all.len() - 3]);
    let shown = inspect(place.folder(), SERVO).await.unwrap();
    assert_eq!(shown.records, records[..records.len() - 1]);
    assert!(shown.problem.is_none());
    assert_eq!(place.bytes(), all[..all.len() - 3]);
    assert!(!place.folder().join(super::super::lock::FILE).exists());
}

#[test]
fn a_lock_without_the_number_of_a_process_is_a_lock() {
    let place = Place::new();
    let (mut store, _) = place.on(Hasty);
    store.open().unwrap();
    fs::write(place.folder().join(super::super::lock::FILE), "someone").unwrap();
    let error = place.on(Hasty).0.open().unwrap_err();
    assert!(error.message().contains("in use by another servo, which holds"), "{error}");
}
