//! Tests of single connections, in memory and on a paused clock.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::Instant;

use super::*;

/// Sends this and reads to the end, which comes after so many seconds.
async fn conversation(sent: &[u8]) -> (String, u64) {
    let (mut client, server) = tokio::io::duplex(1024 * 1024);
    let mut tasks = JoinSet::new();
    tasks.spawn(converse(server, Arc::default()));
    let began = Instant::now();
    client.write_all(sent).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    (answer, began.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_for_one_request() {
    let (answer, seconds) = conversation(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("connection: close\r\n") && answer.ends_with("\r\n\r\nok\n"), "{answer}");
    assert_eq!(seconds, 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_too_slowly_is_cut_off() {
    for begun in ["", "GET /livez HTTP/1.1\r\nhost:"] {
        let (_, seconds) = conversation(begun.as_bytes()).await;
        assert_eq!(seconds, REQUEST_LIMIT.as_secs());
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_too_slowly_is_cut_off() {
    let (mut client, server): (DuplexStream, _) = tokio::io::duplex(16);
    client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    tasks.spawn(converse(server, Arc::default()));
    client.write_all(b"\r\n").await.unwrap();
    tasks.join_next().await;
    assert_eq!(began.elapsed(), CONNECTION_LIMIT);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_request_is_refused_and_harms_nobody() {
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(2 * MOST_BYTES));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1000));
    for sent in ["\0\0\0\0\r\n\r\n", "\x16\x03\x01 a TLS greeting\r\n\r\n", &long, &many] {
        let (answer, _) = conversation(sent.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_not_waited_for() {
    let sent = b"POST /metrics HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\nabc";
    let (answer, seconds) = conversation(sent).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
    assert!(answer.contains("allow: GET, HEAD\r\n"), "{answer}");
    assert!(seconds <= CONNECTION_LIMIT.as_secs());
}
