//! Ranges split and joined: no point lost, none twice.

use proptest::prelude::*;

use super::*;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn parts(start: i64, end: i64, step: u64) -> Vec<(String, String, String)> {
    let range = Range { start: at(start), end: at(end) };
    let parts = split(range, Duration::from_millis(step)).unwrap();
    parts.iter().map(|part| (part.start.to_string(), part.end.to_string(), part.step.to_string())).collect()
}

fn written(start: &str, end: &str, step: &str) -> (String, String, String) {
    (start.to_owned(), end.to_owned(), step.to_owned())
}

/// What a server answers: a point at the start and each step from there that is not after the end.
fn answered(part: Part) -> Answer {
    let times = (part.start.0..=part.end.0).step_by(usize::try_from(part.step.0).unwrap());
    let points = times.map(|time| (at(time), 1.0)).collect();
    Answer { series: vec![Series { points, ..Series::default() }], ..Answer::default() }
}

fn join(parts: impl IntoIterator<Item = Answer>) -> Answer {
    let mut joined = Joined::default();
    for part in parts {
        joined.add(part);
    }
    joined.answer()
}

#[test]
fn times_are_exact_decimal_seconds() {
    for (milliseconds, text) in [
        (0, "0"),
        (1_577_836_800_000, "1577836800"),
        (1_577_836_800_001, "1577836800.001"),
        (1_577_836_800_120, "1577836800.12"),
        (999, "0.999"),
        (-1, "-0.001"),
        (-1500, "-1.5"),
    ] {
        assert_eq!(Seconds::of(at(milliseconds)).to_string(), text);
    }
    let finer = Timestamp::new(1, 1_999_999).unwrap();
    assert_eq!(Seconds::of(finer).to_string(), "1.001");
    assert_eq!(Seconds::of(Timestamp::from_nanosecond(-1).unwrap()).to_string(), "-0.001");
}

#[test]
fn a_range_that_no_server_refuses_is_asked_for_as_it_is() {
    assert_eq!(parts(1_000_250, 1_012_500, 5000), [written("1000.25", "1012.5", "5")]);
    assert_eq!(parts(0, 0, 60_000), [written("0", "0", "60")]);
    assert_eq!(parts(0, 10_999_999, 1000), [written("0", "10999.999", "1")], "11,000 points");
    assert_eq!(parts(0, 5, 0), [written("0", "0.005", "0.001")], "no step is the smallest");
}

#[test]
fn a_longer_one_is_asked_for_in_parts_that_share_no_point() {
    let expected = [written("0", "10999", "1"), written("11000", "11000.5", "1")];
    assert_eq!(parts(0, 11_000_500, 1000), expected);
    let expected = [
        written("0", "659940", "60"),
        written("660000", "1319940", "60"),
        written("1320000", "1320000", "60"),
    ];
    assert_eq!(parts(0, 1_320_000_000, 60_000), expected);
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let error = split(Range { start: at(1), end: at(0) }, Duration::from_secs(1)).unwrap_err();
    assert!(error.message().contains("before it starts"), "{error}");
    let range = Range { start: at(0), end: at(1_100_000) };
    assert!(split(Range { end: at(1_099_999), ..range }, Duration::from_millis(1)).is_ok());
    let error = split(range, Duration::from_millis(1)).unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("longer step")), "{error}");
}

#[test]
fn series_are_joined_by_their_labels() {
    let series = |name: &str, times: &[i64], dropped| Series {
        labels: BTreeMap::from([("name".to_owned(), name.to_owned())]),
        points: times.iter().map(|&time| (at(time), 1.0)).collect(),
        dropped,
    };
    let part =
        |series, warning: &str| Answer { series, warnings: vec![warning.to_owned()], ..Answer::default() };
    let joined = join([
        part(vec![series("a", &[1, 2], 1), series("b", &[1], 0)], "slow"),
        part(vec![series("b", &[], 2), series("a", &[2, 3], 0)], "slow"),
        part(vec![series("c", &[5], 0), series("a", &[4], 0), series("c", &[6], 0)], "partial"),
    ]);
    let expected = vec![series("a", &[1, 2, 3, 4], 1), series("b", &[1], 2), series("c", &[5, 6], 0)];
    assert_eq!((joined.series, joined.warnings), (expected, vec!["slow".to_owned(), "partial".to_owned()]));
    assert_eq!(join([]), Answer::default());
}

proptest! {
    #[test]
    fn parts_have_every_point_of_the_range_once_and_few_each(
        start in 0..2_000_000_000_000_i64,
        length in 0..200_000_i64,
        step in 1..50_u64,
    ) {
        let range = Range { start: at(start), end: at(start + length) };
        let parts = split(range, Duration::from_millis(step)).unwrap();
        for part in &parts {
            prop_assert!((part.end.0 - part.start.0) / part.step.0 < MOST_POINTS);
            prop_assert!(part.start <= part.end && part.end.0 <= start + length);
        }
        let whole = Part { start: parts[0].start, end: parts[parts.len() - 1].end, step: parts[0].step };
        prop_assert_eq!(whole.start.0, start);
        prop_assert_eq!(join(parts.into_iter().map(answered)), answered(whole));
    }
}
