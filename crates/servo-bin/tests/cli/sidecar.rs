//! The commands of the sidecar without a cluster. What they do to one is tested beside it, in `servo-k8s`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::environment::{Environment, Ran};

const INJECT: [&str; 4] = ["inject-sidecar", "deployment/web", "--image", "envoy:1"];

fn ran(arguments: &[&str]) -> Ran {
    Environment::new().servo(arguments)
}

#[test]
fn what_is_typed_wrongly_is_told_before_a_cluster_is_looked_for() {
    let with = |more: &[&'static str]| [&INJECT[..], more].concat();
    for (arguments, message) in [
        (INJECT.to_vec(), "service or port must be given"),
        (vec!["inject-sidecar", "web", "-i", "envoy:1", "-p", "80"], "`web` does not say what it is"),
        (vec!["inject-sidecar", "rollout/web", "-i", "envoy:1", "-p", "80"], "`rollout` is no kind"),
        (vec!["inject-sidecar", "deployment/web", "-p", "80"], "--image <IMAGE>"),
        (with(&["-p", "80", "--namespace", "A B"]), "expected the name of a namespace"),
        (with(&["-p", "80", "--no-wait", "--timeout", "1m"]), "cannot be used with"),
        (vec!["eject-sidecar"], "<TARGET>"),
        (vec!["eject-sidecar", "node/one"], "`node` is no kind"),
    ] {
        let ran = ran(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(message) && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn where_no_cluster_is_named_it_is_said_how_one_is() {
    for arguments in
        [&["eject-sidecar", "deployment/web"][..], &["eject-sidecar", "pod/a", "--kubeconfig", "no"]]
    {
        let ran = ran(arguments);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("--kubeconfig or KUBECONFIG"), "{}", ran.stderr);
    }
}

#[test]
fn the_namespace_the_context_and_the_kubeconfig_are_those_that_are_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap() > 0 {
            head.push(byte[0]);
        }
        let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"no"}"#;
        let answer = format!(
            "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(head).unwrap().lines().next().unwrap_or_default().to_owned()
    });
    let environment = Environment::new();
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: other\n\
         clusters:\n- {{name: here, cluster: {{server: 'http://127.0.0.1:{port}'}}}}\n\
         contexts:\n- {{name: shop, context: {{cluster: here, user: ''}}}}\n- {{name: other, context: {{cluster: gone, user: ''}}}}\n"
    );
    environment.write("k.yaml", &kubeconfig);
    let ran = environment.servo(&[
        "inject-sidecar",
        "sts/db",
        "-i",
        "envoy:1",
        "-s",
        "db",
        "-n",
        "shop",
        "--kubeconfig",
        "k.yaml",
        "--context",
        "shop",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("there is no StatefulSet `shop/db`"), "{}", ran.stderr);
    assert_eq!(asked.join().unwrap(), "GET /apis/apps/v1/namespaces/shop/statefulsets/db HTTP/1.1");
}
