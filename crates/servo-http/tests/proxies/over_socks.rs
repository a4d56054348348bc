//! Through SOCKS proxies.

use crate::{NAME, assert_served, chain, get, http_server, https_server, socks_proxy, through};

#[tokio::test]
async fn both_schemes_go_through_version_5_which_resolves_the_name() {
    for (scheme, port) in [("http", 80), ("https", 443)] {
        let (server, tls) = if scheme == "https" { https_server().await } else { http_server().await };
        for socks in ["socks5", "socks5h"] {
            let proxy = socks_proxy::start_5(server.port(), None).await;
            let proxies = through(&format!("{socks}://127.0.0.1:{}", proxy.port()));
            let response = get(&format!("{scheme}://{NAME}/path"), &tls, proxies).await.unwrap();
            assert_eq!(response.status, 200, "{scheme} {socks}");
            assert_eq!(proxy.asked(), [format!("{NAME}:{port}")], "{scheme} {socks}");
        }
    }
}

#[tokio::test]
async fn version_5_is_told_user_and_password_before_the_host() {
    for (scheme, port) in [("http", 80), ("https", 443)] {
        let (server, tls) = if scheme == "https" { https_server().await } else { http_server().await };
        let proxy = socks_proxy::start_5(server.port(), Some(("ann", "s3cret"))).await;
        let proxies = through(&format!("socks5://ann:s3cre%74@127.0.0.1:{}", proxy.port()));
        assert_eq!(get(&format!("{scheme}://{NAME}/path"), &tls, proxies).await.unwrap().status, 200);
        assert_served(&server);
        assert_eq!(proxy.asked(), ["ann:s3cret".to_owned(), format!("{NAME}:{port}")]);
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_know_the_user_is_an_error() {
    let (server, tls) = https_server().await;
    let proxy = socks_proxy::start_5(server.port(), Some(("ann", "s3cret"))).await;
    for credentials in ["", "ann:wr0ng@"] {
        let proxies = through(&format!("socks5://{credentials}127.0.0.1:{}", proxy.port()));
        let error = get(&format!("https://{NAME}/path"), &tls, proxies).await.unwrap_err();
        let text = chain(&error);
        assert!(text.starts_with(&format!("cannot connect to https://{NAME}:443: ")), "{text}");
        assert!(!format!("{text} {error:?}").contains("wr0ng"), "{text}");
    }
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn addresses_of_both_versions_go_through_version_5() {
    let (server, tls) = http_server().await;
    for (host, asked) in [("192.0.2.1", "192.0.2.1:80"), ("[2001:db8::1]", "[2001:db8::1]:80")] {
        let proxy = socks_proxy::start_5(server.port(), None).await;
        let proxies = through(&format!("socks5://127.0.0.1:{}", proxy.port()));
        assert_eq!(get(&format!("http://{host}/path"), &tls, proxies).await.unwrap().status, 200);
        assert_eq!(proxy.asked(), [asked]);
    }
}

#[tokio::test]
async fn both_schemes_go_through_version_4() {
    for (scheme, port) in [("http", 80), ("https", 443)] {
        let (server, tls) = if scheme == "https" { https_server().await } else { http_server().await };
        let proxy = socks_proxy::start_4(server.port()).await;
        let proxies = through(&format!("socks4a://127.0.0.1:{}", proxy.port()));
        assert_eq!(get(&format!("{scheme}://{NAME}/path"), &tls, proxies).await.unwrap().status, 200);
        assert_served(&server);
        assert_eq!(proxy.asked(), [format!("{NAME}:{port}")]);
    }
}
