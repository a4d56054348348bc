//! The passwords of proxies.

use std::net::{Ipv4Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use servo_testkit::backend::{Kind, Received};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::ordeal::{echoing, endure};
use super::{LOGS, canary, carried, is_discreet, shows_none};
use crate::document::{opsani, service};
use crate::optimizer::Optimizer;
use crate::program::{Place, Ran};
use crate::soon;

/// The address of a proxy on this machine with user and password, as a URL has to write them.
fn url(scheme: &str, address: SocketAddr, password: &str) -> String {
    let password = password.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{scheme}://me:{password}@{address}")
}

fn basic(password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("me:{password}")))
}

/// A place whose optimizer is elsewhere, over http; what is between is the proxy.
fn elsewhere(settings: &str) -> Place {
    let text = opsani("http://optimizer.invalid").replace(&service(100_000), &service(20));
    Place::new(&format!("no_diagnostics: false\n{text}settings: {{allow_plain_http: true{settings}}}\n"))
}

/// Asserts that a password reaches the proxy, which repeats it in the place of the optimizer, and is kept.
async fn is_kept(password: &str, place: impl Fn(&Optimizer) -> Place) {
    let basic = basic(password);
    endure(&[password], place, |requests: &[Received]| carried(requests, "proxy-authorization", &basic))
        .await;
}

#[tokio::test]
async fn a_password_in_the_settings() {
    let password = canary("proxies");
    is_kept(&password, |proxy| {
        elsewhere(&format!(", proxies: {{\"http://\": \"{}\"}}", url("http", proxy.address, &password)))
    })
    .await;
    let one = canary("proxies-one");
    is_kept(&one, |proxy| elsewhere(&format!(", proxies: \"{}\"", url("http", proxy.address, &one)))).await;
}

#[tokio::test]
async fn a_password_in_the_environment() {
    for variable in ["HTTP_PROXY", "ALL_PROXY", "http_proxy"] {
        let password = canary(&variable.replace('_', "-"));
        is_kept(&password, |proxy| elsewhere("").with(variable, url("http", proxy.address, &password))).await;
    }
}

/// Runs a servo whose optimizer is reached over https through a proxy that refuses, in one way of logging.
async fn refused(place: &Place, arguments: &[&str], word: &str) -> Ran {
    let mut servo = place.start(arguments);
    servo.hear(word).await;
    servo.terminate().await
}

#[tokio::test]
async fn a_password_for_tunnels_that_are_refused() {
    for (status, word, arguments) in
        [(407, "authorization required", LOGS[0]), (502, "unsuccessful", LOGS[1])]
    {
        for is_written in [true, false] {
            let (proxy, password) = (Optimizer::start().await, canary("https-proxy"));
            proxy.backend.always(Kind::Other, echoing(status, &password));
            let (text, url) = (opsani("https://optimizer.invalid"), url("http", proxy.address, &password));
            let place = if is_written {
                Place::new(&format!("{text}settings: {{proxies: {{\"https://\": \"{url}\"}}}}\n"))
            } else {
                Place::new(&text).with("HTTPS_PROXY", url)
            };
            let ran = refused(&place, arguments, word).await;
            is_discreet(&ran, &[&password]);
            let requests = proxy.backend.requests();
            assert!(carried(&requests, "proxy-authorization", &basic(&password)), "{requests:#?}");
            assert_eq!(
                (requests[0].method.as_str(), requests[0].path.as_str()),
                ("CONNECT", "optimizer.invalid:443")
            );
        }
    }
}

/// Answers one client of a SOCKS proxy that its password is wrong (RFC 1928, RFC 1929); returns the password.
async fn deny(listener: TcpListener) -> String {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await.unwrap();
    client.read_exact(&mut vec![0; usize::from(greeting[1])]).await.unwrap();
    client.write_all(&[5, 2]).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), 1);
    let mut word = async || {
        let mut word = vec![0; usize::from(client.read_u8().await.unwrap())];
        client.read_exact(&mut word).await.unwrap();
        String::from_utf8(word).unwrap()
    };
    let (user, password) = (word().await, word().await);
    assert_eq!(user, "me");
    client.write_all(&[1, 1]).await.unwrap();
    password
}

#[tokio::test]
async fn a_password_of_a_socks_proxy() {
    for arguments in LOGS {
        let password = canary("socks");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = url("socks5", listener.local_addr().unwrap(), &password);
        let place = Place::new(&opsani("https://optimizer.invalid")).with("ALL_PROXY", url);
        let mut servo = place.start(arguments);
        assert_eq!(soon("a client of the proxy", deny(listener)).await, password);
        servo.hear("trying again").await;
        is_discreet(&servo.terminate().await, &[&password]);
    }
}

#[tokio::test]
async fn a_password_in_an_address_that_cannot_be_used() {
    let password = canary("bad-proxy");
    for address in [
        format!("http//me:{password}@proxy.example.com:3128"),
        format!("ftp://me:{password}@proxy.example.com"),
        format!("http://me:{password}@proxy.example.com:99999"),
        format!("http://me:{password}@"),
        format!("me:{password}@proxy.example.com:3128"),
    ] {
        let text = opsani("https://optimizer.invalid");
        let settings = [
            format!("proxies: \"{address}\""),
            format!("proxies:\n    all://: \"{address}\""),
            format!("proxies: {{\"{address}\": null}}"),
        ];
        for settings in settings {
            let ran = Place::new(&format!("{text}settings:\n  {settings}\n")).run(LOGS[0]).await;
            assert_eq!(ran.code, 78, "{address}: {}", ran.stderr);
            shows_none(&ran, &[&password]);
        }
        let ran = Place::new(&text).with("HTTPS_PROXY", &address).run(LOGS[0]).await;
        assert_eq!(ran.code, 78, "{address}: {}", ran.stderr);
        shows_none(&ran, &[&password]);
    }
}
