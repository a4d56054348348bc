//! Every wait has a limit, and says which.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use servo_http::{Error, Response, Wait};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep};

use crate::net::{BUFFER, Net, Nowhere, chain, client, get, post, read_request};

const URL: &str = "http://optimizer.test/servo";

async fn forever() -> io::Result<()> {
    std::future::pending().await
}

fn assert_waited(outcome: Result<Response, Error>, expected: Wait, begin: Instant, seconds: u64) {
    let error = outcome.expect_err("it takes too long");
    assert!(error.is_timeout(), "{}", chain(&error));
    let Error::Timeout { to, wait, after } = error else { return };
    assert_eq!((to.as_str(), wait), ("http://optimizer.test:80", expected));
    assert_eq!(after, Duration::from_secs(seconds));
    let elapsed = begin.elapsed().as_secs_f64();
    assert!((elapsed - seconds as f64).abs() < 0.1, "{elapsed}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_never_made() {
    let begin = Instant::now();
    assert_waited(client(Arc::new(Nowhere(None))).send(get(URL)).await, Wait::Connect, begin, 10);
}

#[tokio::test(start_paused = true)]
async fn a_tls_handshake_without_an_answer() {
    let net = Net::new(|stream| async move {
        let _open = stream;
        forever().await
    });
    let begin = Instant::now();
    let error = client(Arc::new(net)).send(get("https://optimizer.test/")).await.expect_err("no answer");
    assert!(matches!(error, Error::Timeout { wait: Wait::Connect, .. }), "{}", chain(&error));
    assert_eq!(begin.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_begins() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        forever().await
    });
    let begin = Instant::now();
    assert_waited(client(Arc::new(net)).send(post(URL, "{}")).await, Wait::Read, begin, 30);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nX-Drip: ").await?;
        loop {
            sleep(Duration::from_secs(5)).await;
            stream.write_all(b"x").await?;
        }
    });
    let begin = Instant::now();
    assert_waited(client(Arc::new(net)).send(get(URL)).await, Wait::Read, begin, 30);
}

#[tokio::test(start_paused = true)]
async fn preliminary_answers_without_end() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        loop {
            sleep(Duration::from_secs(5)).await;
            stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await?;
        }
    });
    let begin = Instant::now();
    assert_waited(client(Arc::new(net)).send(get(URL)).await, Wait::Read, begin, 30);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await?;
        forever().await
    });
    let begin = Instant::now();
    assert_waited(client(Arc::new(net)).send(get(URL)).await, Wait::Read, begin, 30);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_meets_the_limit_of_the_whole() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").await?;
        loop {
            sleep(Duration::from_secs(5)).await;
            stream.write_all(b"x").await?;
        }
    });
    let begin = Instant::now();
    assert_waited(client(Arc::new(net)).send(get(URL)).await, Wait::Total, begin, 120);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_taken() {
    let net = Net::new(|stream| async move {
        let _open = stream;
        forever().await
    });
    let begin = Instant::now();
    assert_waited(
        client(Arc::new(net)).send(post(URL, vec![b'x'; 4 * BUFFER])).await,
        Wait::Write,
        begin,
        30,
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_taken_slowly_is_no_silence() {
    // Each pause is shorter than any limit; all of them together are longer than that for reading.
    let net = Net::new(|mut stream| async move {
        let mut taken = vec![0; BUFFER];
        for _ in 0..4 {
            sleep(Duration::from_secs(20)).await;
            stream.read_exact(&mut taken).await?;
        }
        sleep(Duration::from_secs(25)).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await?;
        forever().await
    });
    let begin = Instant::now();
    // With its head the request is a little less than what the server takes before it answers.
    let response = client(Arc::new(net)).send(post(URL, vec![b'x'; 4 * BUFFER - 100])).await;
    assert_eq!(response.expect("an answer").body, "ok");
    assert_eq!(begin.elapsed().as_secs(), 105);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_taken_too_slowly_meets_the_limit_of_the_whole() {
    let net = Net::new(|mut stream| async move {
        loop {
            sleep(Duration::from_secs(20)).await;
            stream.read_exact(&mut [0; 10]).await?;
        }
    });
    let begin = Instant::now();
    assert_waited(
        client(Arc::new(net)).send(post(URL, vec![b'x'; 4 * BUFFER])).await,
        Wait::Total,
        begin,
        120,
    );
}

#[tokio::test(start_paused = true)]
async fn a_limit_without_end_does_not_overflow() {
    let net = Net::new(|mut stream| async move {
        read_request(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
        forever().await
    });
    let without = servo_http::Timeouts {
        connect: Duration::MAX,
        read: Duration::MAX,
        write: Duration::MAX,
        total: Duration::MAX,
    };
    let options = servo_http::Options { dial: Arc::new(net), timeouts: without, ..Default::default() };
    let client = servo_http::Client::new(options).expect("no certificates");
    assert_eq!(client.send(get(URL)).await.expect("an answer").status, 204);
}
