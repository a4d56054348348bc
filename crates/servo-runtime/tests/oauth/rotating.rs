//! Tokens that end before their time, in the middle of an operation.

use http::StatusCode;

use crate::fixture::Servo;
use crate::site::{Manner, Site};

#[tokio::test]
async fn a_token_that_is_revoked_is_replaced_once_and_the_request_goes_through() {
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    site.revoke();
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard(), ["canary-1", "canary-1", "canary-2", "canary-2"]);
    assert_eq!(site.fetches(), 2);
}

#[tokio::test]
async fn two_requests_that_are_refused_at_once_share_the_new_token() {
    let site = Site::start(Manner::Issue(3600)).await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    site.revoke();
    let (first, second) = tokio::join!(servo.send(), servo.send());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.0, second.0), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert!(servo.auth.refused(first.1).await && servo.auth.refused(second.1).await);
    let (first, second) = tokio::join!(servo.send(), servo.send());
    assert_eq!((first.unwrap().0, second.unwrap().0), (StatusCode::OK, StatusCode::OK));
    assert_eq!(site.fetches(), 2);
}

#[tokio::test]
async fn an_optimizer_that_refuses_every_token_is_asked_twice() {
    let site =
        Site::start(Manner::Say(200, r#"{"access_token": "canary", "token_type": "bearer"}"#.to_owned()))
            .await;
    let servo = Servo::of(&site);
    assert_eq!(servo.request().await.unwrap(), StatusCode::UNAUTHORIZED);
    assert_eq!((site.fetches(), site.heard().len()), (2, 2));
    let (_, generation) = servo.send().await.unwrap();
    assert!(!servo.auth.refused(generation).await, "the same token again");
    // Accepted later, by an optimizer that knew the token late.
    site.accept("canary");
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
}
