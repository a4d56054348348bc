//! Which requests go through a proxy at all.

use servo_http::proxy::Proxies;

use crate::{assert_served, chain, get, http_proxy, http_server, through};

#[tokio::test]
async fn what_the_environment_exempts_goes_directly() {
    let (server, tls) = http_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let proxies = Proxies::default()
        .or_environment(&|name| match name {
            "http_proxy" => Some(address.clone()),
            "NO_PROXY" => Some("localhost,127.0.0.0/8".to_owned()),
            _ => None,
        })
        .unwrap();
    let url = format!("http://127.0.0.1:{}/path", server.port());
    assert_eq!(get(&url, &tls, proxies).await.unwrap().status, 200);
    assert_served(&server);
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn what_never_goes_through_a_proxy_goes_directly() {
    let (server, tls) = http_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let proxies = through(&format!("http://127.0.0.1:{}", proxy.port())).never("127.0.0.1");
    let url = format!("http://127.0.0.1:{}/path", server.port());
    assert_eq!(get(&url, &tls, proxies).await.unwrap().status, 200);
    assert_served(&server);
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn a_rule_sends_its_hosts_through_its_proxy_and_the_rest_past_it() {
    let (server, tls) = http_server().await;
    let proxy = http_proxy::start(server.port(), None).await;
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let proxies = Proxies::from_rules([("all://*.test", Some(address.as_str()))]).unwrap();
    get("http://a.test/path", &tls, proxies.clone()).await.unwrap();
    get(&format!("http://127.0.0.1:{}/path", server.port()), &tls, proxies).await.unwrap();
    assert_eq!(server.heads().len(), 2);
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let (_server, tls) = http_server().await;
    let gone = http_proxy::start(0, None).await.port();
    let error =
        get("https://server.test/", &tls, through(&format!("http://ann:s3cret@127.0.0.1:{gone}"))).await;
    let text = chain(&error.unwrap_err());
    assert!(
        text.contains(&format!("127.0.0.1:{gone}")),
        "who looks for the fault looks at the proxy: {text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
}
