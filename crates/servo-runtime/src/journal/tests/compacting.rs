//! Journals that stay small, whatever happens on the way.

use super::super::store::{self, NEW};
use super::*;

/// Writes so many changes, each confirmed. Gives the largest size on the way, in bytes.
fn write(store: &mut Store, place: &Place, ids: std::ops::Range<u64>) -> u64 {
    let mut largest = 0;
    for id in ids {
        let value = i64::try_from(id % 7).unwrap();
        store.write(change(id, 100, value)).unwrap();
        store.write(confirmed(id, value)).unwrap();
        largest = largest.max(fs::metadata(place.file()).unwrap().len());
    }
    largest
}

#[test]
fn ten_thousand_changes_take_bounded_space_and_the_last_hundred_records_can_be_read() {
    let place = Place::new();
    let (mut store, memory) = place.on(Hasty);
    let largest = write(&mut store, &place, 1..10_001);
    // A thousand records, and the times of ten thousand changes of the last hour.
    assert!(largest < 1024 * 1024, "{largest} bytes");
    drop(store);
    let contents = store::read(&place.file(), SERVO).unwrap();
    assert!((100..=1_001).contains(&contents.records.len()), "{} records", contents.records.len());
    assert!(matches!(contents.records[0].0.entry, Entry::Checkpoint(_)));
    let last: Vec<Entry> = contents.records.iter().rev().take(100).map(|(it, _)| it.entry.clone()).collect();
    for (entry, id) in last.chunks(2).zip((1..=10_000).rev()) {
        let value = i64::try_from(id % 7).unwrap();
        assert_eq!(entry, [confirmed(id, value), change(id, 100, value)]);
    }
    assert_eq!(contents.ledger(), known(&memory));
    assert_eq!(place.reopened(), known(&memory));
    assert_eq!(place.reopened().recent.len(), 10_000);
}

#[test]
fn large_records_are_compacted_by_their_size() {
    let place = Place::new();
    let (mut store, memory) = place.on(Hasty);
    let big = "x".repeat(100_000);
    let mut largest = 0;
    for _ in 0..100 {
        store.write(created(&big)).unwrap();
        largest = largest.max(fs::metadata(place.file()).unwrap().len());
    }
    assert!(largest < 2 * 1024 * 1024, "{largest} bytes");
    drop(store);
    assert_eq!(place.reopened(), known(&memory));
}

#[test]
fn a_ledger_larger_than_the_limit_is_not_written_again_for_each_record() {
    let (place, disk) = (Place::new(), Faulty::new());
    let (mut store, memory) = place.on(disk.clone());
    for key in 0..30 {
        store.write(created(&format!("{key}{}", "x".repeat(50_000)))).unwrap();
    }
    let renamed = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&renamed);
    disk.fail(move |step| {
        *counter.lock().unwrap() += usize::from(step == "rename");
        false
    });
    for id in 1..100 {
        store.write(change(id, 2, 1)).unwrap();
    }
    assert_eq!(*renamed.lock().unwrap(), 0);
    drop(store);
    assert_eq!(place.reopened(), known(&memory));
}

#[test]
fn a_process_that_ends_at_any_step_of_a_compaction_leaves_the_old_journal_or_the_new() {
    let place = Place::new();
    let (mut store, _) = place.on(Hasty);
    write(&mut store, &place, 1..501);
    drop(store);
    let full = place.bytes();
    assert_eq!(full.split(|byte| *byte == b'\n').count(), 1_002);
    let mut compacted = 0;
    for steps in 0..12 {
        place.put(&full);
        let disk = Faulty::new();
        let (mut store, memory) = place.on(disk.clone());
        store.open().unwrap();
        let before = known(&memory);
        // From the folder, the record and its sync on.
        disk.fail_after(3 + steps);
        store.write(created("x")).unwrap();
        let after = known(&memory);
        assert_ne!(after, before);
        drop(store);
        compacted += usize::from(place.bytes().len() < full.len());
        assert_eq!(place.reopened(), after, "{steps}");
        assert!(!place.folder().join(NEW).exists());
    }
    assert!((1..12).contains(&compacted), "{compacted}");
}

#[test]
fn what_a_crash_has_left_beside_is_removed_and_never_read() {
    let place = Place::new();
    let (mut store, memory) = place.on(Hasty);
    store.write(change(1, 2, 1)).unwrap();
    drop(store);
    let bytes = place.bytes();
    for left in [&bytes[..20], &line::header("bank"), b""] {
        fs::write(place.folder().join(NEW), left).unwrap();
        assert_eq!(place.reopened(), known(&memory));
        assert!(!place.folder().join(NEW).exists());
        assert_eq!(place.bytes(), bytes);
    }
}

#[test]
fn a_journal_that_cannot_be_compacted_goes_on_and_tries_again_much_later() {
    let (place, disk) = (Place::new(), Faulty::new());
    let (mut store, memory) = place.on(disk.clone());
    write(&mut store, &place, 1..401);
    let attempts = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&attempts);
    disk.fail(move |step| {
        *counter.lock().unwrap() += usize::from(step == "rename");
        step == "rename"
    });
    write(&mut store, &place, 401..1_601);
    assert_eq!(*attempts.lock().unwrap(), 3, "after 1,000, 2,000 and 3,000 records");
    assert!(!place.folder().join(NEW).exists());
    disk.heal();
    // What could not be done in time is done at the end.
    store.close();
    let before = known(&memory);
    assert_eq!(place.reopened(), before);
    assert!(store::read(&place.file(), SERVO).unwrap().records.len() <= 101);
}

#[test]
fn a_journal_that_was_damaged_meanwhile_is_not_made_compact() {
    let place = Place::new();
    let (mut store, memory) = place.on(Hasty);
    write(&mut store, &place, 1..501);
    let mut damaged = place.bytes();
    damaged[500] ^= 1;
    place.put(&damaged);
    store.write(created("x")).unwrap();
    assert!(place.bytes().starts_with(&damaged));
    assert_eq!(known(&memory).last_id, 500);
}
