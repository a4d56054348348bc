//! Connections are kept, and no request is sent twice.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use servo_http::Error;
use tokio::io::{AsyncWriteExt as _, DuplexStream};
use tokio::time::sleep;

use crate::net::{Count, Net, Nowhere, chain, client, get, post, read_request};

const URL: &str = "http://optimizer.test/servo?key=canary";

async fn answer(stream: &mut DuplexStream) -> io::Result<()> {
    read_request(stream).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await
}

async fn answer_for_ever(mut stream: DuplexStream) -> io::Result<()> {
    loop {
        answer(&mut stream).await?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_says_so_and_no_more_than_where_to() {
    let error = client(Arc::new(Nowhere(Some(io::ErrorKind::ConnectionRefused)))).send(get(URL)).await;
    let error = error.expect_err("refused");
    assert!(matches!(error, Error::Connect { .. }), "{}", chain(&error));
    assert_eq!(chain(&error), "cannot connect to http://optimizer.test:80: connection refused");
    assert!(!error.is_certificate() && !error.is_timeout());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_tls_is_no_connection() {
    let net = Net::new(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        std::future::pending().await
    });
    let error = client(Arc::new(net)).send(get("https://optimizer.test/")).await.expect_err("no TLS");
    assert!(matches!(error, Error::Connect { .. }), "{}", chain(&error));
    let expected = "cannot connect to https://optimizer.test:443: the TLS handshake failed: ";
    assert!(chain(&error).starts_with(expected), "{}", chain(&error));
    assert!(!error.is_certificate());
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_used_again() {
    let net = Arc::new(Net::new(answer_for_ever));
    let client = client(Arc::clone(&net) as _);
    for _ in 0..3 {
        client.clone().send(post(URL, "{}")).await.expect("an answer");
        sleep(Duration::from_secs(20)).await;
    }
    assert_eq!(net.dialed(), ["optimizer.test:80"]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_nobody_used_for_long_is_not() {
    let net = Arc::new(Net::new(answer_for_ever));
    let client = client(Arc::clone(&net) as _);
    for _ in 0..2 {
        client.send(get(URL)).await.expect("an answer");
        sleep(Duration::from_mins(1)).await;
    }
    assert_eq!(net.dialed().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_the_server_closed_meanwhile_is_made_anew() {
    let net = Arc::new(Net::new(|mut stream| async move { answer(&mut stream).await }));
    let client = client(Arc::clone(&net) as _);
    for _ in 0..3 {
        client.send(post(URL, "{}")).await.expect("an answer");
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(net.dialed().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_may_have_been_taken_is_not_sent_again() {
    let taken = Count::default();
    let counted = taken.clone();
    let net = Arc::new(Net::new(move |mut stream: DuplexStream| {
        let counted = counted.clone();
        async move {
            answer(&mut stream).await?;
            read_request(&mut stream).await?;
            counted.add(1);
            Ok(())
        }
    }));
    let client = client(Arc::clone(&net) as _);
    client.send(post(URL, "{}")).await.expect("an answer");
    let error = client.send(post(URL, "{}")).await.expect_err("closed after the request was read");
    assert!(matches!(error, Error::Broken { .. }), "{}", chain(&error));
    assert_eq!((taken.get(), net.dialed().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_given_up_with_its_exchange() {
    let closed = Count::default();
    let counted = closed.clone();
    let net = Arc::new(Net::numbered(move |number, mut stream: DuplexStream| {
        let counted = counted.clone();
        async move {
            if number > 0 {
                return answer_for_ever(stream).await;
            }
            read_request(&mut stream).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await?;
            // Ends when the client has closed it.
            read_request(&mut stream).await.expect_err("no second request on it");
            counted.add(1);
            Ok(())
        }
    }));
    let client = client(Arc::clone(&net) as _);
    client.send(get(URL)).await.expect_err("half a body");
    client.send(get(URL)).await.expect("an answer, over another connection");
    assert_eq!((closed.get(), net.dialed().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_dropped_closes_its_connection() {
    let closed = Count::default();
    let counted = closed.clone();
    let net = Arc::new(Net::new(move |mut stream: DuplexStream| {
        let counted = counted.clone();
        async move {
            read_request(&mut stream).await?;
            read_request(&mut stream).await.expect_err("no second request on it");
            counted.add(1);
            Ok(())
        }
    }));
    let client = client(Arc::clone(&net) as _);
    let sending = client.send(get(URL));
    tokio::time::timeout(Duration::from_secs(1), sending).await.expect_err("no answer");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(closed.get(), 1);
}
