//! Servers that answer.

use serde_json::{Value, json};
use servo_core::pubsub::Selector;

use crate::fixture::{attack, bus, measure, of, section};
use crate::server::{Answers, Server, locked};

#[tokio::test]
async fn as_many_requests_are_sent_as_the_rate_says_and_every_metric_is_measured() {
    let server = Server::start(Answers::With(200), None);
    let section = section("200/1s", &format!("GET {}", server.url("/cart?id=1")), &json!({}));
    let measured = attack(section, "1s").await.unwrap();
    assert_eq!(server.requests(), 200);
    assert_eq!(measured.readings().len(), 11);
    // What comes after the end is no throughput of that time; this leaves a busy machine 200 ms.
    assert!((9_600.0..=12_000.0).contains(&of(&measured, "throughput")), "{}", of(&measured, "throughput"));
    assert_eq!(of(&measured, "error_rate"), 0.0);
    assert!(
        of(&measured, "latency_min") > 0.0 && of(&measured, "latency_min") <= of(&measured, "latency_50th")
    );
    let total = of(&measured, "latency_mean") * 200.0;
    assert!((of(&measured, "latency_total") - total).abs() < 1e-6 * total);
    let profile =
        "Loading 1 URL(s) for 1s (delay of 0, warmup of 0) at a rate of 200/1s (reporting every 15s)";
    assert_eq!(measured.annotations()["load_profile"], profile);
    assert!(measured.annotations()["load_result"].contains("200 requests due"), "{measured:?}");
}

#[tokio::test]
async fn connections_are_kept_or_made_anew_as_it_is_configured() {
    let server = Server::start(Answers::With(200), None);
    let target = format!("GET {}", server.url("/"));
    attack(section("100/1s", &target, &json!({})), "500ms").await.unwrap();
    assert!(server.connections() < 25, "{} connections for 50 requests", server.connections());
    let before = server.connections();
    attack(section("100/1s", &target, &json!({"keepalive": false})), "500ms").await.unwrap();
    assert_eq!(server.connections() - before, 50);
}

#[tokio::test]
async fn the_warm_up_is_sent_before_and_not_measured() {
    let server = Server::start(Answers::With(200), None);
    let bus = bus("vegeta", section("100/1s", &format!("GET {}", server.url("/")), &json!({})));
    let measured = measure(&bus, json!({"duration": "500ms", "warmup": "400ms"})).await.unwrap();
    assert_eq!(server.requests(), 40 + 50);
    assert!(measured.annotations()["load_result"].contains("50 requests due"), "{measured:?}");
}

#[tokio::test]
async fn the_optimizer_asks_for_its_own_load() {
    let server = Server::start(Answers::With(200), None);
    let bus = bus("load", section("10/1s", &format!("GET {}", server.url("/")), &json!({})));
    let load = json!({"steps": [{"rate": "100/1s", "for": "200ms"}, {"rate": "300/1s"}]});
    measure(&bus, json!({"duration": "500ms", "load": load})).await.unwrap();
    assert_eq!(server.requests(), 20 + 90);
    let error = measure(&bus, json!({"duration": "1s", "load": {"rate": "fast"}})).await.unwrap_err();
    assert_eq!(error.key(), Some("control.load.rate"));
}

#[tokio::test]
async fn targets_take_turns_with_their_methods_headers_and_bodies() {
    let server = Server::start(Answers::With(200), None);
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("order.json");
    std::fs::write(&body, "{\"order\": 1}").unwrap();
    let file = folder.path().join("targets.http");
    let (one, two) = (server.url("/one"), server.url("/two"));
    std::fs::write(&file, format!("GET {one}\n\nPOST {two}\nX-Test: 1\n@{}\n", body.display())).unwrap();
    let section = json!({"rate": "100/1s", "targets": file});
    attack(section, "200ms").await.unwrap();
    let lines: Vec<String> = server.heads().into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, ["GET /one", "POST /two"]);
    let bodies = locked(&server.seen.bodies);
    assert_eq!(bodies.len(), 10);
    assert!(bodies.iter().all(|body| body == "{\"order\": 1}"));
}

#[tokio::test]
async fn json_targets_have_their_bodies_in_base64() {
    let server = Server::start(Answers::With(200), None);
    let line = |path: &str| {
        format!("{{\"method\": \"PUT\", \"url\": \"{}\", \"body\": \"aGVsbG8=\"}}", server.url(path))
    };
    let target = format!("{}\n{}", line("/a"), line("/b"));
    attack(section("100/1s", &target, &json!({"format": "json"})), "100ms").await.unwrap();
    assert_eq!(server.heads().len(), 2);
    assert!(locked(&server.seen.bodies).iter().all(|body| body == "hello"));
}

#[tokio::test]
async fn large_answers_are_read_whole_or_as_far_as_it_is_configured() {
    let server = Server::start(Answers::Bytes(100_000), None);
    let target = format!("GET {}", server.url("/"));
    attack(section("50/1s", &target, &json!({})), "400ms").await.unwrap();
    assert!(server.connections() < 20, "connections are used again after a whole body");
    let before = server.connections();
    let measured = attack(section("50/1s", &target, &json!({"max_body": 0})), "400ms").await.unwrap();
    assert_eq!(server.connections() - before, 20, "one that is not read to its end is closed");
    assert_eq!(of(&measured, "error_rate"), 0.0);
}

#[tokio::test]
async fn figures_of_each_interval_are_published_for_whoever_subscribed() {
    let server = Server::start(Answers::With(200), None);
    let more = json!({"reporting_interval": "200ms"});
    let bus = bus("load", section("100/1s", &format!("GET {}", server.url("/")), &more));
    let mut servox = bus.host().exchange().subscribe("loadgen.vegeta".parse::<Selector>().unwrap());
    let mut own = bus.host().exchange().subscribe("loadgen.load".parse::<Selector>().unwrap());
    measure(&bus, json!({"duration": "500ms"})).await.unwrap();
    for _ in 0..3 {
        let delivered = servox.next().await.unwrap();
        let published: Value = delivered.message.json().unwrap();
        assert_eq!(published["connector"], "load");
        assert_eq!(published["readings"].as_array().unwrap().len(), 11);
        assert!(own.next().await.is_some());
    }
}
