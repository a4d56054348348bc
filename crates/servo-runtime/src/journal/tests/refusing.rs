//! Journals that cannot be trusted: refused with the way out, and left as they are.

use servo_core::error::Class;

use super::*;

#[test]
fn no_flipped_bit_loses_a_record_unnoticed() {
    let records = sample();
    let all = bytes(&records);
    let expected = folded(&records);
    let place = Place::new();
    for bit in 0..all.len() * 8 {
        let mut flipped = all.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        place.put(&flipped);
        let (mut store, memory) = place.on(Hasty);
        let at = || format!("bit {} of byte {}", bit % 8, bit / 8);
        match store.open() {
            Ok(()) => {
                assert_eq!(known(&memory), expected, "{}", at());
                assert_eq!(bit / 8, all.len() - 1, "{}", at());
                assert_eq!(place.bytes(), all, "{}", at());
            }
            Err(error) => {
                assert_eq!(error.class(), Class::Configuration, "{}", at());
                let path = place.file().display().to_string();
                assert!(error.message().contains(&path), "{}: {error}", at());
                assert!(error.help().is_some_and(|help| help.contains("move the file away")), "{}", at());
                assert_eq!(place.bytes(), flipped, "{}", at());
                assert_eq!(known(&memory), Ledger::default(), "{}", at());
            }
        }
    }
}

#[test]
fn what_is_no_journal_of_this_servo_is_refused_and_left_as_it_is() {
    let other = line::header("bank");
    let newer = checksummed(br#"{"servo_journal":2,"servo":"shop","form":"cbor"}"#);
    let unknown = checksummed(br#"{"at":"2026-11-22T00:00:00Z","entry":{"approved":{"change":1}}}"#);
    let more = checksummed(br#"{"at":"2026-11-22T00:00:00Z","entry":"reset","by":"me"}"#);
    let header = line::header(SERVO);
    let record = line::encode(&Record::now(Entry::Reset)).unwrap();
    let damaged = [&record[..9], b"[", &record[10..]].concat();
    let sqlite = [&b"SQLite format 3\0"[..], &[0; 4080]].concat();
    for (bytes, expected, way_out) in [
        (other.clone(), "is of another servo, `bank`", "a name and a `state_dir` of its own"),
        ([other, record.clone()].concat(), "is of another servo, `bank`", "servo restore"),
        (newer, "is of version 2, expected version 1", "use the Servo that wrote it"),
        ([header.clone(), unknown.clone()].concat(), "line 2 of the journal", "use the Servo that wrote it"),
        (
            [header.clone(), record.clone(), more].concat(),
            "line 3 of the journal",
            "use the Servo that wrote it",
        ),
        // Whole, though its end is missing: nothing that was torn.
        ([&header[..], &unknown[..unknown.len() - 1]].concat(), "line 2 of the journal", "use the Servo"),
        (
            [header.clone(), damaged.clone(), record.clone()].concat(),
            "line 2 of the journal",
            "servo journal",
        ),
        ([header.clone(), record.clone(), damaged].concat(), "line 3 of the journal", "servo journal"),
        ([header.clone(), b"\n".to_vec()].concat(), "line 2 of the journal", "servo journal"),
        ([header.clone(), header.clone()].concat(), "line 2 of the journal", "use the Servo that wrote it"),
        (record.clone(), "is not a journal of Servo", "move the file away"),
        ([b"\n".to_vec(), header.clone()].concat(), "is not a journal of Servo", "move the file away"),
        (b"dear diary\n".to_vec(), "is not a journal of Servo", "move the file away"),
        (b"dear diary".to_vec(), "is not a journal of Servo", "move the file away"),
        (b"{\"servo_journal\":1}".to_vec(), "is not a journal of Servo", "move the file away"),
        (b"\xff\xfe\x00".to_vec(), "is not a journal of Servo", "move the file away"),
        (sqlite, "is not a journal of Servo", "move the file away"),
    ] {
        let place = Place::holding(&bytes);
        let (mut store, memory) = place.on(Hasty);
        for attempt in 1..=2 {
            let error = store.open().unwrap_err();
            assert_eq!(error.class(), Class::Configuration, "{expected}");
            assert!(error.message().contains(expected), "{attempt}: {error}, expected {expected}");
            assert!(error.message().contains(&place.file().display().to_string()), "{error}");
            assert!(error.help().unwrap_or_default().contains(way_out), "{error}: {:?}", error.help());
        }
        store.write(Entry::Reset).unwrap_err();
        store.close();
        assert_eq!(place.bytes(), bytes, "{expected}");
        assert_eq!(known(&memory), Ledger::default());
        // It is nobody's, so that it can be moved away and the servo be started.
        fs::remove_file(place.file()).unwrap();
        store.write(Entry::Reset).unwrap();
    }
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_journal_is_shown() {
    let records = sample();
    let mut damaged = bytes(&records);
    let third = bytes(&records[..2]).len();
    damaged[third + 30] ^= 1;
    let place = Place::holding(&damaged);
    let shown = super::super::inspect(place.folder(), SERVO).await.unwrap();
    assert_eq!(shown.records, [&records[..2], &records[3..]].concat());
    assert_eq!(shown.ledger, folded(&records[..2]));
    assert!(shown.problem.unwrap().message().starts_with("line 4 of the journal"));
    let error = super::super::read(place.folder(), SERVO).await.unwrap_err();
    assert!(error.message().starts_with("line 4 of the journal"), "{error}");
    assert_eq!(place.bytes(), damaged);
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let place = Place::new();
    fs::create_dir(place.file()).unwrap();
    let error = place.on(Hasty).0.open().unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().starts_with("cannot read the journal"), "{error}");
}

fn checksummed(json: &[u8]) -> Vec<u8> {
    [format!("{:08x} ", crc32fast::hash(json)).as_bytes(), json, b"\n"].concat()
}
