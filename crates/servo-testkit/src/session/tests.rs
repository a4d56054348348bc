//! Tests of the sessions, with requests as servos send them.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use super::*;

/// A servo that only speaks.
struct Servo {
    stream: DuplexStream,
    backend: Backend,
    session: Session,
}

impl Servo {
    fn new() -> Self {
        let backend = Backend::new();
        let pace = Pace { measurement: Duration::from_mins(1), rest: Duration::from_secs(5) };
        let session = Session::new(backend.clone(), pace);
        let (stream, server) = tokio::io::duplex(64 * 1024);
        backend.serve_stream(server);
        Self { stream, backend, session }
    }

    /// Says something; returns the line and what the backend answered.
    async fn say(&mut self, event: &str, param: Value) -> (String, Value) {
        let body = json!({"event": event, "param": param, "servo_uid": null}).to_string();
        let head = format!("POST /servo HTTP/1.1\r\ncontent-length: {}\r\n\r\n", body.len());
        self.stream.write_all((head + &body).as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut answer = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut answer).await.unwrap();
        let request = self.backend.requests().pop().unwrap();
        (self.session.hear(&request), serde_json::from_slice(&answer).unwrap())
    }

    async fn line(&mut self, event: &str, param: Value) -> String {
        self.say(event, param).await.0
    }

    async fn next(&mut self) -> (String, String) {
        let (line, answer) = self.say("WHATS_NEXT", Value::Null).await;
        (line, answer["cmd"].as_str().unwrap_or_default().to_owned())
    }
}

fn descriptor(cpu: &Value) -> Value {
    let components = json!({"web": {"settings": {"cpu": cpu}}});
    json!({"application": {"components": components}, "measurement": {"metrics": {"throughput": {}}}})
}

#[tokio::test(start_paused = true)]
async fn a_session_goes_there_and_back() {
    let mut servo = Servo::new();
    let hello = json!({"agent": "servo v1", "telemetry": {"servox.platform": "Linux"}});
    assert_eq!(servo.line("HELLO", hello).await, "HELLO        from servo v1 on Linux -> ok");
    assert_eq!(servo.next().await.0, "WHATS_NEXT -> DESCRIBE cmd-1");
    let cpu = json!({"value": 1.5, "min": 0.25, "max": 4.0, "step": 0.25});
    let described = json!({"status": "ok", "descriptor": descriptor(&cpu), "cmd_uid": "cmd-1"});
    let line = servo.line("DESCRIPTION", described).await;
    assert_eq!(line, "DESCRIPTION  cmd-1 web.cpu=1.5; 1 metrics -> ok");
    assert_eq!(servo.next().await.0, "WHATS_NEXT -> MEASURE cmd-2 for 60s");
    let progress = json!({"progress": 33.4, "cmd_uid": "cmd-2", "message": "…"});
    assert_eq!(servo.line("MEASUREMENT", progress).await, "MEASUREMENT  cmd-2 33 % done -> ok");
    let values = json!([{"id": "a", "data": [[1, 9.0], [2, 10.0]]}]);
    let measured = json!({"status": "ok", "metrics": {"throughput": {"values": values}}, "cmd_uid": "cmd-2"});
    assert_eq!(servo.line("MEASUREMENT", measured).await, "MEASUREMENT  cmd-2 throughput=9.5 -> ok");
    assert_eq!(servo.next().await.0, "WHATS_NEXT -> ADJUST cmd-3: web.cpu from 1.5 to 1.25");
    let state = descriptor(&json!({"value": 1.25}));
    let adjusted = json!({"status": "ok", "state": state, "cmd_uid": "cmd-3"});
    assert_eq!(servo.line("ADJUSTMENT", adjusted).await, "ADJUSTMENT   cmd-3 web.cpu=1.25 -> ok");
    let commands = [servo.next().await.1, servo.next().await.1, servo.next().await.1];
    assert_eq!((commands, servo.session.sessions()), (["MEASURE", "ADJUST", "SLEEP"].map(str::to_owned), 1));
    assert_eq!(servo.next().await.0, "WHATS_NEXT -> DESCRIBE cmd-6");
    let line = servo.line("GOODBYE", json!({"reason": "SIGTERM"})).await;
    assert_eq!(line, "GOODBYE      because of SIGTERM -> ok");
}

#[tokio::test(start_paused = true)]
async fn of_many_metrics_the_telling_ones_are_shown() {
    let mut servo = Servo::new();
    let metrics =
        json!({"a": {"value": 1}, "b": {"values": []}, "c": {"value": 2}, "throughput": {"value": 3}});
    let line = servo.line("MEASUREMENT", json!({"status": "ok", "metrics": metrics})).await;
    assert_eq!(line, "MEASUREMENT  throughput=3.0 a=1.0 c=2.0 -> ok");
    let metrics =
        json!({"a": {"value": 1}, "b": {"value": 1}, "c": {"value": 2}, "p95_latency": {"value": 3}});
    let line = servo.line("MEASUREMENT", json!({"status": "ok", "metrics": metrics})).await;
    assert_eq!(line, "MEASUREMENT  p95_latency=3.0 a=1.0 b=1.0 and 1 more -> ok");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_in_one_line() {
    let mut servo = Servo::new();
    let failed = json!({"status": "rejected", "reason": "unstable", "message": "no\nroom", "cmd_uid": "c"});
    let line = servo.line("ADJUSTMENT", failed).await;
    assert_eq!(line, "ADJUSTMENT   c rejected (unstable): no room -> ok");
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_does_not_begin_with_hello_is_told_to() {
    let mut servo = Servo::new();
    assert_eq!(servo.next().await.0, "WHATS_NEXT -> unexpected-event: say HELLO first");
    servo.line("HELLO", json!({"agent": "a"})).await;
    assert_eq!(servo.next().await.1, "DESCRIBE");
    // Started again, it has forgotten that.
    servo.line("HELLO", json!({"agent": "a"})).await;
    assert_eq!(servo.next().await.1, "DESCRIBE");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_can_be_changed_it_rests() {
    let mut servo = Servo::new();
    servo.line("HELLO", json!({"agent": "a"})).await;
    assert_eq!(servo.next().await.1, "DESCRIBE");
    servo.line("DESCRIPTION", json!({"status": "ok", "descriptor": descriptor(&json!({"value": 1}))})).await;
    assert_eq!((servo.next().await.1, servo.next().await.1), ("MEASURE".to_owned(), "SLEEP".to_owned()));
}
