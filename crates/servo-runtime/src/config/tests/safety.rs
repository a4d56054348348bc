//! How far a servo may go: what is read, and what is told where it makes no sense.

use std::fmt::Write as _;

use servo_core::duration::Duration;
use servo_core::safety::{Mode, Restore};

use super::{check, loaded};
use crate::config::SafetySection;

fn safety(text: &str) -> SafetySection {
    let (_, servo) = loaded(text).remove(0);
    servo.safety
}

fn rate(text: &str) -> Option<u32> {
    safety(text).change_rate.map(Into::into)
}

#[test]
fn nothing_is_said_where_nothing_is_written() {
    assert_eq!(safety("name: a"), SafetySection::default());
    let empty = "mode:\nrestore: ~\noptimizer_lost_after:\nchange_rate:\n";
    assert_eq!(safety(empty), SafetySection::default());
}

#[test]
fn every_word_of_mode_and_restore_is_read_without_quotes() {
    let mode = |word: &str| safety(&format!("mode: {word}")).mode;
    assert_eq!(mode("observe"), Some(Mode::Observe));
    assert_eq!(mode("recommend"), Some(Mode::Recommend));
    assert_eq!(mode("auto"), Some(Mode::Auto));
    let restore = |word: &str| safety(&format!("restore: {word}")).restore;
    assert_eq!(restore("trial"), Some(Restore::Trial));
    assert_eq!(restore("never"), Some(Restore::Never));
}

#[test]
fn a_careful_mode_goes_with_promotion() {
    let text = "mode: observe\noptimizer: {embedded: {promote: always}}\n";
    assert_eq!(safety(text).mode, Some(Mode::Observe));
}

#[test]
fn misspelt_words_have_the_nearest() {
    check(
        "\
mode: recomend
restore: no
",
        "\
servo.yaml:1:7: unknown value `recomend` (at mode)
  help: did you mean `recommend`? valid values: observe, recommend, auto
servo.yaml:2:10: unknown value `no` (at restore)
  help: valid values: trial, never",
    );
}

#[test]
fn a_rate_is_a_number_or_a_number_an_hour() {
    assert_eq!(rate("change_rate: 6"), Some(6));
    assert_eq!(rate("change_rate: 6/h"), Some(6));
    assert_eq!(rate("change_rate: '6'"), Some(6));
    assert_eq!(rate("change_rate: 4294967295"), Some(u32::MAX));
}

#[test]
fn a_rate_that_allows_nothing_or_is_none_is_refused() {
    check(
        "change_rate: 0\n",
        "\
servo.yaml:1:14: a rate of 0 would hold every change back: write `mode: observe` for that, or a number from 1 (at change_rate)",
    );
    check(
        "change_rate: 6/d\n",
        "\
servo.yaml:1:14: `6/d` is not a rate of changes: write how many may be made in an hour, such as `6` or `6/h` (at change_rate)",
    );
    check(
        "change_rate: 4294967296\n",
        "\
servo.yaml:1:14: at most 4294967295 changes in an hour can be counted: leave `change_rate` out to set no bound (at change_rate)",
    );
    for (written, found) in [("-1", "the number `-1`"), ("1.5", "the number `1.5`"), ("[6]", "a list")] {
        check(
            &format!("change_rate: {written}\n"),
            &format!(
                "servo.yaml:1:14: expected how many changes may be made in an hour, such as `6` or `6/h`, \
                 found {found} (at change_rate)"
            ),
        );
    }
}

#[test]
fn an_optimizer_that_stays_away_is_waited_for_so_long() {
    let text = "optimizer_lost_after: 10m\noptimizer: {id: dev.opsani.com/shop}\n";
    assert_eq!(safety(text).optimizer_lost_after, Some(Duration::from_secs(600)));
    // The environment may name a remote optimizer.
    assert_eq!(safety("optimizer_lost_after: 90").optimizer_lost_after, Some(Duration::from_secs(90)));
}

#[test]
fn no_time_at_all_is_refused() {
    check(
        "optimizer_lost_after: 0\n",
        "\
servo.yaml:1:23: the time must be longer than zero (at optimizer_lost_after)
  help: write a duration such as `10m`, or remove the key to wait for the optimizer forever",
    );
}

#[test]
fn an_embedded_optimizer_cannot_be_lost() {
    check(
        "\
optimizer: {embedded: {}}
optimizer_lost_after: 0
",
        "\
servo.yaml:2:23: `optimizer.embedded` runs within the servo: it cannot be lost (at optimizer_lost_after)
  help: remove the key; it is for a remote optimizer",
    );
}

#[test]
fn windows_are_read_in_every_form() {
    let text = "\
windows:
  - {days: [mon, tue, wed, thu, fri], from: \"22:00\", to: \"05:00\", time_zone: Europe/Berlin}
  - {days: sat-sun, from: 00:00, to: 24:00}
  - {days: Wednesday, from: 22:30, to: 05:00, time_zone: asia/kolkata}
  - {days: [fri-mon, WED], from: 12:00, to: 12:00, time_zone: ~}
  - days: mon, thu-fri
    from: 12:00
    to: 13:00
  - {days: ~, from: 01:00, to: 02:00, time_zone: America/New_York}
";
    let printed: Vec<_> = safety(text).windows.iter().map(ToString::to_string).collect();
    let expected = [
        "mon-fri 22:00-05:00 Europe/Berlin",
        "sat-sun 00:00-24:00 UTC",
        "wed 22:30-05:00 Asia/Kolkata",
        "mon, wed, fri-sun 12:00-12:00 UTC",
        "mon, thu-fri 12:00-13:00 UTC",
        "every day 01:00-02:00 America/New_York",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn no_window_at_all_is_refused() {
    check(
        "windows: []\n",
        "\
servo.yaml:1:1: without any window no change could ever be made (at windows)
  help: add a window, or remove the key; a servo that changes nothing has `mode: observe`",
    );
}

#[test]
fn windows_are_a_list_of_mappings() {
    check(
        "windows: {from: 22:00, to: 05:00}\n",
        "\
servo.yaml:1:10: expected a list of windows (at windows)
  help: write for example `- {days: mon-fri, from: 22:00, to: 05:00, time_zone: Europe/Berlin}`",
    );
    check(
        "windows: [[mon, 22:00, 05:00], ~]\n",
        "\
servo.yaml:1:11: expected a mapping with `from` and `to` (at windows[0])
  help: write for example `- {days: mon-fri, from: 22:00, to: 05:00, time_zone: Europe/Berlin}`
servo.yaml:1:32: expected a mapping with `from` and `to` (at windows[1])
  help: write for example `- {days: mon-fri, from: 22:00, to: 05:00, time_zone: Europe/Berlin}`",
    );
}

#[test]
fn mistakes_of_all_windows_are_told_at_their_places() {
    check(
        "\
windows:
  - {dais: mon, from: 22:00, to: 05:00, timezone: UTC}
  - {days: mon-fry, from: 22:00, to: 05:00}
  - {days: [mon, 5], from: 22:00, to: 05:00}
  - {days: [], from: 22:00, to: 05:00}
  - {from: 24:00, to: 05:00}
  - {from: 2200, to: 05:00}
  - {from: 22:00, to: 5pm}
  - {to: 05:00}
",
        "\
servo.yaml:2:6: unknown key `dais` (at windows[0].dais)
  help: did you mean `days`? valid keys: days, from, to, time_zone
servo.yaml:2:41: unknown key `timezone` (at windows[0].timezone)
  help: did you mean `time_zone`? valid keys: days, from, to, time_zone
servo.yaml:3:12: unknown value `fry` (at windows[1].days)
  help: did you mean `fri`? valid values: mon, tue, wed, thu, fri, sat, sun, monday, tuesday, wednesday, thursday, friday, saturday, sunday
servo.yaml:4:18: expected a day such as `mon`, or a range such as `mon-fri`, found the number `5` (at windows[2].days[1])
servo.yaml:5:12: there are no days: list at least one, or leave `days` out for every day (at windows[3].days)
servo.yaml:6:12: a window cannot begin at 24:00: write `00:00`, and the day after in `days` (at windows[4].from)
servo.yaml:7:12: expected a time of day such as `22:00`, found the number `2200` (at windows[5].from)
servo.yaml:8:23: `5pm` is not a time of day: write hours and minutes from 00:00 to 24:00, such as `22:00` (at windows[6].to)
servo.yaml:9:5: missing key `from` (at windows[7])
  help: add `from:` under `windows[7]`",
    );
}

#[test]
fn a_misspelt_time_zone_has_the_nearest() {
    let told = |zone: &str, help: &str| {
        check(
            &format!("windows: [{{from: 22:00, to: 05:00, time_zone: {zone}}}]\n"),
            &format!(
                "servo.yaml:1:47: there is no time zone `{zone}` (at windows[0].time_zone)\n  help: {help}"
            ),
        );
    };
    told("Europe/Berln", "did you mean `Europe/Berlin`?");
    told("new york", "did you mean `America/New_York`?");
    told("kolkata", "did you mean `Asia/Kolkata`?");
    told("Etc/Unknown", "write an IANA name such as `Europe/Berlin` or `UTC`");
    told("../../etc/passwd", "write an IANA name such as `Europe/Berlin` or `UTC`");
    told("CET-1CEST", "write an IANA name such as `Europe/Berlin` or `UTC`");
    check(
        "windows: [{from: 22:00, to: 05:00, time_zone: 1}]\n",
        "\
servo.yaml:1:47: expected text, found the number `1` (at windows[0].time_zone)
  help: quote the value to make it text",
    );
}

#[test]
fn there_are_only_so_many_windows() {
    let mut text = "windows:\n".to_owned();
    for _ in 0..100 {
        writeln!(text, "  - {{from: 22:00, to: 05:00}}").unwrap();
    }
    assert_eq!(safety(&text).windows.iter().count(), 100);
    text += "  - {from: 22:00, to: 05:00}\n";
    check(
        &text,
        "\
servo.yaml:1:1: there are 101 windows, more than 100 (at windows)
  help: join those that differ in their days only, such as `days: mon-fri`",
    );
}
