//! When windows open and close, in time zones whose clocks change and in such whose do not.

use jiff::Timestamp;

use super::super::Windows;
use super::{at, check_closes, check_opens, told, window, windows};

#[test]
fn none_stands_for_always() {
    let always = Windows::default();
    assert!(always.is_empty());
    assert_eq!(always.check(at("2026-11-22T12:00:00Z")), Ok(()));
    assert_eq!(always.closes(at("2026-11-22T12:00:00Z")), None);
}

#[test]
fn a_closed_window_says_when_it_opens_by_its_own_clock() {
    let nights = windows("", "22:00", "05:00", "Europe/Berlin");
    let (message, again) = told(&nights, "2026-11-22T12:00:00.25Z");
    assert_eq!(message, "the next window opens at 2026-11-22T22:00:00+01:00[Europe/Berlin]");
    assert_eq!(again, at("2026-11-22T21:00:00Z"));
}

#[test]
fn a_window_is_open_from_its_beginning_and_closed_at_its_end() {
    let office = windows("", "09:00", "17:30", "Asia/Kolkata");
    check_opens(&office, "2026-11-22T08:59:59.999999999+05:30", "2026-11-22T09:00:00+05:30");
    check_closes(&office, "2026-11-22T09:00:00+05:30", "2026-11-22T17:30:00+05:30");
    check_closes(&office, "2026-11-22T17:29:59.999999999+05:30", "2026-11-22T17:30:00+05:30");
    check_opens(&office, "2026-11-22T17:30:00+05:30", "2026-11-23T09:00:00+05:30");
}

#[test]
fn a_window_past_midnight_belongs_to_the_day_it_began() {
    // 2026-11-20 is a Friday.
    let nights = windows("mon-fri", "22:00", "05:00", "Europe/Berlin");
    check_closes(&nights, "2026-11-20T23:00:00+01:00", "2026-11-21T05:00:00+01:00");
    check_closes(&nights, "2026-11-21T04:59:00+01:00", "2026-11-21T05:00:00+01:00");
    check_opens(&nights, "2026-11-21T22:30:00+01:00", "2026-11-23T22:00:00+01:00");
    check_opens(&nights, "2026-11-23T04:00:00+01:00", "2026-11-23T22:00:00+01:00");
}

#[test]
fn equal_times_are_a_whole_day_from_then() {
    let sunday = windows("sun", "08:00", "08:00", "UTC");
    check_closes(&sunday, "2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z");
    check_opens(&sunday, "2026-11-23T08:00:00Z", "2026-11-29T08:00:00Z");
    assert_eq!(windows("", "08:00", "08:00", "UTC").closes(at("2026-11-22T12:00:00Z")), None);
    assert_eq!(windows("", "00:00", "24:00", "Europe/Berlin").closes(at("2026-03-28T12:00:00Z")), None);
}

#[test]
fn windows_that_touch_or_overlap_are_one() {
    let list = vec![
        window("mon-fri", "22:00", "05:00", "Europe/Berlin"),
        window("sat-sun", "00:00", "24:00", "Europe/Berlin"),
        // 23:30 to 00:30 in Berlin.
        window("sun", "22:30", "23:30", "UTC"),
    ];
    let weekends = Windows::new(list);
    check_closes(&weekends, "2026-11-20T22:00:00+01:00", "2026-11-23T00:30:00+01:00");
    check_opens(&weekends, "2026-11-20T21:00:00+01:00", "2026-11-20T22:00:00+01:00");
}

#[test]
fn a_time_outside_closes_at_once() {
    let nights = windows("", "22:00", "05:00", "UTC");
    let noon = at("2026-11-22T12:00:00Z");
    assert_eq!(nights.closes(noon), Some(noon));
}

#[test]
fn an_hour_that_clocks_skip_is_in_no_window() {
    // On 2026-03-29 clocks go from 02:00 to 03:00 in Berlin.
    let early = windows("", "02:30", "04:00", "Europe/Berlin");
    check_opens(&early, "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00");
    check_closes(&early, "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00");
    let ends = windows("", "01:00", "02:30", "Europe/Berlin");
    check_closes(&ends, "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00");
    let across = windows("", "01:00", "04:00", "Europe/Berlin");
    check_closes(&across, "2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00");
}

#[test]
fn a_window_within_the_skipped_hour_does_not_open_that_day() {
    let daily = windows("", "02:15", "02:45", "Europe/Berlin");
    check_opens(&daily, "2026-03-28T12:00:00Z", "2026-03-30T02:15:00+02:00");
    // Even if that is two weeks.
    let weekly = windows("sun", "02:15", "02:45", "Europe/Berlin");
    check_opens(&weekly, "2026-03-22T02:45:00+01:00", "2026-04-05T02:15:00+02:00");
}

#[test]
fn an_hour_that_is_repeated_is_in_a_window_both_times() {
    // On 2026-10-25 clocks go from 03:00 back to 02:00 in Berlin.
    let early = windows("", "02:00", "03:00", "Europe/Berlin");
    check_closes(&early, "2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00");
    let halves = windows("sun", "02:30", "03:30", "Europe/Berlin");
    check_closes(&halves, "2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+02:00");
    check_opens(&halves, "2026-10-25T02:29:00+01:00", "2026-10-25T02:30:00+01:00");
    check_closes(&halves, "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00");
    let ends = windows("sun", "01:00", "02:30", "Europe/Berlin");
    check_closes(&ends, "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00");
    check_opens(&ends, "2026-10-25T02:45:00+02:00", "2026-10-25T02:00:00+01:00");
    check_closes(&ends, "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00");
}

#[test]
fn a_night_is_as_long_as_the_clocks_make_it() {
    let nights = windows("sat", "22:00", "05:00", "America/New_York");
    check_closes(&nights, "2026-03-07T22:00:00-05:00", "2026-03-08T05:00:00-04:00");
    check_closes(&nights, "2026-10-31T22:00:00-04:00", "2026-11-01T05:00:00-05:00");
}

#[test]
fn the_earliest_of_several_windows_opens() {
    let list =
        vec![window("", "22:00", "23:00", "America/New_York"), window("", "22:00", "23:00", "Asia/Kolkata")];
    let (message, _) = told(&Windows::new(list), "2026-11-22T12:00:00Z");
    assert_eq!(message, "the next window opens at 2026-11-22T22:00:00+05:30[Asia/Kolkata]");
}

#[test]
fn a_day_that_a_country_leaves_out_is_no_trouble() {
    // Samoa had no Friday 2011-12-30.
    let friday = windows("fri", "09:00", "17:00", "Pacific/Apia");
    check_opens(&friday, "2011-12-29T18:00:00-10:00", "2012-01-06T09:00:00+14:00");
    let (_, again) = told(&friday, "2011-12-23T17:00:00-10:00");
    assert_eq!(again, at("2012-01-06T09:00:00+14:00"));
}

#[test]
fn a_clock_at_the_ends_of_time_is_no_trouble() {
    for zone in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"] {
        for (from, to) in [("00:00", "24:00"), ("22:00", "05:00"), ("02:00", "02:00"), ("12:00", "12:01")] {
            let windows = windows("fri", from, to, zone);
            for now in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
                let is_open = windows.check(now).is_ok();
                let closes = windows.closes(now);
                assert!(is_open || closes == Some(now), "{windows} at {now} closes at {closes:?}");
                assert!(closes.is_none_or(|closes| closes >= now), "{windows} at {now} closes at {closes:?}");
            }
        }
    }
}
