//! Properties of windows, against arithmetic in minutes of the week.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::Windows;
use super::window;

const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;
const ZONES: [&str; 6] =
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"];

/// A window as numbers: the days since Monday, and minutes of the day.
#[derive(Clone, Debug)]
struct Model {
    days: Vec<i64>,
    from: i64,
    to: i64,
    zone: &'static str,
}

impl Model {
    fn window(&self) -> super::Window {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days: Vec<_> = self.days.iter().map(|day| names[usize::try_from(*day).unwrap()]).collect();
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        window(&days.join(","), &time(self.from), &time(self.to), self.zone)
    }

    fn is_open(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let clock = zone.to_datetime(now);
        let day = i64::from(clock.date().weekday().to_monday_zero_offset());
        let minute = day * DAY + i64::from(clock.hour()) * 60 + i64::from(clock.minute());
        let length = if self.to > self.from { self.to - self.from } else { self.to - self.from + DAY };
        self.days.iter().any(|day| (minute - day * DAY - self.from).rem_euclid(WEEK) < length)
    }
}

fn model() -> impl Strategy<Value = Model> {
    let quarters = |most: i64| (0..=most / 15).prop_map(|quarter| quarter * 15);
    let from = prop_oneof![0..DAY, quarters(DAY - 15), Just(120), Just(150)];
    let to = prop_oneof![0..=DAY, quarters(DAY), Just(150), Just(180)];
    (vec(0_i64..7, 1..7), from, to, proptest::sample::select(&ZONES[..]))
        .prop_map(|(days, from, to, zone)| Model { days, from, to, zone })
}

/// Any time of three years, and times near changes of the clock.
fn now() -> impl Strategy<Value = Timestamp> {
    let seconds = prop_oneof![
        1_735_689_600_i64..1_830_297_600,
        // 2026-03-29T01:00Z and 2026-10-25T01:00Z, a week around each.
        1_774_746_000_i64 - 600_000..1_774_746_000 + 100_000,
        1_792_890_000_i64 - 600_000..1_792_890_000 + 100_000,
    ];
    (seconds, 0_i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

/// Times before `end`, some minutes apart, and the very last.
fn samples(begin: Timestamp, end: Timestamp, apart_mins: i64) -> impl Iterator<Item = Timestamp> {
    let step = SignedDuration::from_mins(apart_mins);
    let regular = std::iter::successors(Some(begin), move |time| Some(*time + step));
    let last = end - SignedDuration::from_nanos(1);
    regular.take_while(move |time| *time < end).chain([last.max(begin)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn windows_open_and_close_as_clocks_say(models in vec(model(), 1..4), now in now(), apart in 5_i64..90) {
        let windows = Windows::new(models.iter().map(Model::window).collect());
        let zones: Vec<_> = models.iter().map(|model| TimeZone::get(model.zone).unwrap()).collect();
        let is_open = |time| models.iter().zip(&zones).any(|(model, zone)| model.is_open(time, zone));
        match windows.check(now) {
            Ok(()) => {
                prop_assert!(is_open(now), "{} is closed at {}", windows, now);
                let closes = windows.closes(now);
                let end = closes.unwrap_or(now + SignedDuration::from_hours(16 * 24));
                prop_assert!(end > now);
                prop_assert!(closes.is_none_or(|closes| !is_open(closes)), "{} is open at {}", windows, end);
                for time in samples(now, end, apart) {
                    prop_assert!(is_open(time), "{} is closed at {} before {}", windows, time, end);
                }
            }
            Err(held) => {
                prop_assert!(!held.wait.is_zero());
                prop_assert_eq!(windows.closes(now), Some(now));
                let opens = now + SignedDuration::try_from(held.wait).unwrap();
                prop_assert!(is_open(opens), "{} is closed at {}", windows, opens);
                for time in samples(now, opens, apart) {
                    prop_assert!(!is_open(time), "{} is open at {} before {}", windows, time, opens);
                }
            }
        }
    }
}
