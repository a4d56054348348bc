//! Tokens are fetched, used, and replaced in time.

use std::time::Duration;

use http::StatusCode;

use crate::fixture::Servo;
use crate::site::{Manner, Site};

#[tokio::test]
async fn the_first_request_fetches_a_token_and_the_next_ones_use_it() {
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(site.fetches(), 0);
    for _ in 0..3 {
        assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    }
    assert_eq!((site.fetches(), site.heard()), (1, vec!["canary-1".to_owned(); 3]));
}

#[tokio::test]
async fn a_token_is_replaced_before_the_optimizer_refuses_it() {
    let site = Site::start(Manner::Issue(1)).await;
    let servo = Servo::of(&site);
    for _ in 0..24 {
        assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let heard = site.heard();
    assert!(site.fetches() >= 2, "{heard:?}");
    assert_eq!(heard.first().map(String::as_str), Some("canary-1"));
    assert_ne!(heard.last().map(String::as_str), Some("canary-1"));
}

#[tokio::test]
async fn a_token_serves_on_while_the_endpoint_is_down() {
    let site = Site::start(Manner::Issue(1)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    site.behave(Manner::Say(503, "down".to_owned()));
    tokio::time::sleep(Duration::from_millis(910)).await;
    // Late on a loaded machine: then there is no token any more, and that is told.
    match servo.request().await {
        Ok(status) => assert_eq!(status, StatusCode::OK),
        Err(fault) => assert!(fault.to_string().starts_with("the token endpoint answered 503"), "{fault}"),
    }
    site.behave(Manner::Issue(3600));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard().last().map(String::as_str), Some("canary-2"));
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_token_request() {
    let site = Site::start(Manner::Slow(Duration::from_millis(100))).await;
    let servo = Servo::of(&site);
    let (first, second) = tokio::join!(servo.request(), servo.request());
    assert_eq!((first.unwrap(), second.unwrap()), (StatusCode::OK, StatusCode::OK));
    assert_eq!((site.fetches(), site.heard()), (1, vec!["canary-1".to_owned(); 2]));
}
