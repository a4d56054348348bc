//! What happens while a measurement lasts, once for real: readings on a channel, and an end before the time.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use servo_core::event::Scope;
use servo_core::event::standard::{Ending, Shutdown, Startup};
use servo_core::pubsub::Selector;

use crate::fixture::{Server, bus, measure, of};

#[tokio::test]
async fn readings_are_published_while_the_servo_runs() {
    let server = Server::current().await.scraped().await;
    let section = json!({
        "metrics": [{"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"}],
        "streaming_interval": "500ms",
    });
    let bus = bus(&server.url(), &section);
    let selector: Selector = "metrics.*".parse().unwrap();
    let mut subscription = bus.host().exchange().subscribe(selector);
    let scope = Scope::detached();
    bus.dispatch::<Startup>(&scope, ()).await.unwrap();
    for _ in 0..3 {
        let next = tokio::time::timeout(Duration::from_secs(20), subscription.next()).await;
        let delivery = next.unwrap().unwrap();
        assert_eq!(delivery.channel.as_str(), "metrics.prometheus");
        let message: Value = delivery.message.json().unwrap();
        assert_eq!(message["readings"][0]["metric"]["name"], "up");
        assert_eq!(message["readings"][0]["value"], 1.0);
    }
    bus.dispatch::<Shutdown>(&scope, Ending { reason: "shutdown".to_owned() }).await.unwrap();
}

#[tokio::test]
async fn a_measurement_ends_when_its_metrics_turn_idle() {
    let server = Server::current().await;
    // There is load for three seconds from now on, and none after them.
    let end = Timestamp::now().as_second() + 4;
    let section = json!({
        "metrics": [{"name": "load", "query": format!("vector(time() < bool {end})"), "step": "1s"}],
        "fast_fail": {"period": "1s"},
        "eager": {"metrics": ["load"], "after": 2},
    });
    let begin = tokio::time::Instant::now();
    let measured = measure(&bus(&server.url(), &section), &[], json!({"duration": "100s"})).await.unwrap();
    let lasted = begin.elapsed().as_secs();
    assert!((4..60).contains(&lasted), "{lasted}");
    assert!(measured.annotations()["ended early"].starts_with("idle after"), "{:?}", measured.annotations());
    let points = of(&measured, "load")[0].points().len();
    assert!((3..60).contains(&points), "{points}");
}
