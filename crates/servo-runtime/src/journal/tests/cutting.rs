//! What a crash leaves of a journal, at whatever byte it happened.

use super::*;

#[test]
fn a_journal_that_is_cut_anywhere_has_the_records_before_the_cut_and_goes_on() {
    let records = sample();
    let all = bytes(&records);
    for cut in 0..=all.len() {
        let place = Place::holding(&all[..cut]);
        let (mut store, memory) = place.on(Hasty);
        store.open().unwrap();
        let count = whole(&all, cut);
        let expected = folded(&records[..count]);
        assert_eq!(known(&memory), expected, "cut at {cut}");
        store.write(created("next")).unwrap();
        drop(store);
        let (read, ledger) = readable(&place);
        assert_eq!(read.len(), count + 1, "cut at {cut}");
        assert_eq!(read[..count], records[..count], "cut at {cut}");
        assert_eq!(ledger, known(&memory));
        assert!(place.bytes().ends_with(b"\n"));
    }
}

#[test]
fn what_is_torn_is_cut_off_at_once() {
    let records = sample();
    let (all, shorter) = (bytes(&records), bytes(&records[..records.len() - 1]));
    let place = Place::holding(&all[..all.len() - 5]);
    place.reopened();
    assert_eq!(place.bytes(), shorter);
}

#[test]
fn blocks_that_the_disk_never_got_are_dropped() {
    let records = sample();
    let all = bytes(&records);
    let shorter = bytes(&records[..records.len() - 1]);
    let zeros = |count: usize| vec![0_u8; count];
    let mut lost_in_the_middle = all.clone();
    let end = all.len();
    lost_in_the_middle[end - 40..end - 20].fill(0);
    for (name, bytes, expected) in [
        ("after whole lines", [all.clone(), zeros(4096)].concat(), &all),
        ("one byte", [all.clone(), zeros(1)].concat(), &all),
        ("after part of a line", [&all[..end - 5], &zeros(511)].concat(), &shorter),
        ("in the middle of the last line", lost_in_the_middle, &shorter),
        ("nothing else", zeros(4096), &Vec::new()),
        ("after part of the first line", [&all[..10], &zeros(100)].concat(), &Vec::new()),
    ] {
        let place = Place::holding(&bytes);
        let ledger = place.reopened();
        let kept = if *expected == all { &records[..] } else { &records[..records.len() - 1] };
        let kept = if expected.is_empty() { &[][..] } else { kept };
        assert_eq!(ledger, folded(kept), "{name}");
        if !expected.is_empty() {
            assert_eq!(place.bytes(), *expected, "{name}");
        }
    }
}

#[test]
fn an_empty_file_is_a_journal_that_has_not_begun() {
    let place = Place::holding(b"");
    let (mut store, memory) = place.on(Hasty);
    store.open().unwrap();
    assert_eq!(known(&memory), Ledger::default());
    store.write(created("first")).unwrap();
    drop(store);
    assert_eq!(place.reopened(), known(&memory));
    assert!(place.bytes().starts_with(&line::header(SERVO)));
}

#[test]
fn a_line_whose_end_is_damaged_is_kept_and_mended() {
    let records = sample();
    let all = bytes(&records);
    for byte in (0..=u8::MAX).filter(|byte| *byte != b'\n') {
        let mut damaged = all.clone();
        *damaged.last_mut().unwrap() = byte;
        let place = Place::holding(&damaged);
        assert_eq!(place.reopened(), folded(&records), "ends with {byte}");
        assert_eq!(place.bytes(), all, "ends with {byte}");
    }
}

#[test]
fn an_end_that_cannot_be_mended_yet_is_mended_before_the_next_record() {
    let records = sample();
    let all = bytes(&records);
    for end in [&b"\x0b"[..], &b""[..], &b"\n5d8b05b8 {\"at\""[..]] {
        let place = Place::holding(&[&all[..all.len() - 1], end].concat());
        let disk = Faulty::new();
        disk.fail(|_| true);
        let (mut store, memory) = place.on(disk.clone());
        store.open().unwrap();
        assert_eq!(known(&memory), folded(&records));
        store.write(created("lost")).unwrap_err();
        disk.heal();
        store.write(created("next")).unwrap();
        drop(store);
        assert_eq!(place.reopened(), known(&memory));
        assert!(place.bytes().starts_with(&all));
    }
}

fn readable(place: &Place) -> (Vec<Record>, Ledger) {
    let contents = super::super::store::read(&place.file(), SERVO).unwrap();
    assert!(contents.problem.is_none() && contents.torn == 0, "{contents:?}");
    let ledger = contents.ledger();
    (contents.records.into_iter().map(|(record, _)| record).collect(), ledger)
}
