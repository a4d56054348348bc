//! Tokens are fetched, used, and replaced in time.

use std::time::Duration;

use http::StatusCode;

use crate::fixture::Servo;
use crate::site::{Manner, Site};

/// Lets time pass for whoever asks tokio's clock, and none for the sockets.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

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
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    pass(Duration::from_secs(3530)).await;
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.fetches(), 1, "a minute before its end is soon enough");
    pass(Duration::from_secs(15)).await;
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard(), ["canary-1", "canary-1", "canary-2"]);
}

#[tokio::test]
async fn a_token_serves_on_while_the_endpoint_is_down() {
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    site.behave(Manner::Say(503, "down".to_owned()));
    pass(Duration::from_secs(3545)).await;
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard(), ["canary-1", "canary-1"]);
    site.behave(Manner::Issue(3600));
    pass(Duration::from_secs(50)).await;
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard().last().map(String::as_str), Some("canary-2"));
}

#[tokio::test]
async fn a_token_that_has_ended_is_not_sent_any_more() {
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    site.behave(Manner::Say(503, "down".to_owned()));
    pass(Duration::from_secs(3601)).await;
    let fault = servo.request().await.unwrap_err();
    assert!(fault.to_string().starts_with("the token endpoint answered 503"), "{fault}");
    assert_eq!(site.heard(), ["canary-1"]);
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_token_request() {
    let site = Site::start(Manner::Slow(Duration::from_millis(100))).await;
    let servo = Servo::of(&site);
    let (first, second) = tokio::join!(servo.request(), servo.request());
    assert_eq!((first.unwrap(), second.unwrap()), (StatusCode::OK, StatusCode::OK));
    assert_eq!((site.fetches(), site.heard()), (1, vec!["canary-1".to_owned(); 2]));
}
