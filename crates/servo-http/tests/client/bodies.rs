//! Bodies are read up to the limit, and what comes over a connection need not be HTTP.

use std::sync::Arc;

use servo_http::{Client, Error, Options};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use crate::net::{BUFFER, Count, Net, chain, client, get, read_request};

const URL: &str = "http://optimizer.test/servo?key=canary";

/// The size of what no client should read: 100 MB.
const HUGE: usize = 100_000_000;

/// The most that a client may have taken when it gives up: its limit, what it reads ahead, what is under way.
const BOUND: usize = 1024 * 1024 + 2 * 64 * 1024 + 2 * BUFFER;

async fn answer(text: &'static [u8]) -> Result<servo_http::Response, Error> {
    let net = Net::new(move |mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(text).await
    });
    client(Arc::new(net)).send(get(URL)).await
}

/// Answers with the head and then pieces of a body, for as long as somebody takes them.
async fn flood(head: &'static str, piece: &'static [u8]) -> (Error, usize) {
    let count = Count::default();
    let counted = count.clone();
    let net = Net::new(move |mut stream: DuplexStream| {
        let counted = counted.clone();
        async move {
            read_request(&mut stream).await?;
            stream.write_all(head.as_bytes()).await?;
            while counted.get() < HUGE {
                stream.write_all(piece).await?;
                counted.add(piece.len());
            }
            Ok(())
        }
    });
    let client = client(Arc::new(net));
    let error = client.send(get(URL)).await.expect_err("it is too large");
    // Whatever is still taken after that would be, too.
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    (error, count.get())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_says_it_is_too_large_is_not_read() {
    let (error, taken) = flood("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", &[b'x'; 4096]).await;
    assert!(matches!(error, Error::TooLarge { limit: 1_048_576, .. }), "{}", chain(&error));
    assert!(taken <= 2 * 64 * 1024 + 2 * BUFFER, "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_body_in_chunks_is_read_up_to_the_limit() {
    let head = "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (error, taken) = flood(head, b"10\r\n0123456789abcdef\r\n").await;
    assert!(matches!(&error, Error::TooLarge { status, .. } if *status == 503), "{}", chain(&error));
    // The size of each chunk comes on top of its bytes.
    assert!(taken <= BOUND * 22 / 16, "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_body_up_to_the_end_of_the_connection_is_read_up_to_the_limit() {
    let (error, taken) = flood("HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096]).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{}", chain(&error));
    assert!(taken <= BOUND, "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_head_without_end_is_not_read_for_ever() {
    let (error, taken) = flood("HTTP/1.1 200 OK\r\nX: ", &[b'x'; 4096]).await;
    assert!(matches!(error, Error::Broken { .. }), "{}", chain(&error));
    assert!(taken <= 2 * 64 * 1024 + 2 * BUFFER, "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_body_as_large_as_the_limit_is_taken() {
    for (length, is_taken) in [(10, true), (11, false)] {
        let net = Net::new(move |mut stream: DuplexStream| async move {
            read_request(&mut stream).await?;
            let body = "x".repeat(length);
            stream
                .write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes())
                .await
        });
        let options = Options { dial: Arc::new(net), max_body: 10, ..Options::default() };
        let outcome = Client::new(options).expect("no certificates").send(get(URL)).await;
        assert_eq!(outcome.is_ok(), is_taken, "{length}: {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn chunks_are_put_together() {
    let response = answer(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Any: a\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: b\r\n\r\n",
    )
    .await
    .expect("an answer");
    assert_eq!((response.status.as_u16(), response.body.as_ref()), (200, b"hello!".as_ref()));
    assert_eq!(response.headers["x-any"], "a");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_http_is_broken() {
    for text in [
        b"SSH-2.0-OpenSSH_9.6\r\n".as_ref(),
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"<html>canary</html>",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n",
        b"",
    ] {
        let error = answer(text).await.expect_err("no HTTP");
        assert!(matches!(error, Error::Broken { .. }), "{text:?}: {}", chain(&error));
        assert!(!chain(&error).contains("canary") && !format!("{error:?}").contains("canary"), "{error:?}");
        assert!(
            chain(&error).starts_with("the exchange with http://optimizer.test:80 broke off: "),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_within_the_body_is_broken() {
    let error = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await.expect_err("half a body");
    assert!(matches!(error, Error::Broken { .. }), "{}", chain(&error));
}

#[tokio::test(start_paused = true)]
async fn resets_are_broken_and_say_so() {
    for text in [b"".as_ref(), b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"] {
        let net = Net::new(move |mut stream| async move {
            read_request(&mut stream).await?;
            stream.write_all(text).await
        })
        .resetting();
        let error = client(Arc::new(net)).send(get(URL)).await.expect_err("a reset");
        assert!(matches!(error, Error::Broken { .. }), "{}", chain(&error));
        assert!(chain(&error).ends_with("connection reset"), "{}", chain(&error));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_the_connection_at_once_is_broken() {
    let net = Net::new(|mut stream: DuplexStream| async move {
        stream.read_u8().await?;
        Ok(())
    });
    let error = client(Arc::new(net)).send(get(URL)).await.expect_err("no answer");
    assert!(matches!(error, Error::Broken { .. }), "{}", chain(&error));
}
