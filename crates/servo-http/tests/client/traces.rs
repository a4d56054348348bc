//! Traces show what is sent, and no credentials.

use std::io;
use std::sync::{Arc, Mutex};

use http::HeaderValue;
use http::header::{AUTHORIZATION, HeaderName};
use servo_http::{Client, Options, Redactor, Request};
use tokio::io::AsyncWriteExt as _;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use crate::net::{Net, post, read_request};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no test panics with it")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Sends a request, has it answered with the body, and returns what was logged at this level and above.
async fn logged(level: Level, request: Request, answer: &'static str) -> String {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let net = Net::new(move |mut stream| async move {
        read_request(&mut stream).await?;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(answer.as_bytes()).await
    });
    let redactor = Redactor::default();
    redactor.add("canary");
    let options = Options { dial: Arc::new(net), redactor, ..Options::default() };
    Client::new(options).expect("no certificates").send(request).await.expect("an answer");
    log.text()
}

fn request() -> Request {
    post("http://optimizer.test/servo?key=canary", "{\"token\":\"canary\",\"visible\":1}")
        .header(AUTHORIZATION, HeaderValue::from_static("Bearer other-secret"))
        .header(HeaderName::from_static("x-sf-token"), HeaderValue::from_static("other-secret"))
}

#[tokio::test(start_paused = true)]
async fn a_trace_is_a_command_and_an_answer() {
    let log = logged(Level::TRACE, request(), "{\"secret\":\"canary\",\"shown\":2}").await;
    assert!(!log.contains("canary") && !log.contains("other-secret"), "{log}");
    for expected in [
        "curl -X POST ",
        "-H 'authorization: Bearer [REDACTED]' -H 'x-sf-token: [REDACTED]' ",
        "-H 'user-agent: servo'",
        "--data-raw '{\"token\":\"[REDACTED]\",\"visible\":1}' 'http://optimizer.test/servo?key=[REDACTED]'",
        "200 OK after 0.000s: {\"secret\":\"[REDACTED]\",\"shown\":2}",
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_bodies_of_secret_requests_are_not_in_traces() {
    let log = logged(Level::TRACE, request().secret(), "{\"access_token\":\"unknown\"}").await;
    assert!(!log.contains("visible") && !log.contains("unknown"), "{log}");
    assert!(
        log.contains("--data-raw '[REDACTED]'") && log.contains("200 OK after 0.000s: [REDACTED]"),
        "{log}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_traced_at_other_levels() {
    let log = logged(Level::DEBUG, request(), "shown").await;
    assert!(!log.contains("curl") && !log.contains("shown") && !log.contains("secret"), "{log}");
}
