//! What the tail keeps, and what it lets go.

use proptest::prelude::*;

use super::*;

fn at(microsecond: i64) -> Timestamp {
    Timestamp::from_microsecond(microsecond).unwrap()
}

fn info(tail: &LogTail, microsecond: i64, text: &str) {
    tail.push(Level::INFO, at(microsecond), None, text);
}

fn texts(tail: &LogTail) -> Vec<String> {
    tail.snapshot().into_iter().map(|(_, text)| text).collect()
}

#[test]
fn clones_share_the_lines_of_all_levels_but_trace() {
    let tail = LogTail::new();
    let clone = tail.clone();
    for (microsecond, level) in
        (1..).zip([Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE])
    {
        clone.push(level, at(microsecond), None, "text");
    }
    assert_eq!(texts(&tail), ["ERROR | text", "WARN | text", "INFO | text", "DEBUG | text"]);
}

#[test]
fn nothing_is_kept_by_default() {
    let tail = LogTail::default();
    info(&tail, 1, "text");
    assert!(!tail.is_enabled());
    assert!(tail.snapshot().is_empty());
}

#[test]
fn a_servo_is_shown_its_own_lines_only() {
    let tail = LogTail::new();
    tail.push(Level::INFO, at(1), Some("a"), "of a");
    tail.push(Level::INFO, at(2), Some("b"), "of b");
    tail.push(Level::INFO, at(3), None, "of none");
    assert_eq!(texts(&tail.of("a")), ["INFO | of a"]);
    assert_eq!(texts(&tail.of("b").of("a")), ["INFO | of a"]);
    assert_eq!(texts(&tail).len(), 3);
}

#[test]
fn the_oldest_lines_go_when_there_are_too_many() {
    let tail = LogTail::new();
    for number in 0..=MAX_LINES {
        info(&tail, 0, &number.to_string());
    }
    let lines = texts(&tail);
    assert_eq!(lines.len(), MAX_LINES);
    assert_eq!(lines[0], "INFO | 1");
}

#[test]
fn the_oldest_lines_go_when_they_are_too_large() {
    let tail = LogTail::new();
    let line = "x".repeat(MAX_LINE_BYTES);
    for _ in 0..100 {
        info(&tail, 0, &line);
    }
    let lines = texts(&tail);
    assert_eq!(lines.len(), MAX_BYTES / (MAX_LINE_BYTES + "INFO | ".len()));
    assert!(lines.iter().map(String::len).sum::<usize>() <= MAX_BYTES);
}

#[test]
fn debug_output_shows_no_line() {
    let tail = LogTail::new();
    info(&tail, 1, "s3cr3t");
    assert!(!format!("{tail:?}").contains("s3cr3t"));
}

#[test]
fn the_end_of_time_is_no_panic() {
    let tail = LogTail::new();
    for _ in 0..3 {
        tail.push(Level::INFO, Timestamp::MAX, None, "text");
    }
    assert_eq!(tail.snapshot().len(), 3);
}

proptest! {
    #[test]
    fn times_differ_and_keep_the_order(clock in prop::collection::vec(-2_i64..3, 0..200)) {
        let tail = LogTail::new();
        for (number, microsecond) in clock.iter().enumerate() {
            info(&tail, *microsecond, &number.to_string());
        }
        let lines = tail.snapshot();
        prop_assert!(lines.is_sorted_by(|(one, _), (other, _)| one < other));
        for (number, (_, text)) in lines.iter().enumerate() {
            prop_assert_eq!(text, &format!("INFO | {number}"));
        }
    }

    #[test]
    fn a_long_line_is_cut_between_words(before in 0_usize..MAX_LINE_BYTES + 100, letter in "[xßの🦀]") {
        let secret = "s3cr3t-s3cr3t-s3cr3t";
        let text = format!("{} {secret} {}", letter.repeat(before), "y ".repeat(MAX_LINE_BYTES));
        let tail = LogTail::new();
        info(&tail, 1, &text);
        let kept = &texts(&tail)[0];
        prop_assert!(kept.len() < MAX_LINE_BYTES + 100);
        prop_assert!(kept.ends_with(" bytes left out]"));
        prop_assert!(!kept.replace(secret, "").contains("s3"), "half a secret is left");
    }
}
