//! Journals as they are printed.

use servo_core::journal::{Change, Purpose, Values};
use servo_core::model::Value;

use super::*;

fn cpu(cores: &str) -> Values {
    Values::from([("web.cpu".to_owned(), Value::Number(cores.parse().unwrap()))])
}

fn at(minute: u8) -> Timestamp {
    format!("2026-11-22T05:{minute:02}:00.5Z").parse().unwrap()
}

fn trial(id: u64, before: &str, after: &str) -> Entry {
    Entry::Change(Change { id, purpose: Purpose::Trial, before: cpu(before), after: cpu(after) })
}

/// A journal with these entries, a minute apart.
fn journal(entries: Vec<Entry>) -> Shown {
    let record = |(minute, entry)| Record { at: at(minute), entry };
    let records: Vec<Record> = (0..).zip(entries).map(record).collect();
    let mut ledger = Ledger::default();
    for record in &records {
        ledger.apply(record);
    }
    Shown { name: "shop".to_owned(), file: ".servo/shop/journal".into(), is_damaged: false, ledger, records }
}

#[test]
fn a_journal_says_where_the_application_is_and_how_it_came_there() {
    let shown = journal(vec![
        trial(1, "1.5", "0.75"),
        Entry::Confirmed { change: 1, state: cpu("0.75") },
        Entry::Tripped { reason: "three trials in a row have failed".to_owned() },
        Entry::Created { connector: "k8s".into(), key: "tuning-1".into(), value: 1.into() },
    ]);
    assert_eq!(
        render(&[shown], at(10)),
        "\
shop: away from its baseline, for a trial; no changes are made

file      .servo/shop/journal
baseline  web.cpu=1.5
in force  web.cpu=750m
circuit   broken since 2026-11-22T05:02:00Z: three trials in a row have failed; allow changes again with `servo reset`
changes   1 in the last hour
created   tuning-1 by `k8s`, not removed yet

TIME                  RECORD     WHAT
2026-11-22T05:00:00Z  change     1 (trial): web.cpu 1.5 -> 750m
2026-11-22T05:01:00Z  confirmed  1: web.cpu=750m
2026-11-22T05:02:00Z  tripped    three trials in a row have failed
2026-11-22T05:03:00Z  created    tuning-1 by `k8s`"
    );
}

#[test]
fn a_change_that_is_not_confirmed_is_named() {
    let text = render(&[journal(vec![trial(1, "1.5", "0.75")])], at(5));
    assert!(text.starts_with("shop: change 1 was begun and not confirmed\n"), "{text}");
    assert!(text.contains("\npending   change 1 (trial): web.cpu 1.5 -> 750m\n"), "{text}");
}

#[test]
fn a_servo_without_a_journal_has_changed_nothing() {
    let text = render(&[journal(Vec::new())], at(5));
    assert_eq!(
        text,
        "shop: has changed nothing\n\nfile      .servo/shop/journal\nchanges   0 in the last hour"
    );
}

#[test]
fn a_damaged_journal_says_up_to_where_it_is_told() {
    let shown = Shown { is_damaged: true, ..journal(vec![trial(1, "1.5", "0.75")]) };
    let text = render(&[shown], at(5));
    assert!(text.starts_with("shop: the journal is DAMAGED; up to there: change 1 was begun"), "{text}");
}

#[test]
fn changes_of_more_than_an_hour_ago_are_not_counted_and_those_to_come_are() {
    let shown = journal(vec![trial(1, "1.5", "0.75")]);
    let count = |time: &str| recent(&shown.ledger, time.parse().unwrap());
    assert_eq!(count("2026-11-22T05:59:00Z"), 1);
    assert_eq!(count("2026-11-22T06:01:00Z"), 0);
    assert_eq!(count("2026-11-22T04:00:00Z"), 1);
}

#[test]
fn every_record_has_words() {
    let ledger = journal(vec![trial(4, "1.5", "0.75"), Entry::Settled { state: cpu("1.5") }]).ledger;
    assert_eq!(what(&Entry::Checkpoint(Box::new(ledger))), "change 4 and all before: at its baseline");
    assert_eq!(what(&Entry::Failed { change: 4, reason: "unschedulable".into() }), "4: unschedulable");
    assert_eq!(what(&Entry::Settled { state: Values::new() }), "-");
    assert_eq!(what(&Entry::Reset), "changes are allowed again");
}
