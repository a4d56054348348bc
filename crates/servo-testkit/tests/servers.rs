//! The servers that tests start: each starts, answers, ends when it is dropped, and starts again where it was.

use std::net::TcpStream;

use servo_testkit::server::{Edition, NodeExporter, Prometheus, Thanos};

fn listens(url: &str) -> bool {
    TcpStream::connect(url.trim_start_matches("http://")).is_ok()
}

#[tokio::test]
async fn a_prometheus_of_either_edition_ends_with_the_test_and_starts_again_where_it_was() {
    for edition in [Edition::Debian, Edition::Current] {
        let mut server = Prometheus::start(edition).await;
        let url = server.url();
        server.kill();
        assert!(!listens(&url), "{edition:?}");
        server.restart().await;
        assert!(listens(&url), "{edition:?}");
        drop(server);
        assert!(!listens(&url), "{edition:?}");
    }
}

#[tokio::test]
async fn thanos_and_the_node_exporter_start() {
    let thanos = Thanos::start(Prometheus::start(Edition::Current).await).await;
    assert!(listens(&thanos.url()));
    assert!(listens(NodeExporter::start().await.address()));
}
