//! `servo prometheus query`: what a query gives, now or over a range of time.

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::connector::{Arguments, Run, Table};
use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};

use super::time;
use crate::connector::Prometheus;
use crate::settings::written;
use crate::source::{Answer, Range};

/// The time from one value to the next, where none is typed.
const STEP: Duration = Duration::from_secs(60);

/// Shows what a query gives.
pub(super) struct Query;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asking {
    At(Timestamp),
    Over(Range, Duration),
}

#[async_trait]
impl Run for Query {
    type Connector = Prometheus;

    async fn run(prometheus: &Prometheus, cx: &Context, arguments: &Arguments) -> Result<Table> {
        let query = arguments.get("QUERY").unwrap_or_default();
        let asking = asking(arguments, Timestamp::now())?;
        let source = prometheus.source(cx).await?;
        let asked = async {
            match asking {
                Asking::At(at) => source.query(query, at).await,
                Asking::Over(range, step) => source.query_range(query, range, step).await,
            }
        };
        let answer = tokio::select! {
            biased;
            () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while asking Prometheus")),
            answer = asked => answer?,
        };
        for warning in &answer.warnings {
            tracing::warn!(connector = prometheus.name(), "Prometheus says: {warning}");
        }
        for info in &answer.infos {
            tracing::info!(connector = prometheus.name(), "Prometheus says: {info}");
        }
        Ok(table(answer))
    }
}

fn asking(arguments: &Arguments, now: Timestamp) -> Result<Asking> {
    let end = arguments.get("END").map_or(Ok(now), |text| time::read(text, now))?;
    let Some(start) = arguments.get("START") else {
        if arguments.get("STEP").is_some() {
            let error = Error::failed("--step has no effect on a query at one time");
            return Err(error.with_help("add --start, such as `--start 10m`, or leave out --step"));
        }
        return Ok(Asking::At(end));
    };
    let range = Range { start: time::read(start, now)?, end };
    if range.start > range.end {
        return Err(Error::failed(format!("the range begins at {} and ends before, at {end}", range.start)));
    }
    let step = arguments.get("STEP").map_or(Ok(STEP), str::parse::<Duration>);
    let step = step.map_err(|error| Error::failed("cannot read --step").with_source(error))?;
    if step.is_zero() {
        return Err(Error::failed("expected a --step above zero, such as `30s`"));
    }
    Ok(Asking::Over(range, step))
}

/// A row for each value; one without for a series that has none.
fn table(answer: Answer) -> Table {
    let mut table = Table::new(["SERIES", "TIME", "VALUE"]);
    if let Some(text) = answer.text {
        table.push([serde_json::Value::Null, serde_json::Value::Null, text.into()]);
    }
    for series in answer.series {
        let labels = written(&series.labels);
        let name = if labels.is_empty() { serde_json::Value::Null } else { labels.into() };
        if series.points.is_empty() {
            table.push([name.clone()]);
        }
        for (at, value) in series.points {
            table.push([name.clone(), at.to_string().into(), value.into()]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::source::Series;

    fn now() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    fn asked(given: &[(&'static str, &str)]) -> Result<Asking> {
        let arguments = given.iter().fold(Arguments::default(), |arguments, (name, value)| {
            arguments.with(name, [(*value).to_owned()])
        });
        asking(&arguments, now())
    }

    #[test]
    fn without_a_start_it_is_asked_at_one_time_and_with_one_over_a_range() {
        let earlier: Timestamp = "2026-01-02T02:54:05Z".parse().unwrap();
        assert_eq!(asked(&[]).unwrap(), Asking::At(now()));
        assert_eq!(asked(&[("END", "10m")]).unwrap(), Asking::At(earlier));
        let range = Range { start: earlier, end: now() };
        assert_eq!(asked(&[("START", "10m")]).unwrap(), Asking::Over(range, STEP));
        let five = Duration::from_secs(5);
        assert_eq!(asked(&[("START", "10m"), ("STEP", "5s")]).unwrap(), Asking::Over(range, five));
    }

    #[test]
    fn a_range_that_cannot_be_is_refused() {
        for (given, part) in [
            (&[("STEP", "5s")][..], "--step"),
            (&[("START", "10m"), ("END", "20m")], "ends before"),
            (&[("START", "10m"), ("STEP", "0")], "above zero"),
            (&[("START", "10m"), ("STEP", "soon")], "--step"),
            (&[("START", "soon")], "no time"),
        ] {
            let error = asked(given).unwrap_err();
            assert!(error.message().contains(part), "{error}");
        }
    }

    #[test]
    fn every_value_has_a_row_and_a_series_without_any_one_too() {
        let labels = [("job".to_owned(), "shop".to_owned())];
        let some = Series { labels: labels.clone().into(), points: vec![(now(), 1.5)], dropped: 0 };
        let none = Series { points: Vec::new(), dropped: 2, ..some.clone() };
        let table = table(Answer { series: vec![some, none], ..Answer::default() });
        let rows: Vec<Value> = table.objects().into_iter().map(Value::Object).collect();
        assert_eq!(
            rows,
            [
                json!({"series": "job=shop", "time": "2026-01-02T03:04:05Z", "value": 1.5}),
                json!({"series": "job=shop", "time": null, "value": null}),
            ]
        );
        let text = super::table(Answer { text: Some("hello".to_owned()), ..Answer::default() });
        assert_eq!(text.rows()[0][2], json!("hello"));
    }
}
