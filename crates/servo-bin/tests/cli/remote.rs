//! Servos of a remote optimizer, as an operator runs them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use crate::environment::Environment;
use crate::running::Running;
use crate::studies::{json, shop};

/// A document of a servo whose optimizer is at this address.
fn document(address: SocketAddr) -> String {
    let application = shop("remote").split_once("emulator:").unwrap().1.to_owned();
    format!(
        "name: remote\noptimizer:\n  id: example.com/shop\n  token: s3cr3t\n  base_url: http://{address}\n\
         emulator:{application}"
    )
}

/// Listens where an optimizer gives these answers, as status and body, a connection each; the last one for ever.
/// A connection without an answer is held open.
fn answering(answers: Vec<Option<(&'static str, &'static str)>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for (n, connection) in listener.incoming().enumerate() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 8192]);
            match answers[n.min(answers.len() - 1)] {
                None => silent.push(connection),
                Some((status, body)) => {
                    let length = body.len();
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
                    let _ = write!(connection, "{head}\r\n\r\n{body}");
                }
            }
        }
    });
    address
}

/// Listens where an optimizer refuses everybody.
fn refusing() -> SocketAddr {
    answering(vec![Some(("401 Unauthorized", ""))])
}

#[test]
fn a_second_signal_exits_at_once() {
    let address = answering(vec![Some(("200 OK", r#"{"status": "ok"}"#)), None]);
    let environment = Environment::with(&document(address));
    let mut running = Running::start(&environment, &["--log-level", "trace", "run"]);
    running.hear("WHATS_NEXT");
    running.signal("TERM");
    // GOODBYE would be awaited for five seconds.
    running.hear("SIGTERM: winding up; a second signal exits at once");
    running.signal("INT");
    let ran = running.end();
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
}

#[test]
fn one_that_is_refused_asks_again_until_a_signal_ends_it_well() {
    let environment = Environment::with(&document(refusing()));
    let mut running = Running::start(&environment, &["run"]);
    running.hear("401");
    running.signal("HUP");
    running.hear("SIGHUP");
    running.hear("401");
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "remote: driven by a remote optimizer, which keeps the history\n");
    assert!(!ran.stderr.contains("s3cr3t"), "{}", ran.stderr);
}

#[test]
fn one_that_is_refused_ends_where_that_is_asked_for() {
    let ran = Environment::with(&document(refusing())).servo(&["run", "--exit-on-fatal", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: servo `remote`: ") && ran.stderr.contains("401"), "{}", ran.stderr);
    assert_eq!(json(&ran), serde_json::json!({ "servos": [] }));
}

#[test]
fn reports_name_it_beside_those_that_have_a_history() {
    let environment = Environment::with(&format!("{}---\n{}", shop("embedded"), document(refusing())));
    let ran = environment.servo(&["report"]);
    let expected = "no study yet: embedded (begin one with `servo run`)\n\n\
                    remote: driven by a remote optimizer, which keeps the history\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected));
    assert_eq!(
        json(&environment.servo(&["report", "--format", "json"])),
        serde_json::json!({ "servos": [] })
    );
}
