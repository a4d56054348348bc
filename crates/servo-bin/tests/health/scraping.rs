//! `--listen`: what is served while a study runs, and addresses that cannot be listened at.

use std::net::{TcpListener, TcpStream};

use crate::program::{Program, eventually, get};
use crate::{AWAY, EXAMPLE};

#[test]
fn a_study_that_runs_is_alive_and_ready_and_tells_its_figures() {
    let mut program = Program::start(EXAMPLE, &["run", "--listen", "127.0.0.1:0"], &[]);
    let address = program.address();
    let (alive, answer) = get(&address, "/livez");
    assert!(alive == 200 && answer.ends_with("\r\n\r\nok\n"), "{answer}");
    eventually("readiness", || get(&address, "/readyz").0 == 200);
    let (_, verbose) = get(&address, "/readyz?verbose");
    assert!(verbose.contains("[+]shop ok: ") && verbose.ends_with("readyz check passed\n"), "{verbose}");
    eventually("an operation that has ended", || {
        let (status, metrics) = get(&address, "/metrics");
        assert!(status == 200 && metrics.ends_with("# EOF\n"), "{metrics}");
        assert!(
            metrics
                .contains("\r\ncontent-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n")
        );
        for family in ["servo_info{", "servo_state{servo=\"shop\",", "servo_circuit_open{servo=\"shop\"} 0\n"]
        {
            assert!(metrics.contains(family), "{family} in {metrics}");
        }
        metrics.contains("servo_operations_total{servo=\"shop\",operation=\"describe\",status=\"ok\"} ")
    });
    program.signal("TERM");
    let (code, _) = program.end();
    assert_eq!(code, 0);
    TcpStream::connect(&address).unwrap_err();
}

#[test]
fn a_servo_without_its_optimizer_is_alive_and_not_ready_and_says_nothing_secret() {
    let mut program = Program::start(AWAY, &["run", "--listen", "0"], &[]);
    let address = program.address();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert_eq!(get(&address, "/livez").0, 200);
    eventually("an error of the optimizer", || {
        let (_, metrics) = get(&address, "/metrics");
        !metrics.contains("canary")
            && metrics.contains("servo_optimizer_errors_total{")
            && !metrics.contains("servo_optimizer_errors_total{servo=\"example.com_my-app\"} 0\n")
    });
    let (status, answer) = get(&address, "/readyz");
    assert_eq!(status, 503);
    assert!(answer.contains("[-]example.com_my-app failed: starting for "), "{answer}");
    program.signal("TERM");
    assert_eq!(program.end().0, 0);
}

#[test]
fn an_address_that_is_taken_fails_before_anything_is_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut program = Program::start(EXAMPLE, &["run", "--listen", &address], &[]);
    let (code, stderr) = program.end();
    assert_eq!(code, 1, "{stderr}");
    assert!(!program.folder().join(".servo").exists());
    assert!(stderr.contains(&format!("cannot listen at {address}")), "{stderr}");
}

#[test]
fn an_address_that_is_none_is_wrong_usage_and_says_what_to_write() {
    let mut program = Program::start(EXAMPLE, &["run", "--listen", "everywhere"], &[]);
    let (code, stderr) = program.end();
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("`--listen everywhere`") && stderr.contains("0.0.0.0:9090"), "{stderr}");
}

#[test]
fn an_address_of_every_network_is_said_to_be_that() {
    let mut program = Program::start(EXAMPLE, &["run", "--listen", "0.0.0.0:0"], &[]);
    assert!(program.address().ends_with("; other machines can reach it"));
    program.signal("TERM");
    let (code, stderr) = program.end();
    assert_eq!(code, 0, "{stderr}");
}
