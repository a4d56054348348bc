//! What a server sees of a request, and which requests are none.

use std::sync::{Arc, Mutex};

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderValue, Method};
use servo_http::{Client, Error, Options, Request};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::net::{Net, Seen, chain, client, get, post, read_request};

/// Sends a request and returns what came of it: the status, and what the server saw.
async fn send(request: Request) -> (u16, Seen) {
    let seen = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&seen);
    let net = Net::new(move |mut stream| {
        let kept = Arc::clone(&kept);
        async move {
            let request = read_request(&mut stream).await?;
            *kept.lock().expect("no test panics with it") = Some(request);
            stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n").await
        }
    });
    let net = Arc::new(net);
    let options =
        Options { dial: Arc::clone(&net) as _, user_agent: "servo/1".to_owned(), ..Options::default() };
    let response = Client::new(options).expect("no certificates").send(request).await.expect("an answer");
    assert_eq!(net.dialed().len(), 1);
    let seen = seen.lock().expect("no test panics with it").take().expect("one request");
    (response.status.as_u16(), seen)
}

fn headers(seen: &Seen) -> Vec<(&str, &str)> {
    let mut headers: Vec<_> =
        seen.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    headers.sort_unstable();
    headers
}

#[tokio::test(start_paused = true)]
async fn a_request_has_its_headers_and_a_redirect_is_not_followed() {
    let (status, seen) = send(post("http://optimizer.test:8080/a%20b/servo?c=d#e", "{}")).await;
    assert_eq!(status, 302);
    assert_eq!(
        (seen.line.as_str(), seen.body.as_slice()),
        ("POST /a%20b/servo?c=d HTTP/1.1", b"{}".as_ref())
    );
    let expected = [
        ("accept", "*/*"),
        ("content-length", "2"),
        ("host", "optimizer.test:8080"),
        ("user-agent", "servo/1"),
    ];
    assert_eq!(headers(&seen), expected);
}

#[tokio::test(start_paused = true)]
async fn no_body_is_said_where_one_is_expected() {
    let host = ("host", "[::1]");
    let (_, seen) = send(get("http://[::1]/")).await;
    assert_eq!(headers(&seen), [("accept", "*/*"), host, ("user-agent", "servo/1")]);
    let (_, seen) = send(post("http://[::1]/", "")).await;
    assert_eq!(headers(&seen), [("accept", "*/*"), ("content-length", "0"), host, ("user-agent", "servo/1")]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_chooses_the_agent_but_not_the_length() {
    let request = post("http://optimizer.test/", "{}")
        .header(USER_AGENT, HeaderValue::from_static("other"))
        .header(CONTENT_LENGTH, HeaderValue::from_static("100"))
        .header(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    let (_, seen) = send(request).await;
    assert_eq!(
        (seen.headers["user-agent"].as_str(), seen.headers["content-length"].as_str()),
        ("other", "2")
    );
    assert!(!seen.headers.contains_key("transfer-encoding"));
}

#[tokio::test(start_paused = true)]
async fn requests_that_cannot_be_sent_are_refused_before_anything_is() {
    let long = format!("http://optimizer.test/{}", "x".repeat(100_000));
    for url in [
        "http://user@optimizer.test/",
        "http://:canary@optimizer.test/",
        "https://user:canary@optimizer.test/?key=canary",
        "ftp://optimizer.test/canary",
        "data:canary",
        long.as_str(),
    ] {
        let net = Arc::new(Net::new(|_| async { Ok(()) }));
        let request = Request::new(Method::GET, Url::parse(url).expect("a URL"));
        let error = client(Arc::clone(&net) as _).send(request).await.expect_err("no such request");
        assert!(matches!(error, Error::Invalid { .. }), "{}", chain(&error));
        assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
        assert!(error.to_string().len() < 200, "{error}");
        assert_eq!(net.dialed().len(), 0);
    }
}
