//! A real Prometheus measured for an optimizer: the recorded sessions 30 to 30g, where the original ended at every failure.

use serde_json::{Value, json};
use servo_testkit::backend::{Answer, Kind, Received};
use servo_testkit::server::{Edition, Prometheus};

use crate::document::TOKEN;
use crate::optimizer::Optimizer;
use crate::program::{Place, Servo};

/// The section of the recorded sessions.
const METRICS: &str = r#"  fast_fail: {period: 1s, span: 2s}
  metrics:
  - {name: up, query: 'up{job="prometheus"}', step: 1s}
  - {name: goroutines, query: 'go_goroutines{job="prometheus"}', step: 1s}
  - {name: multi, unit: rps, query: prometheus_http_requests_total, step: 1s}
  - {name: scalar, query: 'scalar(sum(up{job="prometheus"}))', step: 1s}
  - {name: nanny, unit: '%', query: 'up{job="prometheus"} * 0 / 0', step: 1s}
  - {name: absent_ignore, query: nobody_has_this, step: 1s}
  - {name: absent_zero, query: nobody_has_this, step: 1s, absent: zero}
  - {name: absent_fail, query: nobody_has_this, step: 1s, absent: fail}
  - {name: bad, query: 'up{', step: 1s}
"#;

/// An optimizer, and a servo that it drives and that asks a Prometheus.
struct Driven {
    optimizer: Optimizer,
    servo: Servo,
    _place: Place,
}

impl Driven {
    async fn start(prometheus: &Prometheus) -> Self {
        let optimizer = Optimizer::start().await;
        let base_url = format!("http://{}", optimizer.address);
        let place = Place::new(&format!(
            "name: shop\noptimizer: {{id: example.com/shop, token: {TOKEN}, base_url: '{base_url}'}}\nprometheus:\n  \
             base_url: {}\n{METRICS}",
            prometheus.url()
        ));
        optimizer.keep_awake();
        let servo = place.start(&["run"]);
        optimizer.hear(Kind::WhatsNext, 1).await;
        Self { optimizer, servo, _place: place }
    }

    /// Has it measure, and gives the report.
    async fn measure(&self, metrics: &[&str], control: Value) -> Received {
        let before = self.optimizer.backend.count(Kind::Measurement);
        let command = Answer::command("MEASURE", "m", json!({"metrics": metrics, "control": control}));
        self.optimizer.backend.answer(Kind::WhatsNext, command);
        let report = self.optimizer.hear(Kind::Measurement, before + 1).await;
        // It is alive, and asks for more.
        self.optimizer.hear(Kind::WhatsNext, self.optimizer.backend.count(Kind::WhatsNext) + 1).await;
        report
    }
}

/// A Prometheus that has scraped itself.
async fn scraped() -> Prometheus {
    let prometheus = Prometheus::start(Edition::Debian).await;
    let driven = Driven::start(&prometheus).await;
    for _ in 0..60 {
        let report = driven.measure(&["up"], json!({"duration": "500ms"})).await;
        if report.param("metrics")["up"]["values"].as_array().is_some_and(|series| !series.is_empty()) {
            return prometheus;
        }
    }
    panic!("it scraped nothing");
}

#[tokio::test]
async fn what_was_measured_reaches_the_optimizer_with_every_series_and_no_bare_nan() {
    let prometheus = scraped().await;
    let driven = Driven::start(&prometheus).await;
    let wanted = ["up", "goroutines", "multi", "scalar", "absent_ignore", "absent_zero"];
    let report = driven.measure(&wanted, json!({"duration": "3s", "warmup": "1s", "delay": "1s"})).await;
    assert_eq!(report.param("status"), "ok", "{:?}", report.body);
    let values = |name: &str| report.param("metrics")[name]["values"].as_array().cloned().unwrap_or_default();
    assert_eq!(values("up")[0]["data"].as_array().unwrap().len(), 4);
    assert!(values("multi").len() > 1 && values("goroutines").len() == 1);
    assert_eq!(values("scalar")[0]["data"][0][1], 1.0);
    assert_eq!(values("absent_zero")[0]["data"][0][1], 0.0);
    let nan = driven.measure(&["nanny"], json!({"duration": "2s"})).await;
    assert_ne!(nan.param("status"), &Value::Null, "what came is JSON");
    assert_eq!(driven.servo.terminate().await.code, 0);
}

#[tokio::test]
async fn every_failure_is_reported_as_failed_and_the_servo_goes_on() {
    let mut prometheus = scraped().await;
    let driven = Driven::start(&prometheus).await;
    let cases = [
        ("absent_fail", "required metric 'absent_fail' is absent from Prometheus"),
        ("bad", "parse error: unexpected"),
        ("nope", "nope"),
    ];
    for (metric, part) in cases {
        let report = driven.measure(&[metric], json!({"duration": "1s"})).await;
        assert_eq!(report.param("status"), "failed", "{metric}: {:?}", report.body);
        assert!(report.param("message").as_str().unwrap().contains(part), "{metric}: {:?}", report.body);
    }
    prometheus.kill();
    let report = driven.measure(&["up"], json!({"duration": "1s"})).await;
    assert_eq!(report.param("status"), "failed", "{:?}", report.body);
    prometheus.restart().await;
    let report = driven.measure(&["up"], json!({"duration": "1s"})).await;
    assert_eq!(report.param("status"), "ok", "{:?}", report.body);
    assert_eq!(driven.servo.terminate().await.code, 0);
}

#[tokio::test]
async fn a_violated_objective_aborts_the_measurement_with_what_was_seen() {
    let prometheus = scraped().await;
    let driven = Driven::start(&prometheus).await;
    let condition = json!({
        "description": "too high", "metric": "up", "threshold": 0.5, "keep": "below", "trigger_count": 2,
        "trigger_window": 2,
    });
    let control = json!({"duration": 30, "userdata": {"slo": {"conditions": [condition]}}});
    let report = driven.measure(&["up"], control).await;
    assert_eq!(
        (report.param("status"), report.param("reason")),
        (&json!("aborted"), &json!("slo-violation"))
    );
    let message = report.param("message").as_str().unwrap();
    assert!(message.starts_with("SLO violation(s) observed: (up below 0.5 -> too high)["), "{message}");
    assert_eq!(driven.servo.terminate().await.code, 0);
}
