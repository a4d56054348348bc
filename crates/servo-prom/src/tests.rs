//! The connector on a bus of its own, and what its settings refuse.

use servo_core::context::Host;
use servo_core::event::{Bus, Member, Scope};
use servo_core::model::Control;

use super::*;

fn settings(value: f64) -> Settings {
    Settings { metric: "throughput".to_owned(), value }
}

#[test]
fn a_rate_below_zero_is_refused_with_its_key() {
    for value in [-1.0, f64::NAN, f64::INFINITY] {
        let error = Prometheus::new("prometheus", settings(value)).unwrap_err();
        assert_eq!(error.key(), Some("value"), "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_measurement_gives_the_value_of_the_settings() {
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new(
        "prometheus",
        "prometheus",
        Prometheus::new("prometheus", settings(1000.0)).unwrap(),
    ))
    .unwrap();
    let input = Measuring { metrics: None, control: Control::default() };
    let results = bus.dispatch::<Measure>(&Scope::detached(), input).await.unwrap().into_results();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].value.as_ref().unwrap().mean_of("throughput"), Some(1000.0));
}
