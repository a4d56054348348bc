//! Measurements against a script, on a paused clock: what is waited for, asked, answered, and how it fails.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use servo_core::Class;
use servo_core::duration::Duration;
use servo_core::event::{Bus, Scope};
use servo_core::model::{Control, Reading, TimeSeries};
use tokio::time::Instant;

use super::*;
use crate::scripted::{Asked, Script, bus, refused, series};
use crate::source::{Answer, Series};

/// Measures as an optimizer asks it.
async fn measure(bus: &Arc<Bus>, param: Value) -> Result<Measurement> {
    let control: Control = serde_json::from_value(param["control"].clone()).unwrap();
    let metrics = param["metrics"]
        .as_array()
        .map(|names| names.iter().map(|it| it.as_str().unwrap().to_owned()).collect());
    let input = Measuring { metrics, control };
    let dispatched = bus.dispatch::<Measure>(&Scope::detached(), input).keep_errors().await.unwrap();
    dispatched.answers().map(|answers| answers.into_iter().next().unwrap().1)
}

fn up() -> Value {
    json!({"metrics": [{"name": "up", "query": "up", "step": "1s"}]})
}

fn all_series(measurement: &Measurement) -> Vec<&TimeSeries> {
    let readings = measurement.readings().iter();
    let series = readings.map(|reading| match reading {
        Reading::TimeSeries(series) => series,
        Reading::DataPoint(point) => panic!("{point}"),
    });
    series.collect()
}

fn message(measured: Result<Measurement>) -> (Class, String) {
    let error = measured.unwrap_err();
    (error.class(), error.message().to_owned())
}

#[tokio::test(start_paused = true)]
async fn it_asks_for_exactly_the_duration_after_the_warmup_and_waits_for_late_samples() {
    let script = Arc::new(Script::constant(1.0));
    let (bus, begin, now) = (bus(up(), &script), Instant::now(), Timestamp::now());
    let control = json!({"duration": "10s", "warmup": "2s", "delay": "3s"});
    let measurement = measure(&bus, json!({"control": control})).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 15);
    let [Asked::Range(query, range, step)] = &script.asked()[..] else { panic!("{:?}", script.asked()) };
    assert_eq!((query.as_str(), *step), ("up", Duration::from_secs(1)));
    assert_eq!(range.end.duration_since(range.start).as_secs(), 10);
    let warm = range.start.duration_since(now).as_millis();
    assert!((1999..2500).contains(&warm), "{warm}");
    assert_eq!(range.start.as_nanosecond() % 1_000_000, 0, "a server knows milliseconds");
    assert_eq!(all_series(&measurement)[0].points().len(), 11, "both ends are included");
}

#[tokio::test(start_paused = true)]
async fn it_ends_on_time_and_not_on_a_tick() {
    let bus = bus(up(), &Arc::new(Script::constant(1.0)));
    for seconds in [1, 7, 61] {
        let begin = Instant::now();
        measure(&bus, json!({"control": {"duration": seconds}})).await.unwrap();
        assert_eq!(begin.elapsed(), std::time::Duration::from_secs(seconds));
    }
}

#[tokio::test(start_paused = true)]
async fn several_series_stay_apart_with_their_labels() {
    let script = Script::of(|asked| {
        let pods = ["a", "b"].map(|pod| series(&[("job", "shop"), ("pod", pod)], asked, 2.0));
        Ok(Answer { series: pods.into(), ..Answer::default() })
    });
    let measurement =
        measure(&bus(up(), &Arc::new(script)), json!({"control": {"duration": 3}})).await.unwrap();
    let found = all_series(&measurement);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].id.as_deref(), Some("{instance=None,job=shop}"));
    assert_eq!(found[1].annotation.as_deref(), Some("job=shop pod=b"));
    assert_eq!(found[1].labels["pod"], "b");
}

#[tokio::test(start_paused = true)]
async fn only_what_is_wanted_is_asked_for_and_nothing_takes_no_time() {
    let section = json!({"metrics": [{"name": "a", "query": "qa"}, {"name": "b", "query": "qb"}]});
    let script = Arc::new(Script::constant(1.0));
    let (bus, begin) = (bus(section, &script), Instant::now());
    // As in transcript 30g, where this took the servo down: a metric that nobody knows.
    let unknown = message(measure(&bus, json!({"metrics": ["nope"], "control": {"duration": 60}})).await);
    assert_eq!(unknown, (Class::Failed, "no connector provides the metric `nope`".to_owned()));
    assert_eq!(begin.elapsed().as_secs(), 0);
    assert!(script.asked().is_empty());
    measure(&bus, json!({"metrics": ["b", "nope"], "control": {"duration": 1}})).await.unwrap();
    assert!(matches!(&script.asked()[..], [Asked::Range(query, ..)] if query == "qb"));
}

#[tokio::test(start_paused = true)]
async fn queries_run_side_by_side_and_not_all_at_once() {
    let metrics: Vec<Value> =
        (0..20).map(|n| json!({"name": format!("m{n}"), "query": format!("q{n}")})).collect();
    let script = Script { takes: std::time::Duration::from_secs(1), ..Script::constant(1.0) };
    let (bus, begin) = (bus(json!({"metrics": metrics}), &Arc::new(script)), Instant::now());
    let measurement = measure(&bus, json!({"control": {"duration": 0}})).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 3, "20 queries, 8 at once");
    let names: Vec<_> = measurement.metrics().into_iter().map(|metric| metric.name.clone()).collect();
    assert_eq!(names[..3], ["m0", "m1", "m2"], "in the order of the settings");
}

#[tokio::test(start_paused = true)]
async fn every_failure_is_in_the_message_with_the_servers_words() {
    let section = json!({"metrics": [
        {"name": "fine", "query": "up"},
        {"name": "bad", "query": "up{"},
        {"name": "slow", "query": "slow"},
    ]});
    let script = Script::of(|asked| match asked {
        Asked::Range(query, ..) if query == "up{" => Err(refused()),
        Asked::Range(query, ..) if query == "slow" => Err(Error::new(Class::Connection, "no answer in 5s")),
        _ => Ok(Answer { series: vec![series(&[], asked, 1.0)], ..Answer::default() }),
    });
    let (class, message) =
        message(measure(&bus(section, &Arc::new(script)), json!({"control": {"duration": 3}})).await);
    assert_eq!(class, Class::Failed);
    for part in ["`bad`: bad_data: invalid parameter", "parse error", "`slow`: no answer in 5s"] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_a_failure_that_the_optimizer_is_told() {
    let script =
        Script::of(|_| Err(Error::new(Class::Connection, "cannot connect to http://127.0.0.1:9090")));
    let bus = bus(up(), &Arc::new(script));
    let (class, message) =
        message(measure(&bus, json!({"metrics": ["up"], "control": {"duration": 3}})).await);
    assert_eq!((class, class.status()), (Class::Connection, "failed"));
    assert_eq!(message, "cannot measure `up`: cannot connect to http://127.0.0.1:9090");
}

/// A server that has none of the series, and says so where it is asked.
fn empty() -> Script {
    Script::of(|asked| match asked {
        Asked::At(query, _) if query.starts_with("absent(") => {
            Ok(Answer { series: vec![series(&[], asked, 1.0)], ..Answer::default() })
        }
        _ => Ok(Answer::default()),
    })
}

#[tokio::test(start_paused = true)]
async fn a_metric_that_is_required_and_absent_fails_the_measurement() {
    let section = json!({"metrics": [
        {"name": "ignored", "query": "a"},
        {"name": "warned", "query": "b", "absent": "warn"},
        {"name": "required", "query": "c", "absent": "fail"},
    ]});
    let script = Arc::new(empty());
    let bus = bus(section, &script);
    // As in transcript 30c, where this took the servo down.
    let (class, message) = message(measure(&bus, json!({"control": {"duration": 3}})).await);
    assert_eq!(class, Class::Failed);
    assert_eq!(message, "cannot measure `required`: required metric 'required' is absent from Prometheus");
    let asked = script.asked();
    let asked_at = |text: &str| asked.iter().any(|it| matches!(it, Asked::At(query, _) if query == text));
    assert!(asked_at("absent(b)") && asked_at("absent(c)") && !asked_at("absent(a)"), "{asked:?}");
    let rest =
        measure(&bus, json!({"metrics": ["ignored", "warned"], "control": {"duration": 3}})).await.unwrap();
    assert!(rest.readings().is_empty(), "no data is no number");
}

#[tokio::test(start_paused = true)]
async fn a_required_metric_that_is_there_and_had_no_value_does_not_fail() {
    let section = json!({"metrics": [{"name": "required", "query": "c", "absent": "fail"}]});
    let script = Script::of(|_| Ok(Answer::default()));
    let measured =
        measure(&bus(section, &Arc::new(script)), json!({"control": {"duration": 3}})).await.unwrap();
    assert!(measured.readings().is_empty());
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_it_while_it_waits_and_while_it_asks() {
    for (takes, duration) in [(0, 3600), (3600, 0)] {
        let script = Script { takes: std::time::Duration::from_secs(takes), ..Script::constant(1.0) };
        let (bus, scope, begin) = (bus(up(), &Arc::new(script)), Scope::detached(), Instant::now());
        let token = scope.token.clone();
        let control = Control { duration: Duration::from_secs(duration), ..Control::default() };
        let measuring = bus.dispatch::<Measure>(&scope, Measuring { metrics: None, control }).keep_errors();
        let cancel = async {
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            token.cancel();
        };
        let (measured, ()) = tokio::join!(measuring.into_future(), cancel);
        assert_eq!(measured.unwrap().answers().unwrap_err().class(), Class::Cancelled);
        assert_eq!(begin.elapsed().as_secs(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_that_no_calendar_has_is_a_failure() {
    let bus = bus(up(), &Arc::new(Script::constant(1.0)));
    let (class, message) = message(measure(&bus, json!({"control": {"duration": "900000y"}})).await);
    assert_eq!(class, Class::Failed, "{message}");
}

/// The recorded session 30: a scalar, no numbers, and each policy for what is absent, with the values of the server.
#[tokio::test(start_paused = true)]
async fn the_recorded_session_is_measured_as_it_was() {
    let section = json!({"metrics": [
        {"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"},
        {"name": "multi", "unit": "rps", "query": "by_code", "step": "5s"},
        {"name": "scalar", "query": "scalar(up)", "step": "5s"},
        {"name": "nanny", "unit": "%", "query": "0/0", "step": "5s"},
        {"name": "absent_ignore", "unit": "rps", "query": "gone", "step": "5s"},
        {"name": "absent_zero", "unit": "rps", "query": "gone", "step": "5s", "absent": "zero"},
        {"name": "absent_warn", "unit": "rps", "query": "gone", "step": "5s", "absent": "warn"},
    ]});
    let script = Script::of(|asked| {
        let (Asked::Range(query, ..) | Asked::At(query, _)) = asked else { panic!("{asked:?}") };
        let labels = [("instance", "localhost:9090"), ("job", "prometheus")];
        let found = match query.as_str() {
            "by_code" => {
                ["200", "302"].map(|code| series(&[labels[0], labels[1], ("code", code)], asked, 0.5)).into()
            }
            "scalar(up)" | "absent(gone)" => vec![series(&[], asked, 1.0)],
            "0/0" => vec![Series { dropped: 2, ..Series::default() }],
            "gone" => Vec::new(),
            "gone or on() vector(0)" => vec![series(&[], asked, 0.0)],
            _ => vec![series(&labels, asked, 1.0)],
        };
        Ok(Answer { series: found, ..Answer::default() })
    });
    let bus = bus(section, &Arc::new(script));
    let measured =
        measure(&bus, json!({"control": {"duration": "10s", "warmup": "2s", "delay": "2s"}})).await.unwrap();
    let counts: Vec<_> = all_series(&measured)
        .iter()
        .map(|series| (series.metric.name.clone(), series.points().len()))
        .collect();
    let expected = [("up", 11), ("multi", 3), ("multi", 3), ("scalar", 3), ("absent_zero", 3)];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
    assert_eq!(all_series(&measured)[0].id.as_deref(), Some("{instance=localhost:9090,job=prometheus}"));
    assert_eq!(measured.mean_of("absent_zero"), Some(0.0));
}
