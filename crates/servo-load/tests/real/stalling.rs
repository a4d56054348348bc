//! A server that stalls: what an open loop must show, and a closed one would hide.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{attack, of, section};
use crate::server::{Answers, Server};

const STALL: Answers = Answers::Stalling(Duration::from_millis(500), Duration::from_secs(1));

#[tokio::test]
async fn every_request_that_was_due_is_sent_and_the_stall_is_in_the_latencies() {
    let server = Server::start(STALL, None);
    let target = format!("GET {}", server.url("/"));
    let measured = attack(section("200/1s", &target, &json!({})), "2s").await.unwrap();
    assert_eq!(server.requests(), 400, "a stall takes nothing from the load");
    // Half of the requests are due while it stalls, and wait for half a second on the average.
    assert!(of(&measured, "latency_99th") >= 900.0, "{}", of(&measured, "latency_99th"));
    assert!(of(&measured, "latency_max") >= 950.0 && of(&measured, "latency_max") < 1_800.0);
    assert!((of(&measured, "latency_mean") - 250.0).abs() < 60.0, "{}", of(&measured, "latency_mean"));
    assert_eq!(of(&measured, "error_rate"), 0.0);
}

#[tokio::test]
async fn what_waits_for_others_to_end_waits_in_its_latency() {
    let server = Server::start(STALL, None);
    let target = format!("GET {}", server.url("/"));
    let measured = attack(section("200/1s", &target, &json!({"max_workers": 4})), "2s").await.unwrap();
    assert_eq!(server.requests(), 400);
    assert!(server.connections() <= 4, "{} connections", server.connections());
    assert!((of(&measured, "latency_mean") - 250.0).abs() < 60.0, "{}", of(&measured, "latency_mean"));
    assert!(of(&measured, "latency_99th") >= 900.0, "only four requests were stalled by the server itself");
    let result = &measured.annotations()["load_result"];
    let service: f64 =
        result.split("from sending on: 50th=").nth(1).unwrap().split("ms").next().unwrap().parse().unwrap();
    assert!(service < 100.0, "from sending on they were fast: {result}");
}
