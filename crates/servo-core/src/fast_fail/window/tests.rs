//! When a window is violated, and what stays in it.

use std::num::NonZeroU32;

use super::*;

fn window(count: u32, size: u32) -> Window {
    let at_least_one = |number| NonZeroU32::new(number).unwrap();
    Window::new(Trigger::new(at_least_one(count), at_least_one(size)).unwrap())
}

/// Adds one outcome for each letter: passed, failed, or missing; gives whether each violated.
fn add(window: &mut Window, letters: &str) -> Vec<bool> {
    let (metric, threshold) = (1.0, 1.0);
    let outcome = |letter| match letter {
        'P' => Outcome::Passed { metric, threshold },
        'F' => Outcome::Failed { metric, threshold },
        _ => Outcome::MissingMetric,
    };
    letters
        .chars()
        .map(|letter| window.add(Seen { at: Timestamp::UNIX_EPOCH, outcome: outcome(letter) }))
        .collect()
}

/// Gives what is in it in the same letters.
fn letters(window: &Window) -> String {
    let letter = |seen: &Seen| match seen.outcome {
        Outcome::Passed { .. } => 'P',
        Outcome::Failed { .. } => 'F',
        _ => 'M',
    };
    window.seen().map(letter).collect()
}

#[test]
fn it_holds_the_last_outcomes_and_is_violated_by_enough_failures_among_them() {
    let mut watched = window(2, 3);
    assert_eq!(add(&mut watched, "FPPF"), [false; 4]);
    assert_eq!(letters(&watched), "PPF");
    assert_eq!(add(&mut watched, "PF"), [false, true]);
    assert_eq!(letters(&watched), "FPF");
    assert_eq!(add(&mut watched, "FPP"), [true, true, false], "a failure counts until it has left");
}

#[test]
fn one_failure_violates_where_nothing_else_is_said() {
    assert_eq!(add(&mut window(1, 1), "PFP"), [false, true, false]);
}

#[test]
fn a_skipped_outcome_is_added_without_trimming_the_window() {
    let mut watched = window(2, 3);
    add(&mut watched, "PPFM");
    assert_eq!(letters(&watched), "PPFM");
    add(&mut watched, "M");
    assert_eq!(letters(&watched), "PPFMM");
    assert_eq!(add(&mut watched, "F"), [false], "of the last three, two were skipped");
    assert_eq!(letters(&watched), "MMF");
}

#[test]
fn a_skipped_outcome_takes_a_place_in_the_window() {
    assert_eq!(add(&mut window(2, 3), "FMF"), [false, false, true]);
    assert_eq!(add(&mut window(2, 2), "FMF"), [false; 3]);
}

#[test]
fn a_skipped_outcome_does_not_violate_though_the_failures_are_there() {
    let mut watched = window(1, 3);
    assert_eq!(add(&mut watched, "FMM"), [true, false, false]);
    assert_eq!(add(&mut watched, "P"), [false]);
}

#[test]
fn skipped_outcomes_do_not_grow_it_for_ever_and_change_nothing_that_comes() {
    let mut long = window(2, 3);
    add(&mut long, "FF");
    add(&mut long, &"M".repeat(1000));
    assert_eq!(letters(&long), "FFMMM");
    assert_eq!(add(&mut long, "FPF"), [false, false, true]);
}
