//! How measurements fail: the recorded sessions 30c, 30d, 30e and 30g, and a server that ends in the middle.

use std::time::Duration;

use serde_json::json;
use servo_core::Class;
use servo_testkit::server::{Edition, Prometheus};

use crate::fixture::{Server, bus, measure, of};

fn up() -> serde_json::Value {
    json!({"metrics": [{"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"}]})
}

/// What went wrong, in the words of the server where it has some.
async fn fails_in_the_servers_words(server: &Server) {
    let section = json!({"metrics": [
        {"name": "bad", "query": "up{", "step": "1s"},
        {"name": "unknown", "query": "nosuchfunction(up)", "step": "1s"},
        {"name": "required", "query": "nobody_has_this", "step": "1s", "absent": "fail"},
        {"name": "up", "query": "up{job=\"prometheus\"}", "step": "1s"},
    ]});
    let bus = bus(&server.url(), &section);
    let error = measure(&bus, &["bad"], json!({"duration": "1s"})).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().contains("parse error: unexpected"), "30d: {error:?}");
    let error = measure(&bus, &["unknown"], json!({"duration": "1s"})).await.unwrap_err();
    assert!(error.message().contains("unknown function with name \"nosuchfunction\""), "{error:?}");
    let error = measure(&bus, &["required"], json!({"duration": "1s"})).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().contains("required metric 'required' is absent"), "30c: {error:?}");
    // 30g: nobody here has a metric of that name.
    let error = measure(&bus, &["nope"], json!({"duration": "1s"})).await.unwrap_err();
    assert_eq!((error.class(), error.message()), (Class::Failed, "no connector provides the metric `nope`"));
    let measured = measure(&bus, &["up"], json!({"duration": "1s"})).await.unwrap();
    assert_eq!(of(&measured, "up").len(), 1, "and it goes on");
}

#[tokio::test]
async fn debians_prometheus_says_what_is_wrong() {
    fails_in_the_servers_words(&Server::debian().await.scraped().await).await;
}

#[tokio::test]
async fn a_current_prometheus_says_what_is_wrong() {
    fails_in_the_servers_words(&Server::current().await.scraped().await).await;
}

#[tokio::test]
async fn thanos_says_what_is_wrong() {
    fails_in_the_servers_words(&Server::thanos().await.scraped().await).await;
}

/// 30e, where the servo ended.
#[tokio::test]
async fn a_server_that_is_down_fails_the_measurement_and_the_next_one_succeeds() {
    let mut server = Prometheus::start(Edition::Debian).await;
    let bus = bus(&server.url(), &up());
    server.kill();
    let error = measure(&bus, &["up"], json!({"duration": "1s"})).await.unwrap_err();
    assert_eq!((error.class(), error.class().status()), (Class::Connection, "failed"));
    assert!(error.message().contains("`up`"), "{error:?}");
    server.restart().await;
    // It finds what to scrape five seconds after it starts.
    let measured = measure(&bus, &["up"], json!({"warmup": "6s", "duration": "3s"})).await.unwrap();
    assert_eq!(of(&measured, "up").len(), 1);
}

#[tokio::test]
async fn a_server_that_is_killed_and_restarted_in_the_middle_loses_only_what_it_did_not_scrape() {
    for server in [Server::debian().await, Server::current().await] {
        let Server::Prometheus(mut server) = server.scraped().await else { panic!("it was one") };
        let bus = bus(&server.url(), &up());
        let measuring = measure(&bus, &["up"], json!({"duration": "8s", "delay": "1s"}));
        let restarting = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            server.kill();
            tokio::time::sleep(Duration::from_secs(1)).await;
            server.restart().await;
        };
        let (measured, ()) = tokio::join!(measuring, restarting);
        let points = of(&measured.unwrap(), "up").iter().map(|series| series.points().len()).sum::<usize>();
        assert!((3..=9).contains(&points), "{}: {points}", server.url());
    }
}

#[tokio::test]
async fn a_server_that_is_killed_at_the_end_fails_the_measurement() {
    let mut server = Prometheus::start(Edition::Current).await;
    let bus = bus(&server.url(), &up());
    let killing = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.kill();
    };
    let (measured, ()) = tokio::join!(measure(&bus, &["up"], json!({"duration": "2s"})), killing);
    assert_eq!(measured.unwrap_err().class(), Class::Connection);
}
