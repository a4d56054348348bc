//! Any records, any cut, any bytes.

use jiff::Timestamp;
use proptest::prelude::*;
use servo_core::journal::{Change, Entry, Purpose, Values};
use servo_core::model::Value;

use super::*;

fn record() -> impl Strategy<Value = Record> {
    let text = prop_oneof!["[@J* \\x00\n]{0,6}", ".{0,12}"];
    let values =
        prop::collection::btree_map("[a-z]{1,3}\\.[a-z]{1,3}", text.clone().prop_map(Value::from), 0..3);
    let change =
        (any::<u64>(), values.clone(), values).prop_map(|(id, before, after): (u64, Values, Values)| {
            Entry::Change(Change { id, purpose: Purpose::Adjustment, before, after })
        });
    let entry = prop_oneof![
        change,
        text.clone().prop_map(|reason| Entry::Tripped { reason }),
        text.prop_map(|key| Entry::Removed { connector: "load".to_owned(), key }),
        Just(Entry::Reset),
    ];
    let at = -2_000_000_000_i64..4_000_000_000;
    (at, entry).prop_map(|(second, entry)| Record { at: Timestamp::from_second(second).unwrap(), entry })
}

/// As the module's page has it: whoever changes the form changes the version.
const DOCUMENTED: &str = r#"a3302ce7 {"servo_journal":1,"servo":"shop"}
95d04a79 {"at":"2026-11-22T08:15:00Z","entry":{"change":{"id":1,"purpose":"trial","before":{"web.cpu":2},"after":{"web.cpu":1}}}}
73cfa5dd {"at":"2026-11-22T08:15:09Z","entry":{"confirmed":{"change":1,"state":{"web.cpu":1}}}}
"#;

#[test]
fn the_documented_journal_is_read_and_written() {
    let contents = parse(DOCUMENTED.as_bytes(), "shop").unwrap();
    let records: Vec<Record> = contents.records.iter().map(|(record, _)| record.clone()).collect();
    assert_eq!(String::from_utf8(journal(&records)).unwrap(), DOCUMENTED);
    let due = contents.ledger().due().unwrap();
    assert_eq!(due.target, Values::from([("web.cpu".to_owned(), Value::from(2))]));
}

fn journal(records: &[Record]) -> Vec<u8> {
    let lines = records.iter().flat_map(|record| line::encode(record).unwrap());
    line::header("shop").into_iter().chain(lines).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_journal_that_is_cut_anywhere_has_the_records_before_the_cut(
        records in prop::collection::vec(record(), 0..6),
        zeros in 2_usize..20,
    ) {
        let all = journal(&records);
        let ends: Vec<usize> = all.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        for cut in 0..=all.len() {
            // The end of a line need not be there.
            let count = ends.iter().filter(|end| **end <= cut).count().saturating_sub(1);
            let contents = parse(&all[..cut], "shop").unwrap();
            prop_assert!(contents.problem.is_none());
            prop_assert!(contents.records.iter().map(|(record, _)| record).eq(&records[..count]));
            prop_assert_eq!(contents.good + contents.torn, cut);
            // Where a disk never got the rest, it has to be.
            let count = ends.iter().filter(|end| **end < cut).count().saturating_sub(1);
            let contents = parse(&[&all[..cut], &vec![0; zeros]].concat(), "shop").unwrap();
            prop_assert!(contents.problem.is_none());
            prop_assert!(contents.records.iter().map(|(record, _)| record).eq(&records[..count]));
            prop_assert_eq!(contents.good + contents.torn, cut + zeros);
        }
    }

    #[test]
    fn no_flipped_bit_loses_a_record_unnoticed(
        records in prop::collection::vec(record(), 1..5),
        bits in prop::collection::vec(any::<prop::sample::Index>(), 100),
    ) {
        let all = journal(&records);
        for bit in bits {
            let bit = bit.index(all.len() * 8);
            let mut flipped = all.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Ok(contents) = parse(&flipped, "shop") else { continue };
            let is_all = contents.records.iter().map(|(record, _)| record).eq(&records);
            prop_assert!(contents.problem.is_some() || is_all, "bit {bit}");
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, begins: bool) {
        let begin = if begins { line::header("shop") } else { Vec::new() };
        if let Ok(contents) = parse(&[begin, bytes].concat(), "shop") {
            contents.ledger();
        }
    }
}
