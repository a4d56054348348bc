//! Connection and token files that change between requests.

use std::fs;
use std::path::Path;

use http::StatusCode;
use servo_runtime::remote::account::{Access, Token};

use crate::fixture::Servo;
use crate::site::{Manner, Site};

/// Puts a file in its place at once, as a sidecar does.
fn place(path: &Path, text: &str) {
    let part = path.with_extension("part");
    fs::write(&part, text).unwrap();
    fs::rename(&part, path).unwrap();
}

#[tokio::test]
async fn a_connection_file_that_is_replaced_leads_elsewhere_with_another_token() {
    let (first, second) = (Site::start(Manner::Issue(1)).await, Site::start(Manner::Issue(1)).await);
    first.accept("canary-first");
    second.accept("canary-second");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("connection.yaml");
    let servo = Servo::new(Access::File { path: path.clone(), optimizer_id: "b3B0".to_owned(), url: None });
    let written = |site: &Site, token: &str| {
        format!("Authorization: Bearer {token}\nEndpoint: {}\nTenantId: t\n", site.url(""))
    };

    let fault = servo.fault().await.to_string();
    assert!(fault.starts_with("the connection file ") && fault.ends_with("(os error 2)"), "{fault}");
    place(&path, &written(&first, "canary-first"));
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    place(&path, "Authorization: [canary");
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    fs::remove_file(&path).unwrap();
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(first.heard(), vec!["canary-first"; 3]);

    // What began with the old file ends with it.
    let (old, ()) = tokio::join!(servo.send(), async {
        tokio::task::yield_now().await;
        place(&path, &written(&second, "canary-second"));
    });
    assert_eq!(old.unwrap().0, StatusCode::OK);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(second.heard().last().map(String::as_str), Some("canary-second"));
    let heard = first.heard().len();
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(first.heard().len(), heard, "nothing goes to the old place");
}

#[tokio::test]
async fn a_token_file_that_is_rotated_between_try_and_refusal_is_tried_again() {
    let site = Site::start(Manner::Issue(1)).await;
    site.accept("canary-new");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    place(&path, "canary-old\n");
    let servo = Servo::new(Access::Token { url: site.url("optimizer/"), token: Token::File(path.clone()) });
    let (status, generation) = servo.send().await.unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!servo.auth.refused(generation).await, "nothing else to try");
    place(&path, "canary-new\n");
    assert!(servo.auth.refused(generation).await);
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
    assert_eq!(site.heard(), ["canary-old", "canary-new"]);
}
