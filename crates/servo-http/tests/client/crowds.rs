//! Many requests at once: they share connections, and none waits for what becomes of another.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use servo_http::dial::{Dial, Stream};
use servo_http::{Error, Wait};
use tokio::io::{AsyncWriteExt as _, DuplexStream};
use tokio::time::{Instant, sleep};

use crate::net::{Net, chain, client, get, read_request};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers each request after a while, and never one for `/hangs`.
async fn serve(mut stream: DuplexStream, after: Duration) -> io::Result<()> {
    loop {
        let seen = read_request(&mut stream).await?;
        if seen.line.contains("/hangs") {
            std::future::pending::<()>().await;
        }
        sleep(after).await;
        stream.write_all(ANSWER).await?;
    }
}

/// A network on which connections take a while to be made, and for ever where the host is `nowhere.test`.
struct Slow(Arc<Net>);

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}

#[async_trait]
impl Dial for Slow {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        if host == "nowhere.test" {
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(100)).await;
        self.0.dial(host, port).await
    }
}

fn network(answers_after: Duration) -> (Arc<Net>, Arc<Slow>) {
    let net = Arc::new(Net::new(move |stream| serve(stream, answers_after)));
    (Arc::clone(&net), Arc::new(Slow(net)))
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_at_once_need_few_connections() {
    let (net, slow) = network(Duration::from_millis(1));
    let client = client(slow);
    let begin = Instant::now();
    let answers = join_all((0..1000).map(|_| client.send(get("http://optimizer.test/")))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(net.dialed().len() < 100, "{} connections", net.dialed().len());
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn requests_that_hang_keep_no_other_waiting() {
    let (_, slow) = network(Duration::from_millis(1));
    let client = client(slow);
    let hanging = join_all((0..500).map(|_| client.send(get("http://optimizer.test/hangs"))));
    let others = async {
        sleep(Duration::from_secs(5)).await;
        let begin = Instant::now();
        for _ in 0..10 {
            client.send(get("http://optimizer.test/")).await.expect("an answer");
        }
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    };
    let (hung, ()) = tokio::join!(hanging, others);
    assert!(hung.iter().all(|it| matches!(it, Err(Error::Timeout { wait: Wait::Read, .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_cannot_be_reached_keeps_nobody_from_another_and_waiting_for_it_has_its_limit() {
    let (_, slow) = network(Duration::from_millis(1));
    let client = client(slow);
    let begin = Instant::now();
    let lost = join_all((0..500).map(|_| client.send(get("http://nowhere.test/"))));
    let others = async {
        sleep(Duration::from_secs(5)).await;
        let begin = Instant::now();
        client.send(get("http://optimizer.test/")).await.expect("an answer");
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    };
    let (lost, ()) = tokio::join!(lost, others);
    for error in lost.into_iter().map(|it| it.expect_err("it is nowhere")) {
        assert!(matches!(error, Error::Timeout { wait: Wait::Connect, .. }), "{}", chain(&error));
    }
    assert!(begin.elapsed() <= Duration::from_secs(21), "{:?}", begin.elapsed());
}
