//! Tests of the backend with a client written by hand.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, timeout};

use super::*;

const HOST: &str = "optimizer.example.com";

fn place() -> (Network, Backend) {
    let (network, backend) = (Network::new(), Backend::new());
    network.serve(HOST, 443, &backend);
    (network, backend)
}

fn event(event: &str) -> String {
    let body = json!({"event": event, "param": null, "servo_uid": null}).to_string();
    let head = "POST /servo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n";
    format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

async fn send(stream: &mut DuplexStream, request: &str) {
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Reads the head of a response: its status line and headers.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Reads a response with a declared length.
async fn response(stream: &mut (impl AsyncRead + Unpin)) -> (String, Value) {
    let head = head(stream).await;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

async fn rest(stream: &mut DuplexStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn it_answers_in_order_and_then_as_usual() {
    let (network, backend) = place();
    backend.answer(Kind::WhatsNext, Answer::command("DESCRIBE", "c-1", json!({})));
    backend.answer(Kind::WhatsNext, Answer::too_many_requests("7"));
    let mut stream = network.dial(HOST, 443).unwrap();
    let mut answers = Vec::new();
    for _ in 0..3 {
        send(&mut stream, &event("WHATS_NEXT")).await;
        answers.push(response(&mut stream).await);
    }
    assert_eq!(answers[0].1, json!({"cmd": "DESCRIBE", "cmd_uid": "c-1", "param": {}}));
    assert!(answers[1].0.starts_with("HTTP/1.1 429 \r\n"), "{}", answers[1].0);
    assert!(answers[1].0.contains("retry-after: 7\r\n"), "{}", answers[1].0);
    assert_eq!(answers[2].1["cmd"], "SLEEP");
    send(&mut stream, &event("HELLO")).await;
    assert_eq!(response(&mut stream).await.1, json!({"status": "ok"}));
    assert_eq!((backend.count(Kind::WhatsNext), backend.connections(), backend.queued()), (3, 1, 0));
    let hello = &backend.requests_of(Kind::Hello)[0];
    assert_eq!((hello.method.as_str(), hello.path.as_str(), hello.connection), ("POST", "/servo", 1));
    assert_eq!((hello.header("authorization"), hello.cmd_uid()), (Some("Bearer t"), None));
    backend.clear();
    assert_eq!(backend.requests(), []);
}

#[tokio::test(start_paused = true)]
async fn what_was_set_for_always_yields_to_what_is_queued_and_paths_come_first() {
    let (network, backend) = place();
    backend.always(Kind::Hello, Answer::status(503));
    backend.always_at("/other", Kind::Hello, Answer::status(500));
    backend.answer(Kind::Hello, Answer::status(401));
    backend.answer_at("/servo", Kind::Hello, Answer::status(404));
    let mut stream = network.dial(HOST, 443).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        send(&mut stream, &event("HELLO")).await;
        statuses.push(response(&mut stream).await.0[9..12].to_owned());
    }
    assert_eq!(statuses, ["404", "401", "503", "503"]);
    backend.recover();
    send(&mut stream, &event("HELLO")).await;
    assert_eq!(response(&mut stream).await.1["status"], "ok");
}

#[tokio::test(start_paused = true)]
async fn nobody_serves_other_places_nor_while_it_is_down() {
    let (network, backend) = place();
    let refused = |port| network.dial(HOST, port).unwrap_err().kind();
    assert_eq!(refused(80), io::ErrorKind::ConnectionRefused);
    let mut idle = network.dial(HOST, 443).unwrap();
    tokio::task::yield_now().await;
    backend.refuse(true);
    assert_eq!(rest(&mut idle).await, b"");
    assert_eq!(refused(443), io::ErrorKind::ConnectionRefused);
    backend.refuse(false);
    assert!(network.dial(HOST, 443).is_ok());
    assert_eq!(network.dialled().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_kept_unless_the_client_leaves() {
    let (network, backend) = place();
    backend.answer(Kind::Hello, Answer::ok().after(Duration::from_secs(5)));
    let mut stream = network.dial(HOST, 443).unwrap();
    let begin = Instant::now();
    send(&mut stream, &event("HELLO")).await;
    response(&mut stream).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
    assert_eq!(backend.requests()[0].at, begin);
}

#[tokio::test(start_paused = true)]
async fn connections_are_dropped_before_and_amid_an_answer() {
    let (network, backend) = place();
    backend.answer(Kind::Hello, Answer::reset());
    backend.answer(Kind::Hello, Answer::json(200, json!({"status": "ok"})).cut());
    backend.answer(Kind::Hello, Answer::garbage());
    let mut ends = Vec::new();
    for _ in 0..3 {
        let mut stream = network.dial(HOST, 443).unwrap();
        send(&mut stream, &event("HELLO")).await;
        ends.push(rest(&mut stream).await);
    }
    assert_eq!(ends[0], b"");
    let text = String::from_utf8(ends[1].clone()).unwrap();
    assert!(text.contains("content-length: 15\r\n") && text.ends_with("\r\n\r\n{\"statu"), "{text}");
    assert!(!ends[2].starts_with(b"HTTP") && !ends[2].is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hang_lasts_until_the_client_leaves() {
    let (network, backend) = place();
    backend.always(Kind::Hello, Answer::hang());
    let mut stream = network.dial(HOST, 443).unwrap();
    send(&mut stream, &event("HELLO")).await;
    assert!(timeout(Duration::from_hours(1), stream.read_u8()).await.is_err());
    drop(stream);
    while lock(&backend.tasks).try_join_next().is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_drips() {
    let (network, backend) = place();
    backend.answer(Kind::Hello, Answer::text(200, "{}").drip(Duration::from_secs(20)));
    let mut stream = network.dial(HOST, 443).unwrap();
    let begin = Instant::now();
    send(&mut stream, &event("HELLO")).await;
    head(&mut stream).await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(stream.read_u8().await.unwrap(), b'{');
    assert_eq!(begin.elapsed(), Duration::from_secs(20));
    assert_eq!(stream.read_u8().await.unwrap(), b'}');
    assert_eq!(begin.elapsed(), Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn a_huge_body_is_made_only_as_far_as_it_is_taken() {
    let (network, backend) = place();
    for answer in [Answer::huge(100_000_000), Answer::huge(100_000_000).chunked()] {
        backend.answer(Kind::Hello, answer);
        let before = backend.bytes_sent();
        let mut stream = network.dial(HOST, 443).unwrap();
        send(&mut stream, &event("HELLO")).await;
        let mut taken = vec![0; 1_000_000];
        stream.read_exact(&mut taken).await.unwrap();
        drop(stream);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sent = backend.bytes_sent() - before;
        assert!((1_000_000..1_100_000).contains(&sent), "{sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn chunks_tell_their_lengths() {
    let (network, backend) = place();
    backend.answer(Kind::Hello, Answer::text(200, "abc").header("connection", "close").chunked());
    backend.answer(Kind::Hello, Answer::text(204, "abc").header("connection", "close"));
    let mut stream = network.dial(HOST, 443).unwrap();
    send(&mut stream, &event("HELLO")).await;
    let text = String::from_utf8(rest(&mut stream).await).unwrap();
    assert_eq!(
        text,
        "HTTP/1.1 200 \r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_no_request_is_answered_400() {
    let (network, backend) = place();
    let mut stream = network.dial(HOST, 443).unwrap();
    send(&mut stream, "hello\r\n\r\n").await;
    assert!(rest(&mut stream).await.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(backend.requests(), []);
}

#[tokio::test(start_paused = true)]
async fn a_test_can_wait_for_requests() {
    let (network, backend) = place();
    let waiting = backend.wait_for(Kind::WhatsNext, 2);
    let asking = async {
        let mut stream = network.dial(HOST, 443).unwrap();
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            send(&mut stream, &event("WHATS_NEXT")).await;
            response(&mut stream).await;
        }
        stream
    };
    let (second, _) = tokio::join!(waiting, asking);
    assert_eq!(backend.requests().last(), Some(&second));
    assert!(timeout(Duration::from_secs(9), backend.wait_for(Kind::Hello, 1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn its_connections_end_with_it() {
    let backend = Backend::new();
    let (mut client, server) = tokio::io::duplex(1024);
    backend.serve_stream(server);
    tokio::task::yield_now().await;
    drop(backend);
    assert_eq!(rest(&mut client).await, b"");
}

#[tokio::test]
async fn it_serves_tcp_too() {
    let backend = Backend::new();
    let address = backend.listen().await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(event("HELLO").as_bytes()).await.unwrap();
    assert_eq!(response(&mut stream).await.1, json!({"status": "ok"}));
    backend.refuse(true);
    let mut end = Vec::new();
    stream.read_to_end(&mut end).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    // Closed at once, with or without a word about it.
    let _ = stream.read_to_end(&mut end).await;
    assert_eq!((end, backend.count(Kind::Hello)), (Vec::new(), 1));
}
