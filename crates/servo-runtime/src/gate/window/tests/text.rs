//! What is read as a time, as days, and as a time zone.

use jiff::civil::Weekday;
use proptest::prelude::*;

use super::super::{Days, TimeOfDay, Window, Windows, WindowsError};
use super::{window, windows};

#[test]
fn a_time_has_two_digits_of_hours_and_minutes() {
    for (text, minutes) in [("00:00", 0), ("05:09", 309), ("23:59", 1439), ("24:00", 1440)] {
        assert_eq!(text.parse::<TimeOfDay>().map(TimeOfDay::minutes), Ok(minutes), "{text}");
    }
    for text in [
        "", ":", "5:00", "05:0", "24:01", "25:00", "12:60", "+1:00", "-1:00", "12:00:00", "12.00", " 12:00",
        "99:99",
    ] {
        let wrong = Err(WindowsError::Time { text: text.to_owned() });
        assert_eq!(text.parse::<TimeOfDay>(), wrong, "{text:?}");
    }
}

#[test]
fn days_are_names_and_ranges_in_any_case() {
    let printed = |text: &str| text.parse::<Days>().map(|days| days.to_string());
    for (text, days) in [
        ("mon", "mon"),
        ("MON-Friday", "mon-fri"),
        ("sat-sun", "sat-sun"),
        ("fri-mon", "mon, fri-sun"),
        ("sun-sat", "mon-sun"),
        ("wed-wed", "wed"),
        ("mon , wed - thu,mon", "mon, wed-thu"),
    ] {
        assert_eq!(printed(text), Ok(days.to_owned()), "{text}");
    }
    for (text, name) in
        [("", ""), ("mon,", ""), ("mon-", ""), ("mon-tue-wed", "tue-wed"), ("tu", "tu"), ("montag", "montag")]
    {
        assert_eq!(printed(text), Err(WindowsError::Day { name: name.to_owned() }), "{text}");
    }
}

#[test]
fn a_window_does_not_begin_at_the_end_of_a_day() {
    let end = "24:00".parse().unwrap();
    assert_eq!(Window::new(None, end, end, "UTC"), Err(WindowsError::From));
}

#[test]
fn a_time_zone_is_one_of_the_database() {
    let noon = "12:00".parse().unwrap();
    for name in
        ["", "Europe/Berln", "Etc/Unknown", "../../etc/passwd", "/etc/localtime", "CET-1CEST", "+01:00", "\0"]
    {
        let wrong = Err(WindowsError::TimeZone { name: name.to_owned() });
        assert_eq!(Window::new(None, noon, noon, name), wrong, "{name:?}");
    }
    assert!(Window::new(None, noon, noon, "europe/BERLIN").is_ok());
}

#[test]
fn windows_are_printed_for_people() {
    assert_eq!(Windows::default().to_string(), "always");
    assert_eq!(
        windows("", "22:00", "05:00", "Asia/Kolkata").to_string(),
        "every day 22:00-05:00 Asia/Kolkata"
    );
    let both = vec![window("mon-fri", "22:00", "05:00", "UTC"), window("sat-sun", "00:00", "24:00", "UTC")];
    assert_eq!(Windows::new(both).to_string(), "mon-fri 22:00-05:00 UTC; sat-sun 00:00-24:00 UTC");
}

proptest! {
    #[test]
    fn times_read_back_as_they_print(hours in 0_u16..24, minutes in 0_u16..60) {
        let time: TimeOfDay = format!("{hours:02}:{minutes:02}").parse().unwrap();
        prop_assert_eq!(time.minutes(), hours * 60 + minutes);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
    }

    #[test]
    fn days_read_back_as_they_print(first in "mon|tue|wed|thu|fri|sat|sun", last in "mon|tue|wed|thu|fri|sat|sun", other in "mon|thu|sun") {
        let days: Days = format!("{first}-{last},{other}").parse().unwrap();
        prop_assert!(days.contains(Weekday::Monday) || !days.to_string().contains("mon"));
        prop_assert_eq!(days.to_string().parse(), Ok(days));
    }

    #[test]
    fn no_text_panics(text in "\\PC*|[-a-z, ]{0,20}|[0-9:]{0,6}") {
        let _ = (text.parse::<Days>(), text.parse::<TimeOfDay>());
        let noon = "12:00".parse().unwrap();
        let _ = Window::new(None, noon, noon, &text);
    }
}
