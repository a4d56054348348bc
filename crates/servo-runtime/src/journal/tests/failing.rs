//! Disks that are full, or fail in the middle of a record.

use servo_core::error::Class;

use super::*;

/// More steps than it takes to write a record.
const STEPS: usize = 12;

#[test]
fn a_disk_that_fails_at_any_step_of_a_record_leaves_the_journal_as_it_was() {
    let mut failures = 0;
    for is_new in [true, false] {
        for steps in 0..STEPS {
            let (place, disk) = (Place::new(), Faulty::new());
            let (mut store, memory) = place.on(disk.clone());
            if !is_new {
                store.write(change(1, 2, 1)).unwrap();
                store.write(confirmed(1, 1)).unwrap();
            }
            let before = known(&memory);
            disk.fail_after(steps);
            let Err(error) = store.write(created("x")) else { continue };
            failures += 1;
            assert_eq!(error.class(), Class::Failed, "{steps}");
            assert!(error.message().starts_with("cannot write the journal"), "{error}");
            assert!(error.help().unwrap().starts_with("free space on that disk"), "{:?}", error.help());
            assert_eq!(known(&memory), before, "{steps}");
            // Nor does it do better as long as the disk does not, and what fails does not pile up.
            let length = fs::metadata(place.file()).map_or(0, |found| found.len());
            store.write(created("y")).unwrap_err();
            assert!(fs::metadata(place.file()).map_or(0, |found| found.len()) <= length.max(100));
            // Once it does, what has failed is not there.
            disk.heal();
            store.write(created("z")).unwrap();
            let after = known(&memory);
            assert_eq!(after.created["load"].keys().collect::<Vec<_>>(), ["z"], "{steps}");
            drop(store);
            assert_eq!(place.reopened(), after, "{steps}");
        }
    }
    assert!(failures >= 6, "{failures} steps");
}

#[test]
fn a_process_that_ends_at_any_step_of_a_record_leaves_all_before_it() {
    for is_new in [true, false] {
        for steps in 0..STEPS {
            let (place, disk) = (Place::new(), Faulty::new());
            let (mut store, memory) = place.on(disk.clone());
            if !is_new {
                store.write(change(1, 2, 1)).unwrap();
            }
            let mut before = known(&memory);
            disk.fail_after(steps);
            let written = store.write(change(2, 2, 3));
            // Nothing works any more, as where the process has ended.
            drop(store);
            let after = place.reopened();
            assert!(written.is_err() || after == known(&memory), "{steps}");
            // It is there or it is not; where it is, it is a change that was not confirmed.
            if after != before {
                before.apply(&Record { at: after.recent[after.recent.len() - 1], entry: change(2, 2, 3) });
                assert_eq!(after, before, "{steps}");
            }
        }
    }
}

#[test]
fn a_record_of_which_only_half_was_written_is_cut_off() {
    let (place, disk) = (Place::new(), Faulty::new());
    let (mut store, memory) = place.on(disk.clone());
    store.write(change(1, 2, 1)).unwrap();
    let (bytes, before) = (place.bytes(), known(&memory));
    disk.fail(|step| step == "write");
    store.write(confirmed(1, 1)).unwrap_err();
    assert_eq!((place.bytes(), known(&memory)), (bytes.clone(), before.clone()));
    // Where it cannot be cut off, it is before anything else is added.
    disk.fail(|step| step != "folder" && step != "remove");
    store.write(confirmed(1, 1)).unwrap_err();
    assert!(place.bytes().len() > bytes.len());
    store.write(confirmed(1, 1)).unwrap_err();
    disk.heal();
    store.write(confirmed(1, 1)).unwrap();
    drop(store);
    assert_eq!(place.reopened(), known(&memory));
}

#[test]
fn a_file_that_others_have_changed_is_written_anew_from_what_is_known() {
    for meddle in [
        |place: &Place| fs::remove_file(place.file()).unwrap(),
        |place: &Place| place.put(b""),
        |place: &Place| place.put(&[&place.bytes()[..], b"dear diary"].concat()),
        |place: &Place| place.put(&place.bytes()[..60]),
    ] {
        let place = Place::new();
        let (mut store, memory) = place.on(Hasty);
        store.write(change(1, 2, 1)).unwrap();
        meddle(&place);
        store.write(confirmed(1, 1)).unwrap();
        drop(store);
        assert_eq!(place.reopened(), known(&memory));
        assert_eq!(known(&memory).baseline, values(2));
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let place = Place::new();
    let (mut store, memory) = place.on(Hasty);
    store.write(created("x")).unwrap();
    let before = (place.bytes(), known(&memory));
    // Deeper than JSON is read.
    let deep = (0..200).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]));
    let entry = Entry::Created { connector: "load".to_owned(), key: "deep".to_owned(), value: deep };
    assert_eq!(store.write(entry).unwrap_err().class(), Class::Internal);
    assert_eq!((place.bytes(), known(&memory)), before);
}

#[test]
fn what_a_record_needs_is_on_the_disk_before_it_and_then_the_record() {
    let (place, disk) = (Place::new(), Faulty::new());
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);
    disk.fail(move |step| {
        seen.lock().unwrap().push(step);
        false
    });
    let taken = || std::mem::take(&mut *steps.lock().unwrap());
    let (mut store, _) = place.on(disk.clone());
    store.write(change(1, 2, 1)).unwrap();
    assert_eq!(taken(), ["remove", "create", "write", "sync", "rename", "folder", "write", "sync"]);
    store.write(confirmed(1, 1)).unwrap();
    assert_eq!(taken(), ["write", "sync"]);
    drop(store);
    // The process before may have ended before the name was on the disk.
    let (mut store, _) = place.on(disk);
    store.write(created("x")).unwrap();
    assert_eq!(taken(), ["remove", "folder", "write", "sync"]);
}

#[test]
fn nothing_is_written_into_a_file_whose_name_may_be_lost() {
    let (place, disk) = (Place::new(), Faulty::new());
    let (mut store, memory) = place.on(disk.clone());
    disk.fail(|step| step == "folder");
    for _ in 0..2 {
        store.write(change(1, 2, 1)).unwrap_err();
        assert_eq!(place.bytes(), line::header(SERVO));
    }
    assert_eq!(known(&memory), Ledger::default());
    disk.heal();
    store.write(change(1, 2, 1)).unwrap();
    drop(store);
    assert_eq!(place.reopened(), known(&memory));
}
