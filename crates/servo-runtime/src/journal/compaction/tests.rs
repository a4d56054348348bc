//! What a compact journal says, and when it is time for one.

use servo_core::journal::{Change, Purpose};

use super::*;

fn journal(count: u64) -> (Vec<u8>, Ledger) {
    let (mut bytes, mut ledger) = (line::header("shop"), Ledger::default());
    for id in 1..=count {
        let (before, after) = ([("a.b".to_owned(), 1.into())].into(), [("a.b".to_owned(), 2.into())].into());
        let change = Change { id, purpose: Purpose::Trial, before, after };
        let record = Record::now(Entry::Change(change));
        bytes.extend(line::encode(&record).unwrap());
        ledger.apply(&record);
    }
    (bytes, ledger)
}

#[test]
fn it_adds_up_to_the_same_and_ends_the_same() {
    for count in [101, 150, 1_001] {
        let (bytes, ledger) = journal(count);
        let (short, records) = compacted(&bytes, "shop", &ledger).unwrap();
        let contents = contents::parse(&short, "shop").unwrap();
        assert_eq!((records, contents.records.len()), (101, 101));
        assert_eq!(contents.ledger(), ledger);
        let last = |bytes: &[u8]| {
            bytes.rsplit(|byte| *byte == b'\n').take(101).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        assert_eq!(last(&short), last(&bytes));
    }
}

#[test]
fn what_is_short_stays_as_it_is() {
    let (bytes, ledger) = journal(100);
    assert_eq!(compacted(&bytes, "shop", &ledger).unwrap(), (bytes, 100));
}

#[test]
fn what_others_have_changed_is_not_touched() {
    let (bytes, ledger) = journal(150);
    let (longer, _) = journal(151);
    for (bytes, servo) in [(&bytes, "bank"), (&longer, "shop"), (&bytes[..bytes.len() - 2].to_vec(), "shop")]
    {
        compacted(bytes, servo, &ledger).unwrap_err();
    }
}

#[test]
fn a_new_journal_begins_with_what_is_known() {
    assert_eq!(anew("shop", Ledger::default()).unwrap(), (line::header("shop"), 0));
    let (_, ledger) = journal(3);
    let (bytes, records) = anew("shop", ledger.clone()).unwrap();
    assert_eq!((records, contents::parse(&bytes, "shop").unwrap().ledger()), (1, ledger));
}

#[test]
fn limits_move_away_from_what_cannot_be_made_smaller() {
    let limits = Limits::default();
    assert!(!limits.are_reached(1_000, 1024 * 1024));
    assert!(limits.are_reached(1_001, 0) && limits.are_reached(0, 1024 * 1024 + 1));
    assert!(limits.are_exhausted(66 * 1024 * 1024) && !limits.are_exhausted(65 * 1024 * 1024));
    let limits = Limits::after(3 * 1024 * 1024);
    assert!(!limits.are_reached(0, 6 * 1024 * 1024) && limits.are_reached(0, 6 * 1024 * 1024 + 1));
    let mut limits = Limits::after(0);
    limits.put_off(1_001, 2 * 1024 * 1024);
    assert!(!limits.are_reached(2_001, 4 * 1024 * 1024) && limits.are_reached(2_002, 0));
    limits.put_off(usize::MAX, u64::MAX);
    assert!(!limits.are_reached(usize::MAX, u64::MAX));
}
