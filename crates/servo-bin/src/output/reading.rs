//! What was measured, as a person reads it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::model::{DataPoint, Metric, Reading, TimeSeries};

use super::sparkline;

/// The widest line of a series, in columns.
const WIDTH: usize = 40;

/// How readings are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// The time of which others are so long ago; without it times are dates.
    pub(crate) now: Option<Timestamp>,
    /// Whether every value of a series is shown.
    pub(crate) verbose: bool,
    /// Whether series are drawn.
    pub(crate) draws: bool,
    /// Whether each line says which connector it is from.
    pub(crate) names: bool,
}

/// Renders a row for each metric, sorted by name: metric, unit, and a line for each reading.
pub(crate) fn rows<'a>(
    readings: impl IntoIterator<Item = (&'a str, &'a Reading)>,
    style: Style,
) -> Vec<[String; 3]> {
    let mut by_metric: BTreeMap<&Metric, Vec<String>> = BTreeMap::new();
    for (connector, reading) in readings {
        let (id, mut lines) = match reading {
            Reading::DataPoint(it) => (None, vec![point(it, style)]),
            // What it is called for an optimizer need not tell it from others of its metric; its labels do.
            Reading::TimeSeries(it) => {
                let labels = it.annotation.as_deref().filter(|_| !it.labels.is_empty());
                (labels.or(it.id.as_deref()), series(it, style))
            }
        };
        let source: Vec<&str> = style.names.then_some(connector).into_iter().chain(id).collect();
        if let (Some(first), false) = (lines.first_mut(), source.is_empty()) {
            *first = format!("{first} [{}]", source.join(" "));
        }
        by_metric.entry(reading.metric()).or_default().extend(lines);
    }
    let row = |(metric, lines): (&Metric, Vec<String>)| {
        [metric.name.clone(), metric.unit.to_string(), lines.join("\n")]
    };
    by_metric.into_iter().map(row).collect()
}

fn point(point: &DataPoint, style: Style) -> String {
    format!("{:.2} ({})", point.value, when(point.time, style))
}

fn series(series: &TimeSeries, style: Style) -> Vec<String> {
    let Some((first, last)) = series.timespan() else { return vec!["none".to_owned()] };
    if let [(time, value)] = series.points() {
        return vec![format!("{value:.2} ({})", when(*time, style))];
    }
    let mean = series.mean().map_or_else(|| "-".to_owned(), |mean| format!("{mean:.2}"));
    let count = series.points().len();
    let span = match style.now {
        Some(_) => format!("over {}", rounded(series.duration())),
        None => format!("from {} to {}", when(first, style), when(last, style)),
    };
    let mut line = format!("mean {mean} of {count} {span}");
    if style.draws {
        line = format!("{line}  {}", sparkline::draw(series.points(), WIDTH));
    }
    let each = series.points().iter().filter(|_| style.verbose);
    let each = each.map(|(time, value)| format!("{value:.2} ({})", when(*time, style)));
    std::iter::once(line).chain(each).collect()
}

/// Rounds to milliseconds: values are not read more exactly on time.
fn rounded(duration: Duration) -> Duration {
    let milliseconds = (duration.as_std() + std::time::Duration::from_micros(500)).as_millis();
    u64::try_from(milliseconds).map_or(duration, Duration::from_millis)
}

/// Writes a time: how long ago it is, or the date in UTC.
fn when(time: Timestamp, style: Style) -> String {
    match style.now {
        Some(now) => ago(now.duration_since(time).as_secs()),
        None => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

fn ago(seconds: i64) -> String {
    const UNITS: [(u64, &str); 5] =
        [(365 * 86_400, "year"), (30 * 86_400, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute")];
    let distance = seconds.unsigned_abs();
    if distance == 0 {
        return "just now".to_owned();
    }
    let unit = UNITS.into_iter().find(|(length, _)| distance >= *length);
    let (length, unit) = unit.unwrap_or((1, "second"));
    let count = distance / length;
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use servo_core::model::Unit;

    use super::*;

    const PLAIN: Style = Style { now: None, verbose: false, draws: false, names: false };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + second).unwrap()
    }

    fn human(style: Style) -> Style {
        Style { now: Some(at(300)), ..style }
    }

    fn latency() -> Metric {
        Metric::new("latency", Unit::Milliseconds)
    }

    fn rising() -> Reading {
        TimeSeries::new(latency(), vec![(at(0), 1.0), (at(60), 2.0), (at(120), 6.0)]).into()
    }

    fn cell(reading: &Reading, style: Style) -> String {
        rows([("one", reading)], style)[0][2].clone()
    }

    #[test]
    fn a_point_is_its_value_and_when() {
        let point = Reading::from(DataPoint { metric: latency(), time: at(120), value: 97.034 });
        assert_eq!(cell(&point, human(PLAIN)), "97.03 (3 minutes ago)");
        assert_eq!(cell(&point, PLAIN), "97.03 (2026-01-01 00:02:00)");
    }

    #[test]
    fn a_series_is_its_mean_its_count_and_its_span() {
        assert_eq!(cell(&rising(), human(PLAIN)), "mean 3.00 of 3 over 2m");
        let dates = "mean 3.00 of 3 from 2026-01-01 00:00:00 to 2026-01-01 00:02:00";
        assert_eq!(cell(&rising(), PLAIN), dates);
        assert_eq!(cell(&rising(), human(Style { draws: true, ..PLAIN })), "mean 3.00 of 3 over 2m  ▁▂█");
        let verbose = cell(&rising(), human(Style { verbose: true, ..PLAIN }));
        assert_eq!(verbose.lines().nth(2), Some("2.00 (4 minutes ago)"));
        assert_eq!(verbose.lines().count(), 4);
        assert_eq!(cell(&TimeSeries::new(latency(), Vec::new()).into(), PLAIN), "none");
    }

    #[test]
    fn readings_of_a_metric_share_a_row_and_say_where_they_are_from() {
        let other = TimeSeries::new(Metric::new("errors", Unit::Percentage), vec![(at(0), 0.5)]);
        let (rising, other) = (rising(), Reading::from(other.with_id("pod-1")));
        let readings = [("b", &rising), ("a", &other), ("a", &rising)];
        let rows = rows(readings, human(Style { names: true, ..PLAIN }));
        assert_eq!(rows[0], ["errors", "%", "0.50 (5 minutes ago) [a pod-1]"]);
        assert_eq!(rows[1][2], "mean 3.00 of 3 over 2m [b]\nmean 3.00 of 3 over 2m [a]");
    }

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        let told = [0, 1, 59, 60, 7_200, 86_400, 3_000_000, 40_000_000, -90].map(ago);
        let expected = [
            "just now",
            "1 second ago",
            "59 seconds ago",
            "1 minute ago",
            "2 hours ago",
            "1 day ago",
            "1 month ago",
            "1 year ago",
            "in 1 minute",
        ];
        assert_eq!(told, expected);
    }
}
