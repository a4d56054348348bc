//! What is published while a servo runs, and what an observer takes from it, on a paused clock.

use serde_json::json;
use servo_core::Class;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::event::{Bus, Scope};
use servo_core::model::Control;
use tokio::time::Instant;

use super::*;
use crate::scripted::{Asked, Script, bus, refused, series};
use crate::source::Answer;

fn section(more: &serde_json::Value) -> serde_json::Value {
    let mut section = json!({
        "metrics": [{"name": "up", "query": "up", "step": "1s"}, {"name": "other", "unit": "rps", "query": "other"}],
        "streaming_interval": "5s",
    });
    section.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    section
}

async fn start(bus: &Arc<Bus>) {
    bus.dispatch::<Startup>(&Scope::detached(), ()).await.unwrap().answers().unwrap();
}

async fn stop(bus: &Arc<Bus>) {
    bus.dispatch::<Shutdown>(&Scope::detached(), Ending::default()).await.unwrap().answers().unwrap();
}

async fn pass(seconds: u64) {
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn readings_are_published_on_the_interval_from_startup_to_shutdown() {
    let script = Arc::new(Script::constant(2.5));
    let bus = bus(section(&json!({})), &script);
    let mut metrics = bus.host().exchange().subscribe(channel("prometheus").unwrap());
    pass(60).await;
    assert!(metrics.try_next().is_none(), "not before the servo runs");
    let begin = Instant::now();
    start(&bus).await;
    let mut came = Vec::new();
    for _ in 0..3 {
        let delivery = metrics.next().await.unwrap();
        came.push(begin.elapsed().as_secs());
        assert_eq!(
            (delivery.channel.as_str(), delivery.message.content_type()),
            ("metrics.prometheus", Message::JSON)
        );
        let published: Published = delivery.message.json().unwrap();
        let read: Vec<_> = published.readings.iter().map(|it| (it.metric.to_string(), it.value)).collect();
        assert_eq!(read, [("up ()".to_owned(), 2.5), ("other (rps)".to_owned(), 2.5)]);
        assert_eq!(published.readings[0].labels["job"], "shop");
    }
    assert_eq!(came, [0, 5, 10]);
    stop(&bus).await;
    pass(60).await;
    assert!(metrics.try_next().is_none(), "not after it ended");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_published_unless_that_is_wanted() {
    let script = Arc::new(Script::constant(1.0));
    let bus = bus(section(&json!({"streaming_interval": null})), &script);
    start(&bus).await;
    pass(60).await;
    assert!(script.asked().is_empty() && bus.host().exchange().channels().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_query_that_fails_is_named_and_the_others_are_published() {
    let script = Script::of(|asked| match asked {
        Asked::At(query, _) if query == "up" => Err(refused()),
        _ => Ok(Answer { series: vec![series(&[], asked, 1.0)], ..Answer::default() }),
    });
    let bus = bus(section(&json!({})), &Arc::new(script));
    let mut metrics = bus.host().exchange().subscribe(channel("prometheus").unwrap());
    start(&bus).await;
    let published: Published = metrics.next().await.unwrap().message.json().unwrap();
    assert_eq!((published.readings.len(), published.failed), (1, vec!["up".to_owned()]));
    stop(&bus).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_publishes_nothing_and_what_publishes_goes_on() {
    let begin = Instant::now();
    let script = Script::of(move |asked| match asked {
        _ if begin.elapsed().as_secs() < 12 => Err(refused()),
        _ => Ok(Answer { series: vec![series(&[], asked, 1.0)], ..Answer::default() }),
    });
    let bus = bus(section(&json!({})), &Arc::new(script));
    let mut metrics = bus.host().exchange().subscribe(channel("prometheus").unwrap());
    start(&bus).await;
    metrics.next().await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 15);
    stop(&bus).await;
}

/// Measures `up` for as long, with an objective that it keeps.
async fn measure(bus: &Arc<Bus>, seconds: u64, threshold: f64) -> Result<servo_core::model::Measurement> {
    let slo = json!({"conditions": [{"metric": "up", "threshold": threshold}]});
    let control: Control =
        serde_json::from_value(json!({"duration": seconds, "userdata": {"slo": slo}})).unwrap();
    let input = Measuring { metrics: None, control };
    let dispatched = bus.dispatch::<Measure>(&Scope::detached(), input).keep_errors().await.unwrap();
    dispatched.answers().map(|answers| answers.into_iter().next().unwrap().1)
}

fn ranges(script: &Script) -> usize {
    script.asked().iter().filter(|asked| matches!(asked, Asked::Range(query, ..) if query == "up")).count()
}

#[tokio::test(start_paused = true)]
async fn what_was_published_is_not_asked_for_again() {
    let script = Arc::new(Script::constant(1.0));
    let bus = bus(section(&json!({"fast_fail": {"period": "20s"}})), &script);
    start(&bus).await;
    measure(&bus, 100, 2.0).await.unwrap();
    assert_eq!(ranges(&script), 1, "the measurement itself");
    let error = measure(&bus, 100, 0.5).await.unwrap_err();
    assert_eq!(error.class(), Class::Aborted);
    assert!(error.message().contains("metric value 1 was not below threshold value 0.5"), "{error}");
    assert_eq!(ranges(&script), 1);
    stop(&bus).await;
}

#[tokio::test(start_paused = true)]
async fn the_server_is_asked_until_a_whole_span_was_published_and_where_nothing_was() {
    let script = Arc::new(Script::constant(1.0));
    let bus = bus(section(&json!({"fast_fail": {"period": "20s", "span": "50s"}})), &script);
    start(&bus).await;
    measure(&bus, 100, 2.0).await.unwrap();
    assert_eq!(ranges(&script), 3, "the rounds at 20 s and 40 s, and the measurement");
    stop(&bus).await;
    measure(&bus, 100, 2.0).await.unwrap();
    assert_eq!(ranges(&script), 3 + 5, "four rounds and the measurement");
}

#[test]
fn an_interval_that_says_less_than_the_server_or_too_much_is_not_used() {
    let fits = |interval, span| {
        Window::fits(
            servo_core::duration::Duration::from_millis(interval),
            servo_core::duration::Duration::from_millis(span),
        )
    };
    assert!(fits(5000, 60_000) && fits(60_000, 60_000) && fits(1, 1000));
    assert!(!fits(61_000, 60_000) && !fits(1, 2000) && !fits(0, 0));
}

#[test]
fn a_channel_is_named_for_the_instance_where_that_can_be() {
    assert_eq!(channel("prom-two").unwrap().as_str(), "metrics.prom-two");
    let error = channel("prom_").unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("streaming_interval")), "{error}");
}
