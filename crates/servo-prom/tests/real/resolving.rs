//! Long ranges and many metrics: more points than a server gives at once, and what that takes.

use serde_json::{Value, json};

use crate::fixture::{Server, bus, measure, of};

#[tokio::test]
async fn a_range_of_more_points_than_a_server_gives_at_once_is_asked_for_in_parts() {
    let section = json!({"metrics": [{"name": "time", "query": "time()", "step": "1ms"}]});
    let servers = [Server::debian().await, Server::current().await];
    let measuring = servers.iter().map(|server| async {
        // Prometheus gives 11,000 at most.
        let bus = bus(&server.url(), &section);
        let measured = measure(&bus, &[], json!({"duration": "12s"})).await.unwrap();
        let points = of(&measured, "time")[0].points().to_vec();
        assert_eq!(points.len(), 12_001);
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0), "none twice, none out of order");
    });
    futures::future::join_all(measuring).await;
}

#[tokio::test]
async fn two_hundred_metrics_are_measured_side_by_side() {
    let server = Server::current().await.scraped().await;
    let metrics: Vec<Value> = (0..200)
        .map(|n| json!({"name": format!("m{n}"), "query": format!("go_goroutines + {n}"), "step": "1ms"}))
        .collect();
    let measured =
        measure(&bus(&server.url(), &json!({"metrics": metrics})), &[], json!({"duration": "3599ms"})).await;
    let measured = measured.unwrap();
    assert_eq!(measured.readings().len(), 200);
    assert!(of(&measured, "m199")[0].points().len() > 3_500);
}
