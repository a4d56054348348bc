//! What the servers answer, measured: the recorded sessions 30, 30b and 30f, and better where those lost something.

use serde_json::{Value, json};
use servo_core::check::Status;
use servo_testkit::server::{Edition, NodeExporter, Prometheus};

use crate::fixture::{Server, bus, check, measure, of};

/// The metrics of the recorded session 30.
fn section() -> Value {
    json!({"metrics": [
        {"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"},
        {"name": "goroutines", "query": "go_goroutines{job=\"prometheus\"}", "step": "1s"},
        {"name": "rps", "unit": "rps", "query": "sum(rate(prometheus_http_requests_total[1m]))", "step": "1s"},
        {"name": "multi", "unit": "rps", "query": "prometheus_http_requests_total", "step": "1s"},
        {"name": "scalar", "query": "scalar(sum(up{job=\"prometheus\"}))", "step": "1s"},
        {"name": "nanny", "unit": "%", "query": "up{job=\"prometheus\"} * 0 / 0", "step": "1s"},
        {"name": "absent_ignore", "unit": "rps", "query": "nobody_has_this", "step": "1s"},
        {"name": "absent_zero", "unit": "rps", "query": "nobody_has_this", "step": "1s", "absent": "zero"},
        {"name": "absent_warn", "unit": "rps", "query": "nobody_has_this", "step": "1s", "absent": "warn"},
    ]})
}

/// Measures all of it for three seconds, and compares with what must be.
async fn answers_as_it_was_recorded(server: &Server) {
    let bus = bus(&server.url(), &section());
    let control = json!({"duration": "3s", "warmup": "1s", "delay": "1s"});
    let measured = measure(&bus, &[], control).await.unwrap();
    let up = of(&measured, "up");
    assert_eq!(up.len(), 1);
    assert_eq!(up[0].points().len(), 4, "both ends of three seconds, one each second");
    assert!(up[0].points().iter().all(|(_, value)| (*value - 1.0).abs() < 1e-9), "{up:?}");
    assert!(up[0].id.as_deref().unwrap().contains("job=prometheus"), "{:?}", up[0].id);
    assert!(measured.mean_of("goroutines").unwrap() > 1.0);
    let multi = of(&measured, "multi");
    assert!(multi.len() > 1, "series of several handlers stay apart");
    assert!(multi.iter().all(|series| series.labels.contains_key("handler")));
    assert_eq!(measured.mean_of("scalar"), Some(1.0));
    assert!(of(&measured, "nanny").is_empty(), "what is no number is no reading");
    assert!(of(&measured, "absent_ignore").is_empty() && of(&measured, "absent_warn").is_empty());
    assert_eq!(measured.mean_of("absent_zero"), Some(0.0));
}

#[tokio::test]
async fn debians_prometheus_answers_as_it_was_recorded() {
    answers_as_it_was_recorded(&Server::debian().await.scraped().await).await;
}

#[tokio::test]
async fn a_current_prometheus_answers_as_it_was_recorded() {
    answers_as_it_was_recorded(&Server::current().await.scraped().await).await;
}

#[tokio::test]
async fn thanos_answers_as_it_was_recorded() {
    answers_as_it_was_recorded(&Server::thanos().await.scraped().await).await;
}

#[tokio::test]
async fn a_violated_objective_ends_a_measurement_as_it_was_recorded() {
    let server = Server::debian().await.scraped().await;
    let section = json!({
        "metrics": [{"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"}],
        "fast_fail": {"period": "1s", "span": "2s"},
    });
    let condition = json!({
        "metric": "up", "threshold": 0.5, "keep": "below", "trigger_count": 2, "trigger_window": 2,
        "description": "too high",
    });
    let control = json!({"duration": "60s", "userdata": {"slo": {"conditions": [condition]}}});
    let begin = tokio::time::Instant::now();
    let error = measure(&bus(&server.url(), &section), &["up"], control).await.unwrap_err();
    assert_eq!((error.class().status(), error.reason()), ("aborted", Some("slo-violation")));
    let text = error.message();
    assert!(text.starts_with("SLO violation(s) observed: (up below 0.5 -> too high)["), "{text}");
    assert_eq!(text.matches("SLO failed metric value 1 was not below threshold value 0.5").count(), 2);
    assert!(begin.elapsed().as_secs() < 30, "long before its end");
}

#[tokio::test]
async fn a_native_histogram_is_its_mean() {
    let jobs = "- {job_name: native, scrape_native_histograms: true, static_configs: [{targets: ['SELF']}]}";
    let first = Prometheus::start(Edition::Current).await;
    let jobs = jobs.replace("SELF", first.address());
    let second = Prometheus::scraping(Edition::Current, &jobs, &[]).await;
    let section = json!({"metrics": [{
        "name": "native", "unit": "s", "step": "1s",
        "query": "prometheus_http_request_duration_seconds{job=\"native\",handler=\"/metrics\"}",
    }]});
    let bus = bus(&second.url(), &section);
    for _ in 0..60 {
        let measured = measure(&bus, &[], json!({"duration": "1s"})).await.unwrap();
        if let [series] = &of(&measured, "native")[..] {
            let mean = series.mean().unwrap();
            assert!(mean > 0.0 && mean < 10.0, "a scrape of itself takes {mean} s");
            return;
        }
    }
    panic!("it has no native histogram of itself");
}

#[tokio::test]
async fn checks_say_what_each_query_gives() {
    let node = NodeExporter::start().await;
    let jobs = format!("- {{job_name: node, static_configs: [{{targets: ['{}']}}]}}", node.address());
    let server = Server::Prometheus(Prometheus::scraping(Edition::Debian, &jobs, &[]).await).scraped().await;
    let mut section = section();
    section["targets"] = json!([{"labels": {"job": "node"}}, {"labels": {"job": "gone"}}]);
    let checks = check(&bus(&server.url(), &section)).await;
    assert!(checks[0].name.starts_with("Connect to \"http://127.0.0.1:"), "{}", checks[0].name);
    assert_eq!(checks[0].status, Status::Passed, "{:?}", checks[0]);
    let targets = checks.iter().find(|check| check.name == "Active targets").unwrap();
    assert!(targets.failed() && format!("{targets:?}").contains("gone"), "{targets:?}");
    let up = checks.iter().find(|check| check.name.contains("up{job=")).unwrap();
    assert!(up.message.as_deref().unwrap().contains("returned 1 result"), "{up:?}");
}

#[tokio::test]
async fn a_server_without_a_list_of_targets_is_checked_all_the_same() {
    let server = Server::thanos().await.scraped().await;
    let checks = check(&bus(&server.url(), &section())).await;
    let targets = checks.iter().find(|check| check.name == "Active targets").unwrap();
    assert!(targets.passed() && checks[0].passed(), "{:?}", &checks[..2]);
    let up = checks.iter().find(|check| check.name.contains("up{job=\"prometheus\"}\"")).unwrap();
    assert_eq!(up.status, Status::Passed, "{up:?}");
}
