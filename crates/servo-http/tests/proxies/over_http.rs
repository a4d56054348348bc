//! Through HTTP proxies.

use crate::{NAME, TOKEN, assert_served, chain, get, http_proxy, http_server, https_server, through};

/// `ann:s3cret`, as RFC 7617 encodes it.
const AUTHORIZATION: &str = "Basic YW5uOnMzY3JldA==";

#[tokio::test]
async fn https_goes_through_a_tunnel_that_sees_neither_path_nor_token() {
    let (server, tls) = https_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let proxies = through(&format!("http://127.0.0.1:{}", proxy.port()));
    let response = get(&format!("https://{NAME}/path"), &tls, proxies).await.unwrap();
    assert_eq!(response.status, 200);
    assert_served(&server);
    let asked = proxy.asked().concat();
    assert!(asked.starts_with(&format!("CONNECT {NAME}:443 HTTP/1.1\r\n")), "{asked}");
    assert!(!asked.contains("/path") && !asked.to_ascii_lowercase().contains("authorization"), "{asked}");
}

#[tokio::test]
async fn http_goes_with_its_whole_url() {
    let (server, tls) = http_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let proxies = through(&format!("127.0.0.1:{}", proxy.port()));
    let response = get(&format!("http://{NAME}:8080/path"), &tls, proxies).await.unwrap();
    assert_eq!(response.status, 200);
    assert_served(&server);
    let asked = proxy.asked().concat();
    assert!(asked.starts_with(&format!("GET http://{NAME}:8080/path HTTP/1.1\r\n")), "{asked}");
    assert!(asked.to_ascii_lowercase().contains(&format!("\r\nhost: {NAME}:8080\r\n")), "{asked}");
    assert!(!asked.to_ascii_lowercase().contains("proxy-authorization"), "{asked}");
}

#[tokio::test]
async fn user_and_password_are_for_the_proxy_alone() {
    for scheme in ["http", "https"] {
        let (server, tls) = if scheme == "https" { https_server().await } else { http_server().await };
        let proxy = http_proxy::start(server.port(), Some(AUTHORIZATION)).await;
        let proxies = through(&format!("http://ann:s3cre%74@127.0.0.1:{}", proxy.port()));
        let response = get(&format!("{scheme}://{NAME}/path"), &tls, proxies).await.unwrap();
        assert_eq!(response.status, 200, "{scheme}");
        assert_served(&server);
        let asked = proxy.asked();
        assert_eq!(asked.len(), 1, "who is known to be asked says so at once: {asked:?}");
        assert_eq!(asked.concat().contains(TOKEN), scheme == "http", "{asked:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_denies_a_tunnel_is_named_with_its_answer() {
    let (server, tls) = https_server().await;
    let proxy = http_proxy::start(server.port(), Some(AUTHORIZATION)).await;
    for credentials in ["", "ann:wr0ng@"] {
        let proxies = through(&format!("http://{credentials}127.0.0.1:{}", proxy.port()));
        let error = get(&format!("https://{NAME}/path"), &tls, proxies).await.unwrap_err();
        let text = chain(&error);
        assert!(text.contains(&format!("https://{NAME}:443")), "{text}");
        assert!(text.contains("proxy authorization required"), "{text}");
        let shown = format!("{text} {error:?}");
        assert!(!shown.contains("wr0ng") && !shown.contains("YW5uOndyMG5n"), "{text}");
    }
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn a_proxy_that_denies_a_plain_request_answers_itself() {
    let (server, tls) = http_server().await;
    let proxy = http_proxy::start(server.port(), Some(AUTHORIZATION)).await;
    let proxies = through(&format!("http://127.0.0.1:{}", proxy.port()));
    assert_eq!(get(&format!("http://{NAME}/path"), &tls, proxies).await.unwrap().status, 407);
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn the_certificate_is_the_servers_whatever_the_proxy_leads_to() {
    let (server, tls) = https_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let proxies = through(&format!("http://127.0.0.1:{}", proxy.port()));
    let error = get("https://other.test/path", &tls, proxies).await.unwrap_err();
    assert!(chain(&error).contains("not valid for name"), "{}", chain(&error));
    assert!(server.heads().is_empty());
}
